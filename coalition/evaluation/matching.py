"""Weights on controls, so that before the start they are on average what the treated are.

Entropy balancing (Hainmueller 2012) takes the weights nearest to the own person-years whose means equal those of the
treated exactly; the propensity score weights controls by their odds of being treated (Hirano, Imbens and Ridder 2003),
which balances means only if its model is right. Both aim at the effect on the treated; a treated unit keeps its weight.
Any estimator can then run on the weighted panel. It takes the weights as known, as is usual.

What is balanced: the stated covariates and the outcomes before the start. Beware of the latter where the two groups
differ much: units that were picked to look alike fall back to their own group's mean afterwards, and that looks like an
effect (Daw and Hatfield 2018). So a large difference before weighting is flagged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.evaluation.estimates import Flag, Options, Row
from coalition.evaluation.panel import Bools, Floats, Panel
from coalition.evaluation.quasi_likelihood import FAR, LOGIT, Sums, solve

PROPENSITY = "propensity"
"""The value of Options.adjustment that asks for a propensity score; any other gives entropy balancing."""
MOST_BLOCKS = 3
"""Means of the outcome before the start that are balanced: as many blocks of periods, of equal length."""
LARGE = 0.1
"""Standardised difference in means above which two groups are called unlike (Austin 2009)."""
FEW = 10
"""Controls, in effect, below which the weights rest on few."""
MOST_STEPS = 200
BALANCED = 1e-10
"""Differences in means, in standard deviations, below which balance is exact."""
ROUNDING = 1e-12
"""Part of a number that rounding may hide."""
SOFT = 0.01
"""Weight of the squared multipliers where exact balance cannot be had."""
LEAST = 1e-12
"""Part of its own weight below which a control no longer counts."""


@dataclass(frozen=True)
class Matched:
    """Weights and how alike they make the groups.

    Attributes:
        weights: (unit,) factor on the unit's own weight; 1 for the treated; the controls' total stays what it was.
        rows: table `balance`, a row per characteristic.
        figures: effective_controls, treated_off_support, controls_off_support, largest_difference.
        flags: what a reader must know.
    """

    weights: Floats
    rows: Sequence[Row]
    figures: Mapping[str, float]
    flags: Sequence[Flag]


def weighted_panel(panel: Panel, options: Options, *, outcomes: bool = True) -> tuple[Panel, Sequence[Row]]:
    """The panel with weights on its controls, and the balance table."""
    matched = match(panel, options, outcomes=outcomes)
    return with_weights(panel, matched.weights), matched.rows


def with_weights(panel: Panel, weights: Floats) -> Panel:
    """The panel with the weight of each unit multiplied; units whose weight all but vanishes are left out."""
    kept = weights > LEAST
    return replace(panel, weight=panel.weight * weights[:, None]).of_units(np.asarray(kept))


def match(panel: Panel, options: Options, *, outcomes: bool = True) -> Matched:
    """Find the weights.

    Args:
        panel: every unit is observed before the first start; covariates have no gaps there.
        options: covariates (names) and adjustment, `entropy` or `propensity`.
        outcomes: whether outcomes before the start are balanced too.
    """
    found = _characteristics(panel, options, outcomes=outcomes)
    ever, values, years = panel.ever, found.values, found.years
    if options.adjustment == PROPENSITY:
        score = _score(found, ever)
        factor, off, apart = np.exp(score), _off_support(score[:, None], ever), np.abs(score).max() >= FAR
    else:
        factor, off, apart = entropy_weights(values, ever, years)[0], _off_support(values, ever), False
    weights = np.where(ever, 1.0, factor * years[~ever].sum() / (factor * years)[~ever].sum())
    rows = _balance(found, ever, weights)
    figures = {
        "effective_controls": float((weights * years)[~ever].sum() ** 2 / ((weights * years)[~ever] ** 2).sum()),
        "treated_off_support": float(off[ever].sum()),
        "controls_off_support": float(off[~ever].sum()),
        "largest_difference": max((abs(float(row["difference_after"] or 0.0)) for row in rows), default=0.0),
    }
    return Matched(weights, rows, figures, _flags(rows, figures, separated=bool(apart)))


# --- what is balanced ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Characteristics:
    """Of units, before the first start.

    Attributes:
        names: of the columns; a column of the outcome is named after its periods.
        values: (unit, column).
        years: (unit,) mean weight per period.
        outcome: (column,) whether it is the outcome.
    """

    names: tuple[str, ...]
    values: Floats
    years: Floats
    outcome: Bools

    def scaled(self, group: Bools) -> Floats:
        """(unit, column) in standard deviations of a group from its mean; 0 where the group does not vary."""
        mean, sd = _moments(self.values[group], self.years[group])
        return np.asarray((self.values - mean) / np.where(sd > 0, sd, np.inf))


def _characteristics(panel: Panel, options: Options, *, outcomes: bool) -> _Characteristics:
    before = np.array(panel.periods) < panel.starts[0]
    names = list(options.covariates)
    columns = [_mean_over(panel.covariates[name], panel, before) for name in names]
    of_outcome = [False] * len(names)
    if outcomes:
        places = np.flatnonzero(before)
        whole = _mean_over(panel.outcome, panel, before)
        for block in np.array_split(places, min(MOST_BLOCKS, len(places))):
            some = np.isin(np.arange(len(panel.periods)), block)
            found = _mean_over(panel.outcome, panel, some)
            columns.append(np.where(np.isnan(found), whole, found))
            first, last = panel.periods[block[0]], panel.periods[block[-1]]
            names.append(f"outcome {first}" if first == last else f"outcome {first}–{last}")
            of_outcome.append(True)
    years = np.nansum(panel.weight[:, before], axis=1) / panel.observed[:, before].sum(axis=1)
    values = np.stack(columns, axis=1) if columns else np.empty((len(panel.units), 0))
    return _Characteristics(tuple(names), values, years, np.array(of_outcome, dtype=bool))


def _mean_over(values: Floats, panel: Panel, periods: Bools) -> Floats:
    """(unit,) mean over observed periods, weighted with person-years; NaN where none is observed."""
    used = panel.observed[:, periods] & ~np.isnan(values[:, periods])
    weight = np.where(used, panel.weight[:, periods], 0.0)
    total = (weight * np.where(used, values[:, periods], 0.0)).sum(axis=1)
    whole = weight.sum(axis=1)
    return np.asarray(np.divide(total, whole, out=np.full_like(total, np.nan), where=whole > 0))


def _moments(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """(column,) weighted mean and standard deviation; one that is rounding of the mean is 0."""
    mean = np.average(values, axis=0, weights=weight)
    sd = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weight))
    return mean, np.where(sd > ROUNDING * np.abs(mean), sd, 0.0)


# --- entropy balancing -----------------------------------------------------------------------------------------------


def entropy_weights(values: Floats, ever: Bools, years: Floats) -> tuple[Floats, bool]:
    """(unit,) factors on the own weight of controls, and whether the means became equal.

    The dual min over λ of log Σ_i q_i exp(z_i·λ), z the distance of control i from the treated's mean; its gradient is
    what is left of the difference. Solved by Newton's method with halved steps. Where the treated's mean lies outside
    what the controls span there is no solution, and the nearest one with a penalty on λ is taken.
    """
    control = values[~ever]
    mean, sd = _moments(control, years[~ever])
    target = np.average(values[ever], axis=0, weights=years[ever])
    varies = sd > 0
    distance = (control[:, varies] - target[varies]) / sd[varies]
    base = years[~ever] / years[~ever].sum()
    found, exact = _dual(distance, base, 0.0)
    if not exact:
        found = _dual(distance, base, SOFT)[0]
    alike = np.abs((mean - target)[~varies]) <= ROUNDING * np.abs(target[~varies])
    factors = np.ones(len(values))
    factors[~ever] = _tilted(distance, base, found) / base
    return factors, bool(exact and alike.all())


def _tilted(distance: Floats, base: Floats, multipliers: Floats) -> Floats:
    """(control,) base weights times exp(z·λ), sum 1."""
    power = distance @ multipliers
    raised = base * np.exp(power - power.max())
    return np.asarray(raised / raised.sum())


def _dual(distance: Floats, base: Floats, penalty: float) -> tuple[Floats, bool]:
    """Multipliers, and whether the gradient vanished."""

    def height(multipliers: Floats) -> float:
        power = distance @ multipliers
        top = power.max(initial=-np.inf)
        return float(top + np.log((base * np.exp(power - top)).sum()) + penalty / 2 * multipliers @ multipliers)

    found = np.zeros(distance.shape[1])
    for _ in range(MOST_STEPS):
        weight = _tilted(distance, base, found)
        left = weight @ distance
        slope = left + penalty * found
        if np.abs(slope).max(initial=0.0) < BALANCED:
            return found, True
        curve = (distance * weight[:, None]).T @ distance - np.outer(left, left) + penalty * np.eye(len(found))
        step = np.linalg.pinv(curve, hermitian=True) @ slope
        now, gain, length = height(found), float(slope @ step), 1.0
        # a gain that rounding hides is taken in full: the last steps before balance are of that kind
        while gain > ROUNDING * (1 + abs(now)) and height(found - length * step) > now - gain * length / 10_000:
            length /= 2
            if length < ROUNDING:
                return found, False
        found = found - length * step
    return found, False


# --- propensity score ------------------------------------------------------------------------------------------------


def _score(found: _Characteristics, ever: Bools) -> Floats:
    """(unit,) logarithm of the odds of being treated, from a logit weighted with person-years."""
    design = np.concatenate([np.ones((len(ever), 1)), found.scaled(np.ones_like(ever))], axis=1)
    sums = Sums(design, found.years[None, :], (found.years * ever)[None, :])
    return np.clip(design @ solve(sums, LOGIT), -FAR, FAR)


def _off_support(values: Floats, ever: Bools) -> Bools:
    """(unit,) whether some value lies outside what the other group spans."""
    off = np.zeros(len(ever), dtype=bool)
    for own, others in ((ever, ~ever), (~ever, ever)):
        low, high = values[others].min(axis=0, initial=np.inf), values[others].max(axis=0, initial=-np.inf)
        off[own] = ((values[own] < low) | (values[own] > high)).any(axis=1)
    return off


# --- what a reader sees ----------------------------------------------------------------------------------------------


def _balance(found: _Characteristics, ever: Bools, weights: Floats) -> list[Row]:
    """A row per characteristic; differences are in standard deviations as they were before weighting."""
    own, others = found.values[ever], found.values[~ever]
    treated, sd_treated = _moments(own, found.years[ever])
    before, sd_control = _moments(others, found.years[~ever])
    after, _ = _moments(others, (found.years * weights)[~ever])
    sd = np.sqrt((sd_treated**2 + sd_control**2) / 2) if ever.sum() > 1 else sd_control
    return [
        {
            "covariate": name,
            "treated_mean": float(treated[k]),
            "control_mean_before": float(before[k]),
            "control_mean_after": float(after[k]),
            "difference_before": _standardised(treated[k], before[k], sd[k]),
            "difference_after": _standardised(treated[k], after[k], sd[k]),
            "unlike": int(abs(_standardised(treated[k], after[k], sd[k]) or 0.0) > LARGE),
            "outcome": int(found.outcome[k]),
        }
        for k, name in enumerate(found.names)
    ]


def _standardised(treated: float, control: float, sd: float) -> float | None:
    """Difference in standard deviations; None where nobody varies but the groups differ."""
    if sd > 0:
        return float((treated - control) / sd)
    return 0.0 if abs(treated - control) <= ROUNDING * abs(treated) else None


def _flags(rows: Sequence[Row], figures: Mapping[str, float], *, separated: bool) -> list[Flag]:
    flags = []
    unlike = [row for row in rows if row["unlike"]]
    if unlike:
        names = ", ".join(str(row["covariate"]) for row in unlike)
        largest = figures["largest_difference"]
        flags.append(Flag("balance_not_reached", {"covariates": names, "most": LARGE, "largest": largest}))
    far = [abs(float(row["difference_before"] or 0.0)) for row in rows if row["outcome"]]
    if max(far, default=0.0) > LARGE:
        flags.append(Flag("matched_on_outcome", {"difference": max(far), "most": LARGE}))
    if figures["effective_controls"] < FEW:
        flags.append(Flag("few_effective_controls", {"controls": figures["effective_controls"], "least": FEW}))
    if figures["treated_off_support"]:
        flags.append(Flag("off_support", {"treated": int(figures["treated_off_support"])}))
    if separated:
        flags.append(Flag("propensity_separates"))
    return flags
