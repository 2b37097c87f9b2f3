"""Rows per area, and the parts of them that an insurer, a policy or an arrangement has to do with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from coalition.cells import Block, Expr, Line, Sheet, added, as_expr, dot, part_of, total_of
from coalition.workbook.frame import Frame
from coalition.workbook.people import EVERYBODY, People

AnArea = Callable[[int], Expr]
"""A formula for an area, by its position in the region."""


class Caption(NamedTuple):
    """How rows are called and shown.

    Attributes:
        key: what their keys on the sheet begin with; label, unit: for a reader.
        style: the name of a number format; total: whether column E sums the years.
    """

    key: str
    label: str
    unit: str = "€"
    style: str = "euro2"
    total: bool = False

    def below(self, key: str) -> Caption:
        """The same among the rows of something."""
        return self._replace(key=f"{key} {self.key}")


class AreaBlock(Block):
    """Rows below each other, one per area.

    Attributes:
        positions: of the areas in the region.
    """

    def __init__(self, lines: Sequence[Line], positions: Sequence[int]) -> None:
        super().__init__(lines)
        self.positions = tuple(positions)

    def at(self, position: int) -> Line:
        """The row of one area of the region."""
        return self.lines[self.positions.index(position)]


class Areas:
    """Keys over areas: market shares, and which areas somebody has to do with."""

    def __init__(self, frame: Frame, people: People) -> None:
        self.frame, self.people = frame, people
        self.codes = frame.scenario.region.areas
        self.municipalities = [frame.scenario.region.municipality(k) for k in range(len(self.codes))]
        self.insurers = list(frame.spec.parties.insurers)
        self.sheet = people.sheet
        self._keys: dict[tuple[str, tuple[int, ...]], Block] = {}
        self.regional = self._regional()

    def block(
        self, caption: Caption, positions: Sequence[int], content: AnArea, sheet: Sheet | None = None
    ) -> AreaBlock:
        """New rows below each other, one per area; on the sheet of people where no other is named."""
        on = self.sheet if sheet is None else sheet
        key, label, unit, style, total = caption
        on.heading(label, 2)
        lines = []
        for k in positions:
            made, code = content(k), self.codes[k]
            name = f"{label}: {self.people.name(code)}"
            lines.append(on.line(f"{key} {code}", name, unit, made, style=style, total=total))
        return AreaBlock(lines, positions)

    # insurers

    def _regional(self) -> dict[str, Line]:
        """Market share of each insurer in the region; together 1."""
        if not self.insurers:
            return {}
        say, inputs, sheet = self.frame.say, self.frame.inputs, self.sheet
        share, label = say("deel", "share"), say("marktaandeel", "market share")
        sheet.heading(say("Marktaandelen", "Market shares"))
        stated = {n: inputs.of(self.frame.spec.parties.insurers[n].market_share) for n in self.insurers}
        together = say("marktaandelen samen", "market shares together")
        whole = sheet.line("market total", together, share, total_of(stated.values()), style="share")
        return {
            n: sheet.line(f"market {n}", f"{label} {self.insurer_name(n)}", share, line / whole, style="share")
            for n, line in stated.items()
        }

    def insurer_name(self, insurer: str) -> str:
        """Name to show of an insurer."""
        return self.frame.spec.parties.insurers[insurer].name

    @property
    def uniform(self) -> bool:
        """Whether every area has the regional market shares."""
        return not set(self.frame.spec.holders.market_shares_by_area) & set(self.codes)

    def market_at(self, insurer: str, position: int) -> Expr:
        """Market share of an insurer in one area."""
        own = self.frame.spec.holders.market_shares_by_area.get(self.codes[position])
        if own is None:
            return self.regional[insurer]
        if insurer not in own:
            return as_expr(0)
        return self.frame.inputs.stated(f"holders.market_shares_by_area.{self.codes[position]}.{insurer}")

    def market(self, insurer: str, positions: Sequence[int]) -> Block:
        """Market shares of an insurer in some areas, below each other."""
        label = self.frame.say("marktaandeel", "market share") + f" {self.insurer_name(insurer)}"
        return self.key_block(f"market {insurer}", label, positions, lambda k: self.market_at(insurer, k))

    def key_block(self, key: str, label: str, positions: Sequence[int], content: AnArea) -> Block:
        """Numbers per area that other rows are multiplied with, made once per set of areas."""
        where = tuple(positions)
        if (key, where) not in self._keys:
            caption = Caption(f"{key} ({len(self._keys)})", label, self.frame.say("deel", "share"), "share")
            self._keys[key, where] = self.block(caption, where, content)
        return self._keys[key, where]

    def insured_part(self, amounts: AreaBlock, insurer: str, inside: Collection[int] | None = None) -> Expr:
        """An insurer's part of amounts per area, by market share."""
        if self.uniform:
            return self.regional[insurer] * self.summed(amounts, inside)
        kept = amounts if inside is None else self._within(amounts, inside)
        return as_expr(0) if kept is None else dot(self.market(insurer, kept.positions), kept)

    # areas

    def summed(self, amounts: AreaBlock, inside: Collection[int] | None = None) -> Expr:
        """Amounts of some areas added up; of all when none are named."""
        if inside is None or set(amounts.positions) <= set(inside):
            return added(amounts)
        kept = [k for k in amounts.positions if k in inside]
        if len(kept) <= 3:
            return total_of(amounts.at(k) for k in kept)
        label = self.frame.say("telt mee", "counts")
        mask = self.key_block(f"mask {sorted(kept)}", label, amounts.positions, lambda k: as_expr(float(k in inside)))
        return dot(mask, amounts)

    def _within(self, amounts: AreaBlock, inside: Collection[int]) -> AreaBlock | None:
        """The rows of some areas, when they stand below each other; else all of them with those outside at 0."""
        kept = [k for k in amounts.positions if k in inside]
        if not kept:
            return None
        if len(kept) == len(amounts.positions):
            return amounts
        lines = [amounts.at(k) for k in kept]
        if lines[-1].row - lines[0].row == len(lines) - 1:
            return AreaBlock(lines, kept)
        first = amounts[0]
        caption = Caption(f"{first.key} within {kept}", first.label, first.unit)
        return self.block(caption, kept, amounts.at, first.sheet)

    def people_share(self, position: int) -> Expr:
        """Part of all inhabitants who live in an area."""
        everybody = self.people.of_ages(EVERYBODY)
        return part_of(everybody[position], self.everybody_together())

    def everybody_together(self) -> Line:
        """All inhabitants of the region."""
        if not self.sheet.has("everybody"):
            label = self.frame.say("inwoners van de regio", "inhabitants of the region")
            unit = self.frame.say("inwoners", "inhabitants")
            self.sheet.line("everybody", label, unit, added(self.people.of_ages(EVERYBODY)), style="count")
        return self.sheet.of("everybody")
