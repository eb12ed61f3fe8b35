package main

import (
	"context"
	"syscall/js"
	"unsafe"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/onnx"
)

// main sets the page's function steadySpeed(model, batch, labels): an object of functions that each take the bytes of a batch of
// images and the bytes that the answer goes to.
func main() {
	js.Global().Set("steadySpeed", js.FuncOf(func(_ js.Value, args []js.Value) any {
		model := make([]byte, args[0].Get("length").Int())
		js.CopyBytesToGo(model, args[0])
		labels := make([]int, args[1].Int())
		for i := range labels {
			labels[i] = args[2].Index(i).Int()
		}
		r, err := newRunner(model, labels)
		if err != nil {
			return err.Error()
		}
		return map[string]any{
			"forward":  r.job(func(out []float32) error { return r.engine.Logits(out, r.x) }),
			"gradient": r.job(func(out []float32) error { return r.engine.Gradient(out, r.logits, r.x, r.loss) }),
			"pgd":      r.job(r.pgd),
		}
	}))
	select {}
}

// runner is a network with the memory for a batch.
type runner struct {
	engine    *engine.Engine
	labels    []int
	loss      loss.Func
	x, logits []float32
	out       []float32
}

func newRunner(model []byte, labels []int) (*runner, error) {
	n, err := onnx.Read(model)
	if err != nil {
		return nil, err
	}
	e, err := engine.New(cpu.New(1), n, engine.Config{Batch: len(labels)})
	if err != nil {
		return nil, err
	}
	size := len(labels) * e.InputShape().Size()
	return &runner{
		engine: e, labels: labels, loss: loss.CrossEntropy(labels, e.Classes()),
		x: make([]float32, size), logits: make([]float32, len(labels)*e.Classes()), out: make([]float32, size),
	}, nil
}

// job is a function of two Uint8Arrays for JavaScript. It returns null, or what went wrong.
func (r *runner) job(run func(out []float32) error) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		js.CopyBytesToGo(bytes(r.x), args[0])
		out := r.out[:args[1].Get("length").Int()/4]
		if err := run(out); err != nil {
			return err.Error()
		}
		js.CopyBytesToJS(args[1], bytes(out))
		return nil
	})
}

// pgd is PGD-10 with eps 8/255 and steps of 2/255 from the image itself, all steps, as the peers do it.
func (r *runner) pgd(out []float32) error {
	method, err := attack.Lookup("pgd")
	if err != nil {
		return err
	}
	p := method.Default(attack.Linf)
	p.Eps, p.StepSize, p.Steps, p.RandomStart, p.Continue = 8./255, 2./255, 10, false, true
	result, err := method.Run(context.Background(), r.engine, r.x, r.labels, p, nil)
	if err != nil {
		return err
	}
	copy(out, result.Adv)
	return nil
}

func bytes(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
