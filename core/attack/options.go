package attack

import (
	"slices"

	"steady/core/nn"
	"steady/core/option"
)

// maxLength is the largest length that an option may have: no two images of nn.MaxElements elements are further apart.
const maxLength = nn.MaxElements

// own are the options that some attacks have: those that name them in Attack.Parameters. To add one, add a field to
// [Params], a literal here, and its name to these attacks.
var own = option.Table[Params]{
	{
		Name: "eps", Label: "At most", Help: "largest distance from the original image", Per: 255,
		Field: func(p *Params) any { return &p.Eps },
		Range: option.Between(0, maxLength), Offer: option.Between(0, 1e5),
	},
	{
		Name: "step-size", Label: "Step size", Help: "length of a step", Per: 255, Advanced: true,
		Field: func(p *Params) any { return &p.StepSize },
		Range: option.AboveTo(0, maxLength), Zero: "the attack's choice", Offer: option.Between(0, 1e5),
	},
	{
		Name: "steps", Label: "Steps", Help: "number of steps",
		Field: func(p *Params) any { return &p.Steps },
		Range: option.Between(1, 1_000_000), Offer: option.Between(1, 1000),
	},
	{
		Name: "random-start", Label: "Random start", Help: "start at a random point", Advanced: true,
		Field: func(p *Params) any { return &p.RandomStart },
	},
	{
		Name: "restarts", Label: "Restarts", Help: "random starts; one success is enough",
		Hint: "Runs from different random starts", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Restarts },
		Range: option.Between(1, 10_000), Zero: "one", Offer: option.Between(1, 100),
	},
	{
		Name: "momentum", Label: "Momentum", Help: "decay factor of the running sum of gradients",
		Hint: "Weight of earlier directions", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Momentum },
		Range: option.Between(0, 10), Offer: option.Between(0, 10),
	},
	{
		Name: "targets", Label: "Targets", Help: "classes to try one after another, the likeliest first",
		Hint: "Classes aimed at one after another, the likeliest first", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Targets },
		Range: option.Between(1, 1_000_000), Offer: option.Between(1, 1000),
	},
	{
		Name: "overshoot", Label: "Overshoot", Help: "how far to go beyond the boundary, as a fraction of the way",
		Hint: "How far to go beyond the boundary, as a fraction of the way", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Overshoot },
		Range: option.Between(0, 1000), Offer: option.Between(0, 10),
	},
	{
		Name: "search-steps", Label: "Searches", Help: "binary search steps for the weight of the loss",
		Hint: "Binary-search steps for the weight", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.SearchSteps },
		Range: option.Between(1, 1000), Offer: option.Between(1, 30),
	},
	{
		Name: "weight", Label: "First weight", Help: "initial weight of the loss",
		Hint: "Of the wrong answer against the distance", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Weight },
		Range: option.AboveTo(0, maxWeight), Offer: option.Between(1e-6, 1e6),
	},
	{
		Name: "rotation", Label: "Rotate by", Help: "largest rotation in degrees, to either side", Unit: "degrees",
		Hint: "Degrees at most, to either side", OmitZero: true,
		Field: func(p *Params) any { return &p.Rotation },
		Range: option.Between(0, 360), Offer: option.Between(0, 180),
	},
	{
		Name: "rotations", Label: "Angles tried", Help: "number of angles to try", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Rotations },
		Range: option.Between(1, 10_000), Offer: option.Between(1, 181),
	},
	{
		Name: "translation", Label: "Move by", Help: "largest translation in pixels, along each axis", Unit: "px",
		Hint: "Pixels at most, along each axis", OmitZero: true,
		Field: func(p *Params) any { return &p.Translation },
		Range: option.Between(0, 100_000), Offer: option.Between(0, 100),
	},
	{
		Name: "translations", Label: "Places tried", Help: "number of translations to try along each axis",
		Hint: "Along each axis", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Translations },
		Range: option.Between(1, 10_000), Offer: option.Between(1, 31),
	},
	{
		Name: "version", Label: "Version", Help: "ensemble of attacks", OmitZero: true,
		Field:   func(p *Params) any { return &p.Version },
		Choices: versionNames[Standard:],
	},
	{
		Name: "continue", Label: "Keep going after success", Help: "continue after the first success, for the highest loss",
		Hint: "For the highest loss", Advanced: true,
		Field: func(p *Params) any { return &p.Continue },
	},
}

// common are the options that all attacks have.
var common = option.Table[Params]{
	{
		Name: "norm", Label: "Norm", Help: "norm of the change: linf (any pixel's), l2 or l1 (all together)",
		Field:   func(p *Params) any { return &p.Norm },
		Choices: normNames[:],
	},
	{
		Name: "target", Label: "Target", Help: "class to aim at: next, random, least-likely, or its number",
		Field: func(p *Params) any { return &p.Target },
	},
	{
		Name: "confidence", Label: "Confidence", Help: "margin in the logits that makes an answer adversarial",
		Hint: "Least margin in the logits", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Confidence },
		Range: option.Between(0, 1e6), Offer: option.Between(0, 100),
	},
	{
		Name: "queries", Label: "Queries", Help: "query budget per image, gradients included",
		Hint: "With gradients", Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Queries },
		Range: option.Between(1, 1e9), Zero: "no limit", Offer: option.Between(0, 100_000),
	},
	{
		Name: "time", JSON: "seconds", Label: "Time", Help: "time limit in seconds per 256 images", Unit: "s",
		Advanced: true, OmitZero: true,
		Field: func(p *Params) any { return &p.Seconds },
		Range: option.AboveTo(0, 1e8), Zero: "no limit",
	},
	{
		Name: "seed", Label: "Seed", Help: "random seed", Advanced: true,
		Field: func(p *Params) any { return &p.Seed },
	},
	{
		Name: "first", Internal: true,
		Field: func(p *Params) any { return &p.First },
	},
}

// OptionTable returns the options of all attacks.
func OptionTable() option.Table[Params] { return slices.Concat(own, common) }

// leastEps is the smallest radius that a form offers, in units of Option.Per: with 0 there is nowhere to go.
const leastEps = 0.01

// Options returns the attack's options, as they are in a norm.
func (a *Attack) Options(norm Norm) option.Table[Params] {
	options := OptionTable().Only(func(o *option.Option[Params]) bool {
		switch {
		case own.Lookup(o.Name) != nil:
			return a.Uses(o.Name)
		case o.Name == "norm":
			return len(a.Norms) > 0
		case o.Name == "target":
			return a.Targetable()
		}
		return true
	})
	for i := range options {
		o := &options[i]
		least, most := o.Offer.Bounds()
		unit := 1.0
		switch {
		case o.Per > 0 && norm == Linf: // a length, counted in gray levels
			unit = 1 / float64(o.Per)
			most = 1
			o.Offer = option.Between(least, most)
		case o.Per > 0:
			o.Per = 0
		}
		switch o.Name {
		case "eps":
			if a.Bounded() {
				o.Offer = option.Between(leastEps*unit, most)
			} else {
				o.Label, o.Zero = "Within", "any distance"
			}
		case "norm":
			o.Choices = nil
			for _, n := range a.Norms {
				o.Choices = append(o.Choices, n.String())
			}
		case "queries":
			if a.defaults.Queries > 0 { // they are what ends it
				o.Hint, o.Advanced, o.Offer = "", false, option.Between(1, most)
			}
			if a.needsQueries {
				o.Zero = ""
			}
		}
	}
	return options
}

// SwapOption puts an option in the place of another, in the table and in the attacks that have that one, until restore is
// called. It is for tests, which show with it that an option needs nothing but its literal; nothing else of the package
// may run at the same time.
func SwapOption(name string, o option.Option[Params]) (restore func()) {
	table, parameters := own, make([][]string, len(registry))
	own = slices.Clone(own)
	*own.Lookup(name) = o
	for i, a := range registry {
		parameters[i] = a.Parameters
		a.Parameters = slices.Clone(a.Parameters)
		if k := slices.Index(a.Parameters, name); k >= 0 {
			a.Parameters[k] = o.Name
		}
	}
	return func() {
		own = table
		for i, a := range registry {
			a.Parameters = parameters[i]
		}
	}
}
