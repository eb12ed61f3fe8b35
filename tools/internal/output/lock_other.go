//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd && !windows

package output

import "os"

const renamesOpen = true

func lock(*os.File, bool) error { return errNoLocks }
