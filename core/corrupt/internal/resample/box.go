package resample

import (
	"slices"

	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// Pixelate writes to dst the image src, both w×h pixels, scaled to smallW×smallH and back, by Pillow's box filter and in
// bytes, as Pillow does it. dst may be src. It uses Floats 0 and 1 and Ints 0.
func Pixelate(dst, src pix.Planes, w, h, smallW, smallH int, s *scratch.Buffers) {
	columns, rows := boxes(w, smallW), boxes(h, smallH)
	sizes := boxSizes(columns)
	pad := sizes[len(sizes)-1]    // so that sums at the end of a row stay within it
	stride := (smallW + 15) &^ 15 // of the small image: whole vectors
	ints := s.Ints(0, w+pad+len(sizes)*w+stride*h+stride+smallW+w)
	cut := func(n int) []int32 {
		part := ints[:n]
		ints = ints[n:]
		return part
	}
	whole, means, narrow := cut(w+pad), cut(len(sizes)*w), cut(stride*h)
	sum, place, from := cut(stride), cut(smallW), cut(w)
	for x, b := range columns { // where among the means of all boxes that of box x is
		place[x] = int32(slices.Index(sizes, b.count)*w + b.first)
	}
	for x := range from {
		from[x] = int32(nearest(x, w, smallW))
	}
	clear(whole[w:])
	clear(narrow)
	small, line := s.Floats(0, stride), s.Floats(1, w)
	for c := range 3 {
		plane, to := src[c], dst[c]
		for y := range h {
			pix.ToBytes(whole[:w], plane[y*w:][:w])
			for i, size := range sizes {
				pix.Means(means[i*w:][:w], whole, 1, size) // of the boxes that begin at every value
			}
			row := narrow[y*stride:][:len(place)]
			for x, p := range place {
				row[x] = means[p]
			}
		}
		// Each row of the small image is written to the rows that it stands for as soon as it is there.
		for y, done := 0, 0; y < smallH; y++ {
			b := rows[y]
			pix.Means(sum, narrow[b.first*stride:], stride, b.count)
			pix.FromBytes(small, sum)
			pix.Gather(line, small, from)
			for ; done < h && nearest(done, h, smallH) == y; done++ {
				copy(to[done*w:][:w], line)
			}
		}
	}
}

// boxSizes returns the sizes that boxes have, in order: one, or two that differ by one.
func boxSizes(boxes []box) []int {
	var sizes []int
	for _, b := range boxes {
		if !slices.Contains(sizes, b.count) {
			sizes = append(sizes, b.count)
		}
	}
	slices.Sort(sizes)
	return sizes
}

// nearest returns the index of the one of small values that the value at i of large ones comes from, by Pillow's box
// filter.
func nearest(i, large, small int) int {
	return min(int(float64((float64(i)+.5)*(float64(small)/float64(large)))), small-1)
}

// box is the run of values whose mean a box filter takes. Values count whole or not at all.
type box struct{ first, count int }

// boxes returns the boxes that make large values into small ones, as Pillow's resize with its box filter.
func boxes(large, small int) []box {
	out := make([]box, small)
	ratio := float64(large) / float64(small)
	for i := range out {
		center := float64((float64(i) + .5) * ratio)
		first := max(int(center-ratio/2+.5), 0)
		end := min(int(center+ratio/2+.5), large)
		inside := func(k int) bool {
			d := (float64(k) - center + .5) * (1 / ratio)
			return d > -.5 && d <= .5
		}
		for first < end-1 && !inside(first) {
			first++
		}
		for end > first+1 && !inside(end-1) {
			end--
		}
		out[i] = box{first, end - first}
	}
	return out
}
