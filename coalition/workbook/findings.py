"""What can be found in a workbook that is not as it should be, as values; the sentences stand in verify_text.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be found in a workbook; the first group are rules of form, the second what verify.py finds."""

    FORMULA_ERROR = "formula_error"
    CONSTANT = "constant"
    ROW_DIFFERS = "row_differs"
    FUNCTION = "function"
    ARRAY = "array"
    NESTED_IF = "nested_if"
    LONG = "long"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROW = "hidden_row"
    OUTSIDE = "outside"
    NAME = "name"

    STALE = "stale"
    MASTER = "master"
    NO_MASTER = "no_master"
    FORMULA = "formula"
    LOCKED = "locked"
    INPUT = "input"
    MISSING = "missing"
    ADDED = "added"
    ADDED_SHEET = "added_sheet"
    MODEL = "model"
    UNLOCKED = "unlocked"
    SCENARIO = "scenario"


REMARKS = {
    Kind.NESTED_IF,
    Kind.LONG,
    Kind.HIDDEN_ROW,
    Kind.NAME,
    Kind.ADDED_SHEET,
    Kind.UNLOCKED,
    Kind.SCENARIO,
}
"""What a reader is told without the verdict changing: harder to read, but no figure is in doubt because of it."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        kind: which rule.
        sheet, cell: where; "" for the whole workbook, a cell such as "12" for a row and "G" for a column.
        found, expected: as text, unchanged; "" where there is nothing to say.
    """

    kind: Kind
    sheet: str = ""
    cell: str = ""
    found: str = ""
    expected: str = ""

    @property
    def serious(self) -> bool:
        """Whether it makes the verification fail."""
        return self.kind not in REMARKS
