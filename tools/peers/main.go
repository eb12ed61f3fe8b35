package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
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

	"steady/core/onnx"
)

//go:embed page.js
var pageJS []byte

const pageHTML = `<!doctype html><meta charset="utf-8"><title>peers</title>
<script src="/wasm_exec.js"></script>%s<script src="/page.js"></script>`

const tfScripts = `<script src="/packages/@tensorflow/tfjs/dist/tf.min.js"></script>
<script src="/packages/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>`

func main() {
	log.SetFlags(0)
	log.SetPrefix("peers: ")
	packages := flag.String("packages", "", "folder with node_modules: also time ONNX Runtime Web and TensorFlow.js")
	rounds := flag.Int("rounds", 30, "samples of each engine and job, in turns")
	batches := flag.String("batch", "1", "numbers of images, separated by commas")
	jobs := flag.String("jobs", "forward,gradient,pgd", "what to time, separated by commas")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("want one or more ONNX files")
	}
	b := bench{rounds: *rounds, jobs: strings.Split(*jobs, ","), engines: []string{"steady"}, packages: *packages}
	if b.packages != "" {
		b.engines = append(b.engines, "ort", "tfjs")
	}
	for _, s := range strings.Split(*batches, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			log.Fatalf("batch %q: want a number of images", s)
		}
		b.batches = append(b.batches, n)
	}
	if err := b.run(flag.Args()); err != nil {
		log.Fatal(err)
	}
}

type bench struct {
	rounds         int
	batches        []int
	jobs, engines  []string
	packages       string
	models         []*model
	wasm, wasmExec string // files
}

// model is a network as the page gets it.
type model struct {
	Name     string `json:"name"`
	Graph    *graph `json:"graph"`
	Backward []int  `json:"backward"` // batches for which there is a backward graph
	path     string
	onnx     []byte
}

func (b *bench) run(files []string) error {
	for _, path := range files {
		m, err := read(path, b.batches)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		b.models = append(b.models, m)
	}
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := b.build(dir); err != nil {
		return err
	}
	server := httptest.NewServer(b.handler())
	defer server.Close()
	ctx, stop, err := browser(server.URL)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Printf("%-16s%6s  %-10s%-8s%6s%11s%11s%14s%12s\n",
		"model", "batch", "job", "engine", "runs", "median ms", "least ms", "of steady's", "difference")
	for _, m := range b.models {
		for _, batch := range b.batches {
			if err := b.measure(ctx, m, batch); err != nil {
				return fmt.Errorf("%s, batch %d: %w", m.Name, batch, err)
			}
		}
	}
	return nil
}

// read reads a network and looks for backward graphs beside it.
func read(path string, batches []int) (*model, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n, err := onnx.Read(file)
	if err != nil {
		return nil, err
	}
	n = n.Logits().Fold()
	m := &model{Name: strings.TrimSuffix(filepath.Base(path), ".onnx"), path: path, Backward: []int{}}
	if m.Graph, err = describe(n); err != nil {
		return nil, err
	}
	if m.onnx, err = onnx.Write(n); err != nil {
		return nil, err
	}
	for _, batch := range batches {
		if _, err := os.Stat(m.backwardPath(batch)); err == nil {
			m.Backward = append(m.Backward, batch)
		}
	}
	return m, nil
}

// backwardPath is the file of the backward graph for a batch: name_grad_b1.onnx beside name_b1.onnx.
func (m *model) backwardPath(batch int) string {
	name, _, _ := strings.Cut(m.Name, "_b")
	return filepath.Join(filepath.Dir(m.path), fmt.Sprintf("%s_grad_b%d.onnx", name, batch))
}

// build compiles wasm/speed and finds the toolchain's wasm_exec.js.
func (b *bench) build(dir string) error {
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

func (b *bench) handler() http.Handler {
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
	file("/speed.wasm", b.wasm)
	file("/wasm_exec.js", b.wasmExec)
	for _, m := range b.models {
		content("/models/"+m.Name+"/model.onnx", "application/octet-stream", m.onnx)
		content("/models/"+m.Name+"/weights", "application/octet-stream", m.Graph.weights)
		for _, batch := range m.Backward {
			file(fmt.Sprintf("/models/%s/backward%d.onnx", m.Name, batch), m.backwardPath(batch))
		}
	}
	return mux
}

// browser opens the page in a headless Chromium.
func browser(url string) (ctx context.Context, stop func(), err error) {
	var binary string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if binary, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, nil, errors.New("there is no Chromium here")
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

// measure times the jobs of one network: all engines warmed up, then in turns.
func (b *bench) measure(ctx context.Context, m *model, batch int) error {
	const warmUp, sample = 1500 * time.Millisecond, 10 * time.Millisecond
	can, err := call[map[string][]string](ctx, "open", b.engines, m, batch)
	if err != nil {
		return err
	}
	for _, job := range b.jobs {
		engines := slices.DeleteFunc(slices.Clone(b.engines), func(e string) bool { return !slices.Contains(can[e], job) })
		answers, samples := map[string][]float64{}, map[string][]float64{}
		for _, e := range engines {
			if answers[e], err = call[[]float64](ctx, "warm", e, job, warmUp.Milliseconds()); err != nil {
				return fmt.Errorf("%s: %w", e, err)
			}
		}
		const least, enough = 3, time.Minute // slow engines get fewer rounds
		begin := time.Now()
		for round := 0; round < b.rounds && (round < least || time.Since(begin) < enough); round++ {
			for _, e := range engines {
				ms, err := call[float64](ctx, "sample", e, job, sample.Milliseconds())
				if err != nil {
					return fmt.Errorf("%s: %w", e, err)
				}
				samples[e] = append(samples[e], ms)
			}
		}
		for _, e := range engines {
			ratios := make([]float64, len(samples[e]))
			for i := range ratios {
				ratios[i] = samples[e][i] / samples["steady"][i]
			}
			fmt.Printf("%-16s%6d  %-10s%-8s%6d%11.2f%11.2f%14.2f%12.1e\n", m.Name, batch, job, e, len(ratios),
				median(samples[e]), slices.Min(samples[e]), median(ratios), difference(answers[e], answers["steady"]))
		}
	}
	return nil
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}

// difference is the root of the mean square of x-y, relative to that of y.
func difference(x, y []float64) float64 {
	var d, r float64
	for i := range y {
		d += (x[i] - y[i]) * (x[i] - y[i])
		r += y[i] * y[i]
	}
	return math.Sqrt(d / r)
}
