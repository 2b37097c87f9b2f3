"""Vektis' years as a panel: sums, mergers, standardisation and prices, by hand on made-up rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from made_up.published import CLASSES, vektis_rows, vektis_text, write

from coalition.cli import main
from coalition.errors import SourceError
from coalition.sources.vektis import VektisReading, read_vektis
from coalition.sources.vektis_panel import BASKETS, STABLE, vektis_panel

NAMES = ["ASSEN", "MEPPEL", "WEESP", "AMSTERDAM"]
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "vektis"


def readings(folder: Path, *years: int, change: dict[str, str] | None = None) -> list[VektisReading]:
    """One made-up file per year; `change` replaces text in all of them."""
    found = []
    for year in years:
        text = vektis_text(vektis_rows(NAMES, year))
        for old, new in (change or {}).items():
            text = text.replace(old, new)
        found.append(read_vektis(write(folder / f"vektis_{year}_gemeente.csv", text)))
    return found


def test_cost_is_euro_per_insured_year_of_the_whole_municipality(tmp_path: Path) -> None:
    """Sum of cost / sum of insured years, over sexes and ages."""
    read = readings(tmp_path, 2018, 2019)
    table = vektis_panel(read).table.set_index(["unit", "period"])
    rows = read[1].table
    own = rows[rows["name"] == "ASSEN"]
    assert table.loc[("GM0106", 2019), "outcome"] == pytest.approx(own["cost_eur"].sum() / own["insured_years"].sum())
    assert table.loc[("GM0106", 2019), "weight"] == own["insured_years"].sum()
    assert table.loc[("GM0106", 2019), "persons"] == own["persons"].sum()
    assert table.loc[("GM0106", 2019), "region"] == "Drenthe"


def test_merged_municipalities_are_one_unit(tmp_path: Path) -> None:
    """Weesp became a part of Amsterdam: euros and insured years of both are added up in every year."""
    read = readings(tmp_path, 2018)
    table = vektis_panel(read).table.set_index("unit")
    assert set(table.index) == {"GM0106", "GM0119", "GM0363"}
    rows = read[0].table[read[0].table["name"].isin(["WEESP", "AMSTERDAM"])]
    assert table.loc["GM0363", "outcome"] == pytest.approx(rows["cost_eur"].sum() / rows["insured_years"].sum())


def test_ages_are_rows_of_their_own(tmp_path: Path) -> None:
    """`0-14` and `90+` at once give two units per municipality."""
    read = readings(tmp_path, 2019)
    table = vektis_panel(read, ages=["0-14", "90+"]).table.set_index("unit")
    own = read[0].table.query("name == 'ASSEN' and age_from < 15")
    expected = own["cost_eur"].sum() / own["insured_years"].sum()
    assert table.loc["GM0106:0-14", "outcome"] == pytest.approx(expected)
    assert {"GM0106:90+", "GM0119:90+"} <= set(table.index)


def test_a_basket_holds_only_its_care_and_others_are_columns(tmp_path: Path) -> None:
    """The first basket is the outcome; further ones stand beside it."""
    read = readings(tmp_path, 2019)
    table = vektis_panel(read, ["stable", "pharmacy+gp"]).table.set_index("unit")
    own = read[0].table.query("name == 'MEPPEL'")
    years = own["insured_years"].sum()
    assert table.loc["GM0119", "outcome"] == pytest.approx(sum(own[f"{k}_eur"].sum() for k in STABLE) / years)
    assert table.loc["GM0119", "pharmacy_gp"] == pytest.approx((own["pharmacy_eur"] + own["gp_eur"]).sum() / years)
    assert set(BASKETS["stable"]) == set(STABLE)


def test_the_same_ages_everywhere_give_the_same_cost(tmp_path: Path) -> None:
    """Towns that differ only in how old their people are have the same standardised cost."""
    lines = vektis_text(vektis_rows(["ASSEN", "MEPPEL"], 2019)).split("\n")
    changed = []
    for line in lines:
        cells = line.split(";")
        if (
            cells[2] == "MEPPEL" and cells[1] == CLASSES[-1]
        ):  # forty times as many very old people at the same cost each
            cells[3:] = [str(int(cells[3]) * 40), *(f"{float(c) * 40:.2f}" for c in cells[4:])]
        changed.append(";".join(cells))
    read = [read_vektis(write(tmp_path / "vektis_2019_gemeente.csv", "\n".join(changed)))]
    plain = vektis_panel(read).table.set_index("unit")["outcome"]
    same = vektis_panel(read, standardise_to=2019).table.set_index("unit")["outcome"]
    assert plain["GM0119"] > plain["GM0106"] * 1.1
    assert same["GM0119"] == pytest.approx(same["GM0106"], rel=1e-3)  # the quarter euro in each cell is the rest


def test_standardising_to_a_years_own_structure_keeps_the_mean_of_that_year(tmp_path: Path) -> None:
    """Weighted by insured years, the mean of all municipalities is what it was: the reference is their own."""
    read = readings(tmp_path, 2019)
    plain = vektis_panel(read).table
    same = vektis_panel(read, standardise_to=2019).table
    total = (plain["outcome"] * plain["weight"]).sum()
    assert (same["outcome"] * plain["weight"]).sum() == pytest.approx(total, rel=1e-4)


def test_prices_are_those_of_one_year(tmp_path: Path) -> None:
    """Consumer prices rose by 1.7 % in 2018 and by 2.6 % in 2019."""
    read = readings(tmp_path, 2018, 2019)
    plain, priced = vektis_panel(read).table, vektis_panel(read, price_year=2019).table
    ratio = (priced["outcome"] / plain["outcome"]).groupby(plain["period"]).mean()
    assert ratio[2019] == pytest.approx(1.0)
    assert ratio[2018] == pytest.approx(1.026, abs=0.001)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Baskets, ages, a year twice and a reference year without a file."""
    read = readings(tmp_path, 2018, 2019)
    with pytest.raises(SourceError) as caught:
        vektis_panel([*read, read[0]], ["farmacie", "gp+ggz"], ["0-13", "kinderen"], standardise_to=2012)
    codes = [p.code for p in caught.value.problems]
    assert codes == [
        "source.year_twice",
        "source.unknown_basket",
        "source.unknown_basket",
        "source.bad_ages",
        "source.bad_ages",
        "source.no_reference_year",
    ]
    with pytest.raises(SourceError) as caught:
        vektis_panel(read, price_year=1950)
    assert [p.code for p in caught.value.problems] == ["source.no_price_index"]


def test_care_that_some_years_lack_is_noted(tmp_path: Path) -> None:
    """District nursing has been in the files since 2015 only."""
    notes = vektis_panel(readings(tmp_path, 2014, 2019), ["district_nursing"]).notes
    assert {"kind": "district_nursing", "years": "2014"} in [
        dict(n.facts) for n in notes if n.code == "note.kind_not_in_year"
    ]


def test_the_command_writes_a_panel_that_a_study_reads(tmp_path: Path) -> None:
    """From published files to a study in two steps."""
    for year in range(2011, 2020):
        write(tmp_path / f"vektis_{year}_gemeente.csv", vektis_text(vektis_rows(NAMES, year)))
    files = [str(p) for p in sorted(tmp_path.glob("vektis_*.csv"))]
    out = tmp_path / "panel.csv"
    result = CliRunner().invoke(main, ["source", "vektis", *files, "--panel", "--basket", "stable", "-o", str(out)])
    assert result.exit_code == 0, result.output
    from coalition.evaluation.study_files import load_study

    study = tmp_path / "study.yaml"
    study.write_text("data: panel.csv\ntreated: [GM0106]\nstart: 2016\nmethods: [did]\nbasket: stable\n", "utf-8")
    loaded = load_study(study)
    assert loaded.panel.units == ("GM0106", "GM0119", "GM0363")
    assert loaded.panel.weighted
    only = CliRunner().invoke(main, ["source", "vektis", *files, "--basket", "stable"])
    assert only.exit_code == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files may not be committed")
def test_published_years_give_drenthes_cost() -> None:
    """The twelve municipalities of Drenthe in 2021 cost 3,064.41 euro per insured year."""
    read = [read_vektis(SHARED / f"vektis_{year}_gemeente.csv.gz") for year in (2011, 2021)]
    table = vektis_panel(read).table
    own = table[(table["province"] == "Drenthe") & (table["period"] == 2021)]
    assert len(own) == 12
    cost = (own["outcome"] * own["weight"]).sum() / own["weight"].sum()
    assert cost == pytest.approx(3064.41, abs=0.005)
    assert table["region"].nunique() == 25
