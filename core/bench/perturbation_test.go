package bench

import (
	"slices"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/corrupt"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"clean":                        "clean",
		" fog { severity = 3 } ":       "fog{severity=3}",
		"laugros/rain{severity=range}": "laugros/rain{severity=range}",
		"snow{jpeg=85,profile=imagenet,severity=5}":      "snow{severity=5,profile=imagenet,jpeg=85}",
		"fog{severity=1,profile=auto,jpeg=0}":            "fog{severity=1}",
		"fog{files=8d1e,severity=3}":                     "fog{severity=3,files=8d1e}",
		"laugros/rain{severity=range,files=00}":          "laugros/rain{severity=range,files=00}",
		"pgd":                                            "pgd{norm=linf}",
		"pgd{eps=16/510,norm=linf}":                      "pgd{norm=linf}", // 8/255 is usual
		"pgd{steps=7,norm=l2}":                           "pgd{steps=7,norm=l2}",
		"spatial{rotation=20}":                           "spatial{rotation=20}",
		"laugros/vertical_artifacts{severity=2,jpeg=10}": "laugros/vertical_artifacts{severity=2,jpeg=10}",
	} {
		p, err := Parse(text)
		if err != nil || p.String() != want {
			t.Errorf("%q reads as %q, %v, want %q", text, p, err, want)
		}
	}
	for text, part := range map[string]string{
		"":                                       "neither a corruption nor an attack",
		"fogg{severity=1}":                       "neither a corruption nor an attack",
		"fog":                                    "severity is 0",
		"fog{severity=6}":                        "severity",
		"fog{severity=1":                         "no }",
		"fog{severity=1,severity=2}":             "twice",
		"fog{severity=1,seed=2}":                 `"seed"`,
		"fog{severity=1,index=2}":                `"index"`,
		"fog{severity=1,jpeg=101}":               "jpeg",
		"fog{severity=1,profile=big}":            "profile",
		"fog{severity=1,files=fog}":              "files is \"fog\": want a hash",
		"fog{severity=1,jpeg=85,files=00}":       "no profile and no jpeg",
		"fog{severity=1,profile=cifar,files=00}": "no profile and no jpeg",
		"pgd{eps=-1}":                            "eps",
		"pgd{eps=8/255":                          "no }",
		"pgd{time=3}":                            "time limit",
		"pgd{seed=3}":                            "seed",
		"clean{severity=1}":                      "neither",
	} {
		if p, err := Parse(text); err == nil || !strings.Contains(err.Error(), part) || !p.Clean() {
			t.Errorf("%q reads as %q, error %v, want one with %q", text, p, err, part)
		}
	}
}

// TestTextOfAll reads every perturbation of the suites, and every attack in every norm, from both of its texts.
func TestTextOfAll(t *testing.T) {
	all := []Perturbation{{}}
	for _, s := range Suites() {
		all = append(all, s.Perturbations...)
	}
	for _, a := range attack.All() {
		for _, norm := range append(slices.Clone(a.Norms), a.UsualNorm()) {
			p := a.Default(norm)
			p.Seed, p.First = 3, 4 // of the cell
			if a.Uses("steps") {
				p.Steps += 7
			}
			made, err := Attacked(a, p)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, made)
		}
	}
	for _, p := range all {
		for _, text := range []string{p.String(), p.full()} {
			if again, err := Parse(text); err != nil || again != p {
				t.Errorf("%q reads as %q: %v", text, again, err)
			}
		}
	}
}

// TestFullText holds what the key of an attack is made of: all parameters, whatever is usual.
func TestFullText(t *testing.T) {
	p, err := Parse("pgd")
	if err != nil {
		t.Fatal(err)
	}
	want := "pgd{eps=8/255,step-size=0,steps=10,random-start=true,restarts=0,continue=false,norm=linf,target=none,confidence=0,queries=0}"
	if p.full() != want {
		t.Errorf("%s, want %s", p.full(), want)
	}
}

// TestNamesDiffer holds that a name is a corruption or an attack, not both.
func TestNamesDiffer(t *testing.T) {
	for _, a := range attack.All() {
		if _, err := corrupt.Lookup(a.Name); err == nil {
			t.Errorf("%s is a corruption and an attack", a.Name)
		}
	}
	for _, name := range []string{clean} {
		if _, err := corrupt.Lookup(name); err == nil {
			t.Errorf("%s is a corruption", name)
		}
		if _, err := attack.Lookup(name); err == nil {
			t.Errorf("%s is an attack", name)
		}
	}
}

func TestParts(t *testing.T) {
	p, err := Parse("snow{severity=5,profile=cifar,jpeg=85}")
	if err != nil {
		t.Fatal(err)
	}
	c, o, jpeg := p.Corruption()
	if c.Name != "snow" || o != (corrupt.Options{Severity: 5, Profile: corrupt.CIFAR}) || jpeg != 85 {
		t.Errorf("%v, %+v, %d", c, o, jpeg)
	}
	if a, _ := p.Attack(); a != nil || p.Clean() {
		t.Errorf("%v, %v", a, p.Clean())
	}
	if got := parse(t, "fog{severity=3,files=0123456789abcdef}").Label(); got != "fog{severity=3,files=01234567…}" || p.Label() != p.String() {
		t.Error(got)
	}
	if p, err = Parse("pgd{eps=0.5,norm=l2}"); err != nil {
		t.Fatal(err)
	}
	a, params := p.Attack()
	if c, _, _ := p.Corruption(); c != nil || a.Name != "pgd" || params.Eps != .5 || params.Norm != attack.L2 || p.Clean() {
		t.Errorf("%v, %v, %+v", c, a, params)
	}
	if p := (Perturbation{}); !p.Clean() {
		t.Error("the zero value is not clean")
	}
}
