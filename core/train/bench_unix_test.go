//go:build unix

package train

import (
	"context"
	"slices"
	"syscall"
	"testing"
	"time"

	"steady/core/arch"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/random"
)

// benchSteps are the kinds of steps that BenchmarkSteps compares, in pixels of a radius of 8/255.
var benchSteps = [...]struct {
	name    string
	batch   int
	prepare func(context.Context, *Batch) error
}{
	{"standard", 128, nil},
	// One gradient from noise, as N-FGSM (de Jorge et al. 2022) has it.
	{"nfgsm-batch", 128, func(_ context.Context, b *Batch) error { return signStep(b, b.X, b.X, engine.BatchStatistics) }},
	{"nfgsm-running", 128, func(_ context.Context, b *Batch) error { return signStep(b, b.X, b.X, engine.RunningStatistics) }},
	// The same by an attack of package attack, which evaluates the images before and after it.
	{"fgsm-attack-batch", 128, adversarial("fgsm", engine.BatchStatistics)},
	{"fgsm-attack-running", 128, adversarial("fgsm", engine.RunningStatistics)},
	// Half of the batch attacked.
	{"half-batch", 128, func(_ context.Context, b *Batch) error {
		half := b.X[:len(b.X)/2]
		return signStep(b, half, half, engine.BatchStatistics)
	}},
	// Clean images and what the attack makes of them, both of them learned: a step of twice as many images.
	{"both-batch", 256, func(_ context.Context, b *Batch) error {
		half := len(b.X) / 2
		return signStep(b, b.X[half:], b.X[:half], engine.BatchStatistics)
	}},
	{"both-running", 256, func(_ context.Context, b *Batch) error {
		half := len(b.X) / 2
		return signStep(b, b.X[half:], b.X[:half], engine.RunningStatistics)
	}},
}

// signStep writes images a step along the sign of their gradient, from noise around them, into dst.
func signStep(b *Batch, dst, x []float32, s engine.Statistics) error {
	const eps = 8. / 255
	noise := random.New(b.Seed(), 0, "noise", 0)
	for i, v := range x {
		dst[i] = v + 2*eps*(2*noise.Float32()-1)
	}
	g, err := b.InputGradient(dst[:len(x)], s, loss.CrossEntropy(b.Labels, b.Classes))
	if err != nil {
		return err
	}
	for i, v := range g {
		step := float32(eps)
		if v < 0 {
			step = -step
		}
		dst[i] = min(max(dst[i]+step, 0), 1)
	}
	return nil
}

// BenchmarkSteps times kinds of steps in turn, and reports the median of each, and its ratio to that of a standard step, by
// the clock and by the time of the processor:
//
//	go test -bench Steps -benchtime 20x -run ^$ ./core/train
func BenchmarkSteps(b *testing.B) {
	image := nn.Shape{3, 32, 32}
	set := &dataset.Set{Classes: make([]string, 10), C: 3, H: 32, W: 32}
	noise := random.New(1, 0, "pixels", 0)
	for i := range 256 {
		set.Labels = append(set.Labels, i%10)
		for range image.Size() {
			set.Pix = append(set.Pix, uint8(noise.IntN(256)))
		}
	}
	trainers := make([]*Trainer, len(benchSteps))
	for i, s := range benchSteps {
		n, err := arch.All()[0].Build(image, 10)
		if err != nil {
			b.Fatal(err)
		}
		c := recipes[0].Config
		c.Batch = s.batch
		Initialize(n, 1)
		if trainers[i], err = New(cpu.New(2), n, set, c); err != nil {
			b.Fatal(err)
		}
		trainers[i].prepare = s.prepare
	}
	all := make([]int, set.Len())
	for i := range all {
		all[i] = i
	}
	var clock, processor [len(benchSteps)][]float64
	step := 0
	for b.Loop() {
		for i, s := range benchSteps {
			begin, used := time.Now(), processorTime(b)
			if _, err := trainers[i].step(b.Context(), all[:s.batch], step, 1000); err != nil {
				b.Fatal(err)
			}
			if step > 0 { // the first prepares
				clock[i] = append(clock[i], time.Since(begin).Seconds())
				processor[i] = append(processor[i], (processorTime(b) - used).Seconds())
			}
		}
		step++
	}
	for i, s := range benchSteps {
		b.ReportMetric(1e3*median(clock[i]), s.name+"-ms")
		b.ReportMetric(median(clock[i])/median(clock[0]), s.name+"-ratio")
		b.ReportMetric(median(processor[i])/median(processor[0]), s.name+"-processor-ratio")
	}
}

// processorTime is what this process has used of all cores: on a busy machine a steadier measure than the clock.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
