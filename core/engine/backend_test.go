package engine

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
)

// backend is what the tests of whole networks run on: the processor or, with STEADY_BACKEND=webgpu, a GPU.
func backend(t *testing.T, threads int) compute.Backend {
	t.Helper()
	if os.Getenv("STEADY_BACKEND") != "webgpu" {
		return cpu.New(threads)
	}
	b, err := gpu()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var gpu = sync.OnceValues(func() (compute.Backend, error) {
	library := os.Getenv("STEADY_WEBGPU_LIB")
	if found, _ := filepath.Glob("../../build/webgpu/*webgpu*"); library == "" && len(found) > 0 {
		library = found[0]
	}
	d, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: true})
	if err != nil {
		return nil, err
	}
	return webgpu.New(d)
})
