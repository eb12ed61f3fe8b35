package output

import (
	"io"

	"github.com/spf13/pflag"
)

// Export is a file that a command writes of a result, if the flag of its name is given.
type Export[T any] struct {
	Flag, Extension, Help string
	Write                 func(result T, w io.Writer) error

	path string
}

// Exports are the files that a command can write of its result.
type Exports[T any] []*Export[T]

// AddFlags adds their flags, and --force.
func (e Exports[T]) AddFlags(flags *pflag.FlagSet, plan *Plan) {
	for _, one := range e {
		flags.StringVar(&one.path, one.Flag, "", one.Help)
	}
	plan.AddFlag(flags)
}

// Plan adds the files that are asked for to a plan.
func (e Exports[T]) Plan(plan *Plan) {
	for _, one := range e {
		if one.path != "" {
			plan.Output("--"+one.Flag, one.path, one.Extension)
		}
	}
}

// Write writes them, each whole or not at all.
func (e Exports[T]) Write(result T) error {
	for _, one := range e {
		if one.path == "" {
			continue
		}
		if err := File(one.path, func(w io.Writer) error { return one.Write(result, w) }); err != nil {
			return err
		}
	}
	return nil
}
