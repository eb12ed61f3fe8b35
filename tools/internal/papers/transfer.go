package papers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/chart"
	"steady/core/parallel"
	"steady/core/results"
	"steady/core/score"
	"steady/core/table"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// Transfer is what training on some corruptions adds to the robustness to each: the difference of a network's robustness
// score to that of the standard network.
type Transfer struct {
	Standard    string   `json:"standard"`
	Images      string   `json:"images"`
	N           int      `json:"n"` // images
	Level       float64  `json:"level"`
	Corruptions []string `json:"corruptions"`
	Families    []string `json:"families"` // of the corruptions
	Networks    []Gains  `json:"networks"`
	Notes       []string `json:"notes,omitempty"`
}

// Gains are those of a network.
type Gains struct {
	Name      string     `json:"name"`
	Recipe    string     `json:"recipe"`
	TrainedOn []string   `json:"trained_on"` // by its model card; also what was not measured
	Clean     Estimate   `json:"clean_difference"`
	Gains     []Estimate `json:"gains"` // in R, by corruptions
	Seen      []bool     `json:"seen"`

	MeanSeen   *Estimate `json:"mean_seen"` // null if there are none
	MeanUnseen *Estimate `json:"mean_unseen"`
	MeanOthers *Estimate `json:"mean_unseen_of_other_families"` // of which none was seen
	Better     int       `json:"unseen_better"`                 // unseen corruptions whose interval is above 0
	Worse      int       `json:"unseen_worse"`                  // and below
}

func transferCommand(e *Env) *cobra.Command {
	var s selection
	var standard string
	var plan output.Plan
	exports := output.Exports[*Transfer]{
		{Flag: "markdown", Extension: ".md", Help: "file for the tables in Markdown", Write: markdown[*Transfer]},
		{Flag: "latex", Extension: ".tex", Help: "file for the tables in LaTeX, with booktabs", Write: latex[*Transfer]},
		{Flag: "svg", Help: "folder for a heat map of the gains", Folder: (*Transfer).figures},
	}
	c := &cobra.Command{
		Use:   "transfer RESULTS...",
		Short: "Measure what training on some corruptions does for others",
		Long: "Compares networks with the standard network: what training on some corruptions adds to the robustness score R under\n" +
			"each corruption, those that were seen in training and those that were not (Laugros et al. 2019). What a network has\n" +
			"seen is what its model card says. Intervals are over images, of the difference on the same images.",
		Example: "  steady papers transfer results.json --svg figures\n  steady papers transfer run.db --standard cifar10-standard --markdown table.md",
		Args:    inputs,
	}
	c.Flags().StringVar(&standard, "standard", "", "network that the others are compared with\n(default: the only one of the recipe standard)")
	s.addFlags(c.Flags())
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(_ *cobra.Command, args []string) error {
		return experiment(e, args, &plan, exports, func(t *results.Table) (*Transfer, error) { return newTransfer(t, s, standard) })
	}
	return c
}

// newTransfer computes the experiment.
func newTransfer(t *results.Table, s selection, standard string) (*Transfer, error) {
	g, err := newGrid(t, s)
	if err != nil {
		return nil, err
	}
	base, err := g.standard(standard)
	if err != nil {
		return nil, err
	}
	switch {
	case len(g.corruptions) == 0:
		return nil, usage.Errorf("the networks have no corruption in common: measure all of them with the same suites and seed")
	case len(g.networks) < 2:
		return nil, usage.Errorf("there is no network besides %s", g.networks[base].Name)
	}
	r := &Transfer{Standard: g.networks[base].Name, Images: g.images, N: g.corruptedImages(), Level: level, Notes: g.notes}
	for _, c := range g.corruptions {
		r.Corruptions, r.Families = append(r.Corruptions, c.name), append(r.Families, c.entry.Family)
	}
	var others []int
	for i, n := range g.networks {
		switch {
		case i == base:
			continue
		case n.Card == nil || n.Card.TrainedOn == nil:
			return nil, usage.Errorf("what %s was trained on is not known: it has no model card, or one of another version "+
				"('steady papers results --cards' adds cards, --network chooses networks)", n.Name)
		}
		others = append(others, i)
		r.Notes = append(r.Notes, g.unlike(i, base)...)
	}
	r.Networks = make([]Gains, len(others))
	parallel.For(len(others), func(k int) { r.Networks[k] = r.gains(g, others[k], base) })
	return r, nil
}

// standard returns the place of the standard network, of a name or by its recipe.
func (g *grid) standard(name string) (int, error) {
	var found []int
	var list, all []string
	for i, n := range g.networks {
		all = append(all, n.Name)
		if name == n.Name || name == "" && n.Card != nil && n.Card.Recipe == "standard" {
			found, list = append(found, i), append(list, n.Name)
		}
	}
	switch {
	case len(found) == 0 && name != "":
		return 0, usage.Errorf("--standard: %.60q is none of the networks: %s", name, strings.Join(all, ", "))
	case len(found) == 0:
		return 0, usage.Errorf("no network has a model card with the recipe standard: --standard names the one that others are compared with")
	case len(found) > 1:
		return 0, usage.Errorf("several networks have the recipe standard: --standard says which of %s others are compared with", strings.Join(list, ", "))
	}
	return found[0], nil
}

// gains computes the gains of a network.
func (r *Transfer) gains(g *grid, network, base int) Gains {
	n := g.networks[network]
	to := Gains{Name: n.Name, Recipe: n.Card.Recipe, TrainedOn: n.Card.TrainedOn}
	clean, cleanBase := g.clean.shares(network, r.N), g.clean.shares(base, r.N)
	d, influence := subtract(meanOf(clean), meanOf(cleanBase))
	to.Clean = estimate(d, influence)
	var seen, unseen, others total
	for _, c := range g.corruptions {
		d, influence := subtract(scoreOf(clean, c.mean(network, r.N)), scoreOf(cleanBase, c.mean(base, r.N)))
		one := estimate(d, influence)
		isSeen := slices.Contains(to.TrainedOn, c.name)
		to.Gains, to.Seen = append(to.Gains, one), append(to.Seen, isSeen)
		if isSeen {
			seen.add(d, influence)
			continue
		}
		unseen.add(d, influence)
		if !slices.ContainsFunc(to.TrainedOn, func(name string) bool { return familyOf(name) == c.entry.Family }) {
			others.add(d, influence)
		}
		if one.Lower > 0 {
			to.Better++
		}
		if one.Upper < 0 {
			to.Worse++
		}
	}
	to.MeanSeen, to.MeanUnseen, to.MeanOthers = seen.mean(), unseen.mean(), others.mean()
	return to
}

// document returns the tables: means, and each corruption.
func (r *Transfer) document() table.Document {
	cell := func(e *Estimate) table.Cell {
		if e == nil {
			return table.None
		}
		return pointsCell(*e)
	}
	means := table.Table{Label: "transfer",
		Caption: fmt.Sprintf("Gain in R = accuracy / clean accuracy over %s, times 100, as means over corruptions that the recipe trains on and others; "+
			"other families are those of which none was seen. Intervals of %.0f percent over images.", r.Standard, 100*r.Level),
		Heads: []string{"network", "clean accuracy", "seen", "unseen", "unseen, other families", "unseen better / worse"}}
	each := table.Table{Label: "gains", Caption: "The same for each corruption; * was seen in training.", Heads: []string{"corruption"}}
	var notes []string
	for _, n := range r.Networks {
		unseen := len(n.Gains)
		for _, seen := range n.Seen {
			if seen {
				unseen--
			}
		}
		means.Rows = append(means.Rows, []table.Cell{{Text: n.Name}, pointsCell(n.Clean), cell(n.MeanSeen), cell(n.MeanUnseen), cell(n.MeanOthers),
			{Text: fmt.Sprintf("%d / %d of %d", n.Better, n.Worse, unseen)}})
		each.Heads = append(each.Heads, n.Name)
		if len(n.TrainedOn) > 0 {
			notes = append(notes, fmt.Sprintf("%s (recipe %s) was trained on %s.", n.Name, n.Recipe, strings.Join(n.TrainedOn, ", ")))
		} else {
			notes = append(notes, fmt.Sprintf("%s (recipe %s) was trained on no corruption.", n.Name, n.Recipe))
		}
	}
	for k, name := range r.Corruptions {
		row := []table.Cell{{Text: name}}
		for _, n := range r.Networks {
			c := pointsCell(n.Gains[k])
			if n.Seen[k] {
				c.Text = "* " + c.Text
			}
			row = append(row, c)
		}
		each.Rows = append(each.Rows, row)
	}
	notes = append(notes, fmt.Sprintf("Images: %d of %s. Better and worse: unseen corruptions whose interval is above 0 and below; the intervals are of each alone.", r.N, r.Images))
	return table.Document{Tables: []table.Table{means, each}, Notes: append(notes, r.Notes...)}
}

// figures returns the heat map.
func (r *Transfer) figures() (map[string]any, error) {
	h := chart.HeatMap{Title: "Gains in R over " + r.Standard,
		Description: "What training adds to R = accuracy / clean accuracy, times 100, for networks (rows) under corruptions (columns); a thick edge where the corruption was seen in training.",
		Columns:     append(slices.Clone(r.Corruptions), "seen", "unseen", "other families"), Apart: 3, Differences: true}
	for _, n := range r.Networks {
		h.Rows = append(h.Rows, n.Name)
		var cells []chart.HeatCell
		add := func(name string, e *Estimate, seen bool) {
			if e == nil {
				cells = append(cells, chart.HeatCell{})
				return
			}
			h.Max = max(h.Max, e.Value, -e.Value)
			cells = append(cells, chart.HeatCell{Value: e.Value, Text: signed(100*e.Value, 1), Note: n.Name + ", " + name + ": " + pointsCell(*e).String(), Edge: seen})
		}
		for k := range n.Gains {
			add(r.Corruptions[k], &n.Gains[k], n.Seen[k])
		}
		add("mean of seen", n.MeanSeen, false)
		add("mean of unseen", n.MeanUnseen, false)
		add("mean of unseen of other families", n.MeanOthers, false)
		h.Cells = append(h.Cells, cells)
	}
	return map[string]any{"transfer.svg": h.SVG()}, nil
}

// influenced is a figure with the influence of each image.
type influenced struct {
	value     float64
	influence []float64
}

func meanOf(x []float64) (f influenced) {
	f.value, f.influence = score.MeanInfluence(x)
	return f
}

func scoreOf(clean, corrupted []float64) (f influenced) {
	f.value, f.influence = score.RobustnessInfluence(clean, corrupted)
	return f
}

// subtract returns the difference of two figures of the same images.
func subtract(a, b influenced) (float64, []float64) {
	return a.value - b.value, score.Combine([]float64{1, -1}, a.influence, b.influence)
}

// total is the sum of some figures.
type total struct {
	n         float64
	value     float64
	influence []float64
}

func (s *total) add(value float64, influence []float64) {
	if s.influence == nil {
		s.influence = make([]float64, len(influence))
	}
	s.n, s.value, s.influence = s.n+1, s.value+value, score.Combine([]float64{1, 1}, s.influence, influence)
}

// mean returns the mean of the figures, nil of none.
func (s *total) mean() *Estimate {
	if s.n == 0 {
		return nil
	}
	e := estimate(s.value/s.n, score.Combine([]float64{1 / s.n}, s.influence))
	return &e
}
