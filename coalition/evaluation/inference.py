"""How sure a regression on a panel is: standard errors that allow for clusters, and tests of several effects at once.

Treatment is given to clusters, so outcomes of one cluster count as one observation of chance. The convention used is
the jackknife (CR3) with Student's t, whose degrees of freedom follow Satterthwaite (1946) with a variance of their own
for treated and for control clusters; with two groups of equal clusters this is Welch's test but for the jackknife.

It was chosen by what tests of 5 % really reject when nothing happened (tests/evaluation_designs.py). In the designs
with 40 clusters, 5,000 panels each, this one stays between 4 % and 6 %; CR1 with G − 1 reaches 11 % and CR2 with Bell
and McCaffrey's degrees of freedom 7 % where clusters have unequal weight. From 3 clusters on a side it stays below 6 %,
at the price of wide intervals. There the wild bootstrap rejects up to 18 % and exchanging starts up to 39 % when
treated clusters vary three times as much as the others (1,500 panels each). With 1 or 2 clusters on a side nothing
shows how much they vary: then starts are exchanged, and that treated clusters vary as the others do is an assumption.

Sources: Bell and McCaffrey (2002); Imbens and Kolesár (2016); Pustejovsky and Tipton (2018); MacKinnon, Nielsen and
Webb (2023); Hansen (2025) on the jackknife with adjusted degrees of freedom; Holm (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from coalition.evaluation.cluster_sums import Fit
from coalition.evaluation.estimates import Convention, Effect
from coalition.evaluation.intervals import student_effect
from coalition.evaluation.panel import Floats

ALONE = 1e-8
"""1 − leverage below which a cluster alone decides a direction; leaving it out says nothing about that direction."""
ROUNDING = 1e-12
"""Share of the largest outcome below which an effect, or a cluster's influence on it, is a rounding of zero."""
FEWEST_ON_A_SIDE = 3
"""Treated or control clusters from which their own variance can be estimated."""
FEW_ON_A_SIDE, FEW_IN_ALL = 5, 20
"""Clusters below which a second opinion is given, by exchanged starts and by the bootstrap."""


def convention_for(treated: int, controls: int) -> Convention:
    """Which convention a number of clusters allows.

    Args:
        treated, controls: clusters on either side.
    """
    few = min(treated, controls) < FEWEST_ON_A_SIDE
    return Convention.PERMUTATION if few else Convention.JACKKNIFE_WELCH


def are_few(treated: int, controls: int) -> bool:
    """Whether clusters are so few that a reader must know."""
    return min(treated, controls) < FEW_ON_A_SIDE or treated + controls < FEW_IN_ALL


@dataclass(frozen=True)
class Jackknife:
    """Some effects, each a weighted sum of a regression's coefficients, and how they move without each cluster.

    Attributes:
        fit: the regression.
        contrasts: (effect, K) weights.
        own_contrasts: (cluster, effect, K) the weights without each cluster, where covariates are held at the mean of
            those treated: who is treated moves that mean as well. None where the weights are fixed.
    """

    fit: Fit
    contrasts: Floats
    own_contrasts: Floats | None = None

    @cached_property
    def estimates(self) -> Floats:
        """(effect,) roundings of zero are zero."""
        values = self.contrasts @ self.fit.coefficients
        return np.asarray(np.where(np.abs(values) <= ROUNDING * self.fit.sums.scale, 0.0, values))

    @cached_property
    def _leverage(self) -> tuple[Floats, Floats]:
        """Eigenvalues (cluster, K) and vectors (cluster, K, K) of R' X_g'W X_g R; 1 where a cluster decides alone."""
        root = self.fit.root
        values, vectors = np.linalg.eigh(root.T @ self.fit.sums.gram @ root)
        return np.clip(values, 0.0, 1.0), vectors

    @cached_property
    def _inflation(self) -> Floats:
        """(cluster, K) 1 / (1 − leverage)."""
        left = 1 - self._leverage[0]
        return np.divide(1.0, left, out=np.zeros_like(left), where=left > ALONE)

    @cached_property
    def _turned(self) -> Floats:
        """(cluster, K, effect) contrasts in the directions of a cluster's leverage."""
        return np.asarray(np.swapaxes(self._leverage[1], 1, 2) @ (self.fit.root.T @ self.contrasts.T))

    @cached_property
    def changes(self) -> Floats:
        """(cluster, K) coefficients − coefficients without the cluster: R (1 − leverage)⁻¹ R' score."""
        vectors = self._leverage[1]
        turned = np.einsum("gkj,gk->gj", vectors, self.fit.scores @ self.fit.root)
        return np.asarray(np.einsum("gkj,gj->gk", vectors, self._inflation * turned) @ self.fit.root.T)

    def bread_without(self, cluster: int) -> Floats:
        """(K, K) inverse of X'WX without a cluster, where it still identifies something."""
        turned = self.fit.root @ self._leverage[1][cluster]
        return np.asarray((turned * self._inflation[cluster]) @ turned.T)

    @cached_property
    def moves(self) -> Floats:
        """(cluster, effect) influence of each cluster; the sum of squares is the variance (CR3)."""
        clusters = self.fit.clusters
        changes = self.changes @ self.contrasts.T
        if self.own_contrasts is not None:
            moved = np.einsum("gek,gk->ge", self.contrasts - self.own_contrasts, self.fit.coefficients - self.changes)
            changes = changes + moved
        values = changes * np.sqrt((clusters - 1) / clusters)
        return np.asarray(np.where(np.abs(values) <= ROUNDING * self.fit.sums.scale, 0.0, values))

    @property
    def covariance(self) -> Floats:
        """(effect, effect)."""
        return np.asarray(self.moves.T @ self.moves)

    @property
    def standard_errors(self) -> Floats:
        """(effect,)."""
        return np.asarray(np.sqrt(np.sum(self.moves**2, axis=0)))

    @cached_property
    def degrees(self) -> Floats:
        """(effect,) Satterthwaite's degrees of freedom, treated and control clusters having a variance each."""
        return np.array([self._degrees(k) for k in range(len(self.contrasts))])

    def _degrees(self, effect: int) -> float:
        """trace(B)² / |B|² of one effect, with B the covariance of the clusters' influences.

        B = diag(φ d) + Z J Z' has a row per cluster but is never written out: with u_g = R' X_g' b_g, b_g the weights
        of a cluster's residuals in its influence, d_g = b_g'b_g and φ the variance of the cluster's arm,
        B_gh = [g = h] φ_g d_g − (φ_g + φ_h) u_g'u_h + u_g' (Σ_k φ_k R'X_k'X_k R) u_h.
        """
        leverage, vectors = self._leverage
        turned = self._turned[:, :, effect]
        own = np.sum(turned**2 * leverage * self._inflation**2, axis=1)
        u = np.einsum("gkj,gj->gk", vectors, turned * leverage * self._inflation)
        arms = self.fit.sums.treated
        squares, expected = (
            self.moves[:, effect] ** 2,
            _diagonal(own, u, np.ones(len(own)), np.sum(self._spreads, axis=0)),
        )
        treated, others = (
            float(squares[arm].sum() / expected[arm].sum()) if expected[arm].sum() > 0 else 0.0 for arm in (arms, ~arms)
        )
        largest = max(treated, others)
        if not largest > 0:
            return float(self.fit.clusters - 1)
        variance = np.where(arms, treated, others) / largest
        spread = (treated * self._spreads[0] + others * self._spreads[1]) / largest
        size = _squared_norm(own, u, variance, spread)
        trace = float(_diagonal(own, u, variance, spread).sum())
        return trace**2 / size if size > 0 else float(self.fit.clusters - 1)

    @cached_property
    def _spreads(self) -> tuple[Floats, Floats]:
        """(K, K) R'X_g'W X_g R summed over treated and over control clusters."""
        arms, root = self.fit.sums.treated, self.fit.root
        treated, others = (root.T @ self.fit.sums.gram[arm].sum(axis=0) @ root for arm in (arms, ~arms))
        return treated, others

    def effects(self, alpha: float) -> tuple[Effect, ...]:
        """Each with its interval by Student's t."""
        return tuple(
            student_effect(estimate, error, degrees, alpha)
            for estimate, error, degrees in zip(
                self.estimates.tolist(), self.standard_errors.tolist(), self.degrees.tolist(), strict=True
            )
        )


def _diagonal(own: Floats, u: Floats, variance: Floats, spread: Floats) -> Floats:
    """Diagonal of B (see Jackknife._degrees)."""
    return np.asarray(variance * (own - 2 * np.sum(u**2, axis=1)) + np.sum((u @ spread) * u, axis=1))


def _squared_norm(own: Floats, u: Floats, variance: Floats, spread: Floats) -> float:
    """Squared Frobenius norm of B (see Jackknife._degrees), with Z = [u, φ u] and J = [[spread, −1], [−1, 0]]."""
    wide = u.shape[1]
    z = np.hstack([u, variance[:, None] * u])
    scaled, low_rank = variance * own, _diagonal(0 * own, u, variance, spread)
    product = z.T @ z
    product = np.vstack([spread @ product[:wide] - product[wide:], -product[:wide]])
    return float(np.sum(scaled**2) + 2 * np.sum(scaled * low_rank) + np.sum(product * product.T))


def cr1_errors(fit: Fit, contrasts: Floats) -> Floats:
    """Standard errors as most programs print them: CR1, factor G/(G − 1) · (N − 1)/(N − K).

    K leaves units' own levels out, as they lie within clusters (`fixef.K = "nested"` in fixest).
    """
    clusters, cells = fit.clusters, fit.sums.cells
    influence = fit.scores @ fit.root @ (fit.root.T @ contrasts.T)
    factor = clusters / (clusters - 1) * (cells - 1) / (cells - fit.rank)
    return np.asarray(np.sqrt(factor * np.sum(influence**2, axis=0)))


@dataclass(frozen=True)
class Wald:
    """Test that several effects are all 0.

    Attributes:
        statistic: estimate' V⁻¹ estimate.
        count: how many differ by more than the others say.
        p_value: NaN where there are too few clusters.
    """

    statistic: float
    count: int
    p_value: float


def wald(estimates: Floats, covariance: Floats, degrees: float) -> Wald:
    """Whether all effects could be 0 together: Hotelling's T² with the degrees of freedom of their variances.

    Q (ν − q + 1) / (ν q) is compared with F(q, ν − q + 1); ν is how many degrees of freedom stand behind each of them
    (after Pustejovsky and Tipton 2018).
    """
    statistic, count = quadratic(estimates, covariance)
    left = degrees - count + 1
    if count == 0 or left <= 0:
        return Wald(statistic, count, float("nan"))
    return Wald(statistic, count, float(stats.f.sf(statistic * left / (degrees * count), count, left)))


def quadratic(estimates: Floats, covariance: Floats) -> tuple[float, int]:
    """The form estimate' V⁻¹ estimate over the directions that have a variance, and how many those are."""
    errors = np.sqrt(np.diag(covariance))
    usable = errors > 0
    if not usable.any():
        return float("nan"), 0
    ratio = estimates[usable] / errors[usable]
    values, vectors = np.linalg.eigh(covariance[np.ix_(usable, usable)] / np.outer(errors[usable], errors[usable]))
    own = values > 1e-9 * values[-1]
    return float(np.sum((ratio @ vectors[:, own]) ** 2 / values[own])), int(own.sum())


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values of several outcomes, corrected so that the chance of any false one is at most alpha (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    factors = len(p_values) - np.arange(len(p_values))
    raised = np.minimum(1.0, np.maximum.accumulate(np.asarray(p_values, dtype=float)[order] * factors))
    corrected = np.empty(len(p_values))
    corrected[order] = raised
    return tuple(corrected.tolist())
