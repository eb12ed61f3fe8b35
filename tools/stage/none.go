//go:build !stage

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "steady-stage: built without its window; ./build.sh stage builds it with one")
	os.Exit(1)
}
