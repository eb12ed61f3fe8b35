//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "evaluator runs in the page's workers: build it with GOOS=js GOARCH=wasm (./build.sh build does)")
	os.Exit(2)
}
