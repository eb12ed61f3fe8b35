package dataset

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"steady/core/phrase"
)

// imageExtensions are those of image files.
var imageExtensions = []string{".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm",
	".pgm", ".pnm"}

func isImage(name string) bool {
	return slices.Contains(imageExtensions, strings.ToLower(path.Ext(name)))
}

// ignored reports whether a name is one that programs leave behind in folders: hidden, or of macOS.
func ignored(name string) bool { return strings.HasPrefix(name, ".") || name == "__MACOSX" }

// maxDepth is how deep the folders within a class are read.
const maxDepth = 16

// A listing is what is in an image folder.
type listing struct {
	classes []classFolder
	direct  int            // images of no class, beside the classes' folders
	skipped map[string]int // files of other kinds in the classes' folders, by what they are
	vacant  []string       // sub-folders without images
}

// A classFolder is the images of a class.
type classFolder struct {
	name   string
	files  []string // by name
	inside []string // its sub-folders that have images
}

// listClasses lists the images of each sub-folder of a folder.
func listClasses(fsys fs.FS, name string) (*listing, error) {
	l := &listing{skipped: map[string]int{}}
	entries, err := fs.ReadDir(fsys, name) // sorted
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	for _, e := range entries {
		switch dir := path.Join(name, e.Name()); {
		case ignored(e.Name()):
		case isFolder(fsys, dir, e):
			c := classFolder{name: e.Name()}
			if err := l.walk(fsys, dir, 0, &c); err != nil {
				return nil, err
			}
			if len(c.files) == 0 {
				l.vacant = append(l.vacant, c.name)
				continue
			}
			l.classes = append(l.classes, c)
		case isImage(e.Name()):
			l.direct++
		}
	}
	sortClasses(l.classes, func(c classFolder) string { return c.name })
	return l, nil
}

// isFolder reports whether an entry is a folder, or a link to one.
func isFolder(fsys fs.FS, name string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// walk adds the images in a folder of a class, and in its sub-folders, to the class.
func (l *listing) walk(fsys fs.FS, dir string, depth int, c *classFolder) error {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	for _, e := range entries {
		file := path.Join(dir, e.Name())
		switch {
		case ignored(e.Name()):
		case e.IsDir() && depth == maxDepth:
			l.skipped["folders below others"]++
		case e.IsDir():
			before := len(c.files)
			if err := l.walk(fsys, file, depth+1, c); err != nil {
				return err
			}
			if depth == 0 && len(c.files) > before {
				c.inside = append(c.inside, e.Name())
			}
		case isImage(e.Name()):
			c.files = append(c.files, file)
		case e.Type()&fs.ModeSymlink != 0 && isFolder(fsys, file, e):
			l.skipped["links to folders"]++
		default:
			l.skipped[cmp.Or(strings.ToLower(path.Ext(e.Name())), "files without an extension")]++
		}
	}
	return nil
}

// sortClasses sorts by name, or by number if all names are numbers.
func sortClasses[T any](list []T, name func(T) string) {
	numbers := !slices.ContainsFunc(list, func(c T) bool { return !isNumber(name(c)) })
	slices.SortStableFunc(list, func(a, b T) int {
		x, y := name(a), name(b)
		if numbers {
			x, y := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
				return c
			}
		}
		return cmp.Compare(x, y)
	})
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// skippedText says how many files of which kinds were skipped.
func (l *listing) skippedText() string {
	total := 0
	var kinds []string
	for _, kind := range slices.SortedFunc(maps.Keys(l.skipped), func(a, b string) int {
		return cmp.Or(cmp.Compare(l.skipped[b], l.skipped[a]), cmp.Compare(a, b))
	}) {
		total += l.skipped[kind]
		kinds = append(kinds, fmt.Sprintf("%d %s", l.skipped[kind], kind))
	}
	const most = 8
	if len(kinds) > most {
		kinds = append(kinds[:most], "others")
	}
	return fmt.Sprintf("%d files that are not read as images (%s)", total, strings.Join(kinds, ", "))
}

// notes returns what a listing has passed over, and what was decided.
func (l *listing) notes() (notes []string) {
	if len(l.skipped) > 0 {
		notes = append(notes, "skipped "+l.skippedText())
	}
	if l.direct > 0 {
		notes = append(notes, fmt.Sprintf("skipped %d images that are in no class's folder", l.direct))
	}
	if len(l.vacant) > 0 {
		notes = append(notes, fmt.Sprintf("folders without images are no classes: %s", some(l.vacant)))
	}
	if len(l.classes) == 1 {
		notes = append(notes, fmt.Sprintf("there is only one class, %s", l.classes[0].name))
	}
	for _, c := range l.classes {
		if len(c.inside) > 1 {
			notes = append(notes, fmt.Sprintf("images in sub-folders were read too: class %s has the folders %s",
				c.name, some(c.inside)))
			break
		}
	}
	return notes
}

// some returns the first names of a list.
func some(names []string) string { return phrase.First(names, 5) }

// hasImage reports whether there is an image in a folder or its sub-folders. It reads no more than it must: folders of
// training sets are large.
func hasImage(fsys fs.FS, dir string, depth int) bool {
	f, err := fsys.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	var folders []string
	for ok {
		entries, err := d.ReadDir(64)
		ok = err == nil
		for _, e := range entries {
			switch {
			case ignored(e.Name()):
			case e.IsDir():
				folders = append(folders, path.Join(dir, e.Name()))
			case isImage(e.Name()):
				return true
			}
		}
	}
	return depth < maxDepth && slices.ContainsFunc(folders, func(d string) bool { return hasImage(fsys, d, depth+1) })
}
