package cpu

import (
	"bytes"
	"fmt"
	"runtime"
	"unsafe"

	"steady/core/compute"
)

// Backend runs kernels on the processor. It is not safe for concurrent use.
type Backend struct {
	*pool
	imageMajor imageMajor // what RunMicrobatched does, kept so that it allocates nothing
	maxImages  int        // images that kernels are prepared for; 0 if it is not known
	counted    float64    // bytes of what was prepared, where they are only counted
}

var (
	_ compute.Backend     = (*Backend)(nil)
	_ compute.BatchHinter = (*Backend)(nil)
	_ compute.Measuring   = (*Backend)(nil)
	_ compute.Threaded    = (*Backend)(nil)
)

// New returns a backend of the given number of goroutines; 0 or less means one for each usable core.
func New(threads int) *Backend {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	b := &Backend{pool: newPool(threads)}
	runtime.AddCleanup(b, func(p *pool) { p.stop() }, b.pool)
	return b
}

// Name returns the backend's name on the command line.
func (b *Backend) Name() string { return "cpu" }

// Threads returns the number of goroutines that share the work.
func (b *Backend) Threads() int { return len(b.scratch) }

// SetMaxImages is described in package compute. Where there are fewer images than threads, the threads share each of them out.
func (b *Backend) SetMaxImages(images int) { b.maxImages = images }

// images returns how many images of size elements a kernel that is being prepared will take at the most from x.
func (b *Backend) images(x compute.Buffer, size int) int {
	n := x.Len() / size
	if b.maxImages > 0 {
		n = min(n, b.maxImages)
	}
	return n
}

// buffer is float32 memory; version counts the writes from outside that change it, for kernels that keep a packed copy.
type buffer struct {
	data     []float32 // none where memory is only counted
	elements int
	version  int
}

func (b *buffer) Len() int { return b.elements }

// NewBuffer returns a buffer of zeros. Kernels may read, but not write, slack elements beyond its end.
func (b *Backend) NewBuffer(elements int) compute.Buffer {
	return &buffer{data: allocate[float32](b, elements, slack), elements: elements, version: 1}
}

// Write copies src into dst from element offset on.
func (b *Backend) Write(dst compute.Buffer, offset int, src []float32) {
	d := data(dst)
	if b.measuring {
		return
	}
	if offset < 0 || offset+len(src) > len(d) {
		panic(fmt.Sprintf("cpu: write of %d elements at %d into a buffer of %d", len(src), offset, len(d)))
	}
	d = d[offset:][:len(src)]
	if bytes.Equal(bytesOf(d), bytesOf(src)) { // what kernels made of it still holds
		return
	}
	copy(d, src)
	dst.(*buffer).version++
}

// bytesOf returns the memory of a slice.
func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}

// Read copies len(dst) elements of src from offset on.
func (b *Backend) Read(dst []float32, src compute.Buffer, offset int) {
	copy(dst, data(src)[offset:offset+len(dst)])
}

// ReadAll copies the first elements of several buffers.
func (b *Backend) ReadAll(dst [][]float32, src []compute.Buffer) {
	for i, d := range dst {
		b.Read(d, src[i], 0)
	}
}

// Err returns nil: memory does not fail.
func (b *Backend) Err() error { return nil }

// data is the memory of a buffer of this backend; nil stays nil.
func data(b compute.Buffer) []float32 {
	if b == nil {
		return nil
	}
	return b.(*buffer).data
}
