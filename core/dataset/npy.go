package dataset

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The NumPy format (numpy.lib.format): a magic string, a version, the length of a header, the header, which is a
// Python dictionary in ASCII with descr, fortran_order and shape, and the elements.

var npyMagic = []byte("\x93NUMPY")

// maxNPYHeader is the longest header: version 1.0 has no longer one.
const maxNPYHeader = 1 << 16

// npyHeader reads what comes before the elements.
func (a *array) npyHeader() error {
	fail := func(what string, err error) error { return withFile(packing(err), a.file, what) }
	var b [8]byte
	if _, err := io.ReadFull(a.r, b[:]); err != nil {
		return fail("version", err)
	}
	var length uint32
	a.offset = int64(len(b)) + 2
	switch version := b[6]; version {
	case 1:
		var l [2]byte
		if _, err := io.ReadFull(a.r, l[:]); err != nil {
			return fail("length of the header", err)
		}
		length = uint32(binary.LittleEndian.Uint16(l[:]))
	case 2, 3:
		var l [4]byte
		if _, err := io.ReadFull(a.r, l[:]); err != nil {
			return fail("length of the header", err)
		}
		a.offset += 2
		length = binary.LittleEndian.Uint32(l[:])
	default:
		return malformed(a.file, "version", "%d.%d: want 1.0 to 3.0", version, b[7])
	}
	if length > maxNPYHeader {
		return &Error{a.file, "length of the header", fmt.Sprintf("%d: want at most %d", length, maxNPYHeader),
			ErrTooLarge}
	}
	head := make([]byte, length)
	if _, err := io.ReadFull(a.r, head); err != nil {
		return fail("header", err)
	}
	a.offset += int64(length)
	p := npyParser{text: string(head), array: a}
	if err := p.dictionary(); err != nil {
		return malformed(a.file, "header", "%v", err)
	}
	return nil
}

// npyParser reads the Python dictionary of a header, with no more of Python than NumPy writes.
type npyParser struct {
	text  string
	array *array
}

func (p *npyParser) dictionary() error {
	if err := p.expect('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for !p.accept('}') {
		key, err := p.str()
		if err == nil {
			err = p.expect(':')
		}
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("%s twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			err = p.descr()
		case "fortran_order":
			err = p.fortran()
		case "shape":
			err = p.shape()
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return err
		}
		if !p.accept(',') {
			if err := p.expect('}'); err != nil {
				return err
			}
			break
		}
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return fmt.Errorf("no %s", key)
		}
	}
	if p.space(); p.text != "" {
		return fmt.Errorf("%.20q after its end", p.text)
	}
	return nil
}

// descr reads the type of the elements, such as '<i8'.
func (p *npyParser) descr() error {
	s, err := p.str()
	if err != nil {
		return fmt.Errorf("descr: %w: structures are not read", err)
	}
	a := p.array
	if len(s) == 3 && strings.IndexByte("<>|=", s[0]) >= 0 && strings.IndexByte("uif", s[1]) >= 0 {
		a.kind, a.size = s[1], int(s[2]-'0')
		a.order = binary.LittleEndian
		if s[0] == '>' {
			a.order = binary.BigEndian
		}
		switch a.size {
		case 1, 2, 4, 8:
			if a.kind != 'f' || a.size > 1 {
				return nil
			}
		}
	}
	return fmt.Errorf("descr %q: want integers of 8 to 64 bits or floating-point numbers of 16 to 64", s)
}

func (p *npyParser) fortran() error {
	p.space()
	if rest, ok := strings.CutPrefix(p.text, "False"); ok {
		p.text = rest
		return nil
	}
	if rest, ok := strings.CutPrefix(p.text, "True"); ok {
		p.text, p.array.fortran = rest, true
		return nil
	}
	return fmt.Errorf("fortran_order %.5q: want False or True", p.text)
}

func (p *npyParser) shape() error {
	if err := p.expect('('); err != nil {
		return err
	}
	for !p.accept(')') {
		p.space()
		digits := 0
		for digits < len(p.text) && p.text[digits] >= '0' && p.text[digits] <= '9' {
			digits++
		}
		d, err := strconv.ParseInt(p.text[:digits], 10, 64)
		if err != nil {
			return fmt.Errorf("shape: %.20q: want a number", p.text)
		}
		p.text = strings.TrimPrefix(p.text[digits:], "L") // of a long, in Python 2
		if p.array.dims = append(p.array.dims, d); len(p.array.dims) > 32 {
			return fmt.Errorf("shape: more than 32 dimensions")
		}
		if !p.accept(',') {
			return p.expect(')')
		}
	}
	return nil
}

// str reads a string without escapes.
func (p *npyParser) str() (string, error) {
	p.space()
	if p.text != "" && (p.text[0] == '\'' || p.text[0] == '"') {
		if s, rest, ok := strings.Cut(p.text[1:], p.text[:1]); ok {
			p.text = rest
			return s, nil
		}
	}
	return "", fmt.Errorf("%.20q: want a string", p.text)
}

func (p *npyParser) space() { p.text = strings.TrimLeft(p.text, " \t\n") }

func (p *npyParser) accept(c byte) bool {
	p.space()
	if p.text == "" || p.text[0] != c {
		return false
	}
	p.text = p.text[1:]
	return true
}

func (p *npyParser) expect(c byte) error {
	if !p.accept(c) {
		return fmt.Errorf("%.20q: want %q", p.text, c)
	}
	return nil
}
