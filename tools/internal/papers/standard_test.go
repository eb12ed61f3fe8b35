package papers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"steady/core/results"
)

// card returns a model card with a seed, so many epochs and images, and a shift of the images.
func card(recipe string, seed uint64, epochs, images, shift int) *results.Card {
	return &results.Card{Recipe: recipe, TrainedOn: []string{}, Seed: seed, Epochs: epochs, Images: images,
		Training: json.RawMessage(fmt.Sprintf(`{"recipe": %q, "seed": %d, "epochs": %d, "shift": %d}`, recipe, seed, epochs, shift))}
}

// Of several standard networks the lowest seed is the one that others are compared with, if they differ in nothing else.
func TestStandardOf(t *testing.T) {
	network := func(name string, c *results.Card) *results.Network { return &results.Network{Name: name, Card: c} }
	second, first := network("second", card("standard", 2, 12, 50, 4)), network("first", card("standard", 1, 12, 50, 4))
	short, plain := network("short", card("standard", 3, 3, 50, 4)), network("plain", card("standard", 3, 12, 50, 0))
	mixup, unknown := network("mixup", card("mixup", 0, 12, 50, 4)), network("unknown", nil)
	for _, c := range []struct {
		networks []*results.Network
		name     string
		want     string
	}{
		{[]*results.Network{unknown, mixup, second}, "", "second"},
		{[]*results.Network{second, mixup, first}, "", "first"},
		{[]*results.Network{second, mixup, first}, "second", "second"},
		{[]*results.Network{second, mixup, unknown}, "unknown", "unknown"},
		{[]*results.Network{mixup, unknown}, "", "no network has a model card with the recipe standard"},
		{[]*results.Network{mixup, first}, "other", `--standard: "other" is none of the networks (mixup, first)`},
		{[]*results.Network{second, first, short}, "", "second and short differ in more than the seed (epochs is 12 and 3): --standard says which of second, first, short"},
		{[]*results.Network{first, plain}, "", "first and plain differ in more than the seed (training.shift is 4 and null)"},
		{[]*results.Network{second, first, network("again", first.Card)}, "", "first and again have the recipe standard and one seed"},
	} {
		i, err := standardOf(c.networks, c.name)
		got := c.networks[i].Name
		if err != nil {
			got = err.Error()
		}
		if (got != c.want && err == nil) || !strings.Contains(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// One sentence says which networks were trained for other epochs or on other images.
func TestNoteAmounts(t *testing.T) {
	g := &grid{}
	for i, c := range []*results.Card{card("standard", 1, 12, 50, 4), card("mixup", 1, 12, 50, 4), card("tlat", 1, 10, 50, 4), card("mtlat", 1, 10, 50, 4),
		card("fgsm", 1, 12, 1, 4), nil, card("pgd", 1, 1, 7, 4)} {
		g.networks = append(g.networks, &results.Network{Name: string(rune('a' + i)), Card: c})
	}
	const want = "Trained for other epochs, or on other numbers of images, than a (12 epochs, 50 images), from which differences may come too: " +
		"c, d for 10 epochs; e on 1 image; g for 1 epoch on 7 images."
	if notes := g.noteTraining(0); len(notes) != 1 || notes[0] != want {
		t.Errorf("%q, want %q", notes, want)
	}
	if notes := g.noteTraining(5); notes != nil {
		t.Errorf("of a network without a card: %q", notes)
	}
	g.networks = g.networks[:2]
	if notes := g.noteTraining(0); notes != nil {
		t.Errorf("of networks that are alike: %q", notes)
	}
}
