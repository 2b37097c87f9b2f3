"""Regression with an effect of its own for each unit and each period (two-way fixed effects).

    outcome = unit + period + effect · (the programme runs) + covariates · period + error

weighted by person-years; cells may be missing. Unit and period effects are taken out exactly. Where starts differ,
units that started earlier serve as controls of later ones, and their own changing effect is subtracted as if it were a
trend (Goodman-Bacon 2021); some treated cells then count negatively (de Chaisemartin and D'Haultfœuille 2020). The
estimate is given all the same, with a flag that says how much.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from coalition.evaluation.cluster_sums import fitted, pieces_of, sums_of
from coalition.evaluation.estimates import Estimate, Flag, Method, Options
from coalition.evaluation.panel import Bools, Floats, Panel
from coalition.evaluation.panel_regression import (
    Design,
    More,
    baseline_covariates,
    chosen_covariates,
    estimate_from,
    regression_of,
)


def twfe(panel: Panel, options: Options) -> Estimate:
    """One effect for all treated cells.

    Args:
        panel: with units that are never treated, or different starts.
        options: `alpha`, `draws`, `seed`; `covariates`, as they were before the first start, get a slope for each
            period unless `adjustment` is `none`.
    Returns:
        The estimate, with figures `negative_weights` (weights of treated cells below zero, as a part of their sum)
        and `forbidden_share` (part of the comparisons with controls that were treated before) where starts differ.
    """
    names = chosen_covariates(options)
    covariates = baseline_covariates(panel, names)
    regression = regression_of(design_of(panel, covariates), options)
    figures: dict[str, float] = {}
    flags: list[Flag] = []
    if len(panel.starts) > 1:
        figures["negative_weights"] = negative_weights(panel, covariates)
        figures["forbidden_share"] = forbidden_share(panel)
        percents = {name: round(100 * value, 1) for name, value in figures.items()}
        flags.append(
            Flag("staggered_twfe", {"forbidden": percents["forbidden_share"], "negative": percents["negative_weights"]})
        )
    notes = ("covariates_by_period",) if names else ()
    return estimate_from(panel, regression, More(figures=figures, flags=flags, notes=notes))


def design_of(panel: Panel, covariates: Floats) -> Design:
    """One column for the programme, then a column for each later period and covariate."""
    pieces = pieces_of(panel, covariates, own_levels=True)
    periods, extra = len(panel.periods), covariates.shape[1]
    runs = _runs(panel)
    place = np.zeros((len(runs), (1 + extra) * periods, 1 + (1 + extra) * (periods - 1)))
    place[:, :periods, 0] = runs
    place[:, :, 1:] = _later_periods(periods, extra)
    patterns = np.zeros((1, *place.shape[:2]))
    patterns[0, :, :periods] = runs

    def contrasts(masses: Floats) -> Floats:
        first = np.zeros((1, place.shape[2]))
        first[0, 0] = 1.0
        return np.broadcast_to(first, (*masses.shape[:-2], *first.shape))

    return Design(Method.TWFE, pieces, place, contrasts, patterns)


def _runs(panel: Panel) -> Floats:
    """(start, period) 1 where the programme runs; the last row is for never."""
    starts = np.array([*panel.starts, np.inf])
    return np.asarray((np.array(panel.periods)[None, :] >= starts[:, None]).astype(float))


def _later_periods(periods: int, extra: int) -> Floats:
    """(basis, column) a column for each period but the first, for the constant and for each covariate."""
    return np.asarray(np.kron(np.eye(1 + extra), np.eye(periods)[:, 1:]), dtype=np.float64)


def negative_weights(panel: Panel, covariates: Floats) -> float:
    """How much of the estimate comes from treated cells that count negatively; 0 when none does.

    The estimate is a sum over treated cells of effect · weight, the weights adding up to 1; this is minus the sum of
    the negative ones. A cell's weight is what is left of its treatment after unit and period, times its own weight.
    """
    weight = np.where(panel.observed, panel.weight, 0.0)
    residual = _residual_treatment(panel, covariates)
    cells = (weight * residual)[panel.treated & panel.observed]
    return float(-np.minimum(cells, 0.0).sum() / cells.sum()) + 0.0


def _residual_treatment(panel: Panel, covariates: Floats) -> Floats:
    """(unit, period) treatment minus what unit, period and covariates say of it."""
    periods, extra = len(panel.periods), covariates.shape[1]
    runs = panel.treated.astype(float)
    pieces = pieces_of(replace(panel, outcome=np.where(panel.observed, runs, np.nan)), covariates, own_levels=True)
    later = np.broadcast_to(
        _later_periods(periods, extra), (pieces.never + 1, (1 + extra) * periods, (1 + extra) * (periods - 1))
    )
    slopes = (later[0] @ fitted(sums_of(pieces, later)).coefficients).reshape(1 + extra, periods)
    left = runs - np.column_stack([np.ones(len(runs)), covariates]) @ slopes
    weight = np.where(panel.observed, panel.weight, 0.0)
    level = (weight * left).sum(axis=1, keepdims=True) / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    return np.asarray(left - level)


def forbidden_share(panel: Panel) -> float:
    """Part of the two-by-two comparisons whose controls were already treated.

    Goodman-Bacon (2021), equation 10, with groups as large as their weight and as if no cell were missing. For groups k
    before l, sizes n and parts of the periods D in which they are treated, the comparisons weigh
    n_k n_never D_k (1 − D_k), then n_k n_l (D_k − D_l)(1 − D_k) while l waits, and n_k n_l D_l (D_k − D_l) with k as
    control of l.
    """
    size = np.where(panel.observed, panel.weight, 0.0).sum(axis=1)
    parts = _runs(panel).mean(axis=1)
    sizes = [float(size[_of(panel, start)].sum()) for start in panel.starts]
    never = float(size[~panel.ever].sum())
    clean = sum(n * never * d * (1 - d) for n, d in zip(sizes, parts, strict=False))
    forbidden = 0.0
    for k, later in combinations(range(len(sizes)), 2):
        gap = sizes[k] * sizes[later] * float(parts[k] - parts[later])
        clean += gap * float(1 - parts[k])
        forbidden += gap * float(parts[later])
    return float(forbidden / (forbidden + clean))


def _of(panel: Panel, start: int) -> Bools:
    return np.asarray(panel.treated_from == start)
