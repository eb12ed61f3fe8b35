package train

import (
	"errors"
	"fmt"
	"strings"

	"steady/core/loss"
)

// Recipe is a named way to train.
type Recipe struct {
	Name    string
	Summary string
	Source  string // the paper it comes from
	Config  Config // its defaults

	// Prepare, unless nil, changes each batch before the network learns from it: the pictures, what is asked of them,
	// or both. That is all by which recipes differ.
	Prepare func(b *Batch) error
}

// Batch is what a step learns from. Whatever a recipe draws at random is to be keyed by Config.Seed, Epoch and
// Indices, so that it depends on nothing else.
type Batch struct {
	X       []float32 // n×C×H×W in [0,1], augmented
	Labels  []int     // n
	Indices []int     // of the pictures in their set
	Epoch   int       // whole epochs done
	Step    int       // of this epoch, from 0
	Config  *Config

	// Loss is what the network is to make small. As long as it is nil, that is the cross-entropy of Labels, smoothed as
	// Config says, which an engine may make where it computes, so that nothing has to be waited for. A recipe that wants
	// another one gives it as a function of the logits, which adds to Total.
	Loss  loss.Func
	Total *loss.Total // of this step

	classes int
}

// CrossEntropy is the loss that there is while Loss is nil, as a function: to make others of.
func (b *Batch) CrossEntropy() loss.Func {
	return loss.Smoothed(b.Labels, b.classes, float32(b.Config.LabelSmoothing), b.Total)
}

var recipes = []*Recipe{
	{
		Name:    "standard",
		Summary: "plain training: shifted and mirrored pictures, label smoothing, a one-cycle learning rate",
		Source:  "Smith and Topin 2018 (one cycle); Szegedy et al. 2016 (label smoothing)",
		Config: Config{
			Recipe: "standard", Epochs: 20, Batch: 128, Schedule: OneCycle, LearningRate: .2, Warmup: .2,
			Momentum: .9, WeightDecay: 5e-4, LabelSmoothing: .1, RandomCrop: 4, HorizontalFlip: true,
		},
	},
}

// Recipes lists all recipes.
func Recipes() []*Recipe { return recipes }

// ErrUnknown is wrapped where no recipe has the name asked for.
var ErrUnknown = errors.New("unknown recipe")

// LookupRecipe finds a recipe by its name.
func LookupRecipe(name string) (*Recipe, error) {
	var names []string
	for _, r := range recipes {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return nil, fmt.Errorf("train: %w %q: want one of %s", ErrUnknown, name, strings.Join(names, ", "))
}
