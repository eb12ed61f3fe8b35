package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// idxOf is an IDX file.
func idxOf(kind byte, data []byte, dims ...int) []byte {
	b := []byte{0, 0, kind, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

// npyOf is a NumPy file as version 1.0 has it.
func npyOf(header string, data []byte) []byte {
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), data...)
}

func npyHead(descr, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
}

func count(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

func file(b []byte) *fstest.MapFile { return &fstest.MapFile{Data: b} }

func TestArraysGray(t *testing.T) {
	pix := count(3 * 4 * 5)
	for name, m := range map[string]fstest.MapFS{
		"idx":  {"i.x": file(idxOf(8, pix, 3, 4, 5)), "l": file(idxOf(8, []byte{2, 0, 9}, 3))},
		"gzip": {"i.x": file(gzipped(idxOf(8, pix, 3, 4, 5))), "l": file(gzipped(idxOf(8, []byte{2, 0, 9}, 3)))},
		"npy": {"i.x": file(npyOf(npyHead("|u1", "(3, 4, 5)"), pix)),
			"l": file(npyOf(npyHead("|u1", "(3,)"), []byte{2, 0, 9}))},
		"npy1": {"i.x": file(npyOf(npyHead("|u1", "(3, 4, 5, 1)"), pix)), "l": file(idxOf(8, []byte{2, 0, 9}, 3))},
	} {
		for limit, n := range []int{3, 1, 2, 3, 3} {
			s, err := Arrays(m, "i.x", "l", Options{Limit: limit})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if s.Name != "i" || s.C != 1 || s.H != 4 || s.W != 5 || !slices.Equal(s.Labels, []int{2, 0, 9}[:n]) ||
				!bytes.Equal(s.Pix, pix[:n*20]) {
				t.Errorf("%s, limit %d: %+v", name, limit, s)
			}
		}
	}
}

// The files of CIFAR-10-C are N×H×W×3; a set is planar.
func TestArraysColor(t *testing.T) {
	pix := count(2 * 2 * 3 * 3)
	m := fstest.MapFS{"i.npy": file(npyOf(npyHead("|u1", "(2, 2, 3, 3)"), pix)), "l": file(idxOf(8, []byte{1, 0}, 2))}
	s, err := Arrays(m, "i.npy", "l", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		for c := range 3 {
			for y := range 2 {
				for x := range 3 {
					if got, want := s.Image(i)[(c*2+y)*3+x], pix[((i*2+y)*3+x)*3+c]; got != want {
						t.Fatalf("image %d, channel %d, (%d,%d): %d, want %d", i, c, x, y, got, want)
					}
				}
			}
		}
	}
}

func TestLabelTypes(t *testing.T) {
	for name, b := range map[string][]byte{
		"<i8":  npyOf(npyHead("<i8", "(2,)"), []byte{3, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0}),
		">i8":  npyOf(npyHead(">i8", "(2,)"), []byte{0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 1, 1}),
		"<u8":  npyOf(npyHead("<u8", "(2,)"), []byte{3, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0}),
		"<i4":  npyOf(npyHead("<i4", "(2,)"), []byte{3, 0, 0, 0, 1, 1, 0, 0}),
		"<u2":  npyOf(npyHead("<u2", "(2,)"), []byte{3, 0, 1, 1}),
		">i2":  npyOf(npyHead(">i2", "(2,)"), []byte{0, 3, 1, 1}),
		"idx4": idxOf(0x0c, []byte{0, 0, 0, 3, 0, 0, 1, 1}, 2),
		"idx2": idxOf(0x0b, []byte{0, 3, 1, 1}, 2),
		"keys": npyOf("{\"shape\":(2),'fortran_order':False,'descr':'<u2'}", []byte{3, 0, 1, 1}),
		"v2": append([]byte("\x93NUMPY\x02\x00\x0a\x01\x00\x00{'descr':'<u2', 'fortran_order':False, 'shape':(2,)}"+
			strings.Repeat(" ", 266-52)), 3, 0, 1, 1),
	} {
		m := fstest.MapFS{"i": file(idxOf(8, count(2), 2, 1, 1)), "l": file(b)}
		s, err := Arrays(m, "i", "l", Options{})
		if err != nil || !slices.Equal(s.Labels, []int{3, 257}) {
			t.Errorf("%s: %+v, %v: want labels 3 and 257", name, s, err)
		}
	}
}

func TestArraysBroken(t *testing.T) {
	images, labels := idxOf(8, count(8), 2, 2, 2), idxOf(8, []byte{0, 1}, 2)
	for _, c := range []struct {
		name           string
		images, labels []byte
		want           error
		text           string
	}{
		{"no file", nil, labels, fs.ErrNotExist, "images"},
		{"empty", []byte{}, labels, ErrUnknown, "images: the file is empty"},
		{"text", []byte("<html>"), labels, ErrUnknown, "images: begins neither"},
		{"cut in magic", []byte{0, 0, 8, 3, 0, 0}, labels, ErrFormat, "images: dimension 0"},
		{"cut in pixels", images[:len(images)-1], labels, ErrFormat, "images: pixels: the file ends after 7 of 8"},
		{"more", append(slices.Clone(images), 0), labels, ErrFormat, "more in it than its header says"},
		{"cut gzip", gzipped(images)[:20], labels, ErrFormat, "images"},
		{"type", idxOf(7, nil, 1, 1, 1), labels, ErrFormat, "0x07 is none of IDX"},
		{"integers", npyOf(npyHead("<i4", "(2, 1, 1)"), make([]byte, 8)), labels, ErrFormat, "int32: images are uint8"},
		{"dims", idxOf(8, nil), labels, ErrFormat, "number of dimensions: 0"},
		{"shape", idxOf(8, count(2), 2), labels, ErrFormat, "shape: 2: images are"},
		{"channels", npyOf(npyHead("|u1", "(2, 4, 4, 4)"), nil), labels, ErrFormat, "2×4×4×4: images are"},
		{"planar", npyOf(npyHead("|u1", "(2, 3, 4, 4)"), nil), labels, ErrFormat, "the file ends after 0 of 96"},
		{"large float", npyOf(npyHead("<f4", "(2, 1, 1)"), []byte{0, 0, 128, 63, 0, 0, 0, 64}), labels, ErrFormat, "image 1: a value of 2"},
		{"between bytes", npyOf(npyHead("<f4", "(2, 1, 1)"), []byte{0, 0, 128, 63, 0, 0, 0, 63}), labels, ErrFormat, "0.5, which is no multiple"},
		{"nothing", idxOf(8, nil, 2, 0, 2), labels, ErrFormat, "nothing in it"},
		{"none", idxOf(8, nil, 0, 2, 2), idxOf(8, nil, 0), ErrFormat, "nothing in it"},
		{"huge", idxOf(8, nil, 2, 60000, 60000), labels, ErrTooLarge, "shape 2×60000×60000"},
		{"wide", idxOf(8, nil, 2, 1, 70000), labels, ErrTooLarge, "dimension 2: 70000"},
		{"overflow", npyOf(npyHead("|u1", "(2, 4294967296, 4294967296)"), nil), labels, ErrTooLarge, "dimension 1"},
		{"number", npyOf(npyHead("|u1", "(99999999999999999999, 1, 1)"), nil), labels, ErrFormat, "shape"},
		{"fortran", npyOf("{'descr': '|u1', 'fortran_order': Maybe, 'shape': (2, 1, 1), }", count(2)), labels, ErrFormat,
			"fortran_order"},
		{"fortran cut", npyOf("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 1, 1), }", count(1)), labels, ErrFormat,
			"ends after 1 of 2"},
		{"no shape", npyOf("{'descr': '|u1', 'fortran_order': False, }", count(2)), labels, ErrFormat, "no shape"},
		{"twice", npyOf("{'descr': '|u1', 'descr': '|u1'}", count(2)), labels, ErrFormat, "descr twice"},
		{"key", npyOf("{'x': '|u1'}", count(2)), labels, ErrFormat, `unknown key "x"`},
		{"struct", npyOf("{'descr': [('a', '|u1')]}", count(2)), labels, ErrFormat, "structures are not read"},
		{"object", npyOf(npyHead("|O", "(2, 1, 1)"), count(2)), labels, ErrFormat, `descr "|O"`},
		{"size 3", npyOf(npyHead("<u3", "(2, 1, 1)"), count(2)), labels, ErrFormat, `descr "<u3"`},
		{"after", npyOf(npyHead("|u1", "(2, 1, 1)")+"x", count(2)), labels, ErrFormat, "after its end"},
		{"open", npyOf("{'descr': '|u1", nil), labels, ErrFormat, "want a string"},
		{"version", []byte("\x93NUMPY\x09\x00\x00\x00"), labels, ErrFormat, "version: 9.0"},
		{"header cut", npyOf(npyHead("|u1", "(2,)"), nil)[:20], labels, ErrFormat, "header"},
		{"header long", []byte("\x93NUMPY\x02\x00\x00\x00\x00\x7f"), labels, ErrTooLarge, "length of the header"},
		{"counts", images, idxOf(8, []byte{0, 1, 2}, 3), ErrFormat, "3 labels for the 2 images of images"},
		{"labels cut", images, labels[:len(labels)-1], ErrFormat, "labels: labels: the file ends after 1 of 2"},
		{"labels more", images, append(slices.Clone(labels), 1), ErrFormat, "labels: there is more"},
		{"labels float", images, npyOf(npyHead("<f4", "(2,)"), []byte{0, 0, 0, 63, 0, 0, 0, 0}), ErrFormat, "label 0: 0.5: labels are whole"},
		{"labels cube", images, idxOf(8, make([]byte, 2), 2, 1, 1), ErrFormat, "2×1×1: labels are N numbers"},
		{"labels two ones", images, idxOf(8, []byte{1, 1, 0, 1}, 2, 2), ErrFormat, "label 0: want a row with a single 1"},
		{"labels no one", images, idxOf(8, []byte{1, 0, 0, 0}, 2, 2), ErrFormat, "label 1: want a row with a single 1"},
		{"negative", images, idxOf(9, []byte{0, 255}, 2), ErrFormat, "label 1: -1: want a class"},
		{"label huge", images, npyOf(npyHead("<u8", "(2,)"), bytes.Repeat([]byte{255}, 16)), ErrFormat, "label 0: -1"},
		{"class huge", images, npyOf(npyHead("<i4", "(2,)"), []byte{0, 0, 0, 1, 0, 0, 0, 0}), ErrFormat,
			"label 0: 16777216"},
		{"no labels", images, nil, fs.ErrNotExist, "labels"},
	} {
		m := fstest.MapFS{}
		if c.images != nil {
			m["images"] = file(c.images)
		}
		if c.labels != nil {
			m["labels"] = file(c.labels)
		}
		s, err := Arrays(m, "images", "labels", Options{})
		if s != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) ||
			!strings.HasPrefix(err.Error(), "dataset: ") {
			t.Errorf("%s: %v: want one of %q with %q", c.name, err, c.want, c.text)
		}
		var known *Error
		if c.want != fs.ErrNotExist && (!errors.As(err, &known) || known.File == "") {
			t.Errorf("%s: %#v: want an *Error with a file", c.name, err)
		}
	}
}

// A header that promises what the file does not have must not cost what it promises.
func TestArraysMemory(t *testing.T) {
	m := fstest.MapFS{"i": file(idxOf(8, count(100), 60000, 200, 300)), "l": file(idxOf(8, make([]byte, 60000), 60000))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Arrays(m, "i", "l", Options{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, ErrFormat) {
		t.Errorf("%v", err)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 64<<20 {
		t.Errorf("%d bytes for a file of 116", spent)
	}
	m["i"].Data = gzipped(m["i"].Data) // else the images stay in the file
	if _, err := Arrays(m, "i", "l", Options{MaxBytes: 1 << 30}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("3.6 GB where 1 GiB is allowed: %v", err)
	}
}

// readN grows what it has: the parts must be in their places.
func TestReadNGrows(t *testing.T) {
	want := make([]byte, 50<<20)
	for i := range want {
		want[i] = byte(i >> 10)
	}
	got, err := readN(bytes.NewReader(want), int64(len(want)), "x", "y")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestVolume(t *testing.T) {
	for _, c := range []struct {
		limit int64
		dims  []int64
		n     int64
		ok    bool
	}{
		{100, []int64{10, 10}, 100, true}, {99, []int64{10, 10}, 0, false}, {10, []int64{0, 1 << 62, 1 << 62}, 0, true},
		{1 << 62, []int64{1 << 40, 1 << 40}, 0, false}, {5, nil, 1, true},
	} {
		if n, ok := volume(c.limit, c.dims...); ok != c.ok || ok && n != c.n {
			t.Errorf("%v within %d: %d, %v", c.dims, c.limit, n, ok)
		}
	}
}
