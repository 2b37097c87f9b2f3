"""CBS: consumer price index, yearly figures, 2015 = 100.

Two layouts are read: StatLine's own table (heading lines, decimal comma) and the package's short series, in which the
years after StatLine's are chained from yearly changes that CBS rounds to 0.1 %. Which index belongs to an amount is
decided elsewhere.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem
from coalition.sources.reading import Note, Reading
from coalition.sources.textfile import Text, load_text, numbers, read_fields, refuse
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

CPI = Table(
    "cpi",
    (
        Column("year", "int64", "calendar year", "Jaar", "Year", "yearly average"),
        Column("index_2015_100", "float64", "2015 = 100", "Index", "Index", "all spending categories"),
        Column("change_pct", "float64", "per cent", "Jaarmutatie", "Yearly change", "as published", nullable=True),
        Column("chained", "bool", "yes or no", "Gekoppeld", "Chained", "index made from rounded yearly changes"),
    ),
    key=("year",),
)

_BASE = "2015 = 100"
_SHORT_SERIES = ("jaar", "jaarmutatie_pct", "index_2015_100")


def is_cpi(text: Text) -> bool:
    """Whether a text is one of the two layouts of the price index."""
    first = text.content.split("\n", 1)[0].lower()
    return first.lstrip('"').startswith("consumentenprijzen") or first.split(",")[:3] == list(_SHORT_SERIES)


def read_cpi(path: Path | None = None) -> Reading:
    """The price index as table CPI, oldest year first.

    Args:
        path: StatLine's file or the short series; None reads the series that the package carries.
    Raises:
        SourceError: it is neither, has another base year, or a number cannot be read.
    """
    if path is None:
        with resources.as_file(resources.files("coalition") / "data" / "sources" / "cpi_jaarcijfers.csv") as shipped:
            own = read_cpi(shipped)
        return Reading(own.table, tuple(Note(note.code, facts=note.facts) for note in own.notes))
    text = load_text(path)
    if not is_cpi(text):
        raise refuse("source.not_cpi", text.file, found=text.content.split("\n", 1)[0])
    short = text.content.startswith("jaar,")
    frame = _short_series(text) if short else _statline(text)
    if frame["year"].duplicated().any():
        again = frame.loc[frame["year"].duplicated(), "year"]
        raise SourceError([Problem("source.duplicate_row", text.file, found=str(year)) for year in again])
    notes = list(text.notes)
    chained = frame.loc[frame["chained"], "year"]
    if len(chained):
        notes.append(Note("note.cpi_chained", text.file, {"year": str(int(chained.min()))}))
    return Reading(CPI.conform(frame.sort_values("year", ignore_index=True)), tuple(notes))


def _short_series(text: Text) -> pd.DataFrame:
    cells = read_fields(text, ",")
    frame, problems = _numbered(text, cells["jaar"], cells["index_2015_100"], cells["jaarmutatie_pct"], ".")
    if problems:
        raise SourceError(problems)
    chained = cells["bron"].str.contains("afgeleid") if "bron" in cells else frame["year"] > 0
    return frame.assign(chained=chained)


def _statline(text: Text) -> pd.DataFrame:
    """Rows between the heading that starts with `Perioden` and the source line; decimal comma."""
    lines = text.content.split("\n")
    heading = next((n for n, line in enumerate(lines, start=1) if line.replace('"', "").startswith("Perioden")), 0)
    if not heading:
        raise SourceError([Problem("source.missing_column", text.file, 1, "Perioden", facts={"suggestion": ""})])
    if _BASE not in lines[heading - 1]:
        raise refuse("source.wrong_base", text.file, found=lines[heading - 1])
    titles = [title.strip('" ') or "Perioden" for title in lines[heading - 2].split(";")]
    is_row = [n >= heading and re.match(r'"?\d{4}', line) is not None for n, line in enumerate(lines)]
    kept = [line if row else "" for line, row in zip(lines, is_row, strict=True)]
    cells = read_fields(Text(text.file, "\n".join([";".join(titles), *kept[1:]])), ";")
    missing = [name for name in ("CPI", "Jaarmutatie CPI") if name not in cells]
    if missing:
        none = {"suggestion": ""}
        raise SourceError([Problem("source.missing_column", text.file, heading, n, facts=none) for n in missing])
    frame, problems = _numbered(text, cells["Perioden"], cells["CPI"], cells["Jaarmutatie CPI"], ",")
    if problems:
        raise SourceError(problems)
    return frame.assign(chained=False)


def _numbered(
    text: Text, years: pd.Series, index: pd.Series, change: pd.Series, decimal: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Year, index and change as numbers; an index may not be missing."""
    import pandas as pd

    plain_years = years.str.removesuffix("*")
    problems = [
        Problem("source.bad_period", text.file, int(str(line)), "Perioden", found=str(cell))
        for line, cell in years[~plain_years.str.fullmatch(r"\d{4}")].items()
    ]
    indices, found = numbers(index, file=text.file, decimal=decimal)
    problems += found
    problems += [
        Problem("source.bad_number", text.file, int(str(line)), "CPI") for line in index.index[index.isin(["", "."])]
    ]
    changes, found = numbers(change, file=text.file, decimal=decimal)
    problems += found
    if problems:
        return pd.DataFrame(), problems
    return pd.DataFrame({"year": plain_years.astype("int64"), "index_2015_100": indices, "change_pct": changes}), []
