"""The input form: empty it asks for everything, filled it is a scenario, and a bad cell is named by sheet and cell."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from form_building import ANSWERS, copied_layout, empty_form, fill, filled_form, region_form

from coalition.catalogue import catalogue_ids, load_entry
from coalition.cli import main
from coalition.errors import ScenarioError
from coalition.forms.asked import MOST_ASKED, asked_of
from coalition.forms.layout import load_layout
from coalition.forms.template import write_form
from coalition.messages import Language, render_all
from coalition.problems import Problem
from coalition.scenario import load_scenario

SCENARIO = """
scenario: {name: proef, title: Proefregio 2027, first_year: 2027, horizon_years: 6, price_year: 2025, discount: mkba}
region:
  people: region.csv
  cost: cost.csv
  names: {GM0106: Assen, GM0114: Emmen}
  growth_per_year: {zvw: {value: 0.03, low: 0.02, high: 0.04, standing: assumed}, wlz: 0.035, wmo: 0.03}
  general_index_per_year: {value: 0.02, low: 0.01, high: 0.03, source: ECB, standing: assumed}
parties:
  insurers:
    zilveren_zorg:
      name: Zilveren Zorg
      market_share: {value: 0.6, low: 0.5, high: 0.7, source: eigen opgave, standing: assumed}
      contracting: true
    overige: {name: Overige, market_share: 0.4, contracting: false}
holders:
  switching_per_year: 0.07
  own_risk: {share: {value: 0.05, low: 0, high: 0.15, standing: assumed}}
  equalisation: {basis: use, clawback: {acute: [0.1, 0.05]}}
  cashable:
    zvw: {share: 0.5, from_year: 2028, capacity_removed_share: 0.35, avoidable_cost_share: 0.6}
    wlz: {share: 0.35, capacity_removed_share: 0.25, avoidable_cost_share: 0.7}
    wmo: {share: 0.6, capacity_removed_share: 0.5, avoidable_cost_share: 0.8}
target_groups:
  thuiswonende_65_plussers:
    name: Thuiswonende 65-plussers
    ages: {from: 65}
    share: {value: 0.5, low: 0.4, high: 0.6, source: schatting, standing: assumed}
    cost_multiplier: 1.4
    survival_per_year: 0.95
    moves_per_year: 0.02
  huishoudens_met_schulden:
    name: Huishoudens met schulden
    ages: {from: 18, to: 64}
    count: 400
    unit: household
    renewed_each_year: true
    cost_multiplier: 1
    survival_per_year: 0.99
    moves_per_year: 0.04
interventions:
  val_keten:
    from: val_keten
    name: Valpreventie
    target_group: thuiswonende_65_plussers
    areas: all
    starts: {first: 2027, last: 2029}
    reach: {value: 0.05, low: 0.03, high: 0.06}
    completion: 0.8
    payers:
      - {party: municipality, law: wpg, share: 0.6}
      - {party: zilveren_zorg, law: eigen_middelen, share: 0.4}
    effects: {falls: {risk_multiplier: 2.2, time: {first_year_share: 0.5}}}
  poh_ggz:
    from: poh_ggz
    target_group: huishoudens_met_schulden
    areas: [GM0114]
    starts: {first: 2028, last: 2028}
    reach: 0.5
    completion: 0.65
    cost:
      per_starter: [{value: 1800, low: 1500, high: 2000, price_year: 2025, index: cpi}]
      fixed_per_year: {value: 10000, price_year: 2024, index: cpi}
    payers: [{party: municipality, law: wmo, share: 1}]
    effects:
      eigen_1:
        kind: euro
        pocket: wmo
        avoided_per_year: {value: 55, low: 10, high: 80, price_year: 2024, index: cpi, standing: assumed}
        per: starter
        comparator: uncontrolled
        deadweight: 0.3
        includes_delivery: false
        evidence_level: before_after
        time: {onset_years: 0, plateau_years: 2, decay_years: 0, first_year_share: 0.5, follow_up_years: 2}
"""
REGION = """area,parent,year,age_from,age_to,people,insured_years
GM0106,PV22,2024,0,17,13000,12900
GM0106,PV22,2024,18,64,42000,41500
GM0106,PV22,2024,65,,14500.5,14500
GM0114,PV22,2024,0,17,19000,18900
GM0114,PV22,2024,18,64,63000,62000
GM0114,PV22,2024,65,,25000,25000
"""
COST = """area,age_from,age_to,pocket,price_year,cost_eur_per_person,standing
GM0106,0,17,zvw,2023,1200.5,observed
GM0106,18,64,zvw,2023,2100.25,observed
GM0106,65,,zvw,2023,6200,observed
GM0114,0,17,zvw,2023,1300,observed
GM0114,18,64,zvw,2023,2300,observed
GM0114,65,,zvw,2023,6100,observed
GM0106,0,17,wlz,2022,8,modelled
GM0106,18,64,wlz,2022,90,modelled
GM0106,65,,wlz,2022,5300,modelled
GM0114,0,17,wlz,2022,8,modelled
GM0114,18,64,wlz,2022,90,modelled
GM0114,65,,wlz,2022,5300,modelled
GM0106,0,17,wmo,2022,4,own_accounts
GM0106,18,64,wmo,2022,150,own_accounts
GM0106,65,,wmo,2022,900,own_accounts
GM0114,0,17,wmo,2022,4,own_accounts
GM0114,18,64,wmo,2022,150,own_accounts
GM0114,65,,wmo,2022,900,own_accounts
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where the files are, so that problems name them as a user does."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """The form of the made-up region."""
    return region_form(tmp_path / "proef.xlsx")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return list(caught.value.problems)


def by_hand(folder: Path) -> Path:
    """The same region as a scenario file with tables."""
    folder.mkdir()
    (folder / "scenario.yaml").write_text(SCENARIO, "utf-8")
    (folder / "region.csv").write_text(REGION, "utf-8")
    (folder / "cost.csv").write_text(COST, "utf-8")
    return folder


def figures(path: Path) -> dict[tuple[str, ...], float]:
    """Every posting of the ledger, by what it is about, and each party's present value with its range."""
    report = json.loads(run("run", str(path), "--format", "json").stdout)
    return dict(_numbers({k: report[k] for k in ("parties", "flows", "pockets", "wrong_pocket_index", "zero_effect")}))


def _numbers(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], float]]:
    if isinstance(value, dict):
        return [found for key, below in value.items() for found in _numbers(below, (*path, key))]
    if isinstance(value, list):
        return [found for key, below in enumerate(value) for found in _numbers(below, (*path, str(key)))]
    return [(path, float(value))] if isinstance(value, int | float) else []


# --- a filled form is a scenario ------------------------------------------------------------------------------------


def test_a_filled_form_gives_what_the_same_scenario_file_gives(form: Path, tmp_path: Path) -> None:
    """The numbers that a user types are the numbers that the model uses, in every party, flow and range."""
    expected = figures(by_hand(tmp_path / "by_hand"))
    found = figures(form)
    assert len(expected) > 100
    assert expected == pytest.approx(found, rel=1e-9, abs=1e-9)


def test_a_filled_form_becomes_a_folder_that_gives_the_same(form: Path) -> None:
    """`init --from x.xlsx`: a scenario file and tables to extend by hand, without losing a digit."""
    assert run("init", "regio", "--from", "proef.xlsx").exit_code == 0
    made = sorted(p.name for p in Path("regio").iterdir())
    assert made == ["cost.csv", "region.csv", "scenario.schema.json", "scenario.yaml"]
    assert figures(Path("regio")) == figures(form)


def test_a_scenario_file_may_build_on_a_form(form: Path) -> None:
    """What the form has no room for stands in a file with `base: proef.xlsx`."""
    Path("meer.yaml").write_text(
        "scenario: {base: proef.xlsx, title: Meer bereik}\ninterventions: {val_keten: {reach: 0.1}}\n", "utf-8"
    )
    scenario = load_scenario("meer.yaml")
    reach = scenario.spec.interventions["val_keten"].reach
    assert (reach.value, reach.low) == (0.1, None)
    assert scenario.region.people.sum() == load_scenario(form).region.people.sum()


def test_every_command_that_reads_a_scenario_reads_a_form(form: Path) -> None:
    """check, run, explain and diff take it as they take a scenario file; explain names the cell of an input."""
    assert "in orde (2 gebieden, 2 interventies" in run("check", "proef.xlsx").stdout
    assert "Proefregio 2027" in run("run", "proef.xlsx").stdout
    assert "proef.xlsx:Interventies!C19" in run("explain", "proef.xlsx", "interventions.val_keten.reach").stdout
    by_hand(Path("by_hand"))
    assert run("diff", "proef.xlsx", "by_hand").exit_code == 0
    assert run("run", str(form), "--set", "interventions.val_keten.reach=0.04").exit_code == 0


def test_an_english_form_gives_the_same(form: Path, tmp_path: Path) -> None:
    """Choices are read as the form shows them, in its own language."""
    dutch, english = load_layout("nl"), load_layout("en")
    words = {nl: english.choices[name][key] for name, listed in dutch.choices.items() for key, nl in listed.items()}
    words["alle"] = "all"
    translated = {
        key: {k: words.get(v, v) if isinstance(v, str) else v for k, v in answer.items()}
        if isinstance(answer, dict)
        else words.get(answer, answer)
        if isinstance(answer, str)
        else answer
        for key, answer in ANSWERS.items()
    }
    assert figures(filled_form(tmp_path / "en.xlsx", translated, "en")) == figures(form)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_form_that_libreoffice_saved_again_gives_the_same(form: Path, tmp_path: Path) -> None:
    """Users open and save the form with what they have; keys, values and lists survive."""
    made = tmp_path / "again"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(made)]
    subprocess.run([*convert, str(form)], check=True, capture_output=True, timeout=120)
    assert figures(form) == pytest.approx(figures(made / form.name), rel=1e-9, abs=1e-9)
    scenario = load_scenario(made / form.name)
    assert str(scenario.document.origin("interventions.val_keten.reach").line) == "Interventies!C19"


# --- an empty form asks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_empty_form_asks_for_every_required_cell_in_one_go(lang: Language, tmp_path: Path) -> None:
    """Each required cell of what every coalition needs has one message with sheet and cell, its label and why."""
    empty = empty_form(tmp_path / "leeg.xlsx", lang)
    problems = problems_of(empty)
    layout = load_layout(lang)
    required = {
        field.label
        for part in layout.parts()
        for field in part.fields
        if field.required and not (part.number > 1 or field.key.startswith("effect."))
    }
    groups = next(f for f in layout.sheet("groups").parts[0].fields if f.key == "group.1.share")
    tables = {layout.sheet("areas").parts[1].heading, layout.sheet("areas").parts[2].heading}
    assert {p.facts["label"] for p in problems} == required | {groups.label} | tables
    assert {p.code for p in problems} == {"form.missing"}
    assert len({str(p.line) for p in problems}) == len(problems)
    text = render_all(problems, lang)
    assert {"nl": "cel Scenario!C7, scenario.first_year", "en": "cell Scenario!C7, scenario.first_year"}[lang] in text
    assert run("check", str(empty), "--lang", lang).exit_code == 3


def test_no_number_is_filled_in(tmp_path: Path) -> None:
    """Whatever is unlocked is empty: the form invents nothing."""
    book = openpyxl.load_workbook(empty_form(tmp_path / "leeg.xlsx"))
    unlocked = [c for sheet in book for line in sheet.iter_rows() for c in line if not c.protection.locked]
    assert len(unlocked) > 1000
    assert [c.coordinate for c in unlocked if c.value is not None] == []


def test_everything_else_is_locked_without_a_password(tmp_path: Path) -> None:
    """A controller can unprotect a sheet to look; nobody changes an explanation by accident."""
    for sheet in openpyxl.load_workbook(empty_form(tmp_path / "leeg.xlsx")):
        assert (sheet.protection.sheet, sheet.protection.password) == (True, None), sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_a_need_follows_from_what_is_chosen(tmp_path: Path) -> None:
    """A pocket that an intervention touches asks for what is cashable there; one that is not touched asks nothing."""
    unasked = [key for key in ANSWERS if key.startswith(("holders.", "insurers."))]
    answers = {key: value for key, value in ANSWERS.items() if key not in unasked and "payers.1" not in key}
    answers["intervention.1.payers.0.share"] = 1
    asked = {p.path for p in problems_of(filled_form(tmp_path / "x.xlsx", answers))}
    parts = ("share", "capacity_removed_share", "avoidable_cost_share")
    cashable = {f"holders.cashable.{pocket}.{part}" for pocket in ("zvw", "wlz", "wmo") for part in parts}
    zvw = {"holders.own_risk.share", "holders.equalisation.basis", "holders.equalisation.clawback.acute.0"}
    assert asked == cashable | zvw | {"parties.insurers"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_form_has_room_for_every_question(lang: str) -> None:
    """No intervention of the catalogue lacks more than the form can ask, and every question has words and a unit."""
    asked = {id: asked_of(load_entry(id), load_layout(lang), lang) for id in catalogue_ids()}
    assert {id: len(questions) for id, questions in asked.items() if len(questions) > MOST_ASKED} == {}
    assert all(question.text and question.unit for questions in asked.values() for question in questions)


BLOCKS = 8
SHEETFULS = [catalogue_ids()[start : start + BLOCKS] for start in range(0, len(catalogue_ids()), BLOCKS)]


@pytest.mark.parametrize("ids", SHEETFULS, ids=lambda ids: ids[0])
def test_every_intervention_of_the_catalogue_can_be_chosen(ids: tuple[str, ...], tmp_path: Path) -> None:
    """Chosen and with all that the form then asks, each one is a scenario; zero effect is said, not assumed."""
    answers = {
        k: v for k, v in ANSWERS.items() if not k.startswith(("intervention.2", "effect.", "intervention.1.asked"))
    }
    answers |= {"holders.equalisation.clawback.medicine_and_diagnosis.0": 0.3}
    parts = ("share", "capacity_removed_share", "avoidable_cost_share")
    answers |= {f"holders.cashable.jeugdwet.{part}": 0.5 for part in parts}
    every = {k.removeprefix("intervention.1."): v for k, v in answers.items() if k.startswith("intervention.1.")}
    for number, id in enumerate(ids, start=1):
        own = {**every, **_answers_of(id)}
        answers |= {f"intervention.{number}.{key}": value for key, value in own.items()}
    scenario = load_scenario(filled_form(tmp_path / "x.xlsx", answers))
    assert tuple(scenario.spec.interventions) == ids


def _answers_of(id: str) -> dict[str, Any]:
    """What one intervention is asked for beyond what all are asked for."""
    euro = {"value": 100, "price_year": 2024}
    own: dict[str, Any] = {"from": id, "cost.per_starter.0": euro, "cost.fixed_per_year": euro, "reach": 0.01}
    if not load_entry(id).template.get("effects"):
        own["no_effect"] = "ja"
    for number, question in enumerate(asked_of(load_entry(id), load_layout("nl"), "nl"), start=1):
        own[f"asked.{number}"] = "Wmo" if question.key == "pocket" else euro if "euro" in question.unit else 0.25
    return own


# --- cells that are wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "code", "cell"),
    [
        ("scenario.first_year", 2027.5, "number.not_whole", "Scenario!C7"),
        ("scenario.first_year", "2027", "form.text_number", "Scenario!C7"),
        ("scenario.first_year", True, "form.no_number", "Scenario!C7"),
        ("scenario.price_year", 25, "number.too_low", "Scenario!C9"),
        ("scenario.discount", "MKBA standaard", "value.unknown_choice", "Scenario!C10"),
        ("scenario.title", "=1+1", "form.formula", "Scenario!C5"),
        ("people.year", "=2024", "form.formula", "Gebieden!C3"),
        ("holders.own_risk.share", {"low": "5 %"}, "form.text_number", "Partijen!D20"),
        ("holders.own_risk.share", {"low": 0.3}, "number.range_order", "Partijen!C20"),
        ("intervention.1.from", "val_kten", "unknown.catalogue", "Interventies!C8"),
        ("intervention.1.target_group", "Ouderen", "value.unknown_choice", "Interventies!C15"),
        ("intervention.1.areas", "Assen, Hoogeveen", "unknown.area", "Interventies!C16"),
        ("intervention.1.payers.0.law", "Zvw", "payer.law", "Interventies!C25"),
        ("intervention.1.payers.0.share", 0.5, "payers.sum", "Interventies!C24"),
        ("intervention.1.starts.last", 2026, "starts.order", "Interventies!C17"),
        ("intervention.1.reach", {"value": 0.9, "high": 0.95}, "reach.total", "Interventies!C19"),
        ("effect.1.deadweight", None, "form.missing", "Effecten!C13"),
        ("insurers.2", {"market_share": 0.3}, "market_shares.sum", "Partijen!B8"),
        ("cost.3", {"area": "Assen"}, "cost.cells", "Kostentabel!B9"),
        ("cost.4", {"ages": [4, "1.500", 900]}, "form.text_ambiguous", "Kostentabel!F10"),
        ("cost.2", {"area": "Assen"}, "form.duplicate", "Kostentabel!C8"),
        ("group.2.name", "Thuiswonende 65 plussers", "form.duplicate", "Doelgroepen!C21"),
        ("people.insured_same", "ja", "form.not_asked", "Gebieden!E44"),
        ("insured.3", {"ages": [1]}, "form.not_asked", "Gebieden!E46"),
        ("discount.per_year", 0.03, "form.not_asked", "Scenario!C11"),
        ("scenario.discount", "eigen voet", "form.missing", "Scenario!C11"),
        ("intervention.1.asked.1", {"price_year": 2024}, "form.not_asked", "Interventies!G34"),
        ("intervention.2.no_effect", "ja", "form.zero_and_effect", "Interventies!C68"),
        ("people.1", {"code": "WK010601"}, "form.missing_in_row", "Gebieden!D14"),
    ],
)
def test_a_bad_cell_gets_its_message_with_sheet_and_cell(
    key: str, value: Any, code: str, cell: str, form: Path
) -> None:
    """Problems of the form itself and those of the scenario's own checks both point at the cell."""
    problems = problems_of(fill(form, {key: value}))
    assert (code, cell) in {(p.code, str(p.line)) for p in problems}
    assert f"cel {cell}" in render_all(problems, "nl")


def test_many_bad_cells_are_shown_at_once_in_reading_order(form: Path) -> None:
    """One round of repairs is enough, however many sheets are wrong."""
    bad = {"scenario.title": "=A1", "people.1": {"ages": ["veel"]}, "group.1.share": 35, "intervention.1.reach": "0,6"}
    cells = [str(p.line) for p in problems_of(fill(form, bad))]
    assert cells == ["Scenario!C5", "Gebieden!E14", "Doelgroepen!C11", "Interventies!C19"]


def test_a_discount_rate_of_ones_own_is_read(form: Path) -> None:
    """The two rows below the choice belong to it."""
    fill(form, {"scenario.discount": "eigen voet", "discount.per_year": 0.03, "discount.kind": "reëel"})
    discount = load_scenario(form).spec.scenario.discount
    assert (discount.per_year.value, discount.kind.value) == (0.03, "real")  # type: ignore[union-attr]


def test_the_same_intervention_twice_gets_two_names(form: Path) -> None:
    """Two blocks with one entry of the catalogue are two interventions."""
    twice = {k.replace("ion.1.", "ion.3."): v for k, v in ANSWERS.items() if k.startswith("intervention.1.")}
    scenario = load_scenario(fill(form, {**twice, "intervention.1.areas": "Assen", "intervention.3.areas": "GM0114"}))
    assert list(scenario.spec.interventions) == ["val_keten", "poh_ggz", "val_keten_2"]


# --- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_two_writes_are_byte_identical(lang: str, tmp_path: Path) -> None:
    """A form can be compared, signed and stored by its hash."""
    for name in ("a.xlsx", "b.xlsx"):
        write_form(tmp_path / name, lang)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_command_writes_a_form_and_never_over_one(tmp_path: Path) -> None:
    """What a user has filled in is not lost by asking for an empty form again."""
    assert run("template", "nieuw.xlsx").exit_code == 0
    filled = fill(tmp_path / "nieuw.xlsx", {"scenario.name": "bewaard"}).read_bytes()
    again = run("template", "nieuw.xlsx")
    assert (again.exit_code, again.stdout) == (3, "")
    assert "bestaat al en wordt niet overschreven" in again.stderr
    assert (tmp_path / "nieuw.xlsx").read_bytes() == filled
    assert run("template", "nieuw.xls").exit_code == 2


def test_a_layout_of_ones_own_changes_words_and_colours(tmp_path: Path) -> None:
    """A municipality changes its form without touching code, and it is read back all the same."""
    folder = copied_layout(tmp_path / "eigen")
    words = (folder / "form.yaml").read_text("utf-8").replace('["Korte naam", ""', '["=Naam()", ""')
    words = words.replace("mkba: [MKBA-standaard", "mkba: [Onze MKBA")
    (folder / "form.yaml").write_text(words, "utf-8")
    theme = (folder / "theme.yaml").read_text("utf-8").replace("#FFF9C4", "#E0F0E0")
    (folder / "theme.yaml").write_text(theme, "utf-8")
    write_form(tmp_path / "eigen.xlsx", "nl", folder)
    cell = openpyxl.load_workbook(tmp_path / "eigen.xlsx")["Scenario"]
    assert (cell["B4"].value, cell["B4"].data_type, cell["C4"].fill.fgColor.rgb) == ("=Naam() *", "s", "FFE0F0E0")
    fill(tmp_path / "eigen.xlsx", {**ANSWERS, "scenario.discount": "Onze MKBA"})
    assert load_scenario("eigen.xlsx").spec.scenario.name == "proef"


@pytest.mark.parametrize(
    ("name", "said"),
    [("form.yaml", "indeling van het formulier"), ("theme.yaml", "Deze regel kan niet worden gelezen")],
)
def test_a_layout_that_cannot_be_read_is_named(name: str, said: str, tmp_path: Path) -> None:
    """The file is in the message, and nothing is written."""
    folder = copied_layout(tmp_path / "eigen")
    (folder / name).write_text("sheets: [", "utf-8")
    found = run("template", "x.xlsx", "--layout", "eigen")
    assert (found.exit_code, (tmp_path / "x.xlsx").exists()) == (3, False)
    assert name in found.stderr
    assert said in found.stderr


@pytest.mark.parametrize("text", ["=1+1", "+31 6", "-korting", "@SUM(A1)", "'tekst"])
def test_text_that_looks_like_a_formula_stays_text(text: str, form: Path) -> None:
    """A title that a spreadsheet would run is stored as text, read as text, and survives the way to YAML."""
    book = openpyxl.load_workbook(form)
    cell = book["Scenario"]["C5"]
    cell.value = text
    cell.data_type = "s"
    book.save(form)
    assert load_scenario(form).spec.scenario.title == text
    assert run("init", "map", "--from", "proef.xlsx").exit_code == 0
    assert load_scenario("map").spec.scenario.title == text
