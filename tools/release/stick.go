package main

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

// stickFiles explain and start what is on a stick.
//
//go:embed stick
var stickFiles embed.FS

// stickName is the archive for a USB stick: the page, and for each platform a program that serves it.
const stickName = "steady-stick.zip"

// packStick returns the archive for a stick. Its programs have no page embedded, so that this is there once.
func packStick(site string, licenses []byte, platforms []target) (archive []byte, err error) {
	dir, err := os.MkdirTemp("", "steady-stick-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	files, err := fs.Sub(stickFiles, "stick")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(dir, files); err != nil {
		return nil, err
	}
	start, err := fs.ReadFile(files, "start.sh")
	if err != nil {
		return nil, err
	}
	for name, content := range map[string][]byte{"start.command": start, licensesName: licenses} { // Finder starts what ends in .command
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return nil, err
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "site"), os.DirFS(site)); err != nil {
		return nil, err
	}
	for _, t := range platforms {
		if err := t.build(filepath.Join(dir, "programs", t.name()), false); err != nil {
			return nil, err
		}
	}
	return zipFolder(dir, ".gz", ".br")
}
