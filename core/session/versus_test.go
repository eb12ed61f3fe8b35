package session

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"steady/core/loss"
	"steady/models"
)

// builtIn returns the file of a network that comes with the program.
func builtIn(t *testing.T, name string) []byte {
	t.Helper()
	b, err := models.FS.ReadFile(name + ".onnx")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// compared returns a session with two networks of other sizes and classes: gray images of 28×28, and color images of 32×32.
func compared(t *testing.T) *Session {
	t.Helper()
	l := &Session{}
	if _, err := l.SetNetwork(NetworkArgs{}, builtIn(t, "fashion-standard")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.SetImage(ImageArgs{}, reddish(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.SetSecond(NetworkArgs{}, builtIn(t, "cifar10-standard")); err != nil {
		t.Fatal(err)
	}
	return l
}

// A second network answers what it would alone, and the first one what it did before.
func TestSecond(t *testing.T) {
	for _, where := range []string{"net", "view"} {
		c := CorruptArgs{Corruption: "gaussian_noise", Severity: 3, Seed: 5, Where: where}
		alone := func(name string) *LookAnswer {
			l := &Session{}
			if _, err := l.SetNetwork(NetworkArgs{}, builtIn(t, name)); err != nil {
				t.Fatal(err)
			}
			if _, err := l.SetImage(ImageArgs{}, reddish(t)); err != nil {
				t.Fatal(err)
			}
			a, err := l.Look(c, 0, true)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		first, second := alone("fashion-standard"), alone("cifar10-standard")
		l := compared(t)
		a, err := l.Look(c, 0, true)
		if err != nil {
			t.Fatal(err)
		}
		if first.Second != nil || a.Second == nil {
			t.Fatalf("%s: a second answer without a second network: %v; with one: %v", where, first.Second != nil, a.Second != nil)
		}
		if !slices.Equal(a.Original, first.Original) || !slices.Equal(a.Corrupted, first.Corrupted) {
			t.Errorf("%s: the first network answers otherwise beside a second one", where)
		}
		if !slices.Equal(a.Second.Original, second.Original) || !slices.Equal(a.Second.Corrupted, second.Corrupted) {
			t.Errorf("%s: the second network answers otherwise than alone", where)
		}
		l.RemoveSecond()
		if a, err := l.Look(c, 0, true); err != nil || a.Second != nil {
			t.Errorf("%s: after RemoveSecond: %v, %v", where, a.Second, err)
		}
	}
}

// A network that cannot be read leaves the second one, and the first, as they are.
func TestSecondRefused(t *testing.T) {
	l := compared(t)
	if _, err := l.SetSecond(NetworkArgs{}, []byte("no network")); err == nil {
		t.Fatal("what is no network was taken")
	}
	if a, err := l.Look(noise, 0, false); err != nil || a.Second == nil || len(a.Original) != 10 {
		t.Errorf("after a refusal: %+v, %v", a, err)
	}
	l.RemoveSecond()
	a := attackOf("pgd", "linf", 0.03)
	a.Second = true
	if _, err := l.Attack(context.Background(), a, func(*StepAnswer, []byte) error { return nil }); !errors.Is(err, errNoSecond) {
		t.Errorf("an attack on a second network that is not there: %v", err)
	}
	if _, err := l.Diagnose(context.Background(), DiagnoseArgs{From: "original", Corruption: noise, Second: true}); !errors.Is(err, errNoSecond) {
		t.Errorf("a diagnosis of a second network that is not there: %v", err)
	}
}

// While the first network is attacked, the second answers each step, and the other way round; both begin with what they answered
// before.
func TestAttackBeforeBoth(t *testing.T) {
	for _, second := range []bool{false, true} {
		l := compared(t)
		a := attackOf("bim", "linf", 0.1)
		a.Second = second
		look, err := l.Look(noise, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		attacked, other := slices.Clone(look.Original), slices.Clone(look.Second.Original)
		if second {
			attacked, other = other, attacked
		}
		var steps int
		var last []float32
		end, err := l.Attack(context.Background(), a, func(s *StepAnswer, _ []byte) error {
			if steps == 0 {
				for name, pair := range map[string][2][]float32{"attacked": {s.Probs, attacked}, "other": {s.Other, other}} {
					if d := largestDifference(pair[0], pair[1]); d > 1e-4 {
						t.Errorf("second %v: the %s network begins %v away from its answer before", second, name, d)
					}
				}
			}
			steps++
			last = slices.Clone(s.Other)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if end.Before != loss.ArgMax(attacked) {
			t.Errorf("second %v: attacked away from class %d, want %d", second, end.Before, loss.ArgMax(attacked))
		}
		if steps < 2 || largestDifference(last, other) == 0 {
			t.Errorf("second %v: after %d steps the other network answers as before", second, steps)
		}
	}
}

// Of two networks that take the same images, the other one is shown the very image.
func TestAttackBeforeSame(t *testing.T) {
	l := ready(t)
	if _, err := l.SetSecond(NetworkArgs{Classes: []string{"rot", "grün", "blau"}}, network(t, 3)); err != nil {
		t.Fatal(err)
	}
	end, err := l.Attack(context.Background(), attackOf("pgd", "linf", 0.2), func(s *StepAnswer, _ []byte) error {
		if !slices.Equal(s.Probs, s.Other) {
			t.Errorf("step %d: %v and %v of the same network", s.Step, s.Probs, s.Other)
		}
		return nil
	})
	if err != nil || !slices.Equal(end.Final.Probs, end.Final.Other) {
		t.Errorf("%+v, %v", end, err)
	}
}

// A target is a class of the network that is attacked.
func TestTargetOfSecond(t *testing.T) {
	l := ready(t) // three classes
	if _, err := l.SetSecond(NetworkArgs{}, builtIn(t, "cifar10-standard")); err != nil {
		t.Fatal(err)
	}
	a := attackOf("pgd", "linf", 0.2)
	a.Target = 7
	if _, err := l.Attack(context.Background(), a, func(*StepAnswer, []byte) error { return nil }); err == nil {
		t.Error("class 7 of three was taken as a target")
	}
	a.Second = true
	end, err := l.Attack(context.Background(), a, func(*StepAnswer, []byte) error { return nil })
	if err != nil || end.Target != 7 || len(end.Final.Probs) != 10 || len(end.Final.Other) != 3 {
		t.Errorf("%+v, %v", end, err)
	}
}

// A network whose images have other proportions cannot be shown the attacked one, and the answer says so.
func TestOtherProportions(t *testing.T) {
	l := ready(t)
	l.second = &classifier{engine: l.first.engine, network: l.first.network, shape: l.first.shape, classes: l.first.classes,
		x: l.first.x, logits: l.first.logits, probs: l.first.probs}
	victim := *l.first
	victim.shape = []int{3, side, 2 * side}
	l.Look(noise, 0, false)
	if o, err := newOnlooker(&victim, l.second, "original"); o != nil || err != nil {
		t.Errorf("an onlooker for other proportions: %v, %v", o, err)
	}
}

func largestDifference(a, b []float32) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	d := 0.
	for i := range a {
		d = max(d, math.Abs(float64(a[i])-float64(b[i])))
	}
	return d
}
