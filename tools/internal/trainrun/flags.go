package trainrun

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/option"
	"steady/core/train"
	"steady/core/train/monitor"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
)

// Flags are the options of recipes as flags.
type Flags struct {
	options optionflags.Flags[train.Config]
	own     []string // options that only some recipes have, as name=value
	monitor optionflags.Flags[monitor.Options]
}

// Add adds the flags that change a recipe: those of all recipes, and those of the options that recipes have of their own.
func (f *Flags) Add(c *cobra.Command) {
	f.options.Add(c, train.OptionTable(), func(o *option.Option[train.Config]) string {
		switch o.Name {
		case "seed":
			return "default: 0"
		case "validation", "keep":
			return "default: " + o.Zero
		}
		return "default: the recipe's"
	})
	defaults := monitor.Defaults(train.Config{})
	f.monitor.Add(c, monitor.OptionTable(), func(o *option.Option[monitor.Options]) string {
		note := "default: " + o.Text(&defaults)
		if o.Name == "monitor-eps" {
			note += ", or the recipe's eps"
		}
		return note
	})
	recipes := map[string][]string{} // that have an option of a name
	var own []option.Info
	for _, r := range train.Recipes() {
		if r.Config.Options == nil {
			continue
		}
		for _, o := range r.Config.Options.Describe() {
			if recipes[o.Name] == nil {
				own = append(own, o)
			}
			recipes[o.Name] = append(recipes[o.Name], r.Name)
		}
	}
	for _, o := range own {
		if c.Flags().Lookup(o.Name) != nil {
			continue // of the command: only the recipe's braces set it
		}
		own := &ownFlag{flags: f, option: o}
		note := strings.Join(recipes[o.Name], ", ")
		if r := own.Range().String(); r != "" {
			note += "; " + r
		}
		flag := c.Flags().VarPF(own, o.Name, "", o.Help+" ("+note+")")
		if o.Kind == option.Switch {
			flag.NoOptDefVal = "true"
		}
	}
}

// Config returns the parameters that text names, with those of the flags.
func (f *Flags) Config(text string) (train.Config, error) {
	config, err := train.Parse(text)
	if err != nil {
		return config, err
	}
	f.options.Apply(&config)
	for _, o := range f.own {
		if config, err = config.With(o); err != nil {
			return config, err
		}
	}
	return config, config.Validate()
}

// Monitor returns how the network is measured while it is trained.
func (f *Flags) Monitor(c train.Config) monitor.Options {
	o := monitor.Defaults(c)
	f.monitor.Apply(&o)
	return o
}

// ownFlag is the pflag.Value of an option that only some recipes have. What it may be is for the recipe to say.
type ownFlag struct {
	flags  *Flags
	option option.Info
	text   string
}

func (f *ownFlag) String() string { return f.text }

// Type returns what the help puts in place of a value.
func (f *ownFlag) Type() string {
	switch f.option.Kind {
	case option.Whole:
		return "int"
	case option.Switch:
		return "bool"
	case option.Choice:
		return strings.Join(f.option.Choices, "|")
	}
	return string(f.option.Kind)
}

// Range returns what a number may be, for the first recipe that has the option.
func (f *ownFlag) Range() option.Range {
	if f.option.Min == nil || f.option.Max == nil {
		return option.Range{}
	}
	return option.Between(*f.option.Min, *f.option.Max)
}

func (f *ownFlag) Set(text string) error {
	f.text = text
	f.flags.own = append(f.flags.own, f.option.Name+"="+text)
	return nil
}

// Command returns the command that makes the same network again, without the folders of this machine.
func Command(c *cobra.Command, recipe string) string {
	words := []string{c.CommandPath(), Quoted(recipe)}
	c.Flags().Visit(func(f *pflag.Flag) {
		value := f.Value.String()
		switch f.Name {
		case "resume", "force", "threads", "max-memory", "json", "allow-software", "log", "plot":
			return // they make no difference
		case "data", "test":
			parts := strings.Split(value, ",")
			for i, p := range parts {
				parts[i] = filepath.Base(strings.TrimSpace(p))
			}
			value = strings.Join(parts, ",")
		case "out":
			value = filepath.Base(value)
		case "init-from":
			if model.IsFile(value) {
				value = filepath.Base(value)
			}
		}
		words = append(words, Quoted("--"+f.Name+"="+value))
	})
	return strings.Join(words, " ")
}

// plain is a word in which a shell reads nothing but what stands there.
var plain = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// Quoted returns a word as a shell is told it.
func Quoted(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
