package main

import (
	"context"
	_ "embed"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"steady/core/arch"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/nn"
	"steady/core/random"
	"steady/core/train"
	_ "steady/core/train/recipes"
	"steady/tools/measure"
)

//go:embed recipes.py
var recipesSource string

// trainingRecipes are the recipes that recipes.py has too, and how train.Parse reads them. Without corrupt, for which
// PyTorch has nothing: the part corruptions times corruptions.
var trainingRecipes = []struct{ name, text string }{
	{"standard", "standard"}, {"noise", "noise"}, {"mixup", "mixup"}, {"augmix", "augmix"}, {"fgsm", "fgsm"}, {"pgd", "pgd"},
	{"trades", "pgd{beta=6}"}, {"tlat", "tlat"}, {"mtlat", "mtlat"},
}

// recipesPart times steps of training by recipe, from the bytes of a set to changed parameters, beside PyTorch.
func recipesPart(c config, t *table) error {
	threads := min(runtime.NumCPU(), 2)
	var torch *process
	pillow := has(c.python, "PIL")
	if has(c.python, "torch") {
		command := exec.Command(c.python, "-c", recipesSource, strconv.Itoa(threads))
		command.Env = append(os.Environ(), c.peerEnvironment()...)
		var err error
		if torch, err = start(command, "PyTorch "); err != nil {
			return err
		}
		defer torch.close()
		t.note("Beside %s%s.", torch.title, c.peerNarrowed())
		if !pillow {
			t.note("Without augmix in PyTorch, whose operations are Pillow's, which is not there.")
		}
	} else {
		t.note("Without PyTorch: --python.")
	}
	ours, theirs := make([][]float64, len(trainingRecipes)), make([][]float64, len(trainingRecipes))
	steps := make([]func() (float64, error), len(trainingRecipes))
	for i, r := range trainingRecipes {
		var err error
		if steps[i], err = recipeSteps(r.text, threads); err != nil {
			return err
		}
	}
	beside := func(name string) bool { return torch != nil && (pillow || name != "augmix") }
	log.Printf("100 steps of %d recipes, %s", len(trainingRecipes), counted(threads))
	for round := range c.rounds + 1 { // the first warms up
		for i, r := range trainingRecipes {
			mine, err := sample(steps[i], samplePart)
			if err != nil {
				return fmt.Errorf("%s: %w", r.text, err)
			}
			other := 0.0
			if beside(r.name) {
				if other, err = sample(func() (float64, error) { return torch.number(r.name) }, samplePart); err != nil {
					return fmt.Errorf("PyTorch: %w", err)
				}
			}
			if round > 0 { // in seconds for 100 steps
				ours[i], theirs[i] = append(ours[i], mine/10), append(theirs[i], other/10)
			}
		}
	}
	for i, r := range trainingRecipes {
		var peers []sampled
		if beside(r.name) {
			peers = []sampled{{"PyTorch", theirs[i]}}
		}
		t.addSeconds(fmt.Sprintf("compact, 100 steps of %s, batch %d, %s", r.text, nativeBatch, counted(threads)), ours[i], peers)
	}
	t.note("Beside a standard step: %s.", besideStandard(ours))
	return nil
}

// besideStandard returns for each recipe but the first the median of the rounds' ratios to that one.
func besideStandard(samples [][]float64) string {
	var all []string
	for i, r := range trainingRecipes[1:] {
		ratios := slices.Clone(samples[i+1])
		for j := range ratios {
			ratios[j] /= samples[0][j]
		}
		all = append(all, fmt.Sprintf("%s %.2f×", r.text, measure.Median(ratios)))
	}
	return strings.Join(all, ", ")
}

// recipeSteps prepares training by a recipe on random images, and returns a function that takes some steps and returns the mean
// milliseconds of one.
func recipeSteps(recipe string, threads int) (func() (ms float64, err error), error) {
	const steps = 2
	a, err := arch.Lookup("compact")
	if err != nil {
		return nil, err
	}
	n, err := a.Build(nn.Shape{3, 32, 32}, 10)
	if err != nil {
		return nil, err
	}
	set := &dataset.Set{Classes: make([]string, 10), C: 3, H: 32, W: 32}
	source := random.New(1, 0, "pixels", 0)
	for i := range steps * nativeBatch {
		set.Labels = append(set.Labels, i%10)
		for range set.Size() {
			set.Pix = append(set.Pix, uint8(source.IntN(256)))
		}
	}
	config, err := train.Parse(recipe)
	if err != nil {
		return nil, err
	}
	config.Batch, config.Epochs = nativeBatch, 1_000_000
	train.Initialize(n, 1)
	t, err := train.New(cpu.New(threads), n, set, config)
	if err != nil {
		return nil, err
	}
	return func() (float64, error) {
		begin := time.Now()
		err := t.RunEpoch(context.Background(), nil)
		return time.Since(begin).Seconds() * 1e3 / steps, err
	}, nil
}
