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
