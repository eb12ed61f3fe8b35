package dataset

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxUnpacked is how many bytes of an archive are read at most: far more than any set that this package reads from one.
const maxUnpacked = 4 << 30

var (
	gzipMagic = []byte("\x1f\x8b")
	xzMagic   = []byte("\xfd7zXZ\x00")
)

// unpacked returns the contents of a stream that is packed with gzip or xz, as its first bytes say, and else the stream.
func unpacked(r io.Reader, name string) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(len(xzMagic))
	if err != nil && err != io.EOF {
		return nil, &Error{File: name, Err: err}
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, &Error{File: name, Field: "gzip header", Err: packing(err)}
		}
		return packed{z, name}, nil
	case bytes.HasPrefix(head, xzMagic):
		return newXZ(b, name)
	}
	return b, nil
}

// packed reads a packed stream. Its errors are *Error.
type packed struct {
	io.Reader
	name string
}

func (p packed) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if known := (*Error)(nil); err != nil && err != io.EOF && !errors.As(err, &known) {
		err = &Error{File: p.name, What: "unpacking it", Err: packing(err)}
	}
	return n, err
}

// packing makes an unpacker's error match ErrFormat. Errors of the file below have no type of their own and cannot be
// told apart from those.
func packing(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %w", ErrFormat, err)
}

// eachInTar calls f with the regular files of a tar stream, plain or packed, as long as f wants more.
func eachInTar(r io.Reader, name string, f func(file string, r io.Reader) (more bool, err error)) error {
	u, err := unpacked(r, name)
	if err != nil {
		return err
	}
	u = &capped{u, maxUnpacked, name}
	t := tar.NewReader(u)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return tarError(err, name)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		more, err := f(slashed(h.Name), t)
		if err != nil || !more {
			return err
		}
	}
}

// slashed returns the name of a file in an archive with slashes: some programs of Windows write backslashes.
func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// tarError returns an error of the tar reader as an *Error.
func tarError(err error, name string) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if err == tar.ErrHeader || err == io.ErrUnexpectedEOF {
		return &Error{name, "", "not a tar archive, or cut short", fmt.Errorf("%w: %w", ErrFormat, err)}
	}
	return &Error{File: name, Err: err}
}

// capped refuses to go on after a number of bytes: a small file can unpack to a terabyte.
type capped struct {
	io.Reader
	left int64
	name string
}

func (c *capped) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if c.left -= int64(n); c.left < 0 {
		return 0, &Error{c.name, "", "unpacks to more than any data set that is known", ErrTooLarge}
	}
	return n, err
}
