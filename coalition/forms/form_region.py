"""The region in a filled form: age classes, people and insured years per area, and cost per person.

The tables come out as csv_tables.read_table would give them, with the cell of every figure, so that the same checks
hold for a form and for CSV files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coalition.csv_tables import LINES, Columns
from coalition.forms.answers import Answers
from coalition.forms.cells_read import Row
from coalition.forms.layout import MOST_AGES
from coalition.forms.places import FIRST_AGE, LABEL, VALUE
from coalition.problems import Cell

Ages = Mapping[int, tuple[int, float]]
"""Column -> first and last age of its class; the last age of the open class is not a number."""
COUNTRY = "NL00"
"""What a municipality is part of when the form does not say; the model does not use it."""


@dataclass
class Tables:
    """`people` and `cost`, as far as they are complete, and per line the cell of each column."""

    columns: dict[str, Columns] = field(default_factory=dict)
    places: dict[str, dict[int, dict[str, Cell]]] = field(default_factory=dict)


def read_region(form: Answers) -> Tables:
    """The tables, and names, growth and price years into the document."""
    tables = Tables()
    ages = ages_of(form)
    read_people(form, ages, tables)
    read_cost(form, ages, tables)
    return tables


def ages_of(form: Answers) -> Ages:
    """Column -> first and last age of each class; the last one is open. Empty when they cannot be read."""
    row = form.rows.get("ages")
    if row is None or not any(FIRST_AGE <= column < FIRST_AGE + MOST_AGES for column in row.cells):
        form.empty("ages", "ages", FIRST_AGE)
        return {}
    columns = [c for c in sorted(row.cells) if FIRST_AGE <= c < FIRST_AGE + MOST_AGES]
    before = len(form.problems)
    firsts = {c: form.cell(row, c, "age", "ages")[0] for c in range(FIRST_AGE, columns[-1] + 1)}
    for column, age in firsts.items():
        earlier = firsts.get(column - 1, -1)
        if column not in row.cells:
            form.add("form.missing_in_row", row, column, "ages", of=row.text(LABEL).removesuffix(" *"))
        elif age is not None and ((column == FIRST_AGE and age) or (earlier is not None and age <= earlier)):
            form.add("form.ages_order", row, column, "ages", str(age))
    if len(form.problems) > before:
        return {}
    lasts = [*(age - 1 for age in list(firsts.values())[1:]), float("nan")]
    return {column: (age, last) for (column, age), last in zip(firsts.items(), lasts, strict=True)}


def read_people(form: Answers, ages: Ages, tables: Tables) -> None:
    """People and insured years per area and age class, and the names of areas."""
    year, same = None, None
    for stated in form.fields("areas"):
        row = form.rows.get(stated.key)
        value = None if row is None else form.cell(row, VALUE, stated.kind, stated.key, stated.choices)[0]
        if value is None:
            form.missing(stated.key)
        year, same = (value, same) if stated.key == "people.year" else (year, value)
    rows = form.table("people")
    if not rows:
        form.empty("people", "region.people")
    insured = {row.number: row for row in form.table("insured")}
    shift = _shift(form)
    counted = {row.number + shift for row in rows} if same != "true" else set()
    for line in insured.values():
        if line.number not in counted:
            first = min((c for c in line.cells if c >= FIRST_AGE), default=LABEL)
            form.add("form.not_asked", line, first, "region.people", str(line.cells[first].value))
    lines: list[dict[str, Any]] = []
    for row in rows:
        lines += _people_row(form, row, insured.get(row.number + shift), ages, same, year)
    if rows:
        form.put("region.people", form.name, rows[0], LABEL, form.name)
    _keep(tables, "people", lines)


def _shift(form: Answers) -> int:
    """How many rows the insured years of an area stand below its inhabitants."""
    both = form.rows.get("people.1"), form.rows.get("insured.1")
    return both[1].number - both[0].number if both[0] is not None and both[1] is not None else 0


def _people_row(
    form: Answers, row: Row, insured: Row | None, ages: Ages, same: str | None, year: Any
) -> list[dict[str, Any]]:
    area = form.in_row(row, "code", "text", "region.people")
    name = form.in_row(row, "name", "text", "region.names", required=False)
    small = bool(area) and not area.startswith("GM")
    parent = form.in_row(row, "parent", "text", "region.people", required=small) or COUNTRY
    _area(form, row, area, name)
    heads = _age_cells(form, row, ages, "count", "region.people")
    years = heads
    if same == "false" and ages:
        place = insured or Row(row.sheet, row.position, row.number + _shift(form), {})
        years = _age_cells(form, place, ages, "count", "region.people")
    return [
        {
            "area": area, "parent": parent, "year": year, "age_from": first, "age_to": last,
            "people": heads[column], "insured_years": years[column], "row": row, "column": column,
        }
        for column, (first, last) in ages.items()
    ]  # fmt: skip


def _area(form: Answers, row: Row, code: str | None, name: str | None) -> None:
    if code is None:
        return
    if code.casefold() in form.areas:
        first = next(r for r in form.table("people") if r.text(LABEL).casefold() == code.casefold())
        form.add("form.duplicate", row, LABEL, "region.people", code, first=first.place(LABEL).name)
    form.areas[code.casefold()] = code
    if name is not None:
        form.areas.setdefault(name.casefold(), code)
        form.put(f"region.names.{code}", name, row, row.columns.get("name", VALUE), name)


def read_cost(form: Answers, ages: Ages, tables: Tables) -> None:
    """Cost per person, with price year and growth of the pockets that the table has."""
    rows = form.table("cost")
    lines: list[dict[str, Any]] = []
    seen: dict[tuple[str, str], Row] = {}
    pockets: dict[str, Any] = {}
    for row in rows:
        pocket = form.in_row(row, "pocket", "choice", "region.cost", "pocket")
        areas = _cost_areas(form, row)
        standing = form.in_row(row, "standing", "choice", "region.cost", "cost_standing")
        values = _age_cells(form, row, ages, "eurocost", "region.cost")
        if pocket is None:
            continue
        if pocket not in pockets:
            pockets[pocket] = _pocket_year(form, pocket, row)
        for area in areas:
            if (first := seen.setdefault((pocket, area), row)) is not row:
                column = row.columns.get("area", VALUE)
                form.add("form.duplicate", row, column, "region.cost", area, first=first.place(column).name)
            lines += [
                {
                    "area": area, "age_from": ages[column][0], "age_to": ages[column][1], "pocket": pocket,
                    "price_year": pockets[pocket], "cost_eur_per_person": values[column], "standing": standing,
                    "row": row, "column": column,
                }
                for column in ages
            ]  # fmt: skip
    if rows:
        form.put("region.cost", form.name, rows[0], LABEL, form.name)
        _keep(tables, "cost", lines)
    for stated in form.fields("cost", "region.growth_per_year."):
        form.read(stated, stated.key, required=stated.key.rpartition(".")[2] in pockets)


def _cost_areas(form: Answers, row: Row) -> list[str]:
    text = form.in_row(row, "area", "text", "region.cost")
    return [] if text is None else form.named_areas(row, row.columns.get("area", VALUE), "region.cost", text)


def _pocket_year(form: Answers, pocket: str, row: Row) -> Any:
    """The price year of a pocket in the cost table."""
    key = f"cost.{pocket}.price_year"
    if key not in form.rows:
        form.add("form.no_pocket", row, row.columns.get("pocket", LABEL), "region.cost", pocket)
        return None
    before = len(form.problems)
    value, _ = form.cell(form.rows[key], VALUE, "year", key)
    if value is None and len(form.problems) == before:
        form.missing(key)
    return value


def _age_cells(form: Answers, row: Row, ages: Mapping[int, Any], kind: str, path: str) -> dict[int, Any]:
    """A value for every age class of a row; what stands under no class is a problem, once the classes are known."""
    if not ages:
        return {}
    for column in row.cells:
        if FIRST_AGE <= column < FIRST_AGE + MOST_AGES and column not in ages:
            form.add("form.no_class", row, column, path, str(row.cells[column].value))
    found = {}
    for column in ages:
        before = len(form.problems)
        found[column], _ = form.cell(row, column, kind, path)
        if found[column] is None and len(form.problems) == before:
            form.add("form.missing_in_row", row, column, path, of=form.row_name(row))
    return found


def _keep(tables: Tables, table: str, lines: list[dict[str, Any]]) -> None:
    """A table that is complete, as csv_tables gives it; nothing when a cell is missing or wrong."""
    if not lines or any(v is None for line in lines for v in line.values()):
        return
    import numpy as np

    numbered = dict(enumerate(lines, start=1))
    columns: dict[str, Any] = {}
    for name in (name for name in lines[0] if name not in ("row", "column")):
        values = [line[name] for line in lines]
        whole = name in ("year", "age_from", "price_year")
        real = name in ("age_to", "people", "insured_years", "cost_eur_per_person")
        columns[name] = np.array(values, dtype=np.int64 if whole else np.float64 if real else object)
    columns[LINES] = np.array(list(numbered), dtype=np.int64)
    tables.columns[table] = columns
    tables.places[table] = {number: _places(line) for number, line in numbered.items()}


def _places(line: Mapping[str, Any]) -> dict[str, Cell]:
    """The cell of each column of a line of a table."""
    row: Row = line["row"]
    own = {"area": "code", "parent": "parent", "pocket": "pocket", "standing": "standing"}
    places = {name: row.place(row.columns[key]) for name, key in own.items() if key in row.columns}
    if "area" in row.columns:
        places["area"] = row.place(row.columns["area"])
    amount = row.place(line["column"])
    return {**places, "people": amount, "insured_years": amount, "cost_eur_per_person": amount}
