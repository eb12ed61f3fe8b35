"""Writes partial.json, what pingouin and SciPy compute of three scores of sixteen networks, for partial_test.go.

Usage: python3 partial.py > partial.json

Needs numpy, scipy, pandas and pingouin; the file was written with the versions that it names.
"""
import json
import sys

import numpy as np
import pandas as pd
import pingouin
import scipy
from scipy import stats

rng = np.random.default_rng(17)


def cases():
    def scores():
        # Both robustnesses follow clean accuracy, and nothing else in common; then something else, too; then ranks with ties.
        clean = rng.uniform(0.6, 0.95, 16)
        yield clean, 0.8 * clean + rng.normal(0, 0.03, 16), 0.5 - clean + rng.normal(0, 0.04, 16)
        shared = rng.normal(0, 0.05, 16)
        yield clean, 0.7 * clean + shared + rng.normal(0, 0.02, 16), 0.3 * clean + shared + rng.normal(0, 0.02, 16)
        yield np.round(clean, 1), np.round(0.8 * clean + rng.normal(0, 0.03, 16), 2), np.round(rng.uniform(0, 0.3, 16), 2)

    for clean, x, y in scores():
        table = pd.DataFrame({"x": x, "y": y, "clean": clean})
        line = stats.linregress(x, y)
        case = {"x": list(x), "y": list(y), "clean": list(clean), "slope": line.slope, "intercept": line.intercept}
        for method in ["pearson", "spearman"]:
            case[method] = float(pingouin.corr(x, y, method=method)["r"].iloc[0])
            case["partial_" + method] = float(pingouin.partial_corr(table, "x", "y", "clean", method=method)["r"].iloc[0])
        boot = stats.bootstrap(
            (x, y, clean), lambda x, y, z: partial(x, y, z), n_resamples=20000, paired=True, vectorized=False,
            method="BCa", rng=np.random.default_rng(3))
        case["partial_pearson_interval"] = list(boot.confidence_interval)
        yield case


def partial(x, y, z):
    def rest(v):
        line = stats.linregress(z, v)
        return v - line.intercept - line.slope * z

    return stats.pearsonr(rest(x), rest(y)).statistic


json.dump({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "pingouin": pingouin.__version__},
    "cases": list(cases()),
}, sys.stdout, indent=None, separators=(",", ":"))
print()
