package main

import (
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
)

const nativeBatch = 128

// stepMemory is the argument with which the program measures the memory of a training step, in a process of its own.
const stepMemory = "step-memory"

// nativePart times the engine beside PyTorch, and one thread beside two.
func nativePart(c config, t *table) error {
	threads := []int{1}
	if runtime.NumCPU() > 1 {
		threads = append(threads, 2)
	}
	torch := map[int]*process{}
	if has(c.python, "torch") {
		for _, n := range threads {
			p, err := startPyTorch(c.python, "cpu", n, "resnet20", nativeBatch, c.peerEnvironment()...)
			if err != nil {
				return err
			}
			defer p.close()
			torch[n] = p
		}
		t.note("Beside %s%s.", torch[1].title, c.peerNarrowed())
	} else {
		t.note("Without PyTorch: --python.")
	}
	for _, job := range []string{"forward", "gradient", "step"} {
		title := fmt.Sprintf("resnet20 %s, batch %d, natively, ", titles[job], nativeBatch)
		ours, theirs := map[int][]float64{}, map[int][]float64{}
		run := map[int]func() error{}
		for _, n := range threads {
			var err error
			if run[n], err = ourJob(job, n); err != nil {
				return err
			}
		}
		log.Printf("%son %v threads", title, threads)
		for round := range c.rounds + 1 { // the first warms up
			for _, n := range threads {
				ms, err := sample(func() (float64, error) { return timed(run[n]) }, samplePart)
				if err != nil {
					return err
				}
				other := 0.0
				if p := torch[n]; p != nil {
					if other, err = sample(func() (float64, error) { return p.number(job) }, samplePart); err != nil {
						return fmt.Errorf("PyTorch: %w", err)
					}
				}
				if round > 0 {
					ours[n], theirs[n] = append(ours[n], ms), append(theirs[n], other)
				}
			}
		}
		for _, n := range threads {
			var peers []sampled
			if torch[n] != nil {
				peers = append(peers, sampled{"PyTorch", theirs[n]})
			}
			t.add(title+counted(n), ours[n], peers)
		}
		if len(threads) > 1 {
			t.add(title+"2 threads", ours[2], []sampled{{"ours, 1 thread", ours[1]}})
		}
	}
	return memoryNote(c, t)
}

// ourJob prepares the engine on the processor for a job, and returns what does it once.
func ourJob(name string, threads int) (func() error, error) {
	n, err := resnet20()
	if err != nil {
		return nil, err
	}
	e, err := engine.New(cpu.New(threads), n, engine.Config{Batch: nativeBatch, Train: name == "step"})
	if err != nil {
		return nil, err
	}
	return jobs(e)[name], nil
}

// jobs are what an engine can do with a batch of random images and labels.
func jobs(e *engine.Engine) map[string]func() error {
	r := rand.New(rand.NewPCG(1, 1))
	x, labels := make([]float32, e.Batch()*e.InputShape().Size()), make([]int, e.Batch())
	for i := range x {
		x[i] = r.Float32()
	}
	for i := range labels {
		labels[i] = r.IntN(e.Classes())
	}
	logits, grad, f := make([]float32, e.Batch()*e.Classes()), make([]float32, len(x)), loss.CrossEntropy(labels, e.Classes())
	return map[string]func() error{
		"forward":  func() error { return e.Logits(logits, x) },
		"gradient": func() error { return e.Gradient(grad, logits, x, f) },
		"step":     func() error { return e.TrainStep(x, f) },
		"descent": func() error { // a step that BeginSGD goes before
			_, err := e.StepLabels(x, labels, 1e-3)
			return err
		},
	}
}

// samplePart is how long a sample of work on large batches takes.
const samplePart = 300 * time.Millisecond

// sample is the mean of some runs in a row. What runs took turns for has left the caches to others: the first does not
// count.
func sample(run func() (ms float64, err error), enough time.Duration) (float64, error) {
	if _, err := run(); err != nil {
		return 0, err
	}
	for n, total := 1.0, 0.0; ; n++ {
		ms, err := run()
		if err != nil {
			return 0, err
		}
		if total += ms; total >= enough.Seconds()*1e3 {
			return total / n, nil
		}
	}
}

func timed(run func() error) (ms float64, err error) {
	begin := time.Now()
	err = run()
	return time.Since(begin).Seconds() * 1e3, err
}

// memoryNote compares the memory of a training step, each in a process that does nothing else.
func memoryNote(c config, t *table) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, err := exec.Command(self, stepMemory).Output()
	if err != nil {
		t.note("The memory of a training step could not be measured: %v", err)
		return nil
	}
	theirs := "PyTorch was not there"
	if has(c.python, "torch") {
		p, err := startPyTorch(c.python, "cpu", 1, "resnet20", nativeBatch, c.peerEnvironment()...)
		if err != nil {
			return err
		}
		defer p.close()
		for range 3 {
			if _, err := p.number("step"); err != nil {
				return fmt.Errorf("PyTorch: %w", err)
			}
		}
		mb, err := p.number("peak")
		if err != nil {
			return fmt.Errorf("PyTorch: %w", err)
		}
		theirs = fmt.Sprintf("PyTorch's %.0f MB", mb)
	}
	t.note("Peak memory of three training steps, batch %d, 1 thread, beyond the process without a network: %s MB; %s.",
		nativeBatch, strings.TrimSpace(string(out)), theirs)
	return nil
}

// printStepMemory is the program in the process of its own.
func printStepMemory() error {
	before, err := peakMemory()
	if err != nil {
		return err
	}
	step, err := ourJob("step", 1)
	if err != nil {
		return err
	}
	for range 3 {
		if err := step(); err != nil {
			return err
		}
	}
	after, err := peakMemory()
	if err != nil {
		return err
	}
	fmt.Printf("%.0f\n", after-before)
	return nil
}

// peakMemory is the most memory this process has had, in MB.
func peakMemory() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmHWM in /proc/self/status")
}
