package picture

import (
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"steady/core/img"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// Formats are those that can be written; package img reads more.
const Formats = ".png, .jpg, .bmp or .tiff"

// Read reads an image.
func Read(path string) (*img.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	defer f.Close()
	m, err := img.Decode(f, img.DefaultMaxPixels)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", path, err)
	}
	return m, nil
}

// CanWrite reports whether the name is one of a format that can be written.
func CanWrite(path string) bool { return encoder(path) != nil }

// encoder returns what writes the format of a name, or nil.
func encoder(path string) func(w io.Writer, m *img.Image) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		return func(w io.Writer, m *img.Image) error { return png.Encode(w, m.ToImage()) }
	case ".jpg", ".jpeg":
		// A quality that adds next to nothing to what the corruption did.
		return func(w io.Writer, m *img.Image) error { return jpeg.Encode(w, m.ToImage(), &jpeg.Options{Quality: 98}) }
	case ".bmp":
		return func(w io.Writer, m *img.Image) error { return bmp.Encode(w, m.ToImage()) }
	case ".tif", ".tiff":
		return func(w io.Writer, m *img.Image) error {
			return tiff.Encode(w, m.ToImage(), &tiff.Options{Compression: tiff.Deflate})
		}
	}
	return nil
}

// Write writes an image in the format of its name.
func Write(path string, m *img.Image) error {
	return output.File(path, func(w io.Writer) error { return encoder(path)(w, m) })
}

// Outputs returns the file that each image is to be written to: out, or one in the folder out. It is an error if one
// exists, unless force is set.
func Outputs(in []string, out string, force bool) ([]string, error) {
	info, err := os.Stat(out)
	folder := err == nil && info.IsDir() || strings.HasSuffix(out, "/") || len(in) > 1
	var files []string
	if !folder {
		if !CanWrite(out) {
			return nil, usage.Errorf("OUT %s: the name must end in %s", out, Formats)
		}
		files = []string{out}
	} else {
		if err == nil && !info.IsDir() {
			return nil, usage.Errorf("OUT %s: for %d images it must be a folder, and is a file", out, len(in))
		}
		if len(in) > 1 && err != nil && CanWrite(out) {
			return nil, usage.Errorf("OUT %s: for %d images it must be a folder (%s/ makes one of this name)", out, len(in), out)
		}
		from := map[string]string{}
		for _, file := range in {
			base := filepath.Base(file)
			to := filepath.Join(out, strings.TrimSuffix(base, filepath.Ext(base))+".png")
			if other, ok := from[to]; ok {
				return nil, usage.Errorf("%s and %s would both become %s", other, file, to)
			}
			from[to] = file
			files = append(files, to)
		}
	}
	// A forgotten OUT would make the last picture the one to write to.
	for _, file := range files {
		if _, err := os.Stat(file); err == nil && !force {
			return nil, usage.Errorf("%s exists: --force replaces it", file)
		}
	}
	if folder {
		if err := os.MkdirAll(out, 0o755); err != nil {
			return nil, err
		}
	}
	return files, nil
}
