//go:build !js && (nowebgpu || !((darwin || linux || windows) && (amd64 || arm64)))

package webgpu

import "fmt"

// Open finds no device: this program was built without (tag nowebgpu), or for a system without a way to a library.
func Open(Options) (Device, error) {
	return nil, fmt.Errorf("webgpu: %w: this program was built without it", ErrNoLibrary)
}
