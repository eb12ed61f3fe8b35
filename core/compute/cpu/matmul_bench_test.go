package cpu

import (
	"fmt"
	"testing"

	"steady/core/compute"
)

// One core, in GFLOP/s: `./build.sh bench -only gemm` has the peak beside it.
func BenchmarkMatMul(b *testing.B) {
	for _, s := range [][3]int{{128, 128, 128}, {512, 512, 512}, {1024, 1024, 1024}, {197, 768, 3072}} {
		m, k, n := s[0], s[1], s[2]
		b.Run(fmt.Sprintf("%dx%dx%d", m, k, n), func(b *testing.B) {
			backend := New(1)
			x, w, y := backend.NewBuffer(m*k), backend.NewBuffer(k*n), backend.NewBuffer(m*n)
			shape := compute.MatMulShape{
				M: m, K: k, N: n, Batch: 1,
				Y: compute.Matrix{Image: m * n, Row: n, Column: 1},
				A: compute.Matrix{Image: m * k, Row: k, Column: 1},
				B: compute.Matrix{Row: n, Column: 1},
			}
			kernels := []compute.Kernel{backend.MatMul(shape, y, x, w, nil, compute.NoActivation, false)}
			for b.Loop() {
				backend.Run(1, kernels)
			}
			b.ReportMetric(2*float64(m)*float64(k)*float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
