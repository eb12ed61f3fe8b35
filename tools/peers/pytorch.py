"""PyTorch for tools/peers, on core/arch's ResNet-20 at 32×32 or on ResNet-50 at 224×224: forward, input gradient and
training step of a batch, in float32.

    pytorch.py DEVICE THREADS NETWORK BATCH

It first says what it is, or why it cannot be. Then it does what the lines of its input say, once each, and gives the
milliseconds: forward, gradient and step (which ends with the parameters' gradients), and descent (step, and SGD's own).
Pictures are taken from the processor's memory, and logits or gradient brought there; with "alone" behind the job they
are where DEVICE computes. peak gives the peak of the process's memory, in MB, beyond what it had before there was a network.
"""
import os
import re
import sys
import time

import torch
from torch import nn
from torch.nn import functional


def norm_conv(inputs, outputs, size, stride):
    conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, way, inputs, outputs, stride):
        super().__init__()
        self.way = way
        self.shortcut = nn.Identity()
        if inputs != outputs:
            self.shortcut = norm_conv(inputs, outputs, 1, stride)

    def forward(self, x):
        return functional.relu(self.way(x) + self.shortcut(x))


def resnet20():
    layers, channels = [norm_conv(3, 16, 3, 1), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for _ in range(3):
            stride = 1 if channels == outputs else 2
            way = nn.Sequential(norm_conv(channels, outputs, 3, stride), nn.ReLU(), norm_conv(outputs, outputs, 3, 1))
            layers.append(Residual(way, channels, outputs, stride))
            channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def resnet50():
    layers, channels = [norm_conv(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for block in range(blocks):
            stride = 2 if block == 0 and width > 64 else 1
            way = nn.Sequential(
                norm_conv(channels, width, 1, 1), nn.ReLU(), norm_conv(width, width, 3, stride), nn.ReLU(),
                norm_conv(width, 4 * width, 1, 1))
            layers.append(Residual(way, channels, 4 * width, stride))
            channels = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def peak():
    if not os.path.exists("/proc/self/status"):
        return 0
    with open("/proc/self/status") as status:  # getrusage's figure would include the parent's
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


device, threads, network, batch = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
if device == "cuda" and not torch.cuda.is_available():
    print(f"no CUDA: this is PyTorch {torch.__version__}", flush=True)
    sys.exit()
torch.set_num_threads(threads)
torch.manual_seed(0)
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True  # the fastest of its kernels
before = peak()
build, side, classes = {"resnet20": (resnet20, 32, 10), "resnet50": (resnet50, 224, 1000)}[network]
model, x, labels = build().to(device), torch.rand(batch, 3, side, side), torch.randint(0, classes, (batch,))
if device == "cuda":
    x = x.pin_memory()
there, labels = {False: x, True: x.to(device)}, labels.to(device)
descend = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=.9, nesterov=True, weight_decay=5e-4)


def forward(alone):
    with torch.no_grad():
        logits = model(there[alone].to(device))
    if not alone:
        logits.cpu()


def gradient(alone):
    image = there[alone].to(device, copy=True).requires_grad_(True)
    functional.cross_entropy(model(image), labels, reduction="sum").backward()
    if not alone:
        image.grad.cpu()


def step(alone):
    model.zero_grad()
    functional.cross_entropy(model(there[alone].to(device)), labels).backward()


def descent(alone):
    step(alone)
    descend.step()


def prepare(name):
    train = name in ("step", "descent")
    model.train(train)
    model.requires_grad_(train)


def timed(name, alone):
    run = {"forward": forward, "gradient": gradient, "step": step, "descent": descent}[name]
    prepare(name)
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    wait()
    begin = time.perf_counter()
    run(alone)
    wait()
    return 1e3 * (time.perf_counter() - begin)


if device == "cuda":
    there_is = torch.cuda.get_device_name()
else:  # with the vector extension its own kernels use
    usage = re.search("CPU capability usage: (.*)", torch.__config__.show())
    there_is = f"{device}, vectors: {usage[1] if usage else 'unknown'}"
print(f"PyTorch {torch.__version__} on {there_is}", flush=True)
for line in sys.stdin:
    words = line.split()
    if words == ["peak"]:
        print(f"{peak() - before:.1f}", flush=True)
        continue
    try:
        print(f"{timed(words[0], 'alone' in words):.4f}", flush=True)
    except RuntimeError as e:  # not enough memory, for one
        torch.cuda.empty_cache()
        print(f"{words[0]}: {str(e).splitlines()[0]}", flush=True)
