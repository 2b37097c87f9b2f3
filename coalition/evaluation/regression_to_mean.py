"""How far those who were chosen because they cost much would have fallen without a programme.

Somebody's cost in the year of choosing is partly chance, and that part does not come back. For normal outcomes the
expected fall is (1 − ρ) times the distance of the chosen from the mean. Cost is skewed: there the same correlation
means another fall, and the distribution's own quantiles are used, joined by a normal copula whose correlation is found
such that the euros, not their ranks or logarithms, correlate with ρ. Both are given; neither is an effect.

The copula is exact up to the number of terms: with h_k the Hermite polynomials (of unit variance) and X = Q(Φ(z)) =
Σ a_k h_k(z), Cov(X, Y) = Σ_{k≥1} a_k² r^k, E[Y | z] = Σ a_k r^k h_k(z). Units: the outcome's own; falls are positive,
changes negative when cost went down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from coalition.evaluation.panel import Bools, Floats, Panel

TERMS = 200
"""Hermite polynomials in a skewed distribution; all later ones together are taken to the power r^TERMS."""
HALVINGS = 60
"""Times that the range of a correlation is halved: more than a float can tell apart."""
PARTS = 6_000
"""Steps that stand for a lognormal distribution, FURTHEST standard deviations to either side."""
FURTHEST = 9.0


def normal_fall(mean: float, sd: float, rho: float, cutoff: float) -> float:
    """Expected fall of those above a cutoff, (1 − ρ) · sd · φ(a) / (1 − Φ(a)) with a = (cutoff − mean) / sd."""
    a = (cutoff - mean) / sd
    return float((1 - rho) * sd * _density(np.array(a)) / special.ndtr(-a))


def lognormal_fall(mean: float, sd: float, rho: float, share: float) -> float:
    """Expected fall of the costliest share of a lognormal population, ρ being the correlation of euros.

    For where no more than a mean and a standard deviation are published.
    """
    edges = np.linspace(-FURTHEST, FURTHEST, PARTS + 1)
    width = np.sqrt(np.log1p((sd / mean) ** 2))
    values = mean * np.exp(width * (edges[:-1] + edges[1:]) / 2 - width**2 / 2)
    weight = np.abs(np.diff(special.ndtr(-np.abs(edges))))  # the upper half mirrored: exact far out
    return empirical_fall(values, rho, share, weight)


def empirical_fall(values: Floats, rho: float, share: float, weight: Floats | None = None) -> float:
    """Expected fall of the costliest `share` of a population, from its own quantiles.

    Args:
        values: (person,) cost in the year of choosing.
        rho: correlation of the same persons' cost with that of a later year, in euro.
        share: part of the population that is chosen, between 0 and 1.
        weight: (person,) person-years; 1 when left out.
    """
    skewed = Skewed(values, np.ones_like(values) if weight is None else weight)
    above = float(special.ndtri(1 - share))
    return skewed.mean_above(above, 1.0) - skewed.mean_above(above, skewed.normal_correlation(rho))


@dataclass(frozen=True, eq=False)
class Skewed:
    """A distribution as a function of a standard normal variable.

    Attributes:
        values: (person,) of the outcome; weight: (person,) person-years.
    """

    values: Floats
    weight: Floats

    @cached_property
    def _steps(self) -> tuple[Floats, Floats]:
        """Values in order, and the standard normal values between which each of them lies, first and last infinite."""
        order = np.argsort(self.values, kind="stable")
        return self.values[order], _edges(self.weight[order])

    @cached_property
    def terms(self) -> Floats:
        """(TERMS + 1,) a_k = E[X h_k(z)], exact for a distribution in steps; a_0 is the mean.

        With ∫ h_k φ between two edges = [−h_(k−1) φ] / √k, summing by parts leaves the jumps of the steps.
        """
        values, edges = self._steps
        jumps, inner = np.diff(values), edges[1:-1]
        used = (jumps > 0) & np.isfinite(inner)
        jumps = jumps[used] * _density(inner[used])
        rest = [jumps @ h / np.sqrt(k + 1) for k, h in enumerate(_hermite(inner[used]))]
        return np.concatenate([[np.average(self.values, weights=self.weight)], rest])

    def correlation(self, normal: float) -> float:
        """Correlation in euro of two years that are joined by a copula with this correlation."""
        powers = normal ** np.arange(1, TERMS + 1)
        variance = np.average((self.values - self.terms[0]) ** 2, weights=self.weight)
        missed = variance - (self.terms[1:] ** 2).sum()  # terms beyond the last, taken at the last power
        return float(((self.terms[1:] ** 2 * powers).sum() + max(missed, 0.0) * powers[-1]) / variance)

    def normal_correlation(self, rho: float) -> float:
        """Correlation of the copula under which euros correlate with rho; 0 for a rho that is not positive."""
        low, high = 0.0, 1.0
        if not 0 < rho < 1:
            return min(max(rho, 0.0), 1.0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.correlation(middle) < rho else (low, middle)
        return (low + high) / 2

    def mean_above(self, above: float, normal: float) -> float:
        """Mean of the other year for those with z above a value; with correlation 1 that of the year itself."""
        chance = float(special.ndtr(-above))
        values, edges = self._steps
        parts = special.ndtr(-np.maximum(edges[:-1], above)) - special.ndtr(-np.maximum(edges[1:], above))
        own = float(parts @ values / chance)
        z = np.array([above])
        tails = np.array([h[0] for h in _hermite(z)]) * float(_density(z)[0]) / chance
        missed = own - float(self.terms[0] + self._discounted(1.0) @ tails)
        return float(self.terms[0] + self._discounted(normal) @ tails + normal**TERMS * missed)

    def expected(self, chosen: Bools, normal: float) -> Floats:
        """(chosen person,) mean of the other year for persons by their place in the distribution.

        Equal values share their place: each gets the mean over the part that all of them take up.
        """
        place = np.unique(self.values, return_inverse=True)[1]
        weight = np.asarray(np.bincount(place, weights=self.weight), dtype=float)
        edges = _edges(weight)
        above = np.zeros((2, len(edges)))  # ∫ from an edge upwards of what the terms add, 0 at both infinities
        for factors, h in zip(self._discounted(np.array([[normal], [1.0]])).T, _hermite(edges[1:-1]), strict=True):
            above[:, 1:-1] += factors[:, None] * h
        above[:, 1:-1] *= _density(edges[1:-1])
        found, same = self.terms[0] + (above[:, :-1] - above[:, 1:]) * weight.sum() / weight
        return np.asarray((found + normal**TERMS * (np.unique(self.values) - same))[place[chosen]])

    def _discounted(self, normal: float | Floats) -> Floats:
        """(…, TERMS) a_k r^k / √k: factors of h_(k−1) φ at an edge."""
        k = np.arange(1, TERMS + 1)
        return np.asarray(self.terms[1:] * normal**k / np.sqrt(k))


def uncontrolled_change(panel: Panel) -> dict[str, float]:
    """What the treated's own change was, and how much of it chance at their choosing would have brought.

    The expected change takes the last period before the start as the one in which the treated were chosen, everyone
    observed there as the population, and from the never treated the correlation with the periods after. It holds only
    if the treated were chosen for their cost; where they were not, they stand at the mean and it is near 0. Of several
    starts the first counts, and those who start later are left out.

    Args:
        panel: treated and never-treated units, some of each in a period before the start and in one after it.
    Returns:
        raw_change: mean of the treated after the start minus that in the last period before it;
        raw_change_from_all: minus that of all periods before. expected_change: what regression to the mean alone would
        bring, by the population's own quantiles, negative for the costly; expected_change_normal: by the normal
        formula. mean_chosen, mean_population: in the last period before; correlation. NaN where the data do not say.
    """
    panel = panel.of_units(~panel.ever | (panel.treated_from == panel.starts[0]))
    after = np.array(panel.periods) >= panel.starts[0]
    last = _last_before(panel, after)
    following, before = _mean(panel, panel.ever, after), _mean(panel, panel.ever, ~after)
    rho = _correlation(panel, last, after)
    seen = panel.observed[:, last]
    values, weight, ever = panel.outcome[seen, last], panel.weight[seen, last], panel.ever[seen]
    skewed = Skewed(values, weight)
    chosen, mean = _mean(panel, panel.ever, np.arange(len(after)) == last), float(np.average(values, weights=weight))
    expected = np.nan
    if ever.any() and np.ptp(values) > 0 and not np.isnan(rho):
        expected = float(np.average(skewed.expected(ever, skewed.normal_correlation(rho)), weights=weight[ever]))
    return {
        "raw_change": following - chosen,
        "raw_change_from_all": following - before,
        "expected_change": expected - chosen,
        "expected_change_normal": -(1 - rho) * (chosen - mean),
        "mean_chosen": chosen,
        "mean_population": mean,
        "correlation": rho,
    }


def _last_before(panel: Panel, after: Bools) -> int:
    """Place of the last period before the start in which treated are observed."""
    seen = panel.observed[panel.ever].any(axis=0) & ~after
    return int(np.flatnonzero(seen)[-1]) if seen.any() else int(np.flatnonzero(~after)[-1])


def _mean(panel: Panel, group: Bools, periods: Bools) -> float:
    """Weighted mean over the observed cells of a group in some periods; NaN where there is none."""
    cells = panel.observed & group[:, None] & periods
    if not cells.any():
        return float("nan")
    return float(np.average(panel.outcome[cells], weights=panel.weight[cells]))


def _correlation(panel: Panel, last: int, after: Bools) -> float:
    """Mean over periods after the start of the never treated's correlation with a period before it.

    Those without any spread in one of the two say nothing; NaN where no period says anything.
    """
    found = []
    for period in np.flatnonzero(after):
        both = ~panel.ever & panel.observed[:, last] & panel.observed[:, period]
        if both.sum() < 3:
            continue
        before, later = panel.outcome[both, last], panel.outcome[both, period]
        weight = np.sqrt(panel.weight[both, last] * panel.weight[both, period])
        left = before - np.average(before, weights=weight)
        right = later - np.average(later, weights=weight)
        size = np.sqrt((weight * left**2).sum() * (weight * right**2).sum())
        if size > 0:
            found.append(float((weight * left * right).sum() / size))
    return float(np.mean(found)) if found else float("nan")


def _edges(weight: Floats) -> Floats:
    """(step + 1,) standard normal values between steps of these weights; minus infinity first, infinity last."""
    below = np.concatenate([[0.0], np.cumsum(weight)])
    above = np.concatenate([np.cumsum(weight[::-1])[::-1], [0.0]])
    whole = below + above
    return np.asarray(np.where(below < above, special.ndtri(below / whole), -special.ndtri(above / whole)))


def _hermite(z: Floats) -> Iterator[Floats]:
    """Hermite polynomials of unit variance under the normal distribution, orders 0 to TERMS − 1, one at a time."""
    before, now = np.zeros_like(z), np.ones_like(z)
    for k in range(TERMS):
        yield now
        before, now = now, (z * now - np.sqrt(k) * before) / np.sqrt(k + 1)


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))
