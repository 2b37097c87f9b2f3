"""Municipal names and codes: from Vektis' names to CBS codes, and from old codes to the newest map.

Municipalities merge; a merger is followed to its end. A municipality that was split over several others has no
successor, and nothing is guessed: Haaren (2021) is refused. The tables behind this are CBS open data that the package
carries (data/sources/README.md); whole municipalities only, small border corrections are ignored, as CBS does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem, closest
from coalition.sources.reading import Reading
from coalition.sources.textfile import load_text, read_fields
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

PROVINCES: Mapping[str, str] = {
    "PV20": "Groningen",
    "PV21": "Fryslân",
    "PV22": "Drenthe",
    "PV23": "Overijssel",
    "PV24": "Flevoland",
    "PV25": "Gelderland",
    "PV26": "Utrecht",
    "PV27": "Noord-Holland",
    "PV28": "Zuid-Holland",
    "PV29": "Zeeland",
    "PV30": "Noord-Brabant",
    "PV31": "Limburg",
}
"""CBS code -> name."""

NEWEST_MAP_YEAR = 2023
"""The municipal map to which codes are brought; CBS' areas of 2024 are the same 342."""

SPLIT_OVER: Mapping[str, tuple[str, ...]] = {"GM0788": ("GM0757", "GM0824", "GM0855", "GM0865")}
"""A split municipality -> those that took its people: Haaren -> Boxtel, Oisterwijk, Tilburg, Vught. CBS' own table
leaves Tilburg out, because it follows the larger parts only."""

_ALIASES = {"HAARLEMMERLIEDE CA": "GM0393", "KOLLUMERLAND CA": "GM0079"}
_PROVINCE_ALIASES = {"FRIESLAND": "PV21", "BRABANT": "PV30"}

KEY = Table(
    "municipality_key",
    (
        Column("vektis_name", "string", "name", "Naam bij Vektis", "Name in Vektis' files", "capitals, no accents"),
        Column("area", "string", "CBS code", "Gebied", "Area", "GM code"),
        Column("name", "string", "name", "Naam bij CBS", "Name in CBS' tables"),
        Column("province", "string", "name", "Provincie", "Province"),
        Column(
            "safety_region", "string", "name", "Veiligheidsregio", "Safety region", "also of the GGD; empty: unknown"
        ),
        Column("first_map", "Int64", "calendar year", "Eerste kaart", "First map", "empty: before 2011", True),
        Column("last_map", "Int64", "calendar year", "Laatste kaart", "Last map", "empty: still there in 2023", True),
        Column("newest_area", "string", "CBS code", "Gebied 2023", "Area 2023", "empty: split, no successor", True),
    ),
    key=("vektis_name",),
)

RECODING = Table(
    "municipality_recoding",
    (
        Column("area", "string", "CBS code", "Gebied", "Area", "code in some year from 2011"),
        Column("area_2021", "string", "CBS code", "Gebied 2021", "Area 2021", "code on the map of 2021"),
    ),
    key=("area", "area_2021"),
)

_KEY_COLUMNS = {
    "vektis_naam": "vektis_name",
    "gm_code": "area",
    "cbs_naam": "name",
    "provincie": "province",
    "veiligheidsregio": "safety_region",
    "eerste_kaart": "first_map",
    "laatste_kaart": "last_map",
    "gm_code_2023": "newest_area",
}
_MAPS = ("eerste_kaart", "laatste_kaart")
_OPTIONAL = (*_MAPS, "veiligheidsregio")


@dataclass(frozen=True)
class Municipalities:
    """What is known about municipal names and codes.

    Attributes:
        codes: plain name (see plain_name) -> code.
        names: code -> CBS name.
        provinces: code -> province code.
        regions: code -> name of the safety region, which is that of the municipal health service (GGD) as well.
        newest: code -> codes on the newest map; several when it was split, itself when nothing changed.
        maps: code -> first and last map year on which it stands; 0 and 9999 when not bounded.
    """

    codes: Mapping[str, str]
    names: Mapping[str, str]
    provinces: Mapping[str, str]
    regions: Mapping[str, str]
    newest: Mapping[str, tuple[str, ...]]
    maps: Mapping[str, tuple[int, int]]


def plain_name(name: str) -> str:
    """Capitals without accents; every run of other signs is one space."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", " ", ascii_only.upper()).strip()


def read_key(path: Path) -> Reading:
    """The key between Vektis' names and CBS' codes, as table KEY.

    Raises:
        SourceError: a column is missing, or a code is no GM code.
    """
    import pandas as pd

    text = load_text(path)
    cells = read_fields(text, ",")
    missing = [name for name in _KEY_COLUMNS if name not in cells and name not in _OPTIONAL]
    if missing:
        raise SourceError([_missing(text.file, name, list(cells.columns)) for name in missing])
    bad = cells.index[~cells["gm_code"].str.fullmatch(r"GM\d{4}")]
    if len(bad):
        raise SourceError([_bad_code(text.file, int(line), str(cells["gm_code"][line])) for line in bad])
    for name in _MAPS:
        cells[name] = pd.to_numeric(cells[name] if name in cells else pd.Series("", cells.index)).astype("Int64")
    if "veiligheidsregio" not in cells:
        cells["veiligheidsregio"] = ""
    cells["gm_code_2023"] = cells["gm_code_2023"].replace("", pd.NA)
    frame = cells[list(_KEY_COLUMNS)].rename(columns=_KEY_COLUMNS)
    return Reading(KEY.conform(frame.reset_index(drop=True)), text.notes)


def read_recoding(path: Path) -> Reading:
    """CBS' chains of codes 2011-2021, as table RECODING: every code that changed, with its code(s) of 2021.

    Raises:
        SourceError: a column is missing, or a code is no GM code.
    """
    import pandas as pd

    text = load_text(path)
    chains = read_fields(text, ",")
    years = [f"GM{year}" for year in range(2011, 2022)]
    missing = [name for name in years if name not in chains]
    if missing:
        raise SourceError([_missing(text.file, name, list(chains.columns)) for name in missing])
    problems = [
        _bad_code(text.file, int(str(line)), str(cell), name)
        for name in years
        for line, cell in chains[name][~chains[name].str.fullmatch(r"GM\d{4}")].items()
    ]
    if problems:
        raise SourceError(problems)
    pairs = pd.concat([pd.DataFrame({"area": chains[name], "area_2021": chains["GM2021"]}) for name in years])
    frame = pairs.drop_duplicates().sort_values(["area", "area_2021"], ignore_index=True)
    return Reading(RECODING.conform(frame), text.notes)


@cache
def shipped() -> Municipalities:
    """What the tables that the package carries say."""
    folder = resources.files("coalition") / "data" / "sources"
    with resources.as_file(folder) as place:
        key = read_key(place / "gemeente_sleutel.csv").table
        recoding = read_recoding(place / "gemeente_hercodering.csv").table
        old = read_fields(load_text(place / "gemeente_oude_namen.csv"), ",")
    codes = {plain_name(name): code for name, code in zip(old["cbs_naam"], old["gm_code"], strict=True)} | _ALIASES
    for column in ("name", "vektis_name"):
        codes |= {plain_name(name): code for name, code in zip(key[column], key["area"], strict=True)}
    province_codes = {name: code for code, name in PROVINCES.items()}
    maps = {code: (int(a or 0), int(b)) for code, a, b in zip(*(old[c] for c in old if c != "cbs_naam"), strict=True)}
    firsts, lasts = key["first_map"].fillna(0), key["last_map"].fillna(9999)
    maps |= {code: (int(a), int(b)) for code, a, b in zip(key["area"], firsts, lasts, strict=True)}
    return Municipalities(
        codes=codes,
        names=dict([*zip(old["gm_code"], old["cbs_naam"], strict=True), *zip(key["area"], key["name"], strict=True)]),
        provinces={c: province_codes[p] for c, p in zip(key["area"], key["province"], strict=True)},
        regions=dict(zip(key["area"], key["safety_region"], strict=True)),
        newest=_newest(key, recoding),
        maps=maps,
    )


def codes_of_names(names: Iterable[str]) -> dict[str, str]:
    """Name -> code, for the names that are known; accents, capitals and signs do not matter."""
    known = shipped().codes
    return {name: known[plain_name(name)] for name in names if plain_name(name) in known}


def map_years_of(codes: Iterable[str]) -> str:
    """The municipal map(s) on which all these codes stand together, such as `2022` or `2011–2018`; "?" when none."""
    spans = [shipped().maps[code] for code in codes]
    first = max([2011, *(span[0] for span in spans)])
    last = min([NEWEST_MAP_YEAR, *(span[1] for span in spans)])
    if first > last:
        return "?"
    return str(first) if first == last else f"{first}–{last}"


def newest_code(code: str) -> str:
    """The code on the newest map, mergers followed to their end.

    Raises:
        SourceError: the code is not known, or the municipality was split and has no single successor.
    """
    successors = shipped().newest.get(code)
    if successors is None:
        raise SourceError([Problem("source.unknown_municipality", found=code, facts={"suggestion": ""})])
    if len(successors) > 1:
        raise SourceError([split_problem(code)])
    return successors[0]


def split_problem(code: str) -> Problem:
    """The problem of a municipality that was divided over others."""
    names = shipped().names
    over = ", ".join(names[part] for part in SPLIT_OVER.get(code, shipped().newest[code]))
    return Problem("source.split_municipality", found=names[code], facts={"over": over})


def select(*, municipalities: Sequence[str] = (), province: str = "") -> list[str]:
    """Codes on the newest map of the named municipalities (code or name) and of a province (code or name), sorted.

    Raises:
        SourceError: a name is not known, a municipality was split, or nothing was asked for.
    """
    problems: list[Problem] = []
    chosen: set[str] = set()
    for asked in municipalities:
        code = asked.upper() if asked.upper() in shipped().newest else shipped().codes.get(plain_name(asked), "")
        if not code:
            near = closest(plain_name(asked), shipped().codes)
            suggestion = shipped().names[shipped().codes[near]] if near else ""
            problems.append(Problem("source.unknown_municipality", found=asked, facts={"suggestion": suggestion}))
        elif len(shipped().newest[code]) > 1:
            problems.append(split_problem(code))
        else:
            chosen.add(shipped().newest[code][0])
    if province:
        of_province = _province_members(province)
        chosen |= of_province
        if not of_province:
            problems.append(_unknown_province(province))
    if not problems and not chosen:
        problems.append(Problem("source.no_area"))
    if problems:
        raise SourceError(problems)
    return sorted(chosen)


def _province_members(province: str) -> set[str]:
    known = {plain_name(name): code for code, name in PROVINCES.items()} | _PROVINCE_ALIASES
    code = province.upper() if province.upper() in PROVINCES else known.get(plain_name(province), "")
    return {m for m, own in shipped().provinces.items() if own == code and shipped().newest[m] == (m,)}


def _unknown_province(province: str) -> Problem:
    near = closest(province, PROVINCES.values())
    return Problem("source.unknown_province", found=province, facts={"suggestion": near})


def _newest(key: pd.DataFrame, recoding: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Code -> codes on the newest map, through the chains to 2021 and the mergers after it."""
    to_2021 = recoding.groupby("area")["area_2021"].agg(tuple).to_dict()
    named = key[key["newest_area"].notna()]
    after = dict(zip(named["area"], named["newest_area"], strict=True))
    codes = [*to_2021, *key["area"], *after.values()]
    return {c: tuple(dict.fromkeys(after.get(part, part) for part in to_2021.get(c, (c,)))) for c in codes}


def _missing(file: str, name: str, known: list[str]) -> Problem:
    return Problem("source.missing_column", file, 1, name, facts={"suggestion": closest(name, known)})


def _bad_code(file: str, line: int, found: str, path: str = "gm_code") -> Problem:
    return Problem("source.bad_code", file, line, path, found=found[:200])
