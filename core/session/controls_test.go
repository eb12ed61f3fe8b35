package session

import (
	"slices"
	"testing"

	"steady/core/attack"
	"steady/core/option"
)

// An option of attacks needs nothing but its literal to have a control.
func TestNewOption(t *testing.T) {
	defer attack.SwapOption("overshoot", option.Option[attack.Params]{
		Name: "dummy", Label: "Dummy", Help: "a number", Hint: "Of any kind", Range: option.Between(0, 3), Advanced: true,
		Field: func(p *attack.Params) any { return &p.Overshoot },
	})()
	a, err := attack.Lookup("deepfool")
	if err != nil {
		t.Fatal(err)
	}
	list := controls(a, attack.L2)
	k := slices.IndexFunc(list, func(c Control) bool { return c.Name == "dummy" })
	if k < 0 {
		t.Fatalf("no control in %+v", list)
	}
	if c := list[k]; c.Label != "Dummy" || c.Hint != "Of any kind" || c.Kind != "number" || c.Value != 0.02 || c.Max != 3 || c.Main {
		t.Errorf("control %+v", c)
	}
	p := a.Default(attack.L2)
	if err := set(&p, a, attack.L2, map[string]float64{"dummy": 2}); err != nil || p.Overshoot != 2 {
		t.Errorf("set to %v, %v", p.Overshoot, err)
	}
	if err := set(&p, a, attack.L2, map[string]float64{"dummy": 4}); err == nil || p.Overshoot != 2 {
		t.Errorf("4 is taken: %v", err)
	}
}
