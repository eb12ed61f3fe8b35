package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"steady/core/eval"
	"steady/core/option"
	"steady/core/train"
	_ "steady/core/train/recipes" // registers them
	"steady/tools/internal/output"
)

// tables writes the tables of the page.
func (o *options) tables(family []member) error {
	b, err := os.ReadFile(o.page)
	if err != nil {
		return err
	}
	text := string(b)
	cards, err := o.cards(family)
	if err != nil {
		return err
	}
	for name, table := range map[string]string{
		"recipes": recipeTable(), "family": familyTable(cards), "goals": goalTable(cards), "corruptions": corruptionTable(cards),
	} {
		if text, err = insert(text, name, table); err != nil {
			return fmt.Errorf("%s: %w", o.page, err)
		}
	}
	for _, data := range sets(family) {
		if err := o.writeCurves(family, data); err != nil {
			return err
		}
	}
	return output.File(o.page, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}

// cards returns the model cards of the networks that are trained and measured.
func (o *options) cards(family []member) ([]*train.Card, error) {
	var list []*train.Card
	for _, m := range family {
		card, err := o.card(m.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case card.Figures != nil:
			list = append(list, card)
		}
	}
	// Those of the data that most are for come first.
	count := map[string]int{}
	for _, c := range list {
		count[c.Data]++
	}
	slices.SortStableFunc(list, func(a, b *train.Card) int { return count[b.Data] - count[a.Data] })
	return list, nil
}

// insert puts a table between the markers of its name.
func insert(page, name, table string) (string, error) {
	first, last := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
	before, rest, begun := strings.Cut(page, first)
	_, after, ended := strings.Cut(rest, last)
	if !begun || !ended {
		return page, fmt.Errorf("there is no table between %q and %q", strings.TrimSpace(first), last)
	}
	return before + first + table + last + after, nil
}

// recipeTable lists the recipes.
func recipeTable() string {
	var b strings.Builder
	b.WriteString("| recipe | what | from | options of its own, with their defaults |\n|---|---|---|---|\n")
	for _, r := range train.Recipes() {
		var own []string
		if r.Config.Options != nil {
			for _, o := range r.Config.Options.Describe() {
				own = append(own, fmt.Sprintf("`%s=%s` %s", o.Name, valueText(o), o.Help))
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Name, r.Summary, r.Source, strings.Join(own, "; "))
	}
	return b.String()
}

// valueText returns the value of an option as people write it: eps as a fraction of 255.
func valueText(o option.Info) string {
	if v, ok := o.Value.(float64); ok {
		if k := v * float64(o.Per); o.Per > 0 && k > 0 {
			return fmt.Sprintf("%.4g/%d", k, o.Per)
		}
		return fmt.Sprintf("%.4g", v)
	}
	return fmt.Sprint(o.Value)
}

// standard returns the card of the standard network for the same data, which others are compared with; nil if there is none.
func standard(cards []*train.Card, data string) *train.Card {
	for _, c := range cards {
		if c.Training.Recipe == "standard" && c.Data == data {
			return c
		}
	}
	return nil
}

// familyTable compares the networks.
func familyTable(cards []*train.Card) string {
	if len(cards) == 0 {
		return "No network of the family is measured yet.\n"
	}
	var b strings.Builder
	b.WriteString("| network | epochs | processor minutes | clean | 19 corruptions | seen | unseen | AutoAttack 2/255 | AutoAttack 8/255 | AutoAttack L2 0.5 |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range cards {
		f, base := c.Figures, standard(cards, c.Data)
		if base == c {
			base = nil
		}
		seen, unseen := "", ""
		if m := f.Corrupted; m != nil && m.Seen != nil && m.Unseen != nil {
			seen, unseen = fmt.Sprintf("%.1f", 100**m.Seen), fmt.Sprintf("%.1f", 100**m.Unseen)
		}
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s | %s | %s | %s |", c.Name, c.Training.Epochs, minutes(c.ProcessorSeconds),
			cell(cleanOf(f), cleanOf(figuresOf(base))), cell(corruptedOf(f), corruptedOf(figuresOf(base))), seen, unseen)
		for _, a := range []string{autoAttack2, autoAttack8, autoAttackL2} {
			fmt.Fprintf(&b, " %s |", cell(attackedOf(f, a), attackedOf(figuresOf(base), a)))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| network | FGSM 2/255 | MI-FGSM 2/255 | PGD-20 2/255 | PGD-20 L2 0.25 | DeepFool, median L2 |\n|---|---|---|---|---|---|\n")
	for _, c := range cards {
		base := standard(cards, c.Data)
		if base == c {
			base = nil
		}
		fmt.Fprintf(&b, "| `%s` |", c.Name)
		for _, a := range small {
			fmt.Fprintf(&b, " %s |", cell(attackedOf(c.Figures, a), attackedOf(figuresOf(base), a)))
		}
		if d := distanceOf(c.Figures); d != nil {
			fmt.Fprintf(&b, " %.3f |\n", *d)
		} else {
			b.WriteString(" |\n")
		}
	}
	return b.String()
}

// The attacks of figures.yaml, as attackText writes them: AutoAttack, those at small eps that leave an accuracy, and
// DeepFool, whose distance counts.
const (
	autoAttack8  = "autoattack{eps=8/255,norm=linf}"
	autoAttack2  = "autoattack{eps=2/255,norm=linf}"
	autoAttackL2 = "autoattack{eps=0.5,norm=l2}"
	deepFool     = "deepfool{norm=l2}"
)

var small = []string{"fgsm{eps=2/255,norm=linf}", "mi-fgsm{eps=2/255,norm=linf}", "pgd{eps=2/255,steps=20,norm=linf}", "pgd{eps=0.25,steps=20,norm=l2}"}

func minutes(seconds float64) string {
	if seconds == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", (time.Duration(seconds * float64(time.Second))).Minutes())
}

func figuresOf(c *train.Card) *train.Figures {
	if c == nil {
		return nil
	}
	return c.Figures
}

func cleanOf(f *train.Figures) *train.Figure {
	if f == nil {
		return nil
	}
	return &f.Clean
}

func corruptedOf(f *train.Figures) *train.Figure {
	if f == nil || f.Corrupted == nil {
		return nil
	}
	return &train.Figure{Accuracy: f.Corrupted.Mean, N: f.Corrupted.N}
}

func attackedOf(f *train.Figures, attack string) *train.Figure {
	if f == nil {
		return nil
	}
	if a := f.Under(attack); a != nil {
		return &train.Figure{Accuracy: a.Accuracy, N: a.N}
	}
	return nil
}

func distanceOf(f *train.Figures) *float64 {
	if f == nil {
		return nil
	}
	if a := f.Under(deepFool); a != nil {
		return a.MedianL2
	}
	return nil
}

// interval returns the bounds of an accuracy at 95 % confidence. A mean over corruptions is taken for an accuracy on as many
// images as each of them has, because these are the same images: the bounds are rather too wide.
func interval(f *train.Figure) (low, high float64) {
	return eval.Count{Right: int(f.Accuracy*float64(f.N) + .5), N: f.N}.Interval()
}

// cell returns an accuracy with its bounds, and the difference to that of the standard network.
func cell(f, base *train.Figure) string {
	if f == nil {
		return ""
	}
	low, high := interval(f)
	text := fmt.Sprintf("%.1f [%.1f, %.1f]", 100*f.Accuracy, 100*low, 100*high)
	if base != nil {
		text += fmt.Sprintf(" %+.1f", 100*(f.Accuracy-base.Accuracy))
	}
	return text
}

// corruptionTable has the mean of each corruption over its severities, of each network: a table for each data.
func corruptionTable(cards []*train.Card) string {
	var data []string
	of := map[string][]*train.Card{}
	for _, c := range cards {
		if c.Figures.Corrupted == nil {
			continue
		}
		if of[c.Data] == nil {
			data = append(data, c.Data)
		}
		of[c.Data] = append(of[c.Data], c)
	}
	if len(data) == 0 {
		return "No network of the family is measured yet.\n"
	}
	var tables []string
	for _, d := range data {
		tables = append(tables, tableOfCorruptions(of[d]))
	}
	return strings.Join(tables, "\n")
}

// tableOfCorruptions is that of networks for the same data.
func tableOfCorruptions(list []*train.Card) string {
	var b strings.Builder
	b.WriteString("| corruption |")
	for _, c := range list {
		fmt.Fprintf(&b, " `%s` |", c.Name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(list)) + "\n")
	for i, e := range list[0].Figures.Corrupted.Each {
		fmt.Fprintf(&b, "| %s |", e.Corruption)
		for _, c := range list {
			value := ""
			if each := c.Figures.Corrupted.Each; i < len(each) && each[i].Corruption == e.Corruption {
				value = fmt.Sprintf("%.1f", 100*each[i].Mean)
				if each[i].Seen {
					value += " (seen)"
				}
			}
			fmt.Fprintf(&b, " %s |", value)
		}
		b.WriteString("\n")
	}
	return b.String()
}
