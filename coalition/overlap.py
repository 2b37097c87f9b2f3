"""Two interventions on the same people never avoid more than those people cost.

Stand-alone avoided cost becomes a share x of the group's baseline; several independent ones together avoid
1 − Π(1 − x_i), attributed by Shapley value. A stated pair is one player among the others, split inside by its own
Shapley value. Effects that raise cost are added apart and never diluted. Pure functions on arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from coalition.inputs import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_U = (_NODES + 1) / 2
_W = _WEIGHTS / 2


def joint_shares(shares: Floats) -> Floats:
    """Shapley share of each of several independent effects.

    Args:
        shares: stand-alone avoided / baseline of the same people, first axis = intervention, values 0-1.
    Returns:
        Same shape; sums over the first axis to 1 − Π(1 − x_i).
    """
    if len(shares) <= 2:  # in closed form: alone all of it, two of them half of the common part less
        return shares - (shares.prod(axis=0) / 2 if len(shares) == 2 else 0.0)
    total = np.zeros_like(shares)
    for u, weight in zip(_U, _W, strict=True):
        left = 1 - u * shares  # never 0, because the nodes lie inside 0-1
        total += weight * (left.prod(axis=0) / left)
    return shares * total


def pair_shares(x1: Floats, x2: Floats, e1_e2_p12: Floats) -> tuple[Floats, Floats]:
    """Shapley shares of a pair whose common part is stated: x1 + x2 − p12·e1·e2, half of the common part each."""
    return x1 - e1_e2_p12 / 2, x2 - e1_e2_p12 / 2


def overlap_factors(shares: Floats, reached: Floats, pairs: Mapping[tuple[int, int], Floats] | None = None) -> Floats:
    """Factor on each intervention's stand-alone avoided cost, so that together they respect the baseline.

    Args:
        shares: stand-alone avoided / baseline of the group, shape (intervention, ...); any sign.
        reached: share of the group that each intervention reaches, same shape, 0-1.
        pairs: for stated pairs of interventions (disjoint), the part of the smaller one's participants who also take
            part in the other, broadcastable to one intervention's shape. Pairs not named are independent.
    Returns:
        Same shape; 1 where an intervention stands alone or raises cost. Multiplied with stand-alone avoided cost it
        gives the Shapley part. An intervention that alone exceeds the baseline is cut back to it.
    """
    shape = np.broadcast_shapes(shares.shape[1:], *(nested.shape for nested in (pairs or {}).values()))
    shares, reached = (np.broadcast_to(a, (len(shares), *shape)) for a in (shares, reached))
    positive = np.clip(shares, 0, 1)
    players: list[Floats] = []
    inside: list[list[tuple[int, Floats]]] = []
    paired = {i for pair in pairs or {} for i in pair}
    for (first, second), nested in (pairs or {}).items():
        s1, s2 = _paired(positive, reached, first, second, nested)
        players.append(s1 + s2)
        inside.append([(first, s1), (second, s2)])
    for i in range(len(shares)):
        if i not in paired:
            players.append(positive[i])
            inside.append([(i, positive[i])])
    joint = joint_shares(np.stack(players)) if players else np.zeros_like(shares)
    factors = np.ones_like(shares)
    for player, total, members in zip(players, joint, inside, strict=True):
        kept = np.divide(total, player, out=np.ones_like(total), where=player > 0)
        for i, own in members:
            x = shares[i]
            factors[i] = np.where(x > 0, kept * np.divide(own, x, out=np.ones_like(x), where=x > 0), 1.0)
    return factors


def _paired(shares: Floats, reached: Floats, first: int, second: int, nested: Floats) -> tuple[Floats, Floats]:
    """Shapley shares of one stated pair; the common part is p12·e1·e2 with p12 = nested × the smaller reach.

    Nobody avoids more than the average cost of the group, so that as many are reached at least as x says; and two
    interventions that together reach more than everybody have people in common, whatever was stated.
    """
    p1, p2 = np.maximum(reached[first], shares[first]), np.maximum(reached[second], shares[second])
    both = np.maximum(nested * np.minimum(p1, p2), p1 + p2 - 1)
    chance = p1 * p2
    ratio = np.divide(both, chance, out=np.ones_like(chance), where=chance > 0)
    return pair_shares(shares[first], shares[second], shares[first] * shares[second] * ratio)


def shared_baseline(avoided: Sequence[Floats], baseline: Floats) -> list[Floats]:
    """What remains of several groups' avoided cost on the same ages: Shapley parts that stay within those ages' cost.

    Args:
        avoided: per group, >= 0.
        baseline: cost of everyone of these ages, broadcastable to each; where it is 0 nothing is cut.
    """
    if not avoided:
        return []
    shape = np.broadcast_shapes(baseline.shape, *(a.shape for a in avoided))
    cost = np.broadcast_to(baseline, shape)
    x = np.stack([np.divide(a, cost, out=np.zeros(shape), where=cost > 0) for a in avoided])
    kept = joint_shares(np.minimum(x, 1.0)) * cost
    return [np.where(cost > 0, own, a) for own, a in zip(kept, avoided, strict=True)]
