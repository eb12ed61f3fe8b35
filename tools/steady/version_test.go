package main

import (
	"runtime"
	"strings"
	"testing"

	"steady/tools/machine"
)

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		got := result(t, args...)
		if got["go"] != runtime.Version() || got["platform"] != runtime.GOOS+"/"+runtime.GOARCH || got["version"] == "" {
			t.Errorf("%v: %v", args, got)
		}
		if got["vector_bits"] != float64(machine.VectorBits()) {
			t.Errorf("%v: vectors of %v bits, want %d", args, got["vector_bits"], machine.VectorBits())
		}
		stdout := must(t, args...)
		if !strings.HasPrefix(stdout, "steady ") || !strings.Contains(stdout, "GOEXPERIMENT=simd") {
			t.Errorf("%v prints %q", args, stdout)
		}
	}
}
