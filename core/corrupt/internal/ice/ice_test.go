package ice

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
)

// The sheets have the mean and the deviation, in each channel, and in green the deviation of the difference of pixels 1
// and 16 to the right of each other, of the reference's photographs: frost1, frost2, frost4 and frost5, measured with
// NumPy. All pixels of a crop count, and every fifth one, too, of which frost for 32 px is made.
func TestIce(t *testing.T) {
	for i, want := range []struct {
		sheet           *Sheet
		mean, deviation [3]float64
		near, far       float64
	}{
		{Sheets[0](), [3]float64{.308, .582, .645}, [3]float64{.112, .065, .059}, .035, .056},
		{Sheets[1](), [3]float64{.775, .792, .828}, [3]float64{.080, .082, .086}, .044, .085},
		{Sheets[3](), [3]float64{.567, .626, .676}, [3]float64{.105, .105, .111}, .072, .121},
		{Sheets[4](), [3]float64{.395, .440, .487}, [3]float64{.150, .148, .144}, .097, .180},
	} {
		sheet := want.sheet
		for step, tolerance := range map[int]float64{1: .005, 5: .01} {
			for c, plane := range sheet.Planes {
				var values []float32
				for y := 0; y < Height; y += step {
					for x := 0; x < Width; x += step {
						values = append(values, pix.Levels[plane[y*Width+x]])
					}
				}
				mean, variance, _ := imagetest.Moments(values)
				deviation := math.Sqrt(variance)
				if math.Abs(mean-want.mean[c]) > tolerance || math.Abs(deviation-want.deviation[c]) > tolerance {
					t.Errorf("sheet %d, every %dth pixel, channel %d: %.3f ± %.3f, want %.3f ± %.3f", i, step, c, mean, deviation,
						want.mean[c], want.deviation[c])
				}
			}
		}
		for distance, want := range map[int]float64{1: want.near, 16: want.far} {
			green := sheet.Planes[1]
			var values []float32
			for k := range green {
				values = append(values, pix.Levels[green[k/Width*Width+(k+distance)%Width]]-pix.Levels[green[k]])
			}
			_, variance, _ := imagetest.Moments(values)
			if got := math.Sqrt(variance); got < want*.8 || got > want*1.4 {
				t.Errorf("sheet %d: pixels %d apart differ by %.3f, want about %.3f", i, distance, got, want)
			}
		}
	}
}
