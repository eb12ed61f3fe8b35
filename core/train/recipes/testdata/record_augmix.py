"""Records what Pillow's operations, as AugMix uses them, make of small images: augmix.json.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 && venv/bin/python record_augmix.py > augmix.json

It is run by hand; the tests read its result only.
"""

import base64
import json

import PIL
from PIL import Image, ImageOps


def images():
    """Noise, wide and high; a slope, large enough for equalize; and a narrow range, two values, and one value."""
    for w, h in (12, 7), (5, 9):
        yield w, h, [(37 * i * i + 11 * i + 5) % 251 for i in range(3 * w * h)]
    w, h = 20, 16
    yield w, h, [(x * 5 + y * 3 + 40 * c + x * y % 7) % 256 for c in range(3) for y in range(h) for x in range(w)]
    n = w * h
    yield w, h, [30 + (7 * i * i + i) % 23 for i in range(n)] + [200 * (i % 3 == 0) for i in range(n)] + [90] * n


def merged(w, h, planes):
    n = w * h
    return Image.merge("RGB", [Image.frombytes("L", (w, h), bytes(planes[c * n:(c + 1) * n])) for c in range(3)])


def affine(m, *matrix):
    return m.transform(m.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.BILINEAR)


def operations(m):
    yield "autocontrast", 0, ImageOps.autocontrast(m)
    yield "equalize", 0, ImageOps.equalize(m)
    for bits in 4, 3, 2:
        yield "posterize", bits, ImageOps.posterize(m, bits)
    for degrees in 1, -1, 3, -4, 8, -8, 30, 0:
        yield "rotate", degrees, m.rotate(degrees, resample=Image.Resampling.BILINEAR)
    for threshold in 254, 180, 0:
        yield "solarize", threshold, ImageOps.solarize(m, threshold)
    for level in .01, -.0123, .09, -.09, .3:
        yield "shear_x", level, affine(m, 1, level, 0, 0, 1, 0)
        yield "shear_y", level, affine(m, 1, 0, 0, level, 1, 0)
    for pixels in 1, -1, 3, -3, 0:
        yield "translate_x", pixels, affine(m, 1, 0, pixels, 0, 1, 0)
        yield "translate_y", pixels, affine(m, 1, 0, 0, 0, 1, pixels)


def planes(m):
    return base64.b64encode(b"".join(p.tobytes() for p in m.split())).decode()


def results(m):
    for name, amount, result in operations(m):
        if m.width == 20 and amount not in (0, 3, -8, -.09):
            continue  # the small ones show the others
        yield {"name": name, "amount": amount, "pixels": planes(result)}


if __name__ == "__main__":
    recorded = []
    for w, h, p in images():
        m = merged(w, h, p)
        recorded.append({"width": w, "height": h, "pixels": planes(m), "results": list(results(m))})
    print(json.dumps({"pillow": PIL.__version__, "images": recorded}, indent=0, separators=(",", ":")))
