package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// scene waits until the presentation shows a scene, and returns what is wrong with it, if anything is.
func (b *tab) scene(number int) string {
	b.Helper()
	b.wait(fmt.Sprintf(`document.documentElement.dataset.scene === "%d"`, number))
	return eval[string](b, `(() => {
		const text = (s) => [...document.querySelectorAll(s)].filter((e) => e.checkVisibility({ visibilityProperty: true })).map((e) => e.textContent);
		const root = document.documentElement;
		if (text(".lecture-message").some((m) => m)) return text(".lecture-message").join(" ");
		if (!text(".lecture-title").every((t) => t)) return "there is no title";
		if (root.dataset.hidden === "yes") return text(".verdict, .bars li, .lecture-say").length ? "the answer is not hidden: " + text(".verdict, .lecture-say") : "";
		if (!text(".lecture-say").every((t) => t)) return "there is no sentence";
		const verdicts = text(".verdict");
		if (!verdicts.length || !verdicts.every((v) => /\d %/.test(v))) return "the answers are " + JSON.stringify(verdicts);
		if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) return "the scene is larger than the screen";
		return "";
	})()`)
}

// A deck is presented by keys to its end: each scene has a result, after its question if it asks one.
func TestPresentDeck(t *testing.T) {
	b := ready(t, setting{width: 1920, height: 1080})
	b.loadAxe()
	b.click("scenes")
	b.wait(`document.querySelector('.scenes-card [data-deck="what-the-network-sees"]')`)
	eval[bool](b, `(document.querySelector('.scenes-card [data-deck="what-the-network-sees"]').click(), true)`)
	b.wait(`document.documentElement.dataset.scene === "1"`)
	count := eval[int](b, `document.querySelectorAll(".lecture-dots li").length`)
	b.checkAxe("a question")
	for i := 1; i <= count; i++ {
		if wrong := b.scene(i); wrong != "" {
			t.Errorf("scene %d: %s", i, wrong)
		}
		if eval[bool](b, `document.documentElement.dataset.hidden === "yes"`) {
			b.press(kb.PageDown)
			b.wait(`document.documentElement.dataset.hidden === "no"`)
			if wrong := b.scene(i); wrong != "" {
				t.Errorf("scene %d, its answer: %s", i, wrong)
			}
		}
		if h := eval[string](b, `location.hash`); !strings.HasPrefix(h, "#present=1&deck=what-the-network-sees") {
			t.Errorf("scene %d: the address is %s", i, h)
		}
		b.press(kb.PageDown) // after the last scene it changes nothing
	}
	b.checkAxe("the last scene")
	b.press("h")
	b.wait(`document.querySelector(".lecture-help[open]")`)
	b.checkAxe("the keys")
	b.press(kb.Escape)
	b.wait(`!document.querySelector(".lecture-help[open]")`)
	b.press("b")
	b.wait(`document.querySelector(".lecture-black").checkVisibility()`)
	b.press("b")
	b.wait(`!document.querySelector(".lecture-black").checkVisibility()`)
	b.press(kb.PageUp)
	if wrong := b.scene(count - 1); strings.Contains(wrong, "hidden") {
		t.Error(wrong)
	}
	b.press(kb.Escape)
	b.wait(`!document.documentElement.classList.contains("lecture") && document.activeElement.id === "scenes"`)
	if h := eval[string](b, `location.hash`); strings.Contains(h, "present") {
		t.Errorf("after the presentation the address is %s", h)
	}
}

// What the networks of the deck on transfer say in each scene is what its sentences claim: the classes of the first and of the second
// network, for the picture, under the corruption and after the attack.
func TestTransferDeck(t *testing.T) {
	if testing.Short() {
		t.Skip("nine scenes with their attacks")
	}
	for i, want := range []string{"cat cat", "deer deer frog deer", "deer deer deer deer", "deer deer frog frog", "cat cat frog cat", "deer deer deer deer",
		"deer deer deer deer", "cat frog", "cat cat cat cat frog cat"} {
		b := open(t, setting{hash: fmt.Sprintf("#present=1&deck=does-robustness-transfer&scene=%d", i+1), width: 1920, height: 1080})
		b.wait(`[undefined, "0", "result"].includes(document.getElementById("scrub-value")?.textContent) &&
			[...document.querySelectorAll(".verdict")].filter((e) => e.checkVisibility()).map((e) => e.textContent.trim().replace(/ .*/, "")).join(" ") === "` + want + `"`)
	}
}

// What the page shows becomes a scene; the deck is saved, opened again, and is the same, and so it is in a link.
func TestOwnDeck(t *testing.T) {
	b := ready(t, setting{hash: "#corruption=fog&severity=4", before: `localStorage.removeItem("steady.deck"); navigator.clipboard.writeText = async text => void (window.copied = text);
		const make = URL.createObjectURL; URL.createObjectURL = b => (b.text().then(t => window.saved = t), make(b));`})
	b.loadAxe()
	b.click("scenes")
	// Each deck that arrives moves what is below it.
	b.wait(`document.querySelectorAll(".scenes-ready li").length === 4 && document.querySelector(".scenes-ready li:last-child").childElementCount > 0`)
	b.click("scenes-add")
	b.wait(`document.getElementById("scene-0-title")`)
	b.set("scene-0-title", "Fog <b>over</b> the cat")
	b.set("scene-0-question", "What will it say?")
	press := func(text string) {
		t.Helper()
		eval[bool](b, fmt.Sprintf(`([...document.querySelectorAll(".scenes-card button")].find(b => b.textContent === %q).click(), true)`, text))
	}
	press("Add what the page shows")
	eval[bool](b, `(document.querySelectorAll('.scene-tools [data-does="Up:"]')[1].click(), true)`)
	eval[bool](b, `(document.querySelectorAll(".scene-row details").forEach(d => (d.open = true)), true)`)
	b.checkAxe("scenes of one's own")
	press("Save as a file")
	b.wait(`window.saved`)
	saved := eval[string](b, `window.saved`)
	var deck struct {
		Format string
		Scenes []map[string]any
	}
	if err := json.Unmarshal([]byte(saved), &deck); err != nil || len(deck.Scenes) != 2 || deck.Scenes[1]["title"] != "Fog <b>over</b> the cat" {
		t.Fatalf("the file holds %s (%v)", saved, err)
	}
	if show, _ := deck.Scenes[0]["show"].(string); !strings.Contains(show, "corruption=fog&severity=4") {
		t.Errorf("the scene shows %q", show)
	}
	press("Copy a link")
	b.wait(`window.copied`)

	link := eval[string](b, `window.copied`)
	again := open(t, setting{hash: link[strings.Index(link, "#"):]})
	if wrong := again.scene(1); wrong != "there is no sentence" && wrong != "" {
		t.Error(wrong)
	}
	again.press(kb.End)
	again.scene(2)
	if title := eval[string](again, `document.querySelector(".lecture-title").textContent`); title != "Fog <b>over</b> the cat" {
		t.Errorf("the title is %q", title)
	}
	if question := eval[string](again, `document.querySelector(".lecture-question").textContent`); question != "What will it say?" {
		t.Errorf("the question is %q", question)
	}

	path := filepath.Join(t.TempDir(), "deck.json")
	if err := os.WriteFile(path, []byte(saved), 0o666); err != nil {
		t.Fatal(err)
	}
	press("Undo")
	b.upload("scenes-file", path)
	b.wait(`[...document.querySelectorAll(".scenes-card .hint")].some(e => e.textContent.includes("deck.json was opened"))`)
	eval[bool](b, `(window.saved = "", true)`)
	press("Save as a file")
	b.wait(`window.saved`)
	var reopened map[string]any
	var first map[string]any
	json.Unmarshal([]byte(saved), &first)
	if err := json.Unmarshal([]byte(eval[string](b, `window.saved`)), &reopened); err != nil || !reflect.DeepEqual(first, reopened) {
		t.Errorf("the deck %v was opened as %v (%v)", first, reopened, err)
	}
	if err := os.WriteFile(path, []byte(`{"format": "steady-deck-1", "title": "T", "scenes": [{"title": "Storm", "show": "#severity=9"}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	b.upload("scenes-file", path)
	b.wait(`document.querySelector(".scenes-card .wrong").textContent.includes("Scene 1 (“Storm”): show has severity=9")`)
}

// In the deck on overlaps, with those that the site has, all that a scene shows is within the screen: that of a projector, and a
// small one that takes its place.
func TestOverlapDeckFits(t *testing.T) {
	b := ready(t, setting{width: 1920, height: 1080, hash: "#present=1&deck=which-corruptions-say-the-same&scene=3"})
	const within = `document.querySelector(".lecture-page").contentDocument.`
	beyond := func() []string {
		return eval[[]string](b, `(() => {
			const frame = document.querySelector(".lecture-page").contentWindow;
			return [...frame.document.querySelectorAll("main *")].filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest("svg") &&
				e.children.length === 0 && e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().bottom > frame.innerHeight).map(e => e.id + " " + e.textContent);
		})()`)
	}
	for i := 3; i <= 8; i++ {
		b.wait(fmt.Sprintf(`document.documentElement.dataset.scene === "%d" && %squerySelector(":root.embedded[data-shown]") && %sgetElementById("cover-says").textContent`, i, within, within))
		if eval[bool](b, `document.documentElement.dataset.hidden === "yes"`) {
			b.press(kb.PageDown)
			b.wait(`document.documentElement.dataset.hidden === "no"`)
		}
		if i == 8 {
			eval[bool](b, `(`+within+`getElementById("build-balanced").click(), true)`)
			b.wait(within + `getElementById("build-says").textContent`)
		}
		for _, size := range [][2]int64{{1366, 768}, {1920, 1080}} {
			b.resize(size[0], size[1])
			b.wait(fmt.Sprintf(`innerWidth === %d && %sdocumentElement.style.fontSize === getComputedStyle(document.documentElement).fontSize`, size[0], within))
			found := beyond()
			for end := time.Now().Add(patience); len(found) > 0 && time.Now().Before(end); found = beyond() { // what follows the size may come after it
				time.Sleep(50 * time.Millisecond)
			}
			if len(found) > 0 {
				t.Errorf("scene %d at %d×%d: below the edge are %q", i, size[0], size[1], found)
			}
			b.screenshot(fmt.Sprintf("overlap-fits-%d-%d", i, size[0]), false)
		}
		b.press(kb.PageDown)
	}
}

// The deck on overlaps is there where the site has a matrix: each scene shows its state of the page, and a question no figures.
func TestOverlapDeck(t *testing.T) {
	const name = "which-corruptions-say-the-same"
	without := ready(t, setting{before: measured(t, "")})
	without.click("scenes")
	without.wait(`[...document.querySelectorAll(".scenes-card li")].some(e => e.textContent.includes("Needs what is not here: measured overlaps"))`)
	if eval[bool](without, `document.querySelector('[data-deck="`+name+`"]') !== null`) {
		t.Error("without a matrix the deck is offered")
	}

	b := ready(t, setting{width: 1920, height: 1080, long: true, before: measured(t, planted), hash: "#present=1&deck=" + name})
	count := 0
	for i := 1; ; i++ {
		b.wait(fmt.Sprintf(`document.documentElement.dataset.scene === "%d"`, i))
		count = eval[int](b, `document.querySelectorAll(".lecture-dots li").length`)
		if said := eval[string](b, `document.querySelector(".lecture-message").textContent`); said != "" {
			t.Errorf("scene %d: %s", i, said)
		}
		framed := eval[bool](b, `document.documentElement.dataset.page === "yes"`)
		within := func(script string) string { return `document.querySelector(".lecture-page").contentDocument.` + script }
		if framed {
			b.wait(within(`querySelector(":root.embedded[data-shown]")`))
			b.wait(within(`getElementById("cover-says").textContent`))
			b.wait(within(`getElementById("pair-a").getAttribute("aria-label")`))
			if over := eval[int](b, within(`documentElement.scrollWidth - `)+within(`documentElement.clientWidth`)); over > 0 {
				t.Errorf("scene %d is %d px wider than the screen", i, over)
			}
		}
		if eval[bool](b, `document.documentElement.dataset.hidden === "yes"`) {
			if framed && eval[bool](b, within(`getElementById("pair-says").checkVisibility({ visibilityProperty: true }) || `)+within(`getElementById("cover-says").checkVisibility({ visibilityProperty: true })`)) {
				t.Errorf("scene %d: the figures are in view before the answer", i)
			}
			b.screenshot(fmt.Sprintf("overlap-deck-%d-asked", i), false)
			b.press(kb.PageDown)
			b.wait(`document.documentElement.dataset.hidden === "no"`)
		}
		if framed && eval[int](b, `[`+within(`querySelectorAll("#map, #pair-says, #cover-says")`)+`].flatMap(l => [...l]).filter(e => e.checkVisibility({ visibilityProperty: true })).length`) == 0 {
			t.Errorf("scene %d shows no figures", i)
		}
		if framed {
			// Names are for the last row, and none is cut off.
			if small := eval[[]string](b, `(() => {
				const map = `+within(`getElementById("map")`)+`, box = map.getBoundingClientRect();
				return [...map.querySelectorAll("text")].filter(e => e.getBoundingClientRect().height < 18 || e.getBoundingClientRect().left < box.left).map(e => e.textContent);
			})()`); len(small) > 0 {
				t.Errorf("scene %d: these names are small or cut off: %q", i, small)
			}
			// A presenter's keys work where somebody has clicked.
			eval[bool](b, `(`+within(`getElementById("map")`)+`.focus(), true)`)
			b.press(".")
			b.wait(`document.querySelector(".lecture-black").checkVisibility()`)
			b.press(".")
			b.wait(`!document.querySelector(".lecture-black").checkVisibility()`)
		}
		if os.Getenv("STEADY_SCREENSHOTS") != "" {
			time.Sleep(300 * time.Millisecond) // the images of a pair
		}
		b.screenshot(fmt.Sprintf("overlap-deck-%d", i), false)
		if i == count {
			break
		}
		b.press(kb.PageDown)
	}
	if count < 6 {
		t.Errorf("the deck has %d scenes, want at least 6", count)
	}
}

// A scene can show an evaluation: what is chosen stands after # there too.
func TestEvaluationScene(t *testing.T) {
	deck := `{"format": "steady-deck-1", "title": "T", "scenes": [{"title": "Fog", "show": "evaluate.html#networks=fashion-standard&cells=fog{severity=5}&limit=20&run=1"}]}`
	b := ready(t, setting{before: fmt.Sprintf(`localStorage.setItem("steady.deck", %q)`, deck), hash: "#present=1&deck=mine"})
	b.wait(`document.querySelector(".lecture-page")?.contentDocument.documentElement.dataset.evaluation === "done"`)
	if said := eval[string](b, `document.querySelector(".lecture-page").contentDocument.getElementById("run-plan").textContent`); said != "2 perturbations × 1 network × 20 images" {
		t.Errorf("the scene evaluates %s", said)
	}
}

// A scene that needs what is not here says so, in place of what the scene before has shown.
func TestMissingScene(t *testing.T) {
	deck := `{"format": "steady-deck-1", "title": "T", "scenes": [{"title": "Overlaps", "show": "overlap.html"},
		{"title": "Gone", "show": "#network=cifar10-none"}, {"title": "Noise", "say": "Some.", "show": "#severity=2"}]}`
	b := ready(t, setting{before: fmt.Sprintf(`localStorage.setItem("steady.deck", %q)`, deck), hash: "#present=1&deck=mine"})
	b.wait(`document.documentElement.dataset.scene === "1" && document.querySelector(".lecture-page")?.checkVisibility()`)
	b.press(kb.ArrowRight)
	if said := b.scene(2); said != "This scene needs the network “cifar10-none”, which is not here." {
		t.Errorf("the scene says %q", said)
	}
	if eval[bool](b, `document.querySelector(".lecture-page") !== null || document.getElementById("stage").checkVisibility()`) {
		t.Error("another scene is still shown")
	}
	b.press(kb.ArrowRight)
	if wrong := b.scene(3); wrong != "" {
		t.Error(wrong)
	}
}
