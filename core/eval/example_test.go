package eval_test

import (
	"context"
	"fmt"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/corrupt"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/onnx"
	"steady/models"
)

// The accuracy of a network on clean images, and in fog.
func Example() {
	file, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		panic(err)
	}
	network, err := onnx.Read(file)
	if err != nil {
		panic(err)
	}
	model, err := engine.New(cpu.New(0), network, engine.Config{})
	if err != nil {
		panic(err)
	}
	fog, err := corrupt.Lookup("fog")
	if err != nil {
		panic(err)
	}
	images := fashion.Test().Limit(100).Images()
	for _, o := range []eval.Options{{}, {Corruption: fog, Corrupt: corrupt.Options{Severity: 3}}} {
		source, err := eval.NewSource(images, model.InputShape(), o)
		if err != nil {
			panic(err)
		}
		accuracy, err := eval.Evaluate(context.Background(), model, source, eval.AccuracyOptions{})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%d of %d\n", accuracy.Right, accuracy.N)
	}
	// Output:
	// 91 of 100
	// 39 of 100
}

// What an attack leaves of it.
func ExampleAttack() {
	file, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		panic(err)
	}
	network, err := onnx.Read(file)
	if err != nil {
		panic(err)
	}
	model, err := engine.New(cpu.New(0), network, engine.Config{})
	if err != nil {
		panic(err)
	}
	source, err := eval.NewSource(fashion.Test().Limit(50).Images(), model.InputShape(), eval.Options{})
	if err != nil {
		panic(err)
	}
	pgd, err := attack.Lookup("pgd")
	if err != nil {
		panic(err)
	}
	r, err := eval.Attack(context.Background(), model, source, pgd, pgd.Default(attack.Linf), eval.AttackOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("clean %.0f %%, robust %.0f %%\n", 100*r.Clean, 100*r.Robust)
	// Output:
	// clean 88 %, robust 22 %
}
