package cpu

import "testing"

func TestMicrobatchSize(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		image, params float64
		want          int // for each of two cores
	}{
		{0, 0, microbatchBytes / 4},
		{mb / 2, mb, 16},
		{mb / 2, 5 * mb, 0},    // weights are large
		{5 * mb, 5 * mb, 2},    // so are images
		{5 * mb, 200 * mb, 16}, // and weights larger
	} {
		if got := New(2).MicrobatchSize(c.image, c.params); got != 2*c.want {
			t.Errorf("images of %g bytes, parameters of %g: %d, want %d", c.image, c.params, got, 2*c.want)
		}
	}
}
