"""Records what the reference implementation of the corruptions makes of four photographs.

The reference is hendrycks/robustness: ImageNet-C/create_c/make_imagenet_c.py for 224 pixels, make_cifar_c.py for 32.
Neither its code nor its images are here; this script runs a copy of it and keeps a few numbers:

    exact.json        of the deterministic corruptions: the bytes of some pixels of the corrupted photographs
    statistics.json   of the others: means, over many draws, of statistics of the change, and their standard errors

From the root of the project, with a clone of the reference beside it:

    go run ./tools/corruptiontable -inputs build/inputs
    python3 core/corrupt/fidelity/record.py build/inputs ../robustness/ImageNet-C/create_c

It needs NumPy, SciPy, scikit-image, OpenCV, Pillow, and Wand with ImageMagick 6, in the versions of Debian 12, which
the reference's calls still suit; later ones have removed names that it uses. It takes about half an hour of one core
(--draws .05 for a trial). The same numbers come out each time, but for impulse_noise, whose generator takes no seed.
"""

import argparse
import ast
import base64
import hashlib
import json
import os
import types
import warnings
import zlib

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.simplefilter("ignore")

import cv2
import numpy as np
import PIL
import scipy
import skimage
from PIL import Image
from wand.version import MAGICK_VERSION

PHOTOGRAPHS = ["astronaut", "chelsea", "coffee", "rocket"]
SCRIPTS = {224: "make_imagenet_c.py", 32: "make_cifar_c.py"}
EXACT = ["defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression", "gaussian_blur",
         "saturate"]
DRAWN = ["gaussian_noise", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "snow", "frost", "fog",
         "elastic_transform", "speckle_noise", "spatter"]

# How many pixels are kept of each output.
SAMPLE = 128

# How many draws there are, of which each photograph has a quarter; fewer of what is slow, pure Python; more of fog, of
# which there is much or little from draw to draw.
DRAWS = {224: 400, 32: 2000}
OTHER_DRAWS = {"glass_blur": {224: 100, 32: 1000}, "fog": {224: 2000, 32: 4000}}

# Squared distances from the middle of the spectrum at which its eight bands begin, and at which the last one ends:
# about equally wide on a logarithmic scale.
EDGES = {224: [1, 4, 11, 35, 112, 365, 1186, 3857, 12545], 32: [1, 2, 4, 8, 16, 32, 64, 128, 257]}

# Added to a power before its logarithm is taken: about that of the rounding to bytes.
FLOOR = 1e-6

NAMES = (["%s %s" % (what, channel) for what in ("mean", "deviation") for channel in ("red", "green", "blue")]
         + ["shift x", "shift y"] + ["power %d" % band for band in range(1, 9)])


def definitions(path):
    """The functions of a script, which would corrupt a whole data set if it were imported, and without PyTorch."""
    tree = ast.parse(open(path).read())
    tree.body = [
        node for node in tree.body
        if isinstance(node, ast.FunctionDef)
        or isinstance(node, ast.ClassDef) and node.name == "MotionImage"
        or isinstance(node, (ast.Import, ast.ImportFrom)) and "torch" not in ast.unparse(node)
        or isinstance(node, ast.Assign) and "argtypes" in ast.unparse(node)]
    module = types.ModuleType(os.path.basename(path))
    exec(compile(tree, path, "exec"), module.__dict__)
    round_as_published(module.MotionImage)
    return module


def round_as_published(motion_image):
    """Lets ImageMagick round what it has blurred with 16 bits to 8 bits, as it did until October 2019 (6.9.10-69), when
    the published files had been made; since then it truncates."""
    blur = motion_image.motion_blur

    def motion_blur(self, radius=0.0, sigma=0.0, angle=0.0):
        blur(self, radius, sigma, angle)
        self.evaluate("add", 128)

    motion_image.motion_blur = motion_blur


def spectrum_bands(side):
    """For each band, where its frequencies are in the result of fft2."""
    k = np.fft.fftfreq(side, 1 / side).round().astype(int)
    square = k[:, None] ** 2 + k[None, :] ** 2
    edges = EDGES[side]
    return [(square >= low) & (square < high) for low, high in zip(edges, edges[1:])]


def statistics(before, after, bands):
    """NAMES of a change, whose unit is the full range:

    mean and standard deviation over the pixels of each channel; then of the mean of the channels: the shift, in pixels,
    of the image that explains the change best (least squares, by the image's slopes), and the mean power in each
    band of the spectrum, in dB; white noise of variance v has power v everywhere.
    """
    change = (after.astype(float) - before) / 255
    grey, moved = before.mean(axis=2) / 255, change.mean(axis=2)
    slope_x = (grey[1:-1, 2:] - grey[1:-1, :-2]) / 2
    slope_y = (grey[2:, 1:-1] - grey[:-2, 1:-1]) / 2
    inner = moved[1:-1, 1:-1]
    shift = [-(inner * slope).sum() / (slope * slope).sum() for slope in (slope_x, slope_y)]
    power = np.abs(np.fft.fft2(moved)) ** 2 / moved.size
    return np.concatenate([
        change.mean(axis=(0, 1)), change.std(axis=(0, 1)), shift,
        [10 * np.log10(power[band].mean() + FLOOR) for band in bands]])


def summary(values):
    """Mean and standard error of statistics (photograph × draw × statistic), the photographs being given, not drawn."""
    draws = values.shape[1]
    error = np.sqrt((values.var(axis=1, ddof=1) / draws).sum(axis=0)) / len(values)
    return values.mean(axis=(0, 1)), error


def short(values):
    return [float("%.7g" % v) for v in values]


def one_a_line(records):
    return "[\n" + ",\n".join("  " + json.dumps(r) for r in records) + "\n ]"


def write(path, head, key, records):
    text = "{" + "".join(' "%s": %s,\n' % (k, json.dumps(v)) for k, v in head.items())
    with open(path, "w") as f:
        f.write(text + ' "%s": %s\n}\n' % (key, one_a_line(records)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", help="folder that corruptiontable -inputs has filled")
    parser.add_argument("reference", help="the folder ImageNet-C/create_c of a clone of hendrycks/robustness")
    parser.add_argument("--draws", type=float, default=1, help="factor of the number of draws")
    parser.add_argument("--only", help="one of the corruptions with chance; the others' records stay as they are")
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))

    inputs = {side: [Image.open("%s/%s-%d.png" % (options.inputs, name, side)).convert("RGB") for name in PHOTOGRAPHS]
              for side in SCRIPTS}
    os.chdir(options.reference)  # frost reads its images from there
    scripts = {side: definitions(name) for side, name in SCRIPTS.items()}
    tools = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-image": skimage.__version__,
             "opencv": cv2.__version__, "pillow": PIL.__version__, "imagemagick": MAGICK_VERSION.split()[1]}

    if not options.only:
        records, sample = [], {}
        for side in SCRIPTS:
            pixels = np.sort(np.random.RandomState(side).choice(side * side, SAMPLE, replace=False))
            sample[side] = pixels.tolist()
            for corruption in EXACT:
                for severity in range(1, 6):
                    for name, photograph in zip(PHOTOGRAPHS, inputs[side]):
                        after = np.uint8(getattr(scripts[side], corruption)(photograph, severity))
                        kept = base64.b64encode(after.reshape(-1, 3)[pixels].tobytes()).decode()
                        records.append({"corruption": corruption, "side": side, "severity": severity,
                                        "photograph": name, "bytes": kept})
        sums = {"%s-%d" % (name, side): hashlib.sha256(np.array(photograph).tobytes()).hexdigest()[:16]
                for side in SCRIPTS for name, photograph in zip(PHOTOGRAPHS, inputs[side])}
        write(here + "/exact.json", {"tools": tools, "inputs": sums, "pixels": sample}, "outputs", records)

    path = here + "/statistics.json"
    kept = []
    if options.only:
        kept = [r for r in json.load(open(path))["records"] if r["corruption"] != options.only]
    for side in SCRIPTS:
        bands = spectrum_bands(side)
        for corruption in [options.only] if options.only else DRAWN:
            draws = OTHER_DRAWS.get(corruption, DRAWS)[side]
            draws = max(int(options.draws * draws) // len(PHOTOGRAPHS), 2)
            for severity in range(1, 6):
                np.random.seed(zlib.crc32(("%s %d %d" % (corruption, side, severity)).encode()))
                corrupt = getattr(scripts[side], corruption)
                mean, error = summary(np.array([
                    [statistics(np.array(photograph), np.uint8(corrupt(photograph, severity)), bands)
                     for _ in range(draws)]
                    for photograph in inputs[side]]))
                kept.append({"corruption": corruption, "side": side, "severity": severity,
                             "draws": draws * len(PHOTOGRAPHS), "mean": short(mean), "error": short(error)})
            print(corruption, side, flush=True)
    write(path, {"tools": tools, "names": NAMES, "edges": EDGES, "floor": FLOOR}, "records", kept)


main()
