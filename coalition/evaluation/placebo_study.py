"""A study as if nothing had happened: every region in turn, from every possible start.

Where there was no programme a method finds one as often as its level says, or it must not be believed. Each region is
taken as treated from each start, on a window of periods round it, and compared with all others. How often the test
rejects is reported with its own interval; nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.evaluation.estimates import Effect, Method, Options
from coalition.evaluation.evaluated import estimator
from coalition.evaluation.panel import NEVER, Panel


@dataclass(frozen=True)
class Try:
    """One region as if it had started.

    Attributes:
        region: name; start: first period taken as treated; method: of the estimate.
        effect: found; its truth is 0.
        rejected: whether the test says that there is an effect.
    """

    region: str
    start: int
    method: Method
    effect: Effect
    rejected: bool


@dataclass(frozen=True)
class Rate:
    """How often a method found an effect that was not there.

    Attributes:
        method: which; tries, rejections: counted.
        low, high: 95 % interval of the share by Clopper and Pearson, as if tries were independent; they overlap.
        smallest_p: the smallest p-value found, which shows how fine the test can be.
        root_mean_square: of the estimates, in the outcome's own unit: what chance alone does.
    """

    method: Method
    tries: int
    rejections: int
    low: float
    high: float
    smallest_p: float
    root_mean_square: float

    @property
    def share(self) -> float:
        """Part of the tries."""
        return self.rejections / self.tries


@dataclass(frozen=True)
class Windows:
    """Which periods stand round a start.

    Attributes:
        before, after: how many.
    """

    before: int = 3
    after: int = 3


def tries(
    panel: Panel,
    regions: Sequence[str],
    methods: Sequence[Method],
    options: Options,
    windows: Windows,
    told: Callable[[str], None] = lambda _: None,
) -> Iterator[Try]:
    """Every region from every start by every method.

    Args:
        panel: whose clusters are the regions; who was treated does not count.
        regions: name of each cluster number.
        methods, options: as in a study.
        windows: periods round a start.
        told: called with each region before it is tried.
    """
    for number in np.unique(panel.cluster):
        told(regions[number])
        for at in range(windows.before, len(panel.periods) - windows.after + 1):
            cut = as_if_started(panel, int(number), at, windows)
            for method in methods:
                effect = estimator(method)(cut, options).effect
                yield Try(regions[number], panel.periods[at], method, effect, effect.p_value <= options.alpha)


def as_if_started(panel: Panel, region: int, at: int, windows: Windows) -> Panel:
    """The panel round a start in which one region is treated; units with gaps in the window are left out."""
    span = slice(at - windows.before, at + windows.after)
    cut = replace(
        panel,
        periods=panel.periods[span],
        outcome=panel.outcome[:, span],
        weight=panel.weight[:, span],
        treated_from=np.where(panel.cluster == region, float(panel.periods[at]), NEVER),
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
    low = float(beta.ppf(0.025, rejected, count - rejected + 1)) if rejected else 0.0
    high = float(beta.ppf(0.975, rejected + 1, count - rejected)) if rejected < count else 1.0
    size = float(np.sqrt(np.mean([t.effect.estimate**2 for t in found])))
    return Rate(method, count, rejected, low, high, min(t.effect.p_value for t in found), size)
