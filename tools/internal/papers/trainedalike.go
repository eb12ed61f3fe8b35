package papers

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"steady/core/results"
)

// unlikeTraining returns how two of the networks that overlaps are computed from differ, in more than the corruption that they
// were trained on and the seed: "" if none do. The networks of a seed should continue from the same one, too.
func unlikeTraining(t *results.Table, members []int) string {
	starts := map[uint64]int{}             // the first network of each seed
	first := map[string]int{}              // the first network of each recipe
	options := map[string]map[string]any{} // and its options
	for k, i := range members {
		a, b := t.Networks[members[0]], t.Networks[i]
		if k > 0 && trainingOf(a.Card) != trainingOf(b.Card) {
			return fmt.Sprintf("%s is %s, %s is %s", a.Name, trainingOf(a.Card), b.Name, trainingOf(b.Card))
		}
		if j, ok := starts[b.Card.Seed]; !ok {
			starts[b.Card.Seed] = i
		} else if other := t.Networks[j]; other.Card.InitFrom != b.Card.InitFrom {
			return fmt.Sprintf("%s and %s continue from different networks", other.Name, b.Name)
		}
		general, own := trainingOptions(b.Card)
		for key, of := range map[string]map[string]any{"": general, b.Card.Recipe: own} {
			j, ok := first[key]
			if !ok {
				first[key], options[key] = i, of
				continue
			}
			if name := difference(options[key], of); name != "" {
				return fmt.Sprintf("%s has the option %s %v, %s %v", t.Networks[j].Name, name, options[key][name], b.Name, of[name])
			}
		}
	}
	return ""
}

// trainingOf returns what networks that overlaps are computed from have in common, but for seed and recipe.
func trainingOf(c *results.Card) string {
	text := fmt.Sprintf("%s on %d images of %s, %d epochs", c.Architecture, c.Images, c.Data, c.Epochs)
	if c.InitFrom != "" {
		text += " from another network on"
	}
	return text
}

// trainingOptions returns the options of a training that all recipes have, and those of its own recipe, without the seed and what
// it was trained on.
func trainingOptions(c *results.Card) (general, own map[string]any) {
	if json.Unmarshal(c.Training, &general) != nil {
		return nil, nil
	}
	own, _ = general["options"].(map[string]any)
	for _, name := range []string{"options", "recipe", "seed"} {
		delete(general, name)
	}
	delete(own, "corruptions")
	return general, own
}

// difference returns the first option in which two trainings differ, "" if there is none. What a card does not say differs from
// nothing.
func difference(a, b map[string]any) string {
	if a == nil || b == nil {
		return ""
	}
	names := slices.Collect(maps.Keys(a))
	names = slices.AppendSeq(names, maps.Keys(b))
	slices.SortFunc(names, strings.Compare)
	for _, name := range names {
		if !reflect.DeepEqual(a[name], b[name]) {
			return name
		}
	}
	return ""
}
