package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

const planted = "../../core/overlapfile/testdata/planted.json" // made-up groups: families overlap

// measured returns JavaScript that makes the site one with these measured overlaps, or if there is no file one without.
func measured(t *testing.T, file string) string {
	t.Helper()
	name, content := "", []byte("null")
	if file != "" {
		var err error
		if content, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		name = "models/overlap.json"
	}
	return fmt.Sprintf(`{
		const ask = window.fetch, overlaps = %s;
		window.fetch = async (url, ...more) => {
			if (url === "models/overlap.json") return new Response(JSON.stringify(overlaps));
			const answer = await ask(url, ...more);
			if (url !== "overlaps.json") return answer;
			return new Response(JSON.stringify({ ...(await answer.json()), file: %q }));
		};
	}`, content, name)
}

// A file of overlaps is opened, looked through with the keyboard, and made a benchmark of, which is saved for the command.
func TestOverlaps(t *testing.T) {
	b := open(t, setting{page: "overlap.html", before: measured(t, "") + `
		const make = URL.createObjectURL;
		URL.createObjectURL = (blob) => {
			void blob.text().then((text) => (window.saved = text));
			return make.call(URL, blob);
		};`})
	t.Cleanup(b.checkQuiet)
	b.wait(`!document.getElementById("none").hidden`)
	b.upload("file", "page_test.go")
	b.wait(`document.getElementById("notice-text").textContent.includes("not JSON")`)
	b.upload("file", planted)
	b.wait(`document.documentElement.dataset.shown`)
	if s := b.text("source"); !strings.Contains(s, "planted.json: 24 corruptions, 25 networks (one seed), 100 images") {
		t.Errorf("of the file it says %q", s)
	}
	if n := eval[int](b, `document.querySelectorAll("#map text").length`); n != 48 {
		t.Errorf("the map has %d names, want 24 at two sides", n)
	}
	b.wait(`document.getElementById("cover-says").textContent.includes("cover")`)
	if v := b.value("benchmark"); v != "imagenet-c" {
		t.Errorf("at first the benchmark is %q", v)
	}
	if s := b.text("cover-says"); !strings.Contains(s, "measure the same") || !strings.Contains(b.text("same"), "Gaussian noise, Shot noise") {
		t.Errorf("of ImageNet-C it says %q", s)
	}

	// With the keyboard from pair to pair; the images follow.
	was := b.pixels("pair-b")
	eval[bool](b, `(document.getElementById("map").focus(), true)`)
	b.press(kb.ArrowRight, kb.ArrowRight, kb.ArrowDown)
	b.wait(`location.hash.includes("pair=")`)
	b.untilPixels("pair-b", was)
	if title := b.text("pair-title"); !strings.Contains(title, " and ") || !strings.Contains(b.text("pair-says"), "Overlap ") {
		t.Errorf("the pair is %q: %q", title, b.text("pair-says"))
	}
	b.wait(`document.getElementById("announce").textContent.includes(": ")`)
	b.screenshot("overlap", true)
	b.loadAxe()
	b.checkAxe("overlaps")

	says := b.text("cover-says")
	b.set("benchmark", "imagenet-c-19")
	says = b.until("cover-says", says)
	eval[bool](b, `(document.getElementById("ticks-box").open = true, document.querySelector("#ticks input:checked").click(), true)`)
	b.until("cover-says", says)
	if v := b.value("benchmark"); v != "own" {
		t.Errorf("after a tick the benchmark is %q", v)
	}

	b.set("groups", "3")
	b.set("each", "2")
	b.click("build-balanced")
	b.wait(`document.getElementById("build-says").textContent.includes("2 corruptions of each of 3 groups")`)
	b.wait(`document.querySelectorAll("#ticks input:checked").length === 6`)
	b.set("groups", "40")
	b.click("build-balanced")
	b.wait(`document.getElementById("build-wrong").textContent.includes("There is no such benchmark")`)
	b.click("build-apart")
	b.wait(`document.getElementById("cover-says").textContent.includes("No two of its own measure the same")`)

	b.click("save")
	b.wait(`window.saved`)
	if spec := eval[string](b, `window.saved`); !strings.Contains(spec, "# Rule: as many corruptions as possible") || !strings.Contains(spec, "cells:\n  - \"") {
		t.Errorf("the suite file is %q", spec)
	}

	eval[bool](b, `(document.getElementById("table").open = true, true)`)
	b.wait(`document.querySelectorAll("#table-place tr").length === 25`)

	hash := eval[string](b, `location.hash`)
	eval[bool](b, `(document.querySelector("a.skip").focus(), true)`)
	b.press(kb.Enter)
	b.wait(`document.activeElement.id === "map"`)
	if h := eval[string](b, `location.hash`); h != hash {
		t.Errorf("the skip link changes the address from %s to %s", hash, h)
	}
	phone := open(t, setting{page: "overlap.html", before: measured(t, ""), hash: hash + "&embed=1", width: 390, height: 844, dark: true})
	phone.upload("file", planted)
	phone.wait(`document.documentElement.dataset.shown`)
	phone.wait(`document.querySelectorAll("#ticks input:checked").length === ` + eval[string](b, `String(document.querySelectorAll("#ticks input:checked").length)`))
	if h := eval[string](phone, `location.hash`); h != hash+"&embed=1" {
		t.Errorf("the link %s&embed=1 becomes %s", hash, h)
	}
	if eval[bool](phone, `document.querySelector(".masthead h1").checkVisibility()`) {
		t.Error("in a frame there is the head of the page still")
	}
	if w := eval[int64](phone, `document.documentElement.scrollWidth`); w > 390 {
		t.Errorf("the page is %d wide on a screen of 390", w)
	}
	phone.screenshot("overlap-phone", true)
}
