"""How large a violation of parallel trends a result would survive (Rambachan and Roth 2023).

Without the programme the groups might have drifted apart by δ_t, as they may have done before. Two limits on δ:

    relative magnitude   a step |δ_t − δ_t−1| after the start is at most M̄ times the largest step before it
    smoothness           the trend bends by at most M per period: |(δ_t+1 − δ_t) − (δ_t − δ_t−1)| <= M; with M = 0 a
                         straight line through the periods before is carried on

For each limit an interval that holds the mean effect whatever δ is. For M̄ it is what the conditional test with a
least-favourable first step does not reject (Andrews, Roth and Pakes 2023), whichever step was the largest. Since only
the mean effect is asked for, the path after the start can be eliminated beforehand: its worst mean is
M̄ · step · Σ weight_j · (j + 1), and no linear programmes remain. For M it is the shortest interval around a linear
estimate that allows for its worst bias. It weighs the times before the start by their covariance, so it is left out
where these are more than half of the degrees of freedom, or placebos too few to tell them apart. Variances are widened
by (t / z)², so that all these intervals allow for few clusters as the main one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import optimize, special, stats

from coalition.evaluation.estimates import Row
from coalition.evaluation.panel import Bools, Floats

MAGNITUDES = (0.5, 1.0, 1.5, 2.0)
"""Values of M̄ that are shown."""
BENDS = (0.0, 0.5, 1.0)
"""Values of M that are shown, as multiples of the largest bend before the start."""
FIRST_STEP = 0.1
"""Part of alpha that the least-favourable first step may use."""
LARGEST = 20.0
"""M̄ above which a breakdown value is not looked for."""
TINY = 1e-12
"""Share of the mean effect's variance below which a variance is a rounding of zero."""
ONE_SIDED = 9.0
"""Shift from which |N(shift, 1)| and N(shift, 1) are the same to the last digit."""
GRID = 2_001
"""Values of the effect that are tried before the ends of an interval are refined."""


@dataclass(frozen=True)
class EventPath:
    """Effects by time since the start.

    Attributes:
        times: (n,) in order, without the reference, −1.
        estimates: (n,).
        covariance: (n, n).
        weights: (post,) with which effects from time 0 make the mean effect.
        degrees: of freedom behind the variance of the mean effect.
    """

    times: np.ndarray
    estimates: Floats
    covariance: Floats
    weights: Floats
    degrees: float = float("inf")

    @property
    def before(self) -> int:
        """How many times lie before the reference."""
        return int((self.times < 0).sum())

    @property
    def mean(self) -> Floats:
        """(n,) weights of all times in the mean effect."""
        return np.concatenate([np.zeros(self.before), self.weights])

    @property
    def steps(self) -> Floats:
        """(before, n) each step of the path before the start, the last one to the reference, which is 0."""
        count = self.before
        return np.eye(count, len(self.times), 1) * (np.arange(count) < count - 1)[:, None] - np.eye(
            count, len(self.times)
        )

    def widened(self, alpha: float) -> EventPath:
        """The same with variances that allow for the degrees of freedom."""
        factor = stats.t.ppf(1 - alpha / 2, self.degrees) / stats.norm.ppf(1 - alpha / 2)
        return replace(self, covariance=self.covariance * factor**2)


@dataclass(frozen=True)
class Sensitivity:
    """Intervals under violations.

    Attributes:
        table: columns `restriction`, `m`, `low`, `high`; m is M̄, or M in the outcome's unit.
        figures: `breakdown_mbar`, the largest M̄ at which the interval leaves out 0: 0 where even M̄ = 0 does not,
            infinite above 20.
    """

    table: tuple[Row, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)


def sensitivity(path: EventPath, alpha: float) -> Sensitivity:
    """Intervals of the mean effect under both limits; empty where no step before the start can be judged."""
    errors = np.diag(path.covariance)
    if path.before == 0 or not (errors > 0).all():
        return Sensitivity()
    wide = path.widened(alpha)
    rows: list[Row] = []
    for magnitude in MAGNITUDES:
        low, high = relative_magnitude_interval(wide, magnitude, alpha)
        rows.append({"restriction": "relative_magnitude", "m": magnitude, "low": low, "high": high})
    bend = largest_bend(path)
    bends = [multiple * bend for multiple in BENDS] if bend > 0 else [0.0]
    known = 2 * path.before <= path.degrees and np.linalg.matrix_rank(path.covariance) == len(errors)
    for most in bends if known else ():
        low, high = smoothness_interval(wide, most, alpha)
        rows.append({"restriction": "smoothness", "m": most, "low": low, "high": high})
    return Sensitivity(tuple(rows), {"breakdown_mbar": breakdown(wide, alpha)})


# --- relative magnitude --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Moments:
    """Two linear inequalities E[a'β] <= slope · θ, scaled to deviation 1.

    Attributes:
        values: (2,) a'β̂.
        slopes: (2,) of θ.
        correlation: of the two.
    """

    values: Floats
    slopes: Floats
    correlation: float

    def ceiling(self, level: float) -> float:
        """Value that the larger of two normals with this correlation exceeds with chance `level`.

        P(both <= c) = Φ(c) − 2 T(c, √((1 − ρ) / (1 + ρ))), with T Owen's function.
        """
        ratio = np.sqrt(max(1 - self.correlation, 0.0) / max(1 + self.correlation, 1e-300))

        def excess(c: float) -> float:
            return float(special.ndtr(c) - 2 * special.owens_t(c, ratio)) - (1 - level)

        return float(optimize.brentq(excess, 0.0, 12.0, xtol=1e-12))


def _moments(path: EventPath, magnitude: float) -> Iterator[_Moments]:
    """One pair for each step before the start, and either sign, that may have been the largest.

    With v = sign · that step: ±(mean effect − θ) <= M̄ κ v, κ = Σ weight_j (j + 1). That the other steps are smaller is
    not tested, as in R's HonestDiD: it would cost more power than it brings.
    """
    reach = float(path.weights @ (1 + np.arange(len(path.weights))))
    for step in path.steps:
        for sign in (1.0, -1.0):
            bound = magnitude * reach * sign * step
            rows = np.vstack([path.mean - bound, -path.mean - bound])
            covariance = rows @ path.covariance @ rows.T
            deviation = np.sqrt(np.maximum(np.diag(covariance), TINY * float(path.mean @ path.covariance @ path.mean)))
            correlation = float(np.clip(covariance[0, 1] / np.prod(deviation), -1.0, 1.0))
            yield _Moments(rows @ path.estimates / deviation, np.array([1.0, -1.0]) / deviation, correlation)


def _kept(moments: _Moments, nulls: Floats, alpha: float) -> Bools:
    """(null,) whether each value of θ survives the test.

    The larger of the scaled moments is compared with the value that the larger of two normals exceeds by chance (least
    favourable); if it is smaller, with the quantile of a normal truncated to where this moment is the larger one.
    """
    first = FIRST_STEP * alpha
    ceiling = moments.ceiling(first)
    scaled = moments.values - nulls[:, None] * moments.slopes
    larger, smaller = scaled.max(axis=1), scaled.min(axis=1)
    left = 1 - moments.correlation
    floor = (smaller - moments.correlation * larger) / left if left > 1e-9 else np.full(len(nulls), -np.inf)
    second = (alpha - first) / (1 - first)
    below, above = special.ndtr(-np.minimum(floor, ceiling)), special.ndtr(-ceiling)
    quantile = -special.ndtri(above + second * (below - above))
    return np.asarray(larger <= np.minimum(ceiling, np.maximum(quantile, 0.0)))


def relative_magnitude_interval(path: EventPath, magnitude: float, alpha: float) -> tuple[float, float]:
    """Interval of the mean effect when steps after the start are at most M̄ times the largest one before.

    Args:
        path: of effects.
        magnitude: M̄ >= 0.
        alpha: 1 − confidence.
    """
    centre = float(path.mean @ path.estimates)
    error = float(np.sqrt(path.mean @ path.covariance @ path.mean))
    reach = float(path.weights @ (1 + np.arange(len(path.weights))))
    steps = np.abs(path.steps @ path.estimates) + 5 * np.sqrt(np.diag(path.steps @ path.covariance @ path.steps.T))
    half = 6 * error + magnitude * reach * float(steps.max())
    grid = centre + half * np.linspace(-1, 1, GRID)
    low, high = np.inf, -np.inf
    for moments in _moments(path, magnitude):
        kept = np.flatnonzero(_kept(moments, grid, alpha))
        if kept.size:
            low = min(low, _edge(moments, grid, int(kept[0]), -1, alpha))
            high = max(high, _edge(moments, grid, int(kept[-1]), 1, alpha))
    return (low, high) if low <= high else (float("nan"), float("nan"))


def _edge(moments: _Moments, grid: Floats, kept: int, side: int, alpha: float) -> float:
    """Where a value of the grid that is kept goes over into one that is not."""
    inside, outside = float(grid[kept]), float(grid[min(max(kept + side, 0), len(grid) - 1)])
    for _ in range(3):  # each round divides the gap by 64
        between = np.linspace(inside, outside, 65)
        last = int(np.flatnonzero(_kept(moments, between, alpha))[-1])
        inside, outside = float(between[last]), float(between[min(last + 1, 64)])
    return inside


def breakdown(path: EventPath, alpha: float) -> float:
    """Largest M̄ at which a mean effect of 0 is still rejected."""

    def rejected(magnitude: float) -> bool:
        zero = np.zeros(1)
        return not any(_kept(moments, zero, alpha)[0] for moments in _moments(path, magnitude))

    if not rejected(0.0):
        return 0.0
    if rejected(LARGEST):
        return float("inf")
    low, high = 0.0, LARGEST
    for _ in range(20):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rejected(middle) else (low, middle)
    return low


# --- smoothness ----------------------------------------------------------------------------------------------------


def _bends(path: EventPath) -> tuple[Floats, Floats]:
    """(n,) place of each time on the line, the reference at 0; (bend, n) its reaction to a bend in one of them."""
    count, after = path.before, len(path.weights)
    place = np.concatenate([np.arange(-count, 0), np.arange(1, after + 1)]).astype(float)
    knots = np.arange(-count + 1, after)
    reaction = np.where(
        knots[:, None] < 0, np.maximum(knots[:, None] - place, 0.0), np.maximum(place - knots[:, None], 0.0)
    )
    return place, reaction


def largest_bend(path: EventPath) -> float:
    """Largest change of slope between two steps before the start; 0 where there is only one step."""
    steps = path.steps @ path.estimates
    return float(np.abs(np.diff(steps)).max()) if len(steps) > 1 else 0.0


def smoothness_interval(path: EventPath, bend: float, alpha: float) -> tuple[float, float]:
    """Interval of the mean effect when the difference in trends bends by at most M per period.

    The mean effect is estimated by the weights of the times after the start and weights w of those before, such that a
    straight line cancels. The worst bias is M · Σ |reaction to a bend|; w makes deviation · z(bias / deviation)
    smallest, z being the quantile of |N(bias / deviation, 1)|.

    Args:
        path: of effects.
        bend: M >= 0, in the outcome's unit.
        alpha: 1 − confidence.
    """
    place, reaction = _bends(path)
    free, start = _free_weights(path, place)
    chosen = start
    if free.shape[1] and bend > 0:
        chosen = start + free @ _shortest(path, start, free, reaction, bend, alpha)
    half = _half_length(chosen, path, reaction, bend, alpha)
    centre = float(chosen @ path.estimates)
    return centre - half, centre + half


def _free_weights(path: EventPath, place: Floats) -> tuple[Floats, Floats]:
    """(n, free) directions in which the weights may move, and the weights with the least variance."""
    count = path.before
    line = place[:count] / np.linalg.norm(place[:count])
    free = np.zeros((len(place), count - 1))
    free[:count] = np.linalg.svd(line[None, :])[2][1:].T
    weights = path.mean.copy()
    weights[:count] = -line * (path.mean @ place) / np.linalg.norm(place[:count])
    if count > 1:
        inner = free.T @ path.covariance @ free
        weights = weights - free @ np.linalg.solve(inner, free.T @ path.covariance @ weights)
    return free, weights


def _half_length(weights: Floats, path: EventPath, reaction: Floats, bend: float, alpha: float) -> float:
    deviation = float(np.sqrt(weights @ path.covariance @ weights))
    return deviation * _folded_quantile(bend * float(np.abs(reaction @ weights).sum()) / deviation, alpha)


def _folded_quantile(shift: float, alpha: float) -> float:
    """Value that |N(shift, 1)| exceeds with chance alpha; far from zero only one side matters."""
    if shift > ONE_SIDED:
        return shift + float(stats.norm.isf(alpha))
    return float(np.sqrt(stats.ncx2.ppf(1 - alpha, 1, shift**2)))


def _shortest(path: EventPath, start: Floats, free: Floats, reaction: Floats, bend: float, alpha: float) -> Floats:
    """Moves along the free directions with the shortest interval; absolute values enter as variables of their own."""
    bends, many = len(reaction), free.shape[1]
    scale = float(np.sqrt(start @ path.covariance @ start))

    def half_and_slope(x: Floats) -> tuple[float, Floats]:
        weights = start + free @ x[:many]
        deviation = float(np.sqrt(weights @ path.covariance @ weights))
        shift = bend * float(x[many:].sum()) / deviation
        c = _folded_quantile(shift, alpha)
        near, far = np.exp(-0.5 * (c - shift) ** 2), np.exp(-0.5 * (c + shift) ** 2)
        rise = float((near - far) / (near + far))  # of the quantile, per unit of shift
        of_moves = (c - shift * rise) * (free.T @ path.covariance @ weights) / deviation
        return deviation * c / scale, np.concatenate([of_moves, np.full(bends, bend * rise)]) / scale

    moves, fixed = reaction @ free, reaction @ start
    both = np.block([[-moves, np.eye(bends)], [moves, np.eye(bends)]])
    above = {"type": "ineq", "fun": lambda x: both @ x - np.concatenate([fixed, -fixed]), "jac": lambda _: both}
    first = np.concatenate([np.zeros(many), np.abs(fixed)])
    found = optimize.minimize(
        half_and_slope, first, jac=True, method="SLSQP", constraints=above, options={"maxiter": 500, "ftol": 1e-12}
    )
    best = np.asarray(found.x[:many])
    shortest = min((best, 0 * best), key=lambda x: _half_length(start + free @ x, path, reaction, bend, alpha))
    return np.asarray(shortest)
