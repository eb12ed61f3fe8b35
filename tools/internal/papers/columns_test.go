package papers

import (
	"slices"
	"strings"
	"testing"

	"steady/core/results"
)

// three returns the results of three networks, and of a fourth that was measured on its own.
func three(n int, cells ...string) *results.Table {
	shares := []float64{.9, .8, .7, .6, .5}
	t, err := results.Merge(madeTable(200, pairCells, made{"a", nil, shares}, made{"b", nil, shares}, made{"c", nil, shares}),
		madeTable(n, cells, made{"mine", nil, shares[:len(cells)]}))
	if err != nil {
		panic(err)
	}
	return t
}

// A cell with few images cuts those of all networks, which is said; so does an attack.
func TestFewImages(t *testing.T) {
	few, err := results.Merge(three(200, "clean", "fog{severity=5}", "contrast{severity=3}", "pgd{eps=2/255}"),
		madeTable(20, []string{"fog{severity=1}"}, made{"mine", nil, []float64{.8}}))
	if err != nil {
		t.Fatal(err)
	}
	attacked, err := results.Merge(three(200, pairCells[:4]...), madeTable(30, pairCells[4:], made{"mine", nil, []float64{.8}}))
	if err != nil {
		t.Fatal(err)
	}
	all := madeTable(200, pairCells[:3], made{"a", nil, []float64{.9, .8, .7}}, made{"b", nil, []float64{.9, .8, .7}})
	all.Cells[1].N = 50
	for i := range all.Networks {
		all.Networks[i].Right[1] = all.Networks[i].Right[1][:50]
	}
	for want, table := range map[string]*results.Table{
		"are of the first 20 images, as there are no more of mine under fog{severity=1}: other networks and cells have up to 200.": few,
		"Figures under pgd{eps=2/255} are of the first 30 images, as there are no more of mine: other networks have up to 200.":    attacked,
		"first 10 images, as there are no more of mine on clean images: other networks and cells have up to 200.":                  three(10, pairCells[:4]...),
		"first 50 images, as there are no more of any network under fog{severity=1}":                                               all,
		"": three(200, pairCells...),
	} {
		g, err := newGrid(table, selection{})
		if err != nil {
			t.Fatal(err)
		}
		var notes []string
		for _, note := range append(g.notes, g.aboutAttacks()...) {
			if !strings.HasPrefix(note, "Left out") {
				notes = append(notes, note)
			}
		}
		if text := strings.Join(notes, " "); len(notes) > 1 || !strings.Contains(text, want) || (text == "") != (want == "") {
			t.Errorf("noted %q, want %q", notes, want)
		}
	}
	r, err := newIndependence(t.Context(), few, selection{})
	if err != nil || !strings.Contains(strings.Join(r.Notes, " "), "no more of mine") {
		t.Errorf("%+v, %v", r, err)
	}
}

// The eps that attacks do not name is said, once for each norm.
func TestUsualEps(t *testing.T) {
	cells := append(slices.Clone(pairCells), "pgd{norm=linf}", "fgsm{norm=linf}", "pgd{norm=l2}")
	g, err := newGrid(madeTable(20, cells, made{"a", nil, []float64{.9, .8, .7, .6, .5, .4, .3, .2}}), selection{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := g.aboutAttacks(), []string{"Attacks without an eps have the default: 8/255 (linf), 0.5 (l2)."}; !slices.Equal(got, want) {
		t.Errorf("noted %q, want %q", got, want)
	}
}

// Images that were prepared otherwise, to another size, are not the same.
func TestPreparations(t *testing.T) {
	large := madeTable(200, pairCells, made{"mine", nil, []float64{.9, .8, .7, .6, .5}})
	large.Images[0].Preparation = "input=3×224×224"
	table, err := results.Merge(madeTable(200, pairCells, made{"a", nil, []float64{.9, .8, .7, .6, .5}}), large)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGrid(table, selection{})
	if err != nil || len(g.notes) != 1 || !strings.Contains(g.notes[0], "not of the same amounts: input=3×32×32 (a); input=3×224×224 (mine).") {
		t.Errorf("%+v, %v", g, err)
	}
	for k := 5; k < 10; k++ {
		table.Networks[0].Right[k] = table.Networks[0].Right[k-5]
	}
	if _, err := newGrid(table, selection{}); err == nil || !strings.Contains(err.Error(), "a was measured on images that were prepared as input=3×32×32 and as input=3×224×224") {
		t.Error(err)
	}
}

// Samples of the same images are told apart by what follows the hash.
func TestNamesOfSamples(t *testing.T) {
	sample := madeTable(200, pairCells, made{"mine", nil, []float64{.9, .8, .7, .6, .5}})
	sample.Images[0].Hash += " sample=200 seed=0"
	table, err := results.Merge(madeTable(200, pairCells, made{"a", nil, []float64{.9, .8, .7, .6, .5}}), sample)
	if err != nil {
		t.Fatal(err)
	}
	const want = "a was measured on set (01234567), mine on set (01234567, sample=200 seed=0)"
	if _, err := newGrid(table, selection{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// The message about networks without a cell in common says how one differs.
func TestNothingInCommon(t *testing.T) {
	profile := []string{"clean", "fog{severity=1,profile=cifar}", "contrast{severity=3,profile=cifar}", "pgd{eps=4/255}"}
	seed := madeTable(200, pairCells, made{"mine", nil, []float64{.9, .8, .7, .6, .5}})
	for k := range seed.Cells {
		seed.Cells[k].Seed = 7
	}
	shares := []float64{.9, .8, .7, .6, .5}
	seeds, err := results.Merge(madeTable(200, pairCells, made{"a", nil, shares}, made{"b", nil, shares}, made{"c", nil, shares}), seed)
	if err != nil {
		t.Fatal(err)
	}
	fog := selection{corruptions: []string{"fog"}}
	for want, c := range map[string]struct {
		table *results.Table
		s     selection
	}{
		"no corruption in common: a was measured under fog{severity=1}, mine under fog{severity=1,profile=cifar}: measure": {three(200, profile...), selection{}},
		"not all networks were measured under fog: a was measured under fog{severity=1}, mine under fog{severity=1,prof":   {three(200, profile...), fog},
		"no attack in common: a was measured under pgd{eps=2/255}, mine under pgd{eps=4/255}: measure":                     {three(200, append(pairCells[:4:4], "pgd{eps=4/255}")...), selection{}},
		"a was measured under fog{severity=1} with seed 0, mine under fog{severity=1} with seed 7: measure":                {seeds, selection{}},
		// What has nearly the same beside it comes first, as it says what is to be changed.
		"in common: a was measured under contrast{severity=3}, mine under contrast{severity=3,profile=cifar}: measure": {three(200, "clean", "contrast{severity=3,profile=cifar}"), selection{}},
	} {
		if _, err := newIndependence(t.Context(), c.table, c.s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
