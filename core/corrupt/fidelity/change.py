"""The statistics of a change of an image, which record.py and record_laugros.py record, and how they are written."""

import json

import numpy as np

PHOTOGRAPHS = ["astronaut", "chelsea", "coffee", "rocket"]

# Squared distances from the middle of the spectrum at which its eight bands begin, and at which the last one ends:
# about equally wide on a logarithmic scale.
EDGES = {224: [1, 4, 11, 35, 112, 365, 1186, 3857, 12545], 32: [1, 2, 4, 8, 16, 32, 64, 128, 257]}

# Added to a power before its logarithm is taken: about that of the rounding to bytes.
FLOOR = 1e-6

# How many pixels are kept of an output of which not only statistics are.
SAMPLE = 128

NAMES = (["%s %s" % (what, channel) for what in ("mean", "deviation") for channel in ("red", "green", "blue")]
         + ["shift x", "shift y"] + ["power %d" % band for band in range(1, 9)])


def sample(side):
    """The places of the pixels that are kept, row by row."""
    return np.sort(np.random.RandomState(side).choice(side * side, SAMPLE, replace=False))


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
    gray, moved = before.mean(axis=2) / 255, change.mean(axis=2)
    slope_x = (gray[1:-1, 2:] - gray[1:-1, :-2]) / 2
    slope_y = (gray[2:, 1:-1] - gray[:-2, 1:-1]) / 2
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
