package attack

import (
	"fmt"
	"math"
	"strings"

	"steady/core/random"
)

// Norm measures a perturbation.
type Norm int

const (
	Linf Norm = iota // the largest change of any pixel channel
	L2               // the root of the sum of squared changes
	L1               // the sum of the changes
)

var normNames = [...]string{Linf: "linf", L2: "l2", L1: "l1"}

func (n Norm) valid() bool { return n >= 0 && int(n) < len(normNames) }

func (n Norm) String() string {
	if !n.valid() {
		return fmt.Sprintf("Norm(%d)", int(n))
	}
	return normNames[n]
}

// ParseNorm reads "linf", "l2" or "l1", in either case.
func ParseNorm(s string) (Norm, error) {
	for n, name := range normNames {
		if strings.EqualFold(s, name) {
			return Norm(n), nil
		}
	}
	return 0, fmt.Errorf("attack: unknown norm %q; valid: %s", s, strings.Join(normNames[:], ", "))
}

// MarshalText returns the name that ParseNorm reads.
func (n Norm) MarshalText() ([]byte, error) {
	if !n.valid() {
		return nil, fmt.Errorf("attack: no norm has the number %d", int(n))
	}
	return []byte(n.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (n *Norm) UnmarshalText(text []byte) (err error) {
	*n, err = ParseNorm(string(text))
	return err
}

// Start moves x, a copy of the image x0, to a point drawn uniformly from the ball of radius eps around x0, and then to the
// nearest image.
func (n Norm) Start(x, x0 []float32, eps float64, r *random.Source) { balls[n].start(x, x0, eps, r) }

// Steepest turns a gradient g at the image x, in place, into the direction of length 1 in which the loss grows fastest.
func (n Norm) Steepest(g, x []float32) { balls[n].steepest(g, x) }

// Project moves x to the nearest point of the ball of radius eps around the image x0, and then to the nearest image.
func (n Norm) Project(x, x0 []float32, eps float64) { balls[n].project(x, x0, eps) }

// tiny keeps a division by a norm finite where the norm is zero.
const tiny = 1e-10

// ball is the geometry of a norm.
type ball struct {
	// start moves x, a copy of x0, to a point drawn uniformly from the ball around x0.
	start func(x, x0 []float32, eps float64, r *random.Source)
	// steepest turns a gradient at x, in place, into the direction of length 1 in which the loss grows fastest.
	steepest func(g, x []float32)
	// project moves x to a point of the ball around x0 (the nearest), and then of [0,1].
	project func(x, x0 []float32, eps float64)
	// length is the norm of a perturbation, and distance that of a - b.
	length   func(d []float32) float64
	distance func(a, b []float32) float64
	// dual is the dual norm: by how much a step of length 1 can increase a linear function with this gradient.
	dual func(g []float32) float64
	// diameter is the largest distance of two images of a number of elements.
	diameter func(elements int) float64
}

var balls = [...]ball{
	Linf: {startLinf, sign, projectLinf, lengthLinf, distanceLinf, lengthL1, func(int) float64 { return 1 }},
	L2: {startL2, unit, projectL2, lengthL2, distanceL2, lengthL2, func(n int) float64 {
		return math.Sqrt(float64(n))
	}},
	L1: {startL1, sparseSign, projectL1, lengthL1, distanceL1, lengthLinf, func(n int) float64 { return float64(n) }},
}

func startLinf(x, x0 []float32, eps float64, r *random.Source) {
	e := float32(eps)
	for i := range x {
		x[i] = x0[i] + r.Uniform(-e, e)
	}
	projectLinf(x, x0, eps)
}

// startL2 draws from the ball of n dimensions as Voelker et al. 2017 do: n of the coordinates of a point on the
// sphere of n+2 dimensions are uniform in the ball of n. It needs no n-th root.
func startL2(x, x0 []float32, eps float64, r *random.Source) {
	r.FillNormal(x)
	a, b := float64(r.Normal()), float64(r.Normal())
	scale := float32(eps / (math.Sqrt(sumOfSquares(x)+a*a+b*b) + tiny))
	for i := range x {
		x[i] = x0[i] + float32(x[i]*scale)
	}
	projectL2(x, x0, eps)
}

func sign(g, _ []float32) {
	for i, v := range g {
		switch {
		case v > 0:
			g[i] = 1
		case v < 0:
			g[i] = -1
		default:
			g[i] = 0
		}
	}
}

func unit(g, _ []float32) {
	if length := lengthL2(g); length > 0 {
		for i, v := range g {
			g[i] = float32(float64(v) / length)
		}
	}
}

func projectLinf(x, x0 []float32, eps float64) {
	e := float32(eps)
	for i, v := range x {
		x[i] = min(max(v, x0[i]-e, 0), x0[i]+e, 1)
	}
}

// projectL2 clips to [0,1] last: x0 is in [0,1], so clipping moves each element closer to x0, never farther.
func projectL2(x, x0 []float32, eps float64) {
	if d := distanceL2(x, x0); d > eps {
		scale := eps / (d + tiny)
		for i, v := range x {
			x[i] = x0[i] + float32(float64(v-x0[i])*scale)
		}
	}
	clip(x)
}

func clip(x []float32) {
	for i, v := range x {
		x[i] = min(max(v, 0), 1)
	}
}

func sumOfSquares(x []float32) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return s
}

func distanceL2(a, b []float32) float64 {
	s := 0.0
	for i, v := range a {
		d := float64(v) - float64(b[i])
		s += d * d
	}
	return math.Sqrt(s)
}

func distanceLinf(a, b []float32) float64 {
	m := 0.0
	for i, v := range a {
		m = max(m, math.Abs(float64(v)-float64(b[i])))
	}
	return m
}

func distanceL1(a, b []float32) float64 {
	s := 0.0
	for i, v := range a {
		s += math.Abs(float64(v) - float64(b[i]))
	}
	return s
}

// changed counts the elements that differ, which is called the L0 norm.
func changed(a, b []float32) (n int) {
	for i, v := range a {
		if v != b[i] {
			n++
		}
	}
	return n
}

func lengthLinf(g []float32) float64 {
	m := 0.0
	for _, v := range g {
		m = max(m, math.Abs(float64(v)))
	}
	return m
}

// lengthL2 is right for all float32: their squares are far inside the range of float64.
func lengthL2(g []float32) float64 { return math.Sqrt(sumOfSquares(g)) }

func lengthL1(g []float32) float64 {
	s := 0.0
	for _, v := range g {
		s += math.Abs(float64(v))
	}
	return s
}
