"""Times PyTorch on core/arch's ResNet-20 at 32×32: forward, input gradient and training step of a batch.

    python3 tools/peers/torch_cpu.py [THREADS [BATCH]]

Prints the least processor time of a run in ms, as BenchmarkEngine in core/engine does (least-cpu-ms), and the peak of
the process's memory beyond what it has before there is a network.
"""
import resource
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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def least(run, times=7):
    run()
    took = []
    for _ in range(times):
        begin = time.process_time()
        run()
        took.append(time.process_time() - begin)
    return 1e3 * min(took)


threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
batch = int(sys.argv[2]) if len(sys.argv) > 2 else 128
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


def report(name, run):
    print(f"{name:9s} {least(run):7.1f} ms   peak {peak() - before:.0f} MB")


model.eval()
report("forward", forward)
model.requires_grad_(False)
report("gradient", gradient)
model.requires_grad_(True)
model.train()
report("step", step)
