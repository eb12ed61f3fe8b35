package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/option"
	"steady/core/train"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
)

type trainFlags struct {
	options      optionFlags[train.Config]
	own          []string // options that only some recipes have, as name=value
	data         dataFlags
	test         string
	architecture string
	engine       engineFlags
	resume       bool
	out          string
	command      string // that makes the same network again
}

// add adds the flags that change a recipe: those of all recipes, and those of the options that recipes have of their own.
func (f *trainFlags) add(c *cobra.Command) {
	f.options.add(c, train.ConfigOptions(), func(o *option.Option[train.Config]) string {
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
	f.options.apply(&config)
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

type trainResult struct {
	Recipe     string   `json:"recipe"`
	Data       string   `json:"data"`
	Model      string   `json:"model"`
	Card       string   `json:"card"`
	Epochs     int      `json:"epochs"`
	Resumed    int      `json:"resumed_after_epoch"` // 0 if from the beginning
	N          int      `json:"n"`
	Accuracy   *float64 `json:"accuracy"` // on the test images; null if there are none
	TestImages int      `json:"test_images"`
	Engine     string   `json:"engine"`
	Seconds    float64  `json:"seconds"`
	Rate       float64  `json:"images_per_second"`
}

func (a *app) trainCommand() *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use:   "train RECIPE[{OPTION=VALUE,...}] [--data DATA] [--epochs N] [--seed N] [--resume] --out M.onnx",
		Short: "Train a network",
		Long: "Trains a network by a recipe and writes it with a model card (M.json) that says how it was made. After every\n" +
			"epoch a checkpoint is written beside it (M.checkpoint): Ctrl-C loses no more than the epoch under way, and\n" +
			"--resume goes on to the same network, bit for bit, as if nothing had happened. Options that a recipe has of\n" +
			"its own are flags, or stand in braces behind its name.",
		Example: "  steady train standard --data cifar-10-binary.tar.gz --epochs 30 --out cifar10.onnx\n" +
			"  steady train standard --data cifar-10-binary.tar.gz --epochs 30 --out cifar10.onnx --resume",
		Args: oneArg("a recipe ('steady list recipes')"),
	}
	f.data.add(c)
	c.Flags().StringVar(&f.test, "test", "", "DATA to test on, where --data has no test images of its own")
	c.Flags().StringVar(&f.architecture, "network", "", "what to train: "+strings.Join(architectureNames(), ", ")+
		" (default: the one for images of this size)")
	f.engine.add(c)
	c.Flags().BoolVar(&f.resume, "resume", false, "go on from the checkpoint, if there is one")
	c.Flags().StringVar(&f.out, "out", "", "ONNX file to write")
	f.add(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		config, err := f.config(args[0])
		if err != nil {
			return err
		}
		f.command = commandOf(cmd, strings.TrimSpace(args[0]))
		if err := f.engine.check(); err != nil {
			return err
		}
		if err := checkOut("out", f.out, ".onnx"); err != nil {
			return err
		}
		result, err := a.train(cmd.Context(), &f, config)
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

func (a *app) train(ctx context.Context, f *trainFlags, config train.Config) (*trainResult, error) {
	base := strings.TrimSuffix(f.out, ".onnx")
	checkpoint := base + ".checkpoint"
	if _, err := os.Stat(checkpoint); err == nil && !f.resume {
		return nil, usagef("%s is there from a run that did not end: --resume goes on with it; remove it to begin anew",
			checkpoint)
	}
	set, err := openSet(ctx, f.data, dataset.Train)
	if err != nil {
		return nil, err
	}
	test, err := a.testSet(ctx, f, set)
	if err != nil {
		return nil, err
	}
	n, architecture, err := buildNetwork(f.architecture, set)
	if err != nil {
		return nil, err
	}
	n.Labels = set.Classes
	train.Initialise(n, config.Seed)
	e, err := a.prepareEngine(f.engine, n, engine.Config{Batch: config.Batch, Train: true})
	if err != nil {
		return nil, err
	}
	t, err := train.NewOn(e, set, config)
	if err != nil {
		return nil, err
	}
	if f.resume {
		if err := a.restore(t, checkpoint); err != nil {
			return nil, err
		}
	}
	result := &trainResult{
		Recipe: config.Recipe, Data: set.Name, Model: f.out, Card: base + ".json", Epochs: config.Epochs, N: set.Len(),
		Resumed: t.Epoch(),
	}
	begin := time.Now()
	if err := a.epochs(ctx, t, config, set.Len(), checkpoint); err != nil {
		return nil, err
	}
	result.Seconds, result.Engine = time.Since(begin).Seconds(), e.Backend().Name()
	result.Rate = float64((config.Epochs-result.Resumed)*(set.Len()/config.Batch*config.Batch)) / result.Seconds
	if err := t.Store(); err != nil {
		return nil, err
	}
	card := train.Card{
		Name: filepath.Base(base), File: filepath.Base(f.out), Data: set.Name, Classes: set.Classes, Image: n.Image,
		Architecture: architecture, Parameters: n.ParamCount(), MultiplyAdds: n.MACs(), Training: config,
		Command: f.command,
	}
	if test != nil {
		accuracy, err := train.Accuracy(ctx, e.Backend(), n, test)
		if err != nil {
			return nil, err
		}
		result.Accuracy, result.TestImages = &accuracy, test.Len()
		card.Accuracy, card.TestImages = accuracy, test.Len()
	}
	if err := writeModelAndCard(f.out, result.Card, n, card); err != nil {
		return nil, err
	}
	if err := os.Remove(checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return result, nil
}

// testSet opens the images to test on; nil if there are none but those that are trained on.
func (a *app) testSet(ctx context.Context, f *trainFlags, trained *dataset.Set) (*dataset.Set, error) {
	spec := f.test
	if spec == "" {
		spec = f.data.data
	}
	if _, err := os.Stat(fashionFolder); spec == fashion.Name && err == nil {
		spec = fashionFolder // all 10,000, not only those that are built in
	}
	set, err := openSet(ctx, dataFlags{data: spec}, dataset.Test)
	if err == nil && f.test == "" && set.Name == trained.Name {
		a.say("%s has no images to test on: the accuracy is not measured (--test names some).", spec)
		return nil, nil
	}
	return set, err
}

func (a *app) restore(t *train.Trainer, checkpoint string) error {
	file, err := os.Open(checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		a.say("There is no %s: beginning with the first epoch.", checkpoint)
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if err := t.Restore(file); err != nil {
		return fmt.Errorf("%s: %w", checkpoint, err)
	}
	a.say("Going on after epoch %d.", t.Epoch())
	return nil
}

// epochs trains to the end, and writes a checkpoint after each epoch.
func (a *app) epochs(ctx context.Context, t *train.Trainer, config train.Config, images int, checkpoint string) error {
	perEpoch := images / config.Batch * config.Batch
	bar := a.newProgress("images", (config.Epochs-t.Epoch())*perEpoch)
	defer bar.End()
	for first := t.Epoch(); !t.Done(); {
		err := t.RunEpoch(ctx, func(p train.Progress) {
			bar.Set((p.Epoch-1-first)*perEpoch+p.Step*config.Batch, fmt.Sprintf("epoch %d of %d, loss %.3f, accuracy %.1f %%",
				p.Epoch, p.Epochs, p.Loss, 100*p.Accuracy))
		})
		if err != nil {
			if ctx.Err() != nil && t.Epoch() > 0 {
				return progress.Stopped{Text: fmt.Sprintf("stopped; the same command with --resume goes on after epoch %d", t.Epoch())}
			}
			return err
		}
		if err := output.File(checkpoint, t.Checkpoint); err != nil {
			return err
		}
	}
	return nil
}

func writeModelAndCard(out, cardFile string, n *nn.Network, card train.Card) error {
	b, err := onnx.Write(n)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	card.SHA256 = hex.EncodeToString(sum[:])
	if err := output.File(out, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return err
	}
	return output.JSON(cardFile, card)
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
