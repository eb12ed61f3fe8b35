//go:build !js

package reference

import (
	"errors"
	"fmt"

	"github.com/owulveryck/onnx-go"
	"github.com/owulveryck/onnx-go/backend/x/gorgonnx"
	"gorgonia.org/tensor"

	// gorgonia refuses to start on versions of Go that it does not know, unless this module says that they are known.
	_ "go4.org/unsafe/assume-no-moving-gc"
)

// ErrUnsupported matches where the libraries cannot read or run a file. Their own message follows.
var ErrUnsupported = errors.New("onnx-go and gorgonia cannot run this network")

// Model is an ONNX file that can be run. It must not be used from several goroutines at once.
type Model struct {
	file    []byte
	shape   []int // of a batch of one image
	size    int
	classes int
}

// New reads the bytes of an ONNX file whose images have the given shape, {C, H, W}, and tries it once. The
// bytes are kept and must not change.
func New(file []byte, image []int) (m *Model, err error) {
	defer caught(&m, &err)
	m = &Model{file: file, shape: append([]int{1}, image...), size: 1}
	for _, d := range image {
		if d < 1 {
			return nil, fmt.Errorf("reference: images of shape %v: want positive dimensions", image)
		}
		m.size *= d
	}
	y, err := m.run(make([]float32, m.size))
	if err != nil {
		return nil, err
	}
	m.classes = len(y)
	return m, nil
}

// Classes returns the number of elements of the output for an image.
func (m *Model) Classes() int { return m.classes }

// Logits writes the output (n×classes) for the images x (n×C×H×W), as the file has it.
func (m *Model) Logits(dst, x []float32) (err error) {
	defer caught(&m, &err)
	n := len(x) / m.size
	if len(x) == 0 || len(x)%m.size != 0 || len(dst) != n*m.classes {
		return fmt.Errorf("reference: input of %d elements and room for %d: want a multiple of %d, and %d for each image",
			len(x), len(dst), m.size, m.classes)
	}
	for i := range n {
		y, err := m.run(x[i*m.size:][:m.size])
		if err != nil {
			return err
		}
		if len(y) != m.classes {
			return unsupported(fmt.Errorf("the output has %d elements, before it had %d", len(y), m.classes))
		}
		copy(dst[i*m.classes:], y)
	}
	return nil
}

// run returns the output for one image, by a graph of its own.
func (m *Model) run(x []float32) ([]float32, error) {
	graph := gorgonnx.NewGraph()
	model := onnx.NewModel(graph)
	if err := model.UnmarshalBinary(m.file); err != nil {
		return nil, unsupported(err)
	}
	if len(model.Input) != 1 || len(model.Output) != 1 {
		return nil, unsupported(fmt.Errorf("%d inputs and %d outputs, want one of each", len(model.Input), len(model.Output)))
	}
	input, ok := graph.Node(model.Input[0]).(onnx.DataCarrier)
	if !ok {
		return nil, unsupported(errors.New("the input holds no data"))
	}
	backing := append([]float32(nil), x...) // batch normalization of a single image overwrites what it reads
	if err := input.SetTensor(tensor.New(tensor.WithShape(m.shape...), tensor.WithBacking(backing))); err != nil {
		return nil, unsupported(err)
	}
	if err := graph.Run(); err != nil {
		return nil, unsupported(err)
	}
	out, err := model.GetOutputTensors()
	if err != nil {
		return nil, unsupported(err)
	}
	y, ok := out[0].Data().([]float32)
	if !ok {
		return nil, unsupported(fmt.Errorf("the output is a %v, want float32", out[0].Dtype()))
	}
	return y, nil
}

func unsupported(err error) error { return fmt.Errorf("reference: %w: %w", ErrUnsupported, err) }

// caught turns a panic of the libraries into an error.
func caught(m **Model, err *error) {
	if r := recover(); r != nil {
		*m, *err = nil, unsupported(fmt.Errorf("panic: %v", r))
	}
}
