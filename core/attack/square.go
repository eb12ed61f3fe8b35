package attack

import (
	"math"
	"slices"

	"steady/core/loss"
	"steady/core/random"
)

// square changes random squares of the perturbation and keeps a change that increases the margin of a wrong class
// (Andriushchenko, Croce, Flammarion, Hein 2020). It needs the network's scores, no gradients.
type square struct {
	unscaled bool // the schedule is that of 10,000 queries whatever the budget, as in AutoAttack
}

// firstShare is the fraction of the image that the first squares cover.
const firstShare = 0.8

// halvings has the queries, of 10,000, after which the fraction is halved.
var halvings = [...]int{10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000}

func (square) totalSteps(p *Params, _ int) int { return p.Queries }

// size returns the side of the square at query i, at least least.
func (s square) size(i, queries, side, least int) int {
	if !s.unscaled {
		i = int(float64(i) / float64(queries) * 10000)
	}
	share := firstShare
	for _, after := range halvings {
		if i > after {
			share /= 2
		}
	}
	return max(int(math.Round(math.Sqrt(share)*float64(side))), least)
}

// canvas is an image under a square attack.
type canvas struct {
	*image
	c, h, w int
	r       *random.Source
	x       []float32 // the best so far
	delta   []float32 // in L2, the perturbation of the candidate
	next    []float32 // the candidate
}

func (s square) attack(im *image) error {
	v := canvas{image: im, r: im.source(0), c: 1, h: 1, w: len(im.x0)}
	if shape := im.run.model.InputShape(); len(shape) == 3 {
		v.c, v.h, v.w = shape[0], shape[1], shape[2]
	}
	v.x, v.next = slices.Clone(im.x0), make([]float32, len(im.x0))
	begin, change := v.stripes, v.square
	if im.params.Norm == L2 {
		begin, change, v.delta = v.tiles, v.bumps, make([]float32, len(im.x0))
	}
	queries, best := im.params.Queries, math.Inf(-1)
	for i := range queries {
		if i == 0 {
			begin()
		} else {
			change(s, i-1, queries)
		}
		z, err := im.logits(v.next)
		if err != nil {
			return err
		}
		im.progress(i + 1)
		score, met := im.score(z), im.satisfies(z)
		if score > best || met {
			best = score
			v.x, v.next = v.next, v.x
			im.report(v.x, z)
			im.keepIfBetter(v.x, z)
		}
		if met {
			return nil
		}
	}
	return nil
}

// score returns what a square attack maximizes: the margin, or for a target its log-probability, as in the paper.
func (im *image) score(logits []float32) float64 {
	if im.maximize {
		return loss.Margin(logits, im.label)
	}
	return -loss.CrossEntropyValue(logits, im.lossClass)
}

func (v *canvas) sign() float32 {
	if v.r.Uint64()&1 == 0 {
		return -1
	}
	return 1
}

// stripes is the start in Linf: every column of every channel is changed by eps, up or down.
func (v *canvas) stripes() {
	e := float32(v.params.Eps)
	for c := range v.c {
		for col := range v.w {
			d := e * v.sign()
			for row := range v.h {
				i := (c*v.h+row)*v.w + col
				v.next[i] = v.x0[i] + d
			}
		}
	}
	v.ball.project(v.next, v.x0, v.params.Eps)
}

// square sets the perturbation of a square to eps or -eps, a sign a channel. Squares that change nothing are drawn
// again, as in the authors' first code: they would waste a query.
func (v *canvas) square(s square, i, queries int) {
	e := float32(v.params.Eps)
	side := min(s.size(i, queries, int(math.Sqrt(float64(v.h*v.w))), 1), v.h, v.w)
	for range 10 {
		top, left := v.r.IntN(v.h-side+1), v.r.IntN(v.w-side+1)
		copy(v.next, v.x)
		different := false
		for c := range v.c {
			d := e * v.sign()
			for row := top; row < top+side; row++ {
				for col := left; col < left+side; col++ {
					j := (c*v.h+row)*v.w + col
					v.next[j] = min(max(v.x0[j]+d, 0), 1)
					different = different || v.next[j] != v.x[j]
				}
			}
		}
		if different {
			return
		}
	}
}
