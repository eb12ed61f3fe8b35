package papers

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/overlapfile"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// Built is a benchmark that 'steady papers build' has made, and what it covers.
type Built struct {
	File     string   `json:"file"`
	Rule     string   `json:"rule"`
	Cells    []string `json:"cells"`
	Score    string   `json:"score"`
	Coverage Coverage `json:"coverage"`

	overlap   *Overlap
	threshold float64
	regrouped bool // not by the published rule
}

func buildCommand(e *Env) *cobra.Command {
	var s scoring
	var out string
	var threshold float64
	var categories, groups, each int
	var drawSeed uint64
	var plan output.Plan
	c := &cobra.Command{
		Use:   "build [RESULTS...] --out SPEC.yaml",
		Short: "Build a benchmark of corruptions that do not overlap, or a balanced one",
		Long: "Chooses corruptions for a benchmark: as many as possible of which no two overlap; or with --categories N, the\n" +
			"same number from each of N groups of corruptions, those that cover the others best. The file is\n" +
			"for 'steady bench run', with the evidence as comments. RESULTS are as for overlap.",
		Example: "  steady papers build results.json --out noc.yaml\n" +
			"  steady papers build results.json --categories 3 --per-category 4 --out balanced.yaml\n" +
			"  steady bench run noc.yaml --model own.onnx --data images",
	}
	c.Flags().StringVar(&out, "out", "", "YAML file to write")
	c.Flags().IntVar(&categories, "categories", 0, "number of groups to draw from (default: none, but corruptions that do not overlap)")
	c.Flags().IntVar(&groups, "groups", 0, "number of groups that k-means makes, with --categories, of which those with enough corruptions are drawn\nfrom (default: by the published rule, or as many as --categories if that is more)")
	c.Flags().IntVar(&each, "per-category", 2, "number of corruptions of each, with --categories")
	c.Flags().Uint64Var(&drawSeed, "draw-seed", 0, "random seed of the draws, with --categories")
	c.Flags().Float64Var(&threshold, "threshold", overlap.Overlapping, "overlap from which two corruptions measure the same")
	s.addFlags(c.Flags())
	exports := output.Exports[*Built]{
		{Flag: "markdown", Extension: ".md", Help: "file for a table of what it covers, in Markdown", Write: markdown[*Built]},
		{Flag: "latex", Extension: ".tex", Help: "file for the table in LaTeX, with booktabs", Write: latex[*Built]},
	}
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := cmp.Or(s.check(), checkThreshold(threshold)); err != nil {
			return err
		}
		for _, name := range []string{"per-category", "draw-seed", "groups"} {
			if !cmd.Flags().Changed("categories") && cmd.Flags().Changed(name) {
				return usage.Errorf("--%s is for a balanced benchmark: want --categories N too", name)
			}
		}
		plan.Input(args...)
		plan.Output("--out", out, ".yaml")
		exports.Plan(&plan)
		if err := plan.Check(); err != nil {
			return err
		}
		o, err := e.overlap(cmd.Context(), args, &s)
		if err != nil {
			return err
		}
		b := &Built{File: out, Score: s.kind, overlap: o, threshold: threshold}
		if cmd.Flags().Changed("categories") {
			if b.regrouped, err = o.shown().regroup(categories, groups, cmd.Flags().Changed("groups"), s.seed); err != nil {
				return err
			}
		}
		if err := b.choose(categories, each, drawSeed, cmd.Flags().Changed("categories")); err != nil {
			return err
		}
		if err := output.File(out, b.writeSpec); err != nil {
			return err
		}
		if err := exports.Write(b); err != nil {
			return err
		}
		return e.Print(b, b.Write)
	}
	return c
}

// regroup groups the corruptions anew, if a number of groups is named, or the published rule has fewer than there are categories,
// and reports whether it did.
func (m *overlapMatrix) regroup(categories, groups int, named bool, seed uint64) (bool, error) {
	n := len(m.defined.Names)
	switch {
	case named && (groups < max(categories, 2) || groups > n):
		return false, usage.Errorf("--groups %d: want %d to %d, as there are %d categories and %d corruptions with overlaps", groups, max(categories, 2), n, categories, n)
	case !named && (categories <= m.groups.N || categories > n):
		return false, nil
	}
	m.groups = m.defined.GroupsOf(max(groups, categories), seed)
	m.Groups, m.GroupRule = m.list(m.groups.Of), known(m.groups.Correlation)
	return true, nil
}

// choose chooses the corruptions.
func (b *Built) choose(categories, each int, seed uint64, balanced bool) error {
	m := b.overlap.shown()
	if len(m.defined.Names) == 0 {
		return usage.Errorf("the results have no corruption with overlaps (--least-gain %g)", b.overlap.LeastGain)
	}
	var places []int
	if balanced {
		var err error
		if places, err = m.defined.Balanced(m.groups, categories, each, seed); err != nil {
			return usage.Errorf("--categories %d --per-category %d: %s", categories, each, strings.TrimPrefix(err.Error(), "overlap: "))
		}
		b.Rule = overlapfile.BalancedRule(each, categories, seed)
		if b.regrouped {
			b.Rule += fmt.Sprintf("; there are %d groups, and not as many as by the published rule", m.groups.N)
		}
	} else {
		var exact bool
		places, exact = m.defined.NonOverlapping(b.threshold)
		b.Rule = overlapfile.NonOverlappingRule(b.threshold, exact)
	}
	var list []*corrupt.Corruption
	for _, p := range places {
		name := m.defined.Names[p]
		for _, c := range b.overlap.Corruptions {
			if c.Name == name {
				b.Cells = append(b.Cells, c.Cells...)
			}
		}
		c, err := corrupt.Lookup(name)
		if err != nil {
			return err
		}
		list = append(list, c)
	}
	var err error
	b.Coverage, err = b.overlap.coverage(b.File, list, nil, b.threshold)
	return err
}

// writeSpec writes the cells of a spec, with the evidence as comments.
func (b *Built) writeSpec(w io.Writer) error {
	o, m := b.overlap, b.overlap.shown()
	s := overlapfile.Suite{By: "'steady papers build'", Rule: b.Rule, Score: b.Score, Corruptions: len(o.Corruptions), Networks: o.Networks,
		Seeds: len(o.Seeds), Images: o.Images, Data: o.Data, Threshold: b.threshold, Covered: b.Coverage.Covered, Others: len(b.Coverage.Others),
		Mean: figure(b.Coverage.Mean, b.Coverage.MeanBounds), Approximate: o.approximates(), Cells: b.Cells}
	labels := o.labels()
	for k, g := range m.Groups {
		share := overlapfile.GroupShare{Share: b.Coverage.Shares[k]}
		for _, name := range g.Corruptions {
			share.Corruptions = append(share.Corruptions, labels[name])
		}
		s.Groups = append(s.Groups, share)
	}
	for _, u := range m.Undefined {
		s.Without = append(s.Without, labels[u.Corruption])
	}
	return s.Write(w)
}

// Write writes what was built as text.
func (b *Built) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", b.File, b.Rule)
	fmt.Fprintf(w, "%s\n", labeled(b.Coverage.Corruptions, b.overlap.labels()))
	b.Coverage.write(w, b.overlap.labels(), b.threshold)
	if b.overlap.approximates() {
		fmt.Fprintln(w, overlapfile.ApproximationNote)
	}
}
