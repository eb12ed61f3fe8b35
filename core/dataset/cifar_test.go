package dataset

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ulikunitz/xz"
)

const metaText = "a0\na1\na2\na3\na4\na5\na6\na7\na8\na9\n\n"

// cifarFile is a file of n records; record i has the label (first+i)%10 and pixels that tell first, i and their place.
func cifarFile(first, n int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte((first+i)%10))
		for p := range cifarPixels {
			b = append(b, byte(first+i+p/1024*50+p%7))
		}
	}
	return b
}

func cifarFS() fstest.MapFS {
	m := fstest.MapFS{"batches.meta.txt": {Data: []byte(metaText)}, "readme.html": {Data: []byte("x")}}
	for i, f := range cifar10.files[Train] {
		m[f] = &fstest.MapFile{Data: cifarFile(10*i, 2+i)}
	}
	m["test_batch.bin"] = &fstest.MapFile{Data: cifarFile(77, 4)}
	return m
}

// checkCIFAR wants the first n images of a split of cifarFS.
func checkCIFAR(t *testing.T, s *Set, split Split, n int) {
	t.Helper()
	if s.Name != "cifar10-"+split.String() || s.C != 3 || s.H != 32 || s.W != 32 || s.Len() != n ||
		len(s.Pix) != n*3072 {
		t.Fatalf("%s, %d×%d×%d, %d labels, %d pixels", s.Name, s.C, s.H, s.W, s.Len(), len(s.Pix))
	}
	var want []byte
	for _, f := range cifar10.files[split] {
		want = append(want, cifarFS()[f].Data...)
	}
	for i := range n {
		if r := want[i*3073:]; s.Labels[i] != int(r[0]) || !bytes.Equal(s.Image(i), r[1:3073]) {
			t.Fatalf("image %d of %v is not the one of the files", i, split)
		}
	}
}

func TestCIFAR10Folder(t *testing.T) {
	for _, c := range []struct {
		split    Split
		limit, n int
	}{{Test, 0, 4}, {Test, 3, 3}, {Test, 9, 4}, {Train, 0, 20}, {Train, 2, 2}, {Train, 6, 6}} {
		s, err := CIFAR10(cifarFS(), c.split, Options{Limit: c.limit})
		if err != nil {
			t.Fatal(err)
		}
		checkCIFAR(t, s, c.split, c.n)
		if s.Classes[0] != "a0" || len(s.Classes) != 10 {
			t.Errorf("classes %q", s.Classes)
		}
	}
	bare := cifarFS()
	delete(bare, cifar10.labels[0].file)
	s, err := CIFAR10(bare, Test, Options{})
	if err != nil || s.Classes[3] != "cat" {
		t.Errorf("without %s: %v", cifar10.labels[0].file, err)
	}
	// The first files are enough if they have enough images.
	delete(bare, "data_batch_2.bin")
	if s, err = CIFAR10(bare, Train, Options{Limit: 2}); err != nil || s.Len() != 2 {
		t.Errorf("2 images of the first file: %v", err)
	}
}

func TestCIFAR10Broken(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(m fstest.MapFS)
		o      Options
		want   error
		text   string
	}{
		{"missing", func(m fstest.MapFS) { delete(m, "data_batch_3.bin") }, Options{}, fs.ErrNotExist,
			"data_batch_3.bin"},
		{"short", func(m fstest.MapFS) {
			m["data_batch_2.bin"].Data = m["data_batch_2.bin"].Data[:3073+100]
		}, Options{}, ErrFormat, "data_batch_2.bin: image 1: ends after 99 of 3072"},
		{"label", func(m fstest.MapFS) { m["data_batch_5.bin"].Data[3073] = 10 }, Options{}, ErrFormat,
			"data_batch_5.bin: label of image 1: 10: want 0 to 9"},
		{"names", func(m fstest.MapFS) { m[cifar10.labels[0].file].Data = []byte("cat\ndog\n") }, Options{}, ErrFormat,
			"batches.meta.txt: 2 names of classes: want 10"},
		{"large", func(fstest.MapFS) {}, Options{MaxBytes: 3 * 3072}, ErrTooLarge, "more than 9216 bytes"},
		{"empty", func(m fstest.MapFS) {
			for _, f := range cifar10.files[Train] {
				m[f].Data = nil
			}
		}, Options{}, ErrFormat, "no image"},
	} {
		m := cifarFS()
		c.change(m)
		_, folder := CIFAR10(m, Train, c.o)
		_, archive := CIFARArchive(bytes.NewReader(tarOf(t, m, slices.Sorted(keys(m)))), "a.tar", Train, c.o)
		for _, err := range []error{folder, archive} {
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) ||
				!strings.HasPrefix(err.Error(), "dataset: ") {
				t.Errorf("%s: %v: want one of %v with %q", c.name, err, c.want, c.text)
			}
		}
	}
}

func keys(m fstest.MapFS) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// tarOf puts files of m into an archive, in an order.
func tarOf(t testing.TB, m fstest.MapFS, order []string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.WriteHeader(&tar.Header{Name: "cifar-10-batches-bin/", Typeflag: tar.TypeDir, Mode: 0o755}))
	for _, name := range order {
		f := m[name]
		check(w.WriteHeader(&tar.Header{Name: "cifar-10-batches-bin/" + name, Mode: 0o644, Size: int64(len(f.Data))}))
		_, err := w.Write(f.Data)
		check(err)
	}
	check(w.Close())
	return b.Bytes()
}

func gzipped(b []byte) []byte {
	var p bytes.Buffer
	w := gzip.NewWriter(&p)
	w.Write(b)
	w.Close()
	return p.Bytes()
}

func xzed(t testing.TB, b []byte) []byte {
	var p bytes.Buffer
	w, err := xz.NewWriter(&p)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(b)
	w.Close()
	return p.Bytes()
}

func TestCIFARArchive(t *testing.T) {
	m := cifarFS()
	for _, order := range [][]string{
		{cifar10.labels[0].file, "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
			"test_batch.bin"},
		{"data_batch_4.bin", "data_batch_5.bin", "readme.html", "data_batch_2.bin", "test_batch.bin", cifar10.labels[0].file,
			"data_batch_1.bin", "data_batch_3.bin"},
	} {
		plain := tarOf(t, m, order)
		for kind, b := range map[string][]byte{"tar": plain, "gzip": gzipped(plain), "xz": xzed(t, plain)} {
			for _, c := range []struct {
				split    Split
				limit, n int
			}{{Test, 0, 4}, {Test, 2, 2}, {Train, 0, 20}, {Train, 6, 6}} {
				s, err := CIFARArchive(bytes.NewReader(b), "x", c.split, Options{Limit: c.limit})
				if err != nil {
					t.Fatalf("%s, %v: %v", kind, c.split, err)
				}
				checkCIFAR(t, s, c.split, c.n)
			}
			for _, n := range []int{0, 5, 600, len(b) / 2} {
				_, err := CIFARArchive(bytes.NewReader(b[:n]), "x", Train, Options{})
				if !errors.Is(err, ErrFormat) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrUnknown) {
					t.Errorf("%s of %d bytes: %v", kind, n, err)
				}
			}
		}
	}
	_, err := CIFARArchive(bytes.NewReader(tarOf(t, m, []string{"test_batch.bin", "data_batch_1.bin"})), "x", Train,
		Options{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "x: data_batch_2.bin") {
		t.Errorf("files missing: %v", err)
	}
	twice := tarOf(t, m, []string{"data_batch_1.bin", "data_batch_1.bin"})
	if _, err := CIFARArchive(bytes.NewReader(twice), "x", Train, Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("a file twice: %v", err)
	}
}

// Nothing is read after what is needed: unpacking is what takes the time.
func TestCIFAR10ArchiveStops(t *testing.T) {
	m := cifarFS()
	m["filler"] = file(make([]byte, 1<<20))
	b := tarOf(t, m, []string{"test_batch.bin", "filler", "data_batch_1.bin"})
	broken := errors.New("read too far")
	// Readers ahead have buffers of 64 KiB, less than what is left of the filler.
	r := io.MultiReader(bytes.NewReader(b[:1<<19]), failing{broken})
	s, err := CIFARArchive(r, "x", Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkCIFAR(t, s, Test, 4)
	// A failure of the reader below comes through as what it is.
	_, err = CIFARArchive(io.MultiReader(bytes.NewReader(b[:5000]), failing{broken}), "x", Test, Options{})
	if !errors.Is(err, broken) || errors.Is(err, ErrFormat) {
		t.Errorf("%v, want the reader's error", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestUnpackedLimit(t *testing.T) {
	c := &capped{bytes.NewReader(make([]byte, 100)), 99, "x"}
	if _, err := io.ReadAll(c); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

// cifar100File is a file of n records; record i has the coarse label (first+i)%20 and the fine one (first+7*i)%100.
func cifar100File(first, n int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte((first+i)%20), byte((first+7*i)%100))
		b = append(b, bytes.Repeat([]byte{byte(first + i)}, cifarPixels)...)
	}
	return b
}

// TestCIFAR100 reads it from a folder, a folder around that, and archives, with fine and with coarse labels.
func TestCIFAR100(t *testing.T) {
	fine, coarse := cifar100.labels[1].names, cifar100.labels[0].names
	if len(fine) != 100 || len(coarse) != 20 || !slices.IsSorted(fine) || !slices.IsSorted(coarse) {
		t.Fatalf("%d fine and %d coarse names, or out of order", len(fine), len(coarse))
	}
	m := fstest.MapFS{"train.bin": file(cifar100File(90, 3)), "test.bin": file(cifar100File(3, 2)),
		"fine_label_names.txt": file([]byte(strings.ToUpper(strings.Join(fine, "\n"))))}
	plain := tarOf(t, m, []string{"train.bin", "fine_label_names.txt", "test.bin"})
	late := tarOf(t, m, []string{"fine_label_names.txt", "test.bin", "train.bin"})
	fsys := join(under("f", m), under("parent/cifar-100-binary", m),
		fstest.MapFS{"c.tar.gz": file(gzipped(plain)), "late.tar": file(late), "bare/test.bin": m["test.bin"]})
	for _, name := range []string{"f", "parent", "c.tar.gz", "late.tar", "bare"} {
		s, err := Load(fsys, name, Test, Options{})
		if err != nil || s.Name != "cifar100-test" || !slices.Equal(s.Labels, []int{3, 10}) || len(s.Classes) != 100 || s.Image(1)[5] != 4 {
			t.Errorf("%s: %v, %v", name, s, err)
		} else if upper := s.Classes[3] == "BEAR"; upper == (name == "bare") {
			t.Errorf("%s: class 3 is %s", name, s.Classes[3])
		}
		s, err = Load(fsys, name, Test, Options{Coarse: true, Limit: 1})
		if err != nil || s.Name != "cifar100-coarse-test" || !slices.Equal(s.Labels, []int{3}) || s.Classes[3] != "food_containers" {
			t.Errorf("%s, coarse: %v, %v", name, s, err)
		}
	}
	if s, err := CIFAR100(m, Train, Options{}); err != nil || !slices.Equal(s.Labels, []int{90, 97, 4}) {
		t.Errorf("to train on: %v, %v", s, err)
	}
	for label, text := range map[int]string{0: "label of image 1: 20: want 0 to 19", 1: "label of image 1: 100: want 0 to 99"} {
		b := cifar100File(0, 2)
		b[cifarPixels+2+label] = byte(20 + 80*label)
		if _, err := CIFAR100(fstest.MapFS{"test.bin": file(b)}, Test, Options{}); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), text) {
			t.Errorf("%v, want %q", err, text)
		}
	}
	for _, o := range []Options{{Coarse: true}, {Severity: 2}} {
		if _, err := CIFAR10(cifarFS(), Test, o); err == nil {
			t.Errorf("CIFAR-10 with %+v: want an error", o)
		}
	}
}

// TestArchiveNames has names with backslashes, as some programs of Windows write them.
func TestArchiveNames(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	data := cifarFile(77, 4)
	w.WriteHeader(&tar.Header{Name: `cifar-10-batches-bin\test_batch.bin`, Mode: 0o644, Size: int64(len(data))})
	w.Write(data)
	w.Close()
	s, err := CIFARArchive(bytes.NewReader(b.Bytes()), "x", Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkCIFAR(t, s, Test, 4)
}

// TestCIFARBomb has a file of zeros without an end.
func TestCIFARBomb(t *testing.T) {
	c, err := newCIFAR(cifar10, Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		t.Skip("reads 150 MB")
	}
	if err := c.read(0, "test_batch.bin", zeros{}); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "50000 images") {
		t.Errorf("%v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
