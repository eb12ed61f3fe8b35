//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "lab runs in the page's worker: build it with GOOS=js GOARCH=wasm (./build.sh build does)")
	os.Exit(2)
}
