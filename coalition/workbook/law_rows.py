"""Where the rows of the law come: one sheet for on whose account something falls, one for who pays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from coalition.cells import Expr, Line, Sheet
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.frame import Frame

Where = Collection[int] | None
"""Positions of some areas; all of them where none are named."""


class Amounts(NamedTuple):
    """Amounts of a stream.

    Attributes:
        rows: per area; cohorts: the same by the age of the cohort, None where it does not matter who is a member.
    """

    rows: AreaBlock
    cohorts: list[AreaBlock] | None


class LawSheet:
    """A sheet of the law.

    Attributes:
        share, people, years: words for units.
    """

    def __init__(self, areas: Areas, name: tuple[str, str], title: tuple[str, str]) -> None:
        self.areas = areas
        self.frame: Frame = areas.frame
        self.sheet: Sheet = self.frame.sheet(name, title)
        self.say, self.inputs = self.frame.say, self.frame.inputs
        self.share, self.years = self.say("deel", "share"), self.say("jaren", "years")
        self.people = self.say("inwoners", "inhabitants")

    def total(self, key: str, label: str, content: Expr) -> Line:
        """Amounts of the whole region."""
        return self.sheet.series(key, label, "€", content, style="euro2", total=True)

    def euros(self, key: str, label: str, content: Expr) -> Line:
        """Amounts that are not added up over the years."""
        return self.sheet.series(key, label, "€", content, style="euro2")

    def rows(self, key: str, label: str, positions: Sequence[int], content: AnArea) -> AreaBlock:
        """Amounts per area."""
        return self.areas.block(Caption(key, label, total=True), positions, content, self.sheet)

    def part(self, key: str, label: str, content: Expr) -> Line:
        """A part, in the column of constants."""
        return self.sheet.line(key, label, self.share, content, style="share")
