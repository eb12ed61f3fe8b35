package report

import (
	"fmt"
	"slices"
	"strings"

	"steady/core/corrupt"
)

// publishedSides are the sides of the images that constants of corruptions were published for.
var publishedSides = map[corrupt.Profile]int{corrupt.ImageNet: 224, corrupt.CIFAR: 32}

// size returns the width and the height of the images that a network takes, 0 if they are not known.
func (s *summary) size() (w, h int) {
	_, text, _ := strings.Cut(s.network.Cell.Preparation, "input=")
	var c int
	if n, err := fmt.Sscanf(text, "%d×%d×%d", &c, &h, &w); n != 3 || err != nil {
		return 0, 0
	}
	return w, h
}

// profile returns the name of the profile whose constants a corruption has, "" where that is not known or makes no difference.
func (s *summary) profile(v variant) string {
	w, h := s.size()
	if v.files || w == 0 || v.corruption.Suite == corrupt.Laugros {
		return ""
	}
	return v.profile.For(w, h).String()
}

// notePublished notes if images have another size than those that the constants of their corruptions were published for.
func (s *summary) notePublished() {
	w, h := s.size()
	for _, p := range []corrupt.Profile{corrupt.ImageNet, corrupt.CIFAR} {
		side := publishedSides[p]
		if !(w == side && h == side) && slices.ContainsFunc(s.model.Corruptions, func(c Corruption) bool { return c.Profile == p.String() }) {
			s.note("images of %d×%d are corrupted with the constants for %d×%d (profile %s): not comparable with published figures", w, h, side, side, p)
		}
	}
}
