package session

import (
	"context"
	"math"
	"slices"
	"testing"

	"steady/core/loss"
)

func attackOf(name, norm string, eps float64) AttackArgs {
	if norm == "linf" {
		eps *= 255
	}
	return AttackArgs{Attack: name, Norm: norm, Values: map[string]float64{"eps": eps, "steps": 5}, Target: -1,
		From: "original", Corruption: noise}
}

func TestAttack(t *testing.T) {
	cases := []struct {
		name    string
		args    AttackArgs
		change  func(*AttackArgs)
		success bool
		after   int // -1: any
	}{
		{"far enough", attackOf("pgd", "linf", 0.2), func(*AttackArgs) {}, true, -1},
		{"too near", attackOf("pgd", "linf", 0.001), func(*AttackArgs) {}, false, 0},
		{"targeted", attackOf("pgd", "linf", 0.2), func(a *AttackArgs) { a.Target = 2 }, true, 2},
		{"one step", attackOf("fgsm", "linf", 0.2), func(a *AttackArgs) { delete(a.Values, "steps") }, true, -1},
		{"length", attackOf("pgd", "l2", 3), func(*AttackArgs) {}, true, -1},
		{"sum", attackOf("pgd", "l1", 20), func(*AttackArgs) {}, true, -1},
		{"of the shaken picture", attackOf("pgd", "linf", 0.2), func(a *AttackArgs) { a.From, a.Corruption.Severity = "corrupted", 1 }, true, -1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ready(t)
			a := c.args
			c.change(&a)
			last := -1
			end, err := l.Attack(context.Background(), a, func(s *StepAnswer, pix []byte) error {
				if s.Step != last+1 {
					t.Errorf("step %d after %d", s.Step, last)
				}
				last = s.Step
				if eps := a.Values["eps"]; a.Norm == "linf" && s.Linf > eps/255+1e-6 || a.Norm == "l2" && s.L2 > eps+1e-5 {
					t.Errorf("step %d is %v (linf), %v (l2) away, want at most %v", s.Step, s.Linf, s.L2, eps)
				}
				if len(s.Images) != 3 || s.Images[2].Name != "attacked-view" || len(pix) != 2*4*side*side+4*viewSize*viewSize {
					t.Errorf("step %d has %d pictures in %d bytes", s.Step, len(s.Images), len(pix))
				}
				if target := max(a.Target, 0); a.Norm == "linf" && math.Abs(s.Loss+math.Log(float64(s.Probs[target]))) > 1e-3 {
					t.Errorf("step %d: the loss is %v with the probability %v", s.Step, s.Loss, s.Probs[target])
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if last < 1 || end.Final == nil || end.Stopped {
				t.Errorf("%d steps, end %+v", last, end)
			}
			if end.Success != c.success || c.after >= 0 && end.After != c.after {
				t.Errorf("success %v with class %d, want %v with %d", end.Success, end.After, c.success, c.after)
			}
			if end.L0 == 0 || end.L0 > end.Elements || end.L1 < end.L2 || end.L2 < end.Linf || end.Gradients == 0 || end.Queries == 0 {
				t.Errorf("the distances and the cost are not those of an attack: %+v", end)
			}
		})
	}
}

// Every attack of the registry runs to its end in every norm, and tells a course that a person can look through.
func TestEveryAttack(t *testing.T) {
	for _, info := range (&Session{}).Describe().Attacks {
		for _, n := range info.Norms {
			t.Run(info.Name+" "+n.Norm, func(t *testing.T) {
				l := ready(t)
				a := AttackArgs{Attack: info.Name, Norm: n.Norm, Values: map[string]float64{}, Target: -1, From: "original", Corruption: noise}
				for _, c := range n.Controls {
					a.Values[c.Name] = c.Value
				}
				if a.Values["queries"] > 0 {
					a.Values["queries"] = 700
				}
				if _, ok := a.Values["search-steps"]; ok {
					a.Values["search-steps"] = 3
				}
				steps, jumps, top, last := 0, 0, 0, -1
				end, err := l.Attack(context.Background(), a, func(s *StepAnswer, _ []byte) error {
					steps++
					if s.Step < last || s.Step > s.Steps {
						t.Errorf("step %d of %d after %d", s.Step, s.Steps, last)
					}
					last = s.Step
					if k := loss.ArgMax(s.Probs); k != top {
						top = k
						jumps++
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if end.Final == nil || end.Stopped || steps == 0 || steps > frames+jumps+20 {
					t.Errorf("%d steps (the answer changed %d times), end %+v", steps, jumps, end)
				}
				if end.Success != (end.After != end.Before) {
					t.Errorf("success %v with class %d after %d", end.Success, end.After, end.Before)
				}
			})
		}
	}
}

// With a confidence an answer must lead by so much; with a limit in queries the network is not asked more often.
func TestConfidenceAndQueries(t *testing.T) {
	tell := func(*StepAnswer, []byte) error { return nil }
	for _, info := range (&Session{}).Describe().Attacks {
		l := ready(t)
		a := attackOf(info.Name, info.Norms[0].Norm, 0.2)
		a.Values = map[string]float64{"confidence": 0.5, "queries": 40}
		end, err := l.Attack(context.Background(), a, tell)
		if err != nil {
			t.Fatalf("%s: %v", info.Name, err)
		}
		if asked := end.Gradients + end.Queries - 1; asked > 40 {
			t.Errorf("%s: the network was asked %d times", info.Name, asked)
		}
		probs := end.Final.Probs
		lead := math.Log(float64(probs[end.After])) - math.Log(float64(probs[end.Before]))
		if end.Success != (lead >= 0.5) {
			t.Errorf("%s: success %v with a lead of %v", info.Name, end.Success, lead)
		}
	}
}

func TestAttackRefuses(t *testing.T) {
	cases := map[string]func(*AttackArgs){
		"unknown attack":       func(a *AttackArgs) { a.Attack = "hug" },
		"unknown norm":         func(a *AttackArgs) { a.Norm = "l7" },
		"norm of others":       func(a *AttackArgs) { a.Attack, a.Norm = "cw", "linf" },
		"eps":                  func(a *AttackArgs) { a.Values["eps"] = -1 },
		"eps beyond all":       func(a *AttackArgs) { a.Values["eps"] = 256 },
		"steps":                func(a *AttackArgs) { a.Values["steps"] = 0 },
		"half a step":          func(a *AttackArgs) { a.Values["steps"] = 1.5 },
		"too many steps":       func(a *AttackArgs) { a.Values["steps"] = 1e18 },
		"half a query":         func(a *AttackArgs) { a.Values["queries"] = 0.5 },
		"square without end":   func(a *AttackArgs) { a.Attack, a.Values = "square", map[string]float64{"queries": 0} },
		"confidence below 0":   func(a *AttackArgs) { a.Values["confidence"] = -1 },
		"a switch half way":    func(a *AttackArgs) { a.Values["continue"] = 0.5 },
		"parameter of others":  func(a *AttackArgs) { a.Values["momentum"] = 1 },
		"no parameter":         func(a *AttackArgs) { a.Values["seconds"] = 1 },
		"version there is not": func(a *AttackArgs) { a.Attack, a.Values = "autoattack", map[string]float64{"version": 4} },
		"target":               func(a *AttackArgs) { a.Target = 3 },
		"same target":          func(a *AttackArgs) { a.Target = 0 },
		"target of square":     func(a *AttackArgs) { a.Attack, a.Values, a.Target = "autoattack", nil, 1 },
		"from":                 func(a *AttackArgs) { a.From = "behind" },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			a := attackOf("pgd", "linf", 0.1)
			change(&a)
			tell := func(*StepAnswer, []byte) error { return nil }
			if _, err := ready(t).Attack(context.Background(), a, tell); err == nil {
				t.Error("no error")
			}
		})
	}
	for name, l := range map[string]*Session{"no network": {}, "no picture": {}} {
		if name == "no picture" {
			if _, err := l.SetNetwork(NetworkArgs{}, network(t, 3)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.Attack(context.Background(), attackOf("pgd", "linf", .1), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := l.Diagnose(context.Background(), DiagnoseArgs{From: "original", Corruption: noise}); err == nil {
			t.Errorf("a diagnosis with %s: no error", name)
		}
	}
}

func TestTransfer(t *testing.T) {
	l := ready(t)
	if _, err := l.Transfer(NetworkArgs{}, network(t, 3)); err == nil {
		t.Error("a transfer before an attack gives no error")
	}
	end, err := l.Attack(context.Background(), attackOf("pgd", "linf", 0.2), func(*StepAnswer, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	a, err := l.Transfer(NetworkArgs{}, network(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if before := loss.ArgMax(a.Before); before != end.Before || !slices.Equal(a.After, end.Final.Probs) {
		t.Errorf("the same network says %d and %v, want %d and %v", before, a.After, end.Before, end.Final.Probs)
	}
	for name, file := range map[string][]byte{"another shape": network(t, 1), "no network": []byte("hello")} {
		if _, err := l.Transfer(NetworkArgs{}, file); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDiagnose(t *testing.T) {
	args := DiagnoseArgs{From: "original", Corruption: noise}
	a, err := ready(t).Diagnose(context.Background(), args)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Findings) < 8 || a.Stopped {
		t.Errorf("%d findings, stopped %v", len(a.Findings), a.Stopped)
	}
	for _, f := range a.Findings {
		if !f.OK {
			t.Errorf("a linear network has the sign %+v", f)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if a, err := ready(t).Diagnose(ctx, args); err != nil || !a.Stopped {
		t.Errorf("stopped: %+v, %v", a, err)
	}
	args.From = "behind"
	if _, err := ready(t).Diagnose(context.Background(), args); err == nil {
		t.Error("no error")
	}
}

// A quiet attack comes to the same end, tells nothing on the way, and leaves the last attack for Transfer.
func TestQuietAttack(t *testing.T) {
	l := ready(t)
	a := attackOf("pgd", "linf", 0.2)
	loud, err := l.Attack(t.Context(), a, func(*StepAnswer, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	kept, probs := l.attacked, slices.Clone(loud.Final.Probs)
	a.Quiet = true
	quiet, err := l.Attack(t.Context(), a, func(*StepAnswer, []byte) error {
		t.Error("a step is reported")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if quiet.Success != loud.Success || quiet.After != loud.After || quiet.Linf != loud.Linf || !slices.Equal(quiet.Final.Probs, probs) {
		t.Errorf("a quiet attack ends with %+v, want %+v", quiet, loud)
	}
	if len(quiet.Final.Images) != 2 || &kept.after[0] != &l.attacked.after[0] {
		t.Errorf("a quiet attack draws %d images, or replaces the last attack", len(quiet.Final.Images))
	}
}
