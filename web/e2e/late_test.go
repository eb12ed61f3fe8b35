package e2e

import (
	"strings"
	"testing"
	"time"
)

// held makes the page wait for the file that window.slow names until the test calls window.release.
const held = `
	const real = window.fetch;
	window.fetch = async (url, ...more) => {
		if (url === window.slow) await new Promise(go => (window.release = go));
		return real(url, ...more);
	};`

// A photograph that comes after the next was chosen is dropped.
func TestLatePhoto(t *testing.T) {
	b := ready(t, setting{before: held})
	was := b.pixels("original-view")
	eval[bool](b, `(window.slow = "photos/rocket.jpg", document.querySelector("[data-name=rocket]").click(), true)`)
	b.wait(`window.release`)
	eval[bool](b, `(document.querySelector("[data-name=coffee]").click(), true)`)
	coffee := b.untilPixels("original-view", was)
	eval[bool](b, `(window.release(), true)`)
	time.Sleep(500 * time.Millisecond)
	if b.pixels("original-view") != coffee {
		t.Error("the picture is the one that came last, not the one that was chosen last")
	}
	b.wait(`location.hash.includes("photo=coffee")`)
	if p := eval[string](b, `document.querySelector("#photos [aria-pressed=true]").dataset.name`); p != "coffee" {
		t.Errorf("the button pressed is that of %s", p)
	}
}

// A photograph that cannot be loaded is not named in the link to what is shown.
func TestMissingPhoto(t *testing.T) {
	b := ready(t, setting{before: `
		const real = window.fetch;
		window.fetch = (url, ...more) => url === "photos/rocket.jpg" ? Promise.reject(new Error("gone")) : real(url, ...more);`})
	b.wait(`location.hash.includes("photo=chelsea")`)
	eval[bool](b, `(document.querySelector("[data-name=rocket]").click(), true)`)
	b.wait(`document.getElementById("notice-text").textContent.includes("does not answer")`)
	b.set("severity", "5")
	b.wait(`location.hash.includes("severity=5")`)
	link := eval[string](b, `location.hash`)
	pressed := eval[string](b, `document.querySelector("#photos [aria-pressed=true]").dataset.name`)
	if !strings.Contains(link, "photo=chelsea") || pressed != "chelsea" {
		t.Errorf("chelsea is shown, the button pressed is that of %s, and the link is %s", pressed, link)
	}
}

// A network that comes after the next was chosen is dropped.
func TestLateNetwork(t *testing.T) {
	b := ready(t, setting{before: held})
	eval[bool](b, `(window.slow = "models/fashion-standard.onnx", true)`)
	b.set("network", "fashion-standard")
	b.wait(`window.release`)
	b.set("network", "cifar10-standard")
	eval[bool](b, `(window.release(), true)`)
	time.Sleep(time.Second)
	b.wait(`location.hash.includes("network=cifar10-standard")`)
	if foot := b.text("original-foot"); foot == "" || b.value("network") != "cifar10-standard" ||
		eval[bool](b, `/ankle boot/i.test(document.getElementById("original-foot").textContent)`) {
		t.Errorf("the list shows %s, and the page says %q", b.value("network"), foot)
	}
}

// What a link asked for at first is not asked for again.
func TestLinkTargetOnce(t *testing.T) {
	b := ready(t, setting{hash: "#target=dog"})
	if v := b.value("target"); v != "dog" {
		t.Fatalf("the target is %q, want that of the link", v)
	}
	b.set("target", "")
	was := b.text("original-verdict")
	b.set("network", "fashion-standard")
	was = b.until("original-verdict", was)
	b.set("network", "cifar10-standard")
	b.until("original-verdict", was)
	b.wait(`document.getElementById("target").options.length > 5 && /dog/.test(document.getElementById("target").textContent)`)
	if v := b.value("target"); v != "" {
		t.Errorf("with another network the target is %q again", v)
	}
}
