package webgpu

import (
	"errors"
	"fmt"
	"syscall/js"
)

// browser is a Device on navigator.gpu, through the recorder of web/src/lab/gpu.ts: what needs many calls of WebGPU is handed
// over as one list of numbers. Waiting lets the browser go on, so it must not happen within a call from JavaScript.
type browser struct {
	recorder js.Value
	adapter  Adapter
	fail     js.Func
	failure  error // the first
	words    []uint32
}

// Open opens the browser's best adapter.
func Open(o Options) (Device, error) {
	open := js.Global().Get("steadyGPU")
	if open.IsUndefined() {
		return nil, fmt.Errorf("webgpu: %w: nobody has loaded gpu.ts", ErrNoLibrary)
	}
	if js.Global().Get("navigator").Get("gpu").IsUndefined() {
		return nil, fmt.Errorf("webgpu: %w in this browser, or not over this connection: it wants https or localhost", ErrNoLibrary)
	}
	d := &browser{}
	d.fail = js.FuncOf(func(_ js.Value, args []js.Value) any {
		var err error = &LostError{args[1].String()}
		if !args[0].Bool() {
			err = fmt.Errorf("webgpu: %s", oneLine(args[1].String()))
		}
		d.failed(err)
		return nil
	})
	recorder, err := await(open.Invoke(d.fail))
	if err != nil {
		return nil, fmt.Errorf("webgpu: %w: %w", ErrNoAdapter, err)
	}
	if recorder.IsNull() {
		return nil, fmt.Errorf("webgpu: %w: the browser has no adapter", ErrNoAdapter)
	}
	d.recorder = recorder
	a := recorder.Get("adapter")
	d.adapter = Adapter{
		Vendor: a.Get("vendor").String(), Architecture: a.Get("architecture").String(), Device: a.Get("device").String(),
		Description: a.Get("description").String(), API: "WebGPU", Software: a.Get("software").Bool(),
		MaxBuffer: a.Get("maxBuffer").Int(),
	}
	if err := d.adapter.check(o); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *browser) failed(err error) {
	if d.failure == nil {
		d.failure = err
	}
}

func (d *browser) Adapter() Adapter { return d.adapter }

func (d *browser) Err() error { return d.failure }

// hand puts bytes where the recorder finds them.
func (d *browser) hand(data []byte) {
	js.CopyBytesToJS(d.recorder.Call("room", len(data)), data)
}

func (d *browser) NewBuffer(bytes int, use Usage) (Handle, error) {
	if bytes > d.adapter.MaxBuffer {
		return 0, tooLarge(bytes, d.adapter.MaxBuffer)
	}
	if d.failure != nil {
		return 0, d.failure
	}
	return Handle(d.recorder.Call("buffer", bytes, int(use)).Int()), nil
}

func (d *browser) NewPipeline(wgsl string) (Handle, error) {
	if d.failure != nil {
		return 0, d.failure
	}
	h, err := await(d.recorder.Call("pipeline", wgsl))
	if err != nil {
		return 0, fmt.Errorf("webgpu: shader: %s", oneLine(err.Error()))
	}
	return Handle(h.Int()), nil
}

func (d *browser) NewBinding(pipeline Handle, buffers []Handle) (Handle, error) {
	if d.failure != nil {
		return 0, d.failure
	}
	d.words = d.words[:0]
	for _, b := range buffers {
		d.words = append(d.words, uint32(b))
	}
	d.hand(bytesOf(d.words))
	return Handle(d.recorder.Call("binding", int(pipeline), len(buffers)).Int()), nil
}

func (d *browser) Release(_ Kind, h Handle) {
	if h != 0 {
		d.recorder.Call("release", int(h))
	}
}

func (d *browser) Write(dst Handle, offset int, data []byte) {
	if d.failure == nil && len(data) > 0 {
		d.hand(data)
		d.recorder.Call("write", int(dst), offset, len(data))
	}
}

func (d *browser) Submit(list []Dispatch) {
	if d.failure != nil || len(list) == 0 {
		return
	}
	d.words = d.words[:0]
	for _, r := range list {
		d.words = append(d.words, uint32(r.Pipeline), uint32(r.Binding), r.X, r.Y, r.Z)
	}
	d.hand(bytesOf(d.words))
	d.recorder.Call("submit", len(list))
}

func (d *browser) Read(spans []Span) error {
	total := 0
	d.words = d.words[:0]
	for _, s := range spans {
		total += len(s.Dst)
		d.words = append(d.words, uint32(s.Src), uint32(s.Offset), uint32(len(s.Dst)))
	}
	if d.failure != nil || total == 0 {
		return d.failure
	}
	d.hand(bytesOf(d.words))
	data, err := await(d.recorder.Call("read", len(spans), total))
	if err != nil {
		d.failed(fmt.Errorf("webgpu: reading %d bytes: %w", total, err))
	}
	if d.failure != nil {
		return d.failure
	}
	at := 0
	for _, s := range spans {
		js.CopyBytesToGo(s.Dst, data.Call("subarray", at))
		at += len(s.Dst)
	}
	d.recorder.Call("done")
	return nil
}

func (d *browser) Close() {
	d.recorder.Call("close")
	d.failed(&LostError{"it was closed"})
}

// await waits for a promise.
func await(promise js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	c := make(chan outcome, 1)
	kept := js.FuncOf(func(_ js.Value, args []js.Value) any {
		c <- outcome{value: args[0]}
		return nil
	})
	broken := js.FuncOf(func(_ js.Value, args []js.Value) any {
		c <- outcome{err: errors.New(args[0].Call("toString").String())}
		return nil
	})
	defer kept.Release()
	defer broken.Release()
	promise.Call("then", kept, broken)
	o := <-c
	return o.value, o.err
}
