package corrupt

import "math"

var pixelateScale = scale[float64]{
	imageNet: [5]float64{.6, .5, .4, .3, .25},
	cifar:    [5]float64{.95, .90, .85, .75, .65},
}

var pixelate = &Corruption{
	Name: "pixelate", Family: Digital,
	Summary:  "Makes the picture smaller and larger again, which leaves coarse squares.",
	Severity: pixelateScale.says("the smaller picture's side, in parts of the side"),
	Source:   hendrycks,
	apply: func(j *job) {
		factor := pixelateScale.at(j)
		smallW, smallH := max(int(float64(j.w)*factor), 1), max(int(float64(j.h)*factor), 1)
		columns, rows := boxes(j.w, smallW), boxes(j.h, smallH)
		whole, narrow := j.bytes(0, j.w), j.bytes(1, smallW*j.h)
		small := j.bytes(2, smallW)
		line, from := j.floats(0, j.w), j.ints(j.w)
		for x := range from {
			from[x] = int32(nearest(x, j.w, smallW))
		}
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			for y := range j.h {
				for x, v := range src[y*j.w:][:j.w] {
					whole[x] = Byte(v)
				}
				for x, b := range columns {
					sum := 0
					for _, v := range whole[b.first : b.first+b.count] {
						sum += int(v)
					}
					narrow[y*smallW+x] = b.mean(sum)
				}
			}
			// Each row of the small picture is written to the rows that it stands for as soon as it is there.
			for y, done := 0, 0; y < smallH; y++ {
				b := rows[y]
				for x := range small {
					sum := 0
					for i := range b.count {
						sum += int(narrow[(b.first+i)*smallW+x])
					}
					small[x] = b.mean(sum)
				}
				for x, i := range from {
					line[x] = levels[small[i]]
				}
				for ; done < j.h && nearest(done, j.h, smallH) == y; done++ {
					copy(dst[done*j.w:][:j.w], line)
				}
			}
		}
	},
}

// nearest gives which of small values the value at i of large ones comes from: Pillow's box filter when it enlarges.
func nearest(i, large, small int) int {
	return min(int(float64((float64(i)+.5)*(float64(small)/float64(large)))), small-1)
}

// box is the run of values whose mean a box filter takes. Values count whole or not at all.
type box struct{ first, count, weight int }

// fractionBits are those of a box's weight, as in Pillow.
const fractionBits = 22

// mean is the rounded mean of values that add up to sum.
func (b box) mean(sum int) uint8 {
	return uint8(min((sum*b.weight+1<<(fractionBits-1))>>fractionBits, 255))
}

// boxes gives the boxes that make large values into small ones, as Pillow's resize with its box filter.
func boxes(large, small int) []box {
	out := make([]box, small)
	ratio := float64(large) / float64(small)
	for i := range out {
		centre := float64((float64(i) + .5) * ratio)
		first := max(int(centre-ratio/2+.5), 0)
		end := min(int(centre+ratio/2+.5), large)
		inside := func(k int) bool {
			d := (float64(k) - centre + .5) * (1 / ratio)
			return d > -.5 && d <= .5
		}
		for first < end-1 && !inside(first) {
			first++
		}
		for end > first+1 && !inside(end-1) {
			end--
		}
		count := end - first
		out[i] = box{first, count, int(math.Floor(.5 + float64(1<<fractionBits)/float64(count)))}
	}
	return out
}
