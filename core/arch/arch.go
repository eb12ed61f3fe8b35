package arch

import (
	"fmt"

	"steady/core/nn"
	"steady/core/scalar"
)

// Epsilon and Momentum are those of every batch normalization built here.
const (
	Epsilon  = 1e-5
	Momentum = .9
)

// builder appends layers, each reading the last value unless said otherwise.
type builder struct {
	nn.Network
	silu bool // what is behind a normalization, instead of relu
}

func (b *builder) add(name string, o nn.Op, in ...nn.Value) nn.Value {
	if in == nil {
		in = []nn.Value{b.last()}
	}
	b.Layers = append(b.Layers, nn.Layer{Name: name, Op: o, In: in})
	return b.last()
}

func (b *builder) last() nn.Value { return nn.Value(len(b.Layers)) }

func param(name string, shape ...int) *nn.Param {
	return &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
}

func (b *builder) norm(name string, channels int) nn.Value {
	o := &nn.BatchNorm{
		Scale: param(name+".scale", channels), Shift: param(name+".shift", channels),
		Mean: param(name+".mean", channels), Variance: param(name+".variance", channels),
		Epsilon: Epsilon, Momentum: Momentum,
	}
	for c := range o.Scale.Data {
		o.Scale.Data[c], o.Variance.Data[c] = 1, 1
	}
	return b.add(name, o)
}

// conv appends a square convolution that keeps the size divided by the stride, and its batch normalization.
func (b *builder) conv(name string, from, to, side, stride int) nn.Value {
	b.add(name, convolution(name, from, to, side, stride))
	return b.norm(name+".norm", to)
}

func convolution(name string, from, to, side, stride int) *nn.Conv {
	pad := side / 2
	return &nn.Conv{
		Weight: param(name+".weight", to, from, side, side), Stride: [2]int{stride, stride},
		Pads: [4]int{pad, pad, pad, pad}, Dilation: [2]int{1, 1}, Groups: 1,
	}
}

// activate appends relu, or silu.
func (b *builder) activate(name string) nn.Value {
	if b.silu {
		return b.add(name+".silu", &nn.Map{Function: scalar.Function{Kind: scalar.Silu}})
	}
	return b.add(name+".relu", &nn.Relu{})
}

// stage is conv, norm and activation.
func (b *builder) stage(name string, from, to int) nn.Value {
	b.conv(name, from, to, 3, 1)
	return b.activate(name)
}

// residual appends two stages, to whose values the last one is added.
func (b *builder) residual(name string, channels int) nn.Value {
	skip := b.last()
	b.stage(name+".a", channels, channels)
	return b.add(name+".add", &nn.Add{}, b.stage(name+".b", channels, channels), skip)
}

func (b *builder) halve(name string) nn.Value {
	return b.add(name, &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}})
}

// pooled is a convolution halved by maxima, norm and activation: the maxima are the same before the normalization, which then
// has a quarter of the work.
func (b *builder) pooled(name string, from, to int) nn.Value {
	b.add(name, convolution(name, from, to, 3, 1))
	b.halve(name + ".pool")
	b.norm(name+".norm", to)
	return b.activate(name)
}

func (b *builder) head(from, classes int) *nn.Network {
	b.add("average", &nn.GlobalAveragePool{})
	b.add("flatten", &nn.Reshape{Shape: nn.Shape{from}})
	b.Output = b.add("classes", &nn.Linear{
		Weight: param("classes.weight", classes, from), Bias: param("classes.bias", classes),
	})
	return &b.Network
}

// Compact returns a residual network for small images of at least 8×8, in the manner of the nine-layer ones that train in
// few epochs: wide and short, halved by maxima, two residual pairs. widths are the channels at full, half, quarter and
// eighth size; the first convolution has widths[0].
func Compact(image nn.Shape, classes int, widths [4]int) (*nn.Network, error) {
	if err := check(image, classes); err != nil {
		return nil, err
	}
	b := &builder{Network: nn.Network{Name: "compact", Image: image}}
	b.norm("input", image[0])
	b.stage("full", image[0], widths[0])
	b.stage("half", widths[0], widths[1])
	b.halve("half.pool")
	b.stage("quarter", widths[1], widths[2])
	b.halve("quarter.pool")
	b.residual("quarter", widths[2])
	b.stage("eighth", widths[2], widths[3])
	b.halve("eighth.pool")
	b.residual("eighth", widths[3])
	return b.head(widths[3], classes), nil
}

// compact is Compact with the widths of the first networks in models/: for 32×32 images 0.72 million parameters and 33
// million multiply-adds.
func compact(image nn.Shape, classes int) (*nn.Network, error) {
	return Compact(image, classes, [4]int{16, 32, 80, 160})
}

// Whitened returns a network like [Compact] in cheaper layers: the first one, which is frozen, whitens patches of 3×3
// pixels (package train sets it by the images), each half size begins with the maxima of a convolution, before its
// normalization, and has a residual pair, and x·sigmoid(x) stands in place of relu. widths are the channels at half, quarter
// and eighth size.
func Whitened(image nn.Shape, classes int, widths [3]int) (*nn.Network, error) {
	if err := check(image, classes); err != nil {
		return nil, err
	}
	b := &builder{Network: nn.Network{Name: "whitened", Image: image}, silu: true}
	from := b.whiten(image[0])
	for i, name := range []string{"half", "quarter", "eighth"} {
		b.pooled(name, from, widths[i])
		from = widths[i]
		b.residual(name, from)
	}
	return b.head(from, classes), nil
}

// whiten appends the frozen convolution, its filters and their opposites, and returns their number.
func (b *builder) whiten(channels int) int {
	filters := 2 * min(9*channels, 12)
	o := &nn.Conv{
		Weight: param("whiten.weight", filters, channels, 3, 3), Bias: param("whiten.bias", filters),
		Stride: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1}, Dilation: [2]int{1, 1}, Groups: 1,
	}
	o.Weight.Frozen, o.Bias.Frozen = true, true
	b.add("whiten", o)
	b.activate("whiten")
	return filters
}

// whitened is Whitened with the widths of the networks in models/: for 32×32 images 0.86 million parameters and 59 million
// multiply-adds.
func whitened(image nn.Shape, classes int) (*nn.Network, error) {
	return Whitened(image, classes, [3]int{48, 96, 160})
}

// small is Whitened with narrow layers: for 32×32 images 0.12 million parameters and 8.4 million multiply-adds.
func small(image nn.Shape, classes int) (*nn.Network, error) {
	n, err := Whitened(image, classes, [3]int{12, 32, 64})
	if err == nil {
		n.Name = "small"
	}
	return n, err
}

// ResNet20 returns the residual network of He et al. 2016, section 4.2, for 32×32 images: 0.27 million parameters and 41
// million multiply-adds. Where channels double, the shortcut is a 1×1 convolution.
func ResNet20(image nn.Shape, classes int) (*nn.Network, error) {
	if err := check(image, classes); err != nil {
		return nil, err
	}
	b := &builder{Network: nn.Network{Name: "resnet20", Image: image}}
	from := 16
	b.stage("stem", image[0], from)
	for stage, to := range []int{16, 32, 64} {
		for block := range 3 {
			stride := 1
			if stage > 0 && block == 0 {
				stride = 2
			}
			name := fmt.Sprintf("stage%d.block%d", stage+1, block+1)
			in := b.last()
			b.conv(name+".a", from, to, 3, stride)
			b.add(name+".a.relu", &nn.Relu{})
			out := b.conv(name+".b", to, to, 3, 1)
			skip := in
			if stride != 1 {
				b.add(name+".skip", &nn.Conv{
					Weight: param(name+".skip.weight", to, from, 1, 1), Stride: [2]int{stride, stride},
					Dilation: [2]int{1, 1}, Groups: 1,
				}, in)
				skip = b.norm(name+".skip.norm", to)
			}
			b.add(name+".add", &nn.Add{}, out, skip)
			b.add(name+".relu", &nn.Relu{})
			from = to
		}
	}
	return b.head(from, classes), nil
}

// check returns an error unless a network can have this input shape and number of classes.
func check(image nn.Shape, classes int) error {
	if len(image) != 3 || image[0] < 1 || image[1] < 8 || image[2] < 8 || classes < 2 {
		return fmt.Errorf("arch: images of %v in %d classes: want {channels, height, width} from 8×8 on, and at least 2 classes",
			[]int(image), classes)
	}
	return nil
}
