"""Event study: one effect per period before and after the start, each unit compared with itself.

    outcome = unit + period + Σ effect(start, time since it) · (unit of that start, at that time) + error

The last period before a start is the reference. Effects before it are placebos: they test whether the groups moved
together. Where starts differ, every cohort (units with the same start) has effects of its own beside units that are
never treated, and effects of one time are their mean with weights as large as the cohorts' treated cells (Sun and
Abraham 2021). With one start that is the usual event study. With covariates the others' change is what a regression on
them predicts for the cohort's covariates. A passed test of trends proves little (Roth 2022); so trends.py says how
large a violation the result would survive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.evaluation.cluster_sums import Pieces, pieces_of
from coalition.evaluation.estimates import Estimate, Method, Options
from coalition.evaluation.panel import Floats, Panel
from coalition.evaluation.panel_regression import (
    Design,
    EffectRow,
    More,
    Regression,
    baseline_covariates,
    chosen_covariates,
    estimate_from,
    regression_of,
)
from coalition.evaluation.permutation import Contrasts
from coalition.evaluation.trends import EventPath, sensitivity


def event_study(panel: Panel, options: Options) -> Estimate:
    """Effects per time since the start; the whole is their mean over treated cells, with their weight.

    Args:
        panel: with units that are never treated; treated ones are observed before their start.
        options: `alpha`, `draws`, `seed`; `covariates` are adjusted for unless `adjustment` is `none`.
    Returns:
        The estimate. Table `sensitivity` and figure `breakdown_mbar`: see trends.py.
    """
    names = chosen_covariates(options)
    regression = regression_of(design_of(panel, baseline_covariates(panel, names)), options)
    found = sensitivity(path_of(regression), options.alpha)
    notes = [
        *(["cohorts_interaction_weighted"] if len(panel.starts) > 1 else []),
        *(["regression_adjustment"] if names else []),
    ]
    return estimate_from(
        panel, regression, More(figures=found.figures, tables={"sensitivity": found.table}, notes=tuple(notes))
    )


@dataclass(frozen=True)
class _Cells:
    """Cohort and period of each coefficient of the programme.

    Attributes:
        cohort, period: (cell,) places in Panel.starts and Panel.periods.
        since: (cell,) periods since the start.
        reference: (cohort,) place of the period that the cohort is compared with.
    """

    cohort: np.ndarray
    period: np.ndarray
    since: np.ndarray
    reference: np.ndarray


def _cells_of(panel: Panel, pieces: Pieces) -> _Cells:
    """Every cohort in every period in which it is observed, but for its reference."""
    periods = len(panel.periods)
    masses = pieces.masses_of_starts()[:, :periods]
    first = np.searchsorted(np.array(panel.periods), np.array(panel.starts))
    reference = np.array([int(np.flatnonzero(masses[c, :begin])[-1]) for c, begin in enumerate(first)])
    observed = masses[:-1] > 0
    observed[np.arange(len(first)), reference] = False
    cohort, period = np.nonzero(observed)
    return _Cells(cohort, period, period - first[cohort], reference)


def design_of(panel: Panel, covariates: Floats) -> Design:
    """A column for each cohort and period, then for each later period, then for covariates of the never treated."""
    pieces = pieces_of(panel, covariates, own_levels=True)
    cells = _cells_of(panel, pieces)
    periods, extra, many = len(panel.periods), covariates.shape[1], len(cells.cohort)
    place = np.zeros((len(panel.starts) + 1, (1 + extra) * periods, many + (1 + extra) * (periods - 1)))
    place[cells.cohort, cells.period, np.arange(many)] = 1.0
    place[:, :periods, many : many + periods - 1] = np.eye(periods)[:, 1:]
    place[-1, periods:, many + periods - 1 :] = np.kron(np.eye(extra), np.eye(periods)[:, 1:])
    times, calendar = _rows_of(panel, cells)
    chosen = np.concatenate(
        [
            (cells.since >= 0)[None],
            times[:, None] == cells.since,
            (calendar[:, None] == cells.period) & (cells.since >= 0),
        ]
    )
    patterns = np.zeros((len(chosen), *place.shape[:2]))
    for effect, some in enumerate(chosen):
        patterns[effect, cells.cohort[some], cells.period[some]] = 1.0
    first = panel.periods.index(panel.starts[0])
    one = len(panel.starts) == 1
    rows = [EffectRow(panel.periods[first + time] if one else None, time) for time in times.tolist()]
    return Design(
        Method.EVENT_STUDY, pieces, place, _contrasts(cells, chosen, periods, extra), patterns, rows,
        [panel.periods[k] for k in calendar.tolist()],
    )  # fmt: skip


def _rows_of(panel: Panel, cells: _Cells) -> tuple[np.ndarray, np.ndarray]:
    """Times since the start, in order; and treated periods, where these are not the same."""
    calendar = np.unique(cells.period[cells.since >= 0])
    return np.unique(cells.since), calendar if len(panel.starts) > 1 else calendar[:0]


def _contrasts(cells: _Cells, chosen: np.ndarray, periods: int, extra: int) -> Contrasts:
    """Means over cells with the cells' weight; covariates are held at those of the cell."""
    many = len(cells.cohort)

    def contrasts(masses: Floats) -> Floats:
        weight = masses[..., cells.cohort, cells.period]
        picked = chosen * weight[..., None, :]
        total = picked.sum(axis=-1, keepdims=True)
        shares = np.divide(picked, total, out=np.zeros_like(picked), where=total > 0)
        found = np.zeros((*shares.shape[:-1], many + (1 + extra) * (periods - 1)))
        found[..., :many] = shares
        for k in range(extra):
            of_cell = masses[..., cells.cohort, (k + 1) * periods + cells.period]
            mean = np.divide(of_cell, weight, out=np.zeros_like(weight), where=weight > 0)
            change = np.eye(periods)[cells.period] - np.eye(periods)[cells.reference[cells.cohort]]
            place = slice(many + (k + 1) * (periods - 1), many + (k + 2) * (periods - 1))
            found[..., place] = -(shares * mean[..., None, :]) @ change[:, 1:]
        return found

    return contrasts


def path_of(regression: Regression) -> EventPath:
    """Effects per time with their covariance, and how the mean effect is made of them."""
    design, rows = regression.design, regression.design.by_row
    times = np.array([row.event_time for row in design.rows])
    weight = np.einsum("esb,sb->e", design.patterns[rows], design.pieces.masses_of_starts())[times >= 0]
    degrees = float("inf") if regression.placebos is not None else float(regression.jackknife.degrees[0])
    return EventPath(
        times, regression.jackknife.estimates[rows], regression.covariance[rows, rows], weight / weight.sum(), degrees
    )
