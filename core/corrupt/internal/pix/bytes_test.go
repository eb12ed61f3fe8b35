package pix

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
	"steady/core/random"
)

func TestBytes(t *testing.T) {
	for b := range 256 {
		v := float32(b) / 255
		if got := float32(float32(b)*perByte) + float32(float32(b)*perByteRest); got != v {
			t.Errorf("%d/255 is %g, want %g", b, got, v)
		}
		if got := Byte(v); int(got) != b {
			t.Errorf("Byte(%d/255) = %d", b, got)
		}
		if got := Byte(float32(float64(b)+.9) / 255); int(got) != min(b, 255) {
			t.Errorf("Byte(%d.9/255) = %d: not truncated", b, got)
		}
	}
	for v, want := range map[float32]uint8{-1: 0, 2: 255, float32(math.Inf(1)): 255, float32(math.Inf(-1)): 0} {
		if got := Byte(v); got != want {
			t.Errorf("Byte(%g) = %d, want %d", v, got, want)
		}
	}
	if got := Byte(float32(math.NaN())); got != 0 {
		t.Errorf("Byte(NaN) = %d", got)
	}
	m := imagetest.Synthetic(9, 5)
	bytes := make([]byte, 3*9*5)
	PutBytes(bytes, PlanesOf(m))
	for i, v := range bytes {
		if want := m.Plane(i % 3)[i/3]; Levels[v] != want {
			t.Fatalf("byte %d is %d, want %g", i, v, want*255)
		}
	}
	kept := m.Clone()
	Truncate(m.Pix, m.Pix, 0)
	if !slices.Equal(m.Pix, kept.Pix) {
		t.Error("truncating an image of bytes has changed it")
	}
	m.Pix[0] = 12.7 / 255
	if Truncate(m.Pix, m.Pix, 0); m.Pix[0] != Levels[12] {
		t.Errorf("12.7 was truncated to %g", m.Pix[0]*255)
	}
}

// PutBytes must write what Byte says, and nothing else, whatever part of an image fills vectors.
func TestPutBytes(t *testing.T) {
	s := random.New(1, 0, "bytes", 0)
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), -1, 0, 1, 2, 1e9, -1e9, 254.9999 / 255}
	for w := 1; w <= 70; w++ {
		m := img.New(w, 1)
		s.FillUniform(m.Pix, -.2, 1.2)
		for i := range m.Pix {
			switch s.IntN(4) {
			case 0:
				m.Pix[i] = Levels[s.IntN(256)]
			case 1:
				m.Pix[i] = odd[s.IntN(len(odd))]
			}
		}
		const guard = 0xa5
		dst := make([]byte, 3*w+32)
		for i := range dst {
			dst[i] = guard
		}
		PutBytes(dst, PlanesOf(m))
		for i, got := range dst {
			want := byte(guard)
			if i < 3*w {
				want = Byte(m.Pix[i%3*w+i/3])
			}
			if got != want {
				t.Errorf("%d pixels: byte %d is %d, want %d", w, i, got, want)
			}
		}
	}
}

// Round must take the nearest level, halves to the even one, whatever part of an image fills vectors.
func TestRound(t *testing.T) {
	s := random.New(1, 0, "round", 0)
	for n := 1; n <= 70; n++ {
		x, got := make([]float32, n), make([]float32, n)
		s.FillUniform(x, -.2, 1.2)
		for i := range x {
			switch s.IntN(4) {
			case 0:
				x[i] = Levels[s.IntN(256)]
			case 1:
				x[i] = .5 + Levels[s.IntN(256)]/2 // every second one is a half
			}
		}
		Round(got, x)
		for i, v := range x {
			want := min(max(math.RoundToEven(float64(float32(v*255))), 0), 255)
			if got[i] != Levels[int(want)] {
				t.Errorf("%d values: %g of 255 becomes %g, want %g", n, v*255, got[i]*255, want)
			}
		}
		if Round(x, x); !slices.Equal(x, got) {
			t.Errorf("%d values: in place it is different", n)
		}
	}
}

func TestBeyondLevels(t *testing.T) {
	for n := 1; n < 40; n++ {
		x, bytes := make([]float32, n), make([]int32, n)
		for i := range x {
			x[i] = Levels[i*5]
		}
		for i := range x {
			ToBytes(bytes, x)
			if BeyondLevels(x, bytes) {
				t.Fatalf("%d levels: one is beyond itself", n)
			}
			x[i] += .3 / 255
			ToBytes(bytes, x)
			if !BeyondLevels(x, bytes) {
				t.Errorf("%d values: the one between levels at %d is not found", n, i)
			}
			x[i] = Levels[i*5]
		}
	}
}
