package pix

import "math"

// Means writes to dst[i] the rounded mean of count bytes: those at i, i+step, and so on.
func Means(dst, bytes []int32, step, count int) {
	weight := meanWeight(count)
	for i := meansVectors(dst, bytes, step, count, weight); i < len(dst); i++ {
		sum := int32(0)
		for k := range count {
			sum += bytes[i+k*step]
		}
		dst[i] = min((sum*weight+1<<(fractionBits-1))>>fractionBits, 255)
	}
}

// fractionBits is the number of fractional bits of a weight, as in Pillow. Sums of products of bytes with it stay
// below 2³¹.
const fractionBits = 22

// meanWeight returns the factor that makes a sum of count bytes their mean.
func meanWeight(count int) int32 {
	return int32(math.Floor(.5 + float64(1<<fractionBits)/float64(count)))
}

// RoundMeans replaces sums of count bytes each by their rounded means.
func RoundMeans(sums []int32, count int) {
	weight := meanWeight(count)
	for i := roundMeansVectors(sums, weight); i < len(sums); i++ {
		sums[i] = min((sums[i]*weight+1<<(fractionBits-1))>>fractionBits, 255)
	}
}

// Gather is dst[x] = src[from[x]]. Each index must be the one before it or one more.
func Gather(dst, src []float32, from []int32) {
	dst = dst[:len(from)]
	for x := gatherVectors(dst, src, from); x < len(from); x++ {
		dst[x] = src[from[x]]
	}
}
