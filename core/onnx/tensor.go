package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"steady/core/onnx/internal/onnxpb"
)

// tensor is a constant of the graph: floats, or ints for shapes.
type tensor struct {
	name   string
	dims   []int
	floats []float32
	ints   []int64
	isInt  bool
	kind   onnxpb.DataType // in the file; 0 if it is computed

	// Integers and truth values may have a dimension for the batch, which is 1 here: where ofBatch is set, it is the dimension
	// batch, and i·step is added for image i. Only constantOfBatch returns such a tensor.
	ofBatch bool
	batch   int
	step    int64
}

// size returns the number of elements, 0 for no tensor.
func (t *tensor) size() int {
	switch {
	case t == nil:
		return 0
	case t.isInt:
		return len(t.ints)
	}
	return len(t.floats)
}

// view returns the same elements with other dimensions of the same size.
func (t *tensor) view(dims []int) *tensor {
	v := *t
	v.dims = dims
	return &v
}

// elementCount returns the number of elements that the dimensions ask for; one for no dimensions, a scalar.
func elementCount(p *onnxpb.Tensor) (int, error) {
	n := int64(1)
	for _, d := range p.Dims {
		if d < 0 {
			return 0, fmt.Errorf("dims are %v, want none below 0", p.Dims)
		}
		if d != 0 && n > math.MaxInt32/d {
			return 0, fmt.Errorf("dims %v ask for more than %d elements", p.Dims, math.MaxInt32)
		}
		n *= d
	}
	return int(n), nil
}

// decodeTensor returns the tensor of a message. Its memory is at most eight times that of the message.
func decodeTensor(p *onnxpb.Tensor) (*tensor, error) {
	if p.Segment {
		return nil, fmt.Errorf("it is stored in segments, want it whole")
	}
	n, err := elementCount(p)
	if err != nil {
		return nil, err
	}
	t := &tensor{name: p.Name, dims: make([]int, len(p.Dims)), kind: p.DataType}
	for i, d := range p.Dims {
		t.dims[i] = int(d)
	}
	fits := func(has, width int, field string) error {
		if has/width != n || has%width != 0 {
			return fmt.Errorf("dims %v want %d elements, %s has %d (%s)",
				p.Dims, n, field, has/width, p.DataType)
		}
		return nil
	}
	switch p.DataType {
	case onnxpb.Float, onnxpb.Double, onnxpb.Float16, onnxpb.Bfloat16:
		room := func(has, width int, field string) error {
			err := fits(has, width, field)
			if err == nil {
				t.floats = make([]float32, n)
			}
			return err
		}
		switch {
		case p.HasRaw:
			if err := room(len(p.Raw), elementBytes(p.DataType), "raw_data"); err != nil {
				return nil, err
			}
			readRaw(t.floats, p.Raw, p.DataType)
		case p.DataType == onnxpb.Float:
			if err := room(len(p.Floats), 1, "float_data"); err != nil {
				return nil, err
			}
			copy(t.floats, p.Floats)
		case p.DataType == onnxpb.Double:
			if err := room(len(p.Doubles), 1, "double_data"); err != nil {
				return nil, err
			}
			for i, v := range p.Doubles {
				t.floats[i] = float32(v)
			}
		default:
			if err := room(len(p.Int32s), 1, "int32_data"); err != nil {
				return nil, err
			}
			for i, v := range p.Int32s {
				t.floats[i] = widenHalf(uint16(v), p.DataType)
			}
		}
		return t, nil
	case onnxpb.Int64, onnxpb.Int32, onnxpb.Bool, onnxpb.Int8, onnxpb.Uint8:
		t.isInt = true
		if err := decodeInts(t, p, n, fits); err != nil {
			return nil, err
		}
		for _, x := range t.ints {
			if isBatch(x) {
				return nil, fmt.Errorf("it has the number %d, want numbers that a shape can have", x)
			}
		}
		return t, nil
	}
	return nil, errDataType(p)
}

// errDataType returns the error of a tensor of a type that is not read.
func errDataType(p *onnxpb.Tensor) error {
	return fmt.Errorf("data_type is %s, valid: FLOAT, FLOAT16, BFLOAT16, DOUBLE (for shapes INT64, INT32; "+
		"for DequantizeLinear INT8, UINT8, INT32)", p.DataType)
}

// elementBytes returns the number of bytes that an element of raw data has, 0 for types that are not read.
func elementBytes(t onnxpb.DataType) int {
	switch t {
	case onnxpb.Double, onnxpb.Int64:
		return 8
	case onnxpb.Float, onnxpb.Int32:
		return 4
	case onnxpb.Float16, onnxpb.Bfloat16:
		return 2
	case onnxpb.Bool, onnxpb.Int8, onnxpb.Uint8:
		return 1
	}
	return 0
}

// readRaw reads the elements of raw_data, which is little-endian, without a call for each: a browser that has only just loaded this
// program runs calls slowly.
func readRaw(dst []float32, raw []byte, dataType onnxpb.DataType) {
	switch dataType {
	case onnxpb.Float:
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	case onnxpb.Double:
		for i := range dst {
			dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:])))
		}
	default:
		for i := range dst {
			h := binary.LittleEndian.Uint16(raw[2*i:])
			if exponent := h & 0x7c00; dataType == onnxpb.Float16 && exponent != 0 && exponent != 0x7c00 {
				dst[i] = math.Float32frombits(uint32(h&0x8000)<<16 | (uint32(h&0x7fff)<<13 + (127-15)<<23))
			} else {
				dst[i] = widenHalf(h, dataType)
			}
		}
	}
}

// decodeInts sets t.ints to the elements of a message of an integer type.
func decodeInts(t *tensor, p *onnxpb.Tensor, n int, fits func(has, width int, field string) error) error {
	if !p.HasRaw {
		list, field := p.Int32s, "int32_data"
		if p.DataType == onnxpb.Int64 {
			list, field = p.Int64s, "int64_data"
		}
		t.ints = list
		return fits(len(list), 1, field)
	}
	if err := fits(len(p.Raw), elementBytes(p.DataType), "raw_data"); err != nil {
		return err
	}
	t.ints = make([]int64, n)
	for i := range t.ints {
		switch p.DataType {
		case onnxpb.Int64:
			t.ints[i] = int64(binary.LittleEndian.Uint64(p.Raw[8*i:]))
		case onnxpb.Int32:
			t.ints[i] = int64(int32(binary.LittleEndian.Uint32(p.Raw[4*i:])))
		case onnxpb.Int8:
			t.ints[i] = int64(int8(p.Raw[i]))
		default:
			t.ints[i] = int64(p.Raw[i])
		}
	}
	return nil
}

// widenHalf returns a 16-bit float as a float32, which is exact.
func widenHalf(h uint16, dataType onnxpb.DataType) float32 {
	if dataType == onnxpb.Bfloat16 {
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
