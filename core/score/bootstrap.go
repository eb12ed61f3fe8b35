package score

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"steady/core/random"
)

// BootstrapMethod is how an interval is made of the statistic's values on resamples.
type BootstrapMethod int

const (
	// Percentile takes their quantiles (B. Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979). It is for
	// statistics of hundreds of images or more.
	Percentile BootstrapMethod = iota

	// BCa takes quantiles that are corrected for bias and for a spread that changes with the value (B. Efron, "Better
	// Bootstrap Confidence Intervals", JASA 82, 1987). It is for statistics of a few networks or corruptions, such as
	// correlations, and computes the statistic once more for each row.
	BCa
)

// BootstrapOptions are how [Bootstrap] works. The zero value is usual.
type BootstrapOptions struct {
	Resamples int     // 2,000 if 0
	Level     float64 // 0.95 if 0
	Method    BootstrapMethod
	Seed      uint64

	// Undefined is the share of resamples on which a statistic may be undefined: these are left out. The usual 0 is none.
	// Leaving out narrows an interval; a share of 0.01 moves its ends at 0.95 by less than what separates the levels 0.94
	// and 0.96. It is for statistics of few rows, such as rank correlations without a third variable, of which now and
	// then a resample has nothing left.
	Undefined float64
}

// ErrUndefined matches the error of [Bootstrap] where a statistic is not finite on the data or on a resample.
var ErrUndefined = errors.New("undefined")

// Bootstrap returns a confidence interval for a statistic of rows that were drawn independently: images, each with its
// answers in several cells, or networks, each with several scores. Row i is the elements i of all columns; resamples draw
// as many rows as there are, with replacement. The statistic gets columns of its own, which it may change.
//
//	// Of the robustness score over the images that both cells share.
//	score.Bootstrap([][]float64{clean, foggy}, func(c [][]float64) float64 {
//		return score.RobustnessScore(score.Mean(c[0]), score.Mean(c[1]))
//	}, score.BootstrapOptions{})
//
// The rows of a resample depend on the seed, its number and the number of rows only. So two statistics of the same images
// see the same resamples, and an interval of their difference is one of the difference in each.
//
// A column with a NaN is refused. A resample on which the statistic is NaN or infinite is not left out, which would make
// the interval too narrow, unless the options allow it: there is none then, and the error matches [ErrUndefined].
func Bootstrap(columns [][]float64, statistic func(columns [][]float64) float64, o BootstrapOptions) (Interval, error) {
	var value [1]float64
	intervals, err := BootstrapAll(columns, func(c [][]float64) []float64 {
		value[0] = statistic(c)
		return value[:]
	}, o)
	if intervals == nil {
		return noInterval, err
	}
	return intervals[0], err
}

// BootstrapAll is Bootstrap for several statistics of the same rows, which takes much less time than one after another. It
// has an interval for each of them, and NaN for those that are undefined, which the error names. The slice that statistics
// returns is always of the same length, and may be the same slice.
func BootstrapAll(columns [][]float64, statistics func(columns [][]float64) []float64, o BootstrapOptions) ([]Interval, error) {
	o.Resamples, o.Level = cmp.Or(o.Resamples, 2000), checkLevel(cmp.Or(o.Level, .95))
	if o.Resamples < 1 {
		panic(fmt.Sprintf("score: %d resamples", o.Resamples))
	}
	if len(columns) == 0 || len(columns[0]) == 0 {
		return nil, errors.New("score: bootstrap: there are no rows")
	}
	rows := len(columns[0])
	for k, c := range columns {
		checkLengths(rows, len(c))
		if i := slices.IndexFunc(c, math.IsNaN); i >= 0 {
			return nil, fmt.Errorf("score: bootstrap: element %d of column %d is not a number", i, k)
		}
	}

	r := newResample(columns)
	for i := range r.draw {
		r.draw[i] = i
	}
	estimates := slices.Clone(statistics(r.columns()))
	values := make([][]float64, len(estimates)) // of a statistic on all resamples
	add := func(to [][]float64) {
		of := statistics(r.columns())
		checkLengths(len(to), len(of))
		for k, v := range of {
			to[k] = append(to[k], v)
		}
	}
	for k := range o.Resamples {
		source := random.New(o.Seed, uint64(k), "bootstrap", 0)
		for i := range r.draw {
			r.draw[i] = source.IntN(rows)
		}
		add(values)
	}
	left := make([][]float64, len(estimates)) // of a statistic without each of the rows
	if o.Method == BCa {
		r.draw = r.draw[:rows-1]
		for i := range rows {
			for k := range r.draw {
				r.draw[k] = k
				if k >= i {
					r.draw[k]++
				}
			}
			add(left)
		}
	}

	intervals := make([]Interval, len(estimates))
	var problems []error
	for k, estimate := range estimates {
		i, err := interval(values[k], left[k], estimate, o)
		if err != nil {
			problems = append(problems, fmt.Errorf("score: bootstrap: statistic %d is %w", k, err))
		}
		intervals[k] = i
	}
	return intervals, errors.Join(problems...)
}

// interval returns the interval of a statistic, as bcaInterval.
func interval(values, left []float64, estimate float64, o BootstrapOptions) (Interval, error) {
	if !finite(estimate) {
		return noInterval, fmt.Errorf("%w on the data", ErrUndefined)
	}
	undefined := 0
	for _, v := range values {
		if !finite(v) {
			undefined++
		}
	}
	if float64(undefined) > o.Undefined*float64(len(values)) {
		return noInterval, fmt.Errorf("%w on %d of %d resamples", ErrUndefined, undefined, len(values))
	}
	values = slices.DeleteFunc(values, func(v float64) bool { return !finite(v) })
	if o.Method == Percentile {
		return percentileInterval(values, o.Level), nil
	}
	i := bcaInterval(values, left, estimate, o.Level)
	if !finite(i.Lower) || !finite(i.Upper) {
		return noInterval, fmt.Errorf("%w without one of the rows, or too biased for BCa", ErrUndefined)
	}
	return i, nil
}

var noInterval = Interval{math.NaN(), math.NaN()}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// A resample draws rows from columns.
type resample struct {
	from, to [][]float64
	draw     []int // the rows
}

func newResample(columns [][]float64) *resample {
	r := &resample{from: columns, draw: make([]int, len(columns[0]))}
	for range columns {
		r.to = append(r.to, make([]float64, len(columns[0])))
	}
	return r
}

// columns returns the rows that are drawn. They are overwritten by the next call.
func (r *resample) columns() [][]float64 {
	for k, from := range r.from {
		r.to[k] = r.to[k][:len(r.draw)]
		to := r.to[k]
		for i, row := range r.draw {
			to[i] = from[row]
		}
	}
	return r.to
}

// percentileInterval returns the interval between two quantiles. It sorts the values.
func percentileInterval(values []float64, level float64) Interval {
	slices.Sort(values)
	tail := (1 - level) / 2
	return Interval{quantile(values, tail), quantile(values, 1-tail)}
}

// bcaInterval returns the interval of Efron (1987) from the values on resamples, which it sorts, those without one row, and
// that of the data. It is NaN where the correction has no meaning: if the latter lies beyond all resamples, or if the
// acceleration turns the order of quantiles around.
func bcaInterval(values, left []float64, estimate, level float64) Interval {
	slices.Sort(values)
	below, _ := slices.BinarySearch(values, estimate)
	above, _ := slices.BinarySearchFunc(values, estimate, func(v, e float64) int {
		if v > e {
			return 1
		}
		return -1
	})
	bias := normalQuantile(float64(below+above) / 2 / float64(len(values)))

	mean, squares, cubes := Mean(left), 0.0, 0.0
	for _, v := range left {
		d := mean - v
		squares += d * d
		cubes += d * d * d
	}
	acceleration := 0.0
	if squares != 0 {
		acceleration = cubes / (6 * math.Pow(squares, 1.5))
	}

	end := func(p float64) float64 {
		z := bias + normalQuantile(p)
		if math.IsInf(bias, 0) || !(acceleration*z < 1) {
			return math.NaN()
		}
		return quantile(values, normalCDF(bias+z/(1-acceleration*z)))
	}
	tail := (1 - level) / 2
	return Interval{end(tail), end(1 - tail)}
}

// quantile returns a quantile of sorted numbers, linear between them (definition 7 of Hyndman and Fan, 1996).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	next := sorted[min(i+1, len(sorted)-1)]
	if part := at - float64(i); part > 0 {
		return sorted[i] + part*(next-sorted[i])
	}
	return sorted[i]
}

// PerImage returns for each image the share of cells in which a network is right about it; cells[c][i] says whether it is
// in cell c. Its mean is the mean accuracy over the cells: a column for [Bootstrap].
func PerImage(cells ...[]bool) []float64 {
	if len(cells) == 0 {
		panic("score: images of no cell")
	}
	shares := make([]float64, len(cells[0]))
	for _, cell := range cells {
		checkLengths(len(shares), len(cell))
		for i, right := range cell {
			if right {
				shares[i]++
			}
		}
	}
	for i := range shares {
		shares[i] /= float64(len(cells))
	}
	return shares
}
