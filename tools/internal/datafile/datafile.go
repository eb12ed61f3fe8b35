package datafile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/tools/internal/picture"
	"steady/tools/internal/usage"
)

// fashionFolder is where Debian's package dataset-fashion-mnist puts all of Fashion-MNIST.
const fashionFolder = "/usr/share/datasets/fashion-mnist"

// Help is the help of a flag that takes DATA.
const Help = "images: fashion (built in), a folder or archive (.tar, .tar.gz, .tar.xz) of\n" +
	"CIFAR-10 or CIFAR-100 in the binary version, a folder of IDX files, an image folder with\n" +
	"a sub-folder per class, a .npz file, or two files as in images.npy,labels.npy (IDX too)"

// Default is the DATA of a command that is given none.
const Default = fashion.Name

// Whole returns the DATA that has all images of a set, where it is known that spec has only some of them.
func Whole(spec string) string {
	if _, err := os.Stat(fashionFolder); spec == fashion.Name && err == nil {
		return fashionFolder // all 10,000, not only those that are built in
	}
	return spec
}

// Open opens what DATA names, and says what was skipped in it. Close what is returned.
func Open(spec string, split dataset.Split, o dataset.Options, say func(format string, args ...any)) (*dataset.Images, error) {
	return OpenIn(os.DirFS, spec, split, o, say)
}

// OpenIn is Open with the files of folders as dirFS returns them.
func OpenIn(dirFS func(folder string) fs.FS, spec string, split dataset.Split, o dataset.Options, say func(format string, args ...any)) (*dataset.Images, error) {
	if spec == fashion.Name {
		switch {
		case o.Severity != 0:
			return nil, usage.Error{Err: &dataset.Error{File: spec, What: "the built-in images have no severities", Err: dataset.ErrSeverity}}
		case o.Coarse:
			return nil, usage.Error{Err: &dataset.Error{File: spec, What: "the built-in images have no coarse labels", Err: dataset.ErrUnknown}}
		}
		if split == dataset.Test {
			return fashion.Test().Limit(o.Limit).Images(), nil
		}
		spec = fashionFolder
		if _, err := os.Stat(spec); err != nil {
			return nil, fmt.Errorf("data %s: built in are images to test on only; those to train on come with Debian's "+
				"package dataset-fashion-mnist, or name a folder with the four files of Fashion-MNIST", fashion.Name)
		}
	}
	root, name, err := locate(spec)
	if err != nil {
		return nil, err
	}
	if o.SkipDamaged {
		say("Data %s: reading every image once, to find the damaged ones.", spec)
	}
	o.Warn = warner(spec, say)
	images, err := dataset.Open(dirFS(root), name, split, o)
	switch {
	case errors.Is(err, dataset.ErrUnknown):
		return nil, usage.Error{Err: fmt.Errorf("data %s: %w", spec, err)}
	case errors.Is(err, dataset.ErrSeverity) && o.Severity == 0:
		return nil, usage.Errorf("data %s: %w (--severity N of attack, train, and eval without --corruption)", spec, err)
	case errors.Is(err, dataset.ErrSeverity):
		return nil, usage.Errorf("data %s: %w", spec, err)
	case err != nil:
		return nil, Hint(fmt.Errorf("data %s: %w", spec, err))
	case images.Len() == 0:
		images.Close()
		return nil, fmt.Errorf("data %s: there are no images in it", spec)
	}
	for _, n := range images.Notes {
		say("Data %s: %s.", spec, n)
	}
	return images, nil
}

// Load reads what DATA names into memory, says what was skipped in it, and returns the damaged files that were left out.
func Load(spec string, split dataset.Split, o dataset.Options, say func(format string, args ...any)) (set *dataset.Set, skipped []string, err error) {
	images, err := Open(spec, split, o, say)
	if err != nil {
		return nil, nil, err
	}
	defer images.Close()
	if set, err = images.Set(o); err != nil {
		return nil, nil, Hint(fmt.Errorf("data %s: %w", spec, err))
	}
	return set, Skipped(images), nil
}

// Hint adds to an error of an image the flag that helps.
func Hint(err error) error {
	if errors.Is(err, dataset.ErrDamaged) {
		return fmt.Errorf("%w (--skip-damaged leaves such files out)", err)
	}
	return picture.Hint(err)
}

// warner returns what says of files what is odd about them. It names the first ones only.
func warner(spec string, say func(format string, args ...any)) func(file, note string) {
	const most = 10
	var lock sync.Mutex
	told := 0
	return func(file, note string) {
		lock.Lock()
		defer lock.Unlock()
		switch told++; {
		case told <= most:
			say("Data %s: %s: %s.", spec, file, note)
		case told == most+1:
			say("Data %s: more such files are not named.", spec)
		}
	}
}

// Files returns the files and folders that DATA names.
func Files(spec string) []string {
	images, labels, pair := strings.Cut(spec, ",")
	if _, err := os.Stat(spec); err == nil { // a name may have a comma in it
		return []string{spec}
	}
	if !pair {
		return []string{strings.TrimSpace(spec)}
	}
	return []string{strings.TrimSpace(images), strings.TrimSpace(labels)}
}

// locate splits DATA into a folder and the names of one or two files in it, as io/fs has them.
func locate(spec string) (root, name string, err error) {
	files := Files(spec)
	for i, f := range files {
		if _, err := os.Stat(f); errors.Is(err, fs.ErrNotExist) {
			return "", "", usage.Errorf("data %s: there is no %s; DATA is %s", spec, f, oneLine(Help))
		}
		if files[i], err = filepath.Abs(f); err != nil {
			return "", "", fmt.Errorf("data %s: %w", spec, err)
		}
	}
	root = filepath.Dir(files[0])
	for i := 0; i < len(files); {
		// Rel compares names as the system does: on Windows upper and lower case are the same.
		rel, err := filepath.Rel(root, files[i])
		if err == nil && filepath.IsLocal(rel) {
			i++
			continue
		}
		up := filepath.Dir(root)
		if up == root {
			return "", "", usage.Errorf("data %s: both files must be on one drive", spec)
		}
		root = up
	}
	for i, f := range files {
		rel, err := filepath.Rel(root, f)
		if err != nil {
			return "", "", fmt.Errorf("data %s: %w", spec, err)
		}
		files[i] = filepath.ToSlash(rel)
	}
	return root, strings.Join(files, ","), nil
}
