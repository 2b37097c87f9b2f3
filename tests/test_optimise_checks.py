"""What is refused of a coalition's wishes, just inside and outside each rule, and of goals on the command line.

The words of each refusal in a file stand in tests/bad_scenarios; here stand the edges at which nothing is refused, and
what comes from the command line.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coalition.errors import ScenarioError
from coalition.messages import Language
from coalition.optimise_checks import goal_problems
from coalition.outputs.failures import error_text
from coalition.scenario import Scenario, load_scenario

WISHES = Path(__file__).parent / "bad_scenarios" / "wishes"


def found(folder: Path, wishes: str) -> list[str]:
    """Codes of what is wrong with the scenario of `wishes` after a change."""
    file = folder / "scenario.yaml"
    file.write_text(f"scenario: {{base: {WISHES}}}\noptimise:\n  {wishes}\n", encoding="utf-8")
    try:
        load_scenario(file)
    except ScenarioError as error:
        return [p.code for p in error.problems]
    return []


# --- in a file: at the edge and just over it ------------------------------------------------------------------------

EDGES = [
    ('objective: ["cash_back:1", "cash_back:10"]', 'objective: ["cash_back:11"]', "optimise.years"),
    ('objective: ["npv:insurers", "npv:table", "npv:municipality"]', 'objective: ["npv:insurer"]', "unknown.party"),
    ("start_years: [2027, 2030]", "start_years: [2027, 2031]", "optimise.start_year"),
    ("payback: {verzekeraar: {years: 10}}", "payback: {verzekeraar: {years: 11}}", "optimise.years"),
    ("payback: {verzekeraar: {party: table}}", "payback: {verzekeraar: {party: tafel}}", "unknown.party"),
    (
        "budgets: {gemeenten: {amounts_eur: {2030: 1}}}",
        "budgets: {gemeenten: {amounts_eur: {2036: 1}}}",
        "optimise.budget_year",
    ),
    (
        "budgets: {zorg: {parties: [noorderzorg, wlz_fund], own_plan_share: 1}}",
        "budgets: {zorg: {parties: [wlz_fund, state], own_plan_share: 1}}",
        "optimise.pays_nothing",
    ),
    (
        "budgets: {zorg: {parties: [veenpolis], law: aanvullende_verzekering, own_plan_share: 1}}",
        "budgets: {zorg: {parties: [veenpolis], law: eigen_middelen, own_plan_share: 1}}",
        "optimise.pays_nothing",
    ),
    (
        "budgets: {ieder: {parties: each, law: wpg, own_plan_share: 1}}",
        "budgets: {ieder: {parties: each, law: wlz, own_plan_share: 1}}",
        "optimise.pays_nothing",
    ),
    (
        "nobody_worse: {raad: {terms: [{first: 2036, last: 2036}]}}",
        "nobody_worse: {raad: {terms: [{first: 2036, last: 2037}]}}",
        "arrangement.late",
    ),
    (
        "portions: {oost: {at_least: 0.4, at_most: 0.4}}",
        "portions: {oost: {at_least: 0.5, at_most: 0.4}}",
        "optimise.portion_order",
    ),
    (
        "portions: {emmen: {name: Emmen, areas: [GM0114], at_least: 0.9}}",
        "portions: {emmen: {name: Emmen, areas: [GM0114], at_least: 0.91}}",
        "optimise.portion_sum",
    ),
    (
        "portions: {schuld: {name: Schuld, interventions: [schuldhulp], at_least: 0.95}}",
        "portions: {schuld: {name: Schuld, interventions: [schuldhulp], areas: [GM0114], at_least: 0.95}}",
        "optimise.portion_sum",
    ),
    (
        "pins: {ook: {intervention: beweeggroep, areas: [WK010601], do: not_at_all}}",
        "pins: {ook: {intervention: beweeggroep, areas: [GM0114], do: not_at_all}}",
        "optimise.pin_clash",
    ),
    (
        "pins: {ook: {intervention: beweeggroep, areas: [GM0114], do: as_planned}}",
        "pins: {ook: {intervention: beweeggroep, areas: all, do: not_at_all}}",
        "optimise.pin_clash",
    ),
    (
        "pins: {loopt_al: {do: not_at_all}, v: {intervention: valpreventie, areas: [WK010601], do: as_planned}}",
        "pins: {loopt_al: {do: not_at_all}, v: {intervention: valpreventie, areas: [GM0114], do: as_planned}}",
        "optimise.pin_needs",
    ),
    (
        "apart: {niet_samen: [rookvrij, beweeggroep]}\n  pins: {niet_hier: {do: as_planned}}",
        "apart: {niet_samen: [rookvrij, beweeggroep]}\n  pins: {niet_hier: {do: as_planned, areas: [GM0114]}}",
        "optimise.apart_pinned",
    ),
    (
        "needs: {dan: {intervention: schuldhulp, after: valpreventie}}",
        "needs: {dan: {intervention: beweeggroep, after: valpreventie}}",
        "optimise.needs_circle",
    ),
]
"""What may be wished, what may not although it is nearly the same, and as what it is refused."""


@pytest.mark.parametrize(
    ("allowed", "refused", "code"), EDGES, ids=[f"{code}-{k}" for k, (*_, code) in enumerate(EDGES)]
)
def test_a_wish_is_refused_just_over_the_edge_and_not_on_it(
    allowed: str, refused: str, code: str, tmp_path: Path
) -> None:
    """A rule that refuses too much is as bad as one that refuses too little."""
    assert found(tmp_path, allowed) == []
    assert found(tmp_path, refused) == [code]


def test_only_what_stays_must_be_able_to_start(tmp_path: Path) -> None:
    """What is not done at all may as well have a reach of 0; what stays may not, also in one of its areas."""
    closed = "  pins: {{loopt_al: {{intervention: schuldhulp, areas: all, do: {do}}}}}\n"
    closed += "interventions: {{schuldhulp: {{per_area: {{WK010601: {{capacity_per_year: 0}}}}}}}}"
    assert found(tmp_path, closed.format(do="not_at_all").lstrip()) == []
    assert found(tmp_path, closed.format(do="as_planned").lstrip()) == ["optimise.pin_zero"]


# --- on the command line --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """A scenario with two insurers and a horizon of ten years."""
    return load_scenario(WISHES)


@pytest.mark.parametrize(
    "goals", [["societal_npv"], ["qaly", "public_npv", "health_gap"], ["worst_off", "npv:GM0106", "cash_back:10"], []]
)
def test_goals_of_every_kind_may_be_asked(scenario: Scenario, goals: list[str]) -> None:
    """In any order, and none at all: then those of the scenario hold."""
    assert goal_problems(scenario, goals) == []


def test_without_a_horizon_a_hundred_years_may_be_asked(scenario: Scenario) -> None:
    """The clock is then as long as effects last; the limit is that of the other wishes about years."""
    head = scenario.spec.scenario.model_copy(update={"horizon_years": None})
    endless = replace(scenario, spec=scenario.spec.model_copy(update={"scenario": head}))
    assert goal_problems(endless, ["cash_back:100"]) == []
    assert [p.facts for p in goal_problems(endless, ["cash_back:101"])] == [{"most": "100"}]


def test_a_sound_frontier_is_accepted(scenario: Scenario) -> None:
    """Two goals, two ends, some time."""
    assert goal_problems(scenario, ["societal_npv", "npv:noorderzorg"], 2, seconds=0.5) == []


@pytest.mark.parametrize(
    ("goals", "code", "near"),
    [
        (["societal_npw"], "optimise.goal", "societal_npv"),
        (["npv"], "optimise.goal", ""),
        (["qaly:3"], "optimise.goal", "qaly"),
        (["cash_back"], "optimise.goal", ""),
        (["cash_back:-1"], "optimise.goal", ""),
        (["cash_back:²"], "optimise.goal", ""),
        ([""], "optimise.goal", ""),
        (["npv:"], "unknown.party", ""),
        (["npv:noorderzrog"], "unknown.party", "npv:noorderzorg"),
        (["cash_back:0"], "optimise.years", ""),
        (["cash_back:11"], "optimise.years", ""),
        (["qaly", "qaly"], "optimise.twice", ""),
    ],
)
def test_a_goal_that_there_is_not_is_refused(scenario: Scenario, goals: list[str], code: str, near: str) -> None:
    """With the option that it was asked by, what was typed, and what was probably meant."""
    (problem,) = goal_problems(scenario, goals)
    assert (problem.file, problem.code, problem.found) == ("--objective", code, goals[-1])
    assert problem.facts.get("suggestion", "") == near


def test_everything_on_the_command_line_is_refused_at_once(scenario: Scenario) -> None:
    """Goals, points and seconds together, each under its own option."""
    problems = goal_problems(scenario, ["qaly", "qaly"], 0, seconds=-1.0)
    assert [(p.file, p.code) for p in problems] == [
        ("--frontier", "optimise.frontier_itself"),
        ("--points", "number.too_low"),
        ("--seconds", "number.not_above"),
    ]


@pytest.mark.parametrize(("goals", "count"), [([], "0"), (["qaly"], "1"), (["qaly", "worst_off", "public_npv"], "3")])
def test_a_frontier_runs_between_two_goals(scenario: Scenario, goals: list[str], count: str) -> None:
    """Neither one nor three."""
    (problem,) = goal_problems(scenario, goals, 5)
    assert (problem.file, problem.code, problem.facts["count"]) == ("--frontier", "optimise.frontier_ends", count)


@pytest.mark.parametrize(("points", "refused"), [(-1, True), (0, True), (1, True), (2, False)])
def test_a_frontier_has_two_ends(scenario: Scenario, points: int, refused: bool) -> None:
    """Both extremes are shown, so that one point is too few."""
    problems = goal_problems(scenario, ["societal_npv", "qaly"], points)
    assert [(p.file, p.found) for p in problems] == ([("--points", str(points))] if refused else [])


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0.0, "number.not_above"), (-3.0, "number.not_above"), (float("nan"), "number.not_finite"),
     (float("inf"), "number.not_finite")],
)  # fmt: skip
def test_time_is_a_positive_number(scenario: Scenario, seconds: float, code: str) -> None:
    """No time, less than none, and no number at all."""
    (problem,) = goal_problems(scenario, ["qaly"], seconds=seconds)
    assert (problem.file, problem.code) == ("--seconds", code)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "nl",
            "--frontier heeft 2 problemen; er is niets berekend.\n"
            "1. qualy\n"
            "   Dit doel kent het model niet. Bedoelt u `qaly`? Kies uit: societal_npv, public_npv, qaly, health_gap, "
            "worst_off, npv:…, cash_back:…; achter npv: hoort een partij, achter cash_back: een aantal jaren.\n"
            "2. qualy\n"
            "   Hier horen twee doelen; er zijn er 1. Schrijf ze met een komma ertussen, zoals `societal_npv,qaly`.\n\n"
            "--points heeft 1 probleem; er is niets berekend.\n"
            "3. 0\n"
            "   Dit getal moet minstens 2 zijn. Vul een hoger getal in, of controleer de eenheid.",
        ),
        (
            "en",
            "--frontier has 2 problems; nothing was calculated.\n"
            "1. qualy\n"
            "   The model does not know this goal. Do you mean `qaly`? Choose from: societal_npv, public_npv, qaly, "
            "health_gap, worst_off, npv:…, cash_back:…; after npv: goes a party, after cash_back: a number of years.\n"
            "2. qualy\n"
            "   Two goals belong here; there are 1. Write them with a comma between, such as `societal_npv,qaly`.\n\n"
            "--points has 1 problem; nothing was calculated.\n"
            "3. 0\n"
            "   This number must be at least 2. State a higher number, or check the unit.",
        ),
    ],
)
def test_what_is_said_about_the_command_line(scenario: Scenario, lang: Language, said: str) -> None:
    """The whole text as a user sees it."""
    assert error_text(ScenarioError(goal_problems(scenario, ["qualy"], 0)), lang) == said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", "Tussen een doel en zichzelf valt niets te kiezen. Noem twee verschillende doelen, zoals"),
        ("en", "Between a goal and itself there is nothing to choose. Name two different goals, such as"),
    ],
)
def test_a_frontier_between_a_goal_and_itself_is_said_so(scenario: Scenario, lang: Language, said: str) -> None:
    """Not that it stands there twice: that would be no reason."""
    assert said in error_text(ScenarioError(goal_problems(scenario, ["qaly", "qaly"], 4)), lang)
