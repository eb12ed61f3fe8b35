//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/simdx"
)

// alongRows reports whether there is panelSums.
func alongRows() bool { return simdx.AVX512 || simdx.AVX2 }

// panelSums makes the sums of the products of some panels with the repeated inputs of some images: four panels and an image,
// two panels and four images, or one and one. There are four for each image of each panel. Distances are in bytes: from one
// panel and one image to the next.
func panelSums(sums *[8][4]float32, a unsafe.Pointer, panel int, x unsafe.Pointer, image, inputs, panels int) {
	if simdx.AVX512 {
		panelSumsAVX512(unsafe.Pointer(sums), a, panel, x, image, inputs, panels)
	} else {
		panelSumsAVX2(unsafe.Pointer(sums), a, panel, x, image, inputs, panels)
	}
}

//go:noescape
func panelSumsAVX2(sums, a unsafe.Pointer, panel int, x unsafe.Pointer, image, inputs, panels int)

//go:noescape
func panelSumsAVX512(sums, a unsafe.Pointer, panel int, x unsafe.Pointer, image, inputs, panels int)
