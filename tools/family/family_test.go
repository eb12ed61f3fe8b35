package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/train"
	"steady/tools/internal/datafile"
	"steady/tools/internal/output"
	"steady/tools/internal/trainrun"

	"github.com/spf13/cobra"
)

// Every line of the list is a command that steady train understands and writes into the model card as it stands, and the
// networks in models/ are those of the list.
func TestMembers(t *testing.T) {
	family, err := new(options).members()
	if err != nil {
		t.Fatal(err)
	}
	if len(family) == 0 {
		t.Fatal("no members")
	}
	o := options{models: "../../models"}
	for _, m := range family {
		checkMember(t, m)
		card, err := o.card(m.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if card.Command != m.command() {
			t.Errorf("%s was trained by %q, the list has %q", m.name, card.Command, m.command())
		}
	}
}

// So are the lines of the list for the experiments of papers, of which the correlations want sixteen networks or more, and
// the transfer one standard network to compare with, by name.
func TestPapersList(t *testing.T) {
	list, err := (&options{listFile: "papers.txt"}).members()
	if err != nil {
		t.Fatal(err)
	}
	recipes := map[string]bool{}
	for _, m := range list {
		checkMember(t, m)
		recipes[m.args[0]] = true
	}
	for _, want := range []string{"standard", "mixup", "tlat", "mtlat", "noise", "corrupt", "fgsm"} {
		if !recipes[want] {
			t.Errorf("no network of the recipe %s", want)
		}
	}
	if len(list) < 16 || list[0].args[0] != "standard" {
		t.Errorf("%d networks, the first of the recipe %s", len(list), list[0].args[0])
	}
	for text, want := range map[string]string{"": "no network", "a b": "list.txt:1: \"a b\"", "a b c\na b c": "a second a"} {
		path := filepath.Join(t.TempDir(), "list.txt")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := (&options{listFile: path}).members(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Every line of the sweeps is such a command, too, and no two of a sweep are trained to the same file.
func TestSweeps(t *testing.T) {
	t.Chdir("../..")
	lists, err := filepath.Glob(filepath.Join(sweepFolder, "*.txt"))
	if err != nil || len(lists) == 0 {
		t.Fatalf("there are no sweeps (%v)", err)
	}
	for _, path := range lists {
		s, err := readSweep(strings.TrimSuffix(filepath.Base(path), ".txt"))
		if err != nil {
			t.Error(err)
			continue
		}
		names := map[string]bool{}
		for _, line := range s.lines {
			m := s.member(line)
			checkMember(t, m)
			if names[m.name] {
				t.Errorf("%s: a second %s", path, m.name)
			}
			names[m.name] = true
		}
	}
}

// checkMember checks that steady train understands how a network is to be trained, and will call it the same.
func checkMember(t *testing.T, m member) {
	t.Helper()
	var flags trainrun.Flags
	var data datafile.Flags
	c := &cobra.Command{Use: "train"}
	(&cobra.Command{Use: "steady"}).AddCommand(c)
	c.Flags().SortFlags = false
	data.Add(c)
	flags.Add(c)
	for _, name := range []string{"network", "weights", "init-from", "out"} {
		c.Flags().String(name, "", "")
	}
	if err := c.ParseFlags(m.files(m.data, m.name+".onnx")[1:]); err != nil {
		t.Errorf("%s: %v", m.name, err)
		return
	}
	if _, err := flags.Config(m.args[0]); err != nil {
		t.Errorf("%s: %v", m.name, err)
	}
	if got := trainrun.Command(c, m.args[0]); got != m.command() {
		t.Errorf("%s: steady train writes %q into the model card, want %q", m.name, got, m.command())
	}
}

// The tables of the page are those that `./build.sh family tables` writes.
func TestTables(t *testing.T) {
	before, err := os.ReadFile("../../docs/training.md")
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(t.TempDir(), "training.md")
	if err := os.WriteFile(page, before, 0o666); err != nil {
		t.Fatal(err)
	}
	family, err := new(options).members()
	if err != nil {
		t.Fatal(err)
	}
	o := options{models: "../../models", page: page}
	if err := o.tables(family); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("docs/training.md is not what recipes and model cards say: ./build.sh family tables writes it")
	}
}

// The tables of a family of two: what is measured, what is not, and which goals are reached.
func TestFamilyTables(t *testing.T) {
	figures := func(clean, corrupted, attacked, distance float64) *train.Figures {
		f := &train.Figures{Clean: train.Figure{Accuracy: clean, N: 10000}, Corrupted: &train.Corrupted{N: 10000, Each: []train.CorruptionBy{
			{Corruption: "fog", Severities: []float64{corrupted}}, {Corruption: "snow", Severities: []float64{corrupted + .02}}}}}
		for _, a := range slices.Concat(small, []string{autoAttack8}) {
			f.Attacked = append(f.Attacked, train.Attacked{Attack: a, Accuracy: attacked, N: 1000})
		}
		f.Attacked = append(f.Attacked, train.Attacked{Attack: deepFool, N: 1000, MedianL2: &distance},
			train.Attacked{Attack: autoAttack2, Accuracy: attacked, N: 200}, train.Attacked{Attack: autoAttackL2, Accuracy: attacked, N: 200})
		return f
	}
	standard := train.Card{Name: "cifar10-standard", Data: "cifar10-train", ProcessorSeconds: 1200, Figures: figures(.93, .7, .1, .1)}
	standard.Training.Recipe = "standard"
	mtlat := train.Card{Name: "cifar10-mtlat", Data: "cifar10-train", Figures: figures(.915, .8, .12, .3)}
	mtlat.Figures.Corrupted.SetMeans([]string{"fog"})
	standard.Figures.Corrupted.SetMeans(nil)
	cards := []*train.Card{&standard, &mtlat}
	table := familyTable(cards)
	for _, want := range []string{
		"| `cifar10-standard` | 0 | 20 | 93.0 [92.5, 93.5] | 71.0 [70.1, 71.9] |  |  |",
		"| `cifar10-mtlat` | 0 |  | 91.5 [90.9, 92.0] -1.5 | 81.0 [80.2, 81.8] +10.0 | 80.0 | 82.0 |", "| 0.300 |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	table = goalTable(cards)
	for _, want := range []string{
		"| at least 92.5 % clean | 93.0 % | yes |", "| clean within 1.0 point of standard | -1.5 | no |",
		"| 19 corruptions 8 points above standard | +10.0 | yes |", "| FGSM 2/255 clearly above standard | 12.0 % beside 10.0 % | no |",
		"| 0.300 beside 0.100 | yes |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the goals lack %q:\n%s", want, table)
		}
	}
	if table := corruptionTable(cards); !strings.Contains(table, "| fog | 70.0 | 80.0 (seen) |") {
		t.Errorf("corruptions: %s", table)
	}
	other := *cards[0]
	other.Name, other.Data = "fashion", "another set"
	if table := corruptionTable(append(cards, &other)); strings.Count(table, "| fog |") != 2 || !strings.Contains(table, "\n\n| corruption | `fashion` |") {
		t.Errorf("corruptions of two sets: %s", table)
	}
	if _, err := insert("no markers", "family", ""); err == nil {
		t.Error("a page without markers: no error")
	}
}

func TestErrors(t *testing.T) {
	o := options{models: t.TempDir(), threads: 1}
	for _, args := range [][]string{
		nil, {"dance"}, {"train"}, {"train", "cifar10-none"}, {"measure", "cifar10-none"}, {"sweep"}, {"sweep", "none"},
	} {
		if err := o.run(t.Context(), args); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
	if err := (&options{}).run(t.Context(), []string{"list"}); err == nil {
		t.Error("no threads: no error")
	}
}

func TestSweepNames(t *testing.T) {
	s := sweep{data: "set", all: []string{"--epochs=5"}}
	m := s.member(strings.Fields("tlat{eps=8/255,weight=0.3} --seed=2"))
	if m.name != "tlat-eps-8-255-weight-0.3--seed-2" || strings.Join(m.args, " ") != "tlat{eps=8/255,weight=0.3} --epochs=5 --seed=2" {
		t.Errorf("%+v", m)
	}
	b, _ := json.Marshal(m.command())
	if want := "steady train 'tlat{eps=8/255,weight=0.3}' --data=set --epochs=5 --seed=2 --out=" + m.name + ".onnx"; string(b) != `"`+want+`"` {
		t.Errorf("%s, want %s", b, want)
	}
}

// Nothing is trained that cannot be measured, and no network is shown in a table that is not of its list.
func TestSweepRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(sweepFolder, 0o777); err != nil {
		t.Fatal(err)
	}
	o := options{work: "work", threads: 1}
	for _, c := range []struct{ all, want string }{
		{"--epochs=5", "want --validation=N"},
		{"--epochs=5 --validation=10", `standard was trained by "steady train standard --epochs=2", the list has "steady train standard --data=set --epochs=5`},
	} {
		if err := os.WriteFile(filepath.Join(sweepFolder, "a.txt"), []byte("data: set\nall: "+c.all+"\nstandard\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll("work/sweeps/a", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := output.JSON("work/sweeps/a/standard.json", train.Card{Command: "steady train standard --epochs=2"}); err != nil {
			t.Fatal(err)
		}
		if err := o.sweep(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.all, err, c.want)
		}
	}
}
