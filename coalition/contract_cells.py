"""A shared-savings contract as cells: its numbers, what is measured, and how a row of it is named.

What the clauses make of these cells stands in clauses_in_cells.py; here nothing is calculated. Columns are calendar
years; rates, shares and scores 0-1; euro nominal; positive = received by the party.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coalition.cells import Axis, InputLines, Line, Operand, Sheet
from coalition.clauses import ALMOST
from coalition.contracts import Contract
from coalition.money import HALF_CENT_EUR
from coalition.numbers import Number


@dataclass(frozen=True)
class MeasuredLines:
    """Figures of a population per calendar year; what lies outside the measuring years has no effect.

    Attributes:
        persons, benchmark, cost: of each year; the benchmark before risk adjustment and discount.
        without: cost without any saving.
        quality_score: 0-1, empty where none was given; None when there is none at all.
        revenue: the sharers' own, known in every measuring year.
        risk_ratio: risk in the year / risk in the base years, empty where unknown; None when benchmarks hold it.
    """

    persons: Line
    benchmark: Line
    cost: Line
    without: Line
    quality_score: Line | None = None
    revenue: Line | None = None
    risk_ratio: Line | None = None


@dataclass(frozen=True)
class TermLines:
    """The numbers of a contract as cells, and the rows that are made of them.

    Attributes:
        sheet: where the rows go.
        contract, path: the contract, and its dotted place in the scenario.
        inputs, axis: its numbers as cells, and the years.
        words: key -> label in the language of the workbook.
        names: party -> name to show; its id where left out.
    """

    sheet: Sheet
    contract: Contract
    path: str
    inputs: InputLines
    axis: Axis
    words: Callable[[str], str]
    names: Mapping[str, str] = field(default_factory=dict)

    # numbers

    def of(self, term: str) -> Line | None:
        """A term of the contract; None where it is not stated."""
        return self.number(getattr(self.contract, term))

    def number(self, stated: Number | None) -> Line | None:
        """A stated number; None for none."""
        return None if stated is None else self.inputs.of(stated)

    def or_else(self, term: str, value: Operand) -> Operand:
        """A term, or what stands for its absence."""
        found = self.of(term)
        return value if found is None else found

    def plain(self, place: str) -> Line:
        """A whole number, decimal or yes/no at a place of the contract, such as `gate_table.0.rate_from`."""
        return self.inputs.stated(f"{self.path}.{place}")

    @cached_property
    def tolerance(self) -> Line:
        """How close to a gate or a step counts as reaching it."""
        return self.inputs.fixed(self.words("gate.tolerance"), self.words("contract.unit.rate"), ALMOST)

    @cached_property
    def half_cent(self) -> Line:
        """What counts as nothing."""
        return self.inputs.fixed(self.words("half_cent"), self.words("contract.unit.euro"), HALF_CENT_EUR)

    # rows

    def heading(self, key: str) -> None:
        """A heading of rows that follow."""
        self.sheet.heading(self.words(key), 2)

    def row(self, key: str, unit: str, content: Operand, what: str = "", *, total: bool = False) -> Line:
        """A series; `what` tells it from its likes: a party, a purse, the number of a band."""
        shown = self._shown(key, unit, what)
        return self.sheet.series(*shown, content, style=unit, total=total)

    def one(self, key: str, unit: str, content: Operand, what: str = "") -> Line:
        """A number that holds for all years."""
        return self.sheet.line(*self._shown(key, unit, what), content, style=unit)

    def looking_back(self, rows: Sequence[tuple[str, str, str]], step: Callable[..., Iterable[Operand]]) -> list[Line]:
        """Series, by key, unit and what tells them apart, whose formulas look at each other's year before."""
        lines = [self.sheet.later(*self._shown(*row), style=row[1]) for row in rows]
        for line, content in zip(lines, step(*lines), strict=True):
            self.sheet.place(line, content)
        return lines

    def _shown(self, key: str, unit: str, what: str) -> tuple[str, str, str]:
        """Key on the sheet, label, unit."""
        after = f": {self.names.get(what, what)}" if what else ""
        place = f"{self.path}.{key}" + (f".{what}" if what else "")
        return place, self.words(key) + after, self.words(f"contract.unit.{unit}")
