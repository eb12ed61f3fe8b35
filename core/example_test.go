package core_test

import (
	"context"
	"fmt"
	"os"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/corrupt"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/loss"
	"steady/core/onnx"
	"steady/models"
)

// A photograph is classified, corrupted, classified again, and attacked.
func Example() {
	file, err := os.Open("../web/static/photos/chelsea.jpg")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	photo, err := img.Decode(file, img.DefaultMaxPixels)
	if err != nil {
		fmt.Println(err)
		return
	}

	bytes, err := models.FS.ReadFile("cifar10-standard.onnx")
	if err != nil {
		fmt.Println(err)
		return
	}
	network, err := onnx.Read(bytes)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := engine.New(cpu.New(0), network, engine.Config{Batch: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	logits := make([]float32, e.Classes())
	answer := func(x []float32) int {
		if err := e.Logits(logits, x); err != nil {
			fmt.Println(err)
		}
		return loss.ArgMax(logits)
	}

	small := photo.Fit(32, 32)
	label := answer(small.Pix)
	fmt.Println("the photograph:", network.Labels[label])

	blur, err := corrupt.Lookup("gaussian_blur")
	if err != nil {
		fmt.Println(err)
		return
	}
	blurred := img.New(32, 32)
	if err := blur.Apply(blurred, small, corrupt.Options{Severity: 1}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("blurred:", network.Labels[answer(blurred.Pix)])

	pgd, err := attack.Lookup("pgd")
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := pgd.Run(context.Background(), e, small.Pix, []int{label}, pgd.Default(attack.Linf), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("attacked, still that:", answer(result.Adv) == label)
	fmt.Printf("no value was changed by more than %.0f/255\n", 255*result.Linf[0])
	// Output:
	// the photograph: cat
	// blurred: cat
	// attacked, still that: false
	// no value was changed by more than 8/255
}
