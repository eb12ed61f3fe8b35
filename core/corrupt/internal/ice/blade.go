package ice

import (
	"math"

	"steady/core/random"
)

// blade is a flat crystal: a kite, widest at its shoulder, one half of it in the light.
type blade struct {
	x, y          float32 // where it begins
	dx, dy        float32 // its direction, of length 1
	length, width float32 // in pixels
	shoulder      float32 // where it is widest, in parts of its length
	tone, facet   float32 // its light, and how much lighter one half is and darker the other
	opacity       float32
}

// at returns the place so many pixels along the blade.
func (b *blade) at(along float32) (x, y float32) {
	return b.x + float32(b.dx*along), b.y + float32(b.dy*along)
}

// heading draws a direction within spread degrees of a middle one.
func heading(r *random.Source, middle, spread float32) (dx, dy float32) {
	sin, cos := random.SinCos(float64(float64(r.Uniform(middle-spread, middle+spread)) * (math.Pi / 180)))
	return float32(cos), float32(sin)
}

// turn changes the blade's direction by the angle of another one.
func (b *blade) turn(dx, dy float32) {
	b.dx, b.dy = float32(b.dx*dx)-float32(b.dy*dy), float32(b.dx*dy)+float32(b.dy*dx)
}

// lay lays a blade over the slab, with soft edges.
func (s slab) lay(b blade) {
	// The blade is cut into columns, or into rows where it is steep: there x and y change places.
	x, y, dx, dy, facet := b.x, b.y, b.dx, b.dy, b.facet
	steep := max(dy, -dy) > max(dx, -dx)
	if steep {
		x, y, dx, dy, facet = y, x, dy, dx, -facet
	}
	end, stretch, slope := x+float32(dx*b.length), 1/dx, dy/dx
	rise, fall := b.width/2/float32(b.shoulder*b.length), b.width/2/float32((1-b.shoulder)*b.length)
	for i := whole(min(x, end)) + 1; i <= whole(max(x, end)); i++ {
		u := float32(i) - x
		along := float32(u * stretch)
		half := min(float32(along*rise), float32((b.length-along)*fall)) + .5
		reach, middle := float32(half*max(stretch, -stretch)), y+float32(u*slope)
		first := whole(middle-reach) + 1
		off := float32((float32(first) - middle) * dx)
		for k := first; k <= whole(middle+reach); k++ {
			at := index(i, k)
			if steep {
				at = index(k, i)
			}
			cover, lit := half-max(off, -off), b.tone+float32(facet*min(max(2*off, -1), 1))
			s[at] += float32((lit - s[at]) * float32(min(max(cover, 0), 1)*b.opacity))
			off += dx
		}
	}
}

// whole returns the largest whole number that is not above v.
func whole(v float32) int {
	i := int(v)
	if float32(i) > v {
		i--
	}
	return i
}

// feather lays a dendrite over the slab: a stem with barbs of up to ratio times its length on both sides, and what lies
// behind it darker.
func (s slab) feather(r *random.Source, stem blade, ratio, dark float32) {
	behind := stem
	behind.width, behind.shoulder = float32(stem.length*ratio), .3
	behind.tone, behind.facet, behind.opacity = -1.2, 0, dark
	s.lay(behind)
	s.lay(stem)
	across, aside := heading(r, 55, 10)
	for _, side := range [2]float32{-1, 1} {
		barb := stem
		barb.turn(across, side*aside)
		barb.width *= .9
		barb.tone += r.Uniform(-.6, .6)
		for along := float32(.05 * stem.length); along < .95*stem.length; along += r.Uniform(2, 3.5) {
			barb.x, barb.y = stem.at(along)
			barb.length = min(stem.length-along, float32(.15*stem.length)+along) * ratio * r.Uniform(.6, 1.1)
			s.lay(barb)
		}
	}
}
