"""What stands in the input cells of a workbook, with the place of each, by the promises of contract.py.

Two sheets are read and nothing else. A cell that holds no plain number is a problem, with the way to write it; which
inputs a scenario has, and whether a number may be what it is, is judged elsewhere. All problems are collected.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from coalition.errors import ScenarioError
from coalition.messages import Language
from coalition.problems import Problem, closest
from coalition.scalars import MOST_FOUND, number_facts, reads_as_number, suspicious_number
from coalition.workbook.cell_names import defined_names
from coalition.workbook.contract import (
    AMOUNT_ROWS,
    BY_YEAR,
    COLUMNS,
    COST,
    FIRST_TABLE_COLUMN,
    HEADER_ROWS,
    INPUT_HASH,
    INPUTS,
    LANGUAGE,
    LAYOUT_KEY,
    PEOPLE,
    READ,
    SCENARIO,
    SUMMED,
    TABLE_MARK,
    TABLES,
    VERSION,
)

MAX_ROWS = 10_000
MAX_CELLS = 200_000
"""Rows and cells of a sheet that are read; a national scenario has a quarter of them."""
_TABLES = (PEOPLE, COST, BY_YEAR)


@dataclass(frozen=True)
class Properties:
    """What the workbook says that it is; `amount_rows` is None when it does not say it, `summed`: areas together."""

    scenario: str
    input_hash: str
    version: str
    layout: int
    lang: Language
    amount_rows: int | None = None
    summed: bool = False


@dataclass(frozen=True)
class Entry:
    """One input cell.

    Attributes:
        id: of the row; heading: of the column, "" on the sheet of inputs.
        label: what the row is called.
        place: sheet and cell, such as `Invoer!C12`.
        value: what stands there; None when it is empty.
        exported: what stood there at export; None when the workbook does not say.
        sound: whether it is a number or empty; otherwise its problem has been reported.
    """

    id: str
    heading: str
    label: str
    place: str
    value: float | bool | None
    exported: float | None = None
    sound: bool = True


@dataclass
class InputTable:
    """One table of the sheet of tables.

    Attributes:
        place: sheet and cell of its name.
        headings: what stands above a column -> position of the column; heading_places: and the cell.
        entries: cells by id of the row and heading.
        rows: id of each row -> the cell of the id.
    """

    place: str
    headings: dict[str, int] = field(default_factory=dict)
    heading_places: dict[str, str] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)


@dataclass
class Intake:
    """Everything that was read from a workbook, and what is wrong with it."""

    file: str
    properties: Properties
    scalars: dict[str, Entry] = field(default_factory=dict)
    tables: dict[str, InputTable] = field(default_factory=dict)
    names: list[tuple[str, str]] = field(default_factory=list)
    """Names of cells and where they point."""
    lost: set[str] = field(default_factory=set)
    """Places of values in rows of the sheet of inputs that have no id any more."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: str, id: str = "", found: str = "", **facts: str) -> None:
        """One problem more; its place is a sheet and cell, with the id of the input behind it."""
        path = f"{place} {id}" if id else place
        self.problems.append(Problem(code, self.file, 0, path, found[:MOST_FOUND], facts))


def read_inputs(content: BytesIO, file: str) -> Intake:
    """The inputs of a workbook.

    Args:
        content: a file that opening.py let through.
        file: how problems name it.
    Raises:
        ScenarioError: it is damaged, not made by this program, or lacks a sheet or heading; other problems are
            collected in the result.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are about parts that are not read
            return _read(content, file)
    except ScenarioError:
        raise
    except Exception as error:  # whatever a reader of workbooks stumbles over is the file's own
        raise ScenarioError([Problem("workbook.damaged", file)]) from error


def _read(content: BytesIO, file: str) -> Intake:
    from openpyxl import load_workbook

    book = load_workbook(content, read_only=True, data_only=False, keep_links=False)
    found = Intake(file, _properties(book, file))
    lang = found.properties.lang
    absent = [name for name in (INPUTS[lang], TABLES[lang]) if name not in book.sheetnames]
    if absent:
        raise ScenarioError([Problem("workbook.sheet_missing", file, path=n, facts={"sheet": n}) for n in absent])
    _read_scalars(_rows(book[INPUTS[lang]], found), INPUTS[lang], found)
    found.names = defined_names(content)
    _read_tables(_rows(book[TABLES[lang]], found), TABLES[lang], found)
    return found


# --- what the workbook is -------------------------------------------------------------------------------------------


def _properties(book: Any, file: str) -> Properties:
    stated = {p.name: p.value for p in book.custom_doc_props.props}
    lang = str(stated.get(LANGUAGE, ""))
    layout, rows = _whole(stated.get(LAYOUT_KEY)), _whole(stated.get(AMOUNT_ROWS))
    texts = {key: str(stated.get(key) or "") for key in (SCENARIO, INPUT_HASH, VERSION)}
    if layout is None or not all(texts.values()) or lang not in ("nl", "en"):
        raise ScenarioError([Problem("workbook.not_ours", file)])
    language: Language = "nl" if lang == "nl" else "en"
    summed = _whole(stated.get(SUMMED)) == 1
    return Properties(texts[SCENARIO], texts[INPUT_HASH], texts[VERSION], layout, language, rows, summed)


def _whole(value: Any) -> int | None:
    """A property that is a whole number, which another program may have made a decimal or a text."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\.0*)?", str(value))
    return int(match[1]) if match else None


def _rows(sheet: Any, found: Intake) -> Iterator[tuple[int, list[Any]]]:
    """Number and cells of each row that holds anything."""
    sheet.reset_dimensions()  # a file can lie about how large a sheet is
    cells = 0
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1), start=1):
        cells += len(row)
        if number > MAX_ROWS or cells > MAX_CELLS:
            found.add("workbook.too_many_rows", sheet.title, limit=str(MAX_ROWS))
            return
        if any(cell.value is not None for cell in row):
            yield number, list(row)


def _text(row: Sequence[Any], position: int) -> str:
    value = row[position].value if position < len(row) else None
    return "" if value is None else str(value).strip()


def _place(sheet: str, position: int, row: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{sheet}!{get_column_letter(position + 1)}{row}"


# --- one cell -------------------------------------------------------------------------------------------------------


def _number(row: Sequence[Any], position: int, place: str, id: str, found: Intake) -> tuple[float | bool | None, bool]:
    """What stands in an input cell, and whether it is sound; what is not a number is reported."""
    cell = row[position] if position < len(row) else None
    value = None if cell is None else cell.value
    if cell is None or value is None or (isinstance(value, str) and not value.strip() and cell.data_type != "f"):
        return None, True
    if cell.data_type == "f":
        formula = value if isinstance(value, str) else getattr(value, "text", "") or ""
        found.add("workbook.formula", place, id, str(formula))
    elif cell.data_type == "e":
        found.add("workbook.error_value", place, id, str(value))
    elif isinstance(value, bool):
        return value, True
    elif isinstance(value, dt.date | dt.time | dt.timedelta):
        found.add("workbook.date", place, id, str(value))
    elif isinstance(value, int | float):
        if math.isfinite(value):
            return float(value), True
        found.add("number.not_finite", place, id, str(value))
    else:
        code, facts = _text_problem(str(value))
        found.add(code, place, id, str(value), **facts)
    return None, False


def _text_problem(raw: str) -> tuple[str, dict[str, str]]:
    """Code and facts of a text in the place of a number."""
    like = suspicious_number(raw)
    if like is None:
        number = raw.strip()
        return ("workbook.text_number", {"as_number": number}) if reads_as_number(raw) else ("workbook.text", {})
    facts = number_facts(raw, like)
    if "as_share" in facts:
        return "workbook.text_percent", {"as_share": facts["as_share"]}
    if "as_decimal" in facts:
        return "workbook.text_ambiguous", {"as_number": facts["as_number"], "as_decimal": facts["as_decimal"]}
    if "as_number" in facts:
        return "workbook.text_number", {"as_number": facts["as_number"]}
    return "workbook.text", {}


# --- the sheet of inputs ----------------------------------------------------------------------------------------------


def _read_scalars(rows: Iterator[tuple[int, list[Any]]], sheet: str, found: Intake) -> None:
    """Put every row of the sheet of inputs in the intake."""
    at = _heading(rows, sheet, found)
    for number, row in rows:
        id, place = _text(row, at["id"]), _place(sheet, at["value"], number)
        if not id:
            if _text(row, at["value"]):
                found.add("workbook.id_missing", place, found=_text(row, at["value"]))
                found.lost.add(place)
            continue
        if id in found.scalars:
            found.add("workbook.id_twice", place, id, first=found.scalars[id].place)
            continue
        value, sound = _number(row, at["value"], place, id, found)
        before = row[at["exported"]].value if at["exported"] < len(row) else None
        exported = float(before) if isinstance(before, int | float) else None
        found.scalars[id] = Entry(id, "", _text(row, at["label"]), place, value, exported, sound)


def _heading(rows: Iterator[tuple[int, list[Any]]], sheet: str, found: Intake) -> dict[str, int]:
    """Position of each column that is read, by what stands above it.

    Raises:
        ScenarioError: none of the first rows is the heading.
    """
    for number, row in rows:
        if number > HEADER_ROWS:
            break
        above: dict[str, int] = {}
        for position in reversed(range(len(row))):
            above[_text(row, position).casefold()] = position
        at = {}
        for key in READ:
            names = {COLUMNS[key].nl.casefold(), COLUMNS[key].en.casefold()}
            if there := [above[name] for name in names if name in above]:
                at[key] = min(there)
        if len(at) == len(READ):
            return at
    lang = found.properties.lang
    columns = ", ".join(COLUMNS[key].nl if lang == "nl" else COLUMNS[key].en for key in READ)
    raise ScenarioError([Problem("workbook.heading_missing", found.file, path=sheet, facts={"columns": columns})])


# --- the sheet of tables ----------------------------------------------------------------------------------------------


def _read_tables(rows: Iterator[tuple[int, list[Any]]], sheet: str, found: Intake) -> None:
    """Put every table in the intake; rows above the first table are titles."""
    table: InputTable | None = None
    for number, row in rows:
        id = _text(row, 0)
        if id.startswith(TABLE_MARK):
            table = _table_heading(id, row, sheet, number, found)
        elif table is not None and id:
            _table_row(id, row, table, sheet, number, found)
        elif table is not None:
            _row_without_id(row, table, sheet, number, found)


def _table_heading(name: str, row: list[Any], sheet: str, number: int, found: Intake) -> InputTable:
    place = _place(sheet, 0, number)
    table = InputTable(place)
    if name not in _TABLES:
        suggestion = closest(name, _TABLES)
        found.add("workbook.table_unknown", place, found=name, known=", ".join(_TABLES), suggestion=suggestion)
        return table
    if name in found.tables:
        found.add("workbook.id_twice", place, name, first=found.tables[name].place)
        return table
    for position in range(FIRST_TABLE_COLUMN, len(row)):
        heading = re.sub(r"\.0$", "", _text(row, position))
        if not heading:
            continue
        if heading in table.headings:
            found.add("workbook.column_twice", _place(sheet, position, number), found=heading, table=name)
        table.headings.setdefault(heading, position)
        table.heading_places.setdefault(heading, _place(sheet, position, number))
    found.tables[name] = table
    return table


def _table_row(id: str, row: list[Any], table: InputTable, sheet: str, number: int, found: Intake) -> None:
    if id in table.rows:
        found.add("workbook.id_twice", _place(sheet, 0, number), id, first=table.rows[id])
        return
    table.rows[id] = _place(sheet, 0, number)
    for heading, position in table.headings.items():
        place = _place(sheet, position, number)
        value, sound = _number(row, position, place, f"{id} {heading}", found)
        table.entries[id, heading] = Entry(id, heading, _text(row, 1), place, value, sound=sound)


def _row_without_id(row: list[Any], table: InputTable, sheet: str, number: int, found: Intake) -> None:
    """Values below a heading without an id are lost rows; remarks elsewhere are nobody's business."""
    for position in table.headings.values():
        if _text(row, position):
            found.add("workbook.id_missing", _place(sheet, position, number), found=_text(row, position))
            return
