package frames

import (
	"testing"

	"github.com/blackjack/webcam"
)

// A frame's bytes are read by the size that was asked for, so this has to be one that the camera has.
func TestNearestSize(t *testing.T) {
	fixed := func(w, h uint32) webcam.FrameSize {
		return webcam.FrameSize{MinWidth: w, MaxWidth: w, MinHeight: h, MaxHeight: h}
	}
	steps := func(least, most, step, leastH, mostH, stepH uint32) webcam.FrameSize {
		return webcam.FrameSize{MinWidth: least, MaxWidth: most, StepWidth: step, MinHeight: leastH, MaxHeight: mostH, StepHeight: stepH}
	}
	for _, c := range []struct {
		sizes []webcam.FrameSize
		w, h  uint32
	}{
		{nil, 640, 480},
		{[]webcam.FrameSize{{}}, 640, 480},
		{[]webcam.FrameSize{fixed(1920, 1080), fixed(640, 480), fixed(320, 240)}, 640, 480},
		{[]webcam.FrameSize{fixed(1920, 1080), fixed(1280, 720)}, 1280, 720},
		{[]webcam.FrameSize{steps(32, 4000, 16, 32, 3000, 16)}, 640, 480},
		{[]webcam.FrameSize{steps(100, 1000, 100, 100, 1000, 100)}, 600, 400},
		{[]webcam.FrameSize{steps(800, 1600, 8, 600, 1200, 8)}, 800, 600},
	} {
		if w, h := nearestSize(c.sizes); w != c.w || h != c.h {
			t.Errorf("%v: %d×%d, want %d×%d", c.sizes, w, h, c.w, c.h)
		}
	}
}
