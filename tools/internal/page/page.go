package page

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"steady/tools/internal/usage"
)

// policy lets the page use what lies at its own origin and nothing else: no request can leave it.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self';" +
	" img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; frame-src 'self';" +
	" manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// types are those that the machine's own table may lack or have wrong.
var types = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".mjs":         "text/javascript; charset=utf-8",
	".npy":         "application/octet-stream",
	".onnx":        "application/octet-stream",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
}

// encodings are those of the compressed siblings that are looked for, the better first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// Site serves the files of a folder or of a ZIP archive.
type Site struct {
	files fs.FS
	close func() error
}

// openFolder opens a folder, which is served as it lies there.
func openFolder(dir string) (*Site, error) {
	root, err := os.OpenRoot(dir) // no link or .. leads out of it
	if err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	return &Site{root.FS(), root.Close}, nil
}

// openArchive opens an archive.
func openArchive(archive string) (*Site, error) {
	files, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	return &Site{files, func() error { return nil }}, nil
}

// Open opens the built page, in a folder or, if dir is empty, where it is to be expected, and returns where it was found.
func Open(dir string) (*Site, string, error) {
	if dir == "" && embeddedSite != "" {
		site, err := openArchive(embeddedSite)
		return site, "embedded", err
	}
	dir, err := findFolder(dir)
	if err != nil {
		return nil, "", err
	}
	site, err := openFolder(dir)
	return site, dir, err
}

// findFolder finds the built page.
func findFolder(dir string) (string, error) {
	tried := []string{dir}
	if dir == "" {
		tried = []string{filepath.Join("build", "site")}
		if exe, err := os.Executable(); err == nil {
			at := filepath.Dir(exe)
			tried = []string{filepath.Join(at, "site"), filepath.Join(at, "build", "site"), tried[0]}
		}
	}
	for _, d := range tried {
		if info, err := os.Stat(filepath.Join(d, "index.html")); err == nil && info.Mode().IsRegular() {
			return d, nil
		}
	}
	return "", usage.Errorf("serve: no built page (index.html) in %s: './build.sh build' builds it, and --dir names its folder",
		strings.Join(tried, " or "))
}

// Close closes the folder.
func (s *Site) Close() error { return s.close() }

// ServeHTTP answers a request for a file.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
	// With these two the page is cross-origin isolated: precise clocks, and memory that workers may share.
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" || strings.HasSuffix(r.URL.Path, "/") {
		name = path.Join(name, "index.html")
	}
	if hidden(name) || !fs.ValidPath(name) {
		http.NotFound(w, r)
		return
	}
	info, err := fs.Stat(s.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if info.IsDir() {
		http.Redirect(w, r, "/"+name+"/", http.StatusFound)
		return
	}
	file, err := s.files.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { file.Close() }()

	h.Add("Vary", "Accept-Encoding")
	encoding := ""
	for _, e := range encodings {
		if !accepts(r.Header.Get("Accept-Encoding"), e.name) {
			continue
		}
		packed, err := s.files.Open(name + e.suffix)
		if err != nil {
			continue
		}
		// One that is older than its file is left over from an earlier build.
		if i, err := packed.Stat(); err != nil || !i.Mode().IsRegular() || i.ModTime().Before(info.ModTime()) {
			packed.Close()
			continue
		}
		file.Close()
		file, encoding = packed, e.name
		h.Set("Content-Encoding", encoding)
		break
	}
	if info, err = file.Stat(); err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", contentType(name))
	// The browser keeps a copy but asks each time whether it is still the newest: a rebuilt page shows at once.
	h.Set("Cache-Control", "no-cache")
	modified := info.ModTime()
	tag := fmt.Sprintf("%x", modified.UnixNano())
	if h, ok := info.Sys().(*zip.FileHeader); ok { // where all times are the same
		modified, tag = time.Time{}, fmt.Sprintf("%08x", h.CRC32)
	}
	h.Set("ETag", fmt.Sprintf(`"%s-%x%s"`, tag, info.Size(), encoding))
	if encoding != "" {
		h.Set("Content-Length", strconv.FormatInt(info.Size(), 10)) // ServeContent leaves it out of encoded content
		r.Header.Del("Range")
	}
	content, ok := file.(io.ReadSeeker)
	if !ok {
		all, err := io.ReadAll(file)
		if err != nil {
			http.Error(w, "the page's archive is damaged", http.StatusInternalServerError)
			return
		}
		content = bytes.NewReader(all)
	}
	http.ServeContent(w, r, name, modified, content)
}

// hidden reports whether a name, or a folder in it, begins with a dot.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

func contentType(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := types[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

// accepts reports whether an Accept-Encoding header names an encoding, and not with quality 0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			v, err := strconv.ParseFloat(q, 64)
			return !ok || err != nil || v > 0
		}
	}
	return false
}
