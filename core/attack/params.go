package attack

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steady/core/loss"
	"steady/core/nn"
	"steady/core/option"
)

// ErrInput matches errors about images, labels or targets that do not fit the model or their range.
var ErrInput = errors.New("attack: bad input")

// ErrModel matches errors about a model whose answer is not finite.
var ErrModel = loss.ErrNotFinite

// ParamError is a parameter of an attack that makes no sense, and what would. Param is empty where the text of an attack
// cannot be read.
type ParamError struct{ Attack, Param, Value, Problem string }

func (e *ParamError) Error() string {
	if e.Param == "" {
		return fmt.Sprintf("attack: %s: %s", e.Attack, e.Problem)
	}
	return fmt.Sprintf("attack: %s: %s is %s: %s", e.Attack, e.Param, e.Value, e.Problem)
}

// Params are the parameters of an attack; start from [Attack.Default]. Attack.Parameters names those of the first group
// that an attack has; the others must be left 0. All attacks have the second group. What each is called elsewhere, what
// it means and what it may be is in options.go.
type Params struct {
	Eps          float64 // in pixel units
	StepSize     float64 // in pixel units; 0 lets the attack choose ([Attack.StepSize])
	Steps        int
	RandomStart  bool
	Restarts     int
	Momentum     float64
	Targets      int
	Overshoot    float64
	SearchSteps  int
	Weight       float64
	Rotation     float64 // in degrees
	Rotations    int
	Translation  float64 // in pixels
	Translations int
	Version      Version
	Continue     bool

	Norm       Norm
	Target     Target  // the zero value is untargeted
	Confidence float64 // as in [Confident]
	Queries    int     // most times an image is put to the network, with a gradient or without; 0: no limit
	Seconds    float64 // most time for all images of a run; 0: no limit
	Seed       uint64
	First      uint64 // the first image's place in its data set; with Seed it makes its random numbers
}

// MarshalJSON returns the parameters in the order of the table, those that few attacks have only where they are not 0.
func (p Params) MarshalJSON() ([]byte, error) { return OptionTable().EncodeJSON(&p) }

// UnmarshalJSON reads what MarshalJSON writes. Parameters that are missing keep their values; a name that is not known is
// an error, for the attack without it would be another one.
func (p *Params) UnmarshalJSON(data []byte) error { return OptionTable().DecodeJSON(p, data) }

// Uses reports whether an attack has a parameter of the first group of [Params].
func (a *Attack) Uses(name string) bool { return slices.Contains(a.Parameters, name) }

// Check returns a *[ParamError] if parameters make no sense for images of a shape. Run does it too.
func (a *Attack) Check(p Params, image nn.Shape) error { return a.check(p, image.Size()) }

// check is Check for images of a number of elements.
func (a *Attack) check(p Params, elements int) error {
	options := a.Options(p.Norm)
	wrong := func(name, problem string, args ...any) error {
		return &ParamError{a.Name, name, OptionTable().Lookup(name).Text(&p), fmt.Sprintf(problem, args...)}
	}
	if err := options.Check(&p); err != nil {
		return a.paramError(err)
	}
	if a.single && p.Steps != 1 {
		return wrong("steps", "it takes one step (bim and pgd take more)")
	}
	if !a.Targetable() && p.Target.Choice != NoTarget {
		return wrong("target", "%s", a.untargeted)
	}
	for _, o := range OptionTable() {
		if options.Lookup(o.Name) != nil || o.IsZero(&p) || o.Name == "norm" || a.single && o.Name == "steps" {
			continue
		}
		return wrong(o.Name, "not an option of %s; valid: %s", a.Name, strings.Join(options.Names(), ", "))
	}
	if a.Uses("eps") {
		if limit := balls[p.Norm].diameter(elements); p.Eps > limit {
			return wrong("eps", "want at most %.4g in %v, as far as images with pixels in [0,1] can be apart"+
				" (8 of 255 gray levels are 8/255 = 0.0314)", limit, p.Norm)
		}
	}
	if p.Restarts > 1 && a.Uses("random-start") && !p.RandomStart {
		return wrong("restarts", "want a random start, without which all are the same")
	}
	return nil
}

// paramError returns an error of a table of options as a *[ParamError].
func (a *Attack) paramError(err error) error {
	if e := (*option.Error)(nil); errors.As(err, &e) {
		return &ParamError{a.Name, e.Option, e.Value, "want " + e.Want}
	}
	return &ParamError{Attack: a.Name, Problem: err.Error()}
}

// StepSize returns the length of a step: p.StepSize, or if that is 0 the attack's own choice. FGSM's one step is as long
// as eps; BIM and PGD take 2.5·eps/steps, which can cross the ball and come back (Madry et al. 2018; with 8/255 and 10
// steps the usual 2/255), MI-FGSM eps/steps, and APGD begins with 2·eps. 0 is for attacks that have no such length.
func (a *Attack) StepSize(p Params) float64 {
	if p.StepSize > 0 || a.stepSize == nil {
		return p.StepSize
	}
	return a.stepSize(p)
}
