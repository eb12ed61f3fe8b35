"""Times imagecorruptions. Arguments: the folder that holds it (or nothing, if it is installed), a file of RGB bytes, the
side of that square image. "pillow/jpeg_compression" and "pillow/pixelate" time what Pillow does for these, alone.

Reads lines "name severity milliseconds" and answers each with the milliseconds of one call, the mean over as many calls
as take that long. Before that it prints, in two lines, the versions of what it runs on and the names that it knows.
"""

import io
import os
import sys
import time

answers = os.fdopen(os.dup(1), "w", buffering=1)
sys.stdout = sys.stderr  # imagecorruptions prints at times

import cv2
import numba
import numpy as np
import scipy
import skimage
from PIL import Image

cv2.setNumThreads(1)
if sys.argv[1]:
    sys.path.insert(0, sys.argv[1])
from imagecorruptions import corrupt, get_corruption_names

side = int(sys.argv[3])
photo = np.fromfile(sys.argv[2], np.uint8).reshape(side, side, 3)
print("Python %s, NumPy %s, SciPy %s, scikit-image %s, OpenCV %s, Numba %s" % (
    sys.version.split()[0], np.__version__, scipy.__version__, skimage.__version__, cv2.__version__, numba.__version__),
    file=answers)
print(*get_corruption_names("all"), file=answers)



def pillow_jpeg(severity):
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=[25, 18, 15, 10, 7][severity - 1])
    return np.asarray(Image.open(file))


def pillow_pixelate(severity):
    small = int(side * [0.6, 0.5, 0.4, 0.3, 0.25][severity - 1])
    image = Image.fromarray(photo).resize((small, small), Image.BOX)
    return np.asarray(image.resize((side, side), Image.NEAREST))


pillow = {"pillow/jpeg_compression": pillow_jpeg, "pillow/pixelate": pillow_pixelate}

for line in sys.stdin:
    name, severity, least = line.split()
    if name in pillow:
        run = lambda: pillow[name](int(severity))
    else:
        run = lambda: corrupt(photo, corruption_name=name, severity=int(severity))
    run()  # Numba compiles on the first call
    calls, start = 0, time.perf_counter()
    while calls == 0 or time.perf_counter() - start < float(least) / 1000:
        run()
        calls += 1
    print((time.perf_counter() - start) * 1000 / calls, file=answers)
