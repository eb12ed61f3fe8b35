package papers

import (
	"fmt"
	"slices"
	"strings"

	"steady/core/corrupt"
	"steady/core/phrase"
	"steady/core/results"
	"steady/tools/internal/usage"
)

// selection is what a user chooses of results.
type selection struct {
	networks    []string // names; nil for all
	corruptions []string // words of lookUpSeverities; nil for all that were measured
}

// choose returns the places of the networks.
func (s selection) choose(t *results.Table) (places []int, err error) {
	if len(t.Networks) == 0 {
		return nil, usage.Errorf("there are no networks in the results")
	}
	if len(s.networks) == 0 {
		for i := range t.Networks {
			places = append(places, i)
		}
		return places, nil
	}
	for _, name := range s.networks {
		i, err := t.Network(name)
		switch {
		case err != nil:
			return nil, usage.Errorf("--network: the results have no %.60q, only %s", name, phrase.First(names(t), 20))
		case slices.Contains(places, i):
			return nil, usage.Errorf("--network: %s is there twice", name)
		}
		places = append(places, i)
	}
	return places, nil
}

func names(t *results.Table) (list []string) {
	for _, n := range t.Networks {
		list = append(list, n.Name)
	}
	return list
}

// choice is a word of --corruptions, and what it stands for.
type choice struct {
	word       string
	severities map[*corrupt.Corruption][]int // as lookUpSeverities returns them
	attacks    bool                          // it stands for attacks, too
}

// choices returns the corruptions that are chosen: none if all are.
func (s selection) choices() (list []choice, err error) {
	for _, word := range s.corruptions {
		found, attacks, err := lookUpSeverities(word)
		switch {
		case err != nil:
			return nil, usage.Errorf("--corruptions: %s", strings.TrimPrefix(err.Error(), "corrupt: "))
		case len(found) == 0:
			return nil, usage.Errorf("--corruptions: %s has no corruptions, and attacks are not chosen: want corruptions, or suites or families of them", word)
		}
		list = append(list, choice{word, found, attacks})
	}
	return list, nil
}

// has reports whether a corruption at a severity is chosen.
func (o choice) has(c *corrupt.Corruption, severity int) bool {
	severities, ok := o.severities[c]
	return ok && (severities == nil || slices.Contains(severities, severity))
}

// missing returns what was chosen and is not in a grid, as text.
func (o choice) missing(g *grid) (list []string) {
	for _, c := range inOrder(o.severities) {
		at := slices.IndexFunc(g.corruptions, func(of *corruption) bool { return of.entry == c })
		measured := func(severity int) bool {
			return at >= 0 && slices.ContainsFunc(g.corruptions[at].columns, func(of *column) bool { return of.severity() == severity })
		}
		if at < 0 && o.severities[c] == nil {
			list = append(list, c.Name)
		}
		for _, severity := range o.severities[c] {
			if !measured(severity) {
				list = append(list, fmt.Sprintf("%s at severity %d", c.Name, severity))
			}
		}
	}
	return list
}

// noteMissing notes what of the choices was not measured. It is an error if nothing of one was.
func (g *grid) noteMissing(choices []choice) error {
	for _, o := range choices {
		if o.attacks {
			g.attacksIn = append(g.attacksIn, o.word)
		}
		missing := o.missing(g)
		chosen := func(c *corrupt.Corruption) bool { _, ok := o.severities[c]; return ok }
		switch {
		case len(missing) == 0:
		case !slices.ContainsFunc(g.corruptions, func(c *corruption) bool { return chosen(c.entry) }):
			what := o.word
			if text := phrase.First(missing, 3); text != o.word {
				what += " (" + text + ")"
			}
			return usage.Errorf("--corruptions: not all networks were measured under %s%s", what, g.lack(func(l *lack) bool { return chosen(l.corruption) }))
		default:
			g.notes = append(g.notes, fmt.Sprintf("Of --corruptions %s these are left out, as not all networks were measured under them: %s.", o.word, phrase.First(missing, 20)))
		}
	}
	return nil
}
