//go:build !amd64 && !arm64

package machine

var fmaLoops []fmaLoop

func hasFMA() bool { return false }
