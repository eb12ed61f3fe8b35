package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// writeFile writes a file under a temporary name in its own folder and renames it when it is whole, so that
// nothing half-written is ever found under its name.
func writeFile(path string, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// writeJSON is writeFile for a value as JSON.
func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return writeFile(path, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err })
}

// checkOut tells early, before hours of work, that a file cannot be written where it is wanted.
func checkOut(flag, path, extension string) error {
	if path == "" {
		return usagef("say where to write with --%s FILE%s", flag, extension)
	}
	if filepath.Ext(path) != extension {
		return usagef("--%s %s: the name must end in %s", flag, path, extension)
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usagef("--%s %s: there is no folder %s", flag, path, dir)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usagef("--%s %s: that is a folder", flag, path)
	}
	return nil
}
