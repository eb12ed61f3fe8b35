package img

import (
	"fmt"
	"math"
)

// checkSizes panics if the sizes differ.
func checkSizes(a, b *Image) {
	if a.W != b.W || a.H != b.H {
		panic(fmt.Sprintf("img: distance of images of %d×%d and %d×%d: sizes must be equal", a.W, a.H, b.W, b.H))
	}
}

// squares returns the sum of the squared differences.
func squares(a, b *Image) float64 {
	checkSizes(a, b)
	sum := 0.0
	for i, v := range a.Pix {
		d := float64(v) - float64(b.Pix[i])
		sum += d * d
	}
	return sum
}

// L2 returns the Euclidean distance over all values: the root of the sum of the squared differences. It panics if the
// sizes differ.
func L2(a, b *Image) float64 { return math.Sqrt(squares(a, b)) }

// Linf returns the largest absolute difference of a value. It panics if the sizes differ.
func Linf(a, b *Image) float64 {
	checkSizes(a, b)
	most := 0.0
	for i, v := range a.Pix {
		most = max(most, math.Abs(float64(v)-float64(b.Pix[i])))
	}
	return most
}

// PSNR returns the ratio of the largest possible signal, 1, to the mean squared difference, in dB: +Inf for equal
// images. It panics if the sizes differ.
func PSNR(a, b *Image) float64 { return -10 * math.Log10(squares(a, b)/float64(len(a.Pix))) }
