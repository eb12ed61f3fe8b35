package console

import (
	"errors"
	"io"
	"os"
)

// Stdout returns the standard output. If it was closed when the program began, it fails: Go's runtime has opened /dev/null in
// its place, where results would be lost without a word.
func Stdout() io.Writer {
	if stdoutClosed() {
		return closed{}
	}
	return os.Stdout
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("standard output is closed") }
