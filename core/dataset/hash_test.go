package dataset

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
	"testing/fstest"
)

// TestHash holds equal what is equal, and tells apart what differs in one pixel, label, place or byte of a file.
func TestHash(t *testing.T) {
	hash := func(s *Images) string {
		t.Helper()
		last := 0
		h, err := s.Hash(t.Context(), func(done int) {
			if done != last+1 {
				t.Errorf("%d images are read after %d", done, last)
			}
			last = done
		})
		if err != nil || len(h) != 64 || last != s.Len() {
			t.Fatalf("%q of %d of %d images, %v", h, last, s.Len(), err)
		}
		return h
	}
	set := func() *Set {
		s := &Set{Name: "a", C: 1, H: 2, W: 3, Labels: []int{0, 1, 1}, Pix: make([]uint8, 18)}
		for i := range s.Pix {
			s.Pix[i] = uint8(i)
		}
		return s
	}
	want := hash(set().Images())
	same := set()
	same.Name, same.Classes = "b", []string{"x", "y"}
	if hash(same.Images()) != want || hash(set().Images().Select([]int{0, 1, 2})) != want {
		t.Error("the same images and labels have another hash")
	}
	pixel, label, color3 := set(), set(), set()
	pixel.Pix[17]++
	label.Labels[2] = 0
	color3.C, color3.W = 3, 1
	for name, s := range map[string]*Images{
		"pixel": pixel.Images(), "label": label.Images(), "channels": color3.Images(),
		"order": set().Images().Select([]int{0, 2, 1}), "fewer": set().Images().Select([]int{0, 1}),
	} {
		if hash(s) == want {
			t.Errorf("another %s has the same hash", name)
		}
	}

	files := fstest.MapFS{}
	for i, name := range []string{"a/1.png", "a/2.png", "b/1.png"} {
		m := image.NewGray(image.Rect(0, 0, 2, 2))
		m.SetGray(0, 0, color.Gray{Y: uint8(i)})
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	folder := func() *Images {
		s, err := Open(files, ".", Test, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want = hash(folder())
	if hash(folder().Select([]int{0, 1, 2})) != want {
		t.Error("the same files have another hash")
	}
	if hash(folder().Select([]int{1, 0, 2})) == want {
		t.Error("files in another order have the same hash")
	}
	files["b/1.png"].Data = append(files["b/1.png"].Data, 0)
	if hash(folder()) == want {
		t.Error("another file has the same hash")
	}
}
