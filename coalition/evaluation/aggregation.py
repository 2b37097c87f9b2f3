"""Effects per group and period put together: over all, per starting group, per time since the start, per period.

Every row is a mean of ATT(g, t) with the weight of the cell's treated units. The overall figure is a mean of the rows:

    simple      one row: all treated cells
    group       rows weighted by the group's mean weight per period
    dynamic     rows at and after the start count equally; rows before it are placebos and do not count
    calendar    rows count equally

With equal weights and a balanced panel these are the parameters of Callaway and Sant'Anna (2021, table 1). The weights
are themselves estimated: their part in the error is included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.att_gt import Cell, GroupTimeEffects
from coalition.evaluation.jackknife import Estimates
from coalition.evaluation.panel import Bools, Floats

KINDS: Mapping[str, Callable[[Cell], int]] = {
    "simple": lambda _: 0,
    "group": lambda cell: cell.group,
    "dynamic": lambda cell: cell.event_time,
    "calendar": lambda cell: cell.period,
}
"""Kind -> what the cells of one row have in common."""


@dataclass(frozen=True)
class Aggregation:
    """One way of putting effects together.

    Attributes:
        kind: `simple`, `group`, `dynamic` or `calendar`.
        keys: what a row is about: 0, place of the start, periods since the start, or place of the period.
        rows: one estimate per key.
        overall: one estimate.
        weights: (cell,) with which the overall figure is a mean of ATT(g, t); sums to 1.
        influence: (cluster, 1 + row) share in the error to first order, of the overall figure and of each row.
    """

    kind: str
    keys: tuple[int, ...]
    rows: Estimates
    overall: Estimates
    weights: Floats
    influence: Floats


def aggregate(effects: GroupTimeEffects, kind: str) -> Aggregation:
    """Rows and overall figure of one kind; NaN when no treated cell could be estimated."""
    treated = effects.event_times >= 0
    used = treated | (kind == "dynamic")
    key = np.array([KINDS[kind](cell) for cell in effects.cells], dtype=np.int64)
    keys = np.unique(key[used])
    members = np.asarray((key == keys[:, None]) & used)
    counted = np.asarray(np.any(members & treated, axis=1))
    whole = _means(effects.estimate, effects.mass, members, counted, kind)
    gone = np.isnan(effects.without)
    left = np.where(gone, 0.0, effects.mass - effects.mass_of)
    parts = _means(np.where(gone, 0.0, effects.without), left, members, counted, kind)
    shares = effects.mass * members / whole.total[:, None]
    load = effects.load @ shares.T
    return Aggregation(
        kind=kind,
        keys=tuple(keys.tolist()),
        rows=Estimates(whole.rows, parts.rows, load),
        overall=Estimates(whole.overall, parts.overall, load @ whole.weights[:, None]),
        weights=whole.weights @ shares,
        influence=_influence(effects, whole, shares, members, kind),
    )


@dataclass(frozen=True)
class _Means:
    """Means of cells in rows and of rows in one figure.

    Attributes:
        total: (..., row) mass. rows: (..., row) means, NaN where there is no mass.
        weights: (..., row) of a row in the overall figure, summing to 1. overall: (..., 1).
    """

    total: Floats
    rows: Floats
    weights: Floats
    overall: Floats


def _means(estimate: Floats, mass: Floats, members: Bools, counted: Bools, kind: str) -> _Means:
    """Means of the same cells for one mass per cell, or for several at once.

    Args:
        estimate, mass: (..., cell). members: (row, cell). counted: (row,) whether it counts in the overall figure.
    """
    rows_of = members.T.astype(float)
    total = mass @ rows_of
    rows = (mass * estimate) @ rows_of / np.where(total > 0, total, np.nan)
    weights = np.where((total > 0) & counted, 1.0, 0.0)
    if kind == "group":
        weights = weights * total / np.maximum((mass > 0) @ rows_of, 1)
    sum_of = weights.sum(axis=-1, keepdims=True)
    weights = weights / np.where(sum_of > 0, sum_of, np.nan)
    overall = np.sum(weights * np.where(weights > 0, rows, 0.0), axis=-1, keepdims=True)
    return _Means(total, rows, weights, overall if members.size else np.full_like(overall, np.nan))


def _influence(effects: GroupTimeEffects, whole: _Means, shares: Floats, members: Bools, kind: str) -> Floats:
    """(cluster, 1 + row): that of the cells through their shares, and that of the shares through the masses."""
    away = (effects.estimate - whole.rows[:, None]) * members / whole.total[:, None]
    rows = effects.influence @ shares.T + effects.mass_of @ away.T
    overall = rows @ whole.weights
    if kind == "group" and len(whole.rows):
        per_period = effects.mass_of @ (members / members.sum(axis=1, keepdims=True)).T
        sizes = whole.total / members.sum(axis=1)
        overall = overall + per_period @ (whole.rows - whole.overall) / sizes.sum()
    return np.column_stack([overall, rows])
