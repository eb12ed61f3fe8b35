"""Makes operators.jsonl, files of one operator or a few with what ONNX Runtime answers, for the test TestOperatorValues.

Usage: operators.py > operators.jsonl

It needs onnx, onnxruntime and numpy. A line has the file and the answer for two images in base64; "by" says whose it is:
where ONNX Runtime lacks an operator or an operator set, that of the reference implementation of onnx. The images are those
of the function image, which the test computes too.
"""
import base64
import json
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

random = np.random.default_rng(5)


def image(*shape):
    i = np.arange(np.prod(shape), dtype=np.int64)
    return ((i * 7919 + 13) % 257 - 128).astype(np.float32).reshape(shape) / 64


def weights(*shape):
    return random.standard_normal(shape).astype(np.float32)


def ints(*numbers):
    return np.array(numbers, np.int64)


def floats(*numbers):
    return np.array(numbers, np.float32)


def case(name, opset, shape, nodes, batch="N", images=2, **constants):
    nodes = [helper.make_node(op, inputs.split(","), outputs.split(","), **attributes)
             for op, inputs, outputs, attributes in nodes]
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, *shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10).SerializeToString()
    x, by = {"x": image(images, *shape)}, "onnxruntime"
    try:
        if name.endswith("reference"):
            raise ValueError("ONNX Runtime is known to lack it")
        y = onnxruntime.InferenceSession(model).run(None, x)[0]
    except Exception:
        from onnx import load_from_string
        y, by = ReferenceEvaluator(load_from_string(model)).run(None, x)[0], "onnx"
    print(json.dumps({"name": name, "by": by, "images": images, "model": base64.b64encode(model).decode(),
                      "output": base64.b64encode(y.astype("<f4").tobytes()).decode()}))


def einsum(name, equation, shape, inputs, before=(), **constants):
    case("einsum " + name, 18, shape, [*before, ("Einsum", inputs, "y", {"equation": equation})], **constants)


for size in (1, 3, 5):
    case(f"LRN of {size}", 17, (6, 3, 2), [("LRN", "x", "y", {"size": size, "alpha": .5, "beta": .75, "bias": 1.5})])
case("GroupNormalization 21", 21, (6, 3, 2), [("GroupNormalization", "x,s,b", "y", {"num_groups": 3})], s=weights(6), b=weights(6))
case("GroupNormalization 18", 18, (6, 3, 2), [("GroupNormalization", "x,s,b", "y", {"num_groups": 3})], s=weights(3), b=weights(3))
case("RMSNormalization", 23, (3, 5), [("RMSNormalization", "x,s", "y", {})], s=weights(5))
case("RMSNormalization of two axes", 23, (2, 3, 5), [("RMSNormalization", "x,s", "y", {"axis": -2, "epsilon": .1})], s=weights(3, 5))
for p in (1, 2):
    case(f"LpNormalization {p}", 17, (4, 3), [("LpNormalization", "x", "y", {"axis": 1, "p": p})])
case("MeanVarianceNormalization", 13, (3, 3, 2), [("MeanVarianceNormalization", "x", "y", {"axes": [2, 3]})])
case("Swish", 24, (7,), [("Swish", "x", "y", {"alpha": .5})])
case("Swish of 1", 24, (7,), [("Swish", "x", "y", {})])
case("Celu", 12, (9,), [("Celu", "x", "y", {"alpha": .7})])
case("Selu", 22, (9,), [("Selu", "x", "y", {})])
case("Selu with parameters", 6 + 1, (9,), [("Selu", "x", "y", {"alpha": 2., "gamma": 3.})])
case("Softsign", 22, (9,), [("Softsign", "x", "y", {})])
case("Mish", 22, (9,), [("Mish", "x", "y", {})])
case("HardSwish", 22, (9,), [("HardSwish", "x", "y", {})])
case("Gelu", 20, (9,), [("Gelu", "x", "y", {})])
case("Gelu by tanh", 20, (9,), [("Gelu", "x", "y", {"approximate": "tanh"})])
for op in ("ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceSum", "ReduceMean"):
    for axes, keep in (([1], 0), ([-1, 1], 1), ([2, 3], 0)):
        case(f"{op} {axes}", 18, (3, 4, 2), [(op, "x,a", "y", {"keepdims": keep})], a=ints(*axes))
two = [("Relu", "x", "a", {}), ("Neg", "x", "b", {})]
case("Max", 13, (3, 4), [*two, ("Max", "a,b,c", "y", {})], c=weights(4))
case("Min", 13, (3, 4), [*two, ("Min", "a,b", "y", {})])
case("Min with constants", 13, (3, 4), [("Min", "c,x", "y", {})], c=weights(3, 4))
case("Mean and Sum", 13, (3, 4), [("Sum", "c,x,x", "s", {}), ("Mean", "s,x,c", "y", {})], c=weights(4))
case("Tile", 13, (3, 4), [("Tile", "x,r", "y", {})], r=ints(1, 2, 3))
case("SpaceToDepth", 13, (3, 4, 6), [("SpaceToDepth", "x", "y", {"blocksize": 2})])
for mode in ("DCR", "CRD"):
    case("DepthToSpace " + mode, 13, (8, 3, 2), [("DepthToSpace", "x", "y", {"blocksize": 2, "mode": mode})])
choice = np.array([[True, False, True, True]])
case("Where", 16, (3, 4), [("Where", "c,x,k", "y", {})], c=choice, k=weights(3, 1))
case("Where of two values", 16, (3, 4), [("Neg", "x", "n", {}), ("Where", "c,n,x", "y", {})], c=choice)
case("Where, infinity and Softmax", 16, (3, 4), [("Where", "c,k,x", "z", {}), ("Softmax", "z", "y", {"axis": -1})],
     c=np.array([[True, False, True, False], [False] * 4, [True] * 3 + [False]]), k=floats(-np.inf)[0])
case("IsNaN", 20, (3, 4), [("Softmax", "x", "s", {}), ("IsNaN", "s", "b", {}), ("Where", "b,z,s", "y", {})], z=floats(0)[0])
case("Gather by a matrix", 13, (5, 4, 3), [("Gather", "x,i", "y", {"axis": 2})], i=ints(0, 2, 3, 1).reshape(2, 2))
case("Gather of an image", 13, (6, 1, 1), [("Reshape", "x,m", "v", {}), ("Gather", "v,i", "y", {})], batch=1, images=1, m=ints(-1),
     i=np.arange(6).reshape(1, 6, 1, 1))

einsum("matrix", "ij,jk->ik", (5,), "x,w", w=weights(5, 3))
einsum("implicit", "ij,kj", (5,), "x,w", w=weights(3, 5))
einsum("features", "bhwc,dc->bdhw", (2, 3, 4), "x,w", w=weights(5, 4))
einsum("swapped", "dc,bhwc->bhwd", (2, 3, 4), "w,x", w=weights(5, 4))
einsum("two axes", "bchw,chwo->bo", (2, 3, 4), "x,w", w=weights(2, 3, 4, 5))
einsum("heads", "abc,cde->abde", (3, 4), "x,w", w=weights(4, 2, 5))
einsum("of heads", "abcd,cde->abe", (3, 2, 4), "x,w", w=weights(2, 4, 5))
einsum("positions of rows", "bhwc,hkc->bhwk", (3, 4, 5), "x,w", w=weights(3, 6, 5))
einsum("positions of columns", "bhwc,wkc->bhwk", (3, 4, 5), "x,w", w=weights(4, 6, 5))
relu = [("Relu", "x", "r", {})]
einsum("attention", "bqhd,bkhd->bhqk", (3, 2, 4), "x,r", relu)
einsum("attention and back", "bhqk,bkhd->bqhd", (2, 3, 3), "x,r", [("Transpose", "x", "r", {"perm": [0, 2, 1, 3]})])
einsum("attention of Keras", "aecd,abcd->acbe", (2, 3, 4), "x,r", relu)
einsum("dots", "...ij,...jk->...ik", (2, 3, 3), "x,r", relu)
einsum("dots with a matrix", "...ij,jk->...ik", (2, 3, 4), "x,w", w=weights(4, 5))
einsum("transposition", "bij->bji", (3, 4), "x")
einsum("sum", "bijk->bk", (3, 4, 2), "x")
einsum("outer product", "bi,bj->bij", (3,), "x,r", relu)
einsum("product", "bij,bij->bij", (3, 4), "x,r", relu)
einsum("three inputs", "bi,ij,jk->bk", (4,), "x,w,v", w=weights(4, 3), v=weights(3, 5))
einsum("bilinear", "bi,oij,bj->bo", (4,), "x,w,x", w=weights(3, 4, 4))

modes = ("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners", "half_pixel_symmetric")
for transform in modes:
    for mode in ("cubic", "linear", "nearest")[:2 + (transform != "half_pixel_symmetric")]:
        case(f"Resize {mode} {transform}", 19, (2, 5, 4), [
            ("Resize", "x,,s", "y", {"mode": mode, "coordinate_transformation_mode": transform})], s=floats(1, 1, .6, 2.3))
for exclude in (0, 1):
    for antialias in (0, 1):
        case(f"Resize cubic exclude_outside={exclude} antialias={antialias}", 18, (2, 7, 3), [
            ("Resize", "x,,,z", "y", {"mode": "cubic", "cubic_coeff_a": -.5, "exclude_outside": exclude, "antialias": antialias})],
            z=ints(2, 2, 3, 5))
case("Resize by axes", 18, (3, 4, 3), [("Resize", "x,,s", "y", {"mode": "linear", "axes": [2, 3]})], s=floats(2, 1.5))
case("Resize of channels, reference", 18, (4, 3, 2), [("Resize", "x,,s", "y", {"mode": "linear"})], s=floats(1, 2, 1.5, 1))
case("Resize of rows only, reference", 18, (4, 5), [("Resize", "x,,s", "y", {"mode": "linear"})], s=floats(1, 1, 1.5))
for region in ((0, 0, .2, .3, 1, 1, .8, .6), (0, 0, -.2, .3, 1, 1, .8, 1.4)):
    case(f"Resize tf_crop_and_resize {region}", 18, (2, 5, 4), [
        ("Resize", "x,r,,z", "y", {"mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize"})],
        r=floats(*region), z=ints(2, 2, 3, 3))
case("Resize 10", 10, (2, 3, 2), [("Resize", "x,s", "y", {"mode": "linear"})], s=floats(1, 1, 2, 3))
case("Upsample 9", 9, (2, 3, 2), [("Upsample", "x,s", "y", {"mode": "nearest"})], s=floats(1, 1, 2, 3))
case("Upsample 7", 7, (2, 3, 2), [("Upsample", "x", "y", {"mode": "nearest", "scales": [1., 1., 2., 1.5]})])

values = [("Relu", "x", "k", {}), ("Neg", "x", "v", {})]
case("Attention", 23, (2, 3, 4), [*values, ("Attention", "x,k,v", "y", {})])
case("Attention, causal", 23, (2, 3, 4), [*values, ("Attention", "x,k,v", "y", {"is_causal": 1, "scale": .3})])
heads = {"q_num_heads": 2, "kv_num_heads": 2}
case("Attention of 3 axes, masked", 23, (3, 8), [*values, ("Attention", "x,k,v,m", "y", heads)],
     m=np.array([[True, False, True], [True, True, False], [True] * 3]))
case("Attention with a sum", 23, (3, 8), [*values, ("Attention", "x,k,v,m", "y", heads)], m=weights(3, 3))
case("Attention of grouped queries", 24, (3, 8), [("Slice", "x,a,b,c", "k", {}), ("Attention", "x,k,k", "y", {
    "q_num_heads": 4, "kv_num_heads": 2})], a=ints(0), b=ints(4), c=ints(2))

# What PyTorch exports of AdaptiveAvgPool2d after a permutation, with a free batch.
case("as_strided of a free batch", 18, (3, 2, 2), [
    ("ReduceMean", "x,axes", "mean", {}), ("Reshape", "mean,-1", "flat", {}), ("Shape", "x", "n", {"start": 0, "end": 1}),
    ("Squeeze", "n", "count", {}), ("Range", "0,count,1", "range", {}), ("Mul", "range,3", "first", {}),
    ("Cast", "first", "cast", {"to": TensorProto.INT64}), ("Unsqueeze", "cast,123", "wide", {}), ("Add", "wide,each", "index", {}),
    ("Gather", "flat,index", "y", {})],
    **{"axes": ints(-1, -2), "-1": ints(-1), "0": ints(0)[0], "1": ints(1)[0], "3": ints(3)[0], "123": ints(1, 2, 3),
       "each": np.arange(3).reshape(1, 3, 1, 1)})
case("network of constants", 18, (4,), [
    ("MatMul", "c,w", "a", {}), ("Relu", "a", "b", {}), ("Gemm", "b,v,u", "d", {"transB": 1, "alpha": .5, "beta": 2.}),
    ("Sigmoid", "d", "e", {}), ("Clip", "e,low,high", "f", {}), ("GatherND", "f,i", "g", {}), ("Tanh", "g", "h", {}),
    ("Erf", "h", "j", {}), ("Softplus", "j", "k", {}), ("Add", "x,k", "y", {})],
    c=weights(3, 2), w=weights(2, 5), v=weights(4, 5), u=weights(4), low=floats(.3)[0], high=floats(.7)[0], i=ints(2).reshape(1, 1))
case("stack of constant matrices", 18, (2, 3, 4), [("MatMul", "a,b", "c", {}), ("Mul", "x,c", "y", {})], a=weights(1, 2, 3, 2), b=weights(2, 4))
for op in ("ReduceProd", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"):
    case(f"{op} of constants", 18, (4,), [(op, "c,a", "d", {"keepdims": 0}), (op, "d", "e", {}), ("Mul", "x,d", "f", {}), ("Add", "f,e", "y", {})],
         c=weights(3, 4, 2), a=ints(0, -1))
case("comparisons of constants", 18, (6,), [
    ("Less", "a,b", "c", {}), ("GreaterOrEqual", "a,d", "e", {}), ("And", "c,e", "f", {}), ("Greater", "a,b", "g", {}),
    ("LessOrEqual", "a,d", "h", {}), ("Or", "g,h", "i", {}), ("Where", "f,x,b", "k", {}), ("Where", "i,k,z", "y", {})],
    a=floats(1, 2, 3, 4, 5, 6), b=floats(5)[0], d=floats(2)[0], z=floats(0)[0])
case("Trilu, Sin and Cos of constants", 18, (3, 4), [
    ("Trilu", "c,k", "a", {"upper": 0}), ("Trilu", "a", "b", {}), ("Sin", "b", "d", {}), ("Cos", "a", "e", {}), ("Mul", "x,d", "f", {}),
    ("Add", "f,e", "y", {})], c=weights(3, 4), k=ints(1)[0])
case("Conv of a line", 18, (4, 9), [("Conv", "x,w,b", "y", {"kernel_shape": [3], "strides": [2], "pads": [2, 1], "dilations": [2], "group": 2})],
     w=weights(6, 2, 3), b=weights(6))
case("GlobalAveragePool of a line", 18, (4, 9), [("GlobalAveragePool", "x", "y", {})])
case("GlobalMaxPool of a line", 18, (4, 9), [("GlobalMaxPool", "x", "y", {})])
for training in (0, 1):
    case(f"standardized weights {training}", 18, (4, 3, 3), [
        ("BatchNormalization", "w,s,b,m,v" , "t,i,j" if training else "t", {"training_mode": training}), ("Reshape", "t,z", "k", {}),
        ("Conv", "x,k", "y", {})], w=weights(1, 3, 36) if training else weights(2, 3, 18), s=weights(3), b=weights(3), m=weights(3), v=weights(3) ** 2,
        z=ints(3, 4, 3, 3))
case("CastLike and Size", 18, (3, 4), [
    ("CastLike", "x,c", "a", {}), ("CastLike", "i,a", "b", {}), ("CastLike", "c,i", "d", {}), ("CastLike", "d,x", "e", {}), ("Shape", "x", "s", {}),
    ("Size", "s", "rank", {}), ("CastLike", "rank,x", "f", {}), ("Mul", "a,b", "g", {}), ("Add", "g,e", "h", {}), ("Mul", "h,f", "y", {})],
    c=weights(4) * 9, i=ints(1, -2, 3, 4))
for batch, images in (("N", 2), (1, 1)):
    case(f"BatchNormalization of tokens, {batch}", 18, (3, 4), [
        ("Reshape", "x,z", "a", {}), ("BatchNormalization", "a,s,b,m,v", "t", {}), ("Reshape", "t,u", "y", {})], batch=batch, images=images,
        z=ints(-1, 4), u=ints(-1, 3, 4), s=weights(4), b=weights(4), m=weights(4), v=weights(4) ** 2)
# The mask of a Hugging Face transformer with a free batch.
case("mask of a free batch", 18, (2, 3, 3), [
    ("Shape", "x", "n", {"start": 0, "end": 1}), ("Concat", "n,133", "s", {"axis": 0}), ("GreaterOrEqual", "a,b", "c", {}), ("Expand", "c,s", "d", {}),
    ("Not", "d", "e", {}), ("Not", "e", "f", {}), ("And", "f,c", "g", {}), ("Where", "g,0,-inf", "h", {}), ("Add", "x,h", "i", {}),
    ("Softmax", "i", "j", {"axis": -1}), ("Where", "g,j,0", "y", {})],
    **{"133": ints(1, 3, 3), "a": ints(2, 3, 4).reshape(1, 1, 3, 1), "b": ints(1, 2, 4).reshape(1, 1, 1, 3), "0": floats(0)[0],
       "-inf": floats(-np.inf)[0]})
case("Resize of constants", 18, (3, 4, 5), [
    ("Resize", "c,,,z", "d", {"mode": "cubic", "antialias": 1}), ("Mul", "x,d", "y", {})], c=weights(1, 3, 7, 2), z=ints(1, 3, 4, 5))
sys.stdout.flush()
