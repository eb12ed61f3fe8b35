package report

import (
	"fmt"
	"slices"

	"steady/core/corrupt"
)

// differences returns how what was measured differs from published benchmarks of the same names: sentences, each once.
func (r *Report) differences() (list []string) {
	say := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	for _, s := range r.summaries {
		w, h := s.size()
		for _, c := range s.model.Corruptions {
			v := c.variant
			profile := v.profile.For(w, h)
			switch {
			case v.files:
				say("Images that others have corrupted are taken as they are in the files.")
			case v.corruption.Name == "frost" && s.network.Cell.Overlays == "":
				say("Frost is grown by a simulation, not cut from photographs: its figures, and means with it, are not comparable with published ones.")
			case v.corruption.Stochastic:
				say("Random numbers of corruptions are this program's own: images are as those published, but not the same.")
			}
			if v.ranged && v.corruption.Suite != corrupt.Laugros {
				say("At the severity range, each image of a corruption without a published range has one of the severities 1 to 5, drawn evenly.")
			}
			switch {
			case v.files || w == 0:
			case v.corruption.Suite == corrupt.Laugros && profile == corrupt.CIFAR:
				say("Corruptions of Laugros, Caplier and Ospici are published for 224 pixels. For %d×%d, lengths are divided by 7, which is an approximation of this program.", w, h)
			case v.corruption.Suite != corrupt.Laugros && profile == corrupt.ImageNet && w == 224 && h == 224 && v.jpeg != publishedJPEG:
				say("The published images of ImageNet-C are compressed as JPEG of quality %d after the corruption; some of these are not.", publishedJPEG)
			}
		}
	}
	return list
}
