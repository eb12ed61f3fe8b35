package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/measure"
)

//go:embed suite.py
var suiteSource string

// suiteLot is how many images a benchmark prepares at a time, and suiteCells how many cells there are: clean, and 19
// corruptions at 5 severities.
const (
	suiteLot   = 250
	suiteCells = 1 + 19*5
)

// suite is work for `steady bench run` and for suite.py.
type suite struct {
	title        string
	suites       []string // of core/bench
	architecture string   // as suite.py calls it
	network      func() (*nn.Network, error)
	share        int // of the images asked for: one in so many
	several      int // networks that are measured together, besides one alone; 0 for none
	options      eval.Options
	write        func(dir string, n int) (data, script string, err error) // images, as the commands take them
}

var suites = []suite{
	{"CIFAR-10-C", []string{"cifar10-c", "cifar10-c-extra"}, "resnet20", resnet20, 1, 3, eval.Options{}, writeCIFAR},
	{"ImageNet-C of JPEGs", []string{"imagenet-c", "imagenet-c-extra"}, "squeezenet",
		func() (*nn.Network, error) { return squeezenet(), nil }, 10, 0, eval.Options{Resize: 256, Crop: true}, writeJPEGs},
}

// suitePart times whole benchmarks beside a script with imagecorruptions, and beside the engine alone.
func suitePart(c config, t *table) error {
	if !has(c.python, "imagecorruptions") {
		return errors.New("--python names no interpreter with imagecorruptions (tools/peers/requirements.txt)")
	}
	program := filepath.Join(c.dir, "steady")
	if out, err := exec.Command("go", "build", "-o", program, "./tools/steady").CombinedOutput(); err != nil {
		return fmt.Errorf("go build ./tools/steady: %w\n%s", err, out)
	}
	script := filepath.Join(c.dir, "suite.py")
	if err := os.WriteFile(script, []byte(suiteSource), 0o600); err != nil {
		return err
	}
	for _, s := range suites {
		r := suiteRun{suite: s, config: c, program: program, script: script}
		r.count = (c.count + s.share - 1) / s.share
		if err := r.measure(t); err != nil {
			return fmt.Errorf("%s: %w", s.title, err)
		}
	}
	t.note("A script of its own, tools/peers/suite.py, with the corruptions of imagecorruptions on all cores, does what " +
		"`steady bench run` does. Its constants are those for 224 pixels also at 32, and its networks have the same layers: times compare, accuracies do not. " +
		"Memory is that of a process and its children, shared pages counted once.")
	return nil
}

// suiteRun is a suite that is measured.
type suiteRun struct {
	suite
	config
	program, script string
	data, images    string   // for program and for script
	files           []string // networks
	peer, argument  string   // what computes in the script, and its argument for that
	model           *model.Model
	source          *eval.Source
}

// measure adds the rows of a suite.
func (r *suiteRun) measure(t *table) error {
	closer, err := r.prepare()
	if err != nil {
		return err
	}
	defer closer()
	version, err := r.choose(t)
	if err != nil {
		return err
	}
	var whole, together, passes, corruptions, memory []float64
	script, scriptCorruptions, scriptMemory := sampled{name: r.peer}, sampled{name: "imagecorruptions"}, sampled{name: r.peer}
	for round := range r.rounds {
		log.Printf("%s, %d images, round %d of %d", r.title, r.count, round+1, r.rounds)
		seconds, mb, err := r.steady(r.files[:1])
		if err != nil {
			return err
		}
		whole, memory = append(whole, seconds), append(memory, mb)
		a, mb, err := r.runScript(r.argument, r.count)
		if err != nil {
			return err
		}
		script.samples, scriptMemory.samples = append(script.samples, a.process), append(scriptMemory.samples, mb)
		scriptCorruptions.samples = append(scriptCorruptions.samples, a.Decoding+a.Corruption)
		if seconds, err = r.corrupt(); err != nil {
			return err
		}
		corruptions = append(corruptions, seconds)
		if seconds, err = r.pass(); err != nil {
			return err
		}
		passes = append(passes, seconds)
		if r.several > 0 {
			if seconds, _, err = r.steady(r.files); err != nil {
				return err
			}
			together = append(together, seconds)
		}
	}
	title := fmt.Sprintf("%s, %d × %d images, %s", r.title, suiteCells, r.count, r.architecture)
	t.addSeconds(title+", end to end", whole, []sampled{script, {"the engine alone", passes}})
	if r.several > 0 {
		all := make([]float64, len(passes))
		for i := range all {
			all[i] = float64(r.several) * passes[i]
		}
		t.addSeconds(fmt.Sprintf("%s, %d networks, end to end", title, r.several), together, []sampled{{"the engine alone", all}})
		t.note("%s: %d networks take %.2f× the engine's own time.", r.title, r.several, measure.Median(together)/measure.Median(all))
	}
	t.note("%s: one network takes %.2f× the engine's own time; beside %s.", r.title, measure.Median(whole)/measure.Median(passes), version)
	t.addSeconds(title+", corruptions alone", corruptions, []sampled{scriptCorruptions})
	t.compare(title+", peak memory", "MB", memory, []sampled{scriptMemory}, func(ours, theirs float64) float64 { return theirs / ours })
	return nil
}

// prepare writes the files, and opens them.
func (r *suiteRun) prepare() (closer func(), err error) {
	dir := filepath.Join(r.dir, r.architecture)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if r.data, r.images, err = r.write(dir, r.count); err != nil {
		return nil, err
	}
	n, err := r.network()
	if err != nil {
		return nil, err
	}
	for i := range max(r.several, 1) {
		n.Name = fmt.Sprintf("%s-%d", r.architecture, i) // other networks to the benchmark, since their files differ
		file, err := onnx.Write(n)
		if err != nil {
			return nil, err
		}
		r.files = append(r.files, filepath.Join(dir, n.Name+".onnx"))
		if err := os.WriteFile(r.files[i], file, 0o600); err != nil {
			return nil, err
		}
	}
	if r.model, err = model.Open(model.Options{Name: r.files[0], Backend: model.Backend{Name: "cpu"}}); err != nil {
		return nil, err
	}
	images, err := datafile.Open(r.data, dataset.Test, dataset.Options{}, log.Printf)
	if err != nil {
		return nil, err
	}
	closer = func() { images.Close() }
	if r.source, err = eval.NewSource(images, r.model.InputShape(), r.options); err != nil {
		closer()
	}
	return closer, err
}

// choose finds out what puts images to the network faster in the script, and returns its version.
func (r *suiteRun) choose(t *table) (version string, err error) {
	best := 0.0
	for _, p := range []struct{ title, module, argument string }{
		{"onnxruntime", "onnxruntime", r.files[0]}, {"PyTorch", "torch", r.architecture},
	} {
		if !has(r.config.python, p.module) {
			t.note("Without %s: the Python has no %s.", p.title, p.module)
			continue
		}
		a, _, err := r.runScript(p.argument, min(r.count, 100), 1) // a batch of the script
		if err != nil {
			return "", err
		}
		ms := a.Inference * 1e3 / float64(a.Answers)
		t.note("%s: %.3g ms an image in %s.", r.title, ms, p.title)
		if best == 0 || ms < best {
			best, r.peer, r.argument, version = ms, "imagecorruptions and "+p.title, p.argument, a.Version
		}
	}
	if best == 0 {
		return "", errors.New("the Python has neither onnxruntime nor torch")
	}
	return version, nil
}

// steady runs a benchmark of networks.
func (r *suiteRun) steady(files []string) (seconds, mb float64, err error) {
	out := filepath.Join(r.dir, "run.db")
	arguments := []string{"bench", "run", "--data", r.data, "--out", out}
	for _, f := range files {
		arguments = append(arguments, "--model", f)
	}
	for _, s := range r.suites {
		arguments = append(arguments, "--suite", s)
	}
	_, seconds, mb, err = watch(exec.Command(r.program, arguments...))
	return seconds, mb, errors.Join(err, os.Remove(out))
}

// suiteAnswer is what suite.py prints.
type suiteAnswer struct {
	Decoding, Corruption, Inference float64 // seconds
	Answers                         int     // images that were put to the network
	Version                         string
	process                         float64 // seconds that the process took
}

// runScript runs the script, on all corruptions or the first so many.
func (r *suiteRun) runScript(network string, n int, corruptions ...int) (a suiteAnswer, mb float64, err error) {
	command := exec.Command(r.config.python, r.script, r.images, strconv.Itoa(n), network)
	for _, n := range corruptions {
		command.Args = append(command.Args, strconv.Itoa(n))
	}
	command.Env = append(os.Environ(), r.peerEnvironment()...)
	out, seconds, mb, err := watch(command)
	if err != nil {
		return a, 0, err
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &a); err != nil {
		return a, 0, fmt.Errorf("suite.py: %w: %s", err, out)
	}
	a.process = seconds
	return a, mb, nil
}

// corrupt prepares all images of the suites, and returns how many seconds that takes.
func (r *suiteRun) corrupt() (seconds float64, err error) {
	size := r.model.InputShape().Size()
	x := make([]float32, suiteLot*size)
	begin := time.Now()
	for _, name := range r.suites {
		s, err := bench.LookupSuite(name)
		if err != nil {
			return 0, err
		}
		for _, p := range s.Perturbations {
			c, o, jpeg := p.Corruption()
			source, err := r.source.With(c, o, jpeg)
			if err != nil {
				return 0, err
			}
			for first := 0; first < source.Len(); first += suiteLot {
				n := min(suiteLot, source.Len()-first)
				if err := source.Fill(context.Background(), x[:n*size], first, n); err != nil {
					return 0, err
				}
			}
		}
	}
	return time.Since(begin).Seconds(), nil
}

// pass returns how many seconds the engine alone takes for as many images as the suites have, by a tenth of them.
func (r *suiteRun) pass() (seconds float64, err error) {
	x := make([]float32, suiteLot*r.model.InputShape().Size())
	for i := range x {
		x[i] = rand.Float32()
	}
	logits := make([]float32, suiteLot*r.model.Classes())
	if err := r.model.Logits(logits, x); err != nil { // the caches are cold
		return 0, err
	}
	n := suiteCells * r.count
	lots := max(n/suiteLot/10, 1)
	begin := time.Now()
	for range lots {
		if err := r.model.Logits(logits, x); err != nil {
			return 0, err
		}
	}
	return time.Since(begin).Seconds() * float64(n) / float64(lots*suiteLot), nil
}
