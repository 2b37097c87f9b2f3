"""Whether one cluster carries a result: the estimate without each cluster in turn.

What is left is estimated again in full: its weights of cohorts and periods, its coefficients and its standard error. So
that nothing but the cluster makes the difference, the small-sample factor on the standard error and the degrees of
freedom stay those of the whole panel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from coalition.evaluation.cluster_sums import Pieces
from coalition.evaluation.estimates import Flag, Row
from coalition.evaluation.inference import Jackknife
from coalition.evaluation.panel import Floats, Ints
from coalition.evaluation.permutation import Contrasts

MOST_SHOWN = 100
"""Clusters in the table: those that move the estimate most, when there are more."""


@dataclass(frozen=True)
class Without:
    """The effect without one cluster.

    Attributes:
        name: of the cluster.
        estimate, standard_error: without it; NaN where nothing can be estimated then.
        significant: whether the interval then leaves out zero.
    """

    name: str
    estimate: float
    standard_error: float
    significant: bool


def without_each(pieces: Pieces, jackknife: Jackknife, contrasts: Contrasts, alpha: float) -> list[Without]:
    """The first effect without each cluster, in the order of the clusters.

    Args:
        pieces: of the panel.
        jackknife: of the regression on it; its first effect is meant.
        contrasts: weights of coefficients, from who is treated.
        alpha: 1 − confidence.
    """
    left = pieces.masses_left()
    moves = np.abs(jackknife.moves[:, 0])
    shown = np.sort(np.argsort(-moves, kind="stable")[:MOST_SHOWN])
    influence = jackknife.fit.scores @ jackknife.fit.root @ (jackknife.fit.root.T @ jackknife.contrasts[0])
    first_order = float(np.sqrt(np.sum(influence**2)))
    factor = float(jackknife.standard_errors[0]) / first_order if first_order > 0 else 0.0
    critical = float(stats.t.ppf(1 - alpha / 2, max(float(jackknife.degrees[0]), 1.0)))
    found = []
    for cluster in shown.tolist():
        estimate, error = _without(cluster, pieces, jackknife, contrasts, left[cluster])
        error *= factor
        found.append(Without(pieces.names[cluster], estimate, error, bool(abs(estimate) > critical * error)))
    return found


def _without(
    cluster: int, pieces: Pieces, jackknife: Jackknife, contrasts: Contrasts, left: Floats
) -> tuple[float, float]:
    """Estimate and first-order standard error without a cluster."""
    own = pieces.cluster == cluster
    if _gone(pieces, own):
        return float("nan"), float("nan")
    contrast = contrasts(left)[0]
    fit = jackknife.fit
    coefficients = fit.coefficients - jackknife.changes[cluster]
    bread = jackknife.bread_without(cluster) @ contrast
    scores = (fit.sums.moments - fit.sums.gram @ coefficients) @ bread
    scores[cluster] = 0.0
    return float(contrast @ coefficients), float(np.sqrt(np.sum(scores**2)))


def _gone(pieces: Pieces, own: np.ndarray) -> bool:
    """Whether all treated, or all controls, are in these pieces."""
    treated: Ints = pieces.start[~own] < pieces.never
    return not treated.any() or bool((pieces.start == pieces.never).any() and treated.all())


def table_of(found: list[Without], *, by_variance: bool) -> tuple[Row, ...]:
    """Rows for the reader.

    Args:
        found: the effect without each cluster.
        by_variance: whether a variance says how sure the effect is. With one cluster on a side none does: what is left
            of the standard error then leaves out that cluster's own chance, and is not shown.
    """
    return tuple(
        {"cluster": one.name, "estimate": _known(one.estimate)}
        | ({"standard_error": _known(one.standard_error), "significant": int(one.significant)} if by_variance else {})
        for one in found
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def flags_of(found: list[Without], jackknife: Jackknife, alpha: float, *, by_variance: bool) -> Iterator[Flag]:
    """The cluster that carries the result, where there is one.

    It does when without it the effect is no longer significant, or only then, or when the effect has the other sign and
    the step there is larger than a standard error: near zero any cluster may turn the sign.

    Args:
        found: the effect without each cluster.
        jackknife: of all clusters.
        alpha: level of significance.
        by_variance: whether a variance decides what is significant; if not, only the sign is judged.
    """
    estimate, error = float(jackknife.estimates[0]), float(jackknife.standard_errors[0])
    if not error > 0:
        return
    significant = abs(estimate) > float(stats.t.ppf(1 - alpha / 2, max(float(jackknife.degrees[0]), 1.0))) * error
    carrying = [
        one
        for one in found
        if not np.isnan(one.estimate)
        and (
            (by_variance and one.significant != significant)
            or (one.estimate * estimate < 0 and abs(one.estimate - estimate) > error)
        )
    ]
    if carrying:
        most = max(carrying, key=lambda one: abs(one.estimate - estimate))
        yield Flag("one_unit", {"unit": most.name, "without": most.estimate})
