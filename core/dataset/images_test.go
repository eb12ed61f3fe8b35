package dataset

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"testing/fstest"
)

// Images that are read one at a time are those that are read into memory, from wherever they come.
func TestImagesAsSet(t *testing.T) {
	rgb, gray := make([]byte, 4*5*6*3), make([]byte, 4*5*6)
	for i := range rgb {
		rgb[i] = uint8(i * 7)
	}
	copy(gray, rgb)
	fsys := fstest.MapFS{
		"rgb.npy": file(npyOf(npyHead("|u1", "(4, 5, 6, 3)"), rgb)), "rgb.npy.gz": file(gzipped(npyOf(npyHead("|u1", "(4, 5, 6, 3)"), rgb))),
		"gray.npy": file(npyOf(npyHead("|u1", "(4, 5, 6)"), gray)), "gray-idx": file(idxOf(8, gray, 4, 5, 6)),
		"labels.npy": file(npyOf(npyHead("<i4", "(4,)"), bytes.Repeat([]byte{1, 0, 0, 0}, 4))),
	}
	for name, f := range imageFS(t) {
		fsys["folder/"+name] = f
	}
	for _, name := range []string{"rgb.npy,labels.npy", "rgb.npy.gz,labels.npy", "gray.npy,labels.npy", "gray-idx,labels.npy", "folder"} {
		for _, limit := range []int{0, 2} {
			o := Options{Limit: limit}
			images, err := Open(fsys, name, Test, o)
			if err != nil {
				t.Fatal(err)
			}
			defer images.Close()
			set, err := Load(fsys, name, Test, o)
			if err != nil {
				t.Fatal(err)
			}
			if limit > 0 && images.Len() != limit || images.Len() != set.Len() || !slices.Equal(images.Labels, set.Labels) ||
				images.C != set.C || images.Name != set.Name {
				t.Fatalf("%s: %d images %v of %d channels, want %d %v of %d", name, images.Len(), images.Labels, images.C, set.Len(),
					set.Labels, set.C)
			}
			for i := range set.Len() {
				got, err := images.Read(i, nil)
				if err != nil {
					t.Fatal(err)
				}
				want, err := set.Images().Read(i, nil)
				if err != nil {
					t.Fatal(err)
				}
				if got.W != set.W || got.H != set.H || !slices.Equal(got.Pix, want.Pix) {
					t.Errorf("%s: image %d differs", name, i)
				}
			}
		}
	}
}

func TestSelect(t *testing.T) {
	set := &Set{Name: "s", C: 1, H: 1, W: 1, Labels: []int{5, 6, 7}, Pix: []uint8{50, 60, 70}}
	part := set.Images().Select([]int{2, 0})
	if !slices.Equal(part.Labels, []int{7, 5}) {
		t.Fatalf("labels %v", part.Labels)
	}
	m, err := part.Read(0, nil)
	if err != nil || m.ToImage().Pix[0] != 70 {
		t.Errorf("image 0: %v, %v", m, err)
	}
	all, err := part.Set(Options{})
	if err != nil || !slices.Equal(all.Pix, []uint8{70, 50}) {
		t.Errorf("%v, %v", all, err)
	}
	if part.File(0) != "image 2 of s" {
		t.Errorf("image 0 is called %q", part.File(0))
	}
}

// A file that is cut while it is read is an error of the image that is missing.
func TestReadCut(t *testing.T) {
	f := file(idxOf(8, make([]byte, 8), 2, 2, 2))
	images, err := Open(fstest.MapFS{"i": f, "l": file(idxOf(8, []byte{0, 1}, 2))}, "i,l", Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer images.Close()
	f.Data = f.Data[:len(f.Data)-1]
	if _, err := images.Read(0, nil); err != nil {
		t.Error(err)
	}
	var known *Error
	if _, err := images.Read(1, nil); err == nil || !errors.As(err, &known) || known.File != "i" {
		t.Errorf("%v, want an error of file i", err)
	}
}
