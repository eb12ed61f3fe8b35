package dataset

import (
	"cmp"
	"fmt"
	"slices"

	"steady/core/random"
)

// HoldOut splits a set in two, each in the order of the set: n images to choose settings and epochs by, and the rest to
// train on. Which images are held out depends on the labels and n alone, not on the seed of a run: so networks of all
// recipes and seeds are compared on the same images, which none of them was trained on. Each class is held out in
// proportion to its size, and what HoldOut(n) holds out is among what HoldOut(n+1) does.
func (s *Set) HoldOut(n int) (rest, held *Set, err error) {
	if n < 0 || n >= s.Len() {
		return nil, nil, fmt.Errorf("dataset: %d images held out of the %d of %s: want at least 0 and fewer than there are",
			n, s.Len(), s.Name)
	}
	counts := map[int]int{}
	for _, l := range s.Labels {
		counts[l]++
	}
	// Within its class an image comes at random; the classes are spread evenly over the whole order.
	order := random.New(0, 0, "hold out", 0).Perm(s.Len())
	place, seen := make([]float64, s.Len()), map[int]int{}
	for _, i := range order {
		l := s.Labels[i]
		place[i] = (float64(seen[l]) + .5) / float64(counts[l])
		seen[l]++
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(place[i], place[j]) })
	return s.pick(order[n:]), s.pick(order[:n]), nil
}

// pick returns a set of some images, in the order of s.
func (s *Set) pick(indices []int) *Set {
	part := *s
	part.Labels, part.Pix = make([]int, 0, len(indices)), make([]uint8, 0, len(indices)*s.Size())
	slices.Sort(indices)
	for _, i := range indices {
		part.Labels = append(part.Labels, s.Labels[i])
		part.Pix = append(part.Pix, s.Image(i)...)
	}
	return &part
}
