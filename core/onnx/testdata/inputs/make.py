"""Makes small networks whose files have inputs and weights in the forms that exporters write them in.

Usage: make.py, in this folder. It needs onnx and numpy.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 8


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


def main():
    onnx.save_model(brightest(), "external.onnx", save_as_external_data=True, location="external.onnx.data", size_threshold=0)
    # A file for each tensor, two of them called alike.
    model = brightest()
    for t in model.graph.initializer:
        os.makedirs(f"separate/{t.name}", exist_ok=True)
        onnx.external_data_helper.set_external_data(t, f"separate/{t.name}/data.bin")
    onnx.save_model(model, "separate.onnx")


if __name__ == "__main__":
    main()
