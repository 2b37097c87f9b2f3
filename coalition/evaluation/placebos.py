"""Groups that start together beside never-treated donors, and the same with groups of donors as if they were treated.

Units of one start are averaged, each with its person-years, into one series; donors enter one by one and unweighted. A
placebo takes whole clusters of donors, as many as are treated, out of the donors, so that what is shared within a
cluster is in the placebo too. The treated are in no placebo: their outcome after the start may hold the effect. Where
there are no more ways than draws asked, every way is taken once; otherwise ways are drawn with the seed. What an
estimator makes of an assignment is its own matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np

from coalition.evaluation.panel import Bools, Floats, Ints, Panel


@dataclass(frozen=True)
class Design:
    """Outcomes, and for each group which periods are matched and which are judged.

    Attributes:
        outcome, weight: (unit, period).
        periods: as in the panel.
        starts: (group,) position of the first treated period.
        before, after: (group, period).
    """

    outcome: Floats
    weight: Floats
    periods: tuple[int, ...]
    starts: Ints
    before: Bools
    after: Bools

    @property
    def shown(self) -> Bools:
        """(group, period) matched or judged."""
        return np.asarray(self.before | self.after)


@dataclass(frozen=True)
class Assignments:
    """Who counts as treated, once or many times over.

    Attributes:
        groups: (draw, group, unit) who starts together.
        donors: (draw, unit) who may stand beside them.
    """

    groups: Bools
    donors: Bools

    def __len__(self) -> int:
        return len(self.groups)


def design_of(panel: Panel) -> Design:
    """Everything before a start is matched, everything from then on is judged."""
    starts = np.searchsorted(np.array(panel.periods), np.array(panel.starts))
    position = np.arange(len(panel.periods))[None, :]
    after = position >= starts[:, None]
    return Design(panel.outcome, panel.weight, panel.periods, starts, ~after, after)


def earlier(design: Design, shift: int) -> Design:
    """The same as if every start were some periods earlier; what lies after the real start is left out."""
    starts = design.starts - shift
    before = np.arange(len(design.periods))[None, :] < starts[:, None]
    return Design(design.outcome, design.weight, design.periods, starts, before, design.before & ~before)


def assigned(panel: Panel) -> Assignments:
    """Who really started when, beside all who never did."""
    groups = panel.treated_from[None, :] == np.array(panel.starts, dtype=float)[:, None]
    return Assignments(groups[None, :, :], ~panel.ever[None, :])


def group_means(design: Design, assignments: Assignments) -> tuple[Floats, Floats]:
    """Mean outcome of each group, weighted with person-years, and its person-years; both (draw, group, period)."""
    draws, groups, units = assignments.groups.shape
    member = assignments.groups.reshape(draws * groups, units).astype(float)
    years = member @ design.weight
    means = member @ (design.weight * design.outcome) / years
    shape = (draws, groups, len(design.periods))
    return means.reshape(shape), years.reshape(shape)


def over_cells(values: Floats, years: Floats, cells: Bools) -> Floats:
    """(draw,) mean of (draw, group, period) over some cells, weighted with person-years."""
    weights = np.where(cells, years, 0.0)
    return np.asarray((weights * np.where(cells, values, 0.0)).sum(axis=(1, 2)) / weights.sum(axis=(1, 2)))


# --- placebo groups -------------------------------------------------------------------------------------------------


def placebo_assignments(panel: Panel, draws: int, seed: int) -> Assignments:
    """Groups of donors as if they were treated.

    Args:
        panel: of complete units.
        draws: at most so many.
        seed: of the draws; the order of units plays no part.
    Returns:
        As many as there are, at most `draws`; none where there are no more control clusters than treated ones.
    """
    pool = _control_clusters(panel)
    sizes = [np.unique(panel.cluster[panel.treated_from == start]).size for start in panel.starts]
    chosen = _chosen(len(pool), sizes, draws, seed)
    edges = np.cumsum([0, *sizes])
    groups = np.stack([pool[chosen[:, a:b]].any(axis=1) for a, b in pairwise(edges.tolist())], axis=1)
    return Assignments(groups, ~panel.ever[None, :] & ~groups.any(axis=1))


def _chosen(pool: int, sizes: Sequence[int], draws: int, seed: int) -> Ints:
    """(draw, place) numbers of clusters, members of the first group first."""
    if sum(sizes) >= pool:
        return np.zeros((0, sum(sizes)), dtype=np.int64)
    if _ways(pool, sizes) <= draws:
        return np.array(list(_all_ways(tuple(range(pool)), sizes)), dtype=np.int64)
    order = np.argsort(np.random.default_rng(seed).random((draws, pool)), axis=1)
    return np.asarray(order[:, : sum(sizes)])


def _control_clusters(panel: Panel) -> Bools:
    """(cluster, unit) never-treated units per cluster, in the order of their first name."""
    names, never = np.array(panel.units), ~panel.ever
    members = [never & (panel.cluster == cluster) for cluster in np.unique(panel.cluster[never])]
    members.sort(key=lambda some: min(names[some].tolist()))
    return np.array(members, dtype=bool).reshape(len(members), names.size)


def _ways(pool: int, sizes: Sequence[int]) -> int:
    """In how many ways groups of these sizes can be taken."""
    ways = 1
    for size in sizes:
        ways, pool = ways * comb(pool, size), pool - size
    return ways


def _all_ways(pool: tuple[int, ...], sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Each of them, members of the first group first."""
    if not sizes:
        yield ()
        return
    for group in combinations(pool, sizes[0]):
        rest = tuple(i for i in pool if i not in group)
        for others in _all_ways(rest, sizes[1:]):
            yield group + others


def placebo_names(panel: Panel, assignments: Assignments) -> list[str]:
    """Units of each placebo; its clusters where the data name them and it holds whole ones."""
    return [" + ".join(_called(panel, row)) for row in np.asarray(assignments.groups.any(axis=1))]


def _called(panel: Panel, some: Bools) -> list[str]:
    inside = np.isin(panel.cluster, panel.cluster[some])
    if panel.cluster_names and (some == inside).all():
        return [panel.cluster_names[number] for number in np.unique(panel.cluster[some]).tolist()]
    return sorted(np.array(panel.units, dtype=object)[some])


# --- what placebos say ----------------------------------------------------------------------------------------------


def rank_p_value(value: Floats | float, placebos: Floats) -> Floats:
    """(1 + number of placebos at least as large) / (1 + number of placebos), along the first axis.

    A placebo that differs by rounding only counts as equal.
    """
    bar = np.asarray(value) * (1 - 1e-9)
    return np.asarray((1 + (placebos >= bar).sum(axis=0)) / (1 + len(placebos)))


def not_rejected_up_to(placebos: Floats, alpha: float) -> Floats:
    """Largest value with a rank p-value above alpha, along the first axis; infinite where none is ever rejected."""
    place = int(np.floor(alpha * (1 + len(placebos)) + 1e-9))
    if place == 0:
        return np.full(placebos.shape[1:], np.inf)
    return np.asarray(np.sort(placebos, axis=0)[-place])


def root_mean_square(gaps: Floats, cells: Bools) -> Floats:
    """(draw,) of (draw, group, period) over some cells, each cell once."""
    return np.asarray(np.sqrt((np.where(cells, gaps, 0.0) ** 2).sum(axis=(1, 2)) / cells.sum()))


@dataclass(frozen=True)
class PeriodRow:
    """Cells that one row of effects per period is about.

    Attributes:
        period, event_time: as in PeriodEffect.
        cells: (group, period).
        judged: whether the programme runs there.
    """

    period: int | None
    event_time: int | None
    cells: Bools
    judged: bool


def period_rows(design: Design) -> list[PeriodRow]:
    """With one start every period; with several the treated calendar periods, then the times since the start."""
    since = np.arange(len(design.periods))[None, :] - design.starts[:, None]
    if len(design.starts) == 1:
        return [
            PeriodRow(
                period, int(since[0, at]), np.arange(len(design.periods))[None, :] == at, bool(design.after[0, at])
            )
            for at, period in enumerate(design.periods)
            if design.shown[0, at]
        ]
    columns = np.arange(len(design.periods))[None, :]
    calendar = [(period, design.after & (columns == at)) for at, period in enumerate(design.periods)]
    rows = [PeriodRow(period, None, cells, True) for period, cells in calendar if cells.any()]
    times = np.unique(since[design.shown]).tolist()
    return rows + [PeriodRow(None, time, design.shown & (since == time), time >= 0) for time in times]
