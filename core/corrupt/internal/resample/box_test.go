package resample

import (
	"testing"

	"steady/core/corrupt/internal/pix"
)

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
					if pix.RoundMeans(sums, b.count); int(sums[0]) != v {
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
