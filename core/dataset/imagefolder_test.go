package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// folders are the files of names, those of images with an image in them.
func folders(t testing.TB, names ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, n := range names {
		m[n] = file(nil)
		if isImage(n) {
			m[n] = pngOf(t, 4, 4, gray(9), gray(9))
		}
	}
	return m
}

// contents lists the images of a set with their labels.
func contents(s *Images) string {
	var list []string
	for i, l := range s.Labels {
		list = append(list, fmt.Sprintf("%s=%d", s.File(i), l))
	}
	return strings.Join(list, " ")
}

func TestImageFolders(t *testing.T) {
	tiny := folders(t, "train/n02/images/n02_0.png", "train/n02/n02_boxes.txt", "train/n01/images/n01_0.png",
		"val/images/val_0.png", "val/images/val_1.png", "val/images/val_2.png", "test/images/test_0.png", "wnids.txt")
	tiny["val/val_annotations.txt"] = file([]byte("val_0.png\tn02\t0\t0\t7\t7\r\nval_1.png\tn01\t0\t0\t7\t7\n"))
	for _, c := range []struct {
		what     string
		fsys     fstest.MapFS
		name     string
		split    Split
		classes  string
		contents string
		notes    []string
	}{
		{"any case and any name of a split", folders(t, "Train/a/1.png", "Train/b/1.png", "VALID/b/2.png"), ".", Test,
			"a b", "VALID/b/2.png=1", nil},
		{"test before val", folders(t, "train/a/1.png", "val/a/2.png", "test/a/3.png"), ".", Test, "a", "test/a/3.png=0",
			[]string{"there are also val", "only one class, a"}},
		{"classes called as splits", folders(t, "train/1.png", "test/1.png", "tram/1.png"), ".", Test,
			"test train tram", "test/1.png=0 train/1.png=1 tram/1.png=2", nil},
		{"a class with sub-folders called as a split", folders(t, "train/day/1.png", "train/night/1.png", "bus/1.png"), ".",
			Train, "bus train", "bus/1.png=0 train/day/1.png=1 train/night/1.png=1",
			[]string{"train is read as a class", "class train has the folders day, night"}},
		{"test images without classes", folders(t, "train/a/1.png", "train/b/1.png", "val/b/2.png", "test/3.png"), ".", Test,
			"a b", "val/b/2.png=1", []string{"images of test are not used"}},
		{"only train", folders(t, "train/a/1.png", "train/b/1.png", "test/3.png"), ".", Test, "a b",
			"train/a/1.png=0 train/b/1.png=1", []string{"no images to test on: those of train are used", "of test are not used"}},
		{"only val", folders(t, "val/a/1.png", "val/b/1.png"), ".", Train, "a b", "val/a/1.png=0 val/b/1.png=1",
			[]string{"no images to train on: those of val are used"}},
		{"a class more than in train", folders(t, "train/b/1.png", "train/c/1.png", "val/a/1.png", "val/c/1.png"), ".", Test,
			"b c a", "val/a/1.png=2 val/c/1.png=1", []string{"train has no images of a"}},
		{"val by its own name", folders(t, "set/train/a/1.png", "set/train/b/1.png", "set/val/b/2.png"), "set/val", Test,
			"a b", "set/val/b/2.png=1", []string{"only one class, b"}},
		{"numbers", folders(t, "10/1.png", "9/1.png", "007/1.png"), ".", Test, "007 9 10", "007/1.png=0 9/1.png=1 10/1.png=2",
			nil},
		{"folders without images", folders(t, "a/1.png", "b/notes.txt", "c/1.png", "d/.1.png", "__MACOSX/a/1.png",
			".cache/1.png"), ".", Test, "a c", "a/1.png=0 c/1.png=1", []string{"no classes: b, d", "1 files that are not read"}},
		{"other kinds", folders(t, "a/1.png", "a/2.HEIC", "a/3.heic", "a/b/4.JFIF", "a/._1.png", "c/5.JPE", "c/readme", "0.png"),
			".", Test, "a c", "a/1.png=0 c/5.JPE=1 a/b/4.JFIF=0",
			[]string{"3 files that are not read as images (2 .heic, 1 files without an extension)", "1 images that are in no class"}},
		{"Tiny ImageNet", tiny, ".", Test, "n01 n02", "val/images/val_1.png=0 val/images/val_0.png=1",
			[]string{"1 without a line in val_annotations.txt", "test is not used"}},
		{"its validation set", tiny, "val", Test, "n01 n02", "val/images/val_1.png=0 val/images/val_0.png=1", nil},
		{"a folder in a folder", folders(t, "set/images/a/1.png", "set/images/b/1.png", "set/meta/x.txt"), ".", Test, "a b",
			"set/images/a/1.png=0 set/images/b/1.png=1", []string{"what is in set/images is read"}},
		{"splits in a folder in a folder", folders(t, "set/images/train/a/1.png", "set/images/train/b/1.png", "set/images/val/b/1.png"),
			"set", Test, "a b", "set/images/val/b/1.png=1", []string{"what is in set/images is read"}},
		{"a single class with a sub-folder", folders(t, "a/day/1.png"), ".", Test, "a", "a/day/1.png=0", []string{"only one class, a"}},
		{"longer names of splits, each a folder in a folder", folders(t, "seg_train/seg_train/a/1.png", "seg_train/seg_train/b/1.png",
			"seg_test/seg_test/b/1.png", "seg_test/seg_test/a/1.png", "seg_pred/seg_pred/1.png"), ".", Test, "a b",
			"seg_test/seg_test/a/1.png=0 seg_test/seg_test/b/1.png=1", []string{"images of seg_pred are not used"}},
		{"training_set and test_set", folders(t, "training_set/a/1.png", "training_set/b/1.png", "test_set/a/1.png", "test_set/b/1.png"), ".",
			Train, "a b", "training_set/a/1.png=0 training_set/b/1.png=1", nil},
		{"classes with the word train in their names", folders(t, "bullet train/x/1.png", "test tube/y/1.png", "cat/1.png"), ".", Test,
			"bullet train cat test tube", "bullet train/x/1.png=0 cat/1.png=1 test tube/y/1.png=2", nil},
		{"splits without classes", folders(t, "train/cat.0.png", "test1/1.png"), ".", Test, "test1 train", "test1/1.png=0 train/cat.0.png=1",
			[]string{"train, test1 are read as classes"}},
		{"its training set", tiny, ".", Train, "n01 n02", "train/n01/images/n01_0.png=0 train/n02/images/n02_0.png=1",
			[]string{"1 .txt"}},
	} {
		s, err := Open(c.fsys, c.name, c.split, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got := strings.Join(s.Classes, " "); got != c.classes {
			t.Errorf("%s: classes %s, want %s", c.what, got, c.classes)
		}
		if got := contents(s); got != c.contents {
			t.Errorf("%s: %s, want %s", c.what, got, c.contents)
		}
		notes := strings.Join(s.Notes, "; ")
		for _, n := range c.notes {
			if !strings.Contains(notes, n) {
				t.Errorf("%s: notes %q, want %q among them", c.what, notes, n)
			}
		}
		if c.notes == nil && c.what != "its validation set" && !strings.Contains(notes, "only one class") && notes != "" {
			t.Errorf("%s: notes %q, want none", c.what, notes)
		}
	}
}

func TestImageFoldersRefused(t *testing.T) {
	broken := func(text string) fstest.MapFS {
		m := folders(t, "val/images/a.png", "val/images/b.png")
		m["val/val_annotations.txt"] = file([]byte(text))
		return m
	}
	for _, c := range []struct {
		what string
		fsys fstest.MapFS
		want error
		text string
	}{
		{"other classes in test", folders(t, "train/a/1.png", "test/b/1.png"), ErrFormat, "none of its folders (b)"},
		{"images only", folders(t, "1.png", "2.png"), ErrUnknown, "2 images without a class"},
		{"no class", broken("a.png\n"), ErrFormat, "line 1"},
		{"no such image", broken("a.png\tx\nc.png\tx\n"), ErrFormat, "line 2"},
		{"one image twice", broken("a.png\tx\na.png\ty\n"), ErrFormat, "once"},
		{"no lines", broken(""), ErrUnknown, "without a line"},
	} {
		s, err := Open(c.fsys, ".", Test, Options{})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %+v, %v: want %v with %q", c.what, s, err, c.want, c.text)
		}
	}
}

func TestRelabel(t *testing.T) {
	s, err := Open(folders(t, "a/1.png", "b/1.png", "a/2.png"), ".", Test, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := s.Relabel([]int{5, 2}, []string{2: "b", 5: "a"})
	if !slices.Equal(r.Labels, []int{5, 2, 5}) || r.Classes[5] != "a" || !slices.Equal(s.Labels, []int{0, 1, 0}) {
		t.Errorf("%v, %q; before %v", r.Labels, r.Classes, s.Labels)
	}
	if r.File(1) != "b/1.png" {
		t.Errorf("image 1 is %s", r.File(1))
	}
}
