package onnx

import (
	"strconv"

	"steady/core/nn"
)

// broadcastTo returns the elements repeated along the dimensions that are 1 in dims and more in shape.
func broadcastTo(data []float32, dims []int, shape nn.Shape) []float32 {
	wide := make([]float32, shape.Size())
	at := make([]int, len(shape)) // index of the element
	for i := range wide {
		from := 0
		for j, d := range dims {
			from *= d
			if d != 1 {
				from += at[j]
			}
		}
		wide[i] = data[from]
		for j := len(at) - 1; j >= 0; j-- {
			if at[j]++; at[j] < shape[j] {
				break
			}
			at[j] = 0
		}
	}
	return wide
}

// repeatScalar returns n copies of a single element. If there are n elements already, it returns them.
func repeatScalar(data []float32, n int) []float32 {
	if len(data) == n {
		return data
	}
	wide := make([]float32, n)
	for i := range wide {
		wide[i] = data[0]
	}
	return wide
}

// scaled returns the elements times a number.
func scaled(data []float32, by float32) []float32 {
	out := make([]float32, len(data))
	for i, x := range data {
		out[i] = x * by
	}
	return out
}

// transposeMatrix returns the transpose of a matrix.
func transposeMatrix(data []float32, rows, columns int) []float32 {
	out := make([]float32, len(data))
	for i := range rows {
		for j := range columns {
			out[j*rows+i] = data[i*columns+j]
		}
	}
	return out
}

// formatFloat returns the shortest text that stands for x.
func formatFloat(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }
