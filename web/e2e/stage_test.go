package e2e

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steady/core/stage"
)

// played is what the stage says of itself.
type played struct {
	Drawn, Frames, Dropped, Answered   int
	Between, Between95, Delay, Delay95 float64
	Heap, Sys, Seconds                 float64
	Corruption, Source                 string
	Severity, Attack, Mode             int
}

const stageFrame = `document.querySelector(".stage-over iframe")`

func (b *tab) counts() played {
	b.Helper()
	return eval[played](b, `JSON.parse(`+stageFrame+`.contentWindow.steadyStage.counts())`)
}

// untilCounts waits for the stage to say something of itself.
func (b *tab) untilCounts(what string, ok func(played) bool) played {
	b.Helper()
	end := time.Now().Add(patience)
	for {
		c := b.counts()
		if ok(c) {
			return c
		}
		if time.Now().After(end) {
			b.Fatalf("in vain waited for %s: %+v", what, c)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// attack presses the stage's key for another attack until it is at the one that is wanted.
func (b *tab) attack(want stage.Attack) {
	b.Helper()
	for range 5 {
		was := b.counts()
		if stage.Attack(was.Attack) == want {
			return
		}
		b.press("a")
		b.untilCounts("another attack", func(c played) bool { return c.Attack != was.Attack })
	}
	b.Fatalf("the stage's keys do not lead to attack %d", want)
}

func (b *tab) openStage() {
	b.Helper()
	b.click("live-stage")
	b.waitFor(5*patience, `document.querySelector(".stage-keys button")`) // the browser compiles 14 MB of WebAssembly first
}

// colors returns how many colors a screenshot has, and a sum that another picture has differently.
func (b *tab) colors() (n int, sum uint64) {
	b.Helper()
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	must(b, err)
	m, err := png.Decode(bytes.NewReader(shot))
	must(b, err)
	seen := map[uint32]bool{}
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			r, g, v, _ := m.At(x, y).RGBA()
			c := r>>8<<16 | g>>8<<8 | v>>8
			seen[c] = true
			sum = sum*31 + uint64(c)
		}
	}
	return len(seen), sum
}

// The stage draws moving images and answers over the page, has the window's keys, the camera, the picture and the pattern, and gives
// the focus back. What it loads is not loaded before.
func TestStage(t *testing.T) {
	b := ready(t, setting{long: true, width: 1920, height: 1080, before: `
		const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		top.streams ??= [];
		navigator.mediaDevices.getUserMedia = async (wanted) => {
			const stream = await open(wanted);
			top.streams.push(stream);
			return stream;
		}`})
	loaded := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return strings.Contains(strings.Join(b.requests, "\n"), "/stage.")
	}
	if loaded() {
		t.Error("the stage is loaded before it is opened")
	}
	b.set("severity", "2")
	b.wait(`location.hash.includes("severity=2")`)
	b.openStage()
	if !loaded() {
		t.Error("the stage does not come from its files: the check is blind")
	}
	first := b.untilCounts("an answer", func(c played) bool { return c.Answered > 0 && c.Drawn > 5 })
	if first.Source != "picture" || first.Severity != 2 || first.Corruption != "gaussian_noise" {
		t.Errorf("it begins with %+v, want the page's picture, corruption and severity", first)
	}
	// The page's attack is on each frame, or it takes too long on this machine, and the stage says so, beside it too.
	b.wait(`(() => {
		const { attack, answered } = JSON.parse(` + stageFrame + `.contentWindow.steadyStage.counts());
		return attack === 3 ? answered > 10 : attack === 1 && /^PGD takes \d+ ms a frame here, more than 33/i.test(document.querySelector(".stage-alert").textContent);
	})()`)
	if eval[bool](b, `document.activeElement !== `+stageFrame) {
		t.Error("the stage does not have the focus")
	}
	n, was := b.colors()
	b.untilCounts("further frames", func(c played) bool { return c.Answered > first.Answered && c.Drawn > first.Drawn+3 })
	if _, now := b.colors(); n < 1000 || now == was {
		t.Errorf("it shows %d colors, and still the same picture %v", n, now == was)
	}
	b.wait(`/^Original: .+\. .+, severity 2: /.test(document.querySelector(".stage-over [role=status]").textContent)`)
	// An answer that cannot be read is no more than one that is missing.
	eval[bool](b, `(() => {
		const stage = `+stageFrame+`.contentWindow.steadyStage, { answer } = stage;
		stage.answer = (text, pixels) => {
			stage.answer = answer;
			answer("{", pixels);
		};
		return true;
	})()`)
	b.wait(stageFrame + `.contentWindow.steadyStage.answer.length === 0`) // Go's own again
	unread := b.counts()
	b.untilCounts("answers after it", func(c played) bool { return c.Answered > unread.Answered+1 })

	// The keys of the window, and buttons in their place.
	b.press("5")
	b.untilCounts("severity 5", func(c played) bool { return c.Severity == 5 })
	b.press(kb.ArrowRight)
	b.untilCounts("another corruption", func(c played) bool { return c.Corruption != "gaussian_noise" })
	b.press(kb.Tab)
	b.untilCounts("the split", func(c played) bool { return c.Mode == 1 })
	b.press(kb.Tab, kb.Tab)
	b.untilCounts("side by side", func(c played) bool { return c.Mode == 0 })
	b.attack(stage.Strongest)
	eval[bool](b, `(document.querySelector(".stage-keys [data-key='3']").click(), document.querySelector(".stage-keys [data-key='3']").focus(), true)`)
	b.untilCounts("severity 3, by its button", func(c played) bool { return c.Severity == 3 })
	b.press("4") // while the button has the focus
	b.untilCounts("severity 4, passed on", func(c played) bool { return c.Severity == 4 })
	b.attack(stage.NoAttack)
	b.press("s")
	b.untilCounts("the pattern", func(c played) bool { return c.Source == "pattern" })
	b.press("s")
	camera := b.untilCounts("the camera", func(c played) bool { return c.Source == "camera" })
	camera = b.untilCounts("its frames", func(c played) bool { return c.Frames > camera.Frames+5 && c.Answered > camera.Answered })
	if testing.Verbose() {
		time.Sleep(5 * time.Second) // only for the figures
	}
	end := b.counts()
	s := end.Seconds - camera.Seconds
	t.Logf("camera, cifar10-standard, %.1f s: %.1f frames drawn a second, %.1f answers, %.1f of the camera's frames; delay %.0f ms (95 %%: %.0f)", s,
		float64(end.Drawn-camera.Drawn)/s, float64(end.Answered-camera.Answered)/s, float64(end.Frames-camera.Frames)/s, end.Delay, end.Delay95)
	b.screenshot("stage", false)

	// Esc closes the help first, and then gives the focus back.
	b.press("h", kb.Escape)
	b.counts()
	b.press(kb.Escape)
	b.wait(`!document.querySelector(".stage-over")`)
	if got := eval[string](b, `document.activeElement.id`); got != "live-stage" {
		t.Errorf("afterwards #%s has the focus, want the button", got)
	}
	if got := eval[[]string](b, `streams.flatMap((s) => s.getTracks().map((t) => t.readyState))`); len(got) != 1 || got[0] != "ended" {
		t.Errorf("afterwards the camera is %q, want one that has ended", got)
	}
	b.set("severity", "1") // the lab goes on
	b.wait(`location.hash.includes("severity=1")`)
}

// The stage's memory does not grow. STEADY_STAGE_MINUTES says how long it plays; without it, it does not.
func TestStageMemory(t *testing.T) {
	minutes, err := strconv.Atoi(os.Getenv("STEADY_STAGE_MINUTES"))
	if err != nil || minutes < 2 {
		t.Skip("STEADY_STAGE_MINUTES=5 has it play for so long")
	}
	b := ready(t, setting{long: true, width: 640, height: 480})
	b.openStage()
	b.press("s", "s", "d")
	b.untilCounts("the camera", func(c played) bool { return c.Source == "camera" && c.Answered > 0 })
	var first played
	var firstHeap float64
	for minute := range minutes + 1 {
		if minute > 0 {
			time.Sleep(time.Minute)
		}
		call(b, heapprofiler.CollectGarbage, cdp.Empty{})
		c, heap := b.counts(), eval[float64](b, `performance.memory.usedJSHeapSize`)
		t.Logf("minute %d: %d frames drawn, %d answers; JavaScript's heap %.1f MB, the program's memory %.1f MB, of which Go's heap %.1f MB", minute,
			c.Drawn, c.Answered, heap/1e6, eval[float64](b, stageFrame+`.contentWindow.steadyStage.memory()`)/1e6, c.Heap/1e6)
		if minute == 1 {
			first, firstHeap = c, heap
		}
		if minute == minutes && (c.Sys > 1.2*first.Sys || heap > firstHeap+8e6) {
			t.Errorf("memory has grown since the first minute: Go's from %.1f to %.1f MB, JavaScript's from %.1f to %.1f MB", first.Sys/1e6, c.Sys/1e6, firstHeap/1e6, heap/1e6)
		}
	}
}

// Without a camera the stage says why, and goes on with the picture; so it does without a full screen. When the lab dies, it says that.
func TestStageWithoutCamera(t *testing.T) {
	b := ready(t, setting{width: 390, height: 844, long: true, before: `
		navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
		delete Element.prototype.requestFullscreen;
		window.workers = [];
		window.Worker = class extends Worker {
			constructor(...a) {
				super(...a);
				workers.push(this);
			}
		};`})
	b.openStage()
	b.untilCounts("an answer", func(c played) bool { return c.Answered > 0 })
	b.press("s")
	b.untilCounts("the pattern", func(c played) bool { return c.Source == "pattern" })
	b.press("s")
	b.wait(`document.querySelector(".stage-over [role=alert]").textContent.includes("did not allow the camera")`)
	b.untilCounts("the picture", func(c played) bool { return c.Source == "picture" })
	b.press("s") // again, as the sentence says
	b.wait(`document.querySelector(".stage-over [role=alert]").textContent.includes("This is the test pattern.")`)
	b.press("s")
	c := b.untilCounts("the picture again", func(c played) bool { return c.Source == "picture" })
	b.press("f") // as a phone's browser, which has none
	b.wait(`document.querySelector(".stage-over [role=alert]").textContent.includes("full screen")`)
	b.untilCounts("answers", func(d played) bool { return d.Answered > c.Answered+1 })
	b.screenshot("stage-narrow", false)
	eval[bool](b, `(workers[0].onerror(), true)`)
	b.wait(`document.querySelector(".stage-failed").textContent.startsWith("Steady has stopped")`)
	if !eval[bool](b, `document.activeElement === document.querySelector(".stage-bar > button")`) {
		t.Error("the button that closes the stage does not have the focus")
	}
	eval[bool](b, `(document.querySelector(".stage-bar > button").click(), true)`)
	b.wait(`!document.querySelector(".stage-over")`)
}

// fakeCamera has a page's cameras kept in top.tracks, and refused with the name in top.refuse.
const fakeCamera = `
	const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	top.tracks ??= [];
	navigator.mediaDevices.getUserMedia = async (wanted) => {
		if (top.refuse) throw new DOMException("", top.refuse);
		const stream = await open(wanted);
		top.tracks.unshift(...stream.getVideoTracks());
		return stream;
	};
	const mute = (muted) => {
		tracks[0].dispatchEvent(new Event(muted ? "mute" : "unmute"));
		return true;
	};
	const { requestVideoFrameCallback } = HTMLVideoElement.prototype;
	const freeze = (frozen) => {
		HTMLVideoElement.prototype.requestVideoFrameCallback = frozen ? () => 0 : requestVideoFrameCallback;
		return true;
	};
	const unplug = () => {
		const [track] = tracks;
		track.stop();
		track.dispatchEvent(new Event("ended"));
		return true;
	};`

// A camera that is muted, unplugged, refused or used by another program is a sentence with a way on, on the stage and on the page.
func TestCameraTrouble(t *testing.T) {
	b := ready(t, setting{long: true, before: fakeCamera})
	says := func(where, want string) {
		t.Helper()
		b.wait(fmt.Sprintf(`document.querySelector(%q).textContent.includes(%q)`, where, want))
	}
	const page, stage = "#picture-wrong", ".stage-alert"
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	eval[bool](b, `mute(true)`)
	says(page, "The camera sends no pictures for now: a switch or a key on it, the system, or another program holds them back. It goes on by itself. Press Webcam to end it.")
	eval[bool](b, `mute(false)`)
	b.wait(`document.querySelector("` + page + `").textContent === ""`)
	eval[bool](b, `freeze(true)`)
	says(page, "The camera sends no pictures for now")
	eval[bool](b, `freeze(false)`)
	eval[bool](b, `unplug()`)
	says(page, "The camera stopped sending pictures. Press Webcam to start it again.")
	for name, want := range map[string]string{"NotAllowedError": "Allow it for this page (beside the address) and press Webcam again.",
		"NotReadableError": "another program is using it. End that one and press Webcam again."} {
		eval[bool](b, fmt.Sprintf(`(top.refuse = %q, true)`, name))
		b.click("webcam")
		says(page, want)
	}
	eval[bool](b, `(top.refuse = "", true)`)

	b.openStage()
	b.press("s", "s")
	b.untilCounts("the camera", func(c played) bool { return c.Source == "camera" && c.Answered > 0 })
	eval[bool](b, `mute(true)`)
	says(stage, "It goes on by itself. S shows something else.")
	eval[bool](b, `mute(false)`)
	b.wait(`document.querySelector("` + stage + `").textContent === ""`)
	eval[bool](b, `unplug()`)
	says(stage, "plug it in again, and press S. This is the page's picture.")
	b.press("s")
	b.untilCounts("the camera again", func(c played) bool { return c.Source == "camera" })
	eval[bool](b, `unplug()`)
	b.untilCounts("the picture", func(c played) bool { return c.Source == "picture" })
	eval[bool](b, `(top.refuse = "NotReadableError", true)`)
	b.press("s")
	says(stage, "another program is using it. End that one and press S again. This is the test pattern.")
}

// Where the stage cannot be loaded or drawn, a sentence says so, and the page goes on.
func TestStageFails(t *testing.T) {
	t.Run("Esc while it is loaded", func(t *testing.T) {
		b := open(t, setting{long: true, before: `if (top !== window) window.fetch = () => new Promise(() => {})`})
		b.wait(`document.documentElement.dataset.first`)
		b.click("live-stage")
		b.wait(stageFrame + `?.contentWindow.steadyStage`)
		eval[bool](b, `(`+stageFrame+`.focus(), true)`)
		b.press(kb.Escape)
		b.wait(`!document.querySelector(".stage-over")`)
	})
	for name, before := range map[string]string{
		"no file": `if (top !== window) window.fetch = async () => new Response("", { status: 404, statusText: "Not Found" })`,
		"no WebGL": `HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext, {
			apply: (f, canvas, args) => (args[0] === "2d" ? Reflect.apply(f, canvas, args) : null) })`,
	} {
		b := open(t, setting{long: true, before: before})
		b.wait(`document.documentElement.dataset.first`)
		b.click("live-stage")
		b.wait(`document.querySelector(".stage-failed")`)
		text := eval[string](b, `document.querySelector(".stage-failed").textContent`)
		if !strings.HasPrefix(text, "The stage ") {
			t.Errorf("%s: it says %q", name, text)
		}
		b.press(kb.Escape)
		b.wait(`!document.querySelector(".stage-over")`)
	}
}
