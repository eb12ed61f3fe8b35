package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steady/core/attack"
	"steady/core/corrupt"
)

// file writes a file to open in the page.
func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func stripes(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 120, 90))
	for y := range 90 {
		for x := range 120 {
			m.Set(x, y, color.NRGBA{uint8(x * 2), uint8(y / 8 % 2 * 255), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var share = regexp.MustCompile(`(\d+) %`)

func TestFirstPrediction(t *testing.T) {
	b := ready(t, setting{})
	t.Logf("from navigation to first prediction: %s ms", eval[string](b, `document.documentElement.dataset.first`))
	for _, column := range []string{"original", "shaken"} {
		if v := b.text(column + "-verdict"); !share.MatchString(v) {
			t.Errorf("%s: the answer is %q, want a class and its probability", column, v)
		}
		rows := eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll("#%s-bars li:not([hidden]) .label")].map(e => e.textContent)`, column))
		if len(rows) != 5 {
			t.Errorf("%s: the classes shown are %q, want 5", column, rows)
		}
	}
	same := eval[bool](b, `[...document.querySelectorAll("#original-bars .label")].map(e => e.textContent).join() ===
		[...document.querySelectorAll("#shaken-bars .label")].map(e => e.textContent).join()`)
	if !same {
		t.Error("the two lists do not have the same classes in the same order")
	}
	if b.pixels("original-view") == b.pixels("shaken-view") || b.pixels("original-net") == b.pixels("shaken-net") {
		t.Error("the shaken picture is the original")
	}
	if eval[bool](b, `!document.getElementById("notice").hidden`) {
		t.Errorf("a notice is there: %s", b.text("notice"))
	}
	b.screenshot("desktop-light", false)
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

func TestShake(t *testing.T) {
	b := ready(t, setting{})
	original, view, net := b.pixels("original-view"), b.pixels("shaken-view"), b.pixels("shaken-net")
	bars := b.text("shaken-bars")
	changed := func(what string) {
		t.Helper()
		view = b.untilPixels("shaken-view", view)
		net = b.untilPixels("shaken-net", net)
		if b.pixels("original-view") != original {
			t.Errorf("%s changes the original", what)
		}
	}
	b.set("severity", "5")
	changed("severity")
	bars = b.until("shaken-bars", bars)
	b.click("reroll")
	changed("another seed")
	b.set("corruption", "brightness")
	changed("another corruption")
	b.until("shaken-bars", bars)
	if !eval[bool](b, `document.getElementById("seed").disabled`) {
		t.Error("brightness takes a seed, though it has no chance in it")
	}
	b.set("where", "view")
	b.untilPixels("shaken-net", net)
}

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

// sheet saves the gallery and gives the file's name and its picture.
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
	bars := b.text("shaken-bars")
	eval[bool](b, `(document.querySelector("#option-motion_blur").click(), true)`)
	b.until("shaken-bars", bars)
	if got := b.value("corruption") + b.value("severity"); got != "motion_blur5" {
		t.Errorf("chosen: %q", got)
	}
}

// What is said of a corruption is what the registry says, and all of it is there to choose.
func TestAboutCorruption(t *testing.T) {
	b := ready(t, setting{})
	all := corrupt.All()
	if n := eval[int](b, `document.querySelectorAll("#corruption optgroup[label] > option").length`); n != len(all) {
		t.Errorf("the list has %d corruptions, want %d", n, len(all))
	}
	for _, c := range []*corrupt.Corruption{all[0], all[len(all)/2], all[len(all)-1]} {
		b.set("corruption", c.Name)
		text := b.text("about-corruption") + b.text("facts")
		for _, want := range []string{c.Summary, c.Severity, c.Source, c.Suite.Title()} {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
				t.Errorf("%s: %q is not said in %q", c.Name, want, text)
			}
		}
		if chance := b.text("fact-chance"); strings.HasPrefix(chance, "None") == c.Stochastic {
			t.Errorf("%s: chance is %q, want the truth of stochastic %v", c.Name, chance, c.Stochastic)
		}
		group := eval[string](b, `document.getElementById("corruption").selectedOptions[0].parentElement.label`)
		if !strings.EqualFold(group, c.Family+": "+c.Suite.Title()) {
			t.Errorf("%s stands under %q", c.Name, group)
		}
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

func TestAttack(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16&steps=8"})
	before := eval[string](b, `document.querySelector("#original-verdict .name").textContent`)
	eval[bool](b, `(() => {
		window.seen = new Set();
		new MutationObserver(() => window.seen.add(document.getElementById("attacked-bars").textContent))
			.observe(document.getElementById("attacked-bars"), { subtree: true, childList: true, characterData: true });
		return true;
	})()`)
	b.click("run")
	b.attacked()
	after := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`)
	sentence := b.text("attacked-foot")
	if after == before || !strings.Contains(sentence, before) || !strings.Contains(sentence, "→ "+after) {
		t.Errorf("%s became %s: %s", before, after, sentence)
	}
	if !regexp.MustCompile(`at most 1[0-6]\.\d/255.*L2\) \d`).MatchString(sentence) {
		t.Errorf("the norms are not in %q", sentence)
	}
	if n := eval[int](b, `window.seen.size`); n < 3 {
		t.Errorf("the probabilities moved %d times, want step by step", n)
	}
	if c := b.text("change-caption"); !regexp.MustCompile(`magnified ×\x{a0}\d+`).MatchString(c) {
		t.Errorf("the change is called %q", c)
	}
	for _, want := range []string{before + " → ", "L∞ 1", ", L2 ", ", L1 ", "L0 ", " of 3,072 numbers", "8 gradients and ", "Madry"} {
		if o := b.text("outcome"); !strings.Contains(o, want) {
			t.Errorf("the outcome %q says nothing of %q", o, want)
		}
	}
	b.screenshot("attack-light", false)
	b.screenshot("attack-whole", true)

	target := "ship"
	if before == target {
		target = "frog"
	}
	b.set("target", target)
	b.click("run")
	b.attacked()
	if name := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`); name != target {
		t.Errorf("aimed at %s the attack ends at %s", target, name)
	}
}

// An attack can be held to a number of queries, and asked for a lead; what it fails of is said.
func TestBudgets(t *testing.T) {
	for hash, want := range map[string][]string{
		"#eps=0.05&steps=50&queries=5": {"used up its queries", "5 gradients and 1 query"},
		"#eps=8&confidence=100":        {"less sure than the confidence"},
	} {
		b := ready(t, setting{hash: hash})
		b.click("run")
		b.attacked()
		said := b.text("attacked-foot") + b.text("outcome")
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q says nothing of %q", hash, said, w)
			}
		}
	}
}

// attacked waits until an attack is over and its film has come to the end.
func (b *tab) attacked() {
	b.Helper()
	b.wait(`document.getElementById("run").textContent === "Attack" && !document.getElementById("film").hidden
		&& document.getElementById("scrub-value").textContent === "result"`)
}

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
		const colours = new Set();
		for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) colours.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
		return [0x0f625d, 0xa8204a, 0x9a5200].filter(c => colours.has(c)).length;
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

// Every attack of the registry can be chosen, and runs to an end or to the moment that it is stopped.
func TestEveryAttack(t *testing.T) {
	b := ready(t, setting{})
	if n := eval[int](b, `document.querySelectorAll("#attack optgroup[label] > option").length`); n != len(attack.All()) {
		t.Errorf("the list has %d attacks, want %d", n, len(attack.All()))
	}
	for _, a := range attack.All() {
		b.set("attack", a.Name)
		if about := b.text("about-attack"); !strings.Contains(about, strings.TrimSuffix(a.Summary, ".")) {
			t.Errorf("%s: %q is said of it", a.Name, about)
		}
		for _, p := range append([]string{"confidence", "queries"}, a.Parameters...) {
			if shown := eval[bool](b, fmt.Sprintf(`!!document.querySelector(".setting #%s")`, p)); !shown && (p != "continue" || !a.SingleStep()) {
				t.Errorf("%s: there is no control of its %s", a.Name, p)
			}
		}
		norms := eval[[]string](b, `[...document.getElementById("norm").options].map(o => o.value)`)
		if len(norms) != max(1, len(a.Norms)) || eval[bool](b, `document.getElementById("target").disabled`) == a.Targetable() {
			t.Errorf("%s: it offers the norms %q", a.Name, norms)
		}
		for _, n := range norms {
			b.set("norm", n)
			b.click("run")
			end := time.Now().Add(2 * time.Second)
			for time.Now().Before(end) && b.text("run") == "Stop" {
				time.Sleep(50 * time.Millisecond)
			}
			if b.text("run") == "Stop" {
				b.wait(`!document.getElementById("under-way").hidden && document.getElementById("under-way-text").textContent.includes("left")`)
				b.screenshot("under-way-"+a.Name, false)
				b.click("run")
			}
			b.wait(`document.getElementById("run").textContent === "Attack"`)
			if eval[bool](b, `!document.getElementById("notice").hidden`) {
				t.Errorf("%s %s: the page says %s", a.Name, n, b.text("notice-text"))
				b.click("notice-close")
			}
			if o := b.text("outcome"); !strings.Contains(o, "L∞") || !strings.Contains(o, "quer") {
				t.Errorf("%s %s: the outcome is %q", a.Name, n, o)
			}
			t.Logf("%s %s: %s", a.Name, n, b.text("outcome"))
		}
	}
}

// Another network of the same pictures and classes is asked about the attacked picture, where there is one.
func TestTransfer(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16", before: `
		const real = window.fetch;
		window.fetch = async (url, ...more) => {
			if (url === "models/models.json") {
				const list = await (await real(url, ...more)).json();
				return new Response(JSON.stringify([...list, { ...list[0], file: "cifar10-twin.onnx" }]));
			}
			return real(url === "models/cifar10-twin.onnx" ? "models/cifar10-standard.onnx" : url, ...more);
		};`})
	b.click("run")
	b.attacked()
	b.wait(`/twin: \w+ .* → \w+ /.test(document.getElementById("outcome").textContent)`)
	after := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`)
	if o := b.text("outcome"); !strings.Contains(o, "twin: "+eval[string](b, `document.querySelector("#original-verdict .name").textContent`)) ||
		!strings.Contains(o, "→ "+after+" ") {
		t.Errorf("its twin says otherwise than the network itself, %s: %s", after, o)
	}
}

func TestDiagnosis(t *testing.T) {
	b := ready(t, setting{})
	b.click("diagnose")
	b.wait(`document.querySelectorAll("#diagnosis li").length >= 8 &&
		document.getElementById("diagnose").textContent === "Can this be trusted?"`)
	if d := b.text("diagnosis"); !strings.Contains(d, "arning sign") || !strings.Contains(d, "Many steps beat one") {
		t.Errorf("the diagnosis is %q", d)
	}
	b.screenshot("diagnosis", true)
	b.click("run") // it is of the network and the picture, but an attack begins anew
	b.attacked()
}

func TestAttackStops(t *testing.T) {
	b := ready(t, setting{hash: "#steps=1000"})
	b.click("run")
	b.wait(`!document.getElementById("film").hidden`)
	b.click("run")
	b.attacked()
	if s := b.text("attacked-foot"); !strings.Contains(s, "Stopped by you") {
		t.Errorf("after Stop the page says %q", s)
	}
	// Another picture ends a running attack by itself, and its answer is the new picture's.
	b.click("run")
	b.wait(`!document.getElementById("film").hidden`)
	was := b.pixels("original-view")
	eval[bool](b, `(document.querySelectorAll("#photos button")[1].click(), true)`)
	b.untilPixels("original-view", was)
	b.wait(`document.getElementById("run").textContent === "Attack" && document.getElementById("film").hidden`)
}

func TestOwnPicture(t *testing.T) {
	b := ready(t, setting{})
	upload := func(path string) {
		t.Helper()
		must(b, chromedp.Do(b.ctx, chromedp.SetUploadFiles("#picture-file", []string{path}, chromedp.NodeReady)))
	}
	was := b.pixels("original-view")
	upload(file(t, "mine.png", stripes(t)))
	mine := b.untilPixels("original-view", was)
	b.wait(`document.querySelectorAll("#photos [aria-pressed=true]").length === 0`)

	whole := stripes(t)
	bomb := bytes.Clone(whole)
	copy(bomb[16:], []byte{0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60}) // the header promises 60000 × 60000 pixels
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"notes.png", []byte("these are notes"), "not a picture that the lab can read"},
		{"half.png", whole[:len(whole)/2], "broken or cut short"},
		{"bomb.png", bomb, "This picture is too large"},
		{"empty.jpg", nil, "not a picture"},
	} {
		eval[bool](b, `(document.getElementById("notice").hidden = true)`)
		upload(file(t, c.name, c.content))
		b.wait(`!document.getElementById("notice").hidden`)
		if n := b.text("notice-text"); !strings.Contains(n, c.want) {
			t.Errorf("%s: the page says %q, want %q", c.name, n, c.want)
		}
		if b.pixels("original-view") != mine {
			t.Errorf("%s: the picture before is gone", c.name)
		}
	}
	b.screenshot("broken-picture", false)

	for _, kind := range []string{"drop", "paste"} {
		was := b.pixels("original-view")
		photo := map[string]string{"drop": "rocket", "paste": "coffee"}[kind]
		eval[bool](b, fmt.Sprintf(`(async () => {
			const data = new DataTransfer();
			data.items.add(new File([await (await fetch("photos/%s.jpg")).blob()], "%[1]s.jpg", { type: "image/jpeg" }));
			const made = %q === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
				: new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
			document.body.dispatchEvent(made);
			return true;
		})()`, photo, kind))
		b.untilPixels("original-view", was)
	}
}

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

func TestWebcam(t *testing.T) {
	b := ready(t, setting{})
	was := b.pixels("shaken-view")
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	for range 3 { // the fake camera's picture moves, and so does the noise
		was = b.untilPixels("shaken-view", was)
	}
	// While a corruption is chosen the picture stands still, and goes on afterwards.
	b.openGallery()
	still := b.pixels("original-view")
	time.Sleep(300 * time.Millisecond)
	if b.pixels("original-view") != still {
		t.Error("the picture moves under the gallery")
	}
	b.click("gallery-close")
	b.untilPixels("original-view", still)
	for _, corruption := range []string{"gaussian_noise", "gaussian_blur"} {
		b.set("corruption", corruption)
		time.Sleep(2500 * time.Millisecond) // the rate is that of the last two seconds
		fps, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(b.text("fps"), "Live, "), " frames a second"))
		if err != nil || fps < 1 {
			t.Errorf("%s: the rate is %q, want a number above 0", corruption, b.text("fps"))
		}
		t.Logf("%s: %d frames a second", corruption, fps)
	}
	b.screenshot("webcam", false)
	b.click("freeze")
	b.wait(`document.getElementById("fps").hidden`)
	frozen := b.pixels("original-view")
	time.Sleep(300 * time.Millisecond)
	if b.pixels("original-view") != frozen {
		t.Error("the frozen picture moves")
	}
	if !eval[bool](b, `document.getElementById("video").srcObject === null`) {
		t.Error("the camera is still on")
	}
	b.click("run")
	b.wait(`document.getElementById("attacked-foot").textContent.includes("after")`)
}

func TestNoCamera(t *testing.T) {
	for name, want := range map[string]string{
		"NotFoundError":    "No camera was found",
		"NotAllowedError":  "did not allow the camera",
		"NotReadableError": "another program",
	} {
		b := ready(t, setting{before: fmt.Sprintf(
			`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", %q))`, name)})
		b.click("webcam")
		b.wait(`!document.getElementById("notice").hidden`)
		if n := b.text("notice-text"); !strings.Contains(n, want) {
			t.Errorf("%s: the page says %q", name, n)
		}
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
	shaken := b.pixels("shaken-view")
	b.press(kb.ArrowRight)
	b.untilPixels("shaken-view", shaken)
	if v := b.value("severity"); v != "4" {
		t.Errorf("after an arrow the severity is %s, want 4", v)
	}
	to("reroll")
	to("attack")
	to("eps")
	to("SUMMARY")
	b.press(kb.Enter)
	for _, id := range []string{"queries", "confidence"} { // in sight now
		to(id)
		b.press(kb.ArrowUp)
		b.wait(fmt.Sprintf(`location.hash.includes("%s=1")`, id))
		b.press(kb.ArrowDown)
	}
	to("run")
	b.press(kb.Enter)
	b.attacked()
	b.wait(`document.getElementById("announce").textContent.includes("after")`)
	to("scrub")
	b.press(kb.ArrowLeft)
	b.wait(`document.getElementById("scrub-value").textContent !== "result"`)
	to("back")
	to("play")
	b.press(kb.Enter)
	b.attacked()
	to("diagnose")

	unlabelled := eval[[]string](b, `[...document.querySelectorAll("button, select, input:not([hidden])")]
		.filter(e => !e.labels?.length && !e.textContent.trim() && !e.getAttribute("aria-label") && !e.querySelector("img[alt]"))
		.map(e => e.id)`)
	if len(unlabelled) > 0 {
		t.Errorf("controls without a name: %q", unlabelled)
	}
}

func TestLinks(t *testing.T) {
	b := ready(t, setting{hash: "#photo=coffee&corruption=gaussian_blur&severity=5&seed=77&where=view" +
		"&attack=mi-fgsm&norm=l2&eps=1.25&steps=7&momentum=0.5&confidence=1.5&queries=300&from=shaken&target=dog"})
	for id, want := range map[string]string{
		"corruption": "gaussian_blur", "severity": "5", "seed": "77", "where": "view",
		"attack": "mi-fgsm", "norm": "l2", "eps": "1.25", "steps": "7", "momentum": "0.5",
		"confidence": "1.5", "queries": "300", "from": "shaken", "target": "dog",
	} {
		if v := b.value(id); v != want {
			t.Errorf("%s is %q, want %q", id, v, want)
		}
	}
	if p := eval[string](b, `document.querySelector("#photos [aria-pressed=true]").title`); p != "A cup of coffee" {
		t.Errorf("the photograph is %q", p)
	}
	b.wait(`location.hash.includes("network=")`)
	// All of the state survives, the name of a corruption with that of its suite before it too.
	name := corrupt.In(corrupt.Laugros)[0].Name
	b.set("corruption", name)
	b.wait(fmt.Sprintf("location.hash.includes(encodeURIComponent(%q))", name))
	hash := eval[string](b, `location.hash`)
	again := ready(t, setting{hash: hash})
	if h := eval[string](again, `location.hash`); h != hash {
		t.Errorf("the link %s becomes %s", hash, h)
	}
}

// A name that is not here is said, and what is shown instead.
func TestUnknownNames(t *testing.T) {
	b := ready(t, setting{hash: "#photo=dog&corruption=laugros/frosty&attack=hug&network=gone"})
	b.wait(`!document.getElementById("notice").hidden && document.getElementById("notice-text").textContent.includes("gone")`)
	n := b.text("notice-text")
	for _, want := range []string{"photograph", "“dog”", "corruption", "“laugros/frosty”", "Gaussian noise", "“hug”", "PGD"} {
		if !strings.Contains(n, want) {
			t.Errorf("the notice %q says nothing of %s", n, want)
		}
	}
	b.screenshot("unknown", false)
}

func TestHostileLinks(t *testing.T) {
	want := ""
	for i, hash := range []string{
		"",
		"#photo=../../etc/passwd&network=//evil.test/x&corruption=%3Cimg%20src%3Dx%3E&severity=99&seed=-1",
		"#attack=__proto__&norm=constructor&eps=NaN&steps=1e9&target=%3Cscript%3E&from=x&where=%00",
		"#severity=3.5&seed=4294967296&eps=0&steps=0&photo=" + strings.Repeat("a", 100),
		"#" + strings.Repeat("%F0%9F", 1500),
	} {
		b := ready(t, setting{hash: hash})
		b.wait(`location.hash.startsWith("#photo=chelsea&network=")`)
		h := eval[string](b, `location.hash`)
		if i == 0 {
			want = h
		} else if h != want {
			t.Errorf("%.80s: leads to %s, want the defaults %s", hash, h, want)
		}
	}
}

func TestPhoneAndDark(t *testing.T) {
	for _, s := range []setting{
		{width: 390, height: 844}, {width: 390, height: 844, dark: true}, {width: 1280, height: 900, dark: true},
		{width: 360, height: 640}, {width: 1024, height: 768},
	} {
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
		eval[bool](b, `(document.getElementById("more").open = true)`)
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
		b.openGallery()
		if w := eval[int64](b, `Math.max(document.documentElement.scrollWidth, document.getElementById("gallery").scrollWidth,
			document.getElementById("gallery-list").scrollWidth)`); w > s.width {
			t.Errorf("the gallery is %d wide on a screen of %d", w, s.width)
		}
		b.screenshot(fmt.Sprintf("gallery-%d-dark-%v", s.width, s.dark), false)
	}
}
