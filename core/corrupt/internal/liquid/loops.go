package liquid

// As those of package pix, each loop hands as many values as fill vectors to its twin in loops_simd.go.

// fill sets the gradients of a row by Sobel's filter.
func (s slopes) fill(w window) {
	dx, dy, length := s.dx[1:len(s.dx)-1], s.dy[1:], s.length[1:]
	for x := slopesVectors(dx, dy, length, w); x < len(dx); x++ {
		a, b, c := w.above[x:][:3], w.row[x:][:3], w.below[x:][:3]
		dx[x] = a[2] - a[0] + c[2] - c[0] + 2*(b[2]-b[0])
		dy[x] = c[0] - a[0] + c[2] - a[2] + 2*(c[1]-a[1])
		length[x] = max(dx[x], -dx[x]) + max(dy[x], -dy[x])
	}
}

// nonMaxSuppress sets dst, for each gradient of a row, to 0 if it is longer than high and than those beside it across
// the edge, to weakEdge if it is longer than low only, and else to farthest.
func nonMaxSuppress(dst, above []int32, row slopes, below []int32, low, high int32) {
	for x := nonMaxSuppressVectors(dst, above, row, below, low, high); x < len(dst); x++ {
		a, b, c := above[x:][:3], row.length[x:][:3], below[x:][:3]
		dx, dy, length := row.dx[x+1], row.dy[x+1], b[1]
		dst[x] = farthest
		if length <= low {
			continue
		}
		flat, steep := max(dx, -dx)*tangent, max(dy, -dy)<<tangentBits
		var maximal bool
		switch {
		case steep < flat:
			maximal = length > b[0] && length >= b[2]
		case steep > flat+max(dx, -dx)<<(tangentBits+1):
			maximal = length > a[1] && length >= c[1]
		case dx^dy < 0:
			maximal = length > a[2] && length > c[0]
		default:
			maximal = length > a[0] && length > c[2]
		}
		if maximal {
			dst[x] = weakEdge
			if length > high {
				dst[x] = 0
			}
		}
	}
}

// relaxDistances makes the distances of a row as short as they are by way of the row next to it or the one beyond that.
// These two begin two pixels further left.
func relaxDistances(row, next, second []int32) {
	next, second = next[:len(row)+4], second[:len(row)+4]
	for x := relaxDistancesVectors(row, next, second); x < len(row); x++ {
		a, b := next[x:][:5], second[x:][:5]
		row[x] = min(row[x], min(b[1], b[3], a[0], a[4])+knight, min(a[1], a[3])+diagonal, a[2]+straight)
	}
}

// sumNine sums the 3×3 pixels around each of a row.
func sumNine(dst []int32, w window) {
	for x := sumNineVectors(dst, w); x < len(dst); x++ {
		a, b, c := w.above[x:][:3], w.row[x:][:3], w.below[x:][:3]
		dst[x] = a[0] + a[1] + a[2] + b[0] + b[1] + b[2] + c[0] + c[1] + c[2]
	}
}

// ninth is a ninth in parts of 2¹⁶: v·ninth>>16 is v/9 for v up to 180.
const ninth = 7282

// meanDistances replaces the sums of nine distances by their means, in whole pixels.
func meanDistances(sums []int32) {
	for x := meanDistancesVectors(sums); x < len(sums); x++ {
		sums[x] = (sums[x] >> distanceBits) * ninth >> 16
	}
}

// shade lights a height from below on the right: the filter [[-2,-1,0],[-1,1,1],[0,1,2]], within a byte.
func shade(dst []int32, w window) {
	for x := shadeVectors(dst, w); x < len(dst); x++ {
		a, b, c := w.above[x:][:3], w.row[x:][:3], w.below[x:][:3]
		dst[x] = min(max(b[1]+b[2]+c[1]-a[1]-b[0]+2*(c[2]-a[0]), 0), 255)
	}
}

// toDepth converts values that are not negative to bytes. One above 1, which is rare, wraps around, as it does in the
// reference.
func toDepth(dst []int32, x []float32) {
	for i := toDepthVectors(dst, x); i < len(x); i++ {
		dst[i] = int32(x[i]*255) & 255
	}
}

// product is dst = a·b, for bytes.
func product(dst []float32, a, b []int32) {
	for i := productVectors(dst, a, b); i < len(dst); i++ {
		dst[i] = float32(a[i] * b[i])
	}
}
