package bench

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"steady/core/corrupt"
	"steady/core/nn"
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

// At the bounds: one shard has all, in the order of a run without shards; of more shards than parts, each part has one, and
// the others have nothing; and what is estimated to cost nothing is dealt out, too.
func TestShareBounds(t *testing.T) {
	list, _ := subjects()
	all := perturbations(t, "clean", "fog{severity=2}", "fgsm{eps=0.1}")
	whole := Cells(list, all, Options{})
	if got := Cells(list, all, Options{Shards: 1}); !reflect.DeepEqual(got, whole) {
		t.Errorf("one shard has\n%v\nwant\n%v", got, whole)
	}
	dealt := Parts(list, all, Options{Shard: 1, Shards: 3})
	n := 10 * len(dealt)
	for shard := range n {
		want := []Cell(nil)
		if shard < len(dealt) {
			want = dealt[shard].Cells // the costliest first
		}
		if got := Cells(list, all, Options{Shard: shard, Shards: n}); !reflect.DeepEqual(got, want) {
			t.Errorf("shard %d of %d has %v, want %v", shard, n, got, want)
		}
	}
	if got := Cells(list, nil, Options{Shard: 4, Shards: 5}); got != nil {
		t.Errorf("of nothing, a shard has %v", got)
	}

	free := tasks(list, all, Options{})
	for i := range free {
		for _, s := range free[i].subjects {
			s.Network = noPixels{s.Network}
		}
		for k := range free[i].cells {
			free[i].cells[k].N = 0
		}
	}
	seen := map[Key]int{}
	for shard := range 4 {
		for _, task := range share(free, shard, 4) {
			for _, c := range task.cells {
				seen[c.Key()]++
			}
		}
	}
	if len(seen) != len(whole) {
		t.Errorf("of %d slices that cost nothing, %d are dealt out", len(whole), len(seen))
	}
	for key, times := range seen {
		if times != 1 {
			t.Errorf("%v is dealt out %d times", key, times)
		}
	}
}

// noPixels is a network whose images are prepared for nothing.
type noPixels struct{ Network }

func (n noPixels) InputShape() nn.Shape { return nn.Shape{1, 0, 0} }

// Parts are all cells, once, with the costs by which they are in order.
func TestDealt(t *testing.T) {
	list, _ := subjects()
	all := perturbations(t, append(several, "autoattack{eps=0.1}")...)
	seen := map[Key]bool{}
	last := math.Inf(1)
	for _, p := range Parts(list, all, Options{}) {
		if !(p.Cost > 0 && p.Cost <= last) {
			t.Errorf("%s costs %v after %v", p.Cells[0].Perturbation, p.Cost, last)
		}
		last = p.Cost
		least := p.Cells[0].Key()
		for i, c := range p.Cells {
			if seen[c.Key()] || c.Network != list[p.Subjects[i]].Cell.Network {
				t.Errorf("%s of %s: twice, or not that of subject %d", c.Perturbation, c.Network, p.Subjects[i])
			}
			seen[c.Key()] = true
			if key := c.Key(); bytes.Compare(key[:], least[:]) < 0 {
				least = key
			}
		}
		if p.Key != least {
			t.Errorf("%s has the key %s, want %s", p.Cells[0].Perturbation, p.Key, least)
		}
	}
	if n := len(Cells(list, all, Options{})); len(seen) != n {
		t.Errorf("%d slices, want %d", len(seen), n)
	}
}
