package dataset

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Names of the folders of a split, in any case, the preferred first.
var (
	trainNames = []string{"train", "training"}
	testNames  = []string{"test", "val", "valid", "validation", "testing"}
)

// openImageFolder opens a folder of classes or of splits. A folder called as a split is one only if it holds folders of
// classes, and not images: otherwise it is a class with an unfortunate name.
func openImageFolder(fsys fs.FS, name string, split Split, o Options) (*Images, error) {
	if err := o.noCoarse(name); err != nil {
		return nil, err
	}
	dir, err := chooseSeverity(fsys, name, o)
	if err != nil {
		return nil, err
	}
	if dir != name {
		s, err := openSplit(fsys, name, path.Base(dir), "", o)
		if err == nil {
			s.Name = o.severityName(path.Base(name))
		}
		return s, err
	}
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var trains, tests, others, flat []string // folders; flat are called as splits, but hold no classes
	var likeTrain, likeTest []string         // of the others, those whose names have the word in them, and that hold classes
	direct := false                          // there are images beside them
	for _, e := range entries {
		n := e.Name()
		dir := path.Join(name, n)
		if ignored(n) || !isFolder(fsys, dir, e) {
			direct = direct || isImage(n) && !ignored(n)
			continue
		}
		lower := strings.ToLower(n)
		switch isTrain := slices.Contains(trainNames, lower); {
		case !isTrain && !slices.Contains(testNames, lower):
			if !hasImage(fsys, dir, 0) {
				continue
			}
			others = append(others, n)
			if words := splitWords(lower); words != nil && holdsClasses(fsys, dir) {
				if slices.Contains(trainNames, words[0]) {
					likeTrain = append(likeTrain, n)
				} else {
					likeTest = append(likeTest, n)
				}
			}
		case !holdsClasses(fsys, dir):
			if hasImage(fsys, dir, 0) {
				flat = append(flat, n)
			}
		case isTrain:
			trains = append(trains, n)
		default:
			tests = append(tests, n)
		}
	}
	byName := func(names []string) func(a, b string) int {
		return func(a, b string) int {
			return slices.Index(names, strings.ToLower(a)) - slices.Index(names, strings.ToLower(b))
		}
	}
	slices.SortStableFunc(trains, byName(trainNames))
	slices.SortStableFunc(tests, byName(testNames))
	if len(trains)+len(tests)+len(flat) == 0 && sameClasses(fsys, name, likeTrain, likeTest) {
		trains, tests = likeTrain, likeTest
		others = slices.DeleteFunc(others, func(n string) bool { return slices.Contains(slices.Concat(trains, tests), n) })
	}
	splits := slices.Concat(trains, tests)
	if len(splits) == 0 {
		if inner := unwrap(fsys, name); inner != name && !direct && len(flat) == 0 {
			s, err := openImageFolder(fsys, inner, split, o)
			if err == nil {
				s.Name = strings.Replace(s.Name, path.Base(inner), cmp.Or(strings.Trim(path.Base(name), "."), path.Base(inner)), 1)
				s.Notes = append(s.Notes, fmt.Sprintf("what is in %s is read, as there are no other images", inner))
			}
			return s, err
		}
		if err := unsorted(fsys, name, flat, others); err != nil {
			return nil, err
		}
		s, err := openSplit(fsys, path.Dir(name), path.Base(name), siblingTrain(fsys, name), o)
		if err == nil && len(flat) > 0 && !slices.ContainsFunc(others, func(n string) bool { return splitWords(strings.ToLower(n)) == nil }) {
			s.Notes = append(s.Notes, fmt.Sprintf("%s are read as classes, as there are no folders of classes in them",
				some(slices.Concat(flat, others))))
		}
		return s, err
	}
	if len(splits) == 1 && len(others) > 0 {
		s, err := openSplit(fsys, path.Dir(name), path.Base(name), "", o)
		if err == nil {
			s.Notes = append(s.Notes, fmt.Sprintf("%s is read as a class, as there are images in %s too: if it is a split, "+
				"name its folder, %s", splits[0], some(others), path.Join(name, splits[0])))
		}
		return s, err
	}
	s, err := chooseSplit(fsys, name, trains, tests, split, o)
	if left := slices.Concat(flat, others); err == nil && len(left) > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("the images of %s are not used: no folders of classes", some(left)))
	}
	return s, err
}

// chooseSplit opens the folder of a split. That of the other one stands for it if there is only one.
func chooseSplit(fsys fs.FS, name string, trains, tests []string, split Split, o Options) (*Images, error) {
	train := ""
	if len(trains) > 0 {
		train = trains[0]
	}
	var unlabeled []string // test folders whose folders are no classes
	if train != "" {
		known := classNames(fsys, unwrap(fsys, path.Join(name, train)))
		tests = slices.DeleteFunc(slices.Clone(tests), func(t string) bool {
			if annotations(fsys, path.Join(name, t)) != "" {
				return false
			}
			own := classNames(fsys, unwrap(fsys, path.Join(name, t)))
			if slices.ContainsFunc(own, func(c string) bool { return slices.Contains(known, c) }) {
				return false
			}
			unlabeled = append(unlabeled, t)
			return true
		})
	}
	list, note := trains, "there are no images to train on: those of %s are used"
	if split == Test {
		list, note = tests, "there are no images to test on: those of %s are used"
	}
	chosen, read := "", split
	switch {
	case len(list) > 0:
		chosen, note = list[0], ""
	case len(unlabeled) > 0:
		return nil, &Error{path.Join(name, unlabeled[0]), "", fmt.Sprintf("none of its folders (%s) is called as a class of %s (%s): "+
			"want the same names in both", some(classNames(fsys, path.Join(name, unlabeled[0]))), train,
			some(classNames(fsys, path.Join(name, train)))), ErrFormat}
	case split == Test:
		chosen, read = train, Train
	default:
		chosen, read = tests[0], Test
	}
	s, err := openSplit(fsys, name, chosen, train, o)
	if err != nil {
		return nil, err
	}
	s.Name = path.Base(name) + "-" + read.String()
	if note != "" {
		s.Notes = append(s.Notes, fmt.Sprintf(note, chosen))
	}
	if split == Test && len(list) > 1 {
		s.Notes = append(s.Notes, fmt.Sprintf("the images of %s are used; there are also %s", chosen, some(list[1:])))
	}
	if len(unlabeled) > 0 && split == Test {
		s.Notes = append(s.Notes, fmt.Sprintf("%s is not used: none of its folders is called as a class of %s",
			some(unlabeled), train))
	}
	return s, nil
}

// openSplit opens the classes in a folder. They have the numbers that they have in train, if that is named: a folder
// beside it.
func openSplit(fsys fs.FS, parent, name, train string, o Options) (*Images, error) {
	dir := path.Join(parent, name)
	if train != "" {
		dir = unwrap(fsys, dir)
	}
	var l *listing
	var err error
	if file := annotations(fsys, dir); file != "" {
		l, err = listAnnotated(fsys, dir, file)
	} else {
		l, err = listClasses(fsys, dir)
	}
	if err != nil {
		return nil, err
	}
	var known []string
	if train != "" && train != name {
		known = classNames(fsys, unwrap(fsys, path.Join(parent, train)))
	}
	s, err := l.open(fsys, dir, known, o)
	if err == nil && len(known) > 0 && len(s.Classes) > len(known) {
		s.Notes = append(s.Notes, fmt.Sprintf("%s has no images of %s: these classes come after its own", train,
			some(s.Classes[len(known):])))
	}
	return s, err
}

// siblingTrain returns the folder of training images beside that of another split, or "".
func siblingTrain(fsys fs.FS, name string) string {
	if name == "." || !slices.Contains(testNames, strings.ToLower(path.Base(name))) {
		return ""
	}
	entries, err := fs.ReadDir(fsys, path.Dir(name))
	if err != nil {
		return ""
	}
	own := classNames(fsys, name)
	for _, e := range entries {
		dir := path.Join(path.Dir(name), e.Name())
		if !slices.Contains(trainNames, strings.ToLower(e.Name())) || !isFolder(fsys, dir, e) {
			continue
		}
		known := classNames(fsys, dir)
		if annotations(fsys, name) != "" && len(known) > 0 ||
			slices.ContainsFunc(own, func(c string) bool { return slices.Contains(known, c) }) {
			return e.Name()
		}
	}
	return ""
}

// classNames returns the names of the classes in a folder, in their order.
func classNames(fsys fs.FS, dir string) (names []string) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		sub := path.Join(dir, e.Name())
		if !ignored(e.Name()) && isFolder(fsys, sub, e) && hasImage(fsys, sub, 0) {
			names = append(names, e.Name())
		}
	}
	sortClasses(names, func(n string) string { return n })
	return names
}

// holdsClasses reports whether there are folders with images in a folder, and no images beside them.
func holdsClasses(fsys fs.FS, dir string) bool {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return false
	}
	found := false
	for _, e := range entries {
		sub := path.Join(dir, e.Name())
		switch {
		case ignored(e.Name()):
		case isFolder(fsys, sub, e):
			found = found || hasImage(fsys, sub, 0)
		case isImage(e.Name()):
			return false
		}
	}
	return found
}

// annotations returns the file with the classes of the images of a folder as Tiny ImageNet's validation set has it, or "".
func annotations(fsys fs.FS, dir string) string {
	const file = "val_annotations.txt"
	info, err := fs.Stat(fsys, path.Join(dir, file))
	images, errImages := fs.Stat(fsys, path.Join(dir, "images"))
	if err != nil || errImages != nil || info.IsDir() || !images.IsDir() {
		return ""
	}
	return path.Join(dir, file)
}

// listAnnotated lists the images of such a folder. A line of its file is the name of an image, its class and a box, with
// tabs between them.
func listAnnotated(fsys fs.FS, dir, file string) (*listing, error) {
	text, err := readAtMost(fsys, file, maxAnnotations)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	folder := path.Join(dir, "images")
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	l := &listing{skipped: map[string]int{}}
	unseen := map[string]bool{}
	for _, e := range entries {
		if !ignored(e.Name()) && !e.IsDir() {
			unseen[e.Name()] = true
		}
	}
	files := map[string][]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(strings.TrimRight(lines.Text(), "\r"), "\t")
		if fields[0] == "" {
			continue
		}
		if len(fields) < 2 || fields[1] == "" {
			return nil, malformed(file, field("line", n), "%q: want the name of an image, a tab and its class", lines.Text())
		}
		if !unseen[fields[0]] {
			return nil, malformed(file, field("line", n), "%q: want an image that is in %s, once", fields[0], folder)
		}
		delete(unseen, fields[0])
		files[fields[1]] = append(files[fields[1]], path.Join(folder, fields[0]))
	}
	if err := lines.Err(); err != nil {
		return nil, withFile(err, file, "")
	}
	for class, list := range files {
		slices.Sort(list)
		l.classes = append(l.classes, classFolder{name: class, files: list})
	}
	sortClasses(l.classes, func(c classFolder) string { return c.name })
	if len(unseen) > 0 {
		l.skipped["without a line in "+path.Base(file)] = len(unseen)
	}
	return l, nil
}

// maxAnnotations is how many bytes of a file of annotations are read at most.
const maxAnnotations = 64 << 20
