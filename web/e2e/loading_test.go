package e2e

import (
	"context"
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
