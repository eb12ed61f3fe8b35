package main

import (
	"slices"
	"strings"
	"testing"
)

// __complete is cobra's command that the shells' scripts call; they choose by what is typed already.
func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string // among what is offered
		not  string
	}{
		{[]string{"attack", "apgd"}, []string{"apgd-ce", "apgd-t"}, ""},
		{[]string{"attack", "fgsm", "--norm", ""}, []string{"linf", "l2", "l1"}, ""},
		{[]string{"attack", "fgsm", ""}, nil, "pgd"},
		{[]string{"corrupt", "gauss"}, []string{"gaussian_noise"}, ""},
		{[]string{"corrupt-set", "fog", "s"}, []string{"snow", "spatter"}, ""},
		{[]string{"corrupt-set", "--suite", "imagenet"}, []string{"imagenet-c", "imagenet-c-extra"}, ""},
		{[]string{"eval", "--corruption", "f"}, []string{"fog", "frost"}, ""},
		{[]string{"eval", "--model", ""}, []string{"cifar10-standard", "fashion-standard"}, ""},
		{[]string{"eval", "--severity", ""}, []string{"1", "5", "range"}, ""},
		{[]string{"eval", "--layout", ""}, []string{"chw", "hwc"}, ""},
		{[]string{"eval", "--preset", ""}, []string{"none", "imagenet", "0-255"}, ""},
		{[]string{"inspect", "cifar10-standard", ""}, []string{"cifar10-standard", "fashion-standard"}, ""},
		{[]string{"train", ""}, []string{"standard"}, ""},
		{[]string{"train", "standard", "--schedule", ""}, []string{"onecycle", "cosine"}, ""},
		{[]string{"train", "standard", "--network", ""}, []string{"whitened", "small", "compact", "resnet20"}, ""},
		{[]string{"train", "standard", "--weights", ""}, []string{"float16", "float32"}, ""},
		{[]string{"bench", "run", "--suite", ""}, []string{"imagenet-noc", "quick"}, ""},
		{[]string{"list", ""}, []string{"attacks", "models"}, ""},
		{[]string{"completion", ""}, []string{"bash", "zsh", "fish", "powershell"}, ""},
	} {
		stdout := must(t, append([]string{"__complete"}, c.args...)...)
		var offered []string
		for line := range strings.Lines(stdout) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			offered = append(offered, word)
		}
		for _, w := range c.want {
			if !slices.Contains(offered, w) {
				t.Errorf("%q: %q is not offered, only %q", c.args, w, offered)
			}
		}
		if c.not != "" && slices.Contains(offered, c.not) {
			t.Errorf("%q: %q is offered", c.args, c.not)
		}
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if stdout := must(t, "completion", shell); !strings.Contains(stdout, "steady") {
			t.Errorf("completion %s prints %q", shell, stdout)
		}
	}
}
