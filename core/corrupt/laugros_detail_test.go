package corrupt

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
	"steady/core/corrupt/internal/scratch"
	"steady/core/img"
)

// Five means of 3×3 with zeros around, as the reference takes them, in float64.
func TestLaugrosBlur(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 3}, {5, 1}, {9, 40}, {60, 33}} {
		w, h := size[0], size[1]
		src := imagetest.Synthetic(w, h)
		every(func(o Options) {
			got, part := corrupted(t, laugrosBlur, src, o), drawn(laugrosBlur, o)
			for c := range 3 {
				plane := make([]float64, w*h)
				for i, v := range src.Plane(c) {
					plane[i] = float64(v)
				}
				for range 5 {
					next := make([]float64, w*h)
					for i := range next {
						for k := range 9 {
							if x, y := i%w+k%3-1, i/w+k/3-1; x >= 0 && x < w && y >= 0 && y < h {
								next[i] += plane[y*w+x] / 9
							}
						}
					}
					plane = next
				}
				for i, v := range src.Plane(c) {
					want := (1-part)*float64(v) + part*plane[i]
					if math.Abs(float64(got.Plane(c)[i])-want) > 1e-6 {
						t.Fatalf("%d×%d %v: pixel %d is %g, want %g", w, h, o, i, got.Plane(c)[i], want)
					}
				}
			}
		})
	}
}

func TestLaugrosThumbnail(t *testing.T) {
	src, even := imagetest.Synthetic(224, 224), imagetest.Flat(50, 37, 77./255)
	every(func(o Options) {
		near(t, "an even image", corrupted(t, laugrosThumbnail, even, o).Pix, even.Pix, 1e-6)
		small := int(224 / drawn(laugrosThumbnail, o))
		s := new(scratch.Buffers)
		room, want := make([]float32, small*small), img.New(224, 224)
		for c := range 3 {
			resample.NewBilinear(224, 224, small, small).Scale(room, src.Plane(c), s)
			resample.NewBilinear(small, small, 224, 224).Scale(want.Plane(c), room, s)
		}
		pix.Clip(want.Pix)
		near(t, "down and up", corrupted(t, laugrosThumbnail, src, o).Pix, want.Pix, 0)
	})
}

func TestLaugrosPixelate(t *testing.T) {
	for severity, side := range map[int]int{1: 2, 3: 3, 5: 4} {
		for _, size := range [][2]int{{224, 224}, {32, 32}, {3, 50}, {1, 1}} {
			w, h := size[0], size[1]
			src := imagetest.Synthetic(w, h)
			got := corrupted(t, laugrosPixelate, src, Options{Severity: severity})
			sideX, sideY := min(side, w), min(side, h)
			for i, v := range got.Plane(1) {
				// Squares begin at the corner, but what is left over goes to both ends when they are put back.
				x := min(max(i%w-w%sideX/2, 0)/sideX, w/sideX-1) * sideX
				y := min(max(i/w-h%sideY/2, 0)/sideY, h/sideY-1) * sideY
				mean := 0.
				for k := range sideX * sideY {
					mean += float64(src.Plane(1)[(y+k/sideX)*w+x+k%sideX]) / float64(sideX*sideY)
				}
				if math.Abs(float64(v)-mean) > 1e-6 {
					t.Fatalf("%d×%d in squares of %d: pixel %d is %g, want %g", w, h, side, i, v, mean)
				}
			}
		}
	}
}

func TestLaugrosQuantization(t *testing.T) {
	src := img.New(256, 1)
	for i := range src.Pix {
		src.Pix[i] = pix.Levels[i%256]
	}
	every(func(o Options) {
		got := corrupted(t, laugrosQuantization, src, o)
		seen := map[float32]bool{}
		for _, v := range got.Pix {
			seen[v] = true
		}
		steps := float64(len(seen) - 1)
		if steps > 8 || steps < 3 {
			t.Errorf("%v: %g steps", o, steps)
		}
		for i, v := range got.Plane(2) {
			if want := math.RoundToEven(float64(src.Pix[i])*steps) / steps; math.Abs(float64(v)-want) > 1e-7 {
				t.Errorf("%v: %d/255 becomes %g, want %g", o, i, v, want)
			}
		}
	})
}
