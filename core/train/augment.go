package train

import (
	"math"

	"steady/core/dataset"
	"steady/core/img"
	"steady/core/random"
)

// What a crop that is shifted over the edge of an image has beyond it.
const (
	Black   = "black"   // zeros, as in He et al. 2016
	Reflect = "reflect" // the image mirrored at its outermost pixels, which are not repeated
)

// augment writes image i of a set into dst in [0,1], shifted, mirrored and with a part cut out as an epoch of c has it. What
// is drawn depends on the seed, the epoch and the image, not on its place in the order.
func augment(dst []float32, set *dataset.Set, i int, c *Config, epoch int) {
	source := random.New(c.Seed, uint64(i), "augment", epoch)
	dy, dx := 0, 0
	if shift := c.RandomCrop; shift > 0 {
		dy, dx = source.IntN(2*shift+1)-shift, source.IntN(2*shift+1)-shift
	}
	mirror := false
	switch c.Flip {
	case RandomFlip:
		mirror = source.Uint64()&1 == 1
	case AlternatingFlip:
		mirror = (random.New(c.Seed, uint64(i), "flip", 0).Uint64()+uint64(epoch))&1 == 1
	}
	place(dst, set, set.Image(i), dy, dx, c.Border, mirror)
	if c.Cutout > 0 {
		cutOut(dst, set, source.IntN(set.H), source.IntN(set.W), int(math.Round(c.Cutout*float64(min(set.H, set.W)))))
	}
}

// cutOut fills a square of an image, that of this side around (y, x) as far as it is inside, with the image's mean color
// (DeVries and Taylor 2017, who take the mean of all images).
func cutOut(dst []float32, set *dataset.Set, y, x, side int) {
	top, bottom := max(y-side/2, 0), min(y-side/2+side, set.H)
	left, right := max(x-side/2, 0), min(x-side/2+side, set.W)
	for c := range set.C {
		plane := dst[c*set.H*set.W:][:set.H*set.W]
		sum := 0.
		for _, v := range plane {
			sum += float64(v)
		}
		mean := float32(sum / float64(len(plane)))
		for row := top; row < bottom; row++ {
			for column := left; column < right; column++ {
				plane[row*set.W+column] = mean
			}
		}
	}
}

// place writes the crop of pix whose top left corner is at (dy, dx), which may be outside.
func place(dst []float32, set *dataset.Set, pix []uint8, dy, dx int, border string, mirror bool) {
	left, right := max(0, -dx), min(set.W, set.W-dx) // what of a row is inside
	if border == Reflect {
		left, right = 0, set.W
	} else {
		clear(dst)
	}
	for c := range set.C {
		for y := range set.H {
			row := y + dy
			if border == Reflect {
				row = reflected(row, set.H)
			} else if row < 0 || row >= set.H {
				continue
			}
			from, to := pix[(c*set.H+row)*set.W:][:set.W], dst[(c*set.H+y)*set.W:][:set.W]
			for x := left; x < right; x++ {
				at := x
				if mirror {
					at = set.W - 1 - x
				}
				to[at] = img.Unit(from[reflected(x+dx, set.W)])
			}
		}
	}
}

// reflected returns an index folded back into 0 ... n-1: -1 becomes 1, and n becomes n-2. It may be less than n beyond an edge.
func reflected(i, n int) int {
	if i < 0 {
		return -i
	}
	if i >= n {
		return 2*n - 2 - i
	}
	return i
}
