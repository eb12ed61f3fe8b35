package engine

import (
	"fmt"

	"steady/core/loss"
	"steady/core/net"
)

// prepareTraining lists the parameters and makes room for their gradients.
func (e *Engine) prepareTraining() error {
	readers := map[*net.Param]int{}
	running := map[*net.Param]bool{}
	for _, l := range e.net.Layers {
		for _, p := range layerParams(l.Op) {
			readers[p]++
		}
		if b, ok := l.Op.(*net.BatchNorm); ok {
			running[b.Mean], running[b.Variance] = true, true
		}
	}
	for _, p := range e.net.Params() {
		if readers[p] > 1 {
			return fmt.Errorf("engine: parameter %q is shared by %d layers: training wants one layer for each", p.Name, readers[p])
		}
		view := Param{Name: p.Name, Shape: p.Shape, Value: append([]float32(nil), p.Data...)}
		if !running[p] {
			view.Grad = make([]float32, len(p.Data))
			e.paramGrads[p] = e.backend.NewBuffer(len(p.Data))
		}
		e.params = append(e.params, view)
		e.trained = append(e.trained, p)
	}
	return nil
}

// layerParams gives the parameters of an operation.
func layerParams(o net.Op) []*net.Param {
	one := net.Network{Layers: []net.Layer{{Op: o}}}
	return one.Params()
}

// Params gives live views of all parameters, in the network's order. It is empty for an evaluation engine.
func (e *Engine) Params() []Param { return e.params }

// TrainStep runs up to Batch images (n×C×H×W) forward with the statistics of this batch and backward, and leaves the
// gradients of the loss, summed over the images, in the Grad of Params. Running statistics move.
func (e *Engine) TrainStep(x []float32, f loss.Func) error {
	n, err := e.images(x)
	if err != nil {
		return err
	}
	if !e.config.Train {
		return fmt.Errorf("engine: training step: %w: make one with Train", ErrMode)
	}
	if n > e.config.Batch {
		return fmt.Errorf("engine: training step over %d images: want at most the batch of %d", n, e.config.Batch)
	}
	for i, p := range e.trained {
		e.backend.Write(e.buffers[p], 0, e.params[i].Value)
	}
	e.pass(x, n, 0, f)
	for i, p := range e.trained {
		if grad := e.paramGrads[p]; grad != nil {
			e.backend.Read(e.params[i].Grad, grad, 0)
		} else {
			e.backend.Read(e.params[i].Value, e.buffers[p], 0)
		}
	}
	return nil
}

// Store copies the values of all parameters back into the network given to New.
func (e *Engine) Store() error {
	if !e.config.Train {
		return fmt.Errorf("engine: store: %w: make one with Train", ErrMode)
	}
	byName := map[string]*net.Param{}
	for _, p := range e.source.Params() {
		byName[p.Name] = p
	}
	for _, p := range e.params {
		to := byName[p.Name]
		if to == nil || len(to.Data) != len(p.Value) {
			return fmt.Errorf("engine: store: the network no longer has a parameter %q of %d elements", p.Name, len(p.Value))
		}
		copy(to.Data, p.Value)
	}
	return nil
}
