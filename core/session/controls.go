package session

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"steady/core/attack"
	"steady/core/option"
)

// elsewhere are options that the page asks for once for all attacks, or not at all.
var elsewhere = []string{"norm", "target", "time", "seed"}

// offered returns the options of an attack that the page has controls of.
func offered(a *attack.Attack, n attack.Norm) option.Table[attack.Params] {
	return a.Options(n).Only(func(o *option.Option[attack.Params]) bool {
		return !slices.Contains(elsewhere, o.Name) && !(o.Name == "continue" && a.SingleStep())
	})
}

// usual returns the parameters that the page begins with. Attacks that walk once go on after the label has changed:
// people watch how far it goes.
func usual(a *attack.Attack, n attack.Norm) attack.Params {
	p := a.Default(n)
	p.Continue = a.Uses("continue") && a.Access == attack.Gradients && !a.Uses("targets")
	return p
}

// controls describes the controls of an attack in a norm, and what they stand at.
func controls(a *attack.Attack, n attack.Norm) []Control {
	p := usual(a, n)
	list := []Control{}
	for _, info := range offered(a, n).Describe(&p) {
		list = append(list, control(info))
	}
	// In sight, then the numbers, then what counts as a success, then the switches.
	place := func(c Control) int {
		switch {
		case c.Main:
			return 0
		case c.Kind == "switch":
			return 3
		case c.Name == "confidence":
			return 2
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b Control) int { return place(a) - place(b) })
	return list
}

// control returns the control of an option. Hints say the units, but for lengths that are counted in gray levels.
func control(o option.Info) Control {
	scale := 1.0
	c := Control{Name: o.Name, Label: o.Label, Hint: o.Hint, Main: !o.Advanced, Kind: string(o.Kind)}
	if o.Per > 0 {
		c.Unit, scale = fmt.Sprintf("/%d", o.Per), float64(o.Per)
	}
	round := func(v float64) float64 { return math.Round(v*scale*1e6) / 1e6 }
	c.Max = math.MaxInt32
	if o.Min != nil {
		c.Min = round(*o.Min)
	}
	if o.Max != nil {
		c.Max = round(*o.Max)
	}
	switch v := o.Value.(type) {
	case float64:
		c.Value = round(v)
	case int:
		c.Value = max(float64(v), c.Min)
	case bool:
		c.Max = 1
		if v {
			c.Value = 1
		}
	case string:
		c.Options, c.Min, c.Max = o.Choices, 1, float64(len(o.Choices))
		c.Value = float64(slices.Index(o.Choices, v) + 1)
	}
	return c
}

// set sets p to the values of the page's controls; those that are missing stay as they are.
func set(p *attack.Params, a *attack.Attack, n attack.Norm, values map[string]float64) error {
	next := *p
	options := offered(a, n)
	for _, c := range controls(a, n) {
		v, ok := values[c.Name]
		if !ok {
			continue
		}
		if !(v >= c.Min && v <= c.Max) || c.Kind != "number" && v != math.Trunc(v) {
			return fmt.Errorf("%s is %v, which is not a %s from %v to %v.", c.Label, v,
				map[bool]string{true: "number", false: "whole number"}[c.Kind == "number"], c.Min, c.Max)
		}
		text := strconv.FormatFloat(v, 'f', -1, 64) + c.Unit
		if c.Kind == "choice" {
			text = c.Options[int(v)-1]
		}
		if err := options.Lookup(c.Name).Set(&next, text); err != nil {
			return err
		}
	}
	for name := range values {
		if options.Lookup(name) == nil {
			return fmt.Errorf("session: %s has no %q in %v", a.Name, name, n)
		}
	}
	*p = next
	return nil
}
