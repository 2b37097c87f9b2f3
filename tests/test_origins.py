"""What a figure rests on: values with place and standing, price levels, parameters, and counts from the tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from coalition.errors import UnknownNameError
from coalition.numbers import Euro, Index
from coalition.origins import (
    Source,
    dated_sources,
    number_sources,
    parameter_paths,
    parameter_source,
    price_sources,
    value_sources,
)
from coalition.parameters import all_subjects, load_parameters
from coalition.report import Report, build_report
from coalition.scenario import load_scenario, shipped_scenarios
from coalition.schema import numbers_in
from coalition.tables_used import publishers, table_sources
from coalition.trace import Question, trace


@cache
def report_of(name: str) -> Report:
    """A shipped scenario's report, without the studies that a trace does not need."""
    return build_report(load_scenario(name), studies=False)


def sources(party: str, year: int | None = None, intervention: str | None = None) -> list[Source]:
    """What a party's trail in Drenthe rests on."""
    report = report_of("drenthe")
    return trace(report.scenario, report.result.run, Question(party, year, intervention=intervention)).sources


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_amount_moved_by_prices_has_its_levels(name: str) -> None:
    """The level of each amount's price year stands in the trail, and so does that of each year it is moved to."""
    report = report_of(name)
    prices = report.result.run.projection.baseline.prices
    stated = dict(numbers_in(report.scenario.spec))
    for row in report.rows:
        found = trace(report.scenario, report.result.run, Question(row.party.id)).sources
        levels = {int(s.place[:4]): s.value for s in found if s.path == "cpi.cpi"}
        euros = [n for s in found if isinstance(n := stated.get(s.path), Euro) and n.index is Index.CPI]
        assert {e.price_year for e in euros} | set(report.result.years) <= set(levels)
        assert all(level == pytest.approx(float(prices.level(year)[0])) for year, level in levels.items())


def test_a_level_after_the_last_published_year_says_how_it_was_made() -> None:
    """Published levels are read or derived from a publication; later ones name the growth that was put in."""
    found = {s.place[:4]: s for s in price_sources(report_of("drenthe").scenario, (), (2025, 2027))}
    assert "blikopnieuws.nl" in found["2025"].source
    assert found["2027"].source == "134.56 (2025) × (1 + region.general_index_per_year)^2"
    assert found["2027"].standing == "derived"


@pytest.mark.parametrize("subject", all_subjects())
def test_any_parameter_gives_all_its_values(subject: str) -> None:
    """As many as the catalogue has, with date and standing."""
    paths = parameter_paths(f"{subject}.anything")
    assert paths == [f"{subject}.{p.id}" for p in load_parameters(subject)]
    for parameter in load_parameters(subject):
        found = dated_sources(subject, parameter.id)
        assert [s.place for s in found] == [d.start.isoformat() for d in parameter.values]
        assert all(s.standing for s in found)


def test_no_subject_has_no_parameters() -> None:
    """A path of the scenario is no parameter."""
    assert parameter_paths("interventions.valpreventie") == []
    with pytest.raises(UnknownNameError):
        dated_sources("cpi", "cpo")


def test_a_rule_that_has_ended_is_shown_as_ended() -> None:
    """The coordination grant lapsed in 2022; a coalition of 2027 rests on that, not on the last share paid."""
    found = parameter_source(report_of("drenthe").scenario, "grants", "coordination_grant_share")
    assert (found.value, found.words) == (None, "ended")


def test_a_figure_that_is_missing_gives_the_nearest_known_one() -> None:
    """A year whose index is not published yet has no level of its own."""
    assert parameter_source(report_of("drenthe").scenario, "cpi", "cpi").value == pytest.approx(134.56)


def test_years_steps_and_choices_stand_in_the_column_of_values() -> None:
    """What is no number with a range has a value all the same."""
    scenario = report_of("drenthe").scenario

    def told(path: str) -> list[tuple[float | None, str]]:
        return [(s.value, s.words) for s in value_sources(scenario, (path,))]

    assert told("holders.cashable.zvw.from_year") == [(2028.0, "")]
    assert told("scenario.price_year") == [(2025.0, "")]
    assert told("scenario.discount") == [(None, "mkba")]
    assert told("interventions.rookvrij.ramp_up") == [(0.33, ""), (0.67, ""), (1.0, "")]
    assert told("interventions.rookvrij.reach") == []
    assert told("nowhere.at.all") == []


def test_a_trail_lists_the_ramp_up_and_what_a_policy_reimburses() -> None:
    """The inputs of every step are there."""
    paths = {s.path for s in sources("assen", 2027, intervention="valpreventie")}
    assert "gemeentepolis.unive_pakket.modules.valcursus.max_per_starter" in paths
    assert "interventions.valpreventie.ramp_up.0" in paths
    assert "interventions.valpreventie.starts.first" in paths
    assert not any("gala_goals" in path for path in paths)


def test_a_trail_of_equalisation_says_on_what_it_works() -> None:
    """`use` or `cash` is a choice on which amounts rest."""
    found = sources("zilveren_kruis", intervention="depressie_voorkomen")
    assert [s.words for s in found if s.path == "holders.equalisation.basis"] == ["use"]


def test_counts_from_the_tables_are_those_of_the_areas_asked_for() -> None:
    """Assen has 69,701 inhabitants, of whom 15,147 are 65 or older; who counted them is named."""
    people = [s for s in sources("assen", 2027, intervention="valpreventie") if s.path == "region.people"]
    assert [(round(s.value or 0), s.words) for s in people] == [(69_701, "2024"), (15_147, "65+, 2024")]
    assert all("CBS" in s.source for s in people)
    cost = [s for s in sources("assen", 2027, intervention="valpreventie") if s.path == "region.cost"]
    assert [s.words for s in cost] == ["wmo, 65+"]
    assert "CPB" in cost[0].source


def test_the_mean_cost_shown_is_the_one_that_the_model_starts_from() -> None:
    """In the price year of the table, before growth and multiplier."""
    report = report_of("drenthe")
    scenario, run = report.scenario, report.result.run
    found = [s.value for s in table_sources(scenario, (0,), [("valpreventie", "wlz")]) if s.path == "region.cost"]
    group = run.projection.groups["thuis_65plus"]
    growth = next(iter(run.projection.baseline.pocket_growth[p] for p in group.cost_per_person if p.value == "wlz"))
    cost = next(iter(c for p, c in group.cost_per_person.items() if p.value == "wlz"))
    assert found == [pytest.approx(float(cost[0, 0, 0] / growth[0, 0]))]


def test_a_notice_names_the_publishers_of_columns_and_pockets(tmp_path: Path) -> None:
    """Only lines of the table that say so; other text names nobody."""
    notice = tmp_path / "DATA-NOTICE.md"
    notice.write_text(
        "# x\n| **Bron: CBS** (a) | `people`: b | c |\n| **Bron: Vektis 2019** | `zvw`, `people` | |\n", "utf-8"
    )
    assert publishers(notice) == {"people": ("CBS", "Vektis 2019"), "zvw": ("Vektis 2019",)}
    notice.write_text("Bron: CBS `people`\n", "utf-8")
    assert publishers(notice) == {}


def test_a_scenario_without_a_notice_names_its_table() -> None:
    """The page beside it is named where there is one."""
    assert table_sources(report_of("vallen").scenario)[0].source == "region.csv, README.md"


def test_every_number_is_a_source() -> None:
    """All numbers put in can be listed at once."""
    scenario = report_of("drenthe").scenario
    assert len(number_sources(scenario, [p for p, _ in numbers_in(scenario.spec)])) == len(numbers_in(scenario.spec))
