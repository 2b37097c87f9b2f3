"""The sheets with what a user may change: one row per number, and the tables; by the promises of contract.py."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from coalition.cells import FIRST_YEAR, Heading, Line, column_letters
from coalition.money import HALF_CENT_EUR
from coalition.outputs.labels import standing_label
from coalition.workbook.book import Book
from coalition.workbook.contract import COLUMNS
from coalition.workbook.inputs import InputCells, Stated, value_at
from coalition.workbook.limits import LARGEST, Limits, limits_of, said
from coalition.workbook.looks import input_number
from coalition.workbook.pages import FIRST_ROW, HEADER_ROW, Page
from coalition.workbook.write import width_of

ID, LABEL, VALUE, UNIT, LOW, HIGH, SOURCE, STANDING, PLACE, EXPORTED, CHANGED = range(11)
TABLE_CHECK, TABLE_CHANGED = 3, 4
"""Columns D and E of the sheet of tables: control total at export, and whether it is another one now."""
UNIT_WIDTH = 24.0
LEAST_CHANGE = HALF_CENT_EUR / 1000


def write_inputs(page: Page, book: Book) -> None:
    """Every number with its range, source and standing, in a cell with a name."""
    inputs, sheet = book.frame.inputs, book.frame.inputs.scalars
    page.begin(*page.words.sheet("inputs"))
    source = page.words.width("source")
    label = page.words.width("input_label")
    places = max((len(inputs.behind[x.key].place) for x in sheet), default=10)
    amounts = width_of((x.values for x in sheet), 12)
    widths = {ID: 44, LABEL: label, VALUE: amounts, UNIT: UNIT_WIDTH, LOW: amounts, HIGH: amounts, SOURCE: source}
    widths |= {STANDING: 15, PLACE: min(places + 2, 40), EXPORTED: amounts, CHANGED: 10}
    for column, width in widths.items():
        page.sheet.set_column(column, column, width)
    looks = dict.fromkeys((VALUE, LOW, HIGH, EXPORTED), "header_number") | {CHANGED: "header_flag"}
    looks |= dict.fromkeys((UNIT, SOURCE, STANDING, PLACE), "header_unit")
    for column, heading in enumerate(COLUMNS.values()):
        page.text(HEADER_ROW, column, page.say(heading.nl, heading.en), looks.get(column, "header"))
    years = book.frame.axis.year.values
    for row in sheet.rows:
        if isinstance(row, Heading):
            for column in range(1, CHANGED + 1):
                page.text(row.row, column, row.words if column == 1 else "", "heading")
        else:
            _scalar(page, book, row, inputs.behind[row.key], (int(years[0]), int(years[-1])))
    last = max(sheet.height - 1, FIRST_ROW)
    page.sheet.print_area(0, LABEL, last, CHANGED)  # ids are for the way back
    page.sheet.autofilter(HEADER_ROW, 0, last, CHANGED)
    page.sheet.freeze_panes(HEADER_ROW + 1, VALUE + 1)
    page.sheet.repeat_rows(0, HEADER_ROW)
    changed = {"type": "cell", "criteria": "==", "value": 1, "format": page.looks["bad"]}
    page.sheet.conditional_format(FIRST_ROW, CHANGED, last, CHANGED, changed)


def _scalar(page: Page, book: Book, line: Line, stated: Stated, axis: tuple[int, int]) -> None:
    value, row, looks, number = float(line.values), line.row, page.looks, stated.number
    shape = input_number(stated.kind, value)
    page.text(row, ID, line.key, "key")
    page.text(row, LABEL, line.label, "label")
    page.text(row, UNIT, line.unit, "unit")
    for column, look in ((VALUE, looks.input(shape)), (EXPORTED, looks.stated(shape))):
        if math.isnan(value):
            page.sheet.write_blank(row, column, None, look)
        else:
            page.number(row, column, value, look)
    source = ""
    if number is not None:
        if number.low is not None and number.high is not None:
            for column, end in ((LOW, number.low), (HIGH, number.high)):
                page.number(row, column, end, looks.made(num_format=input_number(stated.kind, end)))
        source = number.source or ""
        page.text(row, STANDING, standing_label(number.standing.value, page.words.lang), "wide_text")
    page.text(row, SOURCE, source, "wide_text")
    page.text(row, PLACE, stated.place, "unit")
    here, there = f"{column_letters(VALUE)}{row + 1}", f"{column_letters(EXPORTED)}{row + 1}"
    same = f"AND({here}={there},ISNUMBER({here})=ISNUMBER({there}))"
    page.formula(row, CHANGED, f"IF({same},0,1)", 0.0, "flag")
    page.high_enough(row, [(line.label, page.words.width("input_label")), (source, page.words.width("source") - 2)])
    page.book.define_name(line.name, f"={page.name}!${column_letters(VALUE)}${row + 1}")
    limits = limits_of(book.scenario, stated, value, axis)
    _validate(page, (row, VALUE, row, VALUE), limits, stated.kind, optional=math.isnan(value))


def _validate(
    page: Page, where: tuple[int, int, int, int], limits: Limits, kind: str, *, optional: bool = False
) -> None:
    """What a cell takes, with a sentence before and after typing."""
    sentence = said(limits, kind, page.words.lang)
    if optional:
        sentence += page.say(" Leeg mag ook.", " Empty is fine too.")
    found: dict[str, Any] = {
        "input_title": page.say("Invoer", "Input"),
        "input_message": sentence,
        "error_title": page.say("Dit kan hier niet", "Not possible here"),
        "error_message": sentence,
        "ignore_blank": optional,
    }
    low, high = limits.low, limits.high
    if limits.switch:
        found |= {"validate": "list", "source": [0, 1]}
    elif low is not None and high is not None:
        found |= {"criteria": "between", "minimum": low, "maximum": high}
    elif low is not None:
        found |= {"criteria": ">=", "value": low}
    elif high is not None:
        found |= {"criteria": "<=", "value": high}
    else:
        found |= {"criteria": "between", "minimum": -LARGEST, "maximum": LARGEST}
    found.setdefault("validate", "integer" if limits.whole else "decimal")
    page.sheet.data_validation(*where, found)


# --- tables ---------------------------------------------------------------------------------------------------------


def write_tables(page: Page, book: Book) -> None:
    """People and cost by age, and amounts per year; with a control total behind each row."""
    inputs, sheet = book.frame.inputs, book.frame.inputs.tables
    page.begin(*page.words.sheet("input_tables"))
    widest = max((len(line.values) for line in sheet), default=1)
    label = max((len(line.label) for line in sheet), default=10)
    page.sheet.set_column(0, 0, 24)
    page.sheet.set_column(1, 1, min(label + 2, page.words.width("input_label")))
    page.sheet.set_column(2, 2, 12)
    page.sheet.set_column(TABLE_CHECK, TABLE_CHECK, width_of((_weighted(x) for x in sheet), 16))
    page.sheet.set_column(TABLE_CHANGED, TABLE_CHANGED, 10)
    page.sheet.set_column(5, 5, 1.5)
    page.sheet.set_column(FIRST_YEAR, FIRST_YEAR + widest - 1, width_of((x.values for x in sheet), 11))
    for column, words in (
        (0, "Id"),
        (1, page.say("Omschrijving", "Label")),
        (2, page.say("Eenheid", "Unit")),
        (TABLE_CHECK, page.say("Controlegetal bij export", "Control total at export")),
        (TABLE_CHANGED, page.say("Gewijzigd", "Changed")),
    ):
        page.text(HEADER_ROW, column, words, "header")
    page.sheet.set_row(HEADER_ROW, 28)
    note = page.say("gewicht van de kolom in het controlegetal:", "weight of the column in the control total:")
    page.text(HEADER_ROW - 1, FIRST_YEAR, note, "unit")
    for k in range(widest):
        page.number(HEADER_ROW, FIRST_YEAR + k, float(k + 1), page.looks.with_("header_number", num_format="0"))
    for row in sheet.rows:
        if isinstance(row, Heading):
            _table_heading(page, row)
        else:
            _table_row(page, inputs, row)
    page.sheet.freeze_panes(HEADER_ROW + 1, 2)
    page.sheet.repeat_rows(0, HEADER_ROW)
    last = max(sheet.height - 1, FIRST_ROW)
    page.sheet.print_area(0, 1, last, FIRST_YEAR + widest - 1)
    changed = {"type": "cell", "criteria": "==", "value": 1, "format": page.looks["bad"]}
    page.sheet.conditional_format(FIRST_ROW, TABLE_CHANGED, last, TABLE_CHANGED, changed)


def _table_heading(page: Page, heading: Heading) -> None:
    titles = {
        "#region.people": page.say("Inwoners per leeftijd", "Inhabitants by age"),
        "#region.cost": page.say("Kosten per persoon per leeftijd", "Cost per person by age"),
        "#by_year": page.say("Bedragen per kalenderjaar", "Amounts per calendar year"),
    }
    page.text(heading.row, 0, heading.words, "heading")
    page.text(heading.row, 1, titles.get(heading.words, ""), "heading")
    for k, words in enumerate(heading.headers):
        look = page.looks.with_("header_number", num_format="0")
        if isinstance(words, str):
            page.text(heading.row, FIRST_YEAR + k, words, look)
        else:
            page.number(heading.row, FIRST_YEAR + k, words, look)


def _table_row(page: Page, inputs: InputCells, line: Line) -> None:
    row, stated = line.row, inputs.behind[line.key]
    page.text(row, 0, line.key, "key")
    page.text(row, 1, line.label, "label")
    page.text(row, 2, line.unit, "unit")
    values = line.values.tolist()
    whole = line.key.startswith("people|") and all(v == round(v) for v in values)
    look = page.looks.input("#,##0" if whole else "#,##0.00")
    years = None if stated.kind == "table" else set(value_at(inputs.scenario.spec, stated.path))
    for k, value in enumerate(values):
        if years is not None and inputs.years[k] not in years:
            page.sheet.write_blank(row, FIRST_YEAR + k, None, look)  # no amount is stated for that year
        else:
            page.number(row, FIRST_YEAR + k, value, look)
    first, last = column_letters(FIRST_YEAR), column_letters(FIRST_YEAR + len(values) - 1)
    total = f"SUMPRODUCT({first}{row + 1}:{last}{row + 1},{first}${HEADER_ROW + 1}:{last}${HEADER_ROW + 1})"
    page.number(row, TABLE_CHECK, float(_weighted(line)[0]), page.looks.stated("#,##0.00"))
    least = inputs.fixed(
        page.say("kleinste verandering van een tabel", "smallest change of a table"), "", LEAST_CHANGE
    ).text(inputs.tables)
    off = f"ABS({total}-{column_letters(TABLE_CHECK)}{row + 1})>{least}"
    page.formula(row, TABLE_CHANGED, f"IF({off},1,0)", 0.0, "flag")
    page.high_enough(row, [(line.label, page.words.width("input_label"))])
    limits = Limits(low=0.0)
    _validate(page, (row, FIRST_YEAR, row, FIRST_YEAR + len(values) - 1), limits, "euro" if years else "count")


def _weighted(line: Line) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Sum of the values, each times the number of its column, so that two changes do not cancel out."""
    return np.atleast_1d(line.values @ np.arange(1.0, len(line.values) + 1))
