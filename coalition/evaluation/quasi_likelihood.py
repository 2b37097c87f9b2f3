"""Means on a log or a logit scale by estimating equations, and what they become when one cluster is left out.

A fit solves Σ w (y − μ) / V(μ) · dμ/dβ = 0: for a gamma model with log link V = μ² and the equation is
Σ w (y/μ − 1) x = 0, for a logit V = μ(1 − μ) and Σ w (y − μ) x = 0. Only the mean has to be right, so outcomes of 0 are
allowed, although a gamma distribution has none (Wedderburn 1974; Blough and others 1999). Rows with the same design are
one cell: the equations need only the sums of w and of w·y per cluster and cell, which is exact and makes leaving out a
cluster cheap. Shapes: (cluster, cell), (cell, column).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.panel import Floats

MOST_STEPS = 200
SMALL = 1e-12
"""Size of a step, in units of the linear predictor, below which an equation is solved."""
NEAR = 1e-9
"""The same where one cluster is left out: only a standard error is made of it."""
FAR = 40.0
"""Largest linear predictor of a logit: where a cell has only ones or zeros it would run off for ever."""
AT_ONCE = 4_000_000
"""Numbers in the matrices of clusters that are held at the same time."""


@dataclass(frozen=True)
class Scale:
    """A link with its variance.

    Attributes:
        mean: linear predictor -> mean.
        predictor: mean -> linear predictor; only for a first guess.
        residual: (weight, total, mean) -> what is multiplied with x and summed.
        expected: (weight, total, mean) -> weights of the information expected.
    """

    mean: Callable[[Floats], Floats]
    predictor: Callable[[Floats], Floats]
    residual: Callable[[Floats, Floats, Floats], Floats]
    expected: Callable[[Floats, Floats, Floats], Floats]


def _logistic(eta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -FAR, FAR))))


LOG = Scale(
    mean=np.exp,
    predictor=np.log,
    residual=lambda weight, total, mean: total / mean - weight,
    expected=lambda weight, _total, _mean: weight,
)
"""Gamma variance with log link."""

LOGIT = Scale(
    mean=_logistic,
    predictor=lambda mean: np.log(mean / (1 - mean)),
    residual=lambda weight, total, mean: total - weight * mean,
    expected=lambda weight, _total, mean: weight * mean * (1 - mean),
)
"""Binomial variance with logit link."""


@dataclass(frozen=True)
class Sums:
    """The data of a fit.

    Attributes:
        design: (cell, column).
        weight: (cluster, cell) Σ w; 0 where a cluster has no row.
        total: (cluster, cell) Σ w·y.
    """

    design: Floats
    weight: Floats
    total: Floats


def solve(sums: Sums, scale: Scale) -> Floats:
    """(column,) coefficients, by Fisher scoring from cell means drawn half way to the general mean.

    A coefficient that the data do not identify gets the smallest value that fits.
    """
    weight, total = sums.weight.sum(axis=0), sums.total.sum(axis=0)
    used = weight > 0
    design, weight, total = sums.design[used], weight[used], total[used]
    guess = scale.predictor((total / weight + total.sum() / weight.sum()) / 2)
    crossed = design.T @ (weight[:, None] * design)
    found = np.asarray(np.linalg.pinv(crossed, hermitian=True) @ (design.T @ (weight * guess)))
    for _ in range(MOST_STEPS):
        mean = scale.mean(design @ found)
        information = design.T @ (scale.expected(weight, total, mean)[:, None] * design)
        step = np.linalg.pinv(information, hermitian=True) @ (design.T @ scale.residual(weight, total, mean))
        found = found + step
        if np.abs(design @ step).max() < SMALL or np.abs(design @ found).max() > FAR:
            break
    return found


def left_out(sums: Sums, scale: Scale, found: Floats) -> Floats:
    """(cluster, column) coefficients of full refits without one cluster, all at once.

    Each refit steps with the information that the fit of everyone expects from the other clusters. One step alone would
    be cheaper but exaggerates what a cluster with an outlier does: for a mean on the log scale it says 1 − 1/r where
    the answer is log r.
    """
    mean = scale.mean(sums.design @ found)
    columns = sums.design.shape[1]
    squares = (sums.design[:, :, None] * sums.design[:, None, :]).reshape(-1, columns**2)
    whole = scale.expected(sums.weight.sum(axis=0), sums.total.sum(axis=0), mean) @ squares
    block = max(1, AT_ONCE // columns**2)
    each = []
    for k in range(0, len(sums.weight), block):
        weight, total = sums.weight[k : k + block], sums.total[k : k + block]
        own = scale.expected(weight, total, mean) @ squares
        inverse = _inverses((whole - own).reshape(-1, columns, columns))
        others = Sums(sums.design, sums.weight.sum(axis=0) - weight, sums.total.sum(axis=0) - total)
        each.append(_refitted(others, scale, found, inverse))
    return np.concatenate(each)


def _refitted(others: Sums, scale: Scale, found: Floats, inverse: Floats) -> Floats:
    """(cluster, column) solutions from one start, each with a fixed inverse (cluster, column, column)."""
    each = np.tile(found, (len(inverse), 1))
    for _ in range(MOST_STEPS):
        residual = scale.residual(others.weight, others.total, scale.mean(each @ others.design.T))
        step = (inverse @ (residual @ others.design)[:, :, None])[:, :, 0]
        each = each + step
        if np.abs(step).max() < NEAR or np.abs(each).max() > FAR:
            break
    return each


def _inverses(matrices: Floats) -> Floats:
    """Inverses of (cluster, column, column); where there is none, the one that moves coefficients least."""
    if np.linalg.cond(matrices).max() < 1 / np.finfo(float).eps:
        return np.asarray(np.linalg.inv(matrices))
    return np.asarray(np.linalg.pinv(matrices, hermitian=True))
