package attack

import (
	"math"
	"slices"

	"steady/core/random"
)

// sparsity is the fraction of the elements that a step in L1 changes: the steepest direction is a single one, which
// would soon be at 0 or 1 (Tramèr & Boneh 2019, "Adversarial training and robustness for multiple perturbations",
// whose Sparse l1 Descent takes the largest 1 to 5 %).
const sparsity = 0.05

// startL1 draws from the ball: the fractions that n of n+1 exponential draws have of their sum are uniform in the simplex.
func startL1(x, x0 []float32, eps float64, r *random.Source) {
	draw := func() float64 { return -random.Log(1 - r.Float64()) }
	sum := draw()
	for i := range x {
		v := draw()
		sum += v
		if r.Uint64()&1 == 0 {
			v = -v
		}
		x[i] = float32(v)
	}
	for i := range x {
		x[i] = x0[i] + float32(float64(x[i])*eps/sum)
	}
	projectL1(x, x0, eps)
}

// sparseSign keeps the signs of the largest elements, scaled to a sum of 1. Elements of x that are at 0 or 1 and would
// leave [0,1] are skipped.
func sparseSign(g, x []float32) {
	size := make([]float32, len(g))
	for i, v := range g {
		if x[i] <= 0 && v < 0 || x[i] >= 1 && v > 0 {
			g[i] = 0
		}
		size[i] = float32(math.Abs(float64(g[i])))
	}
	slices.Sort(size)
	least := size[len(size)-max(1, int(sparsity*float64(len(size))))]
	count := 0
	for i, v := range g {
		if v != 0 && float32(math.Abs(float64(v))) >= least {
			count++
		} else {
			g[i] = 0
		}
	}
	sign(g, x)
	for i := range g {
		g[i] /= float32(max(count, 1))
	}
}

// projectL1 subtracts the same amount from all elements of the perturbation, down to 0 (Duchi et al. 2008). The amount is
// found by Newton's method, which on this convex function converges from below in a few rounds. The rest is rounded
// towards x0: an amount too small for float32 would otherwise change no element.
func projectL1(x, x0 []float32, eps float64) {
	if distanceL1(x, x0) > eps {
		amount := 0.0
		for {
			sum, count := 0.0, 0
			for i, v := range x {
				if d := math.Abs(float64(v) - float64(x0[i])); d > amount {
					sum += d
					count++
				}
			}
			next := (sum - eps) / float64(max(count, 1))
			if !(next > amount) {
				break
			}
			amount = next
		}
		for i, v := range x {
			d := float64(v) - float64(x0[i])
			left := max(math.Abs(d)-amount, 0)
			x[i] = x0[i] + float32(math.Copysign(left, d))
			if math.Abs(float64(x[i])-float64(x0[i])) > left {
				x[i] = math.Nextafter32(x[i], x0[i])
			}
		}
	}
	clip(x)
}
