package train

import (
	"fmt"
	"slices"
	"time"

	"steady/core/option"
)

// The epochs whose parameters Config.Keep can ask for.
const (
	Last          = "last"
	Best          = "best"           // by the accuracy on clean validation images
	BestCorrupted = "best-corrupted" // on corrupted ones
	BestAttacked  = "best-attacked"  // on attacked ones
)

// Record is what is known of an epoch. Its JSON is a line of a log.
type Record struct {
	Epoch            int     `json:"epoch"`             // from 1
	Loss             float64 `json:"loss"`              // mean over the epoch, with label smoothing
	TrainingAccuracy float64 `json:"training_accuracy"` // on the augmented training images of the epoch
	*Measured                // nil if nothing was measured
	LearningRate     float64 `json:"learning_rate"` // of the last step
	Seconds          float64 `json:"seconds"`
	StepsPerSecond   float64 `json:"steps_per_second"`
	ProcessorSeconds float64 `json:"processor_seconds,omitempty"` // of all cores together; see [Trainer.AddProcessorTime]
	Warning          string  `json:"warning,omitempty"`           // of the recipe's Watch
}

// Measured is the accuracy of the network after an epoch, as it would be stored. What was not measured is nil.
type Measured struct {
	On              string   `json:"measured_on"` // Validation or Training
	Clean           *float64 `json:"clean_accuracy,omitempty"`
	CleanImages     int      `json:"clean_images,omitempty"`
	Corrupted       *float64 `json:"corrupted_accuracy,omitempty"` // mean over corruptions
	CorruptedImages int      `json:"corrupted_images,omitempty"`   // each with every corruption
	Attacked        *float64 `json:"pgd10_accuracy,omitempty"`
	AttackedImages  int      `json:"pgd10_images,omitempty"`
	Eps             float64  `json:"pgd10_eps,omitempty"`
	Seconds         float64  `json:"measured_in_seconds"`
}

// The images that a network is measured on.
const (
	Validation = "validation" // held out
	Training   = "training"   // those that it is trained on, as they are
)

// best is the network of the best epoch so far.
type best struct {
	epoch  int // from 1
	score  float64
	values [][]float32 // of all parameters, averaged
}

// keepsBest reports whether another epoch than the last may be the one to store.
func (c *Config) keepsBest() bool { return c.Keep != "" && c.Keep != Last }

// score returns the accuracy that Keep goes by, nil if it was not measured, and how it is measured, "" if it is not.
func (c *Config) score(m *Measured) (score *float64, how string) {
	score, n, suffix := m.Clean, m.CleanImages, ""
	switch c.Keep {
	case BestCorrupted:
		score, n, suffix = m.Corrupted, m.CorruptedImages, ", corrupted"
	case BestAttacked:
		score, n, suffix = m.Attacked, m.AttackedImages, ", under PGD-10 at eps "+option.FormatNumber(m.Eps, 255)
	}
	if n == 0 || m.On != Validation {
		return nil, ""
	}
	return score, fmt.Sprintf("%d validation images%s", n, suffix)
}

// CheckPlan returns an error that matches ErrConfig if the best epoch is to be kept and plan, a Measured without
// accuracies, does not measure that; one that matches ErrCheckpoint if the epochs so far were measured in another way.
func (t *Trainer) CheckPlan(plan Measured) error {
	if !t.config.keepsBest() {
		return nil
	}
	_, how := t.config.score(&plan)
	if how == "" {
		return fmt.Errorf("train: %w: keep is %s: want that accuracy to be measured, on validation images", ErrConfig, t.config.Keep)
	}
	for _, r := range t.history {
		if r.Measured == nil {
			continue
		}
		if _, before := t.config.score(r.Measured); before != how {
			return fmt.Errorf("train: %w: it chose the best epoch on %s, this run does on %s", ErrCheckpoint, before, how)
		}
	}
	return nil
}

// History returns what is known of the epochs done: all of them, or those since the checkpoint of a version that kept no
// history.
func (t *Trainer) History() []Record { return slices.Clone(t.history) }

// AddMeasured adds to the history what was measured of the network after the last epoch (see [Trainer.Evaluate]). If
// Config.Keep asks for the best epoch and this one is better than those before, its parameters are kept: Store writes
// them, and Checkpoint too. Epochs that are not measured are not candidates. If the recipe has a Watch, the record gets its
// Warning.
func (t *Trainer) AddMeasured(m Measured) error {
	if len(t.history) == 0 || t.midEpoch {
		return fmt.Errorf("train: accuracies measured before the end of an epoch")
	}
	if t.config.keepsBest() {
		score, _ := t.config.score(&m)
		if score == nil {
			return fmt.Errorf("train: %w: keep is %s: this accuracy was not measured on validation images", ErrConfig, t.config.Keep)
		}
		if t.best == nil || *score > t.best.score {
			t.average.swap()
			t.best = &best{t.epoch, *score, cloneValues(t.sgd.params)}
			t.average.swap()
		}
	}
	last := &t.history[len(t.history)-1]
	last.Measured = &m
	if r, err := LookupRecipe(t.config.Recipe); err == nil && r.Watch != nil {
		last.Warning = r.Watch(&t.config, t.History())
	}
	return nil
}

// AddProcessorTime adds to the history the processor time of the last epoch, on all cores, which says what a run costs
// where others use the processor too. The caller measures it: this package does not know the system.
func (t *Trainer) AddProcessorTime(d time.Duration) {
	if n := len(t.history); n > 0 {
		t.history[n-1].ProcessorSeconds += d.Seconds()
	}
}

// Kept returns the epoch whose parameters Store writes, from 1; 0 before the first is done.
func (t *Trainer) Kept() int {
	if t.best != nil {
		return t.best.epoch
	}
	return t.epoch
}
