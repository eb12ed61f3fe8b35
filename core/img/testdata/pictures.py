#!/usr/bin/env python3
"""Makes the images of this folder, and beside each a PNG of what libwebp and libjpeg read from it.

usage: pictures.py (in this folder; needs Pillow 10 or later and NumPy)
"""

import numpy as np
from PIL import Image, ImageOps

W, H = 45, 31  # odd, so that the last sample of color belongs to one pixel


def photograph():
    """Gradients, a bright disc with a hard edge, stripes of pure colors, and a little noise."""
    rng = np.random.default_rng(14)
    y, x = np.mgrid[0:H, 0:W]
    m = np.stack([5 * x, 8 * y, 255 - 3 * x - 3 * y], axis=2).astype(float)
    m[(x - 14) ** 2 + (y - 12) ** 2 < 70] = 255, 60, 20
    m[:, 32:36], m[:, 38:39], m[24:27] = (0, 0, 0), (0, 0, 255), (255, 255, 255)
    return Image.fromarray(np.clip(m + rng.normal(0, 6, m.shape), 0, 255).astype(np.uint8))


def save(name, image, as_read=True, **options):
    image.save(name, **options)
    if as_read:
        read = ImageOps.exif_transpose(Image.open(name))
        # On white, as the lab shows it; to the nearest level.
        rgba = np.asarray(read.convert("RGBA")).astype(int)
        alpha = rgba[..., 3:]
        rgb = (2 * (rgba[..., :3] * alpha + 255 * (255 - alpha)) + 255) // 510
        Image.fromarray(rgb.astype(np.uint8)).save(name + ".png", optimize=True)


photo = photograph()
clear = photo.convert("RGBA")
clear.putalpha(Image.fromarray((np.add.outer(np.arange(H) * 8, np.arange(W) * 5) % 256).astype(np.uint8)))
turned = Image.Exif()
turned[0x0112] = 6

save("lossy.webp", photo, quality=80)
save("alpha.webp", clear, quality=80)
save("moving.webp", clear, save_all=True, append_images=[clear.rotate(180)], duration=100, quality=80)
save("turned.webp", photo, quality=80, exif=turned)
save("halves.jpg", photo, quality=90, subsampling="4:2:0")
save("columns.jpg", photo, quality=90, subsampling="4:2:2")
save("turned.tif", photo.convert("L"), compression="tiff_lzw", exif=turned)
save("turned.png", photo.convert("L"), as_read=False, optimize=True, exif=turned)
for name, level in ("black", 0), ("white", 255):
    save(name + ".webp", Image.new("RGB", (16, 16), (level,) * 3), as_read=False, quality=80)
