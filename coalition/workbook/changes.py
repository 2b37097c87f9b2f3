"""What a workbook changes in a scenario: every input cell beside the number that the scenario states now.

The scenario is the truth: a cell is changed when it differs from the scenario, not when it differs from what it was at
export. When the scenario itself has changed since, a difference that the user did not make is refused. Whether the new
numbers may stand there is judged by the scenario's own checks (version.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from coalition.problems import closest
from coalition.region import OPEN_AGE
from coalition.scenario import Scenario
from coalition.schema import numbers_in
from coalition.workbook.cell_names import check_names
from coalition.workbook.contract import BY_YEAR, COST, INPUTS, PEOPLE, TABLES, age_heading, cost_id, people_id
from coalition.workbook.intake import Entry, InputTable, Intake
from coalition.workbook.safe_text import number_text
from coalition.workbook.stated import Kind, Stated, amounts_at, amounts_in, stated_at

SAME = 1e-12
"""Relative difference below which two numbers are one: spreadsheet programs keep 15 to 17 digits."""


@dataclass(frozen=True)
class Change:
    """One changed input.

    Attributes:
        path: dotted path in the scenario; for a table `people|area|year|ages`, `cost|area|pocket|ages`, or the path of
            the amounts and the year behind a point.
        label: what the workbook calls it.
        old, new: before and after; None where there is no number: a discount standard, or no amount that year.
        place: sheet and cell.
        words: what stood there when it was no number.
    """

    path: str
    label: str
    old: float | None
    new: float | None
    place: str
    words: str = ""


def compare(scenario: Scenario, found: Intake) -> list[Change]:
    """Every input that the workbook changes, in the order of its sheets; what is wrong is added to the intake."""
    stale = found.properties.input_hash != scenario.input_hash
    places = {id: entry.place for id, entry in found.scalars.items() if stated_at(scenario.spec, id) is not None}
    unknown = {entry.place for id, entry in found.scalars.items() if id not in places}
    check_names(found.names, places, unknown | found.lost, INPUTS[found.properties.lang], found.add)
    changes = list(_scalar_changes(scenario, found, stale=stale))
    region = {} if found.properties.summed else _region_tables(scenario)
    for name, rows in {**region, BY_YEAR: _amounts(scenario, found)}.items():
        table = found.tables.get(name)
        if table is not None:
            _check_columns(name, rows, table, found, scenario.spec.scenario.first_year)
            changes += _table_changes(name, rows, table, found, stale=stale)
        elif rows:
            found.add("workbook.table_missing", TABLES[found.properties.lang], table=name)
    return changes


# --- scalars ----------------------------------------------------------------------------------------------------------


def _scalar_changes(scenario: Scenario, found: Intake, *, stale: bool) -> Iterable[Change]:
    known: list[str] = []
    for id, entry in found.scalars.items():
        stated = stated_at(scenario.spec, id)
        if stated is None:
            known = known or [path for path, _ in numbers_in(scenario.spec)]
            found.add("workbook.id_unknown", entry.place, id, id, suggestion=closest(id, known))
        elif entry.sound and _is_possible(entry, stated, found):
            new = None if entry.value is None else float(entry.value)
            if same(new, stated.value):
                continue
            if stale and same(new, entry.exported):
                now = stated.words or _shown(stated.value)
                found.add("workbook.stale", entry.place, id, exported=_shown(entry.exported), now=now)
                continue
            yield Change(id, entry.label, stated.value, new, entry.place, stated.words)


def _is_possible(entry: Entry, stated: Stated, found: Intake) -> bool:
    """Whether an empty cell, a truth value or a number may stand for this kind of input; if not, it is reported."""
    code = ""
    if entry.value is None:
        code = "" if stated.kind is Kind.STANDARD else "workbook.empty"
    elif stated.kind is Kind.SWITCH:
        code = "" if float(entry.value) in (0.0, 1.0) else "workbook.switch"
    elif isinstance(entry.value, bool):
        code = "workbook.boolean"
    if code:
        shown = str(entry.value) if isinstance(entry.value, bool) else _shown(entry.value)
        found.add(code, entry.place, entry.id, "" if entry.value is None else shown)
    return not code


def same(a: float | None, b: float | None) -> bool:
    """Whether two numbers are one, or neither is there."""
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=SAME, abs_tol=0.0)


def _shown(value: float | None) -> str:
    return "–" if value is None else number_text(value)


# --- tables -----------------------------------------------------------------------------------------------------------

Rows = dict[str, dict[str, float]]
"""Id of a row -> heading of a column -> the number that the scenario states there."""


def _region_tables(scenario: Scenario) -> dict[str, Rows]:
    """The tables of the region that a workbook of this scenario has."""
    region = scenario.region
    ages = [
        age_heading(int(a), None if b == OPEN_AGE else int(b))
        for a, b in zip(region.age_from, region.age_to, strict=True)
    ]
    people: Rows = {}
    cost: Rows = {}
    for row, area in enumerate(region.areas):
        for column, year in enumerate(region.years):
            people[people_id(area, year)] = dict(zip(ages, region.people[row, :, column].tolist(), strict=True))
        for pocket, amounts in region.cost.items():
            cost[cost_id(area, pocket.value)] = dict(zip(ages, amounts[row].tolist(), strict=True))
    return {PEOPLE: people, COST: cost}


def _amounts(scenario: Scenario, found: Intake) -> Rows:
    """The rows of amounts per year that the workbook has, or should have.

    Which ones formulas use is known to the export alone: when fewer came back, one that is not there was deleted.
    """
    stated: Rows = {path: {str(y): float(a) for y, a in of.items()} for path, of in amounts_in(scenario.spec)}
    there = found.tables[BY_YEAR].rows if BY_YEAR in found.tables else {}
    stated |= {id: {} for id in there if id not in stated and amounts_at(scenario.spec, id) == {}}
    complete = len(there) >= (found.properties.amount_rows or 0)
    return {path: amounts for path, amounts in stated.items() if path in there or not complete}


def _table_changes(name: str, rows: Rows, table: InputTable, found: Intake, *, stale: bool) -> Iterable[Change]:
    for id in rows:
        if id not in table.rows:
            found.add("workbook.row_missing", table.place, table=name, row=id)
    for id, place in table.rows.items():
        if id not in rows:
            found.add("workbook.id_unknown", place, id, id, suggestion=closest(id, list(rows)))
    for (id, heading), entry in table.entries.items():
        if id not in rows or not entry.sound or (name != BY_YEAR and heading not in rows[id]):
            continue
        old = rows[id].get(heading)
        if not _fits(entry, found, may_be_empty=name == BY_YEAR):
            continue
        new = None if entry.value is None else float(entry.value)
        if same(new, old) or (name == BY_YEAR and not new and not old):  # no amount and an amount of nil are one
            continue
        if stale:
            found.add("workbook.stale_table", entry.place, f"{id} {heading}", _shown(new), now=_shown(old))
            continue
        path = f"{id}.{heading}" if name == BY_YEAR else f"{id}|{heading}"
        yield Change(path, f"{entry.label} {heading}".strip(), old, new, entry.place)


def _fits(entry: Entry, found: Intake, *, may_be_empty: bool) -> bool:
    if entry.value is None and not may_be_empty:
        found.add("workbook.empty", entry.place, f"{entry.id} {entry.heading}")
        return False
    if isinstance(entry.value, bool):
        found.add("workbook.boolean", entry.place, f"{entry.id} {entry.heading}", str(entry.value))
        return False
    return True


def _check_columns(name: str, rows: Rows, table: InputTable, found: Intake, first_year: int) -> None:
    """Every column that the scenario has must be there; another one only as a calendar year."""
    needed = list({heading: None for row in rows.values() for heading in row})
    known = ", ".join(needed)
    if name == BY_YEAR:
        years = [int(heading) for heading in table.headings if _is_year(heading)]
        needed = [str(year) for year in range(min(*years, first_year), max(years) + 1)] if years else needed
    for heading in needed:
        if heading not in table.headings:
            found.add("workbook.column_missing", table.place, table=name, column=heading)
    for heading, place in table.heading_places.items():
        if heading not in needed:
            found.add("workbook.column_unknown", place, found=heading, table=name, known=known)


def _is_year(heading: str) -> bool:
    return heading.isascii() and heading.isdigit() and len(heading) == 4
