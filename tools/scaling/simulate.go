package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"steady/core/bench"
	"steady/core/schedule"
	"steady/core/subject"
)

// The simulated benchmark: so many networks, under 100 perturbations, on so many images.
const (
	networks = 100
	images   = 1000
)

// benchmark is a benchmark as it is dealt out.
type benchmark struct {
	subjects      []bench.Subject
	perturbations []bench.Perturbation
	parts         []bench.Part // those that are estimated to cost most first
	estimates     []float64
	costs         []float64 // seconds of one core
	inOrder       []int     // parts in the order of the spec
	sum           float64   // of the costs
}

// benchmark returns a benchmark of networks that cost what was measured.
func (c *costs) benchmark() *benchmark {
	b := &benchmark{perturbations: c.perturbations}
	shared := &subject.Images{} // from which nothing is taken
	for i := range networks {
		s := c.subjects[i%len(c.subjects)]
		s.Cell = bench.Cell{Network: fmt.Sprint("network ", i), Data: "images", Preparation: "as they are", Seed: 1, N: images}
		s.Images, s.Labels = shared, make([]int, images)
		b.subjects = append(b.subjects, s)
	}
	b.parts = bench.Parts(b.subjects, b.perturbations, bench.Options{})
	place := map[bench.Perturbation]int{}
	for i, p := range b.perturbations {
		place[p] = i
	}
	for i, p := range b.parts {
		b.estimates = append(b.estimates, p.Cost)
		b.costs = append(b.costs, c.part(p))
		b.sum += b.costs[i]
		b.inOrder = append(b.inOrder, i)
	}
	slices.SortFunc(b.inOrder, func(i, k int) int {
		p, q := b.parts[i], b.parts[k]
		return cmp.Or(cmp.Compare(place[p.Cells[0].Perturbation], place[q.Cells[0].Perturbation]),
			cmp.Compare(p.Cells[0].First, q.Cells[0].First), cmp.Compare(p.Subjects[0], q.Subjects[0]))
	})
	return b
}

// rule deals a benchmark out.
type rule struct {
	name     string // in the figure
	makespan func(b *benchmark, workers int) float64
}

var rules = []rule{
	{"static hash", func(b *benchmark, workers int) float64 {
		var hashes []uint64
		for _, p := range b.parts {
			hashes = append(hashes, binary.BigEndian.Uint64(p.Key[:]))
		}
		return schedule.Makespan(b.costs, schedule.ByHash(hashes, workers))
	}},
	{"--shard (longest first, estimated)", func(b *benchmark, workers int) float64 {
		return schedule.Makespan(b.costs, schedule.Greedy(b.estimates, workers))
	}},
	{"queue, in the spec's order", func(b *benchmark, workers int) float64 { return b.queue(b.inOrder, workers) }},
	{"queue, longest first, estimated", func(b *benchmark, workers int) float64 {
		return schedule.Makespan(b.costs, schedule.Greedy(b.costs, workers))
	}},
	{"longest first, costs known", func(b *benchmark, workers int) float64 {
		return b.queue(schedule.LongestFirst(b.costs), workers)
	}},
}

// shards is the place of the rule of --shard.
const shards = 1

// queue returns when the last of the workers has ended that take parts in an order.
func (b *benchmark) queue(order []int, workers int) float64 {
	var costs []float64
	for _, i := range order {
		costs = append(costs, b.costs[i])
	}
	return schedule.Makespan(costs, schedule.Greedy(costs, workers))
}

// outcome is what happens with a number of workers, in seconds.
type outcome struct {
	workers   int
	least     float64
	makespans []float64 // by the rules
}

// simulate has each rule deal the benchmark out.
func (b *benchmark) simulate() (list []outcome) {
	for _, n := range workers {
		o := outcome{workers: n, least: schedule.Least(b.costs, n)}
		for _, r := range rules {
			o.makespans = append(o.makespans, r.makespan(b, n))
		}
		list = append(list, o)
	}
	return list
}

// printOutcomes prints a table of the outcomes.
func printOutcomes(w io.Writer, b *benchmark, list []outcome) {
	cells := 0
	for _, p := range b.parts {
		cells += len(p.Cells)
	}
	fmt.Fprintf(w, "%d cells on %d images: %d slices in %d parts, %.3g hours of a core; the longest part %.3g seconds, the shortest %.3g.\n\n",
		len(b.subjects)*len(b.perturbations), images, cells, len(b.parts), b.sum/3600, slices.Max(b.costs), slices.Min(b.costs))
	fmt.Fprint(w, "| workers | least time |")
	for _, r := range rules {
		fmt.Fprintf(w, " %s |", r.name)
	}
	fmt.Fprint(w, "\n|---|---|---|---|---|---|---|\n")
	for _, o := range list {
		fmt.Fprintf(w, "| %d | %s |", o.workers, clock(o.least))
		for _, m := range o.makespans {
			fmt.Fprintf(w, " %.2f |", m/o.least)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// clock returns a time for people.
func clock(s float64) string {
	switch {
	case s < 100:
		return fmt.Sprintf("%.3g s", s)
	case s < 6000:
		return fmt.Sprintf("%.3g min", s/60)
	}
	return fmt.Sprintf("%.3g h", s/3600)
}
