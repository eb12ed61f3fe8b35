package jpegsim

import "testing"

// Chroma is halved and doubled; luma is not.
func TestChroma(t *testing.T) {
	p := plane{make([]int32, 64), 8, 4, 1}
	copy(p.pix, []int32{0, 100, 200, 40})
	row := make([]int32, 8)
	double(row, p, 0, make([]int32, 24))
	for i, want := range []int32{0, 25, 75, 125, 175, 160, 80, 40} {
		if row[i] != want {
			t.Errorf("doubled: %d, want %d at %d", row[i], want, i)
		}
	}
	halve(row[:2], []int32{1, 2, 1, 2}, []int32{1, 2, 2, 1})
	if row[0] != 1 || row[1] != 2 { // 6+1 and 6+2, divided by 4
		t.Errorf("halved: %v, want 1 and 2", row[:2])
	}
}
