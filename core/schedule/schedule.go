package schedule

import (
	"cmp"
	"container/heap"
	"slices"
)

// Greedy assigns tasks, in their order, each to the worker that has the least to do so far, and of several to the first. It
// returns the worker of each task, from 0 on. It panics if there are no workers.
//
// With the longest tasks first, the last worker ends at most 4/3 − 1/(3·workers) times as late as it must (R. L. Graham:
// Bounds on Multiprocessing Timing Anomalies, 1969), in any other order 2 − 1/workers times. A task that costs
// nothing leaves all as it was, so that the next one goes to the same worker.
func Greedy(costs []float64, workers int) []int {
	check(workers)
	h := make(loads, workers)
	for i := range h {
		h[i].worker = i // a heap, as all have nothing to do
	}
	owners := make([]int, len(costs))
	for i, c := range costs {
		owners[i] = h[0].worker
		h[0].sum += c
		heap.Fix(&h, 0)
	}
	return owners
}

// ByHash assigns each task to the worker that its hash names, whatever it costs, and returns the worker of each. It panics if
// there are no workers.
func ByHash(hashes []uint64, workers int) []int {
	check(workers)
	owners := make([]int, len(hashes))
	for i, h := range hashes {
		owners[i] = int(h % uint64(workers))
	}
	return owners
}

// LongestFirst returns the places of tasks, those that cost most first, and of equal ones the first first.
func LongestFirst(costs []float64) []int {
	order := make([]int, len(costs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[b], costs[a]) })
	return order
}

// Makespan returns when the last worker has ended, of tasks that cost so much and belong to these workers.
func Makespan(costs []float64, owners []int) float64 {
	if len(costs) == 0 {
		return 0
	}
	sums := make([]float64, slices.Max(owners)+1)
	for i, c := range costs {
		sums[owners[i]] += c
	}
	return slices.Max(sums)
}

// Least returns a time before which no schedule ends: that of the longest task, or of all, shared out evenly, whichever is
// longer. It panics if there are no workers.
func Least(costs []float64, workers int) float64 {
	check(workers)
	var sum, longest float64
	for _, c := range costs {
		sum, longest = sum+c, max(longest, c)
	}
	return max(sum/float64(workers), longest)
}

func check(workers int) {
	if workers < 1 {
		panic("schedule: no workers")
	}
}

// loads is a heap of workers, the one with the least to do first.
type loads []load

type load struct {
	sum    float64
	worker int
}

func (l loads) Len() int { return len(l) }
func (l loads) Less(i, k int) bool {
	return cmp.Or(cmp.Compare(l[i].sum, l[k].sum), cmp.Compare(l[i].worker, l[k].worker)) < 0
}
func (l loads) Swap(i, k int) { l[i], l[k] = l[k], l[i] }
func (l *loads) Push(any)     { panic("schedule: workers neither come nor go") }
func (l *loads) Pop() any     { panic("schedule: workers neither come nor go") }
