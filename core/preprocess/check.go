package preprocess

import "fmt"

// Doubts returns what makes the numbers unlikely, each as a sentence: they contradict each other, or what one of them
// usually comes with is missing. The names are those of the command's flags.
func (s Spec) Doubts() (doubts []string) {
	say := func(format string, args ...any) { doubts = append(doubts, fmt.Sprintf(format, args...)) }
	mean, least := extremes(s.Mean, 0)
	std, smallest := extremes(s.Std, 1)
	hasMean, hasStd := !allEqual(s.Mean, 0), !allEqual(s.Std, 1)
	other := "1"
	if s.Scale < 2 {
		other = "255"
	}
	switch {
	case hasMean && (least > s.Scale || mean > 2*s.Scale):
		say("--mean %s is above every pixel, as --scale %s makes them 0 to %s: such a mean belongs to --scale %s", numbers(s.Mean),
			number(s.Scale), number(s.Scale), other)
	case hasMean && s.Scale > 2 && mean <= 1 && least >= 0:
		say("--mean %s is next to nothing for pixels from 0 to %s: such a mean belongs to --scale %s", numbers(s.Mean),
			number(s.Scale), other)
	}
	switch {
	case hasStd && s.Scale/smallest > 400:
		say("--std %s is next to nothing for pixels from 0 to %s: such a deviation belongs to --scale %s", numbers(s.Std),
			number(s.Scale), other)
	case hasStd && s.Scale/std < 0.2:
		say("--std %s leaves next to nothing of pixels from 0 to %s: such a deviation belongs to --scale %s", numbers(s.Std),
			number(s.Scale), other)
	case hasMean && !hasStd && s.Scale < 2:
		say("--mean %s without --std: for pixels from 0 to %s both are usual", numbers(s.Mean), number(s.Scale))
	case hasStd && !hasMean && s.Scale < 2:
		say("--std %s without --mean: for pixels from 0 to %s both are usual", numbers(s.Std), number(s.Scale))
	}
	if len(s.Mean) == 3 && s.Mean[0] != s.Mean[2] {
		reversed := []float32{s.Mean[2], s.Mean[1], s.Mean[0]}
		for _, p := range presets {
			if len(p.Mean) == 3 && near(p.Mean, reversed, 0) {
				say("--mean %s is that of --preset %s in the order B,G,R: want R,G,B, also with --bgr", numbers(s.Mean), p.Name)
			}
		}
	}
	return doubts
}

// DoubtsFor returns the same, and what contradicts the way in which a network begins.
func (s Spec) DoubtsFor(in *Inside) []string {
	doubts := s.Doubts()
	if in == nil {
		return doubts
	}
	say := func(text string) { doubts = append(doubts, fmt.Sprintf("the network seems to %s: %v", text, in)) }
	plain := s
	plain.BGR = false
	switch r := in.Range(); {
	case r == Unit && !plain.IsZero():
		say("normalize pixels from 0 to 1 by itself, so that this is done twice")
	case r == Bytes && plain.IsZero():
		say("want pixels from 0 to 255 (--preset 0-255), and gets them from 0 to 1")
	case r == Bytes && plain.Name() != "0-255":
		say("normalize pixels from 0 to 255 by itself (--preset 0-255), so that this is done twice")
	case r == Normalized && plain.IsZero():
		say("want normalized pixels, and gets them from 0 to 1 (steady list presets)")
	}
	return doubts
}

// extremes returns the largest and the least number of a list.
func extremes(list []float32, absent float32) (most, least float32) {
	if len(list) == 0 {
		return absent, absent
	}
	most, least = list[0], list[0]
	for _, x := range list {
		most, least = max(most, x), min(least, x)
	}
	return most, least
}
