package main

import (
	"errors"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/tools/machine"
)

var (
	// errNoGPU matches where there is no GPU.
	errNoGPU = errors.New("there is no GPU here")
	// errWrong matches where a GPU's results are not the processor's: then its times mean nothing.
	errWrong = errors.New("its answers are wrong")
)

// gpuNetwork is a network that is timed on a GPU.
type gpuNetwork struct {
	name  string
	batch int // where -batch does not say
	build func() (*nn.Network, error)
}

var gpuNetworks = []gpuNetwork{{"resnet20", 1024, resnet20}, {"resnet50", 128, resnet50}}

// gpuNetworkNames are their names, separated by commas.
func gpuNetworkNames() string {
	var names []string
	for _, n := range gpuNetworks {
		names = append(names, n.name)
	}
	return strings.Join(names, ",")
}

// findGPUNetworks finds networks by their names, separated by commas.
func findGPUNetworks(names string) (list []gpuNetwork, err error) {
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(gpuNetworks, func(n gpuNetwork) bool { return n.name == name })
		if i < 0 {
			return nil, fmt.Errorf("--networks %s: want some of %s, with commas between", names, gpuNetworkNames())
		}
		list = append(list, gpuNetworks[i])
	}
	return list, nil
}

// openGPU opens the GPU, new as it were: nothing is left on it from before.
func (c *config) openGPU() (webgpu.Device, error) {
	// Drivers keep what they have compiled before; here compiling is measured. Mesa's variable, and NVIDIA's; others are
	// left alone.
	os.Setenv("MESA_SHADER_CACHE_DISABLE", "true")
	os.Setenv("__GL_SHADER_DISK_CACHE", "0")
	library, err := machine.WebGPU()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoGPU, err)
	}
	d, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: c.software})
	if errors.Is(err, webgpu.ErrNoAdapter) || errors.Is(err, webgpu.ErrNoLibrary) || errors.Is(err, webgpu.ErrSoftware) {
		if errors.Is(err, webgpu.ErrSoftware) {
			err = fmt.Errorf("%w (--allow-software takes it all the same)", err)
		}
		err = fmt.Errorf("%w: %w", errNoGPU, err)
	}
	return d, err
}

// gpuPart times whole networks on the GPU, beside PyTorch on the same GPU.
func gpuPart(c config, t *table) error {
	d, err := c.openGPU()
	if err != nil {
		return err
	}
	d.Close()
	for _, which := range c.networks {
		if err := c.gpuNetwork(which, t); err != nil {
			return err
		}
	}
	return nil
}

func (c *config) gpuNetwork(which gpuNetwork, t *table) error {
	n, err := which.build()
	if err != nil {
		return err
	}
	batch := which.batch
	if c.batch > 0 {
		batch = c.batch
	}
	peer, err := c.gpuPeer(which.name, batch)
	if err != nil {
		t.note("%s without PyTorch: %v.", n.Name, err)
	} else {
		defer peer.close()
	}
	for _, train := range []bool{false, true} {
		err := c.timeOnGPU(n, train, batch, peer, t)
		if errors.Is(err, errNoGPU) || errors.Is(err, errWrong) || errors.As(err, new(*webgpu.LostError)) {
			return err
		}
		if err != nil { // not enough memory, for one
			t.note("%s, batch %d, for %s: %v.", n.Name, batch, purpose(train), err)
		}
	}
	return nil
}

func purpose(train bool) string {
	if train {
		return "training"
	}
	return "evaluation"
}

// gpuPeer starts PyTorch on the GPU, or on the processor where a software adapter plays a GPU.
func (c *config) gpuPeer(network string, batch int) (*process, error) {
	if !has(c.python, "torch") {
		return nil, errors.New("no --python with torch")
	}
	device := "cuda"
	if c.software {
		device = "cpu"
	}
	return startPyTorch(c.python, device, 1, network, batch)
}

// timeOnGPU times what an engine for evaluation does, or one for training, on a GPU that is empty but for PyTorch.
func (c *config) timeOnGPU(n *nn.Network, train bool, batch int, peer *process, t *table) error {
	opened, err := c.openGPU()
	if err != nil {
		return err
	}
	defer opened.Close()
	device := &compileClock{Device: opened}
	gpu, err := webgpu.New(device)
	if err != nil {
		return err
	}
	b := newRepeater(gpu)

	log.Printf("%s, batch %d, on %v: preparing for %s", n.Name, batch, opened.Adapter(), purpose(train))
	names := []string{"forward", "gradient"}
	if train {
		names = []string{"descent"}
	}
	begin := time.Now()
	e, err := engine.New(b, n, engine.Config{Batch: batch, Train: train, MaxBytes: math.MaxInt64})
	if err != nil {
		return err
	}
	if train {
		if err := beginSGD(e); err != nil {
			return err
		}
	}
	all := jobs(e)
	pass := func() error {
		for _, name := range names {
			if err := all[name](); err != nil {
				return err
			}
		}
		return b.wait()
	}
	if err := pass(); err != nil {
		return err
	}
	first := time.Since(begin)
	begin = time.Now()
	if err := pass(); err != nil {
		return err
	}
	second := time.Since(begin)
	if !train {
		if err := checkAnswers(e, n, batch); err != nil {
			return err
		}
	}
	t.note("%s, batch %d, for %s: %d pipelines in %.2f s; preparing it and the first runs took %.2f s, the second runs %.2f s.",
		n.Name, batch, purpose(train), gpu.Counts().Pipelines, device.took.Seconds(), first.Seconds(), second.Seconds())

	for _, name := range names {
		whole := func() error {
			if err := all[name](); err != nil {
				return err
			}
			return b.wait()
		}
		if err := b.learn(whole); err != nil {
			return err
		}
		if images := b.runs[0].images; images < batch {
			t.note("%s %s, batch %d: in runs of %d, for buffers of this GPU cannot be larger.", n.Name, titles[name], batch, images)
		}
		title := fmt.Sprintf("%s %s, batch %d, on the GPU", n.Name, titles[name], batch)
		if err := c.takeTurns(title, whole, name, peer, t); err != nil {
			return err
		}
		if err := c.takeTurns(title+", its kernels alone", b.again, name+" alone", peer, t); err != nil {
			return err
		}
	}
	return nil
}

// checkAnswers compares what a GPU makes of the last images of a batch with what the processor does. A ReLU at 0 may
// be open on one and shut on the other, which gradients show more than logits.
func checkAnswers(onGPU *engine.Engine, n *nn.Network, batch int) error {
	images := min(2, batch)
	processor, err := engine.New(cpu.New(0), n, engine.Config{Batch: images})
	if err != nil {
		return err
	}
	size, classes := n.Image.Size(), onGPU.Classes()
	r := rand.New(rand.NewPCG(2, 2))
	x, labels := make([]float32, batch*size), make([]int, batch)
	for i := range x {
		x[i] = r.Float32()
	}
	answer := func(e *engine.Engine, x []float32) (logits, gradient []float32, err error) {
		logits, gradient = make([]float32, len(x)/size*classes), make([]float32, len(x))
		err = e.Gradient(gradient, logits, x, loss.CrossEntropy(labels, classes))
		return logits[len(logits)-images*classes:], gradient[len(gradient)-images*size:], err
	}
	logits, gradient, err := answer(onGPU, x)
	if err != nil {
		return err
	}
	wantLogits, wantGradient, err := answer(processor, x[len(x)-images*size:])
	if err != nil {
		return err
	}
	l, g := difference(logits, wantLogits), difference(gradient, wantGradient)
	if !(l < 1e-4) || !(g < 1e-2) {
		return fmt.Errorf("%w: logits differ from the processor's by %.1e of their size, the gradient by %.1e", errWrong, l, g)
	}
	return nil
}

// takeTurns adds a row of a job of ours beside PyTorch's.
func (c *config) takeTurns(title string, ours func() error, job string, peer *process, t *table) error {
	log.Print(title)
	var mine, its []float64
	for range c.rounds { // ours has run before, and the first run of a sample does not count
		ms, err := sample(func() (float64, error) { return timed(ours) }, samplePart)
		if err != nil {
			return err
		}
		other := 0.0
		if peer != nil {
			if other, err = sample(func() (float64, error) { return peer.number(job) }, samplePart); err != nil {
				t.note("%s without PyTorch: %v.", title, err)
				peer = nil
			}
		}
		mine, its = append(mine, ms), append(its, other)
	}
	var peers []sampled
	if peer != nil {
		peers = append(peers, sampled{peer.title, its})
	}
	t.add(title, mine, peers)
	return nil
}

// beginSGD hands a training engine's parameters to the GPU, for SGD as in pytorch.py.
func beginSGD(e *engine.Engine) error {
	d := engine.SGD{Momentum: .9}
	for _, p := range e.Params() {
		velocity := make([]float32, len(p.Grad))
		if p.Grad == nil {
			velocity = nil
		}
		d.Decay, d.Velocity = append(d.Decay, 5e-4), append(d.Velocity, velocity)
	}
	ok, err := e.BeginSGD(d)
	if err == nil && !ok {
		err = errors.New("the GPU takes no steps")
	}
	return err
}

// compileClock is a device that says how long it took to compile pipelines.
type compileClock struct {
	webgpu.Device
	took time.Duration
}

func (d *compileClock) NewPipeline(wgsl string) (webgpu.Handle, error) {
	begin := time.Now()
	defer func() { d.took += time.Since(begin) }()
	return d.Device.NewPipeline(wgsl)
}

// repeater is a backend that can do again what an engine had it do, without carrying anything to the GPU or back.
type repeater struct {
	*webgpu.Backend
	mark     compute.Buffer // of one element, to be waited for
	learning bool
	runs     []submitted
}

type submitted struct {
	images  int
	kernels []compute.Kernel
}

func newRepeater(gpu *webgpu.Backend) *repeater {
	return &repeater{Backend: gpu, mark: gpu.NewBuffer(1)}
}

func (r *repeater) Run(images int, kernels []compute.Kernel) {
	if r.learning {
		r.runs = append(r.runs, submitted{images, kernels})
	}
	r.Backend.Run(images, kernels)
}

// learn notes what is run.
func (r *repeater) learn(job func() error) error {
	r.learning, r.runs = true, nil
	defer func() { r.learning = false }()
	return job()
}

func (r *repeater) again() error {
	for _, s := range r.runs {
		r.Backend.Run(s.images, s.kernels)
	}
	return r.wait()
}

// wait waits until the GPU has done what it was given.
func (r *repeater) wait() error {
	r.Read(make([]float32, 1), r.mark, 0)
	return r.Err()
}
