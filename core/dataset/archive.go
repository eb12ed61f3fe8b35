package dataset

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ulikunitz/xz"
)

const (
	// maxUnpacked is how many bytes of an archive are read at most: far more than any set that this package reads from
	// one.
	maxUnpacked = 16 << 30
	// maxDictionary is the largest dictionary of an xz file: that of xz -9 is a quarter of it.
	maxDictionary = 256 << 20
)

var (
	gzipMagic = []byte("\x1f\x8b")
	xzMagic   = []byte("\xfd7zXZ\x00")
)

// unpacked returns the contents of a stream that is packed with gzip or xz, as its first bytes say, and else the stream.
func unpacked(r io.Reader, name string) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(64)
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
		if size := dictionary(head); size > maxDictionary {
			what := fmt.Sprintf("%d bytes: want at most %d", size, maxDictionary)
			return nil, &Error{name, "xz dictionary", what, ErrTooLarge}
		}
		z, err := xz.NewReader(b)
		if err != nil {
			return nil, &Error{File: name, Field: "xz header", Err: packing(err)}
		}
		return packed{z, name}, nil
	}
	return b, nil
}

// dictionary returns the size of the dictionary that the first block of an xz file asks for, 0 if that is not clear; the
// reader of the xz package allocates it at once (The .xz File Format 1.2.1, sections 3.1 and 5.3.1).
func dictionary(head []byte) int64 {
	const blockFlags = 13 // after the stream's header and the size of the block's
	if len(head) <= blockFlags {
		return 0
	}
	rest := head[blockFlags+1:]
	for _, present := range []byte{0x40, 0x80} { // compressed and uncompressed size
		if head[blockFlags]&present != 0 {
			_, n := binary.Uvarint(rest)
			if n <= 0 {
				return 0
			}
			rest = rest[n:]
		}
	}
	if len(rest) < 3 || rest[0] != 0x21 || rest[1] != 1 || rest[2] > 40 { // LZMA2
		return 0
	}
	bits := rest[2]
	return int64(2|bits&1) << (bits/2 + 11)
}

// packed reads a packed stream. Its errors are *Error.
type packed struct {
	io.Reader
	name string
}

func (p packed) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if err != nil && err != io.EOF {
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
		more, err := f(h.Name, t)
		if err != nil || !more {
			return err
		}
	}
}

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
