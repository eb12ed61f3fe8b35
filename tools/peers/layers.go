package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"slices"

	"steady/core/compute"
	"steady/core/compute/webgpu"
	"steady/tools/measure"
)

// layersBatch is how many images the kernels run on where -batch does not say.
const layersBatch = 256

// layer is an operation and the seconds that it took.
type layer struct {
	*operation
	seconds float64
}

// layersPart times each kind of kernel that the networks have, beside the most that the GPU can do.
func layersPart(c config, t *table) error {
	device, err := c.openGPU()
	if err != nil {
		return err
	}
	defer device.Close()
	images := layersBatch
	if c.batch > 0 {
		images = c.batch
	}
	log.Printf("%v: what it can do at most", device.Adapter())
	most, err := measureRoof(device, c.rounds)
	if err != nil {
		return err
	}
	fmt.Printf("\n%v: at most %s GFLOP/s in float32 and %s GB/s, as kernels of nothing else reach in the same run.\n",
		device.Adapter(), round(most.flops/1e9), round(most.bytes/1e9))
	gpu, err := webgpu.New(device)
	if err != nil {
		return err
	}
	for _, which := range c.networks {
		n, err := which.build()
		if err != nil {
			return err
		}
		list, err := operations(n)
		if err != nil {
			return err
		}
		var lines []layer
		for i, o := range list {
			log.Printf("%s: %s, %s (%d of %d)", n.Name, o.name, o.pass, i+1, len(list))
			seconds, err := o.time(gpu, images, c.rounds)
			if errors.As(err, new(*webgpu.LostError)) {
				return err
			}
			if err != nil { // not enough memory, for one
				t.note("%s, %s, %s: %v.", n.Name, o.name, o.pass, err)
				continue
			}
			lines = append(lines, layer{o, seconds})
		}
		printLayers(os.Stdout, n.Name, images, lines, most)
	}
	return nil
}

// time returns the seconds of the operation on so many images.
func (o *operation) time(gpu *webgpu.Backend, images, rounds int) (float64, error) {
	// What the last operation left can then be let go of, mostly before more is taken: the device's memory is freed some
	// time after its owners.
	runtime.GC()
	list := []compute.Kernel{o.prepare(&memory{gpu, images})}
	run := func(times int) { gpu.Run(images, slices.Repeat(list, times)) }
	samples, err := inARow(rounds, run, newRepeater(gpu).wait)
	if err != nil {
		return 0, err
	}
	return measure.Median(samples), nil
}

// printLayers writes the table of a network, and what its 3×3 convolutions come to, each counted as often as there are
// of its kind.
func printLayers(w io.Writer, network string, images int, list []layer, most roof) {
	fmt.Fprintf(w, "\n| %s, %d images | kernels | pass | ms | GFLOP/s | of the peak | GB/s | of the bandwidth |\n", network, images)
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|")
	type total struct{ flops, seconds, least float64 }
	totals, passes := map[string]total{}, []string{}
	for _, l := range list {
		flops, bytes := l.flops*float64(images)/l.seconds, l.bytes(images)/l.seconds
		rate, share := "", ""
		if l.flops > 0 {
			rate, share = round(flops/1e9), percent(flops/most.flops)
		}
		fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %s | %s | %s |\n",
			l.name, l.count, l.pass, round(1e3*l.seconds), rate, share, round(bytes/1e9), percent(bytes/most.bytes))
		if l.window != [2]int{3, 3} {
			continue
		}
		pass := l.direction()
		t, ok := totals[pass]
		if !ok {
			passes, t.least = append(passes, pass), flops
		}
		n := float64(l.count)
		totals[pass] = total{t.flops + n*l.flops*float64(images), t.seconds + n*l.seconds, min(t.least, flops)}
	}
	for _, pass := range passes {
		t := totals[pass]
		fmt.Fprintf(w, "\n%s, 3×3 convolutions, %s: %s of the peak together, at least %s.\n",
			network, pass, percent(t.flops/t.seconds/most.flops), percent(t.least/most.flops))
	}
}

// round leaves three digits, or more before the point.
func round(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

func percent(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }
