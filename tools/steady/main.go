package main

import (
	"context"
	"fmt"
	"os"

	"steady/core/simdx"
	"steady/tools/internal/console"
	"steady/tools/internal/interrupt"
)

func main() {
	if err := simdx.Check(); err != nil {
		fmt.Fprintln(os.Stderr, "steady:", err)
		os.Exit(1)
	}
	os.Exit(interrupt.Run(os.Stderr, func(ctx context.Context) int {
		return run(ctx, os.Args[1:], console.Stdout(), os.Stderr)
	}))
}
