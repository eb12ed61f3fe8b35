//go:build (darwin || linux || windows) && (amd64 || arm64) && !nowebgpu

package webgpu

import (
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

// native is a Device through a shared library with the C interface webgpu.h.
type native struct {
	functions
	adapter                 Adapter
	instance, device, queue Handle
	self                    uintptr // key of its events
	failure                 error   // the first

	staging      Handle // what Read copies through
	stagingBytes int
}

// Open loads the library and opens its best adapter.
func Open(o Options) (Device, error) {
	if o.Library == "" {
		return nil, fmt.Errorf("webgpu: %w: no library was named", ErrNoLibrary)
	}
	d := &native{}
	if err := d.load(o.Library); err != nil {
		return nil, err
	}
	if d.instance = d.createInstance(0); d.instance == 0 {
		return nil, fmt.Errorf("webgpu: %w: library %s makes no instance", ErrNoLibrary, o.Library)
	}
	adapter, err := d.openAdapter(o)
	if err != nil {
		return nil, err
	}
	if err := d.openDevice(adapter); err != nil {
		events.remove(d.self)
		return nil, err
	}
	return d, nil
}

func (d *native) openAdapter(o Options) (Handle, error) {
	options := &adapterOptions{featureLevel: coreFeatures, powerPreference: highPerformance}
	found := d.await(func(c callbackInfo) { d.requestAdapter(d.instance, options, c) }, handleCallback())
	if found.handle == 0 {
		return 0, fmt.Errorf("webgpu: %w: %s", ErrNoAdapter, found.text)
	}
	adapter := Handle(found.handle)
	info := new(adapterInfo)
	d.getInfo(adapter, info)
	d.adapter = Adapter{
		Vendor: info.vendor.String(), Architecture: info.architecture.String(), Device: info.device.String(),
		Description: info.description.String(), API: backendNames[info.backend], Software: info.kind == processorGPU,
	}
	if info.backend == nullBackend {
		// Dawn hands this one out when no driver is left. It takes every command and computes nothing.
		return 0, fmt.Errorf("webgpu: %w: no driver was found: want %s", ErrNoAdapter, wantedDriver())
	}
	l := new(limits)
	d.getLimits(adapter, l)
	d.adapter.MaxBuffer = int(min(l.bufferSize, l.storageBinding, 1<<32-4))
	return adapter, d.adapter.check(o)
}

// wantedDriver is what a GPU needs to be found. Direct3D 12 is there by itself, but not the compiler that Dawn wants for it.
func wantedDriver() string {
	switch runtime.GOOS {
	case "windows":
		return "the driver of the GPU's maker, with Vulkan; or, for Direct3D 12, dxcompiler.dll and dxil.dll beside the program"
	case "darwin":
		return "a Mac with Metal"
	}
	return "a Vulkan driver, and the loader libvulkan.so.1"
}

func (d *native) openDevice(adapter Handle) error {
	l := undefinedLimits()
	l.bufferSize, l.storageBinding = uint64(d.adapter.MaxBuffer), uint64(d.adapter.MaxBuffer)
	d.self = events.add(func(_ uintptr, lost bool, text string) { d.happened(lost, text) })
	descriptor := &deviceDescriptor{
		limits:     l,
		lost:       callbackInfo{mode: allowProcessEvents, callback: lostCallback(), user: d.self},
		uncaptured: uncapturedInfo{callback: errorCallback(), user: d.self},
	}
	made := d.await(func(c callbackInfo) { d.requestDevice(adapter, descriptor, c) }, handleCallback())
	if made.handle == 0 {
		return fmt.Errorf("webgpu: %w: %v: %s", ErrNoAdapter, d.adapter, made.text)
	}
	d.device = Handle(made.handle)
	d.queue = d.getQueue(d.device)
	return nil
}

// happened handles the library's unsolicited events.
func (d *native) happened(lost bool, text string) {
	if lost {
		d.fail(&LostError{text})
	} else {
		d.fail(fmt.Errorf("webgpu: %s", oneLine(text)))
	}
}

func (d *native) fail(err error) {
	if d.failure == nil {
		d.failure = err
	}
}

func (d *native) Adapter() Adapter { return d.adapter }

func (d *native) Err() error { return d.failure }

func (d *native) NewBuffer(bytes int, use Usage) (h Handle, err error) {
	if bytes > d.adapter.MaxBuffer {
		return 0, tooLarge(bytes, d.adapter.MaxBuffer)
	}
	err = d.scoped("buffer", func() {
		h = d.createBuffer(d.device, &bufferDescriptor{usage: uint64(use), size: uint64(bytes)})
	})
	return h, err
}

func (d *native) NewPipeline(wgsl string) (h Handle, err error) {
	err = d.scoped("shader", func() {
		source := &shaderSource{sType: wgslSource, code: viewOf(wgsl)}
		shader := d.createShader(d.device, &shaderDescriptor{next: source})
		h = d.createPipeline(d.device, &pipelineDescriptor{module: shader, entry: viewOf("main")})
		d.releaseShader(shader)
		runtime.KeepAlive(wgsl)
	})
	return h, err
}

func (d *native) NewBinding(pipeline Handle, buffers []Handle) (h Handle, err error) {
	entries := make([]bindingEntry, len(buffers))
	for i, b := range buffers {
		entries[i] = bindingEntry{binding: uint64(i), buffer: b, size: wholeSize}
	}
	err = d.scoped("binding", func() {
		layout := d.bindingLayout(pipeline, 0)
		h = d.createBinding(d.device, &bindingDescriptor{
			layout: layout, entryCount: uintptr(len(entries)), entries: unsafe.SliceData(entries),
		})
		d.releaseLayout(layout)
	})
	return h, err
}

// scopes are the kinds of errors that making something can have: WGPUErrorFilter_Validation, _OutOfMemory, _Internal.
var scopes = [...]uint32{1, 2, 3}

// noError is WGPUErrorType_NoError.
const noError = 1

// scoped runs f within error scopes and returns the error of the innermost that caught one. It stays on its thread: the scopes
// belong to the thread that pushed them (webgpu.h, "Errors"), and on another one an error would be nobody's.
func (d *native) scoped(what string, f func()) error {
	if d.failure != nil {
		return d.failure
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, s := range scopes {
		d.pushErrorScope(d.device, s)
	}
	f()
	var err error
	for range scopes {
		caught := d.await(func(c callbackInfo) { d.popErrorScope(d.device, c) }, handleCallback())
		if kind := uint32(caught.handle); kind > noError && err == nil {
			err = fmt.Errorf("webgpu: %s: %s", what, oneLine(caught.text))
		}
	}
	if d.failure != nil {
		return d.failure
	}
	return err
}

func (d *native) Release(kind Kind, h Handle) {
	switch {
	case h == 0:
	case kind == BufferKind:
		d.releaseBuffer(h)
	case kind == BindingKind:
		d.releaseBinding(h)
	}
}

func (d *native) Write(dst Handle, offset int, data []byte) {
	if d.failure == nil && len(data) > 0 {
		d.writeBuffer(d.queue, dst, uint64(offset), unsafe.SliceData(data), uintptr(len(data)))
	}
}

func (d *native) Submit(list []Dispatch) {
	if d.failure != nil || len(list) == 0 {
		return
	}
	encoder := d.createEncoder(d.device, 0)
	pass := d.beginPass(encoder, 0)
	var last Handle
	for i := range list {
		r := &list[i]
		if r.Pipeline != last {
			d.setPipeline(pass, r.Pipeline)
			last = r.Pipeline
		}
		d.setBinding(pass, 0, r.Binding, 0, 0)
		d.dispatch(pass, r.X, r.Y, r.Z)
	}
	d.endPass(pass)
	d.releasePass(pass)
	d.run(encoder)
}

// run submits what was encoded.
func (d *native) run(encoder Handle) {
	commands := d.finish(encoder, 0)
	d.submit(d.queue, 1, &commands)
	d.releaseCommands(commands)
	d.releaseEncoder(encoder)
}

func (d *native) Read(spans []Span) error {
	total := 0
	for _, s := range spans {
		total += len(s.Dst)
	}
	if d.failure != nil || total == 0 {
		return d.failure
	}
	if total > d.stagingBytes {
		d.Release(BufferKind, d.staging)
		var err error
		d.stagingBytes = 0
		if d.staging, err = d.NewBuffer(total, MapRead|CopyTarget); err != nil {
			return err
		}
		d.stagingBytes = total
	}
	encoder := d.createEncoder(d.device, 0)
	at := 0
	for _, s := range spans {
		d.copyBuffer(encoder, s.Src, uint64(s.Offset), d.staging, uint64(at), uint64(len(s.Dst)))
		at += len(s.Dst)
	}
	d.run(encoder)
	mapped := d.await(func(c callbackInfo) { d.mapBuffer(d.staging, uint64(MapRead), 0, uintptr(total), c) }, statusCallback())
	if d.failure != nil {
		return d.failure
	}
	data := d.mappedRange(d.staging, 0, uintptr(total))
	if data == nil {
		d.fail(fmt.Errorf("webgpu: reading %d bytes: %s", total, mapped.text))
		return d.failure
	}
	bytes := unsafe.Slice((*byte)(data), total)
	for _, s := range spans {
		bytes = bytes[copy(s.Dst, bytes):]
	}
	d.unmapBuffer(d.staging)
	return nil
}

func (d *native) Close() {
	d.destroyDevice(d.device)
	d.processEvents(d.instance)
	d.fail(&LostError{"it was closed"})
	events.remove(d.self)
}

// ---- what comes back from the library ----

// answer is the outcome of one asynchronous call.
type answer struct {
	done   bool
	handle uintptr // or the type of a caught error
	text   string
}

// await starts an asynchronous call and lets the library work until it answers.
func (d *native) await(start func(callbackInfo), callback uintptr) answer {
	a := new(answer)
	key := events.add(func(handle uintptr, _ bool, text string) { *a = answer{true, handle, text} })
	defer events.remove(key)
	start(callbackInfo{mode: allowProcessEvents, callback: callback, user: key})
	const eager = 100 // polls before it sleeps between them: most answers are there at once
	for i := 0; !a.done; i++ {
		d.processEvents(d.instance)
		if !a.done && i > eager {
			time.Sleep(20 * time.Microsecond)
		}
	}
	return *a
}

// registry maps keys to those who wait for an event. C code gets the key, as it must not keep a Go pointer.
type registry struct {
	sync.Mutex
	last uintptr
	open map[uintptr]func(handle uintptr, lost bool, text string)
}

var events = registry{open: map[uintptr]func(uintptr, bool, string){}}

func (r *registry) add(f func(handle uintptr, lost bool, text string)) uintptr {
	r.Lock()
	defer r.Unlock()
	r.last++
	r.open[r.last] = f
	return r.last
}

func (r *registry) remove(key uintptr) {
	r.Lock()
	defer r.Unlock()
	delete(r.open, key)
}

func (r *registry) tell(key, handle uintptr, lost bool, text string) {
	r.Lock()
	f := r.open[key]
	r.Unlock()
	if f != nil {
		f(handle, lost, text)
	}
}

// The callbacks are made once: their number in a process is limited.
var (
	statusCallback = sync.OnceValue(func() uintptr {
		return newStatusCallback(func(_ uint32, text string, key uintptr) { events.tell(key, 0, false, text) })
	})
	handleCallback = sync.OnceValue(func() uintptr {
		return newHandleCallback(func(_, handle uintptr, text string, key uintptr) { events.tell(key, handle, false, text) })
	})
	errorCallback = sync.OnceValue(func() uintptr {
		return newHandleCallback(func(_, _ uintptr, text string, key uintptr) { events.tell(key, 0, false, text) })
	})
	lostCallback = sync.OnceValue(func() uintptr {
		return newHandleCallback(func(_, _ uintptr, text string, key uintptr) { events.tell(key, 0, true, text) })
	})
)
