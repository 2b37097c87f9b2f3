"""Placebo starts: what an estimate would be if other clusters had been treated (randomisation inference).

Starts are exchanged between clusters; in each exchange everything is estimated again. When the programme does nothing,
the estimate found is one of these, and p is the part of them that is at least as far from zero, the found one included:
rank / (J + 1). All exchanges are used when they are few, otherwise `draws` of them. An effect of b is tested by taking
b off the treated cells first; because that is linear in b, the interval that is not rejected has closed ends. It is
infinite where even the smallest attainable p exceeds alpha.

Sources: Fisher (1935); Rosenbaum (2002) for the interval; MacKinnon and Webb (2020) for clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np

from coalition.evaluation.cluster_sums import Pieces, root_of_inverse
from coalition.evaluation.estimates import Effect
from coalition.evaluation.inference import quadratic
from coalition.evaluation.panel import Floats, Ints

Contrasts = Callable[[Floats], Floats]
"""(…, start, basis) masses -> (…, effect, K) weights of coefficients."""
CHUNK = 128
"""Exchanges that are estimated at a time, so that memory stays small."""
TIE = 1e-9
"""Relative difference at which two estimates are the same."""


def exchanges(starts: Ints, never: int, draws: int, seed: int) -> tuple[Ints, bool]:
    """Other ways in which clusters could have been given their starts.

    Args:
        starts: (cluster,) number of its start, `never` for a control.
        never: that number.
        draws: wanted.
        seed: of the draws.
    Returns:
        (exchange, cluster) starts, without the real one when all are given; and whether all are given.
    """
    sizes = [int((starts == s).sum()) for s in range(never)]
    left = [len(starts) - sum(sizes[:k]) for k in range(never)]
    if prod(comb(n, size) for n, size in zip(left, sizes, strict=True)) <= draws + 1:
        every = np.array(list(_all(tuple(range(len(starts))), sizes, [never] * len(starts))), dtype=np.int64)
        return every[(every != starts).any(axis=1)], True
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(starts, (draws, 1)), axis=1), False


def _all(free: tuple[int, ...], sizes: list[int], given: list[int], start: int = 0) -> Iterator[list[int]]:
    """Every way to give starts to clusters."""
    if start == len(sizes):
        yield given
        return
    for chosen in combinations(free, sizes[start]):
        next_given = [start if k in chosen else g for k, g in enumerate(given)]
        yield from _all(tuple(k for k in free if k not in chosen), sizes, next_given, start + 1)


@dataclass(frozen=True)
class Placebos:
    """Estimates with exchanged starts.

    Attributes:
        estimates: (effect,) the real ones.
        drawn: (exchange, effect) of the outcome.
        slopes: (exchange, effect) of an outcome that is the effect's own cells and nothing else; the real one is 1.
        complete: whether every exchange is there.
    """

    estimates: Floats
    drawn: Floats
    slopes: Floats
    complete: bool

    @property
    def covariance(self) -> Floats:
        """(effect, effect) of placebo estimates around zero: of the real ones when the programme does nothing."""
        return np.asarray(self.drawn.T @ self.drawn / len(self.drawn))

    def p_value(self, effect: int = 0) -> float:
        """Two-sided: rank / (J + 1)."""
        found = abs(float(self.estimates[effect]))
        return float((1 + (np.abs(self.drawn[:, effect]) >= found * (1 - TIE)).sum()) / (1 + len(self.drawn)))

    def smallest_p_value(self, effect: int = 0) -> float:
        """The least p that any of these exchanges could have had, had it been the real one."""
        if not self.complete:
            return 1 / (1 + len(self.drawn))
        sizes = np.abs(np.append(self.drawn[:, effect], self.estimates[effect]))
        return float((sizes >= sizes.max() * (1 - TIE)).sum() / len(sizes))

    def effect(self, effect: int, alpha: float) -> Effect:
        """Estimate, p-value and the interval of what is not rejected; it has no standard error.

        An exchange with estimate a and slope s counts against b as long as |a − s b| >= |estimate − b|: for b between
        (estimate ∓ a) / (1 ∓ s). The interval ends where too few exchanges still count.
        """
        estimate = float(self.estimates[effect])
        a, s = self.drawn[:, effect], self.slopes[:, effect]
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.stack([(estimate - a) / (1 - s), (estimate + a) / (1 + s)])
        low = np.where(np.isnan(ends.min(axis=0)) | (np.abs(s) >= 1 - TIE), -np.inf, ends.min(axis=0))
        high = np.where(np.isnan(ends.max(axis=0)) | (np.abs(s) >= 1 - TIE), np.inf, ends.max(axis=0))
        most = int(np.floor(alpha * (len(a) + 1) * (1 + TIE))) - 1  # exchanges beside the real one at which p <= alpha
        if most < 0:
            return Effect(estimate, float("nan"), -np.inf, np.inf, self.p_value(effect))
        rejects_below, rejects_above = np.sort(low)[most], np.sort(high)[::-1][most]
        return Effect(estimate, float("nan"), float(rejects_below), float(rejects_above), self.p_value(effect))

    def band_factor(self, effects: slice, alpha: float) -> float:
        """Placebo standard deviations on either side of all these effects together; infinite where J is too small."""
        errors = np.sqrt(np.diag(self.covariance))[effects]
        usable = errors > 0
        if not usable.any():
            return float("nan")
        largest = np.sort(np.abs(self.drawn[:, effects][:, usable] / errors[usable]).max(axis=1))
        place = int(np.ceil((1 - alpha) * (len(largest) + 1) * (1 - TIE))) - 1
        return float(largest[place]) if place < len(largest) else float("inf")

    def joint_p_value(self, effects: slice) -> float:
        """Of all these effects being 0 together: place of estimate' V⁻¹ estimate among those of the exchanges."""
        covariance = self.covariance[effects, effects]
        found, count = quadratic(self.estimates[effects], covariance)
        if count == 0:
            return float("nan")
        drawn = np.array([quadratic(row, covariance)[0] for row in self.drawn[:, effects]])
        return float((1 + (drawn >= found * (1 - TIE)).sum()) / (1 + len(drawn)))


def placebos_of(
    pieces: Pieces, place: Floats, contrasts: Contrasts, patterns: Floats, *, draws: int, seed: int
) -> Placebos:
    """Estimates when starts are exchanged between clusters.

    Args:
        pieces: of a panel in which no cluster has two starts.
        place: (start, basis, K) regressors.
        contrasts: weights of coefficients, from who is treated.
        patterns: (effect, start, basis) an outcome that is 1 in the cells of the effect.
        draws, seed: of the exchanges.
    """
    starts = pieces.start[np.argsort(pieces.cluster)]
    others, complete = exchanges(starts, pieces.never, draws, seed)
    given = np.vstack([starts[None], others])
    ordered = np.argsort(pieces.cluster)
    gram, masses = pieces.gram[ordered], pieces.masses[ordered]
    own = np.einsum("gbc,egc->gbe", gram, patterns[:, starts])
    outcomes = np.concatenate([pieces.moments[ordered][:, :, None], own], axis=2)
    parts = [
        _estimates(given[k : k + CHUNK], gram, outcomes, masses, place, contrasts) for k in range(0, len(given), CHUNK)
    ]
    values = np.concatenate(parts)  # (exchange, effect, outcome)
    slopes = np.stack([values[:, e, 1 + e] for e in range(values.shape[1])], axis=1)
    real = np.where(np.abs(slopes[0]) > TIE, slopes[0], 1.0)
    return Placebos(values[0, :, 0], values[1:, :, 0], slopes[1:] / real, complete)


def _estimates(
    given: Ints, gram: Floats, outcomes: Floats, masses: Floats, place: Floats, contrasts: Contrasts
) -> Floats:
    """(exchange, effect, outcome) estimates."""
    wide, outs = gram.shape[1], outcomes.shape[2]
    total = np.zeros((len(given), place.shape[2], place.shape[2]))
    right = np.zeros((len(given), place.shape[2], outs))
    mass = np.zeros((len(given), len(place), wide))
    for start, columns in enumerate(place):
        here = (given == start).astype(float)
        total += columns.T @ (here @ gram.reshape(len(gram), -1)).reshape(-1, wide, wide) @ columns
        right += columns.T @ (here @ outcomes.reshape(len(gram), -1)).reshape(-1, wide, outs)
        mass[:, start] = here @ masses
    root = root_of_inverse(total)
    return np.asarray(contrasts(mass) @ (root @ (np.swapaxes(root, 1, 2) @ right)))
