package report

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/phrase"
	"steady/core/score"
)

// variant is a corruption and how it is applied, at whatever severity.
type variant struct {
	corruption *corrupt.Corruption
	profile    corrupt.Profile
	jpeg       int
	ranged     bool // at amounts drawn from its range, not at a severity
	files      bool // read from files, not made
}

func variantOf(p bench.Perturbation) variant {
	c, o, jpeg := p.Corruption()
	return variant{c, o.Profile, jpeg, o.Severity == corrupt.FullRange, p.Files() != ""}
}

// options returns how the corruption is applied, as a perturbation's text has it.
func (v variant) options() string {
	var parts []string
	if v.ranged {
		parts = append(parts, "severity=range")
	}
	if v.profile != corrupt.Auto {
		parts = append(parts, "profile="+v.profile.String())
	}
	if v.jpeg > 0 {
		parts = append(parts, "jpeg="+strconv.Itoa(v.jpeg))
	}
	if v.files {
		parts = append(parts, "files")
	}
	if parts == nil {
		return ""
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func severityText(severity int) string {
	if severity == corrupt.FullRange {
		return "range"
	}
	return strconv.Itoa(severity)
}

// summary computes the figures of a network.
type summary struct {
	network *Network
	model   *Model
	cells   map[*Entry]*Cell
	clean   *Entry // nil if it is not to be measured
	attacks []*Entry

	shares []float64 // of corrupted cells in which each image is right, as Model.Corrupted is their mean; nil without intervals
}

// newSummary gathers the cells of a network, and the means that need nothing else.
func newSummary(r *Report, i int) *summary {
	s := &summary{network: &r.results.Networks[i], model: &r.Models[i], cells: map[*Entry]*Cell{}}
	for k := range r.Cells {
		if c := &r.Cells[k]; c.entry.Network == i {
			s.cells[c.entry] = c
		}
	}
	m := s.model
	m.Corruptions = []Corruption{}
	for k := range r.results.Entries {
		e := &r.results.Entries[k]
		if e.Network != i {
			continue
		}
		attack, _ := e.Perturbation.Attack()
		switch {
		case e.Perturbation.Clean():
			s.clean = e
		case attack != nil:
			s.attacks = append(s.attacks, e)
		default:
			m.corrupted++
			s.addCorrupted(e)
		}
	}
	s.notePublished()
	s.noteFewer(r.results.Entries, i)
	s.attacked()
	names := map[string]int{}
	for _, c := range m.Corruptions {
		names[c.Name]++
	}
	for k := range m.Corruptions {
		c := &m.Corruptions[k]
		if names[c.Name] > 1 {
			c.Name += c.variant.options()
		}
		accuracies, eces := s.figures(c.entries)
		for _, a := range accuracies {
			c.Accuracies = append(c.Accuracies, known(a))
		}
		c.Accuracy, c.ECE = known(score.Mean(accuracies)), known(score.Mean(eces))
	}
	return s
}

func (s *summary) addCorrupted(e *Entry) {
	v, m := variantOf(e.Perturbation), s.model
	k := slices.IndexFunc(m.Corruptions, func(c Corruption) bool { return c.variant == v })
	if k < 0 {
		k = len(m.Corruptions)
		m.Corruptions = append(m.Corruptions, Corruption{Name: v.corruption.Name, Family: v.corruption.Family, Suite: string(v.corruption.Suite), Files: v.files,
			Profile: s.profile(v), variant: v})
	}
	_, o, _ := e.Perturbation.Corruption()
	c := &m.Corruptions[k]
	at, _ := slices.BinarySearchFunc(c.entries, o.Severity, func(e *Entry, severity int) int {
		_, o, _ := e.Perturbation.Corruption()
		return o.Severity - severity
	})
	c.entries = slices.Insert(c.entries, at, e)
	c.Severities = slices.Insert(c.Severities, at, severityText(o.Severity))
}

// figures returns accuracies and calibration errors in cells, NaN in those that were not measured.
func (s *summary) figures(entries []*Entry) (accuracies, eces []float64) {
	for _, e := range entries {
		accuracy, ece := math.NaN(), math.NaN()
		if c := s.cells[e]; c != nil {
			accuracy = c.Accuracy
			if c.ECE != nil {
				ece = *c.ECE
			}
		}
		accuracies, eces = append(accuracies, accuracy), append(eces, ece)
	}
	return accuracies, eces
}

// attacked finds the lowest accuracy under an attack, if all were measured. Of an attack at several eps, those above the
// usual one do not count: with an eps that is large enough, nothing is left of any network.
func (s *summary) attacked() {
	beyond := map[*Entry]bool{}
	for _, curve := range curvesOver(s.boundedAttacks()) {
		if curve[0].params.Eps > curve[0].usualEps() {
			continue // all are beyond
		}
		for _, c := range curve {
			beyond[c.entry] = c.params.Eps > c.usualEps()
		}
	}
	var lowest *Cell
	s.model.attacks = len(s.attacks)
	for _, e := range s.attacks {
		if nearest(e.Perturbation) {
			s.model.attacks--
			continue
		}
		c := s.cells[e]
		if c == nil {
			return
		}
		if beyond[e] {
			s.model.attacks--
		} else if lowest == nil || c.Accuracy < lowest.Accuracy {
			lowest = c
		}
	}
	if lowest != nil {
		s.model.Attacked, s.model.AttackedInterval, s.model.AttackedBy = &lowest.Accuracy, &score.Interval{Lower: lowest.Lower, Upper: lowest.Upper}, lowest.Perturbation
		s.model.AttackedImages = lowest.Images
	}
}

// noteFewer notes which perturbations are measured on fewer images than others.
func (s *summary) noteFewer(entries []Entry, i int) {
	names := map[int][]string{}
	for _, e := range entries {
		if e.Network == i && e.Images < s.model.Images {
			names[e.Images] = append(names[e.Images], e.Perturbation.Label())
		}
	}
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(names))) {
		s.note("On the first %d of %d images only: %s", n, s.model.Images, phrase.First(names[n], mostNamed))
	}
}

// mostNamed is the number of perturbations that a sentence names.
const mostNamed = 10

// fill computes the means over corruptions.
func (s *summary) fill() {
	m := s.model
	clean, corrupted := math.NaN(), math.NaN()
	if c := s.cells[s.clean]; c != nil {
		clean = c.Accuracy
		m.CleanInterval, m.ECE = &score.Interval{Lower: c.Lower, Upper: c.Upper}, c.ECE
	}
	if len(m.Corruptions) > 0 {
		var accuracies, eces []float64
		for _, c := range m.Corruptions {
			accuracies, eces = append(accuracies, orNaN(c.Accuracy)), append(eces, orNaN(c.ECE))
		}
		corrupted = score.Mean(accuracies)
		m.CorruptedECE = known(score.Mean(eces))
	}
	m.Clean, m.Corrupted, m.Robustness = known(clean), known(corrupted), known(score.RobustnessScore(clean, corrupted))
}

// fillIntervals computes the mean corruption error, and the intervals of means and ratios.
func (s *summary) fillIntervals(reference *summary) error {
	e, err := newErrorRatio(s, reference)
	if err != nil {
		return err
	}
	if e != nil {
		s.model.CorruptionError = &e.figure
	}
	return s.intervals(e)
}

func (s *summary) note(format string, args ...any) {
	s.model.Notes = append(s.model.Notes, fmt.Sprintf(format, args...))
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// intervals computes those of means and ratios from resampled images.
func (s *summary) intervals(e *errorRatio) error {
	m := s.model
	if m.Corrupted == nil {
		return nil
	}
	all := s.images()
	if all < 2 {
		return nil // if 0, the cells are of different numbers of images, which have no rows in common
	}
	corrupted := make([]float64, all)
	for _, c := range m.Corruptions {
		for _, e := range c.entries {
			s.addRight(corrupted, e, 1/float64(len(m.Corruptions)*len(c.entries)))
		}
	}
	s.shares = corrupted
	columns := [][]float64{corrupted}
	targets := []**score.Interval{&m.CorruptedInterval}
	statistics := []func(c [][]float64) float64{func(c [][]float64) float64 { return score.Mean(c[0]) }}
	add := func(to **score.Interval, f func(c [][]float64) float64, column []float64) {
		columns, targets, statistics = append(columns, column), append(targets, to), append(statistics, f)
	}
	if m.Robustness != nil {
		clean := make([]float64, all)
		s.addRight(clean, s.clean, 1)
		k := len(columns)
		add(&m.RobustnessInterval, func(c [][]float64) float64 { return score.RobustnessScore(score.Mean(c[k]), score.Mean(c[0])) }, clean)
	}
	if e != nil {
		plain, relative := e.columns(all)
		k := len(columns)
		add(&e.figure.Interval, func(c [][]float64) float64 { return score.Mean(c[k]) }, plain)
		if relative != nil {
			add(&e.figure.RelativeInterval, func(c [][]float64) float64 { return score.Mean(c[k+1]) }, relative)
		}
	}
	values := make([]float64, len(statistics))
	intervals, err := score.BootstrapAll(columns, func(c [][]float64) []float64 {
		for i, f := range statistics {
			values[i] = f(c)
		}
		return values
	}, score.BootstrapOptions{Level: Level})
	if err != nil && !errors.Is(err, score.ErrUndefined) {
		return fmt.Errorf("report: %s: %w", m.Name, err)
	}
	for i, to := range targets {
		*to = intervals[i].Known()
	}
	return nil
}

// images returns how many images all corrupted cells, and the clean one, are of: 0 if not of the same.
func (s *summary) images() (n int) {
	for e := range s.cells {
		if a, _ := e.Perturbation.Attack(); a != nil {
			continue
		}
		if n != 0 && n != e.Images {
			return 0
		}
		n = e.Images
	}
	return n
}

// addRight adds a weight for each image that an entry is right about.
func (s *summary) addRight(to []float64, e *Entry, weight float64) {
	for i, right := range s.cells[e].correct {
		if right {
			to[i] += weight
		}
	}
}

// meanInterval returns an interval of a mean of numbers, one for each image, that is about normal. It is for the many means
// of charts; those of tables are resampled. It is NaN of a single image.
func meanInterval(shares []float64) score.Interval {
	if len(shares) < 2 {
		return score.Interval{Lower: math.NaN(), Upper: math.NaN()}
	}
	mean, squares := score.Mean(shares), 0.
	for _, v := range shares {
		squares += (v - mean) * (v - mean)
	}
	n := float64(len(shares))
	half := normalQuantile * math.Sqrt(squares/(n-1)/n)
	return score.Interval{Lower: mean - half, Upper: mean + half}
}

// normalQuantile is that of the normal distribution for intervals of Level.
const normalQuantile = 1.959963984540054
