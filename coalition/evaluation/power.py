"""How small an effect an evaluation can see, before the start.

The least effect that is found with a stated chance (power) at a stated level is (z(1 − α/2) + z(power)) times the
standard error of the comparison. That error comes from a formula about persons (Design) or, for areas, from history:
what the same comparison would have said in years and places without a programme. The formula knows no shocks that a
whole area shares; history does, and is the one to trust for municipalities.

The formula agrees with the gate of a contract (clauses.standard_error): the same coefficient of variation and design
effect, and the covariance that follows from the same persons being followed. Units: the outcome's own, per person-year;
a saving that is planned is positive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from coalition.evaluation.estimates import Estimate, Options
from coalition.evaluation.panel import NEVER, Bools, Floats, Panel

NEAREST = 20
"""Units nearest in size among which the stand-in for a treated unit is drawn."""

# --- from persons ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Design:
    """A comparison of means of persons.

    Attributes:
        persons_treated: person-years per year among the treated.
        persons_control: the same of the comparison group; infinite where what would have been is taken as known.
        sd: standard deviation of yearly cost between persons, in the outcome's own unit.
        rho: correlation of a person's cost between two years, in euro; 0 where other persons are seen each year.
        years_before, years_after: years measured; with none before, levels after the start are compared.
        cluster_size: persons per practice or neighbourhood; 1 without clusters.
        icc: correlation between persons of one cluster, of what is compared: of changes where there is a before.
        cluster_size_variation: coefficient of variation of cluster sizes.
    """

    persons_treated: float
    persons_control: float
    sd: float
    rho: float = 0.0
    years_before: int = 1
    years_after: int = 1
    cluster_size: float = 1.0
    icc: float = 0.0
    cluster_size_variation: float = 0.0

    @property
    def years_factor(self) -> float:
        """Variance of a person's change, in variances of one year: (1 − ρ)(1/k_before + 1/k_after).

        A mean of k equicorrelated years has variance (1 + (k − 1)ρ)/k, two such means of one person have covariance ρ;
        Var = (1 + (a − 1)ρ)/a + (1 + (b − 1)ρ)/b − 2ρ. With k years on either side that is 2(1 − ρ)/k.
        """
        after = (1 + (self.years_after - 1) * self.rho) / self.years_after
        if self.years_before == 0:
            return after
        before = (1 + (self.years_before - 1) * self.rho) / self.years_before
        return after + before - 2 * self.rho

    @property
    def design_effect(self) -> float:
        """Factor on the variance for clusters, 1 + ((1 + cv²) m − 1) icc, at least 1 (Eldridge and others 2006)."""
        return max(1.0, 1 + ((1 + self.cluster_size_variation**2) * self.cluster_size - 1) * self.icc)

    @property
    def standard_error(self) -> float:
        """√(sd² · years_factor · (1/n_treated + 1/n_control) · design effect)."""
        heads = 1 / self.persons_treated + 1 / self.persons_control
        return float(np.sqrt(self.sd**2 * self.years_factor * heads * self.design_effect))

    def covariance(self, mean: float) -> float:
        """What a contract states as `covariance` to get this error relative to the mean: its gate knows no years.

        The contract's variance is CV² · design effect · (1/n + 1/n_benchmark) − 2 · covariance.
        """
        heads = 1 / self.persons_treated + 1 / self.persons_control
        return (self.sd / mean) ** 2 * self.design_effect * heads * (1 - self.years_factor) / 2


@dataclass(frozen=True)
class Detectable:
    """What can be seen with a standard error.

    Attributes:
        standard_error: of the effect.
        effect: least effect that is found with the stated power, positive.
        percent: of mean cost; NaN where the mean is not stated.
        times_plan: in planned savings; NaN where no plan is stated. Above 1 the plan itself is likely to be missed.
        power_at_plan: chance to find the planned saving; NaN where no plan is stated.
        alpha, power: the level and the chance that were asked for.
    """

    standard_error: float
    effect: float
    percent: float
    times_plan: float
    power_at_plan: float
    alpha: float
    power: float


def detectable(
    standard_error: float,
    *,
    mean: float | None = None,
    plan: float | None = None,
    alpha: float = 0.05,
    power: float = 0.8,
) -> Detectable:
    """The least effect (z(1 − α/2) + z(power)) · SE, in the outcome's unit, in percent and in planned savings.

    Args:
        standard_error: of Design or of History.
        mean: cost without the programme, for the percentage.
        plan: planned saving in the outcome's unit, positive.
        alpha: level of the two-sided test; power: chance to find the effect.
    """
    effect = multiple(alpha, power) * standard_error
    return Detectable(
        standard_error=standard_error,
        effect=effect,
        percent=100 * effect / mean if mean else float("nan"),
        times_plan=effect / abs(plan) if plan else float("nan"),
        power_at_plan=power_of(plan, standard_error, alpha) if plan else float("nan"),
        alpha=alpha,
        power=power,
    )


def seen_in(estimate: Estimate, plan: float | None, alpha: float = 0.05, power: float = 0.8) -> Detectable:
    """What an estimate could have shown, from the width of its interval; the effect that it found plays no part.

    Half the width is what an effect must exceed to be found, whatever the convention; the standard error that goes with
    it in a normal test stands for chance. Where the interval has no end nothing could be found.

    Args:
        estimate: with its interval; plan: planned saving in the outcome's unit, positive.
        alpha: level of the interval; power: chance to find the effect.
    """
    half = (estimate.effect.high - estimate.effect.low) / 2
    seen = detectable(
        half / NormalDist().inv_cdf(1 - alpha / 2), mean=estimate.expected, plan=plan, alpha=alpha, power=power
    )
    return replace(seen, power_at_plan=0.0) if plan and np.isinf(half) else seen


def multiple(alpha: float, power: float) -> float:
    """Standard errors in the least detectable effect: z(1 − α/2) + z(power), 2.80 at 5 % and 80 %."""
    normal = NormalDist()
    return normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)


def power_of(effect: float, standard_error: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided test finds an effect, on whichever side; without an error any effect is found."""
    normal = NormalDist()
    if standard_error == 0:
        return 1.0 if effect else alpha
    critical, shift = normal.inv_cdf(1 - alpha / 2), abs(effect) / standard_error
    return normal.cdf(shift - critical) + normal.cdf(-shift - critical)


def persons_needed(design: Design, effect: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Treated persons with which the effect is detectable, the comparison group growing in proportion."""
    return design.persons_treated * (multiple(alpha, power) * design.standard_error / effect) ** 2


def controls_needed(design: Design, effect: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Persons in the comparison group with which the effect is detectable; infinite where no number is enough."""
    allowed = (effect / multiple(alpha, power)) ** 2
    per_person = design.sd**2 * design.years_factor * design.design_effect
    left = allowed / per_person - 1 / design.persons_treated
    return 1 / left if left > 0 else float("inf")


def areas_needed(design: Design, effect: float, area_persons: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Comparison areas of a size with which the effect is detectable, a whole number or infinite."""
    return float(np.ceil(controls_needed(design, effect, alpha, power) / area_persons))


# --- from history ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """What a comparison said where and when there was no programme.

    Attributes:
        standard_error: root of the mean square of the placebo estimates; their truth is 0.
        mean_estimate: their mean; far from 0 it is a trend, not chance.
        upper_quantile: the 1 − alpha quantile of their size: what chance alone reaches with probability alpha.
        mean_outcome: weighted mean of the outcome in the years taken for after.
        placebos: how many different groups stood in for the treated, over all windows; windows: spans of years.
        person_years: mean of the stand-ins' person-years per period.
    """

    standard_error: float
    mean_estimate: float
    upper_quantile: float
    mean_outcome: float
    placebos: int
    windows: int
    person_years: float


def power_from_history(
    panel: Panel,
    treated_units: Sequence[str],
    years: int,
    options: Options | None = None,
    *,
    years_before: int | None = None,
    size: float | None = None,
    regions: bool = False,
    estimator: Callable[[Panel, Options], Estimate] | None = None,
) -> History:
    """Standard error of an evaluation of some units, from placebos among units that were never treated.

    Each window of years_before + years periods counts. In it each treated unit is replaced by one of the NEAREST units
    in size, drawn without the same unit twice in a group, and compared with all other never-treated units. Windows and
    groups overlap, so there is less in them than their number says. Units drawn from anywhere share no shock; where
    the treated are neighbours, `regions` lets whole regions stand in.

    Args:
        panel: history without a programme for the never treated, at one price level; units with gaps are left out.
        treated_units: who will take part; may be empty when `size` is stated.
        years: periods after the start.
        options: alpha, seed and draws; with an estimator each draw is one call.
        years_before: periods before the start; as many as after when left out.
        size: person-years per period of one treated unit, instead of treated_units.
        regions: whether each cluster of units stands in as a whole, whatever its size.
        estimator: what is repeated; difference-in-differences of weighted means when left out.
    """
    chosen = options or Options()
    before = years if years_before is None else years_before
    treated = np.isin(panel.units, list(treated_units))
    pool = panel.of_units(~treated & ~panel.ever & panel.observed.all(axis=1))
    own = np.nanmean(panel.weight[treated], axis=1) if size is None else np.array([size])
    draws = _whole_clusters(pool) if regions else _stand_ins(pool, own, chosen)
    starts = range(before, len(panel.periods) - years + 1)
    if estimator is None:
        found = np.concatenate([_did(pool, draws, slice(s - before, s), slice(s, s + years)) for s in starts])
    else:
        found = np.array(
            [_one(pool, group, slice(s - before, s + years), s, estimator, chosen) for s in starts for group in draws]
        )
    after = slice(before, None)
    return History(
        standard_error=float(np.sqrt(np.mean(found**2))),
        mean_estimate=float(found.mean()),
        upper_quantile=float(np.quantile(np.abs(found), 1 - chosen.alpha)),
        mean_outcome=float(np.average(pool.outcome[:, after], weights=pool.weight[:, after])),
        placebos=len(found),
        windows=len(starts),
        person_years=float((draws @ pool.weight.mean(axis=1)).mean()),
    )


def _stand_ins(pool: Panel, sizes: Floats, options: Options) -> Bools:
    """(draw, unit) different groups with one unit near in size for each treated unit, at most options.draws."""
    rng = np.random.default_rng(options.seed)
    known = pool.weight.mean(axis=1)
    order = np.argsort(-sizes, kind="stable")  # the largest first: they have the fewest near them
    near = np.argsort(np.abs(np.log(known[None, :] / sizes[order][:, None])), axis=1, kind="stable")
    if len(sizes) == 1:
        return np.asarray(np.eye(len(known), dtype=bool)[near[0, :NEAREST][: options.draws]])
    groups = np.zeros((options.draws, len(known)), dtype=bool)
    rows = np.arange(options.draws)
    for candidates in near:
        free = ~groups[:, candidates]
        first = free & (np.cumsum(free, axis=1) <= NEAREST)  # the nearest ones that this group does not have yet
        picked = np.where(first, rng.random(first.shape), -1.0).argmax(axis=1)
        groups[rows, candidates[picked]] = True
    return np.unique(groups, axis=0)


def _whole_clusters(pool: Panel) -> Bools:
    """(cluster, unit) each cluster in turn."""
    return np.asarray(np.unique(pool.cluster)[:, None] == pool.cluster[None, :])


def _did(pool: Panel, groups: Bools, before: slice, after: slice) -> Floats:
    """(draw,) difference-in-differences of weighted means, each group against all other units."""
    change = _means(pool, groups, after) - _means(pool, groups, before)
    others = _means(pool, ~groups, after) - _means(pool, ~groups, before)
    return change - others


def _means(pool: Panel, groups: Bools, periods: slice) -> Floats:
    """(draw,) weighted mean over the units of a group and some periods."""
    weight = pool.weight[:, periods]
    return np.asarray((groups @ (weight * pool.outcome[:, periods]).sum(axis=1)) / (groups @ weight.sum(axis=1)))


def _one(
    pool: Panel,
    group: Bools,
    window: slice,
    start: int,
    estimator: Callable[[Panel, Options], Estimate],
    options: Options,
) -> float:
    """The estimate as if a group had started."""
    cut = replace(
        pool,
        periods=pool.periods[window],
        outcome=pool.outcome[:, window],
        weight=pool.weight[:, window],
        treated_from=np.where(group, float(pool.periods[start]), NEVER),
        covariates={name: values[:, window] for name, values in pool.covariates.items()},
    )
    return estimator(cut, options).effect.estimate
