"""A study as if nothing had happened: every region in turn, or some of them together, from every possible start.

Where there was no programme a method finds one as often as its level says, or it must not be believed. Regions are
taken as treated from each start, on a window of periods round it, and compared with all others. How often the test
rejects is reported with its own interval; nothing is corrected.

A test that ranks a region among all regions puts exactly as many on top as its level allows, whatever the data are:
its share is fixed, and is no test of the method. Several regions together are judged by their own variance, and are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np

from coalition.evaluation.estimates import Convention, Effect, Estimate, Method, Options
from coalition.evaluation.evaluated import estimator
from coalition.evaluation.panel import NEVER, Panel


@dataclass(frozen=True)
class Try:
    """One region as if it had started.

    Attributes:
        region: names; start: first period taken as treated; method: of the estimate.
        effect: found; its truth is 0.
        rejected: whether the test says that there is an effect.
        by_rank: whether the test is a rank among the same groups, all of which are tried: what it rejects is fixed.
        smallest_p: least p-value that the test could have given; NaN where it has none.
    """

    region: str
    start: int
    method: Method
    effect: Effect
    rejected: bool
    by_rank: bool
    smallest_p: float


@dataclass(frozen=True)
class Rate:
    """How often a method found an effect that was not there.

    Attributes:
        method: which; tries, rejections: counted.
        low, high: 95 % interval of the share by Clopper and Pearson, as if tries were independent; they overlap. NaN
            where the share is fixed.
        fixed: whether a test by rank fixes the share, whatever the data.
        smallest_p: the least p-value that the test could give in every try; NaN where it has none.
        root_mean_square: of the estimates, in the outcome's own unit: what chance alone does.
    """

    method: Method
    tries: int
    rejections: int
    low: float
    high: float
    fixed: bool
    smallest_p: float
    root_mean_square: float

    @property
    def share(self) -> float:
        """Part of the tries."""
        return self.rejections / self.tries


@dataclass(frozen=True)
class Windows:
    """Which periods stand round a start, and how many regions start together.

    Attributes:
        before, after: periods.
        together: regions that are taken as treated at once.
        groups: of several regions, that are drawn for each start where there are more.
    """

    before: int = 3
    after: int = 3
    together: int = 1
    groups: int = 50


def tries(
    panel: Panel,
    methods: Sequence[Method],
    options: Options,
    windows: Windows,
    told: Callable[[str], None] = lambda _: None,
) -> Iterator[Try]:
    """Every region, or group of regions, from every start by every method.

    Args:
        panel: whose clusters are the regions; who was treated does not count.
        methods, options: as in a study.
        windows: periods round a start, and how many regions start together.
        told: called with each group before it is tried.
    """
    names, groups = panel.cluster_names or panel.units, groups_of(panel, windows, options.seed)
    every = len(groups) == comb(len(np.unique(panel.cluster)), windows.together)
    for group in groups:
        called = " + ".join(names[number] for number in group)
        told(called)
        for at in range(windows.before, len(panel.periods) - windows.after + 1):
            cut = as_if_started(panel, group, at, windows)
            for method in methods:
                yield _try(called, panel.periods[at], estimator(method)(cut, options), options.alpha, every=every)


def _try(called: str, start: int, found: Estimate, alpha: float, *, every: bool) -> Try:
    ranked = found.convention is Convention.PERMUTATION
    by_rank = every and ranked and "exchanges" in found.figures
    smallest = found.figures.get("smallest_p_value", float("nan")) if ranked else float("nan")
    return Try(called, start, found.method, found.effect, found.effect.p_value <= alpha, by_rank, smallest)


def groups_of(panel: Panel, windows: Windows, seed: int) -> list[tuple[int, ...]]:
    """Cluster numbers that start together: all groups where these are few, else some that are drawn, each once."""
    regions = np.unique(panel.cluster).tolist()
    if comb(len(regions), windows.together) <= max(windows.groups, len(regions)):
        return list(combinations(regions, windows.together))
    rng, drawn = np.random.default_rng(seed), dict[tuple[int, ...], None]()
    while len(drawn) < windows.groups:
        drawn[tuple(sorted(rng.choice(regions, windows.together, replace=False).tolist()))] = None
    return list(drawn)


def as_if_started(panel: Panel, regions: Sequence[int], at: int, windows: Windows) -> Panel:
    """The panel round a start in which some regions are treated; units with gaps in the window are left out."""
    span = slice(at - windows.before, at + windows.after)
    cut = replace(
        panel,
        periods=panel.periods[span],
        outcome=panel.outcome[:, span],
        weight=panel.weight[:, span],
        treated_from=np.where(np.isin(panel.cluster, regions), float(panel.periods[at]), NEVER),
        covariates={name: values[:, span] for name, values in panel.covariates.items()},
    )
    return cut.of_units(np.asarray(cut.observed.all(axis=1)))


def rates(found: Sequence[Try]) -> list[Rate]:
    """How often each method rejected."""
    return [
        _rate(method, [t for t in found if t.method is method]) for method in dict.fromkeys(t.method for t in found)
    ]


def _rate(method: Method, found: Sequence[Try]) -> Rate:
    from scipy.stats import beta

    count, rejected = len(found), sum(t.rejected for t in found)
    fixed = all(t.by_rank for t in found)
    low = float(beta.ppf(0.025, rejected, count - rejected + 1)) if rejected else 0.0
    high = float(beta.ppf(0.975, rejected + 1, count - rejected)) if rejected < count else 1.0
    if fixed:
        low = high = float("nan")
    size = float(np.sqrt(np.mean([t.effect.estimate**2 for t in found])))
    smallest = float(np.max([t.smallest_p for t in found]))
    return Rate(method, count, rejected, low, high, fixed, smallest, size)
