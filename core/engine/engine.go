package engine

import (
	"errors"
	"fmt"

	"steady/core/compute"
	"steady/core/loss"
	"steady/core/nn"
)

// DefaultBatch is the number of images run together when Config sets none.
const DefaultBatch = 32

// MaxBatch is the largest batch that Config may ask for.
const MaxBatch = 1 << 20

// Config is the purpose of an engine, and its limits.
type Config struct {
	Batch int  // most images run together, fewer where memory is short; 0 means DefaultBatch
	Train bool // make parameter gradients, with BatchStatistics, which move the running ones
	// Statistics are what batch normalization normalizes by in logits and input gradients.
	Statistics Statistics
	// MaxBytes limits the memory that the engine takes (Bytes), parameters included; 0 means DefaultMaxBytes, or 256 MiB for
	// each thread of the backend if that is more, and eight times what the parameters take, of which kernels keep copies.
	MaxBytes int64
	// Fallback, unless nil, is called for another backend when one fails: when it cannot prepare the network even for one
	// image at a time (or, training, for Batch), or when its device is lost in the middle of a run. The engine continues
	// on that one from the batch that failed; if Fallback returns nil, it returns the failure.
	Fallback func(failure error) compute.Backend
}

// Statistics are the means and variances that batch normalization normalizes by.
type Statistics int

const (
	// RunningStatistics are those gathered in training. An image's results are its own, whatever it is run with.
	RunningStatistics Statistics = iota
	// BatchStatistics are those of the images of a call, of which there may then be Config.Batch at most.
	BatchStatistics
)

// ErrMode matches what is refused because the engine was made for evaluation, or for training.
var ErrMode = errors.New("engine made for another use")

// Engine is a network prepared on a backend.
type Engine struct {
	backend        compute.Backend
	net            *nn.Network // as run: logits, and folded unless with BatchStatistics
	source         *nn.Network // as given
	config         Config
	fallbacks      int             // how often it went to another backend
	spare          compute.Backend // Config.Fallback's, which an evaluator has asked for before this engine
	classes        int
	batch          int               // most images run together now: half of Config's, and so on, where memory is short
	noRoomForSteps bool              // not even one image's steps (RunSteps) have room beside its gradient
	trial          *Engine           // on which everything is prepared first, to count its memory
	meter          compute.Measuring // the backend of a trial; nil on any other engine

	forward     *program     // logits only
	gradient    *program     // logits and a gradient
	attackSteps *attackSteps // steps of an attack
	dlogits     []float32
	logits      []float32
	params      []Param
	buffers     map[*nn.Param]compute.Buffer
	paramGrads  map[*nn.Param]compute.Buffer
	trained     []*nn.Param // in the order of params
	results     results     // of a training step
	sgd         *sgd
	evaluation  *program   // of a training engine's evaluator with BatchStatistics
	evaluators  [2]*Engine // of each Statistics; nil until asked for
	training    *Engine    // whose memory this engine computes in: it is that evaluator
}

// Param is a live view of one parameter of a training engine. Value may be changed between steps. Grad holds the
// gradient of the last step, or is nil for a frozen parameter and for a running statistic, which steps change themselves.
type Param struct {
	Name        string
	Shape       []int
	Value, Grad []float32
	NormShift   bool // the shift of a batch normalization
}

// New prepares a network on a backend. It copies the parameters: later changes to the network have no effect.
//
// The error matches ErrMemory where the network needs more memory than c.MaxBytes, and otherwise says what is wrong with
// the network, or what failed on the backend (and on its fallback).
func New(b compute.Backend, n *nn.Network, c Config) (*Engine, error) {
	e, err := unprepared(b, n, c)
	if err != nil {
		return nil, err
	}
	if err := e.retry(e.prepare(), func() error { return nil }); err != nil {
		return nil, err
	}
	return e, nil
}

// unprepared returns an engine with nothing prepared.
func unprepared(b compute.Backend, n *nn.Network, c Config) (*Engine, error) {
	if c.Batch == 0 {
		c.Batch = DefaultBatch
	}
	if c.Batch < 1 || c.Batch > MaxBatch {
		return nil, fmt.Errorf("engine: batch of %d images: want 1 to %d", c.Batch, MaxBatch)
	}
	if c.Train {
		c.Statistics = BatchStatistics
	}
	if err := n.Validate(); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = defaultLimit(b, n)
	}
	run := c.form(n)
	shapes, err := run.Shapes()
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	e := &Engine{
		backend: b, net: run, source: n, config: c, classes: shapes[run.Output].Size(), batch: c.Batch,
		buffers: map[*nn.Param]compute.Buffer{}, paramGrads: map[*nn.Param]compute.Buffer{},
	}
	if c.Train {
		if err := e.listParams(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// form returns a network as it is run.
func (c Config) form(n *nn.Network) *nn.Network {
	if c.Statistics == BatchStatistics {
		return n.Logits()
	}
	return n.Logits().Fold()
}

// InputShape returns the shape of one image, {C, H, W} for images of C channels.
func (e *Engine) InputShape() nn.Shape { return e.net.Image }

// Classes returns the number of logits of an image.
func (e *Engine) Classes() int { return e.classes }

// Batch returns the most images that are run together: as many as Config says, or fewer where memory is short.
func (e *Engine) Batch() int { return e.batch }

// Backend returns what the network runs on: the one given to New, or its fallback.
func (e *Engine) Backend() compute.Backend { return e.backend }

// images returns the number of images in x, or an error if it is not whole.
func (e *Engine) images(x []float32) (int, error) {
	size := e.net.Image.Size()
	if len(x) == 0 || len(x)%size != 0 {
		return 0, fmt.Errorf("engine: input of %d elements: want a multiple of %d (one image of %v)",
			len(x), size, []int(e.net.Image))
	}
	n := len(x) / size
	if e.config.Statistics == BatchStatistics && n > e.config.Batch {
		return 0, fmt.Errorf("engine: %d images with statistics of their own: want at most the batch of %d", n, e.config.Batch)
	}
	return n, nil
}

// Logits writes the logits (n×classes) of the images x (n×C×H×W) into dst.
//
// The error matches ErrMode for a training engine, and otherwise says which length does not fit, or what failed.
func (e *Engine) Logits(dst, x []float32) error {
	n, err := e.images(x)
	if err != nil {
		return err
	}
	if e.config.Train {
		return fmt.Errorf("engine: logits without a step: %w: make one without Train", ErrMode)
	}
	if len(dst) != n*e.classes {
		return fmt.Errorf("engine: room for %d logits: want %d (%d images of %d classes)", len(dst), n*e.classes, n, e.classes)
	}
	size := e.net.Image.Size()
	for first := 0; first < n; {
		to := 0
		pass := func() error {
			to = min(first+e.forward.images, n)
			e.backend.Write(e.forward.input, 0, x[first*size:to*size])
			e.forward.run(e.backend, to-first, e.forward.forward)
			e.backend.Read(dst[first*e.classes:to*e.classes], e.forward.output, 0)
			return failure(e.backend)
		}
		if err := e.retry(pass(), pass); err != nil {
			return err
		}
		first = to
	}
	return nil
}

// Gradient writes the gradient of the loss f with respect to the images x into grad (both n×C×H×W), and their logits
// (n×classes) into logits unless that is nil. Its errors are those of Logits.
func (e *Engine) Gradient(grad, logits, x []float32, f loss.Func) error {
	n, err := e.images(x)
	if err != nil {
		return err
	}
	if e.config.Train {
		return fmt.Errorf("engine: input gradient: %w: make one without Train", ErrMode)
	}
	if len(grad) != len(x) {
		return fmt.Errorf("engine: room for a gradient of %d elements: want %d, as many as the input", len(grad), len(x))
	}
	if logits != nil && len(logits) != n*e.classes {
		return fmt.Errorf("engine: room for %d logits: want %d (%d images of %d classes)", len(logits), n*e.classes, n, e.classes)
	}
	size := e.net.Image.Size()
	for first := 0; first < n; {
		m, out, err := e.pass(x[first*size:], first, f, func(from, to int) {
			e.backend.Read(grad[(first+from)*size:(first+to)*size], e.gradient.inputGradient, 0)
		})
		if err != nil {
			return err
		}
		if logits != nil {
			copy(logits[first*e.classes:], out)
		}
		first += m
	}
	return nil
}

// pass runs images forward and backward, as many of x as the backend takes at a time, and returns their number and
// logits; read reads the result of the backward pass for some of them. The loss is called once, even if the backend fails after
// that and the one that goes on takes fewer images.
func (e *Engine) pass(x []float32, first int, f loss.Func, read func(from, to int)) (n int, logits []float32, err error) {
	size := e.net.Image.Size()
	forward := func(from, to int) error {
		e.writeValues()
		e.backend.Write(e.gradient.input, 0, x[from*size:to*size])
		e.gradient.run(e.backend, to-from, e.gradient.forward)
		e.backend.Read(e.logits[from*e.classes:to*e.classes], e.gradient.output, 0)
		return failure(e.backend)
	}
	backward := func(from, to int) error {
		e.backend.Write(e.gradient.dlogits, 0, e.dlogits[from*e.classes:to*e.classes])
		e.gradient.run(e.backend, to-from, e.gradient.backward)
		read(from, to)
		return failure(e.backend)
	}
	begin := func() error {
		if err := e.ensureGradient(); err != nil {
			return err
		}
		n = min(e.gradient.images, len(x)/size)
		return forward(0, n)
	}
	if err := e.retry(begin(), begin); err != nil {
		return 0, nil, err
	}
	logits, dlogits := e.logits[:n*e.classes], e.dlogits[:n*e.classes]
	clear(dlogits)
	f(first, logits, dlogits)
	again := func() error {
		if err := e.ensureGradient(); err != nil {
			return err
		}
		for from := 0; from < n; from += e.gradient.images {
			to := min(from+e.gradient.images, n)
			if err := forward(from, to); err != nil {
				return err
			}
			if err := backward(from, to); err != nil {
				return err
			}
		}
		return nil
	}
	return n, logits, e.retry(backward(0, n), again)
}

// ensureGradient compiles the program with the backward pass when it is first needed.
func (e *Engine) ensureGradient() error {
	if e.gradient != nil {
		return nil
	}
	return e.within((*Engine).ensureGradientNow)
}

// PrepareGradients prepares what gradients need. It is done anyway when they are first asked for; an error that matches
// ErrMemory comes at once that way.
func (e *Engine) PrepareGradients() error { return e.retry(e.ensureGradient(), e.ensureGradient) }

func (e *Engine) ensureGradientNow() (err error) {
	if e.gradient != nil {
		return nil
	}
	if e.gradient, err = e.compile(true); err == nil {
		n := e.gradient.images * e.classes
		e.logits, e.dlogits = e.room(e.logits, n), e.room(e.dlogits, n)
	}
	return err
}
