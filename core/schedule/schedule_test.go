package schedule

import (
	"math"
	"slices"
	"testing"

	"steady/core/random"
)

// pick returns costs in an order.
func pick(costs []float64, order []int) (list []float64) {
	for _, i := range order {
		list = append(list, costs[i])
	}
	return list
}

func TestGreedy(t *testing.T) {
	for _, c := range []struct {
		costs    []float64
		workers  int
		owners   []int
		makespan float64
	}{
		{nil, 3, []int{}, 0},
		{[]float64{4, 1, 2}, 1, []int{0, 0, 0}, 7},
		{[]float64{4, 1, 2}, 5, []int{0, 1, 2}, 4},                          // more workers than tasks
		{[]float64{0, 0, 0}, 2, []int{0, 0, 0}, 0},                          // nothing to do
		{[]float64{0, 3, 0, 3}, 2, []int{0, 0, 1, 1}, 3},                    // what costs nothing delays nothing
		{[]float64{1, 1, 1, 1, 4}, 2, []int{0, 1, 0, 1, 0}, 6},              // a queue whose longest task comes last
		{[]float64{5, 1, 1, 1, 1, 1}, 2, []int{0, 1, 1, 1, 1, 1}, 5},        // one that begins with it
		{[]float64{5, 5, 4, 4, 3, 3, 3}, 3, []int{0, 1, 2, 2, 0, 1, 0}, 11}, // the worst case of Graham's bound
	} {
		owners := Greedy(c.costs, c.workers)
		if got := Makespan(c.costs, owners); !slices.Equal(owners, c.owners) || got != c.makespan {
			t.Errorf("%v for %d workers: %v, ends at %v; want %v, %v", c.costs, c.workers, owners, got, c.owners, c.makespan)
		}
	}
}

// Tasks 2m-1, 2m-1, 2m-2, …, m+1, m+1, m, m, m take 4m-1 with the longest first where 3m would do: the bound is exact.
func TestGrahamBound(t *testing.T) {
	for m := 2; m <= 64; m++ {
		var costs []float64
		for c := 2*m - 1; c > m; c-- {
			costs = append(costs, float64(c), float64(c))
		}
		costs = append(costs, float64(m), float64(m), float64(m))
		least := Least(costs, m)
		if least != float64(3*m) {
			t.Fatalf("%d workers: the least time is %v, want %d", m, least, 3*m)
		}
		got, bound := Makespan(costs, Greedy(costs, m))/least, 4./3-1/float64(3*m)
		if math.Abs(got-bound) > 1e-12 {
			t.Errorf("%d workers: %v times the least time, want %v", m, got, bound)
		}
	}
}

// Whatever tasks cost, in no order do they end before Least, nor more than 2-1/m times as late.
func TestBounds(t *testing.T) {
	for i := range uint64(200) {
		r := random.New(1, i, "schedule", 0)
		costs := make([]float64, 1+r.IntN(60))
		for k := range costs {
			costs[k] = math.Exp(6 * r.Float64())
		}
		m := 1 + r.IntN(20)
		least := Least(costs, m) * (1 - 1e-12)
		sorted := pick(costs, LongestFirst(costs))
		queue, longest := Makespan(costs, Greedy(costs, m)), Makespan(sorted, Greedy(sorted, m))
		if queue < least || longest < least || queue > least*(2-1/float64(m))*(1+1e-9) || longest > least*(2-1/float64(m))*(1+1e-9) {
			t.Errorf("%v for %d workers: a queue ends at %v, the longest first at %v, least %v", costs, m, queue, longest, least)
		}
	}
}

func TestByHash(t *testing.T) {
	owners := ByHash([]uint64{0, 7, 3, 4, math.MaxUint64}, 4)
	if want := []int{0, 3, 3, 0, 3}; !slices.Equal(owners, want) {
		t.Errorf("%v, want %v", owners, want)
	}
	if got := Makespan([]float64{1, 2, 3, 4, 5}, owners); got != 10 {
		t.Errorf("the last ends at %v, want 10", got)
	}
	if owners := ByHash([]uint64{5, 6}, 1); !slices.Equal(owners, []int{0, 0}) {
		t.Errorf("%v", owners)
	}
}

func TestLongestFirst(t *testing.T) {
	if got := LongestFirst([]float64{2, 5, 2, 0, 5}); !slices.Equal(got, []int{1, 4, 0, 2, 3}) {
		t.Errorf("%v", got)
	}
}

func TestLeast(t *testing.T) {
	for workers, want := range map[int]float64{1: 12, 2: 6, 3: 5, 100: 5} {
		if got := Least([]float64{5, 4, 3}, workers); got != want {
			t.Errorf("%d workers: %v, want %v", workers, got, want)
		}
	}
	if got := Least(nil, 3); got != 0 {
		t.Errorf("nothing takes %v", got)
	}
}
