package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"steady/core/arch"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/nn"
)

// filled sets a network's weights to random numbers.
func filled(n *nn.Network) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, p := range n.Params() {
		if len(p.Shape) < 2 {
			continue
		}
		scale := math.Sqrt(2 * float64(p.Shape[0]) / float64(len(p.Data)))
		for i := range p.Data {
			p.Data[i] = float32(scale * r.NormFloat64())
		}
	}
}

// Benchmarks on ResNet-20 and on the networks trained here, in images/s, and the least processor time of a run:
//
//	go test -bench . -run ^$ ./core/engine
func BenchmarkEngine(b *testing.B) {
	image := nn.Shape{3, 32, 32}
	threads := []int{1}
	if n := runtime.GOMAXPROCS(0); n > 1 {
		threads = append(threads, n)
	}
	for _, a := range arch.All() {
		n, err := a.Build(image, 10)
		if err != nil {
			b.Fatal(err)
		}
		filled(n)
		for _, batch := range []int{1, 128} {
			x, grad, logits := make([]float32, batch*image.Size()), make([]float32, batch*image.Size()), make([]float32, batch*10)
			for i := range x {
				x[i] = rand.Float32()
			}
			ones := func(_ int, _, dlogits []float32) {
				for i := range dlogits {
					dlogits[i] = 1
				}
			}
			for _, t := range threads {
				for _, what := range []string{"forward", "gradient", "step"} {
					b.Run(fmt.Sprintf("%s/%s/batch%d/threads%d", n.Name, what, batch, t), func(b *testing.B) {
						e, err := engine.New(cpu.New(t), n, engine.Config{Batch: batch, Train: what == "step"})
						if err != nil {
							b.Fatal(err)
						}
						least := time.Hour
						for b.Loop() {
							begin := processorTime()
							switch what {
							case "forward":
								err = e.Logits(logits, x)
							case "gradient":
								err = e.Gradient(grad, nil, x, ones)
							default:
								err = e.TrainStep(x, ones)
							}
							if err != nil {
								b.Fatal(err)
							}
							least = min(least, processorTime()-begin)
						}
						b.ReportMetric(least.Seconds()*1e3, "least-cpu-ms")
						b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "images/s")
					})
				}
			}
		}
	}
}
