package onnx

import "steady/core/onnx/internal/onnxpb"

// maxExtent bounds what an attribute may say of sizes, so that sums of them fit.
const maxExtent = 1 << 30

// attribute gives the attribute of the given name, or nil. One of another kind is a mistake.
func (n *node) attribute(name string, kind onnxpb.AttributeType) *onnxpb.Attribute {
	for _, a := range n.Attributes {
		if a.Name != name {
			continue
		}
		if a.Type != kind {
			n.fail("attribute "+name, "is of kind %s, want %s", a.Type, kind)
			return nil
		}
		return a
	}
	return nil
}

func (n *node) int(name string, absent int64) int64 {
	if a := n.attribute(name, onnxpb.AttributeInt); a != nil {
		return a.Int
	}
	return absent
}

func (n *node) flag(name string, absent bool) bool {
	i := int64(0)
	if absent {
		i = 1
	}
	i = n.int(name, i)
	if i != 0 && i != 1 {
		n.fail("attribute "+name, "is %d, want 0 or 1", i)
	}
	return i == 1
}

func (n *node) float(name string, absent float32) float32 {
	if a := n.attribute(name, onnxpb.AttributeFloat); a != nil {
		return a.Float
	}
	return absent
}

func (n *node) text(name, absent string) string {
	if a := n.attribute(name, onnxpb.AttributeString); a != nil {
		return string(a.Bytes)
	}
	return absent
}

// extents gives an attribute of exactly len(absent) numbers from least to maxExtent.
func (n *node) extents(name string, least int64, absent ...int) []int {
	a := n.attribute(name, onnxpb.AttributeInts)
	if a == nil {
		return absent
	}
	if len(a.Ints) != len(absent) {
		n.fail("attribute "+name, "has %d numbers, want %d (only 2-D pictures are supported)", len(a.Ints), len(absent))
		return absent
	}
	list := make([]int, len(a.Ints))
	for i, x := range a.Ints {
		if x < least || x > maxExtent {
			n.fail("attribute "+name, "has %d, want %d to %d", x, least, maxExtent)
			return absent
		}
		list[i] = int(x)
	}
	return list
}

// axis gives an axis that counts from the end where it is negative, as one of 0 to rank-1.
func (n *node) axis(field string, axis int64, rank int) int {
	if axis < -int64(rank) || axis >= int64(rank) {
		n.fail(field, "is %d, want %d to %d", axis, -rank, rank-1)
		return 0
	}
	if axis < 0 {
		axis += int64(rank)
	}
	return int(axis)
}

// axes gives the axes of an attribute or, from the operator set since on, of an input; there tells whether any are
// given.
func (n *node) axes(since int64, input int) (axes []int64, field string, there bool) {
	if n.r.opset >= since {
		field = n.inputField(input)
		if !n.has(input) {
			return nil, field, false
		}
		return n.ints(input), field, true
	}
	field = "attribute axes"
	if a := n.attribute("axes", onnxpb.AttributeInts); a != nil {
		return a.Ints, field, true
	}
	return nil, field, false
}
