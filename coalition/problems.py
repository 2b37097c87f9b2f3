"""A problem in a user's file, as a value: where, what was found, which rule it breaks.

The sentences stand in messages.py, in Dutch and English; a problem only carries the facts. Problems are collected,
never raised one by one, so that a user sees all of them at once. Nothing is printed and nothing is repaired here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Finding = tuple[str, str, str, dict[str, str]]
"""What a check finds before its place is looked up: code, path, found text and facts."""
Findings = Iterator[Finding]

SUM_TOLERANCE = 1e-6
"""How far shares that must add up may miss 1: they are typed in with a few decimals."""


class Cell(int):
    """A cell of a workbook in the place of a line number: it sorts in reading order and shows as `Sheet!C8`."""

    name: str

    def __new__(cls, order: int, name: str) -> Cell:
        """A cell.

        Args:
            order: where it stands in the order in which a reader meets the cells, counted from 1.
            name: sheet and cell, as a spreadsheet writes them.
        """
        cell = super().__new__(cls, order)
        cell.name = name
        return cell

    def __str__(self) -> str:
        return self.name

    def __format__(self, spec: str) -> str:
        return format(self.name, spec)

    def __reduce__(self) -> tuple[type[Cell], tuple[int, str]]:
        return Cell, (int(self), self.name)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place.

    Attributes:
        code: key of the message in messages.MESSAGES.
        file: the file as the user named it; "" when the input came from the command line or from Python.
        line: counted from 1; 0 when there is no line to point at; a Cell when the file is a workbook.
        path: dotted path of the key, such as `interventions.valpreventie.reach`; "" for a whole file.
        found: the text that was found, unchanged (cut at 200 characters); "" when something is missing.
        facts: further values that the message names, such as `allowed` or `suggestion`.
    """

    code: str
    file: str = ""
    line: int = 0
    path: str = ""
    found: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """`file:line` as an editor understands it; `file:Sheet!C8` in a workbook."""
        return f"{self.file}:{self.line}" if self.line else self.file


def closest(name: str, known: Iterable[str]) -> str:
    """The known name nearest to a misspelled one, or "" when none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""
