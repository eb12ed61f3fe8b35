package papers

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/overlapfile"
	"steady/core/phrase"
	"steady/core/score"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// Coverages is what 'steady papers coverage' finds.
type Coverages struct {
	Score      string              `json:"score"`
	Threshold  float64             `json:"threshold"`
	Groups     []overlapfile.Group `json:"groups"` // of all corruptions, by k-means
	Undefined  []string            `json:"undefined"`
	Benchmarks []Coverage          `json:"benchmarks"`

	overlap *Overlap
}

// Coverage is how much of other corruptions a benchmark measures as well, and how evenly.
type Coverage struct {
	Benchmark   string                    `json:"benchmark"`
	Corruptions []string                  `json:"corruptions"`
	Missing     []string                  `json:"missing"` // of its corruptions, without overlaps in these results
	Others      []Covered                 `json:"others"`
	Uncounted   []string                  `json:"others_missing,omitempty"` // of the others that were asked for, without overlaps
	Covered     int                       `json:"covered"`                  // of the others, at least at the threshold
	Interval    *score.Interval           `json:"covered_interval"`
	Mean        *float64                  `json:"mean_coverage"` // null without others
	MeanBounds  *score.Interval           `json:"mean_coverage_interval"`
	Chance      *Chance                   `json:"chance,omitempty"` // nil where others were asked for, or there are none
	Shares      []float64                 `json:"group_shares"`     // of its corruptions in each group
	Imbalance   float64                   `json:"imbalance"`        // standard deviation of their numbers in the groups
	Families    []overlapfile.FamilyShare `json:"families"`
	Redundant   []overlapfile.Group       `json:"redundant"` // that overlap by the threshold or more on average, among its own
	Notes       []string                  `json:"notes,omitempty"`
}

// Covered is another corruption, and its largest overlap with one of the benchmark.
type Covered struct {
	Corruption string          `json:"corruption"`
	Overlap    float64         `json:"overlap"`
	Interval   *score.Interval `json:"interval"`
	By         string          `json:"by"`
}

// Chance is what as many corruptions cover of the others that are drawn evenly: the median of 1,000 draws, and where the middle
// 90 % of them are.
type Chance struct {
	Covered  float64        `json:"covered"`
	Interval score.Interval `json:"covered_90_percent"`
	Mean     float64        `json:"mean_coverage"`
	Bounds   score.Interval `json:"mean_coverage_90_percent"`
}

// usualBenchmarks are those whose coverage is computed where none is named.
var usualBenchmarks = []string{"imagenet-c", "imagenet-c,imagenet-c-extra", "imagenet-noc"}

func coverageCommand(e *Env) *cobra.Command {
	var s scoring
	var benchmarks []string
	var others string
	var threshold float64
	var plan output.Plan
	exports := output.Exports[*Coverages]{
		{Flag: "markdown", Extension: ".md", Help: "file for the tables in Markdown", Write: markdown[*Coverages]},
		{Flag: "latex", Extension: ".tex", Help: "file for the tables in LaTeX, with booktabs", Write: latex[*Coverages]},
		{Flag: "csv", Extension: ".csv", Help: "file for a table of all benchmarks and the corruptions outside", Write: (*Coverages).WriteCSV},
	}
	c := &cobra.Command{
		Use:   "coverage [RESULTS...]",
		Short: "Show how much a benchmark of corruptions covers, and how evenly",
		Long: "Shows how many other corruptions a benchmark covers (whose overlap with one of the benchmark's is at least the\n" +
			"threshold), the share of each group of corruptions in it, and which of its own measure the same. RESULTS are as\n" +
			"for overlap.",
		Example: "  steady papers coverage results.json\n  steady papers coverage results.json --benchmark mine.yaml --benchmark fog,snow --others laugros",
	}
	c.Flags().StringArrayVar(&benchmarks, "benchmark", nil, "corruptions of a benchmark: as --corruptions of overlap, also suites of 'steady bench run'; several\ntimes for several (default: "+
		strings.Join(usualBenchmarks, "; ")+")")
	c.Flags().StringVar(&others, "others", "", "corruptions to cover, without those of the benchmark (default: all of the results)")
	c.Flags().Float64Var(&threshold, "threshold", overlap.Overlapping, "overlap from which a corruption is covered")
	s.addFlags(c.Flags())
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := cmp.Or(s.check(), checkThreshold(threshold)); err != nil {
			return err
		}
		outside, err := parseCorruptions("--others", others)
		if err != nil {
			return err
		}
		plan.Input(args...)
		exports.Plan(&plan)
		if err := plan.Check(); err != nil {
			return err
		}
		o, err := e.overlap(cmd.Context(), args, &s)
		if err != nil {
			return err
		}
		r := &Coverages{Score: s.kind, Threshold: threshold, Groups: o.shown().Groups, Undefined: []string{}, Benchmarks: []Coverage{}, overlap: o}
		for _, u := range o.shown().Undefined {
			r.Undefined = append(r.Undefined, u.Corruption)
		}
		for i, b := range benchmarks {
			if slices.Contains(benchmarks[:i], b) {
				return usage.Errorf("--benchmark %s: it is there twice", b)
			}
			if err := r.add(b, outside, false); err != nil {
				return err
			}
		}
		if benchmarks == nil {
			for _, b := range usualBenchmarks {
				if err := r.add(b, outside, true); err != nil {
					return err
				}
			}
			if len(r.Benchmarks) == 0 {
				return usage.Errorf("the results have overlaps of no corruption of %s: name a --benchmark", strings.Join(usualBenchmarks, ", "))
			}
		}
		if err := exports.Write(r); err != nil {
			return err
		}
		return e.Print(r, r.Write)
	}
	return c
}

func checkThreshold(v float64) error {
	if !(v > 0 && v <= 1) {
		return usage.Errorf("--threshold %g: want a number above 0, at most 1", v)
	}
	return nil
}

// benchmarkOf returns the corruptions of a benchmark, and as text those of which it has other severities than were measured, as
// asked.
func benchmarkOf(list string, measured func(*corrupt.Corruption) []int) (corruptions []*corrupt.Corruption, others []string, err error) {
	named := map[*corrupt.Corruption][]int{}
	for word := range strings.SplitSeq(list, ",") {
		found, _, err := lookUpSeverities(strings.TrimSpace(word))
		if err != nil {
			return nil, nil, usage.Errorf("--benchmark: %s", strings.TrimPrefix(err.Error(), "corrupt: "))
		}
		for c, severities := range found {
			if of, twice := named[c]; twice && (of == nil || severities == nil) {
				named[c] = nil
			} else {
				named[c] = append(of, severities...)
			}
		}
	}
	if len(named) == 0 {
		return nil, nil, usage.Errorf("--benchmark %s: it has no corruptions", list)
	}
	corruptions = inOrder(named)
	for _, c := range corruptions {
		if own := named[c]; own != nil && !sameSeverities(own, measured(c)) {
			slices.Sort(own)
			others = append(others, fmt.Sprintf("%s at %s", c.Name, strings.Trim(fmt.Sprint(slices.Compact(own)), "[]")))
		}
	}
	return corruptions, others, nil
}

// sameSeverities reports whether severities are those that were measured: a draw stands for all five. Of none that was measured
// nothing is known.
func sameSeverities(own, measured []int) bool {
	of := func(list []int) []int {
		list = slices.Clone(list)
		slices.Sort(list)
		if list = slices.Compact(list); slices.Contains(list, corrupt.FullRange) {
			return []int{1, 2, 3, 4, 5}
		}
		return list
	}
	return len(measured) == 0 || slices.Equal(of(own), of(measured))
}

// severitiesOf returns the severities at which a corruption was measured.
func (r *Overlap) severitiesOf(c *corrupt.Corruption) (list []int) {
	for i := range r.Corruptions {
		if r.Corruptions[i].Name != c.Name {
			continue
		}
		for _, cell := range r.Corruptions[i].Cells {
			if p, err := bench.Parse(cell); err == nil {
				_, o, _ := p.Corruption()
				list = append(list, o.Severity)
			}
		}
	}
	return list
}

// add adds a benchmark. One that is usual is left out if the results have none of its corruptions, else that is an error.
func (r *Coverages) add(list string, outside []*corrupt.Corruption, usual bool) error {
	corruptions, others, err := benchmarkOf(list, r.overlap.severitiesOf)
	if err != nil {
		return err
	}
	c, err := r.overlap.coverage(list, corruptions, outside, r.Threshold)
	if others != nil {
		c.Notes = append(c.Notes, fmt.Sprintf("The overlaps are of other severities than it has: %s.", phrase.First(others, 3)))
	}
	if usual && err != nil {
		return nil
	}
	r.Benchmarks = append(r.Benchmarks, c)
	return err
}

// coverage computes that of a benchmark, of others or, if these are nil, of all others of the results.
func (r *Overlap) coverage(name string, benchmark, others []*corrupt.Corruption, threshold float64) (Coverage, error) {
	m := r.shown()
	asked := others != nil
	if !asked {
		others = corrupt.All()
	}
	of, inside, outside := overlapfile.Cover(m.defined, m.groups, fileCorruptions(benchmark), fileCorruptions(others), threshold)
	c := Coverage{Benchmark: name, Corruptions: of.Corruptions, Missing: of.Missing, Others: []Covered{}, Covered: of.Covered, Mean: of.Mean,
		Shares: of.Shares, Imbalance: of.Imbalance, Families: of.Families, Redundant: of.Redundant}
	if len(inside) == 0 {
		return c, usage.Errorf("--benchmark %s: the results have overlaps of none of its corruptions", name)
	}
	for _, o := range others {
		if _, err := m.defined.Index(o.Name); err != nil && asked && !slices.Contains(benchmark, o) {
			c.Uncounted = append(c.Uncounted, o.Name)
		}
	}
	if len(outside) == 0 {
		c.Notes = append(c.Notes, "There is nothing left to cover: all others are in the benchmark, or have no overlaps.")
	}
	if len(outside) > 0 {
		// The places in the resamples are those in the whole matrix.
		whole := func(places []int) (list []int) {
			for _, p := range places {
				list = append(list, slices.Index(m.matrix.Names, m.defined.Names[p]))
			}
			return list
		}
		inAll, outAll := whole(inside), whole(outside)
		c.Interval = overlap.Interval(m.resamples, func(s *overlap.Matrix) float64 {
			return coverageIn(s, inAll, outAll, func(of overlap.Coverage) float64 { return float64(of.Covered) }, threshold)
		}).Known()
		c.MeanBounds = overlap.Interval(m.resamples, func(s *overlap.Matrix) float64 {
			return coverageIn(s, inAll, outAll, func(of overlap.Coverage) float64 { return of.Mean }, threshold)
		}).Known()
		for k := range outside {
			one := of.Others[k]
			interval := overlap.Interval(m.resamples, func(s *overlap.Matrix) float64 {
				return coverageIn(s, inAll, outAll[k:k+1], func(of overlap.Coverage) float64 { return of.Best[0] }, threshold)
			}).Known()
			c.Others = append(c.Others, Covered{one.Corruption, one.Overlap, interval, one.By})
		}
		if !asked {
			c.Chance = newChance(m.defined.Chance(len(inside), threshold, 0))
		}
	}
	return c, nil
}

// newChance returns the middle of what drawn benchmarks cover.
func newChance(drawn []overlap.Coverage) *Chance {
	middle := func(figure func(overlap.Coverage) float64) (median float64, middle90 score.Interval) {
		values := make([]float64, len(drawn))
		for i, c := range drawn {
			values[i] = figure(c)
		}
		middle90 = score.Percentiles(values, .9) // which sorts them
		return values[len(values)/2], middle90
	}
	var c Chance
	c.Covered, c.Interval = middle(func(of overlap.Coverage) float64 { return float64(of.Covered) })
	c.Mean, c.Bounds = middle(func(of overlap.Coverage) float64 { return of.Mean })
	return &c
}

// fileCorruptions returns corruptions as a file of overlaps has them.
func fileCorruptions(list []*corrupt.Corruption) (as []overlapfile.Corruption) {
	for _, c := range list {
		as = append(as, overlapfile.Corruption{Name: c.Name, Family: c.Family})
	}
	return as
}

// coverageIn returns a figure of the coverage in a resample: NaN if some of its overlaps are not defined in it.
func coverageIn(m *overlap.Matrix, inside, outside []int, figure func(overlap.Coverage) float64, threshold float64) float64 {
	part := m.Select(slices.Concat(inside, outside))
	for i := range part.Names {
		if math.IsNaN(part.Values[i][i]) {
			return math.NaN()
		}
	}
	places := make([]int, len(part.Names))
	for i := range places {
		places[i] = i
	}
	return figure(part.Coverage(places[:len(inside)], places[len(inside):], threshold))
}

// Write writes the coverages as text.
func (r *Coverages) Write(w io.Writer) {
	labels := r.overlap.labels()
	fmt.Fprintf(w, "groups of corruptions by k-means, on overlaps by %s:\n", r.Score)
	writeGroups(w, r.Groups, labels)
	for i := range r.Benchmarks {
		r.Benchmarks[i].write(w, labels, r.Threshold)
	}
	if len(r.Undefined) > 0 {
		fmt.Fprintf(w, "without overlaps in these results: %s\n", labeled(r.Undefined, labels))
	}
	if r.overlap.approximates() {
		fmt.Fprintln(w, overlapfile.ApproximationNote)
	}
}

func (c *Coverage) write(w io.Writer, labels map[string]string, threshold float64) {
	fmt.Fprintln(w)
	fmt.Fprintf(w, "%s: %s\n", c.Benchmark, phrase.Count(len(c.Corruptions), "corruption"))
	for _, n := range c.Notes {
		fmt.Fprintf(w, "  %s\n", n)
	}
	if len(c.Missing) > 0 {
		fmt.Fprintf(w, "  without overlaps in these results, and not counted: %s\n", labeled(c.Missing, labels))
	}
	if len(c.Others) > 0 {
		bounds := ""
		if c.Interval != nil {
			bounds = fmt.Sprintf(" [%.0f, %.0f]", c.Interval.Lower, c.Interval.Upper)
		}
		fmt.Fprintf(w, "  covers %d%s of %d others (overlap of %g or more); mean coverage %s\n", c.Covered, bounds, len(c.Others), threshold, figure(c.Mean, c.MeanBounds))
		if c.Chance != nil {
			fmt.Fprintf(w, "  %s\n", c.Chance.sentence(len(c.Corruptions)))
		}
		var covered, uncovered []string
		for _, o := range c.Others {
			text := fmt.Sprintf("%s %.2f", cmp.Or(labels[o.Corruption], o.Corruption), o.Overlap)
			if o.Overlap >= threshold {
				covered = append(covered, text)
			} else {
				uncovered = append(uncovered, text)
			}
		}
		if covered != nil {
			fmt.Fprintf(w, "  covered: %s\n", strings.Join(covered, ", "))
		}
		if uncovered != nil {
			fmt.Fprintf(w, "  not covered: %s\n", strings.Join(uncovered, ", "))
		}
	}
	if len(c.Uncounted) > 0 {
		fmt.Fprintf(w, "  others without overlaps in these results, and not counted: %s\n", labeled(c.Uncounted, labels))
	}
	var shares, families []string
	for k, s := range c.Shares {
		shares = append(shares, fmt.Sprintf("%d: %.0f %%", k+1, 100*s))
	}
	for _, f := range c.Families {
		families = append(families, fmt.Sprintf("%s %.0f %%", f.Family, 100*f.Share))
	}
	fmt.Fprintf(w, "  shares of the groups: %s; imbalance %.2f\n", strings.Join(shares, ", "), c.Imbalance)
	fmt.Fprintf(w, "  shares of the families: %s\n", strings.Join(families, ", "))
	for _, g := range c.Redundant {
		fmt.Fprintf(w, "  measure the same: %s (mean overlap %.2f)\n", labeled(g.Corruptions, labels), *g.Mean)
	}
}

// sentence returns what n drawn corruptions cover.
func (c *Chance) sentence(n int) string {
	return fmt.Sprintf("%s by chance cover %.0f (90 %% of draws: %.0f to %.0f), mean coverage %.2f (%.2f to %.2f)",
		phrase.Count(n, "corruption"), c.Covered, c.Interval.Lower, c.Interval.Upper, c.Mean, c.Bounds.Lower, c.Bounds.Upper)
}

// WriteCSV writes a line for each corruption outside of each benchmark.
func (r *Coverages) WriteCSV(w io.Writer) error {
	t := csv.NewWriter(w)
	t.Write([]string{"benchmark", "corruption", "overlap", "lower", "upper", "by"})
	for _, b := range r.Benchmarks {
		for _, o := range b.Others {
			line := []string{b.Benchmark, o.Corruption, fmt.Sprintf("%.6f", o.Overlap), "", "", o.By}
			if o.Interval != nil {
				line[3], line[4] = fmt.Sprintf("%.6f", o.Interval.Lower), fmt.Sprintf("%.6f", o.Interval.Upper)
			}
			t.Write(line)
		}
	}
	t.Flush()
	return t.Error()
}
