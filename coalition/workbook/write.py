"""A calculation sheet to an xlsx file: fixed columns, one formula per row, the years above.

Every formula cell carries the value that was calculated here, so that a viewer that does not calculate shows it too.
Text is always written as text: a name that begins with `=` is a name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from xlsxwriter.worksheet import Worksheet

from coalition.cells import (
    BEFORE,
    CONSTANT,
    FIRST_YEAR,
    HERE,
    OPENING,
    TOTAL,
    Axis,
    Floats,
    Heading,
    Line,
    Sheet,
    column_letters,
)
from coalition.workbook.looks import style_of
from coalition.workbook.pages import HEADER_ROW, Page, shown_value

if TYPE_CHECKING:
    from xlsxwriter.format import Format

NARROWEST, WIDEST = 11, 26
"""Characters of a column of numbers."""


class QuickSheet(Worksheet):  # type: ignore[misc] # XlsxWriter has no types
    """A worksheet that takes a formula as it is.

    XlsxWriter looks in every formula for some hundred functions that came after Excel 2010 and need a prefix in the
    file, with a regular expression each: most of the time of an export. Our formulas hold none of these functions.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")


def write_calculation(page: Page, sheet: Sheet, axis: Axis, about: str, classes: Sequence[str] = ()) -> None:
    """A sheet with the years from column G on, or with other columns that have names of their own."""
    page.begin(sheet.title, about)
    _columns(page, sheet)
    _header(page)
    if classes:
        page.text(HEADER_ROW, OPENING, page.say("klasse:", "class:"), "header")
        page.sheet.set_column(OPENING, OPENING, 8)
        for k, words in enumerate(classes):
            page.text(HEADER_ROW, FIRST_YEAR + k, words, "header_number")
    else:
        year_header(page, HEADER_ROW, FIRST_YEAR, axis, sheet)
        grey_spare_years(page, axis, HEADER_ROW, max(sheet.height, HEADER_ROW + 1))
    for row in sheet.rows:
        if isinstance(row, Heading):
            page.text(row.row, 1, row.words, "heading" if row.level == 1 else "subheading")
            if row.level == 1:
                for column in range(2, OPENING):
                    page.text(row.row, column, "", "heading")
        else:
            _line(page, sheet, row, None if classes else axis.counted)
    page.sheet.freeze_panes(HEADER_ROW + 1, FIRST_YEAR)
    page.sheet.repeat_rows(0, HEADER_ROW)


def grey_spare_years(
    page: Page, axis: Axis, first: int, last: int, column: int = FIRST_YEAR, *, empty: bool = False
) -> None:
    """Show years that are not shown in grey, or nothing of them; live."""
    shown = axis.shown
    condition = f"={shown.sheet.name}!{column_letters(FIRST_YEAR)}${shown.row_number}=0"
    final = column + len(axis.year.values) - 1
    rule = {"type": "formula", "criteria": condition, "format": page.looks["not_there" if empty else "spare"]}
    page.sheet.conditional_format(first, column, last, final, rule)


def _columns(page: Page, sheet: Sheet) -> None:
    label = page.words.width("label")
    lines = list(sheet)
    unit = max((len(line.unit) for line in lines), default=0)
    for column, width in (
        (0, 2),
        (1, label),
        (2, min(max(unit + 1, 9), 24)),
        (CONSTANT, width_of((x.values for x in lines if not x.is_series), 14)),
        (TOTAL, width_of((np.atleast_1d(x.values.sum()) for x in lines if x.total), 14)),
        (OPENING, 1.5),
    ):
        page.sheet.set_column(column, column, width)
    years = width_of((x.values for x in lines if x.is_series), NARROWEST)
    page.sheet.set_column(FIRST_YEAR, FIRST_YEAR + sheet.years - 1, years)


def width_of(values: Iterable[Floats], least: int) -> float:
    """Characters that the longest of some amounts takes, `€` and cents included."""
    sizes = [float(np.nanmax(np.abs(v))) for v in values if v.size and not np.isnan(v).all()]
    largest = max(sizes, default=0.0)
    return min(max(least, len(f"{largest:,.2f}") + 4), WIDEST)


def _header(page: Page) -> None:
    for column, words in (
        (1, page.say("Omschrijving", "Label")),
        (2, page.say("Eenheid", "Unit")),
        (CONSTANT, page.say("Vast", "Constant")),
        (TOTAL, page.say("Som", "Total")),
    ):
        page.text(
            HEADER_ROW, column, words, ("header", "header_unit")[column - 1] if column < CONSTANT else "header_number"
        )


def year_header(page: Page, row: int, column: int, axis: Axis, sheet: Sheet | None) -> None:
    """Calendar years above the columns, taken from the time axis."""
    look = page.looks.with_("header_number", num_format="0")
    for k, value in enumerate(axis.year.values):
        text = axis.year.text(sheet).replace(HERE, column_letters(FIRST_YEAR + k))
        page.formula(row, column + k, text, float(value), look)


def _line(page: Page, sheet: Sheet, line: Line, counted: Line | None) -> None:
    width = page.words.width("label")
    page.wrapped(line.row, 1, line.label, width, "label")
    page.text(line.row, 2, line.unit, "unit")
    style, to = page.looks[style_of(line)], page.sheet
    if not line.is_series:
        _constant(page, sheet, line, style)
        return
    if line.total:
        page.formula(line.row, TOTAL, *_total(sheet, line, counted), style)
    values = line.values.tolist()
    if line.formula is None:
        for k, value in enumerate(values):
            to.write_number(line.row, FIRST_YEAR + k, value, style)
        return
    text = line.formula.text(sheet)
    for k, value in enumerate(values):
        to.write_formula(line.row, FIRST_YEAR + k, f"={in_column(text, FIRST_YEAR + k)}", style, shown_value(value))


def _total(sheet: Sheet, line: Line, counted: Line | None) -> tuple[str, float]:
    """The sum of a row; along the time axis only of years that are counted: spare years may hold amounts too."""
    whole = line.whole(sheet)
    if counted is None:
        return f"SUM({whole})", float(line.values.sum())
    return f"SUMIF({counted.whole(sheet)},1,{whole})", float(line.values[counted.values == 1].sum())


def _constant(page: Page, sheet: Sheet, line: Line, style: Format) -> None:
    value = float(line.values)
    if line.formula is not None:
        page.formula(line.row, sheet.constant_column, in_column(line.formula.text(sheet), CONSTANT), value, style)
    elif math.isnan(value):
        page.sheet.write_blank(line.row, sheet.constant_column, None, style)
    else:
        page.number(line.row, sheet.constant_column, value, style)


def in_column(text: str, column: int) -> str:
    """The formula of a row in one of its columns."""
    return text.replace(HERE, column_letters(column)).replace(BEFORE, column_letters(column - 1))


def formula_of(line: Line, sheet: Sheet | None) -> str:
    """A reference to a number from another sheet."""
    return in_column(line.text(sheet), CONSTANT)
