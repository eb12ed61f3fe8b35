package session

import (
	"math"
	"slices"
	"testing"

	"steady/core/attack"
	"steady/core/nn"
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

// Whatever a link or a message sets a control to, it is an error, or the attack takes it.
func TestControlsAreBounded(t *testing.T) {
	for _, a := range attack.All() {
		norms := a.Norms
		if len(norms) == 0 {
			norms = []attack.Norm{a.UsualNorm()}
		}
		for _, n := range norms {
			for _, c := range controls(a, n) {
				for _, v := range []float64{c.Min, c.Max, -1, 1e9, 1 << 62, 1e308, math.NaN(), math.Inf(1), math.Inf(-1)} {
					p := usual(a, n)
					before := p
					inside := v >= c.Min && v <= c.Max
					if err := set(&p, a, n, map[string]float64{c.Name: v}); (err == nil) != inside || err != nil && p != before {
						t.Errorf("%s in %v: %s is %v, of %v to %v: %v", a.Name, n, c.Name, v, c.Min, c.Max, err)
					} else if err != nil {
						continue
					}
					if err := a.Check(p, nn.Shape{3, 224, 224}); err != nil && c.Name != "eps" { // which depends on the image
						t.Errorf("%s in %v: %s is %v: %v", a.Name, n, c.Name, v, err)
					}
				}
			}
		}
	}
}
