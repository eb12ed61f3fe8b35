package e2e

import (
	"strings"
	"testing"
)

func TestEveryNetwork(t *testing.T) {
	b := ready(t, setting{})
	if !eval[bool](b, `document.querySelectorAll("#photos button").length === 7`) {
		t.Error("there are not seven photographs")
	}
	names := eval[[]string](b, `[...document.getElementById("network").options].map(o => o.value)`)
	for _, name := range names[1:] {
		was := b.text("card-title")
		b.set("network", name)
		b.until("card-title", was)
		b.wait(`/\d %$/.test(document.getElementById("original-verdict").textContent)`)
		b.wait(`!/ankle boot/i.test(document.getElementById("original-foot").textContent) ||
			document.querySelector("#photos [aria-pressed=true]")?.title === "An ankle boot"`)
		b.click("about-network")
		if card := b.text("card-list"); !strings.Contains(card, "multiply-adds") {
			t.Errorf("%s: its card says %q", name, card)
		}
		b.screenshot("network-"+name, false)
	}
}

// A network that comes after the next was chosen is dropped.
func TestLateNetwork(t *testing.T) {
	b := ready(t, setting{before: held})
	eval[bool](b, `(window.slow = "models/fashion-standard.onnx", true)`)
	b.set("network", "fashion-standard")
	b.wait(`window.release`)
	b.set("network", "cifar10-standard")
	b.release()
	if foot := b.text("original-foot"); !strings.Contains(foot, "airplane") || b.value("network") != "cifar10-standard" ||
		b.photo() != "chelsea" || eval[bool](b, `!location.hash.includes("network=cifar10-standard")`) {
		t.Errorf("the list shows %s, the photograph is %s, and the page says %q", b.value("network"), b.photo(), foot)
	}
}

// A picture chosen while a network loads is not exchanged for one that suits the network.
func TestPictureChosenBeforeNetworkComes(t *testing.T) {
	b := ready(t, setting{before: `
		const real = window.fetch;
		window.releases = {};
		window.fetch = async (url, ...more) => {
			if (/rocket.jpg|fashion/.test(url)) await new Promise(go => (window.releases[url] = go));
			return real(url, ...more);
		};`})
	b.set("network", "fashion-standard")
	b.choosePhoto("rocket")
	b.wait(`Object.keys(window.releases).length === 2`)
	eval[bool](b, `(window.releases["models/fashion-standard.onnx"](), true)`)
	b.wait(`/ankle boot/i.test(document.getElementById("original-foot").textContent)`)
	eval[bool](b, `(window.releases["photos/rocket.jpg"](), true)`)
	b.wait(`location.hash.includes("photo=rocket") && location.hash.includes("network=fashion-standard")`)
	if b.photo() != "rocket" {
		t.Errorf("the button pressed is that of %q, want the rocket's", b.photo())
	}
}

// A network that cannot be loaded leaves the one before, in the list too.
func TestMissingNetwork(t *testing.T) {
	b := ready(t, setting{before: `
		const real = window.fetch;
		window.fetch = (url, ...more) => /fashion/.test(url) ? Promise.reject(new TypeError("gone")) : real(url, ...more);`})
	b.set("network", "fashion-standard")
	if said := b.until("network-wrong", ""); !strings.Contains(said, "does not answer") || strings.Contains(said, "gone") {
		t.Errorf("the page says %q", said)
	}
	if v := b.value("network"); v != "cifar10-standard" {
		t.Errorf("the list shows %q", v)
	}
	b.choosePhoto("rocket")
	b.wait(`document.getElementById("network-wrong").textContent === ""`)
}
