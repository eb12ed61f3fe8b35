package input

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrTooLarge matches the error for a file beyond the limit.
var ErrTooLarge = errors.New("too large")

// File reads a file of at most limit bytes. A larger one is refused by its size, before it is read, and a folder or a device,
// which has no end, by what it is; a pipe is read up to the limit. The error names the file.
func File(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	tooLarge := func(size string) error {
		return fmt.Errorf("%s: %s: %w: want at most %s", path, size, ErrTooLarge, bytes(limit))
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return nil, fmt.Errorf("%s: a folder: want a file", path)
	case mode&fs.ModeDevice != 0:
		return nil, fmt.Errorf("%s: a device: want a file", path)
	case info.Size() > limit:
		return nil, tooLarge(bytes(info.Size()))
	}
	b, err := readAll(f, info.Size(), limit)
	if int64(len(b)) > limit {
		return nil, tooLarge("more than " + bytes(limit))
	}
	return b, err
}

// readAll reads what has about so many bytes, but no more than one byte beyond the limit.
func readAll(r io.Reader, size, limit int64) ([]byte, error) {
	b := make([]byte, 0, size+512)
	r = io.LimitReader(r, limit+1)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		case len(b) == cap(b):
			b = append(b, 0)[:len(b)]
		}
	}
}

// bytes returns a size for people.
func bytes(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
