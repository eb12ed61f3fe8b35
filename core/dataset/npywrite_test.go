package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/fstest"
)

// These are the bytes that numpy.save writes for numpy.array([1, -2], "<i8").
func TestNPYWriterAsNumPy(t *testing.T) {
	want := "\x93NUMPY\x01\x00\x76\x00{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }" +
		strings.Repeat(" ", 60) + "\n\x01\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff"
	var b bytes.Buffer
	w, err := NewNPYWriter(&b, Int64, 2)
	if err == nil {
		err = errors.Join(w.WriteInt64([]int{1}), w.WriteInt64([]int{-2}), w.Close())
	}
	if err != nil || b.String() != want {
		t.Errorf("%q\nwant %q; %v", b.String(), want, err)
	}
}

func TestNPYWriterRoundTrip(t *testing.T) {
	pix := count(2 * 3 * 4 * 3)
	var images, labels bytes.Buffer
	wi, _ := NewNPYWriter(&images, Uint8, 2, 3, 4, 3)
	wl, _ := NewNPYWriter(&labels, Int64, 2)
	err := errors.Join(wi.WriteUint8(pix[:10]), wi.WriteUint8(pix[10:]), wi.Close(), wl.WriteInt64([]int{7, 300}),
		wl.Close())
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{"i.npy": file(images.Bytes()), "l.npy": file(labels.Bytes())}
	s, err := Load(m, "i.npy,l.npy", Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Labels[1] != 300 || s.C != 3 || s.H != 3 || s.W != 4 || s.Image(1)[12] != pix[36+1] {
		t.Errorf("%+v", s)
	}
}

func TestNPYWriterFloats(t *testing.T) {
	for dims := range 6 {
		shape := make([]int, dims)
		n := 1
		for i := range shape {
			shape[i] = 11 * (i + 1) % 7
			n *= shape[i]
		}
		var b bytes.Buffer
		w, err := NewNPYWriter(&b, Float32, shape...)
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(i) - 0.5
		}
		if err := errors.Join(w.WriteFloat32(x), w.Close()); err != nil {
			t.Fatal(err)
		}
		a, err := readHeader(bytes.NewReader(b.Bytes()), "x")
		if err != nil || a.elements() != "float32" || len(a.dims) != dims {
			t.Fatalf("shape %v: %+v, %v", shape, a, err)
		}
		if data := b.Len() - 4*n; data%64 != 0 {
			t.Errorf("shape %v: elements at byte %d: want a multiple of 64", shape, data)
		}
		if n > 0 {
			got := math.Float32frombits(binary.LittleEndian.Uint32(b.Bytes()[b.Len()-4:]))
			if got != x[n-1] {
				t.Errorf("shape %v: last element %v, want %v", shape, got, x[n-1])
			}
		}
	}
}

func TestNPYWriterMistakes(t *testing.T) {
	var b bytes.Buffer
	if _, err := NewNPYWriter(&b, "<f8", 2); err == nil {
		t.Error("float64 is not written")
	}
	for _, shape := range [][]int{{-1}, {1 << 40, 1 << 40}} {
		if _, err := NewNPYWriter(&b, Uint8, shape...); err == nil {
			t.Errorf("shape %v", shape)
		}
	}
	w, err := NewNPYWriter(&b, Uint8, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if w.WriteFloat32([]float32{1}) == nil || w.WriteInt64([]int{1}) == nil {
		t.Error("elements of another type were written")
	}
	if w.WriteUint8(make([]byte, 5)) == nil {
		t.Error("5 elements were written into 2×2")
	}
	if err := w.WriteUint8(make([]byte, 3)); err != nil {
		t.Error(err)
	}
	if w.Close() == nil {
		t.Error("an array was closed with an element missing")
	}
	broken := errors.New("disk full")
	if _, err := NewNPYWriter(full{broken}, Uint8, 2); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

type full struct{ err error }

func (f full) Write([]byte) (int, error) { return 0, f.err }

func TestWriteImages(t *testing.T) {
	var b bytes.Buffer
	w, err := NewNPYWriter(&b, Float32, 2, 1, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteImages([]float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteImages([]float32{1, 2}); err == nil {
		t.Error("a third of an image: no error")
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	got := b.Bytes()[b.Len()-48:]
	for i, want := range []float32{1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12} {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(got[4*i:])); v != want {
			t.Errorf("element %d is %v, want %v", i, v, want)
		}
	}
}
