package frames

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
)

// fromYUYV writes the middle square of a frame of YUYV 4:2:2 (two pixels in four bytes: Y, U, Y, V; studio range of BT.601) as
// RGBA.
func fromYUYV(dst, src []byte, w, h int) ([]byte, int, error) {
	if w <= 0 || h <= 0 || w%2 != 0 || len(src) != 2*w*h { // of another size it would be read askew
		return dst, 0, fmt.Errorf("%d bytes are not %d×%d pixels of YUYV", len(src), w, h)
	}
	side, left, top := middle(w, h)
	dst = sized(dst, side)
	for y := range side {
		line := src[2*w*(y+top):][:2*w]
		for x := range side {
			pair := line[(x+left)/2*4:][:4]
			luma := 298 * (int(pair[(x+left)%2*2]) - 16)
			u, v := int(pair[1])-128, int(pair[3])-128
			out := dst[4*(y*side+x):][:4]
			out[0], out[1], out[2], out[3] = clip(luma+409*v), clip(luma-100*u-208*v), clip(luma+516*u), 255
		}
	}
	return dst, side, nil
}

// clip rounds 256ths to a byte.
func clip(v int) byte { return byte(min(max((v+128)>>8, 0), 255)) }

// mostPixels bounds the memory of a damaged JPEG frame, which may say that it is huge; cameras send less.
const mostPixels = 1 << 25

// fromJPEG writes the middle square of a JPEG frame as RGBA. Cameras leave out the Huffman tables when they are the usual ones.
func fromJPEG(dst, src []byte) ([]byte, int, error) {
	src = withTables(src)
	switch c, err := jpeg.DecodeConfig(bytes.NewReader(src)); {
	case err != nil:
		return dst, 0, err
	case c.Width*c.Height > mostPixels:
		return dst, 0, fmt.Errorf("a JPEG frame of %d×%d pixels: want %d at most", c.Width, c.Height, mostPixels)
	}
	m, err := jpeg.Decode(bytes.NewReader(src))
	if err != nil {
		return dst, 0, err
	}
	b := m.Bounds()
	side, left, top := middle(b.Dx(), b.Dy())
	if side == 0 {
		return dst, 0, errors.New("a JPEG frame without pixels")
	}
	dst = sized(dst, side)
	ycc, isYCC := m.(*image.YCbCr)
	for y := range side {
		for x := range side {
			out := dst[4*(y*side+x):][:4]
			px, py := b.Min.X+left+x, b.Min.Y+top+y
			if isYCC {
				yi, ci := ycc.YOffset(px, py), ycc.COffset(px, py)
				out[0], out[1], out[2] = color.YCbCrToRGB(ycc.Y[yi], ycc.Cb[ci], ycc.Cr[ci])
			} else {
				c := color.NRGBAModel.Convert(m.At(px, py)).(color.NRGBA)
				out[0], out[1], out[2] = c.R, c.G, c.B
			}
			out[3] = 255
		}
	}
	return dst, side, nil
}

// middle returns the side of the largest square in the middle, and where it begins.
func middle(w, h int) (side, left, top int) {
	side = min(w, h)
	return side, (w - side) / 2, (h - side) / 2
}

func sized(dst []byte, side int) []byte {
	if n := 4 * side * side; len(dst) == n {
		return dst
	} else {
		return make([]byte, n)
	}
}

// usualTables is the Huffman tables of Annex K of the JPEG standard, as a segment: those that Go's encoder uses.
var usualTables = func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8)), nil); err != nil {
		panic(err)
	}
	at, end := segment(b.Bytes(), 0xc4)
	return b.Bytes()[at:end]
}()

// withTables returns a JPEG file with Huffman tables.
func withTables(src []byte) []byte {
	if at, _ := segment(src, 0xc4); at >= 0 {
		return src
	}
	at, _ := segment(src, 0xda) // they must come before the scan
	if at < 0 {
		return src // which is refused
	}
	out := make([]byte, 0, len(src)+len(usualTables))
	out = append(out, src[:at]...)
	out = append(out, usualTables...)
	return append(out, src[at:]...)
}

// segment returns where the first segment with a marker begins and ends, up to the scan; -1 if there is none.
func segment(src []byte, marker byte) (at, end int) {
	for at = 2; at+4 <= len(src) && src[at] == 0xff; at = end {
		end = at + 2 + int(src[at+2])<<8 + int(src[at+3])
		if src[at+1] == marker && end <= len(src) {
			return at, end
		}
		if src[at+1] == 0xda {
			break
		}
	}
	return -1, -1
}
