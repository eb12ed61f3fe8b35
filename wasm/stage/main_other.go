//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "stage runs in the page: build it with GOOS=js GOARCH=wasm (./build.sh build does); ./build.sh stage builds one with a window")
	os.Exit(2)
}
