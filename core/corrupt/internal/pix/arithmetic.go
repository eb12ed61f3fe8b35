package pix

// Outside reports whether any of x is below lo, above hi, or NaN.
func Outside(x []float32, lo, hi float32) bool {
	n, found := outsideVectors(x, lo, hi)
	for _, v := range x[n:] {
		if !(v >= lo && v <= hi) {
			return true
		}
	}
	return found
}

// Clip clips x to [0,1].
func Clip(x []float32) {
	for i := clipVectors(x); i < len(x); i++ {
		x[i] = min(max(x[i], 0), 1)
	}
}

// Extent returns the least and the largest value of x, which must not be empty.
func Extent(x []float32) (low, high float32) {
	n, low, high := extentVectors(x)
	for _, v := range x[n:] {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// Mean returns the mean of x. Every 16th value goes to the same of 16 sums, so that it does not depend on the length of
// vectors.
func Mean(x []float32) float32 {
	const chunk = 4096 // so that the sums stay small, and exact enough
	total := 0.
	for from := 0; from < len(x); from += chunk {
		part := x[from:min(from+chunk, len(x))]
		var sums [16]float32
		for i := addSumVectors(&sums, part); i < len(part); i++ {
			sums[i%16] += part[i]
		}
		for _, s := range sums {
			total += float64(s)
		}
	}
	return float32(total / float64(len(x)))
}

// ScaleAround is dst = (x-middle)·factor + middle.
func ScaleAround(dst, x []float32, middle, factor float32) {
	for i := scaleAroundVectors(dst, x, middle, factor); i < len(x); i++ {
		dst[i] = float32((x[i]-middle)*factor) + middle
	}
}

// Standardize is x = (x-low)/width.
func Standardize(x []float32, low, width float32) {
	for i := standardizeVectors(x, low, width); i < len(x); i++ {
		x[i] = (x[i] - low) / width
	}
}

// ScaleAdd is dst = a·x + b.
func ScaleAdd(dst, x []float32, a, b float32) {
	for i := scaleAddVectors(dst, x, a, b); i < len(x); i++ {
		dst[i] = float32(a*x[i]) + b
	}
}

// Scale is dst = x·factor.
func Scale(dst, x []float32, factor float32) {
	for i := scaleVectors(dst, x, factor); i < len(x); i++ {
		dst[i] = x[i] * factor
	}
}

// AddScaled is dst = x + a·y.
func AddScaled(dst, x, y []float32, a float32) {
	for i := addScaledVectors(dst, x, y, a); i < len(x); i++ {
		dst[i] = x[i] + float32(a*y[i])
	}
}

// AddBoth is dst = x + (a + b).
func AddBoth(dst, x, a, b []float32) {
	for i := addBothVectors(dst, x, a, b); i < len(x); i++ {
		dst[i] = x[i] + (a[i] + b[i])
	}
}

// Lerp is dst = a + (b-a)·share.
func Lerp(dst, a, b []float32, share float32) {
	for i := lerpVectors(dst, a, b, share); i < len(a); i++ {
		dst[i] = a[i] + float32((b[i]-a[i])*share)
	}
}

// AddLerp is dst += a + (b-a)·share.
func AddLerp(dst, a, b []float32, share float32) {
	for i := addLerpVectors(dst, a, b, share); i < len(a); i++ {
		dst[i] += a[i] + float32((b[i]-a[i])*share)
	}
}

// ThresholdAffine is dst = a·x + b where that is at least threshold, else 0.
func ThresholdAffine(dst, x []float32, b, a, threshold float32) {
	for i := thresholdAffineVectors(dst, x, b, a, threshold); i < len(x); i++ {
		v := float32(a*x[i]) + b
		if v < threshold {
			v = 0
		}
		dst[i] = v
	}
}
