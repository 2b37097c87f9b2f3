"""Avoided care under the Zvw as cells: insurers pay less, and risk equalisation takes a part of it back."""

from __future__ import annotations

from collections.abc import Iterator

from coalition.cells import Block, Expr, Line, as_expr, at_age, lagged, largest, picked, rows_of, smallest, total_of
from coalition.holders import split_zvw_in_cells, taken_back_in_cells
from coalition.parties import PROVIDERS, ZVW_FUND, Reason
from coalition.schema import CareKind, ClawbackBasis
from coalition.workbook.cashed import Cashed
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.law_rows import Amounts, LawSheet, Where
from coalition.workbook.members import Insured
from coalition.workbook.postings import CellPosting


class Equalisation:
    """What each insurer no longer pays, and what is taken back."""

    def __init__(self, on: LawSheet, cashed: Cashed, insured: Insured) -> None:
        self.on, self.cashed, self.insured, self.say = on, cashed, insured, on.say

    def postings(self, stream: CellStream, own: Line) -> Iterator[CellPosting]:
        """Of one stream, given the part of it that is own risk."""
        cashed, avoided = self.cashed.amounts(stream), Amounts(stream.avoided, stream.cohorts)
        equalisation = self.on.frame.spec.holders.equalisation
        assert equalisation is not None  # checks.py asks for it
        seen = avoided if equalisation.basis is ClawbackBasis.USE else cashed
        for insurer in self.on.areas.insurers:
            yield from self._of_insurer(stream, insurer, own, (avoided, cashed, seen))

    def _of_insurer(
        self, stream: CellStream, insurer: str, own: Line, amounts: tuple[Amounts, Amounts, Amounts]
    ) -> list[CellPosting]:
        """Of one insurer, given what is avoided, what is cashed of it, and what equalisation sees."""
        (avoided, cashed, seen), name = amounts, self.on.areas.insurer_name(insurer)

        def invoices(inside: Where = None) -> Expr:
            gross, paid = (self.insured.part(stream.intervention, insurer, a, inside) for a in (avoided, cashed))
            return split_zvw_in_cells(gross, paid, own, as_expr(0))[0]

        def returned(inside: Where = None) -> Expr:
            back = self._back(stream, insurer, seen, inside)
            return split_zvw_in_cells(as_expr(0), as_expr(0), own, back)[2]

        label = name + self.say(" betaalt niet meer", " no longer pays")
        kept = self.on.total(f"{stream.key} saved {insurer}", label, invoices())
        label = name + self.say(": risicoverevening neemt terug", ": taken back by equalisation")
        back = self.on.total(f"{stream.key} back {insurer}", label, returned())
        about = (stream.pocket, stream.intervention)
        return [
            CellPosting(Reason.AVOIDED_COST, *about, PROVIDERS, insurer, total=kept, within=invoices),
            CellPosting(Reason.EQUALISATION, *about, insurer, ZVW_FUND, total=back, within=returned),
        ]

    def _back(self, stream: CellStream, insurer: str, seen: Amounts, inside: Where) -> Expr:
        """What equalisation takes back of an insurer, before the own risk."""
        on, index = self.on, self.on.frame.axis.index
        kind, name = stream.care_kind, stream.intervention
        assert kind is not None  # checks.py asks for it
        kernel, where = self._clawback(kind), "" if inside is None else f" {sorted(inside)}"
        label = on.areas.insurer_name(insurer) + self.say(": gezien door de verevening", ": seen by equalisation")
        if seen.cohorts is None or self.insured.members(name) is None:
            content = on.areas.insured_part(seen.rows, insurer, inside)
            return taken_back_in_cells(on.euros(f"{stream.key} seen {insurer}{where}", label, content), kernel, index)
        equalisation = on.frame.spec.holders.equalisation
        assert equalisation is not None
        total: Expr = as_expr(0)
        for j in range(1, len(equalisation.clawback[kind]) + 1):
            lag = on.inputs.fixed(self.say("jaren later", "years later"), on.years, float(j))
            content = self.insured.part(name, insurer, seen, inside, later=j)
            line = on.euros(f"{stream.key} seen {insurer} {j}{where}", f"{label}, {j}", content)
            total = total + at_age(kernel, lag) * lagged(line, lag, index)
        return total

    def _clawback(self, kind: CareKind) -> Line:
        """Share taken back of what was avoided j years ago, along the axis by j."""
        on, say, key = self.on, self.say, f"clawback {kind.value}"
        if on.sheet.has(key):
            return on.sheet.of(key)
        stated = on.frame.spec.holders.equalisation
        assert stated is not None
        numbers = [on.inputs.of(n) for n in stated.clawback[kind]]
        if not numbers:
            return on.sheet.series(key, say("niets teruggenomen", "nothing taken back"), "", 0)
        label = say("samen, ten minste 1", "together, at least 1")
        whole = on.part(f"{key} sum", label, largest(total_of(numbers), 1))
        label = say("teruggenomen na jaar", "taken back after year")
        parts = Block([on.part(f"{key} {j}", f"{label} {j + 1}", n / whole) for j, n in enumerate(numbers)])
        axis, count = on.frame.axis, rows_of(parts)
        label = say("plaats in die lijst", "place in that list")
        place = on.sheet.series(f"{key} place", label, "", largest(1, smallest(axis.index, count)), style="plain")
        label = say("valt in die lijst", "is in that list")
        within = on.sheet.series(f"{key} within", label, "0/1", axis.running_index(count), style="plain")
        label = say("teruggenomen, naar jaren geleden", "taken back, by years ago")
        return on.sheet.series(key, label, on.share, picked(parts, place) * within, style="share")
