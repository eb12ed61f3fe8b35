package benchrun

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/tools/internal/usage"
)

// A run of which nothing is said writes a page, and replaces none but its own.
func TestDefaultPage(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "a.html")
	var said bytes.Buffer
	o := options(filepath.Join(dir, "a.db"), &said)
	o.Limit = 2
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(page); err == nil {
		t.Error("a page that nobody wants")
	}
	o.Out, o.Models, o.Cells = filepath.Join(dir, "b.db"), nil, nil
	page = filepath.Join(dir, "b.html")
	for range 2 {
		said.Reset()
		if _, err := Run(t.Context(), o); err != nil || !strings.Contains(said.String(), "page: "+page) {
			t.Fatalf("%v, %s", err, said.String())
		}
		b, err := os.ReadFile(page)
		if err != nil || !strings.Contains(string(b), "fashion-standard") || !strings.Contains(string(b), "fashion-mtlat") || !strings.Contains(string(b), "data:image/png;base64,") {
			t.Errorf("%.1000s, %v", b, err)
		}
	}
	const other = "<!DOCTYPE html>\n<title>Mine</title>\n"
	write(t, page, other)
	_, err := Run(t.Context(), o)
	if wrong := (usage.Error{}); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "b.html exists: --force replaces it") {
		t.Error(err)
	}
	if b, err := os.ReadFile(page); err != nil || string(b) != other {
		t.Errorf("%s, %v", b, err)
	}
	o.Force, o.Messages = true, options("", io.Discard).Messages
	if _, err := Run(t.Context(), o); err != nil || !isPage(page) {
		t.Error(err)
	}
}
