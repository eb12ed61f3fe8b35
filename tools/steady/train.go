package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/option"
	"steady/core/train"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/output"
	"steady/tools/internal/trainrun"
)

type trainFlags struct {
	options      optionflags.Flags[train.Config]
	own          []string // options that only some recipes have, as name=value
	data         dataFlags
	test         string
	architecture string
	backend      backendFlags
	resume       bool
	out          string
	command      string // that makes the same network again
}

// add adds the flags that change a recipe: those of all recipes, and those of the options that recipes have of their own.
func (f *trainFlags) add(c *cobra.Command) {
	f.options.Add(c, train.OptionTable(), func(o *option.Option[train.Config]) string {
		if o.Name == "seed" {
			return "default: 0"
		}
		return "default: the recipe's"
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
		help := fmt.Sprintf("%s (%s)", o.Help, strings.Join(recipes[o.Name], ", "))
		flag := c.Flags().VarPF(&ownFlag{f, o, ""}, o.Name, "", help)
		if o.Kind == option.Switch {
			flag.NoOptDefVal = "true"
		}
	}
}

// config returns the parameters that text names, with those of the flags.
func (f *trainFlags) config(text string) (train.Config, error) {
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

// ownFlag is the pflag.Value of an option that only some recipes have. What it may be is for the recipe to say.
type ownFlag struct {
	flags  *trainFlags
	option option.Info
	text   string
}

func (f *ownFlag) String() string { return f.text }
func (f *ownFlag) Type() string   { return string(f.option.Kind) }

func (f *ownFlag) Set(text string) error {
	f.text = text
	f.flags.own = append(f.flags.own, f.option.Name+"="+text)
	return nil
}

// commandOf returns the command that makes the same network again, without the folders of this machine.
func commandOf(c *cobra.Command, recipe string) string {
	if strings.Contains(recipe, "{") { // a shell may read more into it
		recipe = "'" + recipe + "'"
	}
	words := []string{c.CommandPath(), recipe}
	c.Flags().Visit(func(f *pflag.Flag) {
		value := f.Value.String()
		switch f.Name {
		case "resume", "threads", "json", "allow-software":
			return // they make no difference
		case "data", "test":
			parts := strings.Split(value, ",")
			for i, p := range parts {
				parts[i] = filepath.Base(strings.TrimSpace(p))
			}
			value = strings.Join(parts, ",")
		case "out":
			value = filepath.Base(value)
		}
		words = append(words, "--"+f.Name+"="+value)
	})
	return strings.Join(words, " ")
}

func (a *app) trainCommand() *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use:   "train RECIPE[{OPTION=VALUE,...}] [--data DATA] [--epochs N] [--seed N] [--resume] --out M.onnx",
		Short: "Train a network",
		Long: "Trains a network by a recipe and writes it with a model card (M.json) that says how it was made. After every\n" +
			"epoch a checkpoint is written beside it (M.checkpoint): Ctrl-C loses no more than the epoch under way, and\n" +
			"--resume continues to the same network, bit for bit, as without the interruption. Options that a recipe has of\n" +
			"its own are flags, or stand in braces behind its name.",
		Example: "  steady train standard --data cifar-10-binary.tar.gz --epochs 30 --out cifar10.onnx\n" +
			"  steady train standard --data cifar-10-binary.tar.gz --epochs 30 --out cifar10.onnx --resume",
		Args: oneArg("a recipe ('steady list recipes')"),
	}
	f.data.add(c)
	c.Flags().StringVar(&f.test, "test", "", "DATA to test on, where --data has no test images of its own")
	c.Flags().StringVar(&f.architecture, "network", "", "what to train: "+strings.Join(trainrun.Architectures(), ", ")+
		" (default: "+trainrun.Architectures()[0]+")")
	f.backend.add(c)
	c.Flags().BoolVar(&f.resume, "resume", false, "continue from the checkpoint, if there is one")
	c.Flags().StringVar(&f.out, "out", "", "ONNX file to write")
	f.add(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		config, err := f.config(args[0])
		if err != nil {
			return err
		}
		f.command = commandOf(cmd, strings.TrimSpace(args[0]))
		if err := f.data.check(); err != nil {
			return err
		}
		if err := f.backend.Check(); err != nil {
			return err
		}
		if err := output.Check("out", f.out, ".onnx"); err != nil {
			return err
		}
		result, err := trainrun.Run(cmd.Context(), trainrun.Options{
			Data: f.data.data, Limit: f.data.limit, Test: f.test, Architecture: f.architecture, Config: config,
			Backend: a.backend(&f.backend), Resume: f.resume, Out: f.out, Command: f.command, Log: a.stderr,
		})
		if err != nil {
			return err
		}
		return a.print(result, func(w io.Writer) {
			fmt.Fprintf(w, "%s: %d epochs of %s on %s in %v", result.Model, result.Epochs, result.Recipe, result.Data,
				time.Duration(result.Seconds*float64(time.Second)).Round(time.Second))
			if result.Accuracy != nil {
				fmt.Fprintf(w, ", accuracy %.2f %% on %d test images", 100**result.Accuracy, result.TestImages)
			}
			fmt.Fprintln(w)
		})
	}
	return c
}

func (a *app) listRecipes() error {
	type entry struct {
		Name     string       `json:"name"`
		Summary  string       `json:"summary"`
		Source   string       `json:"source"`
		Defaults train.Config `json:"defaults"`
	}
	var list []entry
	for _, r := range train.Recipes() {
		list = append(list, entry{r.Name, r.Summary, r.Source, r.Config})
	}
	return a.print(map[string]any{"recipes": list}, func(w io.Writer) {
		table(w, "NAME\tEPOCHS\tWHAT IT DOES", func(row func(string, ...any)) {
			for _, r := range list {
				row("%s\t%d\t%s", r.Name, r.Defaults.Epochs, r.Summary)
			}
		})
	})
}
