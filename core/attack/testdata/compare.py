"""Compares steady's attacks with torchattacks, Foolbox and the authors' AutoAttack, on the same weights and images, and writes a Markdown table.

Usage: compare.py --steady build/steady --model models/cifar10-standard.onnx --data cifar-10-batches-bin PART...

PART is one or more of: gradients, square, nearest, decisions, autoattack, speed. The libraries (torchattacks, foolbox,
eagerpy, the authors' autoattack) must be on PYTHONPATH, and torch, numpy and onnx installed. The network is read from
the ONNX file, with batch normalisation folded into the convolutions, as steady does it. The libraries are slow: --cache FOLDER keeps what came of
them, all but the speeds, so that a run that was broken off goes on, and another build of steady is soon compared.
"""
import argparse
import hashlib
import json
import os
import platform
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
        gates = {}  # output of a sigmoid -> its input
        made = {}
        for n in graph.node:
            if n.op_type == "Cast":  # weights that are stored as float16
                values[n.output[0]] = values[n.input[0]].float()
                continue
            a = {x.name: helper.get_attribute_value(x) for x in n.attribute}
            names = [folded.get(i, i) for i in n.input]
            p = [values[i] for i in names if i in values]
            before = made.get(names[0])
            if n.op_type == "Sigmoid":
                gates[n.output[0]] = names[0]
                continue
            if n.op_type == "Mul":
                x, gate = names
                assert gates[gate] == x
                made[n.output[0]] = ["Silu", [x], p, a, n.output[0]]
                self.layers.append(made[n.output[0]])
                continue
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
            elif op == "Silu":
                x = F.silu(x)
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


def theirs(o, key, make):
    """What make gives, numbers that JSON can hold, or what it gave before."""
    if not o.cache:
        return make()
    with open(o.model, "rb") as f:
        model = hashlib.sha256(f.read()).hexdigest()[:8]
    path = os.path.join(o.cache, "-".join([model, *map(str, key)]).replace(" ", "_") + ".json")
    if not os.path.exists(path):
        value = make()
        os.makedirs(o.cache, exist_ok=True)
        with open(path, "w") as f:
            json.dump(value, f)
    with open(path) as f:
        return json.load(f)


def processor():
    """Returns what a speed is stated with: the processor's name and its vector extensions."""
    name, flags = platform.processor() or platform.machine(), []
    try:
        with open("/proc/cpuinfo") as f:
            for line in f:
                key, _, value = line.partition(":")
                if key.strip() == "model name":
                    name = value.strip()
                elif key.strip() in ("flags", "Features"):
                    flags = value.split()
    except FileNotFoundError:
        pass  # another system than Linux
    return ", ".join([name] + [x for x in ("avx2", "avx512f", "amx_bf16", "asimd") if x in flags])


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
            they = theirs(o, (args[0], k, len(x)), lambda: accuracy(net, batched(attack, x, y), y))
            ours = steady(o, *args, "--eps", f"{k}/255")
            row(f"{name}, eps {k}/255", f"{len(x)}", "robust accuracy", f"{100 * ours['robust_accuracy']:.1f} %", f"{they:.1f} %", "torchattacks")


def square(o, net, x, y):
    import torchattacks as ta

    attack = ta.Square(net, eps=8 / 255, n_queries=1000)
    they = theirs(o, ("square", len(x)), lambda: accuracy(net, batched(attack, x, y), y))
    ours = steady(o, "square", "--queries", "1000")
    row("Square, 1,000 queries, eps 8/255", f"{len(x)}", "robust accuracy", f"{100 * ours['robust_accuracy']:.1f} %", f"{they:.1f} %", "torchattacks")


def distances(net, x, y, adv):
    """The median L2 and Linf distance of the adversarial images of those that are right at first."""
    use = (classify(net, x) == y) & (classify(net, adv) != y)
    d = (adv - x)[use].flatten(1)
    return {"l2": float(np.median(d.norm(dim=1).numpy())), "linf": float(np.median(d.abs().max(dim=1)[0].numpy()))}


def nearest(o, net, x, y):
    import torchattacks as ta

    fb = foolbox()
    model = fb.PyTorchModel(net, bounds=(0, 1))
    linf_fab = ta.FAB(net, norm="Linf", eps=1, steps=20)
    l2_fab = ta.FAB(net, norm="L2", eps=10, steps=20)
    cw = fb.attacks.L2CarliniWagnerAttack(binary_search_steps=6, steps=80)
    for title, norm, n, library, attack, args in (
        ("DeepFool", "l2", 500, "Foolbox", lambda a, b: fb.attacks.L2DeepFoolAttack().run(model, a, b), ["deepfool"]),
        ("DeepFool", "l2", 200, "torchattacks", ta.DeepFool(net), ["deepfool"]),  # theirs goes image by image
        ("DeepFool", "linf", 500, "Foolbox", lambda a, b: fb.attacks.LinfDeepFoolAttack().run(model, a, b), ["deepfool"]),
        ("FAB, 20 steps", "linf", 200, "torchattacks", linf_fab, ["fab", "--steps", "20"]),
        ("FAB, 20 steps", "l2", 200, "torchattacks", l2_fab, ["fab", "--steps", "20"]),
        ("C&W, 6 searches of 80 steps", "l2", 200, "Foolbox", lambda a, b: cw.run(model, a, b), ["cw", "--search-steps", "6", "--steps", "80"]),
    ):
        n = min(n, len(x))
        few = x[:n], y[:n]
        they = theirs(o, (args[0], norm, library, n), lambda: distances(net, *few, batched(attack, *few)))
        ours = steady(o, *args, "--norm", norm, n=n)
        row(f"{title}, {norm}", f"{n}", f"median {norm}", f"{ours['median_' + norm]:.5f}", f"{they[norm]:.5f}", library)


def decisions(o, net, x, y):
    fb = foolbox()

    class Each(fb.attacks.HopSkipJumpAttack):
        """Foolbox divides a direction by its length over the whole batch: here by that of each image, as if it were alone."""

        def approximate_gradients(self, *args):
            g = super().approximate_gradients(*args)
            return g / (g.flatten(start=1).norms.l2(axis=-1, keepdims=True).reshape((-1, 1, 1, 1)) + 1e-12)

    n = min(20, len(x))
    x, y = x[:n], y[:n]
    right = classify(net, x) == y
    for norm in ("l2", "linf"):

        def attack(seed):
            torch.manual_seed(seed)
            np.random.seed(seed)
            counted = Counted(net).eval()
            adv = x.clone()
            with torch.no_grad():
                adv[right] = Each(steps=17, constraint=norm).run(fb.PyTorchModel(counted, bounds=(0, 1)), x[right], y[right])
            return [counted.images // int(right.sum()), distances(net, x, y, adv)[norm]]

        queries, they = np.transpose([theirs(o, ("hopskipjump", norm, n, s), lambda: attack(s)) for s in range(o.seeds)])
        queries = int(queries.min())
        ours = [steady(o, "hopskipjump", "--norm", norm, "--queries", str(queries), "--seed", str(s), n=n)["median_" + norm] for s in range(o.seeds)]
        row(f"HopSkipJump, {norm}, {queries:,} queries", f"{n}, {o.seeds} seeds", f"median {norm}", f"{np.mean(ours):.4f}", f"{np.mean(they):.4f}", "Foolbox")


def used():
    """Processor seconds of this process and of those that it has waited for."""
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def autoattack(o, net, x, y):
    """Beside the authors' code (github.com/fra31/auto-attack), for a network that has something left."""
    from autoattack import AutoAttack

    for norm, eps, text in (("Linf", 8 / 255, "8/255"), ("L2", 0.5, "0.5")):

        def attack():
            begin = used()
            adv = AutoAttack(net, norm=norm, eps=eps, seed=0, device="cpu", verbose=False).run_standard_evaluation(x, y, bs=100)
            return accuracy(net, adv, y), used() - begin

        they, their_seconds = theirs(o, ("autoattack", norm, len(x)), attack)
        begin = used()
        ours = steady(o, "autoattack", "--norm", norm.lower(), "--eps", text)
        seconds = used() - begin
        title = f"AutoAttack, {norm.lower()}, eps {text}"
        row(title, f"{len(x)}", "robust accuracy", f"{100 * ours['robust_accuracy']:.1f} %", f"{they:.1f} %", "the authors'")
        row(title, f"{len(x)}", "processor seconds", f"{seconds:.0f}", f"{their_seconds:.0f}", "the authors'")


def speed(o, net, x, y):
    """In rounds, in turns: the clock's time, which what else runs on the machine lengthens, and the processor's. Steady's
    has the start of its process in it."""
    import torchattacks as ta

    attack = ta.PGD(net, eps=8 / 255, alpha=2 / 255, steps=10)
    x, y = read(o.data, 1000)

    def timed(work):
        clock, processor = time.perf_counter(), used()
        work()
        return time.perf_counter() - clock, used() - processor

    works = {
        "theirs": lambda: batched(attack, x, y),
        "all": lambda: steady(o, "pgd", "--continue", n=1000),
        "up to": lambda: steady(o, "pgd", n=1000),
    }
    rounds = {name: [] for name in works}
    for _ in range(o.rounds):
        for name, work in works.items():
            rounds[name].append(timed(work))
    rate = {name: 1000 / np.median(times, axis=0) for name, times in rounds.items()}
    for name in ("all", "up to"):
        for k, unit in enumerate(("second", "processor second")):
            row(f"PGD, {name} 10 steps, {o.threads} thread(s)", "1000", f"images per {unit}", f"{rate[name][k]:.0f}", f"{rate['theirs'][k]:.0f}", "torchattacks")


def main():
    p = argparse.ArgumentParser()
    for name in ("steady", "model", "data"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--limit", type=int, default=500)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--cache")
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
    print("\nProcessor:", processor())


if __name__ == "__main__":
    main()
