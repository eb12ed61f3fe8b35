package bench

import (
	"bytes"
	"cmp"
	"slices"

	"steady/core/schedule"
)

// Part is what is dealt out to shards as one: a task, or one network of a task whose networks share nothing but the clean
// images.
type Part struct {
	Task
	Cost float64 // as estimated before it is computed, in multiply-adds
	Key  Key     // the least of its cells'
}

// Parts returns what Run computes with the same options, as it is dealt out to shards: the parts that are to cost most
// first, and of equal ones that with the least key. Options.Shard and Options.Shards are ignored.
func Parts(subjects []Subject, perturbations []Perturbation, o Options) (list []Part) {
	o.Shards = 0
	all := tasks(subjects, perturbations, o)
	for _, p := range pieces(all) {
		t := &all[p.task]
		list = append(list, Part{Task{t.cells[p.first:p.end], t.places[p.first:p.end]}, p.cost, p.key})
	}
	return list
}

// piece is a [Part] by the place of its task.
type piece struct {
	task, first, end int // cells of the task
	cost             float64
	key              Key
}

// share returns the part of tasks that is a shard's, by [schedule.Greedy] with the costliest pieces first. Which piece is whose
// depends on the benchmark alone: not on the order in which it names things, on what is computed already, nor on the
// machine.
func share(tasks []task, shard, shards int) (mine []task) {
	pieces := pieces(tasks)
	costs := make([]float64, len(pieces))
	for i, p := range pieces {
		costs[i] = p.cost
	}
	var taken []piece
	for i, owner := range schedule.Greedy(costs, shards) {
		if owner == shard {
			taken = append(taken, pieces[i])
		}
	}
	slices.SortFunc(taken, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.task, b.task), cmp.Compare(a.first, b.first))
	})
	last := -1
	for _, p := range taken {
		if p.task != last {
			mine, last = append(mine, task{}), p.task
		}
		t, whole := &mine[len(mine)-1], &tasks[p.task]
		t.cells = append(t.cells, whole.cells[p.first:p.end]...)
		t.subjects = append(t.subjects, whole.subjects[p.first:p.end]...)
		t.places = append(t.places, whole.places[p.first:p.end]...)
	}
	return mine
}

// pieces returns the pieces of tasks, the costliest first, and of equal ones that with the least key.
func pieces(tasks []task) (list []piece) {
	for i := range tasks {
		t := &tasks[i]
		n := len(t.cells) // the corrupted images are shared
		if a, _ := t.cells[0].Perturbation.Attack(); a != nil {
			n = 1
		}
		for first := 0; first < len(t.cells); first += n {
			shape := t.subjects[first].Network.InputShape()
			p := piece{task: i, first: first, end: first + n, key: t.cells[first].Key(),
				cost: preparationCost(t.cells[first].Perturbation, t.cells[first].N, shape[1]*shape[2])}
			for k := first; k < p.end; k++ {
				p.cost += networkCost(t.subjects[k], t.cells[k])
				if key := t.cells[k].Key(); bytes.Compare(key[:], p.key[:]) < 0 {
					p.key = key
				}
			}
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b piece) int {
		return cmp.Or(cmp.Compare(b.cost, a.cost), bytes.Compare(a.key[:], b.key[:]))
	})
	return list
}
