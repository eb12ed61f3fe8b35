//go:build unix

package engine_test

import (
	"syscall"
	"time"
)

// processorTime is what this process has used of all cores: on a busy machine a steadier measure than the clock.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
