package picture

import (
	"errors"
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

// Hint adds to the error for an image that is too large the flag that raises the limit, for commands that have it.
func Hint(err error) error {
	if errors.Is(err, img.ErrTooLarge) {
		err = fmt.Errorf("%w (--max-megapixels N raises the limit)", err)
	}
	return err
}

// Read reads an image of at most so many pixels, 0 for img.DefaultMaxPixels, and says what is odd about the file.
func Read(path string, maxPixels int, say func(format string, args ...any)) (*img.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	defer f.Close()
	m, note, err := img.DecodeNote(f, maxPixels)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", path, err)
	}
	if note != "" {
		say("%s: %s.", path, note)
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

// Write writes an image in the format of its name. It makes the folder that it lies in.
func Write(path string, m *img.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return output.File(path, func(w io.Writer) error { return encoder(path)(w, m) })
}

// Outputs returns the file that each image is to be written to: out, or one in the folder out. They are planned, beside the
// images that are read.
func Outputs(in []string, out string, plan *output.Plan) ([]string, error) {
	plan.Input(in...)
	if len(in) == 1 && !output.IsFolder(out) {
		if !CanWrite(out) {
			return nil, usage.Errorf("OUT %s: the name must end in %s", out, Formats)
		}
		plan.Output("OUT", out, "")
		return []string{out}, plan.Check()
	}
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return nil, usage.Errorf("OUT %s: for %d images it must be a folder, and is a file", out, len(in))
	} else if err != nil && !output.IsFolder(out) && CanWrite(out) {
		return nil, usage.Errorf("OUT %s: for %d images it must be a folder (%s/ makes one of this name)", out, len(in), out)
	}
	var files []string
	from := map[string]string{}
	for _, file := range in {
		base := filepath.Base(file)
		to := filepath.Join(out, strings.TrimSuffix(base, filepath.Ext(base))+".png")
		if other, ok := from[to]; ok {
			return nil, usage.Errorf("%s and %s would both become %s", other, file, to)
		}
		from[to] = file
		files = append(files, to)
		plan.Output("OUT", to, "")
	}
	return files, plan.CheckFolder("OUT", out)
}
