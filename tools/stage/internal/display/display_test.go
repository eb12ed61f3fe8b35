//go:build linux

package display

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestProblem(t *testing.T) {
	for _, c := range []struct {
		name      string
		set, here bool
		want      string
	}{
		{"", false, true, "not set"}, {"", true, true, "not set"}, {":0", true, true, ""}, {":0.0", true, true, ""},
		{":77", true, false, "nothing answers at :77"}, {"localhost:10.0", true, false, ""},
	} {
		asked := ""
		got := problem(c.name, c.set, func(number string) bool { asked = number; return c.here })
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
		if strings.Contains(asked, ".") || strings.Contains(asked, ":") {
			t.Errorf("%q: asked for display %q", c.name, asked)
		}
	}
}

func TestConnects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "X1")
	if connects(path) {
		t.Error("a socket that is not there")
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !connects(path) {
		t.Error("a socket that is there")
	}
	if reachable("98765") {
		t.Error("a display that is not there")
	}
}
