package attack

// gradientPasses is how many passes an input gradient counts as: one forwards, and as many products again backwards.
const gradientPasses = 2

// MaxPasses returns how many passes of an image through a network of so many classes an untargeted attack takes at most, but
// for the few of a last bisection, where a gradient counts as two. An attack that stays within eps has done with an image as
// soon as it succeeds, and takes fewer on most.
func (a *Attack) MaxPasses(p Params, classes int) float64 {
	if ensemble, ok := a.method.(autoAttack); ok {
		sum := 0.0
		for _, s := range ensemble.parts(p.Version) {
			sum += s.attack.MaxPasses(s.params(&p), classes)
		}
		return sum
	}
	steps, each := a.method.totalSteps(&p, classes), 1
	switch m := a.method.(type) {
	case deepFool: // a gradient for every candidate, and the answer to the step
		each += gradientPasses * max(min(candidates, classes)-1, 1)
	case fab:
		each += gradientPasses
		if !m.targeted {
			each += gradientPasses * max(classes-2, 0)
		}
	case gradient, carliniWagner:
		steps, each = steps+1, gradientPasses
	}
	passes := 1 + float64(each)*float64(steps) // one for the image as it is
	if p.Queries > 0 {
		passes = min(passes, 1+gradientPasses*float64(p.Queries))
	}
	return passes
}
