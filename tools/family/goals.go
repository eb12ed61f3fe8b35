package main

import (
	"fmt"
	"strings"

	"steady/core/train"
)

// goal is what a network of the family should reach.
type goal struct {
	network, text string
	// reached returns what was found, in words, and whether that is enough. Figures of the standard network stand beside.
	reached func(f, standard *train.Figures) (found string, ok bool)
}

// goals were set before the networks were trained.
var goals = []goal{
	{"cifar10-standard", "at least 92.5 % clean", atLeast(92.5, cleanOf)},
	{"cifar10-mtlat", "clean within 1.0 point of standard", gains(-1, cleanOf)},
	{"cifar10-mtlat", "19 corruptions 8 points above standard", gains(8, corruptedOf)},
	{"cifar10-mtlat", "FGSM 2/255 clearly above standard", apart(small[0])},
	{"cifar10-mtlat", "MI-FGSM 2/255 clearly above standard", apart(small[1])},
	{"cifar10-mtlat", "PGD-20 2/255 clearly above standard", apart(small[2])},
	{"cifar10-mtlat", "PGD-20 L2 0.25 clearly above standard", apart(small[3])},
	{"cifar10-mtlat", "DeepFool's median distance above standard", further},
	{"cifar10-augmix", "19 corruptions 8 points above standard", gains(8, corruptedOf)},
	{"cifar10-fgsm", "at least 36 % under AutoAttack 8/255", atLeast(36, func(f *train.Figures) *train.Figure { return attackedOf(f, autoAttack8) })},
	{"cifar10-pgd", "at least 36 % under AutoAttack 8/255", atLeast(36, func(f *train.Figures) *train.Figure { return attackedOf(f, autoAttack8) })},
}

// atLeast wants a figure of so many percent.
func atLeast(percent float64, of func(*train.Figures) *train.Figure) func(f, standard *train.Figures) (string, bool) {
	return func(f, _ *train.Figures) (string, bool) {
		x := of(f)
		if x == nil {
			return "", false
		}
		return fmt.Sprintf("%.1f %%", 100*x.Accuracy), 100*x.Accuracy >= percent-1e-9
	}
}

// gains wants a figure of so many points more than the standard network's.
func gains(points float64, of func(*train.Figures) *train.Figure) func(f, standard *train.Figures) (string, bool) {
	return func(f, standard *train.Figures) (string, bool) {
		x, base := of(f), of(standard)
		if x == nil || base == nil {
			return "", false
		}
		found := 100 * (x.Accuracy - base.Accuracy)
		return fmt.Sprintf("%+.1f", found), found >= points-1e-9
	}
}

// apart wants an accuracy under an attack whose interval begins where the standard network's has ended.
func apart(attack string) func(f, standard *train.Figures) (string, bool) {
	return func(f, standard *train.Figures) (string, bool) {
		x, base := attackedOf(f, attack), attackedOf(standard, attack)
		if x == nil || base == nil {
			return "", false
		}
		low, _ := interval(x)
		_, high := interval(base)
		return fmt.Sprintf("%.1f %% beside %.1f %%", 100*x.Accuracy, 100*base.Accuracy), low > high
	}
}

// further wants a longer distance of DeepFool's images.
func further(f, standard *train.Figures) (string, bool) {
	x, base := distanceOf(f), distanceOf(standard)
	if x == nil || base == nil {
		return "", false
	}
	return fmt.Sprintf("%.3f beside %.3f", *x, *base), *x > *base
}

// goalTable says which goals the networks reach.
func goalTable(cards []*train.Card) string {
	var b strings.Builder
	b.WriteString("| network | goal | found | reached |\n|---|---|---|---|\n")
	rows := 0
	for _, g := range goals {
		for _, c := range cards {
			if c.Name != g.network {
				continue
			}
			found, ok := g.reached(c.Figures, figuresOf(standard(cards, c.Data)))
			if found == "" {
				continue
			}
			answer := "no"
			if ok {
				answer = "yes"
			}
			rows++
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, g.text, found, answer)
		}
	}
	if rows == 0 {
		return "No network of the family is measured yet.\n"
	}
	return b.String()
}
