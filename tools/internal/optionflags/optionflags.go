package optionflags

import (
	"errors"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/option"
)

// Flags are the options of a T as flags of a command.
type Flags[T any] struct {
	Values T                  // those of the flags that were given
	given  []option.Option[T] // the same flags
}

// Add adds a flag for each option that people set. note returns what the help says of an option besides its own, such as
// its default.
func (f *Flags[T]) Add(c *cobra.Command, table option.Table[T], note func(*option.Option[T]) string) {
	for _, o := range table {
		if o.Internal {
			continue
		}
		help := withNote(o.Help, &o, note(&o))
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			flag := c.Flags().VarPF(&flag[T]{f, o, ""}, name, "", help)
			flag.Hidden = name != o.Name
			if o.Kind() == option.Switch {
				flag.NoOptDefVal = "true"
			}
		}
	}
}

// withNote returns a flag's help with the range of its values, if it is bounded, and what else there is to say.
func withNote[T any](help string, o *option.Option[T], note string) string {
	if _, most := o.Range.Bounds(); !math.IsInf(most, 1) {
		if note != "" {
			note = "; " + note
		}
		note = o.Range.String() + note
	}
	if note == "" {
		return help
	}
	return help + " (" + note + ")"
}

// Has reports whether an option's flag was given.
func (f *Flags[T]) Has(name string) bool { return option.Table[T](f.given).Lookup(name) != nil }

// Apply sets the options of to whose flags were given.
func (f *Flags[T]) Apply(to *T) {
	for i := range f.given {
		f.given[i].Copy(to, &f.Values)
	}
}

// flag is the pflag.Value of an option.
type flag[T any] struct {
	flags  *Flags[T]
	option option.Option[T]
	text   string
}

func (f *flag[T]) String() string { return f.text }

func (f *flag[T]) Set(text string) error {
	if err := f.option.Set(&f.flags.Values, text); err != nil {
		return errors.New("want " + f.option.Want()) // the flag's name and value are said already
	}
	f.text = text
	f.flags.given = append(f.flags.given, f.option)
	return nil
}

// Range returns what a number may be.
func (f *flag[T]) Range() option.Range { return f.option.Range }

// Type returns what the help puts in place of a value.
func (f *flag[T]) Type() string {
	switch f.option.Kind() {
	case option.Number:
		return "number"
	case option.Whole:
		return "int"
	case option.Switch:
		return "bool"
	case option.Choice:
		return strings.Join(f.option.Choices, "|")
	}
	return "string"
}
