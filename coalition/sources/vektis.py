"""Vektis, Open Databestand Zorgverzekeringswet, one year per municipality (file `gemeente`).

One row per sex × five-year age class × municipality. Amounts are euro of care paid under the basic package in that
year, cell by cell as published: a cell may be negative (a correction) and a cell that is not published is absent, not
zero. Column names differ per year (upper or lower case, cut to 32 characters, mental health split anew from 2022);
they are matched by meaning, and a cost column that is not known yet still counts in the total.

The one row without sex, age and municipality (groups under 10 persons, unknown characteristics) is kept apart: it
belongs in national totals and in nothing municipal. Who is insured where, and why costs differ, is not decided here.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem, closest
from coalition.sources import recode
from coalition.sources.reading import Fact, Note, Reading, listed
from coalition.sources.textfile import MOST_SHOWN, Text, header_of, load_text, numbers, ragged_rows, refuse, year_of
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

FIRST_YEAR_OF_CARE = {"geriatric_rehabilitation": 2013, "district_nursing": 2015, "short_stay": 2018, "gzsp": 2020}
"""First file in which a kind of care stands in the basic package; used to see whether a stated year can be right."""

LAST_KNOWN_LAYOUT = 2021
"""Last year of which the columns are known for certain; later files are not held to FIRST_YEAR_OF_CARE."""

OPEN_CLASS_FROM = 90
CLASS_WIDTH_YEARS = 5
_WIDEST_NAME = 32
_KEYS = {"sex": "geslacht", "age": "leeftijdsklasse", "name": "gemeentenaam"}
_COUNTS = {"persons": "aantal_bsn", "insured_years": "aantal_verzekerdejaren"}

_CARE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "medical_specialist": (
        "Medisch-specialistische zorg",
        "Medical specialist care",
        ("medisch_specialistische_zorg",),
    ),
    "pharmacy": ("Farmacie", "Pharmacy", ("farmacie",)),
    "mental_health": (
        "Geestelijke gezondheidszorg",
        "Mental health care",
        (
            "tweedelijns_ggz",
            "eerstelijns_psychologische_zorg",
            "specialistische_ggz",
            "generalistische_basis_ggz",
            "langdurige_ggz",
            "innovatiegelden_ggz",
            "consulten_ggz",
            "intramuraal_verblijf_ggz",
            "overige_prestaties_ggz",
        ),
    ),
    "gp": (
        "Huisartsenzorg",
        "General practice",
        ("huisarts_inschrijftarief", "huisarts_consult", "huisarts_mdz", "huisarts_overig"),
    ),
    "devices": ("Hulpmiddelen", "Devices", ("hulpmiddelen",)),
    "dental": ("Mondzorg", "Dental care", ("mondzorg",)),
    "physiotherapy": ("Fysiotherapie", "Physiotherapy", ("paramedische_zorg_fysiotherapie",)),
    "other_paramedical": ("Overige paramedische zorg", "Other paramedical care", ("paramedische_zorg_overig",)),
    "patient_transport": (
        "Ziekenvervoer",
        "Patient transport",
        ("ziekenvervoer_zittend", "ziekenvervoer_liggend"),
    ),
    "maternity": (
        "Geboortezorg",
        "Maternity care",
        ("kraamzorg", "verloskundige_zorg", "integrale_geboortezorg"),
    ),
    "cross_border": ("Grensoverschrijdende zorg", "Cross-border care", ("grensoverschrijdende_zorg",)),
    "primary_support": ("Eerstelijnsondersteuning", "Primary care support", ("eerstelijns_ondersteuning",)),
    "geriatric_rehabilitation": (
        "Geriatrische revalidatiezorg",
        "Geriatric rehabilitation",
        ("geriatrische_revalidatiezorg",),
    ),
    "short_stay": ("Eerstelijnsverblijf", "Short-stay beds", ("eerstelijnsverblijf",)),
    "district_nursing": ("Wijkverpleging", "District nursing", ("verpleging_en_verzorging",)),
    "gzsp": ("Zorg voor specifieke patiëntgroepen", "Care for specific patient groups", ("gzsp",)),
    "other": ("Overig", "Other", ("overig",)),
}
"""Kind of care -> Dutch label, English label, column names without `kosten_` that belong to it in any year."""

UNCLASSIFIED = "unclassified"
KINDS = (*_CARE, UNCLASSIFIED)

_MENTAL_HEALTH_WORDS = ("ggz", "psycholog", "geestelijke", "consulten", "intramuraal_verblijf", "overige_prestaties")


def _cost_column(kind: str) -> Column:
    nl, en, names = _CARE.get(kind, ("Nog niet ingedeeld", "Not yet classified", ()))
    meaning = f"sum of {', '.join('kosten_' + n for n in names)}" if names else "cost columns that are not known yet"
    return Column(f"{kind}_eur", "float64", "euro per cell", nl, en, meaning + "; empty: not published", nullable=True)


VEKTIS = Table(
    "vektis",
    (
        Column("year", "int64", "calendar year", "Jaar", "Year", "year in which the care was paid"),
        Column("area", "string", "CBS code", "Gebied", "Area", "code on the file's own map; empty: name unknown", True),
        Column("name", "string", "name", "Gemeentenaam", "Municipality", "as in the file"),
        Column("sex", "string", "M or V", "Geslacht", "Sex", "M man, V woman"),
        Column("age_from", "int64", "years", "Leeftijd vanaf", "Age from", "first age of the class"),
        Column("age_to", "Int64", "years", "Leeftijd tot en met", "Age to", "last age; empty: open class", True),
        Column("persons", "int64", "persons", "Verzekerden", "Insured persons", "persons seen in the year"),
        Column("insured_years", "float64", "insured years", "Verzekerdejaren", "Insured years", "the denominator"),
        Column("cost_eur", "float64", "euro per cell", "Kosten", "Cost", "sum of all cost columns"),
        *(_cost_column(kind) for kind in KINDS),
    ),
    key=("year", "name", "sex", "age_from"),
)


@dataclass(frozen=True)
class Totals:
    """Sums of some rows: persons, insured years and euro (with the euro per kind of care that the file has)."""

    persons: int
    insured_years: float
    cost_eur: float
    kinds_eur: dict[str, float]


@dataclass(frozen=True)
class VektisReading(Reading):
    """One file: `table` is VEKTIS; `rest` are the rows outside any municipality, all zero when there is none.

    Attributes:
        year: the year that the file describes.
        rest: rows whose sex, age or municipality is empty.
    """

    year: int = 0
    rest: Totals = Totals(0, 0.0, 0.0, {})

    def national(self) -> Totals:
        """Totals of all rows, those outside any municipality included."""
        own = _totals(self.table)
        return Totals(
            own.persons + self.rest.persons,
            own.insured_years + self.rest.insured_years,
            own.cost_eur + self.rest.cost_eur,
            {kind: own.kinds_eur[kind] + self.rest.kinds_eur.get(kind, 0.0) for kind in own.kinds_eur},
        )


def read_vektis(path: Path, *, year: int | None = None) -> VektisReading:
    """One year of Vektis' municipal file, `.csv` or `.csv.gz`.

    Args:
        path: the file as Vektis publishes it.
        year: calendar year of the file; None takes it from the file name.
    Returns:
        Table VEKTIS, in the order of the file, with notes on the rest row, unknown names and breaks of that year.
    Raises:
        SourceError: the file is not such a file, or a cell cannot be what it should be; all problems at once.
    """
    stated = year_of(path, year)
    text = load_text(path)
    kinds = _columns_of(text, stated)
    cells = _cells_of(text, kinds)
    outside = (cells[["sex", "age", "name"]] == "").any(axis=1)
    table = _table_of(cells[~outside], text.file, stated)
    rest = _totals(_with_cost(cells[outside]))
    notes = (*text.notes, *_notes(text, stated, kinds, table, cells[outside]))
    return VektisReading(table, notes, stated, rest)


def kind_of_care(column: str) -> str:
    """The kind of care of a cost column, whichever year's spelling; `unclassified` when it is not known."""
    name = column.lower().removeprefix("kosten_")
    for kind, (_, _, known) in _CARE.items():
        if name in known or (len(column) == _WIDEST_NAME and any(full.startswith(name) for full in known)):
            return kind
    return "mental_health" if any(word in name for word in _MENTAL_HEALTH_WORDS) else UNCLASSIFIED


def _columns_of(text: Text, year: int) -> dict[str, str]:
    """Cost column as in the file -> kind of care, after checking that this is a file of that year."""
    header = [name.lower() for name in header_of(text, ";")]
    kinds = {name: kind_of_care(name) for name in header if name.startswith("kosten_")}
    wanted = [*_KEYS.values(), *_COUNTS.values()]
    found = [name for name in wanted if name in header]
    if len(found) < 2 or (not kinds and len(found) < len(wanted)):
        raise refuse("source.not_vektis", text.file, found=";".join(header))
    problems = [
        Problem("source.missing_column", text.file, 1, name, facts={"suggestion": closest(name, header)})
        for name in [*wanted, *([] if kinds else ["kosten_…"])]
        if name not in header
    ]
    problems += _year_problems(text.file, year, set(kinds.values())) if kinds else []
    if problems:
        raise SourceError(problems)
    return kinds


def _year_problems(file: str, year: int, kinds: set[str]) -> list[Problem]:
    if year > LAST_KNOWN_LAYOUT:
        return []
    return [
        Problem("source.year_contradicted", file, 1, found=str(year), facts={"care": kind, "first": str(first)})
        for kind, first in FIRST_YEAR_OF_CARE.items()
        if (kind in kinds) != (year >= first)
    ]


def _cells_of(text: Text, kinds: dict[str, str]) -> pd.DataFrame:
    """All rows: sex, age, name as text; counts and one column per kind as numbers; index = line in the file."""
    import pandas as pd

    problems = ragged_rows(text, ";")
    if problems:
        raise SourceError(problems)
    texts = dict.fromkeys(_KEYS.values(), "str")
    content = text.content.split("\n", 1)
    names = [name.lower() for name in header_of(text, ";")]
    body = content[1] if len(content) > 1 else ""
    if not body.strip():
        raise refuse("source.empty", text.file)
    raw = pd.read_csv(
        io.StringIO(body),
        sep=";",
        names=names,
        header=None,
        dtype=texts,
        keep_default_na=False,
        na_values={name: [""] for name in [*_COUNTS.values(), *kinds]},
        low_memory=False,
    )
    raw.index = raw.index + 2
    cells = {key: raw[name].str.strip() for key, name in _KEYS.items()}
    for name in [*_COUNTS.values(), *kinds]:
        cells[name], found = _amounts(raw[name], text.file)
        problems += found
    for key, name in _COUNTS.items():
        cells[key] = cells.pop(name)
        problems += _count_problems(cells[key], text.file, name, whole=key == "persons")
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    return _by_kind(pd.DataFrame(cells), kinds)


def _amounts(cells: pd.Series, file: str) -> tuple[pd.Series, list[Problem]]:
    """Numbers of one column; the fast way when the whole column is plain numbers."""
    import numpy as np

    if cells.dtype.kind in "if" and not np.isinf(cells.to_numpy(dtype="float64")).any():
        return cells.astype("float64"), []
    return numbers(cells.astype("str").where(cells.notna(), ""), file=file)


def _count_problems(counts: pd.Series, file: str, name: str, *, whole: bool) -> list[Problem]:
    """Counts are there in every row, not negative, and whole when they count persons."""
    wrong = ~(counts >= 0)
    if whole:
        wrong |= counts % 1 != 0
    return [
        Problem("source.bad_count", file, int(str(line)), name, found="" if count != count else f"{count:g}")
        for line, count in counts[wrong].head(MOST_SHOWN).items()
    ]


def _by_kind(cells: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Cost columns added up to one column per kind; a kind is missing where none of its cells is published."""
    result = cells[[*_KEYS, *_COUNTS]].copy()
    for kind in KINDS:
        own = [name for name, its_kind in kinds.items() if its_kind == kind]
        if own:
            result[f"{kind}_eur"] = cells[own].sum(axis=1, min_count=1)
    return result


def _with_cost(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows with `cost_eur`, the sum of what is published, and every kind of KINDS (missing where absent)."""
    frame = cells.copy()
    frame["cost_eur"] = cells[[c for c in cells.columns if c.endswith("_eur")]].sum(axis=1)
    for kind in KINDS:
        if f"{kind}_eur" not in frame:
            frame[f"{kind}_eur"] = float("nan")
    return frame


def _table_of(cells: pd.DataFrame, file: str, year: int) -> pd.DataFrame:
    """Table VEKTIS of the rows that belong to a municipality."""
    if cells.empty:
        raise refuse("source.empty", file)
    ages, problems = _age_classes(cells["age"], file)
    sex = cells["sex"].str.upper()
    problems += [
        Problem("source.bad_sex", file, int(line), _KEYS["sex"], found=str(cells["sex"][line]))
        for line in cells.index[~sex.isin(["M", "V"])][:MOST_SHOWN]
    ]
    again = cells.duplicated(["sex", "age", "name"])
    problems += [
        Problem("source.duplicate_row", file, int(line), found=" ".join(cells.loc[line, ["sex", "age", "name"]]))
        for line in cells.index[again][:MOST_SHOWN]
    ]
    if problems:
        raise SourceError(problems[:MOST_SHOWN])
    frame = _with_cost(cells).drop(columns="age")
    areas = recode.codes_of_names(frame["name"].unique())
    frame = frame.assign(year=year, sex=sex, area=frame["name"].map(areas), age_from=ages[0], age_to=ages[1])
    return VEKTIS.conform(frame.reset_index(drop=True))


def _age_classes(cells: pd.Series, file: str) -> tuple[tuple[pd.Series, pd.Series], list[Problem]]:
    """First and last age per row, from texts such as ` 5 t/m  9 jaar` and `90+`."""
    import pandas as pd

    known: dict[str, tuple[int, int | None]] = {f"{OPEN_CLASS_FROM}+": (OPEN_CLASS_FROM, None)}
    for first in range(0, OPEN_CLASS_FROM, CLASS_WIDTH_YEARS):
        last = first + CLASS_WIDTH_YEARS - 1
        known[f"{first}t/m{last}"] = (first, last)
    plain = cells.str.lower().str.replace(r"\s+|jaar", "", regex=True)
    problems = [
        Problem("source.bad_age_class", file, int(line), _KEYS["age"], found=str(cells[line]))
        for line in cells.index[~plain.isin(list(known))][:MOST_SHOWN]
    ]
    first_age = plain.map({text: ages[0] for text, ages in known.items()})
    last_age = plain.map({text: pd.NA if ages[1] is None else ages[1] for text, ages in known.items()})
    return (first_age, last_age.astype("Int64")), problems


def _totals(frame: pd.DataFrame) -> Totals:
    kinds = {kind: float(frame[f"{kind}_eur"].sum()) for kind in KINDS}
    years, cost_eur = float(frame["insured_years"].sum()), float(frame["cost_eur"].sum())
    return Totals(int(frame["persons"].sum()), years, cost_eur, kinds)


def _notes(text: Text, year: int, kinds: dict[str, str], table: pd.DataFrame, outside: pd.DataFrame) -> Iterable[Note]:
    """What was left out of this file, and what makes its year hard to compare."""
    file = text.file
    if len(outside):
        rest = _totals(_with_cost(outside))
        left_out = {"rows": len(outside), "persons": rest.persons, "cost_eur": round(rest.cost_eur)}
        yield Note("note.rest_row", file, left_out)
    unknown = table[table["area"].isna()]
    if len(unknown):
        facts: dict[str, Fact] = {
            "names": listed(unknown["name"].unique()),
            "count": int(unknown["name"].nunique()),
            "persons": int(unknown["persons"].sum()),
            "cost_eur": round(float(unknown["cost_eur"].sum())),
        }
        yield Note("note.unknown_names", file, facts)
    unclassified = [name for name, kind in kinds.items() if kind == UNCLASSIFIED]
    if unclassified:
        yield Note("note.unclassified", file, {"names": listed(unclassified)})
    known = {*_KEYS.values(), *_COUNTS.values(), *kinds}
    ignored = [name for name in header_of(text, ";") if name.lower() not in known]
    if ignored:
        yield Note("note.ignored_columns", file, {"names": listed(ignored)})
    empty = int(table[[f"{kind}_eur" for kind in set(kinds.values())]].isna().sum().sum())
    if empty:
        yield Note("note.empty_cells", file, {"cells": empty})
    cells = int(table["name"].nunique()) * 2 * int(table["age_from"].nunique())
    if cells > len(table):
        yield Note("note.absent_cells", file, {"cells": cells - len(table)})
    yield _map_note(file, table)
    if year in (2015, 2020, 2021):
        yield Note(f"note.break_{year}", file)
    if year > LAST_KNOWN_LAYOUT:
        yield Note("note.later_layout", file, {"year": str(year)})


def _map_note(file: str, table: pd.DataFrame) -> Note:
    """Which year's municipal map the file's names belong to, read from the names and not from the file's title."""
    map_years = recode.map_years_of(table["area"].dropna().unique())
    return Note("note.classification", file, {"municipalities": int(table["name"].nunique()), "map": map_years})
