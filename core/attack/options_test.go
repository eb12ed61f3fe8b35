package attack

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/option"
)

// Every option can be explained and checked, and each name that an attack lists is one.
func TestOptions(t *testing.T) {
	listed := map[string]bool{}
	for _, a := range All() {
		for _, name := range a.Parameters {
			listed[name] = true
			if own.Lookup(name) == nil {
				t.Errorf("%s lists %q, which is not an option", a.Name, name)
			}
		}
	}
	seen := map[string]bool{}
	for _, o := range OptionTable() {
		if seen[o.Name] {
			t.Errorf("%s is there twice", o.Name)
		}
		seen[o.Name] = true
		if !o.Internal && (o.Label == "" || o.Help == "") {
			t.Errorf("%s: nothing is said of it", o.Name)
		}
	}
	for _, o := range own {
		if !listed[o.Name] {
			t.Errorf("no attack has %s", o.Name)
		}
		if kind := o.Kind(); kind == option.Number || kind == option.Whole {
			if min, max := o.Offer.Bounds(); math.IsInf(min, 0) || math.IsInf(max, 0) {
				t.Errorf("%s: a form cannot offer all numbers", o.Name)
			}
		}
	}
}

// An option needs nothing but its literal to be checked, written and read.
func TestNewOption(t *testing.T) {
	defer SwapOption("overshoot", option.Option[Params]{
		Name: "dummy-number", Label: "Dummy", Help: "a number", Range: option.Between(0, 3),
		Field: func(p *Params) any { return &p.Overshoot },
	})()
	a := find(t, "deepfool")
	p := a.Default(L2)
	if err := a.Check(p, nn.Shape{3, 8, 8}); err != nil {
		t.Error(err)
	}
	p.Overshoot = 4
	if err := a.Check(p, nn.Shape{3, 8, 8}); err == nil ||
		err.Error() != "attack: deepfool: dummy-number is 4: want a number from 0 to 3" {
		t.Errorf("checked: %v", err)
	}
	if q := find(t, "pgd").Default(Linf); true {
		q.Overshoot = 1
		if err := find(t, "pgd").Check(q, nn.Shape{3, 8, 8}); err == nil || !strings.Contains(err.Error(), "dummy-number is 1: not an option") {
			t.Errorf("another attack takes it: %v", err)
		}
	}
	p.Overshoot = 2
	b, err := json.Marshal(p)
	if err != nil || !strings.Contains(string(b), `"dummy_number":2`) {
		t.Errorf("JSON %s, %v", b, err)
	}
	var back Params
	if err := json.Unmarshal(b, &back); err != nil || back != p {
		t.Errorf("read back %+v, %v", back, err)
	}
	text := a.Format(p)
	if text != "deepfool{dummy-number=2,norm=l2}" {
		t.Errorf("text %s", text)
	}
	if _, back, err := Parse(text); err != nil || back != p {
		t.Errorf("read %+v, %v", back, err)
	}
	if words := a.Describe(p); !strings.Contains(words, "dummy-number 2") {
		t.Errorf("words %s", words)
	}
}

func TestParamsJSON(t *testing.T) {
	p := find(t, "pgd").Default(Linf)
	b, err := json.Marshal(p)
	want := `{"eps":0.03137254901960784,"step_size":0,"steps":10,"random_start":true,"continue":false,"norm":"linf","target":"none","seed":0,"first":0}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v, want %s", b, err, want)
	}
	p = Params{1, 2, 3, true, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, Plus, true, L2, Target{FixedClass, 3}, 14, 15, 16, 17, 18}
	b, err = json.Marshal(p)
	want = `{"eps":1,"step_size":2,"steps":3,"random_start":true,"restarts":4,"momentum":5,"targets":6,"overshoot":7,"search_steps":8,` +
		`"weight":9,"rotation":10,"rotations":11,"translation":12,"translations":13,"version":"plus","continue":true,"norm":"l2",` +
		`"target":"3","confidence":14,"queries":15,"seconds":16,"seed":17,"first":18}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v, want %s", b, err, want)
	}
	var back Params
	if err := json.Unmarshal(b, &back); err != nil || back != p {
		t.Errorf("read back %+v, %v", back, err)
	}
}

// What an attack is called with its parameters is read as these.
func TestText(t *testing.T) {
	for _, test := range []struct {
		text, want string // "": the same
		change     func(*Params)
	}{
		{"pgd{eps=8/255,steps=10,norm=linf}", "pgd{norm=linf}", nil},
		{" PGD ", "pgd{norm=linf}", nil},
		{"pgd{}", "pgd{norm=linf}", nil},
		{"pgd{ norm = L2 , eps = 0.25 }", "pgd{eps=0.25,norm=l2}", func(p *Params) { p.Norm, p.Eps = L2, 0.25 }},
		{"pgd{eps=3/255,random-start=false,norm=linf}", "", func(p *Params) { p.Eps, p.RandomStart = 3.0/255, false }},
		{"pgd{norm=l1,target=least-likely,confidence=0.5,queries=9,time=1.5,seed=7}", "", func(p *Params) {
			*p = Params{Eps: 12, Steps: 10, RandomStart: true, Norm: L1, Target: Target{Choice: LeastLikely}, Confidence: 0.5,
				Queries: 9, Seconds: 1.5, Seed: 7}
		}},
		{"cw", "", nil},
		{"spatial{rotation=12.5}", "", func(p *Params) { p.Rotation = 12.5 }},
		{"autoattack{version=fast,norm=linf}", "", func(p *Params) { p.Version = Fast }},
	} {
		a, p, err := Parse(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		want := a.Default(a.UsualNorm())
		if test.change != nil {
			test.change(&want)
		}
		if p != want {
			t.Errorf("%s reads as %+v, want %+v", test.text, p, want)
		}
		if test.want == "" {
			test.want = test.text
		}
		if got := a.Format(p); got != test.want {
			t.Errorf("%s is written as %s, want %s", test.text, got, test.want)
		}
	}
	for text, says := range map[string]string{
		"":                   "unknown attack",
		"{}":                 "unknown attack",
		"pdg{eps=1}":         "unknown attack \"pdg\"",
		"pgd{eps=1":          "pgd: {eps=1 has no } at its end",
		"pgd{eps}":           `pgd: "eps": want name=value`,
		"pgd{epz=1}":         `pgd: no option "epz"; valid: eps, step-size, steps,`,
		"pgd{first=1}":       `no option "first"`,
		"pgd{eps=1,eps=1}":   "pgd: eps is given twice",
		"pgd{eps=eight/255}": `pgd: eps is "eight/255": want a number from 0 to 2147483647, such as 8/255`,
		"pgd{steps=0}":       "pgd: steps is 0: want a whole number from 1 to 1000000",
		"pgd{norm=l0}":       `pgd: norm is "l0": want one of linf, l2, l1`,
		"cw{norm=linf}":      "cw: norm is linf: want one of l2",
		"square{queries=0}":  "square: queries is 0: want a whole number from 1 to 1000000000",
		"apgd-t{target=2}":   `apgd-t: no option "target"`,
		"spatial{norm=l2}":   `spatial: no option "norm"; valid: rotation,`,
	} {
		var param *ParamError
		if _, _, err := Parse(text); err == nil || !strings.Contains(err.Error(), says) ||
			!errors.As(err, &param) && !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: error %v, want one with %q", text, err, says)
		}
	}
}

// Every attack is read as it was written, with its defaults and with each option changed.
func TestTextRoundTrip(t *testing.T) {
	eachAttack(t, all, func(t *testing.T, a *Attack, norm Norm) {
		check := func(p Params) {
			t.Helper()
			text := a.Format(p)
			if b, q, err := Parse(text); err != nil || b != a || q != p {
				t.Errorf("%s reads as %+v, %v; want %+v", text, q, err, p)
			}
		}
		usual := a.Default(norm)
		check(usual)
		options := a.Options(norm)
		for i := range options {
			o := &options[i]
			for _, text := range slices.Concat(o.Choices, []string{"true", "false", "0", "1", "7", "100/255", "0.1", "1e-9", "next"}) {
				if p := usual; !o.Internal && o.Name != "norm" && o.Set(&p, text) == nil {
					check(p)
				}
			}
		}
	})
}

func TestInNorm(t *testing.T) {
	a, p, err := Parse("pgd{steps=3,seed=5}")
	if err != nil {
		t.Fatal(err)
	}
	want := a.Default(L2)
	want.Steps, want.Seed = 3, 5
	if got := a.InNorm(p, L2); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, a := range All() {
		f.Add(a.Format(a.Default(a.UsualNorm())))
	}
	f.Add("pgd{eps=8/255,steps=10,norm=linf}")
	f.Add("square{ queries=3, target = random, seed=18446744073709551615}")
	f.Add("cw{eps=-0,weight=1e300,step-size=1/3,time=1e-9}")
	f.Fuzz(func(t *testing.T, text string) {
		a, p, err := Parse(text)
		if err != nil {
			return
		}
		again := a.Format(p)
		if b, q, err := Parse(again); err != nil || a != b || p != q || b.Format(q) != again {
			t.Errorf("%q reads as %+v, written as %q, which reads as %+v (%v)", text, p, again, q, err)
		}
	})
}
