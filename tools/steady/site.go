package main

import (
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
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

// site serves a folder as it lies there.
type site struct{ root *os.Root }

func newSite(dir string) (*site, error) {
	root, err := os.OpenRoot(dir) // no link or .. leads out of it
	if err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	return &site{root}, nil
}

func (s *site) Close() error { return s.root.Close() }

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	info, err := s.root.Stat(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if info.IsDir() {
		http.Redirect(w, r, "/"+name+"/", http.StatusFound)
		return
	}
	file, err := s.root.Open(name)
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
		packed, err := s.root.Open(name + e.suffix)
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
	h.Set("ETag", fmt.Sprintf(`"%x-%x%s"`, info.ModTime().UnixNano(), info.Size(), encoding))
	if encoding != "" {
		h.Set("Content-Length", strconv.FormatInt(info.Size(), 10)) // ServeContent leaves it out of encoded content
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, name, info.ModTime(), file)
}

// hidden tells of files that are nobody's business.
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

// accepts tells whether an Accept-Encoding header names an encoding, and not with quality 0.
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
