//go:build js

package webgpu

func testOptions() Options { return Options{AllowSoftware: true} }
