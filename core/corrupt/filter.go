package corrupt

// smooth filters the rows and the columns of every plane with a kernel of odd length; borders are replicated.
func (j *job) smooth(kernel []float32) {
	for c := range 3 {
		j.smoothPlane(j.dst.Plane(c), j.src.Plane(c), kernel)
	}
}

// smoothPlane is smooth for one plane of the job's size; dst may be src.
func (j *job) smoothPlane(dst, src, kernel []float32) {
	w, h, reach := j.w, j.h, len(kernel)/2
	offsets := room(&j.offsetRoom, 2*len(kernel))
	along, across := offsets[:len(kernel)], offsets[len(kernel):]
	for i := range kernel {
		along[i], across[i] = i, i*w
	}
	row := j.floats(0, w+2*reach)
	tall := j.floats(1, w*(h+2*reach)) // the plane with its rows filtered, and reach more above and below
	for y := range h {
		pad(row, src[y*w:][:w], w, reach, reach, 0, 0)
		correlate(tall[(reach+y)*w:][:w], row, along, kernel)
	}
	for i := range reach {
		copy(tall[i*w:][:w], tall[reach*w:])
		copy(tall[(reach+h+i)*w:][:w], tall[(reach+h-1)*w:])
	}
	for y := range h {
		correlate(dst[y*w:][:w], tall[y*w:], across, kernel)
	}
}

// pad writes a plane of rows of w values with its border repeated outwards.
func pad(dst, src []float32, w, left, right, top, bottom int) {
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

// correlate is dst[i] = Σ_t weights[t]·src[offsets[t]+i], summed in the order of t, every product rounded.
func correlate(dst, src []float32, offsets []int, weights []float32) {
	if len(dst) == 0 || len(offsets) == 0 || len(offsets) != len(weights) {
		panic("corrupt: correlate: as many offsets as weights, and at least one")
	}
	for _, o := range offsets {
		_ = src[o:][:len(dst)] // the loops below rely on it
	}
	done := correlateAssembly(dst, src, offsets, weights)
	if done == 0 {
		done = correlateVectors(dst, src, offsets, weights)
	}
	dst, src = dst[done:], src[min(done, len(src)):]
	n := len(dst)
	if n == 0 {
		return
	}
	first, w0 := src[offsets[0]:][:n], weights[0]
	for i := range dst {
		dst[i] = w0 * first[i]
	}
	offsets, weights = offsets[1:], weights[1:]
	for ; len(offsets) >= 4; offsets, weights = offsets[4:], weights[4:] {
		a, b, c, d := src[offsets[0]:][:n], src[offsets[1]:][:n], src[offsets[2]:][:n], src[offsets[3]:][:n]
		wa, wb, wc, wd := weights[0], weights[1], weights[2], weights[3]
		for i, v := range dst {
			v += float32(wa * a[i])
			v += float32(wb * b[i])
			v += float32(wc * c[i])
			v += float32(wd * d[i])
			dst[i] = v
		}
	}
	for t, o := range offsets {
		s, weight := src[o:][:n], weights[t]
		for i, v := range dst {
			dst[i] = v + float32(weight*s[i])
		}
	}
}
