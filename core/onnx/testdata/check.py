"""Checks ONNX files with the ONNX project's checker and evaluates them in NumPy.

Usage: check.py FILE...   Beside each FILE are FILE.x, two images, and FILE.y, the expected output for them (float32).
Prints "NAME same" for each file whose output agrees and fails at the first that does not.
"""
import math
import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper


def windows(x, kernel, strides, pads, dilations, fill):
    """Returns N x C x H' x W' x R x S: what the window covers at each position."""
    x = np.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])), constant_values=fill)
    span = [d * (k - 1) + 1 for k, d in zip(kernel, dilations)]
    view = np.lib.stride_tricks.sliding_window_view(x, span, axis=(2, 3))
    return view[:, :, :: strides[0], :: strides[1], :: dilations[0], :: dilations[1]]


def conv(x, w, b=None, dilations=None, group=1, kernel_shape=None, pads=None, strides=None):
    seen = windows(x, w.shape[2:], strides, pads, dilations, 0)
    parts = [
        np.einsum("nchwrs,kcrs->nkhw", s, k)
        for s, k in zip(np.split(seen, group, axis=1), np.split(w, group, axis=0))
    ]
    y = np.concatenate(parts, axis=1)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def max_pool(x, kernel_shape, pads, strides):
    return windows(x, kernel_shape, strides, pads, (1, 1), -np.inf).max(axis=(4, 5))


def average_pool(x, kernel_shape, pads, strides, count_include_pad=0):
    total = windows(x, kernel_shape, strides, pads, (1, 1), 0).sum(axis=(4, 5))
    ones = windows(np.ones_like(x), kernel_shape, strides, pads, (1, 1), count_include_pad).sum(axis=(4, 5))
    return total / ones


def batch_normalization(x, scale, shift, mean, variance, epsilon, momentum):
    column = lambda p: p.reshape((1, -1) + (1,) * (x.ndim - 2))
    return column(scale) * (x - column(mean)) / np.sqrt(column(variance) + epsilon) + column(shift)


def gemm(a, b, c=0, transB=0):
    return a @ (b.T if transB else b) + c


def clip(x, low=None, high=None):
    return np.clip(x, -np.inf if low is None else low, np.inf if high is None else high)


def softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def layer_normalization(x, scale, shift=None, axis=-1, epsilon=1e-5):
    axes = tuple(range(axis % x.ndim, x.ndim))
    y = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon) * scale
    return y if shift is None else y + shift


def pad(x, pads, value=0):
    return np.pad(x, list(zip(pads[: x.ndim], pads[x.ndim :])), constant_values=value)


def slice_(x, starts, ends, axes, steps):
    for start, end, axis, step in zip(starts, ends, axes, steps):
        piece = [slice(None)] * x.ndim
        piece[axis] = slice(start, None if step < 0 and end < -x.shape[axis] else end, step)
        x = x[tuple(piece)]
    return x


OPERATORS = {
    "Abs": np.abs,
    "Add": lambda a, b: a + b,
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Cast": lambda x, to: x.astype({onnx.TensorProto.FLOAT: np.float32}[to]),
    "Clip": clip,
    "Concat": lambda *x, axis: np.concatenate(x, axis=axis),
    "Conv": conv,
    "Elu": lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x)),
    "Erf": np.vectorize(math.erf),
    "Exp": np.exp,
    "Expand": lambda x, shape: x * np.ones(shape),
    "Flatten": lambda x, axis: x.reshape(int(np.prod(x.shape[:axis])), -1),
    "Gemm": gemm,
    "GlobalAveragePool": lambda x: x.mean(axis=(2, 3), keepdims=True),
    "HardSwish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "Identity": lambda x: x,
    "LayerNormalization": layer_normalization,
    "LeakyRelu": lambda x, alpha: np.where(x > 0, x, alpha * x),
    "Log": np.log,
    "MatMul": lambda a, b: a @ b,
    "MaxPool": max_pool,
    "Mul": lambda a, b: a * b,
    "Pad": pad,
    "Pow": lambda x, p: x**p,
    "ReduceMean": lambda x, axes, keepdims: x.mean(tuple(axes), keepdims=keepdims == 1),
    "Relu": lambda x: np.maximum(x, 0),
    "Reshape": lambda x, s: x.reshape([x.shape[i] if d == 0 else d for i, d in enumerate(s)]),
    "Shape": lambda x, end: np.array(x.shape[:end]),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Slice": slice_,
    "Softmax": softmax,
    "Softplus": lambda x: np.log1p(np.exp(x)),
    "Sqrt": np.sqrt,
    "Round": np.round,
    "Tanh": np.tanh,
    "Transpose": lambda x, perm: x.transpose(perm),
}


def evaluate(model, x):
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    values[model.graph.input[0].name] = x
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        inputs = [values[name] if name else None for name in node.input]
        values[node.output[0]] = OPERATORS[node.op_type](*inputs, **attributes)
    return values[model.graph.output[0].name]


for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    batch = model.graph.input[0].type.tensor_type.shape.dim[0].dim_param
    assert batch == "N", f"{path}: batch is {batch!r}, want N"
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim[1:]]
    x = np.fromfile(path + ".x", dtype="<f4").reshape([2] + shape).astype(np.float64)
    y = evaluate(model, x)
    want = [2] + [d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim[1:]]
    assert list(y.shape) == want, f"{path}: output is {y.shape}, the file says {want}"
    np.testing.assert_allclose(np.fromfile(path + ".y", dtype="<f4").reshape(want), y, rtol=1e-4, atol=1e-5)
    print(path, "same")
