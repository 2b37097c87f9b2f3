"""CPB: public spending per inhabitant by single year of age, for the Zvw, Wlz, Wmo and Jeugdwet.

A national profile: it says nothing about a region, and a table made from it is `modelled`. CPB extrapolates the
municipal part from message traffic to CBS' totals. The workbook is read for its values only, with a parser that
refuses external entities, after its unpacked size has been bounded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coalition.errors import DefectError, SourceError
from coalition.problems import Problem
from coalition.sources.reading import Reading
from coalition.sources.textfile import MAX_BYTES, MOST_SHOWN, load_bytes, refuse, year_of
from coalition.tables import Column, Table

_POCKETS = {"zvw_eur": "zvw", "wlz_eur": "wlz", "wmo_eur": "wmo", "jeugdwet_eur": "jeugd"}
"""Column -> start of CPB's heading, in small letters."""

OLDEST_SINGLE_AGE = 98
"""Last age with a row of its own; the last row is 99 and over."""

_MOST_ROWS, _MOST_COLUMNS = 1000, 50

CPB = Table(
    "cpb_profile",
    (
        Column("price_year", "int64", "calendar year", "Prijspeil", "Price year", "year of the spending"),
        Column("age_from", "int64", "years", "Leeftijd", "Age"),
        Column("age_to", "Int64", "years", "Leeftijd tot en met", "Age to", "same age; empty for the last row", True),
        *(
            Column(name, "float64", "euro per inhabitant per year", pocket.title(), pocket.title())
            for name, pocket in ((name, name.removesuffix("_eur")) for name in _POCKETS)
        ),
    ),
    key=("age_from",),
)


def read_cpb(path: Path, *, year: int | None = None) -> Reading:
    """The age profile as table CPB: ages 0 to 98 and one row for 99 and over.

    Args:
        path: the workbook (`.xlsx`) as CPB publishes it.
        year: calendar year of the spending; None takes it from the file name.
    Raises:
        SourceError: it is no such workbook, a heading or an age is missing, or a cell is no amount.
    """
    import pandas as pd

    stated = year_of(path, year)
    sheet, rows = _rows_with_heading(path)
    heading = next(n for n, row in enumerate(rows) if _is_heading(row))
    place = f"{path}#{sheet}"
    columns, problems = _columns(rows[heading], place, heading + 1)
    if problems:
        raise SourceError(problems)
    records, problems = [], []
    for number, row in enumerate(rows[heading + 1 :], start=heading + 2):
        if any(cell is not None for cell in row):
            record, found = _record(row, columns, place, number)
            records.append(record)
            problems += found
    problems += [] if problems else _age_problems([r.get("age_from") for r in records], place)
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    frame = pd.DataFrame(records).assign(price_year=stated)
    frame["age_to"] = frame["age_from"].astype("Int64").where(frame["age_from"] <= OLDEST_SINGLE_AGE)
    return Reading(CPB.conform(frame))


def _rows_with_heading(path: Path) -> tuple[str, list[Sequence[Any]]]:
    """Name and rows of the first sheet that has the heading."""
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise DefectError("openpyxl does not use defusedxml")
    raw, file = load_bytes(path), str(path)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        raise refuse("source.not_cpb", file) from None
    if unpacked > MAX_BYTES:
        raise refuse("source.too_big", file, limit=str(MAX_BYTES // 2**20))
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            cells = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
            rows: list[Sequence[Any]] = list(cells)
            if any(_is_heading(row) for row in rows):
                return str(sheet.title), rows
    except Exception:  # openpyxl raises many kinds on a damaged or hostile workbook; each means the same to the user
        raise refuse("source.not_cpb", file) from None
    raise refuse("source.not_cpb", file, found=", ".join(book.sheetnames))


def _is_heading(row: Sequence[Any]) -> bool:
    return bool(row) and str(row[0]).strip().lower() == "leeftijd"


def _columns(heading: Sequence[Any], file: str, line: int) -> tuple[dict[str, int], list[Problem]]:
    """Column name -> position, by the start of the heading."""
    found: dict[str, int] = {}
    for name, start in _POCKETS.items():
        fits = [n for n, cell in enumerate(heading) if str(cell).strip().lower().startswith(start)]
        if fits:
            found[name] = fits[0]
    missing = [start for name, start in _POCKETS.items() if name not in found]
    return found, [Problem("source.missing_column", file, line, m, facts={"suggestion": ""}) for m in missing]


def _record(row: Sequence[Any], columns: dict[str, int], file: str, line: int) -> tuple[dict[str, Any], list[Problem]]:
    """One age: its first year and the amounts, with a problem for each cell that is neither."""
    age = re.fullmatch(r"(\d{1,3})(\.0)?( en ouder|\+)?", str(row[0]).strip())
    problems = [] if age else [Problem("source.bad_age_class", file, line, "Leeftijd", found=str(row[0])[:200])]
    record: dict[str, Any] = {"age_from": int(age.group(1)) if age else -1}
    for name, position in columns.items():
        cell = row[position] if position < len(row) else None
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell < float("inf"):
            found = "" if cell is None else str(cell)[:200]
            problems.append(Problem("source.bad_number", file, line, name.removesuffix("_eur"), found=found))
        record[name] = cell
    return record, problems


def _age_problems(ages: Sequence[Any], file: str) -> list[Problem]:
    """Every age from 0 to 98 and then 99 and over, once and in order."""
    expected = list(range(OLDEST_SINGLE_AGE + 2))
    if list(ages) == expected:
        return []
    missing = sorted(set(expected) - set(ages))
    found = f"{len(ages)}: {', '.join(str(age) for age in missing[:10])}"
    return [Problem("source.ages_incomplete", file, found=found)]
