package webgpu

import (
	"errors"
	"fmt"
	"strings"

	"steady/core/compute"
)

// Failures that a caller can act on. Each is wrapped with what was found and what would help.
var (
	// ErrNoLibrary matches where there is no WebGPU: natively no library, or none that can be used; in a browser no navigator.gpu.
	ErrNoLibrary = errors.New("no WebGPU")
	// ErrNoAdapter matches where WebGPU finds no GPU that it can use, or no driver for it.
	ErrNoAdapter = errors.New("no usable GPU")
	// ErrSoftware matches where the only adapter is software on the processor, which Options.AllowSoftware allows.
	ErrSoftware = errors.New("only a software adapter")
)

// LostError is the failure of a device that is gone: unplugged, reset by its driver, or taken by the system.
type LostError struct{ Reason string }

func (e *LostError) Error() string { return "webgpu: the graphics device was lost: " + e.Reason }

// Options are which device Open may take.
type Options struct {
	// Library is the path of a shared library with the C interface webgpu.h; it is not used in a browser.
	Library string
	// AllowSoftware allows an adapter that computes on the processor, which is slow: for tests.
	AllowSoftware bool
}

// Adapter describes what a device runs on.
type Adapter struct {
	Vendor, Architecture, Device, Description string
	API                                       string // what drives it: Vulkan, Metal, D3D12; "WebGPU" in a browser
	Software                                  bool
	MaxBuffer                                 int // bytes of the largest buffer that a kernel can use
}

// String returns a line for people.
func (a Adapter) String() string {
	name := a.Device
	for _, s := range []string{a.Description, a.Architecture, a.Vendor} {
		if name == "" {
			name = s
		}
	}
	if name == "" {
		name = "unnamed"
	}
	kind := a.API
	if a.Software {
		kind += ", software"
	}
	return fmt.Sprintf("%s (%s)", name, kind)
}

// Handle names an object of a device: a pointer of the library, or a place in the recorder's table. 0 is none.
type Handle uintptr

// Usage is the purpose of a buffer; the bits are those of WebGPU.
type Usage uint32

const (
	MapRead Usage = 1 << iota
	_
	CopySource
	CopyTarget
	_
	_
	Uniform
	Storage
)

// Dispatch is one run of a pipeline over X×Y×Z workgroups.
type Dispatch struct {
	Pipeline, Binding Handle
	X, Y, Z           uint32
}

// Span is a part of a buffer, from byte Offset on, to be read into Dst.
type Span struct {
	Dst    []byte
	Src    Handle
	Offset int
}

// Device is a GPU, or a software adapter, reduced to computing.
//
// A pipeline's layout is the one that its WGSL implies: entry point main, one group of bindings numbered from 0, every
// one of which the entry point uses. Failures stick: after the first, Err returns it and the other calls do nothing.
// A Device is not safe for concurrent use.
type Device interface {
	Adapter() Adapter
	// NewBuffer returns a buffer of zeros. Its size is a multiple of 4.
	NewBuffer(bytes int, use Usage) (Handle, error)
	NewPipeline(wgsl string) (Handle, error)
	// NewBinding binds buffers to a pipeline's bindings, in order.
	NewBinding(pipeline Handle, buffers []Handle) (Handle, error)
	// Release frees a buffer or a binding, as the kind says. What was submitted with them still runs.
	Release(kind Kind, h Handle)
	// Write copies data into a buffer after what was submitted before.
	Write(dst Handle, offset int, data []byte)
	// Submit records the list into one pass and starts it. Each dispatch sees what those before it wrote.
	Submit(list []Dispatch)
	// Read waits for what was submitted and copies the spans out. On an error it leaves their Dst as they were.
	Read(spans []Span) error
	Err() error
	// Close ends the device; it is then lost.
	Close()
}

// Kind is a kind of object.
type Kind int

const (
	BufferKind Kind = iota
	BindingKind
)

// check returns an error for a software adapter that was not asked for.
func (a Adapter) check(o Options) error {
	if a.Software && !o.AllowSoftware {
		return fmt.Errorf("webgpu: %w: %v, which is slower than the processor by itself", ErrSoftware, a)
	}
	return nil
}

func tooLarge(bytes, limit int) error {
	return fmt.Errorf("webgpu: %w: %.1f MB, the limit of this one is %.1f MB: try fewer images at a time",
		compute.ErrTooLarge, float64(bytes)/1e6, float64(limit)/1e6)
}

// oneLine puts a library's message on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
