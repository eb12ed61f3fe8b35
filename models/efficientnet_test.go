package models_test

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"steady/core/compute/cpu"
	"steady/core/dataset/imagenet"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/models"
	"steady/tools/measure"
)

// lite0 returns EfficientNet-Lite0 and an engine for it.
func lite0(t testing.TB, threads, batch int) (*nn.Network, *engine.Engine) {
	t.Helper()
	file, err := models.FS.ReadFile("efficientnet-lite0.onnx")
	if err != nil {
		t.Fatal(err)
	}
	n, err := onnx.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(cpu.New(threads), n, engine.Config{Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	return n, e
}

// Passes of EfficientNet-Lite0 in one thread, and the least time that one took for each image, by the clock and of the
// processor:
//
//	go test -run '^$' -bench . ./models
func BenchmarkEfficientNetLite0(b *testing.B) {
	for _, batch := range []int{1, 32} {
		_, e := lite0(b, 1, batch)
		x, logits := make([]float32, batch*e.InputShape().Size()), make([]float32, batch*e.Classes())
		for i := range x {
			x[i] = float32(i%251) / 250
		}
		gradient := make([]float32, len(x))
		labels := loss.CrossEntropy(make([]int, batch), e.Classes())
		for name, run := range map[string]func() error{
			"forward":  func() error { return e.Logits(logits, x) },
			"gradient": func() error { return e.Gradient(gradient, logits, x, labels) },
		} {
			b.Run(fmt.Sprintf("%s/batch%d", name, batch), func(b *testing.B) {
				least, leastBusy := time.Hour, time.Hour
				for b.Loop() {
					begin, busy := time.Now(), measure.ProcessorTime()
					if err := run(); err != nil {
						b.Fatal(err)
					}
					least, leastBusy = min(least, time.Since(begin)), min(leastBusy, measure.ProcessorTime()-busy)
				}
				b.ReportMetric(least.Seconds()*1e3/float64(batch), "least-ms/image")
				b.ReportMetric(leastBusy.Seconds()*1e3/float64(batch), "least-cpu-ms/image")
			})
		}
	}
}

// EfficientNet-Lite0 has the logits that ONNX Runtime has for the same file, and knows what is on the page's photographs.
func TestEfficientNetLite0(t *testing.T) {
	n, e := lite0(t, 0, 1)
	for i, c := range imagenet.Classes() {
		if name := n.Labels[i]; name == "" || len(name) > len(c.Name) || name != c.Name[:len(name)] {
			t.Errorf("class %d is called %q, want the first of %q", i, name, c.Name)
		}
	}
	logits := make([]float32, e.Classes())
	x := make([]float32, 3*224*224)
	for i := range x {
		c, h, w := i/(224*224), i/224%224, i%224
		x[i] = float32((h*(3+c)+w*(5-c))%256) / 255
	}
	if err := e.Logits(logits, x); err != nil {
		t.Fatal(err)
	}
	for class, want := range map[int]float64{
		644: 6.937102, 905: 6.5241103, 854: 6.2417407, 885: 6.07721, 0: .42528036, 281: .23351008, 999: -1.0774667,
	} {
		if got := float64(logits[class]); math.Abs(got-want) > 1e-4 {
			t.Errorf("logit %d is %g, ONNX Runtime's %g", class, got, want)
		}
	}
	for photo, want := range map[string]string{"chelsea": "Egyptian cat", "coffee": "espresso"} {
		f, err := os.Open("../web/static/photos/" + photo + ".jpg")
		if err != nil {
			t.Fatal(err)
		}
		image, err := img.Decode(f, img.DefaultMaxPixels)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		image.Fit(224, 224).PutPlanes(x, 3)
		if err := e.Logits(logits, x); err != nil {
			t.Fatal(err)
		}
		if got := n.Labels[loss.ArgMax(logits)]; got != want {
			t.Errorf("on %s.jpg is a %s, want %s", photo, got, want)
		}
	}
}
