"""What an estimator gives: an effect with its interval, per period and in all, and what a reader must see beside it.

An effect is in the outcome's own unit and is what the programme changed: negative is lower cost. Intervals have the
confidence 1 − alpha. How a standard error was found is named, because two conventions can differ by a third.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Cell = str | int | float | None
Row = Mapping[str, Cell]
"""A row of a table that belongs to one method: column -> value."""


class Method(StrEnum):
    """How an effect is estimated."""

    DID = "did"
    """Change of the treated minus change of the others, before and after one start."""
    TWFE = "twfe"
    """Regression with an effect for each unit and each period."""
    EVENT_STUDY = "event_study"
    """The same with one effect per period before and after the start."""
    CALLAWAY_SANTANNA = "callaway_santanna"
    """Effects per group that started together and per period, put together afterwards."""
    SYNTHETIC_CONTROL = "synthetic_control"
    """The treated beside a weighted mean of others that went the same way before."""
    SYNTHETIC_DID = "synthetic_did"
    """Difference-in-differences with weights on units and on periods."""
    ITS = "its"
    """A series' own level and slope before and after the start, with a control series where there is one."""
    GAMMA_GLM = "gamma_glm"
    """Ratio of cost per person, gamma with log link."""
    TWO_PART = "two_part"
    """Whether there is any cost, and how much if there is."""


class Convention(StrEnum):
    """How a standard error, interval and p-value were found."""

    CLUSTER_T = "cluster_t"
    """Robust within clusters (CR1: G/(G−1) · (N−1)/(N−K)), t with G − 1 degrees of freedom."""
    INFLUENCE_T = "influence_t"
    """From influence functions summed per cluster, G/(G−1), t with G − 1 degrees of freedom."""
    JACKKNIFE_T = "jackknife_t"
    """Leaving out one cluster at a time (CR3), t with G − 1 degrees of freedom."""
    JACKKNIFE_WELCH = "jackknife_welch"
    """The same with Satterthwaite's degrees of freedom, treated and control clusters having a variance of their own."""
    WILD_BOOTSTRAP = "wild_bootstrap"
    """Wild cluster bootstrap under the hypothesis of no effect; the interval is what it does not reject."""
    PERMUTATION = "permutation"
    """Place of the estimate among placebo estimates; the interval is what it does not reject."""
    PLACEBO = "placebo"
    """Standard deviation of placebo estimates on units that were not treated, normal."""
    NEWEY_WEST = "newey_west"
    """Robust to heteroskedasticity and autocorrelation up to a stated lag."""


@dataclass(frozen=True)
class Effect:
    """One effect.

    Attributes:
        estimate: in the outcome's own unit; negative is less.
        standard_error: NaN where only permutation is possible.
        low, high: of the interval.
        p_value: of no effect, two-sided.
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class PeriodEffect:
    """The effect of one period.

    Attributes:
        period: calendar period; None where the row is about a time since the start.
        event_time: periods since the start, the first treated period is 0; None where starts differ.
        effect: with a pointwise interval.
        band_low, band_high: of a band that holds for all periods together; NaN where none was made.
    """

    period: int | None
    event_time: int | None
    effect: Effect
    band_low: float = float("nan")
    band_high: float = float("nan")


@dataclass(frozen=True)
class Flag:
    """A trap that applies.

    Attributes:
        id: which; its text in two languages stands in flag_texts.py.
        facts: figures and names for the text.
    """

    id: str
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """What one method found.

    Attributes:
        method: which.
        effect: mean effect on the treated over all treated periods.
        convention: of its standard error and interval.
        expected: mean outcome of the treated in treated periods as it would have been without the programme.
        per_period: effects before (for a test of trends) and after the start, in order.
        clusters_treated, clusters_control: how many clusters stand on either side.
        observations: cells that were used.
        figures: named single figures of the method, such as `pre_rmspe` or `pretest_p_value`.
        tables: named tables of the method, such as `weights`, `balance` or `placebos`.
        flags: traps that the method itself saw.
        notes: choices made, as ids of texts, such as `controls_never_treated`.
    """

    method: Method
    effect: Effect
    convention: Convention
    expected: float
    per_period: Sequence[PeriodEffect] = ()
    clusters_treated: int = 0
    clusters_control: int = 0
    observations: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    flags: Sequence[Flag] = ()
    notes: Sequence[str] = ()

    @property
    def percent(self) -> float:
        """The effect as a percentage of what was expected; NaN where that is 0."""
        return 100 * self.effect.estimate / self.expected if self.expected else float("nan")


@dataclass(frozen=True)
class Options:
    """What a study leaves open, in the order of the study file.

    Attributes:
        alpha: 1 − confidence of intervals, and level of tests.
        seed: of everything that is drawn.
        draws: of a bootstrap or of placebos.
        controls: `never` or `not_yet` treated, for a staggered start.
        aggregation: `simple`, `group`, `dynamic` or `calendar`, for a staggered start.
        adjustment: `none`, `outcome`, `weighting` or `doubly_robust`, where there are covariates.
        covariates: names that are adjusted for.
        season: periods in a year, for interrupted time series; 1 for years.
    """

    alpha: float = 0.05
    seed: int = 1
    draws: int = 999
    controls: str = "never"
    aggregation: str = "simple"
    adjustment: str = "doubly_robust"
    covariates: tuple[str, ...] = ()
    season: int = 1
