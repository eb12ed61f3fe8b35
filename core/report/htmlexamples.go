package report

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"image/jpeg"
	"image/png"
	"slices"

	"steady/core/bench"
	"steady/core/img"
	"steady/core/score"
)

const (
	exampleCorruptions = 3
	exampleImages      = 6
	smallImage         = 64  // side in pixels up to which images are kept without loss
	mostImage          = 224 // side beyond which they are scaled down
)

// example is a corruption with some images.
type example struct {
	Name, Perturbation string
	Accuracy           float64 // mean over networks
	Images             []exampleImage
}

// exampleImage is an image, and what networks make of it.
type exampleImage struct {
	Label            string
	Clean, Corrupted template.URL
	Small            bool
	Answers          []exampleAnswer
}

type exampleAnswer struct {
	Series                       int
	Network                      string
	Clean, Corrupted             string
	CleanRight, CorruptedRight   bool
	CleanPercent, CorruptPercent float64
}

// fillExamples shows images under the corruptions that are worst in the mean over networks.
func (p *page) fillExamples(o HTMLOptions) error {
	worst := p.worst()
	if len(worst) == 0 {
		return nil
	}
	if o.Image == nil {
		p.NoImages = o.NoImages
		return nil
	}
	for _, w := range worst {
		err := p.exampleImages(o, &w)
		switch {
		case err == nil:
			p.Examples = append(p.Examples, w.example)
		case !errors.Is(err, ErrNoImage):
			return fmt.Errorf("report: example of %s: %w", w.perturbation, err)
		}
		if len(p.Examples) == exampleCorruptions {
			return nil
		}
	}
	return nil
}

func (p *page) exampleImages(o HTMLOptions, w *worstCorruption) error {
	for _, i := range p.chooseImages(w.perturbation) {
		one, err := p.exampleImage(o, w.perturbation, i)
		if err != nil {
			return err
		}
		w.Images = append(w.Images, one)
	}
	return nil
}

// worstCorruption is a corruption at its highest severity.
type worstCorruption struct {
	example
	mean         float64 // over severities and networks
	perturbation bench.Perturbation
}

// worst returns the corruptions by their accuracies, the lowest first, of those that were measured on all networks, at the same
// highest severity.
func (p *page) worst() (list []worstCorruption) {
	for _, name := range p.corruptionNames() {
		var means, highest []float64
		var e *Entry
		for _, s := range p.summaries {
			c := s.model.corruption(name)
			if c == nil || c.Accuracy == nil || s.cells[s.clean] == nil || s.images() == 0 {
				break
			}
			last := c.entries[len(c.entries)-1]
			if e != nil && last.Perturbation != e.Perturbation {
				break
			}
			e = last
			means, highest = append(means, *c.Accuracy), append(highest, s.cells[e].Accuracy)
		}
		if len(means) < len(p.summaries) || !p.sameImages() {
			continue
		}
		text := e.Perturbation.Label()
		list = append(list, worstCorruption{example{Name: name, Perturbation: text, Accuracy: score.Mean(highest)}, score.Mean(means), e.Perturbation})
	}
	slices.SortStableFunc(list, func(a, b worstCorruption) int { return cmp.Compare(a.mean, b.mean) })
	return list
}

// sameImages reports whether all networks were measured on the same images.
func (p *page) sameImages() bool {
	first := p.summaries[0]
	return !slices.ContainsFunc(p.summaries, func(s *summary) bool {
		return s.network.Cell.Data != first.network.Cell.Data || s.images() != first.images()
	})
}

// cell returns the cell of a perturbation, nil if it was not measured.
func (s *summary) cell(perturbation bench.Perturbation) *Cell {
	for e, c := range s.cells {
		if e.Perturbation == perturbation {
			return c
		}
	}
	return nil
}

// chooseImages returns the places of images that show what a corruption does: of different classes, if there are so many,
// the first that all networks are right about when they are clean, and some are wrong about when they are corrupted; and
// then the first of the others.
func (p *page) chooseImages(perturbation bench.Perturbation) (chosen []int) {
	n := p.summaries[0].images()
	lost, taken := make([]bool, n), make([]bool, n)
	var clean, corrupted [][]bool
	for _, s := range p.summaries {
		clean, corrupted = append(clean, s.cells[s.clean].correct), append(corrupted, s.cell(perturbation).correct)
	}
	isWrong := func(i int) func(correct []bool) bool { return func(correct []bool) bool { return !correct[i] } }
	for i := range lost {
		lost[i] = !slices.ContainsFunc(clean, isWrong(i)) && slices.ContainsFunc(corrupted, isWrong(i))
	}
	labels, classes := p.summaries[0].network.Labels, map[int]bool{}
	take := func(may func(i int) bool) {
		for i := 0; i < n && len(chosen) < exampleImages; i++ {
			if !taken[i] && may(i) {
				taken[i], classes[labels[i]] = true, true
				chosen = append(chosen, i)
			}
		}
	}
	take(func(i int) bool { return lost[i] && !classes[labels[i]] })
	take(func(i int) bool { return lost[i] })
	take(func(i int) bool { return !classes[labels[i]] })
	take(func(int) bool { return true })
	slices.Sort(chosen)
	return chosen
}

func (p *page) exampleImage(o HTMLOptions, perturbation bench.Perturbation, i int) (e exampleImage, err error) {
	first := p.summaries[0]
	e.Label = first.className(first.network.Labels[i])
	for _, one := range []struct {
		to           *template.URL
		perturbation bench.Perturbation
	}{{&e.Clean, bench.Perturbation{}}, {&e.Corrupted, perturbation}} {
		m, err := o.Image(0, one.perturbation, i)
		if err != nil {
			return e, err
		}
		e.Small = max(m.W, m.H) <= smallImage
		if *one.to, err = dataURL(m); err != nil {
			return e, err
		}
	}
	for k, s := range p.summaries {
		clean, corrupted := s.cells[s.clean], s.cell(perturbation)
		a, b := clean.entry.Result.Answers[i], corrupted.entry.Result.Answers[i]
		e.Answers = append(e.Answers, exampleAnswer{k, s.model.Name, s.className(a.Class), s.className(b.Class), clean.correct[i], corrupted.correct[i],
			100 * float64(a.Confidence), 100 * float64(b.Confidence)})
	}
	return e, nil
}

// dataURL returns an image as it stands in a page.
func dataURL(m *img.Image) (template.URL, error) {
	var b bytes.Buffer
	kind, side := "png", max(m.W, m.H)
	var err error
	if side <= smallImage {
		err = png.Encode(&b, m.ToImage())
	} else {
		if side > mostImage {
			m = m.Resize(max(m.W*mostImage/side, 1), max(m.H*mostImage/side, 1))
		}
		kind, err = "jpeg", jpeg.Encode(&b, m.ToImage(), &jpeg.Options{Quality: 80})
	}
	return template.URL("data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(b.Bytes())), err
}
