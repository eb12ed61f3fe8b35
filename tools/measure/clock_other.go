//go:build !unix

package measure

import "time"

// ProcessorTime returns the time since the program began: this system does not report the processor's.
func ProcessorTime() time.Duration { return time.Since(begin) }
