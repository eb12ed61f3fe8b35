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

from change import EDGES, FLOOR, NAMES, PHOTOGRAPHS, sample, short, spectrum_bands, statistics, summary, write

SCRIPTS = {224: "make_imagenet_c.py", 32: "make_cifar_c.py"}
EXACT = ["defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression", "gaussian_blur",
         "saturate"]
DRAWN = ["gaussian_noise", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "snow", "frost", "fog",
         "elastic_transform", "speckle_noise", "spatter"]

# How many draws there are, of which each photograph has a quarter; fewer of what is slow, pure Python; more of fog, of
# which there is much or little from draw to draw.
DRAWS = {224: 400, 32: 2000}
OTHER_DRAWS = {"glass_blur": {224: 100, 32: 1000}, "fog": {224: 2000, 32: 4000}}


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
        records = []
        for side in SCRIPTS:
            pixels = sample(side)
            for corruption in EXACT:
                for severity in range(1, 6):
                    for name, photograph in zip(PHOTOGRAPHS, inputs[side]):
                        after = np.uint8(getattr(scripts[side], corruption)(photograph, severity))
                        kept = base64.b64encode(after.reshape(-1, 3)[pixels].tobytes()).decode()
                        records.append({"corruption": corruption, "side": side, "severity": severity,
                                        "photograph": name, "bytes": kept})
        sums = {"%s-%d" % (name, side): hashlib.sha256(np.array(photograph).tobytes()).hexdigest()[:16]
                for side in SCRIPTS for name, photograph in zip(PHOTOGRAPHS, inputs[side])}
        places = {side: sample(side).tolist() for side in SCRIPTS}
        write(here + "/exact.json", {"tools": tools, "inputs": sums, "pixels": places}, "outputs", records)

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
