//go:build goexperiment.simd

package cpu

import "unsafe"

func filterColumns() int { return 8 }

func filterInAssembly() bool { return true }

// assemblyFilter is filter, for at least one tap and column, 16 columns at a time and 8 where no more are left.
//
//go:noescape
func assemblyFilter(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)
