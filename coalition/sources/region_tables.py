"""A region's tables REGION and COST from published data: Vektis, CBS (KWB) and CPB.

Zvw: Vektis' own cells of age class × municipality, both sexes together; insured years × cost per insured year is
Vektis' total. Inhabitants: CBS' five age bands, spread within a band by Vektis' persons of that municipality. Wlz, Wmo
and Jeugdwet: CPB's national profile, the same in every area and not scaled by the Zvw (ECONOMICS E13), to be replaced
by a municipality's own accounts. Nothing is indexed here: every pocket keeps its own price year.

A wijk or buurt gets the age pattern and the Zvw cost of its municipality, so that only its age bands are its own.

Ages within a class: CPB gives single years of age, the classes are five years wide. Below 85 the number of people is
taken to change by one factor per year of age within a class: the tenth root of (insured years of the next class / of
the one before it), and for 0-4 the fifth root of (5-9 / 0-4). From 85 on that factor falls by a fixed ratio with every
year of age, because mortality rises: it is the fifth root of (85-89 / 80-84) at age 85, and the ratio is the one at
which the people of 90 and over come out at their insured years. 99 and over takes the whole tail. (One factor for all
ages from 85 would put five times as many people at 99 and over, and the Wlz of 90+ a tenth higher.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.money import HALF_CENT_EUR
from coalition.problems import Problem
from coalition.region import COST, REGION
from coalition.sources import recode
from coalition.sources.cbs import KWB_BANDS
from coalition.sources.cpb import OLDEST_SINGLE_AGE
from coalition.sources.newest_map import to_newest_map
from coalition.sources.reading import Note, Reading, listed
from coalition.sources.vektis import CLASS_WIDTH_YEARS, OPEN_CLASS_FROM, VektisReading

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

FIRST_YEAR = 2019
"""Oldest Vektis year that Zvw cost is taken from."""

INCOMPLETE_MENTAL_HEALTH_YEAR = 2021
"""Vektis' file of this year lacks 28 % of mental health, 2.4 % of all Zvw cost: 2,879 against 4,022 million euro."""

CLASSES = tuple(range(0, OPEN_CLASS_FROM + 1, CLASS_WIDTH_YEARS))
"""First age of each class; the last one is open."""

_PROFILE_POCKETS = ("wlz", "wmo", "jeugdwet")
_OLD_FROM = OPEN_CLASS_FROM - CLASS_WIDTH_YEARS
_OLDEST_AGE = 120
_PROFILE_DECIMALS = 4
"""Digits of a modelled amount: finer ones mean nothing and may differ from one machine to another."""


class Level(StrEnum):
    """Which areas become rows."""

    MUNICIPALITY = "municipality"
    WIJK = "wijk"
    BUURT = "buurt"


@dataclass(frozen=True)
class RegionTables:
    """Tables REGION and COST, sorted by their keys, and what a user must know about them."""

    region: pd.DataFrame
    cost: pd.DataFrame
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Published:
    """The three readings behind a region: `vektis` (one year), `kwb` (table KWB) and `cpb` (table CPB)."""

    vektis: VektisReading
    kwb: Reading
    cpb: Reading


def build_region(
    published: Published,
    municipalities: Sequence[str],
    *,
    level: Level = Level.MUNICIPALITY,
    allow_incomplete_mental_health: bool = False,
) -> RegionTables:
    """Tables REGION and COST of some municipalities, or of the wijken or buurten within them.

    Args:
        published: the readings; Zvw cost keeps the price year of Vektis' file, the other pockets that of CPB's.
        municipalities: codes on the newest map (recode.select gives them).
        level: which areas become rows.
        allow_incomplete_mental_health: accept Vektis 2021 although part of its mental health cost is missing.
    Returns:
        REGION, whose `year` is that of the inhabitants, and COST; amounts unrounded.
    Raises:
        SourceError: the year cannot be used, or an area or class is missing from a file.
    """
    vektis, kwb = published.vektis, published.kwb.table
    _check_year(vektis, allow_incomplete_mental_health)
    weights = age_weights(_insured_years_by_class(vektis.table))
    mapped, notes = to_newest_map(_rows_of(vektis.table, set(municipalities)))
    cells = _zvw_cells(mapped)
    bands = _bands_of(kwb[kwb["area"].isin(list(municipalities))])
    _check_areas(municipalities, set(cells["area"]), set(bands["area"]))
    pattern = _people_pattern(cells, bands)
    below: tuple[Note, ...] = ()
    if level is Level.MUNICIPALITY:
        region = _municipal_rows(pattern, bands)
    else:
        parts = kwb[(kwb["level"] == str(level)) & kwb["parent"].isin(list(municipalities))]
        region, below = _rows_below(pattern, parts, level)
    cost = _cost_rows(region, vektis.year, _profile(published.cpb.table, weights))
    region = _finished_region(region, int(kwb["year"].iloc[0]))
    all_notes = (*notes, *below, *_build_notes(published, region, cells, len(municipalities)))
    return RegionTables(region, cost, all_notes)


def age_weights(years_by_class: Mapping[int, float]) -> dict[int, NDArray[np.float64]]:
    """Weight of each single age within each class; the weights of a class sum to 1.

    Args:
        years_by_class: insured years per class of CLASSES, each > 0.
    Returns:
        First age of the class -> weights of its ages in order; the open class has 90, 91, … 98 and 99 and over.
    """
    import numpy as np

    def even(first: int) -> NDArray[np.float64]:
        before, after = max(first - CLASS_WIDTH_YEARS, 0), first + CLASS_WIDTH_YEARS
        step = (years_by_class[after] / years_by_class[before]) ** (1 / (after - before))
        return np.asarray(step ** np.arange(CLASS_WIDTH_YEARS, dtype="float64"))

    old = _old_age_counts(years_by_class)
    single = OLDEST_SINGLE_AGE - OPEN_CLASS_FROM + 1
    counts = {first: even(first) for first in CLASSES if first < _OLD_FROM}
    counts[_OLD_FROM] = old[:CLASS_WIDTH_YEARS]
    tail = old[CLASS_WIDTH_YEARS:]
    counts[OPEN_CLASS_FROM] = np.append(tail[:single], tail[single:].sum())
    return {first: own / own.sum() for first, own in counts.items()}


def _old_age_counts(years_by_class: Mapping[int, float]) -> NDArray[np.float64]:
    """People at 85, 86, … relative to those at 85, such that 90 and over / 85-89 is as insured.

    The factor from one age to the next is `start · ratio ** (years since 85, at mid-year)`; the ratio is read from a
    table of ratios and the 90+ share that each gives, which rises with it.

    Raises:
        SourceError: no ratio up to 1 gives as many people of 90 and over as the file has.
    """
    import numpy as np

    start = (years_by_class[_OLD_FROM] / years_by_class[_OLD_FROM - CLASS_WIDTH_YEARS]) ** (1 / CLASS_WIDTH_YEARS)
    wanted = years_by_class[OPEN_CLASS_FROM] / years_by_class[_OLD_FROM]
    age = np.arange(_OLDEST_AGE - _OLD_FROM + 1, dtype="float64")
    ratios = np.linspace(0.5, 1.0, 5001)
    counts = start**age * ratios[:, None] ** (age**2 / 2)
    shares = counts[:, CLASS_WIDTH_YEARS:].sum(axis=1) / counts[:, :CLASS_WIDTH_YEARS].sum(axis=1)
    if not shares[0] <= wanted <= shares[-1]:
        raise SourceError([Problem("source.implausible_old_ages", found=f"{wanted:.3f}")])
    ratio = float(np.interp(wanted, shares, ratios))
    return np.asarray(start**age * ratio ** (age**2 / 2))


def _check_year(vektis: VektisReading, allow_incomplete: bool) -> None:
    year = str(vektis.year)
    if vektis.year < FIRST_YEAR:
        raise SourceError([Problem("source.year_too_old", found=year, facts={"first": str(FIRST_YEAR)})])
    if vektis.year == INCOMPLETE_MENTAL_HEALTH_YEAR and not allow_incomplete:
        raise SourceError([Problem("source.incomplete_mental_health", found=year)])
    if vektis.table["mental_health_eur"].isna().all():
        raise SourceError([Problem("source.no_mental_health", found=year)])


def _rows_of(table: pd.DataFrame, municipalities: set[str]) -> pd.DataFrame:
    """The rows of the municipalities, and of those that have since merged into them."""
    newest = recode.shipped().newest
    return table[table["area"].isin([code for code, into in newest.items() if municipalities & set(into)])]


def _insured_years_by_class(table: pd.DataFrame) -> dict[int, float]:
    """Insured years per class over the whole file; every class must be there to weigh single ages."""
    years = {int(str(a)): float(y) for a, y in table.groupby("age_from")["insured_years"].sum().items()}
    missing = [str(first) for first in CLASSES if years.get(first, 0.0) <= 0]
    if missing:
        raise SourceError([Problem("source.classes_missing", found=", ".join(missing))])
    return years


def _zvw_cells(mapped: pd.DataFrame) -> pd.DataFrame:
    """Both sexes together: persons, insured years, cost and number of published cells per area × class.

    Raises:
        SourceError: a class has cost but no insured years, or a negative total.
    """
    grouped = mapped.groupby(["area", "age_from"], as_index=False, sort=True)
    cells = grouped.agg(
        persons=("persons", "sum"),
        insured_years=("insured_years", "sum"),
        cost_eur=("cost_eur", "sum"),
        sexes=("sex", "size"),
    )
    wrong = cells[(cells["insured_years"] <= 0) | (cells["cost_eur"] < 0)]
    if len(wrong):
        raise SourceError(
            [Problem("source.unusable_class", found=f"{row.area} {row.age_from}") for row in wrong.itertuples()]
        )
    return cells.assign(zvw_eur=cells["cost_eur"] / cells["insured_years"], band=cells["age_from"].map(_band_of))


def _band_of(age_from: int) -> str:
    """The KWB band in which a class lies."""
    return next(name for name, ages in reversed(list(KWB_BANDS.items())) if age_from >= ages[0])


def _bands_of(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per area × band: inhabitants. Missing counts stay missing."""
    long = rows.melt(id_vars=["area", "parent"], value_vars=list(KWB_BANDS), var_name="band", value_name="band_people")
    return long.sort_values(["area", "band"], ignore_index=True)


def _check_areas(municipalities: Sequence[str], in_vektis: set[str], in_kwb: set[str]) -> None:
    problems = [
        Problem(
            "source.area_not_in_file",
            found=f"{code} {recode.shipped().names.get(code, '')}".strip(),
            facts={"source": source},
        )
        for code in municipalities
        for source, present in (("Vektis", in_vektis), ("CBS", in_kwb))
        if code not in present
    ]
    if problems:
        raise SourceError(problems)


def _people_pattern(cells: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    """The cells with `share`: the part of the band's people that is in the class, per municipality.

    Raises:
        SourceError: inhabitants of a band are not published, or there are none insured to spread them by.
    """
    in_band = cells.groupby(["area", "band"])["persons"].sum()
    problems = []
    for area, band, people in zip(bands["area"], bands["band"], bands["band_people"], strict=True):
        found = f"{area} {band}"
        if people != people:
            problems.append(Problem("source.missing_population", found=found))
        elif people > 0 and in_band.get((area, band), 0) <= 0:
            problems.append(Problem("source.band_without_persons", found=found))
    if problems:
        raise SourceError(problems)
    totals = cells.groupby(["area", "band"])["persons"].transform("sum")
    return cells.assign(share=cells["persons"] / totals)


def _municipal_rows(pattern: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    rows = pattern.merge(bands[["area", "band", "band_people"]], on=["area", "band"], validate="many_to_one")
    return rows.assign(
        people=rows["band_people"] * rows["share"],
        parent=rows["area"].map(recode.shipped().provinces),
        municipality=rows["area"],
    )


def _rows_below(pattern: pd.DataFrame, parts: pd.DataFrame, level: Level) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Rows per wijk or buurt: the municipality's age pattern within a band, its insured years by people.

    Areas without inhabitants, or whose bands are not published, are left out and noted.
    """
    hidden = parts[parts[list(KWB_BANDS)].isna().any(axis=1)]
    uninhabited = parts[parts[list(KWB_BANDS)].sum(axis=1) == 0].index.difference(hidden.index)
    kept = parts.drop(index=[*hidden.index, *uninhabited])
    if kept.empty:
        raise SourceError([Problem("source.no_area_below", found=str(level))])
    bands = _bands_of(kept).rename(columns={"parent": "municipality"})
    rows = bands.merge(pattern.rename(columns={"area": "municipality"}), on=["municipality", "band"])
    rows["people"] = rows["band_people"] * rows["share"]
    in_class = rows.groupby(["municipality", "age_from"])["people"].transform("sum")
    part = (rows["people"] / in_class).where(in_class > 0, 0.0)
    rows = rows.assign(parent=rows["municipality"], insured_years=rows["insured_years"] * part)
    notes = [Note("note.below_municipality", facts={"areas": len(kept)})]
    if len(hidden):
        notes.append(Note("note.hidden_areas", facts={"areas": len(hidden), "names": listed(hidden["area"])}))
    if len(uninhabited):
        notes.append(Note("note.uninhabited_areas", facts={"areas": len(uninhabited)}))
    lost = float(pattern["insured_years"].sum() - rows["insured_years"].sum())
    if lost > HALF_CENT_EUR:
        notes.append(Note("note.years_not_placed", facts={"years": lost}))
    return rows, tuple(notes)


def _profile(cpb: pd.DataFrame, weights: Mapping[int, NDArray[np.float64]]) -> pd.DataFrame:
    """CPB's amounts averaged into the classes: age_from, pocket, price_year, cost."""
    import pandas as pd

    by_age = cpb.set_index("age_from")
    rows = []
    for first, weight in weights.items():
        ages = range(first, first + len(weight))
        for pocket in _PROFILE_POCKETS:
            mean = float((by_age.loc[list(ages), f"{pocket}_eur"].to_numpy() * weight).sum())
            rows.append((first, pocket, int(by_age["price_year"].iloc[0]), round(mean, _PROFILE_DECIMALS)))
    return pd.DataFrame(rows, columns=["age_from", "pocket", "price_year", "cost_eur_per_person"])


def _cost_rows(region: pd.DataFrame, zvw_year: int, profile: pd.DataFrame) -> pd.DataFrame:
    """Table COST: the municipality's Zvw per insured year, the national profile for the other pockets.

    The Zvw of a municipality is a published cell; that of a wijk or buurt is its municipality's, hence modelled.
    """
    import pandas as pd

    zvw = region[["area", "municipality", "age_from"]].assign(pocket="zvw", price_year=zvw_year)
    zvw["cost_eur_per_person"] = region["zvw_eur"]
    own_cell = zvw["area"] == zvw["municipality"]
    zvw["standing"] = own_cell.map({True: "observed", False: "modelled"})
    other = region[["area", "age_from"]].merge(profile, on="age_from").assign(standing="modelled")
    order = {pocket: n for n, pocket in enumerate(("zvw", *_PROFILE_POCKETS))}
    cost = pd.concat([zvw.drop(columns="municipality"), other], ignore_index=True)
    cost = cost.assign(age_to=_last_age(cost["age_from"]), rank=cost["pocket"].map(order))
    cost = cost.sort_values(["area", "age_from", "rank"], ignore_index=True).drop(columns="rank")
    return COST.conform(cost)


def _finished_region(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    frame = rows[["area", "parent", "age_from", "people", "insured_years"]]
    frame = frame.assign(year=year, age_to=_last_age(frame["age_from"]))
    return REGION.conform(frame.sort_values(["area", "age_from"], ignore_index=True))


def _last_age(age_from: pd.Series) -> pd.Series:
    return (age_from + CLASS_WIDTH_YEARS - 1).astype("Int64").where(age_from < OPEN_CLASS_FROM)


def _build_notes(published: Published, region: pd.DataFrame, cells: pd.DataFrame, count: int) -> list[Note]:
    """What the user of the two tables must know, whatever the region."""
    years = {
        "people": str(region["year"].iloc[0]),
        "zvw": str(published.vektis.year),
        "profile": str(published.cpb.table["price_year"].iloc[0]),
    }
    notes = [Note("note.region_years", facts=years), Note("note.modelled_pockets", facts=years)]
    absent = count * len(CLASSES) - len(cells)
    half = int((cells["sexes"] < 2).sum())
    if absent or half:
        notes.append(Note("note.region_absent_cells", facts={"classes": absent, "half": half}))
    if published.vektis.year == INCOMPLETE_MENTAL_HEALTH_YEAR:
        notes.append(Note("note.break_2021"))
    return notes
