"""How large a violation of parallel trends a result would survive (Rambachan and Roth 2023).

Without the programme the groups might have drifted apart by δ_t, as they may have done before. Two limits on δ:

    relative magnitude   a step |δ_t − δ_t−1| after the start is at most M̄ times the largest step before it
    smoothness           the trend bends by at most M per period: |(δ_t+1 − δ_t) − (δ_t − δ_t−1)| <= M; with M = 0 a
                         straight line through the periods before is carried on

For each limit an interval that holds the mean effect whatever δ is. For M̄ it is what the conditional test with a
least-favourable first step does not reject (Andrews, Roth and Pakes 2023); since only the mean effect is asked for, the
path after the start can be eliminated beforehand: its worst mean is M̄ · step · Σ weight_j · (j + 1), so no linear
programmes remain. For M it is the shortest interval around a linear estimate that allows for its worst bias. Variances
are widened by (t / z)², so that these intervals allow for few clusters as the main one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import optimize, stats

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
NORMALS = 5_000
"""Draws for the least-favourable critical value; their seed is fixed, it is a numerical integral."""
GRID = 2_001


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
    for multiple in BENDS if bend > 0 else BENDS[:1]:
        low, high = smoothness_interval(wide, multiple * bend, alpha)
        rows.append({"restriction": "smoothness", "m": multiple * bend, "low": low, "high": high})
    return Sensitivity(tuple(rows), {"breakdown_mbar": breakdown(wide, alpha)})


# --- relative magnitude --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Moments:
    """Linear inequalities E[a'β] <= slope · θ, scaled to deviation 1.

    Attributes:
        values: (moment,) a'β̂.
        slopes: (moment,) of θ.
        correlation: (moment, moment).
    """

    values: Floats
    slopes: Floats
    correlation: Floats


def _moments(path: EventPath, magnitude: float) -> Iterator[_Moments]:
    """One set for each step before the start, and either sign, that may have been the largest.

    With v = sign · that step: ±(mean effect − θ) <= M̄ κ v, ±(another step) <= v, and 0 <= v; κ = Σ weight_j (j + 1).
    """
    reach = float(path.weights @ (1 + np.arange(len(path.weights))))
    steps, mean = path.steps, path.mean
    for largest in range(len(steps)):
        others = np.delete(steps, largest, axis=0)
        for sign in (1.0, -1.0):
            bound = sign * steps[largest]
            rows = np.vstack(
                [mean - magnitude * reach * bound, -mean - magnitude * reach * bound, others - bound, -others - bound]
            )
            rows = np.vstack([rows, -bound])
            slopes = np.zeros(len(rows))
            slopes[:2] = 1.0, -1.0
            covariance = rows @ path.covariance @ rows.T
            deviation = np.sqrt(np.diag(covariance))
            yield _Moments(
                rows @ path.estimates / deviation, slopes / deviation, covariance / np.outer(deviation, deviation)
            )


def _kept(moments: _Moments, nulls: Floats, alpha: float) -> Bools:
    """(null,) whether each value of θ survives the test.

    The largest of the scaled moments is compared with the value that the largest of normals with the same correlation
    exceeds by chance (least favourable); if it is smaller, with the quantile of a normal truncated to where this moment
    is the largest one.
    """
    first = FIRST_STEP * alpha
    values, vectors = np.linalg.eigh(moments.correlation)
    normal = np.random.default_rng(0).standard_normal((NORMALS, len(values)))
    drawn = normal @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    ceiling = float(np.quantile(drawn.max(axis=1), 1 - first))
    scaled = moments.values - nulls[:, None] * moments.slopes
    top = scaled.argmax(axis=1)
    largest = scaled.max(axis=1)
    correlation = moments.correlation[top]
    left = 1 - correlation
    rest = scaled - correlation * largest[:, None]
    floor = np.where(left > 1e-9, rest / np.where(left > 1e-9, left, 1.0), -np.inf).max(axis=1)
    second = (alpha - first) / (1 - first)
    below, above = stats.norm.sf(np.minimum(floor, ceiling)), stats.norm.sf(ceiling)
    quantile = stats.norm.isf(above + second * (below - above))
    return np.asarray(largest <= np.minimum(ceiling, np.maximum(quantile, 0.0)))


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
    bias = bend * float(np.abs(reaction @ weights).sum())
    return deviation * float(np.sqrt(stats.ncx2.ppf(1 - alpha, 1, (bias / deviation) ** 2)))


def _shortest(path: EventPath, start: Floats, free: Floats, reaction: Floats, bend: float, alpha: float) -> Floats:
    """Moves along the free directions with the shortest interval; absolute values enter as variables of their own."""
    bends, many = len(reaction), free.shape[1]
    scale = float(np.sqrt(start @ path.covariance @ start))

    def half(x: Floats) -> float:
        weights = start + free @ x[:many]
        deviation = float(np.sqrt(weights @ path.covariance @ weights))
        ratio = bend * float(x[many:].sum()) / deviation
        return deviation / scale * float(np.sqrt(stats.ncx2.ppf(1 - alpha, 1, ratio**2)))

    moves, fixed = reaction @ free, reaction @ start
    above = [
        {"type": "ineq", "fun": lambda x, side=side: x[many:] - side * (fixed + moves @ x[:many])} for side in (1, -1)
    ]
    first = np.concatenate([np.zeros(many), np.abs(fixed)])
    found = optimize.minimize(
        half, first, method="SLSQP", constraints=above, bounds=[(None, None)] * many + [(0, None)] * bends,
        options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    best = np.asarray(found.x[:many])
    return best if _half_length(start + free @ best, path, reaction, bend, alpha) <= scale * half(first) else best * 0
