package jpegsim

// addInts is dst += x.
func addInts(dst, x []int32) {
	for i := addIntsVectors(dst, x); i < len(dst); i++ {
		dst[i] += x[i]
	}
}

// halve takes the means of 2×2 values, rounded down and up by turns so that no drift adds up. It overwrites a.
func halve(dst, a, b []int32) {
	addInts(a, b)
	addPairs(dst, a)
	for x := quarterVectors(dst); x < len(dst); x++ {
		dst[x] = (dst[x] + biases[x%2]) >> 2
	}
}

// biases are what halve adds before it cuts off, by turns.
var biases = [16]int32{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}

// double makes row y at full size: 3/4 of the nearer and 1/4 of the farther value, down and across (a triangle
// filter). Rows of one or two values are repeated instead, as libjpeg does.
func double(dst []int32, p plane, y int, work []int32) {
	near := p.row(y / 2)[:p.w]
	if p.w <= 2 {
		for x, v := range near {
			dst[2*x], dst[2*x+1] = v, v
		}
		return
	}
	far := p.row(min(max(y/2-1+y%2*2, 0), p.h-1))[:p.w]
	sums, even, odd := work[:p.w+2], work[p.w+2:2*p.w+2], work[2*p.w+2:3*p.w+2]
	mixRows(sums[1:], near, far)
	sums[0], sums[p.w+1] = sums[1], sums[p.w]
	upsample(even, odd, sums)
	zip(dst, even, odd)
}

func mixRows(dst, near, far []int32) {
	for i := mixRowsVectors(dst, near, far); i < len(near); i++ {
		dst[i] = 3*near[i] + far[i]
	}
}

// upsample makes two values of each of sums but the first and the last, nearer to its neighbors before and after.
func upsample(even, odd, sums []int32) {
	for i := upsampleVectors(even, odd, sums); i < len(even); i++ {
		even[i] = (3*sums[i+1] + sums[i] + 8) >> 4
		odd[i] = (3*sums[i+1] + sums[i+2] + 7) >> 4
	}
}
