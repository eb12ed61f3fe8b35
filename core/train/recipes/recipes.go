package recipes

import (
	"math"

	"steady/core/option"
	"steady/core/train"
)

// standard returns the shared defaults of a recipe: those of the standard one.
func standard(name string) train.Config {
	r, err := train.LookupRecipe("standard")
	if err != nil {
		panic(err)
	}
	c := r.Config
	c.Recipe = name
	return c
}

// shareOption describes the fraction of each batch that a recipe changes: its first images. The order of the images is
// another one in each epoch.
func shareOption[T any](field func(*T) *float64) option.Option[T] {
	return option.Option[T]{
		Name: "share", Label: "Share", Help: "fraction of each batch that is changed; the rest stays clean",
		Field: func(o *T) any { return field(o) }, Range: option.Between(0, 1),
	}
}

// shared returns how many images of a batch a share of it has.
func shared(b *train.Batch, share float64) int {
	return int(math.Round(share * float64(len(b.Labels))))
}
