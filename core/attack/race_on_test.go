//go:build race

package attack

import "testing"

// numerical skips a test of numbers in the short form of the tests with the race detector, which makes it ten times as
// slow. It is the same test without the detector; what runs at the same time is for others to show.
func numerical(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: numbers are tested without the race detector")
	}
}

// allocations skips a test that counts them: with the race detector a sync.Pool drops values at random.
func allocations(t *testing.T) {
	t.Helper()
	t.Skip("allocations are counted without the race detector")
}
