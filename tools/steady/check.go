package main

import (
	"context"
	"fmt"
	"io"

	"steady/core/attack"
	"steady/core/eval"
	"steady/tools/internal/datafile"
	"steady/tools/internal/progress"
)

type checkResult struct {
	Model    string           `json:"model"`
	Data     string           `json:"data"`
	N        int              `json:"n"`
	Skipped  []string         `json:"skipped_damaged,omitempty"` // files left out
	Warnings int              `json:"warnings"`
	Findings []attack.Finding `json:"findings"`
}

// checkAttacks looks for signs that the results of attacks are unreliable.
func (a *app) checkAttacks(ctx context.Context, data *datafile.Flags, flags *modelFlags, size *sizeFlags, seed uint64) error {
	const most = 256
	m, err := a.prepare(ctx, data, flags, size, eval.Options{})
	if err != nil {
		return err
	}
	defer m.images().Close()
	n := min(m.source.Len(), most)
	if n < m.source.Len() {
		a.say("The first %d of %d images are checked.", n, m.source.Len())
	}
	x := make([]float32, n*m.InputShape().Size())
	if err := m.source.Fill(ctx, x, 0, n); err != nil {
		return sizeHint(err, m.InputShape()[2], m.InputShape()[1])
	}
	var bar *progress.Progress
	findings, err := attack.Diagnose(ctx, m, x, m.source.Labels()[:n], seed, func(done, of int) {
		if bar == nil {
			bar = a.newProgress("queries", of)
		}
		bar.Set(done, "")
		if done == of {
			bar.End()
		}
	})
	if err != nil {
		return err
	}
	r := checkResult{Model: m.Name, Data: m.images().Name, N: n, Skipped: datafile.Skipped(m.images()), Findings: findings}
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
