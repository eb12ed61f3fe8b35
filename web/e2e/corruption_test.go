package e2e

import (
	"strings"
	"testing"

	"steady/core/corrupt"
)

func TestShake(t *testing.T) {
	b := ready(t, setting{})
	original, view, net := b.pixels("original-view"), b.pixels("corrupted-view"), b.pixels("corrupted-net")
	bars := b.text("corrupted-bars")
	changed := func(what string) {
		t.Helper()
		view = b.untilPixels("corrupted-view", view)
		net = b.untilPixels("corrupted-net", net)
		if b.pixels("original-view") != original {
			t.Errorf("%s changes the original", what)
		}
	}
	b.set("severity", "5")
	changed("severity")
	bars = b.until("corrupted-bars", bars)
	b.click("corruption-options")
	b.click("reroll")
	changed("another seed")
	b.set("corruption", "brightness")
	changed("another corruption")
	b.until("corrupted-bars", bars)
	if !eval[bool](b, `document.getElementById("seed").disabled`) {
		t.Error("brightness takes a seed, though it has no chance in it")
	}
	b.set("where", "view")
	b.untilPixels("corrupted-net", net)
}

// What is said of a corruption is what the registry says, and all of it is there to choose.
func TestAboutCorruption(t *testing.T) {
	b := ready(t, setting{})
	all := corrupt.All()
	if n := eval[int](b, `document.querySelectorAll("#corruption optgroup[label] > option").length`); n != len(all) {
		t.Errorf("the list has %d corruptions, want %d", n, len(all))
	}
	for _, c := range []*corrupt.Corruption{all[0], all[len(all)/2], all[len(all)-1]} {
		b.set("corruption", c.Name)
		text := b.text("about-corruption") + b.text("facts")
		for _, want := range []string{c.Summary, c.Severity(), c.Source, c.Suite.Title()} {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
				t.Errorf("%s: %q is not said in %q", c.Name, want, text)
			}
		}
		if chance := b.text("fact-chance"); strings.HasPrefix(chance, "None") == c.Stochastic {
			t.Errorf("%s: chance is %q, want the truth of stochastic %v", c.Name, chance, c.Stochastic)
		}
		group := eval[string](b, `document.getElementById("corruption").selectedOptions[0].parentElement.label`)
		if !strings.EqualFold(group, c.Family+": "+c.Suite.Title()) {
			t.Errorf("%s stands under %q", c.Name, group)
		}
	}
}
