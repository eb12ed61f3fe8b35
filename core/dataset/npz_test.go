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
