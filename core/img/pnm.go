package img

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
)

func init() {
	for _, kind := range "2356" {
		image.RegisterFormat("pnm", "P"+string(kind), decodePNM, pnmConfig)
	}
}

// pnm is the header of a PGM (P2, P5) or PPM (P3, P6) file of netpbm.
type pnm struct {
	r        *bufio.Reader
	w, h     int
	most     int // the value of white
	channels int
	text     bool
}

// readPNM reads a header.
func readPNM(r io.Reader) (*pnm, error) {
	p := &pnm{r: bufio.NewReader(r), channels: 1}
	var magic [2]byte
	if _, err := io.ReadFull(p.r, magic[:]); err != nil {
		return nil, early(err)
	}
	if magic[1] == '3' || magic[1] == '6' {
		p.channels = 3
	}
	p.text = magic[1] <= '3'
	for _, field := range []struct {
		name string
		to   *int
		most int
	}{{"width", &p.w, 1 << 30}, {"height", &p.h, 1 << 30}, {"maximum", &p.most, 1<<16 - 1}} {
		v, err := p.number(field.most)
		if err == nil && v == 0 {
			err = fmt.Errorf("0: want 1 to %d", field.most)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.name, err)
		}
		*field.to = v
	}
	return p, nil
}

// number reads a number in decimal, behind white space and comments, with the one character after it.
func (p *pnm) number(most int) (int, error) {
	v, digits, comment := 0, 0, false
	for {
		c, err := p.r.ReadByte()
		switch {
		case err == io.EOF && digits > 0:
			return v, nil
		case err != nil:
			return 0, early(err)
		case comment:
			comment = c != '\n' && c != '\r'
		case c >= '0' && c <= '9':
			if v, digits = 10*v+int(c-'0'), digits+1; v > most {
				return 0, fmt.Errorf("%d or more: want at most %d", v, most)
			}
			continue
		case c == '#':
			comment = true
		case c != ' ' && (c < '\t' || c > '\r'):
			return 0, fmt.Errorf("%q: want a number", c)
		}
		if digits > 0 && !comment {
			return v, nil
		}
	}
}

// early returns the error for a file that ends where it should not.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// sample reads one value.
func (p *pnm) sample() (int, error) {
	if p.text {
		return p.number(p.most)
	}
	b, err := p.r.ReadByte()
	v := int(b)
	if err == nil && p.most > 255 {
		b, err = p.r.ReadByte()
		v = v<<8 | int(b)
	}
	if err == nil && v > p.most {
		err = fmt.Errorf("%d: want at most %d", v, p.most)
	}
	return v, early(err)
}

func pnmConfig(r io.Reader) (image.Config, error) {
	p, err := readPNM(r)
	if err != nil {
		return image.Config{}, err
	}
	return image.Config{ColorModel: color.NRGBAModel, Width: p.w, Height: p.h}, nil
}

// decodePNM decodes an image. What has up to 256 levels becomes bytes, rounded, as in other readers; what has more keeps
// 16 bits.
func decodePNM(r io.Reader) (image.Image, error) {
	p, err := readPNM(r)
	if err != nil {
		return nil, err
	}
	if int64(p.w)*int64(p.h) > 1<<28 {
		return nil, errors.New("too many pixels")
	}
	box := image.Rect(0, 0, p.w, p.h)
	deep, plain := p.most > 255, (*image.NRGBA)(nil)
	var wide *image.NRGBA64
	if deep {
		wide = image.NewNRGBA64(box)
	} else {
		plain = image.NewNRGBA(box)
	}
	for i := range p.w * p.h {
		var v [3]int
		for c := range p.channels {
			if v[c], err = p.sample(); err != nil {
				return nil, fmt.Errorf("pixel %d, %d: %w", i%p.w, i/p.w, err)
			}
		}
		if p.channels == 1 {
			v[1], v[2] = v[0], v[0]
		}
		if deep {
			full := func(v int) uint16 { return uint16((uint32(v)*0xffff + uint32(p.most)/2) / uint32(p.most)) }
			wide.SetNRGBA64(i%p.w, i/p.w, color.NRGBA64{full(v[0]), full(v[1]), full(v[2]), 0xffff})
			continue
		}
		for c, v := range v {
			plain.Pix[4*i+c] = byte((v*255 + p.most/2) / p.most)
		}
		plain.Pix[4*i+3] = 255
	}
	if deep {
		return wide, nil
	}
	return plain, nil
}
