//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "speed runs in the page of tools/peers, which builds it with GOOS=js GOARCH=wasm")
	os.Exit(2)
}
