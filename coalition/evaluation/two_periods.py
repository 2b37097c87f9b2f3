"""One group beside its controls over two periods: the mean change of the treated minus that of the others.

The change that the treated would have had is estimated from the controls: by their mean, by a regression of their
change on covariates, by weighting them to the covariates of the treated, or by both at once. Beside the estimate
stands how it would move without each cluster in turn, from which standard errors are made (see jackknife.py). Units:
those of the outcome; negative is a lower outcome of the treated.

Formulas, with D treated, Δ change, X covariates with a constant, ω weight, r = Δ − X'β:

    outcome           mean[D](r),                    β from the controls by weighted least squares
    weighting         mean[D](Δ) − mean[q](Δ),       q = odds of being treated, by a weighted logistic regression
    doubly_robust     mean[D](r) − mean[q](r)

Sources: Heckman, Ichimura and Todd (1997); Abadie (2005), weights summing to 1 (Hájek); Sant'Anna and Zhao (2020),
equation 3.1 with least squares and maximum likelihood as nuisance estimators.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import expit

from coalition.evaluation.panel import Bools, Floats, Ints

ITERATIONS = 50
"""Of Newton's method; a logistic regression that has a solution needs fewer than ten."""
SETTLED = 1e-10
"""Largest step, in units of a standardised covariate, at which Newton's method has arrived."""
SINGULAR = 1e-10
"""Smallest / largest eigenvalue below which covariates say the same thing."""


class Failure(StrEnum):
    """Why two groups cannot be compared."""

    NO_TREATED = "no_treated"
    """No treated unit was seen in both periods."""
    NO_CONTROLS = "no_controls"
    """No control was seen in both periods."""
    COLLINEAR = "collinear"
    """The controls are too few or too alike to tell the covariates apart."""
    NO_OVERLAP = "no_overlap"
    """Covariates separate the treated from the controls, so that no control says what they would have had."""


@dataclass(frozen=True)
class Pairs:
    """Units that were observed in both periods, one per row.

    Attributes:
        treated: (unit,) whether it belongs to the group; the others are controls.
        change: (unit,) later outcome − earlier outcome.
        weight: (unit,) > 0.
        covariates: (unit, covariate), without a constant.
        cluster: (unit,) number of the cluster, below `clusters`.
        clusters: how many clusters the panel has; those without a row here have no influence.
    """

    treated: Bools
    change: Floats
    weight: Floats
    covariates: Floats
    cluster: Ints
    clusters: int


@dataclass(frozen=True)
class Comparison:
    """Change of the treated minus change that the controls lead one to expect.

    Attributes:
        estimate: of the mean effect on the treated.
        influence: (cluster,) share in the estimate's error, to first order; the sum of squares is its variance.
        moves: (cluster,) change of the estimate when the cluster is left out; NaN where none is left on one side.
        largest_propensity: of a control; NaN without weighting. Near 1 one control stands for many treated.
    """

    estimate: float
    influence: Floats
    moves: Floats
    largest_propensity: float = float("nan")


def compare(pairs: Pairs, *, regression: bool = False, weighting: bool = False) -> Comparison | Failure:
    """The effect on the treated from two periods; without covariates the plain difference in weighted means.

    Args:
        pairs: units seen in both periods.
        regression: whether the change of the controls is regressed on the covariates.
        weighting: whether controls are weighted by their odds of being treated; with both, doubly robust.
    """
    if not pairs.treated.any():
        return Failure.NO_TREATED
    if pairs.treated.all():
        return Failure.NO_CONTROLS
    design = _design(pairs, adjusted=regression or weighting)
    plain = design.shape[1] == 1
    regression, weighting = regression or plain, weighting and not plain
    weight = pairs.weight / pairs.weight.mean()
    if regression and not _regular(_gram(design, np.where(pairs.treated, 0.0, weight))):
        return Failure.COLLINEAR
    odds = _odds(design, pairs.treated, weight) if weighting else None
    if weighting and odds is None:
        return Failure.NO_OVERLAP
    fit = _Fit(pairs, design, weight, odds, regression)
    return Comparison(
        fit.estimate,
        influence=-fit.moves(exact=False),
        moves=fit.moves(exact=True),
        largest_propensity=float("nan") if odds is None else float((odds / (1 + odds))[~pairs.treated].max()),
    )


def _design(pairs: Pairs, *, adjusted: bool) -> Floats:
    """(unit, 1 + covariate) a constant and covariates with mean 0 and sd 1; one that does not vary says nothing."""
    constant = np.ones((pairs.change.size, 1))
    if not adjusted or not pairs.covariates.shape[1]:
        return constant
    centred = pairs.covariates - pairs.covariates.mean(axis=0)
    spread = centred.std(axis=0)
    varies = spread > SINGULAR * (1 + np.abs(pairs.covariates).max(axis=0))
    return np.hstack([constant, centred[:, varies] / spread[varies]])


def _gram(design: Floats, weight: Floats) -> Floats:
    """X' diag(weight) X."""
    return np.asarray((design * weight[:, None]).T @ design)


def _regular(gram: Floats) -> bool:
    """Whether no mix of the columns is constantly 0."""
    values = np.linalg.eigvalsh(gram)
    return bool(values[0] > SINGULAR * values[-1])


def _odds(design: Floats, treated: Bools, weight: Floats) -> Floats | None:
    """(unit,) estimated odds of being treated, by weighted maximum likelihood; None where there is no maximum.

    Newton's method with halved steps. When covariates separate the groups, the likelihood rises for ever: the steps
    never become small, or no unit is left whose chance is in doubt.
    """

    def likelihood(index: Floats) -> float:
        return float(weight @ (treated * index - np.logaddexp(0.0, index)))

    share = float(np.average(treated, weights=weight))
    coefficients = np.zeros(design.shape[1])
    coefficients[0] = np.log(share / (1 - share))
    for _ in range(ITERATIONS):
        index = design @ coefficients
        chance = expit(index)
        information = _gram(design, weight * chance * (1 - chance))
        if not _regular(information):
            return None
        step = np.linalg.solve(information, design.T @ (weight * (treated - chance)))
        while likelihood(design @ (coefficients + step)) < likelihood(index) - SETTLED * weight.sum():
            step = step / 2
        coefficients = coefficients + step
        if np.abs(step).max() < SETTLED:
            return np.asarray(np.exp(design @ coefficients))
    return None


class _Fit:
    """An estimate as the solution of estimating equations, so that it can be solved again without each cluster.

    One Newton step from the solution is exact for a regression, whose equations are linear; for the logistic regression
    it is close, as the solution without one cluster is near. Means are then evaluated at what the step leads to.
    """

    def __init__(self, pairs: Pairs, design: Floats, weight: Floats, odds: Floats | None, regression: bool) -> None:
        self.pairs, self.design, self.weight, self.odds, self.regression = pairs, design, weight, odds, regression
        self.on_treated = np.where(pairs.treated, weight, 0.0)
        self.on_controls = weight - self.on_treated
        self.rest = pairs.change - self.expected_change()
        self.mean_treated = float(np.average(self.rest, weights=self.on_treated))
        self.matched = np.zeros_like(weight) if odds is None else self.on_controls * odds
        self.mean_matched = 0.0 if odds is None else float(np.average(self.rest, weights=self.matched))

    @property
    def estimate(self) -> float:
        """Mean effect on the treated."""
        return self.mean_treated - self.mean_matched

    def expected_change(self) -> Floats:
        """(unit,) what a regression among the controls leads one to expect; 0 without a regression."""
        if not self.regression:
            return np.zeros_like(self.weight)
        right = self.design.T @ (self.on_controls * self.pairs.change)
        return np.asarray(self.design @ np.linalg.solve(_gram(self.design, self.on_controls), right))

    def moves(self, *, exact: bool) -> Floats:
        """(cluster,) how the estimate moves when a cluster is left out; to first order when not `exact`."""
        slopes = self.slope_moves(exact)
        nothing = np.zeros_like(slopes)
        treated = self.mean_moves(self.on_treated, self.mean_treated, slopes, nothing, exact)
        if self.odds is None:
            return treated
        return treated - self.mean_moves(self.matched, self.mean_matched, slopes, self.odds_moves(exact), exact)

    def mean_moves(self, weight: Floats, mean: float, slopes: Floats, odds: Floats, exact: bool) -> Floats:
        """(cluster,) move of a weighted mean of `rest`, when values fall by X'slopes and weights grow by exp(X'odds).

        exp(z) is taken as 1 + z + z² / 2 when `exact`: with some forty clusters the square matters for the standard
        error (by up to an eighth), the cube does not.
        """
        away = weight * (self.rest - mean)
        moved = self.others(self.design * weight[:, None], exact)
        pull = np.sum(self.others(self.design * away[:, None], exact) * odds - moved * slopes, axis=1)
        if not exact:
            return np.asarray((pull - self.per_cluster(away)) / weight.sum())
        squares = self.design[:, :, None] * self.design[:, None, :]
        bend = self.others(squares * away[:, None, None], exact)
        spread = self.others(squares * weight[:, None, None], exact)
        pull += np.einsum("ga,gab,gb->g", odds, bend, odds) / 2 - np.einsum("ga,gab,gb->g", slopes, spread, odds)
        left = self.others(weight, exact)
        grown = left + np.sum(moved * odds, axis=1) + np.einsum("ga,gab,gb->g", odds, spread, odds) / 2
        enough = left > SINGULAR * weight.sum()
        return np.asarray((pull - self.per_cluster(away)) / np.where(enough, grown, np.nan))

    def slope_moves(self, exact: bool) -> Floats:
        """(cluster, coefficient) of the regression among the controls."""
        if not self.regression:
            return np.zeros((self.pairs.clusters, self.design.shape[1]))
        return self.newton(self.on_controls, self.on_controls * self.rest, exact)

    def odds_moves(self, exact: bool) -> Floats:
        """(cluster, coefficient) of the logistic regression."""
        odds = np.ones_like(self.weight) if self.odds is None else self.odds
        chance = odds / (1 + odds)
        return self.newton(self.weight * chance * (1 - chance), self.weight * (self.pairs.treated - chance), exact)

    def newton(self, weight: Floats, score: Floats, exact: bool) -> Floats:
        """(cluster, coefficient) −(X'WX of the others)⁻¹ X' score of the cluster; NaN where the others do not tell."""
        scores = self.per_cluster(self.design * score[:, None])
        whole = _gram(self.design, weight)
        if not exact:
            return np.asarray(-np.linalg.solve(whole, scores.T).T)
        grams = whole - self.per_cluster(self.design[:, :, None] * self.design[:, None, :] * weight[:, None, None])
        told = np.linalg.eigvalsh(grams)[:, 0] > SINGULAR * np.linalg.eigvalsh(whole)[-1]
        moves = np.full_like(scores, np.nan)
        moves[told] = -np.linalg.solve(grams[told], scores[told][:, :, None])[:, :, 0]
        return moves

    def others(self, values: Floats, exact: bool) -> Floats:
        """(cluster, ...) sum over the units outside the cluster; (...) over all units when not `exact`."""
        whole = values.sum(axis=0)
        return np.asarray(whole - self.per_cluster(values)) if exact else np.asarray(whole)

    def per_cluster(self, values: Floats) -> Floats:
        """(cluster, ...) sum over the units of the cluster."""
        columns = values.reshape(len(values), -1).T
        sums = [np.bincount(self.pairs.cluster, column, self.pairs.clusters) for column in columns]
        return np.asarray(np.stack(sums, axis=-1).reshape(self.pairs.clusters, *values.shape[1:]), dtype=float)
