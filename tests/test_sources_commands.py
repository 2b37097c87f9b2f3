"""`coalition source …`: data on standard output or in a file, notes on standard error, in two languages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_up.published import CPI_STATLINE, cpb_workbook, kwb_text, vektis_rows, vektis_text, with_rest_row, write

from coalition.errors import SourceError
from coalition.source_commands import source
from coalition.sources import note_texts
from coalition.sources.messages import MESSAGES
from coalition.sources.reading import Note

PACKAGE = Path(__file__).resolve().parents[1] / "coalition"
NAMES = ["ASSEN", "MEPPEL"]
AREAS = {
    "GM0106": ("Assen", ["1500", "1000", "2100", "2600", "1300"]),
    "WK010600": ("Centrum", ["500", "400", "700", "600", "305"]),
    "GM0119": ("Meppel", ["700", "500", "1000", "1200", "700"]),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(source, [str(argument) for argument in arguments])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {
        "vektis": write(tmp_path / "vektis_2019_gemeente.csv", vektis_text(with_rest_row(vektis_rows(NAMES), 1))),
        "kwb": write(tmp_path / "kwb_2024.csv", kwb_text(AREAS)),
        "cpb": cpb_workbook(tmp_path / "cpb_2022.xlsx"),
        "cpi": write(tmp_path / "cpi.csv", CPI_STATLINE),
    }


def test_vektis_goes_to_standard_output_and_its_notes_beside_it(files: dict[str, Path]) -> None:
    """The data can be piped on; the notes do not get into it."""
    done = run("vektis", files["vektis"])
    lines = done.stdout.splitlines()
    assert (done.exit_code, len(lines)) == (0, 1 + 2 * 38)
    assert lines[0].startswith("year,area,name,sex,age_from,age_to,persons,insured_years,cost_eur,")
    assert lines[1].startswith("2019,GM0106,ASSEN,M,0,4,40,39.2,")
    assert "restregel" in done.stderr
    assert "rest row" in run("vektis", files["vektis"], "--lang", "en").stderr


def test_several_years_go_into_one_file(files: dict[str, Path], tmp_path: Path) -> None:
    """One table for a panel; the same year twice is refused."""
    other = write(tmp_path / "vektis_2016_gemeente.csv", vektis_text(vektis_rows(NAMES, 2016)))
    done = run("vektis", files["vektis"], other, "-o", tmp_path / "out.csv")
    assert (done.exit_code, done.stdout) == (0, "")
    rows = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert ({"2019", "2016"}, 1 + 4 * 38) == ({row[:4] for row in rows[1:]}, len(rows))
    twice = run("vektis", files["vektis"], files["vektis"])
    assert isinstance(twice.exception, SourceError)
    assert [p.code for p in twice.exception.problems] == ["source.duplicate_row"]


def test_cbs_cpb_and_the_price_index(files: dict[str, Path]) -> None:
    """Each file gives its own table; without a file the shipped index is shown."""
    assert "2024,GM0106,municipality,,Assen,8500,1500,1000,2100,2600,1300" in run("cbs", files["kwb"]).stdout
    assert "2022,99,,1099,9900,990,0" in run("cpb", files["cpb"]).stdout
    assert "2015,100,0.6,false" in run("cpi", files["cpi"]).stdout
    assert "2015,100,0.6,false" in run("cbs", files["cpi"]).stdout
    assert "2024,130.26,3.3,true" in run("cpi").stdout


def region_options(files: dict[str, Path]) -> list[str | Path]:
    return ["region", "--vektis", files["vektis"], "--kwb", files["kwb"], "--cpb", files["cpb"], "--zvw-year", "2019"]


def test_a_region_becomes_two_tables(files: dict[str, Path], tmp_path: Path) -> None:
    """By name, with the notes of every source on standard error."""
    out = tmp_path / "region"
    done = run(*region_options(files), "--municipality", "Assen", "--municipality", "GM0119", "-o", out)
    assert (done.exit_code, done.stdout, done.exception) == (0, "", None)
    assert sorted(path.name for path in out.iterdir()) == ["cost.csv", "region.csv"]
    assert len((out / "cost.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 * 19 * 4
    for word in ("restregel", "rondt aantallen", "Niets is geïndexeerd", "landelijke leeftijdsprofiel"):
        assert word in done.stderr


def test_a_region_per_wijk(files: dict[str, Path], tmp_path: Path) -> None:
    """The same command, one level lower."""
    done = run(*region_options(files), "--municipality", "Assen", "--level", "wijk", "-o", tmp_path, "--lang", "en")
    assert done.exit_code == 0
    assert "WK010600,GM0106,2024,0,4," in (tmp_path / "region.csv").read_text(encoding="utf-8")
    assert "CBS rounds their inhabitants to 5" in done.stderr


def test_a_wrong_name_or_year_stops_before_anything_is_written(files: dict[str, Path], tmp_path: Path) -> None:
    """The error goes on to whoever shows it; no file appears."""
    out = tmp_path / "region"
    for options in (["--municipality", "Hogeveen"], ["--province", "Drenthe", "--zvw-year", "2020"]):
        done = run(*region_options(files), *options, "-o", out)
        assert isinstance(done.exception, SourceError)
        assert not out.exists()


def test_no_province_and_no_municipality_is_refused(files: dict[str, Path], tmp_path: Path) -> None:
    """The whole country is never meant by accident."""
    done = run(*region_options(files), "-o", tmp_path)
    assert isinstance(done.exception, SourceError)
    assert [p.code for p in done.exception.problems] == ["source.no_area"]


def test_every_code_has_its_sentences_and_every_sentence_its_code() -> None:
    """Problems and notes that the readers can give are exactly those that are explained."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((PACKAGE / "sources").glob("*.py"))
        if path.name not in ("messages.py", "note_texts.py")
    )
    assert set(re.findall(r'"(source\.[a-z_]+)"', code)) == set(MESSAGES)
    plain = set(re.findall(r'"(note\.[a-z0-9_]+)"', code)) | {f"note.break_{year}" for year in (2015, 2020, 2021)}
    assert plain == set(note_texts.NOTES)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_sentence_is_there_in_both_languages(lang: str) -> None:
    """No empty text, and the two languages name the same facts."""
    for note in note_texts.NOTES.values():
        assert note.of(lang).endswith((".", "}."))
        assert set(re.findall(r"{(\w+)}", note.nl)) == set(re.findall(r"{(\w+)}", note.en))
    for message in MESSAGES.values():
        pair = (message.nl_meaning, message.nl_remedy) if lang == "nl" else (message.en_meaning, message.en_remedy)
        assert all(len(text) > 10 for text in pair)
        assert set(re.findall(r"{(\w+)}", message.nl_meaning)) == set(re.findall(r"{(\w+)}", message.en_meaning))


def test_numbers_in_notes_follow_the_language() -> None:
    """A thousand is 1.000 in Dutch and 1,000 in English; a year has no mark."""
    note = Note("note.cpi_chained", facts={"year": "2020"})
    assert "vanaf 2020" in note.sentence("nl")
    note = Note("note.rest_row", "x.csv", {"rows": 1, "persons": 1000, "cost_eur": 2500000})
    assert note.sentence("nl").startswith("x.csv: Weggelaten")
    assert ("1.000 verzekerden, 2.500.000 euro" in note.sentence("nl"), "1,000 insured" in note.sentence("en")) == (
        True,
        True,
    )


def test_the_commands_load_without_the_heavy_packages() -> None:
    """`--help` may not wait for pandas."""
    heavy = "{'pandas', 'numpy', 'openpyxl', 'babel'}"
    check = f"import sys, coalition.source_commands; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout.strip() == "[]"
