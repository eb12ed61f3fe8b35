package overlapfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/overlap"
	"steady/core/score"
	"steady/core/table"
)

// File is what a file of overlaps has. Numbers that are not defined are null.
type File struct {
	Data      string            `json:"data"` // set that the networks were measured on
	Images    int               `json:"images"`
	Seeds     []uint64          `json:"seeds"`
	Networks  int               `json:"networks"`
	Protocol  map[string]string `json:"protocol,omitempty"` // how the networks were trained
	LeastGain float64           `json:"least_gain"`         // of training on a corruption; with less it has no overlaps
	Resamples int               `json:"resamples"`          // that intervals are made of
	Clean     float64           `json:"standard_clean_accuracy"`

	Corruptions []Corruption `json:"corruptions"`
	Accuracy    *Matrix      `json:"accuracy"`
	Ratio       *Matrix      `json:"ratio"`
	Forms       *Agreement   `json:"forms_agreement"` // of the two matrices
	Against     *Agreement   `json:"against,omitempty"`
	Notes       []string     `json:"notes,omitempty"`

	Score string `json:"score"` // the form to show first
}

// Corruption is a corruption of the file, and what training on it changed. Accuracies are means over seeds.
type Corruption struct {
	Name          string   `json:"name"`
	Family        string   `json:"family"`
	Suite         string   `json:"suite"`
	Approximation bool     `json:"approximation,omitempty"` // at the size of these images it is one of this program
	Cells         []string `json:"cells"`                   // of a benchmark, that were measured
	Standard      float64  `json:"standard_accuracy"`       // of the standard network under it
	Trained       float64  `json:"trained_accuracy"`        // of the network trained on it, under it
	TrainedClean  float64  `json:"trained_clean_accuracy"`
}

// Matrix is the overlaps by one of the two scores.
type Matrix struct {
	Values    [][]*float64        `json:"values"` // in the order of the corruptions
	Intervals [][]*score.Interval `json:"intervals"`
	Gains     []float64           `json:"gains"` // what training on each corruption adds to the score under it
	Undefined []Undefined         `json:"undefined"`
	Groups    []Group             `json:"groups"`             // by k-means, by the published rule, of the corruptions that have overlaps
	GroupRule *float64            `json:"groups_correlation"` // mean correlation of rows in a group, by which their number is chosen
	Clusters  []Group             `json:"clusters"`           // by average linkage, as many
	Rand      *float64            `json:"adjusted_rand"`      // of groups and clusters
	Order     []string            `json:"order"`              // of the tree's leaves
	Tree      []Merge             `json:"tree"`
	Between   *float64            `json:"spearman_between_seeds"` // mean over pairs of seeds

	defined *overlap.Matrix // of the corruptions that have overlaps; filled in by Read, as what follows
	places  []int           // of these in the file
	groups  overlap.Groups
}

// Undefined is a corruption that has no overlaps, and why.
type Undefined struct {
	Corruption string `json:"corruption"`
	Reason     string `json:"reason"`
}

// Group is corruptions that overlap with the same others.
type Group struct {
	Corruptions []string `json:"corruptions"`
	Mean        *float64 `json:"mean_overlap"` // of its pairs; null of one
}

// Merge joins two clusters: those of corruptions by name, or of other merges as #0, #1 and so on.
type Merge struct {
	A      string  `json:"a"`
	B      string  `json:"b"`
	Height float64 `json:"height"` // mean of 1 - overlap
}

// Agreement is how much two matrices agree.
type Agreement struct {
	With        string          `json:"with,omitempty"` // file
	Corruptions int             `json:"corruptions"`
	Pairs       int             `json:"pairs"`
	Spearman    *float64        `json:"spearman"`
	Interval    *score.Interval `json:"spearman_interval"`
	Difference  *float64        `json:"mean_absolute_difference"`
}

// MaxCorruptions is the number of corruptions that a file may have.
const MaxCorruptions = 500

// isName reports whether a text could be the name of a corruption, such as fog or laugros/rain.
func isName(text string) bool {
	suite, name, both := strings.Cut(text, "/")
	word := func(s string) bool {
		return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	}
	return word(suite) && (!both || word(name))
}

// Read reads a file of overlaps. The error is a sentence for whoever opened it.
func Read(file []byte) (*File, error) {
	var kind struct {
		Format      json.RawMessage `json:"format"`
		Corruptions json.RawMessage `json:"corruptions"`
	}
	if err := json.Unmarshal(file, &kind); err != nil {
		return nil, fmt.Errorf("This is no file of overlaps: it is not JSON (%w).", err)
	}
	if kind.Corruptions == nil {
		if kind.Format != nil {
			return nil, errors.New("This is a file of results, not of overlaps: 'steady papers overlap results.json --json > overlap.json' makes one of it.")
		}
		return nil, errors.New("This is no file of overlaps: it has no \"corruptions\". 'steady papers overlap' writes such files.")
	}
	var f File
	if err := json.Unmarshal(file, &f); err != nil {
		return nil, fmt.Errorf("This is no file of overlaps as 'steady papers overlap' writes them (%w).", err)
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("This file of overlaps is broken: %w.", err)
	}
	return &f, nil
}

func (f *File) check() error {
	n := len(f.Corruptions)
	if n < 2 || n > MaxCorruptions {
		return fmt.Errorf("it has %d corruptions: want 2 to %d", n, MaxCorruptions)
	}
	seen := map[string]bool{}
	for i := range f.Corruptions {
		c := &f.Corruptions[i]
		if !isName(c.Name) {
			return fmt.Errorf("%.60q is no name of a corruption: want one like fog or laugros/rain", c.Name)
		}
		if seen[c.Name] {
			return fmt.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
		if len(c.Cells) == 0 {
			return fmt.Errorf("%s has no cells: want those that were measured", c.Name)
		}
		for _, cell := range c.Cells {
			if cell != table.OneLine(cell) || len(cell) > 200 {
				return fmt.Errorf("%s has the cell %.60q: want one line", c.Name, cell)
			}
		}
		c.Family = table.OneLine(c.Family)
	}
	f.Data = table.OneLine(f.Data)
	for kind, m := range map[overlap.Score]*Matrix{overlap.Accuracy: f.Accuracy, overlap.Ratio: f.Ratio} {
		if m == nil {
			return fmt.Errorf("it has no %q", kind)
		}
		if err := m.prepare(f.Corruptions); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	if s := overlap.Score(f.Score); s != overlap.Accuracy && s != overlap.Ratio {
		return fmt.Errorf("its score is %.40q: want %s or %s", f.Score, overlap.Accuracy, overlap.Ratio)
	}
	return nil
}

// prepare checks a matrix, and takes the corruptions that have overlaps out of it.
func (m *Matrix) prepare(corruptions []Corruption) error {
	n := len(corruptions)
	if len(m.Values) != n || len(m.Intervals) != n || len(m.Gains) != n {
		return fmt.Errorf("%d values, %d intervals and %d gains: want %d of each, one for each corruption", len(m.Values), len(m.Intervals), len(m.Gains), n)
	}
	all := &overlap.Matrix{Gains: m.Gains}
	for i, row := range m.Values {
		if len(row) != n || len(m.Intervals[i]) != n {
			return fmt.Errorf("the row of %s has %d values and %d intervals: want %d", corruptions[i].Name, len(row), len(m.Intervals[i]), n)
		}
		values := make([]float64, n)
		for j, v := range row {
			other := m.Values[j]
			switch {
			case len(other) == n && (v == nil) != (other[i] == nil), v != nil && len(other) == n && *v != *other[i]:
				return fmt.Errorf("%s with %s is not what %[2]s with %[1]s is", corruptions[i].Name, corruptions[j].Name)
			case v == nil:
				if row[i] != nil && len(other) == n && other[j] != nil {
					return fmt.Errorf("%s with %s is null, although both have overlaps", corruptions[i].Name, corruptions[j].Name)
				}
				values[j] = math.NaN()
			case row[i] == nil || *v < 0 || *v > 1000:
				return fmt.Errorf("%s with %s is %g", corruptions[i].Name, corruptions[j].Name, *v)
			default:
				values[j] = *v
			}
		}
		all.Names, all.Values = append(all.Names, corruptions[i].Name), append(all.Values, values)
		if row[i] != nil {
			m.places = append(m.places, i)
		}
	}
	m.defined, _ = all.Defined()
	if len(m.defined.Names) < 2 {
		return fmt.Errorf("%d of its corruptions have overlaps: want at least 2", len(m.defined.Names))
	}
	m.groups = overlap.Groups{Of: make([]int, len(m.defined.Names)), N: len(m.Groups)}
	for i := range m.groups.Of {
		m.groups.Of[i] = -1
	}
	for k, g := range m.Groups {
		if len(g.Corruptions) == 0 {
			return fmt.Errorf("group %d is empty", k+1)
		}
		for _, name := range g.Corruptions {
			i, err := m.defined.Index(name)
			if err != nil || m.groups.Of[i] >= 0 {
				return fmt.Errorf("%.60q of group %d has no overlaps, or is in two groups", name, k+1)
			}
			m.groups.Of[i] = k
		}
	}
	if i := slices.Index(m.groups.Of, -1); i >= 0 {
		return fmt.Errorf("%s is in no group", m.defined.Names[i])
	}
	return nil
}
