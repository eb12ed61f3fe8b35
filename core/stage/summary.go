package stage

import (
	"fmt"
	"strings"
)

// Summary returns what the network answers in a sentence for those who do not see the stage, without the numbers that change with
// each frame, or why there is no answer; "" before the first one.
func (s *Stage) Summary() string {
	a := &s.answer
	if s.problem != "" || !s.answered {
		return s.problem
	}
	original := a.Original.answer()
	if len(a.Tiles) > 0 {
		changed := 0
		for i := range a.Tiles {
			if a.Tiles[i].answer().Class != original.Class {
				changed++
			}
		}
		return fmt.Sprintf("Original: %s. %d of %d corruptions, severity %d, change the answer.", original.Name, changed, len(a.Tiles), a.Setting.Severity)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Original: %s. %s, severity %d: ", original.Name, s.label(a.Setting.Corruption), a.Setting.Severity)
	says := func(seen *Seen) {
		if l := seen.answer(); l.Class == original.Class {
			b.WriteString("the same.")
		} else {
			b.WriteString(l.Name + ".")
		}
	}
	says(a.Corrupted)
	if a.Adversary != nil {
		how := fmt.Sprintf("%d/255", a.Setting.Eps)
		if a.Setting.Attack == Chosen && a.Single != nil {
			how = a.Single.Attack
		}
		fmt.Fprintf(&b, " Attacked, %s: ", how)
		says(a.Adversary)
	}
	return b.String()
}
