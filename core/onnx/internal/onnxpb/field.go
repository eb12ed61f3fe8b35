package onnxpb

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxItems bounds the messages and strings of a file, which take more memory than the two bytes that they may take in the
// file. Networks of hundreds of layers have some ten thousand.
const maxItems = 1 << 17

// maxDepth bounds the graphs within each other, which decoding follows by recursion.
const maxDepth = 32

// decoder turns bytes into messages and counts what they take memory for.
type decoder struct{ items, depth int }

// addItem counts a message or a string.
func (d *decoder) addItem() error {
	if d.items++; d.items > maxItems {
		return fmt.Errorf("the file has more than %d messages and names", maxItems)
	}
	return nil
}

// field is one field of a message, as encoded.
type field struct {
	number protowire.Number
	wire   protowire.Type
	bits   uint64 // of a number
	bytes  []byte // of a string, a message or packed numbers
}

// message calls f for each field.
func (d *decoder) message(b []byte, f func(field) error) error {
	if err := d.addItem(); err != nil {
		return err
	}
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("not a protobuf message: %w", protowire.ParseError(n))
		}
		b = b[n:]
		v := field{number: number, wire: wire}
		switch wire {
		case protowire.VarintType:
			v.bits, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var x uint32
			x, n = protowire.ConsumeFixed32(b)
			v.bits = uint64(x)
		case protowire.Fixed64Type:
			v.bits, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			v.bytes, n = protowire.ConsumeBytes(b)
		default: // groups, which ONNX never has
			return fmt.Errorf("field %d: has wire type %d, which ONNX does not use", number, wire)
		}
		if n < 0 {
			return fmt.Errorf("field %d: cut off or damaged: %w", number, protowire.ParseError(n))
		}
		b = b[n:]
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// errWire is the error of a field whose wire type is not that of onnx.proto.
var errWire = errors.New("has another wire type than in onnx.proto")

func (d *decoder) text(v field, s *string) error {
	if v.wire != protowire.BytesType {
		return errWire
	}
	if err := d.addItem(); err != nil {
		return err
	}
	if !utf8.Valid(v.bytes) {
		return errors.New("is not UTF-8")
	}
	*s = string(v.bytes)
	return nil
}

func (d *decoder) texts(v field, list *[]string) error {
	var s string
	err := d.text(v, &s)
	*list = append(*list, s)
	return err
}

func (d *decoder) bytes(v field, b *[]byte) error {
	if v.wire != protowire.BytesType {
		return errWire
	}
	*b = v.bytes
	return nil
}

func (d *decoder) int(v field, i *int64) error {
	if v.wire != protowire.VarintType {
		return errWire
	}
	*i = int64(v.bits)
	return nil
}

// ints appends a number, or packed numbers.
func (d *decoder) ints(v field, list *[]int64) error {
	switch v.wire {
	case protowire.VarintType:
		*list = append(*list, int64(v.bits))
		return nil
	case protowire.BytesType:
	default:
		return errWire
	}
	count := 0
	for _, c := range v.bytes {
		if c < 0x80 {
			count++
		}
	}
	*list = grow(*list, count)
	for b := v.bytes; len(b) > 0; {
		x, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		*list = append(*list, int64(x))
		b = b[n:]
	}
	return nil
}

func (d *decoder) float(v field, f *float32) error {
	if v.wire != protowire.Fixed32Type {
		return errWire
	}
	*f = math.Float32frombits(uint32(v.bits))
	return nil
}

func (d *decoder) floats(v field, list *[]float32) error {
	switch v.wire {
	case protowire.Fixed32Type:
		*list = append(*list, math.Float32frombits(uint32(v.bits)))
		return nil
	case protowire.BytesType:
	default:
		return errWire
	}
	*list = grow(*list, len(v.bytes)/4)
	for b := v.bytes; len(b) > 0; {
		x, n := protowire.ConsumeFixed32(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		*list = append(*list, math.Float32frombits(x))
		b = b[n:]
	}
	return nil
}

func (d *decoder) doubles(v field, list *[]float64) error {
	switch v.wire {
	case protowire.Fixed64Type:
		*list = append(*list, math.Float64frombits(v.bits))
		return nil
	case protowire.BytesType:
	default:
		return errWire
	}
	*list = grow(*list, len(v.bytes)/8)
	for b := v.bytes; len(b) > 0; {
		x, n := protowire.ConsumeFixed64(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		*list = append(*list, math.Float64frombits(x))
		b = b[n:]
	}
	return nil
}

// grow returns the list with room for n elements if it is nil, the usual case, in which nothing has to be copied.
func grow[T any](list []T, n int) []T {
	if list == nil {
		return make([]T, 0, n)
	}
	return list
}

// sub decodes a message within a message.
func (d *decoder) sub(v field, f func(field) error) error {
	if v.wire != protowire.BytesType {
		return errWire
	}
	return d.message(v.bytes, f)
}

// inField adds the name of a field to an error, if it is one.
func inField(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
