package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Recipe is a named way to train. One with parameters of its own is made by [WithOptions].
type Recipe struct {
	Name    string
	Summary string
	Source  string // the paper it comes from
	Config  Config // its defaults

	// Prepare, unless nil, changes each batch before the step: the images, their labels, the loss, or all of them. Besides
	// their defaults, that is all by which the steps of recipes differ.
	Prepare func(ctx context.Context, b *Batch) error

	// Views, unless nil, returns how many images a step sees at most for each image of a batch, at least 1: Prepare may
	// append to Batch.X up to so many times the images that it has. Options that it depends on are those of [OwnOptions].
	Views func(c *Config) int

	// Seen, unless nil, returns the names of the corruptions (of package corrupt) that the recipe trains on with a Config.
	// Model cards average the accuracy on them and on the others separately.
	Seen func(c *Config) []string

	// Watch, unless nil, looks at the history of a run after each epoch that was measured, the last of history, and returns
	// in one sentence what is wrong, with the epoch; "" if nothing is. What it says is that epoch's Record.Warning.
	Watch func(c *Config, history []Record) string
}

var recipes = []*Recipe{
	{
		Name:    "standard",
		Summary: "plain training: random crops and flips, cutout, label smoothing, a one-cycle learning rate",
		Source:  "Smith and Topin 2018 (one cycle); Szegedy et al. 2016 (label smoothing); DeVries and Taylor 2017 (cutout)",
		Config: Config{
			Recipe: "standard", Epochs: 20, Batch: 128, Schedule: OneCycle, LearningRate: .2, Warmup: .2,
			Momentum: .9, WeightDecay: 5e-4, ShiftRate: 16, Initialization: Identity, LabelSmoothing: .1, RandomCrop: 4,
			Border: Reflect, Flip: RandomFlip, Cutout: .25,
		},
	},
}

// Recipes returns all recipes.
func Recipes() []*Recipe { return slices.Clone(recipes) }

// Register adds a recipe to those that a Config can name. It is for init functions: it panics if the recipe's defaults make
// no sense or its name is taken, and must not be called while something else uses this package.
func Register(r *Recipe) {
	if _, err := LookupRecipe(r.Name); err == nil {
		panic(fmt.Sprintf("train: a second recipe %q", r.Name))
	}
	recipes = append(recipes, r)
	if err := r.Config.Validate(); err != nil || r.Config.Recipe != r.Name {
		recipes = recipes[:len(recipes)-1]
		panic(fmt.Sprintf("train: recipe %q: its Config is of %q: %v", r.Name, r.Config.Recipe, err))
	}
}

// ErrUnknown matches the error for a name that no recipe has.
var ErrUnknown = errors.New("unknown recipe")

// LookupRecipe returns the recipe of a name.
func LookupRecipe(name string) (*Recipe, error) {
	var names []string
	for _, r := range recipes {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return nil, fmt.Errorf("train: %w %q: valid: %s", ErrUnknown, name, strings.Join(names, ", "))
}

// Parse returns the defaults of the recipe that text names, with options of its own in braces, if any: "standard", or
// "name{weight=0.5,eps=8/255}".
func Parse(text string) (Config, error) {
	name, own, braces := strings.Cut(strings.TrimSpace(text), "{")
	r, err := LookupRecipe(strings.TrimSpace(name))
	if err != nil {
		return Config{}, err
	}
	c := r.Config
	if !braces {
		return c, nil
	}
	own, closed := strings.CutSuffix(own, "}")
	if !closed {
		return Config{}, fmt.Errorf("train: %w: %q: want a closing brace at its end", ErrConfig, text)
	}
	return c.With(own)
}
