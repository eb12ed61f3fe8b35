package onnx

import (
	"fmt"
	"unicode/utf8"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// mlDomain is the domain of the operators of ONNX-ML, which scikit-learn's models are exported with.
const mlDomain = "ai.onnx.ml"

// labelsOfNodes returns the class names that a ZipMap or a classifier of ONNX-ML has, as in files of Custom Vision and
// scikit-learn, if there is one for each class, and where they are.
func labelsOfNodes(g *onnxpb.Graph, classes int) (names []string, from string) {
	for i, p := range g.Nodes {
		for _, a := range p.Attributes {
			if p.Domain != mlDomain || a.Name != "classlabels_strings" || len(a.Texts) != classes {
				continue
			}
			for _, b := range a.Texts {
				if !utf8.Valid(b) {
					return nil, ""
				}
				names = append(names, string(b))
			}
			return names, fmt.Sprintf("attribute classlabels_strings of node %.60q", nodeTitle(p, i))
		}
	}
	return nil, ""
}

// floatsAttribute returns the attribute of the given name as a constant, or nil.
func (n *node) floatsAttribute(name string) *tensor {
	a := n.attribute(name, onnxpb.AttributeFloats)
	if a == nil || !n.spend(len(a.Floats)) {
		return nil
	}
	return &tensor{name: n.title + "." + name, dims: []int{len(a.Floats)}, floats: a.Floats}
}

// linearClassifier implements LinearClassifier of ONNX-ML, of which only the scores are read.
func (n *node) linearClassifier() {
	p := n.batchedInput(0)
	coefficients, intercepts := n.floatsAttribute("coefficients"), n.floatsAttribute("intercepts")
	classes := 0
	if a := n.attribute("classlabels_ints", onnxpb.AttributeInts); a != nil {
		classes = len(a.Ints)
	}
	if a := n.attribute("classlabels_strings", onnxpb.AttributeTexts); a != nil {
		classes = len(a.Texts)
	}
	if n.err != nil {
		return
	}
	s := n.r.shapes[p.Value]
	features := s[len(s)-1]
	if coefficients == nil || classes < 2 || int64(coefficients.size()) != int64(classes)*int64(features) ||
		n.r.rank(p) != 2 || intercepts != nil && intercepts.size() != classes {
		n.fail("has %d coefficients for %d classes and a value of shape %v, want one for each class and feature, and an "+
			"intercept for each class", coefficients.size(), classes, formatDims(n.r.onnxShape(p)))
		return
	}
	if len(n.Outputs) < 2 {
		n.fail("has %d outputs, want 2: labels and scores", len(n.Outputs))
		return
	}
	o := &nn.Linear{Weight: n.param(coefficients, []int{classes, features}, "", nil)}
	if intercepts != nil {
		o.Bias = n.param(intercepts, []int{classes}, "", nil)
	}
	p.Value = n.addLayer(n.title, o, p.Value)
	switch post := n.text("post_transform", "NONE"); post {
	case "NONE":
	case "SOFTMAX":
		p.Value = n.addLayer(n.title+".softmax", &nn.Softmax{}, p.Value)
	case "LOGISTIC":
		p.Value = n.addMap(n.title+".logistic", scalar.Function{Kind: scalar.Sigmoid}, p.Value)
	default:
		n.failField("attribute post_transform", "is %q, valid: NONE, SOFTMAX, LOGISTIC", onnxpb.Abbreviate(post))
	}
	n.setOutput(1, p)
}

// normalizer implements Normalizer of ONNX-ML: division by the sum of magnitudes, or by the length.
func (n *node) normalizer() {
	p := n.batchedInput(0)
	if n.err != nil {
		return
	}
	if n.r.rank(p) != 2 {
		n.failField(n.inputField(0), "has shape %v, want a batch and features", formatDims(n.r.onnxShape(p)))
		return
	}
	switch norm := n.text("norm", "MAX"); norm {
	case "L1":
		// Probabilities stay recognizable as such.
		if _, _, ok := opOf[*nn.Softmax](n.r.net, p.Value); ok {
			n.setOutput(0, p)
			return
		}
		if f, in, ok := opOf[*nn.Map](n.r.net, p.Value); ok && f.Kind == scalar.Sigmoid { // σ/Σσ = softmax(log σ)
			v := n.addScale(n.title+".negated", in[0], -1)
			v = n.addScale(n.title+".log", n.addMap(n.title+".softplus", scalar.Function{Kind: scalar.Softplus}, v), -1)
			p.Value = n.addLayer(n.title, &nn.Softmax{}, v)
			n.setOutput(0, p)
			return
		}
		p.Value = n.addNormalized(p.Value, len(n.r.shapes[p.Value])-1, false)
		n.setOutput(0, p)
	case "L2":
		p.Value = n.addNormalized(p.Value, len(n.r.shapes[p.Value])-1, true)
		n.setOutput(0, p)
	default:
		n.failField("attribute norm", "is %q, valid: L1, L2", onnxpb.Abbreviate(norm))
	}
}

// addNormalized appends the layers that divide by the L2 or L1 norm along an axis.
func (n *node) addNormalized(v nn.Value, axis int, l2 bool) nn.Value {
	if n.err != nil {
		return v
	}
	magnitude := scalar.Function{Kind: scalar.Abs}
	if l2 {
		magnitude = scalar.Function{Kind: scalar.Power, Alpha: 2}
	}
	sum := n.addLayer(n.title+".mean", &nn.Mean{Axis: axis}, n.addMap(n.title+".magnitude", magnitude, v))
	sum = n.addScale(n.title+".sum", sum, float32(n.r.shapes[v][axis]))
	if l2 {
		sum = n.addMap(n.title+".root", scalar.Function{Kind: scalar.Sqrt}, sum)
	}
	inverse := n.addMap(n.title+".inverse", scalar.Function{Kind: scalar.Power, Alpha: -1}, sum)
	return n.addLayer(n.title, &nn.Mul{}, v, inverse)
}

// scaler implements Scaler of ONNX-ML: (x - offset)·scale, each of one number or one for each feature.
func (n *node) scaler() {
	p := n.batchedInput(0)
	offset, scale := n.floatsAttribute("offset"), n.floatsAttribute("scale")
	if n.err != nil {
		return
	}
	s := n.r.shapes[p.Value]
	for _, t := range []*tensor{offset, scale} {
		if t == nil || n.r.rank(p) != 2 || t.size() != 1 && t.size() != s[len(s)-1] {
			n.fail("has %d offsets and %d scales for a value of shape %v, want one of each, or one for each feature",
				offset.size(), scale.size(), formatDims(n.r.onnxShape(p)))
			return
		}
	}
	shift := n.param(offset, []int{offset.size()}, negate.key, negate.of(offset))
	p.Value = n.addLayer(n.title+".shifted", &nn.Affine{Shift: shift}, p.Value)
	p.Value = n.addLayer(n.title, &nn.Affine{Scale: n.param(scale, []int{scale.size()}, "", nil)}, p.Value)
	n.setOutput(0, p)
}
