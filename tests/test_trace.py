"""Any figure of the first screen leads back to its postings, inputs and sources."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from coalition.arrangement_terms import KINDS
from coalition.errors import UnknownNameError
from coalition.origins import sources_of
from coalition.outputs.labels import Lang, pocket_label, pocket_named, text
from coalition.parties import Pocket
from coalition.report import Report, build_report
from coalition.scenario import load_scenario, shipped_scenarios
from coalition.trace import SOCIETY, Question, accounts_of, trace

COMPLETE = Path(__file__).resolve().parents[1] / "docs" / "complete"


@cache
def report_of(name: str) -> Report:
    """A shipped scenario's report, without the studies that a trace does not need."""
    return build_report(load_scenario(name), studies=False)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_row_of_the_first_screen_is_the_sum_of_its_postings(name: str) -> None:
    """Net and present value of each party and group are found again line by line."""
    report = report_of(name)
    for row in report.rows:
        found = trace(report.scenario, report.result.run, Question(row.party.id))
        assert found.net_eur == pytest.approx(row.net_eur, abs=0.02 * (1 + len(found.lines)))
        assert found.npv_eur == pytest.approx(row.npv_eur, abs=0.01)
        assert found.sources


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_cell_of_the_matrix_is_the_sum_of_its_postings(name: str) -> None:
    """A party's net in one pocket is found again, and so is each single year."""
    report = report_of(name)
    for (party, pocket), value in report.pockets.items():
        found = trace(report.scenario, report.result.run, Question(party, pocket=pocket))
        assert found.net_eur == pytest.approx(value, abs=0.02 * (1 + len(found.lines)))


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_years_of_a_party_sum_to_its_total(name: str) -> None:
    """Asking year by year gives the same money as asking once."""
    report = report_of(name)
    party = report.rows[0].party.id
    years = [trace(report.scenario, report.result.run, Question(party, year)) for year in report.result.years]
    whole = trace(report.scenario, report.result.run, Question(party))
    assert sum(y.npv_eur for y in years) == pytest.approx(whole.npv_eur, abs=0.01)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_zero_effect_twin_and_society_can_be_traced_too(name: str) -> None:
    """The figures of the zero-effect table have their own trace."""
    report = report_of(name)
    twin = report.result.zero_effect
    for row in report.rows:
        found = trace(report.scenario, twin, Question(row.party.id, zero_effect=True))
        assert found.npv_eur == pytest.approx(row.npv_zero_effect_eur, abs=0.01)
    society = trace(report.scenario, report.result.run, Question(SOCIETY))
    assert society.npv_eur == pytest.approx(report.societal_npv_eur, abs=0.01)


def test_every_input_of_a_trace_says_where_it_stands_and_how_sure_it_is() -> None:
    """A source without place or standing would be no source."""
    report = report_of("sociaal-hospitaal")
    found = trace(report.scenario, report.result.run, Question("cz"))
    assert all(s.place and s.standing for s in found.sources)
    assert any(s.path == "interventions.sociaal_hospitaal.cost.per_starter.0" for s in found.sources)


def test_a_party_is_found_by_its_name_too() -> None:
    """A negotiator types Den Haag, not GM0518."""
    report = report_of("sociaal-hospitaal")
    by_name = trace(report.scenario, report.result.run, Question("den haag"))
    assert by_name.accounts == ("GM0518",)


@pytest.mark.parametrize("pocket", list(Pocket))
def test_a_pocket_is_found_by_the_words_of_the_first_screen(pocket: Pocket) -> None:
    """What heads a column, in either language, is what can be asked for."""
    for label in (pocket_label(pocket, "nl"), pocket_label(pocket, "en")):
        assert pocket_named(label) == pocket_named(label.upper()) == pocket.value
    assert pocket_named("iets anders") == "iets anders"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_society_is_found_by_the_words_of_the_first_screen(lang: Lang) -> None:
    """The last row of the zero-effect table can be asked for as it stands there."""
    report = report_of("alcohol")
    found = trace(report.scenario, report.result.run, Question(text("society", lang)))
    assert found.net_eur == trace(report.scenario, report.result.run, Question(SOCIETY)).net_eur


@pytest.mark.parametrize(
    "question",
    [Question("nobody"), Question("cz", 1999), Question("cz", pocket="zww"), Question("cz", intervention="x")],
)
def test_what_the_scenario_does_not_have_is_named(question: Question) -> None:
    """A wrong name gives the names that there are."""
    report = report_of("sociaal-hospitaal")
    with pytest.raises(UnknownNameError) as error:
        trace(report.scenario, report.result.run, question)
    assert error.value.names


@pytest.mark.parametrize("kind", KINDS)
def test_an_arrangement_says_what_to_ask_instead(kind: str) -> None:
    """One that has an account answers as a party does; of any other the place of its terms is named."""
    scenario = load_scenario(COMPLETE)
    for name, stated in getattr(scenario.spec.arrangements, kind).items():
        if kind in {"funds", "regional_budgets", "deprivation_tariffs"}:
            assert accounts_of(scenario, stated.name)[0] == name
            continue
        with pytest.raises(UnknownNameError) as error:
            accounts_of(scenario, name)
        assert error.value.instead == f"arrangements.{kind}.{name}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_rests_on_the_terms_of_its_arrangement(kind: str) -> None:
    """What was agreed stands among the inputs, whatever kind of agreement it is."""
    scenario = load_scenario(COMPLETE)
    names = list(getattr(scenario.spec.arrangements, kind))
    found = {s.path for s in sources_of(scenario, [(name, "eigen_middelen") for name in names], [2022])}
    for name in names:
        assert any(path.startswith(f"arrangements.{kind}.{name}.") for path in found)
