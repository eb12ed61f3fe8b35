package dataset

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Element is the type of the elements that an NPYWriter writes, as NumPy spells it.
type Element string

const (
	Uint8   Element = "|u1"
	Float32 Element = "<f4"
	Int64   Element = "<i8"
)

// NPYWriter writes a NumPy file piece by piece, so that the array need never be in memory. Writes are small where the
// pieces are: give it a buffered writer.
type NPYWriter struct {
	w       io.Writer
	element Element
	shape   []int
	left    int // elements that are still to come
	buf     []byte
}

// NewNPYWriter writes the header of an array of a shape to w and returns a writer for its elements, in row-major order.
// It returns an error for an unknown element type, an impossible shape, or one of w.
func NewNPYWriter(w io.Writer, e Element, shape ...int) (*NPYWriter, error) {
	head, n, err := headerOf(e, shape)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(head); err != nil {
		return nil, err
	}
	return &NPYWriter{w: w, element: e, shape: shape, left: n}, nil
}

// NPYHeader returns what a NumPy file begins with, for callers that write the elements themselves, in row-major order.
func NPYHeader(e Element, shape ...int) ([]byte, error) {
	head, _, err := headerOf(e, shape)
	return head, err
}

// headerOf returns the header of an array and the number of its elements.
func headerOf(e Element, shape []int) (head []byte, n int, err error) {
	switch e {
	case Uint8, Float32, Int64:
	default:
		return nil, 0, fmt.Errorf("dataset: NumPy elements %q: want %s, %s or %s", e, Uint8, Float32, Int64)
	}
	n = 1
	dims := make([]string, len(shape))
	for i, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt/8/d {
			return nil, 0, fmt.Errorf("dataset: NumPy shape %v: dimension %d cannot be", shape, i)
		}
		n *= d
		dims[i] = fmt.Sprint(d)
	}
	tuple := strings.Join(dims, ", ")
	if len(shape) == 1 {
		tuple += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", e, tuple)
	// The elements begin at a multiple of 64 bytes, after a magic string of 6, a version of 2 and a length of 2.
	const before = 6 + 2 + 2
	text += strings.Repeat(" ", 63-(before+len(text))%64) + "\n"
	head = append(npyMagic[:6:6], 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	return append(head, text...), n, nil
}

// take counts n elements of a type, and returns an error if they do not belong in the array.
func (w *NPYWriter) take(e Element, n int) error {
	if e != w.element {
		return fmt.Errorf("dataset: NumPy elements %s in an array of %s", e, w.element)
	}
	if n > w.left {
		return fmt.Errorf("dataset: %d NumPy elements where the shape has only %d left", n, w.left)
	}
	w.left -= n
	return nil
}

// WriteUint8 writes the next elements of an array of Uint8.
func (w *NPYWriter) WriteUint8(p []uint8) error {
	if err := w.take(Uint8, len(p)); err != nil {
		return err
	}
	_, err := w.w.Write(p)
	return err
}

// WriteFloat32 writes the next elements of an array of Float32.
func (w *NPYWriter) WriteFloat32(p []float32) error {
	if err := w.take(Float32, len(p)); err != nil {
		return err
	}
	w.buf = w.buf[:0]
	for _, v := range p {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, math.Float32bits(v))
	}
	_, err := w.w.Write(w.buf)
	return err
}

// WriteImages writes images, N×C×H×W, to an N×H×W×C array of Float32.
func (w *NPYWriter) WriteImages(x []float32) error {
	if len(w.shape) != 4 {
		return fmt.Errorf("dataset: images in a NumPy array of %d dimensions, want 4", len(w.shape))
	}
	plane, channels := w.shape[1]*w.shape[2], w.shape[3]
	last := make([]float32, plane*channels)
	if len(last) == 0 || len(x)%len(last) != 0 {
		return fmt.Errorf("dataset: %d values are not a whole number of images of %v", len(x), w.shape[1:])
	}
	for ; len(x) > 0; x = x[len(last):] {
		for i := range last {
			last[i] = x[i%channels*plane+i/channels]
		}
		if err := w.WriteFloat32(last); err != nil {
			return err
		}
	}
	return nil
}

// WriteInt64 writes the next elements of an array of Int64.
func (w *NPYWriter) WriteInt64(p []int) error {
	if err := w.take(Int64, len(p)); err != nil {
		return err
	}
	w.buf = w.buf[:0]
	for _, v := range p {
		w.buf = binary.LittleEndian.AppendUint64(w.buf, uint64(v))
	}
	_, err := w.w.Write(w.buf)
	return err
}

// Close returns an error if elements are missing. It does not close the writer below.
func (w *NPYWriter) Close() error {
	if w.left > 0 {
		return fmt.Errorf("dataset: NumPy file ends with %d elements missing", w.left)
	}
	return nil
}
