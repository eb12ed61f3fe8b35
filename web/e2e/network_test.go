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
	b.set("upload-scale", "half")
	load(file(t, "mine.onnx", good))
	b.wait(`!document.getElementById("upload").open`)
	if v := b.value("network"); v != "own" {
		t.Errorf("the network chosen is %q, want the own one", v)
	}
	if eval[bool](b, `location.hash.includes("own")`) {
		t.Error("a link names a network that nobody else has")
	}
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
