package engine

import (
	"fmt"

	"steady/core/compute"
	"steady/core/loss"
	"steady/core/nn"
)

// listParams makes the views of the parameters.
func (e *Engine) listParams() error {
	readers := map[*nn.Param]int{}
	running, shifts := map[*nn.Param]bool{}, map[*nn.Param]bool{}
	for _, l := range e.net.Layers {
		for _, p := range layerParams(l.Op) {
			readers[p]++
		}
		if b, ok := l.Op.(*nn.BatchNorm); ok {
			running[b.Mean], running[b.Variance] = true, true
			shifts[b.Shift] = true
		}
	}
	for _, p := range e.net.Params() {
		if readers[p] > 1 {
			return fmt.Errorf("engine: parameter %q is shared by %d layers: training wants one layer for each", p.Name, readers[p])
		}
		view := Param{Name: p.Name, Shape: p.Shape, Value: append([]float32(nil), p.Data...), NormShift: shifts[p]}
		if !running[p] && !p.Frozen {
			view.Grad = make([]float32, len(p.Data))
		}
		e.params = append(e.params, view)
		e.trained = append(e.trained, p)
	}
	return nil
}

// prepareTraining makes room for the parameters' gradients on the backend, and lists what a step reads back.
func (e *Engine) prepareTraining() {
	r := results{}
	for i, p := range e.trained {
		dst, src := e.params[i].Grad, e.buffers[p]
		if p.Frozen {
			e.paramGrads[p] = e.backend.NewBuffer(len(p.Data)) // of a layer whose other parameters are trained
			continue
		}
		if dst == nil { // a running statistic: it moves on the backend
			dst = e.room(nil, len(p.Data))
			r.statistics = append(r.statistics, statistic{e.params[i].Value, dst})
		} else {
			src = e.backend.NewBuffer(len(p.Data))
			e.paramGrads[p] = src
		}
		r.dst, r.src = append(r.dst, dst), append(r.src, src)
	}
	e.results = r
}

// results are what a training step reads back. Running statistics are kept apart until all is there: should the
// backend fail on the way, the step can be done again.
type results struct {
	dst        [][]float32
	src        []compute.Buffer
	statistics []statistic
}

type statistic struct{ value, moved []float32 }

// layerParams returns the parameters of an operation, in order.
func layerParams(o nn.Op) []*nn.Param {
	one := nn.Network{Layers: []nn.Layer{{Op: o}}}
	return one.Params()
}

// Params returns live views of all parameters, in the network's order. It is empty for an evaluation engine.
func (e *Engine) Params() []Param { return e.params }

// TrainStep runs up to Batch images x (n×C×H×W) forward, with the statistics of this batch, and backward. It leaves the
// gradients of the loss f, summed over the images, in the Grad of Params, and updates running statistics.
//
// The error matches ErrMode for an evaluation engine.
func (e *Engine) TrainStep(x []float32, f loss.Func) error {
	if _, err := e.checkStep(x); err != nil {
		return err
	}
	if _, _, err := e.pass(x, 0, f, func(int, int) { e.backend.ReadAll(e.results.dst, e.results.src) }); err != nil {
		return err
	}
	for _, s := range e.results.statistics {
		copy(s.value, s.moved)
	}
	return nil
}

// checkStep returns the number of images of a training step.
func (e *Engine) checkStep(x []float32) (int, error) {
	n, err := e.images(x)
	if err != nil {
		return 0, err
	}
	if !e.config.Train {
		return 0, fmt.Errorf("engine: training step: %w: make one with Train", ErrMode)
	}
	return n, nil
}

// Store copies the current values of all parameters back into the network given to New: during SGD those that the
// backend has. The error matches ErrMode for an evaluation engine.
func (e *Engine) Store() error {
	if !e.config.Train {
		return fmt.Errorf("engine: store: %w: make one with Train", ErrMode)
	}
	running := e.stepping()
	if running {
		if err := e.readValues(); err != nil {
			return err
		}
	}
	return e.store(e.source, running)
}

// store copies the values of all parameters into a network: those here or, in SGD, those that readValues has read.
func (e *Engine) store(n *nn.Network, running bool) error {
	byName := map[string]*nn.Param{}
	for _, p := range n.Params() {
		byName[p.Name] = p
	}
	for i, p := range e.params {
		value := p.Value
		if running {
			value = e.sgd.values[i]
		}
		to := byName[p.Name]
		if to == nil || len(to.Data) != len(p.Value) {
			return fmt.Errorf("engine: store: the network no longer has a parameter %q of %d elements", p.Name, len(p.Value))
		}
		copy(to.Data, value)
	}
	return nil
}
