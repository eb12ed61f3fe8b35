package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// pair returns two benchmarks of a network: 100 images, right about the first, or later ones.
func pair(t *testing.T) (a, b *builder) {
	a, b = newBuilder(t, 100, "net"), newBuilder(t, 100, "net")
	for _, c := range []struct {
		perturbation string
		fromA, a     int
		fromB, b     int
	}{
		{"clean", 0, 90, 0, 90},           // the same
		{"fog{severity=1}", 0, 80, 0, 70}, // A alone 10, B alone 0: p = 2/2¹⁰
		{"fog{severity=3}", 0, 70, 0, 65}, // 5 and 0: p = 2/2⁵
		{"fog{severity=5}", 0, 50, 1, 50}, // 1 and 1: p = 1
		{"snow{severity=1}", 0, 50, 0, -1},
		{"snow{severity=2}", 0, -1, 0, 50},
		{"snow{severity=3}", 0, -1, 0, -1},
	} {
		a.add(0, c.perturbation, c.fromA, c.a)
		b.add(0, c.perturbation, c.fromB, c.b)
	}
	b.Name = "other.db"
	return a, b
}

func TestCompare(t *testing.T) {
	a, b := pair(t)
	d, err := Compare(a.Results, b.Results)
	if err != nil {
		t.Fatal(err)
	}
	if d.Identical || d.Cells != 4 || d.Different != 3 || d.Significant != 1 ||
		!slices.Equal(d.OnlyA, []string{"net, snow{severity=1}"}) || !slices.Equal(d.OnlyB, []string{"net, snow{severity=2}"}) {
		t.Errorf("%+v", d)
	}
	// Holm: 4·p of the smallest, 3·p of the next, then 1.
	for i, want := range []DiffCell{
		{P: 1, Adjusted: 1},
		{P: 2. / 1024, Adjusted: 8. / 1024, Difference: -.1, Different: true, Significant: true},
		{P: 2. / 32, Adjusted: 6. / 32, Difference: -.05, Different: true},
		{P: 1, Adjusted: 1, Different: true},
	} {
		c := d.Compared[i]
		if math.Abs(c.P-want.P) > 1e-12 || math.Abs(c.Adjusted-want.Adjusted) > 1e-12 || math.Abs(c.Difference-want.Difference) > 1e-12 ||
			c.Different != want.Different || c.Significant != want.Significant || !c.Paired || c.Test != "mcnemar" || c.Lower > c.Difference || c.Upper < c.Difference {
			t.Errorf("%d: %+v, want %+v", i, c, want)
		}
	}
	if c := d.Compared[1]; *c.OnlyA != 10 || *c.OnlyB != 0 || *c.Changed != 10 || c.RightA != 80 || c.AccuracyB != .7 {
		t.Errorf("%+v", c)
	}
	// The other way round, everything has the other sign.
	back, err := Compare(b.Results, a.Results)
	if err != nil || back.Compared[1].Difference != -d.Compared[1].Difference || *back.Compared[1].OnlyB != 10 ||
		math.Abs(back.Compared[1].Lower+d.Compared[1].Upper) > 1e-12 {
		t.Errorf("%+v, %v", back, err)
	}
	var text, table bytes.Buffer
	d.WriteText(&text)
	for _, want := range []string{
		"run.db and other.db: 4 cells in both, 3 differ, 1 significantly (p ≤ 0.05 by Holm's correction for 4 tests).\n",
		"only in run.db: 1 (“net, snow{severity=1}”)\nonly in other.db: 1 (",
		"\nnet                      fog{severity=1}                    80.00 %   70.00 %   -10.00  [",
		"0.0078 *\nnet                      fog{severity=3} ",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s\nwithout %q", text.String(), want)
		}
	}
	if err := d.WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(&table).ReadAll(); err != nil || len(rows) != 5 || rows[2][12] != "10" || rows[2][19] != "true" {
		t.Errorf("%q, %v", rows, err)
	}
}

func TestCompareSame(t *testing.T) {
	a, _ := pair(t)
	b, _ := pair(t)
	b.Name = "copy.db"
	text := func() string {
		d, err := Compare(a.Results, b.Results)
		if err != nil {
			t.Fatal(err)
		}
		var w bytes.Buffer
		d.WriteText(&w)
		if _, err := json.Marshal(d); err != nil {
			t.Error(err)
		}
		return w.String()
	}
	if got := text(); got != "run.db and copy.db are identical: 5 cells.\n" {
		t.Error(got)
	}
	b.Entries[0].Result.Answers[7].Confidence = .5
	if got := text(); got != "run.db and copy.db: 5 cells in both, with the same answers.\n" {
		t.Error(got)
	}
	// Wrong in another way is a difference, and no significant one.
	answer := &b.Entries[0].Result.Answers[99]
	answer.Class = 3 - answer.Class - b.Networks[0].Labels[99]
	if got := text(); !strings.Contains(got, "5 cells in both, 1 differ, 0 significantly") {
		t.Error(got)
	}
}

// On other images, accuracies are compared.
func TestCompareUnpaired(t *testing.T) {
	a, b := newBuilder(t, 70, "a"), newBuilder(t, 80, "b")
	b.Networks[0].Cell.Data = "others"
	a.add(0, "clean", 0, 48)
	b.add(0, "clean", 0, 72)
	d, err := Compare(a.Results, b.Results)
	if err != nil {
		t.Fatal(err)
	}
	c := d.Compared[0]
	if c.Paired || c.Test != "fisher" || c.OnlyA != nil || c.ModelA != "a" || c.ModelB != "b" || !c.Significant || c.P > .01 || c.Lower < 0 || c.Upper < c.Difference {
		t.Errorf("%+v", c)
	}
	var text bytes.Buffer
	d.WriteText(&text)
	if !strings.Contains(text.String(), "a / b ") || !strings.Contains(text.String(), " * ~\n") || !strings.Contains(text.String(), "not on the same images") {
		t.Error(text.String())
	}
	// Not the same images though as many.
	b = newBuilder(t, 70, "a")
	b.Networks[0].Cell.Data = "others"
	b.add(0, "clean", 0, 48)
	if d, err := Compare(a.Results, b.Results); err != nil || d.Identical || d.Compared[0].Paired || d.Compared[0].Different {
		t.Errorf("%+v, %v", d, err)
	}
}

// Of more images of the same data, the first ones count.
func TestCompareFewer(t *testing.T) {
	a, b := newBuilder(t, 70, "a"), newBuilder(t, 80, "a")
	a.add(0, "clean", 0, 70)
	b.add(0, "clean", 0, 60) // the last 20 are not right, 10 of them among the first 70
	d, err := Compare(a.Results, b.Results)
	if err != nil {
		t.Fatal(err)
	}
	c := d.Compared[0]
	if d.Identical || !c.Paired || !c.Fewer || c.Test != "mcnemar" || c.ImagesA != 70 || c.ImagesB != 70 || c.RightA != 70 || c.RightB != 60 || *c.OnlyA != 10 ||
		*c.Changed != 10 || !near(&c.Difference, -10./70) || !c.Significant {
		t.Errorf("%+v", c)
	}
	var text bytes.Buffer
	if d.WriteText(&text); !strings.Contains(text.String(), "* first 70 images\n") {
		t.Error(text.String())
	}
	b = newBuilder(t, 80, "a")
	b.add(0, "clean", 0, 80)
	if d, err := Compare(a.Results, b.Results); err != nil || d.Identical || d.Different != 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestCompareNothing(t *testing.T) {
	a, b := newBuilder(t, 10, "a", "b"), newBuilder(t, 10, "c")
	a.add(0, "clean", 0, 4)
	b.add(0, "clean", 0, 4)
	if _, err := Compare(a.Results, b.Results); !errors.Is(err, ErrNothingToCompare) || !strings.Contains(err.Error(), "run.db has measured a, b") {
		t.Error(err)
	}
	if _, err := Compare(Results{}, Results{}); !errors.Is(err, ErrNothingToCompare) {
		t.Error(err)
	}
	b = newBuilder(t, 10, "a")
	b.add(0, "clean", 0, 4)
	b.Networks[0].Labels = b.Networks[0].Labels[:9]
	if _, err := Compare(b.Results, b.Results); err == nil {
		t.Error("fewer labels than answers: no error")
	}
}

// Many cells are shown as the largest.
func TestCompareMany(t *testing.T) {
	a, b := newBuilder(t, 100, "net"), newBuilder(t, 100, "net")
	for i := range 30 {
		p := fmt.Sprintf("pgd{eps=%d/255}", i+1)
		a.add(0, p, 0, 50)
		b.add(0, p, 0, 20+i)
	}
	d, err := Compare(a.Results, b.Results)
	if err != nil {
		t.Fatal(err)
	}
	var w bytes.Buffer
	d.WriteText(&w)
	lines := strings.Split(w.String(), "\n")
	if !strings.Contains(lines[3], "eps=1/255") || !strings.Contains(lines[4], "eps=2/255") || lines[3+shownDifferences] != "and 10 more (--csv or --json)" {
		t.Error(w.String())
	}
}
