"""Who was measured: group by period, with small groups left out.

A cell about fewer persons than the threshold is not shown, and neither is the next smallest cell of the same group:
otherwise a total minus the rest would give it away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coalition.evaluation.panel import Bools, Floats, Panel

if TYPE_CHECKING:
    from coalition.evaluation.study_files import LoadedStudy


@dataclass(frozen=True)
class GroupCell:
    """One group in one period.

    Attributes:
        group: `treated` or `control`; period: which.
        units: observed; persons: behind them, NaN where unknown.
        weight: sum of the weights; mean: weighted mean outcome.
        shown: whether it may be published; a cell that is not has no figures.
    """

    group: str
    period: int
    units: float
    persons: float
    weight: float
    mean: float
    shown: bool = True


def group_cells(loaded: LoadedStudy) -> list[GroupCell]:
    """Both groups by period; a person per row counts as one person."""
    panel = loaded.panel
    by_person = loaded.persons is None and not (panel.weighted and np.nanmedian(panel.weight) > 1)
    persons = panel.observed.astype(float) if by_person else loaded.persons
    found: list[GroupCell] = []
    for name, some in (("treated", panel.ever), ("control", ~panel.ever)):
        cells = _cells(panel, persons, name, some)
        found += suppressed(cells, loaded.study.smallest_group)
    return found


def _cells(panel: Panel, persons: Floats | None, name: str, some: Bools) -> list[GroupCell]:
    there = panel.observed & some[:, None]
    weight = np.where(there, panel.weight, 0.0).sum(axis=0)
    total = np.where(there, panel.outcome * panel.weight, 0.0).sum(axis=0)
    heads = np.full(len(panel.periods), np.nan) if persons is None else np.where(there, persons, 0.0).sum(axis=0)
    return [
        GroupCell(name, p, float(there[:, k].sum()), float(heads[k]), float(weight[k]), float(total[k] / weight[k]))
        for k, p in enumerate(panel.periods)
        if weight[k] > 0
    ]


def suppressed(cells: list[GroupCell], least: int) -> list[GroupCell]:
    """The same cells; small ones, and one more, without figures.

    Args:
        cells: of one group, of which a total may be known.
        least: persons from which a cell may be shown.
    """
    small = {k for k, cell in enumerate(cells) if 0 < cell.persons < least}
    if len(small) == 1 and len(cells) > 1:  # one hole in a known total can be filled in
        others = [k for k in range(len(cells)) if k not in small]
        small.add(min(others, key=lambda k: cells[k].persons))
    nan = float("nan")
    hidden = {"units": nan, "persons": nan, "weight": nan, "mean": nan, "shown": False}
    return [replace(cell, **hidden) if k in small else cell for k, cell in enumerate(cells)]  # type: ignore[arg-type]
