package models_test

import (
	"math"
	"os"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/dataset/imagenet"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/loss"
	"steady/core/onnx"
	"steady/models"
)

// EfficientNet-Lite0 has the logits that ONNX Runtime has for the same file, and knows what is on the page's photographs.
func TestEfficientNetLite0(t *testing.T) {
	file, err := models.FS.ReadFile("efficientnet-lite0.onnx")
	if err != nil {
		t.Fatal(err)
	}
	n, err := onnx.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(cpu.New(0), n, engine.Config{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
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
