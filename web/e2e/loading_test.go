package e2e

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"steady/tools/machine"
)

// TestLoading logs when what happened, from navigation to the first prediction, in browsers that have nothing of the page yet:
//
//	LOADINGS=9 go test -count=1 -v -run TestLoading ./web/e2e
func TestLoading(t *testing.T) {
	need(t)
	loadings, err := strconv.Atoi(os.Getenv("LOADINGS"))
	if err != nil {
		loadings = 1
	}
	binary, err := machine.Chromium()
	if err != nil {
		t.Fatal(err)
	}
	for range loadings {
		ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU)...)
		ctx, cancelBrowser := chromedp.NewContext(ctx)
		if err := chromedp.Do(ctx); err != nil {
			t.Fatal(err)
		}
		b := ready(t, setting{browser: ctx})
		marks := eval[[]string](b, `(() => {
			const paint = performance.getEntriesByName("first-contentful-paint").map(e => [e.startTime, "first paint"]);
			const files = performance.getEntriesByType("resource").map(e => [e.responseEnd, e.name.replace(/.*\//, "") + " is there"]);
			const marks = performance.getEntriesByType("mark").map(e => [e.startTime, e.name]);
			return [...paint, ...files.filter(([, n]) => /onnx|models.json|main.js|chelsea.jpg/.test(n)), ...marks]
				.sort((a, b) => a[0] - b[0]).map(([at, what]) => Math.round(at) + " ms: " + what);
		})()`)
		for _, m := range marks {
			t.Log(m)
		}
		t.Logf("%s ms: first prediction", eval[string](b, `document.documentElement.dataset.first`))
		cancelBrowser()
		cancel()
	}
}

// While the page loads and the large network takes over from the small one, nothing moves.
func TestNothingMoves(t *testing.T) {
	for _, s := range some([]setting{{width: 390, height: 844}, {width: 1280, height: 800}, {width: 1024, height: 768}, {width: 1920, height: 1080}}, 2) {
		s.large = true
		s.before = held + `
			window.slow = "models/efficientnet-lite0.onnx";
			window.moved = 0;
			new PerformanceObserver(list => list.getEntries().forEach(e => (window.moved += e.value)))
				.observe({ type: "layout-shift", buffered: true });`
		b := ready(t, s)
		b.wait(`window.release && !document.getElementById("run").disabled`)
		places := `["#original-verdict", "#original-view", "#corrupted-view", ".original .answer", ".corrupted .answer"]
			.map(e => e + " at " + Math.round(document.querySelector(e).getBoundingClientRect().top + scrollY)).join()`
		before, first := eval[string](b, places), eval[float64](b, `window.moved`)
		eval[bool](b, `(window.release(), true)`)
		b.wait(isLarge)
		if after := eval[string](b, places); after != before {
			t.Errorf("%d pixels wide: with the small network %s, with the large one %s", s.width, before, after)
		}
		moved := eval[float64](b, `new Promise(go => requestAnimationFrame(() => setTimeout(() => go(window.moved), 100)))`)
		t.Logf("%d pixels wide: layout shift %.4f until the first prediction, %.4f after it", s.width, first, moved-first)
		if moved-first > 0.01 || first > 0.03 {
			t.Errorf("%d pixels wide: a layout shift of %.4f until the first prediction, %.4f after it", s.width, first, moved-first)
		}
	}
}

// The page answers in whichever order come the photograph, the network and the description of what there is.
func TestLateFiles(t *testing.T) {
	for _, late := range []string{"description.json", "photos/chelsea.jpg", "models/models.json", "models/cifar10-standard.onnx"} {
		b := open(t, setting{before: held + `window.slow = "` + late + `"`})
		t.Cleanup(b.checkQuiet)
		shown := map[string]string{
			"description.json":   `document.getElementById("original-foot").textContent.includes("airplane") && document.getElementById("original-view").width > 100`,
			"photos/chelsea.jpg": `document.getElementById("original-foot").textContent.includes("airplane")`,
		}[late]
		if shown == "" {
			shown = `document.getElementById("corruption").options.length > 0`
		}
		b.wait(`window.release && ` + shown)
		if eval[bool](b, `!!document.documentElement.dataset.first`) {
			t.Errorf("the page has answered without %s", late)
		}
		eval[bool](b, `(window.release(), true)`)
		b.wait(`document.documentElement.dataset.first`)
	}
}

// While the lab loads, which is said as in any other state, the networks' names keep their room.
func TestNamesWhileLoading(t *testing.T) {
	for _, width := range some([]int64{1024, 1280, 1920}, 1) {
		b := ready(t, setting{width: width, height: 800})
		widths := `["network", "second"].map(id => Math.round(document.getElementById(id).getBoundingClientRect().width)).join()`
		want := eval[string](b, widths)
		got := eval[string](b, `(() => {
			document.getElementById("loading-text").textContent = "Loading: 10.2 MB of 10.3 MB (99 %)";
			document.getElementById("loading").hidden = false;
			return `+widths+`;
		})()`)
		if got != want {
			t.Errorf("%d pixels wide: while the lab loads the lists of networks are %s wide, otherwise %s", width, got, want)
		}
		b.screenshot(fmt.Sprintf("names-loading-%d", width), false)
	}
}

// The longest names of classes are shown whole, without moving what is below them.
func TestLongNames(t *testing.T) {
	for _, s := range some([]setting{{width: 390, height: 844}, {width: 1024, height: 768}, {width: 1280, height: 800}}, 2) {
		b := ready(t, s)
		top := `document.getElementById("corrupted-view").getBoundingClientRect().top`
		was := eval[float64](b, top)
		cut := eval[[]string](b, `(() => {
			for (const step of ["original", "corrupted"]) {
				const verdict = document.getElementById(step + "-verdict");
				verdict.querySelector(".name").textContent = "German short-haired pointer";
				verdict.classList.add("long");
				document.querySelectorAll("#" + step + "-bars .label").forEach(e => (e.textContent = "black-and-tan coonhound"));
			}
			return [...document.querySelectorAll(".verdict .name, .bars .label")].filter(e => e.checkVisibility() &&
				(e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 || e.getBoundingClientRect().right > e.closest(".step").getBoundingClientRect().right))
				.map(e => e.textContent);
		})()`)
		if len(cut) > 0 {
			t.Errorf("%d pixels wide: cut are %q", s.width, cut)
		}
		if s.width > 500 && eval[float64](b, top) != was {
			t.Errorf("%d pixels wide: under long names the picture moves from %v to %v", s.width, was, eval[float64](b, top))
		}
		b.screenshot(fmt.Sprintf("long-names-%d", s.width), false)
	}
}
