package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
	"steady/core/random"
)

func TestTransform(t *testing.T) {
	const side = 17
	src := imagetest.Synthetic(side, side)
	pixel := func(m *img.Image, x, y int) [3]float32 {
		return [3]float32{m.Plane(0)[y*side+x], m.Plane(1)[y*side+x], m.Plane(2)[y*side+x]}
	}
	for degrees, from := range map[float64]func(x, y int) (int, int){
		0:   func(x, y int) (int, int) { return x, y },
		90:  func(x, y int) (int, int) { return side - 1 - y, x },
		180: func(x, y int) (int, int) { return side - 1 - x, side - 1 - y },
		270: func(x, y int) (int, int) { return y, side - 1 - x },
	} {
		sin, cos := random.SinCos(degrees * math.Pi / 180)
		m := src.Clone()
		j := &job{src: m, dst: m, w: side, h: side}
		j.transform(cos, -sin, sin, cos)
		for i := range side * side {
			x, y := from(i%side, i/side)
			if got, want := pixel(m, i%side, i/side), pixel(src, x, y); got != want {
				t.Fatalf("turned by %g: (%d,%d) is %g, want %g", degrees, i%side, i/side, got, want)
			}
		}
	}
}

// Lines through the middle keep to it; corners become black.
func TestRotation(t *testing.T) {
	every(func(o Options) {
		src := imagetest.Flat(224, 224, .5)
		for i := 112; i < 224; i++ { // a white line from the middle to the right
			for _, y := range []int{111, 112} {
				src.Plane(0)[y*224+i] = 1
			}
		}
		m := corrupted(t, laugrosRotation, src, o)
		angle, n := 0., 0.
		for i, v := range m.Plane(0) {
			if x, y := float64(i%224)-111.5, float64(i/224)-111.5; v == 1 && x > 20 {
				angle += math.Atan2(y, x) * 180 / math.Pi
				n++
			}
		}
		angle = math.Abs(angle / n)
		low, high := 7+8.6*float64(o.Severity-1), 7+8.6*float64(o.Severity)
		if angle < low-1.2 || angle > high+.2 || math.Abs(angle-math.Round(angle)) > .2 {
			t.Errorf("%v: turned by %g degrees, want %g to %g", o, angle, low, high)
		}
		if m.Pix[0] != 0 || m.Plane(2)[223] != 0 || m.Plane(1)[112*224+112] != .5 && m.Plane(0)[112*224+112] != 1 {
			t.Errorf("%v: the corners are %g and %g", o, m.Pix[0], m.Pix[223])
		}
	})
}

func TestTranslation(t *testing.T) {
	quadrants := map[[2]bool]bool{}
	every(func(o Options) {
		side := map[Profile]int{ImageNet: 224, CIFAR: 32}[o.Profile]
		src := imagetest.Synthetic(side, side)
		for i := range src.Plane(1) { // nothing is black
			src.Plane(1)[i] = max(src.Plane(1)[i], .1)
		}
		for o.Index = range 8 {
			m := corrupted(t, laugrosTranslation, src, o)
			move := [2]int{}
			for axis, step := range [2]int{1, side} { // what is black at the ends of the middle row and column tells
				line := m.Plane(1)[side/2*(side+1-step):]
				for line[max(move[axis], 0)*step] == 0 {
					move[axis]++
				}
				for move[axis] <= 0 && line[(side-1+move[axis])*step] == 0 {
					move[axis]--
				}
				low, high := 15+9.6*float64(o.Severity-1), 15+9.6*float64(o.Severity)
				if o.Profile == CIFAR {
					low, high = low/7, high/7
				}
				if d := math.Abs(float64(move[axis])); d < math.Floor(low) || d > math.Ceil(high) {
					t.Errorf("%v: moved by %g, want %g to %g", o, d, low, high)
				}
			}
			quadrants[[2]bool{move[0] > 0, move[1] > 0}] = true
			for i := range side * side {
				x, y := i%side-move[0], i/side-move[1]
				for c := range 3 {
					want := float32(0)
					if x >= 0 && x < side && y >= 0 && y < side {
						want = src.Plane(c)[y*side+x]
					}
					if got := m.Plane(c)[i]; got != want {
						t.Fatalf("%v: moved by %v: %g, want %g", o, move, got, want)
					}
				}
			}
		}
	})
	if len(quadrants) != 4 {
		t.Errorf("moved only towards %v", quadrants)
	}
}

func TestShear(t *testing.T) {
	every(func(o Options) {
		src := imagetest.Flat(225, 225, .5)
		for y := range 225 { // an upright line in the middle
			src.Plane(0)[y*225+112] = 1
		}
		m := corrupted(t, laugrosShear, src, o)
		at := func(y int) int { return slices.Index(m.Plane(0)[y*225:][:225], 1) }
		// At 100 rows from the middle it has moved by the tangent, one way above and the other below.
		up, down := float64(at(12)-112), float64(at(212)-112)
		lean := math.Atan(math.Abs(down)/100) * 180 / math.Pi
		low, high := 12+5.6*float64(o.Severity-1), 12+5.6*float64(o.Severity)
		if at(112) != 112 || up != -down || lean < low-1.3 || lean > high+.3 || math.Abs(lean-math.Round(lean)) > .3 {
			t.Errorf("%v: the line is at %d, %d, %d: %g degrees, want %g to %g", o, at(12), at(112), at(212), lean, low, high)
		}
		if corner, other := m.Pix[0], m.Pix[224]; (corner == 0) == (other == 0) {
			t.Errorf("%v: the upper corners are %g and %g, want one black", o, corner, other)
		}
	})
}

// A slope stays a slope when a strip of it is stretched.
func TestElastic(t *testing.T) {
	slope, axes := img.New(224, 224), map[bool]int{}
	for i := range slope.Plane(0) {
		slope.Plane(0)[i], slope.Plane(1)[i] = float32(i%224)/255, float32(i/224)/255
	}
	for _, severity := range []int{1, 2, 3, 4, 5} {
		for index := range uint64(10) {
			m := corrupted(t, laugrosElastic, slope, Options{Severity: severity, Index: index})
			upright := m.Plane(0)[0] == 0 // the top was cut off, not the left
			axes[upright]++
			stretched, kept, step := m.Plane(0), m.Plane(1), 1
			if upright {
				stretched, kept, step = m.Plane(1), m.Plane(0), 224
			}
			strip := math.Round(float64(stretched[0]) * 255)
			low, high := 44+13.4*float64(severity-1), 44+13.4*float64(severity)
			if strip < math.Floor(low) || strip > math.Ceil(high) {
				t.Errorf("severity %d: a strip of %g, want %g to %g", severity, strip, low, high)
			}
			for i := range 224 {
				place := strip + (float64(i)+.5)*(224-strip)/224 - .5
				if want := min(max(place, strip), 223); math.Abs(float64(stretched[i*step])*255-want) > .5+1e-4 { // in bytes
					t.Fatalf("severity %d, strip %g: place %d is %g, want %g", severity, strip, i, stretched[i*step]*255, want)
				}
				if other := i * (224 + 1 - step); upright && kept[i] != slope.Plane(0)[i] || !upright && kept[other] != slope.Plane(1)[other] {
					t.Fatalf("severity %d: the other direction has changed", severity)
				}
			}
		}
	}
	if axes[true] < 12 || axes[false] < 12 {
		t.Errorf("of 50 strips %d are at the top and %d at the left", axes[true], axes[false])
	}
}
