package train

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/scalar"
)

// filled has elements that vary.
func filled(name string, shape ...int) *nn.Param {
	p := param(name, shape...)
	for i := range p.Data {
		p.Data[i] = .5 + float32(i%7)/10
	}
	return p
}

// foreign is a network as files have them: pixels are normalized, and it has constants, one of them in two places.
func foreign() *nn.Network {
	shared := filled("factor", 1)
	return &nn.Network{
		Name: "foreign", Image: nn.Shape{3, 8, 8}, Output: 12, Labels: []string{"a", "b", "c", "d"}, LabelsFrom: "somewhere",
		Layers: []nn.Layer{
			{Name: "pixels", In: []nn.Value{0}, Op: &nn.Affine{Scale: filled("pixel.scale", 3), Shift: filled("pixel.mean", 3)}},
			{Name: "conv", In: []nn.Value{1}, Op: &nn.Conv{Weight: filled("conv.weight", 6, 3, 3, 3), Bias: filled("conv.bias", 6),
				Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1}, Dilation: [2]int{1, 1}, Groups: 1}},
			{Name: "root", In: []nn.Value{2}, Op: &nn.Map{Function: scalar.Function{Kind: scalar.Sqrt}}},
			{Name: "half", In: []nn.Value{3}, Op: &nn.Affine{Scale: shared}},
			{Name: "norm", In: []nn.Value{4}, Op: &nn.BatchNorm{Scale: filled("norm.scale", 6), Shift: filled("norm.shift", 6),
				Mean: filled("norm.mean", 6), Variance: filled("norm.variance", 6), Epsilon: 1e-5, Momentum: .9}},
			{Name: "gain", In: []nn.Value{5}, Op: &nn.Affine{Scale: filled("gain", 6)}},
			{Name: "again", In: []nn.Value{6}, Op: &nn.Affine{Scale: shared}},
			{Name: "places", In: []nn.Value{7}, Op: &nn.Affine{Shift: filled("places", 6, 4, 4)}},
			{Name: "token", Op: &nn.Constant{Value: filled("token", 6, 4, 4)}},
			{Name: "add", In: []nn.Value{8, 9}, Op: &nn.Add{}},
			{Name: "flat", In: []nn.Value{10}, Op: &nn.Reshape{Shape: nn.Shape{96}}},
			{Name: "linear", In: []nn.Value{11}, Op: &nn.Linear{Weight: filled("linear.weight", 4, 96), Bias: filled("linear.bias", 4)}},
		},
	}
}

// What training moves are weights, biases, normalizations and scales of channels; the network given stays as it is.
func TestFinetune(t *testing.T) {
	given := foreign()
	before := given.Clone()
	n, err := Finetune(given)
	if err != nil {
		t.Fatal(err)
	}
	began := n.Clone()
	tr, err := NewOn(prepared(t, n, 16), stripes(32, 4), config(1))
	if err != nil {
		t.Fatal(err)
	}
	epochs(t, tr, 1)
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	var moved, stayed []string
	for i, p := range n.Params() {
		if slices.Equal(p.Data, began.Params()[i].Data) {
			stayed = append(stayed, p.Name)
		} else {
			moved = append(moved, p.Name)
		}
	}
	if want := "conv.weight conv.bias norm.scale norm.shift norm.mean norm.variance gain linear.weight linear.bias"; strings.Join(moved, " ") != want {
		t.Errorf("training moves %q, want %q", moved, want)
	}
	if want := "pixel.scale pixel.mean factor factor_2 places token"; strings.Join(stayed, " ") != want {
		t.Errorf("training leaves %q, want %q", stayed, want)
	}
	for i, p := range given.Params() {
		if q := before.Params()[i]; p.Frozen || !slices.Equal(p.Data, q.Data) {
			t.Errorf("%s of the network that was given has changed", p.Name)
		}
	}
	if _, err := Finetune(&nn.Network{Image: nn.Shape{2}}); !errors.Is(err, ErrFinetune) || !strings.Contains(err.Error(), "no weights") {
		t.Errorf("without weights: %v", err)
	}
}

func TestNewHead(t *testing.T) {
	n := foreign()
	before := n.Clone()
	got, err := NewHead(n, 7, 5)
	if err != nil {
		t.Fatal(err)
	}
	head := got.Layers[11].Op.(*nn.Linear)
	if got.Classes() != 7 || got.Labels != nil || got.Layers[1].Op != n.Layers[1].Op || !slices.Equal(head.Weight.Shape, []int{7, 96}) ||
		head.Weight.Data[0] == 0 || head.Bias.Data[6] != 0 {
		t.Errorf("%d classes %q, head %+v", got.Classes(), got.Labels, head.Weight)
	}
	if other, err := NewHead(n, 7, 6); err != nil || slices.Equal(other.Layers[11].Op.(*nn.Linear).Weight.Data, head.Weight.Data) {
		t.Errorf("another seed makes the same head (%v)", err)
	}
	if !slices.Equal(n.Layers[11].Op.(*nn.Linear).Weight.Data, before.Layers[11].Op.(*nn.Linear).Weight.Data) || n.Labels == nil {
		t.Error("the network that was given has changed")
	}

	// As SqueezeNet ends.
	conv := &nn.Conv{Weight: filled("w", 5, 3, 1, 1), Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1}
	n = &nn.Network{Image: nn.Shape{3, 4, 4}, Output: 4, Layers: []nn.Layer{
		{Name: "conv", In: []nn.Value{0}, Op: conv}, {Name: "relu", In: []nn.Value{1}, Op: &nn.Relu{}},
		{Name: "pool", In: []nn.Value{2}, Op: &nn.GlobalAveragePool{}}, {Name: "flat", In: []nn.Value{3}, Op: &nn.Reshape{Shape: nn.Shape{5}}},
	}}
	if got, err = NewHead(n, 2, 0); err != nil || got.Classes() != 2 || n.Classes() != 5 {
		t.Errorf("a convolution as the head: %v", err)
	}

	grouped := *conv
	grouped.Groups, grouped.Weight = 3, filled("w", 3, 1, 1, 1)
	for want, ops := range map[string][]nn.Op{
		"in groups":         {&grouped, &nn.GlobalAveragePool{}},
		`layer "a" (Slice)`: {&nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 1, 1}, Shape: nn.Shape{3, 1, 1}}},
		"no weights":        {&nn.Map{Function: scalar.Function{Kind: scalar.Tanh}}, &nn.GlobalAveragePool{}},
		"cannot have 2 outputs": {&nn.Conv{Weight: filled("w", 3, 3, 1, 1), Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1},
			&nn.Reshape{Shape: nn.Shape{48}}},
	} {
		n := &nn.Network{Image: nn.Shape{3, 4, 4}, Output: nn.Value(len(ops))}
		for i, o := range ops {
			n.Layers = append(n.Layers, nn.Layer{Name: string(rune('a' + i)), Op: o, In: []nn.Value{nn.Value(i)}})
		}
		if _, err := NewHead(n, 2, 0); !errors.Is(err, ErrFinetune) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A checkpoint is of a run that began with the same parameters.
func TestRestoreBegun(t *testing.T) {
	set := stripes(32, 4)
	begin := func(change float32) *Trainer {
		n := tiny(4)
		Initialize(n, 3)
		n.Params()[0].Data[5] += change
		tr, err := NewOn(prepared(t, n, 16), set, config(2))
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	made := begin(0)
	epochs(t, made, 1)
	file := saved(t, made)
	if err := begin(0).Restore(bytes.NewReader(file)); err != nil {
		t.Error(err)
	}
	if err := begin(1e-3).Restore(bytes.NewReader(file)); !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), "began with other parameters") {
		t.Errorf("another network to begin with: %v", err)
	}
}
