package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"steady/tools/machine"
)

// chromium is a headless browser with the stopwatch in a page.
type chromium struct {
	ctx     context.Context
	stops   []func()
	version string
}

// startChromium builds the stopwatch for WebAssembly as the page's lab is built, and opens it with an image of RGBA
// bytes.
func startChromium(rgba []byte, side int, work string) (c *chromium, err error) {
	binary, err := machine.Chromium()
	if err != nil {
		return nil, err
	}
	program := filepath.Join(work, "stopwatch.wasm")
	const source = "steady/tools/corruptiontable/browser"
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, source)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building for WebAssembly: %w: %s", err, out)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	glue := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")

	c = &chromium{}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><title>stopwatch</title><script src="wasm_exec.js"></script>`)
	})
	pages.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, glue) })
	pages.HandleFunc("GET /stopwatch.wasm", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, program) })
	pages.HandleFunc("GET /image", func(w http.ResponseWriter, _ *http.Request) { w.Write(rgba) })
	server := httptest.NewServer(pages)
	c.stops = append(c.stops, server.Close)

	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	c.stops = append(c.stops, cancel)
	c.ctx, cancel = chromedp.NewContext(ctx)
	c.stops = append(c.stops, cancel)
	if err := chromedp.Do(c.ctx, chromedp.Navigate(server.URL)); err != nil {
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	begin := fmt.Sprintf(`(async () => {
		window.side = %d;
		window.image = new Uint8Array(await (await fetch("image")).arrayBuffer());
		const go = new Go();
		const { instance } = await WebAssembly.instantiateStreaming(fetch("stopwatch.wasm"), go.importObject);
		go.run(instance);
		return navigator.userAgent.match(/Chrome\/[\d.]+/)[0].replace("Chrome/", "Chromium ");
	})()`, side)
	c.version, err = chromedp.Run(c.ctx, chromedp.Evaluate[string](begin, chromedp.EvalAwaitPromise))
	if err != nil {
		return nil, fmt.Errorf("the stopwatch does not start in Chromium: %w", err)
	}
	return c, nil
}

// measure returns the milliseconds of a run.
func (c *chromium) measure(name string, severity int, while time.Duration) (float64, error) {
	call := fmt.Sprintf("((v) => { if (typeof v === 'string') throw v; return v })(measure(%q, %d, %d))",
		name, severity, while.Milliseconds())
	return chromedp.Run(c.ctx, chromedp.Evaluate[float64](call))
}

func (c *chromium) stop() {
	for i := len(c.stops) - 1; i >= 0; i-- {
		c.stops[i]()
	}
}
