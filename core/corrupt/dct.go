package corrupt

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
	step    [64]int32
	divisor [64]uint32 // 8 times the step: the forward transform gives 8 times the coefficients
	inverse [64]uint64 // 2³²/divisor rounded up, which divides numbers below 2¹⁷ exactly
}

// newQuantiser scales steps to a quality of 1 to 100, as the Independent JPEG Group does.
func newQuantiser(steps *[64]int32, quality int) (q quantiser) {
	percent := int32(200 - 2*quality)
	if quality < 50 {
		percent = int32(5000 / quality)
	}
	for i, s := range steps {
		q.step[i] = min(max((s*percent+50)/100, 1), 255)
		q.divisor[i] = uint32(q.step[i]) * 8
		q.inverse[i] = 1<<32/uint64(q.divisor[i]) + 1
	}
	return q
}

// quantise transforms every block, rounds its coefficients to whole steps, and transforms it back.
func (p plane8) quantise(q *quantiser) {
	var block [64]int32
	for top := 0; top*p.stride < len(p.pix); top += 8 {
		for left := 0; left < p.stride; left += 8 {
			at := p.pix[top*p.stride+left:]
			for y := range 8 {
				for x, v := range at[y*p.stride:][:8] {
					block[y*8+x] = int32(v) - 128
				}
			}
			forward(&block)
			q.round(&block)
			backward(&block)
			for y := range 8 {
				row := at[y*p.stride:][:8]
				for x := range row {
					row[x] = clamp8(block[y*8+x] + 128)
				}
			}
		}
	}
}

// round makes coefficients whole multiples of their steps, halves away from zero.
func (q *quantiser) round(block *[64]int32) {
	for i, v := range block {
		sign := v >> 31
		size := uint32((v^sign)-sign) + q.divisor[i]/2
		steps := int32(uint64(size) * q.inverse[i] >> 32)
		block[i] = ((steps ^ sign) - sign) * q.step[i]
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

// down divides by 2ⁿ, halves upwards.
func down(v int32, n uint) int32 { return (v + 1<<(n-1)) >> n }

// forward is the cosine transform of a block, times 8.
func forward(b *[64]int32) {
	for y := 0; y < 64; y += 8 {
		d := (*[8]int32)(b[y:])
		s0, s1, s2, s3 := d[0]+d[7], d[1]+d[6], d[2]+d[5], d[3]+d[4]
		d0, d1, d2, d3 := d[0]-d[7], d[1]-d[6], d[2]-d[5], d[3]-d[4]
		e0, e1 := s0+s3, s1+s2
		d[0], d[4] = (e0+e1)<<extraBits, (e0-e1)<<extraBits
		d[2], d[6] = rotate(s0-s3, s1-s2, cosineBits-extraBits)
		d[1], d[3], d[5], d[7] = forwardOdd(d0, d1, d2, d3, cosineBits-extraBits)
	}
	for x := range 8 {
		d := (*[57]int32)(b[x:])
		s0, s1, s2, s3 := d[0]+d[56], d[8]+d[48], d[16]+d[40], d[24]+d[32]
		d0, d1, d2, d3 := d[0]-d[56], d[8]-d[48], d[16]-d[40], d[24]-d[32]
		e0, e1 := s0+s3, s1+s2
		d[0], d[32] = down(e0+e1, extraBits), down(e0-e1, extraBits)
		d[16], d[48] = rotate(s0-s3, s1-s2, cosineBits+extraBits)
		d[8], d[24], d[40], d[56] = forwardOdd(d0, d1, d2, d3, cosineBits+extraBits)
	}
}

func rotate(a, b int32, bits uint) (int32, int32) {
	z := (a + b) * c0541
	return down(z+a*c0765, bits), down(z-b*c1847, bits)
}

// forwardOdd gives coefficients 1, 3, 5, 7 of the differences of the outermost values to the innermost.
func forwardOdd(d0, d1, d2, d3 int32, bits uint) (int32, int32, int32, int32) {
	z5 := (d3 + d1 + d2 + d0) * c1175
	z1, z2 := (d3+d0)*-c0899, (d2+d1)*-c2562
	z3, z4 := (d3+d1)*-c1961+z5, (d2+d0)*-c0390+z5
	return down(d0*c1501+z1+z4, bits), down(d1*c3072+z2+z3, bits), down(d2*c2053+z2+z4, bits),
		down(d3*c0298+z1+z3, bits)
}

// backward is the inverse of the cosine transform (without the factor of 8).
func backward(b *[64]int32) {
	for x := range 8 {
		d := (*[57]int32)(b[x:])
		e0, e1, e2, e3 := backwardEven(d[0], d[16], d[32], d[48])
		o0, o1, o2, o3 := backwardOdd(d[8], d[24], d[40], d[56])
		const bits = cosineBits - extraBits
		d[0], d[56] = down(e0+o0, bits), down(e0-o0, bits)
		d[8], d[48] = down(e1+o1, bits), down(e1-o1, bits)
		d[16], d[40] = down(e2+o2, bits), down(e2-o2, bits)
		d[24], d[32] = down(e3+o3, bits), down(e3-o3, bits)
	}
	for y := 0; y < 64; y += 8 {
		d := (*[8]int32)(b[y:])
		e0, e1, e2, e3 := backwardEven(d[0], d[2], d[4], d[6])
		o0, o1, o2, o3 := backwardOdd(d[1], d[3], d[5], d[7])
		const bits = cosineBits + extraBits + 3
		d[0], d[7] = down(e0+o0, bits), down(e0-o0, bits)
		d[1], d[6] = down(e1+o1, bits), down(e1-o1, bits)
		d[2], d[5] = down(e2+o2, bits), down(e2-o2, bits)
		d[3], d[4] = down(e3+o3, bits), down(e3-o3, bits)
	}
}

func backwardEven(v0, v2, v4, v6 int32) (int32, int32, int32, int32) {
	z := (v2 + v6) * c0541
	low, high := z-v6*c1847, z+v2*c0765
	sum, difference := (v0+v4)<<cosineBits, (v0-v4)<<cosineBits
	return sum + high, difference + low, difference - low, sum - high
}

func backwardOdd(v1, v3, v5, v7 int32) (int32, int32, int32, int32) {
	z5 := (v7 + v3 + v5 + v1) * c1175
	z1, z2 := (v7+v1)*-c0899, (v5+v3)*-c2562
	z3, z4 := (v7+v3)*-c1961+z5, (v5+v1)*-c0390+z5
	return v1*c1501 + z1 + z4, v3*c3072 + z2 + z3, v5*c2053 + z2 + z4, v7*c0298 + z1 + z3
}
