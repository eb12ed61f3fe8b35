package webgpu

import "steady/core/compute"

var _ compute.Measuring = (*Backend)(nil)

// Measuring is described in package compute. The programs that a driver makes of kernels are not counted.
func (b *Backend) Measuring() compute.Measuring {
	m := &meter{adapter: b.device.Adapter()}
	return &Backend{device: m, measured: m, pipelines: map[string]Handle{}, pendingReleases: &releaseQueue{}}
}

// Count is described in package compute.
func (b *Backend) Count(bytes float64) { b.measured.bytes += bytes }

// Bytes is described in package compute.
func (b *Backend) Bytes() float64 { return b.measured.bytes }

// meter is a Device that has no memory, and counts what buffers would take of it.
type meter struct {
	adapter Adapter
	bytes   float64
}

func (m *meter) NewBuffer(bytes int, _ Usage) (Handle, error) {
	if bytes > m.adapter.MaxBuffer {
		return 0, tooLarge(bytes, m.adapter.MaxBuffer)
	}
	m.bytes += float64(bytes)
	return 1, nil
}

func (m *meter) Adapter() Adapter                            { return m.adapter }
func (m *meter) NewPipeline(string) (Handle, error)          { return 1, nil }
func (m *meter) NewBinding(Handle, []Handle) (Handle, error) { return 1, nil }
func (m *meter) Release(Kind, Handle)                        {}
func (m *meter) Write(Handle, int, []byte)                   {}
func (m *meter) Submit([]Dispatch)                           {}
func (m *meter) Read([]Span) error                           { return nil }
func (m *meter) Err() error                                  { return nil }
func (m *meter) Close()                                      {}
