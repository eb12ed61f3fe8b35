package session

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"steady/core/nn"
	"steady/core/onnx"
)

// File is a file that was opened together with another.
type File struct {
	Name string // as a browser says it: without folders, or with those below the one that was dropped, with slashes
	Data []byte
}

// read reads an ONNX file whose weights may be in further files. notes says which of them were not used.
func read(file []byte, further []File) (n *nn.Network, notes []string, err error) {
	wanted, err := onnx.ExternalFiles(file)
	if err != nil {
		return nil, nil, err
	}
	found, used := map[string]*File{}, map[*File]bool{}
	var missing []string
	for _, p := range wanted {
		f, err := findFile(further, p)
		switch {
		case err != nil:
			return nil, nil, err
		case f == nil:
			missing = append(missing, fmt.Sprintf("%q", path.Base(p)))
			continue
		case used[f]:
			return nil, nil, sameName(f.Name)
		}
		found[p], used[f] = f, true
	}
	if len(missing) > 0 {
		return nil, nil, fmt.Errorf("The weights of this network are in other files, and %s is missing. Choose the ONNX file and "+
			"all of them together.", list(missing))
	}
	n, err = onnx.Options{External: func(path string) (*io.SectionReader, error) {
		f := found[path]
		if f == nil {
			return nil, fs.ErrNotExist
		}
		return io.NewSectionReader(bytes.NewReader(f.Data), 0, int64(len(f.Data))), nil
	}}.Read(file)
	if err != nil {
		return nil, nil, err
	}
	for i := range further {
		if f := &further[i]; !used[f] {
			notes = append(notes, fmt.Sprintf("The file %q is not used: the network does not name it.", f.Name))
		}
	}
	return n, notes, nil
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

// list returns the first names, and how many more there are.
func list(names []string) string {
	const most = 5
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}
