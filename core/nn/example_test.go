package nn_test

import (
	"fmt"

	"steady/core/nn"
)

// A network of two layers, its shapes, and the same network with the preprocessing inside.
func Example() {
	n := &nn.Network{
		Name:  "tiny",
		Image: nn.Shape{3, 8, 8},
		Layers: []nn.Layer{
			{Name: "pool", Op: &nn.GlobalAveragePool{}, In: []nn.Value{nn.Input}},
			{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{3}}, In: []nn.Value{1}},
		},
		Output: 2,
		Labels: []string{"red", "green", "blue"},
	}
	if err := n.Validate(); err != nil {
		fmt.Println(err)
		return
	}
	shapes, _ := n.Shapes()
	fmt.Println(shapes, n.Classes())

	whole := n.Normalized([]float32{0.485, 0.456, 0.406}, []float32{0.229, 0.224, 0.225}, 1, false)
	fmt.Println(whole.Layers[0].Name, whole.MACs())
	// Output:
	// [[3 8 8] [3 1 1] [3]] 3
	// preprocess 576
}
