package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var five = []int{1, 2, 3, 4, 5}

// describeCorrupted returns what was found, with the values of the images.
func describeCorrupted(t *testing.T, list []Corrupted) (found []string) {
	t.Helper()
	for _, c := range list {
		s, err := c.Open()
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%s %d:", c.Corruption, c.Severity)
		for i, l := range s.Labels {
			m, err := s.Read(i, nil)
			if err != nil {
				t.Fatal(err)
			}
			text += fmt.Sprintf(" %d=%.0f", l, 255*m.Pix[0])
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		found = append(found, text)
	}
	return found
}

func TestFindCorruptedArrays(t *testing.T) {
	set := &Images{Name: "clean", Labels: []int{4, 0, 2, 9}} // of which the arrays have three
	x, y := stacked(4, 0, 2)
	one := npyOf(npyHead("|u1", "(3, 1, 1)"), []byte{7, 8, 9})
	for name, c := range map[string]struct {
		fsys       fstest.MapFS
		name       string
		severities []int
		want       []string
	}{
		"a folder": {fstest.MapFS{"c/fog.npy": file(x), "c/labels.npy": file(y), "c/about.json": file(nil), "c/a/rain.npy": file(x), "c/snow.npy.part": file(nil)}, "c", five,
			[]string{"a/rain 1: 4=10 0=11 2=12", "a/rain 2: 4=20 0=21 2=22", "a/rain 3: 4=30 0=31 2=32", "a/rain 4: 4=40 0=41 2=42", "a/rain 5: 4=50 0=51 2=52",
				"fog 1: 4=10 0=11 2=12", "fog 2: 4=20 0=21 2=22", "fog 3: 4=30 0=31 2=32", "fog 4: 4=40 0=41 2=42", "fog 5: 4=50 0=51 2=52"}},
		"a file":       {fstest.MapFS{"c/fog.npy": file(x), "c/labels.npy": file(y), "c/rain.npy": file(nil)}, "c/fog.npy", five[:2], []string{"fog 1: 4=10 0=11 2=12", "fog 2: 4=20 0=21 2=22"}},
		"one severity": {fstest.MapFS{"fog.npy": file(one), "labels.npy": file(y)}, ".", five[3:4], []string{"fog 4: 4=7 0=8 2=9"}},
	} {
		list, err := FindCorrupted(c.fsys, c.name, c.severities, set, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := describeCorrupted(t, list); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}

	other, more := npyOf(npyHead("|u1", "(3,)"), []byte{4, 1, 2}), npyOf(npyHead("|u1", "(25,)"), slices.Repeat([]byte{4, 0, 2, 9, 1}, 5))
	for name, c := range map[string]struct {
		fsys fstest.MapFS
		is   error
		says string
	}{
		"no labels":       {fstest.MapFS{"c/fog.npy": file(x)}, fs.ErrNotExist, "c/fog.npy: there is no labels.npy beside it"},
		"other labels":    {fstest.MapFS{"c/fog.npy": file(x), "c/labels.npy": file(other)}, ErrFormat, "c/labels.npy: label 1: 1, but that of the image in clean is 0"},
		"labels for more": {fstest.MapFS{"c/fog.npy": file(x), "c/labels.npy": file(more)}, ErrFormat, "25 labels for the 15 images of c/fog.npy"},
		"more images": {fstest.MapFS{"c/fog.npy": file(npyOf(npyHead("|u1", "(25, 1, 1)"), make([]byte, 25))), "c/labels.npy": file(more)}, ErrFormat,
			"5 images of a severity, but clean has only 4"},
		"one severity": {fstest.MapFS{"c/fog.npy": file(one), "c/labels.npy": file(y)}, ErrSeverity, "3 images are not those of five severities"},
		"cut short":    {fstest.MapFS{"c/fog.npy": file(x[:len(x)-1]), "c/labels.npy": file(y)}, ErrFormat, "the file ends after 14 of 15 bytes"},
		"no images":    {fstest.MapFS{"c/fog.npy": file(y), "c/labels.npy": file(y)}, ErrFormat, "c/fog.npy: shape: 3: images are"},
		"numbers":      {fstest.MapFS{"c/fog.npy": file(npyOf(npyHead("<i4", "(15, 1, 1)"), make([]byte, 60))), "c/labels.npy": file(y)}, ErrFormat, "int32: images are uint8"},
		"text":         {fstest.MapFS{"c/fog.npy": file([]byte("text")), "c/labels.npy": file(y)}, ErrUnknown, "begins neither"},
		"nothing":      {fstest.MapFS{"c/labels.npy": file(y)}, ErrUnknown, "c: want arrays NAME.npy and labels.npy in it"},
		"nowhere":      {fstest.MapFS{}, fs.ErrNotExist, "c"},
		"a file":       {fstest.MapFS{"c": file(nil)}, ErrUnknown, "c: want an array NAME.npy, or a folder"},
	} {
		if _, err := FindCorrupted(c.fsys, "c", five, set, Options{}); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
}

func TestFindCorruptedTree(t *testing.T) {
	m := fstest.MapFS{}
	clean := []string{"a/1.png", "b/2.png", "a/deep/3.png"}
	for i, f := range clean {
		m["val/"+f] = pngOf(t, 4, 4, gray(uint8(i)), gray(uint8(i)))
		for s := 1; s <= 5; s++ {
			m[fmt.Sprintf("c/blur/zoom_blur/%d/%s", s, f)] = pngOf(t, 2, 2, gray(uint8(100+10*s+i)), gray(uint8(100+10*s+i)))
			m[fmt.Sprintf("c/weather/fog/%d/%s", s, f)] = pngOf(t, 2, 2, gray(uint8(10*s+i)), gray(uint8(10*s+i)))
		}
	}
	set, err := Open(m, "val", Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := FindCorrupted(m, "c", five, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := describeCorrupted(t, list)
	if len(got) != 10 || got[0] != "fog 1: 0=10 1=11 0=12" || got[9] != "zoom_blur 5: 0=150 1=151 0=152" {
		t.Errorf("%q", got)
	}
	if one, err := FindCorrupted(m, "c/weather/fog", five, set, Options{}); err != nil || !slices.Equal(describeCorrupted(t, one), got[:5]) {
		t.Errorf("one corruption: %v", err)
	}
	s, err := list[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	hash := hashOf(t, s)
	m["c/weather/fog/1/b/2.png"] = m["c/weather/fog/2/b/2.png"]
	if hashOf(t, s) == hash {
		t.Error("another file, the same hash")
	}

	delete(m, "c/weather/fog/1/b/2.png")
	if _, err := s.Hash(t.Context(), nil); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "c/weather/fog/1: it has no b/2.png, an image of val") {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := s.Read(1, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	for _, f := range clean {
		delete(m, "c/blur/zoom_blur/4/"+f)
	}
	if _, err := FindCorrupted(m, "c", five, set, Options{}); !errors.Is(err, ErrSeverity) || !strings.Contains(err.Error(), "c/blur/zoom_blur: it has no folder 4") {
		t.Errorf("a missing severity: %v", err)
	}
	if _, err := FindCorrupted(m, "c/weather", five, (&Set{Name: "clean", Labels: []int{0}}).Images(), Options{}); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "clean has no files") {
		t.Errorf("a set without files: %v", err)
	}
	if _, err := FindCorrupted(m, "val", five, set, Options{}); !errors.Is(err, ErrUnknown) {
		t.Errorf("no corruptions: %v", err)
	}
}

func hashOf(t *testing.T, s *Images) string {
	t.Helper()
	h, err := s.Hash(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
