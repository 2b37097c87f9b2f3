"""Sheets beside the calculation: where amounts are booked, what was compared, sources and words."""

from __future__ import annotations

import copy
import importlib
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from coalition.errors import DefectError
from coalition.model import run_scenario
from coalition.outputs.labels import Lang
from coalition.parameters import Standing, data_file, read_yaml
from coalition.parties import PartyKind, Pocket
from coalition.report import Report, build_report
from coalition.scenario import load_scenario
from coalition.schema import numbers_in
from coalition.terms import glossary
from coalition.workbook.book import Book, build_book
from coalition.workbook.booking import CAME_IN, SAVED, SIDES, SPENT, BookingRows, booking
from coalition.workbook.task_fields import Place, TaskField, booking_plan, place_in, read_plan, spans
from coalition.workbook.text_sheets import (
    LONGEST,
    TextSheet,
    comparison_sheet,
    glossary_sheet,
    sources_sheet,
    text_sheets,
    write_text_sheet,
)

ROOT = Path(__file__).resolve().parents[1]
ASK = {"nl": "vraag de afdeling financiën", "en": "ask the finance department"}

sys.path.insert(0, str(ROOT / "docs"))
glossary_maker: Any = importlib.import_module("make_glossary")
sys.path.remove(str(ROOT / "docs"))


@cache
def book(name: str = "drenthe", lang: Lang = "nl") -> Book:
    return build_book(load_scenario(name), lang)


@cache
def booked(name: str = "drenthe", lang: Lang = "nl") -> BookingRows:
    found = book(name, lang)
    return booking(found.frame, found.accounts)


@cache
def report(name: str = "drenthe-akkoord") -> Report:
    return build_report(load_scenario(name), studies=False)


def file_content() -> Any:
    return copy.deepcopy(read_yaml(data_file("iv3", "booking.yaml")))


# --- where it is booked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["drenthe", "gemeentepolis-mkba", "jeugd-ggz-2015", "vallen"])
def test_what_is_booked_is_what_the_party_pays_and_gains(name: str) -> None:
    """Per municipality and insurer, in every year, against the model itself."""
    rows = booked(name)
    parties = {p.party.id: p for p in run_scenario(load_scenario(name)).run.parties}
    assert rows.totals
    for (account, kind), line in rows.totals.items():
        expected = getattr(parties[account], kind)[0]
        np.testing.assert_allclose(line.values[: len(expected)], expected, atol=0.005)
    for label, left, right in rows.checks:
        assert float(left.values) == pytest.approx(float(right.values), abs=0.005), label


def test_every_municipality_and_insurer_is_booked_and_nobody_else() -> None:
    kinds = {PartyKind.MUNICIPALITY, PartyKind.INSURER}
    accounts = book().accounts.rows.values()
    assert {a for a, _ in booked().totals} == {r.id for r in accounts if r.party and r.party.kind in kinds}


def test_an_avoided_cost_is_a_lower_expense_and_no_revenue() -> None:
    """What comes in is money received; the rest of what a municipality gains is spent no more."""
    rows, accounts = booked(), book().accounts.rows
    for (account, pocket, _, side), line in rows.rows.items():
        received = [v.values for k, v in accounts[account].cells.get("received", {}).items() if k.pocket == pocket]
        if side == CAME_IN:
            np.testing.assert_allclose(line.values, sum(received) * book().frame.axis.counted.values)
        assert (line.values >= -0.005).all()
    assert {side for *_, side in rows.rows} <= set(SIDES)
    assert {side for account, *_, side in rows.rows if account.startswith("GM")} >= {SPENT, SAVED}


def test_every_row_is_a_formula_over_the_sheet_of_parties() -> None:
    sheet = booked().sheet
    for line in booked().rows.values():
        assert line.formula is not None
        assert "Partijen!" in line.formula.text(sheet)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_pocket_without_a_task_field_says_whom_to_ask(lang: str) -> None:
    """No code stands there that was not read."""
    rows = booked("drenthe", lang).rows
    for (account, pocket, *_), line in rows.items():
        if account.startswith("GM"):
            asks = ASK[lang] in line.label
            assert asks == (pocket is not Pocket.WPG)
            assert line.label.startswith("7.1 Volksgezondheid") == (pocket is Pocket.WPG)


def test_a_task_field_belongs_to_a_budget_year() -> None:
    """Codes of 6.x were read for budgets before the rules of 2023, and for none since."""
    plan = booking_plan()
    assert place_in(plan.municipal, Pocket.WPG, 2017).code is None
    assert place_in(plan.municipal, Pocket.WPG, 2018).code == "7.1"
    assert place_in(plan.municipal, Pocket.WPG, 2023).standing is Standing.DERIVED
    for code, versions in plan.fields.items():
        since = {f.first_year: f for f in versions}
        assert set(since) == {2018, 2023}
        if code != "7.1":
            assert (since[2023].name, since[2023].standing) == (None, Standing.MISSING)


def test_the_years_of_two_places_meet_without_a_gap() -> None:
    content = file_content()
    content["municipal"]["wmo"] = content["municipal"]["wpg"]
    plan = read_plan(content)
    found = spans(plan.municipal, Pocket.WMO, range(2016, 2027))
    assert [(p.code, first, last) for p, first, last in found] == [
        (None, 2016, 2017),
        ("7.1", 2018, 2022),
        ("7.1", 2023, 2026),
    ]


def test_amounts_of_a_row_of_years_are_divided_over_two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a task field changes on the axis, each year is booked once."""
    content = file_content()
    first = book().frame.axis.year.values[0]
    dated = content["municipal"]["wmo"]
    dated[next(iter(dated)).replace(year=int(first) + 2)] = dict(next(iter(dated.values())), field="7.1")
    monkeypatch.setattr("coalition.workbook.booking.booking_plan", lambda: read_plan(content))
    found = build_book(load_scenario("drenthe"))
    rows = booking(found.frame, found.accounts)
    own = {year: line for (a, p, year, s), line in rows.rows.items() if (a, p, s) == ("GM0106", Pocket.WMO, SAVED)}
    assert len(own) == 2
    early, late = own[2018], own[int(first) + 2]
    assert (early.values[2:] == 0).all()
    assert (late.values[:2] == 0).all()
    assert late.values[2] > 0
    assert all(float(a.values) == pytest.approx(float(b.values), abs=0.005) for _, a, b in rows.checks)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c["municipal"]["wpg"].update({"2018": {}}),
        lambda c: next(iter(c["municipal"]["wpg"].values())).update(field="9.9"),
        lambda c: c["municipal"].update(nothing={}),
        lambda c: c.pop("insurer"),
        lambda c: next(iter(c["task_fields"]["7.1"].values())).update(standing="certain"),
    ],
)
def test_a_spoiled_file_is_our_fault(spoil: Any) -> None:
    content = file_content()
    spoil(content)
    with pytest.raises(DefectError):
        read_plan(content)


def test_what_was_read_names_its_source() -> None:
    plan = booking_plan()
    every: list[TaskField | Place] = [f for versions in plan.fields.values() for f in versions]
    every += [p for places in (plan.municipal, plan.insurer) for found in places.values() for p in found]
    assert all(found.source for found in every if found.standing is not Standing.MISSING)
    assert plan.unit


# --- what was compared --------------------------------------------------------------------------------------------


def test_the_comparison_shows_what_the_model_found() -> None:
    sheet, result = comparison_sheet(report(), "nl"), report().result
    rows = {row[0]: row for row in sheet.rows}
    for law, agreed in zip(result.run.law_parties, result.run.parties, strict=True):
        if agreed.party.name_nl in rows:
            row = rows[agreed.party.name_nl]
            assert row[1:3] == pytest.approx((float(law.npv[0]), float(agreed.npv[0])))
            assert row[4:6] == pytest.approx((float(law.net[0].sum()), float(agreed.net[0].sum())))
    assert {len(row) for row in sheet.rows} == {len(sheet.headers)}
    assert "rekent niet mee" in sheet.notes[0]


def test_a_report_without_studies_is_compared_with_break_even_points() -> None:
    """They take a few runs only; a party that loses without effect and can be helped has one."""
    even = [row[-1] for row in comparison_sheet(report(), "nl").rows]
    assert any(isinstance(value, float) for value in even)


# --- sources and words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["drenthe-akkoord", "vallen"])
def test_every_number_of_the_scenario_has_its_source(name: str) -> None:
    result = report(name).result
    rows = {row[0]: row for row in sources_sheet(result, "nl").rows if len(row) > 1}
    for path, number in numbers_in(result.scenario.spec):
        row = rows[path]
        assert row[2:5] == (number.value, number.low, number.high)
        assert row[6]
        assert "/" not in str(row[8])


def test_sources_name_parameters_tables_and_task_fields() -> None:
    rows = {row[0]: row for row in sources_sheet(report().result, "nl").rows if len(row) > 1}
    assert {"discount.mkba", "own_risk.own_risk_mandatory", "region.people", "region.cost", "iv3.6.6"} <= set(rows)
    assert rows["own_risk.own_risk_mandatory"][8] == "2026-01-01"
    assert rows["iv3.7.1"][6] in {"gelezen", "afgeleid"}
    assert rows["grants.coordination_grant_share"][2] == "vervallen"


def test_the_page_of_words_is_made_from_the_words_of_the_package() -> None:
    assert (ROOT / "docs" / "glossary.md").read_text("utf-8") == glossary_maker.glossary_page()


def test_every_word_has_one_meaning_in_both_languages() -> None:
    terms = [term for part in glossary() for term in part.terms]
    codes = [code for term in terms for code in term.codes]
    assert [code for code in set(codes) if codes.count(code) > 1] == ["uwv"]  # a party and a purse
    assert {p.value for p in Pocket} <= set(codes)
    assert all(all((t.en, t.nl, t.meaning_en, t.meaning_nl)) and t.meaning_nl != t.meaning_en for t in terms)
    assert [len(glossary_sheet(lang).rows) for lang in ("nl", "en")] == [len(terms) + len(glossary())] * 2


# --- to a file ----------------------------------------------------------------------------------------------------


def written(sheets: list[TextSheet], path: Path) -> Any:
    with xlsxwriter.Workbook(path) as made:
        names = ("title", "note", "header", "heading", "number", "euro")
        formats = {"text": made.add_format(), **{f"text_{name}": made.add_format() for name in names}}
        for sheet in sheets:
            write_text_sheet(made.add_worksheet(sheet.name), sheet, formats)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_file_holds_the_sheets_and_no_formula(lang: Any, tmp_path: Path) -> None:
    sheets = text_sheets(report(), lang)
    made = written(sheets, tmp_path / "x.xlsx")
    assert made.sheetnames == [sheet.name for sheet in sheets]
    for sheet in sheets:
        page, top = made[sheet.name], 3 + len(sheet.notes)
        assert tuple(cell.value for cell in page[top]) == sheet.headers
        assert page.max_row == top + len(sheet.rows)
        assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "{=1}", "https://example.org", "x" * 40_000])
def test_a_name_is_never_a_formula_or_a_link(name: str, tmp_path: Path) -> None:
    """Whatever the options of the workbook; a text that does not fit ends with a mark."""
    sheet = TextSheet("Blad", name, (name,), [(name, 1.5), (name,)], (20, 10))
    path = tmp_path / "x.xlsx"
    page = written([sheet], path)["Blad"]
    assert {page.cell(row, 1).data_type for row in (1, 3, 4, 5)} == {"s"}
    assert len(page.cell(4, 1).value) == min(len(name), LONGEST)
    with zipfile.ZipFile(path) as parts:
        text = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text
    assert "hyperlink" not in text


def test_what_is_no_number_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(DefectError):
        written([TextSheet("Blad", "x", ("a",), [(float("nan"), 1.0)], (20,))], tmp_path / "x.xlsx")


def test_the_same_sheets_give_the_same_rows() -> None:
    assert text_sheets(report(), "nl") == text_sheets(report(), "nl")
