"""What every arrangement works with, as cells: savings claimed so far, measured savings, and how amounts are booked.

The same questions as in claims.py and measured.py, answered with rows: what a holder has in cash from a saving after
earlier claims, what a payer no longer paid, who was measured and what they cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from coalition.cells import Block, Expr, Line, Page, Sheet, added, as_expr, largest, part_of
from coalition.contracts import Population
from coalition.measured import Subject, side_of
from coalition.numbers import Share
from coalition.outputs.labels import POCKETS
from coalition.parties import (
    MUNICIPALITY,
    NATIONAL_PARTIES,
    NATURE,
    OUTLAYS,
    Pocket,
    PocketNature,
    Reason,
)
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.effects import CellStream
from coalition.workbook.frame import Frame
from coalition.workbook.fund_words import FUND_WORDS
from coalition.workbook.law import Law
from coalition.workbook.people import EVERYBODY
from coalition.workbook.postings import CellPosting


@dataclass(frozen=True)
class Booking:
    """Of which arrangement a posting is, why it is made, and under which law."""

    arrangement: str
    reason: Reason
    pocket: Pocket


@dataclass(frozen=True)
class MeasuredPeople:
    """Who is measured: rows of persons, and of cost per pocket."""

    persons: Line
    cost: dict[Pocket, Line]


class CellClaims:
    """Claims on savings, in the order in which they are served."""

    def __init__(self, frame: Frame, areas: Areas, law: Law, sheet: Sheet) -> None:
        self.frame, self.areas, self.law, self.sheet, self.say = frame, areas, law, sheet, frame.say
        self.postings = list(law.found)
        self._served: list[tuple[Subject, Line]] = []
        self._made = 0

    def page(self, name: str, title: str) -> Page:
        """Where an arrangement writes its rows."""
        return Page(self.sheet, self.frame.inputs, self.frame.axis, self.words, self.called, name, title)

    def words(self, key: str) -> str:
        """A label of a fund or another arrangement."""
        return FUND_WORDS[key][0 if self.frame.lang == "nl" else 1]

    def called(self, party: str) -> str:
        """How a reader knows a party or an area."""
        for national in NATIONAL_PARTIES:
            if national.id == party:
                return national.name_nl if self.frame.lang == "nl" else national.name_en
        if party == MUNICIPALITY:
            return self.say("gemeenten", "municipalities")
        parties = self.frame.spec.parties
        if party in parties.insurers:
            return parties.insurers[party].name
        if party in parties.investors:
            return parties.investors[party].name
        return self.areas.people.name(party)

    def row(self, label: str, content: Expr, unit: str = "€") -> Line:
        """A row of this sheet with a key of its own."""
        self._made += 1
        return self.sheet.series(
            f"row {self._made}", label, unit, content, style="euro2" if unit == "€" else "count", total=unit == "€"
        )

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
        assert posting.total is not None
        if self.everywhere(positions) or posting.within is None:
            return posting.total
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
        label = (
            self.say("in kas uit de besparing, na eerdere aanspraken", "in cash from the saving, after earlier claims")
            + f": {self.called(subject.holder)}"
        )
        return self.row(label, largest(self.change_row(subject), 0))

    def note(self, subject: Subject, served: Line) -> None:
        """A part of a saving is promised now."""
        self._served.append((subject, served))

    # measured savings

    def saved_in(self, subject: Subject, positions: Collection[int]) -> Expr:
        """What the payer no longer paid in some areas, before own risk."""
        side, total = side_of(subject.holder), as_expr(0)
        for stream in self.law.streams:
            here = [k for k in positions if k in stream.avoided.positions]
            if stream.pocket in subject.pockets and stream.intervention in subject.interventions and here:
                total = total + self.saved_by(stream, side, here)
        return total

    def saved_by(self, stream: CellStream, side: str, positions: Sequence[int]) -> Expr:
        """What a payer no longer paid through one stream."""
        inside = None if set(positions) == set(stream.avoided.positions) else set(positions)
        care = NATURE[stream.pocket] is PocketNature.CARE
        if side in self.areas.insurers:
            cashed = self.law.cashed(stream) if care else stream.avoided
            return self.law.insured(stream, side, cashed, self.law.cashed_cohorts(stream), inside)
        if side == MUNICIPALITY and stream.moved is not None:
            return self.areas.summed(self.stays(stream), inside)
        return self.areas.summed(self.law.cashed(stream) if care else stream.avoided, inside)

    def stays(self, stream: CellStream) -> AreaBlock:
        """What municipalities no longer pay for people who still live there."""
        key = f"{stream.key} measured stays"
        codes, moved = self.areas.codes, stream.moved
        assert moved is not None
        if not self.sheet.has(f"{key} {codes[moved.positions[0]]}"):
            rest = self.areas.block(
                f"{key} gross",
                self.say("vermeden bij wie er woont", "avoided on who lives there"),
                "€",
                moved.positions,
                lambda k: stream.avoided.at(k) - moved.at(k),
                sheet=self.sheet,
            )
            care = NATURE[stream.pocket] is PocketNature.CARE
            self.areas.block(
                key,
                self.say("daarvan verzilverd", "of which cashed"),
                "€",
                moved.positions,
                lambda k: self.law.cashed_part(stream.pocket, rest.at(k)) if care else rest.at(k),
                sheet=self.sheet,
            )
        return AreaBlock([self.sheet.of(f"{key} {codes[k]}") for k in moved.positions], moved.positions)

    def saved(self, subject: Subject) -> Line:
        """What the payer no longer paid, as a row."""
        label = self.say("gemeten besparing", "measured saving") + f": {self.called(subject.holder)}"
        return self.row(label, self.saved_in(subject, self.inside(subject)))

    # who is measured

    def people(self, subject: Subject, kind: Population) -> MeasuredPeople:
        """Persons, and what they cost per pocket without any programme."""
        positions = self.inside(subject)
        pockets = sorted(q for q in subject.pockets if self.areas.people.has_cost(q))
        if kind is Population.PARTICIPANTS:
            persons, cost = self.participants(subject, positions, pockets)
        else:
            persons, cost = self.of_ages(subject, positions, pockets, everybody=kind is Population.ALL_INSURED)
        label = self.say("gemeten personen", "persons measured")
        rows = {
            q: self.row(self.say("kosten zonder programma", "cost without a programme") + f", {self.pocket(q)}", c)
            for q, c in cost.items()
        }
        return MeasuredPeople(self.row(label, persons, self.say("personen", "persons")), rows)

    def pocket(self, pocket: Pocket) -> str:
        """A pocket for a reader."""
        return POCKETS[pocket][0 if self.frame.lang == "nl" else 1]

    def participants(
        self, subject: Subject, positions: Collection[int], pockets: Sequence[Pocket]
    ) -> tuple[Expr, dict[Pocket, Expr]]:
        """The holder's person-years in which an intervention works, and their cost."""
        persons: Expr = as_expr(0)
        costs: dict[Pocket, Expr] = {q: as_expr(0) for q in pockets}
        for name in dict.fromkeys(s.intervention for s in self.law.streams):
            streams = [
                s
                for s in self.law.streams
                if s.intervention == name
                and s.pocket in subject.pockets
                and name in subject.interventions
                and s.effect != LIFE_YEARS
            ]
            here = [k for k in (streams[0].active.positions if streams else ()) if k in positions]
            if not here:
                continue
            block = self.participants_of(subject, streams, here)
            persons = persons + added(block)
            group = self.frame.spec.interventions[name].target_group
            for q in pockets:
                unit = self.areas.people.cost(group, q)
                self._made += 1
                label = self.say("hun kosten", "their cost") + f", {self.pocket(q)}"
                rows = self.areas.block(
                    f"cost of {self._made}",
                    label,
                    "€",
                    here,
                    lambda k, unit=unit, block=block: block.at(k) * unit[k],
                    sheet=self.sheet,
                )
                costs[q] = costs[q] + added(rows)
        return persons, costs

    def participants_of(self, subject: Subject, streams: Sequence[CellStream], here: Sequence[int]) -> AreaBlock:
        """Person-years of one intervention in people whom the holder insures or serves, per area."""
        side = side_of(subject.holder)

        def people(stream: CellStream, k: int) -> Expr:
            if side not in self.areas.insurers:
                return stream.active.at(k)
            return self.law.insured(stream, side, stream.active, stream.active_cohorts, {k})

        self._made += 1
        label = self.say("deelnemers van", "participants of") + f" {self.called(subject.holder)}: "
        label += self.frame.spec.interventions[streams[0].intervention].name
        return self.areas.block(
            f"participants {self._made}",
            label,
            self.say("persoonsjaren", "person-years"),
            here,
            lambda k: largest(*(people(s, k) for s in streams)),
            sheet=self.sheet,
            style="count",
        )

    def of_ages(
        self, subject: Subject, positions: Collection[int], pockets: Sequence[Pocket], *, everybody: bool
    ) -> tuple[Expr, dict[Pocket, Expr]]:
        """Everybody, or everybody of the ages of the target groups, and what they cost."""
        people, spec = self.areas.people, self.frame.spec
        weights, words = people.weights(EVERYBODY), self.say("iedereen", "everybody")
        if not everybody:
            groups = dict.fromkeys(spec.interventions[i].target_group for i in sorted(subject.interventions))
            weights, words = people.widest([spec.target_groups[g].ages for g in groups])
        heads = people.heads_of(weights, words)
        costs = {q: people.cost_of(weights, words, q) for q in pockets}
        persons = self.insured_sum(subject, heads, positions)
        return persons, {q: self.insured_sum(subject, c, positions) * people.growth(q) for q, c in costs.items()}

    def insured_sum(self, subject: Subject, block: Block, positions: Collection[int]) -> Expr:
        """The part of rows per area that the holder insures or serves, in some areas."""
        rows = AreaBlock(block.lines, range(len(self.areas.codes)))
        inside = None if self.everywhere(positions) else set(positions)
        if subject.holder in self.areas.insurers:
            return self.areas.insured_part(rows, subject.holder, inside)
        return self.areas.summed(rows, inside)

    # deliveries

    def delivery_at(self, party: str, intervention: str, position: int) -> Expr:
        """What a payer pays for the delivery of an intervention in one area."""
        side, total = side_of(party), as_expr(0)
        if party.startswith("GM") and self.areas.municipalities[position] != party:
            return total
        for p in self.postings:
            if p.reason is Reason.DELIVERY and p.source == side and p.intervention == intervention:
                if p.areas is not None:
                    total = total + (p.areas.at(position) if position in p.areas.positions else as_expr(0))
                elif p.within is not None:
                    total = total + p.within({position})
        return total

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
        key: Callable[[int], Expr] | None = None,
        positions: Iterable[int] | None = None,
    ) -> list[CellPosting]:
        """An amount per year, spread over areas where a municipality is named by its role."""
        if sides[0] == sides[1]:
            return []
        if MUNICIPALITY not in sides:
            return [self.posting(booking, sides, total=amount)]
        where = tuple(range(len(self.areas.codes))) if positions is None else tuple(positions)
        if key is None:
            everybody = self.areas.people.of_ages(EVERYBODY)
            key = lambda k: everybody[k]  # noqa: E731 - a short key
        keys = {k: key(k) for k in where}
        total: Expr = as_expr(0)
        for part in keys.values():
            total = total + part
        whole = self.row(self.say("sleutel samen", "key together"), total, self.say("sleutel", "key"))
        self._made += 1
        rows = self.areas.block(
            f"spread {self._made}",
            amount.label,
            "€",
            where,
            lambda k: amount * part_of(keys[k], whole),
            sheet=self.sheet,
        )
        return [self.posting(booking, sides, areas=rows)]

    def posting(
        self, booking: Booking, sides: tuple[str, str], *, areas: AreaBlock | None = None, total: Line | None = None
    ) -> CellPosting:
        """One movement of an arrangement."""
        return CellPosting(
            booking.reason, booking.pocket, booking.arrangement, *sides, areas, total, None, booking.arrangement
        )
