package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
	"steady/core/engine"
	"steady/core/nn"
	"steady/tools/machine"
)

// engineFlags say what computes.
type engineFlags struct {
	name     string
	software bool
	threads  int
	logits   bool // the command wants no gradients
}

func (f *engineFlags) add(c *cobra.Command) {
	what := "what computes: cpu, webgpu (a graphics card), or auto (the faster one)"
	if f.logits {
		what += "; reference (gorgonia) is to check against"
	}
	c.Flags().StringVar(&f.name, "engine", "cpu", what)
	c.Flags().BoolVar(&f.software, "allow-software", false, "let webgpu run on a software adapter: slow, for tests")
	c.Flags().IntVar(&f.threads, "threads", 0, "cores to use (default: all)")
}

func (f *engineFlags) check() error {
	switch f.name {
	case "cpu", "webgpu", "auto":
	case "reference":
		if !f.logits {
			return usagef("--engine reference has no gradients: it is for eval and predict")
		}
	default:
		return usagef("--engine %s: there are cpu, webgpu, auto and, for eval and predict, reference", f.name)
	}
	if f.threads < 0 {
		return usagef("--threads %d: not negative", f.threads)
	}
	return nil
}

// trial is how long an engine is tried to find the faster one.
const trial = 200 * time.Millisecond

// gpuBatch is how many images a graphics card computes together, where nobody says: with few it would be idle most of
// the time.
const gpuBatch = 256

// prepareEngine prepares a network on the engine that the flags choose. Should a graphics card fail, at first or later, the
// processor goes on, and a line on stderr says so.
func (a *app) prepareEngine(f engineFlags, n *nn.Network, c engine.Config) (*engine.Engine, error) {
	if f.name == "cpu" || f.name == "reference" {
		return engine.New(cpu.New(f.threads), n, c)
	}
	card, err := openCard(f)
	if err != nil {
		if f.name == "auto" {
			return engine.New(cpu.New(f.threads), n, c)
		}
		if errors.Is(err, webgpu.ErrSoftware) {
			err = fmt.Errorf("%w (--allow-software takes it all the same)", err)
		}
		return nil, fmt.Errorf("--engine webgpu: %w", err)
	}
	e, err := a.prepareCard(card, f, n, c)
	if err != nil || f.name == "webgpu" {
		return e, err
	}
	processor, err := engine.New(cpu.New(f.threads), n, c)
	if err != nil {
		return nil, err
	}
	fastest, speeds := engine.Fastest(trial, processor, e)
	if fastest == 0 {
		return processor, nil
	}
	a.say("Computing on %v: %.1f times as fast as the CPU.", card.Device().Adapter(), speeds[1]/speeds[0])
	return e, nil
}

func openCard(f engineFlags) (*webgpu.Backend, error) {
	library, err := machine.WebGPU()
	if err != nil {
		return nil, err
	}
	device, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: f.software})
	if err != nil {
		return nil, err
	}
	return webgpu.New(device)
}

// prepareCard prepares a network on a graphics card.
func (a *app) prepareCard(card *webgpu.Backend, f engineFlags, n *nn.Network, c engine.Config) (*engine.Engine, error) {
	if c.Batch == 0 {
		c.Batch = gpuBatch
	}
	c.Fallback = func(failure error) compute.Backend {
		a.say("The graphics card fails, and the processor goes on: %v", failure)
		return cpu.New(f.threads)
	}
	return engine.New(card, n, c)
}
