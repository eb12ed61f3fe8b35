package train

import (
	"fmt"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/random"
)

// stripes is a set that a network can learn: images of 3×8×8 noise that are brighter in the rows of their class.
func stripes(n, classes int) *dataset.Set {
	s := &dataset.Set{Name: "stripes", C: 3, H: 8, W: 8}
	for k := range classes {
		s.Classes = append(s.Classes, fmt.Sprint("stripe ", k))
	}
	for i := range n {
		source, label := random.New(1, uint64(i), "stripes", 0), i%classes
		s.Labels = append(s.Labels, label)
		for p := range s.Size() {
			x := source.IntN(120)
			if p/8%8*classes/8 == label {
				x += 90
			}
			s.Pix = append(s.Pix, uint8(x))
		}
	}
	return s
}

func param(name string, shape ...int) *nn.Param {
	return &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
}

// tiny is convolution, batch normalisation, relu, and a linear layer on all of it.
func tiny(classes int) *nn.Network {
	return &nn.Network{
		Name: "tiny", Image: nn.Shape{3, 8, 8}, Output: 5,
		Layers: []nn.Layer{
			{Name: "conv", In: []nn.Value{0}, Op: &nn.Conv{
				Weight: param("conv.weight", 6, 3, 3, 3), Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1},
				Dilation: [2]int{1, 1}, Groups: 1,
			}},
			{Name: "norm", In: []nn.Value{1}, Op: &nn.BatchNorm{
				Scale: param("norm.scale", 6), Shift: param("norm.shift", 6),
				Mean: param("norm.mean", 6), Variance: param("norm.variance", 6), Epsilon: 1e-5, Momentum: .9,
			}},
			{Name: "relu", In: []nn.Value{2}, Op: &nn.Relu{}},
			{Name: "flat", In: []nn.Value{3}, Op: &nn.Reshape{Shape: nn.Shape{96}}},
			{Name: "linear", In: []nn.Value{4}, Op: &nn.Linear{
				Weight: param("linear.weight", classes, 96), Bias: param("linear.bias", classes),
			}},
		},
	}
}

// config is the standard recipe for a small run, with everything on that a checkpoint has to keep.
func config(epochs int) Config {
	return Config{
		Recipe: "standard", Epochs: epochs, Batch: 16, Seed: 3, Schedule: OneCycle, LearningRate: .05, Warmup: .25,
		Momentum: .9, WeightDecay: 5e-4, LabelSmoothing: .1, EMADecay: .95, RandomCrop: 1, Border: Reflect, Flip: RandomFlip,
	}
}

func trainer(t *testing.T, n *nn.Network, set *dataset.Set, c Config, threads int) *Trainer {
	t.Helper()
	Initialize(n, c.Seed)
	tr, err := New(cpu.New(threads), n, set, c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func epochs(t *testing.T, tr *Trainer, n int) {
	t.Helper()
	for range n {
		if err := tr.RunEpoch(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// prepared returns a training engine.
func prepared(t *testing.T, n *nn.Network, batch int) *engine.Engine {
	t.Helper()
	e, err := engine.New(cpu.New(1), n, engine.Config{Batch: batch, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
