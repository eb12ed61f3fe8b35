package evaluator

import (
	"cmp"
	"fmt"
	"slices"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/img"
	"steady/core/subject"
)

// mostBroken bounds the images that are shown.
const mostBroken = 60

// Details returns what is known of a network by class and by image, and the pixels of images, RGBA: of each the clean one, and
// then the corrupted one.
func (e *Evaluator) Details(a DetailsArgs) (*DetailsAnswer, []byte, error) {
	r, err := e.keep()
	if err != nil {
		return nil, nil, err
	}
	if a.Network < 0 || a.Network >= len(e.plan.subjects) || a.Images < 0 || a.Images > mostBroken {
		return nil, nil, fmt.Errorf("evaluator: there is no network %d, or too many images asked for", a.Network)
	}
	d := e.look(r, a.Network)
	answer := &DetailsAnswer{Classes: d.byClass(), Broken: []BrokenImage{}}
	if e.examples == nil {
		if e.examples, err = subject.NewExamples(e.plan.reports, e.images, e.hash); err != nil {
			return nil, nil, err
		}
	}
	var pixels []byte
	for _, i := range d.broken(a.Images) {
		one := BrokenImage{Image: i, Label: d.name(d.labels[i]), Wrong: d.wrong[i], Cells: d.cells}
		if d.mildest[i] >= 0 {
			one.Perturbation, one.Answer = d.mildest[i], d.name(d.answers[i])
		}
		for _, p := range []bench.Perturbation{{}, e.plan.spec.Perturbations[one.Perturbation]} {
			m, err := e.examples.Image(a.Network, p, i)
			if err != nil {
				return nil, nil, err
			}
			answer.Pixels = PixelSize{m.W, m.H}
			pixels = appendRGBA(pixels, m)
		}
		answer.Broken = append(answer.Broken, one)
	}
	return answer, pixels, nil
}

func appendRGBA(pixels []byte, m *img.Image) []byte {
	planes := [3][]float32{m.Plane(0), m.Plane(1), m.Plane(2)}
	for p := range planes[0] {
		for _, plane := range planes {
			pixels = append(pixels, uint8(min(max(plane[p], 0), 1)*255+.5))
		}
		pixels = append(pixels, 255)
	}
	return pixels
}

// details are a network's answers, image by image.
type details struct {
	names   []string
	labels  []int
	clean   []bool // nil if it was not measured
	cells   int    // of corruptions that were
	wrong   []int  // cells of corruptions, of each image
	mildest []int  // the first perturbation, by severity, under which an image is misclassified; -1 for none
	answers []int  // under that
}

// look goes through the answers of a network under corruptions, the mildest first.
func (e *Evaluator) look(r *results, network int) *details {
	s := e.plan.reports[network]
	n := s.Cell.N
	d := &details{names: s.Classes, labels: s.Labels[:n], wrong: make([]int, n), mildest: slices.Repeat([]int{-1}, n), answers: make([]int, n)}
	var order []int
	severity := func(k int) int {
		_, o, _ := e.plan.spec.Perturbations[k].Corruption()
		if o.Severity == corrupt.FullRange {
			return 3
		}
		return o.Severity
	}
	for k, p := range e.plan.spec.Perturbations {
		if c, _, _ := p.Corruption(); c != nil {
			order = append(order, k)
		}
		if found := r.joined([2]int{network, k}); p.Clean() && found != nil {
			d.clean = found.Correct(d.labels)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(severity(a), severity(b)) })
	for _, k := range order {
		found := r.joined([2]int{network, k})
		if found == nil || len(found.Answers) != n {
			continue
		}
		d.cells++
		for i, a := range found.Answers {
			if a.Class == d.labels[i] {
				continue
			}
			if d.wrong[i]++; d.mildest[i] < 0 {
				d.mildest[i], d.answers[i] = k, a.Class
			}
		}
	}
	return d
}

func (d *details) name(class int) string {
	if class < len(d.names) && d.names[class] != "" {
		return d.names[class]
	}
	return fmt.Sprintf("class %d", class)
}

// broken returns the images that are right as they are and wrong in most cells of corruptions, at most so many.
func (d *details) broken(most int) (list []int) {
	for i := range d.labels {
		if d.clean != nil && d.clean[i] && d.wrong[i] > 0 {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return d.wrong[b] - d.wrong[a] })
	return list[:min(most, len(list))]
}

// byClass returns accuracies by class, the lowest first.
func (d *details) byClass() []ClassInfo {
	classes := map[int]*ClassInfo{}
	for i, l := range d.labels {
		c := classes[l]
		if c == nil {
			c = &ClassInfo{Name: d.name(l)}
			classes[l] = c
		}
		c.Images++
		if d.clean != nil && d.clean[i] {
			c.Clean++
		}
		c.Corrupted += float64(d.cells - d.wrong[i])
	}
	list := []ClassInfo{}
	for _, c := range classes {
		n := float64(c.Images)
		c.Clean /= n
		if d.clean == nil {
			c.Clean = -1
		}
		if d.cells > 0 {
			c.Corrupted /= n * float64(d.cells)
		} else {
			c.Corrupted = -1
		}
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b ClassInfo) int {
		return cmp.Or(cmp.Compare(a.Corrupted, b.Corrupted), cmp.Compare(a.Clean, b.Clean), cmp.Compare(a.Name, b.Name))
	})
	return list
}
