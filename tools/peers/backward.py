"""Writes, for inference engines that have no gradients, a graph that computes one by hand.

    python3 backward.py NETWORK.onnx GRADIENT.onnx BATCH

From x (BATCH×C×H×W) and onehot (BATCH×classes) the graph makes the logits and dx, the gradient of the summed
cross-entropy with respect to x, for networks of Conv, Relu, Add, GlobalAveragePool, Flatten or Reshape to rows, and
Gemm or MatMul. It is meant to be fast: a convolution of stride 1 goes back as a convolution by turned weights.
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

source, target, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = onnx.load(source)
graph = model.graph
for value in [graph.input[0], graph.output[0]]:
    value.type.tensor_type.shape.dim[0].dim_value = batch
shapes = {
    v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
    for g in [shape_inference.infer_shapes(model).graph]
    for v in [*g.input, *g.output, *g.value_info]
}
weights = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
image, logits = graph.input[0].name, graph.output[0].name
nodes, constants = list(graph.node), []
parts = {}  # value -> the gradients that its readers give


def constant(array):
    name = f"back.constant{len(constants)}"
    constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
    return name


def node(op, inputs, **attributes):
    name = f"back.{len(nodes)}"
    nodes.append(helper.make_node(op, inputs, [name], **attributes))
    return name


def gradient(value):
    """The sum of what the readers of a value give."""
    names = parts.pop(value)
    total = names[0]
    for name in names[1:]:
        total = node("Add", [total, name])
    return total


def conv(n, dy):
    a = {x.name: helper.get_attribute_value(x) for x in n.attribute}
    w = weights[n.input[1]]
    size, stride, pads = w.shape[2], a["strides"][0], a["pads"]
    assert w.shape[3] == size and len(set(a["strides"])) == 1 and len(set(pads)) == 1
    assert a.get("group", 1) == 1 and set(a.get("dilations", [1])) == {1}
    if stride == 1:
        turned = constant(w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3))
        return node("Conv", [dy, turned], kernel_shape=[size, size], pads=[size - 1 - pads[0]] * 4)
    rest = [(shapes[n.input[0]][i] + 2 * pads[0] - size) % stride for i in (2, 3)]
    return node("ConvTranspose", [dy, n.input[1]], kernel_shape=[size, size], strides=[stride, stride], pads=pads,
                output_padding=rest)


parts[logits] = [node("Sub", [node("Softmax", [logits], axis=1), "onehot"])]
for n in reversed(graph.node):
    if n.output[0] not in parts:
        continue
    x, dy = n.input[0], gradient(n.output[0])
    if n.op_type == "Conv":
        dx = conv(n, dy)
    elif n.op_type == "Relu":
        dx = node("Mul", [dy, node("Sign", [n.output[0]])])
    elif n.op_type == "Add":
        parts.setdefault(n.input[1], []).append(dy)
        dx = dy
    elif n.op_type == "GlobalAveragePool":
        area = shapes[x][2] * shapes[x][3]
        dx = node("Mul", [dy, constant(np.full([1, 1, *shapes[x][2:]], 1 / area, np.float32))])
    elif n.op_type in ("Flatten", "Reshape"):
        dx = node("Reshape", [dy, constant(np.array([batch, *shapes[x][1:]], np.int64))])
    elif n.op_type in ("Gemm", "MatMul"):
        turned = n.op_type == "Gemm" and any(a.name == "transB" and a.i for a in n.attribute)
        w = weights[n.input[1]]
        dx = node("MatMul", [dy, constant(w if turned else w.T)])
    else:
        sys.exit(f"{n.op_type} has no gradient here")
    parts.setdefault(x, []).append(dx)
nodes.append(helper.make_node("Identity", [gradient(image)], ["dx"]))

made = helper.make_graph(
    nodes, "gradient",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, shapes[image]),
     helper.make_tensor_value_info("onehot", TensorProto.FLOAT, shapes[logits])],
    [helper.make_tensor_value_info("dx", TensorProto.FLOAT, shapes[image]),
     helper.make_tensor_value_info(logits, TensorProto.FLOAT, shapes[logits])],
    [*graph.initializer, *constants])
for n in made.node:
    n.input[:] = ["x" if i == image else i for i in n.input]
made = helper.make_model(made, opset_imports=model.opset_import)
made.ir_version = model.ir_version
onnx.checker.check_model(made)
onnx.save(made, target)
