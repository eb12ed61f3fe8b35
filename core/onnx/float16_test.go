package onnx

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Each float16 is its own nearest, and each number between two neighbors comes to the nearer, or to the even one.
func TestNarrowHalf(t *testing.T) {
	for h := range uint32(0x7c00) {
		at := float64(widenHalf(uint16(h), onnxpb.Float16))
		next := float64(widenHalf(uint16(h+1), onnxpb.Float16))
		if h == 0x7bff {
			next = 65536 // where the next one would be
		}
		middle := float32((at + next) / 2)
		even := uint16(h + h&1)
		for _, c := range []struct {
			x    float32
			want uint16
		}{
			{float32(at), uint16(h)},
			{math.Nextafter32(middle, 0), uint16(h)},
			{middle, even},
			{math.Nextafter32(middle, math.MaxFloat32), uint16(h + 1)},
		} {
			if got := narrowHalf(c.x); got != c.want {
				t.Fatalf("%g becomes %04x, want %04x", c.x, got, c.want)
			}
			if got := narrowHalf(-c.x); got != c.want|0x8000 {
				t.Fatalf("%g becomes %04x, want %04x", -c.x, got, c.want|0x8000)
			}
		}
	}
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		x    float32
		want uint16
	}{{inf, 0x7c00}, {-inf, 0xfc00}, {math.MaxFloat32, 0x7c00}, {65535, 0x7c00}, {float32(math.NaN()), 0x7e00}} {
		if got := narrowHalf(c.x); got != c.want {
			t.Errorf("%g becomes %04x, want %04x", c.x, got, c.want)
		}
	}
}

// Weights are read back rounded, everything else as it was; what was read is written as the same bytes.
func TestWriteFloat16(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for name, n := range networks() {
		t.Run(name, func(t *testing.T) {
			weights := map[*nn.Param]bool{}
			for _, l := range n.Layers {
				switch o := l.Op.(type) {
				case *nn.Conv:
					weights[o.Weight] = true
				case *nn.Linear:
					if !o.Weight.Frozen {
						weights[o.Weight] = true
					}
				}
			}
			for _, p := range n.Params() {
				for i := range p.Data { // no multiples of 2^-24
					p.Data[i] += source.Float32() / 3
				}
			}
			b, plain := must(WriteOptions{Float16: true}.Write(n)), must(Write(n))
			if bytes.Equal(b, plain) != (len(weights) == 0) {
				t.Errorf("%d bytes, %d as float32, with %d weights", len(b), len(plain), len(weights))
			}
			for p := range weights {
				for i, x := range p.Data {
					p.Data[i] = widenHalf(narrowHalf(x), onnxpb.Float16)
				}
			}
			got, err := Read(b)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, got, n)
			if again := must(WriteOptions{Float16: true}.Write(got)); !bytes.Equal(again, b) {
				t.Error("what is read is written as other bytes")
			}
		})
	}
}

// Weights that float16 cannot hold stay what they are; zeros and a few small ones among others do not matter.
func TestWriteFloat16Keeps(t *testing.T) {
	for _, c := range []struct {
		name    string
		data    []float32
		rounded bool
	}{
		{"too large", []float32{1, 2, 3, 65520}, false},
		{"the largest", []float32{1, 2, 3, 65519}, true},
		{"too small", []float32{3e-7, 1e-6, 2e-7, 5e-7}, false},
		{"small", []float32{3e-7, .3, 2e-7, .1}, true},
		{"zeros", []float32{0, 0, 0, 0}, true},
	} {
		n := chain(nn.Shape{2}, &nn.Linear{Weight: &nn.Param{Name: "w", Shape: []int{2, 2}, Data: c.data}})
		b := must(WriteOptions{Float16: true}.Write(n))
		d, err := Describe(b)
		if err != nil || d.Network == nil {
			t.Fatal(err, d.Problems)
		}
		if want := map[bool]int64{true: 4}[c.rounded]; d.Elements != 4 || d.Elements16 != want {
			t.Errorf("%s: %d of %d elements are of 16 bits, want %d", c.name, d.Elements16, d.Elements, want)
		}
		if got := d.Network.Params()[0]; got.Name != "w" || !c.rounded && !bytes.Equal(littleEndian(got.Data), littleEndian(c.data)) {
			t.Errorf("%s: read back as %v", c.name, got)
		}
	}
}
