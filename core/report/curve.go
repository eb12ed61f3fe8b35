package report

import (
	"fmt"
	"math"

	"steady/core/chart"
	"steady/core/score"
)

// curve is the line of a network through accuracies at 0, 1, 2, ...
type curve struct {
	chart.Line
	intervals []score.Interval
}

// newCurve returns a line without points. where says what is at a place.
func newCurve(series int, where func(x float64) string) *curve {
	c := &curve{}
	c.Series = chart.Series(series)
	c.Note = func(p chart.Point) string {
		return fmt.Sprintf("%s: %.1f %%%s", where(p.X), p.Y, intervalText(c.intervals[int(p.X)]))
	}
	return c
}

// add adds the next accuracy, NaN if it is unknown, with its interval, NaN if there is none.
func (c *curve) add(accuracy float64, i score.Interval) {
	c.Points = append(c.Points, chart.Point{X: float64(len(c.Points)), Y: 100 * accuracy})
	c.intervals = append(c.intervals, i)
}

// addCell adds the accuracy in a cell, which may be nil.
func (c *curve) addCell(cell *Cell) {
	if cell == nil {
		c.add(math.NaN(), score.Interval{Lower: math.NaN(), Upper: math.NaN()})
		return
	}
	c.add(cell.Accuracy, score.Interval{Lower: cell.Lower, Upper: cell.Upper})
}

// line returns the line, with a band if every point has an interval.
func (c *curve) line() chart.Line {
	l := c.Line
	for k, i := range c.intervals {
		if math.IsNaN(i.Lower) && !math.IsNaN(l.Points[k].Y) {
			l.Band = nil
			return l
		}
		l.Band = append(l.Band, chart.Band{Low: 100 * i.Lower, High: 100 * i.Upper})
	}
	return l
}
