package dataset

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// value is that of a pixel of the images of these tests, in units of 1/255.
func value(n, y, x, c int) int { return (n*101 + y*31 + x*7 + c*50) % 256 }

// arrayOf returns a NumPy file of 2 images of 3×4 pixels in color, in a layout and a type.
func arrayOf(order, descr string, fortran bool) []byte {
	sizes := map[byte]int{'N': 2, 'H': 3, 'W': 4, 'C': 3}
	axes, dims := []byte(order), ""
	for _, a := range axes {
		dims += fmt.Sprintf("%d, ", sizes[a])
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n", descr,
		map[bool]string{true: "True", false: "False"}[fortran], dims)
	if fortran {
		slices.Reverse(axes)
	}
	var b []byte
	var write func(k int, at map[byte]int)
	write = func(k int, at map[byte]int) {
		if k == len(axes) {
			v := value(at['N'], at['H'], at['W'], at['C'])
			switch descr {
			case "|u1":
				b = append(b, uint8(v))
			case "<f4":
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)/255))
			case ">f8":
				b = binary.BigEndian.AppendUint64(b, math.Float64bits(float64(v)/255))
			}
			return
		}
		for i := range sizes[axes[k]] {
			at[axes[k]] = i
			write(k+1, at)
		}
	}
	write(0, map[byte]int{})
	return npyOf(header, b)
}

// All layouts and types of an array are the same images, from a file and packed.
func TestLayouts(t *testing.T) {
	labels := npyOf(npyHead("<i8", "(2, 1)"), []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	for _, order := range []string{"NHWC", "NCHW"} {
		for _, descr := range []string{"|u1", "<f4", ">f8"} {
			for _, fortran := range []bool{false, true} {
				for _, pack := range []func([]byte) []byte{slices.Clone[[]byte], gzipped} {
					name := fmt.Sprint(order, " ", descr, " Fortran ", fortran)
					fsys := fstest.MapFS{"x.npy": file(pack(arrayOf(order, descr, fortran))), "y.npy": file(labels)}
					images, err := Open(fsys, "x.npy,y.npy", Test, Options{})
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					set, err := Load(fsys, "x.npy,y.npy", Test, Options{})
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if images.C != 3 || images.H != 3 || images.W != 4 || !slices.Equal(images.Labels, []int{1, 0}) {
						t.Fatalf("%s: %d×%d×%d, labels %v", name, images.C, images.H, images.W, images.Labels)
					}
					for n := range 2 {
						m, err := images.Read(n, nil)
						if err != nil {
							t.Fatalf("%s: %v", name, err)
						}
						for i := range 3 * 12 {
							c, y, x := i/12, i%12/4, i%4
							want := value(n, y, x, c)
							if got := m.Plane(c)[4*y+x]; math.Abs(float64(got)*255-float64(want)) > 1e-4 || int(set.Image(n)[i]) != want {
								t.Fatalf("%s: image %d, channel %d, row %d, column %d is %v and %d, want %d of 255", name, n, c, y, x, got,
									set.Image(n)[i], want)
							}
						}
					}
				}
			}
		}
	}
}

func TestLabelForms(t *testing.T) {
	for name, labels := range map[string][]byte{
		"one-hot":       npyOf(npyHead("<f4", "(2, 3)"), []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 128, 63, 0, 0, 0, 0, 0, 0, 0, 0}),
		"one-hot bytes": idxOf(8, []byte{0, 0, 1, 1, 0, 0}, 2, 3),
		"one-hot, by columns": npyOf("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n",
			[]byte{0, 1, 0, 0, 1, 0}),
		"float16": npyOf(npyHead("<f2", "(2,)"), []byte{0, 0x40, 0, 0}),
		"column":  npyOf(npyHead("<i2", "(2, 1)"), []byte{2, 0, 0, 0}),
	} {
		s, err := Arrays(fstest.MapFS{"x": file(idxOf(8, count(2), 2, 1, 1)), "y": file(labels)}, "x", "y", Options{})
		if err != nil || !slices.Equal(s.Labels, []int{2, 0}) {
			t.Errorf("%s: %v, %v, want labels 2 and 0", name, s, err)
		}
	}
}

func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float64{0: 0, 0x3c00: 1, 0xc000: -2, 0x0001: math.Ldexp(1, -24), 0x7bff: 65504, 0x7c00: math.Inf(1)} {
		if got := half(bits); got != want {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
	if !math.IsNaN(half(0x7e00)) {
		t.Error("0x7e00 is a number")
	}
}

func npzOf(t testing.TB, files map[string][]byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNPZ(t *testing.T) {
	images, labels := idxOf(8, count(2), 2, 1, 1), idxOf(8, []byte{1, 0}, 2)
	other := idxOf(8, []byte{9, 9, 9}, 3, 1, 1)
	fsys := fstest.MapFS{"set.npz": file(npzOf(t, map[string][]byte{
		"X_test.npy": images, "y_test.npy": labels, "x_train.npy": other, "y_train.npy": idxOf(8, []byte{0, 0, 0}, 3),
	}))}
	for split, n := range map[Split]int{Test: 2, Train: 3} {
		s, err := Load(fsys, "set.npz", split, Options{})
		if err != nil || s.Len() != n || s.Name != "set" {
			t.Errorf("%v: %v, %v, want %d images", split, s, err, n)
		}
	}
	for name, c := range map[string]struct {
		files []byte
		is    error
		text  string
	}{
		"unnamed": {npzOf(t, map[string][]byte{"a.npy": images, "b.npy": labels}), ErrUnknown, "x_test and y_test"},
		"no zip":  {[]byte("PK"), ErrFormat, "archive"},
		"text":    {npzOf(t, map[string][]byte{"x.npy": []byte("text"), "y.npy": labels}), ErrUnknown, "x.npy"},
	} {
		if _, err := Load(fstest.MapFS{"set.npz": file(c.files)}, "set.npz", Test, Options{}); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %v with %q", name, err, c.is, c.text)
		}
	}
}

func FuzzNPZ(f *testing.F) {
	f.Add(npzOf(f, map[string][]byte{"x.npy": arrayOf("NHWC", "<f4", true), "y.npy": npyOf(npyHead("<i8", "(2,)"), make([]byte, 16))}))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(fstest.MapFS{"s.npz": file(b)}, "s.npz", Test, Options{MaxBytes: 1 << 20})
		if err == nil {
			s.Read(0, nil)
		}
	})
}
