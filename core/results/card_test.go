package results

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A network has one training: what says something else of it is an error, what says nothing takes the other's.
func TestMergeCards(t *testing.T) {
	card := func(training string) *Card {
		return &Card{Architecture: "small", Data: "set", Images: 50, Recipe: "corrupt", TrainedOn: []string{"fog", "snow"}, Seed: 1, Epochs: 3,
			Training: json.RawMessage(training), Seconds: 1}
	}
	const training = `{"recipe": "corrupt", "epochs": 3, "seed": 1, "shift": 4, "cutout": 0, "options": {"share": 0.5}}`
	for _, c := range []struct {
		change func(*Card)
		want   string
	}{
		{func(c *Card) { c.TrainedOn = []string{"fog", "contrast"} }, "b differ: trained_on is [\"fog\",\"snow\"] and [\"fog\",\"contrast\"]"},
		{func(c *Card) { c.TrainedOn = []string{"snow", "fog"} }, ""},
		{func(c *Card) { c.TrainedOn = nil }, ""},
		{func(c *Card) { c.Seconds, c.Machine, c.Command, c.Accuracy = 9, "m", "c", .5 }, ""},
		{func(c *Card) { c.Epochs = 4 }, "epochs is 3 and 4"},
		{func(c *Card) { c.InitFrom = "0123" }, `init_from is "" and "0123"`},
		{func(c *Card) { c.Training = json.RawMessage(strings.Replace(training, "0.5", "0.4", 1)) }, `training.options is {"share":0.5} and {"share":0.4}`},
		{func(c *Card) { c.Training = json.RawMessage(`{"shift":4,"options":{"share":0.5},"flip":"random"}`) }, `training.flip is null and "random"`},
		{func(c *Card) {
			c.Training = json.RawMessage(`{"shift":4,"options":{"share":0.5,"level":0},"more":{"x":""}}`)
		}, ""}, // of another version
	} {
		for _, turn := range []bool{false, true} {
			first, second := two(), two()
			first.Networks[1].Card, second.Networks[1].Card = card(training), card(training)
			c.change(second.Networks[1].Card)
			tables := []*Table{first, second}
			if turn {
				tables = []*Table{second, first}
			}
			m, err := Merge(tables...)
			switch {
			case c.want == "" && (err != nil || len(m.Networks[1].Card.TrainedOn) != 2):
				t.Errorf("%+v, %v", second.Networks[1].Card, err)
			case c.want != "" && (err == nil || !turn && !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v, want %q", err, c.want)
			}
		}
	}
	without := two()
	without.Networks[1].Card = nil
	if m, err := Merge(without, two()); err != nil || m.Networks[1].Card == nil {
		t.Errorf("the network without a card: %v", err)
	}
}

// A protocol is of all networks: what one table says does not hold for those of another that does not say it.
func TestMergeProtocols(t *testing.T) {
	table := func(protocol map[string]string, networks int) *Table {
		t := two()
		t.Protocol, t.Networks = protocol, t.Networks[:networks]
		return t
	}
	const both = "map[network:small training:long]"
	long, longer := map[string]string{"training": "long", "network": "small"}, map[string]string{"training": "long"}
	for name, c := range map[string]struct {
		tables []*Table
		want   string
	}{
		"same":        {[]*Table{table(long, 2), table(long, 1)}, both},
		"one":         {[]*Table{table(long, 2)}, both},
		"none":        {[]*Table{table(long, 2), table(nil, 1)}, "map[]"},
		"none first":  {[]*Table{table(nil, 1), table(long, 2)}, "map[]"},
		"some":        {[]*Table{table(long, 2), table(longer, 1)}, "map[training:long]"},
		"no networks": {[]*Table{table(nil, 0), table(long, 1)}, both},
	} {
		m, err := Merge(c.tables...)
		if err != nil || fmt.Sprint(m.Protocol) != c.want {
			t.Errorf("%s: %v, %v, want %s", name, m, err, c.want)
		}
	}
	if _, err := Merge(table(long, 1), table(nil, 1), table(map[string]string{"training": "short"}, 1)); err == nil || !strings.Contains(err.Error(), `training is "long" and "short"`) {
		t.Error(err)
	}
}
