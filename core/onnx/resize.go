package onnx

import (
	"math"

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
	switch {
	case sizeInput > 0 && n.has(sizeInput):
		sizes := n.ints(sizeInput)
		for i := range s {
			if n.err == nil && (len(sizes) != 4 || sizes[i+1] < 1 || sizes[i+1] > maxExtent) {
				n.failField(n.inputField(sizeInput), "is %v, want four sizes that do not depend on the batch", formatDims(sizes))
			}
			if n.err != nil {
				return out, scales
			}
			out[i] = int(sizes[i+1])
			scales[i] = float64(out[i]) / float64(s[i])
		}
	default:
		t := n.floats(scaleInput)
		for i, size := range s {
			if n.err == nil && len(t.floats) != 4 {
				n.failField(n.inputField(scaleInput), "has %d scales, want four", len(t.floats))
			}
			if n.err != nil {
				return out, scales
			}
			scales[i] = float64(t.floats[i+1])
			if made := math.Floor(float64(size) * scales[i]); made >= 1 && made <= maxExtent {
				out[i] = int(made)
			} else {
				n.failField(n.inputField(scaleInput), "is %v, want positive scales that leave at least one element", t.floats)
			}
		}
		if n.err == nil && t.floats[0] != 1 {
			n.failField(n.inputField(scaleInput), "scales the batch by %v, want 1", t.floats[0])
		}
	}
	if n.err == nil && out[0] != s[0] {
		n.fail("scales %d channels to %d, want as many", s[0], out[0])
	}
	return out, scales
}

// resizeMatrix returns the matrix that resizes an axis.
func (n *node) resizeMatrix(from, to int, scale float64) []float32 {
	mode, nearest := n.text("mode", "nearest"), n.text("nearest_mode", "round_prefer_floor")
	transform := n.text("coordinate_transformation_mode", "half_pixel")
	if n.r.opset < 11 {
		transform, nearest = "asymmetric", "floor"
	}
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
