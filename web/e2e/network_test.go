package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestOwnNetwork(t *testing.T) {
	b := ready(t, setting{})
	models, _ := filepath.Glob(filepath.Join("..", "..", "build", "site", "models", "*.onnx"))
	if len(models) == 0 {
		t.Fatal("the built page has no networks")
	}
	good, err := os.ReadFile(models[0])
	if err != nil {
		t.Fatal(err)
	}
	load := func(path string) {
		t.Helper()
		must(b, chromedp.Do(b.ctx, chromedp.SetUploadFiles("#upload-file", []string{path}, chromedp.NodeReady)))
		b.click("upload-load")
	}
	b.click("open-network")
	for name, content := range map[string][]byte{"broken.onnx": good[:len(good)/3], "no.onnx": []byte("no network")} {
		eval[bool](b, `(document.getElementById("upload-wrong").textContent = "", true)`)
		load(file(t, name, content))
		if w := b.until("upload-wrong", ""); !strings.Contains(w, "cannot use this network: onnx: ") {
			t.Errorf("%s: the dialog says %q", name, w)
		}
	}
	b.screenshot("upload", false)
	b.upload("upload-labels", file(t, "names.json", []byte(`{0: 'airplane'}`)))
	b.click("upload-load")
	b.wait(`document.getElementById("upload-wrong").textContent.includes("names.json cannot be read: begins like JSON")`)
	b.upload("upload-file", file(t, "other.onnx", good)) // whose classes are others
	if n := eval[int](b, `document.getElementById("upload-labels").files.length`); n != 0 {
		t.Error("the class names stay when another network is chosen")
	}
	b.set("upload-scale", "half")
	load(file(t, "mine.onnx", good))
	b.wait(`!document.getElementById("upload").open`)
	if v := b.value("network"); v != "own" {
		t.Errorf("the network chosen is %q, want the own one", v)
	}
	b.wait(`location.hash.includes("network=own")`)
}

func TestEveryNetwork(t *testing.T) {
	b := ready(t, setting{})
	if !eval[bool](b, `document.querySelectorAll("#photos button").length === 4`) {
		t.Error("there are not four photographs")
	}
	names := eval[[]string](b, `[...document.getElementById("network").options].map(o => o.value)`)
	for _, name := range names[1:] {
		was := b.text("original-foot")
		b.set("network", name)
		b.until("original-foot", was)
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
