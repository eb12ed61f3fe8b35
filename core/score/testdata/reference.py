"""Writes reference.json, what SciPy and statsmodels compute, for reference_test.go.

Usage: python3 reference.py > reference.json

Needs numpy, scipy and statsmodels; the file was written with the versions that it names.
"""
import json
import sys

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(16)


def wilson():
    for k, n in [(0, 1), (1, 1), (0, 10), (10, 10), (3, 10), (81, 263), (9142, 10000), (49999, 50000)]:
        for level in [0.8, 0.95, 0.99]:
            low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
            yield {"k": k, "n": n, "level": level, "interval": [low, high]}


def paired():
    for a, b in [(0, 0), (1, 0), (0, 5), (6, 1), (10, 10), (31, 12), (121, 59), (700, 900), (4000, 3870), (20000, 20300), (90, 400)]:
        p = mcnemar([[50, a], [b, 20]], exact=True).pvalue
        yield {"only_a": a, "only_b": b, "p": float(p)}


def holm():
    for p in [[0.01, 0.04, 0.03, 0.005], [0.2, 0.2, 0.9], [0.001], list(rng.uniform(0, 0.1, 20))]:
        yield {"p": p, "adjusted": list(multipletests(p, method="holm")[1])}


def correlations():
    def pairs():
        x = rng.normal(size=16)
        yield x, 0.7 * x + rng.normal(size=16), rng.normal(size=16) + x
        yield 1e6 + rng.normal(size=30), rng.normal(size=30), rng.normal(size=30)
        x = rng.integers(0, 5, 25).astype(float)  # ties
        yield x, x + rng.integers(0, 4, 25), rng.integers(0, 3, 25).astype(float)
        yield np.array([1.0, 2, 3, 4]), np.array([3.0, 1, 2, 4]), np.array([1.0, 3, 4, 2])

    def residuals(v, z):
        return sm.OLS(v - v.mean(), sm.add_constant(z)).fit().resid  # centered, or the rounding errors of 1e6 + x show

    for x, y, z in pairs():
        rank = stats.rankdata
        yield {
            "x": list(x),
            "y": list(y),
            "z": list(z),
            "pearson": stats.pearsonr(x, y).statistic,
            "spearman": stats.spearmanr(x, y).statistic,
            "kendall": stats.kendalltau(x, y).statistic,
            "partial_pearson": stats.pearsonr(residuals(x, z), residuals(y, z)).statistic,
            "partial_spearman": stats.pearsonr(residuals(rank(x), rank(z)), residuals(rank(y), rank(z))).statistic,
        }


def bootstraps():
    x = np.round(rng.normal(size=16), 6)
    y = np.round(0.6 * x + rng.normal(size=16), 6)
    skewed = np.round(rng.exponential(size=20), 6)
    of_pairs = {
        "pearson": lambda x, y: stats.pearsonr(x, y).statistic,
        "spearman": lambda x, y: stats.spearmanr(x, y).statistic,
        "kendall": lambda x, y: stats.kendalltau(x, y).statistic,
    }

    def one(name, columns, statistic, method, level):
        # A few resamples, to be recorded, and many, for an interval that another generator must come close to.
        few, many = (
            stats.bootstrap(columns, statistic, n_resamples=n, paired=True, vectorized=False, method=method,
                            confidence_level=level, rng=np.random.default_rng(3))
            for n in [299, 20000]
        )
        return {
            "statistic": name,
            "columns": [list(c) for c in columns],
            "method": method,
            "level": level,
            "values": list(few.bootstrap_distribution),
            "interval": list(few.confidence_interval),
            "of_many": list(many.confidence_interval),
        }

    for method in ["percentile", "BCa"]:
        for name, statistic in of_pairs.items():
            yield one(name, (x, y), statistic, method, 0.95)
        yield one("mean", (skewed,), np.mean, method, 0.9)


json.dump({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "wilson": list(wilson()),
    "mcnemar": list(paired()),
    "holm": list(holm()),
    "correlations": list(correlations()),
    "bootstraps": list(bootstraps()),
}, sys.stdout, indent=None, separators=(",", ":"))
print()
