package stage

import (
	"fmt"
	"strings"
	"time"
)

// Histogram counts durations in bins, in memory that does not grow.
type Histogram struct {
	n       int
	counts  [64]int
	longest time.Duration
	total   time.Duration
}

// binEnd returns the longest duration of a bin: there are 64, the first up to 0.5 ms, each up to 1.2 times as long as the one before.
func binEnd(i int) time.Duration {
	end := 0.5e6
	for range i {
		end *= 1.2
	}
	return time.Duration(end)
}

// Add counts a duration.
func (h *Histogram) Add(d time.Duration) {
	h.n++
	h.total += d
	h.longest = max(h.longest, d)
	i := 0
	for i < len(h.counts)-1 && d > binEnd(i) {
		i++
	}
	h.counts[i]++
}

// N returns how many were counted.
func (h *Histogram) N() int { return h.n }

// Mean returns their mean.
func (h *Histogram) Mean() time.Duration { return h.total / time.Duration(max(h.n, 1)) }

// Quantile returns a duration that a share of those counted do not exceed, to within a bin.
func (h *Histogram) Quantile(share float64) time.Duration {
	seen := 0
	for i, c := range h.counts {
		if seen += c; seen > 0 && float64(seen) >= share*float64(h.n) {
			return min(binEnd(i), h.longest)
		}
	}
	return h.longest
}

// String returns the histogram as lines of text, a bin a line.
func (h *Histogram) String() string {
	if h.n == 0 {
		return "none\n"
	}
	var b strings.Builder
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
	fmt.Fprintf(&b, "%d, mean %s ms, half within %s ms, 95 %% within %s ms, longest %s ms\n", h.n, ms(h.Mean()), ms(h.Quantile(0.5)),
		ms(h.Quantile(0.95)), ms(h.longest))
	first, last, most := len(h.counts), 0, 0
	for i, c := range h.counts {
		if c > 0 {
			first, last, most = min(first, i), i, max(most, c)
		}
	}
	for i := first; i <= last; i++ {
		bar := strings.Repeat("#", (40*h.counts[i]+most-1)/most)
		fmt.Fprintf(&b, "  up to %7s ms %6d %s\n", ms(binEnd(i)), h.counts[i], bar)
	}
	return b.String()
}
