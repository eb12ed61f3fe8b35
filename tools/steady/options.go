package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/option"
)

// optionFlags are the options of a T as flags of a command.
type optionFlags[T any] struct {
	values T                  // those of the flags that were given
	given  []option.Option[T] // the same flags
}

// add adds a flag for each option that people set. note returns what the help says of an option besides its own, such as
// its default.
func (f *optionFlags[T]) add(c *cobra.Command, table option.Table[T], note func(*option.Option[T]) string) {
	for _, o := range table {
		if o.Internal {
			continue
		}
		help := o.Help
		if text := note(&o); text != "" {
			help += " (" + text + ")"
		}
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			flag := c.Flags().VarPF(&optionFlag[T]{f, o, ""}, name, "", help)
			flag.Hidden = name != o.Name
			if o.Kind() == option.Switch {
				flag.NoOptDefVal = "true"
			}
		}
	}
}

// has reports whether an option's flag was given.
func (f *optionFlags[T]) has(name string) bool { return option.Table[T](f.given).Lookup(name) != nil }

// apply sets what was given.
func (f *optionFlags[T]) apply(to *T) {
	for i := range f.given {
		f.given[i].Copy(to, &f.values)
	}
}

// optionFlag is the pflag.Value of an option.
type optionFlag[T any] struct {
	flags  *optionFlags[T]
	option option.Option[T]
	text   string
}

func (f *optionFlag[T]) String() string { return f.text }

func (f *optionFlag[T]) Set(text string) error {
	if err := f.option.Set(&f.flags.values, text); err != nil {
		return errors.New("want " + f.option.Want()) // the flag's name and value are said already
	}
	f.text = text
	f.flags.given = append(f.flags.given, f.option)
	return nil
}

// Type returns what the help puts in place of a value.
func (f *optionFlag[T]) Type() string {
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
