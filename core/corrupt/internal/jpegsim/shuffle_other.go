//go:build !goexperiment.simd || !amd64

package jpegsim

func split8Vectors(to *[8][]int32, row []int32) int  { return 0 }
func join8Vectors(row []int32, from *[8][]int32) int { return 0 }
func zipVectors(dst, even, odd []int32) int          { return 0 }
func addPairsVectors(dst, a []int32) int             { return 0 }
