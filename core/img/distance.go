package img

import (
	"fmt"
	"math"
)

func same(a, b *Image) {
	if a.W != b.W || a.H != b.H {
		panic(fmt.Sprintf("img: the distance of pictures of %d×%d and %d×%d: sizes must be equal", a.W, a.H, b.W, b.H))
	}
}

func squares(a, b *Image) float64 {
	same(a, b)
	sum := 0.0
	for i, v := range a.Pix {
		d := float64(v) - float64(b.Pix[i])
		sum += d * d
	}
	return sum
}

// L2 is the Euclidean distance over all values: the root of the sum of the squared differences.
func L2(a, b *Image) float64 { return math.Sqrt(squares(a, b)) }

// Linf is the largest difference of a value.
func Linf(a, b *Image) float64 {
	same(a, b)
	most := 0.0
	for i, v := range a.Pix {
		most = max(most, math.Abs(float64(v)-float64(b.Pix[i])))
	}
	return most
}

// PSNR is the ratio of the largest possible signal, 1, to the mean squared difference, in dB: +Inf for equal pictures.
func PSNR(a, b *Image) float64 { return -10 * math.Log10(squares(a, b)/float64(len(a.Pix))) }
