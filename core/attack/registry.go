package attack

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrUnknown matches errors about a name that no attack has.
var ErrUnknown = errors.New("attack: unknown attack")

// Access is what an attack needs of a network, and what it looks for.
type Access string

const (
	Gradients   Access = "gradients"    // gradients; an image within eps
	MinimumNorm Access = "minimum norm" // gradients; the closest image
	Scores      Access = "scores"       // logits; an image within eps
	Decisions   Access = "decisions"    // the predicted class; the closest image, or any
	Ensemble    Access = "ensemble"     // several attacks
)

// Title returns what an attack sees and looks for, in a few words.
func (a Access) Title() string {
	switch a {
	case Gradients:
		return "gradients, within eps"
	case MinimumNorm:
		return "gradients, the nearest image"
	case Scores:
		return "scores only, within eps"
	case Decisions:
		return "decisions only"
	case Ensemble:
		return "several attacks"
	}
	return string(a)
}

// Accesses are all kinds of access, in the order in which attacks are listed.
var Accesses = []Access{Gradients, MinimumNorm, Scores, Decisions, Ensemble}

// Attack is one attack of the registry.
type Attack struct {
	Name       string // as on the command line
	Title      string // as its paper calls it
	Summary    string // one sentence
	Source     string // paper
	Access     Access
	Norms      []Norm   // supported, the default first; none if no norm measures its changes
	Parameters []string // the options it has of those that not all attacks have, as in Options

	method       method
	defaults     Params // without Norm and Eps
	single       bool   // takes exactly one step
	needsQueries bool   // Params.Queries must not be 0
	untargeted   string // why it cannot aim at a class; "" if it can
	stepSize     func(Params) float64
	notes        func(p Params, classes int) []string
}

// method is the algorithm of an attack, on one image at a time.
type method interface {
	// attack attacks an image. The result is what it gave to im.keepIfBetter or im.keepIfCloser.
	attack(im *image) error
	// totalSteps returns the greatest number that im.progress is given.
	totalSteps(p *Params, classes int) int
}

var autoKnobs = []string{"eps", "steps", "restarts", "continue"}

const (
	croce     = "Croce, Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks, 2020 (arXiv:2003.01690)"
	croceFAB  = "Croce, Hein: Minimally distorted adversarial examples with a fast adaptive boundary attack, 2020 (arXiv:1907.02044)"
	aimsAtAll = "it aims at several classes by itself"
)

// registry is in alphabetical order.
var registry = []*Attack{
	{
		Name:       "apgd-ce",
		Title:      "Auto-PGD, cross-entropy",
		Summary:    "Gradient steps with momentum that shorten by themselves when the loss stops growing.",
		Source:     croce,
		Access:     Gradients,
		Norms:      []Norm{Linf, L2},
		Parameters: autoKnobs,
		method:     autoPGD,
		defaults:   Params{Steps: 100},
		stepSize:   stepTwoEps,
	},
	{
		Name:       "apgd-dlr",
		Title:      "Auto-PGD, difference of logits ratio",
		Summary:    "Auto-PGD on a loss that does not vanish however sure the network is.",
		Source:     croce,
		Access:     Gradients,
		Norms:      []Norm{Linf, L2},
		Parameters: autoKnobs,
		method:     autoPGD.maximizing(ratioObjective),
		defaults:   Params{Steps: 100},
		stepSize:   stepTwoEps,
		notes:      ratioNotes,
	},
	{
		Name:       "apgd-t",
		Title:      "Auto-PGD, targeted difference of logits ratio",
		Summary:    "Auto-PGD towards one class after another, the likeliest first, until one succeeds.",
		Source:     croce,
		Access:     Gradients,
		Norms:      []Norm{Linf, L2},
		Parameters: append(slices.Clone(autoKnobs), "targets"),
		method:     autoPGD.maximizing(ratioObjectives),
		defaults:   Params{Steps: 100, Targets: 9},
		stepSize:   stepTwoEps,
		untargeted: aimsAtAll,
		notes:      targetNotes,
	},
	{
		Name:       "autoattack",
		Title:      "AutoAttack",
		Summary:    "APGD-CE, APGD-T, FAB-T and Square, each on the images that are still right: the usual yardstick.",
		Source:     croce,
		Access:     Ensemble,
		Norms:      []Norm{Linf, L2},
		Parameters: []string{"eps", "version"},
		method:     autoAttack{},
		defaults:   Params{Version: Standard},
		untargeted: aimsAtAll,
		notes:      targetNotes,
	},
	{
		Name:       "bim",
		Title:      "Basic Iterative Method (I-FGSM)",
		Summary:    "Many small gradient steps from the image itself, kept within eps of it.",
		Source:     "Kurakin, Goodfellow, Bengio: Adversarial examples in the physical world, 2017 (arXiv:1607.02533)",
		Access:     Gradients,
		Norms:      []Norm{Linf, L2},
		Parameters: []string{"eps", "steps", "step-size", "continue"},
		method:     gradient{},
		defaults:   Params{Steps: 10},
		stepSize:   stepScaled,
	},
	{
		Name:       "cw",
		Title:      "Carlini & Wagner L2",
		Summary:    "Minimizes the distance and the margin of the right answer together, with the best weight between them.",
		Source:     "Carlini, Wagner: Towards evaluating the robustness of neural networks, 2017 (arXiv:1608.04644)",
		Access:     MinimumNorm,
		Norms:      []Norm{L2},
		Parameters: []string{"eps", "steps", "step-size", "search-steps", "weight"},
		method:     carliniWagner{},
		defaults:   Params{Steps: 200, SearchSteps: 9, Weight: 1e-3},
		stepSize:   stepHundredth,
	},
	{
		Name:    "deepfool",
		Title:   "DeepFool",
		Summary: "Steps to the nearest boundary, as if the network were linear, until it is crossed.",
		Source: "Moosavi-Dezfooli, Fawzi, Frossard: DeepFool: a simple and accurate method to fool deep neural networks, 2016" +
			" (arXiv:1511.04599)",
		Access:     MinimumNorm,
		Norms:      []Norm{L2, Linf},
		Parameters: []string{"eps", "steps", "overshoot"},
		method:     deepFool{},
		defaults:   Params{Steps: 50, Overshoot: 0.02},
	},
	{
		Name:       "fab",
		Title:      "Fast Adaptive Boundary",
		Summary:    "Steps across the nearest boundary and back towards the image, ever nearer to it.",
		Source:     croceFAB,
		Access:     MinimumNorm,
		Norms:      []Norm{Linf, L2},
		Parameters: []string{"eps", "steps", "restarts"},
		method:     fab{},
		defaults:   Params{Steps: 100},
	},
	{
		Name:       "fab-t",
		Title:      "Fast Adaptive Boundary, targeted",
		Summary:    "FAB towards the boundary of one class after another, the likeliest first: cheaper with many classes.",
		Source:     croceFAB,
		Access:     MinimumNorm,
		Norms:      []Norm{Linf, L2},
		Parameters: []string{"eps", "steps", "restarts", "targets"},
		method:     fab{targeted: true},
		defaults:   Params{Steps: 100, Targets: 9},
		untargeted: aimsAtAll,
	},
	{
		Name:       "fgsm",
		Title:      "Fast Gradient Sign Method",
		Summary:    "One step of length eps along the sign of the gradient (in l2: along the gradient).",
		Source:     "Goodfellow, Shlens, Szegedy: Explaining and harnessing adversarial examples, 2015 (arXiv:1412.6572)",
		Access:     Gradients,
		Norms:      []Norm{Linf, L2},
		Parameters: []string{"eps", "continue"},
		method:     gradient{},
		defaults:   Params{Steps: 1},
		single:     true,
		stepSize:   stepEps,
	},
	{
		Name:       "hopskipjump",
		Title:      "HopSkipJump",
		Summary:    "Walks along the boundary towards the image, asking the network for nothing but its decisions.",
		Source:     "Chen, Jordan, Wainwright: HopSkipJumpAttack: a query-efficient decision-based attack, 2020 (arXiv:1904.02144)",
		Access:     Decisions,
		Norms:      []Norm{L2, Linf},
		Parameters: []string{"eps", "steps"},
		method:     hopSkipJump{},
		defaults:   Params{Steps: 64, Queries: 5000},
		untargeted: "it begins at random noise, which is hardly ever of a given class",
	},
	{
		Name:       "mi-fgsm",
		Title:      "Momentum Iterative FGSM",
		Summary:    "Gradient steps along a running sum of gradients, each scaled to the same length.",
		Source:     "Dong, Liao, Pang, Su, Zhu, Hu, Li: Boosting adversarial attacks with momentum, 2018 (arXiv:1710.06081)",
		Access:     Gradients,
		Norms:      []Norm{Linf, L2},
		Parameters: []string{"eps", "steps", "step-size", "momentum", "continue"},
		method:     gradient{momentum: true},
		defaults:   Params{Steps: 10, Momentum: 1},
		stepSize:   stepEven,
	},
	{
		Name:    "pgd",
		Title:   "Projected Gradient Descent",
		Summary: "Many small gradient steps from a random point within eps of the image, kept within eps of it.",
		Source: "Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial" +
			" attacks, 2018 (arXiv:1706.06083)",
		Access:     Gradients,
		Norms:      []Norm{Linf, L2, L1},
		Parameters: []string{"eps", "steps", "step-size", "random-start", "restarts", "continue"},
		method:     gradient{},
		defaults:   Params{Steps: 10, RandomStart: true},
		stepSize:   stepScaled,
	},
	{
		Name:    "spatial",
		Title:   "Rotations and translations",
		Summary: "The worst of a grid of small rotations and translations.",
		Source: "Engstrom, Tran, Tsipras, Schmidt, Madry: Exploring the landscape of spatial robustness, 2019" +
			" (arXiv:1712.02779)",
		Access:     Decisions,
		Parameters: []string{"rotation", "rotations", "translation", "translations", "continue"},
		method:     spatial{},
		defaults:   Params{Rotation: 30, Rotations: 31, Translation: 3, Translations: 5},
	},
	{
		Name:    "square",
		Title:   "Square Attack",
		Summary: "Changes random squares, and keeps what helps: no gradients, the network's scores are enough.",
		Source: "Andriushchenko, Croce, Flammarion, Hein: Square Attack: a query-efficient black-box adversarial attack via" +
			" random search, 2020 (arXiv:1912.00049)",
		Access:       Scores,
		Norms:        []Norm{Linf, L2},
		Parameters:   []string{"eps"},
		method:       square{},
		defaults:     Params{Queries: 5000},
		needsQueries: true,
	},
}

// All returns every attack, in the order of their names.
func All() []*Attack { return slices.Clone(registry) }

// Lookup returns the attack of a name, in either case.
func Lookup(name string) (*Attack, error) {
	names := make([]string, len(registry))
	for i, a := range registry {
		if strings.EqualFold(a.Name, name) {
			return a, nil
		}
		names[i] = a.Name
	}
	return nil, fmt.Errorf("%w %q; valid: %s", ErrUnknown, name, strings.Join(names, ", "))
}

// named is Lookup for a name that is in the registry.
func named(name string) *Attack {
	a, err := Lookup(name)
	if err != nil {
		panic(err)
	}
	return a
}

// UsualNorm returns the first of the attack's norms, or Linf if it has none.
func (a *Attack) UsualNorm() Norm {
	if len(a.Norms) == 0 {
		return Linf
	}
	return a.Norms[0]
}

// Default returns the default parameters in a norm. The eps of an attack that stays within one is 8/255 for Linf and 0.5
// for L2, as in most evaluations on CIFAR-10, and 12 for L1 (Croce & Hein 2021); for one that looks for the closest
// image it is 0, which is any distance.
func (a *Attack) Default(norm Norm) Params {
	p := a.defaults
	p.Norm = norm
	if a.Bounded() && norm.valid() {
		p.Eps = [...]float64{Linf: 8.0 / 255, L2: 0.5, L1: 12}[norm]
	}
	return p
}

// Bounded reports whether the attack stays within Params.Eps; others look for the closest adversarial image, and Eps, if
// it is not 0, is the largest distance that counts.
func (a *Attack) Bounded() bool {
	return a.Uses("eps") && (a.Access == Gradients || a.Access == Scores || a.Access == Ensemble)
}

// Nearest reports whether the attack, with these parameters, looks for the closest adversarial image however far it is, so
// that its result is a distance and not an accuracy.
func (a *Attack) Nearest(p Params) bool { return a.Uses("eps") && !a.Bounded() && p.Eps == 0 }

// SingleStep reports whether the attack takes exactly one step, of length eps.
func (a *Attack) SingleStep() bool { return a.single }

// Targetable reports whether the attack can aim at a class.
func (a *Attack) Targetable() bool { return a.untargeted == "" }
