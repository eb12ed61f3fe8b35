package output

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"
)

// Export is a file that a command writes of a result if the flag of its name is given, or a folder.
type Export[T any] struct {
	Flag, Extension, Help string
	Write                 func(result T, w io.Writer) error
	// Folder returns the files of a folder, by their paths in it with slashes: their bytes, or values that they have as JSON;
	// nil if it is a file that is written.
	Folder func(result T) (map[string]any, error)

	path string
	plan *Plan
}

// Exports are the files that a command can write of its result.
type Exports[T any] []*Export[T]

// AddFlags adds their flags, and --force.
func (e Exports[T]) AddFlags(flags *pflag.FlagSet, plan *Plan) {
	for _, one := range e {
		one.plan = plan
		flags.StringVar(&one.path, one.Flag, "", one.Help)
	}
	plan.AddFlag(flags)
}

// Plan adds the files that are asked for to a plan. What will be in a folder is known only when there is a result.
func (e Exports[T]) Plan(plan *Plan) {
	for _, one := range e {
		if one.path != "" && one.Folder == nil {
			plan.Output("--"+one.Flag, one.path, one.Extension)
		}
	}
}

// Write writes them, each file whole or not at all, and none if a folder's cannot be.
func (e Exports[T]) Write(result T) error {
	var writes []func() error
	for _, one := range e {
		switch {
		case one.path == "":
		case one.Folder != nil:
			files, err := one.folder(result)
			if err != nil {
				return err
			}
			writes = append(writes, func() error { return writeFolder(files) })
		default:
			writes = append(writes, func() error {
				return File(one.path, func(w io.Writer) error { return one.Write(result, w) })
			})
		}
	}
	for _, write := range writes {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// folder returns the values of files by their paths, which can be written.
func (e *Export[T]) folder(result T) (map[string]any, error) {
	values, err := e.Folder(result)
	if err != nil {
		return nil, err
	}
	plan := Plan{Force: e.plan.Force, inputs: e.plan.inputs}
	files := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path := filepath.Join(e.path, filepath.FromSlash(name))
		files[path] = values[name]
		plan.Output("--"+e.Flag, path, filepath.Ext(path))
	}
	return files, plan.CheckFolder("--"+e.Flag, e.path)
}

func writeFolder(files map[string]any) error {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		var err error
		if b, ok := files[path].([]byte); ok {
			err = File(path, func(w io.Writer) error { _, err := w.Write(b); return err })
		} else {
			err = JSON(path, files[path])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
