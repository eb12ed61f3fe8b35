package onnx_test

import (
	"errors"
	"fmt"

	"steady/core/net"
	"steady/core/onnx"
)

func Example() {
	n := &net.Network{
		Name:   "tiny",
		Image:  net.Shape{3, 8, 8},
		Layers: []net.Layer{{Name: "pool", Op: &net.GlobalAveragePool{}, In: []net.Value{net.Input}}},
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
