package dataset

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// openNPZ reads a set from a file of NumPy arrays (numpy.savez), packed or not, into memory. It is an archive of NumPy files.
func openNPZ(fsys fs.FS, name string, split Split, o Options) (*Images, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, withFile(err, name, "")
	}
	defer f.Close()
	arrays, err := zippedArrays(f, name, o)
	if err != nil {
		return nil, err
	}
	s, err := openPair(arrays, name, split, o)
	if s == nil && err == nil {
		err = &Error{name, "", fmt.Sprintf("has the arrays %s: want images and labels called x_%[2]v and y_%[2]v, %[2]v_images and "+
			"%[2]v_labels, or x and y", strings.Join(slices.Sorted(maps.Keys(arrays)), ", "), split), ErrUnknown}
	}
	return s, err
}

// openOnly opens the only array of a .npz file.
func openOnly(f fs.File, name string, o Options) (*array, error) {
	arrays, err := zippedArrays(f, name, o)
	if err != nil {
		return nil, err
	}
	if len(arrays) != 1 {
		return nil, &Error{name, "", fmt.Sprintf("has %d arrays: want one of a pair of files, or images and labels in one file",
			len(arrays)), ErrUnknown}
	}
	for _, a := range arrays {
		return a.open()
	}
	panic("unreachable")
}

// zippedArrays returns the arrays of a .npz file by name, in lower case.
func zippedArrays(f fs.File, name string, o Options) (map[string]namedArray, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, withFile(err, name, "")
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		if info.Size() > o.maxBytes() {
			return nil, tooLarge(name, "", o)
		}
		all, err := readN(f, info.Size(), name, "")
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(all)
	}
	z, err := zip.NewReader(r, info.Size())
	if err != nil {
		return nil, malformed(name, "", "no archive of NumPy arrays: %v", err)
	}
	arrays := map[string]namedArray{}
	for _, entry := range z.File {
		within := slashed(entry.Name)
		if strings.HasSuffix(within, "/") {
			continue
		}
		key, full := arrayKey(within), name+", "+within
		if _, twice := arrays[key]; twice {
			return nil, malformed(name, within, "a second array of that name")
		}
		arrays[key] = namedArray{full, func() (*array, error) { return openEntry(entry, full) }}
	}
	return arrays, nil
}

// openEntry opens an array of an archive.
func openEntry(entry *zip.File, name string) (*array, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, malformed(name, "", "%v", err)
	}
	a, err := readHeader(zipped{r}, name)
	if err == nil && !a.packed {
		err = a.checkSize(entry.UncompressedSize64, "elements")
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	a.packed = true
	return a, nil
}

// zipped makes what is wrong with the bytes of an archive an error of its format.
type zipped struct{ r io.Reader }

func (z zipped) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) {
		err = packing(err)
	}
	return n, err
}

// arrayKey returns the name of an array from that of its file.
func arrayKey(file string) string {
	name := strings.ToLower(path.Base(file))
	for _, packing := range []string{".gz", ".xz"} {
		name = strings.TrimSuffix(name, packing)
	}
	return strings.TrimSuffix(name, ".npy")
}
