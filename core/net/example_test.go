package net_test

import (
	"fmt"

	"steady/core/net"
)

// A network of two layers, its shapes, and the same network with the preprocessing inside.
func Example() {
	n := &net.Network{
		Name:  "tiny",
		Image: net.Shape{3, 8, 8},
		Layers: []net.Layer{
			{Name: "pool", Op: &net.GlobalAveragePool{}, In: []net.Value{net.Input}},
			{Name: "flat", Op: &net.Reshape{Shape: net.Shape{3}}, In: []net.Value{1}},
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

	whole := n.Normalised([]float32{0.485, 0.456, 0.406}, []float32{0.229, 0.224, 0.225}, 1, false)
	fmt.Println(whole.Layers[0].Name, whole.MACs())
	// Output:
	// [[3 8 8] [3 1 1] [3]] 3
	// preprocess 576
}
