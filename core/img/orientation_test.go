package img

import (
	"testing"
)

func TestOrientationOutsideJPEG(t *testing.T) {
	for _, name := range []string{"turned.png", "turned.tif"} {
		if mean, most := levels(t, read(t, name), read(t, "turned.tif.png")); most > 0 {
			t.Errorf("%s: %.3f levels from the turned image on average", name, mean)
		}
	}
}
