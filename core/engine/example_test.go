package engine_test

import (
	"fmt"
	"log"

	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
)

// twoPixels returns a linear network for images of one channel and two pixels, with two classes.
func twoPixels() *nn.Network {
	weight := &nn.Param{Name: "weight", Shape: nn.Shape{2, 2}, Data: []float32{1, 0, 0, 2}}
	return &nn.Network{
		Name: "two pixels", Image: nn.Shape{1, 1, 2},
		Layers: []nn.Layer{
			{Name: "flatten", Op: &nn.Reshape{Shape: nn.Shape{2}}, In: []nn.Value{nn.Input}},
			{Name: "linear", Op: &nn.Linear{Weight: weight}, In: []nn.Value{1}},
		},
		Output: 2,
	}
}

// An engine computes logits, and the gradient of any loss of them with respect to the images.
func Example() {
	e, err := engine.New(cpu.New(1), twoPixels(), engine.Config{})
	if err != nil {
		log.Fatal(err)
	}
	images := []float32{0.5, 0.25, 1, 0}
	labels := []int{0, 1}
	logits := make([]float32, 2*e.Classes())
	gradient := make([]float32, len(images))
	if err := e.Gradient(gradient, logits, images, loss.CrossEntropy(labels, e.Classes())); err != nil {
		log.Fatal(err)
	}
	fmt.Println("logits", logits)
	fmt.Printf("gradient %.3f\n", gradient)
	// Output:
	// logits [0.5 0.5 1 0]
	// gradient [-0.500 1.000 0.731 -1.462]
}

// A training engine makes the gradients of the parameters; what is done with them is up to the caller.
func ExampleEngine_TrainStep() {
	n := twoPixels()
	e, err := engine.New(cpu.New(1), n, engine.Config{Batch: 2, Train: true})
	if err != nil {
		log.Fatal(err)
	}
	images, labels := []float32{0.5, 0.25, 1, 0}, []int{0, 1}
	for range 100 {
		if err := e.TrainStep(images, loss.CrossEntropy(labels, e.Classes())); err != nil {
			log.Fatal(err)
		}
		for _, p := range e.Params() {
			for i, g := range p.Grad {
				p.Value[i] -= g
			}
		}
	}
	if err := e.Store(); err != nil { // into n
		log.Fatal(err)
	}
	var total loss.Total
	if err := e.TrainStep(images, loss.Smoothed(labels, e.Classes(), 0, &total)); err != nil {
		log.Fatal(err)
	}
	mean, accuracy := total.Mean()
	fmt.Printf("loss %.2f, accuracy %.0f%%\n", mean, 100*accuracy)
	// Output:
	// loss 0.11, accuracy 100%
}
