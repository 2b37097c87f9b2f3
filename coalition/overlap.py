"""Two interventions on the same people never avoid more than those people cost.

Stand-alone avoided cost becomes a share x of the group's baseline; several independent ones together avoid
1 − Π(1 − x_i), attributed by Shapley value. A stated pair is one player among the others, split inside by its own
Shapley value. Effects that raise cost are added apart and never diluted. Pure functions on arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from coalition.cells import Block, Expr, Line, cell_form, weighted_quotients, when
from coalition.inputs import Floats, ratio

MOST_POINTS = 8
"""Points in an integral at most, which is exact for sixteen effects on the same people."""
_GAUSS = {
    n: [((u + 1) / 2, w / 2) for u, w in zip(*(a.tolist() for a in np.polynomial.legendre.leggauss(n)), strict=True)]
    for n in range(1, MOST_POINTS + 1)
}
"""Points in 0-1 and their weights, by how many; n points are exact for 2n effects."""


def joint_shares(shares: Floats) -> Floats:
    """Shapley share of each of several independent effects.

    Args:
        shares: stand-alone avoided / baseline of the same people, first axis = intervention, values 0-1; a row of
            zeros changes nothing for the others.
    Returns:
        Same shape; sums over the first axis to 1 − Π(1 − x_i).
    """
    total = np.zeros_like(shares)
    for u, weight in _GAUSS[min((len(shares) + 1) // 2, MOST_POINTS)]:
        left = 1 - u * shares  # never 0, because the points lie inside 0-1
        np.divide(weight * left.prod(axis=0), left, out=left)
        total += left
    return shares * total


class Points(NamedTuple):
    """Points of an integral and their weights, each in a cell."""

    points: Block
    weights: Block


def gauss_points(players: int) -> list[tuple[float, float]]:
    """Points in 0-1 and weights that make the integral over so many players exact, up to sixteen."""
    return _GAUSS[min((players + 1) // 2, MOST_POINTS)]


@cell_form(joint_shares)
def joint_shares_in_cells(share: Line, products: Block, gauss: Points) -> Expr:
    """The share of one intervention, given Π (1 − u·x_i) over all of them for each point u."""
    return share * weighted_quotients(gauss.weights, products, gauss.points, share)


def pair_shares(x1: Floats, x2: Floats, e1_e2_p12: Floats) -> tuple[Floats, Floats]:
    """Shapley shares of a pair whose common part is stated: x1 + x2 − p12·e1·e2, half of the common part each."""
    return x1 - e1_e2_p12 / 2, x2 - e1_e2_p12 / 2


@cell_form(pair_shares)
def pair_shares_in_cells(x1: Line, x2: Line, common: Line, half: Expr) -> tuple[Expr, Expr]:
    """The same, given what both avoid of each other: x1·x2·p12/(p1·p2)."""
    return x1 - common * half, x2 - common * half


def overlap_factors(
    shares: Floats, reached: Floats | None = None, pairs: Mapping[tuple[int, int], Floats] | None = None
) -> Floats:
    """Factor on each intervention's stand-alone avoided cost, so that together they respect the baseline.

    Args:
        shares: stand-alone avoided / baseline of the group, shape (intervention, ...); any sign.
        reached: share of the group that each intervention reaches, same shape, 0-1; asked for where pairs are stated.
        pairs: for stated pairs of interventions (disjoint), the part of the smaller one's participants who also take
            part in the other, broadcastable to one intervention's shape. Pairs not named are independent.
    Returns:
        Same shape; 1 where an intervention stands alone or raises cost. Multiplied with stand-alone avoided cost it
        gives the Shapley part. An intervention that alone exceeds the baseline is cut back to it.
    """
    varying = [shares, *(pairs or {}).values(), *([] if reached is None else [reached])]
    shares = np.broadcast_to(shares, np.broadcast_shapes(*(a.shape for a in varying)))
    own = np.clip(shares, 0, 1)
    players = own.copy()
    for (first, second), nested in (pairs or {}).items():
        assert reached is not None
        own[first], own[second] = _paired(players, reached, first, second, nested)
        players[first], players[second] = own[first] + own[second], 0.0
    kept = np.divide(joint_shares(players), players, out=np.ones(players.shape), where=players > 0)
    for first, second in pairs or {}:
        kept[second] = kept[first]
    return np.where(shares > 0, kept * np.divide(own, shares, out=np.ones(shares.shape), where=shares > 0), 1.0)


@cell_form(overlap_factors)
def overlap_factors_in_cells(gain: Line, part: Expr, base: Line) -> Expr:
    """The factor of one intervention, given its Shapley part of the group's baseline."""
    return when(gain > 0, part * base / gain, 1)


def _paired(shares: Floats, reached: Floats, first: int, second: int, nested: Floats) -> tuple[Floats, Floats]:
    """Shapley shares of one stated pair; the common part is p12·e1·e2 with p12 = nested × the smaller reach.

    Nobody avoids more than the average cost of the group, so that as many are reached at least as x says; and two
    interventions that together reach more than everybody have people in common, whatever was stated.
    """
    p1, p2 = np.maximum(reached[first], shares[first]), np.maximum(reached[second], shares[second])
    both = np.maximum(nested * np.minimum(p1, p2), p1 + p2 - 1)
    chance = p1 * p2
    common = np.divide(both, chance, out=np.ones_like(chance), where=chance > 0)
    return pair_shares(shares[first], shares[second], shares[first] * shares[second] * common)


def shared_baseline(avoided: Floats, baseline: Floats) -> Floats:
    """What remains of several groups' avoided cost on the same ages: Shapley parts that stay within those ages' cost.

    Args:
        avoided: >= 0, first axis = group.
        baseline: cost of everyone of these ages, broadcastable to one group's; where it is 0 nothing is cut.
    """
    cost = np.broadcast_to(baseline, np.broadcast_shapes(avoided.shape[1:], baseline.shape))
    kept = joint_shares(np.minimum(ratio(avoided, cost), 1.0)) * cost
    return np.where(cost > 0, kept, avoided)


@cell_form(shared_baseline)
def shared_baseline_in_cells(part: Expr, baseline: Line, avoided: Line) -> Expr:
    """What remains of one group, given its Shapley part."""
    return when(baseline > 0, part * baseline, avoided)
