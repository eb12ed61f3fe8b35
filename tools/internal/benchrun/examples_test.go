package benchrun

import (
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/dataset/fashion"
	"steady/core/eval"
	"steady/core/img"
	"steady/core/nn"
	"steady/core/report"
	"steady/core/subject"
)

// The images that a page shows are those that networks were given.
func TestExampleImages(t *testing.T) {
	o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
	o.Limit, o.Sample, o.Cells = 0, 30, []string{"gaussian_noise{severity=3}"}
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	set := fashion.Test().Images()
	s, err := newExamples(t.Context(), r.Results(), set)
	if err != nil {
		t.Fatal(err)
	}
	chosen, sampled := subject.Sample(set, 30, o.Seed, false)
	source, err := eval.NewSource(chosen, nn.Shape{1, 28, 28}, eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := make([]float32, 28*28)
	for _, text := range []string{"clean", "gaussian_noise{severity=3}"} {
		p, err := bench.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		given := source
		if c, options, jpeg := p.Corruption(); c != nil {
			options.Seed = o.Seed
			if given, err = source.With(c, options, jpeg); err != nil {
				t.Fatal(err)
			}
		}
		want := make([]float32, 28*28)
		if err := given.Fill(t.Context(), want, 7, 1); err != nil {
			t.Fatal(err)
		}
		m, err := s.Image(0, p, 7)
		if err != nil {
			t.Fatal(err)
		}
		if m.PutPlanes(shown, 1); !slices.Equal(shown, want) {
			t.Errorf("%s: another image than the network was given", text)
		}
	}
	p, err := bench.Parse("fog{severity=1,files=ab}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Image(0, p, 0); err != report.ErrNoImage {
		t.Errorf("an image that somebody else has corrupted: %v", err)
	}
	results := r.Results()
	for _, indices := range [][]int{{}, {-1}, {set.Len()}} { // of a store from elsewhere
		results.Networks[0].Indices = indices
		if _, err := newExamples(t.Context(), results, set); err == nil {
			t.Errorf("images %v are taken", indices)
		}
	}
	results.Networks[0].Indices = sampled
	other := *set
	other.Labels = append([]int{9 - set.Labels[0]}, set.Labels[1:]...)
	if _, err := newExamples(t.Context(), r.Results(), &other); err == nil || !strings.Contains(err.Error(), "not the images that fashion-standard was measured on") {
		t.Errorf("images of other labels: %v", err)
	}
}

// Without its images a page says what to give; images that are named must be the right ones.
func TestPageWithoutImages(t *testing.T) {
	r, err := Run(t.Context(), options(filepath.Join(t.TempDir(), "a.db"), io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	results := r.Results()
	write := func(data, used string) (string, error) {
		spec, err := json.Marshal(map[string]any{"data": map[string]any{"path": used}})
		if err != nil {
			t.Fatal(err)
		}
		results.Runs[0].Spec = spec
		var page bytes.Buffer
		err = (&Page{Context: t.Context(), Data: data, Say: func(string, ...any) {}}).write(r, &page)
		return page.String(), err
	}
	page, err := write("", "fashion")
	if err != nil || strings.Count(page, "data:image/png") != 36 {
		t.Errorf("%d images, %v", strings.Count(page, "data:image/png"), err)
	}
	folder := filepath.Dir(results.Name)
	if page, err = write("", "gone"); err != nil || strings.Contains(page, "data:image/png") || !strings.Contains(page, "--data says where they are") {
		t.Error(err)
	}
	// Other images, which the spec names beside the store.
	other := filepath.Join(folder, "other", "a")
	if err := os.MkdirAll(other, 0o777); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img.New(28, 28).ToImage()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "a.png"), file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	if page, err = write("", "other"); err != nil || !strings.Contains(page, "There are no images (") {
		t.Error(err)
	}
	if _, err = write(filepath.Join(folder, "other"), "fashion"); err == nil {
		t.Error("images of another set are shown")
	}
}
