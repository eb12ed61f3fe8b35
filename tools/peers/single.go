package main

import (
	"log"
	"runtime"
	"time"

	"steady/core/compute/cpu"
	"steady/core/engine"
)

// singlePart times one image natively, on one thread and on all, beside the same in WebAssembly in Chromium.
func singlePart(c config, t *table) error {
	n, err := resnet20()
	if err != nil {
		return err
	}
	b := browserBench{config: c}
	b.packages = "" // the engine alone
	m, err := b.model(n, nil)
	if err != nil {
		return err
	}
	if err := b.open(); err != nil {
		return err
	}
	defer b.stop()
	if _, err := call[map[string][]string](b.ctx, "open", []string{"steady"}, m, 1); err != nil {
		return err
	}
	threads := []int{1}
	if n := runtime.NumCPU(); n > 1 {
		threads = append(threads, n)
	}
	for _, job := range []string{"forward", "gradient"} {
		log.Printf("resnet20 %s, batch 1, natively beside Chromium", titles[job])
		var run []func() error
		for _, count := range threads {
			e, err := engine.New(cpu.New(count), n, engine.Config{Batch: 1})
			if err != nil {
				return err
			}
			run = append(run, jobs(e)[job])
		}
		if _, err := call[[]float64](b.ctx, "warm", "steady", job, 1500); err != nil {
			return err
		}
		const enough = 20 * time.Millisecond
		ours, page := make([][]float64, len(threads)), []float64(nil)
		for range c.rounds {
			ms, err := call[float64](b.ctx, "sample", "steady", job, enough.Milliseconds())
			if err != nil {
				return err
			}
			page = append(page, ms)
			for i := range threads {
				ms, err := sample(func() (float64, error) { return timed(run[i]) }, enough)
				if err != nil {
					return err
				}
				ours[i] = append(ours[i], ms)
			}
		}
		for i, count := range threads {
			t.add("resnet20 "+titles[job]+", batch 1, natively, "+counted(count), ours[i], []sampled{{"ours, WebAssembly in Chromium, 1 thread", page}})
		}
	}
	return nil
}
