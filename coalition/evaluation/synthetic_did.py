"""Synthetic difference-in-differences (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021).

    effect = (treated after − Σ λ_t treated_t) − Σ ω_i (donor_i after − Σ λ_t donor_it)

Weights of units ω make donors go as the treated went before the start, up to a constant difference; weights of periods
λ make the periods before the start say of donors what came after, up to a constant. Both are >= 0 and sum to 1. Units
have a ridge of ζ² · periods before · |ω|² with ζ = (treated units · periods after)^¼ · σ, where σ is the standard
deviation of donors' first differences before the start. Periods have none: the paper gives them ridge (10⁻⁶ σ)² to make
λ unique, of which the most even λ is the limit, and that one is taken.

Units of one start are averaged with their person-years, donors enter unweighted; "after" is the mean over treated
person-years. With several starts each has its weights, and effects are averaged over treated person-years. The standard
error is the spread of placebos (the paper's algorithm 4) with the normal distribution: it supposes that the treated are
as noisy as donors are. Beside it, in a table, stand the jackknife with fixed weights (algorithm 3) and the rank.
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
    noise_flag,
    placebo_flags,
    spread_of,
    trajectory_rows,
    weight_rows,
    without_rounding,
)
from coalition.evaluation.estimates import Convention, Effect, Estimate, Method, Options, PeriodEffect, Row
from coalition.evaluation.intervals import student_effect
from coalition.evaluation.panel import Bools, Floats, Ints, Panel
from coalition.evaluation.placebos import (
    Assignments,
    Design,
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
LEAST_PLACEBOS = 2
"""Fewer have no spread."""
NUMBERS_AT_ONCE = 4_000_000
"""Outcomes of all draws that are held in memory together."""


@dataclass(frozen=True)
class Fit:
    """What was found for some assignments.

    Attributes:
        units: (draw, group, unit) weights ω.
        periods: (draw, group, period) weights λ, 0 where a period is not before the start.
        treated, years: (draw, group, period) mean of the treated and their person-years.
        effects: (draw, group, period) treated minus donors, less the same before the start, weighted with λ.
        effect: (draw,) mean over treated person-years.
    """

    units: Floats
    periods: Floats
    treated: Floats
    years: Floats
    effects: Floats
    effect: Floats


def synthetic_did(panel: Panel, options: Options) -> Estimate:
    """Effect of treatment by synthetic difference-in-differences.

    Args:
        panel: balanced, with at least two never-treated units and two periods before the first start.
        options: alpha, seed, draws (of placebos).
    """
    design, real = design_of(panel), assigned(panel)
    fit = fitted(design, real)
    drawn = placebo_assignments(panel, options.draws, options.seed)
    placebos = fitted(design, drawn)
    error = float(placebos.effect.std()) if len(drawn) >= LEAST_PLACEBOS else float("nan")
    effect = student_effect(float(fit.effect[0]), error, np.inf, options.alpha)
    jackknife = jackknife_error(design, real, fit, panel.cluster)
    before = _rmspe_before(design, fit)
    post_years = np.where(design.after, fit.years, 0.0)
    return Estimate(
        method=Method.SYNTHETIC_DID,
        effect=effect,
        convention=Convention.PLACEBO,
        expected=float((post_years * fit.treated).sum() / post_years.sum()) - effect.estimate,
        per_period=_per_period(design, fit, placebos, options.alpha),
        clusters_treated=np.unique(panel.cluster[panel.ever]).size,
        clusters_control=np.unique(panel.cluster[~panel.ever]).size,
        observations=panel.outcome.size,
        figures=_figures(design, fit, placebos, panel),
        tables={
            "weights": weight_rows(panel, fit.units[0]),
            "time_weights": _time_weight_rows(panel, fit.periods[0]),
            "trajectories": trajectory_rows(panel, fit.treated[0], fit.effects[0]),
            "placebos": _placebo_rows(placebo_names(panel, drawn), placebos, _rmspe_before(design, placebos)),
            "standard_errors": _standard_errors(effect, jackknife, placebos, options.alpha),
            "placebo_in_time": _placebo_in_time(panel, design, real),
        },
        flags=[
            *donor_flags(panel, design, fit.units[0]),
            *fit_flag(float(before[0]), spread_of(design, ~panel.ever), _median(_rmspe_before(design, placebos))),
            *noise_flag(panel, design, options.alpha),
            *placebo_flags(panel, drawn, options.alpha, ranked=False),
        ],
        notes=[
            *assumptions(panel, drawn),
            "time_weights_without_ridge",
            "placebo_error_supposes_equal_noise",
            *(["covariates_not_used"] if options.covariates else []),
        ],
    )


# --- fitting --------------------------------------------------------------------------------------------------------


def fitted(design: Design, assignments: Assignments) -> Fit:
    """Weights and effects for each group of each assignment."""
    treated, years = group_means(design, assignments)
    units, periods = np.empty(assignments.groups.shape), np.zeros(treated.shape)
    for group, (before, after) in enumerate(zip(design.before, design.after, strict=True)):
        size = assignments.groups[:, group].sum(axis=1)
        ridge = _ridge(design.outcome[:, before], assignments.donors, size * int(after.sum()))
        columns = _centred(design.outcome[:, before]).T
        targets = _centred(treated[:, group][:, before])
        units[:, group] = simplex_weights(columns, targets, ridge=ridge, allowed=assignments.donors)
        share = years[:, group][:, after] / years[:, group][:, after].sum(axis=1, keepdims=True)
        periods[:, group, before] = _period_weights(design, group, assignments.donors, share)
    gaps = treated - units @ design.outcome
    spread = spread_of(design, np.asarray(assignments.donors.any(axis=0)))
    effects = without_rounding(gaps - (gaps * periods).sum(axis=2, keepdims=True), spread)
    return Fit(units, periods, treated, years, effects, over_cells(effects, years, design.after))


def _centred(rows: Floats) -> Floats:
    """Less the mean of each row: what an intercept takes away."""
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))


def _ridge(before: Floats, donors: Bools, treated_cells: Floats) -> Floats:
    """(draw,) ζ² · periods before."""
    steps = np.diff(before, axis=1)
    counts = donors.sum(axis=1) * steps.shape[1]
    has = donors.astype(float)
    mean = has @ steps.sum(axis=1) / np.maximum(counts, 1)
    squares = has @ (steps**2).sum(axis=1) - counts * mean**2
    variance = np.maximum(squares, 0.0) / np.maximum(counts - 1, 1)
    return np.asarray(np.sqrt(treated_cells) * variance * before.shape[1])


def _period_weights(design: Design, group: int, donors: Bools, share: Floats) -> Floats:
    """(draw, period before the start) λ; `share` are the weights (draw, period after) of what must be said.

    Donors of a draw are rows; a QR decomposition brings them to as many rows as there are periods.
    """
    before, after = design.outcome[:, design.before[group]], design.outcome[:, design.after[group]]
    found = np.empty((len(donors), before.shape[1]))
    size = max(1, NUMBERS_AT_ONCE // (len(before) * (before.shape[1] + 1)))
    for first in range(0, len(donors), size):
        part = slice(first, first + size)
        has = donors[part][:, :, None]
        later = share[part] @ after.T
        rows = np.concatenate([np.broadcast_to(before, (len(later), *before.shape)), later[:, :, None]], axis=2)
        middle = (rows * has).sum(axis=1, keepdims=True) / has.sum(axis=1, keepdims=True)
        small = np.asarray(np.linalg.qr(np.where(has, rows - middle, 0.0), mode="r"))
        found[part] = simplex_weights(small[:, :, :-1], small[:, :, -1])
    return found


# --- inference ------------------------------------------------------------------------------------------------------


def _per_period(design: Design, fit: Fit, placebos: Fit, alpha: float) -> list[PeriodEffect]:
    """Effects per period with the spread of placebos; the band holds for all periods of one clock together."""
    rows = period_rows(design)
    real = np.array([over_cells(fit.effects, fit.years, row.cells)[0] for row in rows])
    fake = np.array([over_cells(placebos.effects, placebos.years, row.cells) for row in rows])
    if len(placebos.effect) < LEAST_PLACEBOS:
        effects = [student_effect(float(value), float("nan"), np.inf, alpha) for value in real]
        return [PeriodEffect(row.period, row.event_time, effect) for row, effect in zip(rows, effects, strict=True)]
    errors = fake.std(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ranked = np.abs(fake - fake.mean(axis=1, keepdims=True)) / errors[:, None]
    found = list[PeriodEffect]()
    for k, row in enumerate(rows):
        effect = student_effect(float(real[k]), float(errors[k]), np.inf, alpha)
        same = np.array([(other.period is None) == (row.period is None) for other in rows])
        wide = float(not_rejected_up_to(np.nan_to_num(ranked[same]).max(axis=0), alpha))
        half = (effect.high - effect.low) / 2
        half = max(half, wide * float(errors[k])) if errors[k] > 0 else half
        found.append(PeriodEffect(row.period, row.event_time, effect, effect.estimate - half, effect.estimate + half))
    return found


def _standard_errors(effect: Effect, jackknife: float, placebos: Fit, alpha: float) -> list[Row]:
    """The error that is used beside the jackknife and the rank among placebos."""
    rows: list[Row] = [_error_row("placebo", effect)]
    if np.isfinite(jackknife):
        rows.append(_error_row("jackknife", student_effect(effect.estimate, jackknife, np.inf, alpha)))
    if len(placebos.effect):
        sizes = np.abs(placebos.effect)
        half = float(not_rejected_up_to(sizes, alpha))
        p_value = float(rank_p_value(abs(effect.estimate), sizes))
        bounds = effect.estimate - half, effect.estimate + half
        rows.append(_error_row("permutation", Effect(effect.estimate, float("nan"), *bounds, p_value)))
    return rows


def _error_row(convention: str, effect: Effect) -> Row:
    error = effect.standard_error if np.isfinite(effect.standard_error) else None
    return {
        "convention": convention, "standard_error": error, "low": effect.low, "high": effect.high,
        "p_value": effect.p_value,
    }  # fmt: skip


def jackknife_error(design: Design, real: Assignments, fit: Fit, cluster: Ints) -> float:
    """Standard error by leaving out one cluster at a time, weights of the others kept in proportion (algorithm 3).

    Returns:
        NaN where a start has one treated cluster, or a cluster of donors all the weight.
    """
    out = cluster == np.unique(cluster)[:, None]
    without = real.groups & ~out[:, None, :]
    left = fit.units * ~out[:, None, :]
    total = left.sum(axis=2, keepdims=True)
    if not without.any(axis=2).all() or total.min() < SHOWN_WEIGHT:
        return float("nan")
    left = left / total
    treated, years = group_means(design, Assignments(without, real.donors))
    gaps = treated - left @ design.outcome
    effects = gaps - (gaps * fit.periods).sum(axis=2, keepdims=True)
    estimates = over_cells(effects, years, design.after)
    return float(np.sqrt((len(out) - 1) / len(out) * ((estimates - estimates.mean()) ** 2).sum()))


# --- what is shown --------------------------------------------------------------------------------------------------


def _rmspe_before(design: Design, fit: Fit) -> Floats:
    """(draw,) root mean square difference before the start, less its mean per group."""
    count = design.before.sum(axis=1)[None, :, None]
    middle = np.where(design.before, fit.effects, 0.0).sum(axis=2, keepdims=True) / count
    return root_mean_square(fit.effects - middle, design.before)


def _median(values: Floats) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _figures(design: Design, fit: Fit, placebos: Fit, panel: Panel) -> dict[str, float]:
    count = len(placebos.effect)
    sizes = np.abs(placebos.effect)
    return {
        "pre_rmspe": float(_rmspe_before(design, fit)[0]),
        "placebos": float(count),
        "smallest_p_value": 1 / (1 + count) if count else float("nan"),
        "p_value_of_rank": float(rank_p_value(abs(fit.effect[0]), sizes)) if count else float("nan"),
        "placebo_mean": float(placebos.effect.mean()) if count else float("nan"),
        "donors": float((~panel.ever).sum()),
        "donors_with_weight": float((fit.units[0] > SHOWN_WEIGHT).any(axis=0).sum()),
        "largest_weight": float(fit.units[0].max()),
        "largest_time_weight": float(fit.periods[0].max()),
    }


def _time_weight_rows(panel: Panel, weights: Floats) -> list[Row]:
    return [
        {"start": start, "period": period, "weight": float(weight)}
        for start, row in zip(panel.starts, weights, strict=True)
        for period, weight in zip(panel.periods, row, strict=True)
        if weight > SHOWN_WEIGHT
    ]


def _placebo_rows(names: Sequence[str], placebos: Fit, before: Floats) -> list[Row]:
    return [
        {"unit": name, "effect": float(placebos.effect[k]), "pre_rmspe": float(before[k])}
        for k, name in enumerate(names)
    ]


def _placebo_in_time(panel: Panel, design: Design, real: Assignments) -> list[Row]:
    """What would have been found as the effect of earlier starts, on periods before the real one only."""
    rows = list[Row]()
    for shift in range(1, int(design.starts.min()) - LEAST_BEFORE + 1):
        early = earlier(design, shift)
        found = fitted(early, real)
        rows.append(
            {
                "periods_earlier": shift,
                "start": panel.periods[int(early.starts.min())],
                "effect": float(found.effect[0]),
                "pre_rmspe": float(_rmspe_before(early, found)[0]),
            }
        )
    return rows
