package models_test

import (
	"runtime"
	"testing"

	"steady/core/stage"
	"steady/core/stage/footage"
	"steady/core/stage/live"
)

// Answers of the live stage with its usual network on all cores, without a window: what remains of the time for drawing, where no
// GPU does that.
//
//	go test -run '^$' -bench StageAnswers ./models
func BenchmarkStageAnswers(b *testing.B) {
	_, e := lite0(b, runtime.GOMAXPROCS(0), 3)
	p, err := live.New(e, e, func(int) string { return "" })
	if err != nil {
		b.Fatal(err)
	}
	for name, attack := range map[string]stage.Attack{"clean-and-corrupted": stage.NoAttack, "with-universal-noise": stage.Universal} {
		b.Run(name, func(b *testing.B) {
			frame := uint64(0)
			for b.Loop() {
				frame++
				a := p.Perform(stage.Request{Number: frame, Frame: frame, W: footage.Side, H: footage.Side, Pixels: footage.Pattern(nil, int(frame)),
					Setting: stage.Setting{Corruption: "gaussian_noise", Severity: 3, Attack: attack, Eps: 8}})
				if a.Err != "" {
					b.Fatal(a.Err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
		})
	}
}
