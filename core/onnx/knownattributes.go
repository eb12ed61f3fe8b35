package onnx

import (
	"slices"
	"strconv"
	"strings"

	"steady/core/onnx/internal/onnxpb"
)

// knownAttributes has the attributes that are read, or make no difference, of each operator that has any. A name with "=0"
// is only accepted with that value, which says what an absent one says, and one with "<13" only before that operator set, where
// it became an input.
var knownAttributes = map[string]string{
	"Add":                       "axis broadcast", // refused with an error of their own
	"Attention":                 "is_causal kv_num_heads q_num_heads qk_matmul_output_mode scale softcap softmax_precision",
	"AveragePool":               "auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides",
	"BatchNormalization":        "epsilon momentum spatial training_mode",
	"Cast":                      "round_mode saturate to",
	"CastLike":                  "round_mode saturate",
	"Celu":                      "alpha",
	"Clip":                      "max<11 min<11",
	"Concat":                    "axis",
	"Constant":                  "sparse_value value value_float value_floats value_int value_ints value_string value_strings",
	"ConstantOfShape":           "value",
	"Conv":                      "auto_pad dilations group kernel_shape pads strides",
	"DepthToSpace":              "blocksize mode",
	"DequantizeLinear":          "axis block_size=0 output_dtype=0",
	"Div":                       "axis broadcast",
	"Dropout":                   "ratio<12 seed",
	"Einsum":                    "equation",
	"Elu":                       "alpha",
	"Flatten":                   "axis",
	"Gather":                    "axis",
	"GatherND":                  "batch_dims",
	"Gelu":                      "approximate",
	"Gemm":                      "alpha beta transA transB",
	"GroupNormalization":        "epsilon num_groups stash_type",
	"HardSigmoid":               "alpha beta",
	"If":                        "else_branch then_branch",
	"InstanceNormalization":     "epsilon",
	"LRN":                       "alpha beta bias size",
	"LayerNormalization":        "axis epsilon stash_type",
	"LeakyRelu":                 "alpha",
	"LogSoftmax":                "axis",
	"LpNormalization":           "axis p",
	"MaxPool":                   "auto_pad ceil_mode dilations kernel_shape pads storage_order strides",
	"MeanVarianceNormalization": "axes",
	"Mod":                       "fmod",
	"Mul":                       "axis broadcast",
	"Pad":                       "mode pads<11 value<11",
	"Pow":                       "axis broadcast",
	"QuantizeLinear":            "axis block_size=0 output_dtype=0 precision=0 saturate",
	"RMSNormalization":          "axis epsilon stash_type",
	"Range":                     "stash_type",
	"ReduceL1":                  "axes<18 keepdims noop_with_empty_axes",
	"ReduceL2":                  "axes<18 keepdims noop_with_empty_axes",
	"ReduceLogSumExp":           "axes<18 keepdims noop_with_empty_axes",
	"ReduceMax":                 "axes<18 keepdims noop_with_empty_axes",
	"ReduceMean":                "axes<18 keepdims noop_with_empty_axes",
	"ReduceMin":                 "axes<18 keepdims noop_with_empty_axes",
	"ReduceProd":                "axes<18 keepdims noop_with_empty_axes",
	"ReduceSum":                 "axes<13 keepdims noop_with_empty_axes",
	"ReduceSumSquare":           "axes<18 keepdims noop_with_empty_axes",
	"Reshape":                   "allowzero",
	"Resize": "antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value" +
		" keep_aspect_ratio_policy mode nearest_mode",
	"ScatterND":    "reduction",
	"Selu":         "alpha gamma",
	"Shape":        "end start",
	"Slice":        "axes<10 ends<10 starts<10",
	"Softmax":      "axis",
	"SpaceToDepth": "blocksize mode",
	"Split":        "axis num_outputs split<13",
	"Squeeze":      "axes<13",
	"Sub":          "axis broadcast",
	"Swish":        "alpha",
	"Transpose":    "perm",
	"Trilu":        "upper",
	"Unsqueeze":    "axes<13",
	"Upsample":     "mode scales<9",

	"ai.onnx.ml.LinearClassifier": "classlabels_ints classlabels_strings coefficients intercepts multi_class post_transform",
	"ai.onnx.ml.Normalizer":       "norm",
	"ai.onnx.ml.Scaler":           "offset scale",
}

// checkAttributes refuses attributes that are not known: to ignore one may change what the network answers.
func (n *node) checkAttributes() {
	known := strings.Fields(knownAttributes[operatorName(n.Node)])
	until := map[string]int64{} // by attribute: the operator set from which on it is an input
	for i, entry := range known {
		if name, set, ok := strings.Cut(entry, "<"); ok {
			known[i] = name
			until[name], _ = strconv.ParseInt(set, 10, 64)
		}
	}
	seen := map[string]bool{}
	for _, a := range n.Attributes {
		field := "attribute " + onnxpb.Abbreviate(a.Name)
		set, becameInput := until[a.Name]
		switch zero := a.Type == onnxpb.AttributeInt && a.Int == 0; {
		case seen[a.Name]:
			n.failField(field, "occurs twice, want unique names")
		case becameInput && n.r != nil && n.r.opset >= set:
			n.failField(field, "is an input from operator set %d on, and the file's is %d", set, n.r.opset)
		case slices.Contains(known, a.Name) || zero && slices.Contains(known, a.Name+"=0"):
		case slices.Contains(known, a.Name+"=0"):
			n.failField(field, "is %d, want 0 or none", a.Int)
		case len(known) == 0:
			n.failField(field, "is not supported, want none")
		default:
			n.failField(field, "is not supported, valid: %s", strings.Join(known, ", "))
		}
		seen[a.Name] = true
	}
}
