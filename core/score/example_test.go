package score_test

import (
	"errors"
	"fmt"

	"steady/core/score"
)

// An accuracy with its interval.
func ExampleWilson() {
	i := score.Wilson(914, 1000, .95)
	fmt.Printf("%.1f %% [%.1f, %.1f]\n", 100*score.Accuracy(914, 1000), 100*i.Lower, 100*i.Upper)
	// Output: 91.4 % [89.5, 93.0]
}

// The mean corruption error by AlexNet's published errors, and by another network; and a benchmark with a hole in it.
func ExampleMeanCorruptionError() {
	names := []string{"fog", "snow"}
	rates := score.Rates{{Corruption: score.Clean}: .24}
	for s := 1; s <= 5; s++ {
		rates[score.Cell{Corruption: "fog", Severity: s}] = .35 + .08*float64(s)
		rates[score.Cell{Corruption: "snow", Severity: s}] = .5 + .06*float64(s)
	}
	network, err := rates.Errors(names, 1, 2, 3, 4, 5)
	if err != nil {
		panic(err)
	}
	other := score.Errors{score.Clean: .3, "fog": .59, "snow": .85}
	for _, reference := range []score.Errors{score.AlexNet(), other} {
		mce, err := score.MeanCorruptionError(network, reference, names)
		if err != nil {
			panic(err)
		}
		fmt.Printf("mCE over %d corruptions: %.1f %%\n", len(names), 100*mce)
	}

	delete(rates, score.Cell{Corruption: "snow", Severity: 4})
	_, err = rates.Errors(names, 1, 2, 3, 4, 5)
	var missing *score.MissingError
	fmt.Println(errors.As(err, &missing), missing.Names)
	// Output:
	// mCE over 2 corruptions: 75.2 %
	// mCE over 2 corruptions: 90.0 %
	// true [snow 4]
}

// Two networks on the same ten images: the second is right about five more of them.
func ExamplePaired() {
	a := []bool{true, false, false, true, false, false, true, false, true, false}
	b := []bool{true, true, true, true, false, true, true, true, true, true}
	p := score.Pair(b, a)
	fmt.Printf("%+.1f, p = %.3f\n", p.Difference(), p.McNemar())
	// Output: +0.5, p = 0.062
}

// How far confidences are from accuracies.
func ExampleReliability() {
	confidences := []float64{.95, .9, .85, .99, .6, .65, .55, .7}
	right := []bool{true, true, false, true, true, false, false, false}
	r, err := score.NewReliability(confidences, right, 2)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d images, confidence %.2f, accuracy %.2f: ECE %.2f\n", r[1].N, r[1].MeanConfidence(), r[1].Accuracy(), r.ECE())
	// Output: 8 images, confidence 0.77, accuracy 0.50: ECE 0.27
}

// The robustness score over two severities, with an interval over the images that all cells share.
func ExampleBootstrap() {
	var clean, fog1, fog2 []bool
	for i := range 200 {
		clean = append(clean, i%10 != 0)
		fog1 = append(fog1, i%10 != 0 && i%4 != 0)
		fog2 = append(fog2, i%10 != 0 && i%2 != 0)
	}
	r := func(c [][]float64) float64 { return score.RobustnessScore(score.Mean(c[0]), score.Mean(c[1])) }
	columns := [][]float64{score.PerImage(clean), score.PerImage(fog1, fog2)}
	interval, err := score.Bootstrap(columns, r, score.BootstrapOptions{Seed: 1})
	if err != nil {
		panic(err)
	}
	fmt.Printf("R = %.2f [%.2f, %.2f]\n", r(columns), interval.Lower, interval.Upper)
	// Output: R = 0.67 [0.60, 0.73]
}

// Whether networks that resist attacks resist corruptions: the rank correlation of two scores, what is left of it when
// accuracy is taken out, and an interval.
func ExamplePartialCorrelation() {
	clean := []float64{.95, .94, .91, .93, .88, .86, .9, .84}
	attacked := []float64{.02, .05, .31, .12, .45, .44, .28, .51}
	corrupted := []float64{.71, .7, .76, .79, .74, .73, .81, .7}
	partial := func(c [][]float64) float64 {
		return score.PartialCorrelation(score.Spearman(c[0], c[1]), score.Spearman(c[0], c[2]), score.Spearman(c[1], c[2]))
	}
	fmt.Printf("%.2f, without accuracy %.2f\n", score.Spearman(attacked, corrupted), partial([][]float64{attacked, corrupted, clean}))
	interval, err := score.Bootstrap([][]float64{attacked, corrupted}, func(c [][]float64) float64 { return score.Spearman(c[0], c[1]) },
		score.BootstrapOptions{Method: score.BCa})
	if err != nil {
		panic(err)
	}
	fmt.Printf("[%.1f, %.1f]\n", interval.Lower, interval.Upper)
	// Output:
	// -0.05, without accuracy -0.08
	// [-0.9, 0.7]
}
