package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"steady/tools/internal/buildinfo"
)

func (a *app) printVersion() error {
	v := buildinfo.Describe()
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
