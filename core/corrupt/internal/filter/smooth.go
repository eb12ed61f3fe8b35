package filter

import "steady/core/corrupt/internal/scratch"

// Smooth filters the rows and the columns of a plane, w pixels wide, with a kernel of odd length; borders are
// replicated. dst may be src. It uses Floats 0 and 1.
func Smooth(dst, src []float32, w int, kernel []float32, s *scratch.Buffers) {
	h, reach := len(src)/w, len(kernel)/2
	offsets := s.Offsets(2 * len(kernel))
	along, across := offsets[:len(kernel)], offsets[len(kernel):]
	for i := range kernel {
		along[i], across[i] = i, i*w
	}
	row := s.Floats(0, w+2*reach)
	tall := s.Floats(1, w*(h+2*reach)) // the plane with its rows filtered, and reach more above and below
	for y := range h {
		Pad(row, src[y*w:][:w], w, reach, reach, 0, 0)
		Correlate(tall[(reach+y)*w:][:w], row, along, kernel)
	}
	for i := range reach {
		copy(tall[i*w:][:w], tall[reach*w:])
		copy(tall[(reach+h+i)*w:][:w], tall[(reach+h-1)*w:])
	}
	for y := range h {
		Correlate(dst[y*w:][:w], tall[y*w:], across, kernel)
	}
}

// Pad writes a plane of rows of w pixels to dst with its border repeated outwards, by so many pixels on each side.
func Pad(dst, src []float32, w, left, right, top, bottom int) {
	h, stride := len(src)/w, left+w+right
	for y := range h {
		row, from := dst[(top+y)*stride:][:stride], src[y*w:][:w]
		for x := range left {
			row[x] = from[0]
		}
		copy(row[left:], from)
		for x := range right {
			row[left+w+x] = from[w-1]
		}
	}
	for y := range top {
		copy(dst[y*stride:][:stride], dst[top*stride:])
	}
	for y := range bottom {
		copy(dst[(top+h+y)*stride:][:stride], dst[(top+h-1)*stride:])
	}
}

// SmoothMirrored smooths a plane, w pixels wide, by a normal density cut off at 3 standard deviations; borders are
// mirrored. It uses Floats 2.
func SmoothMirrored(plane []float32, w int, sigma float64, s *scratch.Buffers) {
	h, reach := len(plane)/w, int(float64(3*sigma)+.5)
	kernel := Bell(2*reach+1, reach, sigma, s)
	if reach > min(w, h)/4 { // a wide one
		across, down := newCosineBasis(kernel, w), newCosineBasis(kernel, h)
		if 2*max(across.count, down.count) < len(kernel) {
			smoothByCosines(plane, across, down, s)
			return
		}
	}
	work := s.Floats(2, w+2*reach+w*(h+2*reach))
	row, tall := work[:w+2*reach], work[w+2*reach:]
	offsets := s.Offsets(2 * len(kernel))
	along, across := offsets[:len(kernel)], offsets[len(kernel):]
	for i := range kernel {
		along[i], across[i] = i, i*w
	}
	for y := range h {
		line := plane[y*w:][:w]
		copy(row[reach:], line)
		for i := range reach {
			row[i], row[reach+w+i] = line[MirrorHalf(i-reach, w)], line[MirrorHalf(w+i, w)]
		}
		Correlate(tall[(reach+y)*w:][:w], row, along, kernel)
	}
	for i := range reach {
		copy(tall[i*w:][:w], tall[(reach+MirrorHalf(i-reach, h))*w:])
		copy(tall[(reach+h+i)*w:][:w], tall[(reach+MirrorHalf(h+i, h))*w:])
	}
	for y := range h {
		Correlate(plane[y*w:][:w], tall[y*w:], across, kernel)
	}
}
