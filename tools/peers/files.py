"""ONNX Runtime for tools/peers, on an ONNX file and random images.

    files.py FILE THREADS BATCH

It first says what it is. Then it classifies the images once for each line of its input, and gives the milliseconds.
"""
import sys
import time

import numpy
import onnxruntime

file, threads, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
image = session.get_inputs()[0]
shape = [batch] + image.shape[1:]
if image.shape[0] in (batch, None) or isinstance(image.shape[0], str):
    print(f"ONNX Runtime {onnxruntime.__version__}", flush=True)
else:
    print(f"{file} takes {image.shape[0]} images at a time, not {batch}", flush=True)
    sys.exit()
images = numpy.random.default_rng(0).random(shape, dtype=numpy.float32)
for line in sys.stdin:
    begin = time.perf_counter()
    session.run(None, {image.name: images})
    print(f"{1e3 * (time.perf_counter() - begin):.4f}", flush=True)
