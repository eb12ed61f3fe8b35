package onnx

import (
	"fmt"
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// resize implements Resize and Upsample. Each axis is a product with a constant matrix, a Linear layer along that axis, whose
// rows hold the weights of the inputs of an output.
func (n *node) resize() {
	x, s := n.imageInput(0)
	if n.err != nil {
		return
	}
	out, scales := n.resizedShape(s)
	if n.err != nil {
		return
	}
	names := map[int]string{len(s) - 1: ".columns", len(s) - 2: ".rows"}
	for axis := len(s) - 1; axis >= 0; axis-- { // columns first: they are the last dimension
		from, to := s[axis], out[axis]
		begin, end := n.resizeRegion(axis+1, len(s)+1)
		if from == to && scales[axis] == 1 && begin == 0 && end == 1 {
			continue
		}
		if int64(from)*int64(to) > nn.MaxElements || !n.spend(from*to) {
			n.fail("makes a matrix of %d×%d, which is too large", to, from)
			return
		}
		weights := n.resizeMatrix(from, to, begin, end, scales[axis])
		if n.err != nil {
			return
		}
		name := names[axis]
		if name == "" || len(s) < 3 {
			name = fmt.Sprintf(".%d", axis)
		}
		name = n.title + name
		weight := n.param(&tensor{name: name, floats: weights}, []int{to, from}, "", nil)
		if weight != nil {
			weight.Frozen = true
		}
		swap := &nn.Transpose{Perm: make([]int, len(s))}
		for i := range swap.Perm {
			swap.Perm[i] = i
		}
		swap.Perm[axis], swap.Perm[len(s)-1] = len(s)-1, axis
		if axis < len(s)-1 {
			x = n.addLayer(name+".turned", swap, x)
		}
		x = n.addLayer(name, &nn.Linear{Weight: weight}, x)
		if axis < len(s)-1 {
			x = n.addLayer(name+".back", swap, x)
		}
	}
	n.setImageOutput(x)
}

// foldResize implements Resize and Upsample of constants.
func (n *node) foldResize() {
	t := n.floats(0)
	if n.err != nil {
		return
	}
	if len(t.dims) < 2 || len(t.floats) == 0 {
		n.failField(n.inputField(0), "has dimensions %v, want an image", t.dims)
		return
	}
	s := nn.Shape(t.dims[1:])
	out, scales := n.resizedShape(s)
	for axis := range s {
		if n.err != nil {
			return
		}
		begin, end := n.resizeRegion(axis+1, len(s)+1)
		from, to := t.dims[axis+1], out[axis]
		if from == to && scales[axis] == 1 && begin == 0 && end == 1 {
			continue
		}
		outer, _ := sizeOf(t.dims[:axis+1])
		inner, _ := sizeOf(t.dims[axis+2:])
		size, ok := sizeOf([]int{outer, to, inner})
		if !ok || int64(size)*int64(from) > maxFoldProducts {
			n.fail("resizes a constant of dimensions %v to %d elements of axis %d, which is too large", t.dims, to, axis+1)
		}
		if n.err != nil || !n.spend(from*to) || !n.spend(size) {
			return
		}
		weights := n.resizeMatrix(from, to, begin, end, scales[axis])
		if n.err != nil {
			return
		}
		resized := &tensor{name: n.Outputs[0], dims: slices.Clone(t.dims), floats: make([]float32, size)}
		resized.dims[axis+1] = to
		for i := range resized.floats {
			row, sum := i/inner%to, 0.0
			for k := range from {
				sum += float64(weights[row*from+k]) * float64(t.floats[(i/(inner*to)*from+k)*inner+i%inner])
			}
			resized.floats[i] = float32(sum)
		}
		t = resized
	}
	n.setConstant(t)
}

// resizedShape returns the shape after a Resize and the scale of each axis, both without the batch.
func (n *node) resizedShape(s nn.Shape) (out nn.Shape, scales []float64) {
	scaleInput, sizeInput := 2, 3
	if n.r.opset < 11 || n.Op == "Upsample" {
		scaleInput, sizeInput = 1, -1
	}
	axes := n.resizeAxes(len(s) + 1)
	out, scales = slices.Clone(s), slices.Repeat([]float64{1}, len(s))
	switch {
	case n.err != nil:
		return out, scales
	case sizeInput > 0 && n.has(sizeInput):
		sizes := n.ints(sizeInput)
		for k, axis := range axes {
			if n.err == nil && (len(sizes) != len(axes) || axis > 0 && (sizes[k] < 1 || sizes[k] > maxExtent)) {
				n.failField(n.inputField(sizeInput), "is %v, want %d sizes that do not depend on the batch", formatDims(sizes), len(axes))
			}
			if n.err != nil {
				return out, scales
			}
			if axis > 0 {
				out[axis-1] = int(sizes[k])
				scales[axis-1] = float64(sizes[k]) / float64(s[axis-1])
			}
		}
		n.keepAspectRatio(s, axes, out, scales)
	default:
		field := n.inputField(scaleInput)
		var given []float32
		if a := n.attribute("scales", onnxpb.AttributeFloats); n.Op == "Upsample" && n.r.opset < 9 && a != nil {
			given, field = a.Floats, "attribute scales"
		} else if t := n.floats(scaleInput); t != nil {
			given = t.floats
		}
		for k, axis := range axes {
			if n.err == nil && len(given) != len(axes) {
				n.failField(field, "has %d scales, want %d", len(given), len(axes))
			}
			if n.err != nil {
				return out, scales
			}
			scale := float64(given[k])
			if axis == 0 {
				if scale != 1 {
					n.failField(field, "scales the batch by %v, want 1", scale)
				}
				continue
			}
			scales[axis-1] = scale
			// In float32, as ONNX's shape inference: 0.7 of 10 elements are 7.
			if made := math.Floor(float64(float32(s[axis-1]) * given[k])); made >= 1 && made <= maxExtent {
				out[axis-1] = int(made)
			} else {
				n.failField(field, "is %v, want positive scales that leave at least one element", given)
			}
		}
	}
	return out, scales
}

// resizeAxes returns the axes that the sizes or scales of a Resize are for, 0 being the batch.
func (n *node) resizeAxes(rank int) []int {
	var axes []int
	a := n.attribute("axes", onnxpb.AttributeInts)
	if a == nil {
		for axis := range rank {
			axes = append(axes, axis)
		}
		return axes
	}
	for _, x := range a.Ints {
		axis := n.axis("attribute axes", x, rank)
		if slices.Contains(axes, axis) {
			n.failField("attribute axes", "is %v, want each axis once", a.Ints)
			return nil
		}
		axes = append(axes, axis)
	}
	return axes
}

// keepAspectRatio sets the same scale for all resized axes, if the node wants that. Where the axes are not named, batch and
// channels count with their scale of 1, but are not resized.
func (n *node) keepAspectRatio(s nn.Shape, axes []int, out nn.Shape, scales []float64) {
	var pick func(x []float64) float64
	switch policy := n.text("keep_aspect_ratio_policy", "stretch"); policy {
	case "stretch":
		return
	case "not_larger":
		pick = slices.Min[[]float64]
	case "not_smaller":
		pick = slices.Max[[]float64]
	default:
		n.failField("attribute keep_aspect_ratio_policy", "is %q, valid: stretch, not_larger, not_smaller",
			onnxpb.Abbreviate(policy))
		return
	}
	var given []float64
	for _, axis := range axes {
		if axis == 0 {
			given = append(given, 1)
		} else {
			given = append(given, scales[axis-1])
		}
	}
	if len(given) == 0 {
		return
	}
	scale := pick(given)
	for _, axis := range axes {
		if axis < 2 && len(axes) == len(s)+1 || axis == 0 {
			continue
		}
		size := math.Floor(float64(s[axis-1])*scale + 0.5)
		if size < 1 || size > maxExtent {
			n.failField("attribute keep_aspect_ratio_policy", "leaves %v of %d elements, want at least one", size, s[axis-1])
			return
		}
		out[axis-1], scales[axis-1] = int(size), scale
	}
}

// resizeMatrix returns the matrix that resizes an axis, or the part of it that resizeRegion returns.
func (n *node) resizeMatrix(from, to int, begin, end, scale float64) []float32 {
	mode, nearest := n.text("mode", "nearest"), n.text("nearest_mode", "round_prefer_floor")
	transform := n.text("coordinate_transformation_mode", "half_pixel")
	if n.r.opset < 11 || n.Op == "Upsample" {
		transform, nearest = "asymmetric", "floor"
	}
	antialias, exclude := n.flag("antialias", false), n.flag("exclude_outside", false)
	a := float64(n.float("cubic_coeff_a", -0.75))
	position := n.resizePosition(transform, from, to, begin, end, scale)
	if n.err != nil {
		return nil
	}
	w := make([]float32, from*to)
	for i := range to {
		x := position(i) // among the inputs
		if math.IsNaN(x) {
			n.fail("resizes a part of the image whose ends are not finite")
			return nil
		}
		row := w[i*from:][:from]
		if transform == "tf_crop_and_resize" && (x < 0 || x > float64(from-1)) {
			if value := n.float("extrapolation_value", 0); value != 0 {
				n.failField("attribute extrapolation_value", "is %v, want 0 where a part is outside of the image", value)
				return nil
			}
			continue
		}
		stretch := 1.0 // of the kernel
		if antialias && scale < 1 {
			stretch = scale
		}
		switch mode {
		case "nearest":
			switch nearest {
			case "round_prefer_floor":
				x = math.Ceil(x - 0.5)
			case "round_prefer_ceil":
				x = math.Floor(x + 0.5)
			case "floor":
				x = math.Floor(x)
			case "ceil":
				x = math.Ceil(x)
			default:
				n.failField("attribute nearest_mode", "is %q, valid: round_prefer_floor, round_prefer_ceil, floor, ceil",
					onnxpb.Abbreviate(nearest))
				return nil
			}
			row[int(min(max(x, 0), float64(from-1)))] = 1
		case "linear", "bilinear": // the latter in Upsample 1 to 7
			weigh(row, x, 1/stretch, exclude, func(d float64) float64 { return max(0, 1-math.Abs(d)*stretch) })
		case "cubic":
			weigh(row, x, 2/stretch, exclude, func(d float64) float64 { return cubic(math.Abs(d)*stretch, a) })
		default:
			n.failField("attribute mode", "is %q, valid: nearest, linear, cubic", onnxpb.Abbreviate(mode))
			return nil
		}
	}
	return w
}

// resizePosition returns where each output lies among the inputs. It computes in float32, as ONNX Runtime does, so that both
// round ties to the same side.
func (n *node) resizePosition(transform string, from, to int, begin, end, scale float64) func(i int) float64 {
	inputs, outputs, by := float32(from), float32(to), float32(scale)
	first, last := float32(begin)*(inputs-1), float32(end)*(inputs-1)
	var f func(x float32) float32
	halfPixel := func(x float32) float32 { return (x+0.5)/by - 0.5 }
	switch transform {
	case "half_pixel":
		f = halfPixel
	case "half_pixel_symmetric": // keeps the center where a size was rounded
		offset := inputs / 2 * (1 - outputs/(by*inputs))
		f = func(x float32) float32 { return offset + (x+0.5)/by - 0.5 }
	case "pytorch_half_pixel":
		if f = halfPixel; to == 1 {
			f = func(float32) float32 { return 0 }
		}
	case "asymmetric":
		f = func(x float32) float32 { return x / by }
	case "align_corners":
		f = func(x float32) float32 { return x * (inputs - 1) / max(outputs-1, 1) }
	case "tf_crop_and_resize":
		f = func(x float32) float32 { return first + x*(last-first)/(outputs-1) }
		if to == 1 {
			f = func(float32) float32 { return (first + last) / 2 }
		}
	default:
		n.failField("attribute coordinate_transformation_mode", "is %q, valid: half_pixel, half_pixel_symmetric, pytorch_half_pixel, "+
			"asymmetric, align_corners, tf_crop_and_resize", onnxpb.Abbreviate(transform))
		return nil
	}
	return func(i int) float64 { return float64(f(float32(i))) }
}

// resizeRegion returns where the part of an axis begins and ends that is resized, from 0 to 1: all of it but for
// tf_crop_and_resize, where input 1 has the beginnings of all axes, or of those in the attribute, and then the ends.
func (n *node) resizeRegion(axis, rank int) (begin, end float64) {
	if n.text("coordinate_transformation_mode", "") != "tf_crop_and_resize" || n.r.opset < 11 || n.Op == "Upsample" {
		return 0, 1
	}
	axes, region := n.resizeAxes(rank), n.floats(1)
	if n.err != nil {
		return 0, 1
	}
	if len(region.floats) != 2*len(axes) {
		n.failField(n.inputField(1), "has %d numbers, want %d: the beginnings and the ends of axes", len(region.floats), 2*len(axes))
		return 0, 1
	}
	i := slices.Index(axes, axis)
	if i < 0 {
		return 0, 1
	}
	return float64(region.floats[i]), float64(region.floats[len(axes)+i])
}

// weigh writes the weights of the inputs around position x, as the kernel says, which is 0 beyond the reach. What lies outside
// counts as the input at the edge, or not at all.
func weigh(row []float32, x, reach float64, exclude bool, kernel func(distance float64) float64) {
	weights, sum := make([]float64, len(row)), 0.0
	for j := int(math.Floor(x - reach)); j <= int(math.Ceil(x+reach)); j++ {
		at := min(max(j, 0), len(row)-1)
		if exclude && at != j {
			continue
		}
		weight := kernel(float64(j) - x)
		weights[at] += weight
		sum += weight
	}
	for j, weight := range weights {
		row[j] = float32(weight / sum)
	}
}

// cubic is the convolution kernel with parameter a of Keys, "Cubic Convolution Interpolation for Digital Image Processing",
// 1981.
func cubic(d, a float64) float64 {
	switch {
	case d < 1:
		return ((a+2)*d-(a+3))*d*d + 1
	case d < 2:
		return ((a*d-5*a)*d+8*a)*d - 4*a
	}
	return 0
}
