package onnx

import "steady/core/onnx/internal/onnxpb"

// maxExtent bounds what an attribute may say of sizes, so that sums of them fit.
const maxExtent = 1 << 30

// attribute returns the attribute of the given name, or nil. One of another type is an error.
func (n *node) attribute(name string, kind onnxpb.AttributeType) *onnxpb.Attribute {
	for _, a := range n.Attributes {
		if a.Name != name {
			continue
		}
		if a.Type != kind {
			n.failField("attribute "+name, "has type %s, want %s", a.Type, kind)
			return nil
		}
		return a
	}
	return nil
}

// int returns an integer attribute, or absent if the node has none of that name.
func (n *node) int(name string, absent int64) int64 {
	if a := n.attribute(name, onnxpb.AttributeInt); a != nil {
		return a.Int
	}
	return absent
}

// flag returns an integer attribute that is 0 or 1 as a bool.
func (n *node) flag(name string, absent bool) bool {
	i := int64(0)
	if absent {
		i = 1
	}
	i = n.int(name, i)
	if i != 0 && i != 1 {
		n.failField("attribute "+name, "is %d, want 0 or 1", i)
	}
	return i == 1
}

// float returns a float attribute.
func (n *node) float(name string, absent float32) float32 {
	if a := n.attribute(name, onnxpb.AttributeFloat); a != nil {
		return a.Float
	}
	return absent
}

// text returns a string attribute.
func (n *node) text(name, absent string) string {
	if a := n.attribute(name, onnxpb.AttributeString); a != nil {
		return string(a.Bytes)
	}
	return absent
}

// extents returns an attribute of exactly len(absent) numbers from least to maxExtent.
func (n *node) extents(name string, least int64, absent ...int) []int {
	a := n.attribute(name, onnxpb.AttributeInts)
	if a == nil {
		return absent
	}
	if len(a.Ints) != len(absent) {
		n.failField("attribute "+name, "has %d numbers, want %d (only 2-D images are supported)", len(a.Ints), len(absent))
		return absent
	}
	list := make([]int, len(a.Ints))
	for i, x := range a.Ints {
		if x < least || x > maxExtent {
			n.failField("attribute "+name, "has %d, want %d to %d", x, least, maxExtent)
			return absent
		}
		list[i] = int(x)
	}
	return list
}

// axis returns an axis, which counts from the end if it is negative, as one of 0 to rank-1.
func (n *node) axis(field string, axis int64, rank int) int {
	if axis < -int64(rank) || axis >= int64(rank) {
		n.failField(field, "is %d, want %d to %d", axis, -rank, rank-1)
		return 0
	}
	if axis < 0 {
		axis += int64(rank)
	}
	return int(axis)
}

// axes returns the axes that an attribute or, from the operator set since on, an input holds, and whether it is present.
func (n *node) axes(since int64, input int) (axes []int64, field string, present bool) {
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
