package papers

import (
	"context"

	"github.com/spf13/cobra"

	"steady/core/parallel"
	"steady/core/phrase"
	"steady/core/results"
	"steady/core/score"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// level is that of all intervals.
const level = .95

// leastNetworks is the number of networks below which no correlation is computed: with fewer, a straight line through
// clean accuracy leaves nothing to correlate.
const leastNetworks = 4

// Independence is the robustness of networks to corruptions beside that to attacks.
type Independence struct {
	Images      string        `json:"images"`
	Corrupted   int           `json:"corrupted_images"` // of clean and corrupted cells
	Corruptions []string      `json:"corruptions"`
	Cells       int           `json:"corrupted_cells"`
	Level       float64       `json:"level"`
	Resamples   int           `json:"resamples"`
	Networks    []Robustness  `json:"networks"`
	Pairs       []Correlation `json:"correlations"`
	Families    []Family      `json:"families"` // in the order of the corruptions
	Notes       []string      `json:"notes,omitempty"`
}

// Robustness is a network's accuracies and robustness scores, the shares of the clean accuracy that they are.
type Robustness struct {
	Name      string     `json:"name"`
	Recipe    string     `json:"recipe,omitempty"`
	Clean     Estimate   `json:"clean_accuracy"`
	Corrupted Estimate   `json:"corrupted_accuracy"` // mean over severities, then over corruptions
	R         Estimate   `json:"corrupted_robustness_score"`
	Attacks   []Attacked `json:"attacks"`
}

// Attacked is a network under an attack.
type Attacked struct {
	Perturbation string   `json:"perturbation"`
	Images       int      `json:"images"`
	Accuracy     Estimate `json:"accuracy"`
	R            Estimate `json:"robustness_score"` // of clean accuracy on the same images
}

// Estimate is a figure, and its interval over images.
type Estimate struct {
	Value float64 `json:"value"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// Correlation is the correlation of networks' scores under corruptions with those under an attack.
type Correlation struct {
	Attack   string `json:"attack"`
	Measure  string `json:"measure"` // ratio or accuracy
	Networks int    `json:"networks"`

	Pearson         Coefficient `json:"pearson"`
	Spearman        Coefficient `json:"spearman"`
	PartialPearson  Coefficient `json:"partial_pearson"` // without what both have in common with clean accuracy
	PartialSpearman Coefficient `json:"partial_spearman"`
}

// Family is the corruptions of a family, and how networks' R under them goes together with that under attacks.
type Family struct {
	Name        string              `json:"name"`
	Corruptions []string            `json:"corruptions"`
	Attacks     []FamilyCoefficient `json:"attacks"`
	networks    []float64           // R of networks, in the mean of the corruptions
}

// FamilyCoefficient is Pearson's correlation of R under the corruptions of a family with R under an attack.
type FamilyCoefficient struct {
	Attack  string      `json:"attack"`
	Pearson Coefficient `json:"pearson"`
}

// Coefficient is a correlation, with a bootstrap interval over networks. It is null where it is undefined, as of networks
// that are all alike, and the interval where it is so on a resample.
type Coefficient struct {
	Value *float64 `json:"value"`
	Lower *float64 `json:"lower"`
	Upper *float64 `json:"upper"`
}

// Measures of robustness.
const (
	ratio    = "ratio"
	accuracy = "accuracy"
)

func independenceCommand(e *Env) *cobra.Command {
	var s selection
	var plan output.Plan
	exports := output.Exports[*Independence]{
		{Flag: "markdown", Extension: ".md", Help: "file for the tables in Markdown", Write: markdown[*Independence]},
		{Flag: "latex", Extension: ".tex", Help: "file for the tables in LaTeX, with booktabs", Write: latex[*Independence]},
		{Flag: "svg", Help: "folder for scatter plots, one for each attack", Folder: (*Independence).figures},
	}
	c := &cobra.Command{
		Use:   "independence [RESULTS...]",
		Short: "Correlate robustness to attacks with that to corruptions, over networks",
		Long: "Computes of each network how much of its accuracy is left under corruptions, and under each attack, and correlates\n" +
			"the two over the networks: with and without what both have in common with clean accuracy, and for each family of\n" +
			"corruptions. Intervals of correlations come from resampling networks, those of networks from resampling images\n" +
			"(Laugros et al. 2019).",
		Example: "  steady papers independence run.db --svg figures\n  steady papers independence results.json --corruptions imagenet-c,imagenet-c-extra --markdown table.md",
	}
	s.addFlags(c.Flags())
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return experiment(e, args, &plan, exports, func(t *results.Table) (*Independence, error) { return newIndependence(cmd.Context(), t, s) })
	}
	return c
}

// newIndependence computes the experiment.
func newIndependence(ctx context.Context, t *results.Table, s selection) (*Independence, error) {
	g, err := newGrid(t, s)
	if err != nil {
		return nil, err
	}
	switch {
	case len(g.networks) < leastNetworks:
		return nil, usage.Errorf("%s: want at least %d, and more than ten for intervals", phrase.Count(len(g.networks), "network"), leastNetworks)
	case len(g.corruptions) == 0:
		return nil, g.errNoCorruption()
	case len(g.attacks) == 0:
		return nil, g.errNoAttack()
	}
	r := &Independence{Images: g.images, Corrupted: g.corruptedImages(), Cells: g.cells(), Level: level, Resamples: 2000,
		Networks: make([]Robustness, len(g.networks)), Notes: append(g.notes, g.aboutAttacks()...)}
	for _, c := range g.corruptions {
		r.Corruptions = append(r.Corruptions, c.name)
	}
	parallel.For(len(g.networks), func(i int) { r.Networks[i] = robustness(g, i) })
	for _, measure := range []string{ratio, accuracy} {
		for k := range g.attacks {
			if r.Pairs = append(r.Pairs, r.correlate(measure, k)); ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
	}
	r.Families = families(g)
	for k := range r.Networks[0].Attacks {
		r.correlateFamilies(k)
	}
	return r, ctx.Err()
}

// families returns the families of the corruptions, with R of all networks.
func families(g *grid) (list []Family) {
	groups := map[string]*grid{}
	var order []string
	for _, c := range g.corruptions {
		name := c.entry.Family
		if groups[name] == nil {
			groups[name], order = &grid{}, append(order, name)
		}
		groups[name].corruptions = append(groups[name].corruptions, c)
	}
	n := g.corruptedImages()
	for _, name := range order {
		f := Family{Name: name}
		for _, c := range groups[name].corruptions {
			f.Corruptions = append(f.Corruptions, c.name)
		}
		for i := range g.networks {
			f.networks = append(f.networks, score.RobustnessScore(score.Mean(g.clean.shares(i, n)), score.Mean(groups[name].corrupted(i, n))))
		}
		list = append(list, f)
	}
	return list
}

// correlateFamilies correlates R under the corruptions of each family with that under an attack.
func (r *Independence) correlateFamilies(attack int) {
	var columns [][]float64
	for _, f := range r.Families {
		columns = append(columns, f.networks)
	}
	var attacked []float64
	for i := range r.Networks {
		attacked = append(attacked, r.Networks[i].Attacks[attack].R.Value)
	}
	columns = append(columns, attacked)
	last := len(r.Families)
	coefficients := r.bootstrap(columns, func(c [][]float64) (values []float64) {
		for k := range last {
			values = append(values, score.Pearson(c[k], c[last]))
		}
		return values
	})
	for k, c := range coefficients {
		r.Families[k].Attacks = append(r.Families[k].Attacks, FamilyCoefficient{r.Networks[0].Attacks[attack].Perturbation, c})
	}
}

// robustness computes a network's figures.
func robustness(g *grid, i int) Robustness {
	n := g.corruptedImages()
	r := Robustness{Name: g.networks[i].Name}
	if card := g.networks[i].Card; card != nil {
		r.Recipe = card.Recipe
	}
	r.Clean, r.Corrupted, r.R = scores(g.clean.shares(i, n), g.corrupted(i, n))
	for _, a := range g.attacks {
		n := min(g.clean.n, a.n)
		_, attacked, ratio := scores(g.clean.shares(i, n), a.shares(i, n))
		r.Attacks = append(r.Attacks, Attacked{a.text, n, attacked, ratio})
	}
	return r
}

// scores returns the mean of clean answers, that of others, and their ratio, with intervals over the images.
func scores(clean, others []float64) (ofClean, ofOthers, ratio Estimate) {
	ratio = estimate(score.RobustnessInfluence(clean, others))
	ofClean, ofOthers = shareEstimate(clean), shareEstimate(others)
	ratio.Lower = max(ratio.Lower, 0)
	if ofOthers.Value == 0 { // where no image has an influence
		ratio.Upper = ofOthers.Upper / ofClean.Value
	}
	return ofClean, ofOthers, ratio
}

// correlate correlates a measure under corruptions with that under an attack.
func (r *Independence) correlate(measure string, attack int) Correlation {
	var corrupted, attacked, clean []float64
	for i := range r.Networks {
		x, y := r.Networks[i].at(measure, attack)
		corrupted, attacked, clean = append(corrupted, x.Value), append(attacked, y.Value), append(clean, r.Networks[i].Clean.Value)
	}
	c := Correlation{Attack: r.Networks[0].Attacks[attack].Perturbation, Measure: measure, Networks: len(r.Networks)}
	columns := [][]float64{corrupted, attacked, clean}
	statistics := func(c [][]float64) []float64 {
		return []float64{score.Pearson(c[0], c[1]), score.Spearman(c[0], c[1]), score.PartialPearson(c[0], c[1], c[2]), score.PartialSpearman(c[0], c[1], c[2])}
	}
	coefficients := r.bootstrap(columns, statistics)
	c.Pearson, c.Spearman, c.PartialPearson, c.PartialSpearman = coefficients[0], coefficients[1], coefficients[2], coefficients[3]
	return c
}

// undefined is the share of resamples on which a coefficient may be undefined.
const undefined = .01

// bootstrap returns coefficients of columns of networks, with their intervals.
func (r *Independence) bootstrap(columns [][]float64, statistics func([][]float64) []float64) []Coefficient {
	values := statistics(columns)
	list := make([]Coefficient, len(values))
	// The error says which of them are undefined; so do their intervals.
	intervals, _ := score.BootstrapAll(columns, statistics, score.BootstrapOptions{Level: level, Resamples: r.Resamples, Method: score.BCa, Undefined: undefined})
	for k := range list {
		to := &list[k]
		to.Value = known(values[k])
		if to.Value != nil && intervals != nil {
			to.Lower, to.Upper = known(intervals[k].Lower), known(intervals[k].Upper)
		}
	}
	return list
}

// at returns a network's measures under corruptions and under an attack.
func (r *Robustness) at(measure string, attack int) (corrupted, attacked Estimate) {
	if a := r.Attacks[attack]; measure == accuracy {
		return r.Corrupted, a.Accuracy
	} else {
		return r.R, a.R
	}
}
