package benchrun

import (
	"testing"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/eval"
	"steady/tools/internal/store"
)

// As many images are kept as there is memory for, in whole slices, and only where that spares work.
func TestKeep(t *testing.T) {
	folder := fashion.Test().Images()
	folder.W, folder.H = 0, 0 // as if they were of any size
	fog, err := bench.Parse("fog{severity=1}")
	if err != nil {
		t.Fatal(err)
	}
	files, err := bench.Parse("fog{severity=1,files=ab}")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		images *dataset.Images
		sides  []int
		wanted []bench.Perturbation
		asked  int
		want   int
	}{
		"a folder":      {folder, []int{224}, []bench.Perturbation{{}, fog}, 50000, 1000},
		"all fit":       {folder, []int{224}, []bench.Perturbation{{}, fog}, 1000, 0},
		"one more":      {folder, []int{224}, []bench.Perturbation{{}, fog}, 1001, 1000},
		"two sizes":     {folder, []int{224, 299}, []bench.Perturbation{{}, fog}, 50000, 200},
		"small":         {folder, []int{64}, []bench.Perturbation{{}, fog}, 50000, 12000},
		"large":         {folder, []int{2000}, []bench.Perturbation{{}, fog}, 50000, 12},
		"only clean":    {folder, []int{224}, []bench.Perturbation{{}}, 50000, 0},
		"only in files": {folder, []int{224}, []bench.Perturbation{{}, files}, 50000, 0},
		"an array":      {fashion.Test().Images(), []int{28}, []bench.Perturbation{{}, fog}, 50000, 0},
	} {
		w := &work{spec: &bench.Spec{Perturbations: c.wanted}, images: c.images, prepared: map[string]*prepared{},
			stored: []store.Subject{{Cell: bench.Cell{N: c.asked}}}}
		for i, side := range c.sides {
			source, err := eval.NewSource(c.images, []int{3, side, side}, eval.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w.prepared[string(rune('a'+i))] = &prepared{work: w, clean: source}
		}
		if got := w.keep(); got != c.want {
			t.Errorf("%s: blocks of %d, want %d", name, got, c.want)
		}
	}
}
