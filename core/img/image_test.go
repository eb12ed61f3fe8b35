package img

import "testing"

func TestCopyFrom(t *testing.T) {
	a, b := ramp(4, 3), New(9, 9)
	memory := &b.Pix[0]
	b.CopyFrom(a)
	if b.W != 4 || b.H != 3 || Linf(a, b) != 0 || &b.Pix[0] != memory {
		t.Error("CopyFrom did not copy into the memory there is")
	}
	c := a.Clone()
	if c.Pix[0] = 9; a.Pix[0] == 9 {
		t.Error("a clone shares memory")
	}
}
