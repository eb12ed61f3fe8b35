package input

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.png", "a.png", "c.jpg", "[1].png"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in := func(names ...string) []string {
		for i, n := range names {
			names[i] = filepath.Join(dir, n)
		}
		return names
	}
	for _, c := range []struct{ args, want []string }{
		{in("?.png", "c.jpg"), in("a.png", "b.png", "c.jpg")},
		{in("[1].png"), in("[1].png")}, // a file of that name
		{in("[ab].png"), in("a.png", "b.png")},
		{in("none.png"), in("none.png")}, // whoever opens it says that it is not there
		{in("*.gif"), nil},
		{in("[.png"), nil},
	} {
		got, err := Expand(c.args)
		if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%q: %q, %v, want %q", c.args, got, err, c.want)
		}
	}
}
