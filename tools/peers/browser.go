package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/tools/machine"
)

//go:embed page.js
var pageJS []byte

//go:embed worker.js
var workerJS []byte

const pageHTML = `<!doctype html><meta charset="utf-8"><title>peers</title>
<script src="/wasm_exec.js"></script>%s<script src="/page.js"></script>`

const tfScripts = `<script src="/packages/@tensorflow/tfjs/dist/tf.min.js"></script>
<script src="/packages/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>`

// work is what is timed in the browser.
type work struct {
	network *pageModel
	job     string // of page.js
	batch   int
}

// pageModel is a network as the page gets it.
type pageModel struct {
	Name     string `json:"name"`
	Graph    *graph `json:"graph"`
	Backward []int  `json:"backward"` // batches for which there is a backward graph
	onnx     []byte
	backward map[int]string // files
}

// browserBench is the page, and the engines in it.
type browserBench struct {
	config
	engines        []string
	models         []*pageModel
	wasm, wasmExec string // files
	ctx            context.Context
	stop           func()
}

// titles are what the jobs are called in the table.
var titles = map[string]string{
	"forward": "forward", "gradient": "input gradient", "step": "training step", "descent": "training step with SGD", "pgd": "PGD-10",
}

// names are what the engines of page.js are called in the table.
var names = map[string]string{"ort": "ONNX Runtime Web", "tfjs": "TensorFlow.js wasm"}

// browserPart times the engine in Chromium beside the others.
func browserPart(c config, t *table) error {
	b := browserBench{config: c, engines: []string{"steady"}}
	if b.packages != "" {
		b.engines = append(b.engines, "ort", "tfjs")
	} else {
		t.note("Without ONNX Runtime Web and TensorFlow.js: --packages.")
	}
	works, err := b.works(t)
	if err != nil {
		return err
	}
	if err := b.open(); err != nil {
		return err
	}
	defer b.stop()
	for i, w := range works {
		log.Printf("%s (%d of %d)", w, i+1, len(works))
		if err := b.measure(w, t); err != nil {
			return fmt.Errorf("%s: %w", w, err)
		}
	}
	return nil
}

func (w work) String() string {
	return fmt.Sprintf("%s %s, batch %d, in Chromium", w.network.Name, titles[w.job], w.batch)
}

// works are what is to be timed.
func (b *browserBench) works(t *table) ([]work, error) {
	if len(b.given) == 0 {
		n, err := resnet20()
		if err != nil {
			return nil, err
		}
		small, err := b.model(n, []int{1, 32})
		if err != nil {
			return nil, err
		}
		if len(small.Backward) == 0 {
			t.note("Without the gradient on ONNX Runtime Web: --python with onnx.")
		}
		large, err := b.model(squeezenet(), nil)
		if err != nil {
			return nil, err
		}
		return []work{
			{small, "forward", 1}, {small, "forward", 32}, {small, "gradient", 1}, {small, "gradient", 32}, {small, "pgd", 1},
			{large, "forward", 1},
		}, nil
	}
	var works []work
	for _, n := range b.given {
		m, err := b.model(n, []int{1})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.Name, err)
		}
		works = append(works, work{m, "forward", 1}, work{m, "gradient", 1}, work{m, "pgd", 1})
	}
	return works, nil
}

// model prepares a network for the page, with backward graphs for some batches if that can be.
func (b *browserBench) model(n *nn.Network, backward []int) (*pageModel, error) {
	n = n.Logits().Fold()
	m := &pageModel{Name: n.Name, Backward: []int{}, backward: map[int]string{}}
	var err error
	if m.Graph, err = describe(n); err != nil {
		return nil, err
	}
	if m.onnx, err = onnx.Write(n); err != nil {
		return nil, err
	}
	b.models = append(b.models, m)
	if !has(b.python, "onnx") || b.packages == "" {
		return m, nil
	}
	from := filepath.Join(b.dir, "forward.onnx")
	if err := os.WriteFile(from, m.onnx, 0o600); err != nil {
		return nil, err
	}
	for _, batch := range backward {
		to := filepath.Join(b.dir, fmt.Sprintf("%s-%d.onnx", n.Name, batch))
		write := exec.Command(b.python, "tools/peers/backward.py", from, to, strconv.Itoa(batch))
		if out, err := write.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("backward.py: %w: %s", err, out)
		}
		m.Backward = append(m.Backward, batch)
		m.backward[batch] = to
	}
	return m, nil
}

// open builds the WebAssembly and opens the page with it.
func (b *browserBench) open() error {
	if err := b.build(b.dir); err != nil {
		return err
	}
	server := httptest.NewServer(b.handler())
	ctx, stop, err := browser(server.URL)
	if err != nil {
		server.Close()
		return err
	}
	b.ctx, b.stop = ctx, func() {
		stop()
		server.Close()
	}
	return nil
}

// build compiles wasm/speed and finds the toolchain's wasm_exec.js.
func (b *browserBench) build(dir string) error {
	b.wasm = filepath.Join(dir, "speed.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.wasm, "./wasm/speed")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build ./wasm/speed: %w (run this from the repository's root)", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	b.wasmExec = filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
	return nil
}

func (b *browserBench) handler() http.Handler {
	mux := http.NewServeMux()
	content := func(path, kind string, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Write(body)
		})
	}
	file := func(path, name string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, name) })
	}
	scripts := ""
	if b.packages != "" {
		scripts = tfScripts
		modules := http.FileServer(http.Dir(filepath.Join(b.packages, "node_modules")))
		mux.Handle("/packages/", http.StripPrefix("/packages/", modules))
	}
	content("/{$}", "text/html", fmt.Appendf(nil, pageHTML, scripts))
	content("/page.js", "text/javascript", pageJS)
	content("/worker.js", "text/javascript", workerJS)
	file("/speed.wasm", b.wasm)
	file("/wasm_exec.js", b.wasmExec)
	for _, m := range b.models {
		content("/models/"+m.Name+"/model.onnx", "application/octet-stream", m.onnx)
		content("/models/"+m.Name+"/weights", "application/octet-stream", m.Graph.weights)
		for _, batch := range m.Backward {
			file(fmt.Sprintf("/models/%s/backward%d.onnx", m.Name, batch), m.backward[batch])
		}
	}
	return mux
}

// browser opens the page in a headless Chromium.
func browser(url string) (ctx context.Context, stop func(), err error) {
	binary, err := machine.Chromium()
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(ctx)
	stop = func() {
		stopBrowser()
		stopAllocator()
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		stop()
		return nil, nil, fmt.Errorf("the page does not open: %w", err)
	}
	return ctx, stop, nil
}

// call calls a function of page.js.
func call[T any](ctx context.Context, function string, args ...any) (T, error) {
	list := make([]string, len(args))
	for i, a := range args {
		text, err := json.Marshal(a)
		if err != nil {
			return *new(T), err
		}
		list[i] = string(text)
	}
	script := fmt.Sprintf("%s(%s)", function, strings.Join(list, ","))
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, fmt.Errorf("%s: %w", function, err)
	}
	return v, nil
}

// measure times the engines at some work: all warmed up, then in turns.
func (b *browserBench) measure(w work, t *table) error {
	const warmUp, sample = 1500 * time.Millisecond, 10 * time.Millisecond
	can, err := call[map[string][]string](b.ctx, "open", b.engines, w.network, w.batch)
	if err != nil {
		return err
	}
	engines := slices.DeleteFunc(slices.Clone(b.engines), func(e string) bool { return !slices.Contains(can[e], w.job) })
	answers, samples := map[string][]float64{}, map[string][]float64{}
	for _, e := range engines {
		if answers[e], err = call[[]float64](b.ctx, "warm", e, w.job, warmUp.Milliseconds()); err != nil {
			return fmt.Errorf("%s: %w", e, err)
		}
	}
	const least, enough = 3, time.Minute // slow engines get fewer rounds
	begin := time.Now()
	for round := 0; round < b.rounds && (round < least || time.Since(begin) < enough); round++ {
		for _, e := range engines {
			ms, err := call[float64](b.ctx, "sample", e, w.job, sample.Milliseconds())
			if err != nil {
				return fmt.Errorf("%s: %w", e, err)
			}
			samples[e] = append(samples[e], ms)
		}
	}
	var peers []sampled
	for _, e := range engines {
		if e == "steady" {
			continue
		}
		name := names[e]
		if e == "ort" && w.job != "forward" {
			name += ", graph by hand"
		}
		peers = append(peers, sampled{name, samples[e]})
		if d := difference(answers[e], answers["steady"]); w.job != "pgd" && !(d < 1e-3) { // PGD's signs flip where a gradient is near 0
			return fmt.Errorf("%s's answers differ from ours by %.1e of their size: they do not compute the same", names[e], d)
		}
	}
	t.add(w.String(), samples["steady"], peers)
	return nil
}

// difference is the root of the mean square of x-y, relative to that of y.
func difference[T float32 | float64](x, y []T) float64 {
	var d, r float64
	for i := range y {
		x, y := float64(x[i]), float64(y[i])
		d += (x - y) * (x - y)
		r += y * y
	}
	return math.Sqrt(d / r)
}

// workersPart times a batch of passes on one worker beside two.
func workersPart(c config, t *table) error {
	n, err := resnet20()
	if err != nil {
		return err
	}
	b := browserBench{config: c}
	m, err := b.model(n, nil)
	if err != nil {
		return err
	}
	if err := b.open(); err != nil {
		return err
	}
	defer b.stop()
	const passes, batch = 12, 16
	if _, err := call[bool](b.ctx, "openWorkers", 2, m, batch); err != nil {
		return err
	}
	for _, job := range []string{"forward", "gradient"} {
		w := work{m, job, batch}
		log.Printf("%s, on 1 and 2 workers", w)
		var ms [2][]float64
		for round := range b.rounds + 2 { // the first two warm up
			for i := range 2 {
				workers := 1 + (i+round)%2
				took, err := call[float64](b.ctx, "share", job, workers, passes)
				if err != nil {
					return err
				}
				if round >= 2 {
					ms[workers-1] = append(ms[workers-1], took)
				}
			}
		}
		t.add(fmt.Sprintf("%s, %d passes on 2 workers", w, passes), ms[1], []sampled{{"ours, 1 worker", ms[0]}})
	}
	return nil
}
