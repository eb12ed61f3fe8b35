package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"steady/tools/machine"
)

const patience = 60 * time.Second // for what normally takes a second: the machine may be busy

var (
	browserContext context.Context // of the one browser that all tests share; nil when there is none
	origin         string          // of the served page
	missing        string          // why there is nothing to test
)

// TestMain starts the built command, which serves the built page, and a browser.
func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	flag.Parse()
	stop, err := start()
	defer stop()
	if err != nil {
		missing = err.Error()
		fmt.Fprintf(os.Stderr, "THE PAGE IS NOT TESTED: %s (./build.sh setup installs what is missing, ./build.sh build builds it)\n", missing)
	}
	return m.Run()
}

func start() (stop func(), err error) {
	var stops []func()
	stop = func() {
		for i := len(stops) - 1; i >= 0; i-- {
			stops[i]()
		}
	}
	binary, err := machine.Chromium()
	if err != nil {
		return stop, err
	}
	build := filepath.Join("..", "..", "build")
	if _, err := os.Stat(filepath.Join(build, "site", "index.html")); err != nil {
		return stop, fmt.Errorf("the page is not built: %w", err)
	}
	at, end, err := serve(filepath.Join(build, "steady"), filepath.Join(build, "site"), "127.0.0.1:0")
	if err != nil {
		return stop, err
	}
	origin = at
	stops = append(stops, end)

	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		// No name is looked up: a page that tried to leave its origin could not.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("use-fake-device-for-media-stream", "fps=60"),
		chromedp.Flag("use-fake-ui-for-media-stream", true),
	)
	if testing.Short() { // most pages live for seconds: optimizing their WebAssembly costs more than it saves
		options = append(options, chromedp.Flag("js-flags", "--wasm-tiering-budget=60000000"))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	stops = append(stops, cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	stops = append(stops, cancel)
	if err := chromedp.Do(ctx); err != nil {
		return stop, fmt.Errorf("the browser does not start: %w", err)
	}
	browserContext = ctx
	return stop, nil
}

// need skips a test, or fails it where the page must be tested, when there is no browser or no page.
func need(t *testing.T) {
	t.Helper()
	if browserContext == nil {
		if os.Getenv("STEADY_PAGE") == "required" {
			t.Fatal(missing)
		}
		t.Skip("THE PAGE IS NOT TESTED: " + missing)
	}
}

// serve starts `steady serve` and waits until it says where it is.
func serve(command, site, addr string) (origin string, stop func(), err error) {
	c := exec.Command(command, "serve", "--json", "--addr", addr, "--dir", site)
	c.Stderr = struct{ io.Writer }{os.Stderr} // not the file itself: after a time limit, go test would wait for who has it open
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, fmt.Errorf("the command is not built: %w", err)
	}
	stop = func() {
		c.Process.Kill()
		c.Wait()
	}
	var said struct{ URL string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&said); err != nil {
		stop()
		return "", nil, fmt.Errorf("steady serve does not say where it is: %w", err)
	}
	return strings.TrimSuffix(said.URL, "/"), stop, nil
}

// some returns the first few of the cases, or, in long runs, all of them.
func some[T any](cases []T, few int) []T {
	if testing.Short() {
		return cases[:few]
	}
	return cases
}
