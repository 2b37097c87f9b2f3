"""The published files themselves: totals to the last printed digit, and the Drenthe tables byte for byte.

The files of Vektis may not be in this repository; these tests run where they lie beside the project.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from coalition.region import COST, REGION
from coalition.source_commands import source
from coalition.sources import recode
from coalition.sources.cbs import KWB_BANDS, read_kwb, read_regional
from coalition.sources.cpb import read_cpb
from coalition.sources.cpi import read_cpi
from coalition.sources.newest_map import to_newest_map
from coalition.sources.region_tables import Published, RegionTables, age_weights, build_region
from coalition.sources.vektis import VektisReading, read_vektis
from coalition.sources.writing import csv_text

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
CBS = DATA / "cbs"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="open data not beside the project")

NATIONAL = """
2011 | 17,011,613 | 16,632,561 | 35.268 | 2,120.40 | 2,073.15 | 2,136.62 | 0.27
2012 | 17,109,334 | 16,705,472 | 34.507 | 2,065.60 | 2,016.84 | 2,082.34 | 0.28
2013 | 17,117,617 | 16,756,200 | 36.167 | 2,158.40 | 2,112.83 | 2,176.26 | 0.29
2014 | 17,182,701 | 16,804,781 | 36.741 | 2,186.31 | 2,138.23 | 2,204.39 | 0.29
2015 | 17,268,188 | 16,869,489 | 39.503 | 2,341.67 | 2,287.60 | 2,361.44 | 0.24
2016 | 17,382,030 | 16,963,551 | 41.706 | 2,458.58 | 2,399.39 | 2,478.59 | 0.25
2017 | 17,503,170 | 17,049,530 | 42.901 | 2,516.24 | 2,451.03 | 2,538.44 | 0.29
2018 | 17,640,798 | 17,169,513 | 44.659 | 2,601.07 | 2,531.58 | 2,625.00 | 0.28
2019 | 17,893,125 | 17,284,472 | 46.348 | 2,681.46 | 2,590.24 | 2,706.67 | 0.35
2020 | 17,915,602 | 17,359,447 | 45.338 | 2,611.70 | 2,530.62 | 2,636.00 | 0.26
2021 | 18,036,256 | 17,448,226 | 47.553 | 2,725.38 | 2,636.53 | 2,750.67 | 0.30
""".strip().splitlines()
"""Year, persons, insured years, billion euro, euro per insured year, per person, per insured year without the rest row,
and the rest row's share of cost in per cent."""

DRENTHE = """
2011 | 494,311 | 487,845.8 | 1,100.988 | 2,256.84
2012 | 493,515 | 486,977.5 | 1,072.011 | 2,201.36
2013 | 492,588 | 486,278.7 | 1,143.052 | 2,350.61
2014 | 491,666 | 485,564.1 | 1,157.531 | 2,383.89
2015 | 490,953 | 484,546.2 | 1,275.552 | 2,632.47
2016 | 492,410 | 485,746.2 | 1,348.617 | 2,776.38
2017 | 493,168 | 486,645.3 | 1,394.704 | 2,865.96
2018 | 494,241 | 487,914.5 | 1,435.879 | 2,942.89
2019 | 497,131 | 488,997.2 | 1,485.106 | 3,037.04
2020 | 498,852 | 490,717.2 | 1,461.686 | 2,978.67
2021 | 501,552 | 492,950.4 | 1,510.600 | 3,064.41
""".strip().splitlines()
"""Year, persons, insured years, million euro, euro per insured year."""

DRENTHE_2021_BY_AGE = """
0 | 21,800 | 19,485.39 | 40,763,567.38 | 2,092.01
5 | 23,842 | 23,678.43 | 26,435,410.97 | 1,116.43
10 | 27,123 | 26,955.65 | 27,031,941.54 | 1,002.83
15 | 30,751 | 29,327.82 | 38,317,416.40 | 1,306.52
20 | 25,824 | 25,531.38 | 35,218,759.78 | 1,379.43
25 | 22,813 | 22,533.20 | 43,516,687.18 | 1,931.23
30 | 25,045 | 24,824.03 | 53,586,604.21 | 2,158.66
35 | 26,478 | 26,270.47 | 48,302,989.00 | 1,838.68
40 | 27,362 | 27,185.02 | 50,694,530.66 | 1,864.80
45 | 30,667 | 30,509.89 | 61,818,976.36 | 2,026.19
50 | 38,558 | 38,409.48 | 89,261,139.68 | 2,323.94
55 | 38,650 | 38,456.23 | 111,890,743.36 | 2,909.56
60 | 37,451 | 37,257.49 | 133,624,775.09 | 3,586.52
65 | 34,820 | 34,547.40 | 150,760,388.25 | 4,363.87
70 | 32,518 | 32,189.51 | 166,271,486.70 | 5,165.39
75 | 25,305 | 24,915.98 | 160,222,101.45 | 6,430.50
80 | 16,559 | 16,086.51 | 124,001,534.16 | 7,708.42
85 | 10,217 | 9,683.69 | 92,291,404.15 | 9,530.60
90 | 5,769 | 5,102.83 | 56,589,288.99 | 11,089.79
""".strip().splitlines()
"""First age, persons, insured years, euro, euro per insured year."""

DRENTHE_2021_BY_NAME = """
AA EN HUNZE | 25,859 | 25,449.45 | 70,972,979.02 | 2,788.78
ASSEN | 69,195 | 67,947.22 | 198,123,498.29 | 2,915.84
BORGER-ODOORN | 25,988 | 25,600.27 | 77,069,903.86 | 3,010.51
COEVORDEN | 35,669 | 35,075.09 | 108,833,890.76 | 3,102.88
DE WOLDEN | 24,850 | 24,444.96 | 73,109,753.08 | 2,990.79
EMMEN | 108,611 | 106,674.29 | 359,942,090.85 | 3,374.22
HOOGEVEEN | 56,212 | 55,130.28 | 172,889,094.00 | 3,136.01
MEPPEL | 34,910 | 34,254.22 | 99,595,082.36 | 2,907.53
MIDDEN-DRENTHE | 34,097 | 33,543.65 | 101,815,725.79 | 3,035.32
NOORDENVELD | 31,541 | 31,069.15 | 87,497,255.25 | 2,816.21
TYNAARLO | 34,638 | 34,087.66 | 100,352,807.73 | 2,943.96
WESTERVELD | 19,982 | 19,674.16 | 60,397,664.32 | 3,069.90
""".strip().splitlines()
"""Name, persons, insured years, euro, euro per insured year."""


@cache
def vektis(year: int) -> VektisReading:
    return read_vektis(DATA / "vektis" / f"vektis_{year}_gemeente.csv.gz")


def drenthe(year: int) -> pd.DataFrame:
    table = vektis(year).table
    return table[table["area"].isin(recode.select(province="Drenthe"))]


def sums(rows: pd.DataFrame) -> tuple[int, float, float]:
    return int(rows["persons"].sum()), float(rows["insured_years"].sum()), float(rows["cost_eur"].sum())


def line(label: object, rows: pd.DataFrame) -> str:
    """A row of sums as the checks print it."""
    persons, years, eur = sums(rows)
    return f"{label} | {persons:,} | {years:,.2f} | {eur:,.2f} | {eur / years:,.2f}"


@pytest.mark.parametrize("expected", NATIONAL, ids=lambda row: row[:4])
def test_national_totals(expected: str) -> None:
    """All rows of a year, rest row included."""
    reading = vektis(int(expected[:4]))
    whole, (_, years, eur) = reading.national(), sums(reading.table)
    found = (
        f"{reading.year} | {whole.persons:,} | {whole.insured_years:,.0f} | {whole.cost_eur / 1e9:.3f}"
        f" | {whole.cost_eur / whole.insured_years:,.2f} | {whole.cost_eur / whole.persons:,.2f} | {eur / years:,.2f}"
        f" | {reading.rest.cost_eur / whole.cost_eur * 100:.2f}"
    )
    assert expected == found


@pytest.mark.parametrize("expected", DRENTHE, ids=lambda row: row[:4])
def test_drenthe_totals(expected: str) -> None:
    """Twelve municipalities, 456 rows, every year."""
    rows = drenthe(int(expected[:4]))
    persons, years, eur = sums(rows)
    assert len(rows) == 456
    assert expected == f"{expected[:4]} | {persons:,} | {years:,.1f} | {eur / 1e6:,.3f} | {eur / years:,.2f}"


def test_drenthe_2021_by_age_and_by_municipality() -> None:
    """Nineteen classes and twelve names, both adding up to the same total to the cent."""
    rows = drenthe(2021)
    assert [line(age, own) for age, own in rows.groupby("age_from")] == DRENTHE_2021_BY_AGE
    assert [line(name, own) for name, own in rows.groupby("name")] == DRENTHE_2021_BY_NAME
    assert line("all ages", rows) == "all ages | 501,552 | 492,950.40 | 1,510,599,745.31 | 3,064.41"


def test_mental_health_of_the_young_leaves_the_insurer() -> None:
    """Ages 0-14: 540 million in 2013, 360 in 2014, nothing in 2015, when the Jeugdwet began."""
    found = []
    for year in (2013, 2014, 2015):
        table = vektis(year).table
        found.append(round(table.loc[table["age_from"] < 15, "mental_health_eur"].sum() / 1e6))
    assert found == [540, 360, 0]


def test_other_breaks_in_the_files() -> None:
    """District nursing, geriatric rehabilitation and short stay begin; mental health 2021 is incomplete."""
    kinds = {year: vektis(year).national().kinds_eur for year in (2012, 2013, 2014, 2015, 2018, 2020, 2021)}
    assert [
        round(kinds[year][kind] / 1e6)
        for year, kind in (
            (2015, "district_nursing"),
            (2013, "geriatric_rehabilitation"),
            (2018, "short_stay"),
            (2020, "mental_health"),
            (2021, "mental_health"),
        )
    ] == [3074, 630, 275, 4022, 2879]
    assert vektis(2014).table["district_nursing_eur"].isna().all()
    assert vektis(2012).table["geriatric_rehabilitation_eur"].isna().all()
    missing = 1 - kinds[2021]["mental_health"] / kinds[2020]["mental_health"]
    share = (kinds[2020]["mental_health"] - kinds[2021]["mental_health"]) / vektis(2021).national().cost_eur
    assert (f"{missing:.0%}".replace("%", " %"), f"{share:.1%}".replace("%", " %")) == ("28 %", "2.4 %")


def test_every_column_and_name_of_every_year_is_known() -> None:
    """Nothing unclassified, nobody without a code, and the municipal map is seen from the names."""
    maps = {}
    for year in range(2011, 2022):
        reading = vektis(year)
        assert reading.table["unclassified_eur"].isna().all()
        assert reading.table["area"].notna().all()
        facts = next(dict(n.facts) for n in reading.notes if n.code == "note.classification")
        maps[year] = (facts["municipalities"], facts["map"])
    assert {(355, "2019–2020")} == {maps[year] for year in range(2011, 2019)}
    assert [maps[year] for year in (2019, 2020, 2021)] == [(352, "2021"), (344, "2022"), (344, "2022")]


def test_absent_cells_and_negative_cells() -> None:
    """2021: eight cells are not published; no row total is negative in any year."""
    facts = next(dict(n.facts) for n in vektis(2021).notes if n.code == "note.absent_cells")
    assert facts == {"cells": 8}
    assert all((vektis(year).table["cost_eur"] >= 0).all() for year in range(2011, 2022))
    assert vektis(2021).table["cross_border_eur"].min() == -68040.91


def test_the_older_edition_of_2015_has_the_same_total() -> None:
    """Latin-1, the map of 2017, 388 names that are all known: the same cents in other municipalities."""
    older = read_vektis(DATA / "vektis" / "vektis_2015_gemeente_indeling2017.csv.gz")
    assert (
        round(older.national().cost_eur, 2),
        round(vektis(2015).national().cost_eur, 2),
    ) == (39_502_736_255.37, 39_502_736_255.37)
    assert (older.table["name"].nunique(), int(older.table["area"].isna().sum())) == (388, 0)
    assert next(n.facts["map"] for n in older.notes if n.code == "note.classification") == "2017"
    assert "note.latin1" in {note.code for note in older.notes}
    mapped, _ = to_newest_map(older.table, leave_out_splits=True)
    newer, _ = to_newest_map(vektis(2015).table, leave_out_splits=True)
    assert set(newer["area"]) == set(mapped["area"])


def test_mergers_keep_their_persons() -> None:
    """Eemsdelta and the other mergers: the numbers before, added up."""
    before, _ = to_newest_map(vektis(2018).table, leave_out_splits=True)
    persons = before.groupby("name")["persons"].sum()
    assert persons["Eemsdelta"] == 46_149
    before, _ = to_newest_map(vektis(2019).table)
    persons = before.groupby("name")["persons"].sum()
    assert [persons[n] for n in ("Dijk en Waard", "Maashorst", "Land van Cuijk")] == [85_780, 58_498, 90_087]


def test_the_shipped_key_agrees_with_the_published_one() -> None:
    """The package's copies hold the same names, codes and chains."""
    ours = recode.read_key(ROOT / "coalition" / "data" / "sources" / "gemeente_sleutel.csv").table
    theirs = recode.read_key(CBS / "gemeente_sleutel_vektis_cbs.csv").table
    columns = ["vektis_name", "area", "name", "province", "newest_area"]
    pd.testing.assert_frame_equal(theirs[columns], ours[columns])
    ours = recode.read_recoding(ROOT / "coalition" / "data" / "sources" / "gemeente_hercodering.csv").table
    pd.testing.assert_frame_equal(recode.read_recoding(CBS / "gemeente_hercodering_2011_2021.csv").table, ours)
    pd.testing.assert_frame_equal(read_cpi(CBS / "cpi_jaarcijfers_2010_2024.csv").table, read_cpi().table)


def test_cbs_files_hold_what_they_should() -> None:
    """KWB: one country, 342 municipalities, 3,393 wijken, 14,574 buurten; municipal bands add up to the people."""
    kwb = read_kwb(CBS / "kwb_2024_bevolking_leeftijd.csv.gz").table
    assert kwb["level"].value_counts().to_dict() == {"country": 1, "municipality": 342, "wijk": 3393, "buurt": 14574}
    own = kwb[kwb["level"] == "municipality"]
    assert (own[list(KWB_BANDS)].sum(axis=1) == own["people"]).all()
    assert own.loc[own["area"].isin(recode.select(province="Drenthe")), "people"].sum() == 504_129
    now = read_regional(CBS / "regionale_kerncijfers_2025.csv").table
    assert (len(now), now.set_index("area")["people"]["NL00"]) == (343, 18_044_027)
    before = read_regional(CBS / "regionale_kerncijfers_2015_70072ned.csv.gz").table
    assert before.set_index("area")["wajong_people"]["NL01"] == 218_280


def test_both_price_indices_agree_where_they_overlap() -> None:
    """2010-2019 are the same figures."""
    long = read_cpi(CBS / "cpi_83131NED_1996_2019.csv").table.set_index("year")["index_2015_100"]
    short = read_cpi().table.set_index("year")["index_2015_100"]
    assert long.loc[2010:].tolist() == short.loc[:2019].tolist()
    assert (len(long), len(short)) == (24, 15)


@cache
def published() -> Published:
    return Published(
        vektis=vektis(2019),
        kwb=read_kwb(CBS / "kwb_2024_bevolking_leeftijd.csv.gz"),
        cpb=read_cpb(CBS / "cpb_uitgaven_per_leeftijd_2022.xlsx"),
    )


def totals(tables: RegionTables) -> pd.Series[float]:
    """Insured years × Zvw cost per insured year, per area, from the tables as written."""
    region = pd.read_csv(io.StringIO(csv_text(tables.region, REGION)))
    cost = pd.read_csv(io.StringIO(csv_text(tables.cost, COST)))
    zvw = cost[cost["pocket"] == "zvw"].merge(region, on=["area", "age_from"])
    return (zvw["insured_years"] * zvw["cost_eur_per_person"]).groupby(zvw["area"]).sum()


def test_the_drenthe_tables_are_made_from_these_files() -> None:
    """Byte for byte: the scenario's tables and what the files give today."""
    tables = build_region(published(), recode.select(province="Drenthe"))
    folder = ROOT / "scenarios" / "drenthe"
    assert (folder / "region.csv").read_bytes().decode() == csv_text(tables.region, REGION)
    assert (folder / "cost.csv").read_bytes().decode() == csv_text(tables.cost, COST)


def test_every_municipality_gives_back_vektis_total_within_a_euro() -> None:
    """All 342, each by itself and together."""
    everywhere = [code for province in recode.PROVINCES for code in recode.select(province=province)]
    found = totals(build_region(published(), everywhere))
    mapped, _ = to_newest_map(vektis(2019).table)
    expected = mapped.groupby("area")["cost_eur"].sum()
    assert len(found) == 342
    assert (found - expected).abs().max() < 1
    assert vektis(2019).table["cost_eur"].sum() == pytest.approx(found.sum(), abs=1)


def test_a_national_profile_would_be_too_high_in_assen() -> None:
    """Why Vektis' own cells are taken: CPB's profile, brought to Assen's total, puts its 65+ 15 % too high."""
    table = vektis(2019).table
    weights = age_weights({int(str(a)): float(y) for a, y in table.groupby("age_from")["insured_years"].sum().items()})
    by_age = published().cpb.table.set_index("age_from")["zvw_eur"]
    profile = {a: float((by_age.loc[a : a + len(own) - 1].to_numpy() * own).sum()) for a, own in weights.items()}
    assen = table[table["name"] == "ASSEN"]
    modelled = assen["age_from"].map(profile) * assen["insured_years"]
    modelled *= assen["cost_eur"].sum() / modelled.sum()
    old = assen["age_from"] >= 65
    assert round((modelled[old].sum() / assen.loc[old, "cost_eur"].sum() - 1) * 100) == 15


def test_the_command_in_the_documentation_makes_the_drenthe_tables(tmp_path: Path) -> None:
    """What docs/sources.md tells to type gives the scenario's two files."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    typed = text.split("```sh\n")[1].split("```")[0].replace("\\\n", " ").split()
    places = {path.name: str(path) for folder in ("vektis", "cbs") for path in (DATA / folder).iterdir()}
    places["scenarios/drenthe"] = str(tmp_path)
    assert typed[:3] == ["coalition", "source", "region"]
    done = CliRunner().invoke(source, [places.get(word, word) for word in typed[2:]])
    assert done.exit_code == 0
    for name in ("region.csv", "cost.csv"):
        assert (tmp_path / name).read_bytes() == (ROOT / "scenarios" / "drenthe" / name).read_bytes()
