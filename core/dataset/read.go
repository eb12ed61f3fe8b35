package dataset

import (
	"fmt"
	"io"
	"io/fs"
	"strconv"
)

// maxSmall is how many bytes of a file of names are read at most.
const maxSmall = 1 << 20

// readSmall reads a file of names.
func readSmall(fsys fs.FS, name string) ([]byte, error) { return readAtMost(fsys, name, maxSmall) }

// readAtMost reads a file, but no more of it than n bytes.
func readAtMost(fsys fs.FS, name string, n int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}

// readN reads n bytes. Memory is allocated as the bytes come, so that a header that promises what a file does not have
// costs little.
func readN(r io.Reader, n int64, file, what string) ([]byte, error) {
	const first = 16 << 20
	b := make([]byte, min(n, first))
	got := 0
	for {
		k, err := io.ReadFull(r, b[got:])
		got += k
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, malformed(file, what, "the file ends after %d of %d bytes", got, n)
		}
		if err != nil {
			return nil, withFile(err, file, what)
		}
		if int64(got) == n {
			return b, nil
		}
		more := make([]byte, min(n, 2*int64(got)))
		copy(more, b)
		b = more
	}
}

// atEnd returns an error if a file has more than its header says.
func atEnd(r io.Reader, file string) error {
	var b [1]byte
	switch _, err := io.ReadFull(r, b[:]); err {
	case io.EOF:
		return nil
	case nil:
		return malformed(file, "", "there is more in it than its header says")
	default:
		return withFile(err, file, "")
	}
}

// withFile returns an error as an *Error that names the file, unless it is one.
func withFile(err error, file, field string) error {
	if _, ok := err.(*Error); ok {
		return err
	}
	return &Error{File: file, Field: field, Err: err}
}

func field(what string, i int) string { return what + " " + strconv.Itoa(i) }

func tooLarge(file, field string, o Options) *Error {
	return &Error{file, field, fmt.Sprintf("more than %d bytes of pixels", o.maxBytes()), ErrTooLarge}
}

// volume returns the product of the dimensions of an array, none of them negative; ok reports whether it is within a
// limit.
func volume(limit int64, dims ...int64) (n int64, ok bool) {
	n = 1
	for _, d := range dims {
		if d == 0 {
			return 0, true
		}
	}
	for _, d := range dims {
		if d > limit/n {
			return 0, false
		}
		n *= d
	}
	return n, true
}
