package papers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/results"
	"steady/core/score"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// MTLAT is networks of the recipes standard, mixup, tlat and mtlat beside each other, and what their parameters do.
type MTLAT struct {
	Images    string         `json:"images"`
	Level     float64        `json:"level"`
	Networks  []MTLATNetwork `json:"networks"` // the first is the one that others are compared with
	Rows      []MTLATRow     `json:"rows"`
	Ablations []Ablation     `json:"ablations"`
	Notes     []string       `json:"notes,omitempty"`
}

// MTLATNetwork is a network of the table.
type MTLATNetwork struct {
	Name   string `json:"name"`
	Recipe string `json:"recipe"`
}

// MTLATRow is networks on clean images, under a corruption or an attack, or in the mean of corruptions.
type MTLATRow struct {
	Name     string      `json:"name"`
	Kind     string      `json:"kind"` // clean, corruption, mean or attack
	N        int         `json:"n"`
	Networks []Beside    `json:"networks"`
	columns  []*column   // what it is the mean of
	shares   [][]float64 // of networks, for each image
}

// Beside is a network's accuracy beside that of the first network.
type Beside struct {
	Accuracy   Estimate  `json:"accuracy"`
	Difference *Estimate `json:"difference"` // on the same images; null for the first network

	// McNemar's exact test in each of the cells that the row is made of, adjusted by Holm's method for all cells and
	// networks of the table.
	Cells  int       `json:"cells"`
	Better int       `json:"better"` // cells in which the network is significantly better
	Worse  int       `json:"worse"`
	P      []float64 `json:"p_adjusted"` // by cells; empty for the first network, and in a mean of corruptions
}

// Kinds of rows.
const (
	ofClean      = "clean"
	ofCorruption = "corruption"
	ofMean       = "mean"
	ofAttack     = "attack"
)

// mtlatRecipes are the recipes of the table, in its order.
var mtlatRecipes = []string{"standard", "mixup", "tlat", "mtlat"}

func mtlatCommand(e *Env) *cobra.Command {
	var s selection
	var standard string
	var plan output.Plan
	exports := output.Exports[*MTLAT]{
		{Flag: "markdown", Extension: ".md", Help: "file for the tables in Markdown", Write: markdown[*MTLAT]},
		{Flag: "latex", Extension: ".tex", Help: "file for the tables in LaTeX, with booktabs", Write: latex[*MTLAT]},
		{Flag: "svg", Help: "folder for the figures", Folder: (*MTLAT).figures},
	}
	c := &cobra.Command{
		Use:   "mtlat [RESULTS...]",
		Short: "Compare Mixup and targeted labeling with standard training",
		Long: "Compares networks of the recipes standard, mixup, tlat and mtlat (Laugros et al. 2020), as their model cards name\n" +
			"them: on clean images, under each corruption and each attack, with intervals, and McNemar's test on the same images.\n" +
			"Of several networks of a recipe the first of the results is in the table, and --standard says which one they are\n" +
			"compared with; or those that --network names, of any recipes, compared with the first of them. Networks that differ\n" +
			"in one parameter of their recipe are compared in tables of their own.",
		Example: "  steady papers mtlat results.json --latex table.tex --svg figures\n  steady papers mtlat run.db --network plain --network ours",
	}
	c.Flags().StringVar(&standard, "standard", "", standardHelp+",\nor the first of --network")
	s.addFlags(c.Flags())
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(_ *cobra.Command, args []string) error {
		standard := shippedStandard(args, s, standard)
		return experiment(e, args, &plan, exports, func(t *results.Table) (*MTLAT, error) { return newMTLAT(t, s, standard) })
	}
	return c
}

// newMTLAT computes the experiment.
func newMTLAT(t *results.Table, s selection, standard string) (*MTLAT, error) {
	chosen, left, err := mtlatNetworks(t, s.networks, standard)
	if err != nil {
		return nil, err
	}
	s.networks = chosen
	g, err := newGrid(t, s)
	if err != nil {
		return nil, err
	}
	r := &MTLAT{Images: g.images, Level: level, Notes: append(g.notes, g.aboutAttacks()...)}
	if len(left) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("Not in the first table, which has %s and the first network of each other recipe: %s.", chosen[0], strings.Join(left, ", ")))
	}
	for i, n := range g.networks {
		r.Notes = append(r.Notes, g.unlike(i, 0)...)
		one := MTLATNetwork{Name: n.Name}
		if n.Card != nil {
			one.Recipe = n.Card.Recipe
		}
		r.Networks = append(r.Networks, one)
	}
	r.Notes = append(r.Notes, g.noteTraining(0)...)
	r.Rows = rows(g)
	r.compare()
	if len(left) > 0 {
		s.networks = slices.Concat(chosen, left)
		slices.SortFunc(s.networks, func(a, b string) int { return cmp.Compare(place(t, a), place(t, b)) })
		if g, err = newGrid(t, s); err != nil {
			return nil, err
		}
		for _, note := range g.notes {
			if !slices.Contains(r.Notes, note) {
				r.Notes = append(r.Notes, "Where networks differ in one parameter: "+note)
			}
		}
	}
	r.Ablations = ablations(g)
	return r, nil
}

// place returns where a network is in a table.
func place(t *results.Table, name string) int {
	return slices.IndexFunc(t.Networks, func(n results.Network) bool { return n.Name == name })
}

// mtlatNetworks returns the networks of the table, of which the first is the one that others are compared with: those that
// are named, or one of each recipe. The others of the recipes are left.
func mtlatNetworks(t *results.Table, named []string, standard string) (chosen, left []string, err error) {
	if _, err := (selection{networks: named}).choose(t); err != nil {
		return nil, nil, err
	}
	if len(named) == 1 {
		return nil, nil, usage.Errorf("--network %s: want at least two networks, to compare with the first", named[0])
	}
	if len(named) > 0 {
		chosen, err = withFirst(named, standard)
		return chosen, nil, err
	}
	var networks []*results.Network
	for i := range t.Networks {
		networks = append(networks, &t.Networks[i])
	}
	base, err := standardOf(networks, standard)
	if err != nil {
		return nil, nil, err
	}
	chosen = []string{networks[base].Name}
	for _, recipe := range mtlatRecipes {
		found := networks[base].Card != nil && networks[base].Card.Recipe == recipe
		for i, n := range networks {
			switch {
			case i == base || n.Card == nil || n.Card.Recipe != recipe:
			case found:
				left = append(left, n.Name)
			default:
				chosen, found = append(chosen, n.Name), true
			}
		}
	}
	if len(chosen) < 2 {
		return nil, nil, usage.Errorf("there is nothing to compare %s with: no network of another of the recipes %s has a model card (--network names networks of any)", chosen[0], strings.Join(mtlatRecipes, ", "))
	}
	return chosen, left, nil
}

// withFirst returns names with one of them first, or as they are if it is "".
func withFirst(named []string, first string) ([]string, error) {
	switch at := slices.Index(named, first); {
	case first == "":
		return named, nil
	case at < 0:
		return nil, usage.Errorf("--standard: %.60q is none of the networks of --network (%s): name it there too", first, strings.Join(named, ", "))
	default:
		return slices.Concat([]string{first}, named[:at], named[at+1:]), nil
	}
}

// rows returns the rows of a table of networks, without comparisons.
func rows(g *grid) (list []MTLATRow) {
	add := func(name, kind string, n int, columns []*column, shares func(network int) []float64) {
		row := MTLATRow{Name: name, Kind: kind, N: n, columns: columns}
		for i := range g.networks {
			of := shares(i)
			row.shares = append(row.shares, of)
			row.Networks = append(row.Networks, Beside{Accuracy: shareEstimate(of), P: []float64{}})
		}
		list = append(list, row)
	}
	cell := func(kind string, c *column) {
		add(c.text, kind, c.n, []*column{c}, func(i int) []float64 { return c.shares(i, c.n) })
	}
	cell(ofClean, g.clean)
	n := g.corruptedImages()
	for _, c := range g.corruptions {
		add(c.name, ofCorruption, n, c.columns, func(i int) []float64 { return c.mean(i, n) })
	}
	if len(g.corruptions) > 1 {
		add(fmt.Sprintf("mean of %d corruptions", len(g.corruptions)), ofMean, n, nil, func(i int) []float64 { return g.corrupted(i, n) })
	}
	for _, a := range g.attacks {
		cell(ofAttack, a)
	}
	return list
}

// corrupted returns for each of the first n images the mean over severities, then over corruptions.
func (g *grid) corrupted(network, n int) []float64 {
	shares := make([]float64, n)
	for _, c := range g.corruptions {
		for k, share := range c.mean(network, n) {
			shares[k] += share / float64(len(g.corruptions))
		}
	}
	return shares
}

// compare compares all networks with the first.
func (r *MTLAT) compare() {
	type test struct {
		row, network int
		better       bool
	}
	var tests []test
	var p []float64
	for k := range r.Rows {
		row := &r.Rows[k]
		for i := 1; i < len(row.Networks); i++ {
			d := estimate(subtract(meanOf(row.shares[i]), meanOf(row.shares[0])))
			row.Networks[i].Difference, row.Networks[i].Cells = &d, len(row.columns)
			for _, c := range row.columns {
				pair := score.Pair(c.right[i][:c.n], c.right[0][:c.n])
				tests, p = append(tests, test{k, i, pair.OnlyA > pair.OnlyB}), append(p, pair.McNemar())
			}
		}
	}
	for k, adjusted := range score.Holm(p) {
		to := &r.Rows[tests[k].row].Networks[tests[k].network]
		to.P = append(to.P, adjusted)
		switch {
		case adjusted > 1-level+1e-12:
		case tests[k].better:
			to.Better++
		default:
			to.Worse++
		}
	}
}
