"""PyTorch on core/arch's ResNet-20 at 32×32, for tools/peers: forward, input gradient and training step of a batch.

    torch_cpu.py THREADS BATCH

It does what the lines of its input say: forward, gradient and step run once and give the milliseconds; peak gives the
peak of the process's memory, in MB, beyond what it had before there was a network.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional


def norm_conv(inputs, outputs, size, stride):
    conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = norm_conv(inputs, outputs, 3, stride)
        self.second = norm_conv(outputs, outputs, 3, 1)
        self.shortcut = nn.Identity()
        if inputs != outputs:
            self.shortcut = norm_conv(inputs, outputs, 1, stride)

    def forward(self, x):
        y = self.second(functional.relu(self.first(x)))
        return functional.relu(y + self.shortcut(x))


def resnet20():
    layers, channels = [norm_conv(3, 16, 3, 1), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for _ in range(3):
            layers.append(Residual(channels, outputs, 1 if channels == outputs else 2))
            channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def peak():
    with open("/proc/self/status") as status:  # getrusage's figure would include the parent's
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


threads, batch = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
before = peak()
model, x, labels = resnet20(), torch.rand(batch, 3, 32, 32), torch.randint(0, 10, (batch,))


def forward():
    with torch.no_grad():
        model(x)


def gradient():
    image = x.clone().requires_grad_(True)
    functional.cross_entropy(model(image), labels, reduction="sum").backward()


def step():
    model.zero_grad()
    functional.cross_entropy(model(x), labels).backward()


def prepare(name):
    model.train(name == "step")
    model.requires_grad_(name == "step")


# Each line asks for a run, or for the memory; the answer is in ms, or in MB.
for line in sys.stdin:
    name = line.strip()
    if name == "peak":
        print(f"{peak() - before:.1f}", flush=True)
        continue
    run = {"forward": forward, "gradient": gradient, "step": step}[name]
    prepare(name)
    begin = time.perf_counter()
    run()
    print(f"{1e3 * (time.perf_counter() - begin):.4f}", flush=True)
