package train

import (
	"context"
	"fmt"

	"steady/core/option"
)

// Options are the values of the parameters that a recipe has besides those that all recipes share. They do not change: With
// returns others.
type Options interface {
	// With returns options that differ in those that text names: "weight=0.5,eps=8/255".
	With(text string) (Options, error)
	// String returns, as With reads it, the options whose values are not the recipe's defaults.
	String() string
	// Describe returns the options for flags and forms, with their values.
	Describe() []option.Info
	// MarshalJSON returns an object of all options.
	MarshalJSON() ([]byte, error)

	check() error
	differs(has Options) string
	decode(data []byte) (Options, error)
	source() any
}

// WithOptions returns a recipe that has options of its own: the fields of a T that table describes, with their defaults.
// prepare is its Prepare, and gets their values. If a *T has a method Check() error, it says what the ranges of the table
// cannot.
func WithOptions[T any](r Recipe, defaults T, table option.Table[T], prepare func(context.Context, *Batch, *T) error) *Recipe {
	for _, name := range table.Names() {
		if configTable.Lookup(name) != nil {
			panic(fmt.Sprintf("train: recipe %q: all recipes have an option %q", r.Name, name))
		}
	}
	r.Config.Options = ownOptions[T]{defaults, &optionSource[T]{table, defaults}}
	r.Prepare = func(ctx context.Context, b *Batch) error {
		o := OwnOptions[T](b.Config)
		return prepare(ctx, b, &o)
	}
	return &r
}

// OwnOptions returns the values of the options that the recipe of a Config has of its own. It panics unless T is the type
// that the recipe was made with.
func OwnOptions[T any](c *Config) T { return c.Options.(ownOptions[T]).values }

// ownOptions are the Options of one recipe.
type ownOptions[T any] struct {
	values T
	from   *optionSource[T]
}

type optionSource[T any] struct {
	table    option.Table[T]
	defaults T
}

func (o ownOptions[T]) With(text string) (Options, error) {
	if err := o.from.table.Parse(&o.values, text); err != nil {
		return nil, err
	}
	return o, nil
}

func (o ownOptions[T]) String() string               { return o.from.table.Format(&o.values, &o.from.defaults) }
func (o ownOptions[T]) Describe() []option.Info      { return o.from.table.Describe(&o.values) }
func (o ownOptions[T]) MarshalJSON() ([]byte, error) { return o.from.table.EncodeJSON(&o.values) }
func (o ownOptions[T]) source() any                  { return o.from }

// check returns an error if a value is out of its range, or if the options have a method Check and it returns one.
func (o ownOptions[T]) check() error {
	if err := o.from.table.Check(&o.values); err != nil {
		return err
	}
	if c, ok := any(&o.values).(interface{ Check() error }); ok {
		return c.Check()
	}
	return nil
}

func (o ownOptions[T]) decode(data []byte) (Options, error) {
	o.values = o.from.defaults
	if err := o.from.table.DecodeJSON(&o.values, data); err != nil {
		return nil, err
	}
	return o, nil
}

func (o ownOptions[T]) differs(has Options) string {
	other := has.(ownOptions[T])
	return difference(o.from.table, &other.values, &o.values)
}

// difference says which option has another value in the run that a checkpoint is of than in this one; "" if none has.
func difference[T any](table option.Table[T], has, want *T) string {
	text := func(o *option.Option[T], v *T) string {
		if o.Zero != "" && o.IsZero(v) {
			return o.Zero
		}
		return o.Text(v)
	}
	for i := range table {
		o := &table[i]
		if a, b := text(o, has), text(o, want); a != b {
			return fmt.Sprintf("it is of a run with %s %s, this one has %s", o.Name, a, b)
		}
	}
	return ""
}
