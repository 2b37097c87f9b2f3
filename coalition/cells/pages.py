"""What the cell form of a rule is given: inputs as cells, the time axis, and where its rows come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from coalition.cells.expressions import Expr, Operand, as_expr, both, equal, flag
from coalition.cells.rows import Line, Sheet

if TYPE_CHECKING:
    from coalition.numbers import Number


class InputLines(Protocol):
    """The numbers of a scenario as cells that a user may change."""

    def of(self, number: Number) -> Line:
        """A number with its range and source, by its place in the scenario."""

    def stated(self, path: str) -> Line:
        """A plain whole number, decimal or yes/no (1 or 0) of the scenario, such as `interventions.x.starts.first`."""

    def by_year(self, path: str) -> Line:
        """Amounts per calendar year of the scenario, such as `….amounts_eur`, as a series; 0 in other years."""

    def fixed(self, label: str, unit: str, value: float) -> Line:
        """A number that no user changes, such as months in a year or a point of an integral, in a cell of its own."""


@dataclass(frozen=True)
class Axis:
    """The time axis.

    Attributes:
        year, index: calendar year; 0 in the first year, then 1, 2, ...
        counted, shown: 1 in the years that the clock calculates, and shows; 0 in the spare years after them.
        last: last year that the clock calculates, a number.
    """

    year: Line
    index: Line
    counted: Line
    shown: Line
    last: Line

    def running_index(self, last: Operand) -> Expr:
        """1 from the second year to so many years after the first, else 0."""
        return flag(both(self.index > 0, self.index <= last))

    def running(self, first: Operand, last: Operand) -> Expr:
        """1 from the first year to the last, else 0."""
        return flag(both(self.year >= first, self.year <= last))


@dataclass(frozen=True)
class Page:
    """Where a rule writes its rows, and what it reads.

    Attributes:
        sheet: where the rows come.
        inputs, axis: what is stated, and the years.
        words: key -> label in the language of the reader.
        called: a party or an area -> how a reader knows it.
        below: what the keys of its rows begin with, such as `funds.regiofonds`.
        about: what its rows are about, behind every label; "" for the rule itself.
    """

    sheet: Sheet
    inputs: InputLines
    axis: Axis
    words: Callable[[str], str]
    called: Callable[[str], str] = str
    below: str = ""
    about: str = ""

    def of(self, key: str, about: str = "") -> Page:
        """The same page for one of several, such as a draw of a fund."""
        return replace(self, below=f"{self.below}.{key}" if self.below else key, about=about)

    def heading(self, key: str) -> None:
        """A heading among the rows of a rule."""
        self.sheet.heading(self.words(key), level=2)

    def row(self, key: str, content: Operand, unit: str = "€", *, total: bool = False) -> Line:
        """A series."""
        return self.sheet.series(*self._named(key), unit, content, total=total)

    def number(self, key: str, content: Operand, unit: str = "€") -> Line:
        """A number that holds for all years."""
        return self.sheet.line(*self._named(key), unit, as_expr(content))

    def later(self, key: str, unit: str = "€", *, total: bool = False) -> Line:
        """A series whose row comes further down: `Sheet.later`."""
        return self.sheet.later(*self._named(key), unit, total=total)

    def place(self, line: Line, content: Operand) -> Line:
        """Give that row its place."""
        return self.sheet.place(line, content)

    def _named(self, key: str) -> tuple[str, str]:
        label = self.words(key)
        return f"{self.below}.{key}" if self.below else key, f"{label}: {self.about}" if self.about else label


def running_years(page: Page, path: str, years: str = "years") -> Line:
    """1 in the years of an arrangement, 0 in others and where it is switched off; live.

    Args:
        page: where the row comes.
        path: of the arrangement, which has `enabled`.
        years: where its first and last year stand below that.
    """
    stated = page.inputs.stated
    first, last, enabled = (stated(f"{path}.{key}") for key in (f"{years}.first", f"{years}.last", "enabled"))
    return page.row("running", page.axis.running(first, last) * enabled, "0/1")


def only_year(page: Page, path: str, end: Literal["first", "last"], years: str = "years") -> Line:
    """1 in the first or the last year of an arrangement, as `running_years`."""
    stated = page.inputs.stated
    there = flag(equal(page.axis.year, stated(f"{path}.{years}.{end}")))
    return page.row(f"{end}_year", there * stated(f"{path}.enabled"), "0/1")
