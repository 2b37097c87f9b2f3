"""Weighted least squares on a panel, kept as sums per cluster.

Every regression of did.py, twfe.py and event_study.py has regressors that depend only on a unit's start, the period and
the unit's covariates. So all of them are linear in one basis per unit, `period × (1, covariates)`, and a panel enters
as sums of products in that basis: what a cluster adds to X'WX and X'Wy. Standard errors, leaving out a cluster, the
bootstrap and placebo starts need nothing else. A unit's own level is taken out exactly, by its weighted mean
(Frisch and Waugh 1933), also where cells are missing.

Index of the basis: covariate · T + period, covariate 0 being the constant. Units: those of outcome and weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.evaluation.panel import Bools, Floats, Ints, Panel

SINGULAR = 1e-11
"""Share of the largest eigenvalue (of a scaled X'WX) below which a direction counts as not identified."""
EXACT = 1e-11
"""Share of the largest outcome below which a difference is a rounding of zero."""


ROUNDING = 1e-12
"""Share of the largest sum below which what is left is a rounding of zero."""


@dataclass(frozen=True)
class Pieces:
    """A panel in sums; a piece is the part of a cluster that has one start.

    Attributes:
        gram: (piece, basis, basis) sum of w · f f'.
        moments: (piece, basis) sum of w · f y.
        masses: (piece, basis) sum of w · f, own levels not taken out.
        start: (piece,) place in Panel.starts; `never` for units that are never treated.
        never: number of starts.
        cluster: (piece,) 0, 1, … without gaps.
        names: of the clusters.
        cells: how many were observed.
        scale: largest absolute outcome.
    """

    gram: Floats
    moments: Floats
    masses: Floats
    start: Ints
    never: int
    cluster: Ints
    names: tuple[str, ...]
    cells: int
    scale: float

    @property
    def treated(self) -> Ints:
        """Clusters in which some unit is ever treated."""
        return np.unique(self.cluster[self.start < self.never])

    @property
    def controls(self) -> Ints:
        """Clusters in which some unit is never treated."""
        return np.unique(self.cluster[self.start == self.never])

    @property
    def one_start_each(self) -> bool:
        """Whether no cluster has units of different starts."""
        return len(self.start) == len(self.names)

    def masses_of_starts(self) -> Floats:
        """(start, basis) sum over pieces of each start."""
        total = np.zeros((self.never + 1, self.masses.shape[1]))
        np.add.at(total, self.start, self.masses)
        return total

    def masses_left(self) -> Floats:
        """(cluster, start, basis) the same without each cluster; exactly zero where nothing is left."""
        total = self.masses_of_starts()
        left = np.tile(total, (len(self.names), 1, 1))
        np.subtract.at(left, (self.cluster, self.start), self.masses)
        return np.where(np.abs(left) <= ROUNDING * np.abs(total).max(), 0.0, left)

    def masses_with_means_left(self, extra: int) -> Floats:
        """(cluster, start, basis) those of everyone, with the means of covariates as they are without each cluster.

        Weights stay those of everyone, so that only who has a covariate counts as chance and not which periods and
        starts the clusters fill. A mean of which nobody is left stays as it is.

        Args:
            extra: covariates; the basis has a run of periods for the constant and for each of them.
        """
        total, left = self.masses_of_starts(), self.masses_left()
        periods = total.shape[1] // (1 + extra)
        weight, own = total[:, :periods], left[..., :periods]
        some = own > 0
        found = np.tile(total, (len(self.names), 1, 1))
        for k in range(1, 1 + extra):
            here = slice(k * periods, (k + 1) * periods)
            mean = np.divide(left[..., here], own, out=np.zeros_like(own), where=some)
            found[..., here] = np.where(some, mean * weight, total[:, here])
        return found


def pieces_of(panel: Panel, covariates: Floats, *, own_levels: bool) -> Pieces:
    """The sums of a panel.

    Args:
        panel: some unit is never treated, or starts differ.
        covariates: (unit, covariate), finite.
        own_levels: whether every unit has a level of its own, which is then taken out.
    """
    seen = panel.observed.any(axis=1)
    weight = np.where(panel.observed, panel.weight, 0.0)[seen]
    outcome = np.where(panel.observed, panel.outcome, 0.0)[seen]
    extended = np.column_stack([np.ones(int(seen.sum())), covariates[seen]])
    totals = weight.sum(axis=1, keepdims=True)
    level = (
        (weight * outcome).sum(axis=1, keepdims=True) / totals if own_levels else np.average(outcome, weights=weight)
    )
    products = weight[:, :, None] * np.eye(len(panel.periods))
    if own_levels:
        products -= weight[:, :, None] * weight[:, None, :] / totals[:, :, None]
    of_start = np.searchsorted(np.array(panel.starts, dtype=float), panel.treated_from[seen])
    clusters, cluster = np.unique(panel.cluster[seen], return_inverse=True)
    found, first, piece = np.unique(
        cluster * (len(panel.starts) + 1) + of_start, return_index=True, return_inverse=True
    )
    moments = weight * (outcome - level)
    return Pieces(
        gram=_summed(_in_basis(np.einsum("ij,il->ijl", extended, extended), products), piece, len(found)),
        moments=_summed((extended[:, :, None] * moments[:, None, :]).reshape(len(moments), -1), piece, len(found)),
        masses=_summed((extended[:, :, None] * weight[:, None, :]).reshape(len(moments), -1), piece, len(found)),
        start=of_start[first].astype(np.int64),
        never=len(panel.starts),
        cluster=cluster[first].astype(np.int64),
        names=_cluster_names(panel, np.asarray(seen), clusters, cluster),
        cells=int(panel.observed.sum()),
        scale=float(np.abs(outcome).max()),
    )


def _in_basis(of_covariates: Floats, of_periods: Floats) -> Floats:
    """(unit, basis, basis) product of a unit's covariates times products of its periods."""
    units, wide, periods = len(of_covariates), of_covariates.shape[1], of_periods.shape[1]
    if wide == 1:
        return of_periods
    full = of_covariates[:, :, None, :, None] * of_periods[:, None, :, None, :]
    return np.asarray(full.reshape(units, wide * periods, wide * periods))


def _summed(values: Floats, piece: Ints, pieces: int) -> Floats:
    """Sums over the units of each piece."""
    if pieces == len(piece):
        return np.asarray(values[np.argsort(piece)])
    total = np.zeros((pieces, *values.shape[1:]))
    np.add.at(total, piece, values)
    return total


def _cluster_names(panel: Panel, seen: Bools, clusters: Ints, cluster: Ints) -> tuple[str, ...]:
    """As the data call them; else a cluster is called after its first unit, with the number of others behind it."""
    if panel.cluster_names:
        return tuple(panel.cluster_names[number] for number in clusters.tolist())
    units, first = np.array(panel.units)[seen], np.unique(cluster, return_index=True)[1]
    others = np.bincount(cluster, minlength=len(clusters)) - 1
    return tuple(
        f"{units[k]} (+{more})" if more else str(units[k]) for k, more in zip(first, others.tolist(), strict=True)
    )


@dataclass(frozen=True)
class Sums:
    """What each cluster adds to a regression.

    Attributes:
        gram: (cluster, K, K) X'WX.
        moments: (cluster, K) X'Wy.
        cells: rows of the regression.
        treated: (cluster,) whether some unit of it is ever treated.
        scale: largest absolute outcome.
    """

    gram: Floats
    moments: Floats
    cells: int
    treated: np.ndarray
    scale: float


def sums_of(pieces: Pieces, place: Floats) -> Sums:
    """Regressors that are `place` in the basis of the unit's start.

    Args:
        pieces: of the panel.
        place: (start, basis, K) column of the regression -> its value in the basis, never treated last.
    """
    gram = np.empty((len(pieces.start), place.shape[2], place.shape[2]))
    moments = np.empty((len(pieces.start), place.shape[2]))
    for start in np.unique(pieces.start):
        here = pieces.start == start
        gram[here] = place[start].T @ pieces.gram[here] @ place[start]
        moments[here] = pieces.moments[here] @ place[start]
    clusters = len(pieces.names)
    treated = np.zeros(clusters, dtype=bool)
    treated[pieces.treated] = True
    return Sums(
        _summed(gram, pieces.cluster, clusters), _summed(moments, pieces.cluster, clusters),
        pieces.cells, treated, pieces.scale,
    )  # fmt: skip


def root_of_inverse(gram: Floats) -> Floats:
    """R with R R' = the inverse of a positive matrix, of each in a stack; what is not identified is left out.

    Columns are scaled to length 1 first, so that the unit in which a covariate is stated does not matter.
    """
    diagonal = np.einsum("...kk->...k", gram)
    scale = np.divide(1.0, np.sqrt(diagonal), out=np.zeros_like(diagonal), where=diagonal > 0)
    values, vectors = np.linalg.eigh(gram * scale[..., :, None] * scale[..., None, :])
    enough = values > SINGULAR * values[..., -1:]
    inverse = np.divide(1.0, np.sqrt(values, where=enough, out=np.ones_like(values)))
    return np.asarray(scale[..., :, None] * vectors * np.where(enough, inverse, 0.0)[..., None, :])


@dataclass(frozen=True)
class Fit:
    """A regression.

    Attributes:
        sums: what it was made from.
        root: (K, K) R with R R' = (X'WX)⁻¹.
        coefficients: (K,).
        scores: (cluster, K) X'W residual.
    """

    sums: Sums
    root: Floats
    coefficients: Floats
    scores: Floats

    @property
    def clusters(self) -> int:
        """G."""
        return len(self.scores)

    @property
    def rank(self) -> int:
        """Coefficients that are identified, units' own levels not counted."""
        return int((np.abs(self.root).max(axis=0) > 0).sum())


def fitted(sums: Sums) -> Fit:
    """Least squares, with one step of refinement against rounding."""
    total, right = sums.gram.sum(axis=0), sums.moments.sum(axis=0)
    root = root_of_inverse(total)
    coefficients = root @ (root.T @ right)
    coefficients = coefficients + root @ (root.T @ (right - total @ coefficients))
    scores = sums.moments - sums.gram @ coefficients
    rounding = EXACT * sums.scale * np.einsum("gkk->gk", sums.gram).max(axis=1)[:, None]
    return Fit(sums, root, coefficients, np.where(np.abs(scores) <= rounding, 0.0, scores))
