package main

import (
	"context"
	"fmt"
	"io"

	"steady/core/attack"
)

type checkResult struct {
	Model    string           `json:"model"`
	Data     string           `json:"data"`
	N        int              `json:"n"`
	Warnings int              `json:"warnings"`
	Findings []attack.Finding `json:"findings"`
}

// checkAttacks looks for signs that the figures of attacks cannot be trusted.
func (a *app) checkAttacks(ctx context.Context, data dataFlags, flags *modelFlags, resize bool, seed uint64) error {
	f := &feed{}
	m, err := a.prepare(ctx, f, data, flags, resize)
	if err != nil {
		return err
	}
	n := min(f.set.Len(), slice)
	if n < f.set.Len() {
		a.say("The first %d of %d images are checked.", n, f.set.Len())
	}
	x := make([]float32, n*f.shape.Size())
	if err := f.fill(ctx, x, 0, n); err != nil {
		return err
	}
	var bar *progress
	findings, err := attack.Diagnose(ctx, m, x, f.set.Labels[:n], seed, func(done, of int) {
		if bar == nil {
			bar = a.newProgress("questions", of)
		}
		bar.set(done, "")
		if done == of {
			bar.end()
		}
	})
	if err != nil {
		return err
	}
	r := checkResult{Model: m.name, Data: f.set.Name, N: n, Findings: findings}
	for _, found := range findings {
		if !found.OK {
			r.Warnings++
		}
	}
	return a.print(r, r.write)
}

func (r checkResult) write(w io.Writer) {
	fmt.Fprintf(w, "%s on %d images of %s: %d warnings\n", r.Model, r.N, r.Data, r.Warnings)
	for _, f := range r.Findings {
		sign := "ok  "
		if !f.OK {
			sign = "WARN"
		}
		fmt.Fprintf(w, "  %s  %s: %s\n", sign, f.Name, f.Detail)
	}
}
