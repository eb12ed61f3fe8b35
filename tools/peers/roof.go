package main

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"steady/core/compute/webgpu"
)

// roof is the most that a GPU can do in a second, as kernels that do nothing else show: the bounds of the roofline
// model (Williams, Waterman and Patterson 2009, doi:10.1145/1498765.1498785).
type roof struct {
	flops float64 // of multiply-adds in float32, each counting as two
	bytes float64 // to and from memory
}

const (
	roofThreads = 256
	roofGroups  = 1 << 14
	// What a thread of the arithmetic does: sums that do not wait for each other, in a loop that is mostly unrolled.
	roofSums, roofUnrolled, roofLoops = 8, 8, 16
	// Vectors of each stream, where buffers can be as large: 256 MiB, beyond what caches hold.
	roofVectors = 1 << 24
)

// measureRoof runs the kernels on a device that nothing else uses, and takes the best of their forms and samples.
func measureRoof(d webgpu.Device, rounds int) (r roof, err error) {
	const flops = 2 * 4 * roofSums * roofUnrolled * roofLoops * roofThreads * roofGroups
	for _, add := range []string{"s%d = s%d * a + b;", "s%d = fma(s%d, a, b);"} {
		seconds, err := roofRun(d, roofArithmetic(add), rounds, roofThreads)
		if err != nil {
			return r, err
		}
		r.flops = max(r.flops, flops/seconds)
	}
	vectors := min(roofVectors, d.Adapter().MaxBuffer/16)
	for i, value := range []string{"a[i]", "a[i] + b[i]"} {
		streams := 2 + i
		seconds, err := roofRun(d, roofStream(value, vectors, streams-1), rounds, slices.Repeat([]int{vectors}, streams)...)
		if err != nil {
			return r, err
		}
		r.bytes = max(r.bytes, float64(16*vectors*streams)/seconds)
	}
	return r, nil
}

// roofArithmetic is a kernel of nothing but multiply-adds. Its numbers come from memory and might be stored, so that
// none of it can be left out or done beforehand.
func roofArithmetic(add string) string {
	var sums, adds, total []string
	for i := range roofSums {
		sums = append(sums, fmt.Sprintf("var s%d = b + f32(%d);", i, i))
		adds = append(adds, fmt.Sprintf(add, i, i))
		total = append(total, fmt.Sprintf("s%d", i))
	}
	return fmt.Sprintf(`
@group(0) @binding(0) var<storage, read_write> y: array<vec4f>;
@compute @workgroup_size(%d) fn main(@builtin(local_invocation_index) t: u32) {
  let b = y[t];
  let a = -.5 - b;
  let loops = %du + u32(b.x); // b is below 1, which the compiler does not know and so leaves the loop as it is
  %s
  for (var i = 0u; i < loops; i++) {
    %s
  }
  let s = %s;
  if (s.x == -1) { y[t] = s; }
}
`, roofThreads, roofLoops, strings.Join(sums, " "), strings.Repeat(strings.Join(adds, " ")+"\n", roofUnrolled),
		strings.Join(total, " + "))
}

// roofStream is a kernel that only reads some buffers and writes one.
func roofStream(value string, vectors, reads int) string {
	inputs := ""
	for i, name := range []string{"a", "b"}[:reads] {
		inputs += fmt.Sprintf("@group(0) @binding(%d) var<storage, read> %s: array<vec4f>;\n", 1+i, name)
	}
	return fmt.Sprintf(`
@group(0) @binding(0) var<storage, read_write> y: array<vec4f>;
%s
@compute @workgroup_size(%d) fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var i = id.x; i < %du; i += %du) { y[i] = %s; }
}
`, inputs, roofThreads, vectors, roofThreads*roofGroups, value)
}

var someBytes = sync.OnceValue(func() []byte {
	b, _ := binary.Append(nil, binary.LittleEndian, someNumbers())
	return b
})

// roofRun returns the seconds of a kernel on buffers of so many vectors.
func roofRun(d webgpu.Device, wgsl string, rounds int, vectors ...int) (seconds float64, err error) {
	pipeline, err := d.NewPipeline(wgsl)
	if err != nil {
		return 0, err
	}
	var buffers []webgpu.Handle
	for _, n := range vectors {
		b, err := d.NewBuffer(16*n, webgpu.Storage|webgpu.CopySource|webgpu.CopyTarget)
		if err != nil {
			return 0, err
		}
		defer d.Release(webgpu.BufferKind, b)
		for at := 0; at < 16*n; at += len(someBytes()) {
			d.Write(b, at, someBytes()[:min(16*n-at, len(someBytes()))])
		}
		buffers = append(buffers, b)
	}
	var some [16 * roofThreads]byte // floats from .45 to .49, in their first bits
	for i := range roofThreads * 4 {
		copy(some[4*i:], []byte{byte(7 * i), byte(13 * i), 0xe6 + byte(i%20), 0x3e})
	}
	d.Write(buffers[0], 0, some[:])
	binding, err := d.NewBinding(pipeline, buffers)
	if err != nil {
		return 0, err
	}
	defer d.Release(webgpu.BindingKind, binding)
	list := []webgpu.Dispatch{{Pipeline: pipeline, Binding: binding, X: roofGroups, Y: 1, Z: 1}}
	samples, err := inARow(rounds, func(times int) { d.Submit(slices.Repeat(list, times)) }, func() error {
		return d.Read([]webgpu.Span{{Dst: some[:4], Src: buffers[0]}})
	})
	if err != nil {
		return 0, err
	}
	return slices.Min(samples), nil
}

// inARow returns, for each round, the seconds of one run among so many in a row that submitting and waiting do not count:
// run submits some runs as one list, wait waits for all. While the device computes a list the next one is made; none
// takes so long that a driver thinks the device hangs.
func inARow(rounds int, run func(times int), wait func() error) ([]float64, error) {
	const enough, most, list = .1, 64, .05 // seconds of a row; runs and seconds of a list
	row := func(times, each int) (seconds float64, err error) {
		begin := time.Now()
		for left := times; left > 0; left -= each {
			run(min(left, each))
		}
		err = wait()
		return time.Since(begin).Seconds(), err
	}
	if _, err := row(1, 1); err != nil { // the first makes what is made late
		return nil, err
	}
	times, each := 1, 1
	for {
		took, err := row(times, each)
		if err != nil {
			return nil, err
		}
		each = int(min(max(list*float64(times)/took, 1), most))
		if took >= enough {
			break
		}
		times = int(min(max(1.2*float64(times)*enough/took, 2*float64(times)), 100*float64(times)))
	}
	samples := make([]float64, rounds)
	for i := range samples {
		took, err := row(times, each)
		if err != nil {
			return nil, err
		}
		samples[i] = took / float64(times)
	}
	return samples, nil
}
