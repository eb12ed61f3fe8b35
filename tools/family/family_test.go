package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/arch"
	"steady/core/dataset"
	"steady/core/nn"
	"steady/core/train"
	"steady/tools/internal/datafile"
	"steady/tools/internal/output"
	"steady/tools/internal/trainrun"

	"github.com/spf13/cobra"
)

// Every line of the list is a command that steady train understands and writes into the model card as it stands, and the
// networks in models/ are those of the list.
func TestMembers(t *testing.T) {
	family, err := members()
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
	family, err := members()
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

// small sets and networks, measured in a folder of their own.
func fixture(t *testing.T) (options, []*network, *dataset.Set) {
	t.Helper()
	dir := t.TempDir()
	o := options{models: dir, work: filepath.Join(dir, "work"), threads: 1}
	set := &dataset.Set{Name: "squares", C: 3, H: 32, W: 32, Classes: []string{"a", "b"}}
	for i := range 4 {
		set.Labels = append(set.Labels, i%2)
		for p := range set.Size() {
			set.Pix = append(set.Pix, uint8(60+100*(i%2)+p*(i+3)%50))
		}
	}
	var networks []*network
	for k, name := range []string{"cifar10-standard", "cifar10-other"} {
		n, err := arch.Compact(nn.Shape{3, 32, 32}, 2, [4]int{2, 2, 2, 2})
		if err != nil {
			t.Fatal(err)
		}
		train.Initialize(n, uint64(k))
		writeNetwork(t, dir, name, n)
		m, err := o.open(name, set.SHA256())
		if err != nil {
			t.Fatal(err)
		}
		networks = append(networks, m)
	}
	return o, networks, set
}

func TestMeasure(t *testing.T) {
	_, networks, set := fixture(t)
	p := plan{images: 3, severities: []int{1, 5}, attacks: []attackPlan{{"fgsm{eps=2/255,norm=linf}", 2}, {"deepfool{norm=l2}", 4}}}
	if _, err := p.figures(networks[0], set); err == nil || !strings.Contains(err.Error(), "clean 3 was not measured") {
		t.Errorf("figures before they were measured: %v", err)
	}
	// Only what is missing is measured.
	if err := networks[0].results.put(result{Measurement: "fog 5 3", Right: 77, N: 100}); err != nil {
		t.Fatal(err)
	}
	if err := p.run(t.Context(), networks, set); err != nil {
		t.Fatal(err)
	}
	for _, n := range networks {
		f, err := p.figures(n, set)
		if err != nil {
			t.Fatal(err)
		}
		if f.Data != "squares" || f.Clean.N != 3 || f.Corrupted.N != 3 || f.Corrupted.Profile != "cifar" || len(f.Corrupted.Each) != 19 ||
			len(f.Corrupted.Each[0].Severities) != 2 || len(f.Attacked) != 2 || f.Attacked[0].N != 2 || f.Attacked[1].N != 4 ||
			f.Attacked[0].MedianL2 != nil || !strings.Contains(f.Attacked[0].Parameters, "eps 2/255") || f.Machine == "" {
			t.Errorf("%s: %+v, %+v", n.name, f, f.Corrupted)
		}
		for _, e := range f.Corrupted.Each {
			if kept := e.Corruption == "fog" && n == networks[0]; kept != (e.Severities[1] == .77) {
				t.Errorf("%s: %+v", n.name, e)
			}
		}
	}
	// Nothing is left to do, and a canceled context does not matter.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.run(ctx, networks, set); err != nil {
		t.Error(err)
	}
	missing := p
	missing.images = 2
	if err := missing.run(ctx, networks, set); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// Results that were measured before, by another program or elsewhere, are named as that.
func TestFiguresSayWhatMeasured(t *testing.T) {
	_, networks, set := fixture(t)
	p, n := plan{images: 3, severities: []int{1}}, networks[0]
	if err := p.run(t.Context(), networks[:1], set); err != nil {
		t.Fatal(err)
	}
	old := `{"measurement":"clean 3","right":1,"n":3,"revision":"0123abc","machine":"a laptop"}`
	if err := os.WriteFile(n.results.path(p.clean()), []byte(old), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := p.figures(n, set)
	if err != nil || !strings.HasPrefix(f.Revision, "0123abc") || !strings.HasPrefix(f.Machine, "a laptop; ") || strings.Count(f.Machine, ";") > 3 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestStore(t *testing.T) {
	s := store{t.TempDir()}
	want := result{Measurement: "pgd{eps=2/255,norm=linf} 10", Right: 3, N: 10, MedianL2: new(.5)}
	if _, there, err := s.get(want.Measurement); there || err != nil {
		t.Errorf("before it is put: %v, %v", there, err)
	}
	if err := s.put(want); err != nil {
		t.Fatal(err)
	}
	got, there, err := s.get(want.Measurement)
	if !there || err != nil || got.share() != .3 || *got.MedianL2 != .5 {
		t.Errorf("%+v, %v, %v", got, there, err)
	}
	if err := os.WriteFile(s.path(want.Measurement), []byte(`{"measurement":"another","n":1}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.get(want.Measurement); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("a file of another measurement: %v", err)
	}
}

// The tables of a family of two: what is measured, what is not, and which goals are reached.
func TestFamilyTables(t *testing.T) {
	figures := func(clean, corrupted, attacked, distance float64) *train.Figures {
		f := &train.Figures{Clean: train.Figure{Accuracy: clean, N: 10000}, Corrupted: &train.Corrupted{N: 10000, Each: []train.CorruptionBy{
			{Corruption: "fog", Severities: []float64{corrupted}}, {Corruption: "snow", Severities: []float64{corrupted + .02}}}}}
		for _, a := range full.attacks {
			f.Attacked = append(f.Attacked, train.Attacked{Attack: a.text, Accuracy: attacked, N: a.images})
		}
		f.Attacked[4].MedianL2 = &distance
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
