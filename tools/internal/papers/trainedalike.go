package papers

import (
	"encoding/json"
	"fmt"
	"slices"

	"steady/core/results"
)

// unlikeTraining returns how two of the networks that overlaps are computed from differ, in more than the corruption that they
// were trained on and the seed: "" if none do. The networks of a seed should continue from the same one, too.
func unlikeTraining(t *results.Table, members []int) string {
	starts := map[uint64]int{} // the first network of each seed
	for _, i := range members {
		a, b := t.Networks[members[0]], t.Networks[i]
		for _, d := range a.Card.Differences(b.Card) {
			if !slices.Contains([]string{"recipe", "seed", "trained_on", "init_from", "training.options"}, d.Entry) {
				return fmt.Sprintf("of %s and %s, %s", a.Name, b.Name, d)
			}
		}
		if j, ok := starts[b.Card.Seed]; !ok {
			starts[b.Card.Seed] = i
		} else if other := t.Networks[j]; other.Card.InitFrom != b.Card.InitFrom {
			return fmt.Sprintf("%s and %s continue from different networks", other.Name, b.Name)
		}
	}
	return ""
}

// recipeOptions returns the options of a recipe's own that a network was trained with.
func recipeOptions(c *results.Card) map[string]any {
	var training struct{ Options map[string]any }
	if json.Unmarshal(c.Training, &training) != nil {
		return nil
	}
	return training.Options
}
