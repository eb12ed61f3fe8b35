package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/score"
)

// Diff is two benchmarks beside each other, cell by cell.
type Diff struct {
	A           string     `json:"a"` // name of the results
	B           string     `json:"b"`
	Level       float64    `json:"level"`      // of intervals, and of significance
	Correction  string     `json:"correction"` // of p-values for there being many: Holm's
	Identical   bool       `json:"identical"`  // all is the same, to the last bit
	Cells       int        `json:"cells"`      // that both have measured
	Different   int        `json:"different"`  // of these: with other answers or distances, or another accuracy
	Significant int        `json:"significant"`
	Compared    []DiffCell `json:"compared"` // in A's order
	OnlyA       []string   `json:"only_a"`   // what only A has measured
	OnlyB       []string   `json:"only_b"`
}

// DiffCell is a cell of two benchmarks. Differences are B's accuracy minus A's. Of the same data, all figures are of the first
// images, which both have measured.
type DiffCell struct {
	ModelA       string  `json:"model_a"`
	ModelB       string  `json:"model_b"`
	Perturbation string  `json:"perturbation"`
	ImagesA      int     `json:"images_a"`
	ImagesB      int     `json:"images_b"`
	RightA       int     `json:"right_a"`
	RightB       int     `json:"right_b"`
	AccuracyA    float64 `json:"accuracy_a"`
	AccuracyB    float64 `json:"accuracy_b"`
	Difference   float64 `json:"difference"`
	Lower        float64 `json:"difference_lower"` // bounds of the 95 % interval of this cell alone
	Upper        float64 `json:"difference_upper"`
	Paired       bool    `json:"paired"`       // the same images
	Fewer        bool    `json:"fewer_images"` // one has measured more images than the other, which are left out
	OnlyA        *int    `json:"only_a_right"` // images about which only A is right; null unless paired
	OnlyB        *int    `json:"only_b_right"`
	Changed      *int    `json:"changed_answers"` // images that are classified otherwise; null unless paired
	Test         string  `json:"test"`            // mcnemar or fisher
	P            float64 `json:"p"`
	Adjusted     float64 `json:"p_adjusted"` // for the number of cells
	Different    bool    `json:"different"`
	Significant  bool    `json:"significant"`

	// Of attacks that look for the closest adversarial images, as in [Cell]. Tests are of accuracies.
	MedianDistanceA *float64 `json:"median_distance_a,omitempty"`
	MedianDistanceB *float64 `json:"median_distance_b,omitempty"`
}

// ErrNothingToCompare matches the error for benchmarks that have no measured cell in common.
var ErrNothingToCompare = errors.New("nothing to compare")

// Compare compares benchmarks. Networks of the same name are compared; if both have only one, these. Where the images are
// the same, the test is McNemar's exact one, otherwise Fisher's; Holm's method adjusts p-values for the number of cells.
func Compare(a, b Results) (*Diff, error) {
	c := &Diff{A: a.Name, B: b.Name, Level: Level, Correction: "holm", Identical: true, Compared: []DiffCell{}}
	both := map[*Entry]bool{}
	for i := range a.Entries {
		ea := &a.Entries[i]
		eb := counterpart(&a, &b, ea)
		if ea.Result == nil || eb == nil || eb.Result == nil {
			continue
		}
		both[ea], both[eb] = true, true
		one, identical, err := compareCell(&a.Networks[ea.Network], &b.Networks[eb.Network], ea, eb)
		if err != nil {
			return nil, err
		}
		c.Identical = c.Identical && identical
		c.Compared = append(c.Compared, one)
	}
	if len(c.Compared) == 0 {
		return nil, fmt.Errorf("report: %w: %s has measured %s, %s has measured %s, and no cell is the same", ErrNothingToCompare, a.Name, a.networks(), b.Name, b.networks())
	}
	c.OnlyA, c.OnlyB = a.others(both), b.others(both)
	c.Identical = c.Identical && len(c.OnlyA)+len(c.OnlyB) == 0
	c.adjust()
	return c, nil
}

// adjust adjusts p-values, and counts.
func (c *Diff) adjust() {
	var p []float64
	for _, one := range c.Compared {
		p = append(p, one.P)
	}
	c.Cells = len(p)
	for i, adjusted := range score.Holm(p) {
		one := &c.Compared[i]
		one.Adjusted, one.Significant = adjusted, adjusted <= 1-Level+1e-12
		if one.Different {
			c.Different++
		}
		if one.Significant {
			c.Significant++
		}
	}
}

// largest returns the cells that differ, significant ones first, and the largest differences first.
func (c *Diff) largest() []DiffCell {
	list := slices.DeleteFunc(slices.Clone(c.Compared), func(one DiffCell) bool { return !one.Different })
	slices.SortStableFunc(list, func(x, y DiffCell) int {
		if x.Significant != y.Significant {
			if x.Significant {
				return -1
			}
			return 1
		}
		return cmp.Compare(math.Abs(y.Difference), math.Abs(x.Difference))
	})
	return list
}

// counterpart returns the entry of b that one of a is compared with: nil if there is none.
func counterpart(a, b *Results, e *Entry) *Entry {
	single := len(a.Networks) == 1 && len(b.Networks) == 1
	for i := range b.Entries {
		o := &b.Entries[i]
		if o.Perturbation == e.Perturbation && (single || b.Networks[o.Network].Name == a.Networks[e.Network].Name) {
			return o
		}
	}
	return nil
}

// networks returns the names of networks.
func (r *Results) networks() string {
	var names []string
	for _, n := range r.Networks {
		names = append(names, n.Name)
	}
	return strings.Join(names, ", ")
}

// others returns what was measured and is not among entries.
func (r *Results) others(among map[*Entry]bool) []string {
	list := []string{}
	for i := range r.Entries {
		if e := &r.Entries[i]; e.Result != nil && !among[e] {
			list = append(list, r.Networks[e.Network].Name+", "+e.Perturbation.String())
		}
	}
	return list
}

func compareCell(na, nb *Network, ea, eb *Entry) (c DiffCell, identical bool, err error) {
	ra, rb := ea.Result, eb.Result
	c = DiffCell{ModelA: na.Name, ModelB: nb.Name, Perturbation: ea.Perturbation.String(), ImagesA: len(ra.Answers), ImagesB: len(rb.Answers),
		RightA: ra.Right, RightB: rb.Right, Paired: na.Cell.Data == nb.Cell.Data}
	if c.ImagesA > len(na.Labels) || c.ImagesB > len(nb.Labels) {
		return c, false, fmt.Errorf("report: %s has %d and %d answers, but %d and %d labels", c.Perturbation, c.ImagesA, c.ImagesB, len(na.Labels), len(nb.Labels))
	}
	if c.Paired && c.ImagesA != c.ImagesB {
		c.Fewer = true
		c.ImagesA = min(c.ImagesA, c.ImagesB)
		c.ImagesB = c.ImagesA
		ra, c.RightA = firstOf(ra, na.Labels[:c.ImagesA])
		rb, c.RightB = firstOf(rb, nb.Labels[:c.ImagesB])
	}
	c.AccuracyA, c.AccuracyB = score.Accuracy(c.RightA, c.ImagesA), score.Accuracy(c.RightB, c.ImagesB)
	c.Difference = c.AccuracyB - c.AccuracyA
	var interval score.Interval
	if c.Paired {
		p := score.Pair(rb.Correct(nb.Labels[:c.ImagesB]), ra.Correct(na.Labels[:c.ImagesA]))
		interval, c.Test, c.P, c.Difference = p.DifferenceInterval(Level), "mcnemar", p.McNemar(), p.Difference()
		changed := changedAnswers(ra, rb)
		c.OnlyA, c.OnlyB, c.Changed, c.Different = &p.OnlyB, &p.OnlyA, &changed, changed > 0 || p.OnlyA+p.OnlyB > 0
	} else {
		u := score.Unpaired{RightA: c.RightB, A: c.ImagesB, RightB: c.RightA, B: c.ImagesA}
		interval, c.Test, c.P = u.DifferenceInterval(Level), "fisher", u.Fisher()
		c.Different = c.Difference != 0
	}
	if nearest(ea.Perturbation) {
		c.MedianDistanceA, c.MedianDistanceB = medianDistance(ra.Answers), medianDistance(rb.Answers)
		c.Different = c.Different || !slices.EqualFunc(ra.Answers, rb.Answers, func(a, b bench.Answer) bool { return a.Distance == b.Distance })
	}
	c.Lower, c.Upper = interval.Lower, interval.Upper
	return c, c.Paired && !c.Fewer && slices.Equal(ra.Answers, rb.Answers) && ra.Right == rb.Right && ra.Sums == rb.Sums, nil
}

// firstOf returns the answers to the first images, which have these labels, and how many are right.
func firstOf(r *bench.Result, labels []int) (first *bench.Result, right int) {
	first = &bench.Result{Answers: r.Answers[:len(labels)]}
	for _, c := range first.Correct(labels) {
		if c {
			right++
		}
	}
	return first, right
}

func changedAnswers(a, b *bench.Result) (n int) {
	for i := range a.Answers {
		if a.Answers[i].Class != b.Answers[i].Class {
			n++
		}
	}
	return n
}
