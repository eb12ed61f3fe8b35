package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// resize implements Resize of the rows and columns of an image. Each is a product with a constant matrix, a Linear layer
// along that axis, whose rows hold the weights of the inputs of an output.
func (n *node) resize() {
	x, s := n.imageInput(0)
	if n.err == nil && len(s) != 3 {
		n.failField(n.inputField(0), "has %d dimensions, want 4 (only images are supported)", len(s)+1)
	}
	if n.err != nil {
		return
	}
	out, scales := n.resizedShape(s)
	if n.err != nil {
		return
	}
	for i := range 2 {
		axis := 2 - i // columns first: they are the last dimension
		from, to := s[axis], out[axis]
		if from == to && scales[axis] == 1 {
			continue
		}
		if int64(from)*int64(to) > nn.MaxElements || !n.spend(from*to) {
			n.fail("makes a matrix of %d×%d, which is too large", to, from)
			return
		}
		weights := n.resizeMatrix(from, to, scales[axis])
		if n.err != nil {
			return
		}
		name := n.title + [2]string{".columns", ".rows"}[i]
		weight := n.param(&tensor{name: name, floats: weights}, []int{to, from}, "", nil)
		swap := &nn.Transpose{Perm: []int{0, 2, 1}}
		if axis == 1 {
			x = n.addLayer(name+".turned", swap, x)
		}
		x = n.addLayer(name, &nn.Linear{Weight: weight}, x)
		if axis == 1 {
			x = n.addLayer(name+".back", swap, x)
		}
	}
	n.setImageOutput(x)
}

// resizedShape returns the shape after a Resize and the scale of each axis, both without the batch.
func (n *node) resizedShape(s nn.Shape) (out [3]int, scales [3]float64) {
	scaleInput, sizeInput := 2, 3
	if n.r.opset < 11 {
		scaleInput, sizeInput = 1, -1
	}
	axes := n.resizeAxes()
	copy(out[:], s)
	scales = [3]float64{1, 1, 1}
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
		n.keepAspectRatio(s, axes, &out, &scales)
	default:
		t := n.floats(scaleInput)
		for k, axis := range axes {
			if n.err == nil && len(t.floats) != len(axes) {
				n.failField(n.inputField(scaleInput), "has %d scales, want %d", len(t.floats), len(axes))
			}
			if n.err != nil {
				return out, scales
			}
			scale := float64(t.floats[k])
			if axis == 0 {
				if scale != 1 {
					n.failField(n.inputField(scaleInput), "scales the batch by %v, want 1", scale)
				}
				continue
			}
			scales[axis-1] = scale
			if made := math.Floor(float64(s[axis-1]) * scale); made >= 1 && made <= maxExtent {
				out[axis-1] = int(made)
			} else {
				n.failField(n.inputField(scaleInput), "is %v, want positive scales that leave at least one element", t.floats)
			}
		}
	}
	if n.err == nil && out[0] != s[0] {
		n.fail("scales %d channels to %d, want as many", s[0], out[0])
	}
	return out, scales
}

// resizeAxes returns the axes that the sizes or scales of a Resize are for, 0 being the batch.
func (n *node) resizeAxes() []int {
	a := n.attribute("axes", onnxpb.AttributeInts)
	if a == nil {
		return []int{0, 1, 2, 3}
	}
	var axes []int
	for _, x := range a.Ints {
		axis := n.axis("attribute axes", x, 4)
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
func (n *node) keepAspectRatio(s nn.Shape, axes []int, out *[3]int, scales *[3]float64) {
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
		if axis < 2 && len(axes) == 4 || axis == 0 {
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

// resizeMatrix returns the matrix that resizes an axis.
func (n *node) resizeMatrix(from, to int, scale float64) []float32 {
	mode, nearest := n.text("mode", "nearest"), n.text("nearest_mode", "round_prefer_floor")
	transform := n.text("coordinate_transformation_mode", "half_pixel")
	if n.r.opset < 11 {
		transform, nearest = "asymmetric", "floor"
	}
	antialias := n.flag("antialias", false)
	w := make([]float32, from*to)
	for i := range to {
		var x float64 // position of the output among the inputs
		switch transform {
		case "half_pixel":
			x = (float64(i)+0.5)/scale - 0.5
		case "pytorch_half_pixel":
			if to > 1 {
				x = (float64(i)+0.5)/scale - 0.5
			}
		case "asymmetric":
			x = float64(i) / scale
		case "align_corners":
			if to > 1 {
				x = float64(i) * float64(from-1) / float64(to-1)
			}
		default:
			n.failField("attribute coordinate_transformation_mode", "is %q, valid: half_pixel, pytorch_half_pixel, asymmetric, "+
				"align_corners", onnxpb.Abbreviate(transform))
			return nil
		}
		row := w[i*from:][:from]
		inside := func(x float64) int { return int(min(max(x, 0), float64(from-1))) }
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
			row[inside(x)] = 1
		case "linear":
			if antialias && scale < 1 {
				smoothRow(row, x, scale, n.flag("exclude_outside", false))
				continue
			}
			low := math.Floor(x)
			row[inside(low)] += float32(1 - (x - low))
			row[inside(low+1)] += float32(x - low)
		default:
			n.failField("attribute mode", "is %q, valid: nearest, linear", onnxpb.Abbreviate(mode))
			return nil
		}
	}
	return w
}

// smoothRow writes the weights of the inputs around position x, when an axis is scaled down by a factor: a triangle as wide
// as two outputs. What lies outside counts as the input at the edge, or not at all.
func smoothRow(row []float32, x, scale float64, exclude bool) {
	weights, sum := make([]float64, len(row)), 0.0
	for j := int(math.Floor(x - 1/scale)); j <= int(math.Ceil(x+1/scale)); j++ {
		weight := max(0, 1-math.Abs(float64(j)-x)*scale)
		at := min(max(j, 0), len(row)-1)
		if exclude && at != j {
			continue
		}
		weights[at] += weight
		sum += weight
	}
	for j, weight := range weights {
		row[j] = float32(weight / sum)
	}
}
