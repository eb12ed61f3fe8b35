package jpegsim

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
