"""CBS: key figures of districts and neighbourhoods (KWB), and regional key figures.

Both give counts of inhabitants, as published: below municipality level CBS rounds to 5, so that parts do not add up.
A missing cell (`.` or nothing) stays missing. Columns are matched by meaning, because their wording differs per
download; percentages are never read as counts. The consumer price index has its own reader (cpi.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem
from coalition.sources import recode
from coalition.sources.reading import Fact, Note, Reading, listed
from coalition.sources.textfile import MOST_SHOWN, Text, header_of, load_text, numbers, read_fields, refuse, year_of
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

KWB_BANDS: Mapping[str, tuple[int, int | None]] = {
    "people_0_14": (0, 14),
    "people_15_24": (15, 24),
    "people_25_44": (25, 44),
    "people_45_64": (45, 64),
    "people_65_plus": (65, None),
}
"""Column -> first and last age; each band is a whole number of five-year classes."""

_REGIONAL_BANDS: Mapping[str, tuple[int, int | None]] = {
    "people_0_4": (0, 4),
    "people_5_9": (5, 9),
    "people_10_14": (10, 14),
    "people_15_19": (15, 19),
    "people_20_24": (20, 24),
    "people_25_44": (25, 44),
    "people_45_64": (45, 64),
    "people_65_79": (65, 79),
    "people_80_plus": (80, None),
}

_BENEFITS = {
    "social_assistance_people": ("bijstandtotdeaowleeftijd", "Bijstand tot AOW-leeftijd", "Social assistance"),
    "disability_people": ("arbeidsongeschiktheidtotaal", "Arbeidsongeschiktheid", "Disability benefit"),
    "wajong_people": ("wajonguitkering", "Wajong", "Young disabled benefit"),
}

_LEVELS = {"NL": "country", "GM": "municipality", "WK": "wijk", "BU": "buurt"}
_CODE = r"NL\d{2}|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}"
"""Amsterdam's districts carry letters: `WK0363AA`, `BU0363AA01`."""


def _band(name: str, ages: tuple[int, int | None]) -> Column:
    nl = f"{ages[0]} tot {ages[1] + 1} jaar" if ages[1] is not None else f"{ages[0]} jaar en ouder"
    en = f"{ages[0]} to {ages[1]}" if ages[1] is not None else f"{ages[0]} and over"
    return Column(name, "float64", "inhabitants", nl, en, "empty: not published", nullable=True)


KWB = Table(
    "kwb",
    (
        Column("year", "int64", "calendar year", "Jaar", "Year", "on 1 January"),
        Column("area", "string", "CBS code", "Gebied", "Area", "NL, GM, WK or BU code"),
        Column("level", "string", "country, municipality, wijk or buurt", "Niveau", "Level"),
        Column("parent", "string", "CBS code", "Gemeente", "Municipality", "of a wijk or buurt, else empty", True),
        Column("name", "string", "name", "Naam", "Name"),
        Column("people", "float64", "inhabitants", "Inwoners", "People", "empty: not published", nullable=True),
        *(_band(name, ages) for name, ages in KWB_BANDS.items()),
    ),
    key=("year", "area"),
)

REGIONAL = Table(
    "regional_key_figures",
    (
        Column("year", "int64", "calendar year", "Jaar", "Year", "on 1 January"),
        Column("area", "string", "CBS code", "Gebied", "Area", "NL, LD, PV, CR or GM code"),
        Column("name", "string", "name", "Naam", "Name", "empty where the file gives codes only", nullable=True),
        Column("people", "float64", "inhabitants", "Inwoners", "People"),
        *(_band(name, ages) for name, ages in _REGIONAL_BANDS.items()),
        *(
            Column(name, "float64", "persons", nl, en, "who receive it; empty: not in the file", nullable=True)
            for name, (_, nl, en) in _BENEFITS.items()
        ),
    ),
    key=("year", "area"),
)


def read_cbs(path: Path, *, year: int | None = None) -> tuple[Table, Reading]:
    """A CBS file of any kind that is known: its contract and the reading.

    Raises:
        SourceError: it is none of them, or something in it cannot be.
    """
    from coalition.sources.cpi import CPI, is_cpi, read_cpi

    text = load_text(path)
    if is_cpi(text):
        return CPI, read_cpi(path)
    header = [_squeezed(name) for name in header_of(text, ";")]
    if any("soortregio" in name for name in header):
        return KWB, read_kwb(path, year=year)
    if any(name.startswith(("perioden", "regios")) for name in header):
        return REGIONAL, read_regional(path)
    raise refuse("source.not_cbs", str(path), found=";".join(header)[:200])


def read_cbs_files(paths: Sequence[Path], *, year: int | None = None) -> tuple[Table, list[Reading]]:
    """Several CBS files of one kind: their contract and the readings.

    Raises:
        SourceError: as read_cbs, or the files are of different kinds.
    """
    both = [read_cbs(path, year=year) for path in paths]
    kinds = {table.name: table for table, _ in both}
    if len(kinds) > 1:
        raise SourceError([Problem("source.mixed_kinds", found=", ".join(kinds))])
    return both[0][0], [reading for _, reading in both]


def read_kwb(path: Path, *, year: int | None = None) -> Reading:
    """Inhabitants in five age bands, for the country and each municipality, wijk and buurt.

    Args:
        path: `.csv` or `.csv.gz` as StatLine gives it (`;`, padded codes, `.` for missing).
        year: calendar year of the file; None takes it from the file name.
    Returns:
        Table KWB in the order of the file.
    Raises:
        SourceError: a column is missing, a code or a number cannot be read; all problems at once.
    """
    stated = year_of(path, year)
    text = load_text(path)
    wanted = {"code": "codering", "level": "soortregio", "people": "aantalinwoners", **_band_words(KWB_BANDS)}
    cells, problems = _picked(text, wanted), []
    bad = cells.index[~cells["code"].str.fullmatch(_CODE)]
    problems += [_found("source.bad_code", text, line, "Codering", cells["code"][line]) for line in bad[:MOST_SHOWN]]
    problems += _repeats(text, cells["code"])
    for name in ("people", *KWB_BANDS):
        cells[name], found = _counts(cells[name], text)
        problems += found
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    municipality = ("GM" + cells["code"].str[2:6]).where(cells["code"].str[:2].isin(["WK", "BU"]))
    frame = cells.drop(columns="code").assign(
        year=stated, area=cells["code"], level=cells["code"].str[:2].map(_LEVELS), parent=municipality
    )
    notes = [*text.notes, Note("note.kwb_rounding", text.file)]
    missing = int(frame[["people", *KWB_BANDS]].isna().any(axis=1).sum())
    if missing:
        notes.append(Note("note.missing_counts", text.file, {"rows": missing}))
    return Reading(KWB.conform(frame.reset_index(drop=True)), tuple(notes))


def read_regional(path: Path) -> Reading:
    """Inhabitants in nine age bands, and people with a benefit where the file has them, per region.

    Regions come as code or as name; abolished municipalities stand in the file without figures and are left out.

    Returns:
        Table REGIONAL in the order of the file.
    Raises:
        SourceError: a column is missing, or a number cannot be read; all problems at once.
    """
    text = load_text(path)
    wanted = {"period": "perioden", "region": "regios", "people": "totalebevolking", **_band_words(_REGIONAL_BANDS)}
    optional = {name: words[0] for name, words in _BENEFITS.items()}
    cells, problems = _picked(text, wanted, optional), []
    for name in [c for c in cells.columns if c not in ("period", "region", "name")]:
        cells[name], found = _counts(cells[name], text)
        problems += found
    year = cells["period"].str.extract(r"^(\d{4})(?:JJ00)?\*?$", expand=False)
    problems += [
        _found("source.bad_period", text, line, "Perioden", cells["period"][line])
        for line in cells.index[year.isna()][:MOST_SHOWN]
    ]
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    filled = cells[cells["people"].notna()].assign(year=year[cells["people"].notna()])
    frame, notes = _with_codes(filled, text.file)
    problems = [*_band_problems(text, frame), *_repeats(text, frame["area"])]
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    empty = len(cells) - len(filled)
    if empty:
        notes = (Note("note.empty_regions", text.file, {"rows": empty}), *notes)
    frame = frame.drop(columns=["period", "region"]).astype({"year": "int64"})
    return Reading(REGIONAL.conform(frame.reset_index(drop=True)), (*text.notes, *notes))


def _squeezed(name: str) -> str:
    """Small letters and digits only, so that one wording fits every download."""
    return re.sub(r"[^a-z0-9%]", "", name.lower())


def _band_words(bands: Mapping[str, tuple[int, int | None]]) -> dict[str, str]:
    """Column -> pattern of its squeezed name: `0tot15jaar`, `jongerdan5jaar`, `65jaarofouder`."""
    words = {}
    for name, (first, last) in bands.items():
        ranged = f"(?<!\\d){first}tot{(last or 0) + 1}jaar"
        younger = f"|jongerdan{(last or 0) + 1}jaar" if first == 0 else ""
        words[name] = f"(?<!\\d){first}jaarofouder" if last is None else ranged + younger
    return words


def _picked(text: Text, wanted: Mapping[str, str], optional: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The wanted columns as text, and the first column as `name`; absent optional ones are all empty.

    Where a count and its percentage carry the same words, the count stands first and is taken.
    """
    import pandas as pd

    cells = read_fields(text, ";")
    squeezed = {str(name): _squeezed(str(name)) for name in cells.columns}
    found: dict[str, str] = {}
    for target, pattern in [*wanted.items(), *(optional or {}).items()]:
        fits = [name for name, plain in squeezed.items() if "%" not in plain and re.search(pattern, plain)]
        if fits:
            found[target] = fits[0]
    missing = [pattern for target, pattern in wanted.items() if target not in found]
    if missing:
        plain = [pattern.replace("(?<!\\d)", "") for pattern in missing]
        raise SourceError([Problem("source.missing_column", text.file, 1, n, facts={"suggestion": ""}) for n in plain])
    blank = pd.Series("", cells.index)
    frame = {target: cells[found[target]] if target in found else blank for target in [*wanted, *(optional or {})]}
    return pd.DataFrame({"name": cells.iloc[:, 0], **frame})


def _counts(cells: pd.Series, text: Text) -> tuple[pd.Series, list[Problem]]:
    """Counts of people: whole and not negative; missing stays missing."""
    values, problems = numbers(cells, file=text.file)
    wrong = (values < 0) | (values % 1 != 0) & values.notna()
    problems += [
        _found("source.bad_count", text, line, str(cells.name), cells[line]) for line in cells.index[wrong][:MOST_SHOWN]
    ]
    return values, problems


def _with_codes(cells: pd.DataFrame, file: str) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The rows with `area`: the code as given, or the code of the name; unknown names are left out and noted."""
    import pandas as pd

    coded = cells["region"].str.fullmatch(r"(?:NL|LD|PV|CR|GM)\d{2,4}")
    plain = cells["region"].str.replace(" (gemeente)", "", regex=False)
    codes = {**recode.codes_of_names(plain.unique()), "Nederland": "NL00"}
    frame = cells.assign(area=cells["region"].where(coded, plain.map(codes)), name=cells["region"].mask(coded, pd.NA))
    unknown = frame[frame["area"].isna()]
    if unknown.empty:
        return frame, ()
    facts: dict[str, Fact] = {"names": listed(unknown["region"].unique()), "count": len(unknown)}
    facts["people"] = int(unknown["people"].sum())
    return frame[frame["area"].notna()], (Note("note.unknown_regions", file, facts),)


def _band_problems(text: Text, frame: pd.DataFrame) -> list[Problem]:
    """The age bands of a row add up to its inhabitants; else a percentage was read as a count."""
    bands = frame[list(_REGIONAL_BANDS)]
    wrong = bands.notna().all(axis=1) & ((bands.sum(axis=1) - frame["people"]).abs() > len(_REGIONAL_BANDS))
    return [
        Problem(
            "source.bands_do_not_add_up",
            text.file,
            int(line),
            found=f"{bands.loc[line].sum():.0f}",
            facts={"people": f"{frame['people'][line]:.0f}"},
        )
        for line in frame.index[wrong][:MOST_SHOWN]
    ]


def _repeats(text: Text, codes: pd.Series) -> list[Problem]:
    again = codes.index[codes.duplicated()][:MOST_SHOWN]
    return [Problem("source.duplicate_row", text.file, int(line), found=str(codes[line])) for line in again]


def _found(code: str, text: Text, line: object, path: str, found: object) -> Problem:
    return Problem(code, text.file, int(str(line)), path, found=str(found)[:200])
