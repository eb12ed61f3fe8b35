package jpegsim

// plane is a plane of bytes, padded to whole blocks of 8×8, and in a row to eight blocks.
type plane struct {
	pix    []int32
	stride int
	w, h   int // without the padding
}

// newPlane takes the memory of a plane of w×h bytes from work.
func newPlane(work *[]int32, w, h int) plane {
	stride, rows := (w+63)&^63, (h+7)&^7
	p := plane{(*work)[:stride*rows], stride, w, h}
	*work = (*work)[stride*rows:]
	return p
}

func (p plane) row(y int) []int32 { return p.pix[y*p.stride:][:p.stride] }

// fill pads a plane: it repeats the last value of every row, and the last row, to the end of their blocks.
func (p plane) fill() {
	for y := range p.h {
		row := p.row(y)
		for x := p.w; x < (p.w+7)&^7; x++ {
			row[x] = row[p.w-1]
		}
	}
	for y := p.h; y*p.stride < len(p.pix); y++ {
		copy(p.row(y), p.row(p.h-1))
	}
}

// quantize quantizes all blocks, eight rows after the other.
func (p plane) quantize(q *quantizer, work []int32) {
	blocks := p.stride / 8
	s := strip{stride: stripStride(blocks)}
	s.values = work[:64*s.stride]
	for top := 0; top*p.stride < len(p.pix); top += 8 {
		for y := range 8 {
			to := s.row(y, blocks)
			split8(&to, p.row(top+y))
		}
		s.quantize(q)
		for y := range 8 {
			from := s.row(y, blocks)
			join8(p.row(top+y), &from)
		}
	}
}
