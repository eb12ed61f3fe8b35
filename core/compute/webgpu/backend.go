package webgpu

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"steady/core/compute"
)

// Backend runs kernels on a Device. It is not safe for concurrent use.
type Backend struct {
	device          Device
	pipelines       map[string]Handle // by their WGSL
	images          Handle            // uniform: the number of images of a run
	written         int               // what it holds
	maxImages       int               // images that kernels are prepared for; 0 if that was not said
	list            []Dispatch        // room for the dispatches of a run
	spans           []Span
	pendingReleases *releaseQueue
	failure         error  // that Err has not told yet
	measured        *meter // the device, where memory is only counted

	counts Counts
}

var _ compute.Backend = (*Backend)(nil)

// Counts are what a backend has done since it was made.
type Counts struct {
	Runs, Dispatches, Reads int
	BytesWritten, BytesRead int
	Pipelines, Buffers      int
	Bindings                int
}

// New returns a backend on a device, which must not be used by others.
func New(d Device) (*Backend, error) {
	b := &Backend{device: d, pipelines: map[string]Handle{}, pendingReleases: &releaseQueue{}}
	var err error
	b.images, err = d.NewBuffer(uniformBytes, Uniform|CopyTarget)
	return b, err
}

// Name returns the backend's name on the command line.
func (b *Backend) Name() string { return "webgpu" }

// Device returns what the backend runs on.
func (b *Backend) Device() Device { return b.device }

// Counts returns what has been done so far.
func (b *Backend) Counts() Counts { return b.counts }

// Err is described in package compute. After a failure nothing is computed until Err is called.
func (b *Backend) Err() error {
	err := b.broken()
	b.failure = nil
	return err
}

// broken returns the failure after which the backend does nothing, or nil.
func (b *Backend) broken() error {
	if b.failure != nil {
		return b.failure
	}
	return b.device.Err()
}

func (b *Backend) fail(err error) {
	if b.failure == nil {
		b.failure = err
	}
}

// SetMaxImages is described in package compute.
func (b *Backend) SetMaxImages(images int) { b.maxImages = images }

// imagesOf returns for how many images, of so many elements each in buffer x, a kernel is prepared.
func (b *Backend) imagesOf(x compute.Buffer, elements int) int {
	room := x.Len() / elements
	if b.maxImages > 0 {
		return min(room, b.maxImages)
	}
	return room
}

// buffer is float32 memory of the device.
type buffer struct {
	handle   Handle
	elements int
	version  int // how often it was written
}

func (b *buffer) Len() int { return b.elements }

// NewBuffer returns a buffer of zeros. If it cannot, Err returns why.
func (b *Backend) NewBuffer(elements int) compute.Buffer {
	m := &buffer{elements: elements}
	m.handle = b.memory(4*max(elements, 1), Storage|CopySource|CopyTarget)
	runtime.AddCleanup(m, b.pendingReleases.add, release{BufferKind, m.handle})
	return m
}

func (b *Backend) memory(bytes int, use Usage) Handle {
	b.drainReleases()
	if b.broken() != nil {
		return 0
	}
	h, err := b.device.NewBuffer(bytes, use)
	if err != nil {
		b.fail(err)
		return 0
	}
	b.counts.Buffers++
	return h
}

// Write copies src into dst from element offset on.
func (b *Backend) Write(dst compute.Buffer, offset int, src []float32) {
	d := dst.(*buffer)
	if offset < 0 || offset+len(src) > d.elements {
		panic(fmt.Sprintf("webgpu: write of %d elements at %d into a buffer of %d", len(src), offset, d.elements))
	}
	if b.broken() == nil {
		d.version++
		b.device.Write(d.handle, 4*offset, bytesOf(src))
		b.counts.BytesWritten += 4 * len(src)
	}
}

// Read copies len(dst) elements of src from offset on. After a failure dst stays as it was.
func (b *Backend) Read(dst []float32, src compute.Buffer, offset int) {
	b.read(append(b.spans[:0], b.span(dst, src, offset)))
}

// ReadAll reads the first elements of several buffers, and waits once.
func (b *Backend) ReadAll(dst [][]float32, src []compute.Buffer) {
	spans := b.spans[:0]
	for i, d := range dst {
		spans = append(spans, b.span(d, src[i], 0))
	}
	b.read(spans)
}

func (b *Backend) span(dst []float32, src compute.Buffer, offset int) Span {
	s := src.(*buffer)
	if offset < 0 || offset+len(dst) > s.elements {
		panic(fmt.Sprintf("webgpu: read of %d elements at %d out of a buffer of %d", len(dst), offset, s.elements))
	}
	return Span{bytesOf(dst), s.handle, 4 * offset}
}

func (b *Backend) read(spans []Span) {
	b.spans = spans
	if b.broken() != nil {
		return
	}
	if err := b.device.Read(spans); err != nil {
		b.fail(err)
	}
	b.counts.Reads++
	for _, s := range spans {
		b.counts.BytesRead += len(s.Dst)
	}
}

// Run starts the kernels, in order, over the first images images of their buffers, and does not wait.
func (b *Backend) Run(images int, kernels []compute.Kernel) {
	if b.broken() != nil {
		return
	}
	if images != b.written {
		count := [uniformBytes / 4]uint32{uint32(images)}
		b.device.Write(b.images, 0, bytesOf(count[:]))
		b.written = images
	}
	list := b.list[:0]
	for _, k := range kernels {
		for i := range k.(*kernel).steps {
			s := &k.(*kernel).steps[i]
			if s.of != nil {
				if s.version == s.of.version {
					continue
				}
				s.version = s.of.version
			}
			x, y := grid(s.groups(images))
			z := 1
			if s.layers != nil {
				z = s.layers(images)
			}
			if x > 0 {
				list = append(list, Dispatch{s.pipeline, s.binding, x, y, uint32(z)})
			}
		}
		for _, a := range k.(*kernel).keep {
			if a.role != readOnly {
				a.buffer.(*buffer).version++
			}
		}
	}
	b.list = list
	b.device.Submit(list)
	b.counts.Runs++
	b.counts.Dispatches += len(list)
}

// grid lays a number of workgroups out in two dimensions, as each has a limit.
func grid(groups int) (x, y uint32) {
	if groups <= maxGroups {
		return uint32(groups), 1
	}
	rows := (groups + maxGroups - 1) / maxGroups
	return uint32((groups + rows - 1) / rows), uint32(rows)
}

func bytesOf[T float32 | uint32](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}

// release is an object that nothing refers to any more.
type release struct {
	kind   Kind
	handle Handle
}

// releaseQueue collects them from the garbage collector's goroutine, for the goroutine that uses the device.
type releaseQueue struct {
	sync.Mutex
	releases []release
}

func (q *releaseQueue) add(r release) {
	q.Lock()
	defer q.Unlock()
	q.releases = append(q.releases, r)
}

// drainReleases releases what nothing refers to any more.
func (b *Backend) drainReleases() {
	b.pendingReleases.Lock()
	defer b.pendingReleases.Unlock()
	for _, r := range b.pendingReleases.releases {
		b.device.Release(r.kind, r.handle)
	}
	b.pendingReleases.releases = b.pendingReleases.releases[:0]
}
