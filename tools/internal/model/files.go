package model

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"steady/core/classnames"
	"steady/core/inspect"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/onnx/filehash"
	"steady/tools/internal/input"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/usage"
)

// maxModel is the largest ONNX file that is read: no message of protocol buffers is larger.
const maxModel = 2 << 30

// maxBytes bounds an ONNX file and the files of its weights together.
const maxBytes = 16 << 30

// readFile returns the network of an ONNX file, whose weights may be in other files of its folder. The bytes are those of
// the ONNX file if it is complete in itself and takes images as the network does, else nil. The hash is of all files.
func (o Options) readFile(path string) (n *nn.Network, b []byte, hash string, err error) {
	b, reading, files, err := o.openFile(path)
	if err != nil {
		return nil, nil, "", fmt.Errorf("model: %w", err)
	}
	defer files.close()
	if n, err = reading.Read(b); err != nil {
		return nil, nil, "", readError(path, err)
	}
	if hash, err = filehash.Of(b, files.readers()...); err != nil {
		return nil, nil, "", fmt.Errorf("model %s: %w", path, err)
	}
	if len(files.opened) > 0 || len(n.Notes) > 0 || o.Size != (optionflags.Size{}) {
		b = nil
	}
	return n, b, hash, nil
}

// openFile returns the bytes of a file or of a built-in network, how they are read, and the files of the weights, to close.
func (o Options) openFile(name string) (b []byte, reading onnx.Options, files *weightFiles, err error) {
	if format := foreignFormat(name); format != "" {
		return nil, reading, &weightFiles{}, usage.Errorf("%s is of %s, want an ONNX file: docs/from-python.md shows how to export one", name, format)
	}
	if IsFile(name) {
		b, err = input.File(name, maxModel)
	} else {
		b, err = builtIn(name)
	}
	files = &weightFiles{folder: filepath.Dir(name), left: maxBytes - int64(len(b))}
	if o.Reads != nil && IsFile(name) {
		o.Reads(name)
		files.reads = o.Reads
	}
	reading = o.reading(name)
	reading.External = files.open
	return b, reading, files, err
}

// Inspect returns what is known of the network that the options name, for the output, size and layout that they say.
func (o Options) Inspect() (*inspect.Report, error) {
	layout, err := onnx.ParseLayout(o.Layout)
	if err != nil {
		return nil, usage.Errorf("--%w", err)
	}
	o.Layout = string(layout)
	name := o.Name
	b, reading, files, err := o.openFile(name)
	if err != nil {
		return nil, err
	}
	defer files.close()
	r, err := inspect.FileWith(b, reading)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	if IsFile(name) {
		inspectBeside(r, filepath.Dir(name))
	}
	return r, nil
}

// inspectBeside adds what the files in a model's folder say of it, or in the one above for onnx/model.onnx.
func inspectBeside(r *inspect.Report, folder string) {
	folders := []string{folder}
	if full, err := filepath.Abs(folder); err == nil && filepath.Base(full) == "onnx" {
		folders = append(folders, filepath.Join(folder, ".."))
	}
	for _, folder := range folders {
		if b, err := input.File(filepath.Join(folder, inspect.PreprocessorConfig), classnames.MaxBytes); err == nil {
			r.AddPreprocessorConfig(b)
			break
		}
	}
	for _, folder := range folders {
		for _, name := range inspect.NamesBeside {
			path := filepath.Join(folder, name)
			if b, err := input.File(path, classnames.MaxBytes); err == nil {
				r.AddNames(path, b)
			}
		}
	}
}

// weightFiles opens the files of a folder that hold the weights of an ONNX file, and no others.
type weightFiles struct {
	folder string
	left   int64             // bytes that they may still have
	reads  func(file string) // an Options.Reads
	opened []io.Closer
	names  []string            // of the files
	parts  []*io.SectionReader // all of each of them
}

// open is an onnx.Options.External.
func (f *weightFiles) open(path string) (*io.SectionReader, error) {
	if f.opened == nil {
		root, err := os.OpenRoot(f.folder)
		if err != nil {
			return nil, err
		}
		f.opened = append(f.opened, root)
	}
	root := f.opened[0].(*os.Root)
	name := filepath.FromSlash(path)
	info, err := root.Stat(name) // first, because to open a pipe would wait
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("it is not there, want it in the folder %s, with the ONNX file: %w", f.folder, os.ErrNotExist)
	case err != nil && isLink(root, name):
		return nil, fmt.Errorf("it is a link that leads out of the folder %s, want the file itself there: %w", f.folder, err)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	}
	if f.left -= info.Size(); f.left < 0 {
		return nil, fmt.Errorf("with its %d bytes the model has more than %d", info.Size(), int64(maxBytes))
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	f.opened = append(f.opened, file)
	if !slices.Contains(f.names, name) {
		f.names, f.parts = append(f.names, name), append(f.parts, io.NewSectionReader(file, 0, info.Size()))
		if f.reads != nil {
			f.reads(filepath.Join(f.folder, name))
		}
	}
	return io.NewSectionReader(file, 0, info.Size()), nil
}

// readers returns what reads each of the files, in the order of their first use.
func (f *weightFiles) readers() (list []io.Reader) {
	for _, part := range f.parts {
		list = append(list, part)
	}
	return list
}

// isLink reports whether a name in the folder is a symbolic link.
func isLink(root *os.Root, name string) bool {
	info, err := root.Lstat(name)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

func (f *weightFiles) close() {
	for _, c := range f.opened {
		c.Close()
	}
}
