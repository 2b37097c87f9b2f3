"""What every arrangement works with, as cells: savings claimed so far, deliveries, and how amounts are booked.

The same questions as in coalition/claims.py, answered with rows: what a holder has in cash from a saving after earlier
claims, and what a payer pays for a delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from coalition.cells import Expr, Line, Page, Sheet, as_expr, largest, part_of, total_of
from coalition.measured import Subject, side_of
from coalition.numbers import Share
from coalition.parties import MUNICIPALITY, OUTLAYS, Pocket, Reason
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.frame import Frame
from coalition.workbook.fund_words import FUND_WORDS
from coalition.workbook.people import EVERYBODY
from coalition.workbook.postings import CellPosting
from coalition.workbook.reader_words import party_word


@dataclass(frozen=True)
class Booking:
    """Of which arrangement a posting is, why it is made, and under which law."""

    arrangement: str
    reason: Reason
    pocket: Pocket


class CellClaims:
    """Claims on savings, in the order in which they are served."""

    def __init__(self, areas: Areas, postings: Iterable[CellPosting], sheet: Sheet) -> None:
        self.areas, self.sheet, self.say = areas, sheet, areas.frame.say
        self.frame: Frame = areas.frame
        self.postings = list(postings)
        self._served: list[tuple[Subject, Line]] = []
        self._made = 0

    def page(self, name: str) -> Page:
        """Where an arrangement writes its rows."""
        return Page(self.sheet, self.frame.inputs, self.frame.axis, self.words, self.called, name)

    def words(self, key: str) -> str:
        """A label of a fund or another arrangement."""
        return self.say(*FUND_WORDS[key])

    def called(self, party: str) -> str:
        """How a reader knows a party or an area."""
        return party_word(self.frame.spec, party, self.frame.lang) or self.areas.people.name(party)

    def row(self, label: str, content: Expr, unit: str = "€") -> Line:
        """A row of this sheet with a key of its own; amounts are added up over the years."""
        euros = unit == "€"
        style = "euro2" if euros else "count"
        return self.sheet.series(self.new_key("row"), label, unit, content, style=style, total=euros)

    def rows(self, caption: Caption, positions: Iterable[int], content: AnArea) -> AreaBlock:
        """Rows of this sheet, one per area."""
        return self.areas.block(caption, tuple(positions), content, self.sheet)

    def new_key(self, word: str) -> str:
        """A key that no other row has."""
        self._made += 1
        return f"{word} {self._made}"

    # areas

    def inside(self, subject: Subject) -> tuple[int, ...]:
        """Positions of the areas of a subject that its holder has to do with."""
        pairs = zip(self.areas.codes, self.areas.municipalities, strict=True)
        return tuple(
            k
            for k, (area, municipality) in enumerate(pairs)
            if area in subject.areas and (not subject.holder.startswith("GM") or subject.holder == municipality)
        )

    def everywhere(self, positions: Collection[int]) -> bool:
        """Whether these are all areas of the region."""
        return len(set(positions)) == len(self.areas.codes)

    def amount(self, posting: CellPosting, positions: Collection[int]) -> Expr:
        """What a posting comes to in some areas."""
        if posting.areas is not None:
            return self.areas.summed(posting.areas, None if self.everywhere(positions) else set(positions))
        if posting.total is not None and self.everywhere(positions):
            return posting.total
        assert posting.within is not None, posting  # a total alone does not tell what it is in some areas
        return posting.within(set(positions))

    # savings in cash

    def cash_change(self, subject: Subject) -> Expr:
        """What the holder gains (+) or loses (−) in cash by these interventions, after earlier claims on it."""
        side, positions = side_of(subject.holder), self.inside(subject)
        total: Expr = as_expr(0)
        for p in self.postings:
            if p.pocket in subject.pockets and p.intervention in subject.interventions and p.reason not in OUTLAYS:
                if p.target == side:
                    total = total + self.amount(p, positions)
                if p.source == side:
                    total = total - self.amount(p, positions)
        for earlier, served in self._served:
            if subject.meets(earlier):
                total = total - served
        return total

    def change_row(self, subject: Subject) -> Line:
        """The same as a row."""
        label = self.say("verandering in kas", "change in cash") + f": {self.called(subject.holder)}"
        return self.row(label, self.cash_change(subject))

    def cash(self, subject: Subject) -> Line:
        """What the holder still has from a saving, >= 0."""
        label = self.say(
            "in kas uit de besparing, na eerdere aanspraken", "in cash from the saving, after earlier claims"
        )
        return self.row(f"{label}: {self.called(subject.holder)}", largest(self.change_row(subject), 0))

    def note(self, subject: Subject, served: Line) -> None:
        """A part of a saving is promised now."""
        self._served.append((subject, served))

    # deliveries

    def delivery_at(self, party: str, intervention: str, position: int) -> Expr:
        """What a payer pays for the delivery of an intervention in one area."""
        return self.delivery(party, intervention, [position])

    def delivery(self, party: str, intervention: str, positions: Collection[int]) -> Expr:
        """The same in some areas together."""
        side, total = side_of(party), as_expr(0)
        own = [k for k in positions if not party.startswith("GM") or self.areas.municipalities[k] == party]
        for p in self.postings:
            if p.reason is Reason.DELIVERY and p.source == side and p.intervention == intervention:
                total = total + self.amount(p, own)
        return total

    def asked(self, party: str, intervention: str, share: Share, positions: Collection[int]) -> Line:
        """The part of a payer's delivery cost that is asked of somebody else."""
        label = self.say("gevraagd voor de uitvoering", "asked for the delivery") + f": {self.called(party)}"
        return self.row(label, self.frame.inputs.of(share) * self.delivery(party, intervention, positions))

    # postings

    def post(
        self,
        booking: Booking,
        sides: tuple[str, str],
        amount: Line,
        key: AnArea | None = None,
        positions: Iterable[int] | None = None,
    ) -> list[CellPosting]:
        """An amount per year, spread over areas where a municipality is named by its role.

        Args:
            booking, sides: of what, from whom to whom; nothing moves from a party to itself.
            amount: of all areas together.
            key: in proportion to what it is spread; inhabitants where none is given.
            positions: of the areas that it is about; all where none are named.
        """
        if sides[0] == sides[1]:
            return []
        if MUNICIPALITY not in sides:
            return [self.posting(booking, sides, total=amount)]
        where = tuple(range(len(self.areas.codes))) if positions is None else tuple(positions)
        part = self.areas.people.of_ages(EVERYBODY).__getitem__ if key is None else key
        keys = {k: part(k) for k in where}
        whole = self.row(self.say("sleutel samen", "key together"), total_of(keys.values()), self.say("sleutel", "key"))
        caption = Caption(self.new_key("spread"), amount.label)
        rows = self.rows(caption, where, lambda k: amount * part_of(keys[k], whole))
        return [self.posting(booking, sides, areas=rows)]

    def posting(
        self, booking: Booking, sides: tuple[str, str], *, areas: AreaBlock | None = None, total: Line | None = None
    ) -> CellPosting:
        """One movement of an arrangement."""
        name = booking.arrangement
        return CellPosting(booking.reason, booking.pocket, name, *sides, areas, total, None, name)
