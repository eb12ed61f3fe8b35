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
	"steady/core/net"
	"steady/core/random"
)

// Engine is what a Trainer needs of a training engine; *engine.Engine is one.
type Engine interface {
	InputShape() net.Shape
	Classes() int
	Batch() int
	// TrainStep leaves the gradients, summed over the images x, in the Grad of Params.
	TrainStep(x []float32, f loss.Func) error
	Params() []engine.Param
	// Store copies the values of Params into the network that the engine was made of.
	Store() error
}

// descender is an Engine that may take the steps where it computes; *engine.Engine is one.
type descender interface {
	BeginDescent(engine.Descent) (bool, error)
	Descend(x []float32, f loss.Func, rate float32) error
	EndDescent() error
	DropDescent()
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
	within   bool      // an epoch was begun and not ended
	descends descender // takes the steps of this epoch; nil if they are taken here

	x      []float32
	labels []int
}

// Progress tells how far a run has come.
type Progress struct {
	Epoch, Epochs int     // the epoch under way, from 1
	Step, Steps   int     // of this epoch
	Loss          float64 // mean over this epoch so far, with label smoothing
	Accuracy      float64 // on the augmented training pictures of this epoch so far
	LearningRate  float64
	Rate          float64       // images a second, over this epoch so far
	Left          time.Duration // until the end of the run at this rate
}

// ErrWithin is wrapped where something is asked of a Trainer whose last epoch was broken off: only Restore helps.
var ErrWithin = errors.New("the last epoch was broken off")

// New prepares a run. The network is changed by Store only; Initialise it first.
func New(b compute.Backend, n *net.Network, set *dataset.Set, c Config) (*Trainer, error) {
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
		sgd: newSGD(e.Params(), c.Momentum, c.WeightDecay), average: newAverage(e.Params(), c.Averaging),
		x: make([]float32, c.Batch*set.Size()), labels: make([]int, c.Batch),
	}, nil
}

// check tells what does not fit together of a configuration, images of a shape, and a set.
func (c Config) check(shape net.Shape, set *dataset.Set) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if want := (net.Shape{set.C, set.H, set.W}); !shape.Equal(want) {
		return fmt.Errorf("train: network for images of %v, data of %v: want the same", []int(shape), []int(want))
	}
	if len(set.Pix) != set.Len()*set.Size() {
		return fmt.Errorf("train: %d pictures have %d values, want %d each", set.Len(), len(set.Pix), set.Size())
	}
	if set.Len() < c.Batch {
		return fmt.Errorf("train: %w: batch %d: want at most the %d pictures there are", ErrConfig, c.Batch, set.Len())
	}
	if c.Shift >= min(set.H, set.W) {
		return fmt.Errorf("train: %w: shift %d: want less than the %d×%d pixels of a picture",
			ErrConfig, c.Shift, set.W, set.H)
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

// RunEpoch does one epoch, calling progress (unless nil) after each step. Pictures that do not fill a last batch are
// left out; each epoch has an order of its own, so they are others each time. When ctx is cancelled it stops before
// the next step and gives the context's error; the trainer is then within an epoch and fit only for Restore.
//
// Where the engine takes the steps by itself, parameters come back at the end of the epoch. Should its backend fail
// before, the epoch begins again on the one that takes its place, as after Restore.
func (t *Trainer) RunEpoch(ctx context.Context, progress func(Progress)) error {
	if t.within {
		return fmt.Errorf("train: %w", ErrWithin)
	}
	if t.Done() {
		return fmt.Errorf("train: all %d epochs are done", t.config.Epochs)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	t.within = true
	order := random.New(t.config.Seed, uint64(t.epoch), "order", 0).Perm(t.set.Len())
	steps := t.set.Len() / t.config.Batch
	total := loss.Total{}
	begin := time.Now()
	if err := t.beginDescent(); err != nil {
		return err
	}
	for step := 0; step < steps; step++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		rate, err := t.step(order[step*t.config.Batch:][:t.config.Batch], step, steps, &total)
		if err == nil && step == steps-1 && t.descends != nil {
			err = t.descends.EndDescent()
		}
		if errors.Is(err, engine.ErrRedo) {
			if err := t.beginDescent(); err != nil {
				return err
			}
			total, step = loss.Total{}, -1
			continue
		}
		if err != nil {
			return fmt.Errorf("train: epoch %d, step %d: %w", t.epoch+1, step+1, err)
		}
		if progress == nil {
			continue
		}
		took, left := time.Since(begin), (t.config.Epochs-t.epoch)*steps-step-1
		p := Progress{
			Epoch: t.epoch + 1, Epochs: t.config.Epochs, Step: step + 1, Steps: steps,
			LearningRate: rate, Rate: float64((step+1)*t.config.Batch) / took.Seconds(),
			Left: time.Duration(float64(took) / float64(step+1) * float64(left)),
		}
		p.Loss, p.Accuracy = total.Mean()
		progress(p)
	}
	t.epoch++
	t.within = false
	return nil
}

// beginDescent leaves the steps of an epoch to the engine, if it takes them. An average is to follow each of them, so
// that parameters are wanted here after each.
func (t *Trainer) beginDescent() error {
	t.descends = nil
	d, ok := t.engine.(descender)
	if !ok || t.average != nil {
		return nil
	}
	ok, err := d.BeginDescent(t.sgd.descent())
	if err != nil {
		return fmt.Errorf("train: epoch %d: %w", t.epoch+1, err)
	}
	if ok {
		t.descends = d
	}
	return nil
}

// step learns from one batch, and gives the learning rate that it used.
func (t *Trainer) step(indices []int, step, steps int, total *loss.Total) (rate float64, err error) {
	t.fill(indices)
	b := Batch{
		X: t.x, Labels: t.labels, Indices: indices, Epoch: t.epoch, Step: step, Config: &t.config, Total: total,
		Loss: loss.Smoothed(t.labels, t.engine.Classes(), float32(t.config.Smoothing), total),
	}
	if t.prepare != nil {
		if err := t.prepare(&b); err != nil {
			return 0, err
		}
	}
	done := t.epoch*steps + step
	rate = t.config.LearningRate * t.schedule(float64(done)/float64(t.config.Epochs*steps))
	if t.descends != nil {
		err = t.descends.Descend(b.X, b.Loss, float32(rate))
	} else {
		err = t.engine.TrainStep(b.X, b.Loss)
	}
	if err != nil {
		return 0, err
	}
	if mean, _ := total.Mean(); mean != mean {
		return 0, fmt.Errorf("the loss is not a number: try a smaller learning rate than %g", t.config.LearningRate)
	}
	if t.descends == nil {
		t.sgd.step(rate, len(indices))
		t.average.follow(done)
	}
	return rate, nil
}

// fill makes a batch of pictures. What is drawn for a picture depends on the seed, the epoch and the picture, not on
// its place in the order.
func (t *Trainer) fill(indices []int) {
	size := t.set.Size()
	for i, picture := range indices {
		source := random.New(t.config.Seed, uint64(picture), "augment", t.epoch)
		augment(t.x[i*size:][:size], t.set, picture, t.config.Shift, t.config.Border, t.config.Flip, source)
		t.labels[i] = t.set.Labels[picture]
	}
}
