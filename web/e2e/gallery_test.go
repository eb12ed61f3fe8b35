package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"steady/core/corrupt"
)

// openGallery opens the dialog and waits until all pictures in it are drawn.
func (b *tab) openGallery() {
	b.Helper()
	b.click("gallery-open")
	b.galleryDone()
}

func (b *tab) galleryDone() {
	b.Helper()
	b.wait(`document.getElementById("gallery-list").getAttribute("aria-busy") === "false"`)
}

// tiles are the names of the corruptions that the gallery shows.
func (b *tab) tiles() []string {
	b.Helper()
	return eval[[]string](b, `[...document.querySelectorAll("#gallery-list .tile")].filter(e => e.checkVisibility())
		.map(e => e.id.slice("option-".length))`)
}

// sheet saves the gallery and returns the file's name and image.
func (b *tab) sheet() (string, image.Image) {
	b.Helper()
	eval[bool](b, `(() => {
		window.saved = window.savedName = null;
		URL.createObjectURL = blob => {
			const reader = new FileReader();
			reader.onload = () => (window.saved = reader.result.split(",")[1]);
			reader.readAsDataURL(blob);
			return "blob:none";
		};
		HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; };
		return true;
	})()`)
	b.click("gallery-save")
	b.wait(`window.saved && window.savedName`)
	name, data := eval[string](b, `window.savedName`), eval[string](b, `window.saved`)
	content, err := base64.StdEncoding.DecodeString(data)
	must(b, err)
	m, err := png.Decode(bytes.NewReader(content))
	must(b, err)
	if dir := os.Getenv("STEADY_SCREENSHOTS"); dir != "" {
		must(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("sheet-%d.png", m.Bounds().Dy())), content, 0o644))
	}
	return name, m
}

func TestGallery(t *testing.T) {
	b := ready(t, setting{})
	b.openGallery()
	b.screenshot("gallery", false)
	all := corrupt.All()
	families := map[string]int{}
	names := map[string]bool{}
	for _, c := range all {
		families[c.Family]++
		names[c.Name] = true
	}
	tiles := b.tiles()
	for _, name := range tiles {
		if !names[name] {
			t.Errorf("the gallery shows %q, which there is not, or twice", name)
		}
		delete(names, name)
	}
	if len(names) > 0 {
		t.Errorf("the gallery lacks %v", names)
	}
	if n := eval[int](b, `document.querySelectorAll("#gallery-list section").length`); n != len(families) {
		t.Errorf("%d families, want %d", n, len(families))
	}
	if bare := eval[[]string](b, `[...document.querySelectorAll("#gallery-list .tile")]
		.filter(e => !e.querySelector(".name").textContent || !e.querySelector(".suite").textContent || !e.title)
		.map(e => e.id)`); len(bare) > 0 {
		t.Errorf("without a name, a suite or a summary: %q", bare)
	}
	const drawn = `[...document.querySelectorAll("#gallery-list canvas")].map(c => c.toDataURL())`
	before := eval[[]string](b, drawn)
	b.set("gallery-severity", "5")
	b.galleryDone()
	for i, after := range eval[[]string](b, drawn) {
		if after == before[i] {
			t.Errorf("%s shows severity 3 still", tiles[i])
		}
	}

	// What is shown is what is saved: the original, and each family with a heading and rows of at most eight.
	size := func(shown map[string]int) image.Point {
		columns, h := 4, 12+224+12
		for _, n := range shown {
			columns = min(max(columns, n), 8)
		}
		for _, n := range shown {
			h += 44 + (n+columns-1)/columns*(224+44)
		}
		return image.Pt(12+columns*(224+12), h)
	}
	name, m := b.sheet()
	if got, want := m.Bounds().Size(), size(families); name != "corruptions-severity-5.png" || got != want {
		t.Errorf("%s has %v pixels, want %v", name, got, want)
	}
	b.set("gallery-search", "blur")
	shown := map[string]int{}
	for _, name := range b.tiles() {
		c, err := corrupt.Lookup(name)
		must(b, err)
		shown[c.Family]++
	}
	if _, m := b.sheet(); m.Bounds().Size() != size(shown) || len(shown) == len(families) {
		t.Errorf("the sheet of a search has %v pixels, want %v", m.Bounds().Size(), size(shown))
	}

	// A picture of the gallery is taken over.
	bars := b.text("corrupted-bars")
	eval[bool](b, `(document.querySelector("#option-motion_blur").click(), true)`)
	b.until("corrupted-bars", bars)
	if got := b.value("corruption") + b.value("severity"); got != "motion_blur5" {
		t.Errorf("chosen: %q", got)
	}
}

// Below each picture stands what the network says of it, and whether that is what it says of the original.
func TestGalleryAnswers(t *testing.T) {
	b := ready(t, setting{hash: "#severity=4"})
	before := eval[string](b, `document.querySelector("#original-verdict .name").textContent`)
	b.openGallery()
	b.wait(`document.getElementById("gallery-count").textContent.includes("stays")`)
	said := eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll("#gallery-list .tile")]
		.map(e => [e.id.slice("option-".length), e.querySelector(".says").textContent]))`)
	held := 0
	for name, s := range said {
		if s == "" || !share.MatchString(s) {
			t.Errorf("of %s the network says %q", name, s)
		}
		if same := strings.HasPrefix(s, "✓same answer: "+before+" "); same {
			held++
		} else if !strings.HasPrefix(s, "✗another answer: ") || strings.Contains(s, ": "+before+" ") {
			t.Errorf("%s is %q, the original %s", name, s, before)
		}
	}
	if want := fmt.Sprintf("under %d the answer stays “%s”", held, before); len(said) != len(corrupt.All()) || !strings.Contains(b.text("gallery-count"), want) {
		t.Errorf("of %d corruptions the page says %q, want %q", len(said), b.text("gallery-count"), want)
	}
	b.screenshot("gallery-answers", false)
	// What is said there is what the page says of the corruption when it is chosen.
	bars := b.text("corrupted-bars")
	eval[bool](b, `(document.querySelector("#option-fog").click(), true)`)
	b.until("corrupted-bars", bars)
	if verdict := b.text("corrupted-verdict"); !strings.HasSuffix(said["fog"], ": "+verdict) {
		t.Errorf("in the gallery fog is %q, chosen %q", said["fog"], verdict)
	}
}

func TestGallerySearch(t *testing.T) {
	b := ready(t, setting{})
	b.openGallery()
	total := len(b.tiles())
	for search, want := range map[string]string{
		"snow": "snow", "GAUSSIAN no": "gaussian_noise", "jpeg": "jpeg_compression", "imagenet-c extra noise": "speckle_noise",
		"photons": "shot_noise", "gaussian_noise": "gaussian_noise",
	} {
		b.set("gallery-search", search)
		tiles := b.tiles()
		if len(tiles) == total || !slices.Contains(tiles, want) {
			t.Errorf("%q finds %q, want %s among them and not all", search, tiles, want)
		}
		if c := b.text("gallery-count"); !strings.HasPrefix(c, fmt.Sprintf("%d of %d ", len(tiles), total)) {
			t.Errorf("%q: the page counts %q, want %d", search, c, len(tiles))
		}
	}
	b.set("gallery-search", "no such thing")
	if len(b.tiles()) != 0 || !strings.HasPrefix(b.text("gallery-count"), "0 of ") ||
		eval[bool](b, `document.getElementById("gallery-none").hidden`) ||
		eval[bool](b, `!document.getElementById("gallery-save").disabled`) {
		t.Errorf("a search in vain shows %q, says %q", b.tiles(), b.text("gallery-count"))
	}
	b.screenshot("gallery-none", false)
	b.press(kb.Enter) // takes nothing
	b.press(kb.Escape)
	if n := len(b.tiles()); n != total || b.value("gallery-search") != "" {
		t.Errorf("Escape leaves %d of %d corruptions in sight", n, total)
	}
	b.press(kb.Escape)
	b.wait(`!document.getElementById("gallery").open`)
	if v := b.value("corruption"); v != "gaussian_noise" {
		t.Errorf("closing the gallery chose %s", v)
	}
}

// With the keyboard alone: open, type, move, take.
func TestGalleryKeyboard(t *testing.T) {
	b := ready(t, setting{})
	eval[bool](b, `(document.getElementById("gallery-open").focus(), true)`)
	b.press(kb.Enter)
	b.galleryDone()
	active := `document.getElementById(document.getElementById("gallery-search").getAttribute("aria-activedescendant"))`
	if id := eval[string](b, active+`.id`); id != "option-gaussian_noise" {
		t.Errorf("the gallery begins at %s, want what is chosen", id)
	}
	order := b.tiles()
	b.press(kb.ArrowRight)
	if id := eval[string](b, active+`.id`); id != "option-"+order[1] {
		t.Errorf("→ leads to %s, want %s", id, order[1])
	}
	top := active + `.getBoundingClientRect().top`
	left := active + `.getBoundingClientRect().left`
	x, y := eval[float64](b, left), eval[float64](b, top)
	b.press(kb.ArrowDown)
	if eval[float64](b, top) <= y || eval[float64](b, left) != x {
		t.Error("↓ does not lead to what is below")
	}
	b.press("f", "o", "g")
	if id := eval[string](b, active+`.id`); id != "option-fog" {
		t.Errorf("after three letters %s is next, want fog", id)
	}
	if !eval[bool](b, fmt.Sprintf(`getComputedStyle(%s).outlineStyle !== "none"`, active)) {
		t.Error("what Enter takes is not marked")
	}
	b.press(kb.Enter)
	b.wait(`!document.getElementById("gallery").open`)
	if v := b.value("corruption"); v != "fog" {
		t.Errorf("Enter takes %s, want fog", v)
	}
	if id := eval[string](b, `document.activeElement.id`); id != "gallery-open" {
		t.Errorf("the focus goes to %s", id)
	}
}

// While the slider moves, the pictures in sight follow: what the lab was to do at the severity before is given up.
func TestGallerySlider(t *testing.T) {
	b := ready(t, setting{before: cores(2) + `
		window.asked = [];
		const post = Worker.prototype.postMessage;
		Worker.prototype.postMessage = function (ask, ...more) {
			if (ask.op === "gallery") window.asked.push(...JSON.parse(ask.args).names);
			return post.call(this, ask, ...more);
		};`})
	b.openGallery()
	all := len(corrupt.All())
	if n := eval[int](b, `window.asked.length`); n != all {
		t.Errorf("the lab was asked for %d pictures, want each of %d once", n, all)
	}
	// From 1 to 5 by steps of 30 ms, as a hand moves it.
	took := eval[map[string]float64](b, `new Promise(async done => {
		const slider = document.getElementById("gallery-severity");
		const list = document.getElementById("gallery-list");
		const first = document.querySelector("#gallery-list canvas");
		const look = () => first.getContext("2d").getImageData(100, 100, 16, 16).data.join();
		const rest = ms => new Promise(r => setTimeout(r, ms));
		const busy = () => list.getAttribute("aria-busy") === "true";
		window.asked = [];
		let longest = 0, last = performance.now(), counting = true;
		const count = now => { longest = Math.max(longest, now - last); last = now; if (counting) requestAnimationFrame(count); };
		requestAnimationFrame(count);
		let before = look(), answered = 0;
		const began = performance.now();
		let first_after = 0;
		for (const v of [1, 2, 4, 5]) {
			slider.value = v;
			slider.dispatchEvent(new Event("input", { bubbles: true }));
			if (document.getElementById("gallery-value").textContent === String(v)) answered++;
			if (v < 5) await rest(30);
		}
		const moved = performance.now();
		before = look();
		while (busy()) {
			await rest(1);
			if (!first_after && look() !== before) first_after = performance.now() - moved;
		}
		const whole = performance.now() - moved;
		counting = false;
		done({ answered, first: first_after, whole, longest, moving: moved - began, asked: window.asked.length });
	})`)
	if took["answered"] != 4 {
		t.Errorf("the slider's number answered %v of 4 moves at once", took["answered"])
	}
	if took["asked"] >= float64(3*all) {
		t.Errorf("the lab drew %v pictures for four moves, want stale ones given up", took["asked"])
	}
	// The last severity is what is there: the same bytes as when nothing was given up.
	const drawn = `[...document.querySelectorAll("#gallery-list canvas")].map(c => c.toDataURL())`
	hurried := eval[[]string](b, drawn)
	const repainted = `new Promise(done => {
		const list = document.getElementById("gallery-list");
		const began = performance.now();
		const slider = document.getElementById("gallery-severity");
		slider.value = %d;
		slider.dispatchEvent(new Event("input", { bubbles: true }));
		const look = () => list.getAttribute("aria-busy") === "false" ? done(performance.now() - began) : requestAnimationFrame(look);
		look();
	})`
	best := math.Inf(1)
	for _, severity := range []int{1, 5, 2, 5} {
		best = min(best, eval[float64](b, fmt.Sprintf(repainted, severity)))
	}
	t.Logf("%d corruptions; after a move of the slider the first picture took %.0f ms, all of them %.0f ms at best; the "+
		"longest gap between two frames was %.0f ms", all, took["first"], best, took["longest"])
	if !slices.Equal(hurried, eval[[]string](b, drawn)) {
		t.Error("after a quick slider the gallery shows other pictures")
	}
	// Closed, it asks for nothing more.
	eval[bool](b, `(() => {
		window.asked = [];
		const slider = document.getElementById("gallery-severity");
		slider.value = 2;
		slider.dispatchEvent(new Event("input", { bubbles: true }));
		document.getElementById("gallery-close").click();
		return true;
	})()`)
	b.galleryDone()
	if n := eval[int](b, `window.asked.length`); n > 1 {
		t.Errorf("a closed gallery asks for %d pictures, want at most one that was under way", n)
	}
}
