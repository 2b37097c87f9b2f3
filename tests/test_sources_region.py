"""A region's tables from made-up files: what must hold for every area, level and profile."""

from __future__ import annotations

import dataclasses
import io
import tempfile
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up.published import PERSONS, cpb_workbook, kwb_text, vektis_rows, vektis_text, with_rest_row, write

from coalition.errors import SourceError
from coalition.region import COST, REGION
from coalition.sources.cbs import KWB_BANDS, read_kwb
from coalition.sources.cpb import read_cpb
from coalition.sources.region_tables import CLASSES, Level, Published, RegionTables, age_weights, build_region
from coalition.sources.vektis import read_vektis
from coalition.sources.writing import csv_text, write_table

AREAS = {
    "GM0106": ("Assen", ["1500", "1000", "2100", "2600", "1300"]),
    "WK010600": ("Centrum", ["500", "400", "700", "600", "305"]),
    "BU01060000": ("Brinkkwartier", ["500", "400", "700", "600", "305"]),
    "WK010601": ("Lariks", ["1000", "600", "1400", "2005", "1000"]),
    "BU01060100": ("De Lariks", ["1000", "600", "1400", "2005", "1000"]),
    "BU01060101": ("Zonder", ["0", "0", "0", "0", "0"]),
    "BU01060102": ("Verborgen", [".", ".", ".", ".", "."]),
    "GM0119": ("Meppel", ["700", "500", "1000", "1200", "700"]),
    "GM1979": ("Eemsdelta", ["70", "50", "100", "120", "70"]),
}
NAMES = ["ASSEN", "MEPPEL", "APPINGEDAM", "DELFZIJL"]


def published(folder: Path, rows: list[list[str]] | None = None, year: int = 2019) -> Published:
    text = vektis_text(with_rest_row(rows or vektis_rows(NAMES, year), 1))
    return Published(
        vektis=read_vektis(write(folder / f"vektis_{year}_gemeente.csv", text)),
        kwb=read_kwb(write(folder / "kwb_2024.csv", kwb_text(AREAS))),
        cpb=read_cpb(cpb_workbook(folder / "cpb_2022.xlsx")),
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory.mktemp("published"))


def zvw_total(tables: RegionTables) -> dict[str, float]:
    """Insured years × cost per insured year, per area."""
    zvw = tables.cost[tables.cost["pocket"] == "zvw"].merge(tables.region, on=["area", "age_from"])
    zvw["eur"] = zvw["cost_eur_per_person"] * zvw["insured_years"]
    return {str(area): float(eur) for area, eur in zvw.groupby("area")["eur"].sum().items()}


def codes_of(error: pytest.ExceptionInfo[SourceError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_zvw_gives_back_vektis_total(sources: Published) -> None:
    """Per municipality and in total, mergers included, before any indexation."""
    tables = build_region(sources, ["GM0106", "GM0119", "GM1979"])
    table = sources.vektis.table
    eemsdelta = table.loc[table["name"].isin(["APPINGEDAM", "DELFZIJL"]), "cost_eur"].sum()
    own = {name: table.loc[table["name"] == name, "cost_eur"].sum() for name in ("ASSEN", "MEPPEL")}
    assert zvw_total(tables) == pytest.approx(
        {"GM0106": own["ASSEN"], "GM0119": own["MEPPEL"], "GM1979": eemsdelta}, abs=0.01
    )


def test_inhabitants_add_up_to_the_bands_of_cbs(sources: Published) -> None:
    """Five-year classes within 0-15, 15-25, 25-45, 45-65 and 65+ hold exactly the band's people."""
    region = build_region(sources, ["GM0106"]).region
    edges = [*(ages[0] for ages in KWB_BANDS.values()), 200]
    found = [
        region.loc[(region["age_from"] >= low) & (region["age_from"] < high), "people"].sum()
        for low, high in pairwise(edges)
    ]
    assert pytest.approx(found) == [1500, 1000, 2100, 2600, 1300]


def test_people_within_a_band_follow_the_insured_persons(sources: Published) -> None:
    """15-25 holds two classes, 55 and 50 persons: 1,000 people become 523.8 and 476.2."""
    region = build_region(sources, ["GM0106"]).region.set_index("age_from")
    assert pytest.approx([region["people"][15], region["people"][20]]) == [1000 * 55 / 105, 1000 * 50 / 105]


def test_insured_years_and_inhabitants_are_two_columns(sources: Published) -> None:
    """Insured years are Vektis', both sexes together, and the year column is that of the inhabitants."""
    region = build_region(sources, ["GM0106"]).region
    assert [2 * 0.98 * n for n in PERSONS] == pytest.approx(region["insured_years"].tolist())
    assert ({2024}, {"PV22"}) == (set(region["year"]), set(region["parent"]))


def test_other_pockets_are_a_national_profile(sources: Published) -> None:
    """The same in each area, modelled, in CPB's price year, and not scaled by the Zvw."""
    cost = build_region(sources, ["GM0106", "GM0119"]).cost
    other = cost[cost["pocket"] != "zvw"]
    assert ({"modelled"}, {2022}) == (set(other["standing"]), set(other["price_year"]))
    assert other.groupby(["age_from", "pocket"])["cost_eur_per_person"].nunique().eq(1).all()
    zvw = cost[cost["pocket"] == "zvw"]
    assert ({"observed"}, {2019}) == (set(zvw["standing"]), set(zvw["price_year"]))


def test_ages_are_weighed_by_hand_computed_factors(sources: Published) -> None:
    """45-49 between 60 and 70 persons: five ages grow by the tenth root of 70/60; Wlz is 100 × age."""
    cost = build_region(sources, ["GM0106"]).cost.set_index(["pocket", "age_from"])["cost_eur_per_person"]
    factor = (70 / 60) ** 0.1
    weights = [factor**n for n in range(5)]
    expected = sum(100 * (45 + n) * w for n, w in enumerate(weights)) / sum(weights)
    assert expected == pytest.approx(cost["wlz", 45], abs=0.0001)
    assert cost["jeugdwet", 10] == 50
    assert pytest.approx(cost["jeugdwet", 15], abs=1) == 50 * 0.6
    assert cost["jeugdwet", 20] == 0


@given(st.floats(0.05, 0.95), st.floats(0.3, 0.99))
def test_the_oldest_come_out_at_their_insured_years(share_90: float, next_class: float) -> None:
    """From 85 on people fall with age, faster with every year, and 90+ / 85-89 is as insured."""
    years = dict.fromkeys(CLASSES, 100.0)
    years[85] = 100.0 * next_class
    start = next_class**0.2
    flat = start**5 / (1 - start**5)
    years[90] = years[85] * share_90 * min(1.0, flat)
    weights = age_weights(years)
    old = [*(weights[85] * years[85]), *(weights[90] * years[90])]
    steps = [after / before for before, after in pairwise(old[:14])]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(steps))
    assert steps[4] == pytest.approx((old[4] / old[3] + old[6] / old[5]) / 2, rel=0.05)
    assert all(weights[first].sum() == pytest.approx(1) for first in CLASSES)


def test_more_of_90_than_mortality_allows_is_refused() -> None:
    """An extract in which the oldest are as many as those of 85 to 90, with a falling trend, is not used."""
    with pytest.raises(SourceError) as caught:
        age_weights({**dict.fromkeys(CLASSES, 100.0), 85: 50.0, 90: 100.0})
    assert codes_of(caught) == ["source.implausible_old_ages"]


@pytest.mark.parametrize(("level", "areas"), [(Level.WIJK, 2), (Level.BUURT, 2)])
def test_wijken_and_buurten_share_the_municipality(sources: Published, level: Level, areas: int) -> None:
    """Their insured years add up to the municipality's, their Zvw cost is its cost, and it is modelled."""
    whole, parts = build_region(sources, ["GM0106"]), build_region(sources, ["GM0106"], level=level)
    assert areas * 19 == len(parts.region)
    assert {"GM0106"} == set(parts.region["parent"])
    assert sum(zvw_total(whole).values()) == pytest.approx(sum(zvw_total(parts).values()), abs=0.01)
    both = parts.region.groupby("age_from")["insured_years"].sum()
    assert whole.region.set_index("age_from")["insured_years"].tolist() == pytest.approx(both.tolist())
    assert {"modelled"} == set(parts.cost["standing"])


def test_what_is_rounded_hidden_or_uninhabited_is_said(sources: Published) -> None:
    """CBS' rounding, an area without figures and one without people are in the notes."""
    codes = {note.code for note in build_region(sources, ["GM0106"], level=Level.BUURT).notes}
    assert {"note.below_municipality", "note.hidden_areas", "note.uninhabited_areas"} <= codes
    sentence = next(n for n in build_region(sources, ["GM0106"], level=Level.WIJK).notes).sentence("nl")
    assert "rondt hun inwoners af op 5" in sentence


def test_an_absent_class_has_no_row(tmp_path: Path) -> None:
    """Schiermonnikoog has no 90+: no row, no zero, and a note."""
    rows = [r for r in vektis_rows(NAMES) if not (r[1] == "90+" and r[2] == "MEPPEL")]
    tables = build_region(published(tmp_path, rows), ["GM0119"])
    assert tables.region["age_from"].max() == 85
    assert next(dict(n.facts) for n in tables.notes if n.code == "note.region_absent_cells") == {
        "classes": 1,
        "half": 0,
    }


@pytest.mark.parametrize("year", [2013, 2016])
def test_years_before_2019_are_refused(tmp_path: Path, year: int) -> None:
    """Zvw cost is taken from 2019 or later."""
    with pytest.raises(SourceError) as caught:
        build_region(published(tmp_path, year=year), ["GM0106"])
    assert codes_of(caught) == ["source.year_too_old"]


def test_2021_is_refused_unless_asked_for_by_name(tmp_path: Path) -> None:
    """Its mental health is incomplete; who takes it anyway is told again."""
    sources = published(tmp_path, year=2021)
    with pytest.raises(SourceError) as caught:
        build_region(sources, ["GM0106"])
    assert codes_of(caught) == ["source.incomplete_mental_health"]
    tables = build_region(sources, ["GM0106"], allow_incomplete_mental_health=True)
    assert "note.break_2021" in {note.code for note in tables.notes}


def test_a_year_without_mental_health_is_refused(sources: Published) -> None:
    """Columns that nobody recognises may not pass for a complete year."""
    table = sources.vektis.table.assign(mental_health_eur=float("nan"))
    broken = dataclasses.replace(sources, vektis=dataclasses.replace(sources.vektis, table=table))
    with pytest.raises(SourceError) as caught:
        build_region(broken, ["GM0106"])
    assert codes_of(caught) == ["source.no_mental_health"]


def test_areas_that_a_file_lacks_are_named_at_once(sources: Published) -> None:
    """Emmen is in neither file."""
    with pytest.raises(SourceError) as caught:
        build_region(sources, ["GM0106", "GM0114"])
    assert [(p.code, p.found, p.facts["source"]) for p in caught.value.problems] == [
        ("source.area_not_in_file", "GM0114 Emmen", "Vektis"),
        ("source.area_not_in_file", "GM0114 Emmen", "CBS"),
    ]


def test_a_file_without_all_classes_gives_no_weights(tmp_path: Path) -> None:
    """An extract without 90+ cannot say how old the old are."""
    rows = [row for row in vektis_rows(NAMES) if row[1] != "90+"]
    with pytest.raises(SourceError) as caught:
        build_region(published(tmp_path, rows), ["GM0106"])
    assert codes_of(caught) == ["source.classes_missing"]


def test_population_that_is_missing_or_cannot_be_spread_is_refused(sources: Published, tmp_path: Path) -> None:
    """A hidden band; a band with inhabitants in which nobody is insured."""
    kwb = sources.kwb.table.copy()
    kwb.loc[kwb["area"] == "GM0106", "people_0_14"] = float("nan")
    hidden = dataclasses.replace(sources, kwb=dataclasses.replace(sources.kwb, table=kwb))
    with pytest.raises(SourceError) as caught:
        build_region(hidden, ["GM0106"])
    assert codes_of(caught) == ["source.missing_population"]
    rows = [r for r in vektis_rows(NAMES) if not (r[2] == "MEPPEL" and r[1].startswith(("15", "20")))]
    with pytest.raises(SourceError) as caught:
        build_region(published(tmp_path, rows), ["GM0119"])
    assert codes_of(caught) == ["source.band_without_persons"]


def test_a_class_with_a_negative_total_is_refused(tmp_path: Path) -> None:
    """A correction may be negative, the cost of a whole class may not."""
    rows = vektis_rows(NAMES)
    rows[1][5] = "-9999999"
    with pytest.raises(SourceError) as caught:
        build_region(published(tmp_path, rows), ["GM0106"])
    assert [(p.code, p.found) for p in caught.value.problems] == [("source.unusable_class", "GM0106 0")]


def test_a_level_without_areas_is_refused(sources: Published) -> None:
    """Meppel has no buurten in this file."""
    with pytest.raises(SourceError) as caught:
        build_region(sources, ["GM0119"], level=Level.BUURT)
    assert codes_of(caught) == ["source.no_area_below"]


CENTS = st.lists(st.integers(1, 10**8), min_size=16, max_size=16)
COUNTS = st.lists(st.integers(10, 10**5), min_size=16, max_size=16)


@settings(max_examples=25)
@given(CENTS, COUNTS)
def test_the_written_tables_keep_the_total_within_a_euro(cents: list[int], persons: list[int]) -> None:
    """Whatever cost and size: what a reader of the two CSV files multiplies is Vektis' total."""
    rows = vektis_rows(["ASSEN", "MEPPEL"])
    under_80 = [row for row in rows[1:39] if row[2] == "ASSEN"][:16]
    for row, amount, count in zip(under_80, cents, persons, strict=True):
        row[3], row[4], row[5] = str(count), f"{count * 0.97:.2f}", f"{amount / 100:.2f}"
    with tempfile.TemporaryDirectory() as folder:
        sources = published(Path(folder), rows)
        tables = build_region(sources, ["GM0106"])
    written = [csv_text(tables.region, REGION), csv_text(tables.cost, COST)]
    region, cost = (pd.read_csv(io.StringIO(text)) for text in written)
    again = RegionTables(region, cost, ())
    table = sources.vektis.table
    assert zvw_total(again) == pytest.approx({"GM0106": table.loc[table["name"] == "ASSEN", "cost_eur"].sum()}, abs=1)


def test_rows_are_sorted_and_numbers_plain(sources: Published) -> None:
    """Area, age, pocket; decimal points, no exponent, an empty open end, a line feed after each row."""
    tables = build_region(sources, ["GM0119", "GM0106"])
    lines = csv_text(tables.cost, COST).split("\n")
    assert lines[0] == "area,age_from,age_to,pocket,price_year,cost_eur_per_person,standing"
    assert [line.rsplit(",", 2)[0] for line in lines[1:6]] == [
        "GM0106,0,4,zvw,2019",
        "GM0106,0,4,wlz,2022",
        "GM0106,0,4,wmo,2022",
        "GM0106,0,4,jeugdwet,2022",
        "GM0106,5,9,zvw,2019",
    ]
    assert lines[-2] == "GM0119,90,,jeugdwet,2022,0,modelled"
    assert lines[-1] == ""


def test_a_file_is_replaced_whole_or_not_at_all(sources: Published, tmp_path: Path) -> None:
    """A disk that is full leaves the old file and no temporary one."""
    path = tmp_path / "new" / "region.csv"
    region = build_region(sources, ["GM0106"]).region
    write_table(region, REGION, path)
    before = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.replace", _failing)
        with pytest.raises(OSError, match="full"):
            write_table(region, REGION, path)
    assert (before, ["region.csv"]) == (path.read_bytes(), [p.name for p in path.parent.iterdir()])
    assert b"\r" not in before


def _failing(*_: object) -> None:
    raise OSError("disk full")
