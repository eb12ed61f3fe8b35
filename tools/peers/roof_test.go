package main

import (
	"errors"
	"slices"
	"testing"

	"steady/core/compute/webgpu"
	"steady/tools/machine"
)

// TestRoof has the shaders compiled and run, a few times, where there is a GPU or a software adapter.
func TestRoof(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the build without SIMD is no other for a GPU")
	}
	t.Chdir("../..") // where build/webgpu is
	library, err := machine.WebGPU()
	if err != nil {
		t.Skip(err)
	}
	d, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: true})
	if err != nil {
		t.Skip(err)
	}
	defer d.Close()
	for _, wgsl := range []string{
		roofArithmetic("s%d = s%d * a + b;"), roofArithmetic("s%d = fma(s%d, a, b);"), roofStream("a[i]", 256, 1), roofStream("a[i] + b[i]", 256, 2),
	} {
		if _, err := d.NewPipeline(wgsl); err != nil {
			t.Errorf("%v\n%s", err, wgsl)
		}
	}
}

func TestInARow(t *testing.T) {
	var lists []int
	samples, err := inARow(3, func(times int) { lists = append(lists, times) }, func() error { return nil })
	if err != nil || len(samples) != 3 || slices.Min(samples) < 0 {
		t.Errorf("samples %v, %v", samples, err)
	}
	if lists[0] != 1 || slices.Max(lists) != 64 {
		t.Errorf("%d lists of %d to %d runs: want one run first, and 64 of what takes no time", len(lists), slices.Min(lists), slices.Max(lists))
	}
	want := errors.New("lost")
	if _, err := inARow(1, func(int) {}, func() error { return want }); err != want {
		t.Errorf("%v, want %v", err, want)
	}
}
