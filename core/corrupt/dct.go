package corrupt

import "math"

// The steps of quantisation that the JPEG standard gives as examples (ITU-T T.81, annex K.1), which libjpeg scales.
var lumaSteps = [64]int32{
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
}

var chromaSteps = [64]int32{
	17, 18, 24, 47, 99, 99, 99, 99,
	18, 21, 26, 66, 99, 99, 99, 99,
	24, 26, 56, 99, 99, 99, 99, 99,
	47, 66, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
}

// quantiser holds the steps of one table.
type quantiser struct {
	steps    [64]int32
	inverses [64]float32 // of eight times a step, not below it
}

// newQuantiser scales steps to a quality of 1 to 100, as the Independent JPEG Group does.
func newQuantiser(steps *[64]int32, quality int) (q quantiser) {
	percent := int32(200 - 2*quality)
	if quality < 50 {
		percent = int32(5000 / quality)
	}
	for i, s := range steps {
		q.steps[i] = min(max((s*percent+50)/100, 1), 255)
		inverse := 1 / float32(8*q.steps[i])
		if float64(inverse)*float64(8*q.steps[i]) < 1 {
			inverse = math.Nextafter32(inverse, 1)
		}
		q.inverses[i] = inverse
	}
	return q
}

// strip holds the blocks of eight rows of a plane side by side: value x, y of block b is at (8·x+y)·stride + b. So what
// is done to one block is done to all of them, a vector at a time.
type strip struct {
	values []int32
	stride int
}

// stripStride is a strip's stride for a number of blocks: whole vectors.
func stripStride(blocks int) int { return (blocks + 15) &^ 15 }

// row gives the values of row y of every block: first those of column 0, and so on.
func (s strip) row(y, blocks int) (columns [8][]int32) {
	for x := range columns {
		columns[x] = s.values[(8*x+y)*s.stride:][:blocks]
	}
	return columns
}

// quantise transforms blocks, rounds their coefficients to whole steps, and transforms them back.
func (s strip) quantise(q *quantiser) {
	column := 8 * s.stride
	s.load()
	forward(s.values, column, column, rowBits)
	for x := range 8 {
		forward(s.values[x*column:], s.stride, s.stride, columnBits)
	}
	s.round(q)
	for x := range 8 {
		backward(s.values[x*column:], s.stride, s.stride, rowBits)
	}
	backward(s.values, column, column, columnBits+3)
	s.store()
}

// load moves bytes around zero, and store moves them back and cuts them to bytes.
func (s strip) load() { shift(s.values, -128, -128, 127) }

func (s strip) store() { shift(s.values, 128, 0, 255) }

// shift adds by and brings what comes out between low and high.
func shift(x []int32, by, low, high int32) {
	for i := shiftVectors(x, by, low, high); i < len(x); i++ {
		x[i] = min(max(x[i]+by, low), high)
	}
}

// round makes the coefficients of all blocks whole multiples of their steps.
func (s strip) round(q *quantiser) {
	if roundVectors(s, q) {
		return
	}
	for i, step := range q.steps {
		roundTo(s.values[(i%8*8+i/8)*s.stride:][:s.stride], step)
	}
}

// roundTo makes coefficients, given 8 times, whole multiples of a step, halves away from zero.
func roundTo(x []int32, step int32) {
	divisor := 8 * step
	for i := range x {
		sign := x[i] >> 31
		steps := ((x[i] ^ sign) - sign + divisor/2) / divisor
		x[i] = ((steps ^ sign) - sign) * step
	}
}

// The transforms are those of Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT algorithms with 11
// multiplications", 1989) in 13-bit fixed point, with two bits more between the passes: libjpeg's accurate integer
// method, whose results they give to the bit.
const (
	cosineBits = 13
	extraBits  = 2

	c0298 = 2446
	c0390 = 3196
	c0541 = 4433
	c0765 = 6270
	c0899 = 7373
	c1175 = 9633
	c1501 = 12299
	c1847 = 15137
	c1961 = 16069
	c2053 = 16819
	c2562 = 20995
	c3072 = 25172
)

// What the sums of products are divided by, as a power of two: after the pass over rows and after that over columns.
const (
	rowBits    = cosineBits - extraBits
	columnBits = cosineBits + extraBits
)

// forward is the cosine transform of count times eight values, stride apart, times √8.
func forward(v []int32, stride, count int, bits uint) {
	half := int32(1) << (bits - 1)
	for i := forwardVectors(v, stride, count, bits); i < count; i++ {
		at := func(k int) *int32 { return &v[k*stride+i] }
		s0, s1, s2, s3 := *at(0)+*at(7), *at(1)+*at(6), *at(2)+*at(5), *at(3)+*at(4)
		d0, d1, d2, d3 := *at(0)-*at(7), *at(1)-*at(6), *at(2)-*at(5), *at(3)-*at(4)
		e0, e1, e2, e3 := s0+s3, s1+s2, s0-s3, s1-s2
		*at(0), *at(4) = ((e0+e1)<<cosineBits+half)>>bits, ((e0-e1)<<cosineBits+half)>>bits
		z := (e2+e3)*c0541 + half
		*at(2), *at(6) = (z+e2*c0765)>>bits, (z-e3*c1847)>>bits
		z5 := (d3+d1+d2+d0)*c1175 + half
		z1, z2 := (d3+d0)*-c0899, (d2+d1)*-c2562
		z3, z4 := (d3+d1)*-c1961+z5, (d2+d0)*-c0390+z5
		*at(1), *at(3) = (d0*c1501+z1+z4)>>bits, (d1*c3072+z2+z3)>>bits
		*at(5), *at(7) = (d2*c2053+z2+z4)>>bits, (d3*c0298+z1+z3)>>bits
	}
}

// backward is the inverse of forward, times √8 (the passes' divisors take care of the factors).
func backward(v []int32, stride, count int, bits uint) {
	half := int32(1) << (bits - 1)
	for i := backwardVectors(v, stride, count, bits); i < count; i++ {
		at := func(k int) *int32 { return &v[k*stride+i] }
		v1, v3, v5, v7 := *at(1), *at(3), *at(5), *at(7)
		z := (*at(2) + *at(6)) * c0541
		low, high := z-*at(6)*c1847, z+*at(2)*c0765
		sum, difference := (*at(0)+*at(4))<<cosineBits+half, (*at(0)-*at(4))<<cosineBits+half
		e0, e1, e2, e3 := sum+high, difference+low, difference-low, sum-high
		z5 := (v7 + v3 + v5 + v1) * c1175
		z1, z2 := (v7+v1)*-c0899, (v5+v3)*-c2562
		z3, z4 := (v7+v3)*-c1961+z5, (v5+v1)*-c0390+z5
		o0, o1, o2, o3 := v1*c1501+z1+z4, v3*c3072+z2+z3, v5*c2053+z2+z4, v7*c0298+z1+z3
		*at(0), *at(7) = (e0+o0)>>bits, (e0-o0)>>bits
		*at(1), *at(6) = (e1+o1)>>bits, (e1-o1)>>bits
		*at(2), *at(5) = (e2+o2)>>bits, (e2-o2)>>bits
		*at(3), *at(4) = (e3+o3)>>bits, (e3-o3)>>bits
	}
}
