package output

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"steady/tools/internal/usage"
)

// Check returns an error early, before hours of work, if a file of a flag cannot be written where it is wanted. Its name must
// end in extension.
func Check(flag, path, extension string) error {
	if path == "" {
		return usage.Errorf("--%s FILE%s is missing: name the file to write", flag, extension)
	}
	if filepath.Ext(path) != extension {
		return usage.Errorf("--%s %s: the name must end in %s", flag, path, extension)
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usage.Errorf("--%s %s: there is no folder %s", flag, path, dir)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage.Errorf("--%s %s: that is a folder", flag, path)
	}
	return nil
}

// File writes a file under a temporary name in its own folder and renames it when it is whole.
func File(path string, write func(w io.Writer) error) (err error) {
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

// JSON writes a value as [File] does, as indented JSON.
func JSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return File(path, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err })
}
