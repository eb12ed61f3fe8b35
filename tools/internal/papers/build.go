package papers

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/phrase"
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
}

func buildCommand(e *Env) *cobra.Command {
	var s scoring
	var out string
	var threshold float64
	var categories, each int
	var drawSeed uint64
	var plan output.Plan
	c := &cobra.Command{
		Use:   "build RESULTS... --out SPEC.yaml",
		Short: "Build a benchmark of corruptions that do not overlap, or a balanced one",
		Long: "Chooses corruptions for a benchmark: as many as possible of which no two overlap; or with --categories N, the\n" +
			"same number from each of N groups of corruptions, of 1,000 draws that which covers the others best. The file is\n" +
			"for 'steady bench run', with the evidence as comments. RESULTS are as for overlap.",
		Example: "  steady papers build results.json --out noc.yaml\n" +
			"  steady papers build results.json --categories 6 --per-category 2 --out balanced.yaml\n" +
			"  steady bench run noc.yaml --model own.onnx --data images",
		Args: inputs,
	}
	c.Flags().StringVar(&out, "out", "", "YAML file to write")
	c.Flags().IntVar(&categories, "categories", 0, "number of groups to draw from (default: none, but corruptions that do not overlap)")
	c.Flags().IntVar(&each, "per-category", 2, "number of corruptions of each, with --categories")
	c.Flags().Uint64Var(&drawSeed, "draw-seed", 0, "random seed of the draws, with --categories")
	c.Flags().Float64Var(&threshold, "threshold", overlap.Overlapping, "overlap from which two corruptions measure the same")
	s.addFlags(c.Flags())
	plan.AddFlag(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := cmp.Or(s.check(), checkThreshold(threshold)); err != nil {
			return err
		}
		for _, name := range []string{"per-category", "draw-seed"} {
			if categories == 0 && cmd.Flags().Changed(name) {
				return usage.Errorf("--%s is for a balanced benchmark: want --categories N too", name)
			}
		}
		plan.Input(args...)
		plan.Output("--out", out, ".yaml")
		if err := plan.Check(); err != nil {
			return err
		}
		o, err := e.overlap(cmd.Context(), args, &s)
		if err != nil {
			return err
		}
		b := &Built{File: out, Score: s.kind, overlap: o, threshold: threshold}
		if err := b.choose(categories, each, drawSeed, cmd.Flags().Changed("categories")); err != nil {
			return err
		}
		if err := output.File(out, b.writeSpec); err != nil {
			return err
		}
		return e.Print(b, b.Write)
	}
	return c
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
		b.Rule = fmt.Sprintf("%d corruptions of each of %d groups, of 1,000 draws (seed %d) that with the largest mean coverage", each, categories, seed)
	} else {
		places = m.defined.NonOverlapping(b.threshold)
		b.Rule = fmt.Sprintf("as many corruptions as possible of which no two overlap by %g or more, and of such sets that with the largest mean coverage", b.threshold)
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
	var text strings.Builder
	line := func(format string, args ...any) {
		fmt.Fprintf(&text, strings.TrimRight("# "+format, " ")+"\n", args...)
	}
	line("Corruptions chosen by 'steady papers build': steady bench run THIS.yaml --model M.onnx --data DATA")
	line("")
	line("Rule: %s.", b.Rule)
	line("Overlaps by %s of %d corruptions: %d networks (%s), %d images of %s.", b.Score, len(o.Corruptions), o.Networks,
		phrase.Count(len(o.Seeds), "seed"), o.Images, o.Data)
	if n := len(b.Coverage.Others); n > 0 {
		line("It covers %d of the %d others (overlap of %g or more); mean coverage %s.", b.Coverage.Covered, n, b.threshold, figure(b.Coverage.Mean, b.Coverage.MeanBounds))
	}
	line("Groups of corruptions by k-means, and their shares in it:")
	for k, g := range m.Groups {
		line("%3d  %3.0f %%  %s", k+1, 100*b.Coverage.Shares[k], labeled(g.Corruptions, o.labels()))
	}
	if len(m.Undefined) > 0 {
		var without []string
		for _, u := range m.Undefined {
			without = append(without, u.Corruption)
		}
		line("Left out, as training on them gains too little to say anything: %s.", labeled(without, o.labels()))
	}
	if o.approximates() {
		line("%s.", approximationNote)
	}
	text.WriteString("cells:\n")
	for _, c := range b.Cells {
		fmt.Fprintf(&text, "  - %q\n", c)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// Write writes what was built as text.
func (b *Built) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", b.File, b.Rule)
	fmt.Fprintf(w, "%s\n", labeled(b.Coverage.Corruptions, b.overlap.labels()))
	b.Coverage.write(w, b.overlap.labels(), b.threshold)
	if b.overlap.approximates() {
		fmt.Fprintln(w, approximationNote)
	}
}
