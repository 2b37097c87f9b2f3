"""Vektis' years as a panel: municipality by year, cost of some care per insured year, ready for an evaluation.

Municipalities are those of the newest map: merged ones are added up, split ones left out with their neighbours. Cost
may be brought to one age and sex structure (direct standardisation to the insured of all municipalities in a reference
year) and to one price level. Euro per insured year; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coalition.errors import SourceError
from coalition.problems import Problem, closest
from coalition.sources.newest_map import to_newest_map
from coalition.sources.reading import Note, Reading
from coalition.sources.recode import PROVINCES, shipped
from coalition.sources.vektis import CLASS_WIDTH_YEARS, KINDS, OPEN_CLASS_FROM, VektisReading
from coalition.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

TOTAL = "total"
STABLE = ("medical_specialist", "pharmacy", "gp", "devices", "physiotherapy", "other_paramedical", "patient_transport")
"""Care that stood in every file from 2011 on, in the same columns."""
BASKETS: dict[str, tuple[str, ...]] = {TOTAL: KINDS, "stable": STABLE}


def panel_table(baskets: Sequence[str]) -> Table:
    """The columns of a panel with some baskets; the first is the outcome as well."""
    return Table(
        "vektis_panel",
        (
            Column("unit", "string", "CBS code", "Gebied", "Area", "on the newest map; `:` and ages where several"),
            Column("period", "int64", "calendar year", "Jaar", "Year", "year in which the care was paid"),
            Column(
                "outcome",
                "float64",
                "euro per insured year",
                "Kosten",
                "Cost",
                f"of {baskets[0]}; empty: not in the file",
                True,
            ),
            Column("weight", "float64", "insured years", "Verzekerdejaren", "Insured years", "the denominator"),
            Column("persons", "float64", "persons", "Verzekerden", "Insured persons", "persons seen in the year"),
            Column("name", "string", "name", "Gemeente", "Municipality", "CBS name"),
            Column("province", "string", "name", "Provincie", "Province", "of the newest map"),
            Column("region", "string", "name", "GGD-regio", "GGD region", "safety region of the newest map"),
            Column("ages", "string", "years", "Leeftijden", "Ages", "such as 0-14"),
            *(
                Column(
                    _column(b), "float64", "euro per insured year", b, b, f"cost of {b}; empty: not in the file", True
                )
                for b in baskets[1:]
            ),
        ),
        key=("unit", "period"),
    )


def _column(basket: str) -> str:
    return basket.replace("+", "_")


@dataclass(frozen=True)
class PanelReading(Reading):
    """A panel with its own column contract.

    Attributes:
        contract: of the table.
    """

    contract: Table = field(default_factory=lambda: panel_table((TOTAL,)))


def vektis_panel(
    readings: Sequence[VektisReading],
    baskets: Sequence[str] = (TOTAL,),
    ages: Sequence[str] = (),
    *,
    standardise_to: int | None = None,
    price_year: int | None = None,
) -> PanelReading:
    """A panel from one file per year.

    Args:
        readings: of different years.
        baskets: `total`, `stable`, or kinds of care joined by `+`; the first becomes the outcome.
        ages: such as `0-14` or `65+`, on the edges of Vektis' classes; one row per municipality and year for each.
        standardise_to: year whose age and sex structure everybody gets; None leaves cost as it is.
        price_year: year whose consumer prices are used; None leaves amounts nominal.
    Raises:
        SourceError: an unknown basket or age, a year twice, or a year without a file; all at once.
    """
    spans = _checked(readings, baskets, ages, standardise_to)
    import pandas as pd

    frame, notes = to_newest_map(pd.concat([r.table for r in readings], ignore_index=True), leave_out_splits=True)
    for basket in baskets:
        columns = [f"{kind}_eur" for kind in BASKETS.get(basket, basket.split("+"))]
        frame[_column(basket)] = frame[columns].sum(axis=1, min_count=1)
    reference = None if standardise_to is None else _structure(frame[frame["year"] == standardise_to])
    parts = []
    for text, (first, last) in spans.items():
        rows = frame[(frame["age_from"] >= first) & (frame["age_from"] <= last)]
        part = _per_insured_year(rows, [_column(b) for b in baskets], reference)
        parts.append(part.assign(ages=text, unit=part["area"] + (f":{text}" if len(spans) > 1 else "")))
    panel = _indexed(pd.concat(parts, ignore_index=True), [_column(b) for b in baskets], price_year)
    panel = panel.rename(columns={_column(baskets[0]): "outcome"})
    contract = panel_table(baskets)
    table = contract.conform(panel[contract.names].sort_values(["unit", "period"]).reset_index(drop=True))
    said = [note for r in readings for note in r.notes]
    return PanelReading(table, (*said, *notes, *_gaps(baskets, readings)), contract)


def _checked(
    readings: Sequence[VektisReading], baskets: Sequence[str], ages: Sequence[str], standardise_to: int | None
) -> dict[str, tuple[int, int]]:
    """Ages -> first and last age, after checking everything that was asked."""
    problems = []
    years = [r.year for r in readings]
    problems += [Problem("source.year_twice", found=str(y)) for y in sorted({y for y in years if years.count(y) > 1})]
    for basket in baskets:
        for kind in (basket,) if basket in BASKETS else basket.split("+"):
            if kind not in BASKETS and kind not in KINDS:
                near = closest(kind, [*BASKETS, *KINDS])
                facts = {"suggestion": near, "known": ", ".join([*BASKETS, *KINDS])}
                problems.append(Problem("source.unknown_basket", found=kind, facts=facts))
    spans = {text: _span(text) for text in ages or ("0+",)}
    problems += [Problem("source.bad_ages", found=text) for text, span in spans.items() if span is None]
    if standardise_to is not None and standardise_to not in years:
        facts = {"years": ", ".join(map(str, sorted(years)))}
        problems.append(Problem("source.no_reference_year", found=str(standardise_to), facts=facts))
    if problems:
        raise SourceError(problems)
    return {text: span for text, span in spans.items() if span is not None}


def _span(text: str) -> tuple[int, int] | None:
    """First and last age on the edges of the classes; None when they are not."""
    first, _, last = text.removesuffix("+").partition("-")
    open_ended = text.endswith("+") and not last
    if not first.isdigit() or not (open_ended or last.isdigit()):
        return None
    a, b = int(first), 120 if open_ended else int(last)
    on_edge = a % CLASS_WIDTH_YEARS == 0 and (b >= OPEN_CLASS_FROM or (b + 1) % CLASS_WIDTH_YEARS == 0)
    return (a, b) if on_edge and a < b and a <= OPEN_CLASS_FROM else None


def _structure(frame: pd.DataFrame) -> pd.Series:
    """Insured years per sex and age class of all municipalities together."""
    return frame.groupby(["sex", "age_from"])["insured_years"].sum()


def _per_insured_year(rows: pd.DataFrame, columns: list[str], reference: pd.Series | None) -> pd.DataFrame:
    """Cost per insured year by municipality and year, plain or standardised."""
    keys = ["area", "year"]
    sums = rows.groupby(keys, sort=True)[["insured_years", "persons"]].sum()
    if reference is None:
        # of a cell that is not published neither euros nor insured years are known, so both are left out
        cost = rows.groupby(keys, sort=True)[columns].sum(min_count=1).div(sums["insured_years"], axis=0)
    else:
        weight = reference.reindex(list(zip(rows["sex"], rows["age_from"], strict=True))).to_numpy()
        per_year = rows[columns].div(rows["insured_years"], axis=0).mul(weight, axis=0)
        totals = per_year.assign(area=rows["area"], year=rows["year"], weight=weight).groupby(keys, sort=True)
        cost = totals[columns].sum(min_count=1).div(totals["weight"].sum(), axis=0)
    found = cost.join(sums).reset_index().rename(columns={"year": "period", "insured_years": "weight"})
    known = shipped()
    return found.assign(
        name=found["area"].map(known.names),
        province=found["area"].map({code: PROVINCES[own] for code, own in known.provinces.items()}),
        region=found["area"].map(known.regions),
    )


def _indexed(panel: pd.DataFrame, columns: list[str], price_year: int | None) -> pd.DataFrame:
    """The panel in the prices of one year."""
    if price_year is None:
        return panel
    from coalition.sources.cpi import read_cpi

    index = read_cpi().table.set_index("year")["index_2015_100"]
    missing = sorted({*panel["period"].unique().tolist(), price_year} - set(index.index))
    if missing:
        facts = {"first": str(index.index.min()), "last": str(index.index.max())}
        raise SourceError([Problem("source.no_price_index", found=str(y), facts=facts) for y in missing])
    factor = index[price_year] / panel["period"].map(index)
    return panel.assign(**{c: panel[c] * factor for c in columns})


def _gaps(baskets: Sequence[str], readings: Sequence[VektisReading]) -> list[Note]:
    """Care that some of the years do not have: its basket is not the same thing over the years."""
    found = []
    for basket in baskets:
        for kind in () if basket == TOTAL else BASKETS.get(basket, tuple(basket.split("+"))):
            without = [str(r.year) for r in readings if r.table[f"{kind}_eur"].isna().all()]
            if without and len(without) < len(readings):
                found.append(Note("note.kind_not_in_year", facts={"kind": kind, "years": ", ".join(without)}))
    return found
