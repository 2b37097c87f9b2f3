"""Measured savings as cells: what a payer no longer paid, who was measured, and what they cost.

The same questions as in coalition/measured.py, answered with rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coalition.cells import Block, Expr, Line, added, as_expr, largest
from coalition.contracts import Population
from coalition.measured import Subject, side_of
from coalition.parties import MUNICIPALITY, NATURE, Pocket, PocketNature
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AreaBlock, Areas, Caption
from coalition.workbook.claims import CellClaims
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.law import Law
from coalition.workbook.law_rows import Amounts
from coalition.workbook.people import EVERYBODY


@dataclass(frozen=True)
class MeasuredPeople:
    """Who is measured: rows of persons, and of cost per pocket."""

    persons: Line
    cost: dict[Pocket, Line]


class MeasuredCells:
    """Savings and people that arrangements measure."""

    def __init__(self, claims: CellClaims, law: Law) -> None:
        self.claims, self.law, self.say = claims, law, claims.say
        self.areas: Areas = claims.areas
        self.spec = claims.frame.spec

    # what a payer no longer paid

    def saved(self, subject: Subject) -> Line:
        """What the payer no longer paid, as a row."""
        label = self.say("gemeten besparing", "measured saving") + f": {self.claims.called(subject.holder)}"
        return self.claims.row(label, self.saved_in(subject, self.claims.inside(subject)))

    def saved_in(self, subject: Subject, positions: Collection[int]) -> Expr:
        """What the payer no longer paid in some areas, before own risk."""
        side, total = side_of(subject.holder), as_expr(0)
        for stream in self.law.streams:
            here = [k for k in positions if k in stream.avoided.positions]
            if stream.pocket in subject.pockets and stream.intervention in subject.interventions and here:
                total = total + self._saved_by(stream, side, here)
        return total

    def _saved_by(self, stream: CellStream, side: str, positions: Sequence[int]) -> Expr:
        """What a payer no longer paid through one stream."""
        inside = None if set(positions) == set(stream.avoided.positions) else set(positions)
        care = NATURE[stream.pocket] is PocketNature.CARE
        if side in self.areas.insurers:
            amounts = self.law.cashed.amounts(stream) if care else Amounts(stream.avoided, None)
            return self.law.insured.part(stream.intervention, side, amounts, inside)
        if side == MUNICIPALITY and stream.moved is not None:
            return self.areas.summed(self._stays(stream, stream.moved, care=care), inside)
        return self.areas.summed(self.law.cashed.rows(stream) if care else stream.avoided, inside)

    def _stays(self, stream: CellStream, moved: AreaBlock, *, care: bool) -> AreaBlock:
        """What municipalities no longer pay for people who still live there."""
        key, sheet, codes = f"{stream.key} measured stays", self.claims.sheet, self.areas.codes
        if not sheet.has(f"{key} {codes[moved.positions[0]]}"):
            caption = Caption(f"{key} gross", self.say("vermeden bij wie er woont", "avoided on who lives there"))
            rest = self.claims.rows(caption, moved.positions, lambda k: stream.avoided.at(k) - moved.at(k))
            self.claims.rows(
                Caption(key, self.say("daarvan verzilverd", "of which cashed")),
                moved.positions,
                lambda k: self.law.cashed.part(stream.pocket, rest.at(k)) if care else rest.at(k),
            )
        return AreaBlock([sheet.of(f"{key} {codes[k]}") for k in moved.positions], moved.positions)

    # who is measured

    def people(self, subject: Subject, kind: Population) -> MeasuredPeople:
        """Persons, and what they cost per pocket without any programme."""
        pockets = sorted(q for q in subject.pockets if self.areas.people.has_cost(q))
        if kind is Population.PARTICIPANTS:
            persons, cost = self._participants(subject, pockets)
        else:
            persons, cost = self._of_ages(subject, pockets, everybody=kind is Population.ALL_INSURED)
        label = self.say("kosten zonder programma", "cost without a programme")
        rows = {q: self.claims.row(f"{label}, {self._pocket(q)}", c) for q, c in cost.items()}
        label = self.say("gemeten personen", "persons measured")
        return MeasuredPeople(self.claims.row(label, persons, self.say("personen", "persons")), rows)

    def _pocket(self, pocket: Pocket) -> str:
        """A pocket for a reader."""
        return self.claims.frame.pocket(pocket)

    def _participants(self, subject: Subject, pockets: Sequence[Pocket]) -> tuple[Expr, dict[Pocket, Expr]]:
        """The holder's person-years in which an intervention works, and their cost."""
        positions, persons = self.claims.inside(subject), as_expr(0)
        costs: dict[Pocket, Expr] = {q: as_expr(0) for q in pockets}
        for name in dict.fromkeys(s.intervention for s in self.law.streams if s.intervention in subject.interventions):
            streams = [
                s
                for s in self.law.streams
                if s.intervention == name and s.pocket in subject.pockets and s.effect != LIFE_YEARS
            ]
            here = [k for k in (streams[0].active.positions if streams else ()) if k in positions]
            if here:
                block = self._participants_of(subject, streams, here)
                persons = persons + added(block)
                for q in pockets:
                    costs[q] = costs[q] + added(self._cost_of(name, q, block))
        return persons, costs

    def _participants_of(self, subject: Subject, streams: Sequence[CellStream], here: Sequence[int]) -> AreaBlock:
        """Person-years of one intervention in people whom the holder insures or serves, per area."""
        side, name = side_of(subject.holder), streams[0].intervention

        def people(stream: CellStream, k: int) -> Expr:
            if side not in self.areas.insurers:
                return stream.active.at(k)
            return self.law.insured.part(name, side, Amounts(stream.active, stream.active_cohorts), {k})

        label = self.say("deelnemers van", "participants of") + f" {self.claims.called(subject.holder)}: "
        label += self.spec.interventions[name].name
        caption = Caption(
            self.claims.new_key("participants"), label, self.say("persoonsjaren", "person-years"), "count"
        )
        return self.claims.rows(caption, here, lambda k: largest(*(people(s, k) for s in streams)))

    def _cost_of(self, name: str, pocket: Pocket, block: AreaBlock) -> AreaBlock:
        """What participants cost without the programme, per area."""
        unit = self.areas.people.cost(self.spec.interventions[name].target_group, pocket)
        label = self.say("hun kosten", "their cost") + f", {self._pocket(pocket)}"
        caption = Caption(self.claims.new_key("cost of"), label)
        return self.claims.rows(caption, block.positions, lambda k: block.at(k) * unit[k])

    def _of_ages(
        self, subject: Subject, pockets: Sequence[Pocket], *, everybody: bool
    ) -> tuple[Expr, dict[Pocket, Expr]]:
        """Everybody, or everybody of the ages of the target groups, and what they cost."""
        people, spec = self.areas.people, self.spec
        weights, words = people.weights(EVERYBODY), self.say("iedereen", "everybody")
        if not everybody:
            groups = dict.fromkeys(spec.interventions[i].target_group for i in sorted(subject.interventions))
            weights, words = people.widest([spec.target_groups[g].ages for g in groups])
        heads = people.heads_of(weights, words)
        costs = {q: people.cost_of(weights, words, q) for q in pockets}
        persons = self._insured_sum(subject, heads)
        return persons, {q: self._insured_sum(subject, c) * people.growth(q) for q, c in costs.items()}

    def _insured_sum(self, subject: Subject, block: Block) -> Expr:
        """The part of rows per area that the holder insures or serves, in the areas of a subject."""
        positions = self.claims.inside(subject)
        rows = AreaBlock(block.lines, range(len(self.areas.codes)))
        inside = None if self.claims.everywhere(positions) else set(positions)
        if subject.holder in self.areas.insurers:
            return self.areas.insured_part(rows, subject.holder, inside)
        return self.areas.summed(rows, inside)
