"""Effects per group and period: ATT(g, t), the mean effect in period t on the units that started in period g.

Each is a comparison over two periods (two_periods.py): the period itself and a reference, for the group and for units
that are not treated in either. For t ≥ g the reference is the last period before the start, g − 1. Before the start it
is the period before t ("varying base", the default of R's `did`), so that a placebo is a change over one period, of the
same nature as the first effect. "One before" is one place earlier in the panel's list of periods.

A unit has the weight of period t in its cell, in both periods and on both sides; the sum of effect × weight over cells
is then the effect on all treated person-years. Units of which one of the two periods was not observed do not count in
that cell. Source: Callaway and Sant'Anna (2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from coalition.evaluation.estimates import Options
from coalition.evaluation.jackknife import Estimates
from coalition.evaluation.panel import Bools, Floats, Ints, Panel
from coalition.evaluation.two_periods import Comparison, Failure, Pairs, compare

EXACT = 1e-12
"""Share of the largest outcome below which a difference is a rounding of zero."""


@dataclass(frozen=True)
class Cell:
    """One group in one period, as places in `Panel.periods`.

    Attributes:
        group: first treated period of the group.
        period: the period that the effect is about.
        base: the reference.
    """

    group: int
    period: int
    base: int

    @property
    def event_time(self) -> int:
        """Periods since the start; negative before it."""
        return self.period - self.group


@dataclass(frozen=True)
class GroupTimeEffects:
    """ATT(g, t) of all cells that can be estimated, in order of group and period.

    Attributes:
        cells: group, period and reference of each.
        estimate: (cell,) in the outcome's unit, negative is lower.
        influence: (cluster, cell) share of each cluster in the error, to first order.
        without: (cluster, cell) the estimate without the cluster; NaN where nothing is left to estimate it from.
        load: (cluster, cell) share of the cluster in the weight of the treated, minus that in the weight of controls.
        mass: (cell,) weight of its treated units.
        mass_of: (cluster, cell) the cluster's share in `mass`.
        observed: (cell,) mean outcome of its treated units in the period itself.
        units, units_treated: (cell,) how many units, and how many of them treated.
        largest_propensity: (cell,) of a control; NaN without weighting.
        start: (cluster,) place of its first treated period; the number of periods when it is never treated.
        treated_clusters, control_clusters: numbers of the clusters that stood on that side in some cell.
        observations: cells of the panel that were used in some comparison.
        failures: cells that could not be estimated.
    """

    cells: tuple[Cell, ...]
    estimate: Floats
    influence: Floats
    without: Floats
    load: Floats
    mass: Floats
    mass_of: Floats
    observed: Floats
    units: Ints
    units_treated: Ints
    largest_propensity: Floats
    start: Ints
    treated_clusters: frozenset[int]
    control_clusters: frozenset[int]
    observations: int
    failures: Mapping[Cell, Failure]

    @property
    def estimates(self) -> Estimates:
        """The cells as estimates with standard errors."""
        return Estimates(self.estimate, self.without, self.load)

    @property
    def event_times(self) -> Ints:
        """(cell,) periods since the start."""
        return np.array([cell.event_time for cell in self.cells], dtype=np.int64)


def group_time_effects(panel: Panel, options: Options) -> GroupTimeEffects:
    """ATT(g, t) of every group that has a period before its start, in every period but the panel's first."""
    numbers = np.unique(panel.cluster, return_inverse=True)[1]
    clusters = int(numbers.max()) + 1
    found: list[tuple[Cell, _Sample, Comparison]] = []
    failures: dict[Cell, Failure] = {}
    for cell in _cells(panel):
        sample = _sample(panel, cell, options)
        result = compare(
            sample.pairs(panel, numbers, clusters),
            regression=options.adjustment in ("outcome", "doubly_robust"),
            weighting=options.adjustment in ("weighting", "doubly_robust"),
        )
        if isinstance(result, Failure):
            failures[cell] = result
        else:
            found.append((cell, sample, result))
    return _collected(panel, numbers, clusters, found, failures)


@dataclass(frozen=True)
class _Sample:
    """Units in one cell.

    Attributes:
        cell: the cell.
        treated, used: (unit,) of the panel: in the group, and in the group or a control; seen in both periods.
        covariates: (unit, covariate) of the reference period.
    """

    cell: Cell
    treated: Bools
    used: Bools
    covariates: Floats

    def pairs(self, panel: Panel, numbers: Ints, clusters: int) -> Pairs:
        """What is compared in this cell."""
        later, earlier = panel.outcome[self.used, self.cell.period], panel.outcome[self.used, self.cell.base]
        return Pairs(
            treated=self.treated[self.used],
            change=later - earlier,
            weight=panel.weight[self.used, self.cell.period],
            covariates=self.covariates[self.used],
            cluster=numbers[self.used],
            clusters=clusters,
        )


def _cells(panel: Panel) -> Iterator[Cell]:
    """All cells with a reference; a group that is treated from the panel's first period has none."""
    for start in panel.starts:
        group = panel.periods.index(start)
        for period in range(1, len(panel.periods)) if group else ():
            yield Cell(group, period, base=min(group, period) - 1)


def _sample(panel: Panel, cell: Cell, options: Options) -> _Sample:
    """The group and its controls, as far as seen in both periods."""
    group = panel.treated_from == panel.periods[cell.group]
    waiting = (panel.treated_from > panel.periods[cell.period]) & ~group
    controls = waiting if options.controls == "not_yet" else ~panel.ever
    columns = [panel.covariates[name][:, cell.base] for name in options.covariates]
    covariates = np.stack(columns, axis=1) if columns else np.empty((len(panel.units), 0))
    seen = panel.observed[:, cell.period] & panel.observed[:, cell.base] & ~np.isnan(covariates).any(axis=1)
    return _Sample(cell, group & seen, (group | controls) & seen, covariates)


def _collected(
    panel: Panel,
    numbers: Ints,
    clusters: int,
    found: list[tuple[Cell, _Sample, Comparison]],
    failures: Mapping[Cell, Failure],
) -> GroupTimeEffects:
    shape = (clusters, len(found))
    estimate, observed = np.zeros(len(found)), np.zeros(len(found))
    influence, moves, mass_of, load = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    on_both_sides = np.zeros((2, clusters), dtype=bool)
    used = np.zeros_like(panel.observed)
    for k, (cell, sample, comparison) in enumerate(found):
        estimate[k], influence[:, k], moves[:, k] = comparison.estimate, comparison.influence, comparison.moves
        controls = sample.used & ~sample.treated
        weight = panel.weight[:, cell.period]
        mass_of[:, k] = np.bincount(numbers[sample.treated], weight[sample.treated], clusters)
        against = np.bincount(numbers[controls], weight[controls], clusters)
        load[:, k] = mass_of[:, k] / mass_of[:, k].sum() - against / against.sum()
        observed[k] = np.average(panel.outcome[sample.treated, cell.period], weights=weight[sample.treated])
        used[:, [cell.period, cell.base]] |= sample.used[:, None]
        for side, members in enumerate((sample.treated, controls)):
            on_both_sides[side, numbers[members]] = True
    start = np.full(clusters, len(panel.periods))
    np.minimum.at(start, numbers, np.searchsorted(np.array(panel.periods), panel.treated_from))
    rounding = EXACT * float(np.abs(panel.outcome[panel.observed]).max())
    estimate = np.where(np.abs(estimate) <= rounding, 0.0, estimate)
    return GroupTimeEffects(
        cells=tuple(cell for cell, _, _ in found),
        estimate=estimate,
        influence=influence,
        without=estimate + np.where(np.abs(moves) <= rounding, 0.0, moves),
        load=load,
        mass=mass_of.sum(axis=0),
        mass_of=mass_of,
        observed=observed,
        units=np.array([sample.used.sum() for _, sample, _ in found], dtype=np.int64),
        units_treated=np.array([sample.treated.sum() for _, sample, _ in found], dtype=np.int64),
        largest_propensity=np.array([comparison.largest_propensity for _, _, comparison in found]),
        start=start,
        treated_clusters=frozenset(np.flatnonzero(on_both_sides[0]).tolist()),
        control_clusters=frozenset(np.flatnonzero(on_both_sides[1]).tolist()),
        observations=int(used.sum()),
        failures=failures,
    )
