package option_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"steady/core/option"
)

type params struct {
	Eps   float64
	Steps int
	Start bool
	Seed  uint64
	Norm  norm
	Name  string
}

type norm int

func (n norm) String() string { return [...]string{"linf", "l2"}[n] }

func (n *norm) UnmarshalText(text []byte) error {
	for k := range norm(2) {
		if k.String() == string(text) {
			*n = k
			return nil
		}
	}
	return errors.New("unknown norm")
}

var table = option.Table[params]{
	{Name: "eps", Label: "At most", Help: "radius", Unit: "px", Per: 255, Range: option.AtLeast(0), Offer: option.Between(.1, 1),
		Field: func(p *params) any { return &p.Eps }},
	{Name: "num-steps", Aliases: []string{"steps"}, Help: "steps", Range: option.AtLeast(1), Zero: "the usual number",
		Field: func(p *params) any { return &p.Steps }},
	{Name: "random-start", Help: "start at random", Field: func(p *params) any { return &p.Start }},
	{Name: "norm", Help: "norm", Choices: []string{"linf", "l2"}, Field: func(p *params) any { return &p.Norm }},
	{Name: "schedule", Help: "schedule", OmitZero: true, Zero: "the usual", Choices: []string{"up", "down"},
		Field: func(p *params) any { return &p.Name }},
	{Name: "seed", Help: "random seed", Internal: true, Field: func(p *params) any { return &p.Seed }},
}

func TestText(t *testing.T) {
	usual := params{Eps: 0.5, Steps: 10}
	p := usual
	if err := table.Parse(&p, "eps=8/255, steps=20,random-start=true,norm=l2,schedule=up"); err != nil {
		t.Fatal(err)
	}
	want := params{8.0 / 255, 20, true, 0, 1, "up"}
	if p != want {
		t.Errorf("parsed %+v, want %+v", p, want)
	}
	text := table.Format(&p, &usual)
	if want := "eps=8/255,num-steps=20,random-start=true,norm=l2,schedule=up"; text != want {
		t.Errorf("formatted %s, want %s", text, want)
	}
	q := usual
	if err := table.Parse(&q, text); err != nil || q != p {
		t.Errorf("read back %+v, %v", q, err)
	}
	if err := table.Parse(&q, ""); err != nil {
		t.Errorf("empty text: %v", err)
	}
	for _, bad := range []string{"eps", "eps=-1", "eps=x", "eps=1/0", "eps=NaN", "steps=-1", "steps=1.5", "norm=l7", "nothing=1", "seed=1",
		"schedule=sideways", "random-start=2", "eps=1,eps=2", "eps=1,,steps=2", "eps=1,steps=-1"} {
		q = usual
		if err := table.Parse(&q, bad); err == nil {
			t.Errorf("%q: no error", bad)
		} else if q != usual {
			t.Errorf("%q: changed to %+v", bad, q)
		}
	}
}

func TestJSON(t *testing.T) {
	p := params{Eps: 8.0 / 255, Steps: 3, Norm: 1, Seed: math.MaxUint64}
	b, err := table.EncodeJSON(&p)
	want := `{"eps":0.03137254901960784,"num_steps":3,"random_start":false,"norm":"l2","seed":18446744073709551615}`
	if err != nil || string(b) != want {
		t.Fatalf("%s, %v, want %s", b, err, want)
	}
	var q params
	if err := table.DecodeJSON(&q, b); err != nil || q != p {
		t.Errorf("read back %+v, %v", q, err)
	}
	for _, bad := range []string{`{"eps":"x"}`, `{"other":1}`, `[]`, `{"num_steps":2,"norm":"l9"}`} {
		before := q
		if err := table.DecodeJSON(&q, []byte(bad)); err == nil || q != before {
			t.Errorf("%s: %v, %+v", bad, err, q)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		p    params
		want string
	}{
		{params{Eps: math.NaN()}, "eps is NaN: want a number of at least 0, such as 8/255"},
		{params{Steps: -2}, "num-steps is -2: want a whole number of at least 1, or 0 for the usual number"},
		{params{Name: "x"}, `schedule is "x": want one of up, down, or nothing for the usual`},
		{params{}, "<nil>"},
	} {
		if got := fmt.Sprint(table.Check(&test.p)); got != test.want {
			t.Errorf("%+v: %s, want %s", test.p, got, test.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, v := range []float64{0, 1, 8.0 / 255, 2.0 / 255, .5, 1e-300, -3.0 / 255, math.Pi} {
		for _, per := range []int{0, 255} {
			if got, err := option.ParseNumber(option.FormatNumber(v, per)); err != nil || got != v {
				t.Errorf("%v per %d: %q reads %v, %v", v, per, option.FormatNumber(v, per), got, err)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	p := params{Eps: 0.5}
	list := table.Describe(&p)
	if len(list) != len(table)-1 {
		t.Fatalf("%d descriptions of %d options of which one is internal", len(list), len(table))
	}
	if e := list[0]; *e.Min != .1 || *e.Max != 1 || e.Kind != option.Number || e.Value != 0.5 {
		t.Errorf("%+v", e)
	}
	if s := list[1]; *s.Min != 1 || s.Max != nil || s.Kind != option.Whole {
		t.Errorf("%+v", s)
	}
}

func ExampleTable_Parse() {
	p := params{Eps: 0.5, Steps: 10}
	fmt.Println(table.Parse(&p, "eps=8/255,norm=l2"))
	fmt.Println(table.Parse(&p, "steps=-1"))
	fmt.Println(p.Eps, p.Steps, p.Norm)
	// Output:
	// <nil>
	// num-steps is -1: want a whole number of at least 1, or 0 for the usual number
	// 0.03137254901960784 10 l2
}
