"""Figures of the first screen that are no party's own money: their names, and the form in which they are taken apart.

Values only. derivation.py takes apart what adds up over parties, sensitivity.py what is not certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from coalition.origins import Source


class Figure(StrEnum):
    """A figure of the first screen that is no party's own money."""

    INDEX = "index"
    REPAIR = "repair"
    WINDFALL = "windfall"
    CLAWBACK = "clawback"
    POLICIES = "policies"
    QALYS = "qalys"
    MONETISED = "monetised"
    CAPACITY = "capacity"
    TAIL = "tail"
    ASSUMPTIONS = "assumptions"
    INPUTS = "inputs"
    """Every number put in, assumption or not."""
    RANGE = "range"
    """Of one party or group."""
    BREAK_EVEN = "break_even"
    """Of one party or group."""
    INPUT = "input"
    """What a number of the scenario does, or where a part of it stands."""
    PARAMETER = "parameter"
    """A dated value that ships with the package."""


FIGURE_NAMES: Mapping[Figure, tuple[str, ...]] = {
    Figure.INDEX: ("index", "verkeerde-portemonnee-index"),
    Figure.REPAIR: ("verlies", "te herstellen verlies"),
    Figure.WINDFALL: ("niet-deelnemers",),
    Figure.CLAWBACK: ("verevening", "risicoverevening"),
    Figure.POLICIES: ("gemeentepolis", "gemeentepolissen"),
    Figure.QALYS: ("gezondheid", "qaly's"),
    Figure.MONETISED: ("gewaardeerd",),
    Figure.CAPACITY: ("capaciteit",),
    Figure.TAIL: ("later",),
    Figure.ASSUMPTIONS: ("aannames",),
    Figure.INPUTS: ("invoer",),
}
"""What a Dutch reader types for a figure beside its id; the first stands on the Dutch screen."""


def figure_named(name: str) -> Figure | None:
    """The figure of everyone together that a word means; capitals do not matter."""
    asked = name.casefold()
    return next((f for f, names in FIGURE_NAMES.items() if asked in {f.value, *names}), None)


@dataclass(frozen=True)
class Part:
    """One line of a figure.

    Attributes:
        names: ids, one per name column.
        values: one per value column; None where the line has none.
        ask: what `coalition explain` is asked to go on from here; empty where an input is reached.
    """

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    ask: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """How a figure came about.

    Attributes:
        figure, subject: which; the subject is a party, group or dotted path, "" where the figure needs none.
        results: the figures as the first screen shows them, by key; a name ends in its unit.
        name_columns: what the names of the parts are: party, pocket, intervention, effect, input, multiple.
        value_columns: what the values are; a name ends in its unit.
        parts: the lines.
        summed: value columns of which the sum over the lines is a result.
        sources: inputs that the figure rests on directly.
        reason: why a result is not there, or why nothing moves; a key of the words, "" where there is nothing to say.
        by_year: nominal amounts per party and year, and what they are worth, where the lines are present values.
        year_columns: what the values of `by_year` are.
    """

    figure: Figure
    subject: str
    results: dict[str, float | None]
    name_columns: tuple[str, ...]
    value_columns: tuple[str, ...]
    parts: list[Part]
    summed: tuple[str, ...] = ()
    sources: list[Source] = field(default_factory=list)
    reason: str = ""
    by_year: list[Part] = field(default_factory=list)
    year_columns: tuple[str, ...] = ()

    def total(self, column: str) -> float:
        """Sum of a value column over the lines."""
        position = self.value_columns.index(column)
        return sum(part.values[position] or 0.0 for part in self.parts)
