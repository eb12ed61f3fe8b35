package buildinfo

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"steady/tools/machine"
)

// Info describes the build and what it uses of the processor.
type Info struct {
	Version    string `json:"version"`     // of the module; "(devel)" if it was built from no known version
	Revision   string `json:"revision"`    // of the source; empty if it was built outside a repository
	Time       string `json:"time"`        // of the revision, RFC 3339
	Modified   bool   `json:"modified"`    // the source differs from the revision
	Go         string `json:"go"`          // the toolchain
	Platform   string `json:"platform"`    // such as linux/amd64
	SIMD       bool   `json:"simd"`        // built with Go's package simd
	VectorBits int    `json:"vector_bits"` // width of the vectors in use; 0 for none
}

// Describe returns what the toolchain noted in the program.
func Describe() Info {
	v := Info{
		Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, VectorBits: machine.VectorBits(),
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		case "GOEXPERIMENT":
			v.SIMD = slices.Contains(strings.Split(s.Value, ","), "simd")
		}
	}
	return v
}

// Source returns the revision of the source, marked if the source differs from it, or "" if it is not known.
func (v Info) Source() string {
	if v.Modified {
		return v.Revision + ", modified"
	}
	return v.Revision
}
