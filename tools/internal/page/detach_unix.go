//go:build unix

package page

import (
	"os/exec"
	"syscall"
)

// detach keeps a program out of this terminal's group, so that Ctrl-C does not end the browser with the server.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
