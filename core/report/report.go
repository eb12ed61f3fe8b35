package report

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"steady/core/parallel"
	"steady/core/score"
)

// Level is that of all intervals.
const Level = .95

// mostLabels is the number of classes that are counted at most: twenty times those of ImageNet-21k.
const mostLabels = 1 << 20

// Options are how a report is made. The zero value is usual.
type Options struct {
	// Reference is the network of the run whose errors corruption errors are relative to; "" for AlexNet's published ones,
	// where they apply.
	Reference string
}

// ErrReference matches the error for a reference that is no network of the run.
var ErrReference = errors.New("unknown network")

// Report is the figures of a benchmark.
type Report struct {
	Name     string    `json:"-"` // of the results
	Models   []Model   `json:"models"`
	Cells    []Cell    `json:"cells"` // that were measured, network by network
	Failures []Failure `json:"failures"`
	Notes    []string  `json:"notes,omitempty"`    // sentences about what cannot be compared
	Warnings []Warning `json:"warnings,omitempty"` // signs that attacks fail, not networks withstand
	Counts

	Differences []string     `json:"differences,omitempty"` // from published benchmarks of the same names: sentences
	Comparisons []Comparison `json:"comparisons,omitempty"` // of every two networks that saw the same images

	results   Results
	summaries []*summary
}

// Model is a network on images. Figures are null where cells that they need are missing, and intervals where they cannot be
// computed, too.
type Model struct {
	Name        string `json:"name"`
	File        string `json:"file"`
	Network     string `json:"sha256"`
	Data        string `json:"data"`
	Preparation string `json:"preparation"`
	Images      int    `json:"images"` // most of any cell

	Clean              *float64        `json:"clean_accuracy"`
	CleanInterval      *score.Interval `json:"clean_accuracy_interval"`
	Corrupted          *float64        `json:"mean_corrupted_accuracy"` // over the severities of each corruption, then over corruptions
	CorruptedInterval  *score.Interval `json:"mean_corrupted_accuracy_interval"`
	Robustness         *float64        `json:"robustness_score"` // Corrupted / Clean
	RobustnessInterval *score.Interval `json:"robustness_score_interval"`
	Attacked           *float64        `json:"lowest_attacked_accuracy"`          // of an attack at several eps, up to the usual one; of none without a limit
	AttackedInterval   *score.Interval `json:"lowest_attacked_accuracy_interval"` // of that attack's cell
	AttackedBy         string          `json:"lowest_attack,omitempty"`           // the perturbation
	AttackedImages     int             `json:"lowest_attack_images,omitempty"`
	ECE                *float64        `json:"clean_ece"`
	CorruptedECE       *float64        `json:"mean_corrupted_ece"` // a mean as Corrupted

	CorruptionError *CorruptionError `json:"mean_corruption_error"` // null where there is no reference, or cells are missing
	Corruptions     []Corruption     `json:"corruptions"`
	Notes           []string         `json:"notes,omitempty"`

	asked              []string // what is to be measured: networks that differ in it cannot be compared
	corrupted, attacks int      // cells
}

// Corruption is a network under a corruption at all its severities.
type Corruption struct {
	Name       string     `json:"name"`   // of the corruption, with its options where there are several variants of it
	Family     string     `json:"family"` // noise, blur, weather, digital, ...
	Suite      string     `json:"suite"`
	Profile    string     `json:"profile,omitempty"` // size that its constants were published for: imagenet or cifar
	Files      bool       `json:"files,omitempty"`   // images were read from files, not corrupted on the way
	Severities []string   `json:"severities"`        // 1 to 5, or range
	Accuracies []*float64 `json:"accuracies"`        // at each of these
	Accuracy   *float64   `json:"accuracy"`          // mean over severities
	ECE        *float64   `json:"ece"`               // likewise

	variant variant
	entries []*Entry // at each severity
}

// Cell is a network under a perturbation, on all images.
type Cell struct {
	Model        string   `json:"model"`
	Perturbation string   `json:"perturbation"`
	Corruption   string   `json:"corruption,omitempty"`
	Severity     string   `json:"severity,omitempty"`
	Attack       string   `json:"attack,omitempty"`
	Images       int      `json:"images"`
	Right        int      `json:"right"`
	Accuracy     float64  `json:"accuracy"`
	Lower        float64  `json:"accuracy_lower"` // bounds of the 95 % interval
	Upper        float64  `json:"accuracy_upper"`
	NLL          float64  `json:"nll"`
	Brier        float64  `json:"brier"`
	ECE          *float64 `json:"ece"`
	// MedianDistance is that of the closest adversarial images, in the norm of an attack that looks for them, over the images
	// that are classified correctly without; null where most have none.
	MedianDistance *float64 `json:"median_distance,omitempty"`
	Gradients      int      `json:"gradients"`
	Queries        int      `json:"queries"`
	Backend        string   `json:"backend"`
	Machine        string   `json:"machine"`

	entry       *Entry
	correct     []bool // for each image whether it is
	reliability score.Reliability
}

// Results returns what the figures are made of.
func (r *Report) Results() *Results { return &r.results }

// New computes the figures of results.
func New(results Results, o Options) (*Report, error) {
	r := &Report{Name: results.Name, Models: []Model{}, Cells: []Cell{}, Failures: results.Failures, Counts: results.Counts, results: results}
	if r.Failures == nil {
		r.Failures = []Failure{}
	}
	for i := range results.Networks {
		n := &results.Networks[i]
		if k := slices.IndexFunc(n.Labels, func(l int) bool { return l < 0 || l >= mostLabels }); k >= 0 {
			return nil, fmt.Errorf("report: image %d of %s has the label %d: want 0 to %d", k, n.Name, n.Labels[k], mostLabels-1)
		}
		m := Model{Name: n.Name, File: n.File, Network: n.Cell.Network, Data: n.DataName, Preparation: n.Cell.Preparation}
		for k := range results.Entries {
			e := &results.Entries[k]
			if e.Network != i {
				continue
			}
			m.Images = max(m.Images, e.Images)
			m.asked = append(m.asked, asked(n, e))
			if e.Result != nil {
				cell, err := newCell(n, e)
				if err != nil {
					return nil, err
				}
				r.Cells = append(r.Cells, cell)
			}
		}
		r.Models = append(r.Models, m)
	}
	if err := r.summarize(o); err != nil {
		return nil, err
	}
	return r, nil
}

// asked returns what is to be measured, as text that is the same only for the same images.
func asked(n *Network, e *Entry) string {
	text := fmt.Sprintf("%s, images %s to %d", e.Perturbation, n.Cell.Data, e.Images)
	if v := variantOf(e.Perturbation); v.corruption != nil && v.corruption.Name == "frost" && !v.files {
		text += ", photographs " + n.Cell.Overlays
	}
	return text
}

// summarize computes the figures of networks from those of cells.
func (r *Report) summarize(o Options) error {
	for i := range r.Models {
		s := newSummary(r, i)
		s.fill()
		r.summaries = append(r.summaries, s)
	}
	var reference *summary
	if o.Reference != "" {
		i := slices.IndexFunc(r.Models, func(m Model) bool { return m.Name == o.Reference })
		if i < 0 {
			return fmt.Errorf("report: %w: %.60q is none of the run's, valid: %s", ErrReference, o.Reference, r.names())
		}
		reference = r.summaries[i]
	}
	err := parallel.Try(context.Background(), len(r.summaries), func(_, i int) error { return r.summaries[i].fillIntervals(reference) })
	if err != nil {
		return err
	}
	r.compareAsked()
	for _, s := range r.summaries {
		r.Warnings = append(r.Warnings, s.warnings()...)
	}
	r.compare()
	r.Differences = r.differences()
	return nil
}

func newCell(n *Network, e *Entry) (Cell, error) {
	result, images := e.Result, len(e.Result.Answers)
	if images > len(n.Labels) {
		return Cell{}, fmt.Errorf("report: %s of %s has %d answers, but %d labels", e.Perturbation, n.Name, images, len(n.Labels))
	}
	interval := score.Wilson(result.Right, images, Level)
	c := Cell{Model: n.Name, Perturbation: e.Perturbation.String(), Images: images, Right: result.Right, Accuracy: score.Accuracy(result.Right, images),
		Lower: interval.Lower, Upper: interval.Upper, NLL: result.Sums.NLL / float64(images), Brier: result.Sums.Brier / float64(images),
		Gradients: result.Sums.Gradients, Queries: result.Sums.Queries, Backend: result.Backend, Machine: result.Machine, entry: e}
	if corruption, o, _ := e.Perturbation.Corruption(); corruption != nil {
		c.Corruption, c.Severity = corruption.Name, severityText(o.Severity)
	}
	if a, _ := e.Perturbation.Attack(); a != nil {
		c.Attack = a.Name
	}
	if nearest(e.Perturbation) {
		c.MedianDistance = medianDistance(result.Answers)
	}
	c.correct = result.Correct(n.Labels[:images])
	var err error
	if c.reliability, err = score.NewReliability(result.Confidences(), c.correct, score.Bins); err != nil {
		return c, err
	}
	c.ECE = known(c.reliability.ECE())
	return c, nil
}

// known returns a figure, or nil if it is NaN.
func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}
