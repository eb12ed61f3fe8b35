package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// The attacked picture is the photograph with the change enlarged onto it, until all three are wanted as the network gets them.
func TestAsTheNetworkSees(t *testing.T) {
	b := ready(t, setting{hash: "#eps=8&steps=4"})
	b.click("run")
	b.attacked()
	shown := func() (sizes string) {
		t.Helper()
		for _, column := range []string{"original", "corrupted", "attacked"} {
			sizes += eval[string](b, fmt.Sprintf(`[...document.querySelectorAll("#%s-view, #%[1]s-net")]
				.filter(c => c.checkVisibility()).map(c => c.width + " ").join("")`, column))
		}
		return sizes
	}
	if s := shown(); s != "224 224 224 " {
		t.Errorf("the pictures are %s wide", s)
	}
	if c := b.text("attacked-caption"); !strings.Contains(c, "enlarged onto the photograph") {
		t.Errorf("below the attacked picture it says %q", c)
	}
	// No pixel is further from the photograph than the attack may go.
	furthest := eval[float64](b, `(() => {
		const of = id => document.getElementById(id).getContext("2d").getImageData(0, 0, 224, 224).data;
		const [a, b] = [of("original-view"), of("attacked-view")];
		return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
	})()`)
	if furthest < 6 || furthest > 9 {
		t.Errorf("a pixel of the attacked picture is %v away from the photograph's, want about 8", furthest)
	}
	b.screenshot("enlarged", false)
	b.click("as-network")
	if s := shown(); s != "32 32 32 " || eval[string](b, `document.getElementById("as-network").getAttribute("aria-pressed")`) != "true" {
		t.Errorf("as the network sees them, the pictures are %s wide", s)
	}
	for _, column := range []string{"corrupted", "attacked"} {
		if c := b.text(column + "-caption"); !strings.Contains(c, "What the network gets: 32 × 32") {
			t.Errorf("below the %s picture it says %q", column, c)
		}
	}
	b.screenshot("as-the-network", false)
}

// What the page says first is in sight without scrolling on a small screen of a laptop.
func TestVerdictAboveTheFold(t *testing.T) {
	b := ready(t, setting{width: 1024, height: 768})
	b.click("run")
	b.attacked()
	for _, id := range []string{"original-verdict", "corrupted-verdict", "attacked-verdict", "attacked-view", "run"} {
		if bottom := eval[float64](b, fmt.Sprintf(`document.getElementById(%q).getBoundingClientRect().bottom + scrollY`, id)); bottom > 768 {
			t.Errorf("#%s ends at %v, below the fold", id, bottom)
		}
	}
	if lines := eval[int](b, `new Set(["original", "corrupted", "attacked"]
		.map(c => Math.round(document.querySelector("#" + c + "-verdict .name").getBoundingClientRect().bottom))).size`); lines != 1 {
		t.Errorf("the three answers stand on %d lines, want one", lines)
	}
	b.screenshot("fold", false)
}

// On a phone the button is always in reach, and the attacked picture stands beside the one before.
func TestPairOnPhone(t *testing.T) {
	b := ready(t, setting{width: 390, height: 844})
	inSight := func(ids ...string) {
		t.Helper()
		for _, id := range ids {
			if !eval[bool](b, fmt.Sprintf(`(() => {
				const r = document.getElementById(%q).getBoundingClientRect();
				return r.width > 0 && r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth;
			})()`, id)) {
				t.Errorf("#%s is out of sight", id)
			}
		}
	}
	inSight("original-verdict", "original-view", "run")
	b.click("run")
	b.attacked()
	inSight("attacked-verdict", "before-view", "attacked-view", "run")
	b.screenshot("pair", false)
}
