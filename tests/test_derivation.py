"""Every figure of the first screen can be asked for, and is found again in what it is made of."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from coalition.cli import main
from coalition.derivation import derive
from coalition.errors import UnknownNameError
from coalition.figures import FIGURE_NAMES, Derivation, Figure, figure_named
from coalition.model import funds_of, parties_of
from coalition.money import HALF_CENT_EUR
from coalition.outputs.explain import Asked, explain
from coalition.outputs.explain_sources import input_name, unit_label
from coalition.outputs.formats import euro
from coalition.outputs.labels import Lang, text
from coalition.outputs.remarks import Remark, remarks
from coalition.outputs.trail_words import step_words
from coalition.report import Report, build_report
from coalition.scenario import load_scenario, shipped_scenarios
from coalition.schema import numbers_in
from coalition.trace import Question, Trace, accounts_of, trace
from coalition.uncertainty import clawback_extremes, largest_multiple

AMOUNT = re.compile(r"€ -?\d+(?:\.\d{3})*|\d+,\d+")
"""An amount or a decimal number as a Dutch reader sees it."""
LANGS: tuple[Lang, ...] = ("nl", "en")
COMPLETE = Path(__file__).resolve().parents[1] / "docs" / "complete"
OF_ONE = {Figure.RANGE, Figure.BREAK_EVEN, Figure.INPUT, Figure.PARAMETER}
OF_ALL = [f for f in Figure if f not in OF_ONE]


@cache
def report_of(name: str) -> Report:
    """A shipped scenario's report with all its studies."""
    return build_report(load_scenario(name))


@cache
def found(name: str, figure: Figure, subject: str = "") -> Derivation:
    """A figure of a shipped scenario, taken apart."""
    return derive(report_of(name), figure, subject)


@cache
def trace_of(party: str) -> Trace:
    """A party's trail in Drenthe over all years."""
    report = report_of("drenthe")
    return trace(report.scenario, report.result.run, Question(party))


def asked(*words: str) -> Asked:
    """What a reader types, as the command line reads it."""
    rest = list(words[1:])
    question = Question(
        words[0],
        pocket=rest[rest.index("--pocket") + 1] if "--pocket" in rest else None,
        intervention=rest[rest.index("--intervention") + 1] if "--intervention" in rest else None,
        zero_effect="--zero-effect" in rest,
    )
    return Asked(words[0], (), question)


@cache
def explained(name: str, words: tuple[str, ...], lang: Lang = "nl", form: str = "table") -> str:
    """What `coalition explain` prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        explain(report_of(name).scenario, asked(*words), form, Console(file=printed, width=200), lang)
    return printed.getvalue()


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
        assert even.results.get("break_even_multiple") == row.break_even
        at = {part.values[0]: part.values[1] for part in even.parts}
        assert at[0.0] == pytest.approx(row.npv_zero_effect_eur, abs=0.01)
        assert at[1.0] == pytest.approx(row.npv_eur, abs=0.01)
        if row.break_even is not None:
            assert abs(at[row.break_even] or 0.0) <= max(1.0, 0.01 * -row.npv_zero_effect_eur)


def test_what_a_number_moves_is_the_larger_of_what_winners_and_losers_see() -> None:
    """The influence of the first screen, from the changes per party; the lines add up to the sum with its sign."""
    report = report_of("drenthe")
    for influence in report.influences[:5]:
        taken = found("drenthe", Figure.INPUT, influence.path)
        changes = [part.values[-1] or 0.0 for part in taken.parts]
        winners, losers = sum(c for c in changes if c > 0), sum(c for c in changes if c < 0)
        assert (taken.results["winners_npv_eur"], taken.results["losers_npv_eur"]) == (winners, losers)
        assert taken.results["change_npv_eur"] == pytest.approx(taken.total("change_npv_eur"))
        assert taken.results["moves_npv_eur"] == influence.size_eur == pytest.approx(max(winners, -losers))


def test_every_trail_of_one_number_tells_what_moving_means_in_the_same_words() -> None:
    """The list of assumptions and the single number agree; a loss keeps its sign."""
    words = "het is de grootste van beide sommen"
    one = explained("drenthe", ("interventions.schuldhulp.reach",))
    assert words in " ".join(one.split())
    assert words in " ".join(explained("drenthe", ("aannames",)).split())
    net = found("drenthe", Figure.INPUT, "interventions.schuldhulp.reach").results["change_npv_eur"]
    assert net is not None
    assert net < 0
    assert f"verandering: {euro(net, 'nl')}" in one


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_line_can_be_asked_further(name: str) -> None:
    """From a line to the next explanation, until inputs are reached.

    Of the accounts of a kind one is shown as a table for each intervention, and the others as data. In a scenario on
    the base of another one those others are not asked for again; tests/test_steps.py traces every party of each.
    """
    scenario = report_of(name).scenario
    on_a_base = re.search(r"^  base:", scenario.path.read_text("utf-8"), re.MULTILINE)
    kinds = {account.id: account.kind.value for account in (*parties_of(scenario), *funds_of(scenario))}
    asks = {part.ask for figure in OF_ALL for part in found(name, figure).parts if part.ask}
    paths = {path for path, _ in numbers_in(scenario.spec)}
    shown: set[tuple[str, ...]] = set()
    for ask in sorted(asks):
        alike = (kinds.get(ask[0], ask[0]), *ask[1:])
        if ask[0] not in paths and not (on_a_base and alike in shown):
            assert explained(name, ask, form="json" if alike in shown else "table")
            shown.add(alike)
    assert all(ask[0] in paths for ask in asks if ask[0].count(".") > 3)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_number_put_in_can_be_asked_for(name: str) -> None:
    """Assumption or not: as many lines as the first screen counts, each with standing and place."""
    report, taken = report_of(name), found(name, Figure.INPUTS)
    assert len(taken.parts) == report.number_count == len(taken.sources)
    assert all(s.standing and s.place for s in taken.sources)


def test_the_list_of_assumptions_is_whole() -> None:
    """As many lines as the first screen counts, each with its source and place."""
    taken, report = found("drenthe", Figure.ASSUMPTIONS), report_of("drenthe")
    assert len(taken.parts) == report.assumed_count == len(taken.sources)
    assert all(s.source and s.place for s in taken.sources)
    moved = [part.values[-1] for part in taken.parts if part.values[-1] is not None]
    assert moved == sorted(moved, reverse=True) == [i.size_eur for i in report.influences]


@pytest.mark.parametrize("name", shipped_scenarios())
def test_equalisation_can_be_followed_year_by_year(name: str) -> None:
    """Nominal × worth = present value in each year, and the years add up to the line of the insurer."""
    taken = found(name, Figure.CLAWBACK)
    for part in taken.parts:
        years = [y.values for y in taken.by_year if y.names[0] == part.names[0]]
        assert len(years) == len(report_of(name).result.years)
        for worth, nominal, npv, at_most, at_most_npv in years:
            assert npv == pytest.approx((worth or 0) * (nominal or 0))
            assert at_most_npv == pytest.approx((worth or 0) * (at_most or 0))
        of_insurer = dict(zip(taken.value_columns, part.values, strict=True))
        assert sum(y[2] or 0 for y in years) == pytest.approx(of_insurer["taken_npv_eur"])
        assert sum(y[4] or 0 for y in years) == pytest.approx(of_insurer["taken_all_npv_eur"])


def test_a_party_that_cannot_break_even_hears_why() -> None:
    """The word of the first screen, and the multiple beyond which an effect would avoid everything."""
    insurers = found("drenthe", Figure.BREAK_EVEN, "insurers")
    assert insurers.reason == "beyond_everything"
    limit = largest_multiple(report_of("drenthe").scenario)
    assert insurers.results == {"break_even_multiple": None, "largest_multiple": limit}
    assert insurers.parts[-1].values[0] == limit
    assert (insurers.parts[-1].values[1] or 0) < 0
    assert found("drenthe", Figure.BREAK_EVEN, "uwv").reason == "loses_nothing"
    assert found("drenthe", Figure.BREAK_EVEN, "municipalities").reason == ""


@pytest.mark.parametrize("name", shipped_scenarios())
def test_screen_and_trail_agree_on_who_cannot_break_even(name: str) -> None:
    """Empty on the screen: loses nothing; a word on the screen: a reason in the trail."""
    for row in report_of(name).rows[:6]:
        reason = found(name, Figure.BREAK_EVEN, row.party.id).reason
        if row.break_even is not None:
            assert reason == ""
        else:
            assert (reason == "loses_nothing") == (row.npv_zero_effect_eur >= -HALF_CENT_EUR)
            assert reason


def test_a_number_with_a_range_that_moves_nothing_says_so() -> None:
    """No effect touches the pocket; that is something else than having no range."""
    taken = found("drenthe", Figure.INPUT, "region.growth_per_year.jeugdwet")
    assert (taken.reason, taken.parts) == ("moves_nothing", [])
    assert "heeft een bandbreedte" in explained("drenthe", ("region.growth_per_year.jeugdwet",))
    assert found("drenthe", Figure.INPUT, "payers.coordination.payers.0.share").reason == "no_range"


def test_a_part_of_the_scenario_shows_years_and_steps_beside_its_numbers() -> None:
    """Nothing that was put in is left out."""
    paths = {s.path for s in found("drenthe", Figure.INPUT, "interventions.rookvrij").sources}
    assert {"interventions.rookvrij.reach", "interventions.rookvrij.ramp_up.0"} <= paths
    assert "interventions.rookvrij.ramp_up.0" in explained("drenthe", ("interventions.rookvrij",))


def test_an_amount_shows_the_price_levels_that_move_it() -> None:
    """Its price year and the years shown; a share has none."""
    amount = found("drenthe", Figure.INPUT, "payers.coordination.cost_per_year").sources
    assert {s.place[:4] for s in amount if s.path == "cpi.cpi"} >= {"2025", "2027", "2034"}
    share = found("drenthe", Figure.INPUT, "interventions.schuldhulp.reach").sources
    assert not any(s.path == "cpi.cpi" for s in share)


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
    assert [(s.value, s.place.partition(":")[0][-13:]) for s in year.sources] == [(2028, "scenario.yaml")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["index"], 0, "0,26"),
        (["Assen", "--range"], 0, "trekkingen: 200"),
        (["Assen", "--break-even"], 0, "quitte bij × effect"),
        (["Assen", "2029"], 0, "opgeteld"),
        (["aannames"], 0, "target_groups.schulden.share"),
        (["index", "2029"], 2, "bij een partij"),
        (["Emmen", "2028", "--range"], 2, "gelden over alle jaren"),
        (["Emmen", "--range", "--break-even"], 2, "niet beide"),
        (["Zorgverzekeraars", "--break-even"], 0, "quitte bij × effect: niet bereikbaar"),
        (["UWV", "--break-even"], 0, "Zonder effect verliest deze partij niets"),
        (["scenario.discount"], 0, "2,8 %"),
        (["holders.cashable.zvw.from_year"], 0, "eigen keuze van de coalitie"),
        (["cpi.cpi"], 0, "100,32 (index, 2015 = 100)"),
        (["own_risk.own_risk_mandatory"], 0, "385"),
        (["cpi.cpo"], 2, "Bedoelde u 'cpi.cpi'?"),
        (["invoer"], 0, "interventions.schuldhulp.payers.0.share"),
        (["De gemeenten"], 0, "gemeenten samen, 2027"),
        (["Zilveren Kruis (Achmea, met D…", "2028"], 0, "met De Friesland), 2028"),
        (["Assen", "--pocket", "bijzondere bijstand"], 0, "bijz. bijst."),
        (["Assen", "--intervention", "valpreventie"], 0, "valcursus.max_per_starter"),
        (["Assen", "--intervention", "valpreventie"], 0, "euro van 2022, met de prijsindex"),
        (["valpreventie"], 2, "interventions.valpreventie"),
        (["Schuldhulpverlening (extra trajecten)"], 2, "--intervention schuldhulp"),
        (["Emmen", "2026"], 2, "2027, 2028"),
        (["interventions.schuldhul.reach"], 2, "Bedoelde u 'interventions.schuldhulp.reach'?"),
    ],
)
def test_the_command_answers(words: list[str], code: int, said: str) -> None:
    """As a reader types it."""
    outcome = CliRunner().invoke(main, ["explain", "drenthe", *words])
    assert outcome.exit_code == code
    assert said in outcome.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["preventiefonds"], 0, "Preventiefonds Drenthe, 2027–2034"),
        (["Preventiefonds Drenthe", "2028"], 0, "inleg in het fonds"),
        (["Langer thuis in Hollandscheveld"], 2, "arrangements.contracts.langer_thuis"),
        (["arrangements.contracts.langer_thuis"], 0, "gain_bands.0.shares.GM0118"),
    ],
)
def test_what_is_agreed_can_be_asked_for(words: list[str], code: int, said: str) -> None:
    """A fund has an account of its own; a contract has terms, and its money stands with its parties."""
    outcome = CliRunner().invoke(main, ["explain", "drenthe-akkoord", *words])
    assert outcome.exit_code == code
    assert said in outcome.output


@pytest.mark.parametrize(
    ("path", "nl", "en"),
    [
        ("contracts.langer_thuis.gain_bands.0.shares.GM0118",
         "Langer thuis in Hollandscheveld, Hoogeveen, aandeel in een besparing",
         "Langer thuis in Hollandscheveld, Hoogeveen, share in a saving"),
        ("contracts.langer_thuis.loss_bands.0.shares.wlz_fund",
         "Langer thuis in Hollandscheveld, Fonds langdurige zorg, aandeel in een verlies",
         "Langer thuis in Hollandscheveld, Long-term care fund, share in a loss"),
        ("funds.preventiefonds.contributions.vgz_unive.amounts_eur.2027",
         "Preventiefonds Drenthe, VGZ (met Univé), bedrag per jaar",
         "Preventiefonds Drenthe, VGZ (met Univé), amount per year"),
        ("funds.preventiefonds.draws.valpreventie.from_savings.share",
         "Preventiefonds Drenthe, Kwart van de valpreventie van de gemeenten, deel van de besparing dat terugkomt",
         "Preventiefonds Drenthe, Kwart van de valpreventie van de gemeenten, part of the saving that comes back"),
        ("contracts.jeugdhulp.discount", "Sociaal Hospitaal, minder jeugdhulp, deel dat de betaler eerst houdt",
         "Sociaal Hospitaal, minder jeugdhulp, part that the payer keeps first"),
        ("contracts.jeugdhulp.sharers.municipality.gain_cap_eur",
         "Sociaal Hospitaal, minder jeugdhulp, gemeenten, hoogste ontvangst",
         "Sociaal Hospitaal, minder jeugdhulp, municipalities, most received"),
        ("contracts.niet_er.sharing_rate", "deel van een besparing voor wie niet betaalt",
         "part of a saving for who does not pay"),
    ],
)  # fmt: skip
def test_a_term_says_whose_it_is(path: str, nl: str, en: str) -> None:
    """Its arrangement, and the party or draw in it; a key of two meanings has the one of its place."""
    spec = report_of("drenthe-akkoord").scenario.spec
    assert [input_name(f"arrangements.{path}", spec, lang) for lang in LANGS] == [nl, en]


@pytest.mark.parametrize(
    ("path", "nl", "en"),
    [
        ("regional_budgets.kavel.members.zorgkantoor.closing_share",
         "Regiobudget veilig wonen, Fonds langdurige zorg, deel van wat aan het eind over is",
         "Regiobudget veilig wonen, Long-term care fund, part of what is left at the end"),
        ("regional_budgets.kavel.spending.huis_nalopen.delivery_share",
         "Regiobudget veilig wonen, Huis nalopen op valgevaar, deel van de uitvoering dat wordt gevraagd",
         "Regiobudget veilig wonen, Huis nalopen op valgevaar, part of delivery that is asked"),
        ("population_payments.vaste_som.norms.2.eur_per_person_year",
         "Vaste som voor de verzekerden van GezondPlus in Emmen, 65+, vaste som per persoon per jaar",
         "Vaste som voor de verzekerden van GezondPlus in Emmen, 65+, fixed sum per person per year"),
        ("impact_bonds.uit_de_schulden.outcome_payers.wie_bespaart.share",
         "Impact bond uit de schulden, gemeenten, deel van de besparing dat terugbetaalt",
         "Impact bond uit de schulden, municipalities, part of the saving that pays back"),
        ("deprivation_tariffs.achterstand.patients.GM0114",
         "Achterstandstarief en fonds, Emmen, patiënten in achterstandspostcodes",
         "Achterstandstarief en fonds, Emmen, patients in deprived postcodes"),
        ("departures.gezondplus_stopt.from_year",
         "GezondPlus stopt, Zorgzaam neemt over, eerste jaar zonder deze partij",
         "GezondPlus stopt, Zorgzaam neemt over, first year without this party"),
        ("departures.gezondplus_stopt.payments.overstap.amounts_eur.2024",
         "GezondPlus stopt, Zorgzaam neemt over, Bijdrage aan de overstap van verzekerden, bedrag per jaar",
         "GezondPlus stopt, Zorgzaam neemt over, Bijdrage aan de overstap van verzekerden, amount per year"),
    ],
)  # fmt: skip
def test_a_term_of_the_other_arrangements_says_whose_it_is(path: str, nl: str, en: str) -> None:
    """A member, a delivery, an age, an area or a payment by its name."""
    spec = load_scenario(COMPLETE).spec
    assert [input_name(f"arrangements.{path}", spec, lang) for lang in LANGS] == [nl, en]


def test_every_number_that_can_be_agreed_has_a_name_in_words() -> None:
    """Also of terms that no shipped scenario uses."""
    spec = load_scenario(COMPLETE).spec
    agreed = [path for path, _ in numbers_in(spec) if path.startswith("arrangements.")]
    for lang in LANGS:
        assert [path for path in agreed if input_name(path, spec, lang) == path] == []


def test_a_year_that_is_not_there_suggests_no_other() -> None:
    """2026 is no misspelling of 2032."""
    outcome = CliRunner().invoke(main, ["explain", "drenthe", "Emmen", "2026"])
    assert "Bedoelde u" not in outcome.output


def test_society_has_no_columns_of_what_is_paid_and_gained() -> None:
    """It saves real resources; what one party pays another receives."""
    society, party = explained("drenthe", ("Samenleving",)), explained("drenthe", ("Assen",))
    assert ("krijgt of bespaart" in society, "krijgt of bespaart" in party) == (False, True)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_group_is_found_by_the_sentence_of_the_first_screen(lang: Lang) -> None:
    """`De gemeenten betalen ...` can be asked for as it stands there."""
    for words in ("municipalities", "insurers"):
        assert accounts_of(report_of("drenthe").scenario, text(words, lang))[0] == words


def test_every_unit_of_a_trail_has_dutch_words() -> None:
    """What stands behind a value on the Dutch screen is Dutch."""
    report = report_of("drenthe")
    units = {s.unit for row in report.rows for s in trace_of(row.party.id).sources if s.unit}
    assert all(unit_label(u, "nl") != u or u.startswith(("index", "euro")) for u in units)
    assert not any("index cpi" in unit_label(u, "nl") for u in units)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_number_has_a_name_in_words(name: str) -> None:
    """The path stands beside it, for who wants to ask further."""
    spec = report_of(name).scenario.spec
    for lang in LANGS:
        assert [path for path, _ in numbers_in(spec) if input_name(path, spec, lang) == path] == []


def test_every_step_has_words_in_both_languages() -> None:
    """No id of a reason or kind of care stands on the screen."""
    for row in report_of("drenthe").rows:
        for step in trace_of(row.party.id).steps:
            for lang in LANGS:
                assert "policy_" not in step_words(step.name, lang)
                assert "medicine_" not in step_words(step.name, lang)
