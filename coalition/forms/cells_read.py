"""A filled workbook as rows by key: every cell with its place, and what it holds as a plain value or a problem.

Column A of a form holds the keys, so sheets may be renamed and rows moved. A cell is never repaired and its value never
guessed: a formula, an error, a date or a number that is typed as text is a problem. Nothing here knows what a key
means.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coalition.errors import ScenarioError
from coalition.forms.opening import opened as checked
from coalition.problems import Cell, Problem
from coalition.reading import invisible_sign
from coalition.scalars import MOST_FOUND, number_facts, suspicious_number

MAX_BYTES = 5_000_000
MOST_ROWS, MOST_COLUMNS = 3_000, 60
MOST_TEXT = 2_000
"""Signs in one cell; a story is shorter."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Row:
    """One row with a key: the cells that hold something, by column counted from 0.

    Attributes:
        columns: key of each column, when the row belongs to a table.
    """

    sheet: str
    position: int
    number: int
    cells: Mapping[int, Any]
    columns: Mapping[str, int] = field(default_factory=dict)

    def place(self, column: int) -> Cell:
        """Sheet and cell, in reading order."""
        order = self.position * 10_000_000 + self.number * 100 + column
        return Cell(order, f"{self.sheet}!{letter(column)}{self.number}")

    def text(self, column: int) -> str:
        """What a reader sees in a cell that is not to be filled in; "" when it is empty or no text."""
        value = getattr(self.cells.get(column), "value", None)
        return value.strip()[:MOST_FOUND] if isinstance(value, str) else ""


def letter(column: int) -> str:
    """The letter of a column counted from 0."""
    return LETTERS[column] if column < 26 else LETTERS[column // 26 - 1] + LETTERS[column % 26]


def keyed_rows(path: Path, shown: str, form: str) -> dict[str, Row]:
    """Every row with a key.

    Args:
        path: a workbook.
        shown: how problems name it.
        form: what stands in A1 of the first sheet of a form that can be read.
    Raises:
        ScenarioError: it is no workbook, too large, or not this form.
    """
    book = opened(path, shown)
    first = book.worksheets[0].cell(1, 1).value if book.worksheets else None
    if first != form:
        raise ScenarioError([Problem("file.not_a_form", shown)])
    rows: dict[str, Row] = {}
    for position, sheet in enumerate(book.worksheets, start=1):
        columns: dict[str, int] = {}
        for line in sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS)):
            key = line[0].value
            if not isinstance(key, str) or not key.strip():
                continue
            if key.endswith(":columns"):
                columns = {str(c.value): k for k, c in enumerate(line) if k and c.value}
                continue
            cells = {k: c for k, c in enumerate(line) if k and c.value is not None}
            table = bool(re.fullmatch(r"[a-z]+\.[0-9]+", key)) or key == "ages"
            rows.setdefault(key.strip(), Row(sheet.title, position, line[0].row, cells, columns if table else {}))
    return rows


def opened(path: Path, shown: str) -> Any:
    """The workbook, with its formulas as they stand.

    Raises:
        ScenarioError: it is missing, too large, or no workbook that can be read.
    """
    import openpyxl

    content = checked(path, shown)
    try:
        return openpyxl.load_workbook(content, data_only=False, keep_links=False)
    except Exception as error:  # a damaged file fails in any of the packages below openpyxl
        raise ScenarioError([Problem("workbook.damaged", shown)]) from error


def read_text(cell: Any) -> tuple[str | None, str, dict[str, str]]:
    """The text of a cell, the code of its problem or "", and the problem's facts."""
    if code := _no_value(cell):
        return None, code, {}
    value = cell.value
    if isinstance(value, bool):
        return ("true" if value else "false"), "", {}
    if isinstance(value, (int, float)):
        return f"{value:.15g}", "", {}
    text = str(value).strip()
    if not text:
        return None, "", {}
    if len(text) > MOST_TEXT:
        return None, "value.too_long", {"limit": str(MOST_TEXT)}
    if sign := invisible_sign(text):
        return None, "form.invisible", {"character": sign}
    return text, "", {}


def read_number(cell: Any, whole: bool) -> tuple[int | float | None, str, dict[str, str]]:
    """The number in a cell, the code of its problem or "", and the problem's facts."""
    if code := _no_value(cell):
        return None, code, {}
    value = cell.value
    if isinstance(value, bool):
        return None, "form.no_number", {}
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return None, "number.not_finite", {}
        if whole and value != math.floor(value):
            return None, "number.not_whole", {}
        return (int(value) if whole or isinstance(value, int) else float(value)), "", {}
    text = str(value).strip()
    if not text:
        return None, "", {}
    return None, *_typed(text)


def _typed(text: str) -> tuple[str, dict[str, str]]:
    """The problem of a text where a number belongs, with the number that may be meant."""
    code = suspicious_number(text)
    if code == "number.not_finite":
        return code, {}
    facts = number_facts(text, code) if code else {}
    if "as_decimal" in facts:
        return "form.text_ambiguous", {"as_number": facts["as_number"], "as_decimal": facts["as_decimal"]}
    meant = facts.get("as_number") or facts.get("as_share") or ("" if code else _float(text))
    return ("form.text_number", {"as_number": meant}) if meant else ("form.no_number", {})


def _float(text: str) -> str:
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return ""


def _no_value(cell: Any) -> str:
    """The code of a cell that holds no value of its own: a formula, an error or a date."""
    if cell.data_type == "f" or not isinstance(cell.value, (str, int, float, bool, dt.date, dt.time, dt.timedelta)):
        return "form.formula"
    if cell.data_type == "e":
        return "form.error"
    return "form.date" if isinstance(cell.value, (dt.date, dt.time, dt.timedelta)) else ""
