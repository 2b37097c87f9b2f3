"""Municipal names and codes: mergers are followed, a split is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up.published import PERSONS, vektis_rows, vektis_text, write

from coalition.errors import SourceError
from coalition.sources import recode
from coalition.sources.newest_map import to_newest_map
from coalition.sources.vektis import read_vektis

DRENTHE = [
    "GM0106",
    "GM0109",
    "GM0114",
    "GM0118",
    "GM0119",
    "GM1680",
    "GM1681",
    "GM1690",
    "GM1699",
    "GM1701",
    "GM1730",
    "GM1731",
]


def refused(**asked: object) -> list[tuple[str, str, dict[str, str]]]:
    with pytest.raises(SourceError) as caught:
        recode.select(**asked)  # type: ignore[arg-type]
    return [(p.code, p.found, dict(p.facts)) for p in caught.value.problems]


@pytest.mark.parametrize("province", ["Drenthe", "drenthe", "PV22", "pv22"])
def test_drenthe_has_twelve_municipalities(province: str) -> None:
    """By name or by code."""
    assert recode.select(province=province) == DRENTHE


def test_the_newest_map_has_342_municipalities_in_twelve_provinces() -> None:
    """Every province and every municipality once."""
    members = [code for province in recode.PROVINCES for code in recode.select(province=province)]
    assert (len(members), len(set(members)), len(recode.PROVINCES)) == (342, 342, 12)
    assert recode.select(province="Friesland") == recode.select(province="Fryslân")


@pytest.mark.parametrize("name", ["Assen", "ASSEN", "GM0106", "gm0106"])
def test_a_municipality_by_name_or_code(name: str) -> None:
    """Capitals do not matter."""
    assert recode.select(municipalities=[name]) == ["GM0106"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("S GRAVENHAGE", "GM0518"),
        ("'s-Gravenhage", "GM0518"),
        ("SÚDWEST-FRYSLÂN", "GM1900"),
        ("BERGEN LB", "GM0893"),
        ("Bergen (NH.)", "GM0373"),
        ("NUENEN CA", "GM0820"),
        ("KOLLUMERLAND CA", "GM0079"),
    ],
)
def test_vektis_and_cbs_spellings_mean_the_same(name: str, code: str) -> None:
    """Accents, brackets and abbreviations."""
    assert {name: code} == recode.codes_of_names([name])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GM0003", "GM1979"),
        ("GM0756", "GM1982"),
        ("GM0501", "GM1992"),
        ("GM0457", "GM0363"),
        ("GM0007", "GM1950"),
        ("GM0106", "GM0106"),
        ("GM0017", "GM0014"),
    ],
)
def test_a_merger_is_followed_to_its_end(old: str, new: str) -> None:
    """Appingedam, Boxmeer, Brielle, Weesp, Bellingwedde, Haren; Assen did not change."""
    assert new == recode.newest_code(old)


def test_haaren_is_refused_with_the_four_that_took_its_people() -> None:
    """A split municipality has no successor."""
    over = {"over": "Boxtel, Oisterwijk, Tilburg, Vught"}
    assert [("source.split_municipality", "Haaren", over)] == refused(municipalities=["Haaren"])


def test_unknown_names_get_a_suggestion_and_all_come_at_once() -> None:
    """A typing error, a code that does not exist, a province that is none; and nothing asked at all."""
    assert refused(municipalities=["Hogeveen", "GM9999"], province="Drente") == [
        ("source.unknown_municipality", "Hogeveen", {"suggestion": "Hoogeveen"}),
        ("source.unknown_municipality", "GM9999", {"suggestion": ""}),
        ("source.unknown_province", "Drente", {"suggestion": "Drenthe"}),
    ]
    assert refused() == [("source.no_area", "", {})]


def panel(folder: Path, names: list[str]) -> Path:
    return write(folder / "vektis_2016_gemeente.csv", vektis_text(vektis_rows(names, 2016)))


def test_merged_municipalities_are_added_up(tmp_path: Path) -> None:
    """Appingedam, Delfzijl and Loppersum become Eemsdelta; no person and no euro is lost."""
    table = read_vektis(panel(tmp_path, ["APPINGEDAM", "DELFZIJL", "LOPPERSUM", "ASSEN"])).table
    mapped, notes = to_newest_map(table)
    assert {"GM1979": 2 * 6 * sum(PERSONS), "GM0106": 2 * 4 * sum(PERSONS)} == (
        mapped.groupby("area")["persons"].sum().to_dict()
    )
    assert table["cost_eur"].sum() == pytest.approx(mapped["cost_eur"].sum())
    assert mapped["gzsp_eur"].isna().all()
    assert [dict(note.facts) for note in notes] == [{"names": "Eemsdelta", "count": 1}]


def test_a_panel_with_haaren_is_refused_or_leaves_all_five_out(tmp_path: Path) -> None:
    """The neighbours jump when Haaren is divided over them, so they go with it."""
    table = read_vektis(panel(tmp_path, ["HAAREN", "BOXTEL", "VUGHT", "OISTERWIJK", "TILBURG", "ASSEN"])).table
    with pytest.raises(SourceError, match=r"source\.split_municipality"):
        to_newest_map(table)
    mapped, notes = to_newest_map(table, leave_out_splits=True)
    assert {"GM0106"} == set(mapped["area"])
    assert [note.facts["names"] for note in notes] == ["Boxtel, Haaren, Oisterwijk, Tilburg, Vught"]


def test_rows_without_a_code_are_left_out_of_the_new_map(tmp_path: Path) -> None:
    """And counted."""
    table = read_vektis(panel(tmp_path, ["ASSEN", "NERGENSHUIZEN"])).table
    mapped, notes = to_newest_map(table)
    assert ({"GM0106"}, [38]) == (set(mapped["area"]), [note.facts["rows"] for note in notes])


def test_the_key_and_the_recoding_are_checked(tmp_path: Path) -> None:
    """A missing column or a bad code is named with its line."""
    key = write(tmp_path / "key.csv", "vektis_naam,gm_code,cbs_naam,provincie\nASSEN,GM0106,Assen,Drenthe\n")
    with pytest.raises(SourceError) as caught:
        recode.read_key(key)
    assert [(p.code, p.path) for p in caught.value.problems] == [("source.missing_column", "gm_code_2023")]
    years = ",".join(f"GM{year}" for year in range(2011, 2022))
    chain = write(tmp_path / "chain.csv", years + "\n" + ",".join(["GM0003"] * 10 + ["1979"]) + "\n")
    with pytest.raises(SourceError) as caught:
        recode.read_recoding(chain)
    assert [(p.code, p.line, p.path, p.found) for p in caught.value.problems] == [
        ("source.bad_code", 2, "GM2021", "1979")
    ]
