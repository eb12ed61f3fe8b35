package papers

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"steady/core/train"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/model"
)

// run calls a sub-command, and returns what it prints.
func run(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, messages strings.Builder
	e := Env{Messages: console.NewWriter(&messages),
		Print: func(result any, text func(io.Writer)) error {
			if _, err := json.Marshal(result); err != nil {
				return err
			}
			text(&out)
			return nil
		},
		AddInput: func(*cobra.Command, *model.Options) {},
		AddBackend: func(*cobra.Command) func() model.Backend {
			return func() model.Backend { return model.Backend{Name: "cpu"} }
		},
	}
	root := &cobra.Command{Use: "papers", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(Commands(e)...)
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&messages)
	err = root.ExecuteContext(t.Context())
	return out.String(), messages.String(), err
}

// measure writes a store of a built-in network, or of a copy of it in a file.
func measure(t *testing.T, out, network string, cells ...string) {
	t.Helper()
	_, err := benchrun.Run(t.Context(), benchrun.Options{Models: []string{network}, Data: "fashion", Cells: cells, Limit: 21, Seed: 3, Out: out,
		Backend: model.Backend{Name: "cpu"}, Messages: console.NewWriter(io.Discard), Command: []string{"steady", "bench", "run", "--data", filepath.Dir(out) + "/images"}})
	if err != nil {
		t.Fatal(err)
	}
}

// A file of results has what the stores have, and is read as these are.
func TestResults(t *testing.T) {
	dir := t.TempDir()
	a, b, file := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db"), filepath.Join(dir, "r.json")
	measure(t, a, "fashion-standard", "fog{severity=5}", "fgsm{eps=8/255}")
	measure(t, b, "fashion-standard", "contrast{severity=5}", "fog{severity=5}")
	stdout, stderr, err := run(t, "results", a, b, "--out", file)
	if err != nil || !strings.Contains(stdout, "1 network (1 with a model card) in 4 cells, 4 results\n") || stderr != "" {
		t.Fatalf("%s%s%v", stdout, stderr, err)
	}
	say := func(format string, args ...any) { t.Errorf("said: "+format, args...) }
	stores, err := Read([]string{a, b}, say)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read([]string{file}, say)
	if err != nil {
		t.Fatal(err)
	}
	for i := range read.Networks {
		read.Networks[i].Card.Training = stores.Networks[i].Card.Training // of other spaces
	}
	if !reflect.DeepEqual(read, stores) {
		t.Errorf("%+v\nis not\n%+v", read, stores)
	}
	r, err := benchrun.Read(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Entries {
		cell := read.Cell(e.Perturbation.String())
		if cell < 0 {
			t.Fatalf("no cell of %s", e.Perturbation)
		}
		if right, n := read.Count(0, cell); right != e.Result.Right || n != 21 || read.Cells[cell].Seed != 3 {
			t.Errorf("%s: %d of %d right, want %d of 21", e.Perturbation, right, n, e.Result.Right)
		}
	}
	if c := read.Networks[0].Card; c.Recipe != "standard" || c.TrainedOn == nil || len(c.TrainedOn) != 0 || c.Parameters == 0 {
		t.Errorf("%+v", c)
	}
	if len(read.Made) != 1 || read.Made[0] != "steady bench run --data images" {
		t.Errorf("made by %q", read.Made)
	}
	if _, _, err := run(t, "results", a, "--out", file); err == nil || !strings.Contains(err.Error(), "--force replaces it") {
		t.Errorf("a file that exists: %v", err)
	}
}

// A card beside the network's file, or in a folder, says on what it was trained; one of another file does not.
func TestCards(t *testing.T) {
	dir := t.TempDir()
	store, network := filepath.Join(dir, "a.db"), filepath.Join(dir, "mine.onnx")
	b, err := os.ReadFile("../../../models/fashion-standard.onnx")
	if err == nil {
		err = os.WriteFile(network, append(b, 0x72, 0), 0o666) // with an empty domain: the same network with another hash
	}
	if err != nil {
		t.Fatal(err)
	}
	measure(t, store, network)
	card := func(folder, hash string) {
		c := train.Card{SHA256: hash}
		if c.Training, err = train.Parse("corrupt{corruptions=fog}"); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(c)
		if err == nil {
			err = os.MkdirAll(folder, 0o777)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, "mine.json"), text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	card(dir, "other")
	table, err := Read([]string{store}, say)
	if err != nil || table.Networks[0].Card != nil || len(said) != 1 || !strings.Contains(said[0], "not the model card of mine: its sha256 is \"other\"") {
		t.Fatalf("%+v, %v, said %q", table, err, said)
	}
	_, stderr, err := run(t, "results", store, store, "--cards", dir, "--out", filepath.Join(dir, "out.json"))
	if n := strings.Count(stderr, "not the model card of mine"); err != nil || n != 1 {
		t.Errorf("said %d times: %s%v", n, stderr, err)
	}
	said = nil
	card(filepath.Join(dir, "cards"), table.Networks[0].SHA256)
	table, err = readOne(store, []string{filepath.Join(dir, "cards")}, say)
	if err != nil || table.Networks[0].Card == nil || strings.Join(table.Networks[0].Card.TrainedOn, " ") != "fog" || len(said) != 0 { // the other card is not needed
		t.Errorf("%+v, %v, said %q", table, err, said)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"text.json": "Results", "other.json": `{"a": 1}`, "empty.db": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"text.json": "not JSON", "other.json": `the format is ""`, "empty.db": "the file is empty", "none.json": "there is no ", ".": "a folder"} {
		if _, err := Read([]string{filepath.Join(dir, name)}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, _, err := run(t, "results", "--out", filepath.Join(dir, "r.json")); err == nil {
		t.Error("no stores: no error")
	}
}

func TestWithoutFolders(t *testing.T) {
	for command, want := range map[string]string{
		"steady bench run --data=/home/me/cifar,/x/y.bin --cell laugros/rain --eps 8/255": "steady bench run --data=cifar,y.bin --cell laugros/rain --eps 8/255",
		`steady bench run a/b.onnx C:\me\c.onnx '/tmp/d e.onnx'`:                          `steady bench run a/b.onnx c.onnx 'd e.onnx'`,
	} {
		if got := withoutFolders(command); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Without results, each experiment is that of docs/papers.md.
func TestShipped(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"independence", "Correlation over 28 networks"},
		{"transfer", "over small-standard-1"},
		{"mtlat", "the difference to small-standard-1"},
		{"overlap --resamples 100 --corruptions fog,snow,contrast", "of 3 corruptions by accuracy: 12 networks (3 seeds), 2000 images of cifar10-test"},
	} {
		stdout, stderr, err := run(t, strings.Fields(c.args)...)
		if err != nil || !strings.Contains(stdout, c.want) || !strings.Contains(stderr, "Without RESULTS, these are figures of the networks of Steady's own experiments") {
			t.Errorf("%s: %s%s%v", c.args, stdout, stderr, err)
		}
	}
}
