package trainrun

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"steady/core/option"
	"steady/core/train"
	"steady/core/train/monitor"
)

// Every parameter of a recipe has a flag, so that a model card's command can give all of them.
func TestRecipeFlags(t *testing.T) {
	all := train.Config{Recipe: "standard", Epochs: 3, Batch: 3, Seed: 3, Schedule: train.Cosine, LearningRate: .5, Warmup: .5,
		Momentum: .5, WeightDecay: .5, ShiftRate: .5, Initialization: train.Identity, LabelSmoothing: .5, Clip: .5, RandomCrop: 3, Border: train.Reflect,
		Flip: train.AlternatingFlip, Cutout: .5, Validation: 3, Keep: train.BestAttacked}
	averaging, lookahead := all, all // of which there may be one
	averaging.EMADecay = .5
	lookahead.Lookahead, lookahead.LookaheadAlpha, lookahead.LookaheadSchedule = 3, .5, train.Cubic
	checkRecipeFlags(t, averaging, "lookahead")
	checkRecipeFlags(t, lookahead, "averaging")
}

// checkRecipeFlags sets all flags but those whose names begin with without.
func checkRecipeFlags(t *testing.T, want train.Config, without string) {
	t.Helper()
	var f Flags
	c := &cobra.Command{}
	f.Add(c)
	for _, o := range train.OptionTable() {
		if o.Internal || strings.HasPrefix(o.Name, without) {
			continue
		}
		text := "1"
		switch o.Kind() {
		case option.Choice:
			text = o.Choices[len(o.Choices)-1]
		case option.Whole:
			text = "3"
		case option.Number:
			text = "1/2"
		}
		if err := c.Flags().Set(o.Name, text); err != nil {
			t.Errorf("--%s: %v", o.Name, err)
		}
	}
	got, err := f.Config("standard")
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("the flags make %+v, want %+v", got, want)
	}
}

// How the network is measured is set by flags as well; eps is else the recipe's.
func TestMonitorFlags(t *testing.T) {
	var f Flags
	c := &cobra.Command{}
	f.Add(c)
	for name, text := range map[string]string{"monitor-every": "5", "monitor-attacked": "0", "monitor-eps": "2/255"} {
		if err := c.Flags().Set(name, text); err != nil {
			t.Fatal(err)
		}
	}
	want := monitor.Defaults(train.Config{})
	want.Every, want.Attacked, want.Eps = 5, 0, 2./255
	if got := f.Monitor(train.Config{}); got != want {
		t.Errorf("the flags make %+v, want %+v", got, want)
	}
}

// A model card's command can be pasted into a shell.
func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"--eps=8/255": "--eps=8/255", "tlat{eps=8/255}": "'tlat{eps=8/255}'", "--data=my images": "'--data=my images'",
		"--data=$HOME": "'--data=$HOME'", "--out=it's.onnx": `'--out=it'\''s.onnx'`, "": "''",
	} {
		if got := Quoted(word); got != want {
			t.Errorf("Quoted(%q) = %s, want %s", word, got, want)
		}
	}
}
