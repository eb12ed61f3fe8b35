package img

import (
	"image"
	"image/color"
)

// chroma is a plane of color samples that lie between the pixels of an image of w×h pixels: halved in width, in height,
// or in both.
type chroma struct {
	pix          []byte
	stride       int
	w, h         int // of the plane
	halfX, halfY bool
}

// chromaOf returns a plane of chroma samples of s; ok reports whether it is whole or halved and begins with the image's
// first pixel.
func chromaOf(s *image.YCbCr, plane []byte) (c chroma, ok bool) {
	box := s.Rect
	c = chroma{pix: plane[s.COffset(box.Min.X, box.Min.Y):], stride: s.CStride, w: box.Dx(), h: box.Dy()}
	switch s.SubsampleRatio {
	case image.YCbCrSubsampleRatio444:
	case image.YCbCrSubsampleRatio422:
		c.halfX = true
	case image.YCbCrSubsampleRatio440:
		c.halfY = true
	case image.YCbCrSubsampleRatio420:
		c.halfX, c.halfY = true, true
	default:
		return c, false
	}
	if c.halfX {
		c.w = (c.w + 1) / 2
	}
	if c.halfY {
		c.h = (c.h + 1) / 2
	}
	return c, !(c.halfX && box.Min.X%2 != 0 || c.halfY && box.Min.Y%2 != 0)
}

// rows returns the row of samples nearest to the pixels of row y, and the next nearest: the same at the border, or if the
// height is not halved.
func (c chroma) rows(y int) (near, far []byte) {
	n, f := y, y
	if c.halfY {
		n = y / 2
		f = min(max(n-1+2*(y%2), 0), c.h-1)
	}
	return c.pix[n*c.stride:][:c.w], c.pix[f*c.stride:][:c.w]
}

// jpegRow sets dst to the samples at the pixels of row y, interpolated as libjpeg does ("fancy upsampling"): three parts
// of the nearest sample and one of the next nearest in each direction that is halved. It alternates its rounding, so that
// the mean stays. A plane of one or two columns is repeated.
func (c chroma) jpegRow(dst []byte, y int) {
	near, far := c.rows(y)
	switch {
	case !c.halfX && !c.halfY:
		copy(dst, near)
	case !c.halfX:
		for x := range dst {
			dst[x] = byte((3*int(near[x]) + int(far[x]) + 1 + y%2) / 4)
		}
	case c.w <= 2:
		for x := range dst {
			dst[x] = near[x/2]
		}
	default:
		// Down a column there are 4 parts (the same sample thrice and once if the height is whole), and along the row 4
		// of these.
		even, odd := 8, 7
		if !c.halfY {
			even, odd = 4, 8
		}
		column := func(x int) int { return 3*int(near[x]) + int(far[x]) }
		before, here := column(0), column(0)
		for x := range c.w {
			after := column(min(x+1, c.w-1))
			dst[2*x] = byte((3*here + before + even) / 16)
			if 2*x+1 < len(dst) {
				dst[2*x+1] = byte((3*here + after + odd) / 16)
			}
			before, here = here, after
		}
	}
}

// webpRow sets dst to the samples at the pixels of row y of a plane halved in both directions, interpolated as libwebp
// does: 9, 3, 3 and 1 parts of the four samples around a pixel, rounded after the diagonal ones and again.
func (c chroma) webpRow(dst []byte, y int) {
	near, far := c.rows(y)
	for x := range dst {
		n := x / 2
		f := min(max(n-1+2*(x%2), 0), c.w-1)
		nearest, diagonal := int(near[n]), int(far[f])
		beside := int(near[f]) + int(far[n])
		dst[x] = byte(((nearest+3*beside+diagonal+8)/8 + nearest) / 2)
	}
}

// setJPEG sets the image to the YCbCr of a JPEG file, which has all 256 levels.
func (m *Image) setJPEG(s *image.YCbCr) {
	box := s.Rect
	cb, ok := chromaOf(s, s.Cb)
	cr, _ := chromaOf(s, s.Cr)
	if !ok {
		m.each(box, func(x, y int) (r, g, b float32) {
			c, k := s.YOffset(x, y), s.COffset(x, y)
			red, green, blue := color.YCbCrToRGB(s.Y[c], s.Cb[k], s.Cr[k])
			return unit[red], unit[green], unit[blue]
		})
		return
	}
	blues, reds := make([]byte, m.W), make([]byte, m.W)
	for y := range m.H {
		cb.jpegRow(blues, y)
		cr.jpegRow(reds, y)
		r, g, b := m.Plane(0)[y*m.W:][:m.W], m.Plane(1)[y*m.W:][:m.W], m.Plane(2)[y*m.W:][:m.W]
		// Through 8 bits, as every decoder of JPEG does.
		for x, luma := range s.Y[s.YOffset(box.Min.X, box.Min.Y+y):][:m.W] {
			red, green, blue := color.YCbCrToRGB(luma, blues[x], reds[x])
			r[x], g[x], b[x] = unit[red], unit[green], unit[blue]
		}
	}
}
