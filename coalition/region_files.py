"""The two tables of a region, once read: whether they agree with each other, and the arrays that they make.

Areas are CBS codes that hold no other area; every area has the same years and age classes; each pocket has one price
year and a cell for every area and age. Nothing is filled in: what is missing is a problem.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np

from coalition.csv_tables import Columns
from coalition.parties import Pocket
from coalition.problems import Problem, closest
from coalition.region import OPEN_AGE, Region

FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR = 1990, 2150
_CODE = re.compile(r"GM[0-9]{4}|WK[0-9A-Z]{6}|BU[0-9A-Z]{8}")
_MUNICIPALITY = re.compile(r"GM[0-9]{4}")


def people_problems(people: Columns, file: str) -> list[Problem]:
    """Whether areas are CBS codes that hold no other area, and every area has the same years and joined age classes."""
    problems = _area_problems(people, file) + _year_problems(people["year"], "year", people["lines"], file)
    cells: dict[str, dict[int, set[tuple[int, int]]]] = {}
    for (area, first, last), year in zip(_classes(people), people["year"], strict=True):
        cells.setdefault(area, {}).setdefault(int(year), set()).add((first, last))
    line_of = dict(reversed(list(zip((str(a) for a in people["area"]), people["lines"].tolist(), strict=True))))
    usual = max((classes for years in cells.values() for classes in years.values()), key=len)
    all_years = sorted({year for years in cells.values() for year in years})
    for area, years in cells.items():
        if any(classes != usual for classes in years.values()):
            problems.append(Problem("region.classes", file, line_of[area], "area", area))
        if absent := [str(year) for year in all_years if year not in years]:
            problems.append(Problem("region.years", file, line_of[area], "area", area, {"years": ", ".join(absent)}))
    ordered = sorted(usual)
    gaps = [b[0] for a, b in pairwise(ordered) if a[1] + 1 != b[0]]
    gaps = gaps or [age for age in [ordered[0][0]] if age != 0]
    for age in gaps:
        line = people["lines"].tolist()[people["age_from"].tolist().index(age)]
        problems.append(Problem("region.gap", file, line, "age_from", str(age)))
    if ordered[-1][1] != OPEN_AGE:
        line = people["lines"].tolist()[people["age_from"].tolist().index(ordered[-1][0])]
        problems.append(Problem("region.open_class", file, line, "age_to", str(ordered[-1][1])))
    return problems


def _area_problems(people: Columns, file: str) -> list[Problem]:
    """Codes that are none, a parent that is no municipality, and areas that count the same people twice."""
    problems = []
    parents: dict[str, str] = {}
    areas = {str(area) for area in people["area"]}
    for area, parent, line in zip(people["area"], people["parent"], people["lines"].tolist(), strict=True):
        first = parents.setdefault(area, parent)
        if not _CODE.fullmatch(area):
            problems.append(Problem("region.area", file, line, "area", area))
        elif not area.startswith("GM") and not _MUNICIPALITY.fullmatch(parent):
            problems.append(Problem("region.parent", file, line, "parent", parent, {"area": area}))
        elif first != parent:
            problems.append(Problem("region.parents", file, line, "parent", parent, {"area": area, "first": first}))
        around = parent if parent in areas else f"WK{area[2:8]}" if area.startswith("BU") else ""
        if around in areas and around != area:
            problems.append(Problem("region.within", file, line, "area", area, {"around": around}))
    return list({(p.code, p.found): p for p in reversed(problems)}.values())[::-1]


def _year_problems(years: Any, column: str, lines: Any, file: str) -> list[Problem]:
    """Years that no published figure is from, once each."""
    problems: dict[int, Problem] = {}
    for year, line in zip(years.tolist(), lines.tolist(), strict=True):
        low, high = FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR
        if not low <= year <= high:
            code, limit = ("number.too_low", low) if year < low else ("number.too_high", high)
            problems.setdefault(year, Problem(code, file, line, column, str(year), {"limit": str(limit)}))
    return list(problems.values())


def _classes(table: Columns) -> list[tuple[str, int, int]]:
    last = [OPEN_AGE if np.isnan(t) else int(t) for t in np.asarray(table["age_to"], dtype=float)]
    return [(str(a), int(f), t) for a, f, t in zip(table["area"], table["age_from"], last, strict=True)]


def cost_problems(cost: Columns, people: Columns, file: str) -> list[Problem]:
    """Whether the cost table has one price year per pocket, known names, and a cell for every area and age."""
    lines, classes = cost["lines"], set(_classes(people))
    problems = _year_problems(cost["price_year"], "price_year", lines, file)
    known = {p.value for p in Pocket}
    by_pocket: dict[str, list[int]] = {}
    for row, pocket in enumerate(cost["pocket"]):
        by_pocket.setdefault(str(pocket), []).append(row)
    allowed = {"observed", "modelled", "own_accounts"}
    for row, standing in enumerate(cost["standing"]):
        if str(standing) not in allowed:
            facts = {"allowed": ", ".join(sorted(allowed))}
            problems.append(Problem("cost.standing", file, int(lines[row]), "standing", str(standing), facts))
    rows = _classes(cost)
    for pocket, where in by_pocket.items():
        if pocket not in known:
            facts = {"known": ", ".join(sorted(known)), "suggestion": closest(pocket, known)}
            problems.append(Problem("unknown.pocket", file, int(lines[where[0]]), "pocket", pocket, facts))
        years = sorted({int(cost["price_year"][r]) for r in where})
        if len(years) > 1:
            facts = {"pocket": pocket}
            line = next(int(lines[r]) for r in where if int(cost["price_year"][r]) != int(cost["price_year"][where[0]]))
            problems.append(Problem("cost.price_years", file, line, "price_year", ", ".join(map(str, years)), facts))
        if {rows[r] for r in where} != classes:
            missing = sorted(classes - {rows[r] for r in where})[:3]
            extra = sorted({rows[r] for r in where} - classes)[:3]
            facts = {"pocket": pocket, "missing": _listed(missing), "extra": _listed(extra)}
            problems.append(Problem("cost.cells", file, int(lines[where[0]]), "", "", facts))
    return problems


def _listed(cells: list[tuple[str, int, int]]) -> str:
    return ", ".join(f"{a} {f}–{'' if t == OPEN_AGE else t}" for a, f, t in cells) or "-"


def region_of(people: Columns, cost: Columns | None) -> Region:
    """The two tables as arrays; both have been found sound."""
    areas = tuple(dict.fromkeys(str(a) for a in people["area"]))
    rows = _classes(people)
    ages = sorted({(f, t) for _, f, t in rows})
    years = tuple(sorted({int(y) for y in people["year"]}))
    a = np.array([areas.index(r[0]) for r in rows])
    g = np.array([ages.index((r[1], r[2])) for r in rows])
    y = np.array([years.index(int(v)) for v in people["year"]])
    shape = (len(areas), len(ages), len(years))
    heads, insured = np.zeros(shape), np.zeros(shape)
    heads[a, g, y], insured[a, g, y] = people["people"], people["insured_years"]
    parents = dict(zip((str(v) for v in people["area"]), (str(v) for v in people["parent"]), strict=True))
    costs, price_years, modelled = _cost_arrays(cost, areas, ages)
    return Region(
        areas,
        tuple(parents[c] for c in areas),
        np.array([f for f, _ in ages]),
        np.array([t for _, t in ages]),
        years,
        heads,
        insured,
        costs,
        price_years,
        frozenset(modelled),
    )


def _cost_arrays(
    cost: Columns | None, areas: tuple[str, ...], ages: list[tuple[int, int]]
) -> tuple[dict[Pocket, Any], dict[Pocket, int], set[Pocket]]:
    costs: dict[Pocket, Any] = {}
    price_years: dict[Pocket, int] = {}
    modelled: set[Pocket] = set()
    if cost is None:
        return costs, price_years, modelled
    position = {area: k for k, area in enumerate(areas)}
    age = {pair: k for k, pair in enumerate(ages)}
    for (area, first, last), pocket, year, value, standing in zip(
        _classes(cost), cost["pocket"], cost["price_year"], cost["cost_eur_per_person"], cost["standing"], strict=True
    ):
        name = Pocket(str(pocket))
        costs.setdefault(name, np.zeros((len(areas), len(ages))))[position[area], age[first, last]] = value
        price_years[name] = int(year)
        if str(standing) == "modelled":
            modelled.add(name)
    return costs, price_years, modelled
