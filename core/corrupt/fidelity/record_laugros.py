"""Records what the authors' implementation of the suite laugros makes of four photographs.

The reference is bds-ailab/common_corruption_benchmark as it was in September 2020 (661f300), the last version with all
corruptions of the suite. Its code is not here; this script runs a copy of it and keeps a few numbers:

    laugros_exact.json        for given amounts, of the corruptions in which little else is random: the bytes of some
                              pixels of the corrupted photographs, for each outcome (brighter, darker)
    laugros_statistics.json   of all: means, over many draws, of the statistics of change.py, and their standard errors

From the root of the project, with a clone of the reference beside it:

    go run ./tools/corruptiontable -inputs build/inputs
    git -C ../common_corruption_benchmark checkout 661f300
    python3 core/corrupt/fidelity/record_laugros.py build/inputs ../common_corruption_benchmark

It needs NumPy, Pillow, PyTorch and torchvision, in the versions of Debian 12 (python3-torchvision), and takes about a
quarter of an hour of one core (--draws .05 for a trial). The same numbers come out each time.

The reference's images stay floats. They are rounded to bytes here, to the nearest, as ours are.

Its ranges are for 224 pixels and each image's amount is drawn from all of a range: severity -1. The severities are ours,
a fifth of the range each: there the amount is drawn here, and the reference is given a range of that one number. At 32
pixels the reference runs

  - on the small photograph, if the amount is not in pixels, or is not made smaller;
  - on the photograph enlarged seven times, if it draws marks or moves the image; what is kept is the middle one of each
    7×7 pixels;
  - on the small photograph and with a seventh of the amount, rounded, if it stretches the image.
"""

import argparse
import ast
import base64
import itertools
import json
import os
import random
import sys
import warnings
import zlib

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.simplefilter("ignore")

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import functional

from change import EDGES, FLOOR, NAMES, PHOTOGRAPHS, sample, short, spectrum_bands, statistics, summary, write

# The corruptions, by the reference's names. It has a range for uniform noise, but no rule.
CORRUPTIONS = ["gaussian", "salt_pepper", "blur", "thumbnail_resize", "pixelate", "quantization", "contrast",
               "brightness", "backlight", "color_disortion", "hue", "gray_scale", "obstruction", "border", "rhombus",
               "arlequin", "circle", "rain", "artifacts", "vertical_artifacts", "rotation", "translation", "shear",
               "elastic"]
OUR_NAMES = {"color_disortion": "color_distortion"}
ENLARGED = ["obstruction", "border", "rhombus", "arlequin", "circle", "rain", "artifacts", "vertical_artifacts",
            "translation"]
FEWER_PIXELS = ["elastic"]

# How many outcomes there are for an amount, where they are few: a sign, a channel, an axis or two signs are drawn too.
OUTCOMES = {"blur": 1, "thumbnail_resize": 1, "pixelate": 1, "quantization": 1, "contrast": 1, "gray_scale": 1,
            "brightness": 2, "hue": 2, "rotation": 2, "shear": 2, "elastic": 2, "color_disortion": 3, "translation": 4}

FULL_RANGE = -1
SEVERITIES = [FULL_RANGE, 1, 3, 5]

# How many draws there are, of which each photograph has a quarter; more where fewer were beyond the limit by chance.
DRAWS = {224: 400, 32: 2000}
OTHER_DRAWS = {"rain": {224: 2000, 32: 2000}}


def ranges(path):
    """The ranges of settings.py, which does not run as a whole: it sets values of a name that it has not defined."""
    tree = ast.parse(open(path).read())
    tree.body = [node for node in tree.body if "corruption_amount" in ast.unparse(node)]
    settings = {}
    exec(compile(tree, path, "exec"), settings)
    return settings["corruption_amount"]


def take_tensors(affine):
    """Lets torchvision's affine take tensors of one number for its numbers, as it did when the reference was written."""
    return lambda image, angle, translate, scale, shear: affine(
        image, float(angle), [float(v) for v in translate], scale,
        [float(v) for v in shear] if isinstance(shear, list) else float(shear))


def fifth(severity):
    """Draws quantiles of a range that are in a severity's fifth of it."""
    return lambda: random.random() if severity == FULL_RANGE else (severity - 1 + random.random()) / 5


class Amounts:
    """A range that the reference reads as one of a single number, another each time it reads the lower end."""

    def __init__(self, weak, strong, draw_quantile, smaller):
        self.weak, self.strong, self.draw_quantile, self.smaller = weak, strong, draw_quantile, smaller
        self.amount = None

    def draw(self):
        quantile, width = self.draw_quantile(), self.strong - self.weak
        if isinstance(width, float):
            return self.weak + quantile * width
        steps = min(int(quantile * (abs(width) + 1)), abs(width))
        return (self.weak + (steps if width > 0 else -steps) + self.smaller // 2) // self.smaller

    def __getitem__(self, end):
        if (end == 0) == (self.weak < self.strong):
            self.amount = self.draw()
        return self.amount


def corrupter(reference, amounts, corruption, side, draw_quantile=None):
    """A function from an image of bytes to that of the corrupted one. The amount is drawn by the reference, or here."""
    enlarge = 7 if side == 32 and corruption in ENLARGED else 1
    smaller = 7 if side == 32 and corruption in FEWER_PIXELS else 1
    amount = amounts[corruption]
    if draw_quantile or smaller > 1:
        amount = Amounts(*amount, draw_quantile or fifth(FULL_RANGE), smaller)
    transform = reference.CC_Transform({corruption: amount}, corruption)

    def corrupt(photograph):
        before = photograph.repeat(enlarge, axis=0).repeat(enlarge, axis=1)
        after = transform(torch.from_numpy(before).permute(2, 0, 1).float() / 255)
        after = after[:, enlarge // 2::enlarge, enlarge // 2::enlarge].permute(1, 2, 0).numpy()
        return np.uint8(np.rint(after * 255))

    return corrupt


def outcomes(corrupt, photograph, count):
    """All that can come out, if that is few images, in an order that does not depend on chance."""
    seen = {corrupt(photograph).tobytes() for _ in range(1 if count == 1 else 100)}
    if len(seen) != count:
        raise SystemExit("%d outcomes, want %d" % (len(seen), count))
    return [np.frombuffer(image, np.uint8).reshape(-1, 3) for image in sorted(seen)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", help="folder that corruptiontable -inputs has filled")
    parser.add_argument("reference", help="a clone of bds-ailab/common_corruption_benchmark, at 661f300")
    parser.add_argument("--draws", type=float, default=1, help="factor of the number of draws")
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))

    inputs = {side: [np.array(Image.open("%s/%s-%d.png" % (options.inputs, name, side)).convert("RGB"))
                     for name in PHOTOGRAPHS] for side in DRAWS}
    quantiles = json.load(open(options.inputs + "/quantiles.json"))
    sys.path.insert(0, options.reference)
    import CC_Transform as reference
    amounts = ranges(options.reference + "/settings.py")
    functional.affine = take_tensors(functional.affine)
    torch.set_num_threads(1)
    tools = {"numpy": np.__version__, "pillow": PIL.__version__, "pytorch": torch.__version__,
             "torchvision": torchvision.__version__}

    def our_name(corruption):
        return "laugros/" + OUR_NAMES.get(corruption, corruption)

    def seed(*key):
        number = zlib.crc32((" ".join(str(k) for k in key)).encode())
        random.seed(number)
        torch.manual_seed(number)

    records = []
    for side in inputs:
        pixels = sample(side)
        for corruption, count in OUTCOMES.items():
            for name, photograph in zip(PHOTOGRAPHS, inputs[side]):
                seed(corruption, side, name)
                given = itertools.cycle(quantiles[our_name(corruption)][name][:2 if corruption == "translation" else 1])
                corrupt = corrupter(reference, amounts, corruption, side, lambda: next(given))
                kept = [base64.b64encode(image[pixels].tobytes()).decode()
                        for image in outcomes(corrupt, photograph, count)]
                records.append({"corruption": our_name(corruption), "side": side, "severity": FULL_RANGE,
                                "photograph": name, "outcomes": kept})
    write(here + "/laugros_exact.json", {"tools": tools}, "outputs", records)

    records = []
    for side in inputs:
        bands = spectrum_bands(side)
        for corruption in CORRUPTIONS:
            draws = max(int(options.draws * OTHER_DRAWS.get(corruption, DRAWS)[side]) // len(PHOTOGRAPHS), 2)
            for severity in SEVERITIES:
                seed(corruption, side, severity)
                corrupt = corrupter(reference, amounts, corruption, side, severity != FULL_RANGE and fifth(severity))
                mean, error = summary(np.array([
                    [statistics(photograph, corrupt(photograph), bands) for _ in range(draws)]
                    for photograph in inputs[side]]))
                records.append({"corruption": our_name(corruption), "side": side, "severity": severity,
                                "draws": draws * len(PHOTOGRAPHS), "mean": short(mean), "error": short(error)})
            print(corruption, side, flush=True)
    write(here + "/laugros_statistics.json", {"tools": tools, "names": NAMES, "edges": EDGES, "floor": FLOOR}, "records",
          records)


main()
