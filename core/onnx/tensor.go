package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
)

// tensor is a constant of the graph: floats, or ints for shapes.
type tensor struct {
	name   string
	dims   []int
	floats []float32
	ints   []int64
	isInt  bool
	kind   int64 // data_type in the file; 0 for what was computed
}

// size is the number of elements.
func (t *tensor) size() int {
	if t.isInt {
		return len(t.ints)
	}
	return len(t.floats)
}

// view gives the same elements in another shape, whose size must be the same.
func (t *tensor) view(dims []int) *tensor {
	v := *t
	v.dims = dims
	return &v
}

// elements is the number of elements that the dimensions ask for; one for no dimensions, a scalar.
func (p *tensorProto) elements() (int, error) {
	n := int64(1)
	for _, d := range p.dims {
		if d < 0 {
			return 0, fmt.Errorf("dims are %v, want none below 0", p.dims)
		}
		if d != 0 && n > math.MaxInt32/d {
			return 0, fmt.Errorf("dims %v ask for more than %d elements", p.dims, math.MaxInt32)
		}
		n *= d
	}
	return int(n), nil
}

// decode gives the tensor. Its memory is at most eight times that of the message.
func (p *tensorProto) decode() (*tensor, error) {
	switch {
	case p.external:
		return nil, fmt.Errorf("its data is in another file, want it in this one (save without external data)")
	case p.segment:
		return nil, fmt.Errorf("it is stored in segments, want it whole")
	}
	n, err := p.elements()
	if err != nil {
		return nil, err
	}
	t := &tensor{name: p.name, dims: make([]int, len(p.dims)), kind: p.dataType}
	for i, d := range p.dims {
		t.dims[i] = int(d)
	}
	fits := func(has, width int, field string) error {
		if has/width != n || has%width != 0 {
			return fmt.Errorf("dims %v want %d elements, %s has %d (%s)",
				p.dims, n, field, has/width, typeNames[p.dataType])
		}
		return nil
	}
	switch p.dataType {
	case typeFloat, typeDouble, typeFloat16, typeBfloat16:
		width := map[int64]int{typeFloat: 4, typeDouble: 8, typeFloat16: 2, typeBfloat16: 2}[p.dataType]
		var get func(i int) float32
		switch {
		case p.hasRaw:
			if err := fits(len(p.raw), width, "raw_data"); err != nil {
				return nil, err
			}
			get = p.rawFloat()
		case p.dataType == typeFloat:
			if err := fits(len(p.floats), 1, "float_data"); err != nil {
				return nil, err
			}
			get = func(i int) float32 { return p.floats[i] }
		case p.dataType == typeDouble:
			if err := fits(len(p.doubles), 1, "double_data"); err != nil {
				return nil, err
			}
			get = func(i int) float32 { return float32(p.doubles[i]) }
		default:
			if err := fits(len(p.int32s), 1, "int32_data"); err != nil {
				return nil, err
			}
			get = func(i int) float32 { return halfBits(uint16(p.int32s[i]), p.dataType) }
		}
		t.floats = make([]float32, n)
		for i := range t.floats {
			t.floats[i] = get(i)
		}
		return t, nil
	case typeInt64, typeInt32, typeBool, typeInt8, typeUint8:
		t.isInt = true
		if err := p.decodeInts(t, n, fits); err != nil {
			return nil, err
		}
		for _, x := range t.ints {
			if isBatch(x) {
				return nil, fmt.Errorf("it has the number %d, want ones that a shape may have", x)
			}
		}
		return t, nil
	}
	name := typeNames[p.dataType]
	if name == "" {
		name = fmt.Sprint(p.dataType)
	}
	return nil, fmt.Errorf("data_type is %s, want FLOAT, FLOAT16, BFLOAT16 or DOUBLE (or INT64 or INT32 for shapes, INT8, UINT8 or INT32 for DequantizeLinear)", name)
}

// rawFloat gives a reader of the elements of raw_data, which is little-endian.
func (p *tensorProto) rawFloat() func(i int) float32 {
	switch p.dataType {
	case typeFloat:
		return func(i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(p.raw[4*i:])) }
	case typeDouble:
		return func(i int) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(p.raw[8*i:]))) }
	}
	return func(i int) float32 { return halfBits(binary.LittleEndian.Uint16(p.raw[2*i:]), p.dataType) }
}

func (p *tensorProto) decodeInts(t *tensor, n int, fits func(has, width int, field string) error) error {
	width := map[int64]int{typeInt64: 8, typeInt32: 4, typeBool: 1, typeInt8: 1, typeUint8: 1}[p.dataType]
	if !p.hasRaw {
		list, field := p.int32s, "int32_data"
		if p.dataType == typeInt64 {
			list, field = p.int64s, "int64_data"
		}
		t.ints = list
		return fits(len(list), 1, field)
	}
	if err := fits(len(p.raw), width, "raw_data"); err != nil {
		return err
	}
	t.ints = make([]int64, n)
	for i := range t.ints {
		switch p.dataType {
		case typeInt64:
			t.ints[i] = int64(binary.LittleEndian.Uint64(p.raw[8*i:]))
		case typeInt32:
			t.ints[i] = int64(int32(binary.LittleEndian.Uint32(p.raw[4*i:])))
		case typeInt8:
			t.ints[i] = int64(int8(p.raw[i]))
		default:
			t.ints[i] = int64(p.raw[i])
		}
	}
	return nil
}

// halfBits widens a 16-bit float, exactly.
func halfBits(h uint16, dataType int64) float32 {
	if dataType == typeBfloat16 {
		return math.Float32frombits(uint32(h) << 16)
	}
	sign, exponent, fraction := uint32(h>>15)<<31, int(h>>10&31), uint32(h&1023)
	switch exponent {
	case 0: // zero and subnormals: fraction × 2^-24, which a float32 holds as a normal number
		x := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(x) | sign)
	case 31: // infinity and not-a-number
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | uint32(exponent-15+127)<<23 | fraction<<13)
}
