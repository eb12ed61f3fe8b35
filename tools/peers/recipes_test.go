package main

import (
	"os/exec"
	"strings"
	"testing"

	"steady/core/train"
)

// Every recipe is timed, but corrupt.
func TestTrainingRecipes(t *testing.T) {
	timed := map[string]bool{"corrupt": true}
	for _, r := range trainingRecipes {
		c, err := train.Parse(r.text)
		if err != nil {
			t.Fatal(err)
		}
		timed[c.Recipe] = true
	}
	for _, r := range train.Recipes() {
		if !timed[r.Name] {
			t.Errorf("recipe %s is not timed", r.Name)
		}
	}
	if _, err := recipeSteps("nothing", 1); err == nil {
		t.Error("a recipe that there is not takes steps")
	}
	if testing.Short() {
		t.Skip("steps would take too long")
	}
	steps, err := recipeSteps("mtlat", 2)
	if err != nil {
		t.Fatal(err)
	}
	if ms, err := steps(); err != nil || ms <= 0 {
		t.Errorf("a step takes %g ms: %v", ms, err)
	}
}

// PyTorch has all recipes that are timed here, and says which it has not.
func TestPyTorchRecipes(t *testing.T) {
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if python == "" && has(p, "torch") {
			python = p
		}
	}
	if testing.Short() || python == "" {
		t.Skip("there is no Python with torch here, or it would take too long")
	}
	p, err := start(exec.Command(python, "-c", recipesSource, "2"), "PyTorch ")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for _, r := range trainingRecipes {
		v, err := p.number(r.name)
		if r.name == "augmix" && err != nil && strings.Contains(err.Error(), "PIL") {
			continue
		}
		if err != nil || v <= 0 {
			t.Errorf("%s: %g, %v", r.name, v, err)
		}
	}
	if v, err := p.number("nothing"); err == nil {
		t.Errorf("a recipe that there is not took %g ms", v)
	}
}
