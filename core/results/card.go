package results

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Difference is an entry in which two model cards differ.
type Difference struct {
	Entry         string // its name in a file
	First, Second string // its values, as JSON
}

func (d Difference) String() string {
	return fmt.Sprintf("%s is %.200s and %.200s", d.Entry, d.First, d.Second)
}

// Differences returns in what the trainings of two cards differ: not in what they led to, nor in the machine and its time.
// What a network was trained on differs only if both cards say it.
func (c *Card) Differences(other *Card) (list []Difference) {
	add := func(entry string, same bool, first, second any) {
		if !same {
			list = append(list, Difference{entry, text(first), text(second)})
		}
	}
	add("architecture", c.Architecture == other.Architecture, c.Architecture, other.Architecture)
	add("data", c.Data == other.Data, c.Data, other.Data)
	add("images", c.Images == other.Images, c.Images, other.Images)
	add("recipe", c.Recipe == other.Recipe, c.Recipe, other.Recipe)
	add("trained_on", c.TrainedOn == nil || other.TrainedOn == nil || sameNames(c.TrainedOn, other.TrainedOn), c.TrainedOn, other.TrainedOn)
	add("seed", c.Seed == other.Seed, c.Seed, other.Seed)
	add("epochs", c.Epochs == other.Epochs, c.Epochs, other.Epochs)
	add("init_from", c.InitFrom == other.InitFrom, c.InitFrom, other.InitFrom)
	a, b := parameters(c.Training), parameters(other.Training)
	for _, name := range slices.Sorted(maps.Keys(a)) {
		add("training."+name, reflect.DeepEqual(a[name], b[name]), a[name], b[name])
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if _, both := a[name]; !both {
			add("training."+name, false, nil, b[name])
		}
	}
	return list
}

// sameNames reports whether two lists have the same names, in any order.
func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// parameters returns those of a training that a card has no other entry for. Those that are zero are left out: whether they
// are written depends on the version.
func parameters(training json.RawMessage) map[string]any {
	var all map[string]any
	if len(training) > 0 && json.Unmarshal(training, &all) != nil {
		return map[string]any{"": string(training)}
	}
	for _, name := range []string{"recipe", "seed", "epochs"} {
		delete(all, name)
	}
	deleteZeros(all)
	return all
}

func deleteZeros(all map[string]any) {
	maps.DeleteFunc(all, func(_ string, v any) bool {
		if inner, ok := v.(map[string]any); ok {
			deleteZeros(inner)
			return len(inner) == 0
		}
		return v == nil || reflect.ValueOf(v).IsZero()
	})
}

// text returns a value as JSON.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
