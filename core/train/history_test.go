package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"steady/core/engine"
	"steady/core/nn"
)

// measured has an accuracy of each kind.
func measured(clean, corrupted, attacked float64) Measured {
	return Measured{On: Validation, Clean: &clean, CleanImages: 8, Corrupted: &corrupted, CorruptedImages: 4, Attacked: &attacked,
		AttackedImages: 2, Eps: 8. / 255}
}

// stored is what Store writes.
func stored(t *testing.T, tr *Trainer, n *nn.Network) (all []float32) {
	t.Helper()
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	for _, p := range n.Params() {
		all = append(all, p.Data...)
	}
	return all
}

// The best epoch is the one that is stored, also when the run was interrupted before or after it.
func TestKeepsBest(t *testing.T) {
	scores := []Measured{measured(.5, .3, .1), measured(.9, .2, .1), measured(.9, .4, .2), measured(.7, .1, .3)}
	for keep, want := range map[string]int{"": 4, Last: 4, Best: 2, BestCorrupted: 3, BestAttacked: 4} {
		set, c := stripes(32, 4), config(4)
		c.Keep, c.Validation = keep, 8
		n := tiny(4)
		tr := trainer(t, n, set, c, 1)
		var after [][]float32 // each epoch, what is stored if it is the one
		var files [][]byte
		for _, m := range scores {
			epochs(t, tr, 1)
			if err := tr.Evaluate(func(e *engine.Engine) error {
				other := tiny(4)
				copyOf := trainer(t, other, set, config(4), 1)
				for i, p := range tr.sgd.params {
					copy(copyOf.sgd.params[i].Value, p.Value) // the averages, while f runs
				}
				copyOf.average = nil
				after = append(after, stored(t, copyOf, other))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := tr.AddMeasured(m); err != nil {
				t.Fatal(err)
			}
			files = append(files, saved(t, tr))
		}
		if got := stored(t, tr, n); tr.Kept() != want || !slices.Equal(got, after[want-1]) {
			t.Errorf("%q: epoch %d is kept, want %d", keep, tr.Kept(), want)
		}
		for done, file := range files {
			again := tiny(4)
			resumed := trainer(t, again, set, c, 1)
			if err := resumed.Restore(bytes.NewReader(file)); err != nil {
				t.Fatal(err)
			}
			for _, m := range scores[done+1:] {
				epochs(t, resumed, 1)
				if err := resumed.AddMeasured(m); err != nil {
					t.Fatal(err)
				}
			}
			if got := stored(t, resumed, again); resumed.Kept() != want || !slices.Equal(got, after[want-1]) {
				t.Errorf("%q, resumed after epoch %d: epoch %d is kept, want %d", keep, done+1, resumed.Kept(), want)
			}
			if got := resumed.History(); len(got) != 4 || !reflect.DeepEqual(got[:done+1], tr.History()[:done+1]) {
				t.Errorf("%q, resumed after epoch %d: history %+v", keep, done+1, got)
			}
		}
	}
}

func TestKeepRefuses(t *testing.T) {
	c := config(2)
	c.Keep = Best
	if err := c.Validate(); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "want validation images") {
		t.Errorf("the best epoch without validation images: %v", err)
	}
	c.Validation = 8
	set := stripes(32, 4)
	tr := trainer(t, tiny(4), set, c, 1)
	if err := tr.AddMeasured(measured(.5, .5, .5)); err == nil {
		t.Error("an accuracy before the first epoch is taken")
	}
	epochs(t, tr, 1)
	onTraining := measured(.5, .5, .5)
	onTraining.On = Training
	for name, m := range map[string]Measured{"nothing measured": {On: Validation}, "training images": onTraining} {
		if err := tr.AddMeasured(m); !errors.Is(err, ErrConfig) || tr.History()[0].Measured != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := tr.AddMeasured(measured(.5, .5, .5)); err != nil {
		t.Fatal(err)
	}
	file := saved(t, tr)
	c.Validation = 9
	if err := trainer(t, tiny(4), set, c, 1).Restore(bytes.NewReader(file)); !errors.Is(err, ErrCheckpoint) ||
		!strings.Contains(err.Error(), "validation 8, this one has 9") {
		t.Errorf("a run with other validation images is resumed: %v", err)
	}
	c.Validation, c.Keep = 8, ""
	if err := trainer(t, tiny(4), set, c, 1).Restore(bytes.NewReader(file)); !strings.Contains(err.Error(), "keep best, this one has last") {
		t.Errorf("a run that keeps another epoch is resumed: %v", err)
	}
}

func TestCheckPlan(t *testing.T) {
	c := config(2)
	c.Keep, c.Validation = BestAttacked, 8
	tr := trainer(t, tiny(4), stripes(32, 4), c, 1)
	plan := Measured{On: Validation, CleanImages: 8, AttackedImages: 2, Eps: 8. / 255}
	if err := tr.CheckPlan(plan); err != nil {
		t.Error(err)
	}
	for name, wrong := range map[string]Measured{"none": {}, "clean only": {On: Validation, CleanImages: 8}, "training": {On: Training, AttackedImages: 2}} {
		if err := tr.CheckPlan(wrong); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	epochs(t, tr, 1)
	if err := tr.AddMeasured(measured(.5, .5, .5)); err != nil {
		t.Fatal(err)
	}
	if err := tr.CheckPlan(plan); err != nil {
		t.Error(err)
	}
	plan.Eps = 4. / 255
	if err := tr.CheckPlan(plan); !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), "eps 8/255") {
		t.Errorf("another attack: %v", err)
	}
}

// A record is one flat object, in which what was not measured is missing.
func TestRecordJSON(t *testing.T) {
	r := Record{Epoch: 2, Loss: .5, TrainingAccuracy: .75, LearningRate: .1, Seconds: 3, StepsPerSecond: 4}
	plain := `{"epoch":2,"loss":0.5,"training_accuracy":0.75,"learning_rate":0.1,"seconds":3,"steps_per_second":4}`
	zero := 0.
	m := r
	m.Measured = &Measured{On: Training, Attacked: &zero, AttackedImages: 9, Eps: .5, Seconds: 2}
	full := `{"epoch":2,"loss":0.5,"training_accuracy":0.75,"measured_on":"training","pgd10_accuracy":0,"pgd10_images":9,` +
		`"pgd10_eps":0.5,"measured_in_seconds":2,"learning_rate":0.1,"seconds":3,"steps_per_second":4}`
	for want, r := range map[string]Record{plain: r, full: m} {
		b, err := json.Marshal(r)
		if err != nil || string(b) != want {
			t.Errorf("%s, %v, want %s", b, err, want)
		}
		var back Record
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("%s is read as %+v, %v", b, back, err)
		}
	}
}

// What a recipe says of the history after an epoch is in the record of the epoch, and in the checkpoint.
func TestWatch(t *testing.T) {
	r := dummyRecipe("watched")
	r.Watch = func(c *Config, h []Record) string {
		if len(h) == 2 && *h[1].Attacked < *h[0].Attacked {
			return "worse in epoch 2 of " + c.Recipe
		}
		return ""
	}
	Register(r)
	defer func() { recipes = recipes[:len(recipes)-1] }()
	tr := trainer(t, tiny(4), stripes(32, 4), r.Config, 1)
	for i, attacked := range []float64{.5, .1} {
		epochs(t, tr, 1)
		if err := tr.AddMeasured(measured(.9, .5, attacked)); err != nil {
			t.Fatal(err)
		}
		if got, want := tr.History()[i].Warning, []string{"", "worse in epoch 2 of watched"}[i]; got != want {
			t.Errorf("epoch %d: %q, want %q", i+1, got, want)
		}
	}
	again := trainer(t, tiny(4), stripes(32, 4), r.Config, 1)
	if err := again.Restore(bytes.NewReader(saved(t, tr))); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.History(), tr.History()) {
		t.Errorf("restored %+v, want %+v", again.History(), tr.History())
	}
}
