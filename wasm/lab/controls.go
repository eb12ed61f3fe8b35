package main

import (
	"fmt"
	"math"

	"steady/core/attack"
)

// knob is a parameter of attacks as a person sets it.
type knob struct {
	name     attack.Parameter
	label    string
	hint     string
	main     bool    // in sight; the others are folded away
	min, max float64 // in the unit shown
	field    func(*attack.Params) any
}

// leastEps is the smallest radius offered, in the unit shown: with 0 there is nowhere to go.
const leastEps = 0.01

// Two parameters that all attacks have: see attack.Params.
const (
	paramQueries    attack.Parameter = "queries"
	paramConfidence attack.Parameter = "confidence"
)

// knobs are in the order in which they stand. The greatest values only keep a slip of the keyboard from taking hours;
// attack.Check knows what makes no sense.
var knobs = []knob{
	{attack.ParamEps, "At most", "", true, 0, 1e5, func(p *attack.Params) any { return &p.Eps }},
	{attack.ParamSteps, "Steps", "", true, 1, 1000, func(p *attack.Params) any { return &p.Steps }},
	{attack.ParamVersion, "Version", "", true, 1, 3, func(p *attack.Params) any { return &p.Version }},
	{attack.ParamRotation, "Rotate by", "Degrees at most, to either side", true, 0, 180,
		func(p *attack.Params) any { return &p.Rotation }},
	{attack.ParamTranslation, "Move by", "Pixels at most, along each axis", true, 0, 100,
		func(p *attack.Params) any { return &p.Translation }},
	{attack.ParamRotations, "Angles tried", "", false, 1, 181, func(p *attack.Params) any { return &p.Rotations }},
	{attack.ParamTranslations, "Places tried", "Along each axis", false, 1, 31,
		func(p *attack.Params) any { return &p.Translations }},
	{attack.ParamStepSize, "Step size", "0: the attack chooses", false, 0, 1e5,
		func(p *attack.Params) any { return &p.StepSize }},
	{attack.ParamRestarts, "Restarts", "Walks from other random starts", false, 1, 100,
		func(p *attack.Params) any { return &p.Restarts }},
	{attack.ParamTargets, "Targets", "Classes aimed at one after another, the likeliest first", false, 1, 1000,
		func(p *attack.Params) any { return &p.Targets }},
	{attack.ParamMomentum, "Momentum", "How much of the directions before counts", false, 0, 10,
		func(p *attack.Params) any { return &p.Momentum }},
	{attack.ParamOvershoot, "Overshoot", "How far to go beyond the boundary, as a share of the way", false, 0, 10,
		func(p *attack.Params) any { return &p.Overshoot }},
	{attack.ParamSearchSteps, "Searches", "Bisections of the weight", false, 1, 30,
		func(p *attack.Params) any { return &p.SearchSteps }},
	{attack.ParamWeight, "First weight", "Of the wrong answer against the distance", false, 1e-6, 1e6,
		func(p *attack.Params) any { return &p.Weight }},
	{paramQueries, "Queries", "", true, 1, 100_000, func(p *attack.Params) any { return &p.Queries }},
	{paramConfidence, "Confidence", "Least lead in the logits", false, 0, 100,
		func(p *attack.Params) any { return &p.Confidence }},
	{attack.ParamRandomStart, "Random start", "", false, 0, 1, func(p *attack.Params) any { return &p.RandomStart }},
	{attack.ParamContinue, "Go on after success", "For the highest loss", false, 0, 1,
		func(p *attack.Params) any { return &p.Continue }},
}

// has tells whether an attack has the knob.
func (k *knob) has(a *attack.Attack) bool {
	switch k.name {
	case paramQueries, paramConfidence:
		return true
	case attack.ParamContinue:
		return a.Uses(k.name) && !a.SingleStep()
	}
	return a.Uses(k.name)
}

// length tells whether the knob is a length in pixel units, which in Linf are counted in grey levels.
func (k *knob) length() bool { return k.name == attack.ParamEps || k.name == attack.ParamStepSize }

func (k *knob) scale(n attack.Norm) float64 {
	if k.length() && n == attack.Linf {
		return 255
	}
	return 1
}

// usual are the parameters that the page begins with. Attacks that walk once go on after the label has changed: people
// watch how far it goes.
func usual(a *attack.Attack, n attack.Norm) attack.Params {
	p := a.Default(n)
	p.Continue = a.Uses(attack.ParamContinue) && a.Access == attack.Gradients && !a.Uses(attack.ParamTargets)
	return p
}

// controls describes the controls of an attack in a norm, and what they stand at.
func controls(a *attack.Attack, n attack.Norm) []controlInfo {
	p := usual(a, n)
	out := []controlInfo{}
	for i := range knobs {
		k := &knobs[i]
		if !k.has(a) {
			continue
		}
		c := controlInfo{Name: string(k.name), Label: k.label, Hint: k.hint, Main: k.main, Kind: "number", Min: k.min, Max: k.max}
		switch v := k.field(&p).(type) {
		case *float64:
			c.Value = math.Round(*v*k.scale(n)*1e6) / 1e6
		case *int:
			c.Kind, c.Value = "whole", max(float64(*v), k.min)
		case *bool:
			c.Kind = "switch"
			if *v {
				c.Value = 1
			}
		case *attack.Version:
			c.Kind, c.Value = "choice", float64(*v)
			for o := attack.Standard; o <= attack.Fast; o++ {
				c.Options = append(c.Options, o.String())
			}
		}
		if k.scale(n) == 255 {
			c.Unit, c.Max = "/255", 255
		}
		switch {
		case k.name == attack.ParamEps && a.Bounded():
			c.Min = leastEps
		case k.name == attack.ParamEps:
			c.Label, c.Hint = "Within", "0: any distance"
		case k.name == paramQueries && p.Queries == 0: // it ends some other way
			c.Main, c.Min, c.Value, c.Hint = false, 0, 0, "With gradients; 0: no limit"
		}
		out = append(out, c)
	}
	return out
}

// set gives p the values of the page's controls; those that are missing stay as they are.
func set(p *attack.Params, a *attack.Attack, n attack.Norm, values map[string]float64) error {
	known := map[string]controlInfo{}
	for _, c := range controls(a, n) {
		known[c.Name] = c
	}
	for name, v := range values {
		c, ok := known[name]
		if !ok {
			return fmt.Errorf("lab: %s has no %q in %v", a.Name, name, n)
		}
		if !(v >= c.Min && v <= c.Max) || c.Kind != "number" && v != math.Trunc(v) {
			return fmt.Errorf("%s is %v, which is not a %s from %v to %v.", c.Label, v,
				map[bool]string{true: "number", false: "whole number"}[c.Kind == "number"], c.Min, c.Max)
		}
	}
	for i := range knobs {
		k := &knobs[i]
		v, ok := values[string(k.name)]
		if !ok {
			continue
		}
		switch f := k.field(p).(type) {
		case *float64:
			*f = v / k.scale(n)
		case *int:
			*f = int(v)
		case *bool:
			*f = v != 0
		case *attack.Version:
			*f = attack.Version(v)
		}
	}
	return nil
}
