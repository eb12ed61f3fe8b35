package recipes

import (
	"context"
	"math"
	"testing"

	"steady/core/compute"
	"steady/core/compute/computetest"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/option"
	"steady/core/random"
	"steady/core/train"
)

// backend is what the tests train on.
var backend = computetest.Backend

// shades are images of two classes, dark and bright. Some pixels tell them apart in nine images of ten, by more than a small
// attack can change; all others together nearly always, each by less.
func shades(n int, seed uint64) *dataset.Set {
	s := &dataset.Set{Name: "shades", Classes: []string{"dark", "bright"}, C: 1, H: 8, W: 8}
	for i := range n {
		source, sign := random.New(seed, uint64(i), "shades", 0), 2*(i%2)-1
		strong := 25 * sign
		if source.IntN(10) == 0 {
			strong = -strong
		}
		for p := range 64 {
			v := 128 + source.IntN(51) - 25
			if p < 4 {
				v += strong
			} else {
				v += 6 * sign
			}
			s.Pix = append(s.Pix, uint8(v))
		}
		s.Labels = append(s.Labels, i%2)
	}
	return s
}

// edges are images of noise that are brighter in the rows of their class, of which some pixels are black or white.
func edges(n, classes int) *dataset.Set {
	s := &dataset.Set{Name: "edges", Classes: make([]string, classes), C: 1, H: 8, W: 8}
	for i := range n {
		source, label := random.New(1, uint64(i), "edges", 0), i%classes
		s.Labels = append(s.Labels, label)
		for p := range s.Size() {
			x := source.IntN(300) - 60
			if p/8*classes/8 == label {
				x += 60
			}
			s.Pix = append(s.Pix, uint8(min(max(x, 0), 255)))
		}
	}
	return s
}

func param(name string, shape ...int) *nn.Param {
	return &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
}

// small is a convolution, batch normalization, relu, and a linear layer on all of it, for images of 8×8.
func small(channels, classes int) *nn.Network {
	return &nn.Network{Name: "small", Image: nn.Shape{1, 8, 8}, Output: 5, Layers: []nn.Layer{
		{Name: "conv", In: []nn.Value{0}, Op: &nn.Conv{
			Weight: param("conv.weight", channels, 1, 3, 3), Stride: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1},
			Dilation: [2]int{1, 1}, Groups: 1,
		}},
		{Name: "norm", In: []nn.Value{1}, Op: &nn.BatchNorm{
			Scale: param("norm.scale", channels), Shift: param("norm.shift", channels),
			Mean: param("norm.mean", channels), Variance: param("norm.variance", channels), Epsilon: 1e-5, Momentum: .9,
		}},
		{Name: "relu", In: []nn.Value{2}, Op: &nn.Relu{}},
		{Name: "flat", In: []nn.Value{3}, Op: &nn.Reshape{Shape: nn.Shape{64 * channels}}},
		{Name: "linear", In: []nn.Value{4}, Op: &nn.Linear{
			Weight: param("linear.weight", classes, 64*channels), Bias: param("linear.bias", classes),
		}},
	}}
}

// parse returns the Config of a recipe for a run of some epochs on a small set.
func parse(t *testing.T, text string, epochs int) train.Config {
	t.Helper()
	c, err := train.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Epochs, c.Batch, c.Seed, c.LearningRate, c.ShiftRate, c.RandomCrop, c.Flip, c.Cutout = epochs, 32, 5, .1, 1, 0, train.NoFlip, 0
	return c
}

// run is a trainer with the engine that it trains on.
type run struct {
	*train.Trainer
	engine *engine.Engine
	net    *nn.Network
}

func start(t *testing.T, b compute.Backend, n *nn.Network, set *dataset.Set, c train.Config) run {
	t.Helper()
	train.Initialize(n, c.Seed)
	e, err := engine.New(b, n, engine.Config{Batch: c.StepImages(), Train: true})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := train.NewOn(e, set, c)
	if err != nil {
		t.Fatal(err)
	}
	return run{tr, e, n}
}

// epochs trains for some epochs, or to the end.
func (r run) epochs(t *testing.T, n int) {
	t.Helper()
	for ; n != 0 && !r.Done(); n-- {
		if err := r.RunEpoch(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// bits are those of all parameters.
func (r run) bits() (all []uint32) {
	for _, p := range r.engine.Params() {
		for _, x := range p.Value {
			all = append(all, math.Float32bits(x))
		}
	}
	return all
}

// trained returns an engine for evaluation of a network that a recipe has trained to the end.
func trained(t *testing.T, n *nn.Network, set *dataset.Set, c train.Config) *engine.Engine {
	t.Helper()
	r := start(t, backend(t, 0), n, set, c)
	r.epochs(t, -1)
	if err := r.Store(); err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(backend(t, 0), n, engine.Config{Batch: 128})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// probe is what the recipe probe does in its step.
var probe func(ctx context.Context, b *train.Batch) error

type probeOptions struct{ Views int }

func init() {
	r := train.WithOptions(train.Recipe{Name: "probe", Config: standard("probe")}, probeOptions{2}, option.Table[probeOptions]{
		{Name: "views", Field: func(o *probeOptions) any { return &o.Views }, Range: option.Between(1, 2)},
	}, func(ctx context.Context, b *train.Batch, _ *probeOptions) error { return probe(ctx, b) })
	r.Views = func(c *train.Config) int { return train.OwnOptions[probeOptions](c).Views }
	train.Register(r)
}

// inStep calls f in each step of an epoch, with a network that was trained for an epoch before.
func inStep(t *testing.T, n *nn.Network, set *dataset.Set, f func(ctx context.Context, b *train.Batch) error) {
	t.Helper()
	probe = func(context.Context, *train.Batch) error { return nil }
	r := start(t, backend(t, 0), n, set, parse(t, "probe", 2))
	r.epochs(t, 1)
	probe = f
	r.epochs(t, 1)
}
