"""An exported workbook: what stands where, what it shows without calculating, what may be changed, and its looks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from workbook_recalculation import recalculate_changed

from coalition import __version__
from coalition.agreement import smallest_transfer_of
from coalition.cells import as_expr
from coalition.cli import main
from coalition.errors import ScenarioError
from coalition.forms.theme import load_theme
from coalition.messages import render_all
from coalition.model import run_scenario
from coalition.money import HALF_CENT_EUR
from coalition.scenario import Scenario, load_scenario
from coalition.workbook import export as exporting
from coalition.workbook import recalculate
from coalition.workbook.book import build_book
from coalition.workbook.check_rows import checks_of
from coalition.workbook.checks import Check
from coalition.workbook.content import Content, contents
from coalition.workbook.contract import COLUMNS, INPUT_HASH, LANGUAGE, LAYOUT, LAYOUT_KEY, SCENARIO, VERSION
from coalition.workbook.export import AFTER, BEFORE, NAMES, export_workbook
from coalition.workbook.export_words import Words, load_words
from coalition.workbook.inputs import Stated
from coalition.workbook.intake import read_inputs
from coalition.workbook.limits import Limits, limits_of, said
from coalition.workbook.lint import lint
from coalition.workbook.looks import input_number
from coalition.workbook.pages import lines_of
from coalition.workbook.result_page import cents, shown_amounts
from coalition.workbook.result_rows import result_rows

SMALL, AGREED = "sociaal-hospitaal", "zutphen-vertrek"
"""A scenario of the law alone, and one with what is agreed; both are quick."""
COMPLETE = str(Path(__file__).resolve().parents[1] / "docs" / "complete" / "scenario.yaml")
needs_office = pytest.mark.skipif(recalculate.office() is None, reason="LibreOffice is not installed")


@dataclass(frozen=True)
class Made:
    """A scenario and its workbook."""

    scenario: Scenario
    path: Path
    content: Content

    def sheet(self, key: str) -> dict[str, Any]:
        """Values of one sheet by cell."""
        return {cell: own.value for (sheet, cell), own in self.content.cells.items() if sheet == NAMES[key][0]}

    def named(self, name: str) -> Any:
        """The value of a cell with a name."""
        place = self.content.place_of(name)
        assert place is not None
        return self.content.cells[place].value


def made(scenario: Scenario, folder: Path, **options: Any) -> Made:
    path = export_workbook(scenario, folder / f"{scenario.spec.scenario.name}.xlsx", **options)
    return Made(scenario, path, contents(path))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(load_scenario(SMALL), tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(load_scenario(AGREED), tmp_path_factory.mktemp("export"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


# --- what stands where ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_sheets_stand_in_their_order(lang: str, tmp_path: Path) -> None:
    """Cover, explanation, inputs, calculation, result, checks, comparison, changes, sources, words."""
    found = made(load_scenario(SMALL), tmp_path, lang=lang).content.sheets
    side = 0 if lang == "nl" else 1
    assert found[: len(BEFORE)] == tuple(NAMES[k][side] for k in BEFORE)
    assert found[-len(AFTER) :] == tuple(NAMES[k][side] for k in AFTER)
    calculation = found[len(BEFORE) : -len(AFTER)]
    assert calculation[0] in ("Tijdas", "Time_axis")
    names = "Tijdas|Time_axis|Berekening_|Calc_|Partijen|Parties|Boeking|Booking"
    assert all(re.match(names, name) for name in calculation)


def test_the_file_says_what_it_is(small: Made) -> None:
    """Properties by which an import and a verification know the workbook."""
    assert (
        small.content.properties.items()
        >= {
            SCENARIO: "sociaal_hospitaal",
            INPUT_HASH: small.scenario.input_hash,
            VERSION: __version__,
            LAYOUT_KEY: LAYOUT,
            LANGUAGE: "nl",
        }.items()
    )


def test_two_exports_are_the_same_bytes(small: Made, tmp_path: Path) -> None:
    """No clock and no chance stands in the file; an older file is replaced and nothing is left beside it."""
    path = tmp_path / small.path.name
    path.write_text("older")
    export_workbook(small.scenario, path)
    assert digest(path) == digest(small.path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_failed_export_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is moved into place when it is whole."""
    path = tmp_path / "x.xlsx"
    path.write_text("older")

    def stop(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(exporting._Export, "write", stop)
    with pytest.raises(RuntimeError):
        export_workbook(load_scenario(SMALL), path)
    assert path.read_text() == "older"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder that is not there is the user's to make, and no defect."""
    with pytest.raises(ScenarioError) as caught:
        export_workbook(load_scenario(SMALL), tmp_path / "absent" / "x.xlsx")
    assert [p.code for p in caught.value.problems] == ["export.unwritable"]
    (tmp_path / "x.xlsx").mkdir()
    with pytest.raises(ScenarioError) as caught:
        export_workbook(load_scenario(SMALL), tmp_path / "x.xlsx")
    assert "Sluit het in andere programma's" in render_all(list(caught.value.problems), "nl")
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]


def test_the_rules_of_form_hold(small: Made, agreed: Made) -> None:
    """One formula per row, no constants in formulas, functions that every spreadsheet knows, nothing hidden."""
    assert lint(small.content) == []
    assert lint(agreed.content) == []


# --- inputs -----------------------------------------------------------------------------------------------------------


def test_every_input_has_a_row_and_a_name(small: Made) -> None:
    """The column of values holds what the scenario states; the name of each cell points to it."""
    book, sheet = build_book(small.scenario), small.sheet("inputs")
    assert [sheet[f"{column}4"] for column in "ABCDEFGHIJK"] == [h.nl for h in COLUMNS.values()]
    for line in book.frame.inputs.scalars:
        row = line.row_number
        assert sheet[f"A{row}"] == line.key
        assert small.content.names[line.name].replace("$", "") == f"Invoer!C{row}"
        if line.key != "scenario.discount.per_year":
            assert small.named(line.name) == sheet[f"J{row}"] == float(line.values)
        assert sheet[f"K{row}"] == 0


def test_a_number_shows_its_range_source_standing_and_place(small: Made) -> None:
    """What stands behind a number in the scenario stands behind it in the workbook, in words of the reader."""
    path, sheet = "interventions.sociaal_hospitaal.cost.per_starter.0", small.sheet("inputs")
    row = next(cell[1:] for cell, value in sheet.items() if value == path)
    number = small.scenario.spec.interventions["sociaal_hospitaal"].cost.per_starter[0]
    assert sheet[f"G{row}"] == number.source
    assert sheet[f"H{row}"] in {"gelezen", "afgeleid", "aanname", "eigen opgave"}
    assert re.search(r":\d+$|^catalogue$", sheet[f"I{row}"])
    assert (sheet.get(f"E{row}"), sheet.get(f"F{row}")) == (number.low, number.high)


def test_an_importer_reads_it_back_without_a_problem(small: Made, agreed: Made) -> None:
    """The promises of contract.py are kept: ids, headings, tables and names are all found."""
    for one in (small, agreed):
        intake = read_inputs(BytesIO(one.path.read_bytes()), one.path.name)
        assert intake.problems == []
        book = build_book(one.scenario)
        assert set(intake.scalars) == {line.key for line in book.frame.inputs.scalars}
        assert {id for table in intake.tables.values() for id in table.rows} == {
            line.key for line in book.frame.inputs.tables
        }


def test_only_inputs_and_remarks_can_be_changed(small: Made) -> None:
    """Everything but yellow cells is locked, on every sheet, without a password."""
    unlocked = {(sheet, cell) for (sheet, cell), own in small.content.cells.items() if not own.locked}
    assert {sheet for sheet, _ in unlocked} == {"Voorblad", "Invoer", "Invoer_tabellen"}
    assert {cell[0] for sheet, cell in unlocked if sheet == "Invoer"} == {"C"}
    book = openpyxl.load_workbook(small.path)
    assert all(sheet.protection.sheet and sheet.protection.password is None for sheet in book.worksheets)
    assert all(sheet.protection.formatColumns is False for sheet in book.worksheets)  # False: not forbidden


def test_every_input_says_what_may_be_typed(small: Made) -> None:
    """Each value has a validation with a sentence before and after typing."""
    book = openpyxl.load_workbook(small.path)
    for name in ("Invoer", "Invoer_tabellen"):
        rules = book[name].data_validations.dataValidation
        covered = {cell for rule in rules for area in str(rule.sqref).split() for cell in _cells(area)}
        unlocked = {cell for (sheet, cell), own in small.content.cells.items() if sheet == name and not own.locked}
        assert unlocked <= covered
        assert all(rule.prompt and rule.error and rule.showErrorMessage for rule in rules)


def _cells(area: str) -> list[str]:
    from openpyxl.utils import rows_from_range

    return [cell for row in rows_from_range(area) for cell in row]


@pytest.mark.parametrize(
    ("kind", "value", "limits", "sentence"),
    [
        ("switch", 1.0, Limits(whole=True, switch=True, low=0, high=1), "1 is aan, 0 is uit."),
        ("whole", 2.0, Limits(whole=True), "Een geheel getal."),
        ("years", 2.0, Limits(), "Een getal."),
        ("share", 0.5, Limits(low=0.0, high=1.0), "Een deel van 0 % tot en met 100 %. Typ 5% of 0,05."),
    ],
)
def test_plain_values_have_the_limits_of_their_kind(kind: str, value: float, limits: Limits, sentence: str) -> None:
    """An element of a list has no type of its own in the schema; its kind decides."""
    stated = Stated("interventions.x.ramp_up.0", None, kind, "")
    found = limits_of(load_scenario(SMALL), stated, value, (2017, 2030))
    assert (found, said(found, kind, "nl")) == (limits, sentence)


def test_numbers_have_the_limits_of_their_type() -> None:
    """A share ends at 1, a cost at 0; growth may be negative; what the schema allows is what the cell allows."""
    scenario = load_scenario(SMALL)
    inputs = build_book(scenario).frame.inputs
    found = {
        type(s.number).__name__: limits_of(scenario, s, s.number.value, (2017, 2030))
        for s in inputs.behind.values()
        if s.number is not None
    }
    assert (found["Share"].low, found["Share"].high) == (0, 1)
    assert (found["EuroCost"].low, found["EuroCost"].high) == (0, None)
    assert (found["Growth"].low, found["Growth"].high) == (-0.5, 0.5)
    assert found["Euro"] == Limits()


def test_a_start_must_fit_the_time_axis_and_the_past_need_not() -> None:
    """A year of the plan lies on the axis; a year that it is measured by may lie before it."""
    scenario = load_scenario(SMALL)
    start = limits_of(scenario, Stated("interventions.x.starts.first", None, "year", ""), 2018.0, (2017, 2030))
    past = limits_of(scenario, Stated("arrangements.contracts.x.base.first", None, "year", ""), 2014.0, (2017, 2030))
    assert (start.low, start.high, past.low, past.high) == (2017, 2030, 1990, 2150)
    assert said(start, "year", "en") == "A calendar year from 2017 to 2030."


@pytest.mark.parametrize(
    ("kind", "value", "shape"),
    [
        ("share", 0.35, "0.0%"),
        ("share", 0.00123, "0.000%"),
        ("rate", 0.028, "0.00%"),
        ("count", 1200.0, "#,##0"),
        ("count", 0.02, "#,##0.00"),
        ("share", float("nan"), "0.0%"),
    ],
)
def test_an_input_shows_all_its_decimals(kind: str, value: float, shape: str) -> None:
    """A share of 0.123 percent that shows 0.1 % would be another share when it is typed over."""
    assert input_number(kind, value) == shape


# --- what it shows ----------------------------------------------------------------------------------------------------


def test_every_formula_carries_its_value(small: Made, agreed: Made) -> None:
    """A viewer that does not calculate shows every number; no cell is an error or empty."""
    for one in (small, agreed):
        values = [own.value for own in one.content.cells.values() if own.formula is not None]
        assert len(values) > 500
        assert all(isinstance(v, float | int) or (isinstance(v, str) and v and v[0] != "#") for v in values)


def test_the_table_of_parties_is_that_of_the_model(small: Made) -> None:
    """Each party's four amounts, to the cent that rounding as a column allows."""
    sheet = small.sheet("results")
    rows = {sheet[cell]: int(cell[1:]) for cell in sheet if cell[0] == "B"}
    for found in run_scenario(small.scenario).run.parties:
        if not (found.paid.any() or found.gained.any()):
            continue
        row = next(r for name, r in rows.items() if name == found.party.name_nl and f"D{r}" in sheet)
        row = min(int(c[1:]) for c in sheet if c[0] == "B" and sheet[c] == found.party.name_nl)
        expected = (found.paid.sum(), found.gained.sum(), found.net.sum(), found.npv[0])
        for column, amount in zip("CDEF", expected, strict=True):
            assert sheet[f"{column}{row}"] == pytest.approx(amount, abs=0.0201)


def test_the_law_and_the_agreement_stand_side_by_side(agreed: Made) -> None:
    """With an agreement the table has both results and their difference."""
    sheet = agreed.sheet("results")
    texts = [v for v in sheet.values() if isinstance(v, str)]
    assert {"de wet alleen", "met afspraken", "verschil: saldo", "verschil: contante waarde"} <= set(texts)
    total = next(int(c[1:]) for c, v in sheet.items() if c[0] == "B" and v == "totaal")
    assert sheet[f"M{total}"] == pytest.approx(sheet[f"J{total}"] - sheet[f"E{total}"], abs=0.001)


@pytest.mark.parametrize("name", ["stevig-staan", "zutphen-vertrek", "sociaal-hospitaal-bond"])
def test_the_smallest_transfer_is_that_of_the_run(name: str, tmp_path: Path) -> None:
    """Winners that can pay all of it, that can pay none of it, and nothing to pay."""
    scenario = load_scenario(name)
    found = smallest_transfer_of(run_scenario(scenario))
    sheet = openpyxl.load_workbook(export_workbook(scenario, tmp_path / "x.xlsx"), data_only=True)["Resultaat"]
    shown = {row[1].value: row[3].value for row in sheet.iter_rows(max_row=16)}
    assert shown["kleinste overdracht aan tafel"] == pytest.approx(found.total_eur, abs=0.005)
    assert shown["daarvan kan niemand betalen"] == pytest.approx(found.short_eur, abs=0.005)


def test_where_a_payment_is_forbidden_the_smallest_transfer_is_no_formula() -> None:
    """Money then goes round the link, which a linear programme finds."""
    book = build_book(load_scenario(COMPLETE))
    assert book.scenario.spec.arrangements.forbidden_links
    assert not result_rows(book).transfers


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=30))
def test_what_is_shown_adds_up_to_the_rounded_sum(values: list[float]) -> None:
    """No cent is lost, and no shown amount is more than a cent from its own."""
    shown = shown_amounts(values)
    assert sum(map(round, (100 * s for s in shown))) == round(100 * cents(list(accumulate(values))[-1]))
    assert all(abs(a - b) < 0.0101 for a, b in zip(shown, values, strict=True))


def test_a_half_cent_goes_away_from_zero() -> None:
    """As ROUND of a spreadsheet does, which reads the decimals that are shown."""
    assert (cents(1.005), cents(-1.005), cents(2.675)) == (1.01, -1.01, 2.68)


def test_the_result_has_charts_that_can_be_read_in_grey(small: Made, agreed: Made) -> None:
    """Bars differ in pattern, lines in marker and dash; every chart has a title."""
    for one, count in ((small, 3), (agreed, 4)):
        with ZipFile(one.path) as archive:
            charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
        assert len(charts) == count
        assert all("<c:title>" in chart for chart in charts)
        assert any("<a:pattFill" in chart for chart in charts)
        assert any("<c:marker>" in chart for chart in charts)


def test_sheets_are_ready_to_print(small: Made) -> None:
    """A4, one page wide, titles on every page, a footer with file, sheet and page; landscape but for the cover."""
    for sheet in openpyxl.load_workbook(small.path).worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (1, None)  # None: the default, which is 1
        set_up: Any = sheet.sheet_properties.pageSetUpPr
        footer: Any = sheet.oddFooter
        assert set_up.fitToPage
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == "Voorblad" else "landscape")
        assert (footer.left.text, footer.center.text) == ("&F", "&A")
        assert re.fullmatch("pagina &(P|\\[Page\\]) van &(N|\\[Pages\\])", footer.right.text)
    time = openpyxl.load_workbook(small.path)["Tijdas"]
    assert (time.freeze_panes, time.print_title_rows) == ("G5", "$1:$4")


# --- checks -----------------------------------------------------------------------------------------------------------


def test_all_checks_hold_and_the_cover_says_so(small: Made, agreed: Made) -> None:
    """One cell is 1 when all of them hold; the cover says it in words and counts the changed inputs."""
    for one in (small, agreed):
        assert one.named("check_master") == 1
        assert one.sheet("cover")["C8"] == "Alle controles kloppen"
        assert one.sheet("cover")["C10"] == 0
        assert one.sheet("results")["B4"] == "Alle controles kloppen"


def test_a_check_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A further check takes part; when it fails, the cover sends the reader to it."""

    def with_more(*given: Any) -> list[Check]:
        return [
            *checks_of(*given),
            Check("dit klopt niet", as_expr(1), as_expr(0), HALF_CENT_EUR),
            Check("dit wel", as_expr(0), as_expr(1), HALF_CENT_EUR, "at_most"),
        ]

    monkeypatch.setattr(exporting, "checks_of", with_more)
    found = made(load_scenario(SMALL), tmp_path)
    assert found.named("check_master") == 0
    assert found.sheet("cover")["C8"] == "1 controle klopt niet: zie Controles"
    assert found.sheet("cover")["C9"] == "dit klopt niet"
    checks = found.sheet("checks")
    row = next(cell[1:] for cell, value in checks.items() if value == "dit klopt niet")
    assert [checks[f"{c}{row}"] for c in "DEFHI"] == [1, 0, 1, 0, "klopt niet"]
    after = int(row) + 1
    assert [checks[f"{c}{after}"] for c in "FH"] == [0, 1]


def test_a_check_that_cannot_be_asked_holds() -> None:
    """Results are only compared with those of the model as long as nothing is changed."""
    check = Check("x", as_expr(1), as_expr(0), HALF_CENT_EUR)
    assert not check.holds
    assert replace(check, applies=as_expr(0)).holds
    assert not replace(check, applies=as_expr(1)).holds


@needs_office
def test_a_spreadsheet_shows_the_same_and_follows_a_changed_input(small: Made) -> None:
    """Recalculated, nothing moves; with another reach the checks still hold and the result is that of the model."""
    reach = next(n for n in small.content.names if n.endswith(("starts_last", "_reach")))
    value = small.named(reach)
    other = value + 1 if value > 1 else value / 2
    same, changed = recalculate_changed(small.path, [{}, {reach: other}])
    for place, shown in same.items():
        stored = small.content.cells[place].value
        assert shown == (pytest.approx(stored, abs=1e-6, rel=1e-12) if isinstance(stored, float | int) else stored)
    for values in (same, changed):
        assert values[small.content.place_of("check_master") or ("", "")] == 1
        assert values["Voorblad", "C9"] == "–"
    assert same["Voorblad", "C8"] == "Alle controles kloppen"
    assert str(changed["Voorblad", "C8"]).startswith("3 controles zijn niet te doen nu invoer is veranderd")
    assert changed["Voorblad", "C10"] == 1
    key = next(line for line in build_book(small.scenario).frame.inputs.scalars if line.name == reach).key
    written = f"{key}={other:.0f}" if value > 1 else f"{key}={other!r}"
    expected = build_book(load_scenario(SMALL, [written]))
    result = next(s for s in build_book(small.scenario).frame.sheets if s.name == "Partijen")
    assert result.name == "Partijen"
    for rows in expected.accounts.rows.values():
        line = build_book(small.scenario).accounts.rows[rows.id].npv["law"]
        place = ("Partijen", f"D{line.row_number}")
        assert changed[place] == pytest.approx(float(rows.npv["law"].values), abs=HALF_CENT_EUR)


# --- words and looks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_name_never_becomes_a_formula(start: str, tmp_path: Path) -> None:
    """Names come from users; one that begins like a formula stays a name."""
    scenario = load_scenario(SMALL)
    evil = f"{start}1+1|cmd"
    intervention = scenario.spec.interventions["sociaal_hospitaal"].model_copy(update={"name": evil})
    insurers = {n: i.model_copy(update={"name": evil}) for n, i in scenario.spec.parties.insurers.items()}
    parties = scenario.spec.parties.model_copy(update={"insurers": insurers})
    head = scenario.spec.scenario.model_copy(update={"title": evil})
    update = {"interventions": {"sociaal_hospitaal": intervention}, "parties": parties, "scenario": head}
    found = made(replace(scenario, spec=scenario.spec.model_copy(update=update)), tmp_path)
    shown = [own for own in found.content.cells.values() if isinstance(own.value, str) and own.value.startswith(evil)]
    assert len(shown) > 5
    assert all(own.formula is None for own in shown)
    formulas = {own.formula for own in found.content.cells.values() if own.formula is not None}
    assert not [f for f in formulas if "cmd" in f]


@dataclass(frozen=True)
class Row:
    """A line of a log of changes."""

    date: str = "2027-03-01"
    who: str = "=wie"
    label: str = "bereik"
    path: str = "interventions.x.reach"
    old: str = "0.1"
    new: str = "0.2"
    reason: str = "nieuwe opgave"


def test_earlier_changes_are_listed(small: Made, tmp_path: Path) -> None:
    """A row per change; without any the sheet says so."""
    assert small.sheet("changes")["B5"] == "nog geen wijzigingen"
    found = made(small.scenario, tmp_path, changes=[Row()]).sheet("changes")
    assert [found[f"{c}5"] for c in "BCDEFGH"] == [
        "2027-03-01", "=wie", "bereik", "interventions.x.reach", "0.1", "0.2", "nieuwe opgave",
    ]  # fmt: skip


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def test_a_municipality_has_its_own_colours_and_logo(small: Made, tmp_path: Path) -> None:
    """A theme file says only what is otherwise; the logo lies beside it."""
    (tmp_path / "wapen.png").write_bytes(PICTURE)
    file = tmp_path / "huisstijl.yaml"
    file.write_text('colours:\n  title: "#006633"\nfont: Arial\nlogo: wapen.png\n')
    found = made(small.scenario, tmp_path, theme=load_theme(file))
    with ZipFile(found.path) as archive:
        styles = archive.read("xl/styles.xml").decode()
        assert "FF006633" in styles
        assert 'name val="Arial"' in styles
        assert any(name.startswith("xl/media/") for name in archive.namelist())


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("colour:\n  title: red\n", "theme.unknown", 1),
        ("colours:\n  titel: '#000000'\n", "theme.unknown", 2),
        ("colours:\n  title: red\n", "theme.colour", 2),
        ("colours:\n  title: #154273\n", "theme.colour", 2),
        ("colours: blauw\n", "theme.colour", 1),
        ("font: 12\n", "theme.font", 1),
        ("logo: absent.png\n", "theme.logo", 1),
    ],
)
def test_what_is_wrong_with_a_theme_is_said_with_its_line(text: str, code: str, line: int, tmp_path: Path) -> None:
    """A wrong colour would only be seen when the workbook is opened, or would make it unreadable."""
    file = tmp_path / "huisstijl.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load_theme(file)
    assert [(p.code, p.line) for p in caught.value.problems] == [(code, line)]
    for lang in ("nl", "en"):
        assert "huisstijl.yaml" in render_all(list(caught.value.problems), lang)


def test_a_theme_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Not the shipped one in silence."""
    with pytest.raises(ScenarioError) as caught:
        load_theme(tmp_path / "absent.yaml")
    assert [p.code for p in caught.value.problems] == ["theme.missing"]


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        ("title", lambda w: w.text("title")),
        ("cover.intro", lambda w: w.texts("cover.intro")),
        ("cover.find", lambda w: w.rows("cover.find", 3)),
        ("sheets.cover", lambda w: w.sheet("cover")),
        ("explanation", lambda w: w.sections("explanation")),
        ("widths.label", lambda w: w.width("label")),
    ],
)
def test_words_that_are_missing_or_malformed_are_said(path: str, ask: Any) -> None:
    """Whoever edits the words hears which ones are gone."""
    words = load_words("nl", {})
    assert ask(words)
    for broken in ("", {"nl": 3}, {"nl": None}, {"nl": ["x"] if path != "cover.intro" else "x"}):
        if path == "title" and broken not in ("", {"nl": None}):
            continue
        found = Words(replace(words.document, data=_with(words.document.data, path, broken)), "nl", {})
        with pytest.raises(ScenarioError) as caught:
            ask(found)
        assert [p.code for p in caught.value.problems] == ["layout.missing"]


def _with(data: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    key, _, rest = path.partition(".")
    return {**data, key: _with(data[key], rest, value) if rest else value}


def test_every_word_stands_in_both_languages() -> None:
    """A text in one language has its twin, of the same shape."""

    def shape(found: Any) -> Any:
        return [shape(f) for f in found] if isinstance(found, list) else type(found).__name__

    def walk(found: Any, path: str) -> None:
        if isinstance(found, dict) and {"nl", "en"} & set(found):
            assert set(found) == {"nl", "en"}, path
            assert shape(found["nl"]) == shape(found["en"]), path
        elif isinstance(found, dict):
            for key, below in found.items():
                walk(below, f"{path}.{key}")

    walk(load_words("nl", {}).document.data, "")


def test_a_row_is_high_enough_for_its_words() -> None:
    """A wrapped text is never cut off."""
    assert lines_of("kort", 60) == 1
    assert lines_of("woord " * 40, 60) == 4
    assert lines_of("een\ntwee", 60) == 2


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_and_says_where_to_begin(tmp_path: Path) -> None:
    """Nothing on standard output; an input may be set."""
    path = tmp_path / "x.xlsx"
    found = run("export", SMALL, str(path), "--set", "scenario.horizon_years=5")
    assert found.exit_code == 0
    assert found.stdout == ""
    assert "Begin op het blad Voorblad" in found.stderr
    found = run("export", SMALL, str(path), "--lang", "en", "--force")
    assert "Begin on the sheet Cover" in found.stderr
    assert contents(path).sheets[0] == "Cover"


def test_a_workbook_that_may_be_filled_in_is_not_replaced(tmp_path: Path) -> None:
    """An export over a file with somebody's inputs would lose them; only --force does that."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"filled in")
    found = run("export", SMALL, str(path))
    assert (found.exit_code, found.stdout) == (3, "")
    assert "bestaat al en wordt niet overschreven" in found.stderr
    assert "--force" in run("export", SMALL, str(path), "--lang", "en").stderr
    assert path.read_bytes() == b"filled in"


def test_the_command_wants_a_workbook_and_a_theme_that_is_there(tmp_path: Path) -> None:
    """Exit code 2 for a name that no spreadsheet opens, 3 for a theme that is not there."""
    assert run("export", SMALL, str(tmp_path / "x.xls")).exit_code == 2
    assert run("export", SMALL, str(tmp_path / "x.xlsx"), "--theme", str(tmp_path / "no.yaml")).exit_code == 3
    assert list(tmp_path.iterdir()) == []
