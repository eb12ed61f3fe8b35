package papers

import "fmt"

// unlike returns a note if, by their model cards, two networks differ in more than how they were trained.
func (g *grid) unlike(network, base int) []string {
	a, b := g.networks[network], g.networks[base]
	if a.Card == nil || b.Card == nil || a.Card.Architecture == b.Card.Architecture && a.Card.Data == b.Card.Data {
		return nil
	}
	return []string{fmt.Sprintf("%s is %s trained on %s, %s is %s trained on %s: differences may come from that.",
		a.Name, a.Card.Architecture, a.Card.Data, b.Name, b.Card.Architecture, b.Card.Data)}
}
