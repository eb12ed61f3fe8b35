package img

import (
	"image"
	"testing"
)

// Color at half the resolution is interpolated: three parts of the nearest sample and one of the next, rounded in turns.
func TestChromaRows(t *testing.T) {
	plane := []byte{0, 100, 200, 40, 60, 80}
	for _, c := range []struct {
		ratio image.YCbCrSubsampleRatio
		w, h  int
		y     int
		want  []byte
	}{
		{image.YCbCrSubsampleRatio444, 3, 2, 1, []byte{40, 60, 80}},
		{image.YCbCrSubsampleRatio422, 6, 2, 0, []byte{0, 25, 75, 125, 175, 200}},
		{image.YCbCrSubsampleRatio422, 5, 2, 0, []byte{0, 25, 75, 125, 175}},
		{image.YCbCrSubsampleRatio440, 3, 4, 0, []byte{0, 100, 200}},
		{image.YCbCrSubsampleRatio440, 3, 4, 1, []byte{10, 90, 170}},
		{image.YCbCrSubsampleRatio420, 6, 4, 2, []byte{30, 40, 60, 80, 100, 110}},
		{image.YCbCrSubsampleRatio420, 6, 3, 0, []byte{0, 25, 75, 125, 175, 200}},
	} {
		s := &image.YCbCr{Cb: plane, CStride: 3, SubsampleRatio: c.ratio, Rect: image.Rect(0, 0, c.w, c.h)}
		ch, ok := chromaOf(s, s.Cb)
		got := make([]byte, c.w)
		ch.jpegRow(got, c.y)
		if !ok || string(got) != string(c.want) {
			t.Errorf("%v, row %d of %d×%d: %v, want %v", c.ratio, c.y, c.w, c.h, got, c.want)
		}
	}
	s := &image.YCbCr{Cb: plane, CStride: 3, SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(1, 0, 5, 4)}
	if _, ok := chromaOf(s, s.Cb); ok {
		t.Error("a part that begins between two samples was taken for one that does not")
	}
}

// A part of an image, wherever it begins, and every ratio: one color stays that color.
func TestYCbCrOfOneColor(t *testing.T) {
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		whole := image.NewYCbCr(image.Rect(0, 0, 19, 17), ratio)
		for i := range whole.Y {
			whole.Y[i] = 100
		}
		for i := range whole.Cb {
			whole.Cb[i], whole.Cr[i] = 90, 150
		}
		first := FromImage(whole)
		for _, box := range []image.Rectangle{{image.Pt(1, 1), image.Pt(18, 16)}, {image.Pt(2, 4), image.Pt(19, 17)}, {image.Pt(3, 2), image.Pt(4, 3)}} {
			m := FromImage(whole.SubImage(box))
			for i, v := range m.Pix {
				if want := first.Plane(i / (m.W * m.H))[0]; v != want {
					t.Fatalf("%v %v: value %d is %g, want %g", ratio, box, i, v, want)
				}
			}
		}
	}
}
