package computetest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
)

// Backend returns the processor with so many threads or, with STEADY_BACKEND=webgpu, a GPU, which all tests share.
func Backend(t *testing.T, threads int) compute.Backend {
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
	library, err := findLibrary()
	if err != nil {
		return nil, err
	}
	d, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: true})
	if err != nil {
		return nil, err
	}
	return webgpu.New(d)
})

// NeedWebGPU sets STEADY_WEBGPU_LIB to the library that build.sh installs, unless it names another, and skips a test where
// no GPU opens, be it a software one; with STEADY_STRICT the test fails.
func NeedWebGPU(t *testing.T) {
	t.Helper()
	library, err := findLibrary()
	if err == nil {
		if library != "" {
			t.Setenv("STEADY_WEBGPU_LIB", library)
		}
		_, err = gpu()
	}
	switch {
	case err == nil:
	case os.Getenv("STEADY_STRICT") != "":
		t.Fatal(err)
	default:
		t.Skip("NOT TESTED ON WEBGPU: ", err)
	}
}

// findLibrary returns the library that STEADY_WEBGPU_LIB names, or the one that build.sh installs in this module.
func findLibrary() (string, error) {
	if library := os.Getenv("STEADY_WEBGPU_LIB"); library != "" {
		return library, nil
	}
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for !exists(filepath.Join(root, "go.mod")) {
		parent := filepath.Dir(root)
		if parent == root {
			return "", errors.New("computetest: not in a module")
		}
		root = parent
	}
	found, err := filepath.Glob(filepath.Join(root, "build/webgpu/*webgpu*"))
	if len(found) == 0 {
		return "", err
	}
	return found[0], err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
