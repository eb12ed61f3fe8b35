package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/random"
)

// At severity 2 squares of 2×2 pixels become their means: first the rows' means are rounded, then the columns'.
func TestPixelateBoxes(t *testing.T) {
	src := synthetic(224, 96)
	m := src.Clone()
	apply(t, "pixelate", m, Options{Severity: 2})
	at := func(c, x, y int) float64 { return math.Round(255 * float64(src.Plane(c)[y*224+x])) }
	half := func(a, b float64) float64 { return math.Floor((a+b)/2 + .5) }
	for c := range 3 {
		for y := range 96 {
			for x := range 224 {
				left, top := x&^1, y&^1
				want := half(half(at(c, left, top), at(c, left+1, top)), half(at(c, left, top+1), at(c, left+1, top+1)))
				if got := m.Plane(c)[y*224+x]; got != levels[int(want)] {
					t.Fatalf("channel %d (%d,%d): %g, want %g", c, x, y, got*255, want)
				}
			}
		}
	}
}

// Boxes take every value in turn. Where one ends on the middle of a value, rounding may give it to both sides, or to
// none, as in Pillow.
func TestBoxes(t *testing.T) {
	for large := 1; large < 300; large += 7 {
		for small := 1; small <= large; small += 3 {
			end := 0
			for i, b := range boxes(large, small) {
				if b.first < end-1 || b.first > end+1 || b.count < 1 || b.first+b.count > large {
					t.Fatalf("%d to %d: box %d from %d, %d values, after %d", large, small, i, b.first, b.count, end)
				}
				end = b.first + b.count
				for _, v := range []int{0, 1, 77, 255} {
					sums := []int32{int32(v * b.count)}
					if roundMeans(sums, b.count); int(sums[0]) != v {
						t.Fatalf("the mean of %d times %d is %d", b.count, v, sums[0])
					}
				}
			}
			if end < large-1 {
				t.Fatalf("%d to %d: the boxes end at %d", large, small, end)
			}
		}
	}
}

func TestQuantiser(t *testing.T) {
	// The scaled steps of the Independent JPEG Group: half at 75, as they are at 50, ten times at 5, at most 255.
	for quality, want := range map[int][2]int32{100: {1, 1}, 75: {8, 50}, 50: {16, 99}, 25: {32, 198}, 5: {160, 255}} {
		q := newQuantiser(&lumaSteps, quality)
		if got := [2]int32{q.steps[0], q.steps[63]}; got != want {
			t.Errorf("quality %d: %v, want %v", quality, got, want)
		}
	}
	for _, step := range []int32{1, 2, 3, 10, 77, 254, 255} {
		var in []int32
		for v := int32(-1 << 15); v < 1<<15; v++ {
			in = append(in, v)
		}
		plain := slices.Clone(in)
		roundTo(plain, step)
		// The same numbers as those of all the coefficients, whose steps are equal.
		even := [64]int32{}
		for i := range even {
			even[i] = step
		}
		q, s := newQuantiser(&even, 50), strip{slices.Clone(in), len(in) / 64}
		s.round(&q)
		for i, v := range in {
			want := math.Copysign(math.Floor(math.Abs(float64(v))/float64(8*step)+.5), float64(v)) * float64(step)
			if float64(plain[i]) != want || float64(s.values[i]) != want {
				t.Fatalf("%d in steps of %d is %d, and in a strip %d, want %g", v, step, plain[i], s.values[i], want)
			}
		}
	}
}

// The integer transforms against the definition.
func TestTransforms(t *testing.T) {
	src := synthetic(64, 64)
	for k := range 64 {
		var block [64]int32
		for i := range block {
			block[i] = int32(Byte(src.Plane(k % 3)[(k/8*8+i/8)*64+k%8*8+i%8])) - 128
		}
		in := block
		forward(turn(&block), 8, 8, rowBits)
		forward(turn(&block), 8, 8, columnBits)
		for v := range 8 {
			for u := range 8 {
				sum := 0.
				for i, x := range in {
					sum += float64(x) * cosine(u, i%8) * cosine(v, i/8)
				}
				if got := float64(block[v*8+u]); math.Abs(got-8*sum) > 4 { // 8 is one unit of the coefficient
					t.Errorf("block %d, coefficient (%d,%d): %g, want %g", k, u, v, got, 8*sum)
				}
			}
		}
		for i := range block {
			block[i] = int32(math.Round(float64(block[i]) / 8))
		}
		backward(block[:], 8, 8, rowBits)
		backward(turn(&block), 8, 8, columnBits+3)
		turn(&block)
		for i, got := range block {
			if math.Abs(float64(got-in[i])) > 2 {
				t.Errorf("block %d: %d came back as %d", k, in[i], got)
			}
		}
	}
}

// turn swaps rows and columns: the transforms go down columns.
func turn(block *[64]int32) []int32 {
	for y := range 8 {
		for x := range y {
			block[8*y+x], block[8*x+y] = block[8*x+y], block[8*y+x]
		}
	}
	return block[:]
}

func cosine(frequency, place int) float64 {
	norm := .5
	if frequency == 0 {
		norm = math.Sqrt(.125)
	}
	return norm * math.Cos(float64(2*place+1)*float64(frequency)*math.Pi/16)
}

// A grey flat picture needs the first coefficient only, and comes back within half a step of it.
func TestJPEGOfFlatPictures(t *testing.T) {
	for severity, quality := range []int{25, 18, 15, 10, 7} {
		step := (16*(5000/quality) + 50) / 100
		for v := 0; v < 256; v += 5 {
			m := flat(40, 30, levels[v])
			apply(t, "jpeg_compression", m, Options{Severity: severity + 1, Profile: ImageNet})
			coefficient := float64(8 * (v - 128))
			want := math.Copysign(math.Floor(math.Abs(coefficient)/float64(step)+.5), coefficient) * float64(step)
			want = min(max(128+math.Floor(want/8+.5), 0), 255)
			for _, got := range m.Pix {
				if got != levels[int(want)] {
					t.Fatalf("quality %d: %d became %g, want %g", quality, v, got*255, want)
				}
			}
		}
	}
}

// Chroma is halved and doubled; luma is not.
func TestChroma(t *testing.T) {
	p := plane8{make([]int32, 64), 8, 4, 1}
	copy(p.pix, []int32{0, 100, 200, 40})
	row := make([]int32, 8)
	double(row, p, 0, make([]int32, 24))
	for i, want := range []int32{0, 25, 75, 125, 175, 160, 80, 40} {
		if row[i] != want {
			t.Errorf("doubled: %d, want %d at %d", row[i], want, i)
		}
	}
	halve(row[:2], []int32{1, 2, 1, 2}, []int32{1, 2, 2, 1})
	if row[0] != 1 || row[1] != 2 { // 6+1 and 6+2, divided by 4
		t.Errorf("halved: %v, want 1 and 2", row[:2])
	}
}

func TestTinyJPEG(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 1}, {1, 9}, {3, 3}, {17, 16}, {16, 17}} {
		m := flat(size[0], size[1], levels[128])
		apply(t, "jpeg_compression", m, Options{Severity: 5})
		for _, v := range m.Pix {
			if v != levels[128] {
				t.Fatalf("%v: middle grey became %g", size, v*255)
			}
		}
	}
}

// The vectors must take the values that the plain loops take.
func TestMeansAndRepeat(t *testing.T) {
	s := random.New(1, 0, "means", 0)
	for _, n := range []int{1, 7, 8, 15, 16, 31, 67, 134} {
		for count := 1; count <= 5; count++ {
			const step = 9
			bytes, got := make([]int32, n+step*count), make([]int32, n)
			for i := range bytes {
				bytes[i] = int32(s.IntN(256))
			}
			means8(got, bytes, step, count)
			for i, v := range got {
				sum := []int32{0}
				for k := range count {
					sum[0] += bytes[i+k*step]
				}
				if roundMeans(sum, count); v != sum[0] {
					t.Errorf("%d means of %d: at %d %d, want %d", n, count, i, v, sum[0])
				}
			}
		}
		for _, small := range []int{1, 2, 9, n/3 + 1, n/2 + 1, n} {
			src, dst, from := make([]float32, small), make([]float32, n), make([]int32, n)
			for i := range src {
				src[i] = s.Float32()
			}
			for i := range from {
				from[i] = int32(nearest(i, max(n, small), small))
			}
			repeat(dst, src, from)
			for i, v := range dst {
				if v != src[from[i]] {
					t.Errorf("%d values of %d: at %d %g, want %g", n, small, i, v, src[from[i]])
				}
			}
		}
	}
}
