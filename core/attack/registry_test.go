package attack

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
)

func TestNames(t *testing.T) {
	for _, a := range All() {
		if got, err := Lookup(strings.ToUpper(a.Name)); err != nil || got != a {
			t.Errorf("%s is not found: %v", a.Name, err)
		}
		if a.Title == "" || a.Summary == "" || a.Source == "" || a.Uses("eps") != (len(a.Norms) > 0) ||
			!slices.Contains(Accesses, a.Access) {
			t.Errorf("%s: an entry of the registry is empty", a.Name)
		}
		for _, norm := range a.Norms {
			if err := a.Check(a.Default(norm), nn.Shape{3, 32, 32}); err != nil {
				t.Errorf("%s: its own defaults: %v", a.Name, err)
			}
		}
	}
	if !slices.IsSortedFunc(All(), func(a, b *Attack) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the registry is not in order")
	}
	if _, err := Lookup("pdg"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "pgd") {
		t.Errorf("unknown attack: %v", err)
	}
	for _, s := range []string{"none", "next", "random", "least-likely", "7"} {
		if got, err := ParseTarget(s); err != nil || got.String() != s {
			t.Errorf("target %s reads as %v (%v)", s, got, err)
		}
	}
	for _, s := range []string{"worst", "-1", "1.5"} {
		if got, err := ParseTarget(s); err == nil {
			t.Errorf("target %s reads as %v", s, got)
		}
	}
	for _, s := range []string{"linf", "L2", "l1"} {
		if got, err := ParseNorm(s); err != nil || !strings.EqualFold(got.String(), s) {
			t.Errorf("norm %s reads as %v (%v)", s, got, err)
		}
	}
	for _, v := range []Version{Standard, Plus, Fast} {
		text, _ := v.MarshalText()
		var back Version
		if err := back.UnmarshalText(text); err != nil || back != v {
			t.Errorf("version %v reads as %v (%v)", v, back, err)
		}
	}
	if err := new(Version).UnmarshalText(nil); err == nil {
		t.Error("no version is taken for one")
	}
	if _, err := ParseNorm("l0"); err == nil {
		t.Error("norm l0 is taken")
	}
}
