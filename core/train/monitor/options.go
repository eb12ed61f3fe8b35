package monitor

import (
	"steady/core/attack"
	"steady/core/option"
	"steady/core/train"
)

// Options say how often a network is measured, and on how many images. Start from [Defaults].
type Options struct {
	Every     int     // epochs from one measurement to the next; 0 for none
	Clean     int     // images at most
	Corrupted int     // images at most, each with all corruptions
	Attacked  int     // images at most
	Eps       float64 // of the attack
}

// DefaultEps is the eps of the attack where a recipe has none of its own.
const DefaultEps = 8. / 255

// Defaults returns the options for a run: eps is the recipe's, if it has an option of that name for the same norm.
func Defaults(c train.Config) Options {
	o := Options{Every: 1, Clean: 5000, Corrupted: 200, Attacked: 100, Eps: DefaultEps}
	own := map[string]any{}
	if c.Options != nil {
		for _, i := range c.Options.Describe() {
			own[i.Name] = i.Value
		}
	}
	eps, has := own["eps"].(float64)
	if norm, other := own["norm"].(string); has && eps > 0 && (!other || norm == attack.Linf.String()) {
		o.Eps = eps
	}
	return o
}

var optionTable = option.Table[Options]{
	{
		Name: "monitor-every", Label: "Measure every", Help: "epochs between measurements of the accuracy on clean, corrupted and attacked images",
		Field: func(o *Options) any { return &o.Every }, Range: option.Between(0, 10_000_000), Zero: "never",
	},
	{
		Name: "monitor-clean", Label: "Clean images", Help: "images to measure the accuracy on",
		Field: func(o *Options) any { return &o.Clean }, Range: option.Between(0, 10_000_000), Zero: "none",
	},
	{
		Name: "monitor-corrupted", Label: "Corrupted images", Help: "images to measure the accuracy on with each of 19 corruptions",
		Field: func(o *Options) any { return &o.Corrupted }, Range: option.Between(0, 10_000_000), Zero: "none",
	},
	{
		Name: "monitor-attacked", Label: "Attacked images", Help: "images to measure the accuracy on under PGD with 10 steps",
		Field: func(o *Options) any { return &o.Attacked }, Range: option.Between(0, 10_000_000), Zero: "none",
	},
	{
		Name: "monitor-eps", Label: "Eps", Help: "L∞ radius of that attack", Per: 255,
		Field: func(o *Options) any { return &o.Eps }, Range: option.AboveTo(0, 1),
	},
}

// OptionTable returns the descriptions of the options.
func OptionTable() option.Table[Options] { return optionTable }
