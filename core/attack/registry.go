package attack

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrUnknown is wrapped when no attack has the name asked for.
var ErrUnknown = errors.New("attack: unknown attack")

// Attack is one attack of the registry.
type Attack struct {
	Name    string // as on the command line
	Title   string // as its paper calls it
	Summary string // one sentence
	Source  string // paper
	Norms   []Norm // it works in; the first is the usual one

	single bool // takes exactly one step, of length eps
	random bool // may start at a random point of the ball, and does by default
	steps  int  // by default
	hooks  hooks
}

// registry is in the order of the alphabet.
var registry = []*Attack{
	{
		Name:    "bim",
		Title:   "Basic Iterative Method (I-FGSM)",
		Summary: "Many small gradient steps from the image itself, kept within eps of it.",
		Source:  "Kurakin, Goodfellow, Bengio: Adversarial examples in the physical world, 2017 (arXiv:1607.02533)",
		Norms:   []Norm{Linf, L2},
		steps:   10,
	},
	{
		Name:    "fgsm",
		Title:   "Fast Gradient Sign Method",
		Summary: "One step of length eps along the sign of the gradient (in l2: along the gradient).",
		Source:  "Goodfellow, Shlens, Szegedy: Explaining and harnessing adversarial examples, 2015 (arXiv:1412.6572)",
		Norms:   []Norm{Linf, L2},
		single:  true,
		steps:   1,
	},
	{
		Name:    "pgd",
		Title:   "Projected Gradient Descent",
		Summary: "Many small gradient steps from a random point within eps of the image, kept within eps of it.",
		Source: "Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial" +
			" attacks, 2018 (arXiv:1706.06083)",
		Norms:  []Norm{Linf, L2},
		random: true,
		steps:  10,
	},
}

// All gives every attack, in the order of their names.
func All() []*Attack { return slices.Clone(registry) }

// Lookup finds an attack by its name.
func Lookup(name string) (*Attack, error) {
	names := make([]string, len(registry))
	for i, a := range registry {
		if strings.EqualFold(a.Name, name) {
			return a, nil
		}
		names[i] = a.Name
	}
	return nil, fmt.Errorf("%w %q: there are %s", ErrUnknown, name, strings.Join(names, ", "))
}

// Default gives the usual parameters in a norm: eps is 8/255 for Linf and 0.5 for L2, as in most evaluations on
// CIFAR-10, with 10 steps (one for an attack of one step) of the attack's own length.
func (a *Attack) Default(norm Norm) Params {
	p := Params{Norm: norm, Eps: 8.0 / 255, Steps: a.steps, RandomStart: a.random}
	if norm == L2 {
		p.Eps = 0.5
	}
	return p
}

// RandomStarts tells whether the attack can start at a random point.
func (a *Attack) RandomStarts() bool { return a.random }

// SingleStep tells whether the attack takes exactly one step, of length eps.
func (a *Attack) SingleStep() bool { return a.single }
