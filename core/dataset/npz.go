package dataset

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
)

// arrayPairs are the names that images and labels have in a .npz file, for a split and for any, the likelier first: those
// of Keras's data sets, of MedMNIST, and of hand-made files.
var arrayPairs = map[Split][][2]string{
	Train: {{"x_train", "y_train"}, {"train_images", "train_labels"}},
	Test:  {{"x_test", "y_test"}, {"test_images", "test_labels"}},
}

var anyPairs = [][2]string{{"x", "y"}, {"images", "labels"}, {"data", "labels"}, {"data", "targets"}, {"arr_0", "arr_1"}}

// openNPZ reads a set from a file of NumPy arrays (numpy.savez), packed or not, into memory. Those of a split are preferred;
// names are taken in either case.
func openNPZ(fsys fs.FS, name string, split Split, o Options) (*Images, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, withFile(err, name, "")
	}
	defer f.Close()
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
	arrays := map[string]*zip.File{}
	var names []string
	for _, entry := range z.File {
		key := strings.ToLower(strings.TrimSuffix(entry.Name, ".npy"))
		arrays[key] = entry
		names = append(names, strings.TrimSuffix(entry.Name, ".npy"))
	}
	other := Train + Test - split
	for _, c := range []struct {
		pairs [][2]string
		split string // that the names say; "" for none
		note  string
	}{
		{arrayPairs[split], "-" + split.String(), ""},
		{anyPairs, "", ""},
		{arrayPairs[other], "-" + other.String(), "no images to " + split.String() + " on: those to " + other.String() + " on are used"},
	} {
		for _, pair := range c.pairs {
			images, labels := arrays[pair[0]], arrays[pair[1]]
			if images == nil || labels == nil {
				continue
			}
			s, err := openEntries(images, labels, name, o)
			if err != nil {
				return nil, err
			}
			if len(s.Classes) == 0 { // the set is not known by its labels
				s.Name = stem(name) + c.split
			}
			if c.note != "" {
				s.Notes = append(s.Notes, c.note)
			}
			return s, nil
		}
	}
	return nil, &Error{name, "", "has the arrays " + strings.Join(names, ", ") + ": want images and labels called x_" + split.String() +
		" and y_" + split.String() + ", " + split.String() + "_images and " + split.String() + "_labels, or x and y", ErrUnknown}
}

// openEntries reads a set from two arrays of an archive.
func openEntries(images, labels *zip.File, file string, o Options) (*Images, error) {
	a, err := openEntry(images, file)
	if err != nil {
		return nil, err
	}
	l, err := openEntry(labels, file)
	if err != nil {
		return nil, err
	}
	return a.open(l, file+", "+images.Name, file+", "+labels.Name, o)
}

// openEntry opens an array of an archive.
func openEntry(entry *zip.File, file string) (*array, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, malformed(file, entry.Name, "%v", err)
	}
	a, err := readHeader(zipped{r}, file+", "+entry.Name)
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
