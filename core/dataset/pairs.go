package dataset

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// namedArray is an array of several in a file or a folder.
type namedArray struct {
	name string // for errors
	open func() (*array, error)
}

// splitPairs are the names that arrays of images and labels have, of a split and of any, the likelier first: those of
// Keras's data sets, of MedMNIST and MNIST-C, and of hand-made files. The images to validate with stand for others to test on.
var (
	trainPairs = pairsOf("train")
	testPairs  = pairsOf("test")
	valPairs   = slices.Concat(pairsOf("val"), pairsOf("valid"))
	anyPairs   = [][2]string{{"x", "y"}, {"images", "labels"}, {"data", "labels"}, {"data", "targets"}, {"images", "targets"},
		{"x", "labels"}, {"image", "label"}, {"imgs", "labels"}, {"arr_0", "arr_1"}}
)

func pairsOf(split string) [][2]string {
	return [][2]string{{"x_" + split, "y_" + split}, {split + "_images", split + "_labels"}, {"images_" + split, "labels_" + split},
		{split + "_x", split + "_y"}, {split + "_data", split + "_labels"}}
}

// openPair opens the images and labels of a split among arrays, or returns nil if none are called as such. Those of the
// split are preferred.
func openPair(arrays map[string]namedArray, file string, split Split, o Options) (*Images, error) {
	type group struct {
		pairs [][2]string
		split string // that the names say; "" for none
	}
	train, val, test := group{trainPairs, "train"}, group{valPairs, "val"}, group{testPairs, "test"}
	order := []group{test, {anyPairs, ""}, val, train}
	if split == Train {
		order = []group{train, {anyPairs, ""}, test, val}
	}
	for _, g := range order {
		for _, pair := range g.pairs {
			images, labels := arrays[pair[0]], arrays[pair[1]]
			if images.open == nil || labels.open == nil {
				continue
			}
			s, err := openNamed(images, labels, o)
			if err != nil {
				return nil, err
			}
			if len(s.Classes) == 0 { // the set is not known by its labels
				s.Name = o.severityName(strings.TrimSuffix(stem(file)+"-"+g.split, "-"))
			}
			if g.split != "" && g.split != split.String() {
				s.Notes = append(s.Notes, fmt.Sprintf("no images to %v on: those of %s are used", split, pair[0]))
			}
			return s, nil
		}
	}
	return nil, nil
}

func openNamed(images, labels namedArray, o Options) (*Images, error) {
	l, err := labels.open()
	if err != nil {
		return nil, err
	}
	defer l.close()
	a, err := images.open()
	if err != nil {
		return nil, err
	}
	s, err := a.open(l, images.name, labels.name, o)
	if err != nil || s.close == nil {
		a.close()
	}
	return s, err
}

// arrayFiles returns the NumPy files in a folder, by the names of their arrays.
func arrayFiles(fsys fs.FS, folder string, has map[string]bool, o Options) map[string]namedArray {
	arrays := map[string]namedArray{}
	for _, n := range slices.Sorted(maps.Keys(has)) {
		if has[n] || !strings.Contains(strings.ToLower(n)+".", ".npy.") {
			continue
		}
		file := path.Join(folder, n)
		if _, twice := arrays[arrayKey(n)]; !twice { // the one that is not packed
			arrays[arrayKey(n)] = namedArray{file, func() (*array, error) { return openArray(fsys, file, o) }}
		}
	}
	return arrays
}

// unpaired returns the error for a folder of arrays that are not called as images and labels. Those of CIFAR-10-C lie beside
// one file of labels for all.
func unpaired(folder string, arrays map[string]namedArray) error {
	names := slices.Sorted(maps.Keys(arrays))
	what := fmt.Sprintf("a folder of the arrays %s: give images and labels, as in images.npy,labels.npy", some(names))
	if i := slices.Index(names, "labels"); i >= 0 && len(names) > 1 {
		names = slices.Delete(names, i, i+1)
		what = fmt.Sprintf("a folder of the arrays %s and their labels: name one of them, as in %s", some(names),
			path.Join(folder, names[0]+".npy"))
	}
	return &Error{folder, "", what, ErrUnknown}
}

// openBeside opens a file of images with the labels in the same folder that belong to it by their name, or returns nil if
// there are none: those of x_test.npy are y_test.npy, and those of any file labels.npy.
func openBeside(fsys fs.FS, images string, o Options) (*Images, error) {
	dir, key := path.Dir(images), arrayKey(images)
	for _, pair := range slices.Concat(testPairs, trainPairs, valPairs, anyPairs, [][2]string{{key, "labels"}}) {
		labels := path.Join(dir, pair[1]+".npy")
		if _, err := fs.Stat(fsys, labels); pair[0] != key || key == "labels" || err != nil {
			continue
		}
		s, err := openArrays(fsys, images, labels, o)
		if err == nil {
			s.Notes = append(s.Notes, "the labels are those of "+path.Base(labels)+", which lies beside it")
		}
		return s, err
	}
	return nil, nil
}
