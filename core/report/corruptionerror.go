package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steady/core/corrupt"
	"steady/core/score"
)

// CorruptionError is a network's mean corruption error: its errors relative to those of a reference.
type CorruptionError struct {
	Value            float64         `json:"mce"`
	Interval         *score.Interval `json:"mce_interval"`
	Relative         *float64        `json:"relative_mce"` // of what corruptions add to errors; null where it is undefined
	RelativeInterval *score.Interval `json:"relative_mce_interval"`
	Reference        string          `json:"reference"`
	Corruptions      []string        `json:"corruptions"` // that it is the mean over
	Comparable       bool            `json:"comparable"`  // with published ones
	Notes            []string        `json:"notes,omitempty"`
}

// AlexNet is the name of the reference whose errors were published.
const AlexNet = "AlexNet"

// The protocol of ImageNet-C's published images.
const (
	publishedPreparation = "resize=256 crop input=3×224×224"
	publishedJPEG        = 85
	publishedImages      = 50000
	publishedClasses     = 1000
)

// remark returns what is to be said beside the figure, if anything.
func (e *CorruptionError) remark() string {
	if len(e.Notes) == 0 {
		return ""
	}
	return " (" + strings.Join(e.Notes, "; ") + ")"
}

// errorRatio is a mean corruption error, and what it is made of.
type errorRatio struct {
	figure         CorruptionError
	network        *summary
	reference      *summary      // nil if its errors were published
	corruptions    []*Corruption // of the network
	others         []*Corruption // of the reference: the same
	errors, theirs score.Errors  // by the names in figure
}

// newErrorRatio computes the mean corruption error relative to a network of the run, or to AlexNet if that is nil. Without
// an error it is nil where there is none.
func newErrorRatio(s, reference *summary) (*errorRatio, error) {
	if s.model.Clean == nil || s.model.Corrupted == nil {
		return nil, nil
	}
	e := &errorRatio{network: s, reference: reference, corruptions: s.fifteen()}
	switch {
	case reference == nil:
		if e.corruptions == nil || !s.isPublishedProtocol() {
			return nil, nil
		}
		e.usePublished()
	default:
		if e.corruptions == nil {
			e.corruptions = s.withoutExtras()
		}
		if !e.useNetwork() {
			s.note("no mCE relative to %s: it was not measured on the same images in the same cells", reference.model.Name)
			return nil, nil
		}
	}
	return e.compute()
}

// fifteen returns the corruptions of ImageNet-C at five severities, read from files or made as the published images: nil if
// some are missing.
func (s *summary) fifteen() (list []*Corruption) {
	for _, published := range corrupt.In(corrupt.ImageNetC) {
		find := func(files bool) int {
			return slices.IndexFunc(s.model.Corruptions, func(c Corruption) bool {
				v := c.variant
				likewise := v.profile.For(224, 224) == corrupt.ImageNet && v.jpeg == publishedJPEG
				return v.corruption == published && v.files == files && (files || likewise) && len(c.entries) == 5 && c.Accuracy != nil
			})
		}
		k := find(true)
		if k < 0 {
			k = find(false)
		}
		if k < 0 {
			return nil
		}
		list = append(list, &s.model.Corruptions[k])
	}
	return list
}

// isPublishedProtocol reports whether images are scaled and cropped as the published ones were, and of as many classes.
func (s *summary) isPublishedProtocol() bool {
	n := s.network
	return n.Cell.Preparation == publishedPreparation && (n.Classes == nil || len(n.Classes) == publishedClasses)
}

// withoutExtras returns all corruptions but the four that are for validation.
func (s *summary) withoutExtras() (list []*Corruption) {
	for k := range s.model.Corruptions {
		if c := &s.model.Corruptions[k]; c.variant.corruption.Suite != corrupt.ImageNetCExtra {
			list = append(list, c)
		}
	}
	return list
}

// usePublished makes AlexNet the reference.
func (e *errorRatio) usePublished() {
	e.theirs = score.AlexNet()
	e.figure = CorruptionError{Reference: AlexNet, Comparable: true, Notes: []string{"AlexNet's error on clean images, for the relative one, is unverified"}}
	files, grown := 0, false
	for _, c := range e.corruptions {
		e.figure.Corruptions = append(e.figure.Corruptions, c.variant.corruption.Name)
		if c.variant.files {
			files++
		} else if c.variant.corruption.Name == "frost" {
			grown = e.network.network.Cell.Overlays == ""
		}
	}
	if files > 0 {
		e.figure.Notes = append(e.figure.Notes, fmt.Sprintf("images of %d corruptions are from files, taken for the published ones", files))
	}
	if grown {
		e.figure.Comparable = false
		e.figure.Notes = append(e.figure.Notes, "not comparable, frost is grown")
	}
	if n := e.network.images(); n != publishedImages {
		e.figure.Notes = append(e.figure.Notes, fmt.Sprintf("of %d images, the reference's of %d", n, publishedImages))
	}
}

// useNetwork makes a network of the run the reference. It returns false if that was not measured likewise.
func (e *errorRatio) useNetwork() bool {
	s, r := e.network, e.reference
	if s.images() == 0 || s.images() != r.images() || s.network.Cell.Data != r.network.Cell.Data || r.model.Clean == nil || len(e.corruptions) == 0 {
		return false
	}
	e.theirs = score.Errors{score.Clean: 1 - *r.model.Clean}
	e.figure = CorruptionError{Reference: r.model.Name, Notes: []string{"relative to a network of this run, not to " + AlexNet}}
	for _, c := range e.corruptions {
		k := slices.IndexFunc(r.model.Corruptions, func(o Corruption) bool {
			return o.variant == c.variant && slices.Equal(o.Severities, c.Severities) && o.Accuracy != nil
		})
		if k < 0 {
			return false
		}
		e.others = append(e.others, &r.model.Corruptions[k])
		e.theirs[c.Name] = 1 - *r.model.Corruptions[k].Accuracy
		e.figure.Corruptions = append(e.figure.Corruptions, c.Name)
	}
	return true
}

func (e *errorRatio) compute() (_ *errorRatio, err error) {
	s, f := e.network, &e.figure
	e.errors = score.Errors{score.Clean: 1 - *s.model.Clean}
	for k, c := range e.corruptions {
		e.errors[f.Corruptions[k]] = 1 - *c.Accuracy
	}
	why := func() string { return strings.TrimPrefix(err.Error(), "score: ") }
	if f.Value, err = score.MeanCorruptionError(e.errors, e.theirs, f.Corruptions); errors.Is(err, score.ErrReference) {
		s.note("no mCE: %s", why())
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("report: %s: %w", s.model.Name, err)
	}
	relative, err := score.RelativeMeanCorruptionError(e.errors, e.theirs, f.Corruptions)
	if errors.Is(err, score.ErrReference) {
		f.Notes = append(f.Notes, "no relative mCE: "+why())
	} else if err != nil {
		return nil, fmt.Errorf("report: %s: %w", s.model.Name, err)
	}
	f.Relative = known(relative)
	return e, nil
}

// columns returns for each of so many images what it adds to the figure and to the relative one, nil if that is undefined:
// these are the means. Where the reference is measured on the same images, they are linear approximations: how the ratio
// changes with the reference's error, times how far the image is from that.
func (e *errorRatio) columns(images int) (plain, relative []float64) {
	count := float64(len(e.corruptions))
	plain = make([]float64, images)
	if e.figure.Relative != nil {
		relative = make([]float64, images)
	}
	cleanE, cleanR := e.errors[score.Clean], e.theirs[score.Clean]
	for k, c := range e.corruptions {
		name := e.figure.Corruptions[k]
		error, reference := e.errors[name], e.theirs[name]
		addWrong(plain, e.network, c.entries, 1/reference/count)
		if relative != nil {
			addWrong(relative, e.network, c.entries, 1/(reference-cleanR)/count)
			addWrong(relative, e.network, []*Entry{e.network.clean}, -1/(reference-cleanR)/count)
		}
		if e.reference == nil {
			continue
		}
		slope := error / (reference * reference) / count
		addWrong(plain, e.reference, e.others[k].entries, -slope)
		addConstant(plain, slope*reference)
		if relative != nil {
			slope = (error - cleanE) / ((reference - cleanR) * (reference - cleanR)) / count
			addWrong(relative, e.reference, e.others[k].entries, -slope)
			addWrong(relative, e.reference, []*Entry{e.reference.clean}, slope)
			addConstant(relative, slope*(reference-cleanR))
		}
	}
	return plain, relative
}

// addWrong adds a weight for each image that a network is wrong about, shared out among cells.
func addWrong(to []float64, s *summary, entries []*Entry, weight float64) {
	addConstant(to, weight)
	for _, e := range entries {
		s.addRight(to, e, -weight/float64(len(entries)))
	}
}

func addConstant(to []float64, v float64) {
	for i := range to {
		to[i] += v
	}
}
