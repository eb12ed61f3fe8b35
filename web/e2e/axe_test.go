package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// loadAxe puts axe-core into the page, which checks it for what keeps people from using it.
func (b *tab) loadAxe() {
	b.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	must(b, err)
	eval[bool](b, string(source)+"\n;!!window.axe")
	if !eval[bool](b, `(async () => {
		const button = document.querySelector("footer").appendChild(document.createElement("button"));
		const { violations } = await axe.run(document, { runOnly: ["button-name"] });
		button.remove();
		return violations.length === 1;
	})()`) {
		b.Fatal("axe-core does not find a button without a name: it is blind")
	}
}

// checkAxe fails the test for each thing that axe-core finds.
func (b *tab) checkAxe(state string) {
	b.Helper()
	for _, v := range eval[[]string](b, `axe.run(document, { resultTypes: ["violations"] }).then(r => r.violations.map(v =>
		v.impact + " " + v.id + ": " + v.help + " (" + v.nodes.map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).slice(0, 5).join(", ") + ")"))`) {
		b.Errorf("%s: %s", state, v)
	}
}

// axe-core finds nothing, in any state and at any size of the page.
func TestAxe(t *testing.T) {
	b := ready(t, setting{})
	b.loadAxe()
	b.click("run")
	b.attacked()
	b.click("sweep")
	b.wait(`document.getElementById("sweep").textContent.startsWith("How little") && !document.getElementById("sweep-result").hidden`)
	b.click("diagnose")
	b.wait(`!!document.querySelector("#diagnosis details")`)
	eval[bool](b, `(document.querySelectorAll("details").forEach(d => (d.open = true)), true)`)
	for _, width := range []int64{390, 1280} {
		b.resize(width, 900)
		for _, scheme := range []string{"light", "dark"} {
			call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			b.checkAxe(fmt.Sprintf("%d px, %s, with results", width, scheme))
			b.screenshot(fmt.Sprintf("results-%d-%s", width, scheme), true)
		}
	}
	b.openGallery()
	b.checkAxe("gallery")
	eval[bool](b, `(document.getElementById("gallery").close(), document.getElementById("upload").showModal(), true)`)
	b.checkAxe("dialog of one's own network")
	eval[bool](b, `(document.getElementById("upload").close(), document.getElementById("network-card").showPopover(), document.getElementById("more").showPopover(), true)`)
	b.checkAxe("options")
}

// At 200 % zoom, which is half the width, nothing is cut off or needs scrolling sideways; letters that only grow do as little harm.
func TestZoom(t *testing.T) {
	b := ready(t, setting{width: 640, height: 450})
	b.click("run")
	b.attacked()
	check := func(what string) {
		t.Helper()
		if w := eval[int64](b, `document.documentElement.scrollWidth`); w > 640 {
			t.Errorf("%s the page is %d wide on a screen of 640", what, w)
		}
		cut := eval[[]string](b, `[...document.querySelectorAll("button, label, output, .verdict, .hint, .caption")]
			.filter(e => e.checkVisibility() && !e.closest(".sr") && !e.classList.contains("sr") && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
			.map(e => e.id || e.textContent)`)
		if len(cut) > 0 {
			t.Errorf("%s these are cut off: %s", what, strings.Join(cut, ", "))
		}
	}
	check("at 200 %")
	b.screenshot("zoom", true)
	eval[bool](b, `(document.documentElement.style.fontSize = "200%", true)`)
	check("with letters of twice the size")
	b.screenshot("letters", true)
}
