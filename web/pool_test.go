package web

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
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
			constructor(...args) {
				super(...args);
				this.addEventListener("message", e => e.data.kind === "compiled" && e.stopImmediatePropagation());
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
		{"all die before they begin", cores(3) + watched + `window.dies = (w, m) => w.number > 0 && m.op === "picture";`, 2, true, 2},
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
	was := b.pixels("shaken-view")
	b.set("severity", "5")
	b.untilPixels("shaken-view", was)
	b.openGallery()
	if drew := eval[[]int](b, `window.workers.map(w => w.pictures)`); len(drew) != 5 || drew[0] != 0 || drew[3] == 0 || drew[4] == 0 {
		t.Errorf("in the second gallery the workers drew %v pictures, want two new ones to draw", drew)
	}
}

// With STEADY_ROUNDS=N: how many pictures of the gallery one and two workers draw in a second, in turn, N times.
func TestPoolSpeed(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("STEADY_ROUNDS"))
	if rounds < 1 {
		t.Skip("a measurement: STEADY_ROUNDS is not set")
	}
	var tabs []*tab
	for workers := 1; workers <= 2; workers++ {
		b := ready(t, setting{before: cores(1 + workers)})
		b.openGallery()
		b.set("gallery-search", "imagenet-c")
		b.galleryDone()
		tabs = append(tabs, b)
	}
	pictures := float64(len(tabs[0].tiles()))
	const repaint = `new Promise(done => {
		const list = document.getElementById("gallery-list");
		const began = performance.now();
		const seen = new MutationObserver(() => {
			if (list.getAttribute("aria-busy") !== "false") return;
			seen.disconnect();
			done((performance.now() - began) / 1000);
		});
		const slider = document.getElementById("gallery-severity");
		slider.value = %d;
		slider.dispatchEvent(new Event("input", { bubbles: true }));
		seen.observe(list, { attributes: true });
	})`
	var rates [2][]float64
	var scaling []float64
	for round := range rounds {
		var took [2]float64
		for i := range tabs {
			k := (i + round) % 2
			took[k] = eval[float64](tabs[k], fmt.Sprintf(repaint, 4+round%2))
			rates[k] = append(rates[k], pictures/took[k])
		}
		scaling = append(scaling, took[0]/took[1])
	}
	median := func(x []float64) float64 { slices.Sort(x); return x[len(x)/2] }
	load, _ := os.ReadFile("/proc/loadavg")
	t.Logf("%v pictures, %d rounds: one worker %.1f a second, two %.1f; the best %.1f and %.1f; two are %.2f times as fast "+
		"(medians; the ratio is that of a round); load %s", pictures, rounds, median(rates[0]), median(rates[1]),
		slices.Max(rates[0]), slices.Max(rates[1]), median(scaling), strings.TrimSpace(string(load)))
}
