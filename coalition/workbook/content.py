"""What stands in a workbook: formulas as text, stored values, what is locked, and what could hide or fetch something.

The one place where verification opens a file. Nothing is judged here (lint.py and verify.py do) and nothing changed.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from coalition.errors import InputError
from coalition.forms.opening import opened
from coalition.problems import Problem
from coalition.workbook.stored import Place, Value, formula_values, sheet_parts

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook as OpenWorkbook

_ONE_CELL = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)")


@dataclass(frozen=True)
class CellContent:
    """A cell.

    Attributes:
        formula: its text with `=`, or None.
        value: the constant, or what the formula showed when the file was saved; None when it is empty.
        locked: whether it is protected against changes.
        array: whether the formula is one of several cells at once.
    """

    formula: str | None
    value: Value
    locked: bool = True
    array: bool = False


@dataclass(frozen=True)
class Content:
    """A workbook as plain values.

    Attributes:
        cells: every cell that is not empty, and every empty one that is not locked; in the order of reading.
        sheets: names, in the order of the workbook.
        names: defined names with what they refer to; names of one sheet as `Sheet!name`.
        properties: the custom document properties.
        hidden_sheets; hidden_rows, hidden_columns: what a reader does not see, such as ("Invoer", "12").
    """

    cells: dict[Place, CellContent]
    sheets: tuple[str, ...]
    names: dict[str, str]
    properties: dict[str, Any] = field(default_factory=dict)
    hidden_sheets: tuple[str, ...] = ()
    hidden_rows: tuple[Place, ...] = ()
    hidden_columns: tuple[Place, ...] = ()

    def place_of(self, name: str) -> Place | None:
        """The one cell that a defined name points to."""
        return place_in(self.names.get(name, ""))


def place_in(reference: str) -> Place | None:
    """Sheet and cell of a reference such as `=Invoer!$D$12`; None when it is not one cell."""
    found = _ONE_CELL.fullmatch(reference)
    if found is None:
        return None
    quoted, plain, letters, row = found.groups()
    return (quoted.replace("''", "'") if quoted else plain, f"{letters}{row}")


def contents(path: Path) -> Content:
    """Read a workbook.

    Raises:
        InputError: it is not there, or is no workbook.
    """
    _checked(path)
    try:
        with ZipFile(path) as archive:
            visible = sheet_parts(archive)
        stored = formula_values(path)
        book = _opened(path)
    except Exception as error:  # a damaged part stops each of the readers in a way of its own
        raise InputError([_unreadable(path, error)]) from error
    return Content(
        cells={place: cell for name in visible for place, cell in _cells_of(book, name, stored)},
        sheets=tuple(book.sheetnames),
        names=_names_of(book),
        properties={found.name: found.value for found in _custom_properties(book)},
        hidden_sheets=tuple(s.title for s in book.worksheets if s.sheet_state != "visible"),
        hidden_rows=tuple((s.title, str(k)) for s in book.worksheets for k, d in s.row_dimensions.items() if d.hidden),
        hidden_columns=tuple((s.title, k) for s in book.worksheets for k, d in s.column_dimensions.items() if d.hidden),
    )


def _checked(path: Path) -> None:
    """Refuse what is no workbook or reaches outside itself, before anything reads it."""
    opened(path, str(path))


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem("file.unreadable", str(path), facts={"reason": str(error) or type(error).__name__})


def _opened(path: Path) -> OpenWorkbook:
    import openpyxl

    with warnings.catch_warnings():  # of what openpyxl would lose on saving; nothing is saved
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def _cells_of(book: OpenWorkbook, name: str, stored: dict[Place, Value]) -> Iterator[tuple[Place, CellContent]]:
    for row in book[name].iter_rows():
        for cell in row:
            place, value = (name, cell.coordinate), cell.value
            locked = not cell.has_style or bool(cell.protection.locked)
            if cell.data_type == "f":
                text, array = _formula_text(value)
                yield place, CellContent(text, stored.get(place), locked, array)
            elif value is not None or not locked:
                yield place, CellContent(None, _plain(value), locked)


def _formula_text(value: Any) -> tuple[str, bool]:
    """The text, and whether it is an array formula or a data table, which openpyxl gives as an object."""
    if isinstance(value, str):
        return value, False
    return str(getattr(value, "text", None) or getattr(value, "ref", "")), True


def _plain(value: Any) -> Value:
    """A constant; a date stays text, because nothing here calculates with it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value if isinstance(value, bool | str | None) else str(value)


def _custom_properties(book: Any) -> list[Any]:
    """Properties that a program added; the published types of openpyxl do not know them."""
    return list(book.custom_doc_props.props)


def _names_of(book: OpenWorkbook) -> dict[str, str]:
    found = {name: str(defined.value) for name, defined in book.defined_names.items()}
    for sheet in book.worksheets:
        found |= {f"{sheet.title}!{name}": str(defined.value) for name, defined in sheet.defined_names.items()}
    return found
