package dataset

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
)

// Archives of data sets often hold a folder within a folder, and splits with longer names than train and test.

// unwrap returns the folder within a folder, or within that one, that has all images in folders of classes, where each folder
// around it has no other images; or the folder itself. A class with one sub-folder is left as it is.
func unwrap(fsys fs.FS, dir string) string {
	inner := dir
	for range maxDepth {
		names := classNames(fsys, inner)
		if len(names) != 1 || !holdsClasses(fsys, inner) || annotations(fsys, inner) != "" {
			break
		}
		inner = path.Join(inner, names[0])
	}
	if len(classNames(fsys, inner)) > 1 && holdsClasses(fsys, inner) {
		return inner
	}
	return dir
}

// splitWords returns the words of a name that are names of splits, as in seg_train or training_set, or nil.
func splitWords(lower string) (list []string) {
	for _, w := range strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if isSplit(w) {
			list = append(list, w)
		}
	}
	return list
}

// sameClasses reports whether there are folders to train and to test on, with classes of the same names.
func sameClasses(fsys fs.FS, name string, trains, tests []string) bool {
	if len(trains) == 0 || len(tests) == 0 {
		return false
	}
	known := classNames(fsys, unwrap(fsys, path.Join(name, trains[0])))
	return slices.ContainsFunc(classNames(fsys, unwrap(fsys, path.Join(name, tests[0]))), func(c string) bool {
		return slices.Contains(known, c)
	})
}

// unsorted returns an error for images that are not in folders of classes, but in some that are called as splits, with a file
// that says what they are, as Hugging Face has it.
func unsorted(fsys fs.FS, name string, flat, others []string) error {
	if len(others) > 0 {
		return nil
	}
	for _, split := range flat {
		for _, file := range []string{"metadata.csv", "metadata.jsonl", "metadata.parquet"} {
			if _, err := fs.Stat(fsys, path.Join(name, split, file)); err == nil {
				return &Error{path.Join(name, split), "", fmt.Sprintf("its images are labeled by %s, which is not read: want them in a "+
					"sub-folder for each class", file), ErrUnknown}
			}
		}
	}
	return nil
}
