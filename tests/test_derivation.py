"""Every figure of the first screen can be asked for, and is found again in what it is made of."""

from __future__ import annotations

import io
import re
from functools import cache

import pytest
from click.testing import CliRunner
from rich.console import Console

from coalition.cli import main
from coalition.derivation import derive
from coalition.errors import UnknownNameError
from coalition.figures import FIGURE_NAMES, Derivation, Figure, figure_named
from coalition.outputs.explain import Asked, explain
from coalition.outputs.labels import Lang
from coalition.outputs.remarks import Remark, remarks
from coalition.report import Report, build_report
from coalition.scenario import load_scenario, shipped_scenarios
from coalition.schema import numbers_in
from coalition.trace import Question
from coalition.uncertainty import clawback_extremes

AMOUNT = re.compile(r"€ -?\d+(?:\.\d{3})*|\d+,\d+")
"""An amount or a decimal number as a Dutch reader sees it."""
OF_ALL = [f for f in Figure if f not in {Figure.RANGE, Figure.BREAK_EVEN, Figure.INPUT}]


@cache
def report_of(name: str) -> Report:
    """A shipped scenario's report with all its studies."""
    return build_report(load_scenario(name))


@cache
def found(name: str, figure: Figure, subject: str = "") -> Derivation:
    """A figure of a shipped scenario, taken apart."""
    return derive(report_of(name), figure, subject)


def asked(*words: str) -> Asked:
    """What a reader types, as the command line reads it."""
    rest = list(words[1:])
    question = Question(
        words[0],
        pocket=rest[rest.index("--pocket") + 1] if "--pocket" in rest else None,
        intervention=rest[rest.index("--intervention") + 1] if "--intervention" in rest else None,
        zero_effect="--zero-effect" in rest,
    )
    return Asked(words[0], None, question)


def explained(name: str, words: tuple[str, ...], lang: Lang = "nl") -> str:
    """What `coalition explain` prints."""
    console = Console(file=io.StringIO(), width=200)
    explain(report_of(name).scenario, asked(*words), "table", console, lang)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_remark_with_an_amount_says_what_to_ask(name: str) -> None:
    """No figure beside the tables stands without a way to where it comes from."""
    silent = [r.said for r in remarks(report_of(name), "nl") if AMOUNT.search(r.said) and not r.ask]
    assert silent == []


@pytest.mark.parametrize("name", shipped_scenarios())
def test_what_a_remark_says_is_found_where_it_points(name: str) -> None:
    """Each amount of a remark stands, to the digit, in the explanation that it names."""
    missing = []
    for remark in remarks(report_of(name), "nl"):
        if not remark.ask:
            continue
        text = explained(name, remark.ask)
        missing += [(amount, remark.ask) for amount in AMOUNT.findall(remark.said) if amount not in text]
    assert missing == []


@pytest.mark.parametrize("name", shipped_scenarios())
@pytest.mark.parametrize("figure", OF_ALL)
def test_lines_add_up_to_the_figure(name: str, figure: Figure) -> None:
    """What is taken apart can be put together again."""
    taken = found(name, figure)
    same_key = {"index_all": "part_all"} | {
        f"index_{v}": f"part_{v}" for v in ("without_providers", "without_providers_residents_zvw_fund")
    }
    summed = 0
    for key, value in taken.results.items():
        column = same_key.get(key, key)
        if column in taken.summed and value is not None and taken.parts:
            if value == value:  # an index that is not defined has no sum
                assert taken.total(column) == pytest.approx(value, rel=1e-9, abs=1e-6)
            summed += 1
    assert summed or not taken.summed or not taken.results or not taken.parts or figure is Figure.MONETISED


@pytest.mark.parametrize("name", shipped_scenarios())
def test_results_per_party_or_pocket_are_sums_of_their_lines(name: str) -> None:
    """What falls later per party, freed capacity per pocket, valued welfare per label."""
    report = report_of(name)
    tail, capacity = found(name, Figure.TAIL), found(name, Figure.CAPACITY)
    for party, value in report.tail_eur.items():
        assert sum(p.values[0] or 0 for p in tail.parts if p.names[0] == party) == pytest.approx(value, abs=1e-6)
    turnover = capacity.value_columns.index("freed_eur")
    for key, freed in capacity.results.items():
        lines = [p.values[turnover] or 0 for p in capacity.parts if key == f"freed_eur:{p.names[0]}"]
        assert sum(lines) == pytest.approx(freed, abs=1e-6)
    assert found(name, Figure.MONETISED).total("monetised_eur") == pytest.approx(sum(report.monetised_eur.values()))


@pytest.mark.parametrize("name", shipped_scenarios())
def test_what_equalisation_does_agrees_with_the_runs_at_its_ends(name: str) -> None:
    """Present value without equalisation is npv + what it takes; with all of it, that minus the most it takes."""
    results = found(name, Figure.CLAWBACK).results
    for insurer, (none, everything) in clawback_extremes(report_of(name).scenario).items():
        assert results[f"none_npv_eur:{insurer}"] == pytest.approx(none, abs=0.005)
        assert results[f"all_npv_eur:{insurer}"] == pytest.approx(everything, abs=0.005)


@pytest.mark.parametrize("name", ["drenthe", "sociaal-hospitaal"])
def test_range_and_break_even_of_each_row_are_those_of_the_first_screen(name: str) -> None:
    """A party and a group alike; at the break-even multiple the present value is next to nothing."""
    for row in report_of(name).rows[:3]:
        spread = found(name, Figure.RANGE, row.party.id).results
        assert row.npv_range is not None
        assert (spread["low_npv_eur"], spread["high_npv_eur"]) == (row.npv_range.low_eur, row.npv_range.high_eur)
        even = found(name, Figure.BREAK_EVEN, row.party.id)
        assert even.results["break_even_multiple"] == row.break_even
        at = {part.values[0]: part.values[1] for part in even.parts}
        assert at[0.0] == pytest.approx(row.npv_zero_effect_eur, abs=0.01)
        assert at[1.0] == pytest.approx(row.npv_eur, abs=0.01)
        if row.break_even is not None:
            assert abs(at[row.break_even] or 0.0) <= max(1.0, 0.01 * -row.npv_zero_effect_eur)


def test_what_a_number_moves_is_half_of_all_changes() -> None:
    """The influence of the first screen, from the changes per party."""
    report = report_of("drenthe")
    for influence in report.influences[:3]:
        taken = found("drenthe", Figure.INPUT, influence.path)
        changes = [part.values[-1] or 0.0 for part in taken.parts]
        assert taken.results["moves_npv_eur"] == influence.size_eur
        assert (sum(map(abs, changes)) + abs(sum(changes))) / 2 == pytest.approx(influence.size_eur)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_line_can_be_asked_further(name: str) -> None:
    """From a line to the next explanation, until inputs are reached."""
    asks = {part.ask for figure in OF_ALL for part in found(name, figure).parts if part.ask}
    paths = {path for path, _ in numbers_in(report_of(name).scenario.spec)}
    for ask in sorted(asks):
        if ask[0] not in paths:
            assert explained(name, ask)
    assert all(ask[0] in paths for ask in asks if ask[0].count(".") > 3)


def test_the_list_of_assumptions_is_whole() -> None:
    """As many lines as the first screen counts, each with its source and place."""
    taken, report = found("drenthe", Figure.ASSUMPTIONS), report_of("drenthe")
    assert len(taken.parts) == report.assumed_count == len(taken.sources)
    assert all(s.source and s.place for s in taken.sources)
    moved = [part.values[-1] for part in taken.parts if part.values[-1] is not None]
    assert moved == sorted(moved, reverse=True) == [i.size_eur for i in report.influences]


def test_every_figure_has_its_own_words() -> None:
    """No two figures answer to one name, and none to a party's."""
    words = [w for figure, names in FIGURE_NAMES.items() for w in {figure.value, *names}]
    assert len(words) == len(set(words))
    assert set(FIGURE_NAMES) == set(OF_ALL)
    assert figure_named("Verevening") is Figure.CLAWBACK
    assert figure_named("assen") is None


def test_the_screen_names_figures_in_its_own_language() -> None:
    """Between brackets stands what this reader can type."""
    remark = Remark("x", (Figure.CAPACITY,))
    assert (remark.line("nl"), remark.line("en")) == ("x [capaciteit]", "x [capacity]")
    assert Remark("x", ("a.b",)).line("nl") == "x [a.b]"
    assert Remark("x").line("nl") == "x"


def test_society_has_no_range_and_an_unknown_path_is_refused() -> None:
    """What the first screen does not show cannot be asked for."""
    with pytest.raises(UnknownNameError):
        found("drenthe", Figure.RANGE, "society")
    with pytest.raises(UnknownNameError):
        found("drenthe", Figure.INPUT, "interventions.nothing.reach")


def test_a_number_without_a_range_and_a_value_that_is_none_say_where_they_stand() -> None:
    """Both lead to a place in the file."""
    unranged = found("drenthe", Figure.INPUT, "payers.coordination.payers.0.share")
    assert unranged.parts == []
    assert [s.path for s in unranged.sources] == ["payers.coordination.payers.0.share"]
    year = found("drenthe", Figure.INPUT, "holders.cashable.zvw.from_year")
    assert [(s.source, s.place.partition(":")[0][-13:]) for s in year.sources] == [("2028", "scenario.yaml")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["index"], 0, "0,26"),
        (["Assen", "--range"], 0, "trekkingen: 200"),
        (["Assen", "--break-even"], 0, "quitte bij × effect"),
        (["Assen", "2029"], 0, "opgeteld"),
        (["aannames"], 0, "target_groups.schulden.share"),
        (["index", "2029"], 2, "bij een partij"),
        (["interventions.schuldhul.reach"], 2, "Bedoelde u 'interventions.schuldhulp.reach'?"),
    ],
)
def test_the_command_answers(words: list[str], code: int, said: str) -> None:
    """As a reader types it."""
    outcome = CliRunner().invoke(main, ["explain", "drenthe", *words])
    assert outcome.exit_code == code
    assert said in outcome.output
