"""What payers no longer pay of avoided care: the part that is cashed, outside the years of a lump sum."""

from __future__ import annotations

from coalition.cells import Expr, Line, as_expr, in_cells, when
from coalition.holders import cashed_share
from coalition.parties import Pocket
from coalition.workbook.areas import AreaBlock
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.law_rows import Amounts, LawSheet


class Cashed:
    """γ·X of streams of care."""

    def __init__(self, on: LawSheet) -> None:
        self.on, self.say = on, on.say
        self._found: dict[str, AreaBlock] = {}

    def negotiated(self, pocket: Pocket) -> Line:
        """1 in the years without a lump sum."""
        on, key = self.on, f"negotiated {pocket}"
        if not on.sheet.has(key):
            running: Expr = as_expr(1)
            if on.frame.spec.holders.cashable[pocket].from_year is not None:
                first = on.inputs.stated(f"holders.cashable.{pocket.value}.from_year")
                running = when(on.frame.axis.year >= first, 1, 0)
            label = self.say("zonder lumpsum", "without a lump sum") + f", {on.frame.pocket(pocket)}"
            on.sheet.series(key, label, "0/1", running, style="plain")
        return on.sheet.of(key)

    def share(self, pocket: Pocket, amount: Expr) -> Expr:
        """Which part of a change in care reaches the payer."""
        stated = self.on.inputs.of(self.on.frame.spec.holders.cashable[pocket].share)
        return in_cells(cashed_share, amount, stated, self.negotiated(pocket))

    def part(self, pocket: Pocket, amount: Expr) -> Expr:
        """What a payer no longer pays of a change in care."""
        return amount * self.share(pocket, amount)

    def rows(self, stream: CellStream) -> AreaBlock:
        """What is cashed of a stream, per area."""
        if stream.key not in self._found:
            self.negotiated(stream.pocket)
            label = self.say("wordt verzilverd", "is cashed")
            self._found[stream.key] = self.on.rows(
                f"{stream.key} cashed",
                label,
                stream.avoided.positions,
                lambda k: self.part(stream.pocket, stream.avoided.at(k)),
            )
        return self._found[stream.key]

    def amounts(self, stream: CellStream) -> Amounts:
        """The same, by the age of the cohort too where it matters."""
        rows = self.rows(stream)
        if stream.cohorts is None:
            return Amounts(rows, None)
        return Amounts(rows, [self._cohort(stream, age, cohort) for age, cohort in enumerate(stream.cohorts)])

    def _cohort(self, stream: CellStream, age: int, cohort: AreaBlock) -> AreaBlock:
        """What is cashed of a cohort of one age; its rows are made once."""
        key, codes = f"{stream.key} cashed age {age}", self.on.areas.codes
        if not self.on.sheet.has(f"{key} {codes[cohort.positions[0]]}"):
            label = self.say(f"wordt verzilverd, cohort van {age} jaar", f"is cashed, cohort of {age} years")
            self.on.rows(key, label, cohort.positions, lambda k: self.part(stream.pocket, cohort.at(k)))
        return AreaBlock([self.on.sheet.of(f"{key} {codes[k]}") for k in cohort.positions], cohort.positions)
