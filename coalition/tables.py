"""Column contracts: what a public table holds, written once.

A contract is used by code, by CSV and Excel headers and by the documentation. It says nothing about how a table is
calculated. Shares run from 0 to 1, euros are euros, years are calendar years; anything else stands in `unit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coalition.errors import DefectError

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula when it opens a CSV file."""


def inert_text(cell: str) -> str:
    """Text that no spreadsheet runs: with an apostrophe before it where it would begin a formula.

    For text columns only; a negative number stays a number.
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: header in CSV and JSON; never translated.
        dtype: "int64", "float64", "string" or "bool".
        unit: what one unit of the value is.
        label_nl, label_en: what a reader sees above the column.
        meaning: one sentence, with the sign where there is one.
        nullable: whether a cell may be empty, and then means "not stated".
        optional: whether a file may leave the column out altogether.
    """

    name: str
    dtype: str
    unit: str
    label_nl: str
    label_en: str
    meaning: str = ""
    nullable: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A table contract: its name, its columns in order, and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def labels(self, lang: str) -> dict[str, str]:
        """Column name to label in "nl" or "en"."""
        return {c.name: c.label_nl if lang == "nl" else c.label_en for c in self.columns}

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with exactly these columns, in this order and with these types.

        Raises:
            DefectError: a column is missing or superfluous, an unmarked cell is empty, or the key repeats. Users'
                files are checked before they become frames, so a breach here is ours.
        """
        if set(frame.columns) != set(self.names):
            raise DefectError(f"table {self.name}: columns {sorted(frame.columns)} instead of {self.names}")
        frame = frame[self.names]
        for column in self.columns:
            if not column.nullable and frame[column.name].isna().any():
                raise DefectError(f"table {self.name}: empty cell in {column.name}")
        if self.key and frame.duplicated(list(self.key)).any():
            raise DefectError(f"table {self.name}: key {self.key} repeats")
        return frame.astype({c.name: c.dtype for c in self.columns if not (c.nullable and c.dtype == "int64")})
