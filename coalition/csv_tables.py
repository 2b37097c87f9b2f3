"""A CSV table beside a scenario, checked against its column contract.

The table comes back as one numpy array per column, with the line of every row, so that later checks can point at it.
Nothing is repaired: a number typed the Dutch way, a missing cell, a key that repeats or text that a spreadsheet would
run as a formula is a problem. What the figures mean together is checked elsewhere. Units stand in the contract.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalition.errors import ScenarioError
from coalition.problems import Problem, closest
from coalition.reading import decoded
from coalition.scalars import MOST_FOUND, number_facts, suspicious_number
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Columns = dict[str, NDArray[Any]]
else:
    Columns = dict

Row = tuple[str, ...]
MAX_BYTES = 100_000_000
MOST_PROBLEMS = 50
"""Problems that are written out per file; the rest are counted."""
LINES = "lines"
"""Name of the array with the line of every row, counted from 1; the heading is line 1."""

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_STRANGE = re.compile(r"[^0-9.eE+\-\n]")
_AMBIGUOUS = re.compile(r"^[-+]?[1-9][0-9]{0,2}\.[0-9]{3}$", re.MULTILINE)
_FORMULA = re.compile(r"[=+\-@\t\r]")
_AMBIGUOUS_CODE = "number.thousands_point"


@dataclass
class _Found:
    """The problems of one file; the first ones in full, the others counted."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, code: str, line: int, column: str = "", found: str = "", **facts: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, self.file, line, column, found[:MOST_FOUND], facts))
        else:
            self.more += 1

    def stop_if_any(self) -> None:
        if not self.problems:
            return
        listed = sorted(self.problems, key=lambda p: p.line)
        if self.more:
            listed.append(Problem("table.more", self.file, facts={"count": str(self.more)}))
        raise ScenarioError(listed)


def read_table(
    path: Path, contract: Table, shown_as: str, max_rows: int = 2_000_000, *, with_others: bool = False
) -> Columns:
    """The columns of a CSV file, plus `lines`.

    Args:
        path: UTF-8, comma between cells, point in decimals, headings as in the contract in any order.
        contract: the columns that must be there, and those that may be.
        shown_as: how problems name the file.
        max_rows: rows below the heading.
        with_others: whether the file may have columns that the contract does not know; they are not read.
    Returns:
        One array per column, in the contract's order: float64, int64 (float64 with NaN where the column may be
        empty), bool, or object arrays of str ("" where the column may be empty); and `lines`, int64.
    Raises:
        ScenarioError: with all problems, at most 50 and the number of the others.
    """
    import numpy as np

    found = _Found(shown_as)
    heading, rows, lines = _rows(_text(path, shown_as), found, max_rows)
    _check_heading(heading, contract, found, with_others=with_others)
    found.stop_if_any()
    rows, lines = _full_rows(rows, lines, len(heading), found)
    by_name = dict(zip(heading, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(heading, ())
    there = [column for column in contract.columns if column.name in by_name]
    columns = {column.name: _column(column, by_name[column.name], lines, found) for column in there}
    if not found.problems:
        _check_key(contract, columns, by_name, lines, found)
    found.stop_if_any()
    return {**columns, LINES: np.array(lines, dtype=np.int64)}


def _text(path: Path, shown_as: str) -> str:
    try:
        if not path.is_file():
            raise ScenarioError([Problem("file.missing", shown_as)])
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError([Problem("file.too_large", shown_as, facts={"limit": f"{MAX_BYTES // 1_000_000} MB"})])
        return decoded(path.read_bytes(), shown_as)
    except OSError as error:
        raise ScenarioError([Problem("file.unreadable", shown_as, facts={"reason": error.strerror or ""})]) from error


def _rows(text: str, found: _Found, max_rows: int) -> tuple[Row, list[Row], list[int]]:
    """Heading, rows and the line on which each row begins; empty lines are passed over."""
    if not text.strip():
        found.add("file.empty", 0)
        found.stop_if_any()
    rows, lines = _parsed(text, found, max_rows)
    found.stop_if_any()
    if len(rows) == 1 and not _wrong_separator(rows[0]):
        found.add("table.no_rows", lines[0])
    return rows[0], rows[1:], lines[1:]


def _parsed(text: str, found: _Found, max_rows: int) -> tuple[list[Row], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    lines: list[int] = []
    start = 1
    try:
        if '"' not in text:  # then every line is one row, and the lines need no counting
            rows = list(map(tuple, itertools.islice(reader, max_rows + 3)))
            lines = list(range(1, len(rows) + 1))
        else:
            for row in itertools.islice(reader, max_rows + 3):
                rows.append(tuple(row))
                lines.append(start)
                start = reader.line_num + 1
    except csv.Error:
        found.add("table.quotes", reader.line_num if '"' not in text else start)
    if not all(rows):
        lines = [line for line, row in zip(lines, rows, strict=True) if row]
        rows = [row for row in rows if row]
    if len(rows) > max_rows + 1:
        found.add("table.too_many_rows", lines[-1], limit=str(max_rows))
    return rows, lines


def _wrong_separator(heading: Sequence[str]) -> str:
    """The character that separates the cells instead of a comma, or ""."""
    return next((c for c in ";\t|" if len(heading) == 1 and c in heading[0]), "")


def _check_heading(heading: Row, contract: Table, found: _Found, *, with_others: bool) -> None:
    if separator := _wrong_separator(heading):
        shown = "tab" if separator == "\t" else separator
        found.add("table.separator", 1, found=heading[0], separator=shown)
        return
    missing = [column.name for column in contract.columns if column.name not in heading and not column.optional]
    absent = [name for name in contract.names if name not in heading]
    for position, name in enumerate(heading):
        if name in heading[:position]:
            if name in contract.names or not with_others:
                found.add("table.duplicate_column", 1, name, name)
        elif name not in contract.names and not with_others:
            meant = closest(name.strip().lower(), absent)
            missing = [m for m in missing if m != meant]
            found.add("table.unknown_column", 1, name, name, suggestion=meant, allowed=", ".join(contract.names))
    for name in missing:
        near = closest(name.strip().lower(), heading) if with_others else ""
        found.add("table.missing_column", 1, name, suggestion=near, allowed=", ".join(contract.names))


def _full_rows(rows: list[Row], lines: list[int], cells: int, found: _Found) -> tuple[list[Row], list[int]]:
    """The rows with as many cells as the heading."""
    wrong = [index for index, row in enumerate(rows) if len(row) != cells]
    if not wrong:
        return rows, lines
    for index in wrong:
        row = rows[index]
        found.add("table.cells", lines[index], found=",".join(row), cells=str(len(row)), expected=str(cells))
    left_out = set(wrong)
    kept = [index for index in range(len(rows)) if index not in left_out]
    return [rows[i] for i in kept], [lines[i] for i in kept]


def _column(column: Column, cells: Sequence[str], lines: Sequence[int], found: _Found) -> NDArray[Any]:
    import numpy as np

    if column.dtype in ("float64", "int64"):
        return _numbers(column, cells, lines, found)
    for index in _not_allowed(column, cells):
        code = "table.empty_cell" if not cells[index].strip() else "table.formula"
        code = "value.not_bool" if column.dtype == "bool" and cells[index].strip() else code
        found.add(code, lines[index], column.name, cells[index])
    if column.dtype == "bool":
        return np.array([cell.lower() == "true" for cell in cells], dtype=np.bool_)
    return np.array(cells, dtype=object)


def _not_allowed(column: Column, cells: Sequence[str]) -> list[int]:
    """Rows whose text may not stand in the column; each distinct text is judged once."""
    if column.dtype == "bool":
        bad = {cell for cell in set(cells) if cell.lower() not in ("true", "false")}
    else:
        bad = {cell for cell in set(cells) if _FORMULA.match(cell) or (not cell.strip() and not column.nullable)}
    return [index for index, cell in enumerate(cells) if cell in bad] if bad else []


def _numbers(column: Column, cells: Sequence[str], lines: Sequence[int], found: _Found) -> NDArray[Any]:
    """Numbers of a column; NaN where a cell may be empty and is."""
    import numpy as np

    values = _quick_numbers(column, cells)
    if values is None:
        proven = column.dtype == "float64" and _point_is_decimal(cells)
        read = [_number(column, cell, proven) for cell in cells]
        for index, (_, code) in enumerate(read):
            if code:
                facts = {} if code == "number.negative" else number_facts(cells[index], code)
                found.add(code, lines[index], column.name, cells[index], **facts)
        values = np.array([value for value, _ in read], dtype=np.float64)
    whole = column.dtype == "int64" and not column.nullable and not np.isnan(values).any()
    return values.astype(np.int64) if whole else values


def _quick_numbers(column: Column, cells: Sequence[str]) -> NDArray[np.float64] | None:
    """All numbers at once, or None when any cell needs a closer look."""
    import numpy as np

    distinct = set(cells)
    joined = "\n".join(distinct)
    if _STRANGE.search(joined) or _AMBIGUOUS.search(joined):
        return None
    try:
        number_of = {cell: float(cell) if cell else math.nan for cell in distinct}
    except ValueError:
        return None
    values = np.array([number_of[cell] for cell in cells], dtype=np.float64)
    stated = values[~np.isnan(values)]
    fine = np.isfinite(stated).all() and (column.nullable or len(stated) == len(values))
    fine = fine and not (_not_negative(column) and (stated < 0).any())
    fine = fine and not (column.dtype == "int64" and ((stated != np.floor(stated)) | (np.abs(stated) > 2**53)).any())
    return values if fine else None


def _not_negative(column: Column) -> bool:
    return ">= 0" in column.meaning


def _point_is_decimal(cells: Iterable[str]) -> bool:
    """Whether some cell of the column proves that its point separates decimals, so that 12.345 is no thousands."""
    return any("." in cell and _NUMBER.fullmatch(cell) and suspicious_number(cell) is None for cell in cells)


def _number(column: Column, cell: str, point_is_decimal: bool) -> tuple[float, str]:
    """The number in a cell, and the code of its problem or ""."""
    if not cell.strip():
        return math.nan, "" if column.nullable else "table.empty_cell"
    code = suspicious_number(cell)
    # A program that writes decimals leaves out a last zero: 1.250 was typed by hand, whatever the rest of the column.
    if code and not (code == _AMBIGUOUS_CODE and point_is_decimal and not cell.endswith("0")):
        return math.nan, code
    if not _NUMBER.fullmatch(cell):
        return math.nan, "table.formula" if cell[0] in "=@" else "number.not_a_number"
    value = float(cell)
    if column.dtype == "int64" and (value != math.floor(value) or abs(value) > 2**53):
        return math.nan, "number.not_whole"
    return value, "number.negative" if value < 0 and _not_negative(column) else ""


def _check_key(
    contract: Table, columns: Columns, by_name: Mapping[str, Sequence[str]], lines: Sequence[int], found: _Found
) -> None:
    """Each key at most once."""
    if not contract.key:
        return
    seen: dict[tuple[Any, ...], int] = {}
    keys = zip(*([None if v != v else v for v in columns[name].tolist()] for name in contract.key), strict=True)
    for index, key in enumerate(keys):
        first = seen.setdefault(key, index)
        if first != index:
            text = ", ".join(f"{name} {by_name[name][index]}" for name in contract.key)
            found.add("table.duplicate_key", lines[index], ", ".join(contract.key), text, first_line=str(lines[first]))
