"""Vektis' municipal file: every peculiarity of its layouts, on made-up rows."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up.published import CLASSES, LAYOUTS, PERSONS, vektis_rows, vektis_text, with_rest_row, write

from coalition.errors import SourceError
from coalition.sources.textfile import MAX_BYTES
from coalition.sources.vektis import KINDS, VEKTIS, VektisReading, kind_of_care, read_vektis

NAMES = ["ASSEN", "MEPPEL"]


def read(folder: Path, rows: list[list[str]], *, year: int = 2019, encoding: str = "utf-8") -> VektisReading:
    return read_vektis(write(folder / f"vektis_{year}_gemeente.csv", vektis_text(rows), encoding))


def problems_of(path: Path, year: int | None = None) -> list[tuple[str, int, str]]:
    with pytest.raises(SourceError) as caught:
        read_vektis(path, year=year)
    return [(p.code, p.line, p.found) for p in caught.value.problems]


def codes_of(reading: VektisReading) -> set[str]:
    return {note.code for note in reading.notes}


def total(rows: list[list[str]]) -> float:
    return sum(float(cell) for row in rows[1:] for cell in row[5:])


@pytest.mark.parametrize("place", [1, 30, 1 + 2 * 2 * len(CLASSES)])
def test_the_rest_row_is_kept_apart_wherever_it_stands(tmp_path: Path, place: int) -> None:
    """First, in the middle or last: it is in no municipality, but in the national total."""
    rows = vektis_rows(NAMES)
    reading = read(tmp_path, with_rest_row(rows, place))
    assert (500, 250.5, 7.0 * len(LAYOUTS[2019])) == (
        reading.rest.persons,
        reading.rest.insured_years,
        reading.rest.cost_eur,
    )
    assert 2 * 3 * sum(PERSONS) == reading.table["persons"].sum()
    assert 2 * 3 * sum(PERSONS) + 500 == reading.national().persons
    assert total(rows) + 7 * len(LAYOUTS[2019]) == pytest.approx(reading.national().cost_eur, abs=0.001)


def test_the_rest_row_is_noted_with_its_persons_and_euros(tmp_path: Path) -> None:
    """Whoever reads the table learns what was left out of it."""
    reading = read(tmp_path, with_rest_row(vektis_rows(NAMES), 1))
    note = next(note for note in reading.notes if note.code == "note.rest_row")
    assert dict(note.facts) == {"rows": 1, "persons": 500, "cost_eur": 161}
    assert "500 verzekerden, 161 euro" in note.sentence("nl")
    assert "500 insured persons, 161 euro" in note.sentence("en")


def test_capitals_or_small_letters_make_no_difference(tmp_path: Path) -> None:
    """Column names are in capitals until 2018 and small from 2019."""
    rows = vektis_rows(NAMES)
    capitals = [[name.upper() for name in rows[0]], *rows[1:]]
    (tmp_path / "a").mkdir()
    assert read(tmp_path, rows).table.equals(read(tmp_path / "a", capitals).table)


def test_packed_and_unpacked_are_the_same(tmp_path: Path) -> None:
    """`.csv.gz` holds what `.csv` holds."""
    text = vektis_text(vektis_rows(NAMES))
    plain = read_vektis(write(tmp_path / "vektis_2019_gemeente.csv", text))
    packed = read_vektis(write(tmp_path / "vektis_2019_gemeente.csv.gz", text))
    assert plain.table.equals(packed.table)


def test_latin1_names_are_read_and_noted(tmp_path: Path) -> None:
    """An older edition writes SÚDWEST-FRYSLÂN in Latin-1."""
    reading = read(tmp_path, vektis_rows(["SÚDWEST-FRYSLÂN"]), encoding="latin-1")
    assert {"SÚDWEST-FRYSLÂN"} == set(reading.table["name"])
    assert {"GM1900"} == set(reading.table["area"])
    assert "note.latin1" in codes_of(reading)


def test_ages_are_read_from_spaced_texts(tmp_path: Path) -> None:
    """` 0 t/m  4 jaar` is 0 to 4; `90+` is open."""
    ages = read(tmp_path, vektis_rows(["ASSEN"])).table[["age_from", "age_to"]].drop_duplicates()
    assert list(range(0, 95, 5)) == ages["age_from"].tolist()
    assert list(range(4, 90, 5)) == ages["age_to"].dropna().tolist()
    assert ages.loc[ages["age_to"].isna(), "age_from"].tolist() == [90]


def test_mental_health_is_found_under_every_years_names(tmp_path: Path) -> None:
    """Two columns in 2013, three in 2019, four in 2023: always one kind of care."""
    for year, count in ((2013, 2), (2016, 3), (2019, 3), (2021, 4), (2023, 4)):
        reading = read(tmp_path, vektis_rows(["ASSEN"], year), year=year)
        own = [c for c, name in enumerate(LAYOUTS[year], start=1) if "ggz" in name or "psycholog" in name]
        assert count == len(own)
        expected = sum(2 * (n * (c + k) + 0.25) for k, n in enumerate(PERSONS) for c in own)
        assert expected == pytest.approx(reading.table["mental_health_eur"].sum())
        assert reading.table["unclassified_eur"].isna().all()


def test_names_cut_to_32_characters_are_recognised() -> None:
    """From 2023 three names are cut off; `overige_prestaties_ggz` is no `overig`."""
    assert kind_of_care("kosten_medisch_specialistische_z") == "medical_specialist"
    assert kind_of_care("kosten_paramedische_zorg_fysioth") == "physiotherapy"
    assert kind_of_care("KOSTEN_GERIATRISCHE_REVALIDATIEZ") == "geriatric_rehabilitation"
    assert kind_of_care("kosten_overige_prestaties_ggz") == "mental_health"
    assert kind_of_care("kosten_overig") == "other"


@pytest.mark.parametrize(
    "name",
    ["kosten_ggz_consulten", "kosten_ggz_intramuraal_verblijf", "kosten_ggz_overige_prestaties", "kosten_consulten"],
)
def test_other_spellings_of_the_new_mental_health_columns_count_too(name: str) -> None:
    """Consultations, stay and other services are mental health however the words are ordered."""
    assert kind_of_care(name) == "mental_health"


def test_an_unknown_cost_column_counts_in_the_total_and_is_named(tmp_path: Path) -> None:
    """A new kind of care may not fall out of the total."""
    rows = vektis_rows(["ASSEN"], 2023)
    new = [[*rows[0], "kosten_nieuwe_aanspraak"], *([*row, "1000"] for row in rows[1:])]
    reading = read(tmp_path, new, year=2023)
    assert total(rows) + 1000 * 38 == pytest.approx(reading.table["cost_eur"].sum())
    assert reading.table["unclassified_eur"].sum() == 1000 * 38
    assert "kosten_nieuwe_aanspraak" in " ".join(note.sentence("nl") for note in reading.notes)


def test_a_column_that_is_no_cost_is_named_and_left(tmp_path: Path) -> None:
    """What is not read is said."""
    rows = vektis_rows(["ASSEN"])
    reading = read(tmp_path, [[*rows[0], "provincie"], *([*row, "Drenthe"] for row in rows[1:])])
    assert total(rows) == pytest.approx(reading.table["cost_eur"].sum())
    assert "note.ignored_columns" in codes_of(reading)


def test_a_negative_cell_is_a_correction(tmp_path: Path) -> None:
    """Negative cells add up like others."""
    rows = vektis_rows(["ASSEN"])
    rows[1][5] = "-68040.91"
    reading = read(tmp_path, rows)
    assert reading.table["medical_specialist_eur"].iloc[0] == -68040.91
    assert total(rows) == pytest.approx(reading.table["cost_eur"].sum())


def test_a_cell_that_is_not_published_is_absent_and_not_zero(tmp_path: Path) -> None:
    """A missing sex × age × municipality has no row, and is counted in a note."""
    rows = vektis_rows(NAMES)
    reading = read(tmp_path, [*rows[:5], *rows[7:]])
    assert len(reading.table) == 2 * 38 - 2
    assert next(dict(n.facts) for n in reading.notes if n.code == "note.absent_cells") == {"cells": 2}


def test_an_empty_cost_cell_stays_empty(tmp_path: Path) -> None:
    """Not published is not zero; the rest of the row still counts."""
    rows = vektis_rows(["ASSEN"])
    own = float(rows[1][6])
    rows[1][6] = ""
    table = read(tmp_path, rows).table
    assert table["pharmacy_eur"].isna().tolist() == [True, *([False] * 37)]
    assert sum(float(cell) for cell in rows[1][5:] if cell) == pytest.approx(table["cost_eur"].iloc[0])
    assert own > 0


def test_kinds_that_a_year_lacks_are_empty(tmp_path: Path) -> None:
    """District nursing is not in the file of 2013; that is no zero."""
    assert read(tmp_path, vektis_rows(["ASSEN"], 2013), year=2013).table["district_nursing_eur"].isna().all()


def test_an_unknown_name_is_kept_without_code_and_noted(tmp_path: Path) -> None:
    """Its persons and euros are in the note, so that nobody misses them unawares."""
    reading = read(tmp_path, vektis_rows(["ASSEN", "NERGENSHUIZEN"]))
    facts = next(dict(n.facts) for n in reading.notes if n.code == "note.unknown_names")
    assert ("NERGENSHUIZEN", 1, 2 * 2 * sum(PERSONS)) == (facts["names"], facts["count"], facts["persons"])
    assert reading.table["area"].isna().sum() == 38


@pytest.mark.parametrize(("year", "note"), [(2020, "note.break_2020"), (2021, "note.break_2021")])
def test_breaks_of_a_year_are_said(tmp_path: Path, year: int, note: str) -> None:
    """The pandemic year and the incomplete year warn their reader."""
    assert note in codes_of(read(tmp_path, vektis_rows(["ASSEN"], year), year=year))


def test_the_municipal_map_is_read_from_the_names(tmp_path: Path) -> None:
    """Brielle still stands, Dijk en Waard already: the map of 2022, whatever the title says."""
    reading = read(tmp_path, vektis_rows(["BRIELLE", "DIJK EN WAARD"]))
    facts = next(dict(n.facts) for n in reading.notes if n.code == "note.classification")
    assert facts == {"municipalities": 2, "map": "2022"}


def test_the_year_comes_from_the_name_and_a_map_year_is_none(tmp_path: Path) -> None:
    """`indeling2017` says which map, not which year."""
    text = vektis_text(vektis_rows(["ASSEN"], 2016))
    path = write(tmp_path / "vektis_2016_gemeente_indeling2017.csv", text)
    assert read_vektis(path).year == 2016
    assert problems_of(path, 2017) == [("source.year_differs", 0, "2017")]
    unnamed = write(tmp_path / "gemeente.csv", text)
    assert problems_of(unnamed) == [("source.year_unknown", 0, "")]
    assert read_vektis(unnamed, year=2016).year == 2016


def test_a_year_that_the_columns_contradict_is_refused(tmp_path: Path) -> None:
    """A file with short-stay beds and district nursing cannot be of 2014."""
    path = write(tmp_path / "vektis_2014_gemeente.csv", vektis_text(vektis_rows(["ASSEN"], 2019)))
    assert [code for code, _, _ in problems_of(path)] == ["source.year_contradicted"] * 2


def bad_file(folder: Path, rows: list[list[str]]) -> Path:
    return write(folder / "vektis_2019_gemeente.csv", vektis_text(rows))


def test_all_bad_numbers_are_reported_at_once_with_their_lines(tmp_path: Path) -> None:
    """Decimal commas, words and infinities are no numbers; nothing is repaired."""
    rows = vektis_rows(["ASSEN"])
    rows[1][5], rows[3][6], rows[4][7], rows[5][3], rows[6][4] = "1234,56", "n.v.t.", "inf", "12.5", "-3"
    assert {
        ("source.bad_number", 2, "1234,56"),
        ("source.bad_number", 4, "n.v.t."),
        ("source.bad_number", 5, "inf"),
        ("source.bad_count", 6, "12.5"),
        ("source.bad_count", 7, "-3"),
    } == set(problems_of(bad_file(tmp_path, rows)))


def test_an_empty_count_is_refused(tmp_path: Path) -> None:
    """A row without persons or insured years has no denominator."""
    rows = vektis_rows(["ASSEN"])
    rows[1][4] = ""
    assert problems_of(bad_file(tmp_path, rows)) == [("source.bad_count", 2, "")]


def test_unknown_sex_age_and_repeated_rows_are_refused(tmp_path: Path) -> None:
    """One report for all three."""
    rows = vektis_rows(["ASSEN"])
    rows[1][0], rows[2][1] = "X", "5 t/m 11 jaar"
    found = problems_of(bad_file(tmp_path, [*rows, rows[10]]))
    assert [
        ("source.bad_age_class", 3, "5 t/m 11 jaar"),
        ("source.bad_sex", 2, "X"),
        ("source.duplicate_row", len(rows) + 1, f"M {rows[10][1].strip()} ASSEN"),
    ] == found


def test_a_cut_off_row_is_refused(tmp_path: Path) -> None:
    """A half download is seen."""
    rows = vektis_rows(["ASSEN"])
    assert problems_of(bad_file(tmp_path, [*rows[:-1], rows[-1][:3]])) == [("source.bad_row", 39, "3")]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """The postcode edition has no municipality."""
    rows = vektis_rows(["ASSEN"])
    rows[0][2] = "postcode_3"
    with pytest.raises(SourceError) as caught:
        read_vektis(bad_file(tmp_path, rows))
    assert [(p.code, p.path) for p in caught.value.problems] == [("source.missing_column", "gemeentenaam")]


def test_a_repeated_column_is_refused(tmp_path: Path) -> None:
    """Two columns of one name cannot be told apart."""
    rows = vektis_rows(["ASSEN"])
    rows[0][7] = rows[0][6]
    assert [("source.duplicate_column", 1, rows[0][6])] == problems_of(bad_file(tmp_path, rows))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source.empty"),
        (b" \n\n", "source.empty"),
        (b"naam,leeftijd\nA,3\n", "source.not_vektis"),
        ("geslacht;leeftijd\n".encode("utf-16"), "source.encoding"),
        (gzip.compress(b"geslacht;", mtime=0)[:-4], "source.broken_archive"),
        (vektis_text(vektis_rows(["ASSEN"])[:1]).encode(), "source.empty"),
        (gzip.compress(b"a" * (MAX_BYTES + 1), mtime=0), "source.too_big"),
    ],
)
def test_files_that_are_something_else_are_named(tmp_path: Path, content: bytes, code: str) -> None:
    """Empty, other, no text, damaged, no rows, or a packed file that would fill the memory."""
    path = tmp_path / "vektis_2019_gemeente.csv"
    path.write_bytes(content)
    assert [code] == [found for found, _, _ in problems_of(path)]


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    """No traceback for a mistyped name."""
    assert problems_of(tmp_path / "vektis_2019.csv") == [("source.not_found", 0, "")]
    assert [code for code, _, _ in problems_of(tmp_path, 2019)] == ["source.unreadable"]


@settings(max_examples=25)
@given(st.lists(st.integers(-(10**9), 10**9), min_size=38, max_size=38))
def test_the_total_is_the_sum_of_the_kinds(cents: list[int]) -> None:
    """Whatever the amounts: cost_eur is the sum over all kinds of care, row by row."""
    rows = vektis_rows(["ASSEN"])
    for row, amount in zip(rows[1:], cents, strict=True):
        row[5] = f"{amount / 100:.2f}"
    with tempfile.TemporaryDirectory() as folder:
        table = read(Path(folder), rows).table
    kinds = table[[f"{kind}_eur" for kind in KINDS]].sum(axis=1)
    assert kinds.tolist() == pytest.approx(table["cost_eur"].tolist(), abs=0.001)
    assert VEKTIS.names == list(table.columns)
