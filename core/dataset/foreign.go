package dataset

import (
	"bytes"
	"path"
	"strings"
)

// toNPZ is the Python that makes of CIFAR's pickles a file that is read. A pickle is a program, so none is read here.
const toNPZ = `python3 -c "import glob, pickle, sys, numpy as np; d = sys.argv[1] + '/'; ` +
	`load = lambda names: [pickle.load(open(f, 'rb'), encoding='bytes') for n in names for f in sorted(glob.glob(d + n))]; ` +
	`x = lambda b: np.concatenate([p[b'data'] for p in b]).reshape(-1, 3, 32, 32); ` +
	`y = lambda b: np.concatenate([p.get(b'fine_labels', p.get(b'labels')) for p in b]); ` +
	`a, b = load(['data_batch_?', 'train']), load(['test_batch', 'test']); ` +
	`np.savez('cifar.npz', x_train=x(a), y_train=y(a), x_test=x(b), y_test=y(b))" FOLDER`

// pickled returns the error for a pickle, such as a file of the Python version of CIFAR-10 or CIFAR-100.
func pickled(name string) error {
	return &Error{name, "", "a pickle, which may run any program when it is read: instead of CIFAR's Python version take the binary one " +
		"(cifar-10-binary.tar.gz, cifar-100-binary.tar.gz), or unpack it and make cifar.npz of its FOLDER with\n" + toNPZ + "\n", ErrUnknown}
}

// isPickleOfCIFAR reports whether a name in an archive is that of one of CIFAR's pickles.
func isPickleOfCIFAR(name string) bool {
	base := path.Base(name)
	return base == "test_batch" || strings.HasPrefix(base, "data_batch_") && !strings.Contains(base, ".") ||
		path.Base(path.Dir(name)) == "cifar-100-python" && (base == "train" || base == "test")
}

// pickledFolder returns the error for a folder of CIFAR's pickles, or nil.
func pickledFolder(name string, has map[string]bool) error {
	file := func(n string) bool { dir, ok := has[n]; return ok && !dir }
	if file("test_batch") || file("data_batch_1") || file("meta") && (file("test") || file("train")) {
		return pickled(name)
	}
	return nil
}

// foreign are the beginnings of files of data that are not read, with what they are and what to do.
var foreign = []struct{ magic, what string }{
	{"PK\x03\x04", "a ZIP archive: unpack it, and name its folder"},
	{"PAR1", "a Parquet file: save its images as files in a folder for each class, or as .npz"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file: save its images and labels as .npz"},
	{"MATLAB 5.0 MAT-file", "a MATLAB file: save its images and labels as .npz (scipy.io.loadmat, numpy.savez)"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it, and name its folder"},
	{"Rar!\x1a\x07", "a RAR archive: unpack it, and name its folder"},
	{"\x28\xb5\x2f\xfd", "packed with zstd: unpack it, or pack it with gzip or xz"},
	{"BZh", "packed with bzip2: unpack it, or pack it with gzip or xz"},
}

// pictures are the beginnings of image files: PNG, JPEG, GIF, TIFF.
var pictures = []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF8", "II*\x00", "MM\x00*"}

// sniffed is how many bytes a file is known by.
const sniffed = 32

// unread returns the error for a file that begins in a way that is known, but of no format that is read, or nil.
func unread(name string, head []byte) error {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return &Error{name, "", f.what, ErrUnknown}
		}
	}
	if len(head) == 0 {
		return &Error{name, "", "the file is empty", ErrUnknown}
	}
	for _, magic := range pictures {
		if bytes.HasPrefix(head, []byte(magic)) {
			return &Error{name, "", "a picture; a set is a folder with a sub-folder of pictures for each class", ErrUnknown}
		}
	}
	if len(head) > 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 {
		return pickled(name)
	}
	return nil
}
