"""Makes small networks whose files have inputs and weights in the forms that exporters write them in, and with each what
ONNX Runtime says of it.

Usage: make.py, in this folder. It needs onnx, onnxruntime and numpy.

NAME.json has two images as bytes in the order channels, height, width, the network's answers to them, and for some of these
bytes the slope of an answer: how much it grows for a byte that is 1 larger, times 255, by central differences.
"""
import json
import os
import shutil

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SIDE = 8
rng = np.random.default_rng(1)


def brightest():
    """Says which channel of 3x8x8 is the brightest, as 20 times its mean."""
    weight = np.zeros((3, 3 * SIDE * SIDE), np.float32)
    for k in range(3):
        weight[k, k * SIDE * SIDE:(k + 1) * SIDE * SIDE] = 20 / SIDE**2
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["flat"]), helper.make_node("Gemm", ["flat", "weight", "bias"], ["y"], transB=1)],
        "brightest",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3])],
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(np.zeros(3, np.float32), "bias")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def op(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs.split(), [output], **attributes)


def weights(name, *shape):
    return numpy_helper.from_array(rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape).astype(np.float32), name)


def numbers(name, *values):
    return numpy_helper.from_array(np.array(values, np.int64), name)


def floats(name, values):
    return numpy_helper.from_array(np.array(values, np.float32), name)


def convolution(channels, x="c"):
    """Nodes and weights of a convolutional network from x to y that is smooth."""
    return [op("Conv", f"{x} w v", "k", pads=[1, 1, 1, 1], strides=[2, 1]), op("Tanh", "k", "t"), op("GlobalAveragePool", "t", "p"),
            op("Flatten", "p", "f"), op("Gemm", "f g", "y")], [
                weights("w", 6, channels, 3, 3), weights("v", 6), weights("g", 6, 5)]


def dense(count, x="c"):
    return [op("Gemm", f"{x} w v", "k"), op("Tanh", "k", "t"), op("Gemm", "t g", "y")], [
        weights("w", count, 6), weights("v", 6), weights("g", 6, 5)]


def cases():
    """Yields the name, the nodes, the weights, the shape and type of the input, and how an image of C x H x W becomes one."""
    bytes_ = TensorProto.UINT8
    to_float = op("Cast", "x", "z", to=TensorProto.FLOAT)
    to_chw = op("Transpose", "z", "c", perm=[0, 3, 1, 2])
    hwc = lambda x: x.transpose(0, 2, 3, 1)
    same = lambda x: x
    size = (3, 10, 12)
    nodes, inits = convolution(3)
    first = [op("Transpose", "x", "c", perm=[0, 3, 1, 2])]
    yield "channels_last", size, first + nodes, inits, ["N", 10, 12, 3], None, hwc
    yield "channels_last_free", size, first + nodes, inits, ["unk__1", "unk__2", "unk__3", "unk__4"], None, hwc
    yield "channels_last_unknown", size, first + nodes, inits, ["N", "h", "w", 3], None, hwc
    nodes, inits = convolution(3, "x")
    yield "all_free", size, nodes, inits, ["batch_size", "num_channels", "height", "width"], None, same
    yield "size_free", size, nodes, inits, ["N", 3, "h", "w"], None, same
    yield "batch_of_1", size, nodes, inits, [1, 3, 10, 12], None, same
    nodes, inits = convolution(3)
    scaled = [to_float, op("Sub", "z m", "b"), op("Div", "b s", "d"), op("Transpose", "d", "c", perm=[0, 3, 1, 2])]
    extra = [floats("m", [103.939, 116.779, 123.68]), floats("s", [58.4, 57.1, 57.4])]
    yield "bytes_channels_last", size, scaled + nodes, inits + extra, ["N", 10, 12, 3], bytes_, hwc
    yield "bytes_free", size, scaled + nodes, inits + extra, ["N", "h", "w", 3], bytes_, hwc
    extra = [floats("s", 1 / 57), numpy_helper.from_array(np.array(120, np.uint8), "m")]
    yield "bytes_quantized", size, [op("DequantizeLinear", "x s m", "c")] + nodes, inits + extra, ["N", 3, 10, 12], bytes_, same
    moved = [op("Transpose", "x", "z", perm=[0, 3, 1, 2]), op("Cast", "z", "d", to=TensorProto.INT32),
             op("Cast", "d", "e", to=TensorProto.FLOAT), op("Mul", "e s", "c")]
    yield "bytes_cast_late", size, moved + nodes, inits + [floats("s", 1 / 255)], ["N", 10, 12, 3], bytes_, hwc
    # One image without a batch, as PyTorch exports it.
    before, after = op("Unsqueeze", "x zero", "c"), [op("Squeeze", "k zero", "q")]
    zero = [numbers("zero", 0)]
    alone = [before, op("Conv", "c w v", "k", pads=[1, 1, 1, 1]), op("Squeeze", "k zero", "q"), op("Tanh", "q", "t"),
             op("ReduceMean", "t", "p", axes=[1, 2], keepdims=0), op("Unsqueeze", "p zero", "u"), op("Gemm", "u g", "r"),
             op("Squeeze", "r zero", "y")]
    yield "no_batch", size, alone, inits + zero, [3, 10, 12], None, lambda x: x[0]
    flat = [before, op("Conv", "c w v", "k", pads=[1, 1, 1, 1], strides=[3, 4]), op("Tanh", "k", "t"), op("Flatten", "t", "f"),
            op("Gemm", "f h", "y")]
    yield "no_batch_flat", size, flat, inits[:2] + zero + [weights("h", 72, 5)], [3, 10, 12], None, lambda x: x[0]
    last = [op("Cast", "x", "z", to=TensorProto.FLOAT), op("Mul", "z s", "d"), op("Transpose", "d", "o", perm=[2, 0, 1]),
            op("Unsqueeze", "o zero", "c")]
    yield "no_batch_bytes", size, last + nodes, inits + zero + [floats("s", 1 / 100)], ["h", "w", 3], bytes_, lambda x: x[0].transpose(1, 2, 0)
    nodes, inits = dense(64, "x")
    yield "flat_gray", (1, 8, 8), nodes, inits, ["N", 64], None, lambda x: x.reshape(len(x), -1)
    nodes, inits = dense(192, "x")
    yield "flat_color", (3, 8, 8), nodes, inits, ["N", 192], None, lambda x: x.reshape(len(x), -1)
    yield "flat_color_last", (3, 8, 8), nodes, inits, ["N", 192], None, lambda x: hwc(x).reshape(len(x), -1)
    nodes, inits = convolution(3)
    reshaped = [op("Reshape", "x r", "c")]
    yield "flat_reshaped", size, reshaped + nodes, inits + [numbers("r", -1, 3, 10, 12)], ["N", 360], None, lambda x: x.reshape(len(x), -1)
    reshaped = [op("Reshape", "x r", "z"), to_chw]
    yield ("flat_reshaped_last", size, reshaped + nodes, inits + [numbers("r", 0, 10, -1, 3)], ["N", 360], None,
           lambda x: hwc(x).reshape(len(x), -1))
    nodes, inits = convolution(1)
    yield "gray", (1, 10, 12), [op("Unsqueeze", "x one", "c")] + nodes, inits + [numbers("one", 1)], ["N", 10, 12], None, lambda x: x[:, 0]
    yield "gray_alone", (1, 10, 12), [op("Unsqueeze", "x zero", "c")] + nodes, inits + zero, [1, 10, 12], None, lambda x: x[:, 0]
    # What PyTorch's exporter makes of a view of a value whose channels are last in memory: a Gather from all images' elements.
    nodes, inits = convolution(3)
    listed = [op("Transpose", "x", "c", perm=[0, 3, 1, 2])] + nodes[:3] + [
        op("Reshape", "p minus", "q"), op("Shape", "x", "s", start=0, end=1), op("Squeeze", "s", "n"), op("Range", "i0 n i1", "a"),
        op("Mul", "a six", "b"), op("Unsqueeze", "b axes", "d"), op("Add", "d places", "e"), op("Gather", "q e", "h"),
        op("Reshape", "h rows", "f"), nodes[-1]]
    extra = [numbers("minus", -1), numpy_helper.from_array(np.array(0), "i0"), numpy_helper.from_array(np.array(1), "i1"),
             numpy_helper.from_array(np.array(6), "six"), numbers("axes", 1, 2), numbers("rows", -1, 6),
             numpy_helper.from_array(np.array([4, 0, 1, 5, 3, 2]).reshape(1, 6, 1), "places")]
    yield "gather_of_all", size, listed, inits + extra, ["N", 10, 12, 3], None, hwc
    nodes, inits = convolution(1)
    yield "gray_no_batch", (1, 10, 12), [op("Unsqueeze", "x both", "c")] + nodes, inits + [numbers("both", 0, 1)], [10, 12], None, lambda x: x[0, 0]
    nodes, inits = dense(64)
    yield "flat_no_batch", (1, 8, 8), [op("Unsqueeze", "x zero", "c")] + nodes, inits + zero, [64], None, lambda x: x.reshape(-1)
    # A batch of 8 that is everywhere in the graph.
    nodes, inits = dense(360)
    yield "batch_of_8", size, [op("Reshape", "x r", "c")] + nodes, inits + [numbers("r", 8, 360)], [8, 3, 10, 12], None, same


def reference(model, size, kind, batch, arrange):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])

    def run(image):
        x = arrange(np.repeat(image[None], batch, 0))
        x = x.round().astype(np.uint8) if kind == TensorProto.UINT8 else (x / 255).astype(np.float32)
        return session.run(None, {"x": x})[0].reshape(-1)[:5].astype(np.float64)

    ref = {"shape": size, "images": [], "logits": [], "at": [], "class": [], "slope": []}
    for _ in range(2):
        image = rng.integers(40, 215, size).astype(np.float64)
        ref["images"].append(image.reshape(-1).astype(int).tolist())
        ref["logits"].append(run(image).tolist())
        for _ in range(6):
            at, k, by = int(rng.integers(image.size)), int(rng.integers(5)), np.zeros(image.size)
            by[at] = 4
            slope = (run(image + by.reshape(size)) - run(image - by.reshape(size)))[k] * 255 / 8
            for name, value in ("at", at), ("class", k), ("slope", slope):
                ref[name].append(value)
    return ref


def main():
    shutil.rmtree("separate", ignore_errors=True)
    if os.path.exists("external.onnx.data"):
        os.remove("external.onnx.data")
    onnx.save_model(brightest(), "external.onnx", save_as_external_data=True, location="external.onnx.data", size_threshold=0)
    # A file for each tensor, two of them called alike.
    model = brightest()
    for t in model.graph.initializer:
        os.makedirs(f"separate/{t.name}", exist_ok=True)
        onnx.external_data_helper.set_external_data(t, f"separate/{t.name}/data.bin")
    onnx.save_model(model, "separate.onnx")
    for name, size, nodes, inits, dims, kind, arrange in cases():
        kind = kind or TensorProto.FLOAT
        graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("x", kind, dims)],
                                  [helper.make_tensor_value_info("y", TensorProto.FLOAT, [5] if name == "no_batch" else [1 if name.endswith("no_batch") else "M", 5])], inits)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save_model(model, name + ".onnx")
        ref = reference(model, size, kind, 8 if dims[0] == 8 else 1, arrange)
        with open(name + ".json", "w") as f:
            json.dump(ref, f)


if __name__ == "__main__":
    main()
