//go:build unix

package measure

import (
	"syscall"
	"time"
)

// ProcessorTime returns the processor time that this process has had, on all cores: unlike the clock's it does not go on
// while other programs run. Where the system does not tell it is the clock's, since the program began.
func ProcessorTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return time.Since(begin)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
