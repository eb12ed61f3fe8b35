package overlapfile

import (
	"fmt"
	"io"
	"strings"

	"steady/core/phrase"
)

// Approximation marks what is not as it was published, in every table and file.
const Approximation = "*"

// ApproximationNote says what the mark means.
const ApproximationNote = Approximation + " published for images of 224 pixels; at this size its amounts are an approximation of this program"

// Label returns the name of a corruption in tables.
func (c *Corruption) Label() string {
	if c.Approximation {
		return c.Name + Approximation
	}
	return c.Name
}

// Suite is a benchmark to write as a spec of 'steady bench run', with its evidence.
type Suite struct {
	By          string // the program that chose, in quotes
	Rule        string
	Score       string
	Corruptions int // that were chosen from
	Networks    int
	Seeds       int
	Images      int
	Data        string
	Threshold   float64
	Covered     int
	Others      int
	Mean        string       // coverage, with its interval if it is known
	Groups      []GroupShare // of all corruptions
	Without     []string     // labels of corruptions that have no overlaps
	Approximate bool         // some corruptions are not as published
	Cells       []string
}

// GroupShare is a group of corruptions, by their labels, and the share of a benchmark that is of it.
type GroupShare struct {
	Share       float64
	Corruptions []string
}

// Write writes the spec.
func (s *Suite) Write(w io.Writer) error {
	var text strings.Builder
	line := func(format string, args ...any) {
		fmt.Fprintf(&text, strings.TrimRight("# "+format, " ")+"\n", args...)
	}
	line("Corruptions chosen by %s: steady bench run THIS.yaml --model M.onnx --data DATA", s.By)
	line("")
	line("Rule: %s.", s.Rule)
	line("Overlaps by %s of %d corruptions: %d networks (%s), %d images of %s.", s.Score, s.Corruptions, s.Networks,
		phrase.Count(s.Seeds, "seed"), s.Images, s.Data)
	if s.Others > 0 {
		line("It covers %d of the %d others (overlap of %g or more); mean coverage %s.", s.Covered, s.Others, s.Threshold, s.Mean)
	}
	line("Groups of corruptions by k-means, and their shares in it:")
	for k, g := range s.Groups {
		line("%3d  %3.0f %%  %s", k+1, 100*g.Share, strings.Join(g.Corruptions, ", "))
	}
	if len(s.Without) > 0 {
		line("Left out, as training on them gains too little to say anything: %s.", strings.Join(s.Without, ", "))
	}
	if s.Approximate {
		line("%s.", ApproximationNote)
	}
	text.WriteString("cells:\n")
	for _, c := range s.Cells {
		fmt.Fprintf(&text, "  - %q\n", c)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// BalancedRule says how a balanced benchmark is chosen.
func BalancedRule(each, categories int, seed uint64) string {
	return fmt.Sprintf("%d corruptions of each of %d groups, with the largest mean coverage of 1,000 draws (seed %d), in a hundred of which corruptions were exchanged for better ones", each, categories, seed)
}

// NonOverlappingRule says how corruptions are chosen that do not overlap; exact is whether all such sets were looked at.
func NonOverlappingRule(threshold float64, exact bool) string {
	if !exact {
		return fmt.Sprintf("many corruptions of which no two overlap by %g or more; there are too many such sets to look at all, so that there may be a larger one", threshold)
	}
	return fmt.Sprintf("as many corruptions as possible of which no two overlap by %g or more, and of such sets that with the largest mean coverage", threshold)
}
