package bench

import (
	"bytes"
	"cmp"
	"slices"
)

// piece is what is dealt out as one: a task, or one network of a task whose networks share nothing but the clean images.
type piece struct {
	task, first, end int // cells of the task
	cost             float64
	key              Key // the least of its cells'
}

// share returns the part of tasks that is a shard's.
//
// The longest pieces come first, and each goes to the shard that has the least to do so far: the longest-processing-time rule
// of Graham 1969, whose last shard ends at most a third later than it has to. Which piece is whose depends on the
// benchmark alone: not on the order in which it names things, on what is computed already, nor on the machine.
func share(tasks []task, shard, shards int) (mine []task) {
	pieces := pieces(tasks)
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(b.cost, a.cost), bytes.Compare(a.key[:], b.key[:]))
	})
	loads := make([]float64, shards)
	var taken []piece
	for _, p := range pieces {
		least := 0
		for i, load := range loads {
			if load < loads[least] {
				least = i
			}
		}
		if least == shard {
			taken = append(taken, p)
		}
		loads[least] += p.cost
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
	return list
}
