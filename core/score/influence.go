package score

import "math"

// MeanInfluence returns the mean of numbers, one of each image, and the influence of each.
func MeanInfluence(x []float64) (mean float64, influence []float64) {
	mean = Mean(x)
	influence = make([]float64, len(x))
	for i, v := range x {
		influence[i] = v - mean
	}
	return mean, influence
}

// RobustnessInfluence returns the [RobustnessScore] of means over the same images, R = mean(corrupted)/mean(clean), and the
// influence of each image:
//
//	(corrupted[i] - R·clean[i]) / mean(clean)
//
// All are NaN if the mean of clean is 0.
func RobustnessInfluence(clean, corrupted []float64) (r float64, influence []float64) {
	checkLengths(len(clean), len(corrupted))
	mean := Mean(clean)
	r = RobustnessScore(mean, Mean(corrupted))
	influence = make([]float64, len(clean))
	for i := range influence {
		influence[i] = (corrupted[i] - r*clean[i]) / mean
	}
	if mean == 0 {
		for i := range influence {
			influence[i] = math.NaN()
		}
	}
	return r, influence
}

// InfluenceInterval returns the interval of a figure from the influences of its images: with their standard deviation s,
// figure ± z·s/√n. It is NaN of fewer than two images.
func InfluenceInterval(figure float64, influence []float64, level float64) Interval {
	n := float64(len(influence))
	sum := 0.
	for _, v := range influence {
		sum += v * v
	}
	half := normalQuantile(.5+checkLevel(level)/2) * math.Sqrt(sum/(n-1)/n)
	if !(n > 1) {
		return noInterval
	}
	return Interval{figure - half, figure + half}
}

// Combine returns the weighted sum of influences of the same images, for that of figures.
func Combine(weights []float64, influences ...[]float64) []float64 {
	checkLengths(len(weights), len(influences))
	if len(influences) == 0 {
		panic("score: influences of no figure")
	}
	sum := make([]float64, len(influences[0]))
	for k, one := range influences {
		checkLengths(len(sum), len(one))
		for i, v := range one {
			sum[i] += weights[k] * v
		}
	}
	return sum
}
