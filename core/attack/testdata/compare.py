"""Compares steady's attacks with torchattacks and Foolbox, on the same weights and images, and writes a Markdown table.

Usage: compare.py --steady build/steady --model models/cifar10-standard.onnx --data cifar-10-batches-bin PART...

PART is one or more of: gradients, square, nearest, cw, decisions_l2, decisions_linf, speed. The libraries (torchattacks, foolbox,
eagerpy) must be on PYTHONPATH, and torch, numpy and onnx installed. The network is read from the ONNX file, with
batch normalisation folded into the convolutions, as steady does it.
"""
import argparse
import json
import resource
import subprocess
import sys
import time
import types

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper


class Network(torch.nn.Module):
    """The operators of the networks in models/."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.input, self.output, self.layers = graph.input[0].name, graph.output[0].name, []
        readers = [i for n in graph.node for i in n.input]
        folded = {}  # output of a normalisation that is gone -> that of the convolution it went into
        made = {}
        for n in graph.node:
            a = {x.name: helper.get_attribute_value(x) for x in n.attribute}
            names = [folded.get(i, i) for i in n.input]
            p = [values[i] for i in names if i in values]
            before = made.get(names[0])
            if n.op_type == "BatchNormalization":
                scale = p[0] / torch.sqrt(p[3] + a["epsilon"])
                shift = p[1] - p[2] * scale
                if before and before[0] == "Conv" and readers.count(n.input[0]) == 1:
                    w, b = before[2]
                    b = torch.zeros(len(w)) if b is None else b
                    before[2] = (w * scale[:, None, None, None], b * scale + shift)
                    folded[n.output[0]] = names[0]
                    continue
                p = [scale[:, None, None], shift[:, None, None]]
            elif n.op_type == "Conv":
                assert a["group"] == 1 and a["dilations"] == [1, 1] and len(set(a["pads"])) == 1
                p = (p[0], p[1] if len(p) > 1 else None)
            made[n.output[0]] = [n.op_type, [i for i in names if i not in values], p, a, n.output[0]]
            self.layers.append(made[n.output[0]])

    def forward(self, x):
        v = {self.input: x}
        for op, names, p, a, to in self.layers:
            x = v[names[0]]
            if op == "Conv":
                x = F.conv2d(x, p[0], p[1], a["strides"], a["pads"][0])
            elif op == "BatchNormalization":
                x = x * p[0] + p[1]
            elif op == "Relu":
                x = F.relu(x)
            elif op == "MaxPool":
                x = F.max_pool2d(x, a["kernel_shape"], a["strides"], a["pads"][0])
            elif op == "Add":
                x = x + v[names[1]]
            elif op == "GlobalAveragePool":
                x = x.mean(dim=(2, 3), keepdim=True)
            elif op == "Flatten":
                x = x.flatten(1)
            elif op == "Gemm":
                x = F.linear(x, p[0], p[1])
            else:
                raise ValueError(op)
            v[to] = x
        return v[self.output]


class Counted(torch.nn.Module):
    """Counts how many images the network is asked about."""

    def __init__(self, net):
        super().__init__()
        self.net, self.images = net, 0

    def forward(self, x):
        self.images += len(x)
        return self.net(x)


def read(folder, n):
    raw = np.fromfile(folder + "/test_batch.bin", np.uint8).reshape(-1, 3073)[:n]
    return torch.from_numpy(raw[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255), torch.from_numpy(raw[:, 0].astype(np.int64))


def foolbox():
    for name in ("git",):  # only its downloader of models wants this
        module = types.ModuleType(name)
        module.Repo = object
        sys.modules.setdefault(name, module)
    import foolbox

    return foolbox


def classify(net, x):
    with torch.no_grad():
        return torch.cat([net(b).argmax(1) for b in x.split(100)])


def accuracy(net, x, y):
    return 100 * (classify(net, x) == y).float().mean().item()


def batched(attack, x, y, size=100):
    return torch.cat([attack(a, b) for a, b in zip(x.split(size), y.split(size))]).detach()


def steady(o, *args, n=None):
    command = [o.steady, "attack", *args, "--model", o.model, "--data", o.data, "--limit", str(n or o.limit), "--json",
               "--threads", str(o.threads)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout)


def row(*cells):
    print("|", " | ".join(cells), "|", flush=True)


def gradients(o, net, x, y):
    import torchattacks as ta

    for k in (8, 1):
        eps = k / 255
        for name, args, attack in (
            ("PGD, 10 steps", ["pgd"], ta.PGD(net, eps=eps, alpha=eps / 4, steps=10)),
            ("MI-FGSM, 10 steps", ["mi-fgsm", "--step-size", f"{k / 4}/255"], ta.MIFGSM(net, eps=eps, alpha=eps / 4, steps=10)),
            ("APGD-CE, 10 steps", ["apgd-ce", "--steps", "10"], ta.APGD(net, eps=eps, steps=10, loss="ce")),
            ("APGD-DLR, 10 steps", ["apgd-dlr", "--steps", "10"], ta.APGD(net, eps=eps, steps=10, loss="dlr")),
        ):
            theirs = accuracy(net, batched(attack, x, y), y)
            ours = steady(o, *args, "--eps", f"{k}/255")
            row(f"{name}, eps {k}/255", f"{len(x)}", "robust accuracy", f"{100 * ours['robust_accuracy']:.1f} %", f"{theirs:.1f} %", "torchattacks")


def square(o, net, x, y):
    import torchattacks as ta

    attack = ta.Square(net, eps=8 / 255, n_queries=1000)
    theirs = accuracy(net, batched(attack, x, y), y)
    ours = steady(o, "square", "--queries", "1000")
    row("Square, 1,000 queries, eps 8/255", f"{len(x)}", "robust accuracy", f"{100 * ours['robust_accuracy']:.1f} %", f"{theirs:.1f} %", "torchattacks")


def distances(net, x, y, adv):
    """The median L2 and Linf distance of the adversarial images of those that are right at first."""
    use = (classify(net, x) == y) & (classify(net, adv) != y)
    d = (adv - x)[use].flatten(1)
    return np.median(d.norm(dim=1).numpy()), np.median(d.abs().max(dim=1)[0].numpy())


def nearest(o, net, x, y):
    import torchattacks as ta

    fb = foolbox()
    model = fb.PyTorchModel(net, bounds=(0, 1))
    ours = steady(o, "deepfool")
    l2, _ = distances(net, x, y, batched(lambda a, b: fb.attacks.L2DeepFoolAttack().run(model, a, b), x, y))
    row("DeepFool L2", f"{len(x)}", "median L2", f"{ours['median_l2']:.4f}", f"{l2:.4f}", "Foolbox")
    few = x[:100], y[:100]  # its DeepFool goes image by image
    l2, _ = distances(net, *few, batched(ta.DeepFool(net), *few))
    row("DeepFool L2", "100", "median L2", f"{steady(o, 'deepfool', n=100)['median_l2']:.4f}", f"{l2:.4f}", "torchattacks")
    ours = steady(o, "deepfool", "--norm", "linf")
    _, linf = distances(net, x, y, batched(lambda a, b: fb.attacks.LinfDeepFoolAttack().run(model, a, b), x, y))
    row("DeepFool Linf", f"{len(x)}", "median Linf", f"{ours['median_linf']:.5f}", f"{linf:.5f}", "Foolbox")
    few = x[:50], y[:50]
    _, linf = distances(net, *few, batched(ta.FAB(net, norm="Linf", eps=1, steps=20), *few))
    row("FAB Linf, 20 steps", "50", "median Linf", f"{steady(o, 'fab', '--steps', '20', n=50)['median_linf']:.5f}", f"{linf:.5f}", "torchattacks")


def cw(o, net, x, y):
    fb = foolbox()
    model = fb.PyTorchModel(net, bounds=(0, 1))
    n = min(50, len(x))
    x, y = x[:n], y[:n]
    attack = fb.attacks.L2CarliniWagnerAttack(binary_search_steps=6, steps=80)
    l2, _ = distances(net, x, y, batched(lambda a, b: attack.run(model, a, b), x, y))
    ours = steady(o, "cw", "--search-steps", "6", "--steps", "80", n=n)
    row("C&W L2, 6 searches of 80 steps", f"{n}", "median L2", f"{ours['median_l2']:.4f}", f"{l2:.4f}", "Foolbox")


def decisions(o, net, x, y, norm):
    fb = foolbox()
    n = min(6, len(x))
    x, y = x[:n], y[:n]
    right = classify(net, x) == y
    counted = Counted(net).eval()
    model = fb.PyTorchModel(counted, bounds=(0, 1))
    attack = fb.attacks.HopSkipJumpAttack(steps=17, constraint=norm)
    adv = x.clone()
    # One by one: it divides the direction by its norm over the whole batch, so that more images take shorter steps.
    adv[right] = batched(lambda a, b: attack.run(model, a, b), x[right], y[right], 1)
    queries = counted.images // int(right.sum())
    theirs = distances(net, x, y, adv)[norm == "linf"]
    ours = steady(o, "hopskipjump", "--norm", norm, "--queries", str(queries), n=n)["median_" + norm]
    row(f"HopSkipJump {norm}, {queries:,} queries", f"{n}", f"median {norm}", f"{ours:.4f}", f"{theirs:.4f}", "Foolbox")


def decisions_l2(o, net, x, y):
    decisions(o, net, x, y, "l2")


def decisions_linf(o, net, x, y):
    decisions(o, net, x, y, "linf")


def speed(o, net, x, y):
    """In processor time, which what else runs on the machine distorts least; steady's has the start of its process in it."""
    import torchattacks as ta

    attack = ta.PGD(net, eps=8 / 255, alpha=2 / 255, steps=10)
    x, y = read(o.data, 1000)

    def child(*args):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        steady(o, "pgd", *args, n=1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    ours, theirs, stopped = [], [], []
    for _ in range(o.rounds):  # in turns
        began = time.process_time()
        batched(attack, x, y)
        theirs.append(time.process_time() - began)
        ours.append(child("--continue"))
        stopped.append(child())
    best = lambda v: f"{1000 / min(v):.0f}"
    row(f"PGD, all 10 steps, {o.threads} thread(s)", "1000", "images per processor second", best(ours), best(theirs), "torchattacks")
    row(f"PGD, up to 10 steps, {o.threads} thread(s)", "1000", "images per processor second", best(stopped), best(theirs), "torchattacks")


def main():
    p = argparse.ArgumentParser()
    for name in ("steady", "model", "data"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--limit", type=int, default=500)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("parts", nargs="+")
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(0)
    net = Network(o.model).eval()
    x, y = read(o.data, o.limit)
    row("attack", "images", "figure", "steady", "theirs", "library")
    row(*["---"] * 6)
    row("none", f"{len(x)}", "accuracy", f"{100 * steady(o, 'fgsm', '--eps', '0')['clean_accuracy']:.1f} %", f"{accuracy(net, x, y):.1f} %", "PyTorch")
    for part in o.parts:
        globals()[part](o, net, x, y)


if __name__ == "__main__":
    main()
