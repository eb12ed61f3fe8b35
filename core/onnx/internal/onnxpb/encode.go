package onnxpb

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// message appends the bytes of a message, its fields in the order of their numbers.
type message []byte

func (m *message) text(number protowire.Number, s string) {
	if s != "" {
		*m = protowire.AppendString(protowire.AppendTag(*m, number, protowire.BytesType), s)
	}
}

// texts writes empty strings too: an empty input name stands for an absent input.
func (m *message) texts(number protowire.Number, list []string) {
	for _, s := range list {
		*m = protowire.AppendString(protowire.AppendTag(*m, number, protowire.BytesType), s)
	}
}

func (m *message) bytes(number protowire.Number, b []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, number, protowire.BytesType), b)
}

func (m *message) int(number protowire.Number, i int64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, number, protowire.VarintType), uint64(i))
}

func (m *message) float(number protowire.Number, f float32) {
	*m = protowire.AppendFixed32(protowire.AppendTag(*m, number, protowire.Fixed32Type), math.Float32bits(f))
}

// ints writes packed numbers, and nothing for an empty list.
func (m *message) ints(number protowire.Number, list []int64) {
	if len(list) == 0 {
		return
	}
	var packed []byte
	for _, i := range list {
		packed = protowire.AppendVarint(packed, uint64(i))
	}
	m.bytes(number, packed)
}

// unpacked writes numbers one by one, as onnx.proto (proto2) declares the fields that are not marked as packed.
func (m *message) unpacked(number protowire.Number, list []int64) {
	for _, i := range list {
		m.int(number, i)
	}
}

func (m *message) floats(number protowire.Number, list []float32) {
	if len(list) == 0 {
		return
	}
	packed := make([]byte, 0, 4*len(list))
	for _, f := range list {
		packed = protowire.AppendFixed32(packed, math.Float32bits(f))
	}
	m.bytes(number, packed)
}

func (m *message) doubles(number protowire.Number, list []float64) {
	if len(list) == 0 {
		return
	}
	packed := make([]byte, 0, 8*len(list))
	for _, f := range list {
		packed = protowire.AppendFixed64(packed, math.Float64bits(f))
	}
	m.bytes(number, packed)
}

// entries writes pairs of a key and a value.
func (m *message) entries(number protowire.Number, list []StringEntry) {
	for _, e := range list {
		var sub message
		sub.text(1, e.Key)
		sub.text(2, e.Value)
		m.bytes(number, sub)
	}
}

// Encode returns the bytes of a file. Of an attribute it writes the field that its type names.
func (p *Model) Encode() []byte {
	var m message
	m.int(1, p.IRVersion)
	m.text(2, p.Producer)
	m.text(3, p.ProducerVersion)
	if p.Graph != nil {
		m.bytes(7, p.Graph.encode())
	}
	m.opsets(8, p.Opsets)
	m.entries(14, p.Metadata)
	for _, f := range p.Functions {
		m.bytes(25, f.encode())
	}
	return m
}

func (m *message) opsets(number protowire.Number, list []Opset) {
	for _, o := range list {
		var sub message
		sub.texts(1, []string{o.Domain}) // also the default domain, which is ""
		sub.int(2, o.Version)
		m.bytes(number, sub)
	}
}

func (p *Function) encode() []byte {
	var m message
	m.text(1, p.Name)
	m.texts(4, p.Inputs)
	m.texts(5, p.Outputs)
	m.texts(6, p.Attributes)
	for _, n := range p.Nodes {
		m.bytes(7, n.encode())
	}
	m.opsets(9, p.Opsets)
	m.text(10, p.Domain)
	for _, a := range p.Defaults {
		m.bytes(11, a.encode())
	}
	m.text(13, p.Overload)
	return m
}

func (p *Graph) encode() []byte {
	size := 0
	for _, t := range p.Initializers {
		size += len(t.Raw) + 128
	}
	m := make(message, 0, size)
	for _, n := range p.Nodes {
		m.bytes(1, n.encode())
	}
	m.text(2, p.Name)
	for _, t := range p.Initializers {
		m.bytes(5, t.encode())
	}
	for _, i := range p.Inputs {
		m.bytes(11, i.encode())
	}
	for _, o := range p.Outputs {
		m.bytes(12, o.encode())
	}
	for _, v := range p.Values {
		m.bytes(13, v.encode())
	}
	if p.Sparse {
		m.bytes(15, nil)
	}
	return m
}

func (p *Node) encode() []byte {
	var m message
	m.texts(1, p.Inputs)
	m.texts(2, p.Outputs)
	m.text(3, p.Name)
	m.text(4, p.Op)
	for _, a := range p.Attributes {
		m.bytes(5, a.encode())
	}
	m.text(7, p.Domain)
	m.text(8, p.Overload)
	return m
}

func (p *Attribute) encode() []byte {
	var m message
	m.text(1, p.Name)
	switch p.Type {
	case AttributeFloat:
		m.float(2, p.Float)
	case AttributeInt:
		m.int(3, p.Int)
	case AttributeString:
		m.bytes(4, p.Bytes)
	case AttributeTensor:
		if p.Tensor != nil {
			m.bytes(5, p.Tensor.encode())
		}
	case AttributeGraph:
		if p.Graph != nil {
			m.bytes(6, p.Graph.encode())
		}
	case AttributeFloats:
		for _, f := range p.Floats {
			m.float(7, f)
		}
	case AttributeInts:
		m.unpacked(8, p.Ints)
	case AttributeTexts:
		for _, b := range p.Texts {
			m.bytes(9, b)
		}
	}
	m.int(20, int64(p.Type))
	m.text(21, p.Ref)
	return m
}

func (p *Tensor) encode() []byte {
	m := make(message, 0, len(p.Raw)+64)
	m.unpacked(1, p.Dims)
	m.int(2, int64(p.DataType))
	if p.Segment {
		m.bytes(3, nil)
	}
	m.floats(4, p.Floats)
	m.ints(5, p.Int32s)
	m.ints(7, p.Int64s)
	m.text(8, p.Name)
	if p.HasRaw {
		m.bytes(9, p.Raw)
	}
	m.doubles(10, p.Doubles)
	m.entries(13, p.ExternalData)
	if p.External {
		m.int(14, 1)
	}
	return m
}

func (p *ValueInfo) encode() []byte {
	var shape message
	for _, d := range p.Dims {
		var dim message
		if d.Param != "" {
			dim.text(2, d.Param)
		} else if d.Value != 0 {
			dim.int(1, d.Value)
		}
		shape.bytes(1, dim)
	}
	var tensor, kind, m message
	tensor.int(1, int64(p.ElemType))
	if p.HasShape {
		tensor.bytes(2, shape)
	}
	if p.IsTensor {
		kind.bytes(1, tensor)
	}
	m.text(1, p.Name)
	m.bytes(2, kind)
	return m
}
