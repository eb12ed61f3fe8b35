package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"time"
)

// zipTime is the time of every file in the archive, the earliest that ZIP knows: it must not depend on when the page was
// built.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// stored are kinds of files that do not shrink any more.
var stored = []string{".gz", ".br", ".jpg", ".png", ".webp"}

// programs matches the names of files that may be run.
var programs = regexp.MustCompile(`^programs/|\.(sh|command)$`)

// zipFolder packs the files of a folder, in the order of their names, so that the same files make the same bytes. Kinds of files
// can be left out.
func zipFolder(folder string, without ...string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	files := os.DirFS(folder)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || slices.Contains(without, path.Ext(name)) {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime}
		if slices.Contains(stored, path.Ext(name)) {
			header.Method = zip.Store
		}
		header.SetMode(0o644)
		if programs.MatchString(name) {
			header.SetMode(0o755)
		}
		f, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
