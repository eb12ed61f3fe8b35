package trainrun

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"steady/core/train"
	"steady/tools/internal/output"
)

// A log that a killed run has left is drawn up to its last whole line.
func TestPlotLog(t *testing.T) {
	dir := t.TempDir()
	half, most := .5, .75
	history := []train.Record{
		{Epoch: 1, Loss: 2, TrainingAccuracy: .25, LearningRate: .1, Seconds: 1, StepsPerSecond: 9},
		{Epoch: 2, Loss: 1, TrainingAccuracy: .5, LearningRate: .2, Seconds: 1, StepsPerSecond: 9,
			Measured: &train.Measured{On: train.Validation, Clean: &most, CleanImages: 40, Attacked: &half, AttackedImages: 8, Eps: .1}},
	}
	var text strings.Builder
	if err := writeLog(&text, history); err != nil {
		t.Fatal(err)
	}
	log, plot := filepath.Join(dir, "run.jsonl"), filepath.Join(dir, "run.svg")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(log, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(text.String() + `{"epoch":3,"loss":`)
	if got, err := readLog(log); err != nil || !reflect.DeepEqual(got, history) {
		t.Fatalf("read %+v, %v, want %+v", got, err, history)
	}
	r, err := PlotLog(log, plot, output.Plan{})
	if err != nil || r.Epochs != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	b, err := os.ReadFile(plot)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">run<", "clean on 40, PGD-10 on 8 validation images", "clean 75.0 %", "PGD-10 50.0 %", "epoch 2: 1.000"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the figure lacks %q:\n%s", want, b)
		}
	}
	if strings.Contains(string(b), "corrupted") {
		t.Error("the figure has what was not measured")
	}
	if _, err := PlotLog(log, plot, output.Plan{}); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a figure that exists: %v", err)
	}
	for bad, want := range map[string]string{
		"":                           "no epoch",
		"{\"epoch\":1":               "no epoch",
		text.String() + "nonsense\n": "line 3",
		"nonsense":                   "line 1",
		"{\"epoch\":0}\n":            "line 1",
	} {
		write(bad)
		other := filepath.Join(dir, "other.svg")
		if _, err := PlotLog(log, other, output.Plan{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
		if _, err := os.Stat(other); err == nil {
			t.Errorf("%q: a figure is written", bad)
		}
	}
}
