"""Bands that hold for several effects together: the largest of their t-ratios, not each by itself.

A pointwise interval leaves each of T effects a chance of alpha to miss; a band leaves all of them that chance together
(sup-t; Montiel Olea and Plagborg-Møller 2019). Draws are multivariate normal with the effects' own correlations, each
divided by a root of χ²/ν, so that with one effect the band is Student's interval.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from coalition.evaluation.panel import Floats


def band_factor(covariance: Floats, degrees: float, *, alpha: float, draws: int, seed: int) -> float:
    """Standard errors on either side with which a band holds all effects; NaN where none has a variance.

    Args:
        covariance: (effect, effect), positive semi-definite.
        degrees: of freedom behind the variances; infinite for the normal distribution.
        alpha: 1 − confidence of the whole band.
        draws, seed: of the largest t-ratio.
    """
    errors = np.sqrt(np.diag(covariance))
    usable = errors > 0
    if not usable.any() or not degrees > 0:
        return float("nan")
    values, vectors = np.linalg.eigh(covariance[np.ix_(usable, usable)] / np.outer(errors[usable], errors[usable]))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal((draws, len(values))) @ root.T
    return _factor(np.abs(normal).max(axis=1), rng, degrees, alpha)


def band_factor_from_influence(influence: Floats, degrees: float, *, alpha: float, draws: int, seed: int) -> float:
    """The same from influence functions, by a multiplier bootstrap.

    Args:
        influence: (cluster, effect) of which the sum of squares is the variance.
        degrees, alpha, draws, seed: as in band_factor.
    """
    errors = np.sqrt(np.sum(influence**2, axis=0))
    usable = errors > 0
    if not usable.any() or not degrees > 0:
        return float("nan")
    rng = np.random.default_rng(seed)
    ratios = rng.standard_normal((draws, len(influence))) @ (influence[:, usable] / errors[usable])
    return _factor(np.abs(ratios).max(axis=1), rng, degrees, alpha)


def _factor(largest: Floats, rng: np.random.Generator, degrees: float, alpha: float) -> float:
    """Quantile of the largest ratio, never below that of a single one."""
    if np.isfinite(degrees):
        largest = largest / np.sqrt(rng.chisquare(degrees, len(largest)) / degrees)
    return float(max(np.quantile(largest, 1 - alpha), stats.t.ppf(1 - alpha / 2, degrees)))
