package onnx_test

import (
	"errors"
	"fmt"

	"steady/core/nn"
	"steady/core/onnx"
)

func Example() {
	n := &nn.Network{
		Name:   "tiny",
		Image:  nn.Shape{3, 8, 8},
		Layers: []nn.Layer{{Name: "pool", Op: &nn.GlobalAveragePool{}, In: []nn.Value{nn.Input}}},
		Output: 1,
		Labels: []string{"red", "green", "blue"},
	}
	file, err := onnx.Write(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := onnx.Read(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(again.Name, again.Labels, again.Classes())

	_, err = onnx.Read(file[:40])
	var wrong *onnx.Error
	fmt.Println(errors.As(err, &wrong), wrong.Field)
	// Output:
	// tiny [red green blue] 3
	// true file
}
