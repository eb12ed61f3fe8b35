package jpegsim

// Loops that bring values into another order. On amd64 vectors do it for as many as fill them; Go's portable vectors
// cannot.

// split8 writes every eighth value of row to the same of eight slices.
func split8(to *[8][]int32, row []int32) {
	n := len(to[0])
	for b := split8Vectors(to, row); b < n; b++ {
		v := row[8*b : 8*b+8 : 8*b+8]
		for k := range to {
			to[k][b] = v[k]
		}
	}
}

// join8 is the inverse of split8.
func join8(row []int32, from *[8][]int32) {
	n := len(from[0])
	for b := join8Vectors(row, from); b < n; b++ {
		v := row[8*b : 8*b+8 : 8*b+8]
		for k := range from {
			v[k] = from[k][b]
		}
	}
}

// zip writes the values of even and of odd by turns.
func zip(dst, even, odd []int32) {
	for x := zipVectors(dst, even, odd); x < len(even); x++ {
		dst[2*x], dst[2*x+1] = even[x], odd[x]
	}
}

// addPairs is dst[x] = a[2x] + a[2x+1].
func addPairs(dst, a []int32) {
	for x := addPairsVectors(dst, a); x < len(dst); x++ {
		dst[x] = a[2*x] + a[2*x+1]
	}
}
