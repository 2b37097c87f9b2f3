"""A workbook that was tampered with, or that no longer follows from its formulas, is found out and named."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import workbook_building as building
from click.testing import CliRunner, Result
from defusedxml.common import DTDForbidden
from workbook_recalculation import changed_copy, recalculate_changed

from coalition.cli import main
from coalition.errors import EngineError, InputError, MissingExtraError, ScenarioError
from coalition.scenario import Scenario
from coalition.workbook import recalculate
from coalition.workbook.anew import Anew
from coalition.workbook.content import contents
from coalition.workbook.findings import REMARKS, Finding, Kind
from coalition.workbook.lint import lint, relative
from coalition.workbook.recalculate import Engine, recalculated
from coalition.workbook.stored import Value, formula_values
from coalition.workbook.verify import compare_contents, in_order, same, spelled, verify
from coalition.workbook.verify_text import WORDS

needs_office = pytest.mark.skipif(recalculate.office() is None, reason="LibreOffice is not installed")
BLOCK = "Berekening_1"
SHEETS = {"Invoer": 1, "Tijdas": 2, BLOCK: 3, "Controles": 4}
STARTERS, GROSS, PAID = 7, 14, 15
"""Rows of the calculation sheet, counted from 1."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as it was exported."""
    return building.write(tmp_path_factory.mktemp("workbook") / "werkboek.xlsx", building.sheets())


def edited(path: Path, copy: Path, sheet: str, old: str, new: str) -> Path:
    """A copy with one text in the XML of a sheet replaced; "" stands for the workbook part."""
    part = f"xl/worksheets/sheet{SHEETS[sheet]}.xml" if sheet else "xl/workbook.xml"
    with ZipFile(path) as source, ZipFile(copy, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name).decode("utf-8", "surrogateescape")
            if name == part:
                assert old in data, old
                data = data.replace(old, new, 1)
            target.writestr(name, data.encode("utf-8", "surrogateescape"))
    return copy


def formula_at(path: Path, cell: str, sheet: str = BLOCK) -> str:
    found = contents(path).cells[sheet, cell].formula
    assert found is not None
    return found.removeprefix("=").replace(">", "&gt;").replace("<", "&lt;")


def tampered(path: Path, copy: Path, cell: str, formula: str) -> Path:
    """A copy in which one cell has another formula, and still shows the old value."""
    old = f'<c r="{cell}"><f>{formula_at(path, cell)}</f>'
    return edited(path, copy, BLOCK, old, f'<c r="{cell}"><f>{formula}</f>')


def found_in(path: Path) -> list[tuple[Kind, str, str]]:
    return [(f.kind, f.sheet, f.cell) for f in lint(contents(path))]


def against(found: Path, expected: Path) -> list[Finding]:
    return compare_contents(contents(found), contents(expected))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)], catch_exceptions=False)


# --- reading ------------------------------------------------------------------------------------------------------


def test_the_content_has_formulas_values_and_locks(clean: Path) -> None:
    """An input is unlocked and has no formula; a formula is locked and has the value that it shows."""
    content = contents(clean)
    reach, starters = content.cells["Invoer", "D6"], content.cells[BLOCK, f"H{STARTERS}"]
    assert (reach.formula, reach.value, reach.locked) == (None, 0.25, False)
    assert (starters.formula, starters.value, starters.locked) == ("=in_reach*Invoer!H8", 0.25 * 1010, True)
    assert content.place_of("in_reach") == ("Invoer", "D6")
    assert content.properties == {"coalition_scenario": "nergens", "coalition_layout": 1}


@pytest.mark.parametrize("bytes_", [b"", b"PK\3\4 not a zip", b"plain text"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, bytes_: bytes) -> None:
    """Exit code 3 with a sentence, whatever the file holds."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(bytes_)
    with pytest.raises(InputError):
        contents(path)
    assert run(path).exit_code == 3
    assert run(tmp_path / "absent.xlsx").exit_code == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sheetData>", "<sheetData"),
        ("<worksheet ", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet '),
        (f'<c r="G{STARTERS}"><f>', f'<c r="G{STARTERS}" t="n"><f>in_reach</f><v>x</v></c><c r="G{STARTERS}"><f>'),
    ],
)
def test_a_damaged_sheet_is_refused(clean: Path, tmp_path: Path, old: str, new: str) -> None:
    """Not well formed, with entities of its own, or with a number that is none: exit code 3 and no traceback."""
    assert run(edited(clean, tmp_path / "x.xlsx", BLOCK, old, new)).exit_code == 3


def test_values_are_not_read_from_a_sheet_with_entities(clean: Path, tmp_path: Path) -> None:
    """A few bytes could become millions."""
    path = edited(clean, tmp_path / "x.xlsx", BLOCK, "<worksheet ", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet ')
    with pytest.raises(DTDForbidden):
        formula_values(path)


def test_a_formula_shared_by_several_cells_is_read_for_each(clean: Path, tmp_path: Path) -> None:
    """Excel stores a copied formula once; it is the same formula all the same."""
    old = f'<c r="H{STARTERS}"><f>in_reach*Invoer!H8</f>'
    first = f'<c r="G{STARTERS}"><f>in_reach*Invoer!G8</f>'
    shared = edited(
        clean,
        tmp_path / "1.xlsx",
        BLOCK,
        first,
        first.replace("<f>", f'<f t="shared" ref="G{STARTERS}:H{STARTERS}" si="0">'),
    )
    shared = edited(shared, tmp_path / "2.xlsx", BLOCK, old, f'<c r="H{STARTERS}"><f t="shared" si="0"/>')
    assert against(shared, clean) == []


# --- rules of form ------------------------------------------------------------------------------------------------


def test_an_export_keeps_the_rules(clean: Path) -> None:
    """Nothing is found in a workbook as it was exported."""
    assert lint(contents(clean)) == []


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("in_reach*Invoer!H8*1.02", Kind.CONSTANT),
        ("in_reach*Invoer!H8+12", Kind.CONSTANT),
        ("in_reach*5%*Invoer!H8", Kind.CONSTANT),
        ("ROUND(12,2)", Kind.CONSTANT),
        ('SUMIF(Invoer!G8:L8,"&gt;1000")', Kind.CONSTANT),
        ("in_reach*#REF!", Kind.FORMULA_ERROR),
        ("in_reach*TODAY()", Kind.FUNCTION),
        ("_xlfn.XLOOKUP(in_reach,Invoer!G8:L8,Invoer!G8:L8)", Kind.FUNCTION),
        ("OFFSET(Invoer!H8,0,0)", Kind.FUNCTION),
        ('WEBSERVICE("https://example.org")', Kind.OUTSIDE),
        ("[1]Blad1!A1", Kind.OUTSIDE),
        ("IF(in_reach,IF(in_reach,IF(in_reach,1,0),0),0)", Kind.NESTED_IF),
        ("in_reach" + "+in_reach" * 120, Kind.LONG),
    ],
)
def test_a_formula_that_breaks_a_rule_is_named(clean: Path, tmp_path: Path, formula: str, kind: Kind) -> None:
    """The cell with the broken rule; that it is not the formula of its row is found as well."""
    found = found_in(tampered(clean, tmp_path / "x.xlsx", f"H{STARTERS}", formula))
    cell = (BLOCK, f"H{STARTERS}")
    assert [(kind, *cell), (Kind.ROW_DIFFERS, *cell)] == found


@pytest.mark.parametrize(
    "formula",
    [
        "ROUND(in_reach*Invoer!H8,2)",
        "ROUNDUP((in_reach+1)*Invoer!H8,-3)",
        'SUMIF(Invoer!G8:L8,"&gt;0")',
        'IF(in_reach&gt;1,"2025","meer dan 3")',
        'TEXT(in_reach,"0.00")',
        "IF(in_reach,IF(in_reach,1,0),0)",
    ],
)
def test_what_the_rules_allow_is_not_named(clean: Path, tmp_path: Path, formula: str) -> None:
    """Digits of rounding, comparison with 0, words, formats; one IF in another."""
    found = found_in(tampered(clean, tmp_path / "x.xlsx", f"H{STARTERS}", formula))
    if '"2025"' in formula:  # a text that is a number would be calculated with
        assert (Kind.CONSTANT, BLOCK, f"H{STARTERS}") in found
        return
    assert [(Kind.ROW_DIFFERS, BLOCK, f"H{STARTERS}")] == found


def test_a_typed_number_in_a_row_of_formulas_is_named(clean: Path, tmp_path: Path) -> None:
    """The most usual way to break a model."""
    old = f'<c r="I{GROSS}"><f>{formula_at(clean, f"I{GROSS}")}</f>'
    path = edited(clean, tmp_path / "x.xlsx", BLOCK, old, f'<c r="I{GROSS}">')
    assert [(Kind.ROW_DIFFERS, BLOCK, f"I{GROSS}")] == found_in(path)


def test_a_gap_in_a_row_of_formulas_is_named(clean: Path, tmp_path: Path) -> None:
    """An emptied cell is a zero that nobody sees."""
    value = contents(clean).cells[BLOCK, f"I{STARTERS}"].value
    old = f'<c r="I{STARTERS}"><f>in_reach*Invoer!I8</f><v>{value}</v></c>'
    path = edited(clean, tmp_path / "x.xlsx", BLOCK, old, "")
    assert [(Kind.ROW_DIFFERS, BLOCK, f"I{STARTERS}")] == found_in(path)


def test_hidden_things_and_foreign_names_are_named(clean: Path, tmp_path: Path) -> None:
    """A hidden sheet is serious; a hidden row or a name of the user's own is said."""
    path = edited(clean, tmp_path / "1.xlsx", "", '<sheet name="Tijdas"', '<sheet state="hidden" name="Tijdas"')
    path = edited(
        path,
        tmp_path / "2.xlsx",
        "",
        "<definedNames>",
        '<definedNames><definedName name="mijn">Invoer!$D$6</definedName>',
    )
    path = edited(path, tmp_path / "3.xlsx", BLOCK, f'<row r="{GROSS}"', f'<row hidden="1" r="{GROSS}"')
    found = lint(contents(path))
    assert [
        (Kind.HIDDEN_SHEET, "Tijdas", "", True),
        (Kind.HIDDEN_ROW, BLOCK, str(GROSS), False),
        (Kind.NAME, "", "", False),
    ] == [(f.kind, f.sheet, f.cell, f.serious) for f in found]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl/vbaProject.bin", "<x/>"),
        ("xl/externalLinks/externalLink1.xml", "<x/>"),
        ("xl/connections.xml", "<x/>"),
        ("xl/worksheets/_rels/sheet9.xml.rels", "image"),
    ],
)
def test_a_workbook_with_programs_or_links_is_never_run(
    clean: Path, tmp_path: Path, part: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before anything reads it; an address of a picture is fetched on opening, too."""
    path = tmp_path / "x.xlsx"
    shutil.copyfile(clean, path)
    if text == "image":
        link = f'<Relationship Id="rId9" Type="x/{text}" Target="https://example.org/a.png" TargetMode="External"/>'
        text = f'<Relationships xmlns="x">{link}</Relationships>'
    with ZipFile(path, "a") as archive:
        archive.writestr(part, text)
    monkeypatch.setattr("coalition.workbook.verify.recalculated", lambda *_: pytest.fail("it was run"))
    with pytest.raises(ScenarioError):
        verify(path)


def test_a_name_or_an_array_formula_may_break_a_rule(clean: Path, tmp_path: Path) -> None:
    """A name that lost its cell, and a formula over several cells at once."""
    path = edited(clean, tmp_path / "1.xlsx", "", "Invoer!$D$6", "#REF!")
    first = f'<c r="G{STARTERS}"><f>'
    path = edited(path, tmp_path / "2.xlsx", BLOCK, first, first.replace("<f>", f'<f t="array" ref="G{STARTERS}">'))
    found = lint(contents(path))
    assert [(Kind.FORMULA_ERROR, ""), (Kind.ARRAY, f"G{STARTERS}")] == [(f.kind, f.cell) for f in found]
    assert Kind.FORMULA in {f.kind for f in against(path, clean) if f.cell == f"G{STARTERS}"}


def test_a_sheet_without_years_may_have_different_formulas_in_a_row(clean: Path, tmp_path: Path) -> None:
    """Where the column before the first year is in use, the columns are no years."""
    path = tampered(clean, tmp_path / "1.xlsx", f"H{STARTERS}", "in_cost")
    first = f'<c r="G{STARTERS}">'
    path = edited(path, tmp_path / "2.xlsx", BLOCK, first, f'<c r="F{STARTERS}"><v>1</v></c>{first}')
    assert found_in(path) == []


def test_references_are_read_as_distances() -> None:
    """The same text in every cell of a copied row; texts, names and quoted sheets are left alone."""
    assert relative("=A1+$B$2", "A1") == "=R[0]C[0]+R2CB"
    assert relative("=H8*Invoer!I8", "H9") == relative("=I8*Invoer!J8", "I9")
    kept = "=IF(in_A1=\"B2\",'Blad C3'!{0},LOG10(x))"
    assert relative(kept.format("D4"), "D4") == kept.format("R[0]C[0]")


# --- recalculation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [pytest.param(Engine.LIBREOFFICE, marks=needs_office), Engine.FORMULAS])
def test_a_clean_workbook_passes(clean: Path, engine: Engine) -> None:
    """Every stored value follows from its formula."""
    verdict = verify(clean, engine=engine)
    assert ((), engine, True) == (verdict.findings, verdict.engine, verdict.holds)
    assert sum(c.formula is not None for c in contents(clean).cells.values()) == verdict.formula_cells > 80
    assert verdict.largest < 0.001


@needs_office
def test_both_engines_give_the_same(clean: Path) -> None:
    """Two programs that share no code agree on every cell."""
    (office,) = recalculated([clean], Engine.LIBREOFFICE).values()
    (other,) = recalculated([clean], Engine.FORMULAS).values()
    assert set(office) == set(other)
    assert [p for p in office if not same(office[p], other[p], amount=False)] == []


def test_a_stale_value_is_found_with_all_that_follows_from_it(clean: Path, tmp_path: Path) -> None:
    """An input changed by a program that does not calculate: the first cell named is nearest to the cause."""
    path = changed_copy(clean, tmp_path / "x.xlsx", {"in_reach": 0.3})
    findings = verify(path, engine=Engine.FORMULAS).findings
    assert (Kind.STALE, BLOCK, f"G{STARTERS}", "250.0", "300.0") == (
        findings[0].kind,
        findings[0].sheet,
        findings[0].cell,
        findings[0].found,
        findings[0].expected,
    )
    assert {Kind.STALE} == {f.kind for f in findings}
    assert len(findings) > 40


def test_a_share_is_not_compared_as_an_amount(clean: Path, tmp_path: Path) -> None:
    """A share of 0.125 that is stored as 0.126 is stale; an amount so close would be the same."""
    kernel, amount = f"H{STARTERS + 1}", contents(clean).cells[BLOCK, f"H{GROSS}"].value
    path = edited(clean, tmp_path / "1.xlsx", BLOCK, "<v>0.125</v>", "<v>0.126</v>")
    path = edited(path, tmp_path / "2.xlsx", BLOCK, f"<v>{amount}</v>", f"<v>{float(str(amount)) + 0.001}</v>")
    assert [Finding(Kind.STALE, BLOCK, kernel, "0.126", "0.125")] == list(verify(path, engine=Engine.FORMULAS).findings)


def test_findings_stand_in_the_order_of_the_sheets(clean: Path) -> None:
    """Serious ones first, then by sheet as the workbook has them, row and column."""
    places = [("Tijdas", "G6"), (BLOCK, "G10"), (BLOCK, "H9"), (BLOCK, "AA9"), ("Invoer", "D6")]
    found = [Finding(Kind.NAME), *(Finding(Kind.STALE, *place) for place in places)]
    expected = ["D6", "G6", "H9", "AA9", "G10", ""]
    assert expected == [f.cell for f in in_order(contents(clean), found)]


def test_an_error_that_only_recalculation_shows_is_found(clean: Path, tmp_path: Path) -> None:
    """The file shows a number where the formula gives an error."""
    path = tampered(clean, tmp_path / "x.xlsx", f"H{STARTERS}", "in_reach/(Invoer!H8-Invoer!H8)")
    findings = verify(path, engine=Engine.FORMULAS).findings
    first = next(f for f in findings if f.kind is Kind.FORMULA_ERROR)
    assert (BLOCK, f"H{STARTERS}") == (first.sheet, first.cell)
    assert first.found.startswith("#DIV/0!")


def test_a_stored_error_is_found(clean: Path, tmp_path: Path) -> None:
    """`#REF!` as the value that a cell shows."""
    value = contents(clean).cells[BLOCK, f"H{STARTERS}"].value
    old = f'<c r="H{STARTERS}"><f>in_reach*Invoer!H8</f><v>{value:g}</v>'
    path = edited(clean, tmp_path / "x.xlsx", BLOCK, old, old.replace("<f>", "<f>").replace(
        f'<c r="H{STARTERS}">', f'<c r="H{STARTERS}" t="e">').replace(f"<v>{value:g}</v>", "<v>#REF!</v>"))  # fmt: skip
    assert [(Kind.FORMULA_ERROR, BLOCK, f"H{STARTERS}")] == found_in(path)


def test_a_red_master_check_fails(clean: Path, tmp_path: Path) -> None:
    """The workbook says itself that something does not add up."""
    path = tampered(clean, tmp_path / "x.xlsx", f"I{GROSS + 2}", f"I{GROSS}")
    findings = verify(path, engine=Engine.FORMULAS).findings
    assert (Kind.MASTER, "Controles", "0.0", "1") in [(f.kind, f.sheet, f.found, f.expected) for f in findings]


def test_a_master_check_that_is_typed_or_gone_fails(clean: Path, tmp_path: Path) -> None:
    """A 1 in the place of the check is no check."""
    cell = contents(clean).place_of("check_master")
    assert cell is not None
    text = formula_at(clean, cell[1], "Controles")
    typed = edited(clean, tmp_path / "1.xlsx", "Controles", f"<f>{text}</f>", "")
    gone = edited(clean, tmp_path / "2.xlsx", "", '<definedName name="check_master">', '<definedName name="check_x">')
    for path in (typed, gone):
        assert Kind.NO_MASTER in {f.kind for f in verify(path, engine=Engine.FORMULAS).findings}


@pytest.mark.parametrize(
    ("left", "right", "amount", "expected"),
    [
        (100.0, 100.004, True, True),
        (100.0, 100.006, True, False),
        (0.30, 0.304, False, False),
        (0.1 + 0.2, 0.3, False, True),
        (1.05, 1.0501, False, False),
        (1e12, 1e12 + 0.009, True, True),
        (1e-12, 0.0, False, True),
        (True, 1.0, False, True),
        ("", None, True, True),
        ("a", "b", True, False),
        (0.0, None, True, False),
        ("1", 1.0, True, False),
    ],
)  # fmt: skip
def test_when_two_values_are_the_same(left: Value, right: Value, amount: bool, expected: bool) -> None:
    """Half a cent for amounts, nine digits for all else."""
    assert expected is same(left, right, amount=amount)


# --- against a fresh export ---------------------------------------------------------------------------------------


def test_a_workbook_equals_its_own_export(clean: Path) -> None:
    assert against(clean, clean) == []


def test_a_tampered_formula_is_named_with_the_right_one(clean: Path, tmp_path: Path) -> None:
    """Sheet, cell, what was found and what belongs there, also when the whole row was changed."""
    path = tampered(clean, tmp_path / "x.xlsx", f"H{STARTERS}", "in_reach*Invoer!H8+in_reach")
    assert [
        Finding(Kind.FORMULA, BLOCK, f"H{STARTERS}", "=in_reach*Invoer!H8+in_reach", "=in_reach*Invoer!H8")
    ] == against(path, clean)


def test_a_changed_locked_cell_is_named(clean: Path, tmp_path: Path) -> None:
    """The years are no input."""
    path = changed_copy(clean, tmp_path / "x.xlsx", {"Tijdas!H6": 2030.0})
    assert [Finding(Kind.LOCKED, "Tijdas", "H6", "2030.0", "2027.0")] == against(path, clean)


def test_an_input_that_the_export_reads_differently_is_named(clean: Path, tmp_path: Path) -> None:
    path = changed_copy(clean, tmp_path / "x.xlsx", {"in_reach": 0.3})
    assert [Finding(Kind.INPUT, "Invoer", "D6", "0.3", "0.25")] == against(path, clean)


def test_an_input_that_the_model_has_read_is_no_finding(clean: Path, tmp_path: Path) -> None:
    """A filled-in workbook is in order as long as its formulas give what the model gives with these inputs."""
    path = changed_copy(clean, tmp_path / "x.xlsx", {"in_reach": 0.3})
    assert compare_contents(contents(path), contents(clean), None, {}) == []


def test_a_cell_that_is_no_longer_locked_is_said(clean: Path, tmp_path: Path) -> None:
    """A remark: whoever unlocks a cell has not changed it yet."""
    unlocked = f'<c r="H{STARTERS}" s="1"><f>'
    path = edited(clean, tmp_path / "x.xlsx", BLOCK, unlocked.replace(' s="1"', ""), unlocked)
    assert [Finding(Kind.UNLOCKED, BLOCK, f"H{STARTERS}")] == against(path, clean)


def test_a_value_of_another_model_is_named(clean: Path, tmp_path: Path) -> None:
    """The formulas are those of the model, what they show is not what the model says."""
    old = f"<f>in_reach*Invoer!H8</f><v>{0.25 * 1010}</v>"
    other = edited(clean, tmp_path / "x.xlsx", BLOCK, old, old.replace(str(0.25 * 1010), "252.51"))
    assert [Finding(Kind.MODEL, BLOCK, f"H{STARTERS}", "252.5", "252.51")] == against(clean, other)


def test_what_is_missing_or_added_is_named(clean: Path, tmp_path: Path) -> None:
    """A cell, a sheet, a name that points elsewhere."""
    more = building.sheets(blocks=2)
    other = building.write(tmp_path / "x.xlsx", more)
    kinds = {(f.kind, f.sheet) for f in against(other, clean)}
    assert {(Kind.ADDED_SHEET, "Berekening_2"), (Kind.ADDED, "Controles")} <= kinds
    assert {(Kind.MISSING, "Berekening_2"), (Kind.MISSING, "Controles")} <= {
        (f.kind, f.sheet) for f in against(clean, other)
    }
    moved = edited(clean, tmp_path / "y.xlsx", "", "Invoer!$D$6", "Invoer!$D$7")
    assert [Finding(Kind.FORMULA, found="in_reach = Invoer!$D$7", expected="in_reach = Invoer!$D$6")] == against(
        moved, clean
    )


def test_a_fresh_export_is_made_and_compared(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook is read against the scenario that is named; the verdict says that the formulas were compared."""
    path = tampered(clean, tmp_path / "x.xlsx", f"H{PAID}", "0-in_cost")
    monkeypatch.setattr("coalition.workbook.verify._about_scenario", lambda *_: [])
    asked: list[Any] = []

    def export(workbook: Path, scenario: Scenario, folder: Path) -> Anew:
        asked.append((workbook, scenario.spec.scenario.name))
        return Anew(Path(shutil.copyfile(clean, folder / "fresh.xlsx")), None)

    monkeypatch.setattr("coalition.workbook.verify.exported_anew", export)
    verdict = verify(path, "sociaal-hospitaal", engine=Engine.FORMULAS)
    assert [(path, "sociaal_hospitaal")] == asked
    assert verdict.compared
    assert (Kind.FORMULA, f"H{PAID}") in [(f.kind, f.cell) for f in verdict.findings]


@needs_office
def test_what_libreoffice_saves_is_still_the_export(clean: Path, tmp_path: Path) -> None:
    """Opening and saving in another program is no tampering."""
    import subprocess

    command = [str(recalculate.office()), f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(tmp_path), str(clean)], check=True, capture_output=True
    )
    saved = tmp_path / clean.name
    assert against(saved, clean) == []
    assert [f for f in lint(contents(saved)) if f.serious] == []


def test_spelling_is_no_difference() -> None:
    """Spaces and quotes round a plain sheet name; what stands in a text counts."""
    assert spelled("= 'Invoer'!A1 + 1") == spelled("=Invoer!A1+1")
    assert spelled('=IF(A1,"a b",0)') != spelled('=IF(A1,"ab",0)')
    assert spelled("='Mijn blad'!A1") == "='Mijnblad'!A1"


# --- changed inputs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [pytest.param(Engine.LIBREOFFICE, marks=needs_office), Engine.FORMULAS])
def test_changed_inputs_give_what_the_cells_know(clean: Path, engine: Engine) -> None:
    """A copy with another reach shows what the same sheets made with that reach know; the other copy is unchanged."""
    other = {(line.sheet.name, line.key): line for sheet in building.sheets(reach=0.4) for line in sheet}
    same_as_before, changed = recalculate_changed(clean, [{}, {"in_reach": 0.4}], engine=engine)
    line = other[BLOCK, "shown"]
    assert line.values == pytest.approx([changed[BLOCK, f"{c}{line.row + 1}"] for c in "GHIJKL"])
    assert contents(clean).cells[BLOCK, f"G{GROSS}"].value == pytest.approx(same_as_before[BLOCK, f"G{GROSS}"])


def test_a_text_can_be_an_input(clean: Path, tmp_path: Path) -> None:
    """Its signs are written as XML wants them."""
    copy = changed_copy(clean, tmp_path / "x.xlsx", {"Invoer!B6": "Bereik < 1 & > 0"})
    assert contents(copy).cells["Invoer", "B6"].value == "Bereik < 1 & > 0"


def test_only_an_input_can_be_changed(clean: Path, tmp_path: Path) -> None:
    """A formula, an empty cell and an unknown name are refused, so that a test cannot miss its aim."""
    for key, error in ((f"{BLOCK}!G{GROSS}", ValueError), ("Invoer!Z99", KeyError), ("in_unknown", KeyError)):
        with pytest.raises(error):
            changed_copy(clean, tmp_path / "x.xlsx", {key: 1.0})


# --- engines ------------------------------------------------------------------------------------------------------


def without_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(recalculate, "find_spec", lambda _: None)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_without_any_engine_the_remedy_is_said(clean: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4, both ways out, in both languages."""
    without_engines(monkeypatch)
    monkeypatch.setattr("sys.argv", ["coalition", "verify", "--lang", lang])
    result = run(clean, "--lang", lang)
    assert (result.exit_code, result.stdout) == (4, "")
    assert "pip install 'coalition[verify]'" in result.stderr
    assert {"nl": "Of installeer LibreOffice", "en": "Or install LibreOffice"}[lang] in result.stderr


def test_an_engine_that_is_asked_for_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for LibreOffice gets LibreOffice or is told that it is not there."""
    monkeypatch.setenv("PATH", "")
    assert recalculate.chosen_engine() == Engine.FORMULAS
    with pytest.raises(MissingExtraError):
        recalculate.chosen_engine(Engine.LIBREOFFICE)


def fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(recalculate, "office", lambda: str(program))


@pytest.mark.parametrize(("lang", "words"), [("nl", "werkboek.xlsx niet doorgerekend"), ("en", "did not recalculate")])
def test_an_engine_that_fails_is_named(
    clean: Path, tmp_path: Path, lang: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it said stands in the sentence; exit code 4."""
    fake_office(tmp_path, "echo kapot >&2; exit 1", monkeypatch)
    monkeypatch.setattr("sys.argv", ["coalition", "verify", "--lang", lang])
    result = run(clean, "--lang", lang)
    assert (result.exit_code, result.stdout) == (4, "")
    assert words in result.stderr
    assert "(kapot)" in result.stderr


def test_an_engine_that_hangs_is_ended(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the program that its script started."""
    fake_office(tmp_path, "sleep 60 & sleep 60", monkeypatch)
    monkeypatch.setattr(recalculate, "START_SECONDS", 0.2)
    monkeypatch.setattr(recalculate, "WORKBOOK_SECONDS", 0)
    begun = time.monotonic()
    with pytest.raises(EngineError, match="libreoffice"):
        recalculated([clean], Engine.LIBREOFFICE)
    assert time.monotonic() - begun < 30


# --- the command --------------------------------------------------------------------------------------------------


def test_a_good_workbook_is_one_line_and_what_was_left_out(clean: Path) -> None:
    """Number of formulas, engine and largest difference; and that no export was at hand to compare with."""
    result = run(clean, "--engine", "formulas")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first == f"{clean}: klopt (95 formules doorgerekend met formulas, grootste verschil 0)"
    assert second == "Niet vergeleken: of de formules die van het model zijn."


def test_findings_are_a_table_and_exit_code_1(clean: Path, tmp_path: Path) -> None:
    """The first places of each kind, and how many follow."""
    path = changed_copy(clean, tmp_path / "x.xlsx", {"in_reach": 0.3})
    result = run(path, "--engine", "formulas", "--lang", "en")
    assert result.exit_code == 1
    assert "stored value does not follow from the formula" in result.stdout
    assert f"G{STARTERS}" in result.stdout
    assert " more" in result.stdout
    assert " findings (95 formulas recalculated by formulas" in result.stdout


def test_json_has_every_finding(clean: Path, tmp_path: Path) -> None:
    """Keys are never translated."""
    path = tampered(clean, tmp_path / "x.xlsx", f"H{STARTERS}", "in_reach*Invoer!H8*1.02")
    result = run(path, "--engine", "formulas", "--format", "json")
    data = json.loads(result.stdout)
    assert (
        result.exit_code,
        data["schema"],
        data["holds"],
        data["formula_cells"],
    ) == (1, "coalition-verify-1", False, 95)
    first = data["findings"][0]
    assert ("constant", True, BLOCK, f"H{STARTERS}") == tuple(first[k] for k in ("kind", "serious", "sheet", "cell"))
    assert data["counts"]["stale"] == sum(f["kind"] == "stale" for f in data["findings"])


def test_text_of_a_workbook_never_commands_the_screen(clean: Path, tmp_path: Path) -> None:
    """Mark-up and control signs in a formula are shown, not obeyed."""
    path = tampered(clean, tmp_path / "x.xlsx", f"H{STARTERS}", '"[red]&#9;x"')
    result = run(path, "--engine", "formulas")
    assert result.exit_code == 1
    assert '"[red]�x"' in result.stdout


def test_every_kind_has_words_in_two_languages() -> None:
    """A kind without words would reach the user as a code."""
    assert set(Kind) == set(WORDS)
    assert all(nl and en and nl != en for nl, en in WORDS.values())
    assert set(Kind) > REMARKS


def test_a_scenario_that_changed_since_the_export_is_said(tmp_path: Path) -> None:
    """A remark, no failure: the workbook is still right about what it was made from."""
    properties = {"coalition_scenario": "sociaal_hospitaal", "coalition_input_hash": "0" * 64}
    path = building.write(tmp_path / "x.xlsx", building.sheets(), properties=properties)
    verdict = verify(path, engine=Engine.FORMULAS)
    assert (verdict.scenario, verdict.holds) == ("sociaal_hospitaal", True)
    assert [f.kind for f in verdict.findings] == [Kind.SCENARIO]


def test_a_scenario_named_by_a_workbook_is_never_a_path(tmp_path: Path) -> None:
    """A file from elsewhere does not choose what is opened here."""
    (tmp_path / "scenario.yaml").write_text("scenario: {}", "utf-8")
    path = building.write(tmp_path / "x.xlsx", building.sheets(), properties={"coalition_scenario": str(tmp_path)})
    assert verify(path, engine=Engine.FORMULAS).scenario == ""
