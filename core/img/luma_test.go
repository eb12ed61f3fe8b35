package img

import "testing"

func TestLuma(t *testing.T) {
	for i := range 256 {
		if v := float32(i) / 255; Luma(v, v, v) != v {
			t.Errorf("the luma of gray %v is %v", v, Luma(v, v, v))
		}
	}
	for color, want := range map[[3]float32]float32{{1, 0, 0}: .299, {0, 1, 0}: .587, {0, 0, 1}: .114} {
		if got := Luma(color[0], color[1], color[2]); got != want {
			t.Errorf("the luma of %v is %v, want %v", color, got, want)
		}
	}
	if got := Luma(1, 1, .9999999); got > 1 {
		t.Errorf("luma %v is above 1", got)
	}
}

func TestGray(t *testing.T) {
	m := New(2, 1)
	copy(m.Pix, []float32{1, .5, 0, .5, 0, .5}) // red, gray
	m.Gray()
	for c := range 3 {
		if p := m.Plane(c); p[0] != .299 || p[1] != .5 {
			t.Errorf("plane %d of red and gray is %v, want .299 and .5", c, p)
		}
	}
}
