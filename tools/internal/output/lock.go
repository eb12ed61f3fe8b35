package output

import (
	"errors"
	"fmt"
	"os"
)

// ErrLocked matches the error of a file that another process has locked.
var ErrLocked = errors.New("another run is writing it")

// errNoLocks is the error of a file that cannot be locked where it is.
var errNoLocks = errors.New("no locks here")

// TryLock locks an open file until it is closed, or its process ends in whatever way. Where files cannot be locked, it does
// nothing.
func TryLock(f *os.File) error {
	if err := lock(f, false); !errors.Is(err, errNoLocks) {
		return err
	}
	return nil
}

// OpenLocked opens a file for reading and writing, or creates it, and locks it.
func OpenLocked(path string) (*os.File, error) { return openLocked(path, false) }

func openLocked(path string, wait bool) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		err = lock(f, wait)
		if (err == nil || errors.Is(err, errNoLocks)) && named(f) {
			return f, nil
		}
		f.Close()
		if errors.Is(err, ErrLocked) {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		// Another process has renamed or removed it meanwhile.
	}
}

// Exclusive calls work while no other process is in a call for the same path, which is that of a file to lock: it is there
// during the call only. It waits for the others.
func Exclusive(path string, work func() error) error {
	f, err := openLocked(path, true)
	if err != nil {
		return err
	}
	defer Remove(f)
	return work()
}
