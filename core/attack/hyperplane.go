package attack

import "math"

// projectOntoHyperplane writes into d the smallest step from x that increases w·x by need (which may be negative) and
// stays in [0,1]; where no step can do so, the step that comes closest. "Smallest" is in Linf, or with squared in L2.
//
// Both have the same form. Every element moves in the direction that helps, by min(s·λ, room), where room is the distance
// to 0 or 1, and s is 1 for Linf and |w| for L2. λ solves Σ |w|·min(s·λ, room) = |need|. The left side is concave and
// piecewise linear, so that Newton's method converges from below in few rounds, without sorting (Croce & Hein 2020,
// "Minimally distorted adversarial examples with a fast adaptive boundary attack", solve it by sorting).
func projectOntoHyperplane(d, x, w []float32, need float64, squared bool) {
	speed := func(weight float64) float64 {
		if squared {
			return weight
		}
		return 1
	}
	up := need > 0
	// headroom returns how far element i can move, and in which direction.
	headroom := func(i int) (room, sign float64) {
		if up == (w[i] > 0) {
			return 1 - float64(x[i]), 1
		}
		return float64(x[i]), -1
	}
	want, lambda := math.Abs(need), 0.0
	for {
		slope, filled := 0.0, 0.0
		for i, v := range w {
			weight := math.Abs(float64(v))
			room, _ := headroom(i)
			if s := speed(weight); s*lambda < room {
				slope += weight * s
			} else {
				filled += weight * room
			}
		}
		if slope == 0 { // every element is at its limit, or none can move
			lambda = math.Inf(1)
			break
		}
		next := (want - filled) / slope
		if !(next > lambda*(1+1e-12)) {
			break
		}
		lambda = next
	}
	for i, v := range w {
		if d[i] = 0; v != 0 {
			room, sign := headroom(i)
			d[i] = float32(sign * min(speed(math.Abs(float64(v)))*lambda, room))
		}
	}
}

// addStep adds to total the step of a length, in the norm, along which a function with the gradient w grows fastest.
func (b *ball) addStep(total []float64, w []float32, length float64) {
	direction := append([]float32(nil), w...)
	b.steepest(direction, direction)
	for i, v := range direction {
		total[i] += length * float64(v)
	}
}
