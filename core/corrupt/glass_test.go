package corrupt

import (
	"testing"

	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// With almost no blur (32 px, severity 1) every pixel is a copy of one at an offset of -1 or 0, and all four offsets are
// as frequent; the border that the scan leaves out stays.
func TestGlassCopies(t *testing.T) {
	const side = 64
	src := img.New(side, side)
	for i := range side * side {
		src.Plane(0)[i], src.Plane(1)[i], src.Plane(2)[i] = pix.Levels[i%side], pix.Levels[i/side], pix.Levels[128]
	}
	var counts [2][2]float64
	for index := range uint64(20) {
		got := corrupted(t, glassBlur, src, Options{Severity: 1, Profile: CIFAR, Index: index})
		for y := range side {
			for x := range side {
				dx, dy := x-int(Byte(got.Plane(0)[y*side+x])), y-int(Byte(got.Plane(1)[y*side+x]))
				if inside := x >= 2 && y >= 2; !inside && (dx != 0 || dy != 0) || dx < 0 || dx > 1 || dy < 0 || dy > 1 {
					t.Fatalf("(%d,%d) moved by (%d,%d)", x, y, dx, dy)
				} else if inside {
					counts[dy][dx]++
				}
			}
		}
	}
	const n = 20 * (side - 2) * (side - 2)
	for _, count := range append(counts[0][:], counts[1][:]...) {
		if d := count - n/4; d*d > 3.5*3.5*n*3/16 {
			t.Errorf("offsets are not as frequent: %v of %d", counts, n)
		}
	}
}
