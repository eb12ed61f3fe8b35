package papers

import (
	"fmt"
	"strings"

	"steady/core/phrase"
	"steady/core/results"
	"steady/tools/internal/usage"
)

// standardHelp is the help of the flag --standard.
const standardHelp = "network that the others are compared with (default: the one of the recipe standard; of several that\n" +
	"differ in nothing but the seed, the one of the lowest)"

// standardOf returns the place of the network that others are compared with: of a name, or by its recipe if there is none.
func standardOf(networks []*results.Network, name string) (int, error) {
	var found []int
	var list, all []string
	for i, n := range networks {
		all = append(all, n.Name)
		if name == n.Name || name == "" && n.Card != nil && n.Card.Recipe == "standard" {
			found, list = append(found, i), append(list, n.Name)
		}
	}
	switch {
	case len(found) == 0 && name != "":
		return 0, usage.Errorf("--standard: %.60q is none of the networks (%s): want one of them, and where --network names some, this one too", name, phrase.First(all, 30))
	case len(found) == 0:
		return 0, usage.Errorf("no network has a model card with the recipe standard: --standard names the one that others are compared with")
	}
	lowest := found[0]
	for _, i := range found[1:] {
		if what := moreThanSeeds(networks[found[0]].Card, networks[i].Card); what != "" {
			return 0, usage.Errorf("several networks have the recipe standard, and %s and %s differ in more than the seed (%s): --standard says which of %s others are compared with",
				networks[found[0]].Name, networks[i].Name, what, strings.Join(list, ", "))
		}
		if networks[i].Card.Seed < networks[lowest].Card.Seed {
			lowest = i
		}
	}
	for _, i := range found {
		if i != lowest && networks[i].Card.Seed == networks[lowest].Card.Seed {
			return 0, usage.Errorf("%s and %s have the recipe standard and one seed: --standard says which of %s others are compared with",
				networks[lowest].Name, networks[i].Name, strings.Join(list, ", "))
		}
	}
	return lowest, nil
}

// moreThanSeeds returns in what two trainings differ besides the seed, "" if in nothing.
func moreThanSeeds(a, b *results.Card) string {
	var texts []string
	for _, d := range a.Differences(b) {
		if d.Entry != "seed" {
			texts = append(texts, d.String())
		}
	}
	return phrase.First(texts, 2)
}

// unlike returns a note if, by their model cards, two networks differ in more than how they were trained.
func (g *grid) unlike(network, base int) []string {
	a, b := g.networks[network], g.networks[base]
	if a.Card == nil || b.Card == nil || a.Card.Architecture == b.Card.Architecture && a.Card.Data == b.Card.Data {
		return nil
	}
	return []string{fmt.Sprintf("%s is %s trained on %s, %s is %s trained on %s: differences may come from that.",
		a.Name, a.Card.Architecture, a.Card.Data, b.Name, b.Card.Architecture, b.Card.Data)}
}

// noteTraining returns a note if, by their model cards, some networks were trained for other epochs or on other numbers of
// images than the one they are compared with.
func (g *grid) noteTraining(base int) []string {
	of := g.networks[base].Card
	if of == nil {
		return nil
	}
	var order []string
	groups := map[string][]string{} // names of networks
	for _, n := range g.networks {
		if n.Card == nil {
			continue
		}
		var parts []string
		if unlikeNumbers(n.Card.Epochs, of.Epochs) {
			parts = append(parts, "for "+phrase.Count(n.Card.Epochs, "epoch"))
		}
		if unlikeNumbers(n.Card.Images, of.Images) {
			parts = append(parts, "on "+phrase.Count(n.Card.Images, "image"))
		}
		if what := strings.Join(parts, " "); what != "" {
			if groups[what] == nil {
				order = append(order, what)
			}
			groups[what] = append(groups[what], n.Name)
		}
	}
	if len(order) == 0 {
		return nil
	}
	var texts []string
	for _, what := range order {
		texts = append(texts, strings.Join(groups[what], ", ")+" "+what)
	}
	var own []string
	if of.Epochs > 0 {
		own = append(own, phrase.Count(of.Epochs, "epoch"))
	}
	if of.Images > 0 {
		own = append(own, phrase.Count(of.Images, "image"))
	}
	return []string{fmt.Sprintf("Trained for other epochs, or on other numbers of images, than %s (%s), from which differences may come too: %s.", g.networks[base].Name,
		strings.Join(own, ", "), strings.Join(texts, "; "))}
}

// unlikeNumbers reports whether two numbers of model cards differ: 0 is one that a card does not say.
func unlikeNumbers(a, b int) bool { return a > 0 && b > 0 && a != b }
