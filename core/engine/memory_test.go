package engine

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"steady/core/arch"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/loss"
	"steady/core/nn"
)

// visionTransformer has a block of attention, one head of 48 features over 64 patches, and a perceptron.
func visionTransformer() *builder {
	const patches, width = 64, 48
	b := build(nn.Shape{3, 64, 64}, conv(width, 3, 8, 8, func(o *nn.Conv) { o.Stride = [2]int{8, 8} }),
		&nn.Reshape{Shape: nn.Shape{width, patches}})
	x := b.add(&nn.Transpose{Perm: []int{1, 0}})
	normal := b.add(&nn.LayerNorm{Axes: 1, Scale: param(width), Epsilon: 1e-5})
	dense := func(in nn.Value, from, to int) nn.Value {
		return b.add(&nn.Linear{Weight: param(to, from), Bias: param(to)}, in)
	}
	q, k, v := dense(normal, width, width), dense(normal, width, width), dense(normal, width, width)
	weights := b.add(&nn.Softmax{Axis: 1}, b.add(&nn.MatMul{}, q, b.add(&nn.Transpose{Perm: []int{1, 0}}, k)))
	x = b.add(&nn.Add{}, x, b.add(&nn.MatMul{}, weights, v))
	x = b.add(&nn.Add{}, x, dense(b.add(&nn.Relu{}, dense(x, width, 4*width)), 4*width, width))
	b.add(&nn.Mean{Axis: 0}, x)
	b.add(&nn.Reshape{Shape: nn.Shape{width}})
	b.add(&nn.Linear{Weight: param(10, width), Bias: param(10)})
	return b
}

// fire is in the manner of SqueezeNet.
func fire() *builder {
	b := build(nn.Shape{3, 63, 63}, conv(64, 3, 3, 3, func(o *nn.Conv) { o.Stride = [2]int{2, 2} }), &nn.Relu{},
		&nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}}})
	narrow := b.add(&nn.Relu{}, b.add(conv(16, 64, 1, 1, nil)))
	wide := b.add(&nn.Relu{}, b.add(conv(64, 16, 3, 3, func(o *nn.Conv) { o.Pads = [4]int{1, 1, 1, 1} }), narrow))
	b.add(&nn.Concat{Axis: 0}, b.add(&nn.Relu{}, b.add(conv(64, 16, 1, 1, nil), narrow)), wide)
	b.add(conv(10, 128, 1, 1, nil))
	b.add(&nn.GlobalAveragePool{})
	b.add(&nn.Reshape{Shape: nn.Shape{10}})
	return b
}

// vast is an image of few pixels within padding.
func vast() *builder {
	return build(nn.Shape{1, 8, 8}, conv(3, 1, 3, 3, func(o *nn.Conv) {
		o.Pads, o.Dilation = [4]int{250, 250, 250, 250}, [2]int{250, 250}
	}))
}

// What Measure says is what New and a gradient take.
func TestMemory(t *testing.T) {
	resnet, err := arch.ResNet20(nn.Shape{3, 32, 32}, 10)
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]*nn.Network{
		"ResNet-20": resnet, "vision transformer": &visionTransformer().Network, "fire": &fire().Network, "vast": &vast().Network,
		"few images' weights": &build(nn.Shape{1000}, &nn.Linear{Weight: param(700, 1000)}).Network,
		"depthwise":           &build(nn.Shape{24, 40, 40}, conv(48, 24, 5, 5, func(o *nn.Conv) { o.Groups, o.Stride = 24, [2]int{2, 1} })).Network,
		"grouped":             &build(nn.Shape{12, 40, 40}, conv(18, 12, 3, 3, func(o *nn.Conv) { o.Groups, o.Stride = 3, [2]int{2, 2} })).Network,
	} {
		for _, c := range []struct {
			batch, threads int
			train          bool
		}{{1, 3, false}, {32, 1, false}, {6, 2, true}} {
			name := fmt.Sprintf("%s, %+v", name, c)
			config := Config{Batch: c.batch, Train: c.train}
			m, err := Measure(cpu.New(c.threads), n, config)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			x, silent := make([]float32, c.batch*n.Image.Size()), loss.Func(func(int, []float32, []float32) {})
			grad := make([]float32, len(x))
			before := live()
			e, err := New(cpu.New(c.threads), n, config)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !c.train {
				near(t, name+": logits", m.Logits, live()-before)
				err = e.Gradient(grad, nil, x, silent)
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			near(t, name, m.Gradients, live()-before)
			if e.Bytes() != m.Gradients {
				t.Errorf("%s: %.0f bytes by the engine's count, Measure returns %.0f", name, e.Bytes(), m.Gradients)
			}
			runtime.KeepAlive([]any{e, x, grad})
		}
	}
}

// live returns the bytes of the heap in use, once the goroutines of backends that are gone have ended.
func live() float64 {
	var m runtime.MemStats
	for before := uint64(0); ; before = m.HeapAlloc {
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
		runtime.GC()
		if runtime.ReadMemStats(&m); m.HeapAlloc>>12 == before>>12 {
			return float64(m.HeapAlloc)
		}
	}
}

// near compares a count of bytes with what was taken: kernels and what describes them are not counted.
func near(t *testing.T, name string, counted, taken float64) {
	t.Helper()
	t.Logf("%s: %.0f bytes counted, %.0f taken", name, counted, taken)
	const descriptions = 400e3
	if taken > 1.03*counted+descriptions || taken < .97*counted-descriptions/4 {
		t.Errorf("%s: %.0f bytes counted, but %.0f taken", name, counted, taken)
	}
}

// A network that needs too much takes nothing before it is refused, however large its values.
func TestTooMuchMemory(t *testing.T) {
	for name, c := range map[string]struct {
		n    *nn.Network
		says string
	}{
		"padding": {&build(nn.Shape{1, 8, 8}, conv(3, 1, 3, 3, func(o *nn.Conv) {
			o.Pads, o.Dilation = [4]int{1 << 14, 1 << 14, 1 << 14, 1 << 14}, [2]int{1 << 14, 1 << 14}
		})).Network, "one image at a time, the limit is 4295 MB"},
		"beyond any integer": {&build(nn.Shape{8, 8, 8}, conv(8, 8, 9, 9, func(o *nn.Conv) {
			o.Pads, o.Dilation = [4]int{1 << 29, 1 << 29, 1 << 29, 1 << 29}, [2]int{1 << 27, 1 << 27}
		})).Network, "more than 10^9 MB"},
		"values": {&build(nn.Shape{1, 1 << 15, 1 << 15}, &nn.Relu{}).Network, "the limit is 4295 MB"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := New(cpu.New(2), c.n, Config{})
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrMemory) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want ErrMemory and %q", name, err, c.says)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("%s: %d bytes taken", name, taken)
		}
	}
	n := residual(6)
	m, err := Measure(cpu.New(1), n, Config{Batch: 8, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(cpu.New(1), n, Config{Batch: 64, Train: true, MaxBytes: int64(m.Gradients)})
	if !errors.Is(err, ErrMemory) || !strings.Contains(err.Error(), "8 images at a time keep within it") {
		t.Errorf("%v, want the batch that fits", err)
	}
	logits, err := Measure(cpu.New(1), n, Config{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := float64(defaultLimit(cpu.New(1), n)); logits.Limit != want || want <= DefaultMaxBytes {
		t.Errorf("the limit is %.0f bytes, New's %.0f", logits.Limit, want)
	}
	e, err := New(cpu.New(1), n, Config{MaxBytes: int64(logits.Logits)})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.PrepareGradients(); !errors.Is(err, ErrMemory) {
		t.Errorf("room for logits alone: %v, want ErrMemory", err)
	}
	for _, batch := range []int{-1, MaxBatch + 1, math.MaxInt} {
		if _, err := New(cpu.New(1), n, Config{Batch: batch}); err == nil || !strings.Contains(err.Error(), "want 1 to 1048576") {
			t.Errorf("a batch of %d: %v", batch, err)
		}
	}
	if _, err := New(cpu.New(1), n, Config{Batch: MaxBatch}); err != nil {
		t.Errorf("the largest batch: %v", err)
	}
}

// What is too large for any memory with one image is refused at once for a large batch too.
func TestTooMuchForAnyBatch(t *testing.T) {
	n := &build(nn.Shape{8, 8, 8}, conv(8, 8, 9, 9, func(o *nn.Conv) {
		o.Pads, o.Dilation = [4]int{1 << 29, 1 << 29, 1 << 29, 1 << 29}, [2]int{1 << 27, 1 << 27}
	})).Network
	b := &measured{Backend: cpu.New(1)}
	_, err := New(b, n, Config{Batch: 1 << 12, Train: true})
	if !errors.Is(err, ErrMemory) || b.times > 1 {
		t.Errorf("measured %d times: %v, want ErrMemory after once", b.times, err)
	}
}

// measured counts how often memory is measured.
type measured struct {
	compute.Backend
	times int
}

func (m *measured) Measuring() compute.Measuring {
	m.times++
	return measuredMeter{m.Backend.Measuring(), m}
}

type meter = compute.Measuring

type measuredMeter struct {
	meter
	m *measured
}

func (m measuredMeter) Measuring() compute.Measuring { return m.m.Measuring() }
