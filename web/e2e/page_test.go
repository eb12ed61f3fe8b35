package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steady/core/attack"
)

var share = regexp.MustCompile(`(\d+) %`)

func TestFirstPrediction(t *testing.T) {
	b := ready(t, setting{})
	t.Logf("from navigation to first prediction: %s ms", eval[string](b, `document.documentElement.dataset.first`))
	for _, column := range []string{"original", "corrupted"} {
		if v := b.text(column + "-verdict"); !share.MatchString(v) {
			t.Errorf("%s: the answer is %q, want a class and its probability", column, v)
		}
		rows := eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll("#%s-bars li:not([hidden]) .label")].map(e => e.textContent)`, column))
		if len(rows) != 5 {
			t.Errorf("%s: the classes shown are %q, want 5", column, rows)
		}
	}
	same := eval[bool](b, `[...document.querySelectorAll("#original-bars .label")].map(e => e.textContent).join() ===
		[...document.querySelectorAll("#corrupted-bars .label")].map(e => e.textContent).join()`)
	if !same {
		t.Error("the two lists do not have the same classes in the same order")
	}
	if b.pixels("original-view") == b.pixels("corrupted-view") || b.pixels("original-net") == b.pixels("corrupted-net") {
		t.Error("the shaken picture is the original")
	}
	if eval[bool](b, `!document.getElementById("notice").hidden`) {
		t.Errorf("a notice is there: %s", b.text("notice"))
	}
	b.screenshot("desktop-light", false)
}

// TestLabWithout looks in the lab, the first file that every visitor waits for, for the names of what the page does not need, and
// which came in before by one call or import: `go build -ldflags=-dumpdep` says how.
func TestLabWithout(t *testing.T) {
	need(t)
	lab, err := os.ReadFile(filepath.Join("..", "..", "build", "site", "lab.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if name := "engine.(*Engine).RunSteps"; !bytes.Contains(lab, []byte(name)) {
		t.Fatalf("%s is not in the lab, so that names cannot be found there", name)
	}
	for _, name := range []string{"engine.(*Engine).StepLabels", "webgpu.(*Backend).SGDStep", "crypto/sha256", "image/draw.DrawMask"} {
		if bytes.Contains(lab, []byte(name)) {
			t.Errorf("the lab has %s", name)
		}
	}
	compressed, err := os.Stat(filepath.Join("..", "..", "build", "site", "lab.wasm.br"))
	if err == nil && compressed.Size() > 2_000_000 {
		t.Errorf("the lab has %d bytes, compressed: want 2,000,000 at most", compressed.Size())
	}
}

func TestPolicy(t *testing.T) {
	b := open(t, setting{})
	b.wait(`document.documentElement.dataset.first`)
	meta := eval[string](b, `document.querySelector("meta[http-equiv=Content-Security-Policy]").content`)
	header := eval[string](b, `fetch("index.html").then(r => r.headers.get("Content-Security-Policy"))`)
	for _, policy := range []string{meta, header} {
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "connect-src 'self'") ||
			strings.Contains(policy, "://") || strings.Contains(policy, "*") || strings.Contains(policy, "unsafe-inline") {
			t.Errorf("the policy is too wide: %s", policy)
		}
	}
	broken := eval[string](b, `new Promise(done => {
		document.addEventListener("securitypolicyviolation", e => done(e.effectiveDirective));
		fetch("http://127.0.0.2:9/").catch(() => {});
	})`)
	if broken != "connect-src" {
		t.Errorf("a request to another origin was stopped by %q, want connect-src", broken)
	}
}

func TestWithoutWebAssembly(t *testing.T) {
	b := open(t, setting{before: `delete globalThis.WebAssembly`})
	b.wait(`!document.getElementById("notice").hidden`)
	if n := b.text("notice-text"); !strings.Contains(n, "This browser has no WebAssembly") {
		t.Errorf("the page says %q", n)
	}
	if eval[bool](b, `!document.getElementById("loading").hidden`) {
		t.Error("the page still says that it loads")
	}
	b.screenshot("no-wasm", false)
	b.checkQuiet()
}

// Opened as a file, the page says what to do instead.
func TestFromFile(t *testing.T) {
	b := open(t, setting{before: `delete window.WebAssembly`}) // nothing needs to run yet
	site, err := filepath.Abs(filepath.Join("..", "..", "build", "site", "index.html"))
	must(b, err)
	must(b, chromedp.Do(b.ctx, chromedp.Navigate("file://"+filepath.ToSlash(site))))
	b.wait(`!document.getElementById("notice").hidden`)
	if n := b.text("notice-text"); !strings.Contains(n, "opened as a file") || !eval[bool](b, `document.getElementById("loading").hidden`) {
		t.Errorf("the page says %q", n)
	}
}

// With the keyboard alone: each control is reached in the order of the steps, is seen to have the focus, and works.
func TestKeyboard(t *testing.T) {
	b := ready(t, setting{})
	eval[bool](b, `(document.activeElement.blur(), true)`)
	focused := `(() => { const e = document.activeElement; return e.id || e.title || e.tagName; })()`
	to := func(id string) {
		t.Helper()
		for range 40 {
			b.press(kb.Tab)
			style := eval[string](b, `document.activeElement === document.body ? "body" :
				getComputedStyle(document.activeElement).outlineStyle`) // the body: once around
			if style == "none" {
				t.Errorf("%s has the focus and does not show it", eval[string](b, focused))
			}
			if eval[string](b, focused) == id {
				return
			}
		}
		t.Fatalf("Tab does not lead to %s", id)
	}
	to("network")
	to("A rocket at its launch")
	was := b.pixels("original-view")
	b.press(kb.Enter)
	b.untilPixels("original-view", was)
	to("webcam")
	to("corruption")
	to("severity")
	corrupted := b.pixels("corrupted-view")
	b.press(kb.ArrowRight)
	b.untilPixels("corrupted-view", corrupted)
	if v := b.value("severity"); v != "4" {
		t.Errorf("after an arrow the severity is %s, want 4", v)
	}
	to("corruption-options")
	b.press(kb.Enter)
	to("reroll")
	b.press(kb.Escape)
	to("attack")
	to("eps")
	to("attack-options")
	b.press(kb.Enter)
	to("target")
	for _, id := range []string{"queries", "confidence"} { // in sight now
		to(id)
		b.press(kb.ArrowUp)
		b.wait(fmt.Sprintf(`location.hash.includes("%s=1")`, id))
		b.press(kb.ArrowDown)
	}
	b.press(kb.Escape)
	to("run")
	b.press(kb.Enter)
	b.attacked()
	b.wait(`document.getElementById("announce").textContent.includes("after")`)
	to("back")
	b.press(kb.Enter)
	b.wait(`document.getElementById("scrub-value").textContent !== "result"`)
	to("play")
	b.press(kb.Enter)
	b.attacked()
	to("scrub")
	to("diagnose")

	unlabelled := eval[[]string](b, `[...document.querySelectorAll("button, select, input:not([hidden])")]
		.filter(e => !e.labels?.length && !e.textContent.trim() && !e.getAttribute("aria-label") && !e.querySelector("img[alt]"))
		.map(e => e.id)`)
	if len(unlabelled) > 0 {
		t.Errorf("controls without a name: %q", unlabelled)
	}
}

func TestPhoneAndDark(t *testing.T) {
	for _, s := range some([]setting{
		{width: 360, height: 640}, {width: 1024, height: 768}, {width: 390, height: 844, dark: true},
		{width: 390, height: 844}, {width: 1280, height: 900, dark: true},
	}, 3) {
		b := ready(t, s)
		if w := eval[int64](b, `document.documentElement.scrollWidth`); w > s.width {
			t.Errorf("the page is %d wide on a screen of %d", w, s.width)
		}
		b.click("run")
		b.attacked()
		if w := eval[int64](b, `document.documentElement.scrollWidth`); w > s.width {
			t.Errorf("after an attack the page is %d wide on a screen of %d", w, s.width)
		}
		b.screenshot(fmt.Sprintf("%d-dark-%v", s.width, s.dark), s.width < 500)
		eval[bool](b, `(document.getElementById("more").showPopover(), true)`)
		for _, a := range attack.All() {
			b.set("attack", a.Name)
			if w := eval[int64](b, `document.documentElement.scrollWidth`); w > s.width {
				t.Errorf("with the settings of %s the page is %d wide on a screen of %d", a.Name, w, s.width)
			}
		}
		b.set("attack", "mi-fgsm")
		b.screenshot(fmt.Sprintf("settings-%d-dark-%v", s.width, s.dark), s.width < 500)
		b.set("attack", "spatial")
		b.screenshot(fmt.Sprintf("spatial-%d-dark-%v", s.width, s.dark), s.width < 500)
		eval[bool](b, `(document.getElementById("more").hidePopover(), true)`)
		b.openGallery()
		if w := eval[int64](b, `Math.max(document.documentElement.scrollWidth, document.getElementById("gallery").scrollWidth,
			document.getElementById("gallery-list").scrollWidth)`); w > s.width {
			t.Errorf("the gallery is %d wide on a screen of %d", w, s.width)
		}
		b.screenshot(fmt.Sprintf("gallery-%d-dark-%v", s.width, s.dark), false)
	}
}

// Where the system sets the colors, bars and curves are still seen, and which photograph is chosen.
func TestForcedColors(t *testing.T) {
	b := ready(t, setting{})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}},
	})
	b.wait(`matchMedia("(forced-colors: active)").matches`)
	style := func(element, property string) string {
		return eval[string](b, fmt.Sprintf(`getComputedStyle(document.querySelector(%q))[%q]`, element, property))
	}
	if fill, track := style(".fill", "backgroundColor"), style(".track", "backgroundColor"); fill == track {
		t.Errorf("bars are drawn in %s on %s", fill, track)
	}
	if style(".track", "borderTopStyle") != "solid" || style("#photos [aria-pressed=true]", "outlineStyle") != "solid" {
		t.Error("the ends of bars, or the chosen photograph, are not marked")
	}
	b.click("run")
	b.attacked()
	b.screenshot("forced-colors", true)
}
