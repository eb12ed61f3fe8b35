package dataset

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// severities is how many severities the images of a stacked array have: all at the first one, then all at the second, and so
// on, as in the files of CIFAR-10-C.
const severities = 5

// severityName returns the name of a set at the severity asked for.
func (o Options) severityName(name string) string {
	if o.Severity == 0 {
		return name
	}
	return fmt.Sprintf("%s, severity %d", name, o.Severity)
}

// ofSeverity returns the range of images that a severity has, and the labels, of which there may be one for each image or for
// each image of a severity. Without a severity it returns all, and notes if they are of five.
func ofSeverity(a *array, labels []int, l *array, o Options) (from, n int64, part []int, note string, err error) {
	n = a.dims[0]
	each := n / severities
	stacked := n%severities == 0 && n > severities
	same := int64(len(labels)) == n
	switch {
	case o.Severity < 0 || o.Severity > severities:
		return 0, 0, nil, "", fmt.Errorf("dataset: %w: %d: want 1 to %d, or 0", ErrSeverity, o.Severity, severities)
	case !same && !(stacked && int64(len(labels)) == each):
		return 0, 0, nil, "", malformed(l.file, "shape", "%d labels for the %d images of %s", len(labels), n, a.file)
	case !same && o.Severity == 0:
		return 0, 0, nil, "", &Error{a.file, "", fmt.Sprintf("%d images, five times the %d labels of %s: choose one of five severities",
			n, len(labels), l.file), ErrSeverity}
	case o.Severity == 0:
		if stacked && period(labels) == int(each) {
			note = fmt.Sprintf("the labels repeat after %d images, as those of five severities do: the images of all of them are used, "+
				"severity 1 first", each)
		}
		return 0, n, labels, note, nil
	case !stacked:
		return 0, 0, nil, "", &Error{a.file, "", fmt.Sprintf("%d images are not those of five severities, of which %d is asked for: "+
			"want five times as many as of one", n, o.Severity), ErrSeverity}
	case same && !slices.Equal(labels[each:], labels[:n-each]):
		return 0, 0, nil, "", &Error{a.file, "", fmt.Sprintf("its labels do not repeat after %d images, as those of five severities, "+
			"of which %d is asked for: want the same images in the same order at each", each, o.Severity), ErrSeverity}
	}
	return int64(o.Severity-1) * each, each, labels[:each], "", nil
}

// period returns the smallest number of labels after which they repeat: all of them if they do not.
func period(labels []int) int {
	// The length of the longest beginning that is also an end, of each part of the labels (Knuth, Morris and Pratt).
	border := make([]int, len(labels)+1)
	border[0] = -1
	for i, l := range labels {
		k := border[i]
		for k >= 0 && labels[k] != l {
			k = border[k]
		}
		border[i+1] = k + 1
	}
	return len(labels) - border[len(labels)]
}

// severityFolders returns the folders 1 to 5 in a folder that has no others, if each has folders of the same classes, and not
// one only: the layout of ImageNet-C.
func severityFolders(fsys fs.FS, dir string) (list []string) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil
	}
	var classes []string
	for _, e := range entries {
		sub := path.Join(dir, e.Name())
		switch {
		case ignored(e.Name()):
		case !isFolder(fsys, sub, e):
			if isImage(e.Name()) {
				return nil
			}
		case len(e.Name()) != 1 || !strings.Contains("12345", e.Name()) || !holdsClasses(fsys, sub):
			return nil
		default:
			names := classNames(fsys, sub)
			if len(names) < 2 || list != nil && !slices.Equal(names, classes) || isSplit(names[0]) {
				return nil
			}
			list, classes = append(list, e.Name()), names
		}
	}
	return list
}

// corruptionFolders returns the folders in a folder, or in these, whose folders are severities.
func corruptionFolders(fsys fs.FS, dir string, depth int) (list []string) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		sub := path.Join(dir, e.Name())
		if ignored(e.Name()) || !isFolder(fsys, sub, e) {
			continue
		}
		switch {
		case severityFolders(fsys, sub) != nil:
			list = append(list, sub)
		case depth > 0:
			list = append(list, corruptionFolders(fsys, sub, depth-1)...)
		}
		if len(list) == 0 {
			return nil // the first folder says what the others are
		}
	}
	return list
}

// chooseSeverity returns the folder of the severity asked for, or the folder itself if it has none.
func chooseSeverity(fsys fs.FS, name string, o Options) (string, error) {
	list := severityFolders(fsys, name)
	if list == nil {
		if corruptions := corruptionFolders(fsys, name, 1); corruptions != nil {
			return "", &Error{name, "", fmt.Sprintf("its folders (%s) are corruptions, each with folders of severities: name one of them",
				some(corruptions)), ErrSeverity}
		}
		return name, o.noSeverity(name)
	}
	if o.Severity == 0 {
		return "", &Error{name, "", fmt.Sprintf("its folders (%s) are taken for severities, as each has the same classes: choose one",
			strings.Join(list, ", ")), ErrSeverity}
	}
	chosen := fmt.Sprint(o.Severity)
	if !slices.Contains(list, chosen) {
		return "", &Error{name, "", fmt.Sprintf("it has no folder %s: its severities are %s", chosen, strings.Join(list, ", ")), ErrSeverity}
	}
	return path.Join(name, chosen), nil
}

func isSplit(name string) bool {
	return slices.Contains(slices.Concat(trainNames, testNames), strings.ToLower(name))
}
