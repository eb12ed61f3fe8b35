package dataset

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// pngOf is an image of one color with another in its left upper corner.
func pngOf(t testing.TB, w, h int, c, corner color.NRGBA) *fstest.MapFile {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, c)
		}
	}
	m.SetNRGBA(0, 0, corner)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return file(b.Bytes())
}

func gray(v uint8) color.NRGBA { return color.NRGBA{v, v, v, 255} }

func imageFS(t testing.TB) fstest.MapFS {
	red := color.NRGBA{200, 10, 3, 255}
	return fstest.MapFS{
		"cat/b.png":        pngOf(t, 5, 4, red, gray(255)),
		"cat/a.PNG":        pngOf(t, 5, 4, gray(1), gray(0)),
		"cat/c.png":        pngOf(t, 5, 4, gray(2), gray(0)),
		"cat/notes.txt":    file([]byte("no image")),
		"cat/.hidden.png":  file([]byte("no image")),
		"cat/deep.png/x":   file([]byte("no image")),
		"ant/z.png":        pngOf(t, 5, 4, gray(3), gray(0)),
		"bee/nothing.text": file(nil),
		".git/x.png":       file([]byte("no image")),
		"readme.md":        file([]byte("no class")),
	}
}

func TestFolder(t *testing.T) {
	s, err := Folder(imageFS(t), ".", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Classes, []string{"ant", "cat"}) || s.C != 3 || s.H != 4 || s.W != 5 {
		t.Fatalf("%q, %d×%d×%d", s.Classes, s.C, s.H, s.W)
	}
	// In turns: ant, cat, then the rest of cat by name.
	if !slices.Equal(s.Labels, []int{0, 1, 1, 1}) {
		t.Fatalf("labels %v", s.Labels)
	}
	for i, want := range []uint8{3, 1, 200, 2} {
		if got := s.Image(i)[19]; got != want {
			t.Errorf("image %d is %d, want %d", i, got, want)
		}
	}
	if b := s.Image(2); b[0] != 255 || b[20] != 255 || b[21] != 10 || b[41] != 3 {
		t.Errorf("colors %v: want red, green and blue planes", b)
	}
	limited, err := Folder(imageFS(t), ".", Options{Limit: 2})
	if err != nil || !slices.Equal(limited.Labels, []int{0, 1}) || len(limited.Pix) != 2*60 {
		t.Errorf("limit 2: %+v, %v", limited, err)
	}
}

func TestFolderFits(t *testing.T) {
	m := imageFS(t)
	m["bee/wide.png"] = pngOf(t, 90, 30, gray(77), gray(77))
	if _, err := Folder(m, ".", Options{}); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "×") {
		t.Errorf("two sizes: %v", err)
	}
	s, err := Folder(m, ".", Options{Width: 8, Height: 6})
	if err != nil {
		t.Fatal(err)
	}
	if s.W != 8 || s.H != 6 || s.Len() != 5 || s.Labels[1] != 1 {
		t.Fatalf("%d×%d, labels %v", s.W, s.H, s.Labels)
	}
	for _, v := range s.Image(1) {
		if v != 77 {
			t.Fatalf("an image of one gray, fitted: %v", s.Image(1))
		}
	}
}

// Files of every kind that is read are found, in any case.
func TestFolderKinds(t *testing.T) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 1, 1)), nil); err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{"a/1.ppm": file([]byte("P6 1 1 255\n\x01\x02\x03")), "a/2.PGM": file([]byte("P2 1 1 255 4")),
		"a/3.pnm": file([]byte("P5 1 1 255\n\x05")), "a/4.JFIF": file(photo.Bytes()), "a/5.txt": file(nil)}
	s, err := Folder(m, ".", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{1, 2, 3, 4, 4, 4, 5, 5, 5, 0, 0, 0}; !bytes.Equal(s.Pix, want) {
		t.Errorf("%v, want %v", s.Pix, want)
	}
}

func TestFolderBroken(t *testing.T) {
	with := func(name string, data string) fstest.MapFS {
		m := imageFS(t)
		m[name] = file([]byte(data))
		return m
	}
	for _, c := range []struct {
		name string
		fsys fs.FS
		dir  string
		o    Options
		want error
		text string
	}{
		{"not an image", with("ant/z.png", "GIF89a"), ".", Options{}, ErrFormat, "ant/z.png"},
		{"later one", with("cat/c.png", "\x89PNG\r\n"), ".", Options{}, ErrFormat, "cat/c.png"},
		{"no classes", fstest.MapFS{"a.png": file(nil)}, ".", Options{}, ErrUnknown, "1 images without a class"},
		{"no images", fstest.MapFS{"a/1.heic": file(nil), "a/2.heic": file(nil)}, ".", Options{}, ErrUnknown, "2 .heic"},
		{"nothing", fstest.MapFS{"a/b": file(nil)}, ".", Options{}, ErrUnknown, "sub-folder for each class"},
		{"missing", imageFS(t), "no", Options{}, fs.ErrNotExist, "no"},
		{"large", imageFS(t), ".", Options{MaxBytes: 239}, ErrTooLarge, "4 images of 5×4"},
		{"fitted large", imageFS(t), ".", Options{Width: 60000, Height: 60000}, ErrTooLarge, "60000×60000"},
		{"half a size", imageFS(t), ".", Options{Width: 3}, nil, "3×0"},
	} {
		s, err := Folder(c.fsys, c.dir, c.o)
		if s != nil || err == nil || c.want != nil && !errors.Is(err, c.want) ||
			!strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v: want one of %v with %q", c.name, err, c.want, c.text)
		}
	}
}
