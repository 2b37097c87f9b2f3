"""Where a function that is straight between edges bends or jumps, found from its values alone.

Terms of a contract make what is paid straight in what is saved, between gates, bands and limits. Whoever needs the
edges asks the settlement itself, so that no rule is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
"""From places (n,) to values (n, kind)."""

CELLS = 1024
"""Stretches of equal length in which edges are sought."""
NEAR_ZERO = 1.37 * 2.0 ** -np.arange(41)
"""Ends of stretches near 0, where a gate may be narrow and the same line may go on behind it."""
NARROW = 1e-6
"""Ends beyond which nothing is looked at across 0: a gate as narrow as this is none."""
OFF = 0.6180339887
"""Ends of stretches lie off round numbers, so that an edge lies inside a stretch."""
INSIDE = np.array([0.1, 0.37, 0.61, 0.9])
"""Where in a stretch its values are looked at."""
FINER = 16
"""In how many parts a stretch with an edge is looked at again."""
STRAIGHT = 1e-13
"""How far values near 1 may lie off a straight line by rounding."""
HARDLY = 1e3
"""How many times what may be rounding a bend lies off a line that is no longer seen in a part of the stretch."""
ONE_PLACE = 1e-10
"""Distance below which two edges are one."""
JUMP = 1e-10
"""Distance between two lines at their edge from which on it is a jump."""


@dataclass(frozen=True)
class Edge:
    """Where one line ends and the next begins.

    Attributes:
        at: place; of a jump the last place on the side of 0 from which the other line holds.
        jumps: whether the values differ there; else they bend.
    """

    at: float
    jumps: bool


def edges_of(curve: Curve, low: float, high: float) -> list[Edge]:
    """Every edge between two ends, from low to high.

    Args:
        curve: straight between edges.
        low, high: ends, low < 0 < high.
    """
    stretches = _bent_stretches(curve, low, high)
    ends = [low, *(x for stretch in stretches for x in stretch), high]
    lines = [_line(curve, a, b) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    found = (_edge(*both, stretch) for both, stretch in zip(pairwise(lines), stretches, strict=True))
    return [edge for edge in found if edge is not None]


Stretch = tuple[float, float]


def _bent_stretches(curve: Curve, low: float, high: float) -> list[Stretch]:
    """Stretches as short as can be with an edge inside, in order; those that (almost) touch are one."""
    ends = np.concatenate([low + (high - low) * (np.arange(CELLS) + OFF) / CELLS, NEAR_ZERO, -NEAR_ZERO])
    ends = np.unique(np.concatenate([[low, high], ends[(ends > low) & (ends < high)]]))
    across = NEAR_ZERO[NARROW > NEAR_ZERO]  # an edge at 0 itself lies in none of the narrow stretches
    first, last = np.concatenate([ends[:-1], ends[:-2], -across]), np.concatenate([ends[1:], ends[2:], OFF * across])
    found = list[Stretch]()
    while len(first):
        off = _off_line(curve, first, last)
        first, last, off = first[off > 1], last[off > 1], off[off > 1]
        marks = first[:, None] + (last - first)[:, None] * np.linspace(0, 1, FINER + 1)
        before, after = marks[:, :-2], marks[:, 2:]  # each across a mark: no edge lies where nothing is looked at
        bent = _off_line(curve, before.ravel(), after.ravel()).reshape(before.shape) > 1
        short = last - first <= FINER * np.spacing(np.maximum(np.abs(first), np.abs(last)))
        # what is far off a line and in no part of it holds edges near 0 that fell between; other stretches see them
        done = short | (~bent.any(axis=1) & (off < HARDLY))
        found += zip(first[done].tolist(), last[done].tolist(), strict=True)
        goes_on = bent & ~done[:, None]
        narrower = _joined(zip(before[goes_on].tolist(), after[goes_on].tolist(), strict=True), 0.0)
        first, last = np.array(narrower).reshape(-1, 2).T
    return _joined(found, ONE_PLACE)


def _joined(stretches: Iterable[Stretch], near: float) -> list[Stretch]:
    """The same in order, those that touch or are as near as that as one: the same edge, found from two sides."""
    found = list[Stretch]()
    for first, last in sorted(stretches):
        if found and first <= found[-1][1] + near:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _off_line(curve: Curve, first: Floats, last: Floats) -> Floats:
    """How far values inside each stretch lie off one line, in what may be rounding; shape (stretch,)."""
    places = first[:, None] + (last - first)[:, None] * INSIDE
    values = np.asarray(curve(places.ravel()))
    values = values.reshape(*places.shape, values.shape[1])
    part = (places[:, 1:-1] - places[:, :1]) / np.maximum(places[:, -1:] - places[:, :1], np.finfo(float).tiny)
    line = values[:, :1] + part[:, :, None] * (values[:, -1:] - values[:, :1])
    off = np.abs(values[:, 1:-1] - line).max(axis=(1, 2), initial=0.0)
    return np.asarray(off / (STRAIGHT * np.maximum(1.0, np.abs(places).max(axis=1))))


Line = tuple[Floats, Floats]
"""Slope and value at 0, per kind."""


def _line(curve: Curve, first: float, last: float) -> Line:
    """The line of a stretch that is straight."""
    places = first + (last - first) * INSIDE[[0, -1]]
    values = curve(places)
    slope = (values[1] - values[0]) / (places[1] - places[0])
    return slope, values[0] - slope * places[0]


def _edge(before: Line, after: Line, stretch: tuple[float, float]) -> Edge | None:
    """The edge inside a short stretch; None where it is one line after all."""
    first, last = stretch
    slope, level = after[0] - before[0], after[1] - before[1]
    middle = (first + last) / 2
    if np.abs(slope * middle + level).max() > JUMP:
        return Edge(last if middle > 0 else first, jumps=True)
    steepest = int(np.argmax(np.abs(slope)))
    if abs(slope[steepest]) <= JUMP:
        return None
    return Edge(float(-level[steepest] / slope[steepest]), jumps=False)
