package attack

import (
	"fmt"
	"strings"
)

// Version is one of the ensembles of AutoAttack; 0 is none.
type Version int

const (
	// Standard is the ensemble that robust accuracies are published for: APGD-CE (100 steps), APGD-T (9 targets, 100 steps), FAB-T
	// (9 targets, 100 steps), Square (5,000 queries).
	Standard Version = iota + 1
	// Plus has five restarts of APGD-CE, APGD-DLR and FAB, then Square, APGD-T and FAB-T.
	Plus
	// Fast is Steady's own, for a first look: APGD-CE (20 steps), APGD-T and FAB-T (3 targets, 20 steps), Square (500
	// queries). What survives it may still fall to Standard.
	Fast
)

var versionNames = [...]string{Standard: "standard", Plus: "plus", Fast: "fast"}

func (v Version) String() string {
	if v < Standard || int(v) >= len(versionNames) {
		return fmt.Sprintf("Version(%d)", int(v))
	}
	return versionNames[v]
}

// MarshalText returns "standard", "plus" or "fast".
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (v *Version) UnmarshalText(text []byte) error {
	for k, name := range versionNames {
		if name != "" && strings.EqualFold(string(text), name) {
			*v = Version(k)
			return nil
		}
	}
	return fmt.Errorf("attack: unknown version %q; valid: %s", text, strings.Join(versionNames[Standard:], ", "))
}

// autoAttack runs attacks one after another, each on the images that are still classified correctly (Croce & Hein 2020, "Reliable
// evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks"; composition and budgets are
// those of the authors' package).
type autoAttack struct{}

// part is an attack of an ensemble with the parameters that are not its defaults.
type part struct {
	attack *Attack
	change Params
}

func (autoAttack) parts(v Version) []part {
	ce, dlr, targeted := named("apgd-ce"), named("apgd-dlr"), named("apgd-t")
	fabAll, fabT, squares := *named("fab"), *named("fab-t"), *named("square")
	fabAll.method, fabT.method = fab{first: true}, fab{targeted: true, first: true}
	squares.method = square{unscaled: true}
	switch v {
	case Plus:
		return []part{
			{ce, Params{Steps: 100, Restarts: 5}}, {dlr, Params{Steps: 100, Restarts: 5}},
			{&fabAll, Params{Steps: 100, Restarts: 5}}, {&squares, Params{Queries: 5000}},
			{targeted, Params{Steps: 100, Targets: 9}}, {&fabT, Params{Steps: 100, Targets: 9}},
		}
	case Fast:
		return []part{
			{ce, Params{Steps: 20}}, {targeted, Params{Steps: 20, Targets: 3}},
			{&fabT, Params{Steps: 20, Targets: 3}}, {&squares, Params{Queries: 500}},
		}
	}
	return []part{
		{ce, Params{Steps: 100}}, {targeted, Params{Steps: 100, Targets: 9}},
		{&fabT, Params{Steps: 100, Targets: 9}}, {&squares, Params{Queries: 5000}},
	}
}

// params returns the parameters of a part, for an ensemble with the parameters p.
func (s part) params(p *Params) Params {
	q := s.change
	q.RandomStart = s.attack.Uses("random-start")
	q.Norm, q.Eps, q.Confidence = p.Norm, p.Eps, p.Confidence
	q.Seed, q.First = p.Seed, p.First
	return q
}

func (a autoAttack) totalSteps(p *Params, classes int) (sum int) {
	for _, s := range a.parts(p.Version) {
		q := s.params(p)
		sum += s.attack.method.totalSteps(&q, classes)
	}
	return sum
}

func (a autoAttack) attack(im *image) error {
	whole := im.params
	for _, s := range a.parts(whole.Version) {
		q := s.params(whole)
		im.attack, im.params = s.attack, &q
		before := im.run.res.Cost[im.index]
		err := s.attack.method.attack(im)
		after := im.run.res.Cost[im.index]
		stage := Stage{
			Attack: s.attack.Name, Attempted: 1,
			Gradients: after.Gradients - before.Gradients, Queries: after.Queries - before.Queries,
		}
		if im.found {
			stage.Broken = 1
		}
		im.stages = append(im.stages, stage)
		if err != nil || im.found {
			return err
		}
		im.base += s.attack.method.totalSteps(&q, im.run.classes)
	}
	return nil
}

// addStages adds up the stages of all images.
func (r *run) addStages() {
	ensemble, ok := r.attack.method.(autoAttack)
	if !ok {
		return
	}
	for _, s := range ensemble.parts(r.params.Version) {
		r.res.Stages = append(r.res.Stages, Stage{Attack: s.attack.Name})
	}
	r.res.BrokenBy = make([]int, r.n)
	for i, im := range r.images {
		r.res.BrokenBy[i] = -1
		for k, s := range im.stages {
			sum := &r.res.Stages[k]
			sum.Attempted += s.Attempted
			sum.Broken += s.Broken
			sum.Gradients += s.Gradients
			sum.Queries += s.Queries
			if s.Broken > 0 {
				r.res.BrokenBy[i] = k
			}
		}
	}
}
