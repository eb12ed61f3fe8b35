package filehash

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

func TestOf(t *testing.T) {
	file := []byte("network")
	sum := func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
	if got, err := Of(file); err != nil || got != sum("network") {
		t.Errorf("a file by itself has the hash %s (%v), want its SHA-256, %s", got, err, sum("network"))
	}
	want := sum(sum("network") + " " + sum("a") + " " + sum("b"))
	if got, err := Of(file, strings.NewReader("a"), strings.NewReader("b")); err != nil || got != want {
		t.Errorf("a file with two files of weights has the hash %s (%v), want %s", got, err, want)
	}
	broken := errors.New("broken")
	if got, err := Of(file, iotest.ErrReader(broken)); !errors.Is(err, broken) || got != "" {
		t.Errorf("with weights that cannot be read: %q (%v), want their error", got, err)
	}
}
