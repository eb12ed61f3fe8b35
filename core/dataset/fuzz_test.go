package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ulikunitz/xz"
)

// The targets are one for each format. Their seeds are small, and nothing is unpacked, which would take most of the time:
// what packs is fuzzed by itself (FuzzXZ) or by Go's own tests (gzip, zip).

func FuzzCIFARArchive(f *testing.F) {
	m := cifarFS()
	for name, b := range map[string][]byte{"test_batch.bin": cifarFile(77, 1), "test.bin": cifar100File(3, 1)} {
		m[name] = file(b)
		for _, order := range [][]string{{name}, {cifar10.labels[0].file, name}, {"data_batch_5.bin", name}} {
			f.Add(tarOf(f, m, order))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, gzipMagic) || bytes.HasPrefix(b, xzMagic) {
			return // FuzzXZ and Go's own tests look for what unpacking can do
		}
		s, err := CIFARArchive(bytes.NewReader(b), "x", Test, Options{MaxBytes: 1 << 20})
		checkFuzzed(t, s, err)
	})
}

func FuzzXZ(f *testing.F) {
	plain := mixture(3000)
	for _, block := range []int64{0, 1000} {
		var b bytes.Buffer
		w, err := xz.WriterConfig{BlockSize: block, DictCap: 1 << 16}.NewWriter(&b)
		if err != nil {
			f.Fatal(err)
		}
		w.Write(plain)
		w.Close()
		f.Add(b.Bytes())
		f.Add(slices.Concat(b.Bytes(), make([]byte, 4), b.Bytes()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g := &xzGuard{r: bufio.NewReader(bytes.NewReader(b)), name: "x.xz"}
		g.step = g.streamHeader
		got, err := io.ReadAll(g)
		if !bytes.HasPrefix(b, got) || err == nil && len(got) != len(b) {
			t.Errorf("%d bytes of %d passed on, %v", len(got), len(b), err)
		}
	})
}

func FuzzNPY(f *testing.F) {
	for _, order := range []string{"NHWC", "NCHW"} {
		for _, descr := range []string{"|u1", "<f4", ">f8"} {
			f.Add(arrayOf(order, descr, order == "NCHW"), uint8(0))
		}
	}
	x, _ := stacked()
	f.Add(x, uint8(2))
	f.Add(npyOf("{\"shape\": (2L, 1, 1), 'fortran_order': False, 'descr': '=u1'}", count(2)), uint8(0))
	f.Fuzz(fuzzImages)
}

func FuzzIDX(f *testing.F) {
	f.Add(idxOf(8, count(8), 2, 2, 2), uint8(0))
	f.Add(idxOf(8, count(5), 5, 1, 1), uint8(3))
	f.Add(idxOf(0x0d, make([]byte, 24), 2, 1, 1, 3), uint8(0))
	f.Fuzz(fuzzImages)
}

// fuzzImages reads an array of images with as many labels as it has.
func fuzzImages(t *testing.T, b []byte, severity uint8) {
	a, err := readHeader(bytes.NewReader(b), "x")
	if err != nil || len(a.dims) == 0 || a.packed {
		return
	}
	labels := idxOf(8, make([]byte, min(a.dims[0], 1<<12)), int(min(a.dims[0], 1<<12)))
	s, err := Arrays(fstest.MapFS{"x": file(b), "y": file(labels)}, "x", "y", Options{MaxBytes: 1 << 20, Severity: int(severity % 6)})
	checkFuzzed(t, s, err)
}

// FuzzLabels reads an array of labels for two images.
func FuzzLabels(f *testing.F) {
	f.Add(npyOf(npyHead("<i8", "(2,)"), make([]byte, 16)))
	f.Add(npyOf(npyHead("<f4", "(2, 1)"), make([]byte, 8)))
	f.Add(npyOf(npyHead("|u1", "(2, 3)"), []byte{1, 0, 0, 0, 0, 1}))
	f.Add(idxOf(0x0c, make([]byte, 8), 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, gzipMagic) || bytes.HasPrefix(b, xzMagic) {
			return
		}
		s, err := Arrays(fstest.MapFS{"x": file(idxOf(8, count(2), 2, 1, 1)), "y": file(b)}, "x", "y", Options{MaxBytes: 1 << 20})
		checkFuzzed(t, s, err)
	})
}

func FuzzNPZ(f *testing.F) {
	labels := npyOf(npyHead("<i8", "(2,)"), make([]byte, 16))
	f.Add(npzOf(f, map[string][]byte{"x.npy": arrayOf("NHWC", "<f4", true), "y.npy": labels}))
	f.Add(npzOf(f, map[string][]byte{"test_images.npy": idxOf(8, count(2), 2, 1, 1), "test_labels.npy": labels}))
	f.Add(npzOf(f, map[string][]byte{"arr_0.npy": idxOf(8, count(2), 2, 1, 1)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(fstest.MapFS{"s.npz": file(b)}, "s.npz", Test, Options{MaxBytes: 1 << 20})
		if err == nil {
			s.Read(0, nil)
		}
		Open(fstest.MapFS{"s.npz": file(b), "y": file(labels)}, "s.npz,y", Test, Options{MaxBytes: 1 << 20})
	})
}

// FuzzFolder opens folders of any names.
func FuzzFolder(f *testing.F) {
	f.Add("train/a/1.png\nval/a/2.png\ntest/3.png", "val_0.png\ta\n", uint8(0))
	f.Add("val/images/1.png\nval/val_annotations.txt", "1.png\ta\n", uint8(0))
	f.Add("1/1.png\n10/1.png\n2/x/1.jfif\n2/notes", "", uint8(0))
	f.Add("fog/1/a/1.png\nfog/1/b/1.png\nfog/2/a/1.png\nfog/2/b/1.png", "", uint8(1))
	f.Add("1/a/1.png\n1/b/1.png\n2/a/1.png\n2/b/1.png", "", uint8(2))
	f.Add("cifar-100-python/test\nraw/t10k-images-idx3-ubyte\nx_test.npy\ny_test.npy\nlabels.npy", "", uint8(0))
	f.Fuzz(func(t *testing.T, names, annotations string, severity uint8) {
		m := fstest.MapFS{}
		for n := range strings.SplitSeq(names, "\n") {
			m[n] = file([]byte(annotations))
		}
		for _, split := range []Split{Train, Test} {
			s, err := Open(m, ".", split, Options{Severity: int(severity % 6)})
			if err != nil || s.H != 0 { // or not a folder of images
				continue
			}
			for i, l := range s.Labels {
				if l < 0 || l >= len(s.Classes) || s.File(i) == "" {
					t.Fatalf("image %d, %s, has label %d of %d classes", i, s.File(i), l, len(s.Classes))
				}
			}
		}
	})
}

// checkFuzzed wants a sound set or an error of this package.
func checkFuzzed(t *testing.T, s *Set, err error) {
	if err != nil {
		var known *Error
		if s != nil || !errors.As(err, &known) || err.Error() == "" {
			t.Fatalf("%v with the error %#v", s, err)
		}
		return
	}
	if s.Len() == 0 || len(s.Pix) != s.Len()*s.Size() || s.Size() == 0 {
		t.Fatalf("%d labels, %d pixels of %d×%d×%d", s.Len(), len(s.Pix), s.C, s.H, s.W)
	}
	for _, l := range s.Labels {
		if l < 0 || l > maxClass {
			t.Fatalf("label %d", l)
		}
	}
}
