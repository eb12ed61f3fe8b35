"""Training recipes in PyTorch for tools/peers, on core/arch's compact network at 32×32, with batches of 128 and the options
that core/train/recipes has by default.

    recipes.py THREADS

It first says what it is. Then it does what the lines of its input say, a step of the recipe named, and gives the
milliseconds: all from the set's bytes, cropped and flipped, to the step of SGD. AugMix's operations are Pillow's, as in its
authors' code, on as many threads as PyTorch has.
"""
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import nn
from torch.nn import functional

BATCH, CLASSES, SMOOTHING = 128, 10, .1
threads = int(sys.argv[1])
torch.set_num_threads(threads)
torch.manual_seed(0)
pool = ThreadPoolExecutor(threads)


def stage(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.way = nn.Sequential(stage(channels, channels), stage(channels, channels))

    def forward(self, x):
        return self.way(x) + x


def compact():
    return nn.Sequential(
        nn.BatchNorm2d(3), stage(3, 16), stage(16, 32), nn.MaxPool2d(2),
        stage(32, 80), nn.MaxPool2d(2), Residual(80),
        stage(80, 160), nn.MaxPool2d(2), Residual(160),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(160, CLASSES))


model = compact().train()
descent = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=.9, nesterov=True, weight_decay=5e-4)
padded = functional.pad(torch.randint(0, 256, (4 * BATCH, 3, 32, 32), dtype=torch.uint8), (4, 4, 4, 4))
labels_of_all = torch.randint(0, CLASSES, (len(padded),))


def batch():
    """Images of the set, shifted by up to 4 pixels and mirrored at random, and their labels."""
    of = torch.randperm(len(padded))[:BATCH]
    rows, columns = (torch.randint(0, 9, (BATCH, 1)) + torch.arange(32) for _ in range(2))
    columns = torch.where(torch.rand(BATCH, 1) < .5, columns.flip(1), columns)
    x = padded[of[:, None, None, None], torch.arange(3)[:, None, None], rows[:, None, :, None], columns[:, None, None, :]]
    return x.float() / 255, labels_of_all[of]


def input_gradient(x, loss):
    """The gradient of a loss with respect to images, by the statistics of the batch; the running ones stay."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for m in norms:
        m.momentum = 0
    model.requires_grad_(False)
    x = x.detach().requires_grad_(True)
    loss(model(x)).backward()
    model.requires_grad_(True)
    for m in norms:
        m.momentum = .1
    return x.grad


def learn(x, targets):
    descend(functional.cross_entropy(model(x), targets, label_smoothing=SMOOTHING))


def descend(loss):
    descent.zero_grad(set_to_none=True)
    loss.backward()
    descent.step()


def against(y):
    return lambda logits: functional.cross_entropy(logits, y, reduction="sum")


def standard():
    learn(*batch())


def noise():
    x, y = batch()
    half = BATCH // 2
    sigma = torch.tensor((.08, .12, .18, .26, .38))[torch.randint(0, 5, (half, 1, 1, 1))]
    x[:half] = (x[:half] + sigma * torch.randn_like(x[:half])).clamp(0, 1)
    learn(x, y)


def mix(x, targets, alpha):
    """Mixes images, and their targets alike, with others of them."""
    weight, other = np.random.beta(alpha, alpha), torch.randperm(len(x))
    x[:], targets[:] = torch.lerp(x[other], x, weight), torch.lerp(targets[other], targets, weight)


def one_hot(y):
    return functional.one_hot(y, CLASSES).float()


def mixup():
    x, y = batch()
    targets = one_hot(y)
    mix(x, targets, 1)
    learn(x, targets)


def fgsm(eps=8 / 255):
    x, y = batch()
    x = (x + torch.empty_like(x).uniform_(-2 * eps, 2 * eps)).clamp(0, 1)
    learn((x + eps * input_gradient(x, against(y)).sign()).clamp(0, 1), y)


def pgd_images(x, loss, eps=8 / 255, steps=7):
    moved = (x + torch.empty_like(x).uniform_(-eps, eps)).clamp(0, 1)
    for _ in range(steps):
        moved = moved + 2.5 * eps / steps * input_gradient(moved, loss).sign()
        moved = torch.minimum(torch.maximum(moved, x - eps), x + eps).clamp(0, 1)
    return moved


def pgd():
    x, y = batch()
    learn(pgd_images(x, against(y)), y)


def trades(beta=6):
    x, y = batch()
    with torch.no_grad():
        answers = functional.softmax(model(x), 1)
    moved = pgd_images(x, lambda logits: functional.kl_div(functional.log_softmax(logits, 1), answers, reduction="sum"))
    clean, other = model(torch.cat((x, moved))).chunk(2)
    divergence = functional.kl_div(functional.log_softmax(other, 1), functional.softmax(clean, 1), reduction="batchmean")
    descend(functional.cross_entropy(clean, y, label_smoothing=SMOOTHING) + beta * divergence)


def towards_others(x, targets, y, eps=16 / 255, weight=.5):
    """Moves half of the images towards other classes, which get part of their targets."""
    half = BATCH // 2
    to = (y[:half] + torch.randint(1, CLASSES, (half,))) % CLASSES
    part = torch.rand(half)
    step = part.view(-1, 1, 1, 1) * eps * input_gradient(x[:half], against(to)).sign()
    x[:half] = (x[:half] - step).clamp(0, 1)
    targets[:half] = torch.lerp(targets[:half], one_hot(to), (part * weight).view(-1, 1))
    learn(x, targets)


def tlat():
    x, y = batch()
    towards_others(x, one_hot(y), y)


def mtlat():
    x, y = batch()
    half, targets = BATCH // 2, one_hot(y)
    mix(x[:half], targets[:half], .3)
    towards_others(x, targets, y)


def operation(image):
    from PIL import Image, ImageOps
    kind, strength = np.random.randint(9), np.random.uniform(.1, 3) / 10
    signed = strength * np.random.choice((-1, 1))

    def affine(*matrix):
        return image.transform((32, 32), Image.AFFINE, matrix, resample=Image.BILINEAR)
    return (
        lambda: ImageOps.autocontrast(image), lambda: ImageOps.equalize(image),
        lambda: ImageOps.posterize(image, 4 - int(4 * strength)),
        lambda: image.rotate(int(30 * signed), resample=Image.BILINEAR),
        lambda: ImageOps.solarize(image, 256 - int(256 * strength)),
        lambda: affine(1, .3 * signed, 0, 0, 1, 0), lambda: affine(1, 0, 0, .3 * signed, 1, 0),
        lambda: affine(1, 0, int(32 / 3 * signed), 0, 1, 0), lambda: affine(1, 0, 0, 0, 1, int(32 / 3 * signed)))[kind]()


def mixture(x):
    """x, H×W×3 bytes, mixed with three chains of operations on it."""
    from PIL import Image
    total, image = 0, Image.fromarray(x)
    for weight in np.random.dirichlet((1, 1, 1)):
        chain = image
        for _ in range(np.random.randint(1, 4)):
            chain = operation(chain)
        total = total + weight * np.asarray(chain, np.float32)
    part = np.random.beta(1, 1)
    return ((1 - part) * x + part * total) / 255


def augmix(weight=12):
    x, y = batch()
    pixels = (x * 255).byte().permute(0, 2, 3, 1).numpy()
    made = np.stack(list(pool.map(mixture, [*pixels, *pixels]))).astype(np.float32)
    logits = model(torch.cat((x, torch.from_numpy(made).permute(0, 3, 1, 2)))).chunk(3)
    answers = [functional.softmax(z, 1) for z in logits]
    mean = (sum(answers) / 3).clamp(1e-7, 1).log()
    divergence = sum(functional.kl_div(mean, a, reduction="batchmean") for a in answers) / 3
    descend(functional.cross_entropy(logits[0], y, label_smoothing=SMOOTHING) + weight * divergence)


recipes = {f.__name__: f for f in (standard, noise, mixup, augmix, fgsm, pgd, trades, tlat, mtlat)}
usage = re.search("CPU capability usage: (.*)", torch.__config__.show())
print(f"PyTorch {torch.__version__} on cpu, vectors: {usage[1] if usage else 'unknown'}", flush=True)
for line in sys.stdin:
    begin = time.perf_counter()
    try:
        recipes[line.strip()]()
    except (ImportError, KeyError) as e:  # Pillow, or the recipe
        print(f"{line.strip()}: {e}", flush=True)
        continue
    print(f"{1e3 * (time.perf_counter() - begin):.4f}", flush=True)
