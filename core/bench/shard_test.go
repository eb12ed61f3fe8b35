package bench

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"steady/core/corrupt"
)

// parts returns the keys of the slices of each shard.
func parts(list []Subject, all []Perturbation, o Options) (shards []map[Key]bool) {
	for o.Shard = range o.Shards {
		keys := map[Key]bool{}
		for _, c := range Cells(list, all, o) {
			keys[c.Key()] = true
		}
		shards = append(shards, keys)
	}
	return shards
}

// Shards have every slice once, and which are whose depends on nothing but the benchmark.
func TestShare(t *testing.T) {
	list, _ := subjects()
	list[1].MACs, list[2].MACs = 1e9, 3e6
	all := perturbations(t, append(several, "zoom_blur{severity=1}", "autoattack{eps=0.1}", "square{eps=0.1}")...)
	for _, n := range []int{1, 2, 7, 100} {
		o := Options{Shards: n}
		want := parts(list, all, o)
		seen := map[Key]int{}
		for _, keys := range want {
			for k := range keys {
				seen[k]++
			}
		}
		for _, c := range Cells(list, all, Options{}) {
			if seen[c.Key()] != 1 {
				t.Errorf("%d shards have %s of %s %d times", n, c.Perturbation, c.Network, seen[c.Key()])
			}
		}
		other, turned := slices.Clone(list), slices.Clone(all)
		slices.Reverse(other)
		slices.Reverse(turned)
		o.Block = 500
		if got := parts(other, turned, o); !reflect.DeepEqual(got, want) {
			t.Errorf("%d shards are others in another order", n)
		}
	}
	before := fmt.Sprint(Cells(list, all, Options{Shard: 2, Shards: 7}))
	var store Memory
	if _, err := Run(t.Context(), &store, list, all[:3], Options{Shard: 1, Shards: 2}); err != nil {
		t.Fatal(err)
	}
	if after := fmt.Sprint(Cells(list, all, Options{Shard: 2, Shards: 7})); after != before {
		t.Error("a run has changed the shards")
	}
}

// The shards' costs are as near to each other as the rule says, with networks that differ a thousandfold.
func TestShareEvenly(t *testing.T) {
	list, _ := subjects()
	list[0].MACs, list[1].MACs, list[2].MACs = 1e6, 1e8, 1e9
	all := perturbations(t, "clean", "fog{severity=2}", "gaussian_noise{severity=5}", "pgd{eps=0.1,steps=3}", "pgd{eps=0.1,steps=40}", "fab{norm=linf}", "autoattack{eps=0.1}")
	cost := func(tasks []task) (sum, most float64) {
		for _, p := range pieces(tasks) {
			sum, most = sum+p.cost, max(most, p.cost)
		}
		return sum, most
	}
	for _, n := range []int{2, 3, 8} {
		whole, longest := cost(tasks(list, all, Options{}))
		worst, byPlace := 0.0, 0.0
		for i := range n {
			load, _ := cost(tasks(list, all, Options{Shard: i, Shards: n}))
			worst = max(worst, load)
			var every []task // the usual way, every n-th
			for k, t := range tasks(list, all, Options{}) {
				if k%n == i {
					every = append(every, t)
				}
			}
			load, _ = cost(every)
			byPlace = max(byPlace, load)
		}
		ideal := max(whole/float64(n), longest)
		if worst > ideal*4/3 || worst > byPlace {
			t.Errorf("%d shards: the longest is %.3g times what is possible, every %d-th task would be %.3g", n, worst/ideal, n, byPlace/ideal)
		}
	}
}

// Whatever costs more by its nature does so here.
func TestCosts(t *testing.T) {
	for _, c := range corrupt.All() {
		if corruptionCost[c.Name] <= 0 {
			t.Errorf("nothing is known of the cost of %s", c.Name)
		}
	}
	if len(corruptionCost) != len(corrupt.All()) {
		t.Errorf("there are %d corruptions, and costs of %d", len(corrupt.All()), len(corruptionCost))
	}
	list, _ := subjects()
	last := 0.0
	for _, p := range perturbations(t, "clean", "fgsm{eps=0.1}", "pgd{eps=0.1,steps=3}", "pgd{eps=0.1,steps=3,continue=true}", "square{eps=0.1}", "autoattack{eps=0.1}") {
		cost := networkCost(&list[0], Cell{Perturbation: p, N: 10})
		if cost <= last {
			t.Errorf("%s costs %v, what is before it %v", p, cost, last)
		}
		last = cost
	}
	last = 0
	for _, p := range perturbations(t, "clean", "fog{severity=1}", "fog{severity=1,jpeg=85}", "fog{severity=1,files=0a}") {
		cost := preparationCost(p, 10, 224*224)
		if cost <= last {
			t.Errorf("%s costs %v, what is before it %v", p, cost, last)
		}
		last = cost
	}
}
