package main

import (
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/option"
)

// An option of attacks needs nothing but its literal to be a flag, with help, and to be listed.
func TestNewAttackOption(t *testing.T) {
	defer attack.SwapOption("overshoot", option.Option[attack.Params]{
		Name: "dummy-number", Aliases: []string{"former"}, Label: "Dummy", Help: "a number", Range: option.Between(0, 3),
		Field: func(p *attack.Params) any { return &p.Overshoot },
	})()
	help := must(t, "attack", "--help")
	if !strings.Contains(help, "--dummy-number number") || !strings.Contains(help, "a number (from 0 to 3; deepfool; default: 0.02)") ||
		strings.Contains(help, "--former") {
		t.Errorf("help: %s", help)
	}
	data, model := writeSet(t, 4), writeModel(t, 1)
	deepfool := func(args ...string) []string {
		return append([]string{"attack", "deepfool", "--data", data, "--model", model}, args...)
	}
	for _, flag := range []string{"--dummy-number", "--former"} {
		if p := result(t, deepfool(flag, "0.5")...)["parameters"].(map[string]any); p["dummy_number"] != 0.5 {
			t.Errorf("%s: parameters %v", flag, p)
		}
	}
	if text := must(t, deepfool("--dummy-number", "1/2")...); !strings.Contains(text, "dummy-number 0.5") {
		t.Errorf("in words: %s", text)
	}
	_, stderr, code := steady(deepfool("--dummy-number", "4")...)
	if code != exitUsage || !strings.Contains(stderr, `"4" for "--dummy-number" flag: want a number from 0 to 3`) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	list := must(t, "list", "attacks", "--json")
	if !strings.Contains(list, `"dummy-number"`) || !strings.Contains(list, `"dummy_number": 0.02`) {
		t.Errorf("list: %s", list)
	}
}

// Text and flags mean the same, and flags come after the text.
func TestAttackText(t *testing.T) {
	data, model := writeSet(t, 4), writeModel(t, 1)
	parameters := func(args ...string) map[string]any {
		return result(t, append([]string{"attack", "--data", data, "--model", model}, args...)...)["parameters"].(map[string]any)
	}
	p := parameters("pgd{eps=4/255,steps=3,target=next,seed=2}", "--steps", "5")
	if p["eps"] != 4.0/255 || p["steps"] != 5.0 || p["target"] != "next" || p["seed"] != 2.0 {
		t.Errorf("text and a flag: %v", p)
	}
	p = parameters("pgd{steps=3}", "--norm", "l2", "--random-start=false", "--target", "above")
	if p["norm"] != "l2" || p["eps"] != 0.5 || p["steps"] != 3.0 || p["random_start"] != false || p["target"] != "0" {
		t.Errorf("text in another norm: %v", p)
	}
	for _, args := range [][]string{{"autoattack{version=fast}"}, {"autoattack", "--fast"}, {"autoattack", "--version", "fast"}} {
		if p := parameters(args...); p["version"] != "fast" {
			t.Errorf("%v: %v", args, p)
		}
	}
}
