//go:build !goexperiment.simd

package jpegsim

import "steady/core/corrupt/internal/pix"

// Without SIMD the loops do everything.

func shiftVectors(x []int32, by, low, high int32) int             { return 0 }
func roundVectors(s strip, q *quantizer) bool                     { return false }
func forwardVectors(v []int32, stride, count int, bits uint) int  { return 0 }
func backwardVectors(v []int32, stride, count int, bits uint) int { return 0 }
func toYCCVectors(y, cb, cr []int32, from pix.Planes) int         { return 0 }
func fromYCCVectors(to pix.Planes, y, cb, cr []int32) int         { return 0 }
func mixRowsVectors(dst, near, far []int32) int                   { return 0 }
func upsampleVectors(even, odd, sums []int32) int                 { return 0 }
func quarterVectors(x []int32) int                                { return 0 }
func addIntsVectors(dst, x []int32) int                           { return 0 }
