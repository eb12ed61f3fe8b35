package attack

import (
	"strings"
)

// Parse reads an attack and its parameters from text: "pgd", or "pgd{eps=8/255,steps=10,norm=linf}" with the names and
// values of [Attack.Options] (numbers may be fractions). What the text lacks is the attack's default in the norm that it
// names, or in the attack's usual one. Errors are a *[ParamError] or match [ErrUnknown].
func Parse(text string) (*Attack, Params, error) {
	name, rest, hasOptions := strings.Cut(strings.TrimSpace(text), "{")
	a, err := Lookup(strings.TrimSpace(name))
	if err != nil {
		return nil, Params{}, err
	}
	list, closed := strings.CutSuffix(rest, "}")
	if hasOptions && !closed {
		return nil, Params{}, &ParamError{Attack: a.Name, Problem: "{" + rest + " has no } at its end: want {name=value,...}"}
	}
	options := a.Options(a.UsualNorm())
	p := a.Default(a.UsualNorm())
	if err := options.Parse(&p, list); err != nil {
		return nil, Params{}, a.paramError(err)
	}
	// Now that the norm is known, its defaults are.
	p = a.Default(p.Norm)
	if err := options.Parse(&p, list); err != nil {
		return nil, Params{}, a.paramError(err)
	}
	return a, p, nil
}

// Format returns the text from which [Parse] reads the attack with these parameters: those that differ from its defaults,
// and the norm if it works in several. Params.First is not part of it.
func (a *Attack) Format(p Params) string {
	usual := a.Default(p.Norm)
	if len(a.Norms) > 1 {
		usual.Norm = -1 // none, so that it always differs
	}
	if list := a.Options(p.Norm).Format(&p, &usual); list != "" {
		return a.Name + "{" + list + "}"
	}
	return a.Name
}

// Describe returns the parameters in words for people: "eps 8/255, step-size 2/255, steps 10, random-start, linf".
func (a *Attack) Describe(p Params) string { return a.Options(p.Norm).Summary(&p) }

// InNorm returns the parameters in another norm: what differs from the defaults of its own stays.
func (a *Attack) InNorm(p Params, norm Norm) Params {
	next, usual := a.Default(norm), a.Default(p.Norm)
	all := OptionTable()
	for i := range all {
		if o := &all[i]; o.Name != "norm" && o.Text(&p) != o.Text(&usual) {
			o.Copy(&next, &p)
		}
	}
	return next
}
