package benchrun

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/eval"
	"steady/core/img"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/store"
)

// writeCorrupted writes the first images of Fashion-MNIST, corrupted with the seed 3, as corrupt-set does.
func writeCorrupted(t *testing.T, dir string, n int, severities []corruptset.Severity, names ...string) {
	t.Helper()
	var list []*corrupt.Corruption
	for _, name := range names {
		c, err := corrupt.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	images := fashion.Test().Limit(n).Images()
	w, err := corruptset.NewWriter(t.Context(), images, 28, 28, eval.Options{Corrupt: corrupt.Options{Seed: 3}}, severities, "", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	target := &corruptset.Target{Out: dir, Labels: filepath.Join(dir, corruptset.LabelsName), Folder: true}
	if _, err := w.Write(t.Context(), list, target, false); err != nil {
		t.Fatal(err)
	}
}

var allSeverities = []corruptset.Severity{1, 2, 3, 4, 5}

// answers returns those of a store, and what it was asked for in the same order: of a network by its place.
func answers(t *testing.T, path string) (found [][]bench.Answer, asked []bench.Perturbation) {
	t.Helper()
	s, err := store.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	subjects, err := s.Subjects()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := s.Entries(subjects, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		found, asked = append(found, e.Result.Answers), append(asked, e.Perturbation)
	}
	return found, asked
}

// What was corrupted before gets the answers that it gets when it is corrupted on the way, image by image.
func TestCorruptedArrays(t *testing.T) {
	dir := t.TempDir()
	set := filepath.Join(dir, "C")
	writeCorrupted(t, set, 40, allSeverities, "gaussian_noise", "laugros/rain")
	ranges := filepath.Join(dir, "ranges")
	writeCorrupted(t, ranges, 40, []corruptset.Severity{corrupt.FullRange}, "laugros/hue")

	o := options(filepath.Join(dir, "a.db"), io.Discard)
	o.Cells, o.Corrupted = nil, []string{set, ranges}
	for _, name := range []string{"gaussian_noise", "laugros/rain"} {
		for severity := 1; severity <= 5; severity++ {
			o.Cells = append(o.Cells, fmt.Sprintf("%s{severity=%d}", name, severity))
		}
	}
	o.Cells = append(o.Cells, "laugros/hue{severity=range}")
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	found, asked := answers(t, o.Out)
	if len(found) != 1+2*11 {
		t.Fatalf("%d cells: %v", len(found), asked)
	}
	for i := 1; i <= 11; i++ {
		made, read := asked[i], asked[i+11]
		a, p, _ := made.Corruption()
		b, q, _ := read.Corruption()
		if a != b || p.Severity != q.Severity || made.Files() != "" || len(read.Files()) != 64 {
			t.Errorf("%v and %v", made, read)
		}
		if !reflect.DeepEqual(found[i], found[i+11]) {
			t.Errorf("%v: other answers to the images in files", made)
		}
	}
	if reflect.DeepEqual(found[12], found[16]) {
		t.Error("severities 1 and 5 have the same answers")
	}

	// The same in a sample, and by a spec in another folder; only the files.
	o.Out, o.Limit, o.Sample, o.Cells = filepath.Join(dir, "b.db"), 0, 30, nil
	writeCorrupted(t, filepath.Join(dir, "all"), 1000, allSeverities, "contrast")
	write(t, filepath.Join(dir, "spec.yaml"), "models: fashion-standard\nseed: 3\ndata: {path: fashion, sample: 30}\ncells: contrast{severity=4}\ncorrupted: all/contrast.npy\n")
	o.Spec, o.Models, o.Corrupted = filepath.Join(dir, "spec.yaml"), nil, nil
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if found, asked := answers(t, o.Out); len(found) != 7 || !reflect.DeepEqual(found[1], found[5]) {
		t.Errorf("a sample: %v, %v", asked, found)
	}
}

// The same of a tree of files, whose clean images are scaled.
func TestCorruptedTree(t *testing.T) {
	dir := t.TempDir()
	fog, err := corrupt.Lookup("fog")
	if err != nil {
		t.Fatal(err)
	}
	images := fashion.Test().Limit(30).Images()
	for i, label := range images.Labels {
		m, err := images.Read(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		savePNG(t, m, dir, "val", fmt.Sprint(label), fmt.Sprintf("%03d.png", i))
	}
	o := options(filepath.Join(dir, "a.db"), io.Discard)
	o.Data, o.Limit, o.Cells = filepath.Join(dir, "val"), 25, []string{"fog{severity=1}", "fog{severity=2}", "fog{severity=3}", "fog{severity=4}", "fog{severity=5}"}
	clean, err := dataset.Open(os.DirFS(dir), "val", dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.Resize, o.Crop = 32, 28 // of which the middle is taken
	for severity := 1; severity <= 5; severity++ {
		source, err := eval.NewSource(clean, []int{3, 28, 28}, eval.Options{Resize: 32, Crop: true, Corruption: fog, Corrupt: corrupt.Options{Severity: severity, Seed: 3}})
		if err != nil {
			t.Fatal(err)
		}
		for i, label := range clean.Labels {
			m, err := source.Image(i, nil)
			if err != nil {
				t.Fatal(err)
			}
			savePNG(t, m, dir, "C", "weather", "fog", fmt.Sprint(severity), fmt.Sprint(label), filepath.Base(clean.File(i)))
		}
	}
	o.Corrupted = []string{filepath.Join(dir, "C")}
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	found, asked := answers(t, o.Out)
	if len(found) != 11 || len(found[0]) != 25 {
		t.Fatalf("%v", asked)
	}
	for i := 1; i <= 5; i++ {
		if !reflect.DeepEqual(found[i], found[i+5]) {
			t.Errorf("%v: other answers to the images in files", asked[i])
		}
	}
	if reflect.DeepEqual(found[0], found[5]) {
		t.Error("fog changes no answer")
	}

	// A file less, and nothing is measured.
	if err := os.Remove(filepath.Join(dir, "C", "weather", "fog", "4", fmt.Sprint(clean.Labels[7]), filepath.Base(clean.File(7)))); err != nil {
		t.Fatal(err)
	}
	o.Out = filepath.Join(dir, "b.db")
	if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--corrupted: C/weather/fog/4: it has no ") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(o.Out); err == nil {
		t.Error("a store was written")
	}
}

func TestCorruptedErrors(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	writeCorrupted(t, at("C"), 40, allSeverities, "fog")
	writeCorrupted(t, at("small"), 40, allSeverities, "fog")
	if err := os.Rename(filepath.Join(at("small"), "fog.npy"), filepath.Join(at("small"), "smog.npy")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		corrupted []string
		limit     int
		cell      string
		says      string
	}{
		{[]string{at("none")}, 40, "clean", "--corrupted: there is no "},
		{[]string{at("C")}, 0, "clean", "--corrupted: C/fog.npy: it has 40 images of a severity, but fashion has 1000: want all of them, or a limit of 40"},
		{[]string{at("C")}, 41, "clean", "a limit of 40"},
		{[]string{at("small")}, 40, "clean", "--corrupted: small/smog.npy: smog is none of the corruptions"},
		{[]string{at("C"), at("C/fog.npy")}, 40, "clean", "--corrupted: fog.npy and C/fog.npy have the same images of severity 1"},
		{nil, 40, "fog{severity=1,files=ab}", "--data: the images of fog{severity=1,files=ab} are in none of the files"},
	} {
		o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
		o.Corrupted, o.Limit, o.Cells = c.corrupted, c.limit, []string{c.cell}
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v, want an error with %q", c.corrupted, err, c.says)
		}
		if _, err := os.Stat(o.Out); err == nil {
			t.Errorf("%v: a store was written", c.corrupted)
		}
	}
}

// A file says which classes are which, and a folder has the photographs that frost is cut from.
func TestClassMapAndOverlays(t *testing.T) {
	dir := t.TempDir()
	images := fashion.Test().Limit(20).Images()
	for i, label := range images.Labels {
		m, err := images.Read(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		savePNG(t, m, dir, "val", fmt.Sprintf("own%d", 9-label), fmt.Sprintf("%03d.png", i))
	}
	var classes strings.Builder
	for i, name := range images.Classes {
		fmt.Fprintf(&classes, "own%d,%s\n", 9-i, name)
	}
	write(t, filepath.Join(dir, "classes.csv"), classes.String())
	ice := img.New(300, 300)
	for i := range ice.Pix {
		ice.Pix[i] = float32(i%251) / 250
	}
	savePNG(t, ice, dir, "ice", "frost1.png")

	nll := map[string]float64{}
	for name, text := range map[string]string{"plain": "", "map": "  class-map: classes.csv\n", "ice": "  class-map: classes.csv\noverlays: ice\n"} {
		o := options(filepath.Join(dir, name+".db"), io.Discard)
		o.Spec, o.Models, o.Data, o.Limit = filepath.Join(dir, name+".yaml"), nil, "", 0
		write(t, o.Spec, "models: fashion-standard\ncells: frost{severity=5}\ndata:\n  path: val\n  resize: 28\n"+text)
		r, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if clean := r.Cells[0].Right; (clean > 14) == (name == "plain") {
			t.Errorf("%s: %d of 20 right", name, clean)
		}
		nll[name] = r.Cells[1].NLL
		s, err := store.Read(o.Out)
		if err != nil {
			t.Fatal(err)
		}
		subjects, err := s.Subjects()
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		if hash := subjects[0].Cell.Overlays; len(hash) != map[string]int{"ice": 64}[name] {
			t.Errorf("%s: overlays %q", name, hash)
		}
	}
	if nll["map"] == nll["ice"] {
		t.Error("either frost is the same")
	}
	for text, says := range map[string]string{
		"cells: snow{severity=1}\noverlays: ice\n":                           "spec.yaml:4: overlays: is for frost, which is not asked for",
		"cells: frost{severity=1}\noverlays: none\n":                         "spec.yaml:4: overlays: ",
		"cells: clean\ndata: {path: val, resize: 28, class-map: none.csv}\n": "spec.yaml:4: data.class-map: there is no ",
	} {
		o := options(filepath.Join(dir, "b.db"), io.Discard)
		o.Spec, o.Models, o.Data, o.Limit = filepath.Join(dir, "spec.yaml"), nil, "", 0
		write(t, o.Spec, "#\nmodels: fashion-standard\n"+text)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want an error with %q", text, err, says)
		}
	}
}

func savePNG(t *testing.T, m *img.Image, parts ...string) {
	t.Helper()
	file := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m.ToImage()); err != nil {
		t.Fatal(err)
	}
	write(t, file, b.String())
}
