package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/phrase"
)

// File is a file that was opened together with another.
type File struct {
	Name string // as a browser says it: without folders, or with those below the one that was dropped, with slashes
	Data []byte
}

// weightFiles are the files that an ONNX file names.
type weightFiles struct {
	found   map[string]*File // by path in the ONNX file
	missing []string         // paths
	used    []*File          // in the order of their first use
}

// findFiles finds the files that an ONNX file names among others.
func findFiles(file []byte, further []File) (*weightFiles, error) {
	wanted, err := onnx.ExternalFiles(file)
	if err != nil {
		return nil, err
	}
	w := &weightFiles{found: map[string]*File{}}
	for _, p := range wanted {
		f, err := findFile(further, p)
		switch {
		case err != nil:
			return nil, err
		case f == nil:
			w.missing = append(w.missing, p)
		case w.uses(f):
			return nil, sameName(f.Name)
		default:
			w.found[p] = f
		}
	}
	return w, nil
}

// uses reports whether a file is one that the ONNX file names.
func (w *weightFiles) uses(f *File) bool {
	for _, other := range w.found {
		if other == f {
			return true
		}
	}
	return false
}

// missingText says which files are missing, if any.
func (w *weightFiles) missingText() string {
	var names []string
	for _, p := range w.missing {
		names = append(names, fmt.Sprintf("%q", path.Base(p)))
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("The weights of this network are in another file, %s. Choose the ONNX file and that one together.", names[0])
	}
	return fmt.Sprintf("The weights of this network are in other files, of which %s are missing. Choose the ONNX file and all of "+
		"them together.", phrase.First(names, 5))
}

// options says how to read the ONNX file.
func (w *weightFiles) options() onnx.Options {
	return onnx.Options{External: func(path string) (*io.SectionReader, error) {
		f := w.found[path]
		if f == nil {
			return nil, fs.ErrNotExist
		}
		if !slices.Contains(w.used, f) {
			w.used = append(w.used, f)
		}
		return io.NewSectionReader(bytes.NewReader(f.Data), 0, int64(len(f.Data))), nil
	}}
}

// Network is a network that was read from its files.
type Network struct {
	*nn.Network
	Notes   []string    // sentences on how it was taken, and which of the files were not used
	Weights []io.Reader // the files of its weights, if they are not in the ONNX file, in the order of their first use
}

// Network reads a network as [Session.SetNetwork] does, and puts the preprocessing in front of it.
func (a NetworkArgs) Network(file []byte, further ...File) (*Network, error) {
	files, err := findFiles(file, further)
	if err != nil {
		return nil, err
	}
	n, notes, err := a.readWith(files, file, further)
	if err != nil {
		return nil, err
	}
	if n, err = prepare(a, n); err != nil {
		return nil, err
	}
	var weights []io.Reader
	for _, f := range files.used {
		weights = append(weights, bytes.NewReader(f.Data))
	}
	return &Network{n, notes, weights}, nil
}

// read reads an ONNX file whose weights may be in further files. notes says which of them were not used.
func (a NetworkArgs) read(file []byte, further []File) (n *nn.Network, notes []string, err error) {
	files, err := findFiles(file, further)
	if err != nil {
		return nil, nil, err
	}
	return a.readWith(files, file, further)
}

// readWith reads an ONNX file with the files of its weights.
func (a NetworkArgs) readWith(files *weightFiles, file []byte, further []File) (n *nn.Network, notes []string, err error) {
	if text := files.missingText(); text != "" {
		return nil, nil, errors.New(text)
	}
	o := files.options()
	o.Output, o.Note = a.Output, func(text string) { notes = append(notes, Sentence(errors.New(text))) }
	if o.Layout, err = onnx.ParseLayout(string(a.Layout)); err != nil {
		return nil, nil, fmt.Errorf("session: %w", err)
	}
	o.Size = a.Size
	if n, err = o.Read(file); err != nil {
		return nil, nil, openQuestion(err)
	}
	var last *bool
	if o.Layout != "" {
		isLast := o.Layout == onnx.HWC
		last = &isLast
	}
	if n, err = n.ForImages(last); err != nil {
		return nil, nil, openQuestion(err)
	}
	for _, note := range n.Notes {
		notes = append(notes, Sentence(errors.New(note)))
	}
	for i := range further {
		if f := &further[i]; !files.uses(f) {
			notes = append(notes, fmt.Sprintf("The file %q is not used: the network does not name it.", f.Name))
		}
	}
	return n, notes, nil
}

// openQuestion says in plain words what a network leaves open, if it is that.
func openQuestion(err error) error {
	switch {
	case errors.Is(err, onnx.ErrSizeFree):
		return &userError{"This network takes pictures of any size: say which height and width it is to be shown.", err}
	case errors.Is(err, onnx.ErrLayout), errors.Is(err, nn.ErrOrder):
		return &userError{"This network's file does not say in which order it takes red, green and blue: choose whether all of red " +
			"comes first, or the three of each pixel.", err}
	case errors.Is(err, nn.ErrNotImages):
		return &userError{fmt.Sprintf("This network takes no pictures (%v).", err), err}
	}
	return err
}

// findFile returns the file at a path of the model's folder, or nil if there is none. A name without folders may stand for any
// path that ends in it.
func findFile(files []File, wanted string) (found *File, err error) {
	for _, p := range []string{wanted, path.Base(wanted)} {
		for i := range files {
			f := &files[i]
			if f.Name != p && (p != wanted || !strings.HasSuffix(f.Name, "/"+p)) {
				continue
			}
			if found != nil {
				return nil, sameName(p)
			}
			found = f
		}
		if found != nil {
			break
		}
	}
	return found, nil
}

// sameName returns the error of files that cannot be told apart.
func sameName(name string) error {
	return fmt.Errorf("Several of the files that belong to this network are called %q. Open it with weights in one file.", name)
}
