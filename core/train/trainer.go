package train

import (
	"context"
	"errors"
	"fmt"
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
}

// stepper is an Engine that may take the steps where it computes; *engine.Engine is one.
type stepper interface {
	BeginSGD(engine.SGD) (bool, error)
	StepLabels(x []float32, labels []int, rate float32) ([]loss.Total, error)
	DrainTotals() ([]loss.Total, error)
	StepLoss(x []float32, f loss.Func, rate float32) error
	EndSGD() error
	AbortSGD()
}

// Trainer teaches one network.
type Trainer struct {
	config   Config
	schedule schedule
	prepare  func(*Batch) error
	engine   Engine
	set      *dataset.Set
	sum      uint32 // of the set
	sgd      *sgd
	average  *average  // nil without averaging
	epoch    int       // whole epochs done
	midEpoch   bool      // an epoch was begun and not ended
	stepper stepper // takes the steps of this epoch; nil if they are taken here

	x      []float32
	labels []int
}

// ErrEpochAborted is wrapped where something is asked of a Trainer whose last epoch was broken off: only Restore helps.
var ErrEpochAborted = errors.New("the last epoch was broken off")

// New prepares a run. The network is changed by Store only; Initialise it first.
func New(b compute.Backend, n *nn.Network, set *dataset.Set, c Config) (*Trainer, error) {
	if err := c.check(n.Image, set); err != nil {
		return nil, err
	}
	e, err := engine.New(b, n, engine.Config{Batch: c.Batch, Train: true})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return NewOn(e, set, c)
}

// NewOn is New on a training engine of at least the batch that the Config has. The trainer has the engine for itself.
func NewOn(e Engine, set *dataset.Set, c Config) (*Trainer, error) {
	if err := c.check(e.InputShape(), set); err != nil {
		return nil, err
	}
	if e.Batch() < c.Batch {
		return nil, fmt.Errorf("train: %w: batch %d: want at most the %d images of the engine", ErrConfig, c.Batch, e.Batch())
	}
	for i, l := range set.Labels {
		if l < 0 || l >= e.Classes() {
			return nil, fmt.Errorf("train: picture %d has label %d: want 0 to %d", i, l, e.Classes()-1)
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
		config: c, schedule: s, prepare: recipe.Prepare, engine: e, set: set, sum: fingerprint(set),
		sgd: newSGD(e.Params(), c.Momentum, c.WeightDecay), average: newAverage(e.Params(), c.EMADecay),
		x: make([]float32, c.Batch*set.Size()), labels: make([]int, c.Batch),
	}, nil
}

// check tells what does not fit together of a configuration, images of a shape, and a set.
func (c Config) check(shape nn.Shape, set *dataset.Set) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if want := (nn.Shape{set.C, set.H, set.W}); !shape.Equal(want) {
		return fmt.Errorf("train: network for images of %v, data of %v: want the same", []int(shape), []int(want))
	}
	if len(set.Pix) != set.Len()*set.Size() {
		return fmt.Errorf("train: %d pictures have %d values, want %d each", set.Len(), len(set.Pix), set.Size())
	}
	if set.Len() < c.Batch {
		return fmt.Errorf("train: %w: batch %d: want at most the %d pictures there are", ErrConfig, c.Batch, set.Len())
	}
	if c.RandomCrop >= min(set.H, set.W) {
		return fmt.Errorf("train: %w: shift %d: want less than the %d×%d pixels of a picture",
			ErrConfig, c.RandomCrop, set.W, set.H)
	}
	return nil
}

// Epoch is the number of whole epochs done.
func (t *Trainer) Epoch() int { return t.epoch }

// Done tells whether all epochs are done.
func (t *Trainer) Done() bool { return t.epoch >= t.config.Epochs }

// Store writes the parameters as they are now, or their average if the Config asks for one, into the network. The
// training goes on as if it had not been called.
func (t *Trainer) Store() error {
	t.average.swap()
	defer t.average.swap()
	return t.engine.Store()
}

// RunEpoch does one epoch, telling progress (unless nil) of each step in order. Pictures that do not fill a last batch
// are left out; each epoch has an order of its own, so they are others each time. When ctx is cancelled it stops before
// the next step and gives the context's error; the trainer is then within an epoch and fit only for Restore.
//
// Where the engine takes the steps by itself, progress is told of several steps at once, about every quarter of a second,
// and when ctx is cancelled not of those since then. A loss that is not a number is noticed as late; the error names the
// step that it is of. Parameters come back at the end of the epoch. Should the engine's backend fail before, the epoch
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
		passed, err := t.step(order[step*t.config.Batch:][:t.config.Batch], step, steps)
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
		if err != nil {
			return fmt.Errorf("train: epoch %d, step %d: %w", t.epoch+1, step+1, err)
		}
	}
	t.epoch++
	t.midEpoch = false
	return nil
}

// beginSGD leaves the steps of an epoch to the engine, if it takes them. An average is to follow each of them, so
// that parameters are wanted here after each.
func (t *Trainer) beginSGD() error {
	t.stepper = nil
	d, ok := t.engine.(stepper)
	if !ok || t.average != nil {
		return nil
	}
	ok, err := d.BeginSGD(t.sgd.forEngine(t.config.LabelSmoothing))
	if err != nil {
		return fmt.Errorf("train: epoch %d: %w", t.epoch+1, err)
	}
	if ok {
		t.stepper = d
	}
	return nil
}

// step learns from one batch, and gives what passed in it, or in some steps with it or before it, as far as it is known.
func (t *Trainer) step(indices []int, step, steps int) ([]loss.Total, error) {
	t.fill(indices)
	var total loss.Total
	b := Batch{
		X: t.x, Labels: t.labels, Indices: indices, Epoch: t.epoch, Step: step, Config: &t.config, Total: &total,
		classes: t.engine.Classes(),
	}
	if t.prepare != nil {
		if err := t.prepare(&b); err != nil {
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
	t.sgd.step(rate, len(indices))
	t.average.follow(t.epoch*steps + step)
	return []loss.Total{total}, nil
}

// stepOnEngine has the engine take a step. After the last of an epoch, all is known.
func (t *Trainer) stepOnEngine(b *Batch, rate float32, last bool) (passed []loss.Total, err error) {
	if b.Loss != nil {
		if passed, err = t.stepper.DrainTotals(); err != nil { // of the steps before come first
			return nil, err
		}
		err = t.stepper.StepLoss(b.X, b.Loss, rate)
		return append(passed, *b.Total), err
	}
	passed, err = t.stepper.StepLabels(b.X, b.Labels, rate)
	if err != nil || !last {
		return passed, err
	}
	rest, err := t.stepper.DrainTotals()
	return append(passed, rest...), err
}

// rate is the learning rate of a step of this epoch.
func (t *Trainer) rate(step, steps int) float64 {
	return t.config.LearningRate * t.schedule(float64(t.epoch*steps+step)/float64(t.config.Epochs*steps))
}

// fill makes a batch of pictures. What is drawn for a picture depends on the seed, the epoch and the picture, not on
// its place in the order.
func (t *Trainer) fill(indices []int) {
	size := t.set.Size()
	parallel.For(len(indices), func(i int) {
		picture := indices[i]
		source := random.New(t.config.Seed, uint64(picture), "augment", t.epoch)
		augment(t.x[i*size:][:size], t.set, picture, t.config.RandomCrop, t.config.Border, t.config.HorizontalFlip, source)
		t.labels[i] = t.set.Labels[picture]
	})
}
