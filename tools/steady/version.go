package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/tools/machine"
)

// versionResult describes the build and what it uses of the processor.
type versionResult struct {
	Version    string `json:"version"`     // of the module; "(devel)" if it was built from no known version
	Revision   string `json:"revision"`    // of the source; empty if it was built outside a repository
	Time       string `json:"time"`        // of the revision, RFC 3339
	Modified   bool   `json:"modified"`    // the source differs from the revision
	Go         string `json:"go"`          // the toolchain
	Platform   string `json:"platform"`    // such as linux/amd64
	SIMD       bool   `json:"simd"`        // built with Go's package simd
	VectorBits int    `json:"vector_bits"` // width of the vectors in use; 0 for none
}

// describeBuild returns what the toolchain noted in the program.
func describeBuild() versionResult {
	v := versionResult{
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

func (a *app) printVersion() error {
	v := describeBuild()
	return a.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "steady %s\n", v.Version)
		if v.Revision != "" {
			modified := ""
			if v.Modified {
				modified = ", modified"
			}
			fmt.Fprintf(w, "revision %s of %s%s\n", v.Revision, v.Time, modified)
		}
		simd := "without GOEXPERIMENT=simd"
		if v.SIMD {
			simd = "with GOEXPERIMENT=simd"
		}
		fmt.Fprintf(w, "%s, %s, %s; vectors of %d bits\n", strings.Fields(v.Go)[0], v.Platform, simd, v.VectorBits)
	})
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Prints the version, the revision it was built from, the toolchain, and the width of the vectors in use.",
		Example: "  steady version --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.printVersion() },
	}
}
