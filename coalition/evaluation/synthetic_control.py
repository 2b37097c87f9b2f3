"""Synthetic control: the treated beside a weighted mean of donors that went the same way before the start.

Abadie and Gardeazabal (2003); Abadie, Diamond and Hainmueller (2010). Units with one start are averaged with their
person-years into one series; donors are never treated and enter unweighted, with weights >= 0 that sum to 1. What is
matched is every outcome before the start, all alike (V is the identity), and where covariates are named their means
before the start, each as important as one period. Of weights that fit equally well the most even are taken. With
several starts there is a control for each, and effects are averaged over treated person-years.

Inference is by rank among placebos (placebos.py): donors, as many as there are treated, as if they were treated. What
is ranked is the RMSPE ratio: root mean square gap after the start by that before. Where a fit is exact, as happens when
donors outnumber periods, a ratio says nothing, and the RMSPE after the start is ranked undivided. The interval holds
each constant effect that the same test, done on outcomes from which that effect was taken away, does not reject (Firpo
and Possebom 2018). There is no standard error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.donors import (
    SHOWN_WEIGHT,
    assumptions,
    donor_flags,
    fit_flag,
    lone_donor,
    noise_flag,
    placebo_flags,
    spread_of,
    trajectory_rows,
    weight_rows,
    without_rounding,
)
from coalition.evaluation.estimates import Convention, Effect, Estimate, Flag, Method, Options, PeriodEffect, Row
from coalition.evaluation.panel import Bools, Floats, Panel
from coalition.evaluation.placebos import (
    Assignments,
    Design,
    PeriodRow,
    assigned,
    design_of,
    earlier,
    group_means,
    not_rejected_up_to,
    over_cells,
    period_rows,
    placebo_assignments,
    placebo_names,
    rank_p_value,
    root_mean_square,
)
from coalition.evaluation.simplex import simplex_weights

LEAST_BEFORE = 2
"""Periods that a placebo in time must have before its start."""


@dataclass(frozen=True)
class Fit:
    """Controls of some assignments.

    Attributes:
        weights: (draw, group, unit).
        treated, gaps, years: (draw, group, period) mean of the treated, that minus its control, person-years.
        before, after: (draw,) RMSPE.
        effect: (draw,) mean gap over treated person-years.
        exact: (draw,) whether the control goes through the treated in every period before.
    """

    weights: Floats
    treated: Floats
    gaps: Floats
    years: Floats
    before: Floats
    after: Floats
    effect: Floats
    exact: Bools

    @property
    def ratio(self) -> Floats:
        """(draw,) RMSPE after by RMSPE before; NaN where the fit is exact."""
        return np.asarray(self.after / np.where(self.exact, np.nan, self.before))


def synthetic_control(panel: Panel, options: Options) -> Estimate:
    """Effect of treatment by synthetic control.

    Args:
        panel: balanced, with at least two never-treated units and two periods before the first start.
        options: alpha, seed, draws (of placebos), covariates (unless adjustment is `none`).
    """
    design, real = design_of(panel), assigned(panel)
    names = options.covariates if options.adjustment != "none" else ()
    predictors = _predictors(panel, names)
    fit = fitted(design, real, predictors)
    drawn = placebo_assignments(panel, options.draws, options.seed)
    placebos = fitted(design, drawn, predictors)
    tests = _tests(design, fit, placebos, options.alpha)
    effect, flags = _effect(float(fit.effect[0]), tests)
    left_out = _leave_one_out(panel, design, fit, predictors)
    post_years = np.where(design.after, fit.years, 0.0)
    return Estimate(
        method=Method.SYNTHETIC_CONTROL,
        effect=effect,
        convention=Convention.PERMUTATION,
        expected=float((post_years * fit.treated).sum() / post_years.sum()) - effect.estimate,
        per_period=_per_period(design, fit, placebos, options.alpha),
        clusters_treated=np.unique(panel.cluster[panel.ever]).size,
        clusters_control=np.unique(panel.cluster[~panel.ever]).size,
        observations=panel.outcome.size,
        figures=_figures(fit, placebos, real),
        tables={
            "weights": weight_rows(panel, fit.weights[0]),
            "trajectories": trajectory_rows(panel, fit.treated[0], fit.gaps[0]),
            "tests": [vars(test) for test in tests],
            "placebos": _placebo_rows(placebo_names(panel, drawn), placebos),
            "leave_one_out": left_out,
            "placebo_in_time": _placebo_in_time(panel, design, real, predictors),
        },
        flags=[
            *donor_flags(panel, design, fit.weights[0]),
            *_fit_flags(panel, design, fit, placebos),
            *noise_flag(panel, design, options.alpha),
            *placebo_flags(panel, drawn, options.alpha, ranked=True),
            *lone_donor(effect, left_out, options.alpha),
            *flags,
        ],
        notes=[
            *assumptions(panel, drawn),
            "matched_on_covariates" if names else "matched_on_outcomes",
            *(["most_even_weights"] if fit.exact[0] else []),
            "rmspe_ratio_ranked" if _comparable(fit, placebos) else "rmspe_ranked",
            "interval_of_constant_effects",
        ],
    )


# --- fitting --------------------------------------------------------------------------------------------------------


def fitted(design: Design, assignments: Assignments, predictors: Floats) -> Fit:
    """A control for each group of each assignment.

    Args:
        design: what is matched and what is judged.
        assignments: who counts as treated, who are donors.
        predictors: (predictor, unit, period) covariates, matched in their mean before the start; may be none.
    """
    treated, years = group_means(design, assignments)
    donors = np.asarray(assignments.donors.any(axis=0))
    spread = spread_of(design, donors)
    weights = np.empty(assignments.groups.shape)
    for group, before in enumerate(design.before):
        columns, targets = design.outcome[:, before].T, treated[:, group][:, before]
        if len(predictors):
            extra = _standardised(predictors[:, :, before].mean(axis=2), donors) * spread
            sizes = assignments.groups[:, group] * design.weight[:, before].sum(axis=1)
            columns = np.concatenate([columns, extra])
            targets = np.column_stack([targets, sizes @ extra.T / sizes.sum(axis=1, keepdims=True)])
        weights[:, group] = simplex_weights(columns, targets, allowed=assignments.donors)
    gaps = without_rounding(treated - weights @ design.outcome, spread)
    before_start = root_mean_square(gaps, design.before)
    return Fit(
        weights, treated, gaps, years,
        before=before_start,
        after=root_mean_square(gaps, design.after),
        effect=over_cells(gaps, years, design.after),
        exact=before_start == 0,
    )  # fmt: skip


def _standardised(values: Floats, donors: Bools) -> Floats:
    """(predictor, unit) in standard deviations of the donors; one that does not vary matches nothing."""
    if not donors.any():  # no placebo can be made
        return np.zeros_like(values)
    deviation = values[:, donors].std(axis=1)
    return np.asarray(values / np.where(deviation > 0, deviation, np.inf)[:, None])


def _predictors(panel: Panel, names: Sequence[str]) -> Floats:
    """(predictor, unit, period)."""
    return np.array([panel.covariates[name] for name in names]).reshape(len(names), *panel.outcome.shape)


# --- inference ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Test:
    """A test by rank, and the constant effects that it does not reject; NaN where it rejects all of them."""

    statistic: str
    p_value: float
    low: float
    high: float


def _comparable(fit: Fit, placebos: Fit) -> bool:
    """Whether no fit is exact, so that distances can be divided by the RMSPE before the start."""
    return not (fit.exact.any() or placebos.exact.any())


def _tests(design: Design, fit: Fit, placebos: Fit, alpha: float) -> list[_Test]:
    """What is ranked, first what the result uses.

    After taking away a constant effect e the mean square gap is (mean gap − e)² plus the variance of gaps, so that a
    test of the RMSPE does not reject e while (mean gap − e)² is below a limit. That set is empty when gaps vary more
    than placebos do; a test of the mean gap never has an empty one.
    """
    if not len(placebos.effect):
        return []
    value = float(fit.effect[0])
    mean = float(np.where(design.after, fit.gaps[0], 0.0).sum() / design.after.sum())
    variance = float(fit.after[0] ** 2 - mean**2)
    found = list[_Test]()
    for name, divisor, divisors in (
        *([("_ratio", float(fit.before[0]), placebos.before)] if _comparable(fit, placebos) else []),
        ("", 1.0, np.ones(len(placebos.before))),
    ):
        for statistic, centre, least, real, fake in (
            ("rmspe", mean, variance, float(fit.after[0]), placebos.after),
            ("mean_gap", value, 0.0, abs(value), np.abs(placebos.effect)),
        ):
            limit = float(not_rejected_up_to(fake / divisors, alpha)) * divisor
            half = float(np.sqrt(limit**2 - least)) if limit**2 >= least else float("nan")
            p_value = float(rank_p_value(real / divisor, fake / divisors))
            found.append(_Test(statistic + name, p_value, centre - half, centre + half))
    return found


def _effect(value: float, tests: Sequence[_Test]) -> tuple[Effect, list[Flag]]:
    """The effect by the first test; the interval by the next where the first leaves no constant effect."""
    nan = float("nan")
    if not tests:
        return Effect(value, nan, nan, nan, nan), []
    first, second = tests[:2]
    if np.isnan(first.low):
        flag = Flag("no_constant_effect", {"low": second.low, "high": second.high})
        return Effect(value, nan, second.low, second.high, first.p_value), [flag]
    return Effect(value, nan, first.low, first.high, first.p_value), []


def _per_period(design: Design, fit: Fit, placebos: Fit, alpha: float) -> list[PeriodEffect]:
    """Gaps per period, ranked as the effect is; for bands the largest over periods of one clock is ranked."""
    rows = period_rows(design)
    real, fake = (np.array([over_cells(f.gaps, f.years, row.cells) for row in rows]) for f in (fit, placebos))
    divided = _comparable(fit, placebos)
    unit = float(fit.before[0]) if divided else 1.0
    ranked = np.abs(fake / (placebos.before if divided else 1.0))
    return [
        _period_effect(row, float(real[k, 0]), unit, ranked[k], ranked[_alike(rows, row)].max(axis=0), alpha)
        for k, row in enumerate(rows)
    ]


def _alike(rows: Sequence[PeriodRow], row: PeriodRow) -> Bools:
    """(row,) which rows are about the same clock, calendar or time since the start."""
    return np.array([(other.period is None) == (row.period is None) for other in rows])


def _period_effect(
    row: PeriodRow, gap: float, unit: float, ranked: Floats, largest: Floats, alpha: float
) -> PeriodEffect:
    nan = float("nan")
    if not ranked.size:
        return PeriodEffect(row.period, row.event_time, Effect(gap, nan, nan, nan, nan))
    half, band = (float(not_rejected_up_to(some, alpha)) * unit for some in (ranked, largest))
    effect = Effect(gap, nan, gap - half, gap + half, float(rank_p_value(abs(gap) / unit, ranked)))
    return PeriodEffect(row.period, row.event_time, effect, gap - band, gap + band)


# --- what is shown --------------------------------------------------------------------------------------------------


def _figures(fit: Fit, placebos: Fit, real: Assignments) -> dict[str, float]:
    count = len(placebos.effect)
    return {
        "pre_rmspe": float(fit.before[0]),
        "post_rmspe": float(fit.after[0]),
        "ratio": float(fit.ratio[0]),
        "placebos": float(count),
        "smallest_p_value": 1 / (1 + count) if count else float("nan"),
        "placebo_sd": float(placebos.effect.std()) if count else float("nan"),
        "donors": float(real.donors.sum()),
        "donors_with_weight": float((fit.weights[0] > SHOWN_WEIGHT).any(axis=0).sum()),
        "largest_weight": float(fit.weights[0].max()),
    }


def _fit_flags(panel: Panel, design: Design, fit: Fit, placebos: Fit) -> list[Flag]:
    """An exact fit is no evidence of a good control; a bad one is evidence of the contrary."""
    if fit.exact[0]:
        facts = {"donors": int((~panel.ever).sum()), "periods": int(design.before.sum(axis=1).min())}
        return [Flag("exact_fit", facts)]
    usual = float(np.median(placebos.before)) if len(placebos.before) else float("nan")
    return fit_flag(float(fit.before[0]), spread_of(design, ~panel.ever), usual)


def _placebo_rows(names: Sequence[str], placebos: Fit) -> list[Row]:
    return [
        {
            "unit": name,
            "effect": float(placebos.effect[k]),
            "pre_rmspe": float(placebos.before[k]),
            "post_rmspe": float(placebos.after[k]),
            "ratio": None if placebos.exact[k] else float(placebos.ratio[k]),
        }
        for k, name in enumerate(names)
    ]


def _leave_one_out(panel: Panel, design: Design, fit: Fit, predictors: Floats) -> list[Row]:
    """The effect without each donor that has weight."""
    real = assigned(panel)
    out = np.flatnonzero((fit.weights[0] > SHOWN_WEIGHT).any(axis=0))
    if real.donors.sum() < 2:
        return []
    donors = np.repeat(real.donors, len(out), axis=0)
    donors[np.arange(len(out)), out] = False
    others = fitted(design, Assignments(np.repeat(real.groups, len(out), axis=0), donors), predictors)
    return [
        {"unit": panel.units[unit], "estimate": float(others.effect[k]), "pre_rmspe": float(others.before[k])}
        for k, unit in enumerate(out.tolist())
    ]


def _placebo_in_time(panel: Panel, design: Design, real: Assignments, predictors: Floats) -> list[Row]:
    """What would have been found as the effect of earlier starts, on periods before the real one only."""
    rows = list[Row]()
    for shift in range(1, int(design.starts.min()) - LEAST_BEFORE + 1):
        early = fitted(earlier(design, shift), real, predictors)
        rows.append(
            {
                "periods_earlier": shift,
                "start": panel.periods[int(design.starts.min()) - shift],
                "effect": float(early.effect[0]),
                "pre_rmspe": float(early.before[0]),
                "post_rmspe": float(early.after[0]),
                "ratio": None if early.exact[0] else float(early.ratio[0]),
            }
        )
    return rows
