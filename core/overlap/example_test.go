package overlap_test

import (
	"fmt"
	"log"

	"steady/core/overlap"
)

// Networks trained on fog, contrast and Gaussian noise: robustness to fog is robustness to contrast, and says nothing of
// noise.
func Example() {
	m, err := overlap.New(overlap.Accuracies{
		Names:         []string{"fog", "contrast", "gaussian_noise"},
		StandardClean: .92, Standard: []float64{.70, .60, .50},
		Clean: []float64{.92, .92, .90},
		Trained: [][]float64{
			{.86, .78, .49},
			{.83, .82, .50},
			{.68, .58, .80},
		},
	}, overlap.Accuracy, overlap.LeastGain)
	if err != nil {
		log.Fatal(err)
	}
	for i, row := range m.Values {
		fmt.Printf("%-14s %.2f\n", m.Names[i], row)
	}
	apart, _ := m.NonOverlapping(overlap.Overlapping)
	fmt.Println("none overlaps with another:", apart)
	// Output:
	// fog            [1.00 0.82 0.00]
	// contrast       [0.82 1.00 0.00]
	// gaussian_noise [0.00 0.00 1.00]
	// none overlaps with another: [0 2]
}
