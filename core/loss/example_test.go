package loss_test

import (
	"fmt"

	"steady/core/loss"
)

// The direction in the logits that makes a network less sure of class 1: an attack follows it back to the pixels.
func ExampleCrossEntropy() {
	logits := []float32{0, 2, 0}
	dlogits := make([]float32, 3)
	loss.CrossEntropy([]int{1}, 3)(0, logits, dlogits)
	fmt.Printf("loss %.3f, gradient %.3f\n", loss.CrossEntropyValue(logits, 1), dlogits)
	// Output: loss 0.240, gradient [0.107 -0.213 0.107]
}

func ExampleSmoothed() {
	labels := []int{0, 1}
	logits := []float32{4, 0, 3, 1} // of two images
	var total loss.Total
	loss.Smoothed(labels, 2, 0.1, &total)(0, logits, make([]float32, 4))
	mean, accuracy := total.Mean()
	fmt.Printf("loss %.3f, accuracy %.2f\n", mean, accuracy)
	// Output: loss 1.123, accuracy 0.50
}

func ExampleSoftmax() {
	p := make([]float32, 4)
	loss.Softmax(p, []float32{1, 1, 0, 1000}, 2)
	fmt.Println(p)
	// Output: [0.5 0.5 0 1]
}
