package report

import (
	"strings"
	"testing"
)

func TestWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		cells map[string]int // right of 200
		says  string         // "" for no warning
	}{
		"as it should be":              {map[string]int{"fgsm": 100, "pgd": 60, "autoattack": 50}, ""},
		"a strong one above a weak":    {map[string]int{"pgd": 60, "autoattack": 90}, "autoattack{norm=linf} leaves 45.0 %, and the weaker pgd{norm=linf} only 30.0 %"},
		"by chance":                    {map[string]int{"pgd": 60, "autoattack": 62}, ""},
		"other eps":                    {map[string]int{"fgsm{eps=4/255}": 100, "pgd": 150}, ""},
		"other norms":                  {map[string]int{"fgsm{norm=l2}": 100, "pgd": 150}, ""},
		"one step is enough":           {map[string]int{"fgsm{eps=2/255}": 100, "pgd{eps=2/255}": 100}, ""},
		"steps in vain":                {map[string]int{"fgsm": 100, "pgd": 100}, "its steps do no more than the single one of fgsm"},
		"steps where none does much":   {map[string]int{"fgsm": 180, "pgd": 180}, ""},
		"steps where all is gone":      {map[string]int{"fgsm": 4, "pgd": 4}, ""},
		"no gradients are better":      {map[string]int{"square": 60, "pgd": 100}, "square{norm=linf}, which sees no gradients, leaves 30.0 %"},
		"a curve that falls":           {map[string]int{"pgd{eps=1/255}": 100, "pgd": 50, "pgd{eps=64/255}": 0}, ""},
		"a curve that stays":           {map[string]int{"pgd{eps=1/255}": 100, "pgd{eps=64/255}": 40}, "nothing should be left"},
		"a curve that ends early":      {map[string]int{"pgd{eps=1/255}": 100, "pgd": 50}, ""},
		"a curve that rises":           {map[string]int{"pgd{eps=1/255}": 50, "pgd": 100}, "whose eps is smaller"},
		"a single step that goes past": {map[string]int{"fgsm{eps=1/255}": 50, "fgsm{eps=64/255}": 100}, ""},
	} {
		b := newBuilder(t, 200, "a")
		b.add(0, "clean", 0, 182)
		for perturbation, right := range c.cells {
			b.add(0, perturbation, 0, right)
		}
		w := b.report(Options{}).Warnings
		switch {
		case c.says == "" && len(w) > 0, c.says != "" && (len(w) != 1 || !strings.Contains(w[0].Text, c.says) || w[0].Model != "a"):
			t.Errorf("%s: %+v, want %q", name, w, c.says)
		}
	}
}

func TestComparisons(t *testing.T) {
	b := newBuilder(t, 100, "a", "b", "other images")
	b.Networks[2].Cell.Data = "another hash"
	for network := range b.Networks {
		b.add(network, "clean", 20*network, 60)
		b.add(network, "fog{severity=1}", 0, 80-40*network)
		b.add(network, "fog{severity=2}", 0, 50)
		b.add(network, "pgd", 0, 30)
	}
	c := b.report(Options{}).Comparisons
	if len(c) != 1 || c[0].A != "a" || c[0].B != "b" || len(c[0].Cells) != 2 {
		t.Fatalf("%+v", c)
	}
	// Clean: the first is right about 0 to 59, the second about 20 to 79.
	if d := c[0].Cells[0]; d.Perturbation != "clean" || d.OnlyA != 20 || d.OnlyB != 20 || d.Value != 0 || *d.P != 1 {
		t.Errorf("%+v", d)
	}
	// Fog at 1: 40 images that only the first is right about; at 2: none. The mean differs by .2.
	if c[0].CorruptedCells != 2 || c[0].BetterA != 1 || c[0].BetterB != 0 || !near(&c[0].Corrupted.Value, .2) {
		t.Errorf("%+v, %+v", c[0], c[0].Corrupted)
	}
	// Of 100 differences 40 are .5 and 60 are 0: their standard deviation is .5·√(.24·100/99).
	if i := c[0].Corrupted.Interval; i.Lower < .151 || i.Lower > .152 || i.Upper < .248 || i.Upper > .249 {
		t.Errorf("%+v", i)
	}
}

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		preparation, perturbation, says string
	}{
		{"input=3×32×32", "frost{severity=1}", "Frost is grown"},
		{"input=3×32×32", "contrast{severity=1}", ""},
		{"input=3×32×32", "contrast{severity=1,files=ab}", "taken as they are in the files"},
		{"input=3×32×32", "frost{severity=1,files=ab}", "taken as they are in the files"},
		{"resize=256 crop input=3×224×224", "contrast{severity=1}", "compressed as JPEG of quality 85"},
		{"resize=256 crop input=3×224×224", "contrast{severity=1,jpeg=85}", ""},
		{"input=3×32×32", "laugros/hue{severity=range}", "an approximation of this program"},
		{"input=3×224×224", "laugros/rain{severity=1}", ""},
		{"something else", "contrast{severity=1}", ""},
	} {
		b := newBuilder(t, 10, "a")
		b.Networks[0].Cell.Preparation = c.preparation
		b.add(0, "clean", 0, 5)
		b.add(0, c.perturbation, 0, 5)
		d := strings.Join(b.report(Options{}).Differences, "\n")
		d = strings.TrimSuffix(strings.TrimSuffix(d, "Random numbers of corruptions are this program's own: images are as those published, but not the same."), "\n")
		if c.says == "" && d != "" || !strings.Contains(d, c.says) {
			t.Errorf("%s %s: %q, want %q", c.preparation, c.perturbation, d, c.says)
		}
	}
}
