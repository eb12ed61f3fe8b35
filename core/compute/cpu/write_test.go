package cpu

import (
	"math"
	"testing"
)

// A write counts as one only if it changes a bit: what kernels made of the contents holds otherwise.
func TestWriteOfTheSame(t *testing.T) {
	b := New(1)
	nan := float32(math.NaN())
	m := b.NewBuffer(4).(*buffer)
	for _, c := range []struct {
		offset  int
		src     []float32
		changes bool
	}{
		{0, []float32{0, 0, 0, 0}, false}, {1, []float32{1, nan}, true}, {1, []float32{1, nan}, false},
		{0, []float32{float32(math.Copysign(0, -1))}, true}, {2, []float32{nan, 0}, false}, {3, nil, false}, {3, []float32{2}, true},
	} {
		before := m.version
		b.Write(m, c.offset, c.src)
		if changes := m.version != before; changes != c.changes {
			t.Errorf("writing %v at %d counts as a change: %t, want %t", c.src, c.offset, changes, c.changes)
		}
		got := make([]float32, len(c.src))
		b.Read(got, m, c.offset)
		for i, v := range c.src {
			if math.Float32bits(got[i]) != math.Float32bits(v) {
				t.Errorf("writing %v at %d leaves %v", c.src, c.offset, got)
			}
		}
	}
}
