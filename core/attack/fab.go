package attack

import (
	"math"
	"slices"
)

// fab is the Fast Adaptive Boundary attack (Croce & Hein 2020): like DeepFool it steps to the hyperplane of the nearest
// boundary, but within [0,1], and biased towards the projection of the original image, so that it stays close; every time
// it has crossed, it steps back towards the image. It searches for the closest adversarial image.
type fab struct {
	targeted bool // one class after another, the likeliest first
	first    bool // stop at the first image within eps, as in an ensemble
}

const (
	fabAlpha = 0.1  // largest weight of the step from the original image
	fabEta   = 1.05 // overshoot beyond the hyperplane
	fabBeta  = 0.9  // remaining fraction of the perturbation after a step back
	fabFinal = 16   // bisections at the end (the paper has 3, with interpolation)
	fabBlock = 10   // classes per request, which limits the memory
)

func (f fab) totalSteps(p *Params, classes int) int {
	return f.walks(p, classes) * p.Steps
}

func (f fab) walks(p *Params, classes int) int {
	walks := max(1, p.Restarts)
	if f.targeted {
		walks *= min(p.Targets, classes-1)
	}
	return walks
}

func (f fab) attack(im *image) error {
	groups := [][]objective{nil}
	switch {
	case f.targeted:
		groups = nil
		for _, t := range im.likeliest(im.params.Targets) {
			groups = append(groups, []objective{im.margin(t)})
		}
	case im.maximize:
		for k := range im.run.classes {
			if k != im.label {
				groups[0] = append(groups[0], im.margin(k))
			}
		}
	default:
		groups[0] = []objective{im.marginObjective()}
	}
	walk, nearest := 0, math.Inf(1)
	best := make([]float32, len(im.x0))
	for _, objectives := range groups {
		for restart := range max(1, im.params.Restarts) {
			x := slices.Clone(im.x0)
			if far := min(nearest, im.maxDistance); restart > 0 && !math.IsInf(far, 1) {
				im.surround(x, far/2, walk)
			}
			if err := im.fabWalk(x, objectives, walk, best, &nearest); err != nil {
				return err
			}
			if f.first && im.found {
				return nil
			}
			walk++
		}
	}
	if math.IsInf(nearest, 1) {
		return nil
	}
	return im.bisect(best, fabFinal)
}

// fabWalk takes a walk from x. best is the closest adversarial image so far, and nearest its distance.
func (im *image) fabWalk(x []float32, objectives []objective, walk int, best []float32, nearest *float64) error {
	p, squared := im.params, im.params.Norm == L2
	n := len(x)
	w, fromX, fromImage := make([]float32, n), make([]float32, n), make([]float32, n)
	for k := range p.Steps {
		value, logits, err := im.nearestBoundary(w, x, objectives)
		if err != nil {
			return err
		}
		im.progress(walk*p.Steps + k)
		im.report(x, logits)
		projectOntoHyperplane(fromX, x, w, -value, squared)
		across := 0.0
		for i, v := range w {
			across += float64(v) * (float64(x[i]) - float64(im.x0[i]))
		}
		projectOntoHyperplane(fromImage, im.x0, w, across-value, squared)
		d1, d2 := im.ball.length(fromX), im.ball.length(fromImage)
		alpha := min(max(d1, 1e-8)/(max(d1, 1e-8)+max(d2, 1e-8)), fabAlpha)
		for i := range x {
			near := float64(x[i]) + fabEta*float64(fromX[i])
			home := float64(im.x0[i]) + fabEta*float64(fromImage[i])
			x[i] = float32(min(max((1-alpha)*near+alpha*home, 0), 1))
		}
		z, err := im.logits(x)
		if err != nil {
			return err
		}
		if !im.keepIfCloser(x, z) {
			continue
		}
		if d := im.ball.distance(x, im.x0); d < *nearest {
			*nearest = d
			copy(best, x)
		}
		for i, v := range x {
			x[i] = im.x0[i] + float32((v-im.x0[i])*fabBeta)
		}
	}
	return nil
}

// nearestBoundary writes the gradient of the objective whose boundary is nearest into w, and returns its value at x.
func (im *image) nearestBoundary(w, x []float32, objectives []objective) (value float64, z []float32, err error) {
	nearest := math.Inf(1)
	clear(w)
	for block := range slices.Chunk(objectives, fabBlock) {
		values, grads, logits, err := im.gradients(x, block)
		if err != nil {
			return 0, nil, err
		}
		z = logits
		if k, g, d := im.nearestPlane(values, grads); d < nearest {
			nearest, value = d, values[k]
			copy(w, g)
		}
	}
	return value, z, nil
}

// bisect searches for a closer adversarial image between the original and x, which is adversarial.
func (im *image) bisect(x []float32, times int) error {
	lo, hi := 0.0, 1.0
	y := make([]float32, len(x))
	for range times {
		mid := (lo + hi) / 2
		blend(y, im.x0, x, mid)
		z, err := im.logits(y)
		if err != nil {
			return err
		}
		if im.keepIfCloser(y, z) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return nil
}

// blend writes the point at a fraction of the way from a to b.
func blend(dst, a, b []float32, share float64) {
	for i := range dst {
		dst[i] = float32(float64(a[i]) + share*(float64(b[i])-float64(a[i])))
	}
}
