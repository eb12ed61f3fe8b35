package dataset

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"steady/core/img"
)

func TestSkipDamaged(t *testing.T) {
	m := folders(t, "a/1.png", "a/2.png", "a/3.png", "b/1.png", "b/2.png")
	whole := m["a/1.png"].Data
	m["a/1.png"] = file(whole[:len(whole)/2])
	m["b/2.png"] = file(nil)
	m["b/3.jpg"] = file([]byte("not an image"))
	for _, c := range []struct {
		limit    int
		contents string
		skipped  string
	}{
		{0, "a/2.png=0 a/3.png=0 b/1.png=1", "a/1.png b/2.png b/3.jpg"},
		{1, "b/1.png=1", "a/1.png"},
		{2, "b/1.png=1 a/2.png=0", "a/1.png"},
		{9, "b/1.png=1 a/2.png=0 a/3.png=0", "a/1.png b/2.png b/3.jpg"},
	} {
		s, err := Open(m, ".", Test, Options{SkipDamaged: true, Limit: c.limit})
		if err != nil {
			t.Fatal(err)
		}
		var skipped []string
		for _, d := range s.Skipped {
			skipped = append(skipped, d.File)
			if !errors.Is(d.Reason, ErrFormat) || !strings.Contains(d.Reason.Error(), d.File) {
				t.Errorf("%s: %v", d.File, d.Reason)
			}
		}
		want := strings.Fields(c.contents)
		for _, w := range want {
			if !strings.Contains(contents(s), w) {
				t.Errorf("limit %d: %s, want %s", c.limit, contents(s), c.contents)
			}
		}
		if s.Len() != len(want) || len(skipped) != len(strings.Fields(c.skipped)) {
			t.Errorf("limit %d: %s without %q, want %s without %s", c.limit, contents(s), skipped, c.contents, c.skipped)
		}
		for i := range s.Len() {
			if _, err := s.Read(i, nil); err != nil {
				t.Errorf("limit %d: %v", c.limit, err)
			}
		}
		if n := strings.Join(s.Notes, "\n"); !strings.Contains(n, "damaged images: a/1.png") {
			t.Errorf("notes %q", n)
		}
	}
	if s, err := Load(m, ".", Test, Options{}); s != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), ".png") {
		t.Errorf("without leaving them out: %v, %v, want an error with the name of one", s, err)
	}
	all := fstest.MapFS{"a/1.png": file(nil), "b/1.png": file(nil)}
	if _, err := Open(all, ".", Test, Options{SkipDamaged: true}); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "all of its 2 images") {
		t.Errorf("all damaged: %v", err)
	}
	// What is no fault of the image is an error all the same.
	if _, err := Open(unreadable{m}, ".", Test, Options{SkipDamaged: true}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be read: %v", err)
	}
}

// unreadable is a file system with a file that may not be read.
type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "a/2.png" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

// TestMaxPixels raises the limit of an image's size, and lowers it.
func TestMaxPixels(t *testing.T) {
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, img.DefaultMaxPixels/5000+1, 5000))); err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{"a/1.png": file(large.Bytes()), "b/1.png": pngOf(t, 4, 4, gray(1), gray(2))}
	for _, limit := range []int{0, img.DefaultMaxPixels} {
		if _, err := Load(m, ".", Test, Options{MaxPixels: limit, Width: 2, Height: 2}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("limit %d: %v, want %v", limit, err, ErrTooLarge)
		}
	}
	if _, err := Open(m, ".", Test, Options{SkipDamaged: true}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("skipping damaged ones: %v, want %v", err, ErrTooLarge)
	}
	if _, err := Load(m, ".", Test, Options{MaxPixels: 15, Width: 2, Height: 2}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("an image of 16 pixels where 15 are allowed: %v", err)
	}
	// Every reading of the large image takes a second: once to look for damaged ones, and once of a selection.
	s, err := Open(m, ".", Test, Options{MaxPixels: img.DefaultMaxPixels + 5000, SkipDamaged: true})
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Select([]int{1, 0}).Set(Options{Width: 2, Height: 2})
	if err != nil || all.Len() != 2 || all.Image(1)[0] != 0 {
		t.Errorf("raised by a column: %v, %v", all, err)
	}
}

// TestWarn is told of a file that lacks its end, once.
func TestWarn(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{"a/1.jpg": file(b.Bytes()[:b.Len()-2]), "b/1.jpg": file(b.Bytes())}
	var lock sync.Mutex
	var said []string
	s, err := Open(m, ".", Test, Options{Warn: func(file, note string) {
		lock.Lock()
		defer lock.Unlock()
		said = append(said, file+": "+note)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Set(Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "a/1.jpg: ") || !strings.Contains(said[0], "end marker") {
		t.Errorf("said %q", said)
	}
}
