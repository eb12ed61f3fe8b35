package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/train"
)

// stopWhen is a context that is cancelled as soon as a file is there: Ctrl-C at a moment that is always the same.
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
			"--learning-rate", "0.05", "--shift", "1", "--flip=false", "--seed", "7",
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
	if out := result(t, args("parts.onnx", "--resume")...); out["resumed_after_epoch"] != 1.0 {
		t.Errorf("resumed: %v", out)
	}
	if !bytes.Equal(readFile(t, dir, "parts.onnx"), whole) {
		t.Error("a run that was stopped and resumed gives another network")
	}
	onlyFiles(t, dir, "parts.json", "parts.onnx", "whole.json", "whole.onnx")
}

// Every parameter of a recipe has a flag, so that a card's command can give all of them.
func TestRecipeFlags(t *testing.T) {
	a := &app{}
	c := a.trainCommand()
	b, err := json.Marshal(train.Config{EMADecay: 1, Border: "x"})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "recipe")
	var o train.Config
	for name := range fields {
		flag := strings.ReplaceAll(name, "_", "-")
		value := "1"
		if c.Flags().Lookup(flag) == nil {
			t.Errorf("no flag --%s", flag)
			continue
		}
		if err := c.Flags().Set(flag, value); err != nil {
			t.Errorf("--%s: %v", flag, err)
		}
	}
	override(c, &o, train.Config{Epochs: 1, Batch: 1, LearningRate: 1, Schedule: "1", Warmup: 1, Momentum: 1,
		WeightDecay: 1, LabelSmoothing: 1, EMADecay: 1, RandomCrop: 1, Border: "1", HorizontalFlip: true})
	o.Recipe, o.Seed = "x", 1
	b, err = json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(b); strings.Contains(s, ":0") || strings.Contains(s, `""`) || strings.Contains(s, "false") {
		t.Errorf("override forgets a parameter: %s", s)
	}
}
