package corrupt

import (
	"math"
	"testing"

	"steady/core/img"
)

// discSum is the sum of OpenCV 4.6's kernel: more than 1 where the disc touches the edge of the kernel's square.
func discSum(o Options) float64 {
	if o.Profile == ImageNet {
		return [5]float64{1, 1, 1, 1.0129755, 1.0107858}[o.Severity-1]
	}
	return 1
}

// A point of light shows the kernel: as many pixels as the disc has, with edges that are softened evenly.
func TestDefocusOfAPoint(t *testing.T) {
	const side, middle = 61, 30
	every(func(o Options) {
		l := defocusLens.at(&job{severity: o.Severity, profile: o.Profile})
		src := img.New(side, side)
		src.Plane(1)[middle*side+middle] = 1
		got := corrupted(t, defocusBlur, src, o).Plane(1)
		sum, wide := 0., 0.
		for i, v := range got {
			x, y := i%side-middle, i/side-middle
			sum += float64(v)
			wide += float64(v) * float64(x*x+y*y)
			for _, other := range []float32{
				got[(middle+x)*side+middle+y], got[(middle-y)*side+middle+x], got[(middle+y)*side+middle-x],
			} {
				if math.Abs(float64(v-other)) > 1e-7 {
					t.Fatalf("%v %d: %g at (%d,%d), %g at its mirror image", o.Profile, o.Severity, v, x, y, other)
				}
			}
			if math.Hypot(float64(x), float64(y)) > l.radius+3 && v > 1e-7 {
				t.Fatalf("%v %d: %g at (%d,%d)", o.Profile, o.Severity, v, x, y)
			}
		}
		// The mean square of the distance: the disc's, and that of the blur that softens it.
		count, square := 0., 0.
		for y := -10.; y <= 10; y++ {
			for x := -10.; x <= 10; x++ {
				if x*x+y*y <= l.radius*l.radius {
					count++
					square += x*x + y*y
				}
			}
		}
		side := math.Exp(-1 / (2 * l.alias * l.alias))
		want := square/count + 4*side/(1+2*side)
		if math.Abs(sum-discSum(o)) > 1e-6 || l.radius < 8 && math.Abs(wide-want) > 1e-4*want || math.Abs(wide-want) > .03*want {
			t.Errorf("%v %d: sum %g, mean square %g, want %g", o.Profile, o.Severity, sum, wide, want)
		}
	})
}
