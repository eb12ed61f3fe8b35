package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"steady/core/compute"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/parallel"
	"steady/core/random"
)

// Engine is what a Trainer needs of a training engine; *engine.Engine is one.
type Engine interface {
	InputShape() nn.Shape
	Classes() int
	Batch() int
	// TrainStep leaves the gradients, summed over the images x, in the Grad of Params.
	TrainStep(x []float32, f loss.Func) error
	Params() []engine.Param
	// Store copies the values of Params into the network that the engine was made of.
	Store() error
	// Evaluator returns an engine for evaluation with the parameters as they are now.
	Evaluator(engine.Statistics) (*engine.Engine, error)
}

// Trainer trains one network.
type Trainer struct {
	config   Config
	schedule schedule
	prepare  func(context.Context, *Batch) error
	engine   Engine
	set      *dataset.Set
	sum      uint32 // of the set
	begun    uint32 // of the parameters before the first epoch
	sgd      *sgd
	average  *average // nil without averaging
	epoch    int      // whole epochs done
	midEpoch bool     // an epoch was begun and not ended
	history  []Record // of the epochs done
	best     *best    // nil while no epoch is kept but the last
	stepper  stepper  // takes the steps of this epoch; nil if they are taken here

	x      []float32 // room for the images of a step
	labels []int     // and for their labels
}

// ErrEpochAborted matches errors of a Trainer whose last epoch was aborted: only Restore helps.
var ErrEpochAborted = errors.New("the last epoch was aborted")

// New prepares a run. The network is changed by Store only; Initialize it first.
func New(b compute.Backend, n *nn.Network, set *dataset.Set, c Config) (*Trainer, error) {
	if err := c.check(n.Image, set); err != nil {
		return nil, err
	}
	e, err := engine.New(b, n, engine.Config{Batch: c.StepImages(), Train: true})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return NewOn(e, set, c)
}

// NewOn is New on a training engine of at least as many images as Config.StepImages says. The engine is then the trainer's alone.
func NewOn(e Engine, set *dataset.Set, c Config) (*Trainer, error) {
	if err := c.check(e.InputShape(), set); err != nil {
		return nil, err
	}
	if most := c.StepImages(); e.Batch() < most {
		return nil, fmt.Errorf("train: %w: a step sees up to %d images: want at most the %d of the engine", ErrConfig, most, e.Batch())
	}
	for i, l := range set.Labels {
		if l < 0 || l >= e.Classes() {
			return nil, fmt.Errorf("train: image %d has label %d: want 0 to %d", i, l, e.Classes()-1)
		}
	}
	s, err := c.schedule()
	if err != nil {
		return nil, err
	}
	recipe, err := LookupRecipe(c.Recipe)
	if err != nil {
		return nil, err
	}
	return &Trainer{
		config: c, schedule: s, prepare: recipe.Prepare, engine: e, set: set, sum: fingerprint(set), begun: fingerprintOf(e.Params()),
		sgd: newSGD(e.Params(), &c), average: newAverage(e.Params(), &c),
		x: make([]float32, c.StepImages()*set.Size()), labels: make([]int, c.StepImages()),
	}, nil
}

// check returns an error if a configuration, images of a shape, and a set do not fit together.
func (c Config) check(shape nn.Shape, set *dataset.Set) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if want := (nn.Shape{set.C, set.H, set.W}); !shape.Equal(want) {
		return fmt.Errorf("train: network for images of %v, data of %v: want the same", []int(shape), []int(want))
	}
	if len(set.Pix) != set.Len()*set.Size() {
		return fmt.Errorf("train: %d images have %d values, want %d each", set.Len(), len(set.Pix), set.Size())
	}
	if set.Len() < c.Batch {
		return fmt.Errorf("train: %w: batch is %d: want at most the %d images there are", ErrConfig, c.Batch, set.Len())
	}
	if first := set.Labels[0]; !slices.ContainsFunc(set.Labels, func(l int) bool { return l != first }) {
		return fmt.Errorf("train: all %d images are of class %d: want at least two classes", set.Len(), first)
	}
	if c.RandomCrop >= min(set.H, set.W) {
		return fmt.Errorf("train: %w: shift is %d: want less than the %d×%d pixels of an image",
			ErrConfig, c.RandomCrop, set.W, set.H)
	}
	return nil
}

// Epoch returns the number of whole epochs done.
func (t *Trainer) Epoch() int { return t.epoch }

// Done reports whether all epochs are done.
func (t *Trainer) Done() bool { return t.epoch >= t.config.Epochs }

// Store writes the parameters as they are now, or their average if the Config asks for one, into the network; or those of
// the best epoch, if it asks for that ([Trainer.AddMeasured]). The training goes on as if it had not been called.
func (t *Trainer) Store() error {
	if t.best == nil {
		t.average.swap()
		defer t.average.swap()
	} else {
		swapValues(t.sgd.params, t.best.values)
		defer swapValues(t.sgd.params, t.best.values)
	}
	return t.engine.Store()
}

// Evaluate calls f with the network as Store would write it if this epoch were the last and the one to keep. Call it
// between epochs; the engine is f's only until f returns. The first call prepares one.
func (t *Trainer) Evaluate(f func(*engine.Engine) error) error {
	if t.midEpoch {
		return fmt.Errorf("train: evaluate: %w", ErrEpochAborted)
	}
	t.average.swap()
	defer t.average.swap()
	e, err := t.engine.Evaluator(engine.RunningStatistics)
	if err != nil {
		return fmt.Errorf("train: evaluate: %w", err)
	}
	return f(e)
}

// RunEpoch trains for one epoch and calls progress (unless nil) for each step in order. Images that do not fill a last
// batch are left out; each epoch has an order of its own, so they are others each time. When ctx is canceled it stops
// before the next step, or where the recipe does, and returns the context's error; the epoch is then aborted, and only
// Restore helps.
//
// Where the engine takes the steps by itself, progress is called for several steps at once, about every quarter of a
// second, and when ctx is canceled not for those since then. A loss that is not a number is noticed as late; the error
// names its step. Parameters are read back at the end of the epoch. Should the engine's backend fail before, the epoch
// begins again on the one that takes its place, as after Restore.
func (t *Trainer) RunEpoch(ctx context.Context, progress func(Progress)) error {
	if t.midEpoch {
		return fmt.Errorf("train: %w", ErrEpochAborted)
	}
	if t.Done() {
		return fmt.Errorf("train: all %d epochs are done", t.config.Epochs)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	t.midEpoch = true
	order := random.New(t.config.Seed, uint64(t.epoch), "order", 0).Perm(t.set.Len())
	steps := t.set.Len() / t.config.Batch
	c := epochProgress{Trainer: t, steps: steps, begin: time.Now(), progress: progress}
	if err := t.beginSGD(); err != nil {
		return err
	}
	for step := 0; step < steps; step++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		passed, err := t.step(ctx, order[step*t.config.Batch:][:t.config.Batch:t.config.Batch], step, steps)
		if err == nil {
			if err := c.tell(passed); err != nil {
				return err
			}
			if step == steps-1 && t.stepper != nil {
				err = t.stepper.EndSGD()
			}
		}
		if errors.Is(err, engine.ErrRestartEpoch) {
			if err := t.beginSGD(); err != nil {
				return err
			}
			c.total, c.told, step = loss.Total{}, 0, -1
			continue
		}
		if err != nil && errors.Is(err, ctx.Err()) {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("train: epoch %d, step %d: %w", t.epoch+1, step+1, err)
		}
	}
	t.history = append(t.history, c.record())
	t.epoch++
	t.midEpoch = false
	return nil
}

// step takes a step, and returns the totals that are known then: its own, or those of some steps up to it.
func (t *Trainer) step(ctx context.Context, indices []int, step, steps int) ([]loss.Total, error) {
	t.fill(indices)
	var total loss.Total
	b := Batch{
		X: t.x[:len(indices)*t.set.Size()], Labels: t.labels[:len(indices)], Indices: indices, Epoch: t.epoch, Step: step, Config: &t.config, Total: &total,
		Image: t.engine.InputShape(), Classes: t.engine.Classes(), engine: t.engine,
	}
	if t.prepare != nil {
		if err := t.prepare(ctx, &b); err != nil {
			return nil, err
		}
		if err := b.check(t.set.Size(), t.config.StepImages()); err != nil {
			return nil, err
		}
	}
	rate := t.rate(step, steps)
	if t.stepper != nil {
		return t.stepOnEngine(&b, float32(rate), step == steps-1)
	}
	if b.Loss == nil {
		b.Loss = b.CrossEntropy()
	}
	if err := t.engine.TrainStep(b.X, b.Loss); err != nil {
		return nil, err
	}
	t.sgd.step(rate, len(b.X)/t.set.Size())
	t.average.follow(t.epoch*steps+step, t.config.Epochs*steps)
	return []loss.Total{total}, nil
}

// rate returns the learning rate of a step of this epoch.
func (t *Trainer) rate(step, steps int) float64 {
	return t.config.LearningRate * t.schedule(float64(t.epoch*steps+step)/float64(t.config.Epochs*steps))
}

// fill makes a batch of images.
func (t *Trainer) fill(indices []int) {
	size := t.set.Size()
	parallel.For(len(indices), func(i int) {
		image := indices[i]
		augment(t.x[i*size:][:size], t.set, image, &t.config, t.epoch)
		t.labels[i] = t.set.Labels[image]
	})
}
