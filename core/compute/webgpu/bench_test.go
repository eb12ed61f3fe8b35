package webgpu

import (
	"context"
	"testing"

	"steady/core/arch"
	"steady/core/attack"
	"steady/core/compute"
	"steady/core/engine"
	"steady/core/nn"
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

// BenchmarkTransfer carries a batch of 128 images of 3×32×32 up, and down again.
func BenchmarkTransfer(b *testing.B) {
	gpu := backend(b)
	images := make([]float32, 128*3*32*32)
	x := gpu.NewBuffer(len(images))
	b.SetBytes(int64(2 * 4 * len(images)))
	for range b.N {
		gpu.Write(x, 0, images)
		gpu.Read(images, x, 0)
	}
}

// BenchmarkPGD and BenchmarkCarliniWagner are what is left for the processor to do in PGD-10, and in a search of C&W, of
// 128 images of 3×32×32, on a GPU that takes no time at all.
func BenchmarkPGD(b *testing.B)           { benchmarkAttack(b, pgd10) }
func BenchmarkCarliniWagner(b *testing.B) { benchmarkAttack(b, search) }

func benchmarkAttack(b *testing.B, prepare func() (*attack.Attack, attack.Params)) {
	const images = 128
	e := onHollow(b, engine.Config{Batch: images})
	a, p := prepare()
	x := make([]float32, images*e.InputShape().Size())
	for _, way := range []struct {
		name  string
		model attack.Model
	}{{"recorded", e}, {"stepwise", attack.Stepwise(e)}} {
		b.Run(way.name, func(b *testing.B) {
			for range b.N {
				if _, err := a.Run(context.Background(), way.model, x, make([]int, images), p, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// onHollow is an engine for a network for 3×32×32 on a GPU that takes no time at all.
func onHollow(b *testing.B, c engine.Config) *engine.Engine {
	gpu, err := New(hollow{})
	if err != nil {
		b.Fatal(err)
	}
	n, err := arch.All()[0].Build(nn.Shape{3, 32, 32}, 10)
	if err != nil {
		b.Fatal(err)
	}
	e, err := engine.New(gpu, n, c)
	if err != nil {
		b.Fatal(err)
	}
	return e
}
