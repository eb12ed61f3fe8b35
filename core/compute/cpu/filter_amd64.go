//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/simdx"
)

func filterColumns() int { return 2 * tileColumns() }

func filterInAssembly() bool { return simdx.AVX512 || simdx.AVX2 }

// assemblyFilter is filter, for at least one tap and column.
func assemblyFilter(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd) {
	if simdx.AVX512 {
		filterAVX512(y, x, rows, weights, taps, n, end)
		return
	}
	filterAVX2(y, x, rows, weights, taps, n, end)
}

//go:noescape
func filterAVX2(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)

//go:noescape
func filterAVX512(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)
