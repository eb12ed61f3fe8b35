package e2e

import (
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// The film is held, stepped through and played again.
func TestFilm(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16&steps=12"})
	b.click("run")
	b.attacked()
	if n := eval[int](b, `Number(document.getElementById("scrub").max)`); n != 13 { // 0 to 12, and the result
		t.Errorf("the last frame is %d, want 13", n)
	}
	last := b.pixels("attacked-view")
	b.set("scrub", "0")
	first := b.untilPixels("attacked-view", last)
	for step := 1; step <= 3; step++ {
		b.click("forward")
		if v := b.text("scrub-value"); v != strconv.Itoa(step) {
			t.Errorf("a step forward leads to %s, want %d", v, step)
		}
	}
	b.click("back")
	if v := b.text("scrub-value"); v != "2" || b.pixels("attacked-view") == first {
		t.Errorf("a step back leads to %s, want 2, and another picture than the first", v)
	}
	mark := `document.querySelector("#chart .now").getBoundingClientRect().left`
	x := eval[float64](b, mark)
	b.click("play")
	b.wait(`document.getElementById("play").textContent === "Pause" && Number(document.getElementById("scrub").value) > 3`)
	b.click("play")
	held := b.value("scrub")
	time.Sleep(400 * time.Millisecond)
	if v := b.value("scrub"); v != held || b.text("play") != "Play" {
		t.Errorf("held at frame %s, the film goes on to %s", held, v)
	}
	if eval[float64](b, mark) <= x {
		t.Error("the mark in the chart has not moved on")
	}
	b.click("play")
	b.attacked()
	if v := b.pixels("attacked-view"); v != last {
		t.Error("played to its end, the film shows another picture than before")
	}
	drawn := eval[int](b, `(() => {
		const c = document.querySelector("#chart canvas");
		const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		const colors = new Set();
		for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) colors.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
		return [0x0f625d, 0xa8204a, 0x9a5200].filter(c => colors.has(c)).length;
	})()`)
	if drawn != 3 {
		t.Errorf("%d of the chart's three curves are drawn", drawn)
	}
}

// Whoever wants nothing to move by itself sees the newest frame, and can still play the film.
func TestFilmStandsStill(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16&steps=12"})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	b.click("run")
	b.attacked()
	if p := b.text("play"); p != "Play" {
		t.Errorf("after the attack the button says %s", p)
	}
	b.click("play")
	b.wait(`document.getElementById("scrub-value").textContent !== "result"`)
	b.attacked()
}
