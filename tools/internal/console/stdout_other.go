//go:build !linux

package console

func stdoutClosed() bool { return false }
