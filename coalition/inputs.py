"""The values of a scenario's numbers in one or more draws.

A plain run is one draw with every number at its central value. A draw, a low or high limit, or a what-if is the same
thing with other values: all calculation reads numbers through this class and never from the scenario itself, so that
no rule exists twice. Random numbers are not made here (uncertainty.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coalition.numbers import Number

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Inputs:
    """Values per number, with the draw as first axis.

    Attributes:
        draws: how many draws there are.
        varied: dotted path of a number -> its value per draw, shape (draws,); a number that is not in it keeps its
            central value.
        effect_scale: factor on every effect, shape (draws,) or (1,); 0 is the zero-effect twin.
        clawback: when given, what equalisation takes back of every kind of care, all of it one year later, instead of
            what the scenario states; shape (draws,), 0-1.
    """

    draws: int = 1
    varied: Mapping[str, Floats] = field(default_factory=dict)
    effect_scale: Floats = field(default_factory=lambda: np.ones(1))
    clawback: Floats | None = None

    def of(self, number: Number) -> Floats:
        """The number per draw, shape (draws,), or (1,) when it does not vary."""
        found = self.varied.get(number.path)
        return np.array([number.value]) if found is None else found

    def several(self, numbers: Iterable[Number]) -> Floats:
        """Numbers side by side, shape (draws, number), or (1, number) when none of them varies."""
        row = list(numbers)
        values = np.array([[n.value for n in row]], dtype=float)
        drawn = {position: self.varied[n.path] for position, n in enumerate(row) if n.path in self.varied}
        if drawn:
            values = np.repeat(values, self.draws, axis=0)
        for position, found in drawn.items():
            values[:, position] = found
        return values

    def by_area(self, regional: Number, own: Mapping[str, Number | None], areas: Sequence[str]) -> Floats:
        """A number of which areas may have their own, shape (draw, area, 1); (draw, 1, 1) where none has."""
        stated = {area: number for area, number in own.items() if number is not None}
        if not stated:
            return per_draw(self.of(regional), 2)
        return self.several(stated.get(area, regional) for area in areas)[:, :, None]


def per_draw(values: Floats, axes: int) -> Floats:
    """Values per draw with `axes` further axes of length 1, so that they multiply an array (draw, ...)."""
    return values.reshape(values.shape + (1,) * axes)


def aligned(arrays: Sequence[Floats]) -> Floats:
    """Arrays on a new first axis; what is one long along an axis, such as a draw that does not vary, is repeated.

    Args:
        arrays: at least one; all with as many axes.
    """
    shape = tuple(map(max, zip(*(a.shape for a in arrays), strict=True)))
    out = np.empty((len(arrays), *shape))
    for row, values in zip(out, arrays, strict=True):
        row[...] = values
    return out


def ratio(part: Floats, whole: Floats) -> Floats:
    """Part of a whole, 0 where the whole is nothing."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
