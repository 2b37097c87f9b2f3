"""The page per party that is printed: what it says is what the run found, and it stands alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coalition.agreement import cash_of
from coalition.cli import main
from coalition.errors import UnknownNameError
from coalition.money import half_away_from_zero
from coalition.outputs.party_html import LONGEST_NAME, party_html, write_summaries
from coalition.outputs.party_page import (
    MOST_ARRANGEMENTS,
    MOST_ASSUMPTIONS,
    MOST_YEARS,
    PartyPage,
    YearRow,
    asked_parties,
    party_pages,
)
from coalition.report import Report, build_report
from coalition.scenario import load_scenario
from coalition.uncertainty import assumed_numbers, influences

SCENARIOS = ["drenthe-akkoord", "drenthe", "sociaal-hospitaal-bond", "kinzigtal"]


@cache
def report(name: str) -> Report:
    return build_report(load_scenario(name))


@cache
def pages(name: str, lang: Any = "nl") -> dict[str, PartyPage]:
    found = party_pages(report(name), asked_parties(report(name), None), name, lang)
    return {page.party: page for page in found}


class Reader(HTMLParser):
    """Tags that are open, every tag and attribute, and the words."""

    VOID = frozenset({"meta", "rect", "line"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


# --- what it says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_party_that_is_touched_has_a_page(name: str) -> None:
    assert list(pages(name)) == [r.party.id for r in report(name).rows if not r.is_group]


@pytest.mark.parametrize("name", SCENARIOS)
def test_years_add_up_as_shown_to_what_the_party_pays_and_gains(name: str) -> None:
    """In whole euros: a reader who adds them finds the total."""
    result = report(name).result
    agreed = {p.party.id: p for p in result.run.parties}
    law = {p.party.id: p for p in result.run.law_parties}
    for party, page in pages(name).items():
        alone, paid, gained = page.totals
        assert (sum(y.law for y in page.years), sum(y.paid for y in page.years)) == (alone, paid)
        assert sum(y.gained for y in page.years) == gained
        assert sum(y.net for y in page.years) == gained - paid
        assert paid == half_away_from_zero(float(agreed[party].paid[0].sum()))
        assert gained == half_away_from_zero(float(agreed[party].gained[0].sum()))
        assert alone == half_away_from_zero(float(law[party].net[0].sum()))
        assert page.years[-1].worth == half_away_from_zero(float(agreed[party].npv[0]))


def test_many_years_are_taken_together_in_the_last_row() -> None:
    """Without losing any money."""
    found = load_scenario("drenthe", ["scenario.horizon_years=25"])
    long = build_report(found, studies=False)
    page = party_pages(long, ["GM0106"], "x", "nl")[0]
    row = next(r for r in long.rows if r.party.id == "GM0106")
    assert len(page.years) == MOST_YEARS
    assert re.fullmatch(r"\d{4}–\d{4}", page.years[-1].label)
    assert sum(y.paid for y in page.years) == page.totals[1] == half_away_from_zero(row.paid_eur)
    assert page.years[-1].worth == half_away_from_zero(row.npv_eur)


@pytest.mark.parametrize("name", ["drenthe-akkoord", "kinzigtal"])
def test_the_assumptions_are_those_that_move_the_party_most(name: str) -> None:
    found = report(name)
    moved = influences(found.scenario, assumed_numbers(found.scenario))
    for party, page in pages(name).items():
        sizes = sorted((abs(i.high_eur[party] - i.low_eur[party]) for i in moved), reverse=True)
        expected = [f"€ {half_away_from_zero(s):,}".replace(",", ".") for s in sizes if s >= 0.005][:MOST_ASSUMPTIONS]
        assert [size for _, _, size in page.assumptions] == expected


def test_a_party_sees_what_it_takes_part_in() -> None:
    """Receipts and payments of the whole life; another party's contract is not on its page."""
    result = report("drenthe-akkoord").result
    names = result.scenario.spec.arrangements.named
    for party, page in pages("drenthe-akkoord").items():
        for name, stated in names.items():
            own = cash_of(result, name).get(party)
            shown = {what: (came, went) for what, came, went in page.arrangements}
            if own is not None and own.any():
                came = half_away_from_zero(float(own[own > 0].sum()))
                assert shown[stated.name][0] == f"€ {came:,}".replace(",", ".")
    assert pages("drenthe-akkoord")["uwv"].arrangements == []


def test_a_scenario_without_agreement_says_so() -> None:
    page = pages("drenthe")["GM0106"]
    text = Reader(party_html(page)).text
    assert not page.has_agreement
    assert "Er is niets afgesproken" in text
    assert "met afspraken" not in text


def test_the_commands_on_the_page_work() -> None:
    for command in pages("drenthe-akkoord")["GM0114"].commands:
        assert CliRunner().invoke(main, command.split()[1:]).exit_code == 0


def test_the_payback_of_the_page_is_that_of_the_run() -> None:
    for party, page in pages("drenthe-akkoord").items():
        row = next(r for r in report("drenthe-akkoord").rows if r.party.id == party)
        shown = dict(page.facts)["terugverdiend in"]
        assert shown == ("geen inleg" if not row.invests else str(row.payback_year or "niet binnen 2034"))


# --- how it stands alone ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_page_is_whole_and_has_nothing_from_elsewhere(name: str, lang: str) -> None:
    for page in pages(name, lang).values():
        text = party_html(page)
        found = Reader(text)
        assert found.open == []
        assert found.tags[0] == ("html", {"lang": lang})
        assert {tag for tag, _ in found.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "a", "form"})
        assert not re.search(r"url\(|@import|http:|https:|javascript", text)
        assert not [a for _, attributes in found.tags for a in attributes if a.startswith("on") or a in {"href", "src"}]
        assert "default-src 'none'" in text
        assert page.name in found.text


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_page_never_holds_more_than_a_sheet_of_paper_does(name: str) -> None:
    for page in pages(name).values():
        assert len(page.years) <= MOST_YEARS
        assert len(page.assumptions) <= MOST_ASSUMPTIONS
        assert len(page.arrangements) <= MOST_ARRANGEMENTS


def chart(page: PartyPage) -> ET.Element:
    text = party_html(page)
    return ET.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])


def test_bars_are_as_high_as_the_amounts_and_told_apart_without_colour() -> None:
    page = pages("drenthe-akkoord")["GM0114"]
    found = chart(page)
    bars = [b for b in found.iter("rect") if float(b.attrib["y"]) > 2]
    nets = [v for y in page.years for v in (y.law, y.net)]
    scale = max(float(b.attrib["height"]) for b in bars) / max(map(abs, nets))
    assert [float(b.attrib["height"]) for b in bars] == pytest.approx([abs(v) * scale for v in nets], abs=0.15)
    assert {b.attrib["fill"] for b in bars[::2]} == {"#fff"}
    assert {b.attrib["fill"] for b in bars[1::2]} == {"#444"}
    grey = re.compile(r"#([0-9a-f])\1\1|#([0-9a-f])\2{2}")
    assert all(grey.fullmatch(v) for e in found.iter() for k, v in e.attrib.items() if k in {"fill", "stroke"})
    assert found.attrib["role"] == "img"


def test_a_party_without_money_in_any_year_still_has_a_chart() -> None:
    """Nothing is divided by zero."""
    page = replace(pages("drenthe")["GM0106"], years=[YearRow("2027", 0, 0, 0, 0)])
    assert {float(b.attrib["height"]) for b in chart(page).iter("rect")} == {0.0}


NASTY = "<script>alert('x')</script> & \"quoted\""


def test_names_are_escaped_everywhere() -> None:
    page = pages("drenthe-akkoord")["GM0114"]
    spoiled = replace(
        page,
        name=NASTY,
        scenario=NASTY,
        lead=NASTY,
        basis=NASTY,
        facts=[(NASTY, NASTY)],
        assumptions=[(NASTY, NASTY, NASTY)],
        arrangements=[(NASTY, NASTY, NASTY)],
        commands=[NASTY],
        stamp=NASTY,
        years=[YearRow(NASTY, 1, 2, 3, 4)],
    )
    text = party_html(spoiled)
    assert "<script" not in text
    assert {tag for tag, _ in Reader(text).tags} == {tag for tag, _ in Reader(party_html(page)).tags}


def test_a_name_of_a_scenario_reaches_the_page_escaped(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "scenario: {base: drenthe-akkoord, name: x}\nregion: {names: {GM0106: '<b>Assen</b> & co'}}\n", "utf-8"
    )
    found = build_report(load_scenario(file), studies=False)
    (path,) = write_summaries(found, tmp_path / "out", "GM0106", "x", "nl")
    text = path.read_text("utf-8")
    assert "<b>Assen" not in text
    assert "&lt;b&gt;Assen&lt;/b&gt; &amp; co" in text


def test_a_long_name_is_cut_off() -> None:
    page = replace(pages("drenthe")["GM0106"], name="x" * 500)
    assert "x" * LONGEST_NAME not in party_html(page)
    assert "x" * (LONGEST_NAME - 1) + "…" in party_html(page)


def test_a_path_with_spaces_can_be_typed_as_it_stands() -> None:
    page = party_pages(report("drenthe"), ["GM0106"], "mijn map/scenario.yaml", "nl")[0]
    assert all("'mijn map/scenario.yaml' GM0106" in command for command in page.commands)


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_writes_a_page_per_party_and_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        done = CliRunner().invoke(main, ["summary", "drenthe", str(tmp_path / name)], catch_exceptions=False)
        assert done.exit_code == 0
        assert done.stdout == ""
    files = sorted((tmp_path / "one").iterdir())
    assert {f.stem for f in files} == set(pages("drenthe"))
    for file in files:
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


@pytest.mark.parametrize(("asked", "found"), [("Emmen", ["GM0114"]), ("GM0114", ["GM0114"]), ("menzis", ["menzis"])])
def test_one_party_by_its_id_or_name(asked: str, found: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["summary", "drenthe", str(tmp_path), "--party", asked, "--lang", "en"])
    assert done.exit_code == 0
    assert [f.stem for f in tmp_path.iterdir()] == found
    assert 'lang="en"' in next(tmp_path.iterdir()).read_text("utf-8")


def test_a_group_gives_a_page_for_each_of_its_members() -> None:
    assert len(asked_parties(report("drenthe"), "municipalities")) == 12


@pytest.mark.parametrize("asked", ["society", "nobody", "employers"])
def test_who_has_no_page_is_refused_with_those_that_have_one(asked: str, tmp_path: Path) -> None:
    """A party that is not there, or that the scenario does not touch."""
    with pytest.raises(UnknownNameError):
        asked_parties(report("drenthe"), asked)
    assert CliRunner().invoke(main, ["summary", "drenthe", str(tmp_path), "--party", asked]).exit_code == 2
