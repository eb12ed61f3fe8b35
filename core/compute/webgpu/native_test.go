//go:build !js

package webgpu

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"steady/core/onnx"
)

// testOptions names the library that STEADY_WEBGPU_LIB names, or the one that build.sh installs.
func testOptions() Options {
	library := os.Getenv("STEADY_WEBGPU_LIB")
	if found, _ := filepath.Glob("../../../build/webgpu/*webgpu*"); library == "" && len(found) > 0 {
		library, _ = filepath.Abs(found[0])
	}
	return Options{Library: library, AllowSoftware: true}
}

func TestLibrary(t *testing.T) {
	backend(t)
	text := filepath.Join(t.TempDir(), "library")
	if err := os.WriteFile(text, []byte("no library"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "nowhere", text} {
		if _, err := Open(Options{Library: path}); !errors.Is(err, ErrNoLibrary) {
			t.Errorf("library %q: %v, want ErrNoLibrary", path, err)
		}
	}
}

// TestNoDriver opens a device where there is no driver, in a process of its own: Dawn then hands out an adapter that
// computes nothing.
func TestNoDriver(t *testing.T) {
	if os.Getenv("STEADY_NO_DRIVER") != "" {
		_, err := Open(testOptions())
		if !errors.Is(err, ErrNoAdapter) {
			t.Fatalf("without a driver: %v, want ErrNoAdapter", err)
		}
		return
	}
	backend(t)
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the driver cannot be hidden")
	}
	c := exec.Command(os.Args[0], "-test.run=^TestNoDriver$", "-test.v")
	c.Env = append(os.Environ(), "STEADY_NO_DRIVER=1", "VK_DRIVER_FILES=/nowhere", "VK_ICD_FILENAMES=/nowhere", "VK_ADD_DRIVER_FILES=")
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestNoDriver") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestExported runs networks that PyTorch has exported: one of all operators, and a vision transformer.
func TestExported(t *testing.T) {
	gpu := backend(t)
	for _, name := range []string{"small_operators", "small_vit"} {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile("../../onnx/testdata/" + name + ".onnx")
			if err != nil {
				t.Fatal(err)
			}
			n, err := onnx.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			sameNetwork(t, gpu, n)
		})
	}
}
