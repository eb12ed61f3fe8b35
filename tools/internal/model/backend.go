package model

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
	"steady/core/engine"
	"steady/core/nn"
	"steady/tools/internal/usage"
	"steady/tools/machine"
)

// Backend says what computes.
type Backend struct {
	Name          string // cpu, webgpu, auto (the faster of them) or reference
	AllowSoftware bool   // let webgpu run on a software adapter
	Threads       int    // of the CPU; 0 for all cores
	MaxMemory     int    // in MB, that a network may take; 0 for the engine's default
	LogitsOnly    bool   // no gradients are wanted, so that the reference will do
	Log           io.Writer
}

// Check returns an error if the backend makes no sense.
func (b *Backend) Check() error {
	switch b.Name {
	case "cpu", "webgpu", "auto":
	case "reference":
		if !b.LogitsOnly {
			return usage.Errorf("--backend reference has no gradients: it is for eval and predict")
		}
	default:
		return usage.Errorf("--backend %s: valid: cpu, webgpu, auto and, for eval and predict, reference", b.Name)
	}
	return nil
}

// say writes a remark to the log.
func (b *Backend) say(format string, args ...any) {
	if b.Log != nil {
		fmt.Fprintf(b.Log, format+"\n", args...)
	}
}

// trial is how long an engine is tried to find the faster one.
const trial = 200 * time.Millisecond

// gpuBatch is how many images a GPU computes together, where nobody says: with few it would be idle most of the time.
const gpuBatch = 256

// Prepare prepares a network on the backend. Should a GPU fail, at first or later, the engine continues on the CPU and
// says so.
func (b *Backend) Prepare(n *nn.Network, c engine.Config) (*engine.Engine, error) {
	c.MaxBytes = 1e6 * int64(b.MaxMemory)
	onCPU := func() (*engine.Engine, error) { return engine.New(b.openCPU(), n, c) }
	if b.Name == "cpu" || b.Name == "reference" {
		return onCPU()
	}
	gpu, err := b.OpenGPU()
	if err != nil {
		if b.Name == "auto" {
			return onCPU()
		}
		if errors.Is(err, webgpu.ErrSoftware) {
			err = fmt.Errorf("%w (--allow-software takes it all the same)", err)
		}
		return nil, fmt.Errorf("--backend webgpu: %w", err)
	}
	e, err := b.prepareGPU(gpu, n, c)
	if err != nil || b.Name == "webgpu" {
		return e, err
	}
	processor, err := onCPU()
	if err != nil {
		return nil, err
	}
	speed := (*engine.Engine).Speed
	if c.Train {
		speed = (*engine.Engine).StepSpeed
	}
	fastest, speeds := engine.Fastest(speed, trial, processor, e)
	if fastest == 0 {
		return processor, nil
	}
	fmt.Fprintf(b.Log, "Computing on %v: %.1f times as fast as the CPU.\n", gpu.Device().Adapter(), speeds[1]/speeds[0])
	return e, nil
}

// openCPU returns the CPU. More threads than it has cores would only take memory.
func (b *Backend) openCPU() compute.Backend { return cpu.New(min(b.Threads, runtime.NumCPU())) }

// OpenGPU opens the GPU.
func (b *Backend) OpenGPU() (*webgpu.Backend, error) {
	library, err := machine.WebGPU()
	if err != nil {
		return nil, err
	}
	device, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: b.AllowSoftware})
	if err != nil {
		return nil, err
	}
	return webgpu.New(device)
}

func (b *Backend) prepareGPU(gpu *webgpu.Backend, n *nn.Network, c engine.Config) (*engine.Engine, error) {
	if c.Batch == 0 {
		c.Batch = gpuBatch
	}
	c.Fallback = func(failure error) compute.Backend {
		fmt.Fprintf(b.Log, "GPU failed; continuing on the CPU: %v\n", failure)
		return b.openCPU()
	}
	return engine.New(gpu, n, c)
}
