"""How sure a regression on a panel is: standard errors that allow for clusters, and tests of several effects at once.

Treatment is given to clusters, so outcomes of one cluster count as one observation of chance. The convention used is
the jackknife (CR3) with Student's t, whose degrees of freedom follow Satterthwaite (1946) with a variance of their own
for treated and for control clusters; with two groups of equal clusters this is Welch's test. Of CR1 and CR3 with G − 1,
CR2 and CR3 with Bell and McCaffrey's degrees of freedom, and this one, only this one kept a test of 5 % between 4 % and
6 % in all designs with 40 clusters of tests/evaluation_designs.py (5,000 panels each): CR1 with G − 1 rejected up to
11 % where 10 of 40 clusters of unequal weight were treated. CR1 is given beside it, as other programs print it.

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
FEWEST_ON_A_SIDE = 5
"""Treated or control clusters below which only places among placebo starts are trusted."""
FEWEST_IN_ALL = 20
"""Clusters below which the bootstrap under the hypothesis takes over."""


def convention_for(treated: int, controls: int, *, one_start_each: bool = True) -> Convention:
    """Which convention a number of clusters allows.

    With fewer than 5 clusters on a side their variance can hardly be estimated, and the bootstrap rejects far too
    rarely or too often (MacKinnon and Webb 2017); exchanging which clusters are treated needs no variance. From there
    to 20 clusters in all the bootstrap is used, above it the jackknife.

    Args:
        treated, controls: clusters on either side.
        one_start_each: whether clusters are treated as a whole; otherwise placebo starts cannot be given to them.
    """
    if min(treated, controls) < FEWEST_ON_A_SIDE and one_start_each:
        return Convention.PERMUTATION
    return Convention.WILD_BOOTSTRAP if treated + controls < FEWEST_IN_ALL else Convention.JACKKNIFE_WELCH


@dataclass(frozen=True)
class Jackknife:
    """Some effects, each a weighted sum of a regression's coefficients, and how they move without each cluster.

    Attributes:
        fit: the regression.
        contrasts: (effect, K) weights.
    """

    fit: Fit
    contrasts: Floats

    @cached_property
    def estimates(self) -> Floats:
        """(effect,) roundings of zero are zero."""
        values = self.contrasts @ self.fit.coefficients
        return np.asarray(np.where(np.abs(values) <= 1e-12 * self.fit.sums.scale, 0.0, values))

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
        return np.asarray(self.changes @ self.contrasts.T * np.sqrt((clusters - 1) / clusters))

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
        variance = np.ones(len(own))
        expected = _trace_and_size(own, u, variance, self._spread(variance))[2]
        arms = self.fit.sums.treated
        for arm in (arms, ~arms):
            found, equal = float(np.sum(self.moves[arm, effect] ** 2)), float(expected[arm].sum())
            variance[arm] = found / equal if equal > 0 else 0.0
        if not variance.any():
            return float(self.fit.clusters - 1)
        variance = variance / variance.max()
        trace, size, _ = _trace_and_size(own, u, variance, self._spread(variance))
        return trace**2 / size if size > 0 else float(self.fit.clusters - 1)

    def _spread(self, variance: Floats) -> Floats:
        """(K, K) Σ φ_g R'X_g'W X_g R."""
        total = np.tensordot(variance, self.fit.sums.gram, axes=1)
        return np.asarray(self.fit.root.T @ total @ self.fit.root)

    def effects(self, alpha: float) -> tuple[Effect, ...]:
        """Each with its interval by Student's t."""
        return tuple(
            student_effect(estimate, error, degrees, alpha)
            for estimate, error, degrees in zip(
                self.estimates.tolist(), self.standard_errors.tolist(), self.degrees.tolist(), strict=True
            )
        )


def _trace_and_size(own: Floats, u: Floats, variance: Floats, spread: Floats) -> tuple[float, float, Floats]:
    """Trace, squared Frobenius norm and diagonal of B (see Jackknife._degrees)."""
    wide = u.shape[1]
    z = np.hstack([u, variance[:, None] * u])
    middle = np.block([[spread, -np.eye(wide)], [-np.eye(wide), np.zeros((wide, wide))]])
    scaled = variance * own
    low_rank = np.sum((z @ middle) * z, axis=1)
    product = middle @ (z.T @ z)
    size = np.sum(scaled**2) + 2 * np.sum(scaled * low_rank) + np.trace(product @ product)
    return float(np.sum(scaled + low_rank)), float(size), np.asarray(scaled + low_rank)


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

    Q (ν − q + 1) / (ν q) is compared with F(q, ν − q + 1); ν is how many degrees of freedom stand behind the least
    certain of them (Pustejovsky and Tipton 2018).
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
