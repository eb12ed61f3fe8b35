package datafile

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"steady/core/dataset"
	"steady/tools/internal/usage"
)

// open opens the data of a command line and returns what was said.
func open(t *testing.T, args ...string) (*dataset.Images, string, error) {
	var f Flags
	c := &cobra.Command{}
	f.Add(c)
	f.AddSeverity(c)
	if err := c.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	said := ""
	s, err := f.Open(context.Background(), func(format string, args ...any) { said += fmt.Sprintf(format, args...) + "\n" })
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, said, err
}

// imageFolder writes a folder of images of two classes, two of each, at severities 1 and 2. The first image of all is damaged.
func imageFolder(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"1/a/0.png", "1/a/1.png", "1/b/0.png", "1/b/1.png", "2/a/0.png", "2/a/1.png", "2/b/0.png", "2/b/1.png"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if name != "1/a/0.png" {
			err = png.Encode(f, image.NewGray(image.Rect(0, 0, 1200, 1000)))
		}
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFlags(t *testing.T) {
	dir := imageFolder(t)
	s, said, err := open(t, "--data", dir, "--severity", "1", "--skip-damaged")
	if err != nil {
		t.Fatal(err)
	}
	if files := Skipped(s); s.Len() != 3 || len(files) != 1 || !strings.HasSuffix(files[0], "1/a/0.png") || !strings.Contains(said, "1 damaged images: ") {
		t.Errorf("%d images, left out %q, said %q", s.Len(), files, said)
	}
	if s, _, err := open(t, "--data", dir+string(filepath.Separator), "--severity", "2", "--limit", "3", "--max-megapixels", "2"); err != nil || s.Len() != 3 {
		t.Errorf("severity 2: %v", err)
	}
	if s, _, err := open(t, "--data", dir, "--severity", "1"); err != nil {
		t.Error(err)
	} else if _, err := s.Set(dataset.Options{}); !strings.Contains(fmt.Sprint(Hint(err)), "0.png: damaged image") || !strings.Contains(Hint(err).Error(), "--skip-damaged") {
		t.Errorf("a damaged image: %v", Hint(err))
	}
	if s, _, err := open(t, "--data", dir, "--severity", "2", "--max-megapixels", "1"); err != nil {
		t.Error(err)
	} else if _, err := s.Read(0, nil); !strings.Contains(fmt.Sprint(Hint(err)), "--max-megapixels") {
		t.Errorf("an image of 1.2 million pixels: %v", Hint(err))
	}
	for _, c := range []struct{ args, says string }{
		{"--data " + dir, "--severity"},
		{"--severity 3 --data " + dir, "its severities are 1, 2"},
		{"--severity 3", "no severities"},
		{"--coarse", "no coarse labels"},
		{"--coarse --severity 1 --data " + dir, "no coarse labels"},
	} {
		_, _, err := open(t, strings.Fields(c.args)...)
		if typed := (usage.Error{}); !errors.As(err, &typed) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.args, err, c.says)
		}
	}
}

func TestWarner(t *testing.T) {
	lines := 0
	warn := warner("x", func(string, ...any) { lines++ })
	for range 50 {
		warn("a.jpg", "odd")
	}
	if lines != 11 {
		t.Errorf("%d lines for 50 files, want 10 and one that says there are more", lines)
	}
}
