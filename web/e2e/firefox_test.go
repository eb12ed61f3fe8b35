package e2e

import (
	"os"
	"testing"
)

// overlapping returns pairs of controls, and of the words beside them, that lie on each other, and words that go over the edge of
// their control; of the popover or dialog that is open, if one is.
const overlapping = `(() => {
	const open = [...document.querySelectorAll("dialog[open], [popover]")].find((e) => e.matches(":modal, :popover-open"));
	const top = open ?? document;
	const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest(".sr, .skip") && (open || !e.closest("dialog, [popover]"));
	const controls = [...top.querySelectorAll("button, select, input, textarea, output, summary, progress, a, label, .unit, legend, h2, dt, dd, .hint, .fps, .verdict")].filter(seen);
	const name = (e) => (e.id ? "#" + e.id : e.tagName.toLowerCase()) + " “" + (e.textContent || e.value || e.getAttribute("aria-label") || "").trim().slice(0, 30) + "”";
	const boxes = controls.flatMap((e) => {
		const words = document.createRange();
		words.selectNodeContents(e);
		// A button's or a field's box, and otherwise only what is written: a label's box may be wider than its words.
		const rects = e.matches("button, select, input, textarea, progress") ? [e.getBoundingClientRect()] : [...words.getClientRects()];
		return rects.filter((r) => r.width > 0 && r.height > 0).map((r) => ({ e, r }));
	});
	const wrong = new Set();
	boxes.forEach((a, i) => {
		for (const b of boxes.slice(i + 1)) {
			if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
			const width = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
			const height = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
			if (width > 1 && height > 1) wrong.add(name(a.e) + " and " + name(b.e) + " overlap by " + width.toFixed(1) + " × " + height.toFixed(1) + " px");
		}
		if (a.r.right > document.documentElement.clientWidth + 1) wrong.add(name(a.e) + " ends at " + a.r.right.toFixed(0) + " px, outside of the page");
	});
	for (const e of controls.filter((e) => e.matches("button, label"))) {
		const words = document.createRange();
		words.selectNodeContents(e);
		const over = words.getBoundingClientRect().right - e.getBoundingClientRect().right;
		if (over > 1) wrong.add("the words of " + name(e) + " go " + over.toFixed(1) + " px over its edge");
	}
	return [...wrong];
})()`

// check fails the test if controls overlap.
func (f *firefox) check(state string) {
	f.Helper()
	var wrong []string
	f.eval(overlapping, &wrong)
	for _, w := range wrong {
		f.Errorf("%s: %s", state, w)
	}
	f.screenshot("firefox-" + state)
}

// The page works in Firefox too: it answers, corrupts, attacks, takes pictures of a camera, and no control lies on another.
func TestFirefox(t *testing.T) {
	need(t)
	binary, err := firefoxBinary()
	if err != nil {
		if os.Getenv("STEADY_FIREFOX") == "required" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	f := startFirefox(t, binary, map[string]any{
		"media.navigator.streams.fake":        true, // a camera of Firefox's own
		"media.navigator.permission.disabled": true,
		"dom.ipc.processCount":                1,
		"network.dns.forceResolve":            "127.0.0.1", // a page that tried to leave its origin could not
	})
	f.open(origin+"/?small", 1280, 900)
	f.wait(`document.documentElement.dataset.first`)
	var first string
	f.eval(`document.documentElement.dataset.first`, &first)
	t.Logf("from navigation to first prediction: %s ms", first)
	f.check("first")
	var broken []string
	f.eval(`(() => {
		const steps = [...document.querySelectorAll("#settings label")].find((l) => l.textContent === "Steps");
		const before = steps.getBoundingClientRect().left;
		steps.style.marginLeft = "-3rem";
		const found = `+overlapping+`;
		steps.style.marginLeft = "";
		return found;
	})()`, &broken)
	if len(broken) == 0 {
		t.Error("“Steps” is moved onto “/255”, and the check of overlaps does not see it: it is blind")
	}

	var was string
	pixels := `(() => { const c = document.getElementById("corrupted-view"); return c.toDataURL(); })()`
	f.eval(pixels, &was)
	f.eval(`(() => { const c = document.getElementById("corruption"); c.value = "fog"; c.dispatchEvent(new Event("change", { bubbles: true })); })()`, nil)
	f.wait(`location.hash.includes("corruption=fog")`)
	f.wait(pixels + ` !== ` + `"` + was + `"`)
	f.eval(`document.getElementById("run").click()`, nil)
	f.wait(`document.getElementById("attacked-foot").textContent.includes("no pixel has changed")`)
	f.wait(`document.getElementById("scrub-value").textContent === "result"`)
	f.check("attacked")
	for _, id := range []string{"more", "corruption-more", "network-card"} {
		f.eval(`document.getElementById("`+id+`").showPopover()`, nil)
		f.check(id)
		f.eval(`document.getElementById("`+id+`").hidePopover()`, nil)
	}
	f.eval(`document.getElementById("open-network").click()`, nil)
	f.check("upload")
	f.eval(`document.getElementById("upload-cancel").click()`, nil)

	f.eval(`document.getElementById("webcam").click()`, nil)
	f.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	f.eval(pixels, &was)
	f.wait(pixels + ` !== ` + `"` + was + `"`)
	f.check("webcam")
	var rate string
	f.eval(`document.getElementById("fps").textContent`, &rate)
	t.Log("the camera: ", rate)
	f.eval(`document.getElementById("webcam").click()`, nil)
	for _, said := range f.said() {
		t.Errorf("the console says %s", said)
	}
}
