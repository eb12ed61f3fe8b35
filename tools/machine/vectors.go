package machine

import (
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"
)

// Extensions returns the names of the processor's vector extensions that the engine has code for, such as
// AVX2, FMA and AVX-512, or NEON.
func Extensions() []string {
	var names []string
	for _, e := range []struct {
		name string
		has  bool
	}{{"AVX", cpu.X86.HasAVX && !cpu.X86.HasAVX2}, {"AVX2", cpu.X86.HasAVX2}, {"FMA", cpu.X86.HasFMA}, {"AVX-512", hasAVX512()}, {"NEON", cpu.ARM64.HasASIMD}} {
		if e.has {
			names = append(names, e.name)
		}
	}
	return names
}

// Describe returns the processor's name, its number of cores, its vector extensions and the width of the vectors in use,
// without which no speed means anything.
func Describe() string {
	extensions := strings.Join(Extensions(), ", ")
	if extensions == "" {
		extensions = "no vector extension that is known"
	}
	width := "no vectors used"
	if bits := VectorBits(); bits > 0 {
		width = fmt.Sprintf("vectors of %d bits", bits)
	}
	return fmt.Sprintf("%s, %d cores: %s; %s", Processor(), runtime.NumCPU(), extensions, width)
}

// hasAVX512 reports whether the processor has what Go's package simd needs for vectors of 512 bits.
func hasAVX512() bool {
	x := &cpu.X86
	return x.HasAVX512F && x.HasAVX512CD && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL
}

// VectorWidths returns the widths in bits, ascending, of the vectors that Go's package simd can use on this processor.
func VectorWidths() []int {
	switch {
	case hasAVX512():
		return []int{128, 256, 512}
	case cpu.X86.HasAVX2:
		return []int{128, 256}
	case cpu.X86.HasAVX, runtime.GOARCH == "arm64":
		return []int{128}
	}
	return nil
}

// SetVectorWidth returns a value of GODEBUG that adds to another one that programs use vectors of so many bits. The plus
// sign allows that also where package simd would miss something that nothing here uses: on processors with AVX2 but
// without VPCLMULQDQ it panics at "simd=256".
func SetVectorWidth(godebug string, bits int) string {
	var settings []string
	for s := range strings.SplitSeq(godebug, ",") {
		if s != "" && !strings.HasPrefix(s, "simd=") {
			settings = append(settings, s)
		}
	}
	return strings.Join(append(settings, fmt.Sprintf("simd=+%d", bits)), ",")
}
