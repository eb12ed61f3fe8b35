package onnx

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxItems bounds the messages and strings of a file, which cost more memory here than the two bytes that they may
// take there. Networks of hundreds of layers have some ten thousand.
const maxItems = 1 << 17

// maxDims bounds the dimensions of a tensor. Its excess over net's limit is for leading ones.
const maxDims = 16

// decoder turns bytes into messages. What it makes points into the bytes where it can.
type decoder struct{ items int }

// field is one field of a message as it is on the wire.
type field struct {
	number protowire.Number
	wire   protowire.Type
	bits   uint64 // of a number
	bytes  []byte // of a string, a message or packed numbers
}

// message calls f for each field.
func (d *decoder) message(b []byte, f func(field) error) error {
	if d.items++; d.items > maxItems {
		return fmt.Errorf("the file has more than %d messages and names", maxItems)
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

var errWire = errors.New("has another wire type than onnx.proto gives it")

func (d *decoder) text(v field, s *string) error {
	if v.wire != protowire.BytesType {
		return errWire
	}
	if d.items++; d.items > maxItems {
		return fmt.Errorf("the file has more than %d messages and names", maxItems)
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

// grow makes room for n more elements when the list is empty, the usual case, in which nothing has to be copied.
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

// at adds the place to an error.
func at(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}

func (d *decoder) model(b []byte) (*modelProto, error) {
	m := &modelProto{}
	return m, d.message(b, func(v field) error {
		switch v.number {
		case 1:
			return at(d.int(v, &m.irVersion), "ir_version")
		case 2:
			return at(d.text(v, &m.producer), "producer_name")
		case 7:
			if m.graph == nil {
				m.graph = &graphProto{}
			}
			return at(d.graph(v, m.graph), "graph")
		case 8:
			var o opsetProto
			err := d.sub(v, func(v field) error {
				switch v.number {
				case 1:
					return at(d.text(v, &o.domain), "domain")
				case 2:
					return at(d.int(v, &o.version), "version")
				}
				return nil
			})
			m.opsets = append(m.opsets, o)
			return at(err, "opset_import")
		case 14:
			var e stringEntry
			err := d.sub(v, func(v field) error {
				switch v.number {
				case 1:
					return at(d.text(v, &e.key), "key")
				case 2:
					return at(d.text(v, &e.value), "value")
				}
				return nil
			})
			m.metadata = append(m.metadata, e)
			return at(err, "metadata_props")
		}
		return nil
	})
}

func (d *decoder) graph(v field, g *graphProto) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			p := &nodeProto{}
			g.nodes = append(g.nodes, p)
			err := d.node(v, p)
			return at(err, "node %d %q (%s)", len(g.nodes)-1, clip(p.name), clip(p.op))
		case 2:
			return at(d.text(v, &g.name), "name")
		case 5:
			t := &tensorProto{}
			g.initialisers = append(g.initialisers, t)
			return at(d.tensor(v, t), "initializer %d %q", len(g.initialisers)-1, clip(t.name))
		case 11:
			i := &valueInfoProto{}
			g.inputs = append(g.inputs, i)
			return at(d.valueInfo(v, i), "input %d", len(g.inputs)-1)
		case 12:
			i := &valueInfoProto{}
			g.outputs = append(g.outputs, i)
			return at(d.valueInfo(v, i), "output %d", len(g.outputs)-1)
		case 15:
			g.sparse = true
		}
		return nil
	})
}

func (d *decoder) node(v field, p *nodeProto) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return at(d.texts(v, &p.inputs), "input")
		case 2:
			return at(d.texts(v, &p.outputs), "output")
		case 3:
			return at(d.text(v, &p.name), "name")
		case 4:
			return at(d.text(v, &p.op), "op_type")
		case 5:
			a := &attributeProto{}
			p.attributes = append(p.attributes, a)
			return at(d.attribute(v, a), "attribute %s", clip(a.name))
		case 7:
			return at(d.text(v, &p.domain), "domain")
		}
		return nil
	})
}

func (d *decoder) attribute(v field, a *attributeProto) error {
	found := int64(0)
	err := d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return at(d.text(v, &a.name), "name")
		case 2:
			found = kindFloat
			return at(d.float(v, &a.f), "f")
		case 3:
			found = kindInt
			return at(d.int(v, &a.i), "i")
		case 4:
			found = kindString
			return at(d.bytes(v, &a.s), "s")
		case 5:
			found = kindTensor
			if a.t == nil {
				a.t = &tensorProto{}
			}
			return at(d.tensor(v, a.t), "t")
		case 7:
			found = kindFloats
			return at(d.floats(v, &a.floats), "floats")
		case 8:
			found = kindInts
			return at(d.ints(v, &a.ints), "ints")
		case 20:
			return at(d.int(v, &a.kind), "type")
		}
		return nil
	})
	if a.kind == 0 {
		a.kind = found
	}
	return err
}

func (d *decoder) tensor(v field, t *tensorProto) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			err := d.ints(v, &t.dims)
			if err == nil && len(t.dims) > maxDims {
				err = fmt.Errorf("there are more than %d", maxDims)
			}
			return at(err, "dims")
		case 2:
			return at(d.int(v, &t.dataType), "data_type")
		case 3:
			t.segment = true
		case 4:
			return at(d.floats(v, &t.floats), "float_data")
		case 5:
			return at(d.ints(v, &t.int32s), "int32_data")
		case 7:
			return at(d.ints(v, &t.int64s), "int64_data")
		case 8:
			return at(d.text(v, &t.name), "name")
		case 9:
			t.hasRaw = true
			return at(d.bytes(v, &t.raw), "raw_data")
		case 10:
			return at(d.doubles(v, &t.doubles), "double_data")
		case 13:
			t.external = true
		case 14:
			var location int64
			err := d.int(v, &location)
			t.external = t.external || location == 1
			return at(err, "data_location")
		}
		return nil
	})
}

func (d *decoder) valueInfo(v field, i *valueInfoProto) error {
	dim := func(v field) error {
		var p dimProto
		err := d.sub(v, func(v field) error {
			switch v.number {
			case 1:
				return at(d.int(v, &p.value), "dim_value")
			case 2:
				return at(d.text(v, &p.param), "dim_param")
			}
			return nil
		})
		if i.dims = append(i.dims, p); len(i.dims) > maxDims {
			return fmt.Errorf("there are more than %d dimensions", maxDims)
		}
		return err
	}
	shape := func(v field) error {
		if v.number != 1 {
			return nil
		}
		return at(dim(v), "dim")
	}
	tensor := func(v field) error {
		switch v.number {
		case 1:
			return at(d.int(v, &i.elemType), "elem_type")
		case 2:
			i.hasShape = true
			return at(d.sub(v, shape), "shape")
		}
		return nil
	}
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return at(d.text(v, &i.name), "name")
		case 2:
			return at(d.sub(v, func(v field) error {
				if v.number != 1 {
					return nil
				}
				i.tensor = true
				return at(d.sub(v, tensor), "tensor_type")
			}), "type")
		}
		return nil
	})
}
