//go:build unix

package frames

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Nothing waits for a pipe that nobody writes to.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.png")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for name, want := range map[string]string{pipe: "(a pipe)", dir: "has no images"} {
		if _, err := Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a sentence with %q", name, err, want)
		}
	}
}
