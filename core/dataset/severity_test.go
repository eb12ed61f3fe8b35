package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// stacked returns arrays of three images at each of five severities, gray, 1×1, the value of an image 10 times its severity
// more than its number; and labels.
func stacked(labels ...byte) (images, y []byte) {
	var pix []byte
	for severity := 1; severity <= 5; severity++ {
		for i := range 3 {
			pix = append(pix, byte(10*severity+i))
		}
	}
	return npyOf(npyHead("|u1", "(15, 1, 1, 1)"), pix), npyOf(npyHead("|u1", fmt.Sprintf("(%d,)", len(labels))), labels)
}

func TestStackedSeverity(t *testing.T) {
	one := []byte{4, 0, 2}
	for what, labels := range map[string][]byte{"15 labels": slices.Repeat(one, 5), "3 labels": one} {
		x, y := stacked(labels...)
		fsys := fstest.MapFS{"fog.npy": file(x), "labels.npy": file(y), "fog.npy.gz": file(gzipped(x)), "fog.npz": file(npzOf(t, map[string][]byte{
			"x.npy": x, "y.npy": y}))}
		for _, name := range []string{"fog.npy,labels.npy", "fog.npy.gz,labels.npy", "fog.npy", "fog.npz"} {
			for severity := 1; severity <= 5; severity++ {
				for _, limit := range []int{0, 2} {
					s, err := Load(fsys, name, Test, Options{Severity: severity, Limit: limit})
					if err != nil {
						t.Errorf("%s, %s, severity %d: %v", what, name, severity, err)
						continue
					}
					n := 3 - limit/2
					want := []uint8{byte(10 * severity), byte(10*severity + 1), byte(10*severity + 2)}[:n]
					if !slices.Equal(s.Pix, want) || !slices.Equal(s.Labels, []int{4, 0, 2}[:n]) || s.Name != fmt.Sprintf("fog, severity %d", severity) {
						t.Errorf("%s, %s, severity %d: %s, %v, %v", what, name, severity, s.Name, s.Pix, s.Labels)
					}
				}
			}
		}
		s, err := Open(fsys, "fog.npy,labels.npy", Test, Options{})
		switch {
		case what == "3 labels":
			if !errors.Is(err, ErrSeverity) || !strings.Contains(err.Error(), "choose one") {
				t.Errorf("no severity asked for: %v", err)
			}
		case err != nil || s.Len() != 15 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "repeat after 3 images"):
			t.Errorf("no severity asked for: %+v, %v", s, err)
		}
	}
	for what, labels := range map[string][]byte{
		"not repeated":           {4, 0, 2, 4, 0, 2, 4, 0, 2, 4, 0, 2, 4, 1, 2},
		"repeated more often":    slices.Repeat([]byte{4}, 15), // whatever they are, no note
		"four of four":           nil,
		"a wrong number":         {1, 2, 3, 4},
		"labels of six severity": slices.Repeat(one, 6),
	} {
		x, y := stacked(labels...)
		if labels == nil {
			x, y = npyOf(npyHead("|u1", "(4, 1, 1)"), one[:1:1]), npyOf(npyHead("|u1", "(4,)"), make([]byte, 4))
		}
		fsys := fstest.MapFS{"x.npy": file(x), "l.npy": file(y)}
		_, err := Load(fsys, "x.npy,l.npy", Test, Options{Severity: 2})
		switch what {
		case "repeated more often":
			if s, err := Open(fsys, "x.npy,l.npy", Test, Options{}); err != nil || len(s.Notes) != 0 {
				t.Errorf("%s: %v, %v", what, s, err)
			}
		case "not repeated", "four of four":
			if !errors.Is(err, ErrSeverity) {
				t.Errorf("%s: %v", what, err)
			}
		default:
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "for the 15 images") {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	x, y := stacked(one...)
	for _, severity := range []int{-1, 6} {
		if _, err := Load(fstest.MapFS{"x.npy": file(x), "y.npy": file(y)}, "x.npy", Test, Options{Severity: severity}); !errors.Is(err, ErrSeverity) {
			t.Errorf("severity %d: %v", severity, err)
		}
	}
}

func TestPeriod(t *testing.T) {
	for text, want := range map[string]int{"a": 1, "aaa": 1, "abab": 2, "aba": 2, "abc": 3, "abcabca": 3, "aabaab": 3, "aabaaa": 4} {
		var labels []int
		for _, c := range text {
			labels = append(labels, int(c))
		}
		if got := period(labels); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// TestSeverityFolders has the layouts of ImageNet-C and Tiny-ImageNet-C, and folders that look like them and are not.
func TestSeverityFolders(t *testing.T) {
	names := func(dirs ...string) (list []string) {
		for _, d := range dirs {
			list = append(list, d+"/n01/1.png", d+"/n02/1.png")
		}
		return list
	}
	c := folders(t, names("fog/1", "fog/2", "fog/3", "fog/4", "fog/5", "blur/1", "blur/5")...)
	full := under("weather", c)
	for _, x := range []struct {
		fsys     fstest.MapFS
		name     string
		severity int
		want     string // contents, or a part of the error
	}{
		{c, "fog", 3, "fog/3/n01/1.png=0 fog/3/n02/1.png=1"},
		{c, "blur", 5, "blur/5/n01/1.png=0 blur/5/n02/1.png=1"},
		{c, "fog/2", 0, "fog/2/n01/1.png=0 fog/2/n02/1.png=1"},
		{c, "fog", 0, "its folders (1, 2, 3, 4, 5) are taken for severities"},
		{c, "blur", 3, "no folder 3: its severities are 1, 5"},
		{c, ".", 0, "its folders (blur, fog) are corruptions"},
		{full, ".", 2, "its folders (weather/blur, weather/fog) are corruptions"},
		{c, "fog/2", 2, "it has no severity 2"},
		{folders(t, "1/a.png", "2/a.png"), ".", 0, "1/a.png=0 2/a.png=1"},
		{folders(t, "1/day/a.png", "2/day/a.png"), ".", 0, "1/day/a.png=0 2/day/a.png=1"},
		{folders(t, "1/a/1.png", "1/b/1.png", "2/a/1.png", "2/c/1.png"), ".", 0, "1/a/1.png=0 2/a/1.png=1 1/b/1.png=0 2/c/1.png=1"},
		{folders(t, "1/test/1.png", "1/train/1.png", "2/test/1.png", "2/train/1.png"), ".", 0,
			"1/test/1.png=0 2/test/1.png=1 1/train/1.png=0 2/train/1.png=1"},
		{folders(t, names("1", "6")...), ".", 0, "1/n01/1.png=0 6/n01/1.png=1 1/n02/1.png=0 6/n02/1.png=1"},
	} {
		s, err := Open(x.fsys, x.name, Test, Options{Severity: x.severity})
		if err != nil {
			if !errors.Is(err, ErrSeverity) || !strings.Contains(err.Error(), x.want) {
				t.Errorf("%s, %d: %v, want %q", x.name, x.severity, err, x.want)
			}
			continue
		}
		if got := contents(s); got != x.want {
			t.Errorf("%s, %d: %s, want %s", x.name, x.severity, got, x.want)
		}
	}
}
