"""A small workbook as an export would write it: sheets built with coalition.cells, inputs unlocked, a master check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from coalition.cells import (
    BEFORE,
    CONSTANT,
    FIRST_YEAR,
    HERE,
    TOTAL,
    Block,
    Expr,
    Line,
    Sheet,
    added,
    before,
    column_letters,
    dot,
    equal,
    flag,
    gains_in,
    lagged,
    largest,
    normal_point,
    over_cohorts_of,
    over_years,
    part_of,
    rounded_up,
    rows_of,
    so_far,
    when,
)

LABEL, UNIT = 1, 2
"""Columns B and C."""


def sheets(years: int = 6, blocks: int = 1, repeats: int = 1, *, reach: float = 0.25) -> list[Sheet]:
    """Inputs, a time axis, calculations that use every kind of formula, and checks."""
    inputs, time = Sheet("Invoer", "Invoer", years), Sheet("Tijdas", "Tijdas", years)
    share = inputs.line("reach", "Bereik", "aandeel", reach)
    cost = inputs.line("cost", "Kosten per persoon", "euro", 1234.5)
    share.name, cost.name = "in_reach", "in_cost"
    people = inputs.line("people", "Mensen", "mensen", [1000.0 + 10 * k for k in range(years)])
    year = time.line("year", "Jaar", "jaar", [2026.0 + k for k in range(years)])
    index = time.line("index", "Volgnummer", "aantal", np.arange(float(years)))
    made = [inputs, time]
    for number in range(blocks):
        sheet = Sheet(f"Berekening_{number + 1}", "Berekening", years)
        for repeat in range(repeats):
            _block(sheet, "" if repeats == 1 else f"{repeat + 1}.", Given(share, cost, people, year, index))
        made.append(sheet)
    return [*made, _checks(years, made[2:])]


@dataclass(frozen=True)
class Given:
    """The lines that every calculation stands on."""

    share: Line
    cost: Line
    people: Line
    year: Line
    index: Line


def _block(sheet: Sheet, prefix: str, given: Given) -> None:
    """Calculations of one intervention; every line stands on the ones above it."""
    share, cost, people, year, index = given.share, given.cost, given.people, given.year, given.index
    sheet.heading("Bereik")
    starters = sheet.series(f"{prefix}starters", "Starters", "mensen", share * people)
    kernel = sheet.series(f"{prefix}kernel", "Effect naar leeftijd", "aandeel", share / (index + 1))
    active = sheet.series(f"{prefix}active", "Bereikt", "mensen", over_cohorts_of(starters, kernel, index))
    delay = sheet.line(f"{prefix}delay", "Vertraging", "jaren", rounded_up(share))
    late = sheet.series(f"{prefix}late", "Later", "mensen", lagged(starters, delay, index))
    sheet.heading("Geld")
    gross = sheet.series(f"{prefix}gross", "Bruto", "euro", cost * active, total=True)
    paid = sheet.series(f"{prefix}paid", "Betaald", "euro", 0 - cost * late, total=True)
    shown = sheet.series(f"{prefix}shown", "Saldo", "euro", gross + paid, total=True)
    sheet.series(f"{prefix}change", "Verandering", "euro", shown - before(shown))
    sheet.series(f"{prefix}running", "Opgeteld", "euro", so_far(shown))
    sheet.series(f"{prefix}gains", "Baten", "euro", gains_in(Block([gross, paid])))
    sheet.series(f"{prefix}both", "Samen", "euro", added(Block([gross, paid, shown])))
    sheet.series(f"{prefix}weighted", "Gewogen", "euro", dot(Block([gross, paid]), Block([paid, shown])))
    sheet.series(f"{prefix}part", "Deel", "aandeel", part_of(paid, gross))
    sheet.series(f"{prefix}open", "Loopt", "0 of 1", flag(year >= when(share > 0, 1, 0)))
    sheet.line(f"{prefix}margin", "Marge", "euro", largest(over_years(shown), 0) * normal_point(share))


def _checks(years: int, blocks: list[Sheet]) -> Sheet:
    sheet = Sheet("Controles", "Controles", years)
    lines = []
    for block in blocks:
        rows = {line.key.rpartition(".")[2]: line for line in block}
        twice = over_years(rows["gross"]) + over_years(rows["paid"]) - over_years(rows["shown"])
        lines.append(sheet.line(f"sum_{block.name}", "Telt op", "0 of 1", flag(largest(twice, 0 - twice) <= 1)))
    holds = equal(added(Block(lines)), rows_of(Block(lines)))
    master = sheet.line("master", "Alles klopt", "0 of 1", flag(holds))
    master.name = "check_master"
    return sheet


def write(path: Path, made: list[Sheet], *, properties: dict[str, Any] | None = None) -> Path:
    """Write sheets with their formulas and the values that these show."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    unlocked = book.add_format({"locked": False})
    for sheet in made:
        _write_sheet(book, sheet, unlocked)
    for name, value in {"coalition_scenario": "nergens", "coalition_layout": 1, **(properties or {})}.items():
        book.set_custom_property(name, value)
    book.close()
    return path


def _write_sheet(book: Any, sheet: Sheet, unlocked: Any) -> None:
    page = book.add_worksheet(sheet.name)
    page.protect()
    page.write_formula(0, 0, '=HYPERLINK("#Invoer!A1","naar de invoer")', None, "naar de invoer")
    for line in sheet:
        page.write_string(line.row, 0, line.key)
        page.write_string(line.row, LABEL, line.label)
        page.write_string(line.row, UNIT, line.unit)
        for column, value in enumerate(np.atleast_1d(line.values)):
            where = (FIRST_YEAR if line.is_series else CONSTANT) + column
            if line.formula is None:
                page.write_number(line.row, where, float(value), unlocked if sheet.name == "Invoer" else None)
            else:
                page.write_formula(line.row, where, formula(line.formula, sheet, where), None, float(value))
        if line.total:
            page.write_formula(line.row, TOTAL, f"=SUM({line.whole(sheet)})", None, float(line.values.sum()))
        if line.name:
            book.define_name(line.name, f"={sheet.name}!${column_letters(CONSTANT)}${line.row + 1}")


def formula(expr: Expr, sheet: Sheet, column: int) -> str:
    """The text of a formula in one column."""
    text = expr.text(sheet).replace(HERE, column_letters(column)).replace(BEFORE, column_letters(column - 1))
    return f"={text}"
