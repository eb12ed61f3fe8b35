package cpu

import (
	"syscall"
	"testing"
	"unsafe"
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
			guarded[float32](t, c-behindTile)))
	})
}
