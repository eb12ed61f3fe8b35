package score

// AlexNet returns AlexNet's errors on ImageNet-C, the reference of the mean corruption error: means over the severities 1
// to 5 on all 50,000 validation images, as Hendrycks and Dietterich published them (README of hendrycks/robustness).
// There are none for the four extra corruptions.
//
// The error on clean images, which only relative errors use, is that of the paper's table, rounded there to a tenth of a
// percent, and known here from others who cite it.
func AlexNet() Errors {
	return Errors{
		Clean:               .435,
		"gaussian_noise":    .886428,
		"shot_noise":        .894468,
		"impulse_noise":     .922640,
		"defocus_blur":      .819880,
		"glass_blur":        .826268,
		"motion_blur":       .785948,
		"zoom_blur":         .798360,
		"snow":              .866816,
		"frost":             .826572,
		"fog":               .819324,
		"brightness":        .564592,
		"contrast":          .853204,
		"elastic_transform": .646056,
		"pixelate":          .717840,
		"jpeg_compression":  .606500,
	}
}

// AlexNetRobustBench returns AlexNet's errors on the 5,000 images of ImageNet-C that RobustBench evaluates
// (unaggregated_results.csv and AlexNet.json of RobustBench, March 2025), the reference of the figures there.
func AlexNetRobustBench() Errors {
	return Errors{
		Clean:               .4376,
		"gaussian_noise":    .88160,
		"shot_noise":        .88832,
		"impulse_noise":     .91724,
		"defocus_blur":      .82204,
		"glass_blur":        .83080,
		"motion_blur":       .78724,
		"zoom_blur":         .79572,
		"snow":              .86800,
		"frost":             .83148,
		"fog":               .82364,
		"brightness":        .55848,
		"contrast":          .85432,
		"elastic_transform": .64804,
		"pixelate":          .71856,
		"jpeg_compression":  .60680,
	}
}
