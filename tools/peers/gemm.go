package main

import (
	"fmt"
	"log"
	"runtime/debug"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/tools/machine"
	"steady/tools/measure"
)

// peakMeter measures the most multiply-adds in float32 that a core does with the engine's vectors.
type peakMeter struct{ bits, rounds int }

// newPeakMeter returns nil if there is no loop to measure it by.
func newPeakMeter() *peakMeter {
	const enough = 20 // ms
	m := &peakMeter{bits: machine.VectorBits(), rounds: 1 << 16}
	if machine.FMA(m.bits, 1) == 0 {
		return nil
	}
	for {
		begin := measure.ProcessorTime()
		machine.FMA(m.bits, m.rounds)
		if (measure.ProcessorTime() - begin).Milliseconds() >= enough {
			return m
		}
		m.rounds *= 2
	}
}

// sample returns GFLOP/s, by the processor's time.
func (m *peakMeter) sample() float64 {
	begin := measure.ProcessorTime()
	flops := machine.FMA(m.bits, m.rounds)
	return flops / (measure.ProcessorTime() - begin).Seconds() / 1e9
}

// noPeak is the note where there is none.
const noPeak = "The processor's peak is not measured: there is no loop of multiply-adds for this processor or this build."

// gemm is a matrix product y = a·b on one thread.
type gemm struct {
	m, n, k int
	packed  bool // b is in the engine's own order beforehand, as a layer's weights are
}

func (g gemm) String() string {
	s := fmt.Sprintf("GEMM %d×%d×%d, 1 thread", g.m, g.n, g.k)
	if g.packed {
		s += ", right factor packed before"
	}
	return s
}

func (g gemm) flops() float64 { return 2 * float64(g.m) * float64(g.n) * float64(g.k) }

// prepare returns what does it once.
func (g gemm) prepare() func() {
	b := cpu.New(1)
	memory := &memory{b, 1}
	shape := compute.MatMulShape{
		Batch: 1, M: g.m, K: g.k, N: g.n,
		Y: compute.Matrix{Image: g.m * g.n, Row: g.n, Column: 1},
		A: compute.Matrix{Image: g.m * g.k, Row: g.k, Column: 1},
		B: compute.Matrix{Image: g.k * g.n, Row: g.n, Column: 1},
	}
	if g.packed {
		shape.B.Image = 0
	}
	list := []compute.Kernel{b.MatMul(shape, memory.make(g.m*g.n), memory.make(g.m*g.k), memory.make(g.k*g.n), nil, compute.NoActivation, false)}
	return func() { b.Run(1, list) }
}

// gemmPart times matrix products beside the processor's peak, both by the processor's time.
func gemmPart(c config, t *table) error {
	const enough = 30 * time.Millisecond
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	peak := newPeakMeter()
	if peak == nil {
		t.note(noPeak)
	} else {
		t.note("The FMA peak is of one core, in turns with the products: independent multiply-adds on vectors of %d bits. Both count processor time.", peak.bits)
	}
	for _, g := range []gemm{
		{512, 512, 512, false}, {512, 512, 512, true}, {256, 1024, 1024, false}, {256, 1024, 1024, true}, {96, 1024, 256, true},
	} {
		log.Print(g)
		run := g.prepare()
		run()
		var ours, most []float64
		for range c.rounds {
			if peak != nil {
				most = append(most, peak.sample())
			}
			run() // which has the caches again
			times, took := 0, time.Duration(0)
			for begin := measure.ProcessorTime(); took < enough; took = measure.ProcessorTime() - begin {
				run()
				times++
			}
			ours = append(ours, float64(times)*g.flops()/took.Seconds()/1e9)
		}
		var peers []sampled
		if peak != nil {
			peers = append(peers, sampled{"FMA peak", most})
		}
		t.addRates(g.String(), ours, peers)
	}
	return nil
}
