package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
)

// phaseTitles are what the phases of package cpu's kernels are called in the table; others go by their own names.
var phaseTitles = map[string]string{
	"winograd": "convolution, Winograd", "conv": "convolution, other", "convScatter": "input gradient, strided convolution",
	"winogradParam": "weight gradient, Winograd", "convParam": "weight gradient, other", "depthwise": "depthwise convolution",
	"batchNorm": "batch normalization", "batchNormBack": "batch normalization, gradient",
	"activation": "activation", "activationBack": "activation, gradient", "add": "residual sum",
	"averagePool": "average pooling", "averagePoolBack": "average pooling, gradient",
	"maxPool": "max pooling", "maxPoolBack": "max pooling, gradient",
	"linear": "linear layer", "matMulFixed": "linear layer, of several rows", "matMulEach": "linear layer, right factor not packed before", "matMulSum": "linear layer, weight gradient",
	"affineConstants": "input normalization", "copier": "copies", "copySum": "copies, sum",
	"": "outside of kernels",
}

// preparing are the phases that get a kernel's constants ready, or add up its parts: the kernel is not called by them.
var preparing = map[string]string{
	"winogradWeights": "weights packed", "transformDone": "weights packed", "packedWeights": "weights packed", "fixedFactor": "weights packed",
	"sumShards": "sum of the shards of a weight gradient",
}

func phaseTitle(phase string) string {
	return cmp.Or(phaseTitles[phase], preparing[phase], phase)
}

// counter is a backend that counts the multiply-adds for each image by the phase that makes them.
type counter struct {
	compute.Backend
	adds map[string]float64
}

func (c *counter) count(k compute.Kernel, adds float64) compute.Kernel {
	c.adds[phaseTitle(mainPhase(k))] += adds
	return k
}

// mainPhase is the name of the first phase of a kernel of package cpu that does not prepare something: of its type, which
// is not exported.
func mainPhase(k compute.Kernel) string {
	phases := reflect.ValueOf(k)
	for i := range phases.Len() {
		t := phases.Index(i).Elem().Type()
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if preparing[t.Name()] == "" {
			return t.Name()
		}
	}
	return ""
}

func convAdds(s compute.ConvShape) float64 {
	return float64(s.K*s.OH*s.OW) * float64(s.C/s.Groups*s.R*s.S)
}

func (c *counter) Conv(s compute.ConvShape, y, x, weight, bias, residual compute.Buffer, act compute.Activation) compute.Kernel {
	return c.count(c.Backend.Conv(s, y, x, weight, bias, residual, act), convAdds(s))
}

func (c *counter) ConvInputGradient(s compute.ConvShape, dx, dy, weight compute.Buffer, accumulate bool) compute.Kernel {
	return c.count(c.Backend.ConvInputGradient(s, dx, dy, weight, accumulate), convAdds(s))
}

func (c *counter) ConvParamGradient(s compute.ConvShape, dweight, dbias, x, dy compute.Buffer) compute.Kernel {
	return c.count(c.Backend.ConvParamGradient(s, dweight, dbias, x, dy), convAdds(s))
}

func (c *counter) MatMul(s compute.MatMulShape, y, a, b, bias compute.Buffer, act compute.Activation, accumulate bool) compute.Kernel {
	return c.count(c.Backend.MatMul(s, y, a, b, bias, act, accumulate), float64(s.Batch*s.M)*float64(s.K*s.N))
}

// winogradSaves is how many times fewer multiply-adds F(4×4,3×3) needs: 36 instead of 144 for a tile.
const winogradSaves = 4

// multiplyAdds counts them for each image in a network's job.
func multiplyAdds(n *nn.Network, job string) (map[string]float64, error) {
	c := &counter{cpu.New(1), map[string]float64{}}
	e, err := engine.New(c, n, engine.Config{Batch: nativeBatch, Train: job == "step"})
	if err != nil || job != "gradient" {
		return c.adds, err
	}
	clear(c.adds) // the forward pass alone, which the gradient begins with too
	x := make([]float32, n.Image.Size())
	err = e.Gradient(make([]float32, len(x)), nil, x, loss.CrossEntropy([]int{rand.IntN(e.Classes())}, e.Classes()))
	return c.adds, err
}

// kernelTime is the time of a kind of kernel, altogether and by the functions that it calls.
type kernelTime struct {
	title  string
	time   time.Duration
	stages map[string]time.Duration
}

// kernelTimes sorts a profile by kinds of kernels, those that take longest first. What a peakMeter did is left out.
func kernelTimes(profile []profiled) (list []*kernelTime, total time.Duration) {
	kinds := map[string]*kernelTime{}
	for _, p := range profile {
		if slices.ContainsFunc(p.stack, func(name string) bool { return strings.HasPrefix(name, "steady/tools/machine.") }) {
			continue
		}
		phase, function := kernelAt(p.stack)
		title := phaseTitle(phase)
		k := kinds[title]
		if k == nil {
			k = &kernelTime{title: title, stages: map[string]time.Duration{}}
			kinds[title] = k
			list = append(list, k)
		}
		k.time += p.time
		k.stages[cmp.Or(function, "itself")] += p.time
		total += p.time
	}
	slices.SortFunc(list, func(a, b *kernelTime) int {
		return cmp.Or(cmp.Compare(b.time, a.time), strings.Compare(a.title, b.title))
	})
	return list, total
}

// kernelsPart measures where the time of ResNet-20's passes goes, on one thread, by a profile of the processor.
func kernelsPart(c config, t *table) error {
	n, err := resnet20()
	if err != nil {
		return err
	}
	peak := newPeakMeter()
	if peak == nil {
		t.note(noPeak)
	}
	for _, job := range []string{"forward", "gradient", "step"} {
		log.Printf("resnet20 %s, batch %d, 1 thread: a profile", titles[job], nativeBatch)
		adds, err := multiplyAdds(n, job)
		if err != nil {
			return err
		}
		run, err := ourJob(job, 1)
		if err != nil {
			return err
		}
		if err := run(); err != nil {
			return err
		}
		// The profile has a sample every 10 ms: a few hundred, or with 30 rounds more than a thousand.
		enough := max(time.Duration(c.rounds)*400*time.Millisecond, 2*time.Second)
		var file bytes.Buffer
		if err := pprof.StartCPUProfile(&file); err != nil {
			return err
		}
		var most []float64
		runs := 0
		for begin := time.Now(); runs == 0 || time.Since(begin) < enough; runs++ {
			for range 3 {
				if peak != nil {
					most = append(most, peak.sample())
				}
			}
			if err := run(); err != nil {
				pprof.StopCPUProfile()
				return err
			}
		}
		pprof.StopCPUProfile()
		profile, err := readProfile(file.Bytes())
		if err != nil {
			return err
		}
		roof := 0.
		if peak != nil {
			roof = slices.Max(most)
		}
		for title := range adds {
			adds[title] *= nativeBatch
		}
		printKernels(os.Stdout, fmt.Sprintf("resnet20 %s, batch %d, 1 thread", titles[job], nativeBatch), profile, runs, adds, roof)
		fmt.Printf("\n%d runs; %s.\n", runs, c.vectorsLine())
	}
	return nil
}

// printKernels writes the table of some work from the profile of a number of runs. Times are the processor's, which other
// programs on the machine do not lengthen as they do the clock's. adds are a run's multiply-adds by kinds of kernels, peak is
// in GFLOP/s, or 0.
func printKernels(w io.Writer, work string, profile []profiled, runs int, adds map[string]float64, peak float64) {
	list, total := kernelTimes(profile)
	line := func(title string, time time.Duration, adds float64) {
		each, share := time.Seconds()/float64(runs), ""
		if adds > 0 && peak > 0 && each > 0 {
			share = percent(2 * adds / each / 1e9 / peak)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", title, round(each*1e3), percent(time.Seconds()/total.Seconds()), share)
	}
	fmt.Fprintf(w, "\n| %s | ms | of the time | of the FMA peak |\n|---|---|---|---|\n", work)
	all := 0.
	for _, v := range adds {
		all += v
	}
	line("all", total, all)
	for _, k := range list {
		if k.time*200 < total && adds[k.title] == 0 { // half a percent
			continue
		}
		line(k.title, k.time, adds[k.title])
		if len(k.stages) < 2 {
			continue
		}
		for _, stage := range slices.SortedFunc(maps.Keys(k.stages), func(a, b string) int {
			return cmp.Or(cmp.Compare(k.stages[b], k.stages[a]), strings.Compare(a, b))
		}) {
			made := 0.
			winograd := k.title == phaseTitles["winograd"] || k.title == phaseTitles["winogradParam"]
			if winograd && (stage == "tiles" || stage == "sumTiles") {
				made = adds[k.title] / winogradSaves
			}
			if k.stages[stage]*100 >= total {
				line("– `"+stage+"`", k.stages[stage], made)
			}
		}
	}
	if peak > 0 {
		fmt.Fprintf(w, "\nThe peak is %s GFLOP/s, of a loop of multiply-adds between the runs, the best of its samples. Multiply-adds are those of the plain algorithm; only in Winograd's products (`tiles`, `sumTiles`) those that are made, a quarter.\n", round(peak))
	}
}
