//go:build !unix

package engine_test

import "time"

var start = time.Now()

// processorTime is the clock where there is nothing better.
func processorTime() time.Duration { return time.Since(start) }
