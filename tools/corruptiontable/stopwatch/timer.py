"""Times imagecorruptions. Arguments: the folder that holds it, a file of RGB bytes, the side of that square picture.

Reads lines "name severity milliseconds" and answers each with the milliseconds of one call, the mean over as many calls
as take that long. Before that it tells, in two lines, the versions of what it runs on and the names that it knows.
"""

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

cv2.setNumThreads(1)
sys.path.insert(0, sys.argv[1])
from imagecorruptions import corrupt, get_corruption_names

side = int(sys.argv[3])
picture = np.fromfile(sys.argv[2], np.uint8).reshape(side, side, 3)
print("Python %s, NumPy %s, SciPy %s, scikit-image %s, OpenCV %s, Numba %s" % (
    sys.version.split()[0], np.__version__, scipy.__version__, skimage.__version__, cv2.__version__, numba.__version__),
    file=answers)
print(*get_corruption_names("all"), file=answers)

for line in sys.stdin:
    name, severity, least = line.split()
    run = lambda: corrupt(picture, corruption_name=name, severity=int(severity))
    run()  # Numba compiles on the first call
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < float(least) / 1000:
        run()
        calls += 1
    print((time.perf_counter() - start) * 1000 / calls, file=answers)
