package filter

// Correlate is dst[i] = Σ_t weights[t]·src[offsets[t]+i], summed in the order of t, every product rounded. dst must not
// overlap what is read of src.
func Correlate(dst, src []float32, offsets []int, weights []float32) {
	if len(dst) == 0 || len(offsets) == 0 || len(offsets) != len(weights) {
		panic("filter: Correlate: want as many offsets as weights, and at least one")
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
