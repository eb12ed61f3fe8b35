package cpu

import (
	"syscall"
	"testing"
	"unsafe"

	"steady/core/compute"
)

// guarded returns n elements behind which a page begins that must not be touched.
func guarded[T any](t *testing.T, n int) []T {
	t.Helper()
	page := syscall.Getpagesize()
	size := n * int(unsafe.Sizeof(*new(T)))
	room := (size + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, room+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	if err := syscall.Mprotect(memory[room:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[room-size])), n)
}

// TestTileGuards ends the process with a fault where tiles reads beyond what it is given.
func TestTileGuards(t *testing.T) {
	testShapes(t, func(t *testing.T, s tileShape) {
		a, b, rows, c := s.operandSizes()
		s.check(t, s.operands(guarded[float32](t, a), guarded[float32](t, b), guarded[uintptr](t, rows),
			guarded[float32](t, 4*s.panels), guarded[float32](t, c-behindTile)))
	})
}

// TestPanelSumsGuards ends the process with a fault where panelSums reads beyond the panels or the inputs.
func TestPanelSumsGuards(t *testing.T) {
	if !alongRows() {
		t.Skip("there is no panelSums here")
	}
	for inputs := 1; inputs < 20; inputs++ {
		for panels, images := range map[int]int{1: 1, 2: 4, 4: 1} {
			a, x := guarded[float32](t, panels*4*inputs), guarded[float32](t, images*4*inputs)
			for i := range a {
				a[i] = float32(i % 4)
			}
			for i := range x {
				x[i] = 1
			}
			var sums [8][4]float32
			panelSums(&sums, unsafe.Pointer(&a[0]), 16*inputs, unsafe.Pointer(&x[0]), 16*inputs, inputs, panels)
			n := float32(inputs)
			for i, s := range sums[:panels*images] {
				if s != [4]float32{0, n, 2 * n, 3 * n} {
					t.Fatalf("%d inputs, %d panels: sums %d are %g", inputs, panels, i, s)
				}
			}
		}
	}
}

// TestFilterGuards ends the process with a fault where filter reads or writes beyond whole steps of columns, or the taps.
func TestFilterGuards(t *testing.T) {
	step := filterColumns()
	for _, taps := range []int{1, 9} {
		for n := 1; n <= 5*step+1; n++ {
			whole := filterSteps(n) * step
			x, y := guarded[float32](t, whole+taps-1), guarded[float32](t, whole)
			rows, weights := guarded[uintptr](t, taps), guarded[float32](t, taps)
			for q := range rows {
				rows[q], weights[q] = uintptr(4*q), 1
			}
			for i := range x {
				x[i] = float32(i)
			}
			filter(y, n, unsafe.Pointer(&x[0]), rows, weights, 0, compute.Relu)
			for j, v := range y[:n] {
				if want := float32(taps*j + taps*(taps-1)/2); v != want {
					t.Fatalf("%d taps, %d columns: column %d is %g, want %g", taps, n, j, v, want)
				}
			}
		}
	}
}
