"""CBS' key figures and price index, and CPB's age profile: their peculiarities, on made-up files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from made_up.published import CPI_STATLINE, cpb_workbook, kwb_text, write

from coalition.errors import SourceError
from coalition.sources.cbs import KWB, KWB_BANDS, REGIONAL, read_cbs, read_cbs_files, read_kwb, read_regional
from coalition.sources.cpb import read_cpb
from coalition.sources.cpi import CPI, read_cpi

AREAS = {
    "NL00": ("Nederland", ["500", "400", "300", "200", "100"]),
    "GM0106": ("Assen", ["50", "40", "30", "20", "10"]),
    "WK010600": ("Wijk 00 Centrum", ["25", "20", "15", "10", "5"]),
    "BU01060000": ("Brinkkwartier", ["25", "20", ".", "10", "5"]),
    "BU0363AA01": ("Kop Zeedijk", ["5", "5", "5", "5", "5"]),
}

REGIONAL_2025 = (
    '\ufeff"Perioden";"Regio\'s";"Bevolking/Totale bevolking (aantal)";'
    + ";".join(
        f'"Bevolking/Leeftijdsgroepen/{band} (aantal)"'
        for band in (
            "Jonger dan 5 jaar",
            "5 tot 10 jaar",
            "10 tot 15 jaar",
            "15 tot 20 jaar",
            "20 tot 25 jaar",
            "25 tot 45 jaar",
            "45 tot 65 jaar",
            "65 tot 80 jaar",
            "80 jaar of ouder",
        )
    )
    + ';"Leeftijdsgroepen, relatief/Jonger dan 5 jaar (%)"\r\n'
    '"2025";"Assen";90;10;10;10;10;10;10;10;10;10;11,1\r\n"2025";"Aalburg";;;;;;;;;;;\r\n'
    '"2025";"Utrecht (gemeente)";99;11;11;11;11;11;11;11;11;11;11,1\r\n'
    '"2025";"Nergenshuizen";18;2;2;2;2;2;2;2;2;2;11,1\r\n'
)

REGIONAL_2015 = (
    '\ufeff"ID";"RegioS";"Perioden";"TotaleBevolking_1";"JongerDan5Jaar_4";"k_5Tot10Jaar_5";"k_10Tot15Jaar_6";'
    '"k_15Tot20Jaar_7";"k_20Tot25Jaar_8";"k_25Tot45Jaar_9";"k_45Tot65Jaar_10";"k_65Tot80Jaar_11";'
    '"k_80JaarOfOuder_12";"JongerDan5Jaar_13";"k_5Tot10Jaar_14";"BijstandTotDeAOWLeeftijd_162";'
    '"ArbeidsongeschiktheidTotaal_163";"WajongUitkering_166"\n'
    '"20";"NL01  ";"2015JJ00";"      90";"      10";"10";"10";"10";"10";"10";"10";"10";"      10";"    11.1";'
    '"    11.1";"       5";".";""\n'
    '"44";"GM0106";"2015JJ00";"";"";"";"";"";"";"";"";"";"";"";"";"";"";""\n'
)


def refused(reading: Callable[[Path], object], path: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(SourceError) as caught:
        reading(path)
    return [(p.code, p.line, p.found) for p in caught.value.problems]


def test_padded_codes_points_and_byte_order_mark(tmp_path: Path) -> None:
    """Codes lose their spaces, `.` is missing and not zero, letters in Amsterdam's codes are fine."""
    table = read_kwb(write(tmp_path / "kwb_2024.csv", kwb_text(AREAS))).table
    assert table["area"].tolist() == [*AREAS]
    assert table["level"].tolist() == ["country", "municipality", "wijk", "buurt", "buurt"]
    assert table["parent"].dropna().tolist() == ["GM0106", "GM0106", "GM0363"]
    assert table[list(KWB_BANDS)].iloc[1].tolist() == [50, 40, 30, 20, 10]
    assert table[["people", "people_25_44"]].isna().to_numpy().tolist() == [[False] * 2] * 3 + [[True] * 2, [False] * 2]


def test_missing_counts_and_rounding_are_noted(tmp_path: Path) -> None:
    """Whoever adds up neighbourhoods must know that CBS rounds them."""
    notes = read_kwb(write(tmp_path / "kwb_2024.csv.gz", kwb_text(AREAS))).notes
    assert [note.code for note in notes] == ["note.kwb_rounding", "note.missing_counts"]


def test_bad_codes_and_counts_come_together(tmp_path: Path) -> None:
    """All problems of the file at once, each with its line."""
    areas = {**AREAS, "GM01X6": ("Fout", ["1", "2", "3", "4", "5"]), "GM0107": ("Half", ["1", "-2", "2,5", "3", "4"])}
    text = kwb_text({code: cells for code, cells in areas.items() if code != "GM0107"})
    last = '"Half";"Half";"Gemeente  ";"GM0107    ";"1";10;1;-2;2,5;3;4\r\n'
    found = refused(read_kwb, write(tmp_path / "kwb_2024.csv", text + last))
    assert [(code, line, "-2.0" if cell == "-2" else cell) for code, line, cell in found] == [
        ("source.bad_code", 7, "GM01X6"),
        ("source.bad_count", 8, "-2.0"),
        ("source.bad_number", 8, "2,5"),
    ]


def test_a_repeated_area_is_refused(tmp_path: Path) -> None:
    """Two rows for Assen would count its people twice."""
    text = kwb_text(AREAS)
    again = text.split("\r\n")[2]
    assert refused(read_kwb, write(tmp_path / "kwb_2024.csv", text + again + "\r\n")) == [
        ("source.duplicate_row", 7, "GM0106")
    ]


def test_a_missing_band_is_named(tmp_path: Path) -> None:
    """Without an age band no age pattern."""
    text = kwb_text(AREAS).replace("45 tot 65 jaar", "45 tot 55 jaar")
    with pytest.raises(SourceError) as caught:
        read_kwb(write(tmp_path / "kwb_2024.csv", text))
    assert [(p.code, p.path) for p in caught.value.problems] == [("source.missing_column", "45tot65jaar")]


def test_regions_by_name_get_their_codes(tmp_path: Path) -> None:
    """Names become codes, empty regions and unknown names are left out and noted."""
    reading = read_regional(write(tmp_path / "regionale_kerncijfers_2025.csv", REGIONAL_2025))
    assert reading.table["area"].tolist() == ["GM0106", "GM0344"]
    assert reading.table["people_0_4"].tolist() == [10.0, 11.0]
    assert {note.code: dict(note.facts) for note in reading.notes} == {
        "note.empty_regions": {"rows": 1},
        "note.unknown_regions": {"names": "Nergenshuizen", "count": 1, "people": 18},
    }


def test_regions_by_code_with_benefits(tmp_path: Path) -> None:
    """The count is taken and not the percentage of the same name; benefits may be missing."""
    table = read_regional(write(tmp_path / "regionale_kerncijfers.csv", REGIONAL_2015)).table
    assert list(
        table[["year", "area", "people", "people_0_4", "social_assistance_people"]].itertuples(index=False, name=None)
    ) == [(2015, "NL01", 90.0, 10.0, 5.0)]
    assert table[["disability_people", "wajong_people"]].isna().all(axis=None)


def test_percentages_in_the_place_of_counts_are_refused(tmp_path: Path) -> None:
    """Age bands that do not add up to the people are no counts."""
    text = REGIONAL_2025.replace("90;10;10", "90;50;10")
    assert refused(read_regional, write(tmp_path / "r.csv", text)) == [("source.bands_do_not_add_up", 2, "130")]


def test_a_cbs_file_is_recognised_by_its_content(tmp_path: Path) -> None:
    """Three kinds are known; another is named with its first line."""
    assert read_cbs(write(tmp_path / "kwb_2024.csv", kwb_text(AREAS)))[0] == KWB
    assert read_cbs(write(tmp_path / "r.csv", REGIONAL_2015))[0] == REGIONAL
    assert read_cbs(write(tmp_path / "cpi.csv", CPI_STATLINE))[0] == CPI
    assert refused(read_cbs, write(tmp_path / "x.csv", "a b\n1\n")) == [("source.not_cbs", 0, "ab")]


def test_files_of_two_kinds_do_not_go_into_one_table(tmp_path: Path) -> None:
    """A price index is no population."""
    paths = [write(tmp_path / "kwb_2024.csv", kwb_text(AREAS)), write(tmp_path / "cpi.csv", CPI_STATLINE)]
    with pytest.raises(SourceError) as caught:
        read_cbs_files(paths)
    assert [p.code for p in caught.value.problems] == ["source.mixed_kinds"]


def test_the_price_index_with_heading_lines_and_decimal_commas(tmp_path: Path) -> None:
    """Five heading lines, a source line, a byte order mark; `99,40` is 99.4."""
    table = read_cpi(write(tmp_path / "cpi.csv", CPI_STATLINE)).table
    assert list(table[["year", "index_2015_100"]].itertuples(index=False, name=None)) == [
        (2014, 99.4),
        (2015, 100.0),
        (2016, 100.32),
    ]
    assert table["change_pct"].isna().tolist() == [True, False, False]


def test_a_point_in_a_decimal_comma_file_is_not_guessed(tmp_path: Path) -> None:
    """`1.003` may be a thousand and three or one: refused, with its line."""
    text = CPI_STATLINE.replace('"100,32"', '"1.003"')
    assert refused(read_cpi, write(tmp_path / "cpi.csv", text)) == [("source.bad_number", 8, "1.003")]


def test_another_base_year_is_refused(tmp_path: Path) -> None:
    """An index on 2006 may not be mixed with one on 2015."""
    text = CPI_STATLINE.replace("2015 = 100", "2006 = 100")
    assert [code for code, _, _ in refused(read_cpi, write(tmp_path / "cpi.csv", text))] == ["source.wrong_base"]
    assert [code for code, _, _ in refused(read_cpi, write(tmp_path / "c.csv", "a;b\n1;2\n"))] == ["source.not_cpi"]


def test_the_shipped_index_says_from_when_it_is_chained() -> None:
    """2015 is 100, 2019 is the last published figure, 2020 the first chained one."""
    reading = read_cpi()
    index = reading.table.set_index("year")
    assert (index["index_2015_100"][2015], index["chained"][2019], index["chained"][2020]) == (100.0, False, True)
    assert [note.facts["year"] for note in reading.notes] == ["2020"]


def test_the_age_profile_has_single_years_and_an_open_end(tmp_path: Path) -> None:
    """100 ages, the last one 99 and over."""
    table = read_cpb(cpb_workbook(tmp_path / "cpb_2022.xlsx")).table
    assert list(range(100)) == table["age_from"].tolist()
    assert table.loc[table["age_to"].isna(), "age_from"].tolist() == [99]
    last = table.iloc[-1][["price_year", "zvw_eur", "wlz_eur", "wmo_eur", "jeugdwet_eur"]]
    assert last.tolist() == [2022, 1099.0, 9900.0, 990.0, 0.0]


def test_a_profile_that_lacks_ages_is_refused(tmp_path: Path) -> None:
    """97 ages are no profile."""
    found = refused(read_cpb, cpb_workbook(tmp_path / "cpb_2022.xlsx", ages=97))
    assert found == [("source.ages_incomplete", 0, "97: 97, 98, 99")]


def test_cells_of_the_workbook_that_are_no_amounts(tmp_path: Path) -> None:
    """Text, negative amounts and empty cells come out together."""
    path = cpb_workbook(tmp_path / "cpb_2022.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["data"]
    page["B6"], page["C7"], page["D8"], page["A9"] = "veel", -1, None, "drie"
    book.save(path)
    assert refused(read_cpb, path) == [
        ("source.bad_number", 6, "veel"),
        ("source.bad_number", 7, "-1"),
        ("source.bad_number", 8, ""),
        ("source.bad_age_class", 9, "drie"),
    ]


def test_a_workbook_without_the_heading_or_a_column(tmp_path: Path) -> None:
    """Another workbook is named as such, a missing pocket by name."""
    book = openpyxl.Workbook()
    book.save(tmp_path / "other_2022.xlsx")
    assert refused(read_cpb, tmp_path / "other_2022.xlsx") == [("source.not_cpb", 0, "Sheet")]
    path = cpb_workbook(tmp_path / "cpb_2022.xlsx")
    book = openpyxl.load_workbook(path)
    book["data"]["C5"] = "AWBZ"
    book.save(path)
    with pytest.raises(SourceError) as caught:
        read_cpb(path)
    assert [(p.code, p.line, p.path) for p in caught.value.problems] == [("source.missing_column", 5, "wlz")]


def repacked(path: Path, member: str, content: bytes) -> Path:
    """The workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == member else old.read(part))
    path.write_bytes(out.getvalue())
    return path


def test_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    """Entities that multiply, parts that unpack to gigabytes, and files that are no workbook at all."""
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    sheet = "xl/worksheets/sheet1.xml"
    for member in (sheet, "xl/workbook.xml"):
        path = repacked(cpb_workbook(tmp_path / "cpb_2022.xlsx"), member, entity)
        assert [code for code, _, _ in refused(read_cpb, path)] == ["source.not_cpb"]
    path = repacked(cpb_workbook(tmp_path / "cpb_2022.xlsx"), sheet, b"<a>" + b" " * (70 * 2**20) + b"</a>")
    assert [code for code, _, _ in refused(read_cpb, path)] == ["source.too_big"]
    path = tmp_path / "cpb_2022.xlsx"
    path.write_bytes(b"Leeftijd;Zvw")
    assert [code for code, _, _ in refused(read_cpb, path)] == ["source.not_cpb"]
