package main

import (
	"math"
	"slices"
	"testing"

	"steady/core/bench"
	"steady/tools/internal/model"
)

// Of costs that are known, the simulation adds up what can be added up by hand, and stores of it are merged whole.
func TestBenchmark(t *testing.T) {
	m, err := model.Open(model.Options{Name: "fashion-standard", Backend: model.Backend{Name: "cpu", Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	fgsm, err := bench.Parse("fgsm{eps=0.1}")
	if err != nil {
		t.Fatal(err)
	}
	s, clean := bench.Subject{Network: m, MACs: m.MACs}, bench.Perturbation{}
	c := &costs{subjects: []bench.Subject{s, s}, names: []string{"a", "b"}, perturbations: []bench.Perturbation{clean, fgsm},
		preparing: map[bench.Perturbation]float64{clean: 0.001}, passing: []float64{0.01, 0.03},
		attacking: []map[bench.Perturbation][]float64{{fgsm: {1}}, {fgsm: {2, 2}}}}
	b := c.benchmark()
	// One part of clean images for all networks, and of each network four of attacked ones, 250 seconds each or 500.
	const onePart = 1 + 1000*(50*0.01+50*0.03)
	const all = onePart + 4*50*250 + 4*50*500
	if len(b.parts) != 401 || math.Abs(b.sum-all) > 1e-6 {
		t.Fatalf("%d parts that cost %v, want 401 and %v", len(b.parts), b.sum, all)
	}
	if first := b.parts[b.inOrder[0]]; !first.Cells[0].Perturbation.Clean() || b.parts[b.inOrder[1]].Subjects[0] != 0 {
		t.Errorf("the spec begins with %s", first.Cells[0].Perturbation)
	}
	for _, o := range b.simulate() {
		least := max(all/float64(o.workers), onePart)
		if math.Abs(o.least-least) > 1e-6 {
			t.Errorf("%d workers: at least %v, want %v", o.workers, o.least, least)
		}
		for k, m := range o.makespans {
			if m < o.least*(1-1e-9) || o.workers == 1 && m > all*(1+1e-9) {
				t.Errorf("%d workers, %s: ends at %v, at least %v", o.workers, rules[k].name, m, o.least)
			}
		}
		if known := o.makespans[len(rules)-1]; o.workers == 512 && known != o.least {
			t.Errorf("a worker for each part: ends at %v, want %v", known, o.least)
		}
	}
	list, err := b.merge(t.Context(), []int{2})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].rows != 500 || list[0].stores != 2 {
		t.Errorf("%+v, want two stores of 500 results", list)
	}
}

func TestParseStores(t *testing.T) {
	if list, err := parseStores("1,64,512"); err != nil || !slices.Equal(list, []int{1, 64, 512}) {
		t.Errorf("%v, %v", list, err)
	}
	for _, text := range []string{"", "3", "1,", "1024", "x"} {
		if list, err := parseStores(text); err == nil {
			t.Errorf("%q is read as %v", text, list)
		}
	}
}
