package webgpu

import (
	"testing"

	"steady/core/compute"
)

// Benchmarks of what a step costs besides computing. Natively, and in Chromium's worker:
//
//	go test -run ^$ -bench . ./core/compute/webgpu
//	STEADY_BROWSER_TESTS="-test.run=^$ -test.bench=." go test -v -run TestWebGPU ./web

// BenchmarkRecord records and submits 100 small dispatches; what they do is waited for, but not counted.
func BenchmarkRecord(b *testing.B) {
	gpu := backend(b)
	const dispatches = 100
	x := gpu.NewBuffer(4)
	var kernels []compute.Kernel
	for range dispatches {
		kernels = append(kernels, gpu.Activate(compute.Relu, 4, x, x))
	}
	got := make([]float32, 1)
	for range b.N {
		b.StartTimer()
		gpu.Run(1, kernels)
		b.StopTimer()
		gpu.Read(got, x, 0)
	}
	if err := gpu.Err(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*dispatches), "ns/dispatch")
}

// BenchmarkWait reads one number.
func BenchmarkWait(b *testing.B) {
	gpu := backend(b)
	x := gpu.NewBuffer(4)
	got := make([]float32, 1)
	for range b.N {
		gpu.Read(got, x, 0)
	}
}

// BenchmarkTransfer carries a batch of 128 pictures of 3×32×32 up, and down again.
func BenchmarkTransfer(b *testing.B) {
	gpu := backend(b)
	pictures := make([]float32, 128*3*32*32)
	x := gpu.NewBuffer(len(pictures))
	b.SetBytes(int64(2 * 4 * len(pictures)))
	for range b.N {
		gpu.Write(x, 0, pictures)
		gpu.Read(pictures, x, 0)
	}
}
