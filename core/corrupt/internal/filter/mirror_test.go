package filter

import "testing"

func TestMirrors(t *testing.T) {
	for i, want := range []int{1, 2, 2, 1, 0, 0, 1, 2, 2, 1} {
		if got := MirrorHalf(i-5, 3); got != want {
			t.Errorf("MirrorHalf(%d, 3) = %d, want %d", i-5, got, want)
		}
	}
	for i, want := range []int{1, 0, 1, 2, 1, 0, 1, 2, 1, 0} {
		if got := Mirror101(i-5, 3); got != want {
			t.Errorf("Mirror101(%d, 3) = %d, want %d", i-5, got, want)
		}
	}
	if MirrorHalf(7, 1) != 0 || Mirror101(-7, 1) != 0 {
		t.Error("a single pixel is not its own mirror image")
	}
}
