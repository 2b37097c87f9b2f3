"""Weights on the simplex that bring one series close to a mean of others: the programme behind synthetic controls.

    minimise  |A w − b|² + ridge · |w|²    over  w ≥ 0, Σ w = 1

Columns of A are donors, rows are what must be matched. Many problems that differ in b, in the ridge and in the donors
they may use are solved together. With a ridge the answer is unique and spread: Newton's method on the dual, which has
only as many unknowns as there are rows (finite, since the dual is piecewise quadratic). Without a ridge it is the point
of a convex hull nearest to b (Wolfe 1976); where several weights give that same point, which is the rule when donors
outnumber rows, the most even ones are taken (smallest Σ w²), so that the answer does not depend on the order of donors.
An intercept is had by centring rows beforehand. Nothing here knows of units or periods.
"""

from __future__ import annotations

import numpy as np

from coalition.evaluation.panel import Bools, Floats, Ints

ROUNDING = 1e-13
"""Of a gradient, relative to its terms: below this a slope is no slope."""
SAME_FACE = 1e-10
"""Relative slope up to which a column counts as lying on the face of the nearest point."""
EXACT = 1e-12
"""Relative distance up to which a target is met exactly."""
NEWTON_STEPS = 200
HALVINGS = 40
CELLS_AT_ONCE = 4_000_000
"""Problems times columns that are held in memory together."""


def simplex_weights(
    columns: Floats, targets: Floats, *, ridge: Floats | float = 0.0, allowed: Bools | None = None
) -> Floats:
    """Weights of many problems of one shape.

    Args:
        columns: (row, donor) the same for all problems, or (problem, row, donor).
        targets: (problem, row).
        ridge: >= 0, one for all or (problem,), in the square of the outcome's unit.
        allowed: (problem, donor) which donors may have weight; all when not given.
    Returns:
        (problem, donor) weights >= 0 that sum to 1.
    """
    problems, donors = targets.shape[0], columns.shape[-1]
    may = np.ones((problems, donors), dtype=bool) if allowed is None else allowed
    ridges = np.broadcast_to(np.asarray(ridge, dtype=float), problems)
    weights = np.empty((problems, donors))
    size = max(1, CELLS_AT_ONCE // (donors * (1 if columns.ndim == 2 else columns.shape[1])))
    for first in range(0, problems, size):
        part = slice(first, first + size)
        these = columns if columns.ndim == 2 else columns[part]
        weights[part] = _weights(these, targets[part], ridges[part], may[part])
    return weights


def _weights(columns: Floats, targets: Floats, ridge: Floats, allowed: Bools) -> Floats:
    """The same for a number of problems that fits in memory, on numbers near 1."""
    middle = columns.mean(axis=-1)
    scale = np.sqrt(np.mean((columns - middle[..., None]) ** 2)) or 1.0
    near, goal = (columns - middle[..., None]) / scale, (targets - middle) / scale
    ridged = ridge > 0
    weights = np.empty(allowed.shape)
    for rows, solve in ((ridged, _spread), (~ridged, _nearest_and_even)):
        if rows.any():
            these = near if near.ndim == 2 else near[rows]
            weights[rows] = solve(these, goal[rows], ridge[rows] / scale**2, allowed[rows])
    return weights


# --- with a ridge: the dual ----------------------------------------------------------------------------------------


def _spread(columns: Floats, targets: Floats, ridge: Floats, allowed: Bools) -> Floats:
    """Weights w = max(Aᵀu + v, 0) where u and v minimise ½ ridge |u|² + ½ |w|² − b·u − v.

    The gradient of that function is the distance from A w + ridge · u = b and Σ w = 1; u is the part of b that is not
    matched, divided by the ridge. A ridge of 0 gives the shortest w that matches b, if b lies in the hull.
    """
    lifted = _lifted(columns)
    sides = lifted.shape[-2]
    right = np.column_stack([targets, np.ones(len(targets))])
    curve = np.column_stack([np.repeat(ridge[:, None], sides - 1, axis=1), np.zeros(len(ridge))])
    dual = np.zeros((len(targets), sides))
    dual[:, -1] = 1 / allowed.sum(axis=1)
    live = np.arange(len(targets))
    for _ in range(NEWTON_STEPS):
        part = _Dual(lifted if lifted.ndim == 2 else lifted[live], right[live], curve[live], allowed[live])
        weights = part.weights(dual[live])
        off = part.gradient(dual[live], weights)
        open_ = np.abs(off).max(axis=1) > ROUNDING * (1 + np.abs(dual[live]).max(axis=1) / 10)
        if not open_.any():
            break
        live, part = live[open_], part.of(open_)
        dual[live] = part.improved(dual[live], weights[open_], off[open_])
    found = _Dual(lifted, right, curve, allowed).weights(dual)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _lifted(columns: Floats) -> Floats:
    """Columns with a row of ones, which carries Σ w = 1."""
    ones = np.ones((*columns.shape[:-2], 1, columns.shape[-1]))
    return np.concatenate([columns, ones], axis=-2)


class _Dual:
    """The dual function of some problems: value, gradient and Newton step."""

    def __init__(self, lifted: Floats, right: Floats, curve: Floats, allowed: Bools) -> None:
        self.lifted, self.right, self.curve, self.allowed = lifted, right, curve, allowed

    def of(self, keep: Bools) -> _Dual:
        """The same of fewer problems."""
        lifted = self.lifted if self.lifted.ndim == 2 else self.lifted[keep]
        return _Dual(lifted, self.right[keep], self.curve[keep], self.allowed[keep])

    def weights(self, dual: Floats) -> Floats:
        """(problem, donor) that belong to a dual point."""
        return np.where(self.allowed, np.maximum(_times(dual, self.lifted), 0.0), 0.0)

    def gradient(self, dual: Floats, weights: Floats) -> Floats:
        """(problem, side): what is missing in A w + ridge · u = b and in Σ w = 1."""
        return _times(weights, np.swapaxes(self.lifted, -1, -2)) + self.curve * dual - self.right

    def value(self, dual: Floats, weights: Floats) -> Floats:
        """(problem,) the function that is minimised."""
        terms = (weights**2).sum(axis=1) + (self.curve * dual**2).sum(axis=1)
        return np.asarray(terms / 2 - (self.right * dual).sum(axis=1))

    def improved(self, dual: Floats, weights: Floats, off: Floats) -> Floats:
        """A Newton step, halved until the value falls enough."""
        step = -np.linalg.solve(self._curvature(weights), off[..., None])[..., 0]
        slope = (off * step).sum(axis=1)
        before = self.value(dual, weights)
        length = np.ones(len(dual))
        for _ in range(HALVINGS):
            point = dual + length[:, None] * step
            after = self.value(point, self.weights(point))
            short = after > before + 1e-4 * length * slope + ROUNDING * (1 + np.abs(before))
            if not short.any():
                break
            length = np.where(short, length / 2, length)
        return np.asarray(dual + length[:, None] * step)

    def _curvature(self, weights: Floats) -> Floats:
        """(problem, side, side): sum of a aᵀ over donors with weight plus the ridge; a hair keeps it regular."""
        sides = self.lifted.shape[-2]
        has = (weights > 0).astype(float)
        if self.lifted.ndim == 2:
            products = (self.lifted[:, None, :] * self.lifted[None, :, :]).reshape(sides * sides, -1)
            summed = (has @ products.T).reshape(-1, sides, sides)
        else:
            summed = (self.lifted * has[:, None, :]) @ np.swapaxes(self.lifted, -1, -2)
        hair = 1e-12 * (1 + np.trace(summed, axis1=1, axis2=2))
        return np.asarray(summed + (self.curve + hair[:, None])[:, :, None] * np.eye(sides))


def _times(vectors: Floats, matrices: Floats) -> Floats:
    """(problem, row) times one matrix (row, column) or one for each problem."""
    if matrices.ndim == 2:
        return np.asarray(vectors @ matrices)
    return np.asarray((vectors[:, None, :] @ matrices)[:, 0, :])


# --- without a ridge: the nearest point of a hull -------------------------------------------------------------------


def _nearest_and_even(columns: Floats, targets: Floats, _ridge: Floats, allowed: Bools) -> Floats:
    """Weights of the point of the hull nearest to the target; the most even ones where several give that point."""
    weights = _nearest(columns, targets, allowed)
    off = _times(weights, np.swapaxes(columns, -1, -2)) - targets
    slope = _slopes(columns, targets, off)
    length = np.sqrt((off**2).sum(axis=1))
    reach = _reach(columns, targets)
    flat = slope - length[:, None] ** 2 <= SAME_FACE * (length * reach)[:, None]
    face = allowed & (flat | (length <= EXACT * reach)[:, None])
    several = face.sum(axis=1) > (weights > 0).sum(axis=1)
    if several.any():
        these = columns if columns.ndim == 2 else columns[several]
        point = targets[several] + off[several]
        even = _spread(these, point, np.zeros(len(point)), face[several])
        missed = np.abs(_times(even, np.swapaxes(these, -1, -2)) - point).max(axis=1)
        weights[several] = np.where((missed <= SAME_FACE)[:, None], even, weights[several])
    return weights


def _slopes(columns: Floats, targets: Floats, off: Floats) -> Floats:
    """(problem, donor): off · (a − b), at least |off|² for every donor when `off` is the shortest there is."""
    return np.asarray(_times(off, columns) - (off * targets).sum(axis=1)[:, None])


def _reach(columns: Floats, targets: Floats) -> Floats:
    """(problem,) no donor is farther from the target; rounding errors of a slope are in proportion to it."""
    return np.asarray(np.sqrt((columns**2).sum(axis=-2).max(axis=-1)) + np.sqrt((targets**2).sum(axis=1)))


class _Corral:
    """For each problem the few donors whose mean is the present point (Wolfe's corral), in numbered slots."""

    def __init__(self, columns: Floats, targets: Floats, allowed: Bools) -> None:
        self.columns, self.targets, self.allowed = columns, targets, allowed
        self.rows = np.swapaxes(columns, -1, -2)
        distance = ((self.rows - (targets[:, None, :] if columns.ndim == 3 else 0)) ** 2).sum(axis=-1)
        if columns.ndim == 2:
            distance = distance[None, :] - 2 * targets @ columns
        room = min(columns.shape[-2] + 1, columns.shape[-1])
        self.donor: Ints = np.zeros((len(targets), room), dtype=np.int64)
        self.used = np.zeros((len(targets), room), dtype=bool)
        self.share = np.zeros((len(targets), room))
        self.donor[:, 0] = np.where(allowed, distance, np.inf).argmin(axis=1)
        self.used[:, 0], self.share[:, 0] = True, 1.0

    def points(self, live: Ints) -> Floats:
        """(problem, slot, row) donors relative to the target, 0 in slots without one."""
        donor = self.donor[live]
        taken = self.rows[donor] if self.columns.ndim == 2 else self.rows[live[:, None], donor]
        return np.where(self.used[live][:, :, None], taken - self.targets[live][:, None, :], 0.0)

    def aim(self, live: Ints, points: Floats) -> Floats:
        """(problem, slot) shares, of any sign, of the point nearest to the target in the flat through the donors."""
        room = self.used.shape[1]
        used = self.used[live].astype(float)
        system = np.zeros((len(live), room + 1, room + 1))
        gram = points @ np.swapaxes(points, 1, 2)
        hair = 1e-15 * np.trace(gram, axis1=1, axis2=2)
        system[:, :room, :room] = gram + (hair[:, None] + 1 - used)[:, :, None] * np.eye(room)
        system[:, :room, room] = system[:, room, :room] = used
        system[:, room, room] = np.where(used.sum(axis=1) > 0, 0.0, 1.0)
        right = np.zeros((len(live), room + 1, 1))
        right[:, room] = 1
        return np.asarray(np.linalg.solve(system, right)[:, :room, 0])

    def move(self, live: Ints, aim: Floats) -> Bools:
        """Go to where is aimed, or as far as no share falls below 0; whether the aim was reached."""
        used, share = self.used[live], self.share[live]
        negative = used & (aim <= ROUNDING)
        inside = np.asarray(~negative.any(axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(negative, share / (share - aim), np.inf)
        length = np.where(inside, 1.0, np.clip(ratio.min(axis=1), 0.0, 1.0))
        moved = np.where(used, share + length[:, None] * (aim - share), 0.0)
        first = ratio.argmin(axis=1)
        stays = used & (inside[:, None] | (moved > ROUNDING))
        stays[~inside, first[~inside]] = False
        moved = np.where(stays, moved, 0.0)
        self.used[live], self.share[live] = stays, moved / moved.sum(axis=1, keepdims=True)
        return inside

    def outside(self, live: Ints) -> Bools:
        """(problem, donor) which donors may yet come in."""
        outside: Bools = self.allowed[live].copy()
        problem, slot = np.nonzero(self.used[live])
        outside[problem, self.donor[live][problem, slot]] = False
        return outside

    def add(self, live: Ints, donor: Ints) -> None:
        """Take a donor into the first free slot, as yet without a share."""
        slot = self.used[live].argmin(axis=1)
        self.donor[live, slot], self.used[live, slot], self.share[live, slot] = donor, True, 0.0

    def weights(self) -> Floats:
        """(problem, donor)."""
        found = np.zeros(self.allowed.shape)
        rows = np.repeat(np.arange(len(found))[:, None], self.donor.shape[1], axis=1)
        found[rows[self.used], self.donor[self.used]] = self.share[self.used]
        return found


def _nearest(columns: Floats, targets: Floats, allowed: Bools) -> Floats:
    """Weights of the point of the hull that is nearest to each target, on few donors (Wolfe 1976)."""
    corral = _Corral(columns, targets, allowed)
    room = corral.used.shape[1]
    live = np.arange(len(targets))
    shortest = np.full(len(targets), np.inf)
    for _ in range(40 * room + 40):
        points = corral.points(live)
        reached = corral.move(live, corral.aim(live, points))
        at = live[reached]
        off = (corral.share[at][:, None, :] @ points[reached])[:, 0, :]
        these = columns if columns.ndim == 2 else columns[at]
        slope = np.where(corral.outside(at), _slopes(these, targets[at], off), np.inf)
        length = (off**2).sum(axis=1)
        reach = _reach(these, targets[at])
        ready = length - slope.min(axis=1) <= ROUNDING * reach * (np.sqrt(length) + ROUNDING * reach)
        ready |= (length >= shortest[at]) | corral.used[at].all(axis=1)
        shortest[at] = length
        corral.add(at[~ready], slope.argmin(axis=1)[~ready])
        live = np.concatenate([live[~reached], at[~ready]])
        if not live.size:
            break
    return corral.weights()
