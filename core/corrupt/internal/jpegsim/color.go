package jpegsim

import "steady/core/corrupt/internal/pix"

// The color conversion is in 16-bit fixed point, with JFIF's matrix.
const (
	colorBits   = 16
	colorHalf   = 1 << (colorBits - 1)
	colorMiddle = 128<<colorBits + colorHalf - 1
)

func fixed(x float64) int32 { return int32(x*(1<<colorBits) + .5) }

var (
	redY, greenY, blueY    = fixed(.29900), fixed(.58700), fixed(.11400)
	redCb, greenCb, halfCb = -fixed(.16874), -fixed(.33126), fixed(.5)
	greenCr, blueCr        = -fixed(.41869), -fixed(.08131)
	crToR, cbToB           = fixed(1.40200), fixed(1.77200)
	crToG, cbToG           = -fixed(.71414), -fixed(.34414)
)

// toYCC converts two rows at a time and halves their chroma.
func toYCC(luma, blue, red plane, src pix.Planes, work []int32) {
	w, h, wide := luma.w, luma.h, 2*blue.w
	cb, cr := [2][]int32{work[:wide], work[wide : 2*wide]}, [2][]int32{work[2*wide : 3*wide], work[3*wide : 4*wide]}
	for y := 0; y < h; y += 2 {
		for k := range 2 {
			at := min(y+k, h-1) // an odd last row counts twice
			from := pix.Planes{src[0][at*w:][:w], src[1][at*w:][:w], src[2][at*w:][:w]}
			rowToYCC(luma.row(at)[:w], cb[k][:w], cr[k][:w], from)
			cb[k][wide-1], cr[k][wide-1] = cb[k][w-1], cr[k][w-1] // as does an odd last column
		}
		halve(blue.row(y / 2)[:blue.w], cb[0], cb[1])
		halve(red.row(y / 2)[:red.w], cr[0], cr[1])
	}
	luma.fill()
	blue.fill()
	red.fill()
}

func rowToYCC(y, cb, cr []int32, from pix.Planes) {
	for i := toYCCVectors(y, cb, cr, from); i < len(y); i++ {
		r, g, b := int32(pix.Byte(from[0][i])), int32(pix.Byte(from[1][i])), int32(pix.Byte(from[2][i]))
		y[i] = (redY*r + greenY*g + blueY*b + colorHalf) >> colorBits
		cb[i] = (redCb*r + greenCb*g + halfCb*b + colorMiddle) >> colorBits
		cr[i] = (halfCb*r + greenCr*g + blueCr*b + colorMiddle) >> colorBits
	}
}

// fromYCC brings chroma back to full size and converts to RGB.
func fromYCC(dst pix.Planes, luma, blue, red plane, work []int32) {
	w, h := luma.w, luma.h
	cb, cr, work := work[:2*blue.w], work[2*blue.w:4*blue.w], work[4*blue.w:]
	for y := range h {
		double(cb, blue, y, work)
		double(cr, red, y, work)
		to := pix.Planes{dst[0][y*w:][:w], dst[1][y*w:][:w], dst[2][y*w:][:w]}
		rowFromYCC(to, luma.row(y)[:w], cb, cr)
	}
}

func rowFromYCC(to pix.Planes, y, cb, cr []int32) {
	for i := fromYCCVectors(to, y, cb, cr); i < len(y); i++ {
		l, vb, vr := y[i], cb[i]-128, cr[i]-128
		to[0][i] = pix.Levels[min(max(l+(crToR*vr+colorHalf)>>colorBits, 0), 255)]
		to[1][i] = pix.Levels[min(max(l+(cbToG*vb+crToG*vr+colorHalf)>>colorBits, 0), 255)]
		to[2][i] = pix.Levels[min(max(l+(cbToB*vb+colorHalf)>>colorBits, 0), 255)]
	}
}
