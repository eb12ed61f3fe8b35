//go:build (darwin || linux) && (amd64 || arm64) && !nowebgpu

package webgpu

import "github.com/ebitengine/purego"

func openLibrary(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func findSymbol(library uintptr, name string) (uintptr, error) { return purego.Dlsym(library, name) }

// The System V and the ARM conventions pass a string view in two registers.

func newStatusCallback(f func(status uint32, text string, user uintptr)) uintptr {
	return purego.NewCallback(func(status uintptr, data *byte, length, user, _ uintptr) {
		f(uint32(status), stringView{data, length}.String(), user)
	})
}

func newHandleCallback(f func(first, second uintptr, text string, user uintptr)) uintptr {
	return purego.NewCallback(func(first, second uintptr, data *byte, length, user, _ uintptr) {
		f(first, second, stringView{data, length}.String(), user)
	})
}
