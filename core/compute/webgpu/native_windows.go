//go:build windows && (amd64 || arm64) && !nowebgpu

package webgpu

import (
	"syscall"

	"github.com/ebitengine/purego"
)

func openLibrary(path string) (uintptr, error) {
	h, err := syscall.LoadLibrary(path)
	return uintptr(h), err
}

func findSymbol(library uintptr, name string) (uintptr, error) {
	return syscall.GetProcAddress(syscall.Handle(library), name)
}

// The Windows convention passes a string view by address, and wants a result of callbacks.

func newStatusCallback(f func(status uint32, text string, user uintptr)) uintptr {
	return purego.NewCallback(func(status uintptr, text *stringView, user, _ uintptr) uintptr {
		f(uint32(status), text.String(), user)
		return 0
	})
}

func newHandleCallback(f func(first, second uintptr, text string, user uintptr)) uintptr {
	return purego.NewCallback(func(first, second uintptr, text *stringView, user, _ uintptr) uintptr {
		f(first, second, text.String(), user)
		return 0
	})
}
