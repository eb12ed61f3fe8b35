package report

import (
	"cmp"
	"fmt"
	"slices"

	"steady/core/attack"
	"steady/core/score"
)

// Warning says that an attack on a network seems to fail where a stronger network is not the reason: gradients may be
// masked, and the accuracies under attacks then say too little (A. Athalye, N. Carlini, D. Wagner, "Obfuscated Gradients Give
// a False Sense of Security", ICML 2018; N. Carlini et al., "On Evaluating Adversarial Robustness", 2019).
type Warning struct {
	Model string `json:"model"`
	Text  string `json:"text"`
}

// Limits of what is called a sign.
const (
	significant     = .01 // p-value of a difference on the same images
	leastForSigns   = 100 // images, to say that a difference is missing
	notZero         = .01 // accuracy that must not be left at a large eps
	largeLinf       = 64. / 255
	leastEffect     = .02 // that one step must have to be compared with
	almostNoneRight = .05
)

// attacked is a cell under an attack.
type attacked struct {
	*Cell
	attack *attack.Attack
	params attack.Params
}

func (a attacked) singleStep() bool {
	return a.attack.SingleStep()
}
func (a attacked) iterated() bool {
	return a.attack.Access == attack.Gradients && !a.attack.SingleStep()
}

func (a attacked) usualEps() float64 { return a.attack.Default(a.params.Norm).Eps }

// sameLimit reports whether two attacks may change an image equally much, and are after the same.
func (a attacked) sameLimit(b attacked) bool {
	return a.params.Norm == b.params.Norm && a.params.Eps == b.params.Eps && a.params.Target == b.params.Target && a.Images == b.Images
}

// above reports whether an attack leaves significantly more right than another.
func (a attacked) above(b attacked) bool {
	p := score.Pair(a.correct, b.correct)
	return p.Difference() > 0 && p.McNemar() < significant
}

// boundedAttacks returns the cells under attacks that stay within an eps.
func (s *summary) boundedAttacks() (cells []attacked) {
	for _, e := range s.attacks {
		if a, p := e.Perturbation.Attack(); s.cells[e] != nil && a.Bounded() {
			cells = append(cells, attacked{s.cells[e], a, p})
		}
	}
	return cells
}

// warnings returns the signs of masked gradients in a network's results.
func (s *summary) warnings() (list []Warning) {
	cells := s.boundedAttacks()
	warn := func(format string, args ...any) {
		list = append(list, Warning{s.model.Name, fmt.Sprintf(format, args...)})
	}
	for _, strong := range cells {
		for _, weak := range cells {
			if strong.sameLimit(weak) {
				s.warnPair(strong, weak, warn)
			}
		}
	}
	for _, curve := range curvesOver(cells) {
		warnCurve(curve, warn)
	}
	return list
}

// warnPair compares two attacks of the same limit.
func (s *summary) warnPair(strong, weak attacked, warn func(string, ...any)) {
	stronger := strong.attack.Access == attack.Ensemble && weak.attack.Access != attack.Ensemble || strong.iterated() && weak.singleStep()
	switch {
	case stronger && strong.above(weak):
		warn("%s leaves %s, and the weaker %s only %s.", strong.Perturbation, percent(strong.Accuracy), weak.Perturbation, percent(weak.Accuracy))
	// Within a small eps the loss of a robust network is all but linear, and one step as good as many.
	case strong.iterated() && weak.singleStep() && weak.params.Eps >= weak.usualEps() && strong.Images >= leastForSigns && weak.Accuracy > almostNoneRight &&
		s.model.Clean != nil && weak.Accuracy < *s.model.Clean-leastEffect && !weak.above(strong):
		warn("%s leaves %s: its steps do no more than the single one of %s, which leaves %s.", strong.Perturbation, percent(strong.Accuracy),
			weak.Perturbation, percent(weak.Accuracy))
	case strong.iterated() && weak.attack.Access == attack.Scores && strong.above(weak):
		warn("%s, which sees no gradients, leaves %s, and %s, which does, %s.", weak.Perturbation, percent(weak.Accuracy), strong.Perturbation, percent(strong.Accuracy))
	}
}

// curvesOver returns attacks that differ in eps only, by it, where there are several.
func curvesOver(cells []attacked) (curves [][]attacked) {
	type key struct {
		attack *attack.Attack
		params attack.Params
	}
	places := map[key]int{}
	for _, c := range cells {
		k := key{c.attack, c.params}
		k.params.Eps = 0
		at, ok := places[k]
		if !ok {
			at = len(curves)
			places[k], curves = at, append(curves, nil)
		}
		curves[at] = append(curves[at], c)
	}
	curves = slices.DeleteFunc(curves, func(c []attacked) bool { return len(c) < 2 })
	for _, c := range curves {
		slices.SortStableFunc(c, func(a, b attacked) int { return cmp.Compare(a.params.Eps, b.params.Eps) })
	}
	return curves
}

// warnCurve checks a curve over eps.
func warnCurve(curve []attacked, warn func(string, ...any)) {
	if curve[0].singleStep() {
		return // one large step may go too far
	}
	for i, c := range curve[1:] {
		if before := curve[i]; c.Images == before.Images && c.above(before) {
			warn("%s leaves %s, more than the %s of %s, whose eps is smaller.", c.Perturbation, percent(c.Accuracy), percent(before.Accuracy), before.Perturbation)
		}
	}
	last := curve[len(curve)-1]
	if last.params.Norm == attack.Linf && last.params.Eps >= largeLinf && last.params.Target == (attack.Target{}) && last.Lower > notZero {
		warn("%s leaves %s: with so large an eps nothing should be left.", last.Perturbation, percent(last.Accuracy))
	}
}

func percent(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }
