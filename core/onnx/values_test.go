package onnx

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/engine"
)

// operatorValue is a line of testdata/operators.jsonl.
type operatorValue struct {
	Name   string
	By     string // whose answer it is
	Images int
	Model  []byte
	Output []byte // float32, little-endian
}

func operatorValues(t testing.TB) []operatorValue {
	t.Helper()
	f, err := os.Open("testdata/operators.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []operatorValue
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v operatorValue
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	if lines.Err() != nil || len(list) == 0 {
		t.Fatalf("%d lines, %v", len(list), lines.Err())
	}
	return list
}

// What ONNX Runtime computes, forwards; and gradients that are those of what is computed.
func TestOperatorValues(t *testing.T) {
	for _, v := range operatorValues(t) {
		n, err := Read(v.Model)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		e, err := engine.New(cpu.New(1), n, engine.Config{Batch: v.Images})
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		x := make([]float32, v.Images*n.Image.Size())
		for i := range x {
			x[i] = float32((i*7919+13)%257-128) / 64
		}
		want := make([]float32, len(v.Output)/4)
		for i := range want {
			want[i] = math.Float32frombits(binary.LittleEndian.Uint32(v.Output[4*i:]))
		}
		if n.Classes()*v.Images != len(want) {
			t.Errorf("%s: %d elements, want %d", v.Name, n.Classes()*v.Images, len(want))
			continue
		}
		got := make([]float32, len(want))
		if err := e.Logits(got, x); err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		if difference := relative(got, want); !(difference <= 5e-6) {
			t.Errorf("%s: differs from %s by %.1e of the largest element\ngot  %v\nwant %v", v.Name, v.By, difference, got, want)
		}
		checkGradient(t, v.Name, e, x, got)
	}
}

// checkGradient compares the gradient of a weighted sum of the logits along one direction with their difference.
func checkGradient(t *testing.T, name string, e *engine.Engine, x, logits []float32) {
	t.Helper()
	weight := func(i int) float64 { return float64(i%5) - 1.5 }
	dx := make([]float32, len(x))
	err := e.Gradient(dx, make([]float32, len(logits)), x, func(first int, _, dlogits []float32) {
		for i := range dlogits {
			dlogits[i] = float32(weight(first*len(logits)/max(len(x)/e.InputShape().Size(), 1) + i))
		}
	})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	const step = 1.0 / 1024
	want, slope, size := 0.0, 0.0, 0.0
	for _, side := range []float64{-1, 1} {
		moved, out := make([]float32, len(x)), make([]float32, len(logits))
		for i := range x {
			moved[i] = x[i] + float32(side*step*(float64(i%3)-0.75))
		}
		if err := e.Logits(out, moved); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for i, y := range out {
			want += side * weight(i) * float64(y) / (2 * step)
			size += math.Abs(weight(i) * float64(y))
		}
	}
	for i, d := range dx {
		slope += float64(d) * (float64(i%3) - 0.75)
	}
	if most := 2e-3*math.Abs(want) + 1e-3*size; !(math.Abs(slope-want) <= most) {
		t.Errorf("%s: the gradient along a direction is %v, want %v", name, slope, want)
	}
}
