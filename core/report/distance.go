package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/bench"
)

// nearest reports whether a perturbation is an attack that looks for the closest adversarial image: what counts is its
// distance, for nearly every image has one.
func nearest(p bench.Perturbation) bool {
	a, params := p.Attack()
	return a != nil && a.Nearest(params)
}

// medianDistance returns the median distance of the closest adversarial images, of the images that are classified correctly
// as they are. It is nil if there are none, and if for half of them or more nothing was found.
func medianDistance(answers []bench.Answer) *float64 {
	var distances []float64
	for _, a := range answers {
		if a.Distance > 0 {
			distances = append(distances, float64(a.Distance))
		}
	}
	if len(distances) == 0 {
		return nil
	}
	slices.Sort(distances)
	median := (distances[(len(distances)-1)/2] + distances[len(distances)/2]) / 2
	if math.IsInf(median, 1) {
		return nil
	}
	return &median
}

// distanceText returns a distance as people read it.
func distanceText(d *float64) string {
	if d == nil {
		return "-"
	}
	return fmt.Sprintf("%.3g", *d)
}

// distances returns a sentence for each attack that looks for the closest image: the median distances of the networks.
func (r *Report) distances() (list []string) {
	var names []string
	for _, c := range r.Cells {
		if nearest(c.entry.Perturbation) && !slices.Contains(names, c.Perturbation) {
			names = append(names, c.Perturbation)
		}
	}
	for _, name := range names {
		var parts []string
		for _, c := range r.Cells {
			if c.Perturbation == name {
				parts = append(parts, c.Model+" "+distanceText(c.MedianDistance))
			}
		}
		list = append(list, name+": median distance "+strings.Join(parts, ", "))
	}
	return list
}
