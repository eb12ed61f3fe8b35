package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Open opens the set of a name in a file system. The name is that of
//
//   - a folder of CIFAR-10 or CIFAR-100 in the binary version, or one with the folder cifar-10-batches-bin or
//     cifar-100-binary in it;
//   - an archive of that: tar, plain or packed with gzip or xz;
//   - a folder of IDX files called as those of MNIST are, packed or not: train-images-idx3-ubyte,
//     train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte; or one with these in a folder raw;
//   - a folder of NumPy files called x_test.npy and y_test.npy, or test_images.npy and test_labels.npy (MNIST-C);
//   - an image folder: a sub-folder with images for each class, or folders train and test (or val, valid or validation,
//     in any case) of such; the images of val may also be labeled by a file as Tiny ImageNet's are; with
//     Options.Severity, a folder with the folders 1 to 5 of such (ImageNet-C);
//   - a .npz file with images and labels (Keras, MedMNIST);
//   - a .npy file of images beside which is labels.npy (CIFAR-10-C), or y_test.npy for x_test.npy;
//
// or the names of two files with a comma between them: images and labels, each IDX, NumPy, or a .npz file with one array.
//
// The images of an image folder, and those of arrays that are not packed, are read when they are asked for; others are
// read here. Where there is only one split, as in an image folder without train and test and in a pair of files, it
// stands for either. Where there are images of train, the classes of an image folder are numbered by these. An error matches
// ErrUnknown where nothing is known of what is there, ErrSeverity where a severity must be chosen or cannot be, and
// fs.ErrNotExist where there is nothing at all. Close what is returned.
func Open(fsys fs.FS, name string, split Split, o Options) (*Images, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		if images, labels, ok := strings.Cut(name, ","); ok {
			return openArrays(fsys, strings.TrimSpace(images), strings.TrimSpace(labels), o)
		}
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if info.IsDir() {
		return openFolder(fsys, name, split, o)
	}
	if strings.EqualFold(path.Ext(name), ".npz") {
		return openNPZ(fsys, name, split, o)
	}
	if strings.EqualFold(path.Ext(name), ".npy") {
		if s, err := openBeside(fsys, name, o); s != nil || err != nil {
			return s, err
		}
	}
	set, err := loadFile(fsys, name, split, o)
	if err != nil {
		return nil, err
	}
	return set.Images(), nil
}

// Load reads the set of a name in a file system, as [Open] knows it, into memory.
func Load(fsys fs.FS, name string, split Split, o Options) (*Set, error) {
	s, err := Open(fsys, name, split, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Set(o)
}

func loadFile(fsys fs.FS, name string, split Split, o Options) (*Set, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	u, err := unpacked(f, name)
	if err != nil {
		return nil, err
	}
	b := bufio.NewReaderSize(u, 1<<16)
	head, err := b.Peek(512)
	if err != nil && err != io.EOF {
		return nil, withFile(err, name, "")
	}
	switch {
	case bytes.HasPrefix(head, npyMagic), len(head) > 3 && head[0] == 0 && head[1] == 0 && head[3] > 0 && head[3] < 5:
		return nil, &Error{name, "", "one array is not a set: give images and labels, as in images.npy,labels.npy",
			ErrUnknown}
	case len(head) == 512 && bytes.HasPrefix(head[257:], []byte("ustar")):
		return CIFARArchive(b, name, split, o)
	}
	if err := unread(name, head); err != nil {
		return nil, err
	}
	return nil, &Error{name, "", "not a tar archive (plain, gzip or xz); other sets are folders, such as one with test_batch.bin " +
		"of CIFAR-10, or pairs of files as in images.npy,labels.npy", ErrUnknown}
}

func openFolder(fsys fs.FS, name string, split Split, o Options) (*Images, error) {
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	has := map[string]bool{} // whether it is a folder
	for _, e := range entries {
		if info, err := fs.Stat(fsys, path.Join(name, e.Name())); err == nil { // follows links
			has[e.Name()] = info.IsDir()
		}
	}
	sub, err := fs.Sub(fsys, name)
	if err != nil {
		return nil, err
	}
	for _, kind := range cifarKinds {
		if !kind.in(has) {
			continue
		}
		set, err := cifarFolder(sub, name, kind, split, o)
		if err != nil {
			return nil, err
		}
		return set.Images(), nil
	}
	if err := pickledFolder(name, has); err != nil {
		return nil, err
	}
	for _, within := range []string{cifar10.folder, cifar100.folder, "cifar-10-batches-py", "cifar-100-python"} {
		if has[within] {
			return openFolder(fsys, path.Join(name, within), split, o)
		}
	}
	arrays := arrayFiles(fsys, name, has, o)
	if s, err := openPair(arrays, name, split, o); s != nil || err != nil {
		return s, err
	}
	images, labels, err := idxFiles(name, has, split)
	if err != nil {
		return nil, err
	}
	if images != "" {
		return openArrays(fsys, path.Join(name, images), path.Join(name, labels), o)
	}
	// torchvision keeps the files of MNIST and its relatives in a folder of this name.
	if has["raw"] {
		if entries, err := fs.ReadDir(fsys, path.Join(name, "raw")); err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
			return idxName.MatchString(e.Name())
		}) {
			return openFolder(fsys, path.Join(name, "raw"), split, o)
		}
	}
	if len(arrays) > 0 && len(classNames(fsys, name)) == 0 {
		return nil, unpaired(name, arrays)
	}
	return openImageFolder(fsys, name, split, o)
}

var idxName = regexp.MustCompile(`^(?:(.*)-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz|\.xz)?$`)

// idxFiles finds the IDX files of a split; empty if there are none of either split.
func idxFiles(folder string, has map[string]bool, split Split) (images, labels string, err error) {
	found := map[string][]string{}
	prefixes := map[string]bool{}
	for name, dir := range has {
		m := idxName.FindStringSubmatch(name)
		if m == nil || dir {
			continue
		}
		prefixes[m[1]] = true
		s := "test"
		if m[2] == "train" {
			s = m[2]
		}
		found[s+m[3]] = append(found[s+m[3]], name)
	}
	switch {
	case len(found) == 0:
		return "", "", nil
	case len(prefixes) > 1:
		return "", "", &Error{folder, "", fmt.Sprintf("IDX files of several sets (%s): give two, as in images,labels",
			strings.Join(slices.Sorted(maps.Keys(prefixes)), ", ")), ErrUnknown}
	}
	pick := func(kind string) string {
		names := found[split.String()+kind]
		if len(names) == 0 {
			err = errors.Join(err, &Error{folder, "IDX file of the " + split.String() + " " + kind, "", fs.ErrNotExist})
			return ""
		}
		return slices.MinFunc(names, func(a, b string) int { return len(a) - len(b) }) // the one that is not packed
	}
	images, labels = pick("images"), pick("labels")
	return images, labels, err
}
