package stage

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Label is a class with its probability.
type Label struct {
	Class int
	Name  string
	P     float64
}

// settle is the time in which what moves goes 63 % of its way.
const settle = 120 * time.Millisecond

// toward returns the value on its way to a target after a time, the same whether the time comes in one piece or in many.
func toward(value, target float64, elapsed time.Duration) float64 {
	return target + (value-target)*math.Exp(-float64(elapsed)/float64(settle))
}

// Bar is one bar as it is shown: its length goes with P, and Row, from 0 for the uppermost, moves as the order changes.
type Bar struct {
	Label
	Row float64
}

// bars are the bars of one answer on their way to the next one.
type bars struct {
	shown []Bar
	top   []Label // the newest answer
	at    time.Duration
	calm  bool // they are there at once
}

// clear takes all bars away.
func (b *bars) clear(now time.Duration) { *b = bars{at: now, calm: b.calm} }

// set begins the way to an answer, whose labels are in order of their probability.
func (b *bars) set(now time.Duration, top []Label) {
	b.move(now)
	b.top = append(b.top[:0], top...)
	for i, l := range top {
		if !slices.ContainsFunc(b.shown, func(s Bar) bool { return s.Class == l.Class }) {
			first := len(b.shown) == 0
			b.shown = append(b.shown, Bar{Label{l.Class, l.Name, 0}, float64(i)})
			if first && i == 0 { // nothing was there to come from
				defer func() { b.shown[0].P = l.P }()
			}
		}
	}
}

// move brings the bars to where they are now.
func (b *bars) move(now time.Duration) {
	elapsed := max(now-b.at, 0)
	b.at = now
	for i := range b.shown {
		s := &b.shown[i]
		p, row := 0.0, float64(len(b.top))
		if at := slices.IndexFunc(b.top, func(l Label) bool { return l.Class == s.Class }); at >= 0 {
			p, row = b.top[at].P, float64(at)
		}
		if s.P, s.Row = toward(s.P, p, elapsed), toward(s.Row, row, elapsed); b.calm {
			s.P, s.Row = p, row
		}
	}
	// A bar that has left goes when there is nothing of it to be seen.
	b.shown = slices.DeleteFunc(b.shown, func(s Bar) bool {
		return s.P < 0.002 && !slices.ContainsFunc(b.top, func(l Label) bool { return l.Class == s.Class })
	})
	slices.SortStableFunc(b.shown, func(a, b Bar) int { return cmp.Compare(a.Row, b.Row) })
}
