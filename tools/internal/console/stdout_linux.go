package console

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// stdoutClosed reports whether a shell has closed the standard output (>&-). Go's runtime opens /dev/null for reading and
// writing then. So do other programs that want no output of what they start, but no shell does.
func stdoutClosed() bool {
	flags, err := unix.FcntlInt(1, unix.F_GETFL, 0)
	if err != nil || flags&unix.O_ACCMODE != unix.O_RDWR || link("self/fd/1") != os.DevNull {
		return false
	}
	parent := fmt.Sprint(os.Getppid())
	return link(parent+"/fd/1") != os.DevNull && // which would be inherited
		slices.Contains([]string{"ash", "bash", "busybox", "dash", "fish", "ksh", "mksh", "sh", "zsh"}, filepath.Base(link(parent+"/exe")))
}

func link(name string) string {
	target, _ := os.Readlink("/proc/" + name) // what cannot be read is nothing known
	return target
}
