package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/onnx"
	"steady/core/option"
	"steady/core/train"
)

// stopWhen is a context that is canceled as soon as a file is there: Ctrl-C at a moment that is always the same.
type stopWhen struct {
	context.Context
	file string
}

func (s stopWhen) Err() error {
	if _, err := os.Stat(s.file); err == nil {
		return context.Canceled
	}
	return nil
}

// Done has contexts that are made of a canceled one canceled.
func (s stopWhen) Done() <-chan struct{} {
	if s.Err() == nil {
		return nil
	}
	done := make(chan struct{})
	close(done)
	return done
}

func readFile(t *testing.T, elements ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTrain(t *testing.T) {
	data, test := writeSet(t, 64), writeSet(t, 40)
	dir := t.TempDir()
	args := func(name string, more ...string) []string {
		return append([]string{"train", "standard", "--data", data, "--test", test, "--epochs", "3", "--batch", "16",
			"--learning-rate", "0.05", "--shift", "1", "--flip=none", "--seed", "7",
			"--out", filepath.Join(dir, name)}, more...)
	}
	out := result(t, args("whole.onnx")...)
	if out["recipe"] != "standard" || out["epochs"] != 3.0 || out["n"] != 64.0 || out["resumed_after_epoch"] != 0.0 {
		t.Errorf("train: %v", out)
	}
	onlyFiles(t, dir, "whole.json", "whole.onnx")
	var card train.Card
	if err := json.Unmarshal(readFile(t, dir, "whole.json"), &card); err != nil {
		t.Fatal(err)
	}
	whole := readFile(t, dir, "whole.onnx")
	sum := sha256.Sum256(whole)
	if card.SHA256 != hex.EncodeToString(sum[:]) || card.Training.RandomCrop != 1 || card.Training.Seed != 7 {
		t.Errorf("card: %+v", card)
	}
	if len(card.DataSHA256) != 64 || card.Images != 64 || card.Seconds <= 0 || card.Machine == "" || card.Date == "" {
		t.Errorf("card: data %q, %d images, %v s, machine %q, date %q", card.DataSHA256, card.Images, card.Seconds, card.Machine, card.Date)
	}
	if strings.Contains(string(readFile(t, dir, "whole.json")), dir) || !strings.Contains(card.Command, "--shift=1") {
		t.Errorf("card: it must name its parameters and no folder of this machine: %s", card.Command)
	}

	// What the card says of it is what eval finds.
	got := result(t, "eval", "--data", test, "--model", filepath.Join(dir, "whole.onnx"))["accuracy"]
	if got != card.Accuracy || card.TestImages != 40 {
		t.Errorf("eval finds accuracy %v, the card says %v on %d images", got, card.Accuracy, card.TestImages)
	}

	// Stopped after the first epoch, a run goes on to the same bytes.
	checkpoint := filepath.Join(dir, "parts.checkpoint")
	var stdout, stderr bytes.Buffer
	ctx := stopWhen{context.Background(), checkpoint}
	code := run(ctx, args("parts.onnx"), &stdout, &stderr)
	if code != exitFailure || !strings.Contains(stderr.String(), "--resume") {
		t.Fatalf("stopped: exit code %d, %s", code, &stderr)
	}
	onlyFiles(t, dir, "parts.checkpoint", "whole.json", "whole.onnx")
	if _, err, code := steady(args("parts.onnx")...); code != exitUsage || !strings.Contains(err, "--resume") {
		t.Errorf("begun anew over a checkpoint: exit code %d, %s", code, err)
	}
	if _, err, code := steady(args("parts.onnx", "--resume", "--seed", "8")...); code != exitFailure {
		t.Errorf("another run's checkpoint: exit code %d, %s", code, err)
	}
	notes := filepath.Join(t.TempDir(), "notes")
	if err := os.WriteFile(notes, []byte("a shopping list\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	drawing := filepath.Join(dir, "drawing.svg")
	if err := os.WriteFile(drawing, []byte("<svg/>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err, code := steady(args("parts.onnx", "--resume", "--plot", drawing)...); code != exitUsage || !strings.Contains(err, "--force replaces it") ||
		string(readFile(t, drawing)) != "<svg/>" {
		t.Errorf("the plot is another file: exit code %d, %s", code, err)
	}
	if err := os.Remove(drawing); err != nil {
		t.Fatal(err)
	}
	if _, err, code := steady(args("parts.onnx", "--resume", "--log", notes)...); code != exitUsage || !strings.Contains(err, "line 1 is not that of an epoch") ||
		string(readFile(t, notes)) != "a shopping list\n" {
		t.Errorf("the log is another file: exit code %d, %s", code, err)
	}
	if out := result(t, args("parts.onnx", "--resume")...); out["resumed_after_epoch"] != 1.0 {
		t.Errorf("resumed: %v", out)
	}
	if !bytes.Equal(readFile(t, dir, "parts.onnx"), whole) {
		t.Error("a run that was stopped and resumed gives another network")
	}
	onlyFiles(t, dir, "parts.json", "parts.onnx", "whole.json", "whole.onnx")

	// As float32 it is the same network, in twice the bytes.
	result(t, args("wide.onnx", "--weights", "float32")...)
	wide, err := onnx.Read(readFile(t, dir, "wide.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if half, err := (onnx.WriteOptions{Float16: true}).Write(wide); err != nil || !bytes.Equal(half, whole) {
		t.Errorf("its weights rounded are %d other bytes than the %d of float16 (%v)", len(half), len(whole), err)
	}
	for name, want := range map[string]string{"whole": "float16", "wide": "float32"} {
		if card := readFile(t, dir, name+".json"); !strings.Contains(string(card), `"weights": "`+want+`"`) {
			t.Errorf("card of %s: %s", name, card)
		}
	}
	if stdout := must(t, "inspect", filepath.Join(dir, "whole.onnx")); !strings.Contains(stdout, "855,968 stored in 16 bits") {
		t.Errorf("inspect: %s", stdout)
	}
	if _, err, code := steady(args("bad.onnx", "--weights", "float8")...); code != exitUsage || !strings.Contains(err, "--weights float8: valid: float16") {
		t.Errorf("--weights float8: exit code %d, %s", code, err)
	}
	for _, file := range []string{"wide.onnx", "wide.json"} {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}

	// Stopped after the last epoch, while the accuracy is measured, it is not lost either.
	stderr.Reset()
	code = run(stopWhen{context.Background(), filepath.Join(dir, "one.checkpoint")}, args("one.onnx", "--epochs", "1"), &stdout, &stderr)
	if code != exitFailure || !strings.Contains(stderr.String(), "--resume goes on after epoch 1") {
		t.Errorf("stopped after the last epoch: exit code %d, %s", code, &stderr)
	}
	must(t, args("one.onnx", "--epochs", "1", "--resume")...)
}

// A parameter that all recipes share needs nothing but its literal to be a flag.
func TestNewConfigOption(t *testing.T) {
	defer train.SwapOption("warmup", option.Option[train.Config]{
		Name: "dummy-number", Aliases: []string{"former"}, Help: "a number", Range: option.Between(0, 3),
		Field: func(c *train.Config) any { return &c.Warmup },
	})()
	help := must(t, "train", "--help")
	if !strings.Contains(help, "--dummy-number number") || !strings.Contains(help, "a number (from 0 to 3; default: the recipe's)") ||
		strings.Contains(help, "--former") {
		t.Errorf("help: %s", help)
	}
	data := writeSet(t, 4)
	dir := t.TempDir()
	out := filepath.Join(dir, "m.onnx")
	result(t, "train", "standard", "--data", data, "--epochs", "1", "--batch", "2", "--shift", "1", "--former", "1/2", "--out", out)
	if card := string(readFile(t, dir, "m.json")); !strings.Contains(card, `"dummy_number": 0.5`) {
		t.Errorf("model card: %s", card)
	}
	_, stderr, code := steady("train", "standard", "--data", data, "--dummy-number", "4", "--out", out)
	if code != exitUsage || !strings.Contains(stderr, `"4" for "--dummy-number" flag: want a number from 0 to 3`) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// dummies are the options of a recipe for tests, which changes nothing.
type dummies struct {
	Gravity float64
	Radius  float64
	Twice   bool
}

func init() {
	standard, err := train.LookupRecipe("standard")
	if err != nil {
		panic(err)
	}
	r := train.Recipe{Name: "dummy", Summary: "a recipe for tests", Source: "none", Config: standard.Config}
	r.Config.Recipe = r.Name
	r.Watch = func(c *train.Config, history []train.Record) string {
		if train.OwnOptions[dummies](c).Gravity < 100 {
			return ""
		}
		return fmt.Sprintf("epoch %d is too heavy", history[len(history)-1].Epoch)
	}
	train.Register(train.WithOptions(r, dummies{Gravity: 1}, option.Table[dummies]{
		{Name: "gravity", Help: "gravity of nothing", Field: func(d *dummies) any { return &d.Gravity }, Range: option.Above(0)},
		{Name: "radius", Help: "radius of nothing", Field: func(d *dummies) any { return &d.Radius }, Per: 255},
		{Name: "twice", Help: "nothing twice", Field: func(d *dummies) any { return &d.Twice }},
	}, func(context.Context, *train.Batch, *dummies) error { return nil }))
}

// What a recipe warns of is said after the epoch, and is in the log.
func TestRecipeWarns(t *testing.T) {
	data, dir := writeSet(t, 4), t.TempDir()
	for gravity, want := range map[string]bool{"100": true, "99": false} {
		log := filepath.Join(dir, gravity+".jsonl")
		_, stderr, code := steady("train", "dummy", "--gravity", gravity, "--data", data, "--epochs", "1", "--batch", "2", "--shift", "1",
			"--monitor-corrupted", "0", "--network", "compact", "--log", log, "--out", filepath.Join(dir, gravity+".onnx"))
		if code != exitOK {
			t.Fatal(stderr)
		}
		if got := strings.Contains(stderr, "WARNING: epoch 1 is too heavy"); got != want {
			t.Errorf("gravity %s: %s", gravity, stderr)
		}
		if line := string(readFile(t, dir, gravity+".jsonl")); strings.Contains(line, `"warning":"epoch 1 is too heavy"`) != want {
			t.Errorf("gravity %s: log %s", gravity, line)
		}
	}
}

// Options that a recipe has of its own are set in braces and by flags, and are in the model card and its command.
func TestRecipeOptions(t *testing.T) {
	data, dir := writeSet(t, 4), t.TempDir()
	train := func(args ...string) (card string) {
		t.Helper()
		result(t, append([]string{"train", "--data", data, "--epochs", "1", "--batch", "2", "--shift", "1",
			"--force", "--out", filepath.Join(dir, "m.onnx")}, args...)...)
		return strings.Join(strings.Fields(string(readFile(t, dir, "m.json"))), "")
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"dummy"}, []string{`"options":{"gravity":1,"radius":0,"twice":false}`}},
		{[]string{"dummy{gravity=0.5, radius=8/255}"}, []string{`"options":{"gravity":0.5,"radius":0.03137254901960784,"twice":false}`,
			"'dummy{gravity=0.5,radius=8/255}'"}},
		{[]string{"dummy{gravity=0.5}", "--gravity", "1/4", "--twice"}, []string{`"options":{"gravity":0.25,"radius":0,"twice":true}`,
			"--gravity=1/4--twice=true"}},
	} {
		card := train(c.args...)
		for _, want := range c.want {
			if !strings.Contains(card, want) {
				t.Errorf("%v: model card %s, want %s", c.args, card, want)
			}
		}
	}
	if help := must(t, "train", "--help"); !strings.Contains(help, "gravity of nothing (dummy)") {
		t.Errorf("help: %s", help)
	}
	for want, args := range map[string][]string{
		"gravity is 0: want a number above 0":       {"dummy{gravity=0}"},
		`no option "height"; valid: gravity`:        {"dummy{height=1}"},
		"recipe standard has no options of its own": {"standard", "--gravity", "1"},
		"want a closing brace":                      {"dummy{gravity=1"},
		`"epochs"`:                                  {"dummy{epochs=1}"},
	} {
		_, stderr, code := steady(append([]string{"train", "--data", data, "--out", filepath.Join(dir, "n.onnx")}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %s, want %q", args, code, stderr, want)
		}
	}
}

// logged returns the lines of a log without the times, which differ from run to run.
func logged(t *testing.T, file ...string) (lines []map[string]any) {
	t.Helper()
	for line := range strings.Lines(string(readFile(t, file...))) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("log: %q: %v", line, err)
		}
		for _, time := range []string{"seconds", "measured_in_seconds", "steps_per_second", "processor_seconds"} {
			if v, ok := m[time].(float64); m[time] != nil && (!ok || v <= 0) {
				t.Errorf("log: %q: %s", line, time)
			}
			delete(m, time)
		}
		lines = append(lines, m)
	}
	return lines
}

// Validation images are held out of those to train on, the log has a line for each epoch, and the best one is kept.
func TestTrainMeasures(t *testing.T) {
	data, dir := writeSet(t, 60), t.TempDir()
	args := func(more ...string) []string {
		return append([]string{"train", "standard", "--data", data, "--epochs", "3", "--batch", "8", "--shift", "1", "--flip=none",
			"--learning-rate", "0.05", "--log", filepath.Join(dir, "m.jsonl"), "--out", filepath.Join(dir, "m.onnx")}, more...)
	}
	plot := filepath.Join(dir, "m.svg")
	out := result(t, args("--validation", "20", "--keep", "best", "--plot", plot, "--monitor-corrupted", "2", "--monitor-attacked", "4")...)
	if out["n"] != 40.0 || out["validation_images"] != 20.0 {
		t.Errorf("%v", out)
	}
	lines := logged(t, dir, "m.jsonl")
	if len(lines) != 3 {
		t.Fatalf("%d lines of 3 epochs", len(lines))
	}
	best := 0
	for i, l := range lines {
		if l["epoch"] != float64(i+1) || l["measured_on"] != "validation" || l["clean_images"] != 20.0 || l["corrupted_images"] != 2.0 ||
			l["pgd10_images"] != 4.0 {
			t.Errorf("line %d: %v", i, l)
		}
		if l["clean_accuracy"].(float64) > lines[best]["clean_accuracy"].(float64) {
			best = i
		}
	}
	if out["kept_epoch"] != float64(best+1) {
		t.Errorf("epoch %v is kept, want %d", out["kept_epoch"], best+1)
	}
	var card train.Card
	if err := json.Unmarshal(readFile(t, dir, "m.json"), &card); err != nil || card.Training.Validation != 20 || card.Training.Keep != train.Best {
		t.Errorf("card: %+v, %v", card.Training, err)
	}
	if strings.Contains(card.Command, "--log") || strings.Contains(card.Command, "--plot") {
		t.Errorf("card: the log makes no difference: %s", card.Command)
	}

	if svg := string(readFile(t, plot)); !strings.Contains(svg, "clean on 20, corrupted on 2, PGD-10 on 4 validation images") {
		t.Errorf("the curves: %s", svg)
	}
	if out := result(t, "train", "--log", filepath.Join(dir, "m.jsonl"), "--plot", plot, "--force"); out["epochs"] != 3.0 {
		t.Errorf("the curves of the log: %v", out)
	}

	_, stderr, code := steady(args()...)
	if code != exitUsage || !strings.Contains(stderr, "--force") {
		t.Errorf("files that exist: exit code %d, %s", code, stderr)
	}
	_, stderr, code = steady(args("--force", "--monitor-every", "2", "--monitor-corrupted", "0")...)
	if code != exitOK || !strings.Contains(stderr, "for want of validation images") || !strings.Contains(stderr, "3/3") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	lines = logged(t, dir, "m.jsonl")
	if len(lines) != 3 || lines[0]["measured_on"] != nil || lines[1]["measured_on"] != "training" || lines[2]["clean_images"] != 60.0 ||
		lines[2]["corrupted_accuracy"] != nil {
		t.Errorf("measured every 2 epochs: %v", lines)
	}
	_, stderr, code = steady(args("--force", "--monitor-every", "0")...)
	if lines = logged(t, dir, "m.jsonl"); code != exitOK || lines[2]["measured_on"] != nil {
		t.Errorf("never measured: exit code %d, %s, %v", code, stderr, lines)
	}
	for want, more := range map[string][]string{
		"want validation images":       {"--keep", "best"},
		"fewer than there are":         {"--validation", "60"},
		"want that accuracy":           {"--keep", "best-attacked", "--validation", "5", "--monitor-attacked", "0"},
		"want that accuracy to be mea": {"--keep", "best", "--validation", "5", "--monitor-every", "0"},
	} {
		before := readFile(t, dir, "m.onnx")
		_, stderr, code := steady(args(append(more, "--force")...)...)
		if code != exitUsage || !strings.Contains(stderr, want) || !bytes.Equal(readFile(t, dir, "m.onnx"), before) {
			t.Errorf("%v: exit code %d, %s, want %q", more, code, stderr, want)
		}
	}
}
