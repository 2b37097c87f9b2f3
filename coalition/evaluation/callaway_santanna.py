"""Difference-in-differences when starts differ: effects per starting group and period, put together afterwards.

A regression with an effect for each unit and each period uses units that started early as controls for those that
start late. Here nobody who is treated is ever a control. How a cell is estimated stands in att_gt.py, how cells are put
together in aggregation.py, how sure the result is in jackknife.py. Effects are in the outcome's own unit and negative
when the programme lowers it. Source: Callaway and Sant'Anna (2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from coalition.evaluation.aggregation import KINDS, Aggregation, aggregate
from coalition.evaluation.att_gt import GroupTimeEffects, group_time_effects
from coalition.evaluation.estimates import Convention, Effect, Estimate, Flag, Method, Options, PeriodEffect, Row
from coalition.evaluation.inference import Wald, wald
from coalition.evaluation.jackknife import Estimates, band_margins
from coalition.evaluation.panel import Floats, Panel
from coalition.evaluation.two_periods import Failure

SCARCE_OVERLAP = 0.95
"""Propensity of a control from which it stands for twenty treated units or more: odds 0.95 / 0.05 ≈ 20."""

FAILURE_FLAGS = {
    Failure.NO_TREATED: "cells_without_treated",
    Failure.NO_CONTROLS: "cells_without_controls",
    Failure.COLLINEAR: "cells_collinear",
    Failure.NO_OVERLAP: "cells_without_overlap",
}


def callaway_santanna(panel: Panel, options: Options) -> Estimate:
    """Mean effect on the treated from ATT(g, t), with rows per time since the start (or per calendar period).

    Args:
        panel: with at least one unit that is never treated, or with different starts and `controls` = `not_yet`.
        options: `controls`, `aggregation`, `adjustment` with `covariates`, `alpha`, `draws`, `seed`.
    Returns:
        The estimate. Its `expected` has the weights of the chosen aggregation. Tables: `att_gt`, and
        `aggregation_<kind>` of every kind, the overall figure first. `standard_error_influence` in a table is the
        one that R's `did` prints without bootstrap; it is smaller and too small with few clusters.
    """
    effects = group_time_effects(panel, options)
    aggregations = {kind: aggregate(effects, kind) for kind in KINDS}
    main = aggregations[options.aggregation]
    shown = aggregations["calendar" if options.aggregation == "calendar" else "dynamic"]
    pretest = _pretest(effects)
    effect = main.overall.effects(options.alpha)[0]
    return Estimate(
        method=Method.CALLAWAY_SANTANNA,
        effect=effect,
        convention=Convention.JACKKNIFE_WELCH,
        expected=_expected(effects, main),
        per_period=_per_period(panel, shown, options),
        clusters_treated=len(effects.treated_clusters),
        clusters_control=len(effects.control_clusters),
        observations=effects.observations,
        figures=_figures(main, pretest, effects),
        tables={"att_gt": _cell_table(panel, effects, options)}
        | {f"aggregation_{kind}": _aggregation_table(panel, some, options) for kind, some in aggregations.items()},
        flags=tuple(chain(_data_flags(panel, effects), _result_flags(panel, effects, pretest, options))),
        notes=_notes(panel, options),
    )


def _expected(effects: GroupTimeEffects, main: Aggregation) -> float:
    """Mean outcome of the treated without the programme, with the weights of the effect; NaN without an effect."""
    if np.isnan(main.overall.estimate[0]):
        return float("nan")
    return float(main.weights @ (effects.observed - effects.estimate))


def _pretest(effects: GroupTimeEffects) -> Wald:
    """Whether all placebos, ATT(g, t) with t < g, could be 0 together; those without standard error are left out."""
    placebos = effects.estimates.some((effects.event_times < 0) & (effects.estimates.standard_error > 0))
    if not placebos.estimate.size:
        return Wald(float("nan"), 0, float("nan"))
    alone = np.bincount(effects.start)[effects.start] == 1
    stratum = np.where(alone, effects.start.max(), effects.start)  # one that starts alone is only a control here
    return wald(placebos.estimate, placebos.covariance, placebos.joint_degrees(stratum))


def _figures(main: Aggregation, pretest: Wald, effects: GroupTimeEffects) -> dict[str, float]:
    """Single figures: the pre-test, the standard error as `did` prints it, and how far weighting had to reach."""
    figures = {
        "pretest_statistic": pretest.statistic,
        "pretest_p_value": pretest.p_value,
        "pretest_count": float(pretest.count),
        "standard_error_influence": float(_influence_errors(main.influence)[0]),
    }
    if not np.isnan(effects.largest_propensity).all():
        figures["largest_propensity"] = float(np.nanmax(effects.largest_propensity))
    return figures


def _influence_errors(influence: Floats) -> Floats:
    """Standard errors to first order, without any correction for few clusters."""
    return np.asarray(np.sqrt(np.sum(influence**2, axis=0)))


# --- rows ----------------------------------------------------------------------------------------------------------


def _cell_table(panel: Panel, effects: GroupTimeEffects, options: Options) -> tuple[Row, ...]:
    errors = _influence_errors(effects.influence)
    return tuple(
        {"group": panel.periods[cell.group], "period": panel.periods[cell.period]}
        | _columns(effect)
        | {
            "n": int(effects.units[k]),
            "n_treated": int(effects.units_treated[k]),
            "standard_error_influence": float(errors[k]),
        }
        for k, (cell, effect) in enumerate(zip(effects.cells, effects.estimates.effects(options.alpha), strict=True))
    )


def _columns(effect: Effect) -> dict[str, float]:
    return {
        "estimate": effect.estimate,
        "standard_error": effect.standard_error,
        "low": effect.low,
        "high": effect.high,
    }


def _aggregation_table(panel: Panel, some: Aggregation, options: Options) -> tuple[Row, ...]:
    """The overall figure (key empty), then a row per key with its band; `simple` has only the first."""
    name = {"group": "group", "dynamic": "event_time"}.get(some.kind, "period")
    errors = _influence_errors(some.influence)
    first = {name: None} | _columns(some.overall.effects(options.alpha)[0])
    table: list[Row] = [first | {"band_low": None, "band_high": None, "standard_error_influence": float(errors[0])}]
    if some.kind == "simple":
        return tuple(table)
    for key, effect, margin, error in zip(
        some.keys, some.rows.effects(options.alpha), _margins(some.rows, options), errors[1:], strict=True
    ):
        table.append(
            {name: key if some.kind == "dynamic" else panel.periods[key]}
            | _columns(effect)
            | {"band_low": effect.estimate - margin, "band_high": effect.estimate + margin}
            | {"standard_error_influence": float(error)}
        )
    return tuple(table)


def _margins(rows: Estimates, options: Options) -> list[float]:
    """(row,) distance from an estimate to the edge of its band."""
    margins: list[float] = band_margins(rows, options.alpha, options.draws, options.seed).tolist()
    return margins


def _per_period(panel: Panel, shown: Aggregation, options: Options) -> tuple[PeriodEffect, ...]:
    """Rows per time since the start with leads, or per calendar period; both names where all started together."""
    dynamic = shown.kind == "dynamic"
    start = panel.periods.index(panel.starts[0]) if len(panel.starts) == 1 else None
    return tuple(
        PeriodEffect(
            period=(None if start is None else panel.periods[start + key]) if dynamic else panel.periods[key],
            event_time=key if dynamic else (None if start is None else key - start),
            effect=effect,
            band_low=effect.estimate - margin,
            band_high=effect.estimate + margin,
        )
        for key, effect, margin in zip(
            shown.keys, shown.rows.effects(options.alpha), _margins(shown.rows, options), strict=True
        )
    )


# --- what a reader must know ---------------------------------------------------------------------------------------


def _data_flags(panel: Panel, effects: GroupTimeEffects) -> Iterator[Flag]:
    """Treated cells that the estimate is not about."""
    always = int(np.sum(panel.treated_from <= panel.periods[0]))
    if always:
        yield Flag("always_treated_left_out", {"units": always})
    for failure, flag in FAILURE_FLAGS.items():
        cells = [cell for cell, why in effects.failures.items() if why is failure and cell.event_time >= 0]
        if cells:
            yield Flag(flag, {"cells": len(cells), "groups": _listed(panel, {cell.group for cell in cells})})


def _result_flags(panel: Panel, effects: GroupTimeEffects, pretest: Wald, options: Options) -> Iterator[Flag]:
    """What makes the estimate doubtful."""
    if pretest.p_value < options.alpha:
        yield Flag("pre_trend", {"p_value": pretest.p_value, "count": pretest.count})
    scarce = np.nan_to_num(effects.largest_propensity) >= SCARCE_OVERLAP
    if scarce.any():
        groups = {cell.group for cell, poor in zip(effects.cells, scarce, strict=True) if poor}
        largest = float(np.nanmax(effects.largest_propensity))
        yield Flag("scarce_overlap", {"propensity": largest, "groups": _listed(panel, groups)})
    alone = {
        cell.group
        for cell, clusters in zip(effects.cells, (effects.mass_of > 0).sum(axis=0), strict=True)
        if clusters == 1
    }
    if alone:
        yield Flag("one_cluster_in_group", {"groups": _listed(panel, alone)})


def _listed(panel: Panel, groups: set[int]) -> str:
    return ", ".join(str(panel.periods[group]) for group in sorted(groups))


def _notes(panel: Panel, options: Options) -> Sequence[str]:
    """Choices, as ids of texts."""
    adjusted = bool(options.covariates) and options.adjustment in ("outcome", "weighting", "doubly_robust")
    notes = {
        "controls_not_yet_treated": options.controls == "not_yet",
        "controls_never_treated": options.controls != "not_yet",
        f"aggregation_{options.aggregation}": True,
        "base_varying": True,
        "unit_weight_of_period": panel.weighted,
        "pairs_seen_in_both_periods": not panel.balanced,
        f"adjustment_{options.adjustment}": adjusted,
        "covariates_at_reference": adjusted,
    }
    return tuple(note for note, holds in notes.items() if holds)
