package bench_test

import (
	"encoding/json"
	"fmt"

	"steady/core/bench"
)

// A spec, and the cells that it asks for.
func Example() {
	text := `{
		"models": ["a.onnx", {"file": "b.onnx", "preset": "imagenet"}],
		"data": {"path": "val", "resize": 256, "crop": 224, "limit": 3000},
		"cells": [
			{"corruption": "fog", "severity": [1, 5]},
			{"attack": "pgd{steps=20}", "eps": ["2/255", "4/255"]}
		]
	}`
	spec, err := bench.Load("spec.json", func(name string) (data any, err error) {
		return data, json.Unmarshal([]byte(text), &data)
	})
	if err != nil {
		panic(err)
	}
	var cells []bench.Cell
	for _, m := range spec.Models {
		for _, p := range spec.Perturbations {
			all := bench.Cell{
				Network:      "hash of " + m.File,
				Input:        m.Preprocess.String(),
				Data:         "hash of " + spec.Data.Path,
				Preparation:  fmt.Sprintf("resize=%d crop=%d", spec.Data.Resize, spec.Data.Crop),
				Perturbation: p,
				N:            spec.Data.Limit,
			}
			cells = append(cells, all.Slices(1000)...)
		}
	}
	fmt.Printf("%d cells; %d perturbations: %v\n", len(cells), len(spec.Perturbations), spec.Perturbations)
	// Output: 30 cells; 5 perturbations: [clean fog{severity=1} fog{severity=5} pgd{eps=2/255,steps=20,norm=linf} pgd{eps=4/255,steps=20,norm=linf}]
}

// What is wrong with a spec, and where.
func ExampleLoad() {
	text := `{"models": "a.onnx", "cells": [{"corruption": "snow", "severity": [3, 6]}]}`
	_, err := bench.Load("spec.json", func(name string) (data any, err error) {
		return data, json.Unmarshal([]byte(text), &data)
	})
	fmt.Println(err)
	// Output: bench: spec.json: cells[0].severity[1]: severity is "6": want one of 1, 2, 3, 4, 5, range
}
