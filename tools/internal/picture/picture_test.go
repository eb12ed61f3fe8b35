package picture

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/img"
	"steady/tools/internal/output"
)

func TestOutputs(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a.png", "b.jpg"} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("dir", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in    []string
		out   string
		force bool
		want  []string // nil: an error
		says  string
	}{
		{[]string{"a.png"}, "c.JPG", false, []string{"c.JPG"}, ""},
		{[]string{"a.png"}, "dir", false, []string{"dir/a.png"}, ""},
		{[]string{"a.png", "b.jpg"}, "made/here/", false, []string{"made/here/a.png", "made/here/b.png"}, ""},
		{[]string{"a.png"}, "b.jpg", true, []string{"b.jpg"}, ""},
		{[]string{"a.png"}, "b.jpg", false, nil, "b.jpg exists: --force replaces it"},
		{[]string{"a.png"}, "made" + string(filepath.Separator), false, []string{"made/a.png"}, ""},
		{[]string{"a.png"}, "a.png", true, nil, "OUT a.png: that is the same file as a.png"},
		{[]string{"dir/../a.png", "b.jpg"}, ".", true, nil, "OUT a.png: that is the same file as dir/../a.png"},
		{[]string{"a.png"}, "c.gif", false, nil, ".png"},
		{[]string{"a.png", "b.jpg"}, "c.png", false, nil, "c.png/ makes one"},
		{[]string{"a.png", "b.jpg"}, "a.png", true, nil, "is a file"},
		{[]string{"a.png", "x/a.jpg"}, "dir", false, nil, "would both become"},
	} {
		got, err := Outputs(c.in, c.out, &output.Plan{Force: c.force})
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		if c.want == nil && (err == nil || !strings.Contains(err.Error(), c.says)) || c.want != nil && (err != nil || !slices.Equal(got, c.want)) {
			t.Errorf("%q to %s: %q, %v, want %q or an error with %q", c.in, c.out, got, err, c.want, c.says)
		}
	}
	// The folder is made with the first image.
	if _, err := os.Stat("made"); err == nil {
		t.Error("a folder is made before there is an image")
	}
	if err := Write(filepath.Join("made", "here", "a.png"), img.New(1, 1)); err != nil {
		t.Error(err)
	}
}

func TestWriteAndRead(t *testing.T) {
	m := img.New(5, 3)
	for i := range m.Pix {
		m.Pix[i] = img.Unit(uint8(i * 5))
	}
	for _, name := range []string{"x.png", "x.bmp", "x.tiff", "x.jpg"} {
		path := filepath.Join(t.TempDir(), name)
		if err := Write(path, m); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path, 0, t.Errorf)
		if err != nil || got.W != 5 || got.H != 3 {
			t.Fatalf("%s: %v", name, err)
		}
		if limit := map[bool]float64{true: 0.1}[name == "x.jpg"]; img.Linf(m, got) > limit {
			t.Errorf("%s: differs by %g", name, img.Linf(m, got))
		}
	}
}
