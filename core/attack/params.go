package attack

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/nn"
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

// Params are the parameters of an attack; start from Attack.Default. Attack.Uses tells which of the first group an
// attack has; the others must be left 0. All attacks have the second group.
type Params struct {
	Eps          float64 `json:"eps"`                    // radius of the ball, in pixel units; for a minimum-norm attack farthest result, 0: any
	StepSize     float64 `json:"step_size"`              // in pixel units; 0 lets the attack choose (Attack.StepSize)
	Steps        int     `json:"steps"`                  // gradient steps
	RandomStart  bool    `json:"random_start"`           // start at a random point of the ball
	Restarts     int     `json:"restarts,omitempty"`     // walks from random starts; one success is enough
	Momentum     float64 `json:"momentum,omitempty"`     // how much of the directions before counts
	Targets      int     `json:"targets,omitempty"`      // classes tried one after another, the likeliest first
	Overshoot    float64 `json:"overshoot,omitempty"`    // how far to go beyond the boundary, as a share of the way
	SearchSteps  int     `json:"search_steps,omitempty"` // bisections of the weight of the loss
	Weight       float64 `json:"weight,omitempty"`       // first weight of the loss
	Rotation     float64 `json:"rotation,omitempty"`     // greatest, in degrees
	Rotations    int     `json:"rotations,omitempty"`    // how many between the greatest to either side
	Translation  float64 `json:"translation,omitempty"`  // greatest, in pixels, along each axis
	Translations int     `json:"translations,omitempty"` // how many between the greatest to either side
	Version      Version `json:"version,omitempty"`      // of an ensemble
	Continue     bool    `json:"continue"`               // go on after the first success, for the highest loss

	Norm       Norm    `json:"norm"`
	Target     Target  `json:"target"`               // the zero value is untargeted
	Confidence float64 `json:"confidence,omitempty"` // lead in the logits that makes an answer adversarial (Confident)
	Queries    int     `json:"queries,omitempty"`    // most times an image may be put to the network, with a gradient or without; 0: no limit
	Seconds    float64 `json:"seconds,omitempty"`    // most time for all images of a run; 0: no limit
	Seed       uint64  `json:"seed"`
	First      uint64  `json:"first"` // the first image's place in its data set; with Seed it makes its random numbers
}

// Parameter names a parameter that some attacks have and others do not, as on the command line.
type Parameter string

const (
	ParamEps          Parameter = "eps"
	ParamStepSize     Parameter = "step-size"
	ParamSteps        Parameter = "steps"
	ParamRandomStart  Parameter = "random-start"
	ParamRestarts     Parameter = "restarts"
	ParamMomentum     Parameter = "momentum"
	ParamTargets      Parameter = "targets"
	ParamOvershoot    Parameter = "overshoot"
	ParamSearchSteps  Parameter = "search-steps"
	ParamWeight       Parameter = "weight"
	ParamRotation     Parameter = "rotation"
	ParamRotations    Parameter = "rotations"
	ParamTranslation  Parameter = "translation"
	ParamTranslations Parameter = "translations"
	ParamVersion      Parameter = "version"
	ParamContinue     Parameter = "continue"
)

// value is a parameter with the range it must lie in: at least low, or above it if open.
type value struct {
	name Parameter
	is   float64
	low  float64
	open bool
	want string
}

func (p *Params) values() []value {
	flag := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	return []value{
		{ParamEps, p.Eps, 0, false, "a radius is not negative"},
		{ParamStepSize, p.StepSize, 0, false, "it must be above 0, or 0 for the attack's own choice"},
		{ParamSteps, float64(p.Steps), 1, false, "it must be 1 or more"},
		{ParamRandomStart, flag(p.RandomStart), 0, false, ""},
		{ParamRestarts, float64(p.Restarts), 0, false, "it must be 1 or more (0 means 1)"},
		{ParamMomentum, p.Momentum, 0, false, "it must be 0 (none) or more; 1 is usual"},
		{ParamTargets, float64(p.Targets), 1, false, "it must be 1 or more"},
		{ParamOvershoot, p.Overshoot, 0, false, "it must be 0 or more; 0.02 is usual"},
		{ParamSearchSteps, float64(p.SearchSteps), 1, false, "it must be 1 or more"},
		{ParamWeight, p.Weight, 0, true, "it must be above 0"},
		{ParamRotation, p.Rotation, 0, false, "it must be 0 degrees or more"},
		{ParamRotations, float64(p.Rotations), 1, false, "it must be 1 or more"},
		{ParamTranslation, p.Translation, 0, false, "it must be 0 pixels or more"},
		{ParamTranslations, float64(p.Translations), 1, false, "it must be 1 or more"},
		{ParamVersion, float64(p.Version), float64(Standard), false, "choose standard, plus or fast"},
		{ParamContinue, flag(p.Continue), 0, false, ""},
	}
}

// Uses tells whether an attack has a parameter.
func (a *Attack) Uses(p Parameter) bool { return slices.Contains(a.Parameters, p) }

// Check tells what is wrong with parameters for images of a shape: nil or a *ParamError. Run does it too.
func (a *Attack) Check(p Params, image nn.Shape) error { return a.check(p, image.Size()) }

// check tells what is wrong with the parameters, for images of so many elements.
func (a *Attack) check(p Params, elements int) error {
	wrong := func(param Parameter, problem string, args ...any) error {
		return &ParamError{a.Name, strings.ReplaceAll(string(param), "-", " "), fmt.Sprintf(problem, args...)}
	}
	if len(a.Norms) > 0 && !slices.Contains(a.Norms, p.Norm) {
		return wrong("norm", "%v is not one it works in: it has %v", p.Norm, a.Norms)
	}
	for _, v := range p.values() {
		switch {
		case a.single && v.name == ParamSteps:
			if p.Steps != 1 {
				return wrong(ParamSteps, "is %d: it takes one step (bim and pgd take more)", p.Steps)
			}
		case math.IsNaN(v.is) || math.IsInf(v.is, 0):
			return wrong(v.name, "is %v: it must be a number", v.is)
		case a.Uses(v.name) && (v.is < v.low || v.open && v.is == v.low):
			return wrong(v.name, "is %v: %s", v.is, v.want)
		case !a.Uses(v.name) && v.is != 0:
			return wrong(v.name, "is none of its parameters: it has %s", a.parameters())
		}
	}
	if a.Uses(ParamEps) {
		if limit := balls[p.Norm].diameter(elements); p.Eps > limit {
			return wrong(ParamEps, "is %v, but pixels are in [0,1], where no two images are further apart than %.4g in %v"+
				" (8 of 255 grey levels are 8/255 = 0.0314)", p.Eps, limit, p.Norm)
		}
	}
	if p.Restarts > 1 && a.Uses(ParamRandomStart) && !p.RandomStart {
		return wrong(ParamRestarts, "is %d, but without a random start all are the same", p.Restarts)
	}
	if int(p.Version) >= len(versionNames) {
		return wrong(ParamVersion, "is %v: choose standard, plus or fast", p.Version)
	}
	if p.Target.Choice != NoTarget && a.untargeted != "" {
		return wrong("target", "is %v: %s", p.Target, a.untargeted)
	}
	switch {
	case math.IsNaN(p.Confidence) || math.IsInf(p.Confidence, 0) || p.Confidence < 0:
		return wrong("confidence", "is %v: it must be 0 or more", p.Confidence)
	case p.Queries < 0 || a.needsQueries && p.Queries == 0:
		return wrong("queries", "is %d: it must be 1 or more", p.Queries)
	case !(p.Seconds >= 0):
		return wrong("seconds", "is %v: it must be above 0, or 0 for no limit", p.Seconds)
	}
	return nil
}

func (a *Attack) parameters() string {
	names := make([]string, len(a.Parameters))
	for i, p := range a.Parameters {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

// StepSize is the length of a step: p.StepSize, or if that is 0 the attack's own choice. FGSM's one step is as long
// as eps; BIM and PGD take 2.5·eps/steps, which can cross the ball and come back (Madry et al. 2018; with 8/255 and 10
// steps the usual 2/255), MI-FGSM eps/steps, and APGD begins with 2·eps. 0 is for attacks that have no such length.
func (a *Attack) StepSize(p Params) float64 {
	if p.StepSize > 0 || a.stepSize == nil {
		return p.StepSize
	}
	return a.stepSize(p)
}
