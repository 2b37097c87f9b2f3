"""Rows of sheets to an xlsx file: the same scenario gives the same bytes.

Every formula cell carries the value that was calculated here, so that a viewer that does not calculate shows it too.
Text is always written as text: a name that begins with `=` is a name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from coalition.cells import BEFORE, FIRST_YEAR, HERE, OPENING, TOTAL, Heading, Line, Sheet, column_letters

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Formats = Mapping[str, Any]


def write_rows(page: Worksheet, sheet: Sheet, formats: Formats) -> None:
    """The rows of a calculation sheet, each with one formula."""
    for row in sheet.rows:
        if isinstance(row, Heading):
            _heading(page, row, formats)
        else:
            _line(page, sheet, row, formats)


def _heading(page: Worksheet, heading: Heading, formats: Formats) -> None:
    style = formats["heading"] if heading.level == 1 else formats["subheading"]
    page.write_string(heading.row, 0 if heading.words.startswith("#") else 1, heading.words, style)
    for k, words in enumerate(heading.headers):
        if isinstance(words, str):
            page.write_string(heading.row, FIRST_YEAR + k, words, formats["header"])
        else:
            page.write_number(heading.row, FIRST_YEAR + k, words, formats["header_year"])


def _line(page: Worksheet, sheet: Sheet, line: Line, formats: Formats) -> None:
    page.write_string(line.row, 1, line.label, formats["label"])
    page.write_string(line.row, 2, line.unit, formats["unit"])
    style = formats[line.style or "plain"]
    if not line.is_series:
        _cell(page, line.row, sheet.constant_column, line, 0, style)
        return
    if line.total:
        first, last = column_letters(FIRST_YEAR), column_letters(FIRST_YEAR + len(line.values) - 1)
        formula = f"=SUM({first}{line.row + 1}:{last}{line.row + 1})"
        page.write_formula(line.row, TOTAL, formula, style, float(line.values.sum()))
    if line.formula is None:
        for k, value in enumerate(line.values):
            page.write_number(line.row, FIRST_YEAR + k, float(value), style)
        return
    text = line.formula.text(sheet)
    for k in range(len(line.values)):
        _formula(page, line.row, FIRST_YEAR + k, text, float(line.values[k]), style)


def _cell(page: Worksheet, row: int, column: int, line: Line, place: int, style: Any) -> None:
    value = float(line.values if not line.is_series else line.values[place])
    if line.formula is not None:
        _formula(page, row, column, line.formula.text(line.sheet), value, style)
    elif math.isnan(value):
        page.write_blank(row, column, None, style)
    else:
        page.write_number(row, column, value, style)


def _formula(page: Worksheet, row: int, column: int, text: str, value: float, style: Any) -> None:
    """One cell; `text` is the formula of the row, with marks for its own column and the one before."""
    here = text.replace(HERE, column_letters(column)).replace(BEFORE, column_letters(column - 1))
    page.write_formula(row, column, f"={here}", style, value)


def axis_header(page: Worksheet, sheet: Sheet, years: Line, formats: Formats) -> None:
    """Calendar years above the columns, taken from the time axis."""
    for k, value in enumerate(years.values):
        column = FIRST_YEAR + k
        if sheet is years.sheet:
            page.write_number(3, column, float(value), formats["header_year"])
        else:
            text = years.text(sheet).replace(HERE, column_letters(column))
            page.write_formula(3, column, f"={text}", formats["header_year"], float(value))


def plain_formats(book: Workbook) -> dict[str, Any]:
    """Number formats by style, without a theme."""
    shapes = {
        "plain": "0", "count": "#,##0.0", "euro2": '"€" #,##0.00', "euro": '"€" #,##0.00', "share": "0.0%",
        "rate": "0.00%", "factor": "0.000000", "years": "0.0", "year": "0", "whole": "0", "switch": "0", "real": "0.0",
        "table": "#,##0.0", "header_year": "0",
    }  # fmt: skip
    found = {name: book.add_format({"num_format": shape}) for name, shape in shapes.items()}
    for name in ("heading", "subheading", "header", "label", "unit"):
        found[name] = book.add_format({"bold": name in {"heading", "header"}})
    return found


__all__ = ["OPENING", "axis_header", "plain_formats", "write_rows"]
