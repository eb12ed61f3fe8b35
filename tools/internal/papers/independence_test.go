package papers

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/random"
	"steady/core/results"
)

// made is a network of made-up results: in each cell so many of the images are right, the first ones.
type made struct {
	name   string
	card   *results.Card
	shares []float64 // by cells
}

// table returns made-up results of n images.
func madeTable(n int, cells []string, networks ...made) *results.Table {
	t := &results.Table{Images: []results.Images{{Name: "set", Hash: "0123456789", Preparation: "input=3×32×32"}}}
	for _, c := range cells {
		t.Cells = append(t.Cells, results.Cell{Perturbation: c, N: n})
	}
	for _, m := range networks {
		to := results.Network{Name: m.name, SHA256: m.name, Card: m.card}
		for _, share := range m.shares {
			right := make([]bool, n)
			for i := range int(math.Round(share * float64(n))) {
				right[i] = true
			}
			to.Right = append(to.Right, right)
		}
		t.Networks = append(t.Networks, to)
	}
	return t
}

// write writes results to a file.
func write(t *testing.T, table *results.Table) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.json")
	var b bytes.Buffer
	err := table.Encode(&b)
	if err == nil {
		err = os.WriteFile(path, b.Bytes(), 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Where a network gets no image right, R is 0 with the interval of that accuracy, divided by the clean one.
func TestScoresOfNone(t *testing.T) {
	clean, none := make([]float64, 100), make([]float64, 100)
	for i := range 80 {
		clean[i] = 1
	}
	_, others, r := scores(clean, none)
	if r.Value != 0 || r.Lower != 0 || !(r.Upper > .03) || math.Abs(r.Upper-others.Upper/.8) > 1e-12 {
		t.Errorf("%+v of %+v", r, others)
	}
}

var pairCells = []string{"clean", "fog{severity=1}", "fog{severity=5}", "contrast{severity=3}", "pgd{eps=2/255}"}

// Sixteen networks whose two robustnesses follow clean accuracy, and have nothing else in common: accuracies are
// correlated, and are not without clean accuracy.
func TestIndependenceThroughClean(t *testing.T) {
	s := random.New(1, 0, "networks", 0)
	var networks []made
	for i := range 16 {
		clean := .6 + .02*float64(i)
		corrupted, attacked := clean-.2+.05*float64(s.Normal()), .5*clean+.03*float64(s.Normal())
		networks = append(networks, made{fmt.Sprintf("n%d", i), nil, []float64{clean, corrupted, corrupted - .1, corrupted - .05, attacked}})
	}
	r, err := newIndependence(t.Context(), madeTable(1000, pairCells, networks...), selection{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Pairs) != 2 || r.Pairs[1].Measure != accuracy || r.Cells != 3 || strings.Join(r.Corruptions, " ") != "fog contrast" {
		t.Fatalf("%+v", r)
	}
	p := r.Pairs[1]
	if p.PartialSpearman.Lower == nil || p.Pearson.Lower == nil {
		t.Fatalf("no intervals: %+v", p)
	}
	if *p.Pearson.Value < .6 || *p.Pearson.Lower < .2 || *p.Spearman.Lower < .2 {
		t.Errorf("accuracies that follow clean accuracy: Pearson %s, Spearman %s", coefficientCell(p.Pearson), coefficientCell(p.Spearman))
	}
	for _, c := range []Coefficient{p.PartialPearson, p.PartialSpearman} {
		if *c.Lower > 0 || *c.Upper < 0 {
			t.Errorf("without clean accuracy %s, want 0 in the interval", coefficientCell(c))
		}
	}
	// By hand: the mean of fog's two severities and of contrast, of the first network, and R on all images.
	n, cells := r.Networks[0], networks[0].shares
	round := func(v float64) float64 { return math.Round(1000*v) / 1000 }
	corrupted := ((round(cells[1])+round(cells[2]))/2 + round(cells[3])) / 2
	if math.Abs(n.Corrupted.Value-corrupted) > 1e-12 || math.Abs(n.R.Value-corrupted/.6) > 1e-12 || math.Abs(n.Attacks[0].R.Value-round(cells[4])/.6) > 1e-12 {
		t.Errorf("%+v, want %g corrupted", n, corrupted)
	}
	if !(n.R.Lower < n.R.Value && n.R.Value < n.R.Upper) {
		t.Errorf("R %+v", n.R)
	}
}

// Intervals of accuracies end at 0 and 1, and have a width where nothing is right.
func TestShareEstimate(t *testing.T) {
	if e := shareEstimate([]float64{0, 0, 0, 0}); e.Value != 0 || e.Lower != 0 || math.Abs(e.Upper-.4899) > 1e-4 { // z²/(4 + z²)
		t.Errorf("nothing right: %+v", e)
	}
	if e := shareEstimate([]float64{1, .5, 1}); e.Upper != 1 || e.Lower > .6 {
		t.Errorf("nearly all right: %+v", e)
	}
}

// Networks with something in common beyond clean accuracy stay correlated without it.
func TestIndependenceBeyondClean(t *testing.T) {
	s := random.New(2, 0, "networks", 0)
	var networks []made
	for i := range 16 {
		clean, common := .9-.01*float64(i), .05*float64(s.Normal())
		corrupted := .6 + common + .005*float64(s.Normal())
		networks = append(networks, made{fmt.Sprintf("n%d", i), nil, []float64{clean, corrupted, corrupted, corrupted, .4 + common + .005*float64(s.Normal())}})
	}
	r, err := newIndependence(t.Context(), madeTable(1000, pairCells, networks...), selection{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Pairs {
		if *p.PartialPearson.Lower < .5 || *p.PartialSpearman.Lower < .3 {
			t.Errorf("%s: without clean accuracy %s and %s", p.Measure, coefficientCell(p.PartialPearson), coefficientCell(p.PartialSpearman))
		}
	}
}

// The command reads a file, prints the tables, and writes figures that name every network.
func TestIndependenceCommand(t *testing.T) {
	var networks []made
	for i := range 5 {
		v := float64(i) / 20
		networks = append(networks, made{fmt.Sprintf("net-%d", i), &results.Card{Recipe: "noise"}, []float64{.9, .5 + v, .6, .6, .3 + v*v}})
	}
	file, folder := write(t, madeTable(200, pairCells, networks...)), filepath.Join(t.TempDir(), "figures")
	stdout, _, err := run(t, "independence", file, "--svg", folder, "--markdown", filepath.Join(folder, "..", "t.md"), "--latex", filepath.Join(folder, "..", "t.tex"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"over 5 networks", "pgd{eps=2/255}", "net-4", "there is no coefficient", "200 of set, clean", "2 corruptions (3 cells)", "weather: fog; digital: contrast."} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s", want, stdout)
		}
	}
	for _, measure := range []string{ratio, accuracy} {
		svg, err := os.ReadFile(filepath.Join(folder, "independence-"+measure+"-pgd-eps-2-255.svg"))
		if err != nil || !bytes.Contains(svg, []byte(">net-3<")) || !bytes.Contains(svg, []byte("<desc")) {
			t.Errorf("%v: %.300s", err, svg)
		}
	}
}

// Under one family R rises with that under attacks, under the other it falls: the mean over all corruptions shows neither.
func TestIndependenceFamilies(t *testing.T) {
	s := random.New(3, 0, "networks", 0)
	var networks []made
	for i := range 16 {
		v := .01 * float64(i)
		fog, contrast := .6-v+.01*float64(s.Normal()), .4+v+.01*float64(s.Normal())
		networks = append(networks, made{fmt.Sprintf("n%d", i), nil, []float64{.8, fog, fog - .1, contrast, .3 + v}})
	}
	r, err := newIndependence(t.Context(), madeTable(1000, pairCells, networks...), selection{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Families) != 2 || r.Families[0].Name != "weather" || r.Families[1].Name != "digital" || len(r.Families[0].Attacks) != 1 {
		t.Fatalf("%+v", r.Families)
	}
	weather, digital := r.Families[0].Attacks[0].Pearson, r.Families[1].Attacks[0].Pearson
	if *weather.Upper > -.9 || *digital.Lower < .9 || math.Abs(*r.Pairs[0].Pearson.Value) > .5 {
		t.Errorf("weather %s, digital %s, all %s", coefficientCell(weather), coefficientCell(digital), coefficientCell(r.Pairs[0].Pearson))
	}
	if table := r.document().Tables[1]; strings.Join(table.Heads, " ") != "attack weather digital" || table.Rows[0][1] != coefficientCell(weather) {
		t.Errorf("%+v", table)
	}
	// By hand: R under fog is .5, .7, .6 and .6, under the attack .1, .2, .3 and .2, which deviate by −.1, .1, 0, 0 and
	// −.1, 0, .1, 0 from their means: .01/(√.02·√.02). Under contrast all are alike.
	four := madeTable(100, pairCells, made{"a", nil, []float64{1, .6, .4, .5, .1}}, made{"b", nil, []float64{1, .7, .7, .5, .2}},
		made{"c", nil, []float64{1, .8, .4, .5, .3}}, made{"d", nil, []float64{1, .7, .5, .5, .2}})
	if r, err = newIndependence(t.Context(), four, selection{}); err != nil {
		t.Fatal(err)
	}
	if v := r.Families[0].Attacks[0].Pearson.Value; v == nil || math.Abs(*v-.5) > 1e-9 || r.Families[1].Attacks[0].Pearson.Value != nil {
		t.Errorf("%+v", r.Families)
	}
}

// What is missing, a coefficient or an interval, has its own reasons.
func TestIndependenceUndefined(t *testing.T) {
	like := []float64{.9, .8, .7, .6, .5}
	r, err := newIndependence(t.Context(), madeTable(100, pairCells, made{"a", nil, like}, made{"b", nil, like}, made{"c", nil, like},
		made{"d", nil, []float64{.8, .5, .4, .2, .1}}), selection{})
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Families[0].Attacks[0].Pearson; p.Value == nil || p.Lower != nil {
		t.Errorf("%+v", p)
	}
	notes := strings.Join(r.noteUndefined(), " ")
	if !strings.Contains(notes, "no interval, the coefficient is undefined on more than 1 % of the resamples") {
		t.Errorf("noted %q", notes)
	}
}

func TestIndependenceRefuses(t *testing.T) {
	network := func(name string) made { return made{name, nil, []float64{.9, .8, .7, .6, .5}} }
	four := func() *results.Table {
		return madeTable(100, pairCells, network("a"), network("b"), network("c"), network("d"))
	}
	few := madeTable(100, pairCells, network("a"), network("b"))
	elsewhere := four()
	elsewhere.Images = append(elsewhere.Images, results.Images{Name: "other", Hash: "9876543210"})
	elsewhere.Cells = append(elsewhere.Cells, results.Cell{Perturbation: "clean", Images: 1, N: 100})
	for i := range elsewhere.Networks {
		n := &elsewhere.Networks[i]
		n.Right = append(n.Right, nil)
		if n.Name == "d" {
			n.Right[5], n.Right[0] = n.Right[0], nil
		}
	}
	unclean, uncorrupted, unattacked, blind := four(), four(), four(), four()
	unclean.Networks[2].Right[0] = nil
	for k := 1; k < 4; k++ {
		uncorrupted.Networks[k].Right[k] = nil
	}
	unattacked.Networks[3].Right[4] = nil
	blind.Networks[1].Right[0] = make([]bool, 100)
	seeds := four()
	seeds.Cells = append(seeds.Cells, results.Cell{Perturbation: "pgd{eps=2/255}", N: 100, Seed: 7})
	for i := range seeds.Networks {
		seeds.Networks[i].Right = append(seeds.Networks[i].Right, seeds.Networks[i].Right[4])
	}
	for name, c := range map[string]struct {
		table *results.Table
		s     selection
		want  string
	}{
		"few":          {few, selection{}, "2 networks: want at least 4"},
		"images":       {elsewhere, selection{}, "no images in common: a was measured on set (01234567), d on other (98765432)"},
		"clean":        {unclean, selection{}, "c was not measured on clean images"},
		"corruptions":  {uncorrupted, selection{}, "no corruption in common: a was measured under fog{severity=1}, b was not: measure"},
		"attacks":      {unattacked, selection{}, "no attack in common: a was measured under pgd{eps=2/255}, d was not: measure"},
		"blind":        {blind, selection{}, "b is right about none of 100 clean images"},
		"seeds":        {seeds, selection{}, "several seeds"},
		"network":      {four(), selection{networks: []string{"a", "e"}}, `the results have no "e", only a, b, c, d`},
		"twice":        {four(), selection{networks: []string{"a", "a"}}, "a is there twice"},
		"unmeasured":   {four(), selection{corruptions: []string{"fog", "snow"}}, "not all networks were measured under snow"},
		"unknown":      {four(), selection{corruptions: []string{"foggy"}}, "foggy"},
		"empty":        {&results.Table{}, selection{}, "no networks"},
		"only attacks": {four(), selection{corruptions: []string{"linf"}}, "linf has no corruptions, and attacks are not chosen"},
	} {
		if _, err := newIndependence(t.Context(), c.table, c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// What only some networks have is left out, and that is said.
	r, err := newIndependence(t.Context(), unattackedBut(four()), selection{corruptions: []string{"weather"}})
	if err != nil || strings.Join(r.Corruptions, " ") != "fog" || len(r.Notes) != 2 || !strings.Contains(r.Notes[0], "contrast") {
		t.Errorf("%+v, %v", r, err)
	}
}

// Drawn severities do not count beside those of their own.
func TestGridRange(t *testing.T) {
	cells := []string{"clean", "fog{severity=range}", "fog{severity=2}", "fog{severity=5}", "snow{severity=range}"}
	g, err := newGrid(madeTable(100, cells, made{name: "a", shares: []float64{1, .1, .6, .4, .3}}), selection{})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.corruptions) != 2 || len(g.corruptions[0].columns) != 2 || len(g.corruptions[1].columns) != 1 || len(g.notes) != 1 || !strings.Contains(g.notes[0], "fog{severity=range} is left out") {
		t.Errorf("%+v", g)
	}
}

// unattackedBut takes a corrupted cell from a network.
func unattackedBut(t *results.Table) *results.Table {
	t.Networks[0].Right[3] = nil
	return t
}
