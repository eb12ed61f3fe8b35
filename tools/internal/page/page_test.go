package page

import (
	"archive/zip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// testSite returns a page of a few files, and its folder.
func testSite(t *testing.T) (http.Handler, string) {
	dir := t.TempDir()
	outside := filepath.Join(filepath.Dir(dir), "outside.txt")
	if err := os.WriteFile(outside, []byte("not yours"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(outside) })
	writeFiles(t, dir, map[string]string{
		"index.html":     "<!doctype html>",
		"lab.wasm":       "plain wasm",
		"lab.wasm.gz":    "gzip wasm",
		"lab.wasm.br":    "brotli wasm",
		"old.js":         "new script",
		"old.js.br":      "stale script",
		"models/m.onnx":  "network",
		"sub/index.html": "sub page",
		".secret":        "hidden",
	})
	for name, age := range map[string]time.Duration{
		"lab.wasm": 2 * time.Hour, "lab.wasm.gz": time.Hour, "lab.wasm.br": 2 * time.Hour, // the same moment is fine
		"old.js": time.Hour, "old.js.br": 2 * time.Hour,
	} {
		at := time.Unix(1_700_000_000, 0).Add(-age)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	os.Symlink(outside, filepath.Join(dir, "link.txt"))
	s, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func TestSite(t *testing.T) {
	s, _ := testSite(t)
	for _, c := range []struct {
		method, path, accept string
		status               int
		body, kind, encoding string
	}{
		{"GET", "/", "", 200, "<!doctype html>", "text/html; charset=utf-8", ""},
		{"GET", "/lab.wasm", "", 200, "plain wasm", "application/wasm", ""},
		{"GET", "/lab.wasm", "gzip, deflate", 200, "gzip wasm", "application/wasm", "gzip"},
		{"GET", "/lab.wasm", "gzip, deflate, br", 200, "brotli wasm", "application/wasm", "br"},
		{"GET", "/lab.wasm", "gzip, br;q=0", 200, "gzip wasm", "application/wasm", "gzip"},
		{"HEAD", "/lab.wasm", "br", 200, "", "application/wasm", "br"},
		{"GET", "/old.js", "br", 200, "new script", "text/javascript; charset=utf-8", ""},
		{"GET", "/models/m.onnx", "", 200, "network", "application/octet-stream", ""},
		{"GET", "/sub/", "", 200, "sub page", "text/html; charset=utf-8", ""},
		{"GET", "/sub", "", 302, "", "", ""},
		{"GET", "/missing.js", "", 404, "", "", ""},
		{"GET", "/.secret", "", 404, "", "", ""},
		{"GET", "/../outside.txt", "", 404, "", "", ""},
		{"GET", "/link.txt", "", 404, "", "", ""},
		{"POST", "/", "", 405, "", "", ""},
	} {
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		name := c.method + " " + c.path + " accepting " + c.accept
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", name, w.Code, c.status)
			continue
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
			t.Errorf("%s: policy %q", name, got)
		}
		if c.status != 200 {
			if strings.Contains(w.Body.String(), "not yours") {
				t.Errorf("%s: gives a file from outside", name)
			}
			continue
		}
		h := w.Header()
		if w.Body.String() != c.body || h.Get("Content-Type") != c.kind || h.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s: %q of type %q, encoded %q; want %q, %q, %q", name, w.Body, h.Get("Content-Type"),
				h.Get("Content-Encoding"), c.body, c.kind, c.encoding)
		}
		if h.Get("Cache-Control") != "no-cache" || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Cache-Control %q, Vary %q", name, h.Get("Cache-Control"), h.Get("Vary"))
		}
	}
}

// A browser that has the newest copy is told so; after a change it gets the new one.
func TestSiteRevalidation(t *testing.T) {
	s, dir := testSite(t)
	get := func(etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "http://localhost/models/m.onnx", nil)
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	tag := get("").Header().Get("ETag")
	if w := get(tag); w.Code != http.StatusNotModified {
		t.Errorf("the same file again: status %d", w.Code)
	}
	writeFiles(t, dir, map[string]string{"models/m.onnx": "new network"})
	if w := get(tag); w.Code != 200 || w.Body.String() != "new network" {
		t.Errorf("a changed file: status %d, %q", w.Code, w.Body)
	}
}

func TestArchive(t *testing.T) {
	pack := func(files map[string]string) http.Handler {
		var b strings.Builder
		z := zip.NewWriter(&b)
		for name, content := range files {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, content)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := openArchive(b.String())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	get := func(s http.Handler, path, accept, etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "http://localhost"+path, nil)
		r.Header.Set("Accept-Encoding", accept)
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	s := pack(map[string]string{"index.html": "page 1", "lab.wasm": "plain", "lab.wasm.br": "brotli", "models/m.onnx": "network"})
	for _, c := range []struct {
		path, accept string
		status       int
		body         string
	}{
		{"/", "", 200, "page 1"},
		{"/lab.wasm", "br", 200, "brotli"},
		{"/lab.wasm", "", 200, "plain"},
		{"/models/m.onnx", "", 200, "network"},
		{"/models", "", 302, ""},
		{"/missing", "", 404, ""},
		{"/../outside.txt", "", 404, ""},
	} {
		if w := get(s, c.path, c.accept, ""); w.Code != c.status || c.status == 200 && w.Body.String() != c.body {
			t.Errorf("%s accepting %q: status %d, %q", c.path, c.accept, w.Code, w.Body)
		}
	}
	tag := get(s, "/", "", "").Header().Get("ETag")
	if w := get(s, "/", "", tag); w.Code != http.StatusNotModified {
		t.Errorf("the same file again: status %d", w.Code)
	}
	if w := get(pack(map[string]string{"index.html": "page 2"}), "/", "", tag); w.Code != 200 {
		t.Errorf("another file of the same size: status %d", w.Code)
	}
}
