package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"steady/tools/measure"
)

// cores has the page believe in a number of processor cores: it starts one worker fewer beside the first.
func cores(n int) string {
	return fmt.Sprintf("Object.defineProperty(navigator, \"hardwareConcurrency\", { value: %d });\n", n)
}

// watched keeps the page's workers in window.workers, the first one at 0: which of them were asked for pictures of the
// gallery, how often, and which were ended. A worker for which window.dies is true when it is told something falls over.
const watched = `
	window.workers = [];
	window.dies = () => false;
	window.Worker = class extends Worker {
		constructor(...args) {
			super(...args);
			this.number = window.workers.push(this) - 1;
			this.pictures = 0;
			this.ended = false;
		}
		postMessage(message, ...more) {
			if (message.op === "gallery") this.pictures++;
			if (window.dies(this, message)) super.postMessage(null);
			return super.postMessage(message, ...more);
		}
		terminate() {
			this.ended = true;
			super.terminate();
		}
	};
`

// The gallery is the same whoever draws it, and whole whatever becomes of those who do.
func TestPool(t *testing.T) {
	const unposted = `
		const open = window.Worker;
		window.Worker = class extends open {
			postMessage(message, ...more) {
				if (message.module) throw new DOMException("a module cannot be cloned", "DataCloneError");
				super.postMessage(message, ...more);
			}
		};
	`
	var want []string
	for _, c := range []struct {
		name, before string
		extras       int
		alone        bool // the first worker draws
		dead         int
	}{
		{"a browser that does not post modules", cores(4) + watched + unposted, 0, true, 0},
		{"a single core", cores(1) + watched, 1, false, 0},
		{"three more workers", cores(4) + watched, 3, false, 0},
		{"one of two dies", cores(3) + watched + `window.dies = (w, m) => w.number === 1 && m.op === "gallery" && w.pictures === 3;`, 2, false, 1},
		{"all die before they begin", cores(3) + watched + `window.dies = (w, m) => w.number > 0 && m.op === "image";`, 2, true, 2},
		{"all die at work", cores(3) + watched + `window.dies = (w, m) => w.number > 0 && m.op === "gallery" && w.pictures === 2;`, 2, true, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t, setting{before: c.before})
			b.wait(`document.documentElement.dataset.first`)
			b.openGallery()
			got := eval[[]string](b, `[...document.querySelectorAll("#gallery-list canvas")].map(c => c.toDataURL())`)
			if want == nil {
				want = got
			} else if !slices.Equal(got, want) {
				t.Error("the pictures are not those that one worker draws")
			}
			if w := b.text("gallery-wrong"); w != "" {
				t.Errorf("the gallery says %q", w)
			}
			if n := eval[int](b, `window.workers.length - 1`); n != c.extras {
				t.Errorf("%d workers beside the first, want %d", n, c.extras)
			}
			if n := eval[int](b, `window.workers.filter(w => w.ended).length`); n != c.dead {
				t.Errorf("%d workers are ended, want %d", n, c.dead)
			}
			drew := eval[[]int](b, `window.workers.map(w => w.pictures)`)
			if (drew[0] > 0) != c.alone {
				t.Errorf("the workers drew %v pictures; the first drew some: want %v", drew, c.alone)
			}
			if c.dead == 0 && slices.Contains(drew[1:], 0) {
				t.Errorf("the workers drew %v pictures, want each of the others to take part", drew)
			}
		})
	}
}

// Workers without work are ended, and others take their place when there is some again.
func TestPoolRests(t *testing.T) {
	b := ready(t, setting{before: cores(3) + watched + `
		const later = setTimeout;
		window.setTimeout = (f, ms, ...args) => later(f, ms === 60000 ? 50 : ms, ...args);
	`})
	if n := eval[int](b, `window.workers.length`); n != 1 {
		t.Errorf("%d workers before there is work for more than one", n)
	}
	b.openGallery()
	b.click("gallery-close")
	b.wait(`window.workers.length === 3 && window.workers.map(w => w.ended).join() === "false,true,true"`)
	was := b.pixels("corrupted-view")
	b.set("severity", "5")
	b.untilPixels("corrupted-view", was)
	b.openGallery()
	if drew := eval[[]int](b, `window.workers.map(w => w.pictures)`); len(drew) != 5 || drew[0] != 0 || drew[3] == 0 || drew[4] == 0 {
		t.Errorf("in the second gallery the workers drew %v pictures, want two new ones to draw", drew)
	}
}

// The webcam's last frame is what the others draw too.
func TestPoolWebcam(t *testing.T) {
	b := ready(t, setting{hash: "#corruption=brightness", before: cores(3) + watched})
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	b.openGallery() // so that they have a frame already, and another one than the last
	b.click("gallery-close")
	b.untilPixels("original-view", b.pixels("original-view"))
	b.click("freeze")
	b.wait(`document.getElementById("fps").hidden`)
	b.openGallery()
	if drew := eval[[]int](b, `window.workers.map(w => w.pictures)`); len(drew) != 3 || drew[0] != 0 {
		t.Errorf("the workers drew %v pictures, want two beside the first to draw them all", drew)
	}
	b.wait(`document.querySelector("#option-brightness canvas").toDataURL() === document.getElementById("corrupted-view").toDataURL()`)
}

// With STEADY_ROUNDS=N: what two workers do in a second beside one, in turn, N times. The pictures of the gallery are
// not put on the screen: without a GPU the browser does that on the same cores.
func TestPoolSpeed(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("STEADY_ROUNDS"))
	if rounds < 1 {
		t.Skip("a measurement: STEADY_ROUNDS is not set")
	}
	const still = `CanvasRenderingContext2D.prototype.putImageData = () => {};
		const later = setTimeout;
		window.setTimeout = (f, ms, ...args) => ms === 60000 ? 0 : later(f, ms, ...args); // nobody is ended
	`
	var tabs [2]*tab
	for i := range tabs {
		tabs[i] = ready(t, setting{before: cores(2+i) + watched + still})
		tabs[i].openGallery()
	}
	// compare has one worker and two do the same number of things, and says how they did.
	compare := func(what string, n int, seconds func(workers, round int) float64) {
		var rates [2][]float64
		var ratios []float64
		for round := range rounds {
			var took [2]float64
			for i := range took {
				k := (i + round) % 2
				took[k] = seconds(1+k, round)
				rates[k] = append(rates[k], float64(n)/took[k])
			}
			ratios = append(ratios, took[0]/took[1])
		}
		load, _ := os.ReadFile("/proc/loadavg")
		t.Logf("%s, %d rounds of %d: one worker %.0f a second (best %.0f), two %.0f (best %.0f); two to one: %.2f in the "+
			"median of the rounds, %.2f at best; load %.14s", what, rounds, n, measure.Median(rates[0]), slices.Max(rates[0]),
			measure.Median(rates[1]), slices.Max(rates[1]), measure.Median(ratios), slices.Max(rates[1])/slices.Max(rates[0]), load)
	}

	compare("pictures of the gallery", len(tabs[0].tiles()), func(workers, round int) float64 {
		return eval[float64](tabs[workers-1], fmt.Sprintf(`new Promise(done => {
			const list = document.getElementById("gallery-list");
			const seen = new MutationObserver(() => {
				if (list.getAttribute("aria-busy") !== "false") return;
				seen.disconnect();
				done((performance.now() - began) / 1000);
			});
			const slider = document.getElementById("gallery-severity");
			slider.value = %d;
			const began = performance.now();
			slider.dispatchEvent(new Event("input", { bubbles: true }));
			seen.observe(list, { attributes: true });
		})`, 4+round%2))
	})

	// The pool's workers are asked past the page, which does not know the numbers of these questions.
	const images = 32
	b := tabs[1]
	if !eval[bool](b, `(async () => {
		let last = 1e6;
		window.ask = (worker, op, args, data) => new Promise(done => {
			const id = ++last;
			worker.addEventListener("message", function hear({ data: tell }) {
				if (tell.id !== id) return;
				worker.removeEventListener("message", hear);
				done(tell.kind === "answer");
			});
			worker.postMessage({ id, op, args: JSON.stringify(args), data });
		});
		const file = (await (await fetch("models/models.json")).json())[0].file;
		const network = await (await fetch("models/" + file)).arrayBuffer();
		const taken = await Promise.all(workers.slice(1).map(w => ask(w, "network", { classes: [], preprocessing: null }, network)));
		return taken.length === 2 && taken.every(Boolean);
	})()`) {
		t.Fatal("the pool's workers do not take the network")
	}
	compare("images through the network", images, func(workers, _ int) float64 {
		return eval[float64](b, fmt.Sprintf(`(async () => {
			let left = %d / 2; // a look is two images
			const began = performance.now();
			await Promise.all(window.workers.slice(1, 1 + %d).map(async w => {
				while (left-- > 0) {
					if (!await ask(w, "look", { corruption: "brightness", severity: 1, seed: 1, where: "net" })) throw new Error("no answer");
				}
			}));
			return (performance.now() - began) / 1000;
		})()`, images, workers))
	})
}
