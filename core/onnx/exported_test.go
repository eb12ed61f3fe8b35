package onnx

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steady/core/compute/cpu"
	"steady/core/engine"
)

// Networks that PyTorch exported against PyTorch's own logits and input gradients: two small ones, and those of a folder
// that testdata/export.py makes.
func TestExported(t *testing.T) {
	compareExported(t, "testdata")
	folder := os.Getenv("STEADY_EXPORTED")
	if folder == "" {
		t.Skip("NOT CHECKED: ResNet, MobileNet and others from PyTorch are not compared with PyTorch, because " +
			"STEADY_EXPORTED does not name a folder made by testdata/export.py; two small networks are")
	}
	compareExported(t, folder)
}

func compareExported(t *testing.T, folder string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.onnx"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no .onnx files in %s (%v)", folder, err)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".onnx")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			n, err := Read(b)
			if err != nil {
				t.Fatal(err)
			}
			e, err := engine.New(cpu.New(1), n, engine.Config{Batch: 2})
			if err != nil {
				t.Fatal(err)
			}
			size, classes := n.Image.Size(), e.Classes()
			ref := readFloats(t, strings.TrimSuffix(path, ".onnx")+".ref", 4*size+4*classes)
			x, weights := ref[:2*size], ref[2*size:][:2*classes]
			wantLogits, wantGradient := ref[2*size+2*classes:][:2*classes], ref[2*size+4*classes:]
			logits, gradient := make([]float32, 2*classes), make([]float32, 2*size)
			err = e.Gradient(gradient, logits, x, func(first int, _, dlogits []float32) { copy(dlogits, weights[first*classes:]) })
			if err != nil {
				t.Fatal(err)
			}
			best := time.Hour
			for range 5 {
				start := time.Now()
				if err := e.Logits(logits[:classes], x[:size]); err != nil {
					t.Fatal(err)
				}
				best = min(best, time.Since(start))
			}
			const most = 1e-4
			forward, backward := relative(logits, wantLogits), relative(gradient, wantGradient)
			if !(forward <= most && backward <= most) {
				t.Errorf("want relative errors of at most %.0e", most)
			}
			t.Logf("%-22s logits %.1e  gradient %.1e  forward of one image in one thread %6.2f ms", name, forward, backward,
				1e3*best.Seconds())
		})
	}
}

// relative returns the largest difference divided by the largest magnitude.
func relative(got, want []float32) float64 {
	largest, difference := 0.0, 0.0
	for i, w := range want {
		largest = max(largest, math.Abs(float64(w)))
		difference = max(difference, math.Abs(float64(got[i])-float64(w)))
	}
	return difference / largest
}

func readFloats(t *testing.T, path string, count int) []float32 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != 4*count {
		t.Fatalf("%s has %d bytes, want %d", path, len(b), 4*count)
	}
	list := make([]float32, count)
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return list
}
