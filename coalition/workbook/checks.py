"""A check of a workbook: two numbers that must agree within a tolerance. They are gathered in check_rows.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coalition.cells import FIRST_YEAR, Expr, Line, Sheet, column_letters


@dataclass(frozen=True)
class Check:
    """Two numbers that must agree.

    Attributes:
        label: what must hold, for a reader.
        left, right: numbers.
        tolerance: the largest difference that is none.
        how: equal, or left at most right.
        applies: 1 where it can be asked, 0 where it cannot; None for always.
    """

    label: str
    left: Expr
    right: Expr
    tolerance: float
    how: Literal["equal", "at_most"] = "equal"
    applies: Expr | None = None

    @property
    def difference(self) -> float:
        """How far they are apart."""
        if self.applies is not None and not float(self.applies.values):
            return 0.0
        apart = float(self.left.values) - float(self.right.values)
        return max(apart, 0.0) if self.how == "at_most" else abs(apart)

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return bool(self.difference <= self.tolerance)


class Written(Expr):
    """A formula that is written out, with the value that it shows; for ranges that a Block does not name."""

    def __init__(self, text: str, values: Any) -> None:
        super().__init__(values)
        self._text = text

    def text(self, sheet: Sheet | None) -> str:  # noqa: ARG002 - every reference names its sheet
        """The formula."""
        return self._text


def runs_of(lines: Iterable[Line]) -> list[tuple[str, int, int]]:
    """Sheet, first and last row of lines, those below each other as one."""
    found: list[tuple[str, int, int]] = []
    for line in lines:
        name, row = line.sheet.name, line.row_number
        if found and found[-1][0] == name and found[-1][2] + 1 == row:
            found[-1] = (name, found[-1][1], row)
        else:
            found.append((name, row, row))
    return found


def whole_runs(lines: Sequence[Line]) -> str:
    """All years of some lines, as the arguments of a function."""
    first, last = column_letters(FIRST_YEAR), column_letters(FIRST_YEAR + lines[0].sheet.years - 1)
    return ",".join(f"{sheet}!${first}${a}:${last}${b}" for sheet, a, b in runs_of(lines))
