"""Rows of a sheet: a number in the column of constants, or a series with one value per year.

A row may look at a row below it, but only at its earlier years: `Sheet.later`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coalition.cells.expressions import ATOM, Expr, Floats, Operand, as_expr
from coalition.errors import DefectError

HERE, BEFORE = "\x01", "\x02"
"""What stands in a rendered formula for the letters of its own column and of the column before it."""

CONSTANT, TOTAL, OPENING, FIRST_YEAR = 3, 4, 5, 6
"""Columns D (constants), E (totals), F (empty: the year before the first) and G (the first year), counted from 0."""


def column_letters(position: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def seen_from(here: Sheet | None, there: Sheet) -> str:
    """What a reference to a cell of another sheet begins with; nothing on the sheet itself."""
    return "" if here is there else f"{there.name}!"


class Line(Expr):
    """A row of a sheet: stated values, or the formula of its cells.

    Attributes:
        key: what it is, unique on its sheet; label, unit: for a reader.
        formula: None for stated values.
        sheet, row: where it stands, counted from 0.
        name: a defined name, for a scalar input; a formula refers to it by that name.
        total: whether column E sums the years.
        style: the name of a number format.
        known: the values as far as they are calculated; all of them, unless the line is awaited.
        awaited: whether it still waits for its row and its formula.
    """

    def __init__(
        self,
        sheet: Sheet,
        key: str,
        label: str,
        unit: str,
        content: Operand | Floats | Sequence[float],
        *,
        style: str = "",
        total: bool = False,
        note: str = "",
    ) -> None:
        self.formula = content if isinstance(content, Expr) else None
        self.known = content.values if isinstance(content, Expr) else np.asarray(content, dtype=float)
        self.awaited = False
        super().__init__(self._shown)
        self.sheet, self.key, self.label, self.unit = sheet, key, label, unit
        self.row, self.name, self.total, self.style, self.note = -1, "", total, style, note

    def _shown(self) -> Floats:
        if self.awaited:
            raise DefectError(f"{self.key} is not calculated yet: only its earlier years may be looked at")
        return self.known

    @property
    def is_series(self) -> bool:
        """Whether there is a value per year."""
        return self.known.ndim > 0

    def calculate_again(self) -> bool:
        """Calculate a formula from the lines as they are now; whether that changed anything."""
        if self.formula is None:
            return False
        old, self.known = self.known, self.formula.values
        return not np.array_equal(old, self.known, equal_nan=True)

    def text(self, sheet: Sheet | None) -> str:
        """A reference to the cell of the same column, to the constant, or to a named input."""
        if self.name:
            return self.name
        column = HERE if self.is_series else f"${column_letters(self.sheet.constant_column)}$"
        return f"{seen_from(sheet, self.sheet)}{column}{self.row_number}"

    @property
    def row_number(self) -> int:
        """The number of its row as a spreadsheet counts it."""
        if self.row < 0:
            raise DefectError(f"{self.key} has no row yet")
        return self.row + 1

    def whole(self, sheet: Sheet | None) -> str:
        """The range of all its years."""
        last = column_letters(FIRST_YEAR + len(self.known) - 1)
        return f"{self.in_year(0, sheet)}:${last}${self.row_number}"

    def in_year(self, place: int, sheet: Sheet | None) -> str:
        """A reference to one year, counted from 0, whatever the column of the formula."""
        return f"{seen_from(sheet, self.sheet)}${column_letters(FIRST_YEAR + place)}${self.row_number}"

    def until_now(self, sheet: Sheet | None) -> str:
        """The range of the years up to and including this one."""
        first = column_letters(FIRST_YEAR)
        return f"{seen_from(sheet, self.sheet)}${first}{self.row_number}:{HERE}{self.row_number}"

    def earlier(self, sheet: Sheet | None) -> str:
        """The range of the years before this one; it starts in the empty column before the first year."""
        where = seen_from(sheet, self.sheet)
        return f"{where}${column_letters(OPENING)}{self.row_number}:{BEFORE}{self.row_number}"


@dataclass
class Heading:
    """A row that says what follows."""

    words: str
    level: int = 1
    row: int = -1
    headers: tuple[float | str, ...] = ()
    """What stands above the columns, where a table begins."""


class TooManyFormulasError(DefectError):
    """A sheet would hold more formulas than it may; what happens per area is added up instead."""


class Sheet:
    """Rows in the order in which they were added.

    Attributes:
        name: of the sheet, without spaces.
        title: above it; years: how many columns the time axis has.
        constant_column: where numbers that hold for all years stand.
        most: formula cells that it may hold; None for any number.
    """

    def __init__(self, name: str, title: str, years: int, *, first_row: int = 5, index: Line | None = None) -> None:
        self.name, self.title, self.years = name, title, years
        self.constant_column = CONSTANT
        self.most: int | None = None
        self._formulas = 0
        self.rows: list[Line | Heading] = []
        self._next, self._index = first_row, index
        self._keys: dict[str, Line] = {}
        self._awaited: list[Line] = []
        self._since = 0

    def heading(self, words: str, level: int = 1, headers: tuple[float | str, ...] = ()) -> None:
        """A heading, with an empty row before it."""
        self._next += 1 if level == 1 and self.rows else 0
        self.rows.append(Heading(words, level, self._next, headers))
        self._next += 1

    def line(
        self,
        key: str,
        label: str,
        unit: str,
        content: Operand | Floats | Sequence[float],
        *,
        style: str = "",
        total: bool = False,
        note: str = "",
    ) -> Line:
        """A new row.

        Raises:
            DefectError: the key exists already.
        """
        if isinstance(content, (int, float)) and not isinstance(content, bool):
            content = np.asarray(content, dtype=float)
        found = Line(self, key, label, unit, content, style=style, total=total, note=note)
        self._name(found)
        self._append(found)
        return found

    def _name(self, line: Line) -> None:
        if line.key in self._keys:
            raise DefectError(f"{self.name}: {line.key} stands twice")
        self._keys[line.key] = line

    def _append(self, line: Line) -> None:
        line.row = self._next
        self._next += 1
        self.rows.append(line)
        self._formulas += line.known.size if line.formula is not None else 0
        if self.most is not None and self._formulas > self.most:
            raise TooManyFormulasError(f"{self.name} holds more than {self.most} formulas")

    def series(
        self,
        key: str,
        label: str,
        unit: str,
        content: Operand,
        *,
        style: str = "",
        total: bool = False,
        note: str = "",
    ) -> Line:
        """A new row with a value in every year, also where the formula only looks at constants."""
        return self.line(key, label, unit, self._in_every_year(content), style=style, total=total, note=note)

    def _in_every_year(self, content: Operand) -> Expr:
        expr = as_expr(content)
        return expr if expr.is_series else _Spread(expr, self.years)

    def later(self, key: str, label: str, unit: str, *, style: str = "", total: bool = False, note: str = "") -> Line:
        """A series that gets its row and its formula further down, by `place`.

        Until then formulas may look at its earlier years only: `before`, `sum_before`, `sum_of_ages`. That is how a
        balance goes round: opening = before(closing), movements that depend on the opening, and closing from both.
        Rows that depend on it stand on this sheet until all that is awaited is placed.
        """
        found = Line(self, key, label, unit, np.zeros(self.years), style=style, total=total, note=note)
        self._name(found)
        found.awaited = True
        self._since = self._since if self._awaited else len(self.rows)
        self._awaited.append(found)
        return found

    def place(self, line: Line, content: Operand) -> Line:
        """Give a row of `later` its place and its formula.

        With the last one that is awaited, all rows since the first was announced are calculated, year after year.

        Raises:
            DefectError: the line is not awaited here; or rows need a year to come of each other.
        """
        if line not in self._awaited:
            raise DefectError(f"{self.name}: {line.key} is not awaited")
        line.formula = self._in_every_year(content)
        self._append(line)
        line.awaited = False
        self._awaited.remove(line)
        line.calculate_again()
        if not self._awaited:
            self._calculate_since()
        return line

    def _calculate_since(self) -> None:
        """Every pass makes one more year final, for a row looks at rows above it and at earlier years."""
        rows = [row for row in self.rows[self._since :] if isinstance(row, Line)]
        for _ in range(self.years + 1):
            changed = [row for row in rows if row.calculate_again()]
            if not changed:
                return
        raise DefectError(f"{self.name}: {rows[0].key} … {rows[-1].key} need a year to come of each other")

    def has(self, key: str) -> bool:
        """Whether a row of this key exists."""
        return key in self._keys

    def of(self, key: str) -> Line:
        """The row of a key."""
        return self._keys[key]

    def adopt(self, line: Line) -> None:
        """Give a line that was made elsewhere the next row."""
        line.row = self._next
        self._next += 1
        self.rows.append(line)
        self._keys[line.key] = line

    def __iter__(self) -> Iterator[Line]:
        return (row for row in self.rows if isinstance(row, Line))

    @property
    def height(self) -> int:
        """Rows in use."""
        return self._next


class _Spread(Expr):
    """A number shown in every year."""

    def __init__(self, inner: Expr, years: int) -> None:
        super().__init__(lambda: np.full(years, float(inner.values)), inner.strength)
        self.inner = inner

    def text(self, sheet: Sheet | None) -> str:
        return self.inner.text(sheet)


class Block:
    """Rows below each other, such as one per area, that are added up in one formula."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        if not self.lines:
            raise DefectError("a block without rows")

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, position: int) -> Line:
        return self.lines[position]

    @property
    def values(self) -> Floats:
        """Shape (row, year) or (row, 1)."""
        return np.stack([np.atleast_1d(line.values) for line in self.lines])

    def text(self, sheet: Sheet | None) -> str:
        """The range, in the column of the formula or of the constants."""
        first, last = self.lines[0], self.lines[-1]
        if last.row - first.row != len(self.lines) - 1 or any(line.sheet is not first.sheet for line in self.lines):
            raise DefectError(f"{first.key} … {last.key} do not stand below each other")
        where = seen_from(sheet, first.sheet)
        letters = HERE if first.is_series else f"${column_letters(first.sheet.constant_column)}"
        mark = "" if first.is_series else "$"
        return f"{where}{letters}{mark}{first.row + 1}:{letters}{mark}{last.row + 1}"


class Ranges(Expr):
    """A function of ranges; its values are calculated by whoever makes it."""

    def __init__(
        self, render: Callable[[Sheet | None], str], values: Any | Callable[[], Any], strength: int = ATOM
    ) -> None:
        super().__init__(values, strength)
        self._render = render

    def text(self, sheet: Sheet | None) -> str:
        """The formula as it stands on a sheet, without `=`."""
        return self._render(sheet)
