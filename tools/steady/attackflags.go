package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/attack"
	"steady/core/option"
	"steady/tools/internal/optionflags"
)

// attackFlags are the options of attacks as flags. Those that are not given are the attack's own.
type attackFlags struct {
	options    optionflags.Flags[attack.Params]
	target     string // may be the name of a class, which only the network knows
	fast, plus bool
}

func (f *attackFlags) add(c *cobra.Command) {
	all := attack.OptionTable()
	f.options.Add(c, all.Only(func(o *option.Option[attack.Params]) bool { return o.Name != "target" }), attackNote)
	c.Flags().StringVar(&f.target, "target", "", all.Lookup("target").Help+" or name")
	c.Flags().BoolVar(&f.plus, "plus", false, "the same as --version plus, the larger ensemble")
	c.Flags().BoolVar(&f.fast, "fast", false, "the same as --version fast, a smaller one: APGD-CE with 20 steps,\n"+
		"APGD-T and FAB-T with 3 targets and 20 steps, Square with 500 queries")
}

// other returns the name of a flag of an attack that was given, other than one; "" if there is none.
func (f *attackFlags) other(c *cobra.Command, than string) (name string) {
	c.Flags().Visit(func(flag *pflag.Flag) {
		if flag.Name != than && (f.options.Has(flag.Name) || slices.Contains([]string{"target", "plus", "fast"}, flag.Name)) {
			name = flag.Name
		}
	})
	return name
}

// attackNote returns which attacks have an option, if they are few, and its default.
func attackNote(o *option.Option[attack.Params]) string {
	var attacks, defaults []string
	for _, a := range attack.All() {
		norms := a.Norms
		if len(norms) == 0 {
			norms = []attack.Norm{a.UsualNorm()}
		}
		for _, n := range norms {
			p := a.Default(n)
			if a.Options(n).Lookup(o.Name) == nil {
				continue
			}
			text := o.Text(&p)
			if o.IsZero(&p) && o.Zero != "" {
				text = o.Zero
			}
			attacks, defaults = append(attacks, a.Name), append(defaults, text)
		}
	}
	attacks = slices.Compact(attacks)
	slices.Sort(defaults)
	defaults = slices.Compact(defaults)
	var parts []string
	if len(attacks) <= 2 {
		parts = append(parts, strings.Join(attacks, ", "))
	}
	switch {
	case len(defaults) > 1:
		parts = append(parts, "default: the attack's own")
	case o.Kind() != option.Switch:
		parts = append(parts, "default: "+strings.Join(defaults, ""))
	}
	return strings.Join(parts, "; ")
}

// read returns the attack that text names and its parameters: those of the text, and of the flags, but for the target.
func (f *attackFlags) read(text string) (*attack.Attack, attack.Params, error) {
	method, p, err := attack.Parse(text)
	if err != nil {
		return nil, p, err
	}
	if norm := f.options.Values.Norm; f.options.Has("norm") {
		if len(method.Norms) == 0 {
			return nil, p, usagef("--norm %v: what %s does is not measured by a norm", norm, method.Name)
		}
		p = method.InNorm(p, norm)
	}
	f.options.Apply(&p)
	shorthands := 0
	for _, s := range []struct {
		given   bool
		version attack.Version
	}{{f.options.Has("version"), p.Version}, {f.plus, attack.Plus}, {f.fast, attack.Fast}} {
		if s.given {
			p.Version = s.version
			shorthands++
		}
	}
	if shorthands > 1 {
		return nil, p, usagef("--version, --plus and --fast: choose one")
	}
	return method, p, nil
}
