package onnxpb

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxItems bounds the messages and strings of a file, which take more memory than the two bytes that they may take in the
// file. Networks of hundreds of layers have some ten thousand.
const maxItems = 1 << 17

// MaxDims bounds the dimensions of a tensor. Its excess over nn's limit is for leading ones.
const MaxDims = 16

// Decode returns the message of a file. It points into b where it can.
func Decode(b []byte) (*Model, error) {
	m := &Model{}
	if err := new(decoder).model(b, m); err != nil {
		return nil, err
	}
	return m, nil
}

// Abbreviate shortens a name from a file for an error text.
func Abbreviate(s string) string {
	const limit = 120
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// decoder turns bytes into messages and counts what they take memory for.
type decoder struct{ items int }

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

func (d *decoder) model(b []byte, m *Model) error {
	return d.message(b, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.int(v, &m.IRVersion), "ir_version")
		case 2:
			return inField(d.text(v, &m.Producer), "producer_name")
		case 7:
			if m.Graph == nil {
				m.Graph = &Graph{}
			}
			return inField(d.graph(v, m.Graph), "graph")
		case 8:
			var o Opset
			err := d.sub(v, func(v field) error {
				switch v.number {
				case 1:
					return inField(d.text(v, &o.Domain), "domain")
				case 2:
					return inField(d.int(v, &o.Version), "version")
				}
				return nil
			})
			m.Opsets = append(m.Opsets, o)
			return inField(err, "opset_import")
		case 14:
			var e StringEntry
			err := d.sub(v, func(v field) error {
				switch v.number {
				case 1:
					return inField(d.text(v, &e.Key), "key")
				case 2:
					return inField(d.text(v, &e.Value), "value")
				}
				return nil
			})
			m.Metadata = append(m.Metadata, e)
			return inField(err, "metadata_props")
		}
		return nil
	})
}

func (d *decoder) graph(v field, g *Graph) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			p := &Node{}
			g.Nodes = append(g.Nodes, p)
			err := d.node(v, p)
			return inField(err, "node %d %q (%s)", len(g.Nodes)-1, Abbreviate(p.Name), Abbreviate(p.Op))
		case 2:
			return inField(d.text(v, &g.Name), "name")
		case 5:
			t := &Tensor{}
			g.Initializers = append(g.Initializers, t)
			return inField(d.tensor(v, t), "initializer %d %q", len(g.Initializers)-1, Abbreviate(t.Name))
		case 11:
			i := &ValueInfo{}
			g.Inputs = append(g.Inputs, i)
			return inField(d.valueInfo(v, i), "input %d", len(g.Inputs)-1)
		case 12:
			i := &ValueInfo{}
			g.Outputs = append(g.Outputs, i)
			return inField(d.valueInfo(v, i), "output %d", len(g.Outputs)-1)
		case 15:
			g.Sparse = true
		}
		return nil
	})
}

func (d *decoder) node(v field, p *Node) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.texts(v, &p.Inputs), "input")
		case 2:
			return inField(d.texts(v, &p.Outputs), "output")
		case 3:
			return inField(d.text(v, &p.Name), "name")
		case 4:
			return inField(d.text(v, &p.Op), "op_type")
		case 5:
			a := &Attribute{}
			p.Attributes = append(p.Attributes, a)
			return inField(d.attribute(v, a), "attribute %s", Abbreviate(a.Name))
		case 7:
			return inField(d.text(v, &p.Domain), "domain")
		}
		return nil
	})
}

func (d *decoder) attribute(v field, a *Attribute) error {
	var found AttributeType // of the last field with a value
	err := d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &a.Name), "name")
		case 2:
			found = AttributeFloat
			return inField(d.float(v, &a.Float), "f")
		case 3:
			found = AttributeInt
			return inField(d.int(v, &a.Int), "i")
		case 4:
			found = AttributeString
			return inField(d.bytes(v, &a.Bytes), "s")
		case 5:
			found = AttributeTensor
			if a.Tensor == nil {
				a.Tensor = &Tensor{}
			}
			return inField(d.tensor(v, a.Tensor), "t")
		case 7:
			found = AttributeFloats
			return inField(d.floats(v, &a.Floats), "floats")
		case 8:
			found = AttributeInts
			return inField(d.ints(v, &a.Ints), "ints")
		case 20:
			return inField(d.int(v, (*int64)(&a.Type)), "type")
		}
		return nil
	})
	if a.Type == 0 {
		a.Type = found
	}
	if err == nil && a.Type == AttributeTensor && a.Tensor == nil {
		return errors.New("has type TENSOR and no tensor")
	}
	return err
}

func (d *decoder) tensor(v field, t *Tensor) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			err := d.ints(v, &t.Dims)
			if err == nil && len(t.Dims) > MaxDims {
				err = fmt.Errorf("there are more than %d", MaxDims)
			}
			return inField(err, "dims")
		case 2:
			return inField(d.int(v, (*int64)(&t.DataType)), "data_type")
		case 3:
			t.Segment = true
		case 4:
			return inField(d.floats(v, &t.Floats), "float_data")
		case 5:
			return inField(d.ints(v, &t.Int32s), "int32_data")
		case 7:
			return inField(d.ints(v, &t.Int64s), "int64_data")
		case 8:
			return inField(d.text(v, &t.Name), "name")
		case 9:
			t.HasRaw = true
			return inField(d.bytes(v, &t.Raw), "raw_data")
		case 10:
			return inField(d.doubles(v, &t.Doubles), "double_data")
		case 13:
			t.External = true
		case 14:
			var location int64
			err := d.int(v, &location)
			t.External = t.External || location == 1
			return inField(err, "data_location")
		}
		return nil
	})
}

func (d *decoder) valueInfo(v field, i *ValueInfo) error {
	dim := func(v field) error {
		var p Dim
		err := d.sub(v, func(v field) error {
			switch v.number {
			case 1:
				return inField(d.int(v, &p.Value), "dim_value")
			case 2:
				return inField(d.text(v, &p.Param), "dim_param")
			}
			return nil
		})
		if i.Dims = append(i.Dims, p); len(i.Dims) > MaxDims {
			return fmt.Errorf("there are more than %d dimensions", MaxDims)
		}
		return err
	}
	shape := func(v field) error {
		if v.number != 1 {
			return nil
		}
		return inField(dim(v), "dim")
	}
	tensor := func(v field) error {
		switch v.number {
		case 1:
			return inField(d.int(v, (*int64)(&i.ElemType)), "elem_type")
		case 2:
			i.HasShape = true
			return inField(d.sub(v, shape), "shape")
		}
		return nil
	}
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &i.Name), "name")
		case 2:
			return inField(d.sub(v, func(v field) error {
				if v.number != 1 {
					return nil
				}
				i.IsTensor = true
				return inField(d.sub(v, tensor), "tensor_type")
			}), "type")
		}
		return nil
	})
}
