package dataset

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

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
		if err != nil || s.Len() != n || s.Name != "set-"+split.String() {
			t.Errorf("%v: %v, %v, want %d images", split, s, err, n)
		}
	}
	only := fstest.MapFS{"set.npz": file(npzOf(t, map[string][]byte{"x_train.npy": images, "y_train.npy": labels}))}
	if s, err := Open(only, "set.npz", Test, Options{}); err != nil || s.Name != "set-train" || len(s.Notes) != 1 {
		t.Errorf("a file without images to test on: %+v, %v, want those to train on and a note", s, err)
	}
	for name, c := range map[string]struct {
		files []byte
		is    error
		text  string
	}{
		"unnamed": {npzOf(t, map[string][]byte{"a.npy": images, "b.npy": labels}), ErrUnknown, "x_test and y_test"},
		"no zip":  {[]byte("PK"), ErrFormat, "archive"},
		"a header that promises more": {npzOf(t, map[string][]byte{"x.npy": npyOf(npyHead("|u1", "(1099511627776, 28, 28)"), nil),
			"y.npy": npyOf(npyHead("|u1", "(2,)"), []byte{0, 1})}), ErrFormat, "x.npy: elements: the file ends after 0 of"},
		"more than a header says": {npzOf(t, map[string][]byte{"x.npy": npyOf(npyHead("|u1", "(1, 1, 1)"), make([]byte, 1<<20)),
			"y.npy": npyOf(npyHead("|u1", "(1,)"), []byte{0})}), ErrFormat, "more in it than its header says"},
		"text": {npzOf(t, map[string][]byte{"x.npy": []byte("text"), "y.npy": labels}), ErrUnknown, "x.npy"},
	} {
		if _, err := Load(fstest.MapFS{"set.npz": file(c.files)}, "set.npz", Test, Options{}); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %v with %q", name, err, c.is, c.text)
		}
	}
}

// TestMedMNIST has the names of MedMNIST, labels as a column, gray and in color, and of several classes at a time.
func TestMedMNIST(t *testing.T) {
	labels := npyOf(npyHead("|u1", "(2, 1)"), []byte{1, 0})
	for _, shape := range []string{"(2, 3, 3)", "(2, 3, 3, 3)"} {
		pixels := count(18)
		if strings.Count(shape, "3") == 3 {
			pixels = count(54)
		}
		images := npyOf(npyHead("|u1", shape), pixels)
		files := map[string][]byte{"train_images.npy": images, "train_labels.npy": labels, "val_images.npy": images, "val_labels.npy": labels}
		s, err := Open(fstest.MapFS{"m.npz": file(npzOf(t, files))}, "m.npz", Test, Options{})
		if err != nil || s.Name != "m-val" || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "val_images") {
			t.Errorf("%s: images to validate with for those to test on: %+v, %v", shape, s, err)
		}
		files["test_images.npy"], files["test_labels.npy"] = images, labels
		if s, err = Open(fstest.MapFS{"m.npz": file(npzOf(t, files))}, "m.npz", Test, Options{}); err != nil || s.Name != "m-test" || s.Len() != 2 || len(s.Notes) != 0 {
			t.Errorf("%s: %+v, %v", shape, s, err)
		}
		files["test_labels.npy"] = npyOf(npyHead("|u1", "(2, 3)"), []byte{0, 1, 0, 1, 0, 1})
		_, err = Open(fstest.MapFS{"m.npz": file(npzOf(t, files))}, "m.npz", Test, Options{})
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "m.npz, test_labels.npy: label 1: ") || !strings.Contains(err.Error(), "several classes") {
			t.Errorf("labels of several classes: %v", err)
		}
	}
}

// TestArrayFolders has the layouts of MNIST-C, CIFAR-10-C, KMNIST, EMNIST and torchvision's MNIST.
func TestArrayFolders(t *testing.T) {
	x, y := npyOf(npyHead("|u1", "(2L, 1L, 1L, 1L)"), []byte{5, 6}), npyOf(npyHead("<i8", "(2,)"), []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	only := func(b []byte) *fstest.MapFile { return file(npzOf(t, map[string][]byte{"arr_0.npy": b})) }
	idx, one := idxOf(8, []byte{5, 6}, 2, 1, 1), idxOf(8, []byte{1, 0}, 2)
	fsys := fstest.MapFS{
		"mnist_c/fog/test_images.npy": file(x), "mnist_c/fog/test_labels.npy": file(y), "mnist_c/fog/train_images.npy": file(nil),
		"CIFAR-10-C/fog.npy": file(x), "CIFAR-10-C/labels.npy": file(y), "CIFAR-10-C/snow.npy": file(x), "CIFAR-10-C/README.txt": file(nil),
		"kmnist-test-imgs.npz": only(x), "kmnist-test-labels.npz": only(y),
		"e/emnist-letters-test-images-idx3-ubyte.gz": file(gzipped(idx)), "e/emnist-letters-test-labels-idx1-ubyte.gz": file(gzipped(one)),
		"e/emnist-letters-mapping.txt":     file(nil),
		"MNIST/raw/t10k-images-idx3-ubyte": file(idx), "MNIST/raw/t10k-labels-idx1-ubyte": file(one), "MNIST/raw/t10k-images-idx3-ubyte.gz": file(nil),
		"windows.npz":     file(npzOf(t, map[string][]byte{`arrays\x_test.npy`: x, `arrays\y_test.npy`: y})),
		"packed/x.npy.gz": file(gzipped(x)), "packed/y.npy.xz": file(xzed(t, y)),
	}
	for name, want := range map[string]string{
		"mnist_c/fog": "fog-test", "CIFAR-10-C/fog.npy": "fog", "kmnist-test-imgs.npz,kmnist-test-labels.npz": "kmnist-test-imgs",
		"e": "emnist-letters-test-images-idx3-ubyte", "MNIST": "t10k-images-idx3-ubyte", "windows.npz": "windows-test", "packed": "packed",
	} {
		s, err := Load(fsys, name, Test, Options{})
		if err != nil || s.Name != want || s.Labels[0] != 1 || s.Pix[1] != 6 {
			t.Errorf("%s: %+v, %v, want %s", name, s, err, want)
		}
	}
	// Arrays of something else do not hide the images.
	strays := join(folders(t, "i/train/a/1.png", "i/test/a/2.png"), fstest.MapFS{"i/mean.npy": file(x), "e/mean.npy": file(x)}, fsys)
	for name, want := range map[string]string{"i": "i-test", "e": "emnist-letters-test-images-idx3-ubyte"} {
		if s, err := Open(strays, name, Test, Options{}); err != nil || s.Name != want {
			t.Errorf("%s with an array beside its images: %+v, %v, want %s", name, s, err, want)
		}
	}
	if s, err := Open(fsys, "CIFAR-10-C/fog.npy", Test, Options{}); err != nil || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "labels.npy") {
		t.Errorf("an array with labels beside it: %+v, %v", s, err)
	}
	fsys["twice.npz"] = file(npzOf(t, map[string][]byte{"x.npy": x, "X.npy": x, "y.npy": y}))
	fsys["many.npz"] = file(npzOf(t, map[string][]byte{"a.npy": x, "b.npy": y}))
	for name, text := range map[string]string{
		"mnist_c": "sub-folders hold NumPy arrays: name one of them", "CIFAR-10-C": "the arrays fog, snow and their labels: name one of them, as in CIFAR-10-C/fog.npy", "twice.npz": "second array",
		"many.npz,CIFAR-10-C/labels.npy": "has 2 arrays", "CIFAR-10-C/labels.npy": "one array is not a set",
	} {
		if _, err := Open(fsys, name, Test, Options{}); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v, want %q", name, err, text)
		}
	}
}
