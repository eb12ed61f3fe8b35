package e2e

import (
	"strings"
	"testing"
)

const isLarge = `location.hash.includes("network=efficientnet-lite0") && document.getElementById("network").value === "efficientnet-lite0"`

// A small network answers first; the large one comes in behind it and takes over.
func TestLargerNetwork(t *testing.T) {
	b := ready(t, setting{large: true, before: `
		window.verdicts = [];
		addEventListener("DOMContentLoaded", () => new MutationObserver(() => window.verdicts.push(document.getElementById("original-foot").textContent))
			.observe(document.getElementById("original-verdict"), { childList: true }));`})
	b.wait(isLarge)
	if v := eval[[]string](b, `[...new Set(window.verdicts.filter(v => v))]`); len(v) != 2 || !strings.Contains(v[0], "airplane") || !strings.Contains(v[1], "1,000") {
		t.Errorf("of the networks that answered the page said %q, want the small one first", v)
	}
	b.wait(`document.getElementById("network-behind").hidden && !document.getElementById("run").disabled`)
	if !eval[bool](b, `document.getElementById("as-network").hidden`) {
		t.Error("the network sees as much as people, and a button offers to show less")
	}
	eval[bool](b, `(() => {
		const top = id => document.getElementById(id).getBoundingClientRect().top;
		window.places = new Set();
		new MutationObserver(() => window.places.add(Math.round(top("attacked-frame") - top("columns"))))
			.observe(document.getElementById("attacked-verdict"), { childList: true });
		return true;
	})()`)
	b.click("run")
	b.attacked()
	if n := eval[int](b, `window.places.size`); n != 1 {
		t.Errorf("while the answer changed, the attacked picture was at %d places, want 1", n)
	}
	if c := b.text("attacked-caption"); !strings.Contains(c, "Pixel for pixel") {
		t.Errorf("below the attacked picture it says %q", c)
	}
	b.screenshot("large", false)
}

// Who looks at a result keeps it: the large network is offered instead, until one is chosen.
func TestLargerNetworkWaits(t *testing.T) {
	offered := func() *tab {
		t.Helper()
		b := ready(t, setting{large: true, before: held + `window.slow = "models/efficientnet-lite0.onnx"`})
		b.wait(`window.release`)
		b.click("run")
		b.attacked()
		eval[bool](b, `(window.release(), true)`)
		b.wait(`!document.getElementById("network-use").hidden`)
		return b
	}
	width := `document.getElementById("network").getBoundingClientRect().width`
	b := offered()
	beside := eval[float64](b, width)
	eval[bool](b, `(document.getElementById("network-behind").hidden = true)`)
	if alone := eval[float64](b, width); beside < alone {
		t.Errorf("the list of networks is %g pixels wide beside what is said of the large one, otherwise %g", beside, alone)
	}
	eval[bool](b, `(document.getElementById("network-behind").hidden = false, true)`)
	if v := b.value("network"); v != "cifar10-standard" || b.text("outcome") == "" {
		t.Errorf("the network is %s", v)
	}
	b.screenshot("large-waits", false)
	b.click("network-use")
	b.wait(isLarge)
	b = offered()
	b.set("network", "fashion-standard")
	b.wait(`location.hash.includes("network=fashion-standard") && document.getElementById("network-behind").hidden`)
}

// An error of the small network is gone once the large one answers in its place.
func TestLargerNetworkAfterError(t *testing.T) {
	b := open(t, setting{large: true, before: `
		const real = window.fetch;
		window.fetch = (url, ...more) => real(url === "models/cifar10-standard.onnx" ? "models/none.onnx" : url, ...more);`})
	b.wait(isLarge + ` && document.documentElement.dataset.first`)
	if says := b.text("network-wrong"); says != "" {
		t.Errorf("beside a network that answers it says %q", says)
	}
}
