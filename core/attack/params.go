package attack

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"steady/core/net"
)

// ErrInput is wrapped when images, labels or targets do not fit the model or their range.
var ErrInput = errors.New("attack: bad input")

// ErrModel is wrapped when the model's answer is not finite.
var ErrModel = errors.New("attack: the network's answer is not finite")

// ParamError tells which parameter of an attack makes no sense, and what would.
type ParamError struct{ Attack, Param, Problem string }

func (e *ParamError) Error() string {
	return fmt.Sprintf("attack: %s: %s %s", e.Attack, e.Param, e.Problem)
}

// Params are the parameters of an attack; start from Attack.Default.
type Params struct {
	Norm        Norm    `json:"norm"`
	Eps         float64 `json:"eps"`          // radius of the ball, in pixel units
	StepSize    float64 `json:"step_size"`    // in pixel units; 0 lets the attack choose (Attack.StepSize)
	Steps       int     `json:"steps"`        // gradient steps
	RandomStart bool    `json:"random_start"` // start at a random point of the ball
	Target      Target  `json:"target"`       // the zero value is untargeted
	Continue    bool    `json:"continue"`     // go on after the first success, for the highest loss
	Seed        uint64  `json:"seed"`
	First       uint64  `json:"first"` // the first image's place in its data set; with Seed it makes its random numbers
}

// Check tells what is wrong with parameters for images of a shape: nil or a *ParamError. Run does it too.
func (a *Attack) Check(p Params, image net.Shape) error { return a.check(p, image.Size()) }

// check tells what is wrong with the parameters, for images of so many elements.
func (a *Attack) check(p Params, elements int) error {
	wrong := func(param, problem string, args ...any) error {
		return &ParamError{a.Name, param, fmt.Sprintf(problem, args...)}
	}
	if !slices.Contains(a.Norms, p.Norm) {
		return wrong("norm", "%v is not one it works in: it has %v", p.Norm, a.Norms)
	}
	limit := balls[p.Norm].diameter(elements)
	switch {
	case math.IsNaN(p.Eps) || math.IsInf(p.Eps, 0):
		return wrong("eps", "is %v: it must be a number", p.Eps)
	case p.Eps < 0:
		return wrong("eps", "is %v: a radius is not negative", p.Eps)
	case p.Eps > limit:
		return wrong("eps", "is %v, but pixels are in [0,1], where no two images are further apart than %.4g in %v"+
			" (8 of 255 grey levels are 8/255 = 0.0314)", p.Eps, limit, p.Norm)
	case p.Steps < 1:
		return wrong("steps", "is %d: it must be 1 or more", p.Steps)
	case a.single && p.Steps != 1:
		return wrong("steps", "is %d: it takes one step (bim and pgd take more)", p.Steps)
	case math.IsNaN(p.StepSize) || math.IsInf(p.StepSize, 0) || p.StepSize < 0:
		return wrong("step size", "is %v: it must be above 0, or 0 for the attack's own choice", p.StepSize)
	case a.single && p.StepSize != 0 && p.StepSize != p.Eps:
		return wrong("step size", "is %v: its one step is as long as eps, %v", p.StepSize, p.Eps)
	case p.RandomStart && !a.random:
		return wrong("random start", "is asked for, but it starts at the image itself (pgd starts at random)")
	}
	return nil
}

// StepSize is the length of a step: p.StepSize, or if that is 0 eps for an attack of one step and 2.5·eps/steps
// for one of many, which can cross the ball and come back (Madry et al. 2018). With eps 8/255 and 10 steps that
// is the usual 2/255.
func (a *Attack) StepSize(p Params) float64 {
	switch {
	case a.single:
		return p.Eps
	case p.StepSize > 0:
		return p.StepSize
	}
	return 2.5 * p.Eps / float64(max(p.Steps, 1))
}
