package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"steady/tools/internal/usage"
)

// Plan is what a command is going to read and write. [Plan.Check] applies the same rules to all commands: a file that exists
// is replaced only with --force, what is read is never replaced, no file is written twice, and a file that cannot be written
// is known before the work begins.
type Plan struct {
	Force  bool
	inputs []string
	files  []planned
}

type planned struct {
	flag, path, extension string
	kept                  bool // may exist: the command continues it
}

// AddFlag adds --force.
func (p *Plan) AddFlag(flags *pflag.FlagSet) {
	flags.BoolVar(&p.Force, "force", false, "replace files that exist")
}

// Input adds files or folders that are read.
func (p *Plan) Input(paths ...string) { p.inputs = append(p.inputs, paths...) }

// Output adds a file that flag, "--out", names. Its name must end in extension, unless that is empty. Its folder must exist.
func (p *Plan) Output(flag, path, extension string) {
	p.files = append(p.files, planned{flag, path, extension, false})
}

// Continued adds a file as Output does, but one that may exist, since it is continued.
func (p *Plan) Continued(flag, path, extension string) {
	p.files = append(p.files, planned{flag, path, extension, true})
}

// Check returns an error if the plan breaks a rule. It removes what killed programs have left of the same files.
func (p *Plan) Check() error { return p.check("") }

// CheckFolder is Check for a plan whose files lie in a folder, which is made if it does not exist.
func (p *Plan) CheckFolder(flag, dir string) error {
	if info, err := os.Stat(filepath.Clean(dir)); err == nil { // without the slash, a file is found too
		if !info.IsDir() {
			return usage.Errorf("%s %s: that is a file", flag, dir)
		}
		for _, in := range p.inputs {
			if other, err := os.Stat(in); err == nil && os.SameFile(info, other) {
				return usage.Errorf("%s %s: that is the input %s: choose another folder", flag, dir, in)
			}
		}
	}
	return p.check(dir)
}

func (p *Plan) check(folder string) error {
	same := sameFiles{}
	for _, in := range p.inputs {
		if info, err := os.Stat(in); err == nil {
			same.add(info, in)
		}
	}
	for _, f := range p.files {
		if err := f.checkName(folder); err != nil {
			return err
		}
		info, err := os.Stat(f.path)
		if err != nil {
			if _, err := os.Lstat(f.path); err == nil {
				return usage.Errorf("%s %s: that is a symbolic link to nothing: remove it, or choose another name", f.flag, f.path)
			}
			continue
		}
		if info.IsDir() {
			return usage.Errorf("%s %s: that is a folder", f.flag, f.path)
		}
		if !info.Mode().IsRegular() {
			return usage.Errorf("%s %s: that is no file that can be replaced (%v)", f.flag, f.path, info.Mode().Type())
		}
		if other, found := same.find(info); found {
			return usage.Errorf("%s %s: that is the same file as %s: choose another name", f.flag, f.path, other)
		}
		same.add(info, f.path)
		if !f.kept && !p.Force {
			return usage.Errorf("%s exists: --force replaces it", f.path)
		}
	}
	return p.try()
}

func (f *planned) checkName(folder string) error {
	switch {
	case f.path == "":
		return usage.Errorf("%s FILE%s is missing: name the file to write", f.flag, f.extension)
	case f.extension != "" && filepath.Ext(f.path) != f.extension:
		return usage.Errorf("%s %s: the name must end in %s", f.flag, f.path, f.extension)
	case folder != "":
		return nil
	}
	dir := filepath.Dir(f.path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usage.Errorf("%s %s: there is no folder %s", f.flag, f.path, dir)
	}
	return nil
}

// try makes an empty file of each name in a temporary folder beside it: that finds what may not be written, names that the
// file system does not have, and two that are one to it, such as x.npy and X.npy.
func (p *Plan) try() (err error) {
	type trial struct {
		info os.FileInfo // of the folder
		dir  string      // the temporary one in it
	}
	var trials []trial
	defer func() {
		for _, t := range trials {
			os.RemoveAll(t.dir)
		}
	}()
	byDir := map[string][]string{}
	made := map[string]string{} // file in a temporary folder -> the output that it is for
	for _, f := range p.files {
		cannot := func(err error) error {
			if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
				err = pathError.Err // its path is of the temporary folder
			}
			return fmt.Errorf("%s %s cannot be written: %w", f.flag, f.path, err)
		}
		dir, rest, info, err := nearestFolder(f.path)
		if err != nil {
			return cannot(err)
		}
		byDir[filepath.Dir(f.path)] = append(byDir[filepath.Dir(f.path)], f.path)
		i := slices.IndexFunc(trials, func(t trial) bool { return os.SameFile(t.info, info) })
		if i < 0 {
			temporary, err := os.MkdirTemp(dir, ".steady-*"+temporarySuffix)
			if err != nil {
				return cannot(err)
			}
			i, trials = len(trials), append(trials, trial{info, temporary})
		}
		name := filepath.Join(trials[i].dir, rest)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return cannot(err)
		}
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			return usage.Errorf("%s %s: that is the same file as %s: choose another name", f.flag, f.path, sameAs(made, name))
		}
		if err != nil {
			return cannot(err)
		}
		file.Close()
		made[name] = f.path
	}
	for dir, paths := range byDir {
		removeStale(dir, paths)
	}
	return nil
}

// sameAs returns the output for which a file was made that is the same as name, perhaps in other letters.
func sameAs(made map[string]string, name string) string {
	info, err := os.Stat(name)
	for file, path := range made {
		if found, err2 := os.Stat(file); err == nil && err2 == nil && os.SameFile(info, found) {
			return path
		}
	}
	return "another"
}

// IsFolder reports whether a path is that of a folder: one that exists, or one to be made, whose path ends in a slash.
func IsFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir() || path != "" && os.IsPathSeparator(path[len(path)-1])
}

// nearestFolder splits a path into the nearest folder that exists and the rest.
func nearestFolder(path string) (dir, rest string, info os.FileInfo, err error) {
	dir, rest = filepath.Dir(path), filepath.Base(path)
	for {
		info, err = os.Stat(dir)
		parent := filepath.Dir(dir)
		if err == nil && !info.IsDir() {
			return "", "", nil, fmt.Errorf("%s is no folder", dir)
		}
		if err == nil || !errors.Is(err, fs.ErrNotExist) || parent == dir {
			return dir, rest, info, err
		}
		dir, rest = parent, filepath.Join(filepath.Base(dir), rest)
	}
}

// sameFiles finds a file that is known already, whatever its path: the same files have the same size and time.
type sameFiles map[fileKey][]known

type fileKey struct{ size, time int64 }

type known struct {
	info os.FileInfo
	path string
}

func (s sameFiles) add(info os.FileInfo, path string) {
	key := fileKey{info.Size(), info.ModTime().UnixNano()}
	s[key] = append(s[key], known{info, path})
}

func (s sameFiles) find(info os.FileInfo) (path string, found bool) {
	for _, k := range s[fileKey{info.Size(), info.ModTime().UnixNano()}] {
		if os.SameFile(k.info, info) {
			return k.path, true
		}
	}
	return "", false
}
