package papers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/chart"
	"steady/core/corrupt"
	"steady/core/parallel"
	"steady/core/phrase"
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
	Name   string     `json:"name"`
	Recipe string     `json:"recipe"`
	Clean  Estimate   `json:"clean_difference"`
	Gains  []Estimate `json:"gains"` // in R, by corruptions
	Seen   []bool     `json:"seen"`

	// TrainedOn is by the network's model card, and by those of networks that it continues from; also what was not measured.
	TrainedOn     []string `json:"trained_on"`
	ContinuesFrom []string `json:"continues_from,omitempty"` // their names, from the last training on

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
		Use:   "transfer [RESULTS...]",
		Short: "Measure what training on some corruptions does for others",
		Long: "Compares networks with the standard network: what training on some corruptions adds to the robustness score R under\n" +
			"each corruption, those that were seen in training and those that were not (Laugros et al. 2019). What a network has\n" +
			"seen is what its model card says, and those of networks of the results that it continues from. Intervals are over\n" +
			"images, of the difference on the same images.",
		Example: "  steady papers transfer results.json --svg figures\n  steady papers transfer run.db --standard cifar10-standard --markdown table.md",
	}
	c.Flags().StringVar(&standard, "standard", "", standardHelp)
	s.addFlags(c.Flags())
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(_ *cobra.Command, args []string) error {
		standard := shippedStandard(args, s, standard)
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
	base, err := standardOf(g.networks, standard)
	if err != nil {
		return nil, err
	}
	switch {
	case len(g.corruptions) == 0:
		return nil, g.errNoCorruption()
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
	r.Notes = append(r.Notes, g.noteTraining(base)...)
	r.Networks = make([]Gains, len(others))
	var unknown []string
	for k, i := range others {
		n, all := g.networks[i], false
		to := &r.Networks[k]
		*to = Gains{Name: n.Name, Recipe: n.Card.Recipe}
		if to.TrainedOn, to.ContinuesFrom, all = trainings(t, n); !all {
			unknown = append(unknown, n.Name)
		}
	}
	for _, n := range r.Networks {
		if names := slices.DeleteFunc(slices.Clone(n.TrainedOn), isKnown); len(names) > 0 {
			r.Notes = append(r.Notes, table.OneLine(fmt.Sprintf("%s: its model card names corruptions that this version does not know, which do not count as seen: %s.", n.Name, phrase.First(names, 5))))
		}
	}
	if len(unknown) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("These continue from a network that is not in the results, or of which the training is not known; what it was trained on does not count as seen: %s.",
			phrase.First(unknown, 10)))
	}
	parallel.For(len(others), func(k int) { r.gains(g, &r.Networks[k], others[k], base) })
	return r, nil
}

// trainings returns what a network was trained on, with what those were that it continues from, and their names. It reports
// whether all of that is known.
func trainings(t *results.Table, n *results.Network) (trainedOn, from []string, all bool) {
	trainedOn = slices.Clone(n.Card.TrainedOn)
	passed := map[string]bool{n.SHA256: true}
	for card := n.Card; card.InitFrom != ""; {
		i := slices.IndexFunc(t.Networks, func(o results.Network) bool { return o.SHA256 == card.InitFrom })
		if i < 0 || passed[card.InitFrom] || t.Networks[i].Card == nil || t.Networks[i].Card.TrainedOn == nil {
			return trainedOn, from, false
		}
		passed[card.InitFrom] = true
		card = t.Networks[i].Card
		from = append(from, t.Networks[i].Name)
		for _, name := range card.TrainedOn {
			if !slices.Contains(trainedOn, name) {
				trainedOn = append(trainedOn, name)
			}
		}
	}
	return trainedOn, from, true
}

// isKnown reports whether there is a corruption of the name.
func isKnown(name string) bool {
	_, err := corrupt.Lookup(name)
	return err == nil
}

// gains computes the gains of a network.
func (r *Transfer) gains(g *grid, to *Gains, network, base int) {
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
		how, what := "recipe "+n.Recipe, "no corruption"
		if len(n.ContinuesFrom) > 0 {
			how += ", continues from " + strings.Join(n.ContinuesFrom, " from ")
		}
		if len(n.TrainedOn) > 0 {
			what = strings.Join(n.TrainedOn, ", ")
		}
		notes = append(notes, fmt.Sprintf("%s (%s) was trained on %s.", n.Name, how, what))
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
		Values:      "gain in R = accuracy / clean accuracy, times 100; orange: gained, blue: lost",
		Edges:       "seen in training",
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
