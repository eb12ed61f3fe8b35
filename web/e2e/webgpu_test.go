package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"

	"steady/tools/machine"
)

// browserWithGPU starts a browser that offers WebGPU, on its own software adapter; the page's other tests have one
// without.
func browserWithGPU(t *testing.T) context.Context {
	t.Helper()
	need(t)
	binary, err := machine.Chromium()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.Flag("enable-unsafe-webgpu", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// TestGPU has the page compute on a GPU, and on the CPU again.
func TestGPU(t *testing.T) {
	browser := browserWithGPU(t)
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	b := ready(t, setting{browser: browser, query: "?software&small"})
	// It is found and tried, and being emulated it is the slower one.
	b.wait(`!document.getElementById("backend").disabled`)
	runs := func() string { return eval[string](b, `document.getElementById("backend").dataset.runs`) }
	if runs() != "cpu" || b.value("backend") != "auto" || !strings.Contains(b.text("backend-note"), "slower") {
		t.Errorf("after the trial %s computes, with the note %q", runs(), b.text("backend-note"))
	}
	verdict := b.text("original-verdict")
	b.set("backend", "webgpu")
	b.until("backend-note", b.text("backend-note"))
	b.set("severity", "5")
	b.wait(`document.getElementById("backend").dataset.runs === "webgpu"`)
	if got := b.text("original-verdict"); got != verdict {
		t.Errorf("on a GPU the picture is %q, on the CPU %q", got, verdict)
	}
	b.set("steps", "2")
	b.click("run")
	b.wait(`document.getElementById("run").textContent === "Stop"`)
	b.attacked()
	if s := b.text("outcome"); !regexp.MustCompile(`[12] gradients? and `).MatchString(s) || runs() != "webgpu" {
		t.Errorf("after an attack of 2 steps %s computes, and the page says %q", runs(), s)
	}
	b.screenshot("gpu", true)
	b.set("backend", "cpu")
	b.set("severity", "2")
	b.wait(`document.getElementById("backend").dataset.runs === "cpu"`)
}

// TestWebGPU runs the tests of core/compute/webgpu in a browser's worker, on navigator.gpu: the kernels, a whole
// network, a lost device. Chromium brings the software adapter for it.
func TestWebGPU(t *testing.T) {
	ctx := browserWithGPU(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	compile := exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "test.wasm"), "../../core/compute/webgpu")
	compile.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", compile, err, out)
	}
	bundled := api.Build(api.BuildOptions{EntryPoints: []string{"testdata/gotest.ts"}, Bundle: true, Write: true,
		Outfile: filepath.Join(dir, "gotest.js"), LogLevel: api.LogLevelWarning})
	if len(bundled.Errors) > 0 {
		t.Fatal("testdata/gotest.ts cannot be bundled")
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	check(err)
	support, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	check(err)
	check(os.WriteFile(filepath.Join(dir, "wasm_exec.js"), support, 0o666))
	check(os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html><title>test</title>"), 0o666))
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()

	args := url.Values{"arg": {"-test.v", "-test.run=" + browserTests}}
	if more := os.Getenv("STEADY_BROWSER_TESTS"); more != "" {
		args["arg"] = strings.Fields(more)
	}
	type outcome struct {
		Code  int
		Lines []string
	}
	check(chromedp.Do(ctx, chromedp.Navigate(server.URL)))
	result, err := chromedp.Run(ctx, chromedp.Evaluate[outcome](`new Promise(done => {
		const Lines = [];
		new Worker("gotest.js?`+args.Encode()+`").onmessage = ({ data }) =>
			typeof data === "number" ? done({ Code: data, Lines }) : Lines.push(data);
	})`, chromedp.EvalAwaitPromise))
	check(err)
	t.Log(strings.Join(result.Lines, "\n"))
	if result.Code != 0 {
		t.Errorf("the tests ended with code %d", result.Code)
	}
	if strings.Contains(strings.Join(result.Lines, "\n"), "IS NOT TESTED") {
		t.Error("there is no WebGPU in this browser")
	}
}

// browserTests are the tests that show whether the browser's half of the device works; the kernels are the same as
// natively.
const browserTests = "Elementwise/relu/|Softmax|Models/fashion-standard|Lost|Device"
