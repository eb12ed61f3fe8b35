package output

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// File writes a file under a temporary name in its own folder and renames it when it is whole and on the disk. A file that
// it replaces keeps its permissions; of a symbolic link it replaces what the link leads to.
func File(path string, write func(w io.Writer) error) error {
	err := Temporary(path, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<16)
		if err := write(w); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Temporary is [File] for what needs more than a writer: write may also open the file again, by its name.
func Temporary(path string, write func(f *os.File) error) (err error) {
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	f, err := create(target)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			Remove(f)
		}
		Untrack(f)
	}()
	if err := write(f); err != nil {
		return err
	}
	if info, err := os.Stat(target); err == nil && info.Mode().IsRegular() {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	return Rename(f, target)
}

// JSON writes a value as [File] does, as indented JSON.
func JSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return File(path, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err })
}

// Rename closes a file and renames it to path, so that after a loss of power there is the whole file of this name or the one
// before.
func Rename(f *os.File, path string) error {
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	// Its lock is kept while it is renamed, where an open file can be.
	if !renamesOpen {
		if err := f.Close(); err != nil {
			return err
		}
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if renamesOpen {
		if err := f.Close(); err != nil {
			return err
		}
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync() // not every system can, and the file is there
		dir.Close()
	}
	return nil
}

const (
	temporarySuffix = ".part"
	longestBase     = 200 // bytes of a file's name that are in its temporary name: a name may have 255
)

// temporaryBase returns what the temporary names of a file have between the dot at their beginning and a random number.
func temporaryBase(path string) string {
	base := filepath.Base(path)
	return base[:min(len(base), longestBase)]
}

// create creates a file with a temporary name for path, locked as long as it is open, and tracks it.
func create(path string) (*os.File, error) {
	for range 100 {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d%s", temporaryBase(path), rand.Uint32(), temporarySuffix))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		// Another process that finds it without a lock takes it for stale.
		if err := TryLock(f); err == nil && named(f) {
			Track(f)
			return f, nil
		}
		f.Close()
	}
	return nil, errors.New("no temporary name is free")
}

// named reports whether an open file still has its name.
func named(f *os.File) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	found, err := os.Stat(f.Name())
	return err == nil && os.SameFile(mine, found)
}

// removeStale removes the temporary files of paths in a folder that no process has open: those of programs that were killed.
func removeStale(dir string, paths []string) {
	bases := map[string]bool{}
	for _, path := range paths {
		bases[temporaryBase(path)] = true
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		name, temporary := strings.CutSuffix(e.Name(), temporarySuffix)
		number := strings.LastIndexByte(name, '.')
		if !temporary || number < 1 || name[0] != '.' || !bases[name[1:number]] || !e.Type().IsRegular() ||
			strings.Trim(name[number+1:], "0123456789") != "" {
			continue
		}
		RemoveUnlocked(filepath.Join(dir, e.Name()))
	}
}

// RemoveUnlocked removes a file that no process has locked, if it is there.
func RemoveUnlocked(path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return
	}
	if err := lock(f, false); err != nil {
		f.Close()
		return
	}
	Remove(f)
}

// Remove closes a file and removes it, under its lock where an open file can be removed.
func Remove(f *os.File) {
	if renamesOpen {
		os.Remove(f.Name())
	}
	f.Close()
	if !renamesOpen {
		os.Remove(f.Name()) // fails if another process has opened it meanwhile
	}
	Untrack(f)
}

// tracked are the files to remove if the program ends early.
var tracked = struct {
	sync.Mutex
	files map[*os.File]bool
}{files: map[*os.File]bool{}}

// Track has [Abandon] remove an open file.
func Track(f *os.File) {
	tracked.Lock()
	defer tracked.Unlock()
	tracked.files[f] = true
}

// Untrack has Abandon leave a file as it is.
func Untrack(f *os.File) {
	tracked.Lock()
	defer tracked.Unlock()
	delete(tracked.files, f)
}

// Abandon removes the unfinished files of everything that writes. It is for a program that ends at once after it: other calls
// of functions of this package may never return.
func Abandon() {
	tracked.Lock()
	for f := range tracked.files {
		f.Close() // open files cannot be removed everywhere
		os.Remove(f.Name())
	}
}
