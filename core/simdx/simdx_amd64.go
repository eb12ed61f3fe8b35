//go:build goexperiment.simd

package simdx

import (
	"errors"
	"os"
	"simd"
	"simd/archsimd"
	"strings"
)

// HasFloat32x4 reports whether the processor has archsimd's vectors of four floats.
var HasFloat32x4 = archsimd.X86.AVX()

// HasInt32x8 reports whether the processor has archsimd's vectors of eight integers (AVX2).
var HasInt32x8 = archsimd.X86.AVX2()

// HasAVX2 reports whether the processor has AVX2 and FMA and GODEBUG=simd=N does not ask for narrower vectors: whether
// code for them may run, if there is nothing better.
var HasAVX2 = archsimd.X86.AVX2() && archsimd.X86.FMA() && Bits() >= 256

// AVX2 reports whether code for AVX2 and FMA is to be used: not where vectors are wider.
//
// A processor with AVX2 and without VPCLMULQDQ is given 128 bits by package simd, though nothing here multiplies
// polynomials; code of fixed width need not follow it.
var AVX2 = HasAVX2 && Bits() == 256

// AVX512 reports whether code for AVX-512 (F, CD, BW, DQ and VL) is to be used: whether package simd has its vectors.
var AVX512 = archsimd.X86.AVX512() && Bits() == 512

// Bits returns the width of the vectors to be used, in bits: 0 where they are emulated.
func Bits() int {
	switch {
	case !asked() && simd.VectorBitSize() < 256 && archsimd.X86.AVX2() && archsimd.X86.FMA():
		return 256
	case simd.Emulated():
		return 0
	}
	return simd.VectorBitSize()
}

// Check returns an error where the code compiled for vectors cannot run: package simd takes a processor with AVX for one
// with FMA, which came two years later.
func Check() error {
	if simd.Emulated() || archsimd.X86.FMA() {
		return nil
	}
	return errors.New("this processor has AVX but not FMA, which Go's vectors need; set GODEBUG=simd=0 to do without vectors (slower)")
}

// asked reports whether GODEBUG has a setting named simd.
func asked() bool {
	for setting := range strings.SplitSeq(os.Getenv("GODEBUG"), ",") {
		if strings.HasPrefix(setting, "simd=") {
			return true
		}
	}
	return false
}

// ClearUpper clears the upper halves of the vector registers. It costs an instruction (VZEROUPPER).
func ClearUpper() {
	if HasFloat32x4 {
		archsimd.ClearAVXUpperBits()
	}
}
