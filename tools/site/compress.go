package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/andybalholm/brotli"
)

// compressed are the kinds of files that a server can send compressed.
var compressed = []string{".wasm", ".js", ".css", ".html"}

// encoding is a way to compress a file.
type encoding struct {
	suffix string
	writer func(w io.Writer, quick bool) (io.WriteCloser, error)
}

// encodings are those that get a file of their own beside each of these, for servers that send them.
var encodings = []encoding{
	{".gz", func(w io.Writer, _ bool) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) }},
	{".br", func(w io.Writer, quick bool) (io.WriteCloser, error) {
		quality := brotli.BestCompression
		if quick {
			quality = 9
		}
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: quality, LGWin: 24}), nil
	}},
}

// compress adds x.gz and x.br beside each file x. A file that the last build had too gets that build's: the best
// compression of the lab takes a while.
func (s *site) compress() error {
	entries, err := os.ReadDir(s.parts)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !slices.Contains(compressed, filepath.Ext(name)) {
			continue
		}
		content, err := os.ReadFile(s.part(name))
		if err != nil {
			return err
		}
		last, err := os.ReadFile(filepath.Join(s.out, name))
		same := err == nil && bytes.Equal(last, content)
		for _, encoding := range encodings {
			packed, err := os.ReadFile(filepath.Join(s.out, name+encoding.suffix))
			if !same || err != nil {
				if packed, err = pack(content, encoding, name == stageName); err != nil {
					return fmt.Errorf("compressing %s: %w", name, err)
				}
			}
			if err := os.WriteFile(s.part(name+encoding.suffix), packed, 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}

// pack compresses a file; quickly what few visitors load, for which the best compression would take longer than all else of the build.
func pack(content []byte, by encoding, quick bool) ([]byte, error) {
	var out bytes.Buffer
	w, err := by.writer(&out, quick)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// sizes says how large a file is, and what each encoding makes of it.
func sizes(path string) string {
	text := fmt.Sprintf("%d bytes", size(path))
	for _, e := range encodings {
		if n := size(path + e.suffix); n > 0 {
			text += fmt.Sprintf(", %d %s", n, e.suffix[1:])
		}
	}
	return text
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
