package onnx

import (
	"math"

	"steady/core/onnx/internal/onnxpb"
)

// attention implements Attention: softmax(query·keyᵀ·scale + mask)·value, for inputs of batch × heads × tokens × features or of
// batch × tokens × (heads·features), with a mask that is a constant.
func (n *node) attention() {
	for i := 4; i < 7; i++ {
		if n.has(i) {
			n.failField(n.inputField(i), "is there, want none: a past is not supported")
		}
	}
	if x := n.float("softcap", 0); x != 0 {
		n.failField("attribute softcap", "is %v, want 0", x)
	}
	query, queryHeads := n.heads(0, "q_num_heads")
	key, keyHeads := n.heads(1, "kv_num_heads")
	value, _ := n.heads(2, "kv_num_heads")
	if n.err != nil {
		return
	}
	if keyHeads < 1 || queryHeads%keyHeads != 0 {
		n.fail("has %d heads of queries and %d of keys, want a multiple", queryHeads, keyHeads)
		return
	}
	key, value = n.repeatHeads(key, queryHeads/keyHeads), n.repeatHeads(value, queryHeads/keyHeads)
	shape := n.shapeOfMade(query)
	scale := n.float("scale", float32(1/math.Sqrt(float64(shape[3]))))
	scores := n.made("MatMul", []string{n.made("Mul", []string{query, n.madeFloat(scale)}), n.madeTranspose(key, []int{0, 1, 3, 2})})
	if n.flag("is_causal", false) {
		scores = n.made("Add", []string{scores, n.causalMask(int(shape[2]), int(n.shapeOfMade(key)[2]))})
	}
	if n.has(3) {
		scores = n.made("Add", []string{scores, n.attentionMask()})
	}
	out := n.made("MatMul", []string{n.made("Softmax", []string{scores}, attributeInt("axis", -1)), value})
	if len(n.dims(0)) == 3 {
		shape = n.shapeOfMade(out)
		if n.err != nil {
			return
		}
		out = n.madeReshape(n.madeTranspose(out, []int{0, 2, 1, 3}), []int64{shape[0], shape[2], shape[1] * shape[3]})
	}
	n.setMade(out)
}

// shapeOfMade returns the dimensions of a value, with that of the batch.
func (n *node) shapeOfMade(name string) []int64 {
	if n.err != nil {
		return make([]int64, 4)
	}
	return n.r.onnxShape(n.r.values[name])
}

// heads returns the name of an input as batch × heads × tokens × features, and the number of heads.
func (n *node) heads(i int, attribute string) (name string, heads int) {
	n.batchedInput(i)
	dims := n.dims(i)
	if n.err != nil {
		return "", 0
	}
	switch count := n.int(attribute, 0); {
	case len(dims) == 4:
		if isBatch(dims[1]) {
			break
		}
		return n.Inputs[i], int(dims[1])
	case len(dims) != 3:
	case isBatch(dims[2]) || count < 1 || dims[2]%count != 0:
		n.failField("attribute "+attribute, "is %d for an input of shape %v, want a divisor of its features", count, formatDims(dims))
		return "", 0
	default:
		name = n.madeReshape(n.Inputs[i], []int64{dims[0], dims[1], count, dims[2] / count})
		return n.madeTranspose(name, []int{0, 2, 1, 3}), int(count)
	}
	n.failField(n.inputField(i), "has shape %v, want batch × heads × tokens × features, or batch × tokens × features", formatDims(dims))
	return "", 0
}

// repeatHeads returns the name of keys or values with each head repeated.
func (n *node) repeatHeads(name string, times int) string {
	if n.err != nil || times == 1 {
		return name
	}
	s := n.shapeOfMade(name)
	wide := n.made("Expand", []string{n.madeUnsqueeze(name, []int64{2}), n.madeInts(s[0], s[1], int64(times), s[2], s[3])})
	return n.madeReshape(wide, []int64{s[0], s[1] * int64(times), s[2], s[3]})
}

// masked is added to what a softmax must not see. An infinity would leave no number where everything is masked.
const masked = -1e30

// causalMask returns the name of a constant that hides later keys from each query.
func (n *node) causalMask(queries, keys int) string {
	if n.err != nil || !n.spend(queries*keys) {
		return ""
	}
	t := &tensor{dims: []int{queries, keys}, floats: make([]float32, queries*keys)}
	for i := range queries {
		for j := i + 1; j < keys; j++ {
			t.floats[i*keys+j] = masked
		}
	}
	return n.madeConstant(t)
}

// attentionMask returns the name of input 3 as a constant to add: a mask of truth values hides where it is false.
func (n *node) attentionMask() string {
	t := n.constant(3)
	if t == nil || !n.spend(t.size()) {
		return ""
	}
	added := &tensor{dims: t.dims, floats: make([]float32, t.size())}
	for i := range added.floats {
		switch {
		case t.isInt && t.kind != 0 && t.kind != onnxpb.Bool:
			n.failField(n.inputField(3), "has type %s, want BOOL or floats", t.kind)
			return ""
		case t.isInt && t.ints[i] == 0:
			added.floats[i] = masked
		case !t.isInt:
			added.floats[i] = max(t.floats[i], masked)
		}
	}
	return n.madeConstant(added)
}
