package buildinfo

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"steady/core/revision"
	"steady/tools/machine"
)

// Info describes the build and what it uses of the processor.
type Info struct {
	revision.Build
	Go         string `json:"go"`          // the toolchain
	Platform   string `json:"platform"`    // such as linux/amd64
	SIMD       bool   `json:"simd"`        // built with Go's package simd
	VectorBits int    `json:"vector_bits"` // width of the vectors in use; 0 for none
}

// Describe returns what the toolchain noted in the program.
func Describe() Info {
	v := Info{Build: revision.Read(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, VectorBits: machine.VectorBits()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "GOEXPERIMENT" {
			v.SIMD = slices.Contains(strings.Split(s.Value, ","), "simd")
		}
	}
	return v
}
