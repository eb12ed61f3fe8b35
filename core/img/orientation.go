package img

import (
	"bytes"
	"encoding/binary"
)

// orientation is the EXIF orientation, 1 to 8: where the first row and the first column of the stored image belong.
type orientation int

const upright orientation = 1

// exifMark is in front of EXIF data in JPEG files, and in some WebP files.
const exifMark = "Exif\x00\x00"

// fileOrientation returns the orientation that a file's metadata asks for.
func fileOrientation(format string, file []byte) orientation {
	switch format {
	case "jpeg":
		return jpegOrientation(file)
	case "png":
		return pngOrientation(file)
	case "webp":
		return webpOrientation(file)
	case "tiff":
		return tiffOrientation(file)
	}
	return upright
}

// pngOrientation returns the orientation in the eXIf chunk of a PNG file, which may be anywhere in it.
func pngOrientation(file []byte) orientation {
	b := file[min(8, len(file)):]
	for len(b) >= 12 {
		size := int64(binary.BigEndian.Uint32(b))
		if size > int64(len(b)-12) {
			break
		}
		if string(b[4:8]) == "eXIf" {
			return tiffOrientation(bytes.TrimPrefix(b[8:8+size], []byte(exifMark)))
		}
		b = b[12+size:]
	}
	return upright
}

// jpegOrientation returns the orientation in a JPEG file (EXIF 2.32, 4.5.4 and 4.6.4): upright if there
// is none or it is not valid.
func jpegOrientation(jpeg []byte) orientation {
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff; {
		marker, size := jpeg[at+1], int(binary.BigEndian.Uint16(jpeg[at+2:]))
		segment := jpeg[at+4:]
		if marker == 0xda || size < 2 || size-2 > len(segment) {
			break
		}
		segment = segment[:size-2]
		if body, ok := bytes.CutPrefix(segment, []byte(exifMark)); ok && marker == 0xe1 {
			return tiffOrientation(body)
		}
		at += 2 + size
	}
	return upright
}

// tiffOrientation returns the value of tag 0x0112, a SHORT, in the first directory.
func tiffOrientation(b []byte) orientation {
	if len(b) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	directory := int64(order.Uint32(b[4:]))
	if directory+2 > int64(len(b)) {
		return upright
	}
	entries := b[directory+2:]
	for range order.Uint16(b[directory:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == 0x0112 {
			if o := orientation(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			break
		}
		entries = entries[12:]
	}
	return upright
}

// turned returns the image turned upright: m itself if it is.
func (m *Image) turned(o orientation) *Image {
	if o <= upright || o > 8 {
		return m
	}
	w, h := m.W, m.H
	if o >= 5 {
		w, h = h, w
	}
	out := New(w, h)
	for c := range 3 {
		from, to := m.Plane(c), out.Plane(c)
		for y := range h {
			for x := range w {
				sx, sy := x, y
				if o >= 5 { // 5 to 8 are 1 to 4 with rows and columns exchanged
					sx, sy = y, x
				}
				switch o {
				case 2, 3, 7, 8:
					sx = m.W - 1 - sx
				}
				switch o {
				case 3, 4, 6, 7:
					sy = m.H - 1 - sy
				}
				to[y*w+x] = from[sy*m.W+sx]
			}
		}
	}
	return out
}
