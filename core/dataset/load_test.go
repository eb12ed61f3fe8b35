package dataset

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// under puts the files of m into a folder.
func under(dir string, m fstest.MapFS) fstest.MapFS {
	to := fstest.MapFS{}
	for name, f := range m {
		to[path.Join(dir, name)] = f
	}
	return to
}

func join(all ...fstest.MapFS) fstest.MapFS {
	to := fstest.MapFS{}
	for _, m := range all {
		maps.Copy(to, m)
	}
	return to
}

func TestLoad(t *testing.T) {
	cifar := cifarFS()
	archive := tarOf(t, cifar, slices.Sorted(keys(cifar)))
	set := func(n int, first byte) []byte { return idxOf(8, append([]byte{first}, make([]byte, n-1)...), n) }
	mnist := fstest.MapFS{
		"train-images-idx3-ubyte":    file(idxOf(8, count(3), 3, 1, 1)),
		"train-images-idx3-ubyte.gz": file(nil), // the one that is not packed is read
		"train-labels-idx1-ubyte.gz": file(gzipped(set(3, 5))),
		"t10k-images-idx3-ubyte.gz":  file(gzipped(idxOf(8, count(2), 2, 1, 1))),
		"t10k-labels.idx1-ubyte":     file(set(2, 6)),
		"readme":                     file(nil),
	}
	dog := fstest.MapFS{"x.png": pngOf(t, 2, 2, gray(9), gray(9))}
	splits := join(under("train", imageFS(t)), under("val/cat", dog))
	m := join(under("cifar", cifar), under("parent/cifar-10-batches-bin", cifar), under("mnist", mnist),
		under("images", imageFS(t)), under("splits", splits),
		fstest.MapFS{"c.tar": file(archive), "c.tgz": file(gzipped(archive)), "c.tar.xz": file(xzed(t, archive)),
			"a,b/x/y.png": pngOf(t, 2, 2, gray(9), gray(9))})
	for _, c := range []struct {
		name     string
		split    Split
		set      string
		n, label int // of the first image
		channels int
	}{
		{"cifar", Test, "cifar10-test", 4, 7, 3},
		{"cifar", Train, "cifar10-train", 20, 0, 3},
		{"parent", Test, "cifar10-test", 4, 7, 3},
		{"c.tar", Test, "cifar10-test", 4, 7, 3},
		{"c.tgz", Train, "cifar10-train", 20, 0, 3},
		{"c.tar.xz", Test, "cifar10-test", 4, 7, 3},
		{"mnist", Train, "train-images-idx3-ubyte", 3, 5, 1},
		{"mnist", Test, "t10k-images-idx3-ubyte", 2, 6, 1},
		{"mnist/train-images-idx3-ubyte,mnist/train-labels-idx1-ubyte.gz", Test, "train-images-idx3-ubyte", 3, 5, 1},
		{"images", Test, "images", 4, 0, 3},
		{"images", Train, "images", 4, 0, 3},
		{"splits", Train, "splits-train", 4, 0, 3},
		{"splits", Test, "splits-test", 1, 1, 3}, // the number that cat has in train,
		{"a,b", Test, "a,b", 1, 0, 3},            // the folder of that name, not two files
	} {
		s, err := Load(m, c.name, c.split, Options{})
		if err != nil {
			t.Errorf("%s, %v: %v", c.name, c.split, err)
			continue
		}
		if s.Name != c.set || s.Len() != c.n || s.Labels[0] != c.label || s.C != c.channels {
			t.Errorf("%s, %v: %s, %d images, first of class %d, %d channels: want %+v",
				c.name, c.split, s.Name, s.Len(), s.Labels[0], s.C, c)
		}
		if s, err = Load(m, c.name, c.split, Options{Limit: 1}); err != nil || s.Len() != 1 {
			t.Errorf("%s, %v, limit 1: %v", c.name, c.split, err)
		}
	}
}

func TestLoadUnknown(t *testing.T) {
	array := idxOf(8, count(3), 3, 1, 1)
	m := fstest.MapFS{
		"empty/readme":                        file([]byte("x")),
		"text":                                file([]byte("not an archive")),
		"text.gz":                             file(gzipped([]byte("not an archive"))),
		"broken.gz":                           file([]byte("\x1f\x8bxx")),
		"array":                               file(array),
		"half/t10k-images-idx3-ubyte":         file(array),
		"emnist/a-train-images-idx3-ubyte":    file(array),
		"emnist/b-train-images-idx3-ubyte":    file(array),
		"splits/train/cat/notes":              file(nil),
		"only/data_batch_1.bin":               file(cifarFile(0, 1)),
		"nested/cifar-10-batches-bin/nothing": file(nil),
	}
	for _, c := range []struct {
		name string
		want error
		text string
	}{
		{"nowhere", fs.ErrNotExist, "nowhere"},
		{"nowhere,else", fs.ErrNotExist, "else"},
		{"empty", ErrUnknown, "data_batch_1.bin"},
		{"text", ErrUnknown, "not a tar archive"},
		{"text.gz", ErrUnknown, "not a tar archive"},
		{"broken.gz", ErrFormat, "broken.gz: gzip header"},
		{"array", ErrUnknown, "images.npy,labels.npy"},
		{"half", fs.ErrNotExist, "test labels"},
		{"emnist", ErrUnknown, "several sets"},
		{"splits", ErrUnknown, "sub-folder"},
		{"only", fs.ErrNotExist, "only/test_batch.bin: has the images to test on"},
		{"nested", ErrUnknown, "nested"},
	} {
		s, err := Load(m, c.name, Test, Options{})
		if s != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) ||
			!strings.HasPrefix(err.Error(), "dataset: ") {
			t.Errorf("%s: %v: want one of %v with %q", c.name, err, c.want, c.text)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, s := range []Split{Test, Train} {
		if got, err := ParseSplit(s.String()); err != nil || got != s {
			t.Errorf("%v: %v, %v", s, got, err)
		}
	}
	if _, err := ParseSplit("Train "); err == nil {
		t.Error("want an error")
	}
}

func TestSet(t *testing.T) {
	s := &Set{C: 1, H: 1, W: 2, Labels: []int{4, 5, 6}, Pix: []uint8{0, 51, 102, 153, 204, 255}}
	m, err := s.Images().Read(1, nil)
	if err != nil || !slices.Equal(m.Plane(2), []float32{0.4, 0.6}) {
		t.Errorf("image 1: %v, %v", m, err)
	}
	l := s.Limit(2)
	if l.Len() != 2 || !slices.Equal(l.Image(1), []uint8{102, 153}) || len(l.Pix) != 4 || s.Len() != 3 {
		t.Errorf("limit 2: %+v", l)
	}
	if s.Limit(0) != s || s.Limit(3) != s {
		t.Error("a limit that is none")
	}
}
