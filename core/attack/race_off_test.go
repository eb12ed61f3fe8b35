//go:build !race

package attack

import "testing"

// numerical skips nothing without the race detector.
func numerical(*testing.T) {}

func allocations(*testing.T) {}
