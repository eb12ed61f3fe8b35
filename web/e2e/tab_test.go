package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// tab is one tab of the browser with the page in it.
type tab struct {
	*testing.T
	ctx    context.Context
	origin string

	mu       sync.Mutex
	requests []string
	console  []string
}

type setting struct {
	browser context.Context // instead of the one that all share
	origin  string          // instead of that of the page that all share
	page    string          // that is opened, instead of the first
	query   string          // of the address, with its ?
	hash    string          // of the address, with its #
	before  string          // JavaScript that runs before the page's own
	width   int64           // 1280 by default
	height  int64
	dark    bool
	large   bool // the larger network comes in behind the small one
	long    bool // the tab may be used for an hour
}

// open opens a tab without waiting for the lab.
func open(t *testing.T, s setting) *tab {
	t.Helper()
	need(t)
	browser := s.browser
	if browser == nil {
		browser = browserContext
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	limit := 2 * patience
	if s.long {
		limit = time.Hour
	}
	ctx, cancel = context.WithTimeout(ctx, limit)
	t.Cleanup(cancel)
	if s.origin == "" {
		s.origin = origin
	}
	b := &tab{T: t, ctx: ctx, origin: s.origin}
	must(b, chromedp.Listen(ctx, func(e any) {
		if r, ok := e.(*network.EventRequestWillBeSent); ok {
			b.mu.Lock()
			b.requests = append(b.requests, r.Request.URL)
			b.mu.Unlock()
		}
	}))
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.console = append(b.console, fmt.Sprintf("%v: %s", m.Type, m.Text))
			b.mu.Unlock()
		}
	}()
	width, height := s.width, s.height
	if width == 0 {
		width, height = 1280, 900
	}
	call(b, network.Enable, network.EnableParams{})
	b.resize(width, height)
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if s.before != "" {
		call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: s.before})
	}
	if s.query == "" && !s.large {
		s.query = "?small"
	}
	must(b, chromedp.Do(ctx, chromedp.Navigate(s.origin+"/"+s.page+s.query+s.hash)))
	return b
}

// ready opens a tab and waits for the first prediction. At the test's end nothing may have gone wrong in it.
func ready(t *testing.T, s setting) *tab {
	t.Helper()
	b := open(t, s)
	b.wait(`document.documentElement.dataset.first`)
	t.Cleanup(b.checkQuiet)
	return b
}

// checkQuiet fails the test if a request left the origin or the console got an error.
func (b *tab) checkQuiet() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	home, _ := url.Parse(b.origin)
	for _, r := range b.requests {
		u, err := url.Parse(r)
		if err != nil || u.Scheme != "blob" && (u.Host != home.Host || u.Scheme != home.Scheme) {
			b.Errorf("a request left the page's origin: %s", r)
		}
	}
	if len(b.requests) == 0 {
		b.Error("no request was seen: the check is blind")
	}
	for _, m := range b.console {
		if m == "warning: No available adapters." || strings.Contains(m, "GPU stall due to ReadPixels") {
			continue // Chromium's own words where there is no GPU to ask for, and where a screenshot is taken of one that it emulates
		}
		if strings.HasPrefix(m, "error") || strings.HasPrefix(m, "exception") || strings.HasPrefix(m, "warning") {
			b.Errorf("the console says %s", m)
		}
	}
}

func must(b *tab, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// eval runs JavaScript in the page and waits for what it promises.
func eval[T any](b *tab, script string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return v
}

// resize changes the size of the tab.
func (b *tab) resize(width, height int64) {
	b.Helper()
	call(b, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500})
}

// wait waits until a JavaScript expression is truthy.
func (b *tab) wait(expression string) {
	b.Helper()
	b.waitFor(patience, expression)
}

func (b *tab) waitFor(limit time.Duration, expression string) {
	b.Helper()
	end := time.Now().Add(limit)
	for {
		// While the page is read, its elements are not all there.
		met, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.readyState !== "loading" && !!(`+expression+`)`, chromedp.EvalAwaitPromise))
		// A page, or a frame in it, that begins anew has nothing for a moment: not yet.
		if err != nil && !strings.Contains(err.Error(), "Inspected target navigated") && !strings.Contains(err.Error(), "TypeError") {
			b.Fatalf("%s: %v", expression, err)
		}
		if met && err == nil {
			return
		}
		if time.Now().After(end) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.Fatalf("in vain waited for %s (%v)\nconsole: %q", expression, err, b.console)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// until waits until an element's text is other than it was, and returns it.
func (b *tab) until(id, was string) string {
	b.Helper()
	b.wait(fmt.Sprintf("document.getElementById(%q).textContent !== %q", id, was))
	return b.text(id)
}

func (b *tab) text(id string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf("document.getElementById(%q).textContent", id))
}

func (b *tab) value(id string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf("document.getElementById(%q).value", id))
}

func (b *tab) click(id string) {
	b.Helper()
	must(b, chromedp.Do(b.ctx, chromedp.Click("#"+id)))
}

// set sets a control to a value and reports it to the page, as a user's input would be.
func (b *tab) set(id, value string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`(() => {
		const e = document.getElementById(%q);
		e.value = %q;
		e.dispatchEvent(new Event("input", { bubbles: true }));
		e.dispatchEvent(new Event("change", { bubbles: true }));
		return true;
	})()`, id, value))
}

func (b *tab) press(keys ...string) {
	b.Helper()
	for _, k := range keys {
		must(b, chromedp.Do(b.ctx, chromedp.KeyEvent(k)))
	}
}

// pixels is a number made from a canvas' pixels: another picture, another number.
func (b *tab) pixels(id string) float64 {
	b.Helper()
	return eval[float64](b, fmt.Sprintf(`(() => {
		const c = document.getElementById(%q);
		const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let h = c.width;
		for (const v of d) h = (h * 31 + v) %% 1000000007;
		return h;
	})()`, id))
}

// untilPixels waits until a canvas shows another picture, and returns its number.
func (b *tab) untilPixels(id string, was float64) float64 {
	b.Helper()
	end := time.Now().Add(patience)
	for {
		if now := b.pixels(id); now != was {
			return now
		}
		if time.Now().After(end) {
			b.Fatalf("#%s shows the same picture still", id)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// screenshot leaves a picture of the page in the folder $STEADY_SCREENSHOTS, if that is set.
func (b *tab) screenshot(name string, whole bool) {
	b.Helper()
	dir := os.Getenv("STEADY_SCREENSHOTS")
	if dir == "" {
		return
	}
	shot := chromedp.CaptureScreenshot()
	if whole {
		shot = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(b.ctx, shot)
	must(b, err)
	must(b, os.MkdirAll(dir, 0o755))
	must(b, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

// call runs a command of the DevTools protocol.
func call[P, R any](b *tab, c cdp.Command[P, R], params P) R {
	b.Helper()
	r, err := chromedp.Call(b.ctx, c, params)
	must(b, err)
	return r
}

// held makes the page wait for the file that window.slow names until the test calls window.release; window.arrived says
// that the page has it.
const held = `
	const real = window.fetch;
	window.fetch = async (url, ...more) => {
		if (url !== window.slow) return real(url, ...more);
		await new Promise(go => (window.release = go));
		const answer = await real(url, ...more);
		const read = answer.arrayBuffer.bind(answer);
		answer.arrayBuffer = async () => {
			const data = await read();
			setTimeout(() => (window.arrived = true));
			return data;
		};
		return answer;
	};`

// release lets what is held arrive, and waits until the page has shown all that it then asks for: it answers in order.
func (b *tab) release() {
	b.Helper()
	eval[bool](b, `(window.release(), true)`)
	b.wait(`window.arrived`)
	severity := "5"
	if b.value("severity") == severity {
		severity = "4"
	}
	b.set("severity", severity)
	b.wait(`location.hash.includes("severity=` + severity + `")`)
}

// choosePhoto presses the button of a built-in photograph.
func (b *tab) choosePhoto(name string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`(document.querySelector("[data-name=%s]").click(), true)`, name))
}

// photo returns the name of the photograph whose button is pressed.
func (b *tab) photo() string {
	b.Helper()
	return eval[string](b, `document.querySelector("#photos [aria-pressed=true]")?.dataset.name ?? ""`)
}

// upload has a file field choose files.
func (b *tab) upload(id string, paths ...string) {
	b.Helper()
	for i, path := range paths {
		whole, err := filepath.Abs(path)
		must(b, err)
		paths[i] = whole
	}
	must(b, chromedp.Do(b.ctx, chromedp.SetUploadFiles("#"+id, paths, chromedp.NodeReady)))
}
