"""What a user would write in place of `steady bench run`: the accuracy of a network on clean images and under the 19
corruptions of the package imagecorruptions at severities 1 to 5, made on the fly on all cores.

    suite.py IMAGES.bin N NETWORK.onnx       the first N images of a file of CIFAR-10's binary version
    suite.py FOLDER N NETWORK.onnx           N JPEGs in folders by class: the shorter side scaled to 256, the middle
                                             224×224 cut out, corrupted, and compressed as JPEG of quality 85
    suite.py IMAGES N resnet20|squeezenet    the same in PyTorch, on the network of that architecture with random weights

A fourth argument limits the corruptions to the first so many. The last line of the output is a JSON object: the seconds
in which images were decoded, corrupted and put to the network, and all seconds after the imports; how many images were
put to it, and the mean accuracy; and versions. The workers corrupt all
images of a corruption and severity into memory shared with the process that runs the network, which then has all cores
by itself: neither waits for cores that the other one has.

The package reads a photograph of frost from the disk for each image; here each is read once. Its constants are those
for 224 pixels, whatever the size.
"""
import functools
import glob
import io
import json
import multiprocessing
import os
import sys
import time

import cv2
import imagecorruptions
import numpy as np
from PIL import Image

BATCH = 100
cv2.setNumThreads(1)  # the workers keep the cores busy
cv2.imread = functools.cache(cv2.imread)


def shared(*shape):
    memory = multiprocessing.RawArray("B", int(np.prod(shape)))
    return np.frombuffer(memory, np.uint8).reshape(shape)


def decode(span):
    for i in range(*span):
        image = Image.open(files[i]).convert("RGB")
        scale = 256 / min(image.size)
        image = image.resize([round(side * scale) for side in image.size], Image.BILINEAR)
        left, top = [(side - 224) // 2 for side in image.size]
        clean[i] = image.crop((left, top, left + 224, top + 224))


def corrupt(job):
    name, severity, first, end = job
    np.random.seed(first)  # a forked worker begins with the state of the others
    for i in range(first, end):
        image = imagecorruptions.corrupt(clean[i], corruption_name=name, severity=severity)
        if jpeg:
            file = io.BytesIO()
            Image.fromarray(image).save(file, "JPEG", quality=85)
            image = Image.open(file)
        corrupted[i] = image


def spans():
    size = max(1, n // (8 * cores))  # small enough for the workers to end at about the same time
    return [(first, min(first + size, n)) for first in range(0, n, size)]


def onnx_network(path):
    import onnxruntime
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def classify(images):
        x = np.ascontiguousarray(images.transpose(0, 3, 1, 2), dtype=np.float32)
        x /= 255
        return session.run(None, {name: x})[0].argmax(1)
    return classify, f"onnxruntime {onnxruntime.__version__}"


def torch_network(architecture):
    import torch
    from torch import nn

    class Residual(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            stride = 1 if inputs == outputs else 2
            self.way = nn.Sequential(*norm_conv(inputs, outputs, 3, stride), nn.ReLU(), *norm_conv(outputs, outputs, 3, 1))
            self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(*norm_conv(inputs, outputs, 1, 2))

        def forward(self, x):
            return nn.functional.relu(self.way(x) + self.shortcut(x))

    def norm_conv(inputs, outputs, size, stride):
        return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)

    def resnet20():
        widths = [16, 16, 16, 16, 32, 32, 32, 64, 64, 64]
        blocks = [Residual(a, b) for a, b in zip(widths, widths[1:])]
        return nn.Sequential(*norm_conv(3, 16, 3, 1), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    def squeezenet():
        import torchvision
        return torchvision.models.squeezenet1_1()

    torch.set_num_threads(cores)
    network = {"resnet20": resnet20, "squeezenet": squeezenet}[architecture]().eval().to(memory_format=torch.channels_last)

    def classify(images):
        with torch.inference_mode():
            x = torch.from_numpy(images).permute(0, 3, 1, 2).float().div_(255)
            return network(x).argmax(1).numpy()
    return classify, f"PyTorch {torch.__version__}"


def measure(images):
    begin = time.perf_counter()
    answers = [classify(images[first:first + BATCH]) for first in range(0, n, BATCH)]
    accuracies.append(float((np.concatenate(answers) == labels).mean()))
    seconds["inference"] += time.perf_counter() - begin


def timed(part, run, jobs):
    begin = time.perf_counter()
    pool.map(run, jobs, chunksize=1)
    seconds[part] += time.perf_counter() - begin


begin = time.perf_counter()
data, n, network = sys.argv[1], int(sys.argv[2]), sys.argv[3]
names = imagecorruptions.get_corruption_names("all")[:int(sys.argv[4]) if len(sys.argv) > 4 else None]
cores, seconds, accuracies = len(os.sched_getaffinity(0)), {"decoding": 0, "corruption": 0, "inference": 0}, []
jpeg = os.path.isdir(data)
if jpeg:
    files = sorted(glob.glob(os.path.join(data, "*", "*.jpg")))[:n]
    classes = sorted(os.listdir(data))
    labels = np.array([classes.index(os.path.basename(os.path.dirname(f))) for f in files])
    clean = shared(n, 224, 224, 3)
else:
    records = np.fromfile(data, np.uint8).reshape(-1, 3073)[:n]
    labels = records[:, 0]
    clean = shared(n, 32, 32, 3)
    clean[:] = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
corrupted = shared(*clean.shape)
pool = multiprocessing.get_context("fork").Pool(cores)  # before there are threads; it inherits the arrays
classify, version = onnx_network(network) if network.endswith(".onnx") else torch_network(network)
if jpeg:
    timed("decoding", decode, spans())
classify(clean[:BATCH])  # the first batch takes longer, which is no matter among thousands
measure(clean)
for name in names:
    for severity in range(1, 6):
        timed("corruption", corrupt, [(name, severity, *span) for span in spans()])
        measure(corrupted)
pool.terminate()
print(json.dumps({**seconds, "total": time.perf_counter() - begin, "accuracy": sum(accuracies) / len(accuracies),
                  "answers": len(accuracies) * n,
                  "version": f"{version}, Python {sys.version.split()[0]}, NumPy {np.__version__}, OpenCV {cv2.__version__}"}))
