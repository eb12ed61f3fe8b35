package recipes

import (
	"slices"
	"testing"

	"steady/core/corrupt"
	"steady/core/train"
)

// What a recipe trains on is known, and called as the registry of corruptions calls it.
func TestSeen(t *testing.T) {
	for text, want := range map[string][]string{
		"standard": nil, "mixup": nil, "noise": {"gaussian_noise"}, "noise{kind=speckle}": {"speckle_noise"},
		"corrupt": {"speckle_noise", "gaussian_blur", "spatter", "saturate"}, "corrupt{corruptions=fog,contrast}": {"fog", "contrast"},
	} {
		c, err := train.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Seen()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
		for _, name := range got {
			if _, err := corrupt.Lookup(name); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}
