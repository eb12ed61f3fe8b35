package dataset

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"strings"
)

// array is an array in a file of whatever format, its header read and its elements to come.
type array struct {
	file  string
	dims  []int64 // each from 0 to maxDim, but for the first, which has no limit
	kind  byte    // of the elements: u unsigned, i signed, f floating point
	size  int     // of an element in bytes: 1, 2, 4 or 8
	order binary.ByteOrder
	r     io.Reader
	f     fs.File

	offset  int64 // of the elements in the file, if that is not packed
	packed  bool
	fortran bool // the first index varies fastest
}

// maxDim is the largest height or width.
const maxDim = 1 << 16

// openArray opens an IDX or NumPy file, plain or packed, or a .npz file with a single array, and reads its header.
func openArray(fsys fs.FS, name string, o Options) (*array, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var a *array
	if strings.EqualFold(path.Ext(name), ".npz") {
		a, err = openOnly(f, name, o)
	} else {
		a, err = readHeader(f, name)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	a.f = f
	return a, nil
}

func (a *array) close() {
	if a.f != nil {
		a.f.Close()
	}
}

// readHeader recognizes the format of a file by how it begins and reads its header.
func readHeader(r io.Reader, name string) (*array, error) {
	u, err := unpacked(r, name)
	if err != nil {
		return nil, err
	}
	b := bufio.NewReaderSize(u, 1<<16)
	head, err := b.Peek(sniffed)
	if err != nil && err != io.EOF {
		return nil, withFile(err, name, "")
	}
	_, isPacked := u.(packed)
	a := &array{file: name, r: b, packed: isPacked}
	switch {
	case bytes.HasPrefix(head, npyMagic):
		err = a.npyHeader()
	case len(head) >= 4 && head[0] == 0 && head[1] == 0:
		err = a.idxHeader()
	default:
		if err = unread(name, head); err == nil {
			err = &Error{name, "", "begins neither as an IDX nor as a NumPy file", ErrUnknown}
		}
	}
	if err != nil {
		return nil, err
	}
	for i, d := range a.dims {
		if i > 0 && d > maxDim {
			return nil, &Error{name, field("dimension", i), fmt.Sprintf("%d: want at most %d", d, maxDim), ErrTooLarge}
		}
	}
	return a, nil
}

// elements returns the name of the type of the elements.
func (a *array) elements() string {
	return map[byte]string{'u': "uint", 'i': "int", 'f': "float"}[a.kind] + fmt.Sprint(8*a.size)
}

// shape returns the dimensions with × between them.
func (a *array) shape() string {
	s := ""
	for i, d := range a.dims {
		if i > 0 {
			s += "×"
		}
		s += fmt.Sprint(d)
	}
	return s
}

// checkLength returns an error if the file is shorter or longer than its header says.
func (a *array) checkLength() error {
	info, err := a.f.Stat()
	if err != nil {
		return withFile(err, a.file, "")
	}
	return a.checkSize(uint64(info.Size()), "pixels")
}

// checkSize returns an error if a file of a size is shorter or longer than its header says.
func (a *array) checkSize(size uint64, what string) error {
	total, ok := volume(1<<62, append([]int64{int64(a.size)}, a.dims...)...)
	switch want := uint64(a.offset + total); {
	case !ok || size < want:
		return malformed(a.file, what, "the file ends after %d of %d bytes", int64(size)-a.offset, total)
	case size > want:
		return malformed(a.file, "", "there is more in it than its header says")
	}
	return nil
}

// images reads n images from one on of an array of bytes, N×H×W or N×H×W×C, into a set of their shape.
func (a *array) images(s *Set, from, n int64, o Options) error {
	skip, before := volume(1<<62, from, int64(s.Size()))
	total, ok := volume(o.maxBytes(), n, int64(s.Size()))
	if !ok || !before {
		return tooLarge(a.file, "shape "+a.shape(), o)
	}
	if got, err := io.CopyN(io.Discard, a.r, skip); err == io.EOF {
		return malformed(a.file, "pixels", "the file ends after %d bytes, %d before those of the severity", got, skip)
	} else if err != nil {
		return withFile(err, a.file, "pixels")
	}
	pix, err := readN(a.r, total, a.file, "pixels")
	if err == nil && from+n == a.dims[0] {
		err = atEnd(a.r, a.file)
	}
	if err != nil {
		return err
	}
	s.Pix = pix
	if s.C == 3 {
		planar(pix, s.H*s.W)
	}
	return nil
}

// planar turns height×width×3 images into three planes each, in place.
func planar(pix []uint8, plane int) {
	one := make([]uint8, 3*plane)
	for ; len(pix) > 0; pix = pix[3*plane:] {
		copy(one, pix)
		r, g, b := pix[:plane], pix[plane:2*plane], pix[2*plane:3*plane]
		for i := range r {
			r[i], g[i], b[i] = one[3*i], one[3*i+1], one[3*i+2]
		}
	}
}

// maxClass is more than any set's number of classes: a label beyond it is a sign of the wrong file.
const maxClass = 1 << 20

// maxLabels is twice the number of images of the largest labeled sets.
const maxLabels = 1 << 25

// labels reads an array of labels: N or N×1 integers, or N×K with a single 1 a row. Floating-point numbers must be whole.
func (a *array) labels(o Options) ([]int, error) {
	columns := int64(1)
	switch {
	case len(a.dims) == 2 && a.dims[1] > 0:
		columns = a.dims[1]
	case len(a.dims) != 1:
		return nil, malformed(a.file, "shape", "%s: labels are N numbers, N×1, or N×K with a 1 for the class", a.shape())
	}
	total, ok := volume(o.maxBytes(), a.dims[0], columns, int64(a.size))
	if !ok || a.dims[0] > maxLabels {
		return nil, &Error{a.file, "shape " + a.shape(), fmt.Sprintf("want at most %d labels", maxLabels), ErrTooLarge}
	}
	b, err := readN(a.r, total, a.file, "labels")
	if err == nil {
		err = atEnd(a.r, a.file)
	}
	if err != nil {
		return nil, err
	}
	at := func(i, k int64) (float64, error) {
		place := i*columns + k
		if a.fortran {
			place = k*a.dims[0] + i
		}
		v := a.number(b[place*int64(a.size):])
		if v != math.Trunc(v) { // NaN too
			return 0, malformed(a.file, field("label", int(i)), "%v: labels are whole numbers", v)
		}
		return v, nil
	}
	labels := make([]int, a.dims[0])
	for i := range labels {
		v, err := at(int64(i), 0)
		if err == nil && columns > 1 {
			v, err = oneHot(int64(i), columns, at)
			if err == nil && v < 0 {
				err = malformed(a.file, field("label", i), "want a row with a single 1 and 0 elsewhere: what is of several classes "+
					"at a time, as in ChestMNIST, has no label to compare a prediction with")
			}
		}
		if err != nil {
			return nil, err
		}
		if v < 0 || v > maxClass {
			return nil, malformed(a.file, field("label", i), "%.0f: want a class, 0 or more", v)
		}
		labels[i] = int(v)
	}
	return labels, nil
}

// oneHot returns the place of the 1 in row i, or -1 if the row has anything but that and zeros.
func oneHot(i, columns int64, at func(i, k int64) (float64, error)) (float64, error) {
	class := -1.0
	for k := range columns {
		switch v, err := at(i, k); {
		case err != nil:
			return 0, err
		case v == 1 && class < 0:
			class = float64(k)
		case v != 0:
			return -1, nil
		}
	}
	return class, nil
}

// number returns the element that b begins with.
func (a *array) number(b []byte) float64 {
	switch {
	case a.kind == 'f' && a.size == 8:
		return math.Float64frombits(a.order.Uint64(b))
	case a.kind == 'f' && a.size == 4:
		return float64(math.Float32frombits(a.order.Uint32(b)))
	case a.kind == 'f':
		return half(a.order.Uint16(b))
	}
	return float64(a.integer(b))
}

// half returns the value of a float16 (IEEE 754 binary16).
func half(v uint16) float64 {
	sign, exponent, fraction := 1.0, int(v>>10&31), float64(v&1023)
	if v>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction == 0 {
			return math.Inf(int(sign))
		}
		return math.NaN()
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// integer returns the element that b begins with.
func (a *array) integer(b []byte) int64 {
	switch a.size {
	case 1:
		if a.kind == 'i' {
			return int64(int8(b[0]))
		}
		return int64(b[0])
	case 2:
		if v := a.order.Uint16(b); a.kind == 'i' {
			return int64(int16(v))
		} else {
			return int64(v)
		}
	case 4:
		if v := a.order.Uint32(b); a.kind == 'i' {
			return int64(int32(v))
		} else {
			return int64(v)
		}
	}
	return int64(a.order.Uint64(b)) // uint64 beyond int64 turn negative, and are refused as that
}
