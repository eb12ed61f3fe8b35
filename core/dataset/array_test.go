package dataset

import (
	"math"
	"slices"
	"testing"
	"testing/fstest"
)

func TestLabelForms(t *testing.T) {
	for name, labels := range map[string][]byte{
		"one-hot":       npyOf(npyHead("<f4", "(2, 3)"), []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 128, 63, 0, 0, 0, 0, 0, 0, 0, 0}),
		"one-hot bytes": idxOf(8, []byte{0, 0, 1, 1, 0, 0}, 2, 3),
		"one-hot, by columns": npyOf("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n",
			[]byte{0, 1, 0, 0, 1, 0}),
		"float16": npyOf(npyHead("<f2", "(2,)"), []byte{0, 0x40, 0, 0}),
		"column":  npyOf(npyHead("<i2", "(2, 1)"), []byte{2, 0, 0, 0}),
	} {
		s, err := Arrays(fstest.MapFS{"x": file(idxOf(8, count(2), 2, 1, 1)), "y": file(labels)}, "x", "y", Options{})
		if err != nil || !slices.Equal(s.Labels, []int{2, 0}) {
			t.Errorf("%s: %v, %v, want labels 2 and 0", name, s, err)
		}
	}
}

func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float64{0: 0, 0x3c00: 1, 0xc000: -2, 0x0001: math.Ldexp(1, -24), 0x7bff: 65504, 0x7c00: math.Inf(1)} {
		if got := half(bits); got != want {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
	if !math.IsNaN(half(0x7e00)) {
		t.Error("0x7e00 is a number")
	}
}
