package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"steady/core/bench"
	"steady/core/random"
	"steady/core/schedule"
	"steady/tools/internal/progress"
	"steady/tools/internal/store"
)

// merged is what it has taken to merge stores that have all results of the benchmark together.
type merged struct {
	stores, rows  int
	bytes         int64   // of the stores
	seconds, wall float64 // of the processor, and by the clock
}

// results returns made-up results of a part.
func results(p bench.Part) (list []*bench.Result) {
	for _, c := range p.Cells {
		draw := random.New(2, uint64(c.First), c.Network+c.Perturbation.String(), 0)
		r := &bench.Result{Backend: "cpu", Machine: "AVX2 FMA, vectors of 256 bits", Seconds: 1, Sums: bench.Sums{NLL: 1.5, Brier: 0.5}}
		for range c.N {
			a := bench.Answer{Class: draw.IntN(10), Confidence: float32(draw.Float64())}
			if a.Class == 0 { // all labels are
				r.Right++
			}
			r.Answers = append(r.Answers, a)
		}
		list = append(list, r)
	}
	return list
}

// ask writes a store that asks for the benchmark, and has no results.
func (b *benchmark) ask(path string) error {
	s, err := store.Open(path)
	if err != nil {
		return err
	}
	defer s.Close()
	var subjects []store.Subject
	for _, one := range b.subjects {
		subjects = append(subjects, store.Subject{Name: one.Cell.Network, File: one.Cell.Network + ".onnx", Cell: one.Cell, DataName: "images", Labels: one.Labels})
	}
	if err := s.Ask(store.Run{Program: "scaling", Command: "scaling"}, subjects, b.perturbations, func(p bench.Perturbation, _ int) (int, int) {
		return images, bench.SliceSize(p, 32*32)
	}); err != nil {
		return err
	}
	return s.Close()
}

// merge merges stores as so many shards leave them.
func (b *benchmark) merge(ctx context.Context, numbers []int) (list []merged, err error) {
	dir, err := os.MkdirTemp("", "scaling")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	empty := filepath.Join(dir, "empty")
	if err := b.ask(empty); err != nil {
		return nil, err
	}
	all := 0
	for _, p := range b.parts {
		all += len(p.Cells)
	}
	p := progress.New(os.Stderr, "results written to stores", all*len(numbers))
	defer p.End()
	written := 0
	for _, n := range numbers {
		m := merged{stores: n}
		var paths []string
		owners := schedule.Greedy(b.estimates, n)
		for shard := range n {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			path := filepath.Join(dir, fmt.Sprintf("shard-%d-of-%d.db", shard, n))
			rows, err := b.fill(empty, path, shard, n, owners)
			if err != nil {
				return nil, err
			}
			info, err := os.Stat(path)
			if err != nil {
				return nil, err
			}
			m.rows, m.bytes, paths = m.rows+rows, m.bytes+info.Size(), append(paths, path)
			written += rows
			p.Set(written, fmt.Sprintf("%d of %d stores to merge", shard+1, n))
		}
		begin := time.Now()
		m.seconds, err = seconds(func() error {
			found, err := store.Merge(ctx, filepath.Join(dir, "merged"), paths)
			if err == nil && (found.Done != networks*len(b.perturbations) || len(found.Conflicts) > 0) {
				err = fmt.Errorf("merged: %d of %d cells, %d conflicts", found.Done, networks*len(b.perturbations), len(found.Conflicts))
			}
			return err
		})
		m.wall = time.Since(begin).Seconds()
		if err != nil {
			return nil, err
		}
		for _, path := range append(paths, filepath.Join(dir, "merged")) {
			os.Remove(path)
		}
		list = append(list, m)
	}
	return list, nil
}

// fill writes the store of a shard, and returns how many results it has.
func (b *benchmark) fill(empty, path string, shard, shards int, owners []int) (rows int, err error) {
	text, err := os.ReadFile(empty)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(path, text, 0o666); err != nil {
		return 0, err
	}
	s, err := store.Open(path)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	var cells []bench.Cell
	var made []*bench.Result
	part := store.Shard{Number: shard, Shards: shards}
	for i, p := range b.parts {
		if owners[i] == shard {
			cells, made = append(cells, p.Cells...), append(made, results(p)...)
		}
	}
	for _, c := range cells {
		part.Keys = append(part.Keys, c.Key())
	}
	if err := s.AddShard(part); err != nil {
		return 0, err
	}
	if err := s.Put(cells, made); err != nil {
		return 0, err
	}
	return len(cells), s.Close()
}

// write puts all parts into one store, a transaction each, and returns the time.
func (b *benchmark) write() (processor, wall float64, err error) {
	dir, err := os.MkdirTemp("", "scaling")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "one.db")
	if err := b.ask(path); err != nil {
		return 0, 0, err
	}
	s, err := store.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	for _, p := range b.parts {
		made := results(p)
		begin := time.Now()
		one, err := seconds(func() error { return s.Put(p.Cells, made) })
		if err != nil {
			return 0, 0, err
		}
		processor, wall = processor+one, wall+time.Since(begin).Seconds()
	}
	return processor, wall, s.Close()
}

// printMerges prints what merging and writing have taken, and from how many workers on they limit.
func (b *benchmark) printMerges(w io.Writer, list []merged, outcomes []outcome) error {
	fmt.Fprint(w, "| stores | MB | merging: seconds of a core | by the clock | rows/s | MB/s | computing, by as many shards | merging, of both |\n|---|---|---|---|---|---|---|---|\n")
	for _, m := range list {
		for _, o := range outcomes {
			if o.workers == m.stores {
				fmt.Fprintf(w, "| %d | %.3g | %.3g | %.3g | %.0f | %.3g | %s | %.2g %% |\n", m.stores, float64(m.bytes)/1e6, m.seconds, m.wall, float64(m.rows)/m.seconds,
					float64(m.bytes)/1e6/m.seconds, clock(o.makespans[shards]), 100*m.seconds/(m.seconds+o.makespans[shards]))
			}
		}
	}
	if first, last := list[0], list[len(list)-1]; len(list) > 1 {
		// Merging n stores takes so much for each, and so much in any case.
		each := (last.seconds - first.seconds) / float64(last.stores-first.stores)
		always := first.seconds - each*float64(first.stores)
		n := (math.Sqrt(always*always+4*each*b.sum) - always) / (2 * each)
		fmt.Fprintf(w, "\nA store more takes %.3g seconds more. With %.0f workers merging takes as long as computing, shared out evenly.\n", each, n)
	}
	processor, wall, err := b.write()
	if err != nil {
		return err
	}
	rows := list[0].rows
	fmt.Fprintf(w, "\nOne writer puts %d parts with %d results into a store, each part a transaction that is on the disk when it ends, in %.3g seconds of a core and %.3g by the clock: %.0f parts a second by the clock. "+
		"%.0f workers send parts as fast.\n\n", len(b.parts), rows, processor, wall, float64(len(b.parts))/wall, b.sum/wall)
	return nil
}
