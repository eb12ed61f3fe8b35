package engine

import (
	"fmt"
	"math"
	"slices"

	"steady/core/compute"
	"steady/core/nn"
)

// program is a compiled pass over the network.
type program struct {
	images                                int                  // at a time
	microbatched                          compute.Microbatcher // unless nil, images run in microbatches
	forward, backward                     []compute.Kernel     // the kernels of each pass
	input, output, dlogits, inputGradient compute.Buffer
	evaluation                            func() *program // makes that of an evaluator, in the same memory
}

// run runs the kernels of a pass.
func (p *program) run(b compute.Backend, images int, kernels []compute.Kernel) {
	if p.microbatched != nil {
		p.microbatched.RunMicrobatched(images, kernels)
	} else {
		b.Run(images, kernels)
	}
}

// compiler turns the layers of a network into steps of a plan.
type compiler struct {
	*Engine
	plan
	shapes  []nn.Shape
	readers []int         // of each value; the network's output counts as one
	values  []slot        // of each value
	fused   []*nn.Layer   // for each layer, the activation that is fused into it, or nil
	added   []*nn.Layer   // for each layer, if it is a convolution, the Add that is fused into it, or nil
	skip    []bool        // layers that are fused into one before
	grads   []slot        // of each slot that is a value: its gradient, or none
	begun   map[slot]bool // gradients that already hold a part
	saved   []compute.Buffer
	numbers map[float32]compute.Buffer

	own, evaluation map[slot]bool     // gradients that the engine needs, and those that its evaluator needs
	unread          [2]compute.Buffer // what the evaluator moves in place of running statistics
}

// compile returns the program of a forward pass, and, with backward, of the backward pass for the input (or, training, the
// parameters).
func (e *Engine) compile(backward bool) (*program, error) {
	shapes, err := e.net.Shapes()
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	layers := len(e.net.Layers)
	c := &compiler{
		Engine: e, shapes: shapes, readers: make([]int, layers+1), values: make([]slot, layers+1),
		fused: make([]*nn.Layer, layers), added: make([]*nn.Layer, layers), skip: make([]bool, layers),
		begun: map[slot]bool{}, saved: make([]compute.Buffer, layers),
		numbers: map[float32]compute.Buffer{}, own: map[slot]bool{}, evaluation: map[slot]bool{},
	}
	c.count()
	input := c.tensor(e.net.Image.Size())
	c.extendLifetime(input, 0)
	c.values[nn.Input] = input
	for i := range e.net.Layers {
		c.forwardLayer(i)
	}
	output := c.values[e.net.Output]
	forward := len(c.steps)
	c.extendLifetime(output, max(forward-1, 0))
	var dlogits, inputGradient slot = none, none
	if backward {
		c.addGradients()
		dlogits = c.grads[output]
		if dlogits == none || !c.own[dlogits] {
			return nil, fmt.Errorf("engine: network %q: its output does not depend on what is differentiated", e.net.Name)
		}
		c.extendLifetime(dlogits, max(forward-1, 0))
		c.begun[dlogits] = true
		for i := layers - 1; i >= 0; i-- {
			first := len(c.steps)
			c.backwardLayer(i)
			c.assignBackward(i, first)
		}
		if inputGradient = c.grads[input]; inputGradient != none {
			c.extendLifetime(inputGradient, max(len(c.steps)-1, 0))
		}
		if e.CanRunSteps() { // a step moves the input by its gradient
			c.extendLifetime(input, max(len(c.steps)-1, 0))
		}
	}
	if len(c.steps) == 0 { // a network without layers: its input is its output
		size := e.net.Image.Size()
		c.add([]slot{input}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
			return e.backend.Activate(compute.NoActivation, size, at(input), at(input))
		})
		forward = 1
	}
	if c.scratch > maxLayout {
		return nil, e.memoryError(math.Inf(1))
	}
	config := e.config
	config.Batch = e.batch
	p, at, err := c.build(e.backend, config, e.net.ParamCount(), forward)
	if err != nil {
		return nil, err
	}
	p.input, p.output, p.dlogits, p.inputGradient = at(input), at(output), at(dlogits), at(inputGradient)
	return p, nil
}

// count counts readers and finds the activations that can be fused into the layer before.
func (c *compiler) count() {
	for _, l := range c.net.Layers {
		for _, v := range l.In {
			c.readers[v]++
		}
	}
	c.readers[c.net.Output]++
	for i := range c.net.Layers {
		l := &c.net.Layers[i]
		act, ok := activationOf(l.Op)
		if !ok || act.Slope < 0 || l.In[0] == nn.Input || c.readers[l.In[0]] != 1 {
			continue
		}
		before := int(l.In[0]) - 1
		switch c.net.Layers[before].Op.(type) {
		case *nn.Conv, *nn.Linear, *nn.BatchNorm, *nn.Add, *nn.MatMul:
			c.fused[before], c.skip[i] = l, true
		}
	}
	c.joinResiduals()
}

// joinResiduals fuses an Add, with its activation, into the convolution that computes the later of its values: the
// earlier one is there by then.
func (c *compiler) joinResiduals() {
	for i := range c.net.Layers {
		l := &c.net.Layers[i]
		if _, ok := l.Op.(*nn.Add); !ok || !c.shapes[l.In[0]].Equal(c.shapes[l.In[1]]) {
			continue
		}
		later := slices.Max(l.In)
		if later == nn.Input || c.readers[later] != 1 {
			continue
		}
		before := int(later) - 1
		if _, ok := c.net.Layers[before].Op.(*nn.Conv); ok {
			c.added[before], c.fused[before], c.skip[i] = l, c.fused[i], true
		}
	}
}

// activationOf returns an elementwise layer as an activation, and whether it is one.
func activationOf(o nn.Op) (compute.Activation, bool) {
	a := compute.NoActivation
	switch o := o.(type) {
	case *nn.Relu:
		return compute.Relu, true
	case *nn.LeakyRelu:
		a.Slope = o.Slope
		return a, true
	case *nn.Clip:
		a.Min, a.Max = o.Min, o.Max
		return a, true
	}
	return a, false
}

// addGradients adds a tensor for each gradient that is needed.
func (c *compiler) addGradients() {
	c.grads = slices.Repeat([]slot{none}, len(c.sizes))
	own, evaluation := c.dependents(!c.config.Train, c.config.Train), c.dependents(true, false)
	for v, s := range c.values {
		if !own[v] && !evaluation[v] {
			continue
		}
		if c.grads[s] == none {
			c.grads[s] = c.tensor(c.shapes[v].Size())
		}
		dx := c.grads[s]
		c.own[dx], c.evaluation[dx] = c.own[dx] || own[v], c.evaluation[dx] || evaluation[v]
	}
}

// dependents reports for each value whether it depends on the input, or on parameters, or on either.
func (c *compiler) dependents(input, params bool) []bool {
	depends := make([]bool, len(c.values))
	depends[nn.Input] = input
	for i, l := range c.net.Layers {
		depends[i+1] = params && trains(l.Op)
		for _, v := range l.In {
			depends[i+1] = depends[i+1] || depends[v]
		}
	}
	return depends
}

// assignBackward decides who runs the steps of a layer's backward pass, which begin with step first.
func (c *compiler) assignBackward(layer, first int) {
	params := c.config.Train && trains(c.net.Layers[layer].Op)
	for i := range c.steps[first:] {
		s := &c.steps[first+i]
		s.own, s.evaluation = params && (s.toParams || len(s.writes) == 0), false
		for _, w := range s.writes {
			s.own, s.evaluation = s.own || c.own[w], s.evaluation || c.evaluation[w]
		}
	}
}

// fusedWith returns the activation fused into layer i.
func (c *compiler) fusedWith(i int) compute.Activation {
	if c.fused[i] == nil {
		return compute.NoActivation
	}
	act, _ := activationOf(c.fused[i].Op)
	return act
}

// trains reports whether a step changes a parameter of an operation.
func trains(o nn.Op) bool {
	return slices.ContainsFunc(layerParams(o), func(p *nn.Param) bool { return !p.Frozen })
}

func (c *compiler) param(p *nn.Param) compute.Buffer {
	if p == nil {
		return nil
	}
	return c.buffers[p]
}

func (c *compiler) paramGradient(p *nn.Param) compute.Buffer {
	if p == nil {
		return nil
	}
	return c.paramGrads[p]
}

func (c *compiler) normParams(o *nn.BatchNorm) compute.BatchNormParams {
	return compute.BatchNormParams{
		Scale: c.param(o.Scale), Shift: c.param(o.Shift), Mean: c.param(o.Mean), Variance: c.param(o.Variance),
	}
}

// unmovedNormParams is normParams for an evaluator, which moves others, that nothing reads, in place of running statistics.
func (c *compiler) unmovedNormParams(o *nn.BatchNorm) compute.BatchNormParams {
	if c.unread[0] == nil {
		most := 0
		for _, l := range c.net.Layers {
			if o, ok := l.Op.(*nn.BatchNorm); ok {
				most = max(most, len(o.Mean.Data))
			}
		}
		c.unread = [2]compute.Buffer{c.backend.NewBuffer(most), c.backend.NewBuffer(most)}
	}
	p := c.normParams(o)
	p.Mean, p.Variance = c.unread[0], c.unread[1]
	return p
}

// number returns a buffer of one number, for kernels that take constants.
func (c *compiler) number(v float32) compute.Buffer {
	if c.numbers[v] == nil {
		c.numbers[v] = c.backend.NewBuffer(1)
		c.backend.Write(c.numbers[v], 0, []float32{v})
	}
	return c.numbers[v]
}

// one adds a step with one output.
func (c *compiler) one(y slot, reads []slot, make func(at func(slot) compute.Buffer) compute.Kernel) {
	c.add(reads, []slot{y}, make)
}
