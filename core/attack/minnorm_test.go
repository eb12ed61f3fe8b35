package attack

import (
	"math"
	"slices"
	"testing"

	"steady/core/random"
)

// On a linear model of two classes the nearest adversarial image lies at |f| / ‖w‖₂ in L2 and at |f| / ‖w‖₁ in Linf,
// straight across the boundary.
func TestNearestClosedForm(t *testing.T) {
	numerical(t)
	m := newMLP(shape, 0, 2, 1)
	x, labels := m.images(2, 0.45, 0.55) // far enough from 0 and 1 that nothing is clipped
	d := shape.Size()
	w := make([]float32, d)
	for j := range w {
		w[j] = m.a[j] - m.a[d+j]
	}
	for _, c := range []struct {
		name   string
		norm   Norm
		change func(*Params)
		within float64 // relative
		steps  int     // DeepFool needs one
	}{
		{"deepfool", L2, func(p *Params) { p.Overshoot = 1e-3 }, 1e-5, 1},
		{"deepfool", Linf, func(p *Params) { p.Overshoot = 1e-3 }, 1e-5, 1},
		{"fab", L2, func(p *Params) { p.Steps = 60 }, 2e-5, 0},
		{"fab", Linf, func(p *Params) { p.Steps = 60 }, 2e-5, 0},
		{"fab-t", L2, func(p *Params) { p.Steps = 60 }, 2e-5, 0},
		{"cw", L2, func(p *Params) { p.Steps, p.StepSize, p.SearchSteps = 6000, 2e-4, 18 }, 1e-5, 0},
		{"hopskipjump", L2, func(p *Params) { p.Queries = 8000 }, 0.02, 0},
		{"hopskipjump", Linf, func(p *Params) { p.Queries = 8000 }, 0.1, 0},
	} {
		a := find(t, c.name)
		p := a.Default(c.norm)
		c.change(&p)
		res := mustRun(t, a, m, x, labels, p)
		worst := 0.0
		for i, label := range labels {
			z := make([]float32, 2)
			m.Logits(z, x[i*d:][:d])
			best := math.Abs(float64(z[0])-float64(z[1])) / balls[c.norm].dual(w)
			got := c.norm.of(res, i)
			if !res.Success[i] || res.Predicted[i] == label {
				t.Errorf("%s %v: image %d: no success", c.name, c.norm, i)
			}
			if got < best-1e-6 {
				t.Errorf("%s %v: image %d: distance %.7f, which is less than the least, %.7f", c.name, c.norm, i, got, best)
			}
			beyond := math.Abs(got/(1+p.Overshoot)-best) - 2e-6 // float32 images end a little beside the boundary
			worst = max(worst, beyond/best)
			if c.steps > 0 && len(res.Loss[i]) != c.steps+1 {
				t.Errorf("%s %v: image %d took %d steps, want %d", c.name, c.norm, i, len(res.Loss[i])-1, c.steps)
			}
		}
		t.Logf("%s %v: at most %.2g beyond the least distance", c.name, c.norm, worst)
		if worst > c.within {
			t.Errorf("%s %v: %.3g farther than the least distance, want within %.3g", c.name, c.norm, worst, c.within)
		}
	}
}

// On a nonlinear network every minimum-norm attack succeeds, in [0,1], and none is far behind the best.
func TestNearestOnCurvedNetwork(t *testing.T) {
	numerical(t)
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(10, 0, 1)
	mean := map[Norm]map[string]float64{L2: {}, Linf: {}}
	eachAttack(t, nearest, func(t *testing.T, a *Attack, norm Norm) {
		p := a.Default(norm)
		p.Seed = 2
		if a.Name == "hopskipjump" {
			p.Queries = 8000
		}
		res := mustRun(t, a, m, x, labels, p)
		checkRange(t, res.Adv)
		for i := range labels {
			if !res.Success[i] {
				t.Errorf("image %d survives", i)
			}
			mean[norm][a.Name] += norm.of(res, i) / float64(len(labels))
		}
		// Targeted, and with a limit on the distance.
		if a.Targetable() {
			p.Target = Target{Choice: Next}
			res := mustRun(t, a, m, x, labels, p)
			for i := range labels {
				if !res.Success[i] || res.Predicted[i] != res.Targets[i] {
					t.Errorf("image %d does not reach its target", i)
				}
			}
			p.Target = Target{}
		}
		limit := mean[norm][a.Name]
		p.Eps = limit
		near := mustRun(t, a, m, x, labels, p)
		for i := range labels {
			if d := norm.of(near, i); d > limit+1e-6 || near.Success[i] != (d > 0) {
				t.Errorf("within %v image %d is at %v, success %v", limit, i, d, near.Success[i])
			}
			if near.Success[i] != (norm.of(res, i) <= limit) {
				t.Errorf("within %v image %d is found: %v; at %v without a limit", limit, i, near.Success[i], norm.of(res, i))
			}
		}
	})
	for norm, of := range mean {
		t.Logf("%v: mean distances %.4v", norm, of)
		best := math.Inf(1)
		for _, d := range of {
			best = min(best, d)
		}
		for name, d := range of {
			if d > 1.5*best {
				t.Errorf("%v: %s finds images at %.4f, the best at %.4f", norm, name, d, best)
			}
		}
	}
}

// The projection against the conditions that the solution of a convex problem meets.
func TestProjectOntoHyperplane(t *testing.T) {
	r := random.New(1, 0, "plane", 0)
	const n = 50
	x, w, d := make([]float32, n), make([]float32, n), make([]float32, n)
	for trial := range 300 {
		r.FillUniform(x, 0, 1)
		r.FillNormal(w)
		for i := range x {
			switch r.IntN(8) {
			case 0:
				x[i] = 0
			case 1:
				x[i] = 1
			case 2:
				w[i] = 0
			}
		}
		most := 0.0 // that a step within [0,1] can raise w·x
		for i, v := range w {
			most += max(float64(v)*(1-float64(x[i])), -float64(v)*float64(x[i]))
		}
		need := most * r.Float64() * 1.2
		for _, squared := range []bool{false, true} {
			projectOntoHyperplane(d, x, w, need, squared)
			got, largest := 0.0, 0.0
			for i, v := range d {
				if y := float64(x[i]) + float64(v); y < -1e-6 || y > 1+1e-6 || w[i] == 0 && v != 0 {
					t.Fatalf("trial %d: element %d goes from %v by %v", trial, i, x[i], v)
				}
				got += float64(w[i]) * float64(v)
				largest = max(largest, math.Abs(float64(v)))
			}
			if want := min(need, most); math.Abs(got-want) > 1e-4 {
				t.Fatalf("trial %d: w·d is %v, want %v of at most %v", trial, got, want, most)
			}
			if need >= most {
				continue
			}
			// Every element that is not at its end moves by the same amount, or, squared, by that times |w|.
			lambda := 0.0
			for i, v := range d {
				if y := x[i] + v; w[i] != 0 && y > 1e-5 && y < 1-1e-5 {
					each := math.Abs(float64(v))
					if squared {
						each /= math.Abs(float64(w[i]))
					}
					if lambda == 0 {
						lambda = each
					}
					if math.Abs(each-lambda) > 1e-3*lambda+1e-5 {
						t.Fatalf("trial %d, squared %v: element %d moves by %v, others by %v", trial, squared, i, each, lambda)
					}
				}
			}
			if !squared && lambda > 0 && largest > lambda*(1+1e-4) {
				t.Fatalf("trial %d: an element moves by %v, beyond %v", trial, largest, lambda)
			}
		}
	}
	// The other way round is the same mirrored.
	up, down := make([]float32, n), make([]float32, n)
	projectOntoHyperplane(up, x, w, 1, true)
	for i := range w {
		w[i] = -w[i]
	}
	projectOntoHyperplane(down, x, w, -1, true)
	if !slices.Equal(up, down) {
		t.Error("mirrored planes give different steps")
	}
	clear(w)
	projectOntoHyperplane(d, x, w, 1, false)
	if slices.ContainsFunc(d, func(v float32) bool { return v != 0 }) {
		t.Error("without a plane there is a step")
	}
}
