package papers

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/results"
	"steady/core/score"
)

var mtlatCells = []string{"clean", "fog{severity=1}", "fog{severity=5}", "contrast{severity=3}", "fgsm{eps=2/255}"}

// trained returns a card of a recipe with options of its own.
func trained(recipe, options string) *results.Card {
	training := `{"recipe":"` + recipe + `","epochs":1`
	if options != "" {
		training += `,"options":{` + options + `}`
	}
	return &results.Card{Recipe: recipe, TrainedOn: []string{}, Seed: 1, Training: json.RawMessage(training + "}")}
}

func mtlatTable() *results.Table {
	return madeTable(200, mtlatCells,
		made{"m16", trained("mtlat", `"alpha":0.3,"eps":0.06274509803921569,"weight":0.5`), []float64{.88, .8, .7, .7, .5}},
		made{"plain", trained("standard", ""), []float64{.9, .7, .5, .7, .2}},
		made{"m8", trained("mtlat", `"alpha":0.3,"eps":0.03137254901960784,"weight":0.5`), []float64{.89, .75, .65, .7, .4}},
		made{"m8-heavy", trained("mtlat", `"alpha":0.3,"eps":0.03137254901960784,"weight":0.7`), []float64{.89, .75, .65, .7, .45}},
		made{"other", &results.Card{Recipe: "pgd"}, []float64{.5, .5, .5, .5, .5}})
}

func TestMTLATByHand(t *testing.T) {
	r, err := newMTLAT(mtlatTable(), selection{}, "")
	if err != nil {
		t.Fatal(err)
	}
	// The first of each recipe, standard first.
	if len(r.Networks) != 2 || r.Networks[0].Name != "plain" || r.Networks[1].Name != "m16" || len(r.Rows) != 5 || len(r.Notes) != 1 {
		t.Fatalf("%+v", r)
	}
	var names []string
	for k, want := range []float64{-.02, .15, 0, .075, .3} { // clean, fog, contrast, mean, fgsm
		row := r.Rows[k]
		names = append(names, row.Name)
		if d := row.Networks[1].Difference.Value; math.Abs(d-want) > 1e-12 {
			t.Errorf("%s: difference %g, want %g", row.Name, d, want)
		}
		if row.Networks[0].Difference != nil {
			t.Errorf("%s: the first network differs from itself", row.Name)
		}
	}
	if got := strings.Join(names, " | "); got != "clean | fog | contrast | mean of 2 corruptions | fgsm{eps=2/255}" {
		t.Error(got)
	}
	// Images that only one of the two gets right: 4 clean, 20 and 40 in fog, 0 in contrast, 60 under the attack, all on
	// one side: p = 2·2^-n. Holm multiplies them by 5 tests, from the smallest on.
	fog := r.Rows[1].Networks[1]
	for k, want := range []float64{3 * math.Pow(2, -19), 4 * math.Pow(2, -39)} {
		if math.Abs(fog.P[k]/want-1) > 1e-9 {
			t.Errorf("fog: p %g, want %g", fog.P[k], want)
		}
	}
	clean, fgsm := r.Rows[0].Networks[1], r.Rows[4].Networks[1]
	if fog.Better != 2 || fog.Cells != 2 || clean.Better+clean.Worse != 0 || math.Abs(clean.P[0]-2*math.Pow(2, -3)) > 1e-9 || fgsm.Better != 1 || len(r.Rows[3].Networks[1].P) != 0 {
		t.Errorf("clean %+v, fog %+v, fgsm %+v", clean, fog, fgsm)
	}
	// eps at the weight of 0.5, and the weight at eps 8/255.
	if len(r.Ablations) != 2 {
		t.Fatalf("%+v", r.Ablations)
	}
	for _, a := range r.Ablations {
		want := map[string]string{"eps": "m8 m16 | alpha=0.3,weight=0.5", "weight": "m8 m8-heavy | alpha=0.3,eps=8/255"}[a.Parameter]
		if got := a.Settings[0].Network + " " + a.Settings[1].Network + " | " + a.Others; got != want || len(a.Settings) != 2 {
			t.Errorf("%s: %s, want %s", a.Parameter, got, want)
		}
	}
	if a := r.Ablations[1].Settings[0]; math.Abs(a.Corrupted.Value-.7) > 1e-12 || a.Attacks[0].Accuracy.Value != .4 {
		t.Errorf("%+v", a)
	}
}

// The interval of a difference in one cell is about that of Bonett and Price.
func TestMTLATIntervals(t *testing.T) {
	r, err := newMTLAT(mtlatTable(), selection{networks: []string{"plain", "other"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	d := r.Rows[0].Networks[1].Difference
	if want := (score.Paired{Both: 100, OnlyB: 80, Neither: 20}).DifferenceInterval(level); math.Abs(d.Lower-want.Lower) > .01 || math.Abs(d.Upper-want.Upper) > .01 {
		t.Errorf("%+v, want %+v", d, want)
	}
	if r.Networks[1].Recipe != "pgd" || len(r.Ablations) != 0 {
		t.Errorf("%+v", r)
	}
}

// Ablations are of the networks that are named, and only of those that were trained from the same weights; what they leave
// out is said.
func TestMTLATAblations(t *testing.T) {
	named := selection{networks: []string{"plain", "m8", "m16"}}
	r, err := newMTLAT(mtlatTable(), named, "")
	if err != nil || len(r.Ablations) != 1 || r.Ablations[0].Parameter != "eps" {
		t.Errorf("%+v, %v", r, err)
	}
	continued := mtlatTable()
	continued.Networks[0].Card.InitFrom = "0123"
	if r, err = newMTLAT(continued, named, ""); err != nil || len(r.Ablations) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	twice := mtlatTable()
	twice.Networks[2].SHA256, twice.Networks[2].Card.Architecture = twice.Networks[0].SHA256, "wide"
	if r, err = newMTLAT(twice, named, ""); err != nil || len(r.Notes) != 2 || !strings.Contains(r.Notes[0], "m8 and m16 are the same file") || !strings.Contains(r.Notes[1], "m8 is wide") {
		t.Errorf("%+v, %v", r, err)
	}
	less := mtlatTable()
	less.Networks[3].Right[3] = nil // contrast of m8-heavy
	if r, err = newMTLAT(less, selection{}, ""); err != nil || len(r.Rows) != 5 || len(r.Notes) != 2 || !strings.Contains(r.Notes[1], "one parameter: Left out") {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err = newMTLAT(mtlatTable(), selection{networks: []string{"plain"}}, ""); err == nil || !strings.Contains(err.Error(), "at least two") {
		t.Error(err)
	}
}

// The network that others are compared with is the only standard one, the lowest seed, or the one that is named.
func TestMTLATStandard(t *testing.T) {
	table := mtlatTable()
	again := table.Networks[1]
	again.Name, again.Card = "again", trained("standard", "")
	again.Card.Epochs, again.Card.Seed = 1, 0
	table.Networks[1].Card.Epochs = 1
	table.Networks = append(table.Networks, again)
	for _, c := range []struct {
		named          []string
		standard, want string
	}{
		{nil, "", "again m16"},
		{nil, "plain", "plain m16"},
		{nil, "m8", "m8 plain"},
		{nil, "other", "other plain m16"},
		{[]string{"m8", "plain", "m16"}, "", "m8 plain m16"},
		{[]string{"m8", "plain", "m16"}, "plain", "plain m8 m16"},
		{[]string{"m8", "plain"}, "m16", `--standard: "m16" is none of the networks of --network (m8, plain): name it there too`},
	} {
		r, err := newMTLAT(table, selection{networks: c.named}, c.standard)
		got := fmt.Sprint(err)
		if err == nil {
			var names []string
			for _, n := range r.Networks {
				names = append(names, n.Name)
			}
			got = strings.Join(names, " ")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.standard, got, c.want)
		}
	}
	table.Networks[5].Card.Epochs = 3
	if _, err := newMTLAT(table, selection{}, ""); err == nil || !strings.Contains(err.Error(), "--standard says which of plain, again") {
		t.Error(err)
	}
	for i := range table.Networks[:5] {
		table.Networks[i].Card.Epochs = 2
	}
	r, err := newMTLAT(table, selection{}, "again")
	if err != nil || !strings.Contains(strings.Join(r.Notes, " "), "than again (3 epochs), from which differences may come too: m16 for 2 epochs.") {
		t.Errorf("%+v, %v", r, err)
	}
	if stdout, _, err := run(t, "mtlat", write(t, table), "--standard", "plain"); err != nil || !strings.Contains(stdout, "the difference to plain") ||
		!strings.Contains(stdout, "Not in the first table, which has plain and the first network of each other recipe: again, m8, m8-heavy.") {
		t.Errorf("%s, %v", stdout, err)
	}
}

func TestMTLATCommand(t *testing.T) {
	file, folder := write(t, mtlatTable()), t.TempDir()
	latex := filepath.Join(folder, "t.tex")
	stdout, _, err := run(t, "mtlat", file, "--svg", folder, "--latex", latex)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"+2 −0 of 2", "16/255", "Not in the first table", "mtlat with several values of eps (alpha=0.3,weight=0.5; seed 1 of training)", "−2.0 [", "+30.0 ["} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s", want, stdout)
		}
	}
	for _, name := range []string{"mtlat.svg", "mtlat-differences.svg", "mtlat-ablation-1-mtlat-weight.svg", "mtlat-ablation-2-mtlat-eps.svg"} {
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil || strings.Contains(string(b), "NaN") || !strings.Contains(string(b), "<desc") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b, err := os.ReadFile(latex); err != nil || strings.Count(string(b), "\\begin{table}") != 3 {
		t.Error(err)
	}
}

func TestMTLATRefuses(t *testing.T) {
	alone, none := mtlatTable(), mtlatTable()
	for _, i := range []int{0, 2, 3} {
		alone.Networks[i].Card.Recipe = "pgd"
	}
	none.Networks[1].Card.Recipe = "pgd"
	for name, c := range map[string]struct {
		table    *results.Table
		s        selection
		standard string
		want     string
	}{
		"alone":       {alone, selection{}, "", "nothing to compare plain with"},
		"no standard": {none, selection{}, "", "recipe standard"},
		"one":         {none, selection{networks: []string{"m8"}}, "", "--network m8: want at least two"},
	} {
		if _, err := newMTLAT(c.table, c.s, c.standard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
