//go:build !js

package report

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"steady/tools/machine"
)

// In a browser a page asks for nothing, its tables sort, its charts say what is pointed at, and nothing is too wide for a
// telephone.
func TestBrowser(t *testing.T) {
	binary, err := machine.Chromium()
	if err != nil || testing.Short() {
		t.Skip("no browser, or no time for it")
	}
	var page bytes.Buffer
	if err := everything(t).report(Options{Reference: "a"}).WriteHTML(&page, HTMLOptions{Image: image(32)}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, page.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU)...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		t.Skip("the browser does not start: ", err)
	}
	var lock sync.Mutex
	var requests, console []string
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(chromedp.Listen(ctx, func(e any) {
		if r, ok := e.(*network.EventRequestWillBeSent); ok {
			lock.Lock()
			requests = append(requests, r.Request.URL)
			lock.Unlock()
		}
	}))
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			lock.Lock()
			console = append(console, m.Text)
			lock.Unlock()
		}
	}()
	_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	check(err)
	_, err = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 800, DeviceScaleFactor: 1, Mobile: true})
	check(err)
	check(chromedp.Do(ctx, chromedp.Navigate("file://"+filepath.ToSlash(file))))
	eval := func(script string) string {
		t.Helper()
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		check(err)
		return v
	}
	if got := eval("`${document.documentElement.scrollWidth} ${innerWidth}`"); got != "390 390" {
		t.Errorf("a page of the width %s (and the window's)", got)
	}
	// The classes with their images: sorted by the first network, down and up again.
	const column = `(() => {
		const table = document.querySelector('#classes').parentNode.querySelector('table');
		table.tHead.rows[0].cells[2].querySelector('button').click();
		const values = [...table.tBodies[0].rows].map(r => +r.cells[2].dataset.value);
		const sorted = [...values].sort((a, b) => a - b);
		return [table.tHead.rows[0].cells[2].getAttribute('aria-sort'), values + '' === sorted + '', values + '' === sorted.reverse() + ''].join(' ');
	})()`
	if first, second := eval(column), eval(column); !strings.HasPrefix(first, "descending ") || !strings.HasSuffix(first, " true") || !strings.HasPrefix(second, "ascending true") {
		t.Errorf("sorted %q, then %q", first, second)
	}
	const point = `(() => {
		document.querySelector('#corruptions').parentNode.querySelector('[data-note]').dispatchEvent(new Event('pointerover', {bubbles: true}));
		const tip = document.getElementById('tip');
		return tip.hidden ? 'hidden' : tip.textContent;
	})()`
	if got := eval(point); !strings.Contains(got, "clean: 91.7 %") {
		t.Errorf("who points at a mark is told %q", got)
	}
	lock.Lock()
	defer lock.Unlock()
	for _, r := range requests {
		if !strings.HasPrefix(r, "file:") && !strings.HasPrefix(r, "data:image/") {
			t.Errorf("a request for %s", r)
		}
	}
	if len(requests) == 0 || len(console) > 0 {
		t.Errorf("%d requests seen; the console says %q", len(requests), console)
	}
}
