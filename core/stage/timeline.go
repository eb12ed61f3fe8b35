package stage

import "time"

// span is how far the timeline goes back.
const span = 10 * time.Second

// moment is what one answer said.
type moment struct {
	at    time.Duration
	lanes [3]Label // original, corrupted, adversarial; Name is "" where there is none
}

// Stretch is a time in which a lane of the timeline had one answer. From and To lie between 0, the oldest that is shown, and 1,
// which is now.
type Stretch struct {
	From, To float64
	Name     string
	Differs  bool // from the answer to the original
}

// timeline is the answers of the last seconds.
type timeline struct{ moments []moment }

func (t *timeline) add(m moment) {
	old := 0
	for old < len(t.moments) && m.at-t.moments[old].at > span {
		old++
	}
	if old > 1 { // the last of the old ones holds on at the left edge
		t.moments = append(t.moments[:0], t.moments[old-1:]...)
	}
	t.moments = append(t.moments, m)
}

// lane returns the stretches of a lane, oldest first.
func (t *timeline) lane(lane int, now time.Duration) (list []Stretch) {
	place := func(at time.Duration) float64 { return min(max(1-float64(now-at)/float64(span), 0), 1) }
	for i, m := range t.moments {
		end := now
		if i+1 < len(t.moments) {
			end = t.moments[i+1].at
		}
		l, from, to := m.lanes[lane], place(m.at), place(end)
		if l.Name == "" || to <= from {
			continue
		}
		differs := l.Class != m.lanes[0].Class
		if n := len(list); n > 0 && list[n-1].Name == l.Name && list[n-1].Differs == differs && list[n-1].To >= from-1e-9 {
			list[n-1].To = to
			continue
		}
		list = append(list, Stretch{from, to, l.Name, differs})
	}
	return list
}
