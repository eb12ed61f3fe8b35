package onnx

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Layout is the order of the axes of an image.
type Layout string

// The layouts.
const (
	CHW Layout = "chw" // PyTorch's: all of red, then green, then blue
	HWC Layout = "hwc" // TensorFlow's: red, green, blue of each pixel
)

// ParseLayout returns the layout of a name, or "" for "".
func ParseLayout(name string) (Layout, error) {
	switch l := Layout(strings.ToLower(name)); l {
	case CHW, HWC, "":
		return l, nil
	}
	return "", fmt.Errorf("layout %q: valid: %s, %s", name, CHW, HWC)
}

// ErrSizeFree matches the error for a file that leaves the size of the image open where Options.Size does not say it.
var ErrSizeFree = errors.New("want the size that the images have")

// ErrLayout matches the error for a file whose order of axes cannot be told, where Options.Layout does not say it.
var ErrLayout = errors.New("want the order of the axes, chw or hwc")

// minSide is the smallest side of an image for which numbers alone are taken as a sign of one.
const minSide = 8

// input is how a file takes images.
type input struct {
	image   nn.Shape // C, H, W, or another shape where the input is no image
	layout  Layout   // order of the axes in the file
	shape   nn.Shape // in the file, without the batch; with all axes if batch is nil
	batched bool     // the first dimension in the file is the batch
	bytes   bool     // elements are 0 to 255
}

// readInput adds the input of the graph to the network.
func (r *reader) readInput(g *onnxpb.Graph, v *onnxpb.ValueInfo) error {
	in, err := r.inputForm(g, v)
	if err != nil {
		return err
	}
	if err := in.image.Check(); err != nil {
		return err
	}
	r.net.Image = in.image
	r.shapes = []nn.Shape{in.image}
	n := &node{Node: &onnxpb.Node{}, r: r, title: v.Name}
	x := nn.Input
	if in.bytes {
		r.net.Bytes = true
		r.bytes[v.Name] = true
		x = n.addScale(v.Name+".bytes", x, math.MaxUint8)
	}
	if in.layout == HWC {
		x = n.addLayer(v.Name+".hwc", &nn.Transpose{Perm: []int{1, 2, 0}}, x)
	}
	r.values[v.Name] = batchFirst(x)
	if !in.batched {
		r.batch = 1
		r.values[v.Name] = unbatched(x)
	}
	r.net.Notes = append(r.net.Notes, in.notes()...)
	return n.err
}

// notes says what the network does to images before the file's own nodes.
func (in *input) notes() (list []string) {
	if in.bytes {
		list = append(list, "the file takes bytes, 0 to 255: pixels in [0,1] are multiplied by 255, and none is rounded")
	}
	if in.layout == HWC {
		list = append(list, "the file takes the channels last")
	}
	if !in.batched {
		list = append(list, "the file is for one image, without a batch axis")
	}
	return list
}

// inputForm finds out how a file takes images.
func (r *reader) inputForm(g *onnxpb.Graph, v *onnxpb.ValueInfo) (*input, error) {
	in := &input{layout: CHW, batched: true, bytes: v.ElemType == onnxpb.Uint8}
	switch {
	case v.Name == "":
		return nil, errors.New("has no name")
	case !v.IsTensor:
		return nil, errors.New("is not a tensor")
	case !v.ElemType.IsFloat() && !in.bytes:
		return nil, fmt.Errorf("elem_type is %s, valid: FLOAT, FLOAT16, BFLOAT16, DOUBLE, UINT8", v.ElemType)
	case len(v.Dims) < 2 && !isSingle(g, sizes(v.Dims)):
		return nil, fmt.Errorf("has %d dimensions, want a batch and the shape of an image: N×C×H×W", len(v.Dims))
	}
	for i, d := range v.Dims {
		if d.Value > nn.MaxElements {
			return nil, fmt.Errorf("dimension %d is %d, want at most %d", i, d.Value, nn.MaxElements)
		}
	}
	dims, free := sizes(v.Dims), freeDims(v.Dims)
	use := findUse(g, v.Name, len(v.Dims))
	if len(dims) == 3 && unbatchedImage(g, v.Dims, use) || len(dims) < 3 && isSingle(g, dims) {
		in.batched = false
	} else {
		if dims[0] > 0 {
			r.batch = int64(dims[0])
		}
		dims, free = dims[1:], free[1:]
	}
	var err error
	switch {
	case len(dims) == 2:
		err = r.fillFree(dims, free, 0, 1)
		in.image = dims
	case len(dims) == 3:
		err = r.planesForm(in, dims, free, use)
	default:
		err = r.fillFree(dims, free, -1, -1)
		in.image = dims
	}
	in.shape = dims
	return in, err
}

// sizes returns dimensions as numbers, 0 for those that are free.
func sizes(dims []onnxpb.Dim) []int {
	list := make([]int, len(dims))
	for i, d := range dims {
		if d.Param == "" && d.Value > 0 {
			list[i] = int(d.Value)
		}
	}
	return list
}

// freeDims returns what each dimension is called in error texts where it is free.
func freeDims(dims []onnxpb.Dim) []string {
	list := make([]string, len(dims))
	for i, d := range dims {
		list[i] = fmt.Sprintf("dimension %d", i)
		if d.Param != "" {
			list[i] += fmt.Sprintf(" (%q)", onnxpb.Abbreviate(d.Param))
		}
	}
	return list
}

// fillFree sets the height and the width, at the given places, to those asked for where they are free. It is an error if
// they are not asked for, or other dimensions are free.
func (r *reader) fillFree(dims []int, free []string, height, width int) error {
	var open, size []string
	for i, d := range dims {
		switch {
		case d > 0:
		case i == height || i == width:
			asked := r.options.Size[0]
			name := "the height, "
			if i == width {
				asked, name = r.options.Size[1], "the width, "
			}
			if dims[i] = asked; asked <= 0 {
				size = append(size, name+free[i])
			}
		default:
			open = append(open, free[i])
		}
	}
	switch {
	case len(open) > 0:
		return fmt.Errorf("leaves %s free, want a number (only the batch, the height and the width may be free)",
			strings.Join(open, " and "))
	case len(size) > 0:
		return fmt.Errorf("leaves %s, free: %w", strings.Join(size, ", and "), ErrSizeFree)
	}
	return nil
}

// isChannels reports whether a dimension can be the channels of an image.
func isChannels(n int) bool { return n == 1 || n == 3 }

// isSide reports whether a dimension can be a side of an image; 0 is free.
func isSide(n int) bool { return n == 0 || n >= minSide }

// planesForm is the form of an input with three dimensions for each image.
func (r *reader) planesForm(in *input, dims []int, free []string, use use) error {
	var err error
	if in.layout, err = r.findLayout(dims, use); err != nil {
		return err
	}
	c, h, w := 0, 1, 2
	if in.layout == HWC {
		c, h, w = 2, 0, 1
	}
	if dims[c] == 0 && use.layout == in.layout {
		dims[c] = use.channels
	}
	if err := r.fillFree(dims, free, h, w); err != nil {
		return err
	}
	in.image = nn.Shape{dims[c], dims[h], dims[w]}
	return nil
}

// findLayout returns the order of the axes of an image with three dimensions.
func (r *reader) findLayout(dims []int, use use) (Layout, error) {
	first, last := isChannels(dims[0]), isChannels(dims[2]) && isSide(dims[0]) && isSide(dims[1])
	switch {
	case r.native:
		return CHW, nil
	case r.options.Layout != "":
		return r.options.Layout, nil
	case first && !last:
		return CHW, nil
	case last && !first && use.layout != CHW:
		return HWC, nil
	case use.layout == HWC && (last || dims[2] == 0):
		return HWC, nil
	case use.layout == CHW, dims[0] > 0, dims[2] > 0:
		return CHW, nil // if it is an image at all
	}
	return "", fmt.Errorf("does not say which of its axes are the channels: %w", ErrLayout)
}

// isSingle reports whether an input of one or two dimensions is a single gray image: the output has no batch, or one of 1.
func isSingle(g *onnxpb.Graph, dims []int) bool {
	size := 1
	for _, d := range dims {
		if d < minSide {
			return false
		}
		size *= d
	}
	if len(g.Outputs) == 0 || len(dims) == 0 || size < minSide*minSide {
		return false
	}
	out := sizes(g.Outputs[0].Dims)
	return len(out) == 1 && out[0] > 0 && out[0] != dims[0] || len(out) > 1 && out[0] == 1
}

// unbatchedImage reports whether an input of three dimensions is a single image with channels, and not a batch of gray ones.
func unbatchedImage(g *onnxpb.Graph, dims []onnxpb.Dim, use use) bool {
	d := sizes(dims)
	if d[0] > 1 && len(g.Outputs) > 0 {
		if out := g.Outputs[0].Dims; len(out) > 1 && sizes(out)[0] == d[0] {
			return false // the output has it too: it is the batch
		}
	}
	switch {
	case d[0] == 3:
		return isSide(d[1]) && isSide(d[2])
	case d[2] == 3: // channels last
		return isSide(d[0]) && isSide(d[1]) && (d[0] > 0) == (d[1] > 0)
	}
	return false
}
