package onnx

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

// texts writes empty ones too: an empty input name stands for an input that is not there.
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

// ints writes packed numbers, and nothing for none.
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

// loose writes numbers one by one, which is how onnx.proto (proto2) has the fields that are not marked as packed.
func (m *message) loose(number protowire.Number, list []int64) {
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

func (p *modelProto) encode() []byte {
	var m message
	m.int(1, p.irVersion)
	m.text(2, p.producer)
	if p.graph != nil {
		m.bytes(7, p.graph.encode())
	}
	for _, o := range p.opsets {
		var sub message
		sub.texts(1, []string{o.domain}) // the default domain is "", and is written
		sub.int(2, o.version)
		m.bytes(8, sub)
	}
	for _, e := range p.metadata {
		var sub message
		sub.text(1, e.key)
		sub.text(2, e.value)
		m.bytes(14, sub)
	}
	return m
}

func (p *graphProto) encode() []byte {
	size := 0
	for _, t := range p.initialisers {
		size += len(t.raw) + 128
	}
	m := make(message, 0, size)
	for _, n := range p.nodes {
		m.bytes(1, n.encode())
	}
	m.text(2, p.name)
	for _, t := range p.initialisers {
		m.bytes(5, t.encode())
	}
	for _, i := range p.inputs {
		m.bytes(11, i.encode())
	}
	for _, o := range p.outputs {
		m.bytes(12, o.encode())
	}
	if p.sparse {
		m.bytes(15, nil)
	}
	return m
}

func (p *nodeProto) encode() []byte {
	var m message
	m.texts(1, p.inputs)
	m.texts(2, p.outputs)
	m.text(3, p.name)
	m.text(4, p.op)
	for _, a := range p.attributes {
		m.bytes(5, a.encode())
	}
	m.text(7, p.domain)
	return m
}

func (p *attributeProto) encode() []byte {
	var m message
	m.text(1, p.name)
	switch p.kind {
	case kindFloat:
		m.float(2, p.f)
	case kindInt:
		m.int(3, p.i)
	case kindString:
		m.bytes(4, p.s)
	case kindTensor:
		m.bytes(5, p.t.encode())
	case kindFloats:
		for _, f := range p.floats {
			m.float(7, f)
		}
	case kindInts:
		m.loose(8, p.ints)
	}
	m.int(20, p.kind)
	return m
}

func (p *tensorProto) encode() []byte {
	m := make(message, 0, len(p.raw)+64)
	m.loose(1, p.dims)
	m.int(2, p.dataType)
	m.floats(4, p.floats)
	m.ints(5, p.int32s)
	m.ints(7, p.int64s)
	m.text(8, p.name)
	if p.hasRaw {
		m.bytes(9, p.raw)
	}
	m.doubles(10, p.doubles)
	if p.external {
		m.int(14, 1)
	}
	return m
}

func (p *valueInfoProto) encode() []byte {
	var shape message
	for _, d := range p.dims {
		var dim message
		if d.param != "" {
			dim.text(2, d.param)
		} else if d.value != 0 {
			dim.int(1, d.value)
		}
		shape.bytes(1, dim)
	}
	var tensor, kind, m message
	tensor.int(1, p.elemType)
	if p.hasShape {
		tensor.bytes(2, shape)
	}
	if p.tensor {
		kind.bytes(1, tensor)
	}
	m.text(1, p.name)
	m.bytes(2, kind)
	return m
}
