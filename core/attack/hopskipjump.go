package attack

import (
	"errors"
	"math"
	"slices"

	"steady/core/random"
)

// hopSkipJump needs only the network's decisions (Chen, Jordan, Wainwright 2020). From an adversarial image at the
// boundary it estimates the direction away from the boundary, from the decisions at random points nearby; takes a step
// that way; and returns to the boundary, closer to the original image.
type hopSkipJump struct{}

const (
	hopNoises = 1000 // random images to try for an adversarial start
	hopBlends = 50   // points between it and the image
	hopProbes = 100  // decisions for the first estimate; the k-th takes √k times as many
	hopMost   = 10000
	hopBlock  = 16 // points per request, which limits the memory
	hopHalves = 40 // halvings of a step at most

	// hopFinest is the smallest fraction of the distance that is resolved. The paper's, d^-1.5 and d^-2 for d elements, are
	// millionths for an image of a few thousand: such probes are lost in the rounding of its pixels and of the network.
	hopFinest = 1.0 / 4096
)

func (hopSkipJump) totalSteps(p *Params, _ int) int {
	if p.Queries > 0 {
		return p.Queries
	}
	return p.Steps * hopProbes
}

func (hopSkipJump) attack(im *image) error {
	j := jump{image: im, r: im.source(0), block: make([]float32, hopBlock*len(im.x0))}
	if err := j.run(); !errors.Is(err, errBudget) {
		return err
	}
	return nil // the query budget ends it
}

// jump is an image under HopSkipJump.
type jump struct {
	*image
	r     *random.Source
	x     []float32 // adversarial, at the boundary
	block []float32
}

func (j *jump) run() error {
	if err := j.begin(); err != nil || j.x == nil {
		return err
	}
	for k := range j.params.Steps {
		if err := j.bisect(); err != nil {
			return err
		}
		distance := j.ball.distance(j.x, j.x0)
		if distance == 0 {
			return nil
		}
		size := 0.1 // of the probes
		if k > 0 {
			size = j.share() * math.Sqrt(float64(len(j.x))) * distanceL2(j.x, j.x0)
		}
		v, err := j.estimate(min(int(hopProbes*math.Sqrt(float64(k+1))), hopMost), size)
		if err != nil {
			return err
		}
		j.ball.steepest(v, j.x)
		if err := j.step(v, distance/math.Sqrt(float64(k+1))); err != nil {
			return err
		}
	}
	return j.bisect()
}

// share returns the resolution of distances (the paper's θ), as a fraction: a bisection ends there, and a probe is √d
// times as long, and so reaches about as far in the one direction that matters.
func (j *jump) share() float64 {
	d := float64(len(j.x))
	if j.params.Norm == Linf {
		return max(1/(d*d), hopFinest)
	}
	return max(1/(d*math.Sqrt(d)), hopFinest)
}

// decide reports which points are adversarial, and records the closest.
func (j *jump) decide(points []float32) ([]bool, error) {
	z, err := j.logits(points)
	if err != nil {
		return nil, err
	}
	n, classes := len(j.x0), len(j.clean)
	j.progress(min(j.queriesUsed(), hopSkipJump{}.totalSteps(j.params, classes))) // without a budget, length is a guess
	adversarial := make([]bool, len(points)/n)
	for b := range adversarial {
		adversarial[b] = j.keepIfCloser(points[b*n:][:n], z[b*classes:][:classes])
	}
	return adversarial, nil
}

// begin finds an adversarial start: noise, blended with as much of the image as possible.
func (j *jump) begin() error {
	n := len(j.x0)
	noise := make([]float32, n)
	for try := 0; ; try++ {
		if try == hopNoises {
			return nil
		}
		j.r.FillUniform(noise, 0, 1)
		if is, err := j.decide(noise); err != nil {
			return err
		} else if is[0] {
			break
		}
	}
	for first := 1; first <= hopBlends; first += hopBlock {
		count := min(hopBlock, hopBlends-first+1)
		for b := range count {
			blend(j.block[b*n:][:n], j.x0, noise, float64(first+b)/hopBlends)
		}
		is, err := j.decide(j.block[:count*n])
		if err != nil {
			return err
		}
		if b := slices.Index(is, true); b >= 0 {
			j.x = slices.Clone(j.block[b*n:][:n])
			return nil
		}
	}
	j.x = noise
	return nil
}

// bisect moves x towards the image until it is just adversarial: along the line, or in Linf by clipping to a radius.
func (j *jump) bisect() error {
	from, y := slices.Clone(j.x), make([]float32, len(j.x))
	low, high := 0.0, 1.0
	if j.params.Norm == Linf {
		high = j.ball.distance(j.x, j.x0)
	}
	for least := high * j.share(); high-low > least; {
		mid := (low + high) / 2
		if j.params.Norm == Linf {
			copy(y, from)
			projectLinf(y, j.x0, mid)
		} else {
			blend(y, j.x0, from, mid)
		}
		if slices.Equal(y, j.x) { // the limit of float32
			return nil
		}
		is, err := j.decide(y)
		if err != nil {
			return err
		}
		if is[0] {
			high = mid
			copy(j.x, y)
		} else {
			low = mid
		}
	}
	return nil
}

// estimate returns the direction in which the decisions become adversarial, from probes at a distance (in L2) from x.
func (j *jump) estimate(probes int, size float64) ([]float32, error) {
	n := len(j.x)
	sum, all := make([]float64, n), make([]float64, n) // of the probes' steps: signed by the decision, and unsigned
	mean := 0.0
	for first := 0; first < probes; first += hopBlock {
		count := min(hopBlock, probes-first)
		for b := range count {
			p := j.block[b*n:][:n]
			if j.params.Norm == Linf {
				j.r.FillUniform(p, -1, 1)
			} else {
				j.r.FillNormal(p)
			}
			scale := size / (lengthL2(p) + tiny)
			for i, u := range p {
				p[i] = min(max(j.x[i]+float32(float64(u)*scale), 0), 1)
			}
		}
		is, err := j.decide(j.block[:count*n])
		if err != nil {
			return nil, err
		}
		for b, adversarial := range is {
			sign := -1.0
			if adversarial {
				sign = 1
			}
			mean += sign / float64(probes)
			for i, v := range j.block[b*n:][:n] {
				u := float64(v) - float64(j.x[i])
				sum[i] += sign * u
				all[i] += u
			}
		}
	}
	if math.Abs(mean) > 1-1e-9 { // all decisions agree: nothing to compare with
		mean = 0
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = float32((sum[i] - mean*all[i]) / (size * float64(probes)))
	}
	return v, nil
}

// step moves x along v by a length, halved until x stays adversarial.
func (j *jump) step(v []float32, length float64) error {
	y := make([]float32, len(v))
	for range hopHalves {
		for i := range y {
			y[i] = min(max(j.x[i]+float32(length*float64(v[i])), 0), 1)
		}
		z, err := j.logits(y)
		if err != nil {
			return err
		}
		if j.keepIfCloser(y, z) {
			j.report(y, z)
			copy(j.x, y)
			return nil
		}
		length /= 2
	}
	return nil
}
