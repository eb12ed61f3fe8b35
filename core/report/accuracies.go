package report

import (
	"slices"

	"steady/core/corrupt"
)

// accuracies are all cells of a report, in arrays.
type accuracies struct {
	networks, corruptions, severities, attacks []string
	variants                                   []variant // of corruptions

	clean    []*Cell     // of networks; nil where it was not measured
	cells    [][][]*Cell // networks × corruptions × severities
	attacked [][]*Cell   // networks × attacks
}

// accuracies arranges the cells: corruptions and attacks in the order in which they were asked for, severities ascending.
func (r *Report) accuracies() *accuracies {
	a := &accuracies{}
	severities := map[string]bool{}
	for _, e := range r.results.Entries {
		if attack, _ := e.Perturbation.Attack(); attack != nil {
			if name := e.Perturbation.String(); !slices.Contains(a.attacks, name) {
				a.attacks = append(a.attacks, name)
			}
		} else if !e.Perturbation.Clean() {
			if v := variantOf(e.Perturbation); !slices.Contains(a.variants, v) {
				a.variants = append(a.variants, v)
			}
			_, o, _ := e.Perturbation.Corruption()
			severities[severityText(o.Severity)] = true
		}
	}
	for _, v := range a.variants {
		name := v.corruption.Name
		if slices.ContainsFunc(a.variants, func(o variant) bool { return o != v && o.corruption == v.corruption }) {
			name += v.options()
		}
		a.corruptions = append(a.corruptions, name)
	}
	for _, s := range []string{"1", "2", "3", "4", "5", severityText(corrupt.FullRange)} {
		if severities[s] {
			a.severities = append(a.severities, s)
		}
	}
	for _, m := range r.Models {
		a.networks = append(a.networks, m.Name)
		cells := make([][]*Cell, len(a.variants))
		for i := range cells {
			cells[i] = make([]*Cell, len(a.severities))
		}
		a.clean, a.cells, a.attacked = append(a.clean, nil), append(a.cells, cells), append(a.attacked, make([]*Cell, len(a.attacks)))
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		p, network := c.entry.Perturbation, c.entry.Network
		switch {
		case p.Clean():
			a.clean[network] = c
		case c.Attack != "":
			a.attacked[network][slices.Index(a.attacks, c.Perturbation)] = c
		default:
			a.cells[network][slices.Index(a.variants, variantOf(p))][slices.Index(a.severities, c.Severity)] = c
		}
	}
	return a
}
