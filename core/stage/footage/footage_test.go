package footage

import (
	"bytes"
	"slices"
	"testing"

	"steady/core/img"
)

func TestPattern(t *testing.T) {
	a := slices.Clone(Pattern(nil, 10))
	b := Pattern(nil, 10)
	if len(a) != 4*Side*Side || !bytes.Equal(a, b) {
		t.Error("the same frame twice differs")
	}
	if b = Pattern(b, 14); bytes.Equal(a, b) {
		t.Error("nothing moves")
	}
}

// An image moves, and is never seen beyond its edges.
func TestStill(t *testing.T) {
	m := img.New(300, 260)
	for i := range m.Pix {
		m.Pix[i] = float32(i%300) / 300
	}
	s := NewStill(m)
	first := slices.Clone(s.Frame(0))
	if second := s.Frame(20); len(second) != 4*Side*Side || bytes.Equal(first, second) {
		t.Errorf("%d bytes, or nothing moves", len(second))
	}
	for frame := range 2000 {
		if x, y := sway(frame); x < 0 || y < 0 || x > 2*margin || y > 2*margin {
			t.Fatalf("frame %d is seen at %d,%d", frame, x, y)
		}
	}
}
