package webgpu

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"steady/core/compute"
)

// opened is the device that all tests share: opening one and compiling pipelines takes a software adapter a while.
var opened = sync.OnceValues(func() (*Backend, error) {
	d, err := Open(testOptions())
	if err != nil {
		return nil, err
	}
	return New(d)
})

// backend returns the shared backend, or skips the test where there is none.
func backend(t testing.TB) *Backend {
	if testing.Short() {
		t.Skip("short: the build without SIMD is no other for a GPU")
	}
	b, err := opened()
	if err != nil {
		absent(t, err)
	}
	return b
}

// absent skips a test for want of a device, loudly; where STEADY_STRICT is set it fails.
func absent(t testing.TB, err error) {
	t.Helper()
	fmt.Fprintf(os.Stderr, "THE WEBGPU BACKEND IS NOT TESTED: %v (./build.sh setup installs what is missing)\n", err)
	if os.Getenv("STEADY_STRICT") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// doubled is a kernel by itself.
const doubled = `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&x)) { x[id.x] *= 2.0; }
}`

func TestDevice(t *testing.T) {
	backend(t)
	d, err := Open(testOptions())
	if err != nil {
		t.Fatal(err)
	}
	if a := d.Adapter(); a.API == "" || a.MaxBuffer < 128<<20 || a.String() == "" {
		t.Errorf("adapter %+v: want an API and buffers of at least 128 MiB", a)
	}
	x := []float32{1, 2, 3, 4, 5}
	b, err := d.NewBuffer(20, Storage|CopySource|CopyTarget)
	if err != nil {
		t.Fatal(err)
	}
	d.Write(b, 0, bytesOf(x))
	p, err := d.NewPipeline(doubled)
	if err != nil {
		t.Fatal(err)
	}
	binding, err := d.NewBinding(p, []Handle{b})
	if err != nil {
		t.Fatal(err)
	}
	one := Dispatch{p, binding, 1, 1, 1}
	d.Submit([]Dispatch{one, one, one})
	d.Write(b, 4, bytesOf([]float32{7}))
	y, z := make([]float32, 2), make([]float32, 1)
	if err := d.Read([]Span{{bytesOf(y), b, 0}, {bytesOf(z), b, 16}}); err != nil {
		t.Fatal(err)
	}
	if y[0] != 8 || y[1] != 7 || z[0] != 40 {
		t.Errorf("read %v and %v, want [8 7] and [40]", y, z)
	}
	_, err = d.NewPipeline("fn main( {")
	if err == nil || !strings.Contains(err.Error(), "expected") || strings.Contains(err.Error(), "\n") {
		t.Errorf("WGSL with a mistake: %v, want the compiler's words on a line", err)
	}
	if _, err := d.NewBuffer(d.Adapter().MaxBuffer+4, Storage); !errors.Is(err, compute.ErrTooLarge) {
		t.Errorf("a buffer above the limit: %v, want ErrTooLarge", err)
	}
	if err := d.Err(); err != nil {
		t.Errorf("what was refused was not done, but %v", err)
	}
	d.Close()
	lost := new(LostError)
	if err := d.Read([]Span{{bytesOf(y), b, 0}}); !errors.As(err, &lost) || y[0] != 8 {
		t.Errorf("reading from a closed device: %v, want a LostError and what was there (%v)", err, y)
	}
	d.Submit([]Dispatch{one})
	d.Write(b, 0, bytesOf(x))
	if _, err := d.NewBuffer(4, Storage); !errors.As(err, &lost) {
		t.Errorf("a buffer of a closed device: %v, want a LostError", err)
	}
}

// TestErr checks that a failed preparation is told once and does not stay.
func TestErr(t *testing.T) {
	b := backend(t)
	b.NewBuffer(b.Device().Adapter().MaxBuffer)
	x := b.NewBuffer(4)
	b.Run(1, []compute.Kernel{b.Activate(compute.Relu, 4, x, x)})
	if err := b.Err(); !errors.Is(err, compute.ErrTooLarge) {
		t.Errorf("a buffer above the limit: %v, want ErrTooLarge", err)
	}
	if err := b.Err(); err != nil {
		t.Errorf("asked again: %v", err)
	}
	x = b.NewBuffer(4)
	b.Write(x, 0, []float32{-1, 2, -3, 4})
	b.Run(1, []compute.Kernel{b.Activate(compute.Relu, 4, x, x)})
	got := make([]float32, 4)
	b.Read(got, x, 0)
	if err := b.Err(); err != nil || got[1] != 2 || got[2] != 0 {
		t.Errorf("afterwards: %v, %v", got, err)
	}
}

func TestSoftwareIsRefused(t *testing.T) {
	o := testOptions()
	if !backend(t).Device().Adapter().Software {
		t.Skip("the adapter here is a real one")
	}
	o.AllowSoftware = false
	if _, err := Open(o); !errors.Is(err, ErrSoftware) {
		t.Errorf("a software adapter that was not asked for: %v, want ErrSoftware", err)
	}
}
