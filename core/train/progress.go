package train

import (
	"fmt"
	"time"

	"steady/core/loss"
)

// Progress is how far a run has come.
type Progress struct {
	Epoch, Epochs int     // the epoch under way, from 1
	Step, Steps   int     // of this epoch
	Loss          float64 // mean over this epoch up to this step, with label smoothing
	Accuracy      float64 // on the augmented training images of this epoch up to this step; see loss.SoftCrossEntropy for soft targets
	LearningRate  float64
	Rate          float64       // images per second, over this epoch so far
	Left          time.Duration // until the end of the run at this rate
}

// epochProgress adds up the totals of an epoch, as they become known.
type epochProgress struct {
	*Trainer
	steps    int
	begin    time.Time
	progress func(Progress)

	total loss.Total
	told  int // steps that total includes
}

// tell adds the totals of the next steps, and calls progress for each.
func (c *epochProgress) tell(passed []loss.Total) error {
	done, took := c.told+len(passed), max(time.Since(c.begin), time.Microsecond) // clocks may be coarse
	left := (c.config.Epochs-c.epoch)*c.steps - done
	for _, p := range passed {
		c.total.Add(p)
		mean, accuracy := c.total.Mean()
		if mean-mean != 0 { // NaN or infinite, which JSON has no word for
			return fmt.Errorf("train: epoch %d, step %d: the loss is not a number: try a smaller learning rate than %g",
				c.epoch+1, c.told+1, c.config.LearningRate)
		}
		c.told++
		if c.progress == nil {
			continue
		}
		c.progress(Progress{
			Epoch: c.epoch + 1, Epochs: c.config.Epochs, Step: c.told, Steps: c.steps,
			Loss: mean, Accuracy: accuracy, LearningRate: c.rate(c.told-1, c.steps),
			Rate: float64(done*c.config.Batch) / took.Seconds(),
			Left: time.Duration(float64(took) / float64(done) * float64(left)),
		})
	}
	return nil
}

// record returns what is known of the epoch at its end.
func (c *epochProgress) record() Record {
	mean, accuracy := c.total.Mean()
	seconds := max(time.Since(c.begin), time.Microsecond).Seconds()
	return Record{
		Epoch: c.epoch + 1, Loss: mean, TrainingAccuracy: accuracy, LearningRate: c.rate(c.steps-1, c.steps),
		Seconds: seconds, StepsPerSecond: float64(c.steps) / seconds,
	}
}
