"""Standard errors from what an estimate would be without each cluster in turn, and intervals and bands from them.

The squared distances between the estimate and what it would be without each cluster, summed and multiplied by
(G − 1) / G, are its variance (CR3). Squared influences forget that a mean lies closer to its own units than the truth
does, which shows where few clusters stand on one side. Student's t has Welch's degrees of freedom: of the variances V
of the treated and the control side,

    (V₁ + V₀)² / (V₁² / (n₁ − 1) + V₀² / (n₀ − 1))

with n the effective number of clusters on a side, (Σ load)² / Σ load² (Kish 1965), which is their number when they
weigh the same. Sources: Welch (1947); Efron and Stein (1981); Bell and McCaffrey (2002); MacKinnon, Nielsen and Webb
(2023). The same convention as for regressions, see inference.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from coalition.evaluation.estimates import Effect
from coalition.evaluation.intervals import student_effect
from coalition.evaluation.panel import Bools, Floats, Ints

TOGETHER = 1e-9
"""Effective number of clusters above 1 below which there is only one."""


@dataclass(frozen=True)
class Estimates:
    """Some estimates from the same clusters.

    Attributes:
        estimate: (k,).
        without: (cluster, k) what it would be without the cluster; NaN where it could not be made.
        load: (cluster, k) weight of the cluster's change in it: positive as treated, negative as control, 0 when the
            cluster is not used. Regression among controls changes these weights a little; that is not counted.
    """

    estimate: Floats
    without: Floats
    load: Floats

    def some(self, which: Bools) -> Estimates:
        """Those for which `which` holds."""
        return Estimates(self.estimate[which], self.without[:, which], self.load[:, which])

    @property
    def moves(self) -> Floats:
        """(cluster, k) distance to the estimate without the cluster; the sum of squares is the variance."""
        clusters = np.maximum(np.sum(self.load != 0, axis=0), 1)
        return np.asarray((self.estimate - self.without) * np.sqrt((clusters - 1) / clusters))

    @property
    def covariance(self) -> Floats:
        """(k, k)."""
        return np.asarray(self.moves.T @ self.moves)

    @property
    def standard_error(self) -> Floats:
        """(k,) NaN where an estimate cannot be made without one of its clusters."""
        return np.asarray(np.sqrt(np.sum(self.moves**2, axis=0)))

    @property
    def degrees(self) -> Floats:
        """(k,) Welch's degrees of freedom; 0 where a side has one cluster only."""
        numbers, parts = np.zeros((2, len(self.estimate))), np.zeros((2, len(self.estimate)))
        for side, load in enumerate((np.maximum(self.load, 0.0), np.maximum(-self.load, 0.0))):
            numbers[side] = load.sum(axis=0) ** 2 / np.maximum(np.sum(load**2, axis=0), np.finfo(float).tiny)
            parts[side] = np.sum(np.where(load > 0, self.moves, 0.0) ** 2, axis=0)
        alone = (numbers < 1 + TOGETHER).any(axis=0)
        whole = parts.sum(axis=0)
        shares = np.where(whole > 0, parts / np.where(whole > 0, whole, 1.0), 0.5)
        return np.asarray(np.where(alone, 0.0, 1 / np.sum(shares**2 / np.where(alone, 1.0, numbers - 1), axis=0)))

    def joint_degrees(self, stratum: Ints) -> float:
        """Degrees of freedom of a test of all of them together; 0 where some stratum has one cluster only.

        With V_s the covariance that the clusters of stratum s add to V, and q estimates (Krishnamoorthy and Yu 2004):

            (q + q²) / Σ_s [ tr((V_s V⁻¹)²) + tr(V_s V⁻¹)² ] / (n_s − 1)

        Args:
            stratum: (cluster,) clusters with the same number have a variance in common.
        """
        inverse = np.linalg.pinv(self.covariance, hermitian=True)
        count = int(np.linalg.matrix_rank(inverse, hermitian=True))
        total = 0.0
        for one in np.unique(stratum):
            moves, load = self.moves[stratum == one], np.abs(self.load[stratum == one]).max(axis=1)
            if not moves.any():
                continue
            number = load.sum() ** 2 / np.sum(load**2)
            if number < 1 + TOGETHER:
                return 0.0
            part = moves.T @ moves @ inverse
            total += float(np.trace(part @ part) + np.trace(part) ** 2) / (number - 1)
        return (count + count**2) / total if total > 0 else 0.0

    def effects(self, alpha: float) -> tuple[Effect, ...]:
        """Each with its interval."""
        return tuple(
            student_effect(estimate, error, degrees, alpha)
            for estimate, error, degrees in zip(
                self.estimate.tolist(), self.standard_error.tolist(), self.degrees.tolist(), strict=True
            )
        )


def band_margins(estimates: Estimates, alpha: float, draws: int, seed: int) -> Floats:
    """(k,) distance from an estimate to the edge of a band that holds all of them together; NaN where none can be made.

    A multiplier bootstrap: what the clusters do to the estimates is multiplied by draws of mean 0 and variance 1. With
    normal multipliers the result is normal with the moves' own covariance, so it is drawn from that at once. The
    largest |z| that a share alpha of the draws exceeds gives a confidence per estimate, and that gives each its own
    Student's t. Source: Callaway and Sant'Anna (2021), algorithm 1.
    """
    error, degrees = estimates.standard_error, estimates.degrees
    usable = (error > 0) & (degrees > 0)
    if not usable.any() or draws < 1:
        return np.full_like(error, np.nan)
    scaled = estimates.moves[:, usable] / error[usable]
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = np.random.default_rng(seed).standard_normal((draws, values.size)) @ root.T
    largest = float(np.quantile(np.abs(drawn).max(axis=1), 1 - alpha))
    outside = min(2 * float(special.ndtr(-largest)), alpha)
    factor = special.stdtrit(np.where(usable, degrees, 1.0), 1 - outside / 2)
    return np.asarray(np.where(usable, factor * error, np.nan))
