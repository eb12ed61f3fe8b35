package bench

import "slices"

// task is cells that differ in the network only, and that take the same images.
type task struct {
	cells    []Cell
	subjects []*Subject
	places   []int // of the subjects
}

// Task is what [Run] computes at once: a slice of the images under one perturbation, for each network that takes the same.
type Task struct {
	Cells    []Cell // of at least one network
	Subjects []int  // places of their networks among the subjects
}

// Tasks returns what Run computes with the same options, in that order, whether a store has results of it or not.
func Tasks(subjects []Subject, perturbations []Perturbation, o Options) (list []Task) {
	for _, t := range tasks(subjects, perturbations, o) {
		list = append(list, Task{t.cells, t.places})
	}
	return list
}

// Cells returns the slices of cells that [Run] sees to with the same options: all, or those of the shard; in the order in
// which they are computed, whether a store has their results or not.
func Cells(subjects []Subject, perturbations []Perturbation, o Options) (cells []Cell) {
	for _, t := range tasks(subjects, perturbations, o) {
		cells = append(cells, t.cells...)
	}
	return cells
}

// tasks returns all tasks, or those of the shard, in the order in which they are computed.
func tasks(subjects []Subject, perturbations []Perturbation, o Options) (list []task) {
	if o.SliceSize == nil {
		o.SliceSize = SliceSize
	}
	for _, p := range perturbations {
		list = append(list, group(subjects, p, o)...)
	}
	if o.Shards > 0 {
		list = share(list, o.Shard, o.Shards)
	}
	if o.Block > 0 {
		slices.SortStableFunc(list, func(a, b task) int { return a.cells[0].First/o.Block - b.cells[0].First/o.Block })
	}
	return list
}

// group returns the tasks of one perturbation.
func group(subjects []Subject, p Perturbation, o Options) (tasks []task) {
	type shared struct {
		images   Images
		seed     uint64
		first, n int
	}
	places := map[shared]int{}
	for i := range subjects {
		s := &subjects[i]
		cell := s.Cell
		cell.Perturbation = p
		if o.Images != nil {
			cell.N = o.Images(p, cell.N)
		}
		shape := s.Network.InputShape()
		for _, slice := range cell.Slices(o.SliceSize(p, shape[1]*shape[2])) {
			key := shared{s.Images, slice.Seed, slice.First, slice.N}
			at, ok := places[key]
			if !ok {
				at = len(tasks)
				places[key] = at
				tasks = append(tasks, task{})
			}
			t := &tasks[at]
			t.cells, t.subjects, t.places = append(t.cells, slice), append(t.subjects, s), append(t.places, i)
		}
	}
	slices.SortStableFunc(tasks, func(a, b task) int { return a.cells[0].First - b.cells[0].First })
	return tasks
}
