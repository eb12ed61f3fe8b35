"""Exports classifiers from PyTorch, with PyTorch's results for them, for the test TestExported of package onnx.

Usage: export.py FOLDER [NAME...]

For each network NAME it writes FOLDER/NAME.onnx and FOLDER/NAME.ref: float32, two images, weights of the logits (2 x
classes), the logits, and the gradient of the weighted sum of the logits with respect to the images. It prints the time
of a forward pass of one image in one thread. Weights and batch statistics are random. It needs PyTorch and torchvision
(Debian's python3-torch and python3-torchvision). Then:

    STEADY_EXPORTED=FOLDER go test -run TestExported -v ./core/onnx

The networks beside this script are made by: export.py core/onnx/testdata small_operators small_vit
"""
import pathlib
import sys
import time
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torchvision import models
from torchvision.models.vision_transformer import VisionTransformer

CLASSES = 100


class Attention(nn.Module):
    """Self-attention with one matrix for queries, keys and values, split by a permutation that moves the batch."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        n, s, w = x.shape
        q, k, v = self.qkv(x).reshape(n, s, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q @ k.transpose(-2, -1) * (w // self.heads) ** -0.5).softmax(dim=-1)
        return self.out((a @ v).transpose(1, 2).reshape(n, s, w))


class Block(nn.Module):
    def __init__(self, width, heads, activation):
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), activation, nn.Linear(2 * width, width))

    def forward(self, x):
        x = x + self.attention(self.first(x))
        return x + self.mlp(self.second(x))


class Transformer(nn.Module):
    """A small vision transformer that averages its tokens."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 96, 8, 8)
        self.position = nn.Parameter(torch.randn(1, 64, 96) * 0.2)
        self.blocks = nn.Sequential(Block(96, 3, nn.GELU("tanh")), Block(96, 3, nn.GELU()), Block(96, 3, nn.SiLU()))
        self.norm = nn.LayerNorm(96)
        self.head = nn.Linear(96, CLASSES)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2) + self.position
        return self.head(self.norm(self.blocks(x)).mean(1))


class Operators(nn.Module):
    """Operators that the networks of torchvision do not have."""

    def __init__(self, classes=CLASSES):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 12, 3, groups=3), nn.Conv2d(12, 16, 3, padding=2, groups=4, stride=2)
        self.prelu, self.elu, self.leaky = nn.PReLU(12), nn.ELU(0.7), nn.LeakyReLU(0.1)
        self.group, self.instance = nn.GroupNorm(4, 16), nn.InstanceNorm2d(16, affine=True)
        self.pool = nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=True)
        self.top = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.head = nn.Linear(32, classes)

    def forward(self, x):
        x = self.prelu(self.a(functional.pad(x, (2, 1, 0, 3))))
        x = self.b(self.elu(functional.pad(x, (1, 2, 3, 0), mode="reflect")))
        y = self.top(self.leaky(self.group(x)))
        z = self.pool(functional.softplus(self.instance(x)))
        z = functional.interpolate(z, scale_factor=2, mode="bilinear", align_corners=False)
        y = functional.interpolate(y, scale_factor=2, mode="nearest")
        x = torch.cat([y * torch.sigmoid(z), functional.hardtanh(z - y) / torch.sqrt(1 + z**2)], 1)
        x = functional.mish(x) + torch.exp(-x.abs()) * torch.log(2 + torch.tanh(x))
        return self.head(functional.normalize(x.amax((2, 3)), dim=1) + x.mean((2, 3)))


def vgg11():
    """For 64 x 64 pixels: without the pooling for larger images."""
    net = models.vgg11(num_classes=CLASSES)
    net.avgpool, net.classifier[0] = nn.Identity(), nn.Linear(512 * 2 * 2, 1024)
    net.classifier[3], net.classifier[6] = nn.Linear(1024, 512), nn.Linear(512, CLASSES)
    return net


# Name: constructor, side of the image, operator set, whether the file has a free batch.
NETWORKS = {
    "resnet18": (lambda: models.resnet18(num_classes=CLASSES), 64, 11, True),
    "resnet50": (lambda: models.resnet50(num_classes=CLASSES), 64, 13, False),
    "mobilenet_v2": (lambda: models.mobilenet_v2(num_classes=CLASSES), 96, 11, True),
    "mobilenet_v3_small": (lambda: models.mobilenet_v3_small(num_classes=CLASSES), 96, 14, True),
    "mobilenet_v3_opset11": (lambda: models.mobilenet_v3_small(num_classes=CLASSES), 64, 11, False),
    "efficientnet_b0": (lambda: models.efficientnet_b0(num_classes=CLASSES), 96, 13, True),
    "shufflenet_v2": (lambda: models.shufflenet_v2_x1_0(num_classes=CLASSES), 64, 12, True),
    "shufflenet_v2_fixed": (lambda: models.shufflenet_v2_x0_5(num_classes=CLASSES), 64, 16, False),
    "densenet121": (lambda: models.densenet121(num_classes=CLASSES), 64, 11, True),
    "vgg11": (vgg11, 64, 15, True),
    "convnext_tiny": (lambda: models.convnext_tiny(num_classes=CLASSES), 64, 14, True),
    "vit": (lambda: VisionTransformer(64, 8, 3, 4, 96, 192, num_classes=CLASSES), 64, 14, True),
    "vit_fixed": (lambda: VisionTransformer(64, 8, 2, 4, 64, 128, num_classes=CLASSES), 64, 12, False),
    "vit_permuted": (Transformer, 64, 13, True),
    "swin_t": (lambda: models.swin_t(num_classes=CLASSES), 64, 16, False),
    "resnext50": (lambda: models.resnext50_32x4d(num_classes=CLASSES), 64, 12, True),
    "regnet_y_400mf": (lambda: models.regnet_y_400mf(num_classes=CLASSES), 64, 13, True),
    "squeezenet1_1": (lambda: models.squeezenet1_1(num_classes=CLASSES), 64, 11, True),
    "googlenet": (lambda: models.googlenet(num_classes=CLASSES, aux_logits=False, init_weights=False), 64, 13, True),
    "mnasnet1_0": (lambda: models.mnasnet1_0(num_classes=CLASSES), 64, 12, True),
    "operators": (Operators, 33, 16, True),
    "operators_opset11": (Operators, 32, 11, False),
    # Small enough for the source tree, so that the tests need no Python.
    "small_operators": (lambda: Operators(10), 12, 13, True),
    "small_vit": (lambda: VisionTransformer(8, 4, 1, 2, 16, 24, num_classes=10), 8, 14, True),
}


def randomize(net):
    """Makes batch statistics and constant parameters random, so that one taken for another changes the output."""
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.running_mean, 0, 0.1)
            nn.init.uniform_(m.running_var, 0.5, 1.5)
    for p in net.parameters():
        if p.numel() > 1 and p.std() < 1e-3:
            p.data = p.data + (0.2 if p.mean() > 0.1 else 0.05) * torch.randn_like(p)


def export(folder, name):
    make, side, opset, free = NETWORKS[name]
    torch.manual_seed(len(name))
    net = make().eval()
    randomize(net)
    x = torch.rand(2, 3, side, side)
    axes = {"x": {0: "batch"}, "y": {0: "batch"}} if free else None
    torch.onnx.export(net, x[:1], folder / (name + ".onnx"), opset_version=opset, input_names=["x"],
                      output_names=["y"], dynamic_axes=axes)
    x.requires_grad_()
    y = net(x)
    weights = torch.randn_like(y)
    (y * weights).sum().backward()
    parts = [x.detach(), weights, y.detach(), x.grad]
    (folder / (name + ".ref")).write_bytes(b"".join(p.numpy().astype("<f4").tobytes() for p in parts))
    times = []
    with torch.no_grad():
        for _ in range(8):
            start = time.perf_counter()
            net(x[:1])
            times.append(time.perf_counter() - start)
    print(f"{name:24} opset {opset}  {1e3 * min(times):7.2f} ms", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or NETWORKS:
        export(folder, name)
