package img

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"

	"golang.org/x/image/webp"
)

// webpFrame is the image of a WebP file, or the first one of an animation (RFC 9649, 2.7).
type webpFrame struct {
	canvas      image.Point // size; zero if the file has none but the frame's
	box         image.Rectangle
	alpha, data []byte // chunks ALPH and VP8 or VP8L
	kind        string // of data
}

// chunks calls visit with each whole chunk of a RIFF file behind its header, until it returns false.
func chunks(b []byte, visit func(kind string, body []byte) bool) {
	for len(b) >= 8 {
		size := int64(binary.LittleEndian.Uint32(b[4:]))
		if size > int64(len(b)-8) || !visit(string(b[:4]), b[8:8+size]) {
			return
		}
		b = b[min(8+size+size%2, int64(len(b))):]
	}
}

// uint24 returns the number in the first three bytes.
func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// findWebP returns the first frame of a WebP file.
func findWebP(file []byte) (f webpFrame, err error) {
	body := file[min(12, len(file)):]
	chunks(body, func(kind string, b []byte) bool {
		switch {
		case kind == "VP8X" && len(b) >= 10:
			f.canvas = image.Pt(uint24(b[4:])+1, uint24(b[7:])+1)
			f.box = image.Rectangle{Max: f.canvas}
		case kind == "ANMF" && len(b) >= 16:
			corner := image.Pt(2*uint24(b), 2*uint24(b[3:]))
			f.box = image.Rectangle{corner, corner.Add(image.Pt(uint24(b[6:])+1, uint24(b[9:])+1))}
			f.alpha = nil
			chunks(b[16:], f.take)
			return false
		default:
			return f.take(kind, b)
		}
		return true
	})
	switch {
	case f.data == nil:
		return f, errors.New("the file ends before its image does")
	case !f.box.In(image.Rectangle{Max: f.canvas}):
		return f, fmt.Errorf("the first frame is at %v: the image is %d×%d", f.box, f.canvas.X, f.canvas.Y)
	}
	return f, nil
}

// take keeps a chunk that belongs to the frame. It reports whether more may follow.
func (f *webpFrame) take(kind string, b []byte) bool {
	switch kind {
	case "ALPH":
		f.alpha = b
	case "VP8 ", "VP8L":
		f.kind, f.data = kind, b
		return false
	}
	return true
}

// still returns the frame as a file of its own.
func (f webpFrame) still() []byte {
	file := append([]byte("RIFF"), 0, 0, 0, 0)
	file = append(file, "WEBP"...)
	add := func(kind string, b []byte) {
		file = append(file, kind...)
		file = append(binary.LittleEndian.AppendUint32(file, uint32(len(b))), b...)
		if len(b)%2 == 1 {
			file = append(file, 0)
		}
	}
	if f.alpha != nil && f.kind == "VP8 " {
		const hasAlpha = 1 << 4
		w, h := f.box.Dx()-1, f.box.Dy()-1
		add("VP8X", []byte{hasAlpha, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
		add("ALPH", f.alpha)
	}
	add(f.kind, f.data)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file
}

// decodeWebP decodes a WebP file whose header promises w×h pixels: the first frame of an animation, on a transparent
// canvas.
func decodeWebP(file []byte, w, h int) (image.Image, error) {
	f, err := findWebP(file)
	if err != nil {
		return nil, err
	}
	still := f.still()
	config, err := webp.DecodeConfig(bytes.NewReader(still))
	if err != nil {
		return nil, err
	}
	switch f.canvas {
	case image.Point{}:
		f.canvas = image.Pt(w, h)
		f.box = image.Rectangle{Max: f.canvas}
	case image.Pt(w, h):
	default: // of a second header, whose size was not checked
		return nil, fmt.Errorf("the image is %d×%d by one header and %d×%d by another", w, h, f.canvas.X, f.canvas.Y)
	}
	if config.Width != f.box.Dx() || config.Height != f.box.Dy() {
		return nil, fmt.Errorf("the image is %d×%d, its header says %d×%d",
			config.Width, config.Height, f.box.Dx(), f.box.Dy())
	}
	m, err := webp.Decode(bytes.NewReader(still))
	if err != nil {
		return nil, err
	}
	var frame *image.NRGBA
	switch s := m.(type) {
	case *image.YCbCr:
		frame = webpColors(s, nil, 0)
	case *image.NYCbCrA:
		frame = webpColors(&s.YCbCr, s.A, s.AStride)
	case *image.NRGBA:
		frame = s
	default:
		return nil, fmt.Errorf("its colors are a %T", m)
	}
	if f.box.Size() == f.canvas {
		return frame, nil
	}
	canvas := image.NewNRGBA(image.Rectangle{Max: f.canvas})
	for y := range f.box.Dy() {
		row := canvas.Pix[canvas.PixOffset(f.box.Min.X, f.box.Min.Y+y):]
		copy(row, frame.Pix[y*frame.Stride:][:4*f.box.Dx()])
	}
	return canvas, nil
}

// webpColors converts the YCbCr of a lossy WebP file, which is that of ITU-R BT.601: black is 16 and white 235. The
// arithmetic is libwebp's, in 14 bits.
func webpColors(s *image.YCbCr, alpha []byte, alphaStride int) *image.NRGBA {
	w, h := s.Rect.Dx(), s.Rect.Dy()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	cb, _ := chromaOf(s, s.Cb)
	cr, _ := chromaOf(s, s.Cr)
	blues, reds := make([]byte, w), make([]byte, w)
	for y := range h {
		cb.webpRow(blues, y)
		cr.webpRow(reds, y)
		lumas := s.Y[s.YOffset(s.Rect.Min.X, s.Rect.Min.Y+y):][:w]
		row := out.Pix[y*out.Stride:][:4*w]
		for x, luma := range lumas {
			base, b, r := int(luma)*19077>>8, int(blues[x]), int(reds[x])
			p := row[4*x : 4*x+4 : 4*x+4]
			p[0] = from14(base + r*26149>>8 - 14234)
			p[1] = from14(base - b*6419>>8 - r*13320>>8 + 8708)
			p[2] = from14(base + b*33050>>8 - 17685)
			p[3] = 255
			if alpha != nil {
				p[3] = alpha[y*alphaStride+x]
			}
		}
	}
	return out
}

// from14 returns the byte of a value in 64ths, clipped.
func from14(v int) byte { return byte(min(max(v>>6, 0), 255)) }

// webpOrientation returns the orientation in the EXIF chunk of a WebP file.
func webpOrientation(file []byte) orientation {
	turn := upright
	chunks(file[min(12, len(file)):], func(kind string, b []byte) bool {
		if kind != "EXIF" {
			return true
		}
		turn = tiffOrientation(bytes.TrimPrefix(b, []byte(exifMark)))
		return false
	})
	return turn
}
