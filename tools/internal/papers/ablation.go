package papers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Ablation is networks of a recipe that differ in nothing but one of its parameters.
type Ablation struct {
	Recipe    string     `json:"recipe"`
	Parameter string     `json:"parameter"` // eps, alpha or weight
	Others    string     `json:"others"`    // parameters of the recipe that they share, as text
	Seed      uint64     `json:"seed"`      // of training
	Settings  []Ablating `json:"settings"`  // by the parameter
}

// Ablating is a network of an ablation.
type Ablating struct {
	Value     float64    `json:"value"`
	Network   string     `json:"network"`
	Clean     Estimate   `json:"clean_accuracy"`
	Corrupted *Estimate  `json:"corrupted_accuracy"` // null without corruptions
	Attacks   []Attacked `json:"attacks"`
}

// ablated are the parameters that are looked at: λ of the mixture, which alpha spreads, the target's weight, and ε.
var ablated = []string{"alpha", "weight", "eps"}

// ablations returns the ablations that networks make.
func ablations(g *grid) (list []Ablation) {
	list = []Ablation{}
	for _, recipe := range mtlatRecipes {
		for _, parameter := range ablated {
			list = append(list, ablate(g, recipe, parameter)...)
		}
	}
	return list
}

// ablate returns the ablations of a parameter of a recipe: one for each set of networks that differ in nothing else.
func ablate(g *grid, recipe, parameter string) (list []Ablation) {
	groups := map[string]*Ablation{}
	var order []string
	for i, n := range g.networks {
		if n.Card == nil || n.Card.Recipe != recipe {
			continue
		}
		value, rest, others, ok := without(n.Card.Training, parameter)
		if !ok {
			continue
		}
		id := fmt.Sprintf("%s %s %d %s %s", n.Card.Architecture, n.Card.Data, n.Card.Images, n.Card.InitFrom, rest)
		if groups[id] == nil {
			groups[id], order = &Ablation{Recipe: recipe, Parameter: parameter, Others: others, Seed: n.Card.Seed}, append(order, id)
		}
		groups[id].Settings = append(groups[id].Settings, ablating(g, i, value))
	}
	for _, id := range order {
		a := groups[id]
		slices.SortStableFunc(a.Settings, func(x, y Ablating) int { return cmp.Compare(x.Value, y.Value) })
		if a.Settings[0].Value < a.Settings[len(a.Settings)-1].Value {
			list = append(list, *a)
		}
	}
	return list
}

// without returns a parameter of a recipe's own, all others of the training as text, and those of the recipe's own for
// people. It is not ok if there is no such parameter.
func without(training json.RawMessage, parameter string) (value float64, rest, others string, ok bool) {
	var all map[string]any
	if json.Unmarshal(training, &all) != nil {
		return 0, "", "", false
	}
	own, _ := all["options"].(map[string]any)
	value, ok = own[parameter].(float64)
	if !ok {
		return 0, "", "", false
	}
	delete(own, parameter)
	b, err := json.Marshal(all) // which sorts the names
	if err != nil {
		return 0, "", "", false
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(own)) {
		texts = append(texts, fmt.Sprintf("%s=%s", name, parameterText(name, own[name])))
	}
	return value, string(b), strings.Join(texts, ","), true
}

// parameterText returns a parameter as people write it: eps as a fraction of 255.
func parameterText(name string, value any) string {
	v, ok := value.(float64)
	switch {
	case !ok:
		return fmt.Sprint(value)
	case name == "eps" && v > 0:
		return fmt.Sprintf("%.4g/255", 255*v)
	}
	return fmt.Sprintf("%.4g", v)
}

func ablating(g *grid, network int, value float64) Ablating {
	to := Ablating{Value: value, Network: g.networks[network].Name, Clean: shareEstimate(g.clean.shares(network, g.clean.n)), Attacks: []Attacked{}}
	if len(g.corruptions) > 0 {
		e := shareEstimate(g.corrupted(network, g.corruptedImages()))
		to.Corrupted = &e
	}
	for _, a := range g.attacks {
		n := min(g.clean.n, a.n)
		_, attacked, ratio := scores(g.clean.shares(network, n), a.shares(network, n))
		to.Attacks = append(to.Attacks, Attacked{a.text, n, attacked, ratio})
	}
	return to
}
