package overlapfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steady/core/overlap"
	"steady/core/score"
	"steady/core/table"
)

// Explorer is one file in front of a person. The zero value has none. Its arguments and answers are plain data with the JSON of the
// page's protocol.
type Explorer struct{ file *File }

var errNoFile = errors.New("There is no file of overlaps yet: open one first.")

// Opened is what a file has, for people to look at.
type Opened struct {
	Data        string      `json:"data"`
	Images      int         `json:"images"`
	Seeds       int         `json:"seeds"`
	Networks    int         `json:"networks"`
	LeastGain   float64     `json:"leastGain"`
	Clean       float64     `json:"clean"` // accuracy of the standard network
	Score       string      `json:"score"` // the form to show first: "accuracy" or "ratio"
	Notes       []string    `json:"notes"`
	Corruptions []Shown     `json:"corruptions"`
	Accuracy    ShownMatrix `json:"accuracy"`
	Ratio       ShownMatrix `json:"ratio"`
	Threshold   float64     `json:"threshold"` // the usual one
}

// Shown is a corruption of the file.
type Shown struct {
	Name          string  `json:"name"`
	Family        string  `json:"family"`
	Approximation bool    `json:"approximation"`
	Standard      float64 `json:"standard"` // accuracy of the standard network under it
	Trained       float64 `json:"trained"`  // and of the one trained on it
}

// ShownMatrix is the overlaps by one score; null where there is none.
type ShownMatrix struct {
	Values    [][]*float64        `json:"values"`
	Intervals [][]*score.Interval `json:"intervals"`
	Undefined []Undefined         `json:"undefined"`
	Groups    [][]int             `json:"groups"` // places of corruptions
	Order     []int               `json:"order"`  // places in the order of the tree; those without overlaps come last
	Tree      []Joined            `json:"tree"`
}

// Joined joins two clusters: places of corruptions, or the number of corruptions plus that of another of the list.
type Joined struct {
	A      int     `json:"a"`
	B      int     `json:"b"`
	Height float64 `json:"height"` // mean of 1 - overlap
}

// CoverArgs say which corruptions are a benchmark.
type CoverArgs struct {
	Score     string  `json:"score"`
	Members   []int   `json:"members"` // places of corruptions
	Threshold float64 `json:"threshold"`
	Rule      string  `json:"rule"` // by which they were chosen, for the file
}

// CoverAnswer is what such a benchmark covers, and the file of it.
type CoverAnswer struct {
	Coverage Coverage `json:"coverage"`
	Spec     string   `json:"spec"` // for 'steady bench run'; empty if none of its corruptions has overlaps
}

// BuildArgs say which benchmark to build.
type BuildArgs struct {
	Score     string  `json:"score"`
	Groups    int     `json:"groups"` // number of groups to take corruptions of; 0 for as many corruptions as possible that do not overlap
	Each      int     `json:"each"`   // of each group
	Seed      uint64  `json:"seed"`
	Threshold float64 `json:"threshold"`
}

// BuildAnswer is a benchmark that was built.
type BuildAnswer struct {
	Members  []int    `json:"members"` // places of corruptions
	Rule     string   `json:"rule"`
	Coverage Coverage `json:"coverage"`
	Spec     string   `json:"spec"`
}

// Open reads a file. On an error the one before stays.
func (e *Explorer) Open(file []byte) (*Opened, error) {
	f, err := Read(file)
	if err != nil {
		return nil, err
	}
	e.file = f
	o := &Opened{Data: f.Data, Images: f.Images, Seeds: len(f.Seeds), Networks: f.Networks, LeastGain: f.LeastGain, Clean: f.Clean, Score: f.Score,
		Notes: append([]string{}, f.Notes...), Accuracy: f.Accuracy.shown(), Ratio: f.Ratio.shown(), Threshold: overlap.Overlapping}
	for _, c := range f.Corruptions {
		o.Corruptions = append(o.Corruptions, Shown{c.Name, c.Family, c.Approximation, c.Standard, c.Trained})
	}
	return o, nil
}

func (m *Matrix) shown() ShownMatrix {
	n, total := len(m.defined.Names), len(m.Values)
	s := ShownMatrix{Values: m.Values, Intervals: m.Intervals, Undefined: append([]Undefined{}, m.Undefined...), Groups: make([][]int, m.groups.N), Tree: []Joined{}}
	for i, k := range m.groups.Of {
		s.Groups[k] = append(s.Groups[k], m.places[i])
	}
	tree := m.defined.Tree()
	for _, i := range overlap.Leaves(tree, n) {
		s.Order = append(s.Order, m.places[i])
	}
	for i := range total {
		if !slices.Contains(s.Order, i) {
			s.Order = append(s.Order, i)
		}
	}
	id := func(id int) int {
		if id < n {
			return m.places[id]
		}
		return total + id - n
	}
	for _, merge := range tree {
		s.Tree = append(s.Tree, Joined{id(merge.A), id(merge.B), merge.Height})
	}
	return s
}

// Cover returns what a benchmark covers.
func (e *Explorer) Cover(a CoverArgs) (*CoverAnswer, error) {
	m, err := e.matrix(a.Score, a.Threshold)
	if err != nil {
		return nil, err
	}
	coverage, spec, err := e.file.describe(m, a.Score, a.Members, table.OneLine(a.Rule), a.Threshold)
	return &CoverAnswer{coverage, spec}, err
}

// Build builds a benchmark, as 'steady papers build' does.
func (e *Explorer) Build(a BuildArgs) (*BuildAnswer, error) {
	m, err := e.matrix(a.Score, a.Threshold)
	if err != nil {
		return nil, err
	}
	var places []int
	var rule string
	if a.Groups != 0 {
		rule = BalancedRule(a.Each, a.Groups, a.Seed)
		if places, err = m.defined.Balanced(m.groups, a.Groups, a.Each, a.Seed); err != nil {
			return nil, fmt.Errorf("There is no such benchmark: %s.", strings.TrimPrefix(err.Error(), "overlap: a benchmark of "))
		}
	} else {
		var exact bool
		places, exact = m.defined.NonOverlapping(a.Threshold)
		rule = NonOverlappingRule(a.Threshold, exact)
	}
	answer := &BuildAnswer{Rule: rule, Members: []int{}}
	for _, p := range places {
		answer.Members = append(answer.Members, m.places[p])
	}
	answer.Coverage, answer.Spec, err = e.file.describe(m, a.Score, answer.Members, rule, a.Threshold)
	return answer, err
}

// matrix returns the matrix of a score.
func (e *Explorer) matrix(kind string, threshold float64) (*Matrix, error) {
	switch {
	case e.file == nil:
		return nil, errNoFile
	case !(threshold > 0 && threshold <= 1):
		return nil, fmt.Errorf("The overlap from which a corruption is covered is %g: it must be above 0, and at most 1.", threshold)
	case kind == string(overlap.Accuracy):
		return e.file.Accuracy, nil
	case kind == string(overlap.Ratio):
		return e.file.Ratio, nil
	}
	return nil, fmt.Errorf("overlapfile: a score %.40q: want %s or %s", kind, overlap.Accuracy, overlap.Ratio)
}

// describe returns what a benchmark covers, and its file.
func (f *File) describe(m *Matrix, kind string, members []int, rule string, threshold float64) (c Coverage, spec string, err error) {
	var benchmark []Corruption
	for _, i := range members {
		if i < 0 || i >= len(f.Corruptions) {
			return c, "", fmt.Errorf("overlapfile: corruption %d of %d", i, len(f.Corruptions))
		}
		benchmark = append(benchmark, f.Corruptions[i])
	}
	c, inside, _ := Cover(m.defined, m.groups, benchmark, f.Corruptions, threshold)
	if len(inside) == 0 {
		return c, "", nil
	}
	s := Suite{By: "Steady's page", Rule: rule, Score: kind, Corruptions: len(f.Corruptions), Networks: f.Networks, Seeds: len(f.Seeds), Images: f.Images,
		Data: f.Data, Threshold: threshold, Covered: c.Covered, Others: len(c.Others), Mean: "-"}
	if c.Mean != nil {
		s.Mean = fmt.Sprintf("%.2f", *c.Mean)
	}
	labels := func(names []string) (list []string) {
		for _, name := range names {
			i := slices.IndexFunc(f.Corruptions, func(c Corruption) bool { return c.Name == name })
			list = append(list, f.Corruptions[i].Label())
		}
		return list
	}
	for k, g := range m.Groups {
		s.Groups = append(s.Groups, GroupShare{c.Shares[k], labels(g.Corruptions)})
	}
	for i := range f.Corruptions {
		o := &f.Corruptions[i]
		s.Approximate = s.Approximate || o.Approximation
		if !slices.Contains(m.places, i) {
			s.Without = append(s.Without, o.Label())
		}
	}
	for _, b := range benchmark {
		s.Cells = append(s.Cells, b.Cells...)
	}
	var text strings.Builder
	err = s.Write(&text)
	return c, text.String(), err
}
