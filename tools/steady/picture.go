package main

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
)

// pictureFormats are those that can be written; img reads more.
const pictureFormats = ".png, .jpg, .bmp or .tiff"

func readPicture(path string) (*img.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	defer f.Close()
	m, err := img.Decode(f, img.DefaultMaxPixels)
	if err != nil {
		return nil, fmt.Errorf("picture %s: %w", path, err)
	}
	return m, nil
}

func canWritePicture(path string) bool { return pictureEncoder(path) != nil }

func pictureEncoder(path string) func(w io.Writer, m *img.Image) error {
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

func writePicture(path string, m *img.Image) error {
	return output.File(path, func(w io.Writer) error { return pictureEncoder(path)(w, m) })
}
