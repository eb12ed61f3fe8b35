package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
)

// operation is a kind of kernel that a network has.
type operation struct {
	name, pass string
	window     [2]int // of a convolution
	count      int    // kernels of the kind
	flops      float64
	// What has to be read and written in any case, in elements: for each image, and besides.
	perImage, fixed int
	// prepare makes the kernel, with buffers of its own, on a backend.
	prepare func(m *memory) compute.Kernel
}

// streams is 1 for an operation that does little but read and write, and 0 for a convolution.
func streams(o *operation) int {
	if o.window == [2]int{} {
		return 1
	}
	return 0
}

// bytes is the traffic with memory that an operation cannot do without.
func (o *operation) bytes(images int) float64 { return 4 * float64(o.perImage*images+o.fixed) }

// direction is the pass, whatever else it does.
func (o *operation) direction() string {
	d, _, _ := strings.Cut(o.pass, ",")
	return d
}

// memory makes an operation's buffers, of random numbers: on zeros some GPUs are faster.
type memory struct {
	compute.Backend
	images int
}

// make makes a buffer of what all images share.
func (m *memory) make(elements int) compute.Buffer {
	b := m.NewBuffer(elements)
	for at := 0; at < elements; at += len(someNumbers()) {
		m.Write(b, at, someNumbers()[:min(elements-at, len(someNumbers()))])
	}
	return b
}

// each makes a buffer of so many elements for each image, the same for all.
func (m *memory) each(elements int) compute.Buffer {
	b := m.NewBuffer(elements * m.images)
	spread := compute.Copy{
		Dims: []int{elements}, Y: compute.View{Image: elements, Strides: []int{1}}, X: compute.View{Strides: []int{1}},
	}
	m.Run(m.images, []compute.Kernel{m.Copy(spread, b, m.make(elements), false)})
	return b
}

var someNumbers = sync.OnceValue(func() []float32 {
	r, x := rand.New(rand.NewPCG(1, 1)), make([]float32, 1<<20)
	for i := range x {
		x[i] = 2*r.Float32() - 1
	}
	return x
})

// operations lists what a network's passes are made of, forward and to the input, and training: convolutions first, and
// by passes. The engine prepares it for one image on the processor, and what it asks for is noted.
func operations(n *nn.Network) ([]*operation, error) {
	evaluation, training := &recorder{Backend: cpu.New(1)}, &recorder{Backend: cpu.New(1), train: true}
	e, err := engine.New(evaluation, n, engine.Config{Batch: 1})
	if err != nil {
		return nil, err
	}
	evaluation.list = nil // the way there alone, which the gradient begins with too
	x := make([]float32, n.Image.Size())
	if err := e.Gradient(make([]float32, len(x)), nil, x, loss.CrossEntropy([]int{0}, e.Classes())); err != nil {
		return nil, err
	}
	if _, err := engine.New(training, n, engine.Config{Batch: 1, Train: true}); err != nil {
		return nil, err
	}
	list := evaluation.list
	for _, o := range training.list {
		if evaluation.find(o) == nil {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b *operation) int {
		return cmp.Or(cmp.Compare(streams(a), streams(b)), cmp.Compare(a.direction(), b.direction()))
	})
	return list, nil
}

// recorder is a backend that notes what it is asked for.
type recorder struct {
	compute.Backend
	train bool
	list  []*operation
}

// find returns the operation of the same kind, or nil.
func (r *recorder) find(o *operation) *operation {
	for _, p := range r.list {
		if p.name == o.name && p.pass == o.pass {
			return p
		}
	}
	return nil
}

// note counts an operation.
func (r *recorder) note(o operation) {
	if p := r.find(&o); p != nil {
		p.count++
		return
	}
	o.count = 1
	r.list = append(r.list, &o)
}

// conv describes a pass of a convolution; each multiplies as often. With a stride beyond the window it does not read all.
func conv(s compute.ConvShape, pass string) operation {
	name := fmt.Sprintf("%d×%d, %d → %d channels of %d×%d", s.R, s.S, s.C, s.K, s.OH, s.OW)
	if s.Stride != [2]int{1, 1} {
		name += fmt.Sprintf(", stride %d", s.Stride[0])
	}
	return operation{
		name: name, pass: pass, window: [2]int{s.R, s.S},
		flops:    2 * float64(s.K*s.OH*s.OW) * float64(s.C/s.Groups*s.R*s.S),
		perImage: s.C*min(s.H, s.OH*s.R)*min(s.W, s.OW*s.S) + outputs(s), fixed: weights(s),
	}
}

func inputs(s compute.ConvShape) int  { return s.C * s.H * s.W }
func outputs(s compute.ConvShape) int { return s.K * s.OH * s.OW }
func weights(s compute.ConvShape) int { return s.K * s.C / s.Groups * s.R * s.S }

func (r *recorder) Conv(s compute.ConvShape, y, x, weight, bias, residual compute.Buffer, act compute.Activation) compute.Kernel {
	if !r.train { // with the normalization folded into it
		o := conv(s, "forward")
		if residual != nil {
			o.pass += ", added to"
			o.perImage += outputs(s)
		}
		o.prepare = func(m *memory) compute.Kernel {
			var sum compute.Buffer
			if residual != nil {
				sum = m.each(outputs(s))
			}
			return m.Conv(s, m.each(outputs(s)), m.each(inputs(s)), m.make(weights(s)), m.make(s.K), sum, act)
		}
		r.note(o)
	}
	return r.Backend.Conv(s, y, x, weight, bias, residual, act)
}

func (r *recorder) ConvInputGradient(s compute.ConvShape, dx, dy, weight compute.Buffer, accumulate bool) compute.Kernel {
	if !r.train {
		o := conv(s, "input gradient")
		o.perImage = inputs(s) + outputs(s)
		if accumulate {
			o.pass += ", added to"
			o.perImage += inputs(s)
		}
		o.prepare = func(m *memory) compute.Kernel {
			return m.ConvInputGradient(s, m.each(inputs(s)), m.each(outputs(s)), m.make(weights(s)), accumulate)
		}
		r.note(o)
	}
	return r.Backend.ConvInputGradient(s, dx, dy, weight, accumulate)
}

func (r *recorder) ConvParamGradient(s compute.ConvShape, dweight, dbias, x, dy compute.Buffer) compute.Kernel {
	o := conv(s, "parameter gradient")
	o.prepare = func(m *memory) compute.Kernel {
		return m.ConvParamGradient(s, m.make(weights(s)), nil, m.each(inputs(s)), m.each(outputs(s)))
	}
	r.note(o)
	return r.Backend.ConvParamGradient(s, dweight, dbias, x, dy)
}

// stream describes an operation that does little but read and write.
func stream(name, pass string, perImage int, prepare func(m *memory) compute.Kernel) operation {
	return operation{name: name, pass: pass, perImage: perImage, prepare: prepare}
}

// BatchNorm reads its input twice: all of it, before any of its output can be known.
func (r *recorder) BatchNorm(s compute.BatchNormShape, y, x, saved compute.Buffer, p compute.BatchNormParams, act compute.Activation) compute.Kernel {
	r.note(stream(norm(s), "forward", 3*s.C*s.Plane, func(m *memory) compute.Kernel {
		return m.BatchNorm(s, m.each(s.C*s.Plane), m.each(s.C*s.Plane), m.make(2*s.C), normParams(m, s), act)
	}))
	return r.Backend.BatchNorm(s, y, x, saved, p, act)
}

// BatchNormGradient reads both its inputs twice, for the same reason.
func (r *recorder) BatchNormGradient(s compute.BatchNormShape, dx, dscale, dshift, dy, x, saved compute.Buffer, p compute.BatchNormParams, accumulate bool) compute.Kernel {
	r.note(stream(norm(s), "gradient", 5*s.C*s.Plane, func(m *memory) compute.Kernel {
		return m.BatchNormGradient(s, m.each(s.C*s.Plane), m.make(s.C), m.make(s.C), m.each(s.C*s.Plane), m.each(s.C*s.Plane),
			m.make(2*s.C), normParams(m, s), false)
	}))
	return r.Backend.BatchNormGradient(s, dx, dscale, dshift, dy, x, saved, p, accumulate)
}

func norm(s compute.BatchNormShape) string {
	return fmt.Sprintf("normalization, %d channels of %d", s.C, s.Plane)
}

func normParams(m *memory, s compute.BatchNormShape) compute.BatchNormParams {
	return compute.BatchNormParams{Scale: m.make(s.C), Shift: m.make(s.C), Mean: m.make(s.C), Variance: m.make(s.C)}
}

func (r *recorder) Activate(act compute.Activation, size int, y, x compute.Buffer) compute.Kernel {
	r.note(stream(fmt.Sprintf("activation of %d", size), "forward", 2*size, func(m *memory) compute.Kernel {
		return m.Activate(act, size, m.each(size), m.each(size))
	}))
	return r.Backend.Activate(act, size, y, x)
}

func (r *recorder) ActivateGradient(act compute.Activation, size int, dx, dy, ref compute.Buffer, accumulate bool) compute.Kernel {
	r.note(stream(fmt.Sprintf("activation of %d", size), "gradient", 3*size, func(m *memory) compute.Kernel {
		return m.ActivateGradient(act, size, m.each(size), m.each(size), m.each(size), false)
	}))
	return r.Backend.ActivateGradient(act, size, dx, dy, ref, accumulate)
}

func (r *recorder) Add(size int, y, a, b compute.Buffer, act compute.Activation) compute.Kernel {
	r.note(stream(fmt.Sprintf("sum of %d", size), "forward", 3*size, func(m *memory) compute.Kernel {
		return m.Add(size, m.each(size), m.each(size), m.each(size), act)
	}))
	return r.Backend.Add(size, y, a, b, act)
}

func (r *recorder) MaxPool(s compute.PoolShape, y, x compute.Buffer) compute.Kernel {
	in, out := s.C*s.H*s.W, s.C*s.OH*s.OW
	r.note(stream(pool("maximum", s), "forward", in+out, func(m *memory) compute.Kernel {
		return m.MaxPool(s, m.each(out), m.each(in))
	}))
	return r.Backend.MaxPool(s, y, x)
}

func (r *recorder) MaxPoolGradient(s compute.PoolShape, dx, dy, x, y compute.Buffer, accumulate bool) compute.Kernel {
	in, out := s.C*s.H*s.W, s.C*s.OH*s.OW
	r.note(stream(pool("maximum", s), "gradient", 2*in+2*out, func(m *memory) compute.Kernel {
		return m.MaxPoolGradient(s, m.each(in), m.each(out), m.each(in), m.each(out), false)
	}))
	return r.Backend.MaxPoolGradient(s, dx, dy, x, y, accumulate)
}

func (r *recorder) AveragePool(s compute.PoolShape, y, x compute.Buffer) compute.Kernel {
	in, out := s.C*s.H*s.W, s.C*s.OH*s.OW
	r.note(stream(pool("average", s), "forward", in+out, func(m *memory) compute.Kernel {
		return m.AveragePool(s, m.each(out), m.each(in))
	}))
	return r.Backend.AveragePool(s, y, x)
}

func (r *recorder) AveragePoolGradient(s compute.PoolShape, dx, dy compute.Buffer, accumulate bool) compute.Kernel {
	in, out := s.C*s.H*s.W, s.C*s.OH*s.OW
	r.note(stream(pool("average", s), "gradient", in+out, func(m *memory) compute.Kernel {
		return m.AveragePoolGradient(s, m.each(in), m.each(out), false)
	}))
	return r.Backend.AveragePoolGradient(s, dx, dy, accumulate)
}

func pool(what string, s compute.PoolShape) string {
	return fmt.Sprintf("%s of %d×%d, %d channels of %d×%d", what, s.Kernel[0], s.Kernel[1], s.C, s.H, s.W)
}
