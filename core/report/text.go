package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"steady/core/phrase"
)

// compareAsked notes if networks were measured on different images or in different cells.
func (r *Report) compareAsked() {
	if r.sameAsked() {
		return
	}
	r.Notes = append(r.Notes, "The networks were measured on different images or in different cells: their figures cannot be compared.")
}

func (r *Report) sameAsked() bool {
	return !slices.ContainsFunc(r.Models, func(m Model) bool { return !slices.Equal(m.asked, r.Models[0].asked) })
}

func (r *Report) names() string {
	var names []string
	for _, m := range r.Models {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

// WriteText writes the table of networks.
func (r *Report) WriteText(w io.Writer) {
	percent := func(v *float64) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprintf("%.2f %%", 100**v)
	}
	fmt.Fprintf(w, "%-24s %10s %10s %6s %12s\n", "model", "clean", "corrupted", "R", "attacked")
	for _, m := range r.Models {
		robustness := "-"
		if m.Robustness != nil {
			robustness = fmt.Sprintf("%.3f", *m.Robustness)
		}
		fmt.Fprintf(w, "%-24s %10s %10s %6s %12s\n", m.Name, percent(m.Clean), percent(m.Corrupted), robustness, percent(m.Attacked))
	}
	r.writeBasis(w)
	fmt.Fprintf(w, "%s: %d of %d cells measured", r.Name, r.Done, r.Planned)
	if r.Failed > 0 {
		fmt.Fprintf(w, ", %d failed ('steady bench status %s')", r.Failed, r.Name)
	}
	fmt.Fprintln(w)
}

// writeBasis writes what the figures of the table are made of.
func (r *Report) writeBasis(w io.Writer) {
	if len(r.Models) == 0 {
		return
	}
	if first := r.Models[0]; r.sameAsked() {
		var parts []string
		if first.corrupted > 0 {
			parts = append(parts, fmt.Sprintf("corrupted: mean over %s; R: corrupted / clean", phrase.Count(first.corrupted, "cell")))
		}
		if first.attacks > 0 {
			parts = append(parts, "attacked: lowest of "+phrase.Count(first.attacks, "attack"))
		}
		if len(parts) > 0 {
			fmt.Fprintln(w, strings.Join(parts, "; "))
		}
	} else {
		fmt.Fprintln(w, "corrupted: mean over cells; R: corrupted / clean; attacked: lowest of attacks")
		for _, m := range r.Models {
			fmt.Fprintf(w, "  %s: %s, %s\n", m.Name, phrase.Count(m.corrupted, "corrupted cell"), phrase.Count(m.attacks, "attack"))
		}
	}
	for _, m := range r.Models {
		if e := m.CorruptionError; e != nil {
			fmt.Fprintf(w, "%s: mCE %.2f %% of %s%s\n", m.Name, 100*e.Value, e.Reference, e.remark())
		}
	}
	for _, d := range r.distances() {
		fmt.Fprintln(w, d)
	}
	for _, n := range slices.Concat(r.modelNotes(), r.Notes) {
		fmt.Fprintln(w, n)
	}
}

// modelNotes returns the notes of networks, each once, with the names if it is not of all of them.
func (r *Report) modelNotes() []string {
	return r.ofNetworks(func(m *Model) []string { return m.Notes })
}

// ofNetworks returns notes about networks, each once, with the names if it is not about all of them.
func (r *Report) ofNetworks(of func(m *Model) []string) (notes []string) {
	names := map[string][]string{}
	for i := range r.Models {
		m := &r.Models[i]
		for _, n := range of(m) {
			if names[n] == nil {
				notes = append(notes, n)
			}
			names[n] = append(names[n], m.Name)
		}
	}
	for i, n := range notes {
		if len(names[n]) < len(r.Models) {
			notes[i] = strings.Join(names[n], ", ") + ": " + n
		}
	}
	return notes
}
