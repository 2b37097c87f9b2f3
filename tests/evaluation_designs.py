"""Panels whose truth is known, for tests of estimators and of their standard errors.

Outcomes are made as

    outcome = level + unit effect + period effect + slope · t · (ever treated) + risk_slope · risk · t + effect + noise

with t = 0, 1, … periods since the first. Units of one start stand together, the earliest start first, the never treated
last; clusters are runs of `cluster_size` units, so that a cluster has one start when the numbers of units divide by it.
Nothing is drawn but from the generator that is handed in, so one seed gives one panel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.estimates import Estimate, Options
from coalition.evaluation.panel import NEVER, Floats, Panel

EffectOf = Callable[[int, int], float]
"""(first treated period, periods since the start: 0 is the first treated one) -> effect in the outcome's unit."""


def panel_of(
    outcome: Sequence[Sequence[float]] | Floats,
    treated_from: Sequence[float] | Floats,
    *,
    weight: Sequence[Sequence[float]] | Floats | None = None,
    cluster: Sequence[int] | None = None,
    first_period: int = 1,
    covariates: Mapping[str, Floats] | None = None,
) -> Panel:
    """A panel from a written table: one row per unit, one column per period, NaN where nothing was observed."""
    table = np.asarray(outcome, dtype=float)
    units, periods = table.shape
    weights = np.ones_like(table) if weight is None else np.asarray(weight, dtype=float)
    return Panel(
        units=tuple(f"unit {number:03d}" for number in range(units)),
        periods=tuple(range(first_period, first_period + periods)),
        outcome=table,
        weight=np.where(np.isnan(table), np.nan, weights),
        treated_from=np.asarray(treated_from, dtype=float),
        cluster=np.arange(units) if cluster is None else np.asarray(cluster, dtype=np.int64),
        covariates=covariates or {},
        weighted=weight is not None,
    )


def make_panel(
    rng: np.random.Generator,
    *,
    units: int = 40,
    periods: int = 6,
    starts: Mapping[int, int] | None = None,
    effect: float | EffectOf = 0.0,
    sd: float = 1.0,
    rho: float = 0.0,
    cluster_size: int = 1,
    cluster_sd: float = 0.0,
    heteroskedastic: float = 1.0,
    weight_sd: float = 0.0,
    noise_by_weight: bool = False,
    slope: float = 0.0,
    risk_slope: float = 0.0,
    missing: float = 0.0,
    level: float = 100.0,
    spread: float = 5.0,
) -> Panel:
    """A panel of a known design, periods numbered from 1.

    Args:
        rng: all draws come from it.
        units: how many in all.
        periods: how many.
        starts: first treated period -> how many units start then; the other units are never treated. When not
            given, half of the units start half way.
        effect: of the programme on every treated cell, or a function of (first treated period, time since then).
        sd: of the noise; 0 gives a panel without noise.
        rho: correlation of a unit's noise from one period to the next (first-order autoregression); the cluster's
            shocks have the same.
        cluster_size: units per cluster; treatment is given to whole clusters when the numbers divide.
        cluster_sd: of a shock that all units of a cluster share in a period.
        heteroskedastic: factor on the noise of units that are ever treated.
        weight_sd: of the logarithm of a unit's mean weight; 0 gives every cell weight 1. When positive, weights are
            around 1,000 and move by a tenth of it from period to period.
        noise_by_weight: whether the noise has variance 1 / weight, scaled to `sd` at the mean weight.
        slope: per period, of ever-treated units only; anything but 0 violates parallel trends.
        risk_slope: per period and unit of the covariate `risk`, which is constant in time and 0.5 higher on average
            among treated units (sd 1); anything but 0 violates parallel trends unless `risk` is adjusted for.
        missing: chance that a cell is not observed; a unit always keeps its first and last cell.
        level: general mean.
        spread: sd of unit effects and of period effects.
    Returns:
        The panel; `covariates["risk"]` is there when risk_slope is not 0.
    """
    begins = starts if starts is not None else {periods // 2 + 1: units // 2}
    treated_from = np.full(units, NEVER)
    treated_from[: sum(begins.values())] = np.repeat(sorted(begins), [begins[start] for start in sorted(begins)])
    ever = np.isfinite(treated_from)
    time = np.arange(periods)
    weight = _weights(rng, units, periods, weight_sd)
    noise = sd * _autoregressive(rng, units, periods, rho) * np.where(ever, heteroskedastic, 1.0)[:, None]
    if noise_by_weight:
        noise = noise / np.sqrt(weight / weight.mean())
    cluster = np.arange(units) // cluster_size
    shocks = cluster_sd * _autoregressive(rng, int(cluster[-1]) + 1, periods, rho)
    risk = rng.normal(size=units) + 0.5 * ever
    outcome = (
        level
        + spread * rng.normal(size=(units, 1))
        + spread * rng.normal(size=(1, periods))
        + slope * time * ever[:, None]
        + risk_slope * risk[:, None] * time
        + effects_of(treated_from, periods, effect)
        + noise
        + shocks[cluster]
    )
    gone = rng.random((units, periods)) < missing
    gone[:, [0, -1]] = False
    return panel_of(
        np.where(gone, np.nan, outcome),
        treated_from,
        weight=weight if weight_sd else None,
        cluster=cluster.tolist(),
        covariates={"risk": np.repeat(risk[:, None], periods, axis=1)} if risk_slope else None,
    )


def effects_of(treated_from: Floats, periods: int, effect: float | EffectOf) -> Floats:
    """(unit, period) the effect that is in the outcome; 0 where the programme does not run."""
    since = np.arange(1, periods + 1)[None, :] - treated_from[:, None]
    if not callable(effect):
        return np.where(since >= 0, effect, 0.0)
    values = np.zeros((treated_from.size, periods))
    for unit, period in zip(*np.nonzero(since >= 0), strict=True):
        values[unit, period] = effect(int(treated_from[unit]), int(since[unit, period]))
    return values


def true_mean(panel: Panel, effect: float | EffectOf) -> float:
    """The effect that an estimate aims at: mean over treated observed cells, weighted with `panel.weight`."""
    if not callable(effect):
        return effect
    cells = panel.treated & panel.observed
    values = effects_of(panel.treated_from - panel.periods[0] + 1, len(panel.periods), effect)
    return float(np.average(values[cells], weights=panel.weight[cells]))


def _weights(rng: np.random.Generator, units: int, periods: int, weight_sd: float) -> Floats:
    """(unit, period) lognormal around 1,000, or 1 everywhere."""
    if not weight_sd:
        return np.ones((units, periods))
    logs = weight_sd * (rng.normal(size=(units, 1)) + 0.1 * rng.normal(size=(units, periods)))
    return np.asarray(1_000 * np.exp(logs))


def _autoregressive(rng: np.random.Generator, rows: int, periods: int, rho: float) -> Floats:
    """(row, period) standard normal noise with correlation rho^|s − t| within a row."""
    lags = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    correlation = np.where(lags == 0, 1.0, np.power(rho, lags))
    return np.asarray(rng.normal(size=(rows, periods)) @ np.linalg.cholesky(correlation).T)


# --- repeating a design --------------------------------------------------------------------------------------------

Design = Mapping[str, object]
"""Arguments of make_panel."""

DESIGNS: dict[str, Design] = {
    "two_group": {"units": 40, "starts": {4: 20}},
    "autocorrelated": {"units": 40, "starts": {4: 20}, "rho": 0.7},
    "ten_of_forty": {"units": 40, "starts": {4: 10}, "rho": 0.5},
    "heteroskedastic": {"units": 40, "starts": {4: 20}, "rho": 0.5, "heteroskedastic": 3.0},
    "ten_of_forty_heteroskedastic": {"units": 40, "starts": {4: 10}, "rho": 0.5, "heteroskedastic": 3.0},
    "unequal_weights": {"units": 40, "starts": {4: 20}, "rho": 0.5, "weight_sd": 0.8},
    "ten_of_forty_unequal_weights": {"units": 40, "starts": {4: 10}, "rho": 0.5, "weight_sd": 0.8},
    "small_units_noisier": {"units": 40, "starts": {4: 20}, "rho": 0.5, "weight_sd": 0.8, "noise_by_weight": True},
    "clustered": {"units": 200, "starts": {4: 100}, "rho": 0.5, "cluster_size": 5, "cluster_sd": 0.7},
    "unbalanced": {"units": 40, "starts": {4: 20}, "rho": 0.5, "missing": 0.2},
    "staggered": {"units": 40, "periods": 8, "starts": {4: 8, 5: 6, 6: 6}, "rho": 0.5},
    "few": {"units": 12, "starts": {4: 6}, "rho": 0.5},
    "few_treated": {"units": 20, "starts": {4: 3}, "rho": 0.5},
}
"""Name -> arguments of make_panel; six periods unless said otherwise, no effect, no covariates."""


@dataclass(frozen=True)
class Replications:
    """What many panels of one design said.

    Attributes:
        truth: (replication,) effect that was aimed at.
        estimate, standard_error, low, high, p_value: (replication,) of Estimate.effect.
    """

    truth: Floats
    estimate: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    p_value: Floats

    @property
    def bias(self) -> float:
        """Mean of estimate − truth."""
        return float(np.mean(self.estimate - self.truth))

    @property
    def coverage(self) -> float:
        """Share of intervals that hold the truth."""
        return float(np.mean((self.low <= self.truth) & (self.truth <= self.high)))

    @property
    def error_ratio(self) -> float:
        """Mean standard error / standard deviation of the estimates; near 1 is right."""
        return float(np.mean(self.standard_error) / np.std(self.estimate - self.truth))

    def rejected(self, alpha: float = 0.05) -> float:
        """Share of p-values at or below alpha: the size where the truth is 0, the power elsewhere."""
        return float(np.mean(self.p_value <= alpha))


def replicate(
    estimator: Callable[[Panel, Options], Estimate],
    *,
    design: Design,
    replications: int = 5_000,
    seed: int = 2024,
    options: Options | None = None,
) -> Replications:
    """Estimates on fresh panels of one design, one after another from one seed."""
    rng = np.random.default_rng(seed)
    chosen = options or Options()
    effect = design.get("effect", 0.0)
    rows = np.empty((replications, 6))
    for row in rows:
        panel = make_panel(rng, **design)  # type: ignore[arg-type]
        found = estimator(panel, chosen).effect
        truth = true_mean(panel, effect)  # type: ignore[arg-type]
        row[:] = truth, found.estimate, found.standard_error, found.low, found.high, found.p_value
    return Replications(*rows.T)
