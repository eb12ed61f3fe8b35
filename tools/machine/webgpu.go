package machine

import (
	"fmt"
	"os"
	"path/filepath"

	"steady/core/compute/webgpu"
)

// libraryNames are the file names of the known WebGPU libraries: of the npm package that build.sh installs, of Dawn and
// of wgpu-native, each on Linux, macOS and Windows.
var libraryNames = []string{
	"libwebgpu_wrapper.so", "libwebgpu_wrapper.dylib", "webgpu_wrapper.dll",
	"libwebgpu_dawn.so", "libwebgpu_dawn.dylib", "webgpu_dawn.dll",
	"libwgpu_native.so", "libwgpu_native.dylib", "wgpu_native.dll",
}

// WebGPU finds the library that a GPU is reached by: the one that STEADY_WEBGPU_LIB names, one beside this
// program or in the folder webgpu there, or the one that `./build.sh gpu` left in build/webgpu. If there is none, the
// error wraps webgpu.ErrNoLibrary.
func WebGPU() (path string, err error) {
	if path := os.Getenv("STEADY_WEBGPU_LIB"); path != "" {
		return path, nil
	}
	var folders []string
	if program, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(program); err == nil {
			program = real
		}
		folders = append(folders, filepath.Dir(program), filepath.Join(filepath.Dir(program), "webgpu"))
	}
	for _, folder := range append(folders, filepath.Join("build", "webgpu")) {
		for _, name := range libraryNames {
			path, err := filepath.Abs(filepath.Join(folder, name))
			if err != nil {
				continue
			}
			if _, err := os.Stat(path); err == nil {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%w library is installed: './build.sh gpu' installs one, or set STEADY_WEBGPU_LIB to the path of "+
		"another (docs/webgpu.md)", webgpu.ErrNoLibrary)
}
