"""Contracts inside the programme: what passing a gate together brings, exact worth, and what is settled afterwards.

Care in four municipalities saves insurer `a` money; a contract shares it with those who pay the care. Interventions do
not meet, so that a plan is worth to the cent what the whole model says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from clash_building import all_wishes, is_feasible, without
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from optimise_building import FIRST, a_plan_region, a_plan_scenario, a_random_plan, every_plan, something, wishing

from coalition.allocation_problem import Wish
from coalition.allocation_studies import frontier, near_optimal, sensitivity, why_not
from coalition.allocations import allocation_of
from coalition.best_plan import Checked, checked, optimised
from coalition.cli import main
from coalition.coefficients import Coefficients, coefficients_of
from coalition.contract_rooms import Afterwards, ContractRoom, Pieces
from coalition.model import run_scenario
from coalition.optimise import build_allocation, columns_of, goal_values, programme_of
from coalition.plans import NOTHING, Choice, Plan, own_plan, with_plan
from coalition.scenario import Scenario, load_scenario
from coalition.solver import Status
from coalition.straight_lines import Edge, edges_of
from coalition.sure_plans import robust

PEOPLE = {"GM0114": 1000.0, "GM1681": 400.0, "GM1701": 700.0, "GM0118": 900.0}
LATER_YEARS = {"first": FIRST + 1, "last": FIRST + 3}
ALL_ZVW: dict[str, Any] = {"pockets": ["zvw"], "interventions": "all", "areas": "all"}


def a_contract(**terms: Any) -> dict[str, Any]:
    """Half of what care saves insurer `a` for the municipalities; a term of None is left out."""
    stated = {
        "name": "shared",
        "pays": "a",
        "sharers": {"a": {}, "municipality": {}},
        "scope": {**ALL_ZVW, "years": {"first": FIRST, "last": FIRST + 2}},
        "population": "all_insured",
        "benchmark": "norm_cost",
        "gate": "none",
        "first_dollar": True,
        "sharing_rate": 0.5,
        "losses": "none",
        "quality": "none",
    }
    return {key: value for key, value in {**stated, **terms}.items() if value is not None}


LESS = {"GM1681": {"completion": 0.4}, "GM0118": {"completion": 0.6}}


def with_contracts(people: Mapping[str, float] = PEOPLE, **contracts: Any) -> Scenario:
    """Care that saves more in some municipalities than in others, and something that no contract measures."""
    care = something("zvw", 700.0, 200.0, target_group="second", per_area={a: LESS[a] for a in LESS if a in people})
    stated = {"care": care, "home": something("wmo", 300.0, 200.0, target_group="first")}
    return a_plan_scenario(stated, arrangements={"contracts": contracts}, region_tables=a_plan_region(people))


def worth_of_everybody(scenario: Scenario, plan: Plan, c: Coefficients | None = None) -> Checked:
    """A plan by society and by every party until every year, in the programme and in the whole model."""
    c = coefficients_of(scenario) if c is None else c
    until = range(len(c.years) + 1)
    goals = [
        Wish("societal_npv", "societal"),
        *(Wish(f"{p} {n}", "parties", (p,), n) for p in c.parties for n in until),
    ]
    return checked(scenario, replace(allocation_of(scenario, c), wishes=tuple(goals)), plan)


def assert_worth_is_exact(scenario: Scenario, *plans: Plan) -> Coefficients:
    """To the cent."""
    c = coefficients_of(scenario)
    for plan in plans:
        found = worth_of_everybody(scenario, plan, c)
        assert found.linear == pytest.approx(found.full, rel=1e-9, abs=1e-6), plan
    return c


# --- worth -------------------------------------------------------------------------------------------------------

TABLE = [
    {"persons_from": 100, "persons_to": 1500, "rate_from": 0.02, "rate_to": 0.01},
    {"persons_from": 1501, "rate_from": 0.004, "rate_to": 0.004},
]
BANDS: list[dict[str, Any]] = [
    {"up_to": 0.003, "shares": {"a": 0.5, "GM0114": 0.3, "GM1681": 0.2}},
    {"shares": {"a": 0.9, "GM0114": 0.1}},
]
IN_BANDS: dict[str, Any] = {"sharing_rate": None, "sharers": {"a": {}, "GM0114": {}, "GM1681": {}}, "gain_bands": BANDS}
CONTRACTS: dict[str, dict[str, Any]] = {
    "gate": {"gate": "fixed", "minimum_savings_rate": 0.003},
    "late": {"gate": "fixed", "minimum_savings_rate": 0.003, "settlement_lag_years": 1, "interim_share": 0.3},
    "beyond": {"gate": "fixed", "minimum_savings_rate": 0.003, "first_dollar": False, "below_gate_share": 0.2},
    "bands": {"gate": "fixed", "minimum_savings_rate": 0.001, "first_dollar": False, **IN_BANDS},
    "cap": {"gain_cap_share_of_benchmark": 0.001},
    "cap_eur": {"gain_cap_eur": 2000.0, "gate": "fixed", "minimum_savings_rate": 0.001},
    "participants": {"population": "participants", "gate": "fixed", "minimum_savings_rate": 0.2},
    "participants_bands": {
        "population": "participants",
        **IN_BANDS,
        "gain_bands": [{**BANDS[0], "up_to": 0.2}, BANDS[1]],
        "settlement_lag_years": 2,
    },
    "ages": {"population": "age_group", "gate": "fixed", "minimum_savings_rate": 0.004},
    "table": {"gate": "table", "gate_table": TABLE},
    "statistical": {"gate": "statistical", "confidence": 0.9, "dispersion": {"cost_variation": 0.1}},
    "losses": {"discount": 0.003, "losses": "fixed", "loss_rate": 0.3, "gate": "fixed", "minimum_savings_rate": 0.002},
    "one_minus": {
        "discount": 0.003,
        "losses": "one_minus",
        "loss_rate_floor": 0.2,
        "loss_rate_ceiling": 0.4,
        "loss_cap_eur": 500.0,
    },
    "withheld": {
        "gate": "fixed",
        "minimum_savings_rate": 0.003,
        "withhold_gain_share": 0.3,
        "withhold_released_after_periods": 1,
    },
    "historical": {
        "benchmark": "historical",
        "gate": "fixed",
        "minimum_savings_rate": 0.002,
        "base_years": [{"year": FIRST, "weight": 1.0}],
        "scope": {**ALL_ZVW, "years": LATER_YEARS},
    },
}
"""Contracts that a programme can follow, all with an edge that some plans pass and others do not."""


@pytest.mark.parametrize("name", CONTRACTS)
def test_plans_are_worth_what_the_whole_model_says(name: str) -> None:
    """Any areas, years and parts: every party, over all years and until each of them; and no plan lies in one piece."""
    scenario = with_contracts(c=a_contract(**CONTRACTS[name]))
    candidates = coefficients_of(scenario, yearly=False).candidates
    plans = [a_random_plan(candidates, np.random.default_rng(seed)) for seed in range(4)]
    c = assert_worth_is_exact(scenario, own_plan(scenario), NOTHING, *plans)
    assert [room.name for room in c.contracts] == ["c"]
    assert not c.settled_after
    (room,) = c.contracts
    pieces = set()
    for plan in (own_plan(scenario), NOTHING, *plans):
        part = columns_of(model := build_allocation(allocation_of(scenario, c)), plan)[model.layout.part]
        pieces |= {room.piece_of(t, *both) for t, both in enumerate(zip(*room.measured(part), strict=True))}
    assert len(pieces) > 1


rates = st.floats(0.0, 0.012).map(lambda r: round(r, 5))
shares = st.floats(0.0, 1.0).map(lambda r: round(r, 3))


@st.composite
def contracts(draw: Any) -> dict[str, Any]:
    """Any contract whose years stand apart and whose gate does not depend on who takes part."""
    population = draw(st.sampled_from(["all_insured", "age_group", "participants"]))
    by_size = ["table", "statistical"] if population != "participants" else []
    gate = draw(st.sampled_from(["none", "fixed", *by_size]))
    terms: dict[str, Any] = {"population": population, "gate": gate, "first_dollar": True}
    scale = 20 if population == "participants" else 1
    if gate == "fixed":
        terms |= {"minimum_savings_rate": draw(rates) * scale, "minimum_loss_rate": draw(st.none() | rates)}
    if gate == "table":
        terms["gate_table"] = TABLE
    if gate == "statistical":
        terms |= {"confidence": 0.95, "dispersion": {"cost_variation": draw(st.floats(0.01, 0.3))}}
    if gate != "none":
        terms |= {"first_dollar": draw(st.booleans()), "below_gate_share": draw(st.none() | shares)}
    if draw(st.booleans()):
        edge = max(draw(rates), 1e-4) * scale
        terms |= IN_BANDS | {"gain_bands": [{**BANDS[0], "up_to": edge}, BANDS[1]]}
    else:
        terms["sharing_rate"] = draw(shares)
        if draw(st.booleans()):
            terms |= {"losses": "fixed", "loss_rate": draw(shares)}
    terms |= {"discount": draw(st.none() | rates)}
    terms |= {"gain_cap_share_of_benchmark": draw(st.none() | rates)}
    if population != "participants":
        terms |= {"gain_cap_eur": draw(st.none() | st.floats(100.0, 9000.0))}
    if draw(st.booleans()):
        terms |= {"quality": "score", "quality_minimum": draw(shares)}
    terms |= {"withhold_gain_share": draw(st.none() | shares), "settlement_lag_years": draw(st.integers(0, 2))}
    return a_contract(**terms)


@given(contracts(), st.integers(0, 1000))
@settings(max_examples=12, deadline=None)
def test_any_contract_and_any_plan(contract: dict[str, Any], seed: int) -> None:
    """Where it is followed, where it is straight, and with another contract on the same saving beside it."""
    other = a_contract(name="other", sharers={"a": {}, "b": {}}, gain_cap_eur=900.0)
    scenario = with_contracts(c=contract, other=other)
    terms = scenario.spec.arrangements.model_copy(update={"order": ["other", "c"]})
    scenario = replace(scenario, spec=scenario.spec.model_copy(update={"arrangements": terms}))
    candidates = coefficients_of(scenario, yearly=False).candidates
    rng = np.random.default_rng(seed)
    c = assert_worth_is_exact(scenario, *(a_random_plan(candidates, rng) for _ in range(2)), NOTHING)
    assert not c.settled_after


def test_worked_example_of_the_documentation() -> None:
    """Half of what is saved from 2 % of 1,680,000 on; two starts that save 20,000 each."""
    half = np.array([0.0, 0.5])[:, None, None]
    gate = Pieces((Edge(0.02, jumps=True),), half, 0.0 * half)
    none = np.zeros(1)
    room = ContractRoom("c", (FIRST,), np.full((2, 1), 2e4), np.zeros((2, 1)), none, np.full(1, 1.68e6), (gate,))
    paid = [float(room.net(np.array(part)).sum()) for part in ([1.0, 0.0], [1.0, 1.0], [0.84, 0.84], [0.83, 0.84])]
    assert paid == pytest.approx([0.0, 20_000.0, 16_800.0, 0.0])


def test_what_a_followed_contract_pays_is_left_out_elsewhere() -> None:
    """As if it were switched off, but for the clock, which is that of the scenario as stated."""
    stated = a_contract(**CONTRACTS["losses"])
    on, off = (coefficients_of(with_contracts(c=stated | {"enabled": enabled})) for enabled in (True, False))
    assert on.years == off.years
    for name in ("nothing_eur", "nothing_net_eur", "agreed_eur", "agreed_net_eur", "nothing_societal_eur"):
        assert getattr(on, name) == pytest.approx(getattr(off, name), abs=1e-6), name
    assert (len(on.contracts), off.contracts) == (1, ())


def test_a_contract_without_edges_needs_no_columns() -> None:
    """What it pays is a sum over starts already; so is what a gate lets through that every plan passes."""
    always = {"gate": "fixed", "minimum_savings_rate": 0.0}
    for terms in ({}, always, {"population": "participants", "losses": "fixed", "loss_rate": 0.5}):
        scenario = with_contracts(c=a_contract(**terms))
        c = assert_worth_is_exact(scenario, own_plan(scenario))
        assert (c.contracts, dict(c.settled_after)) == ((), {})
        assert c.agreed_eur.any()
        model = build_allocation(allocation_of(scenario, c))
        assert len(model.piece) == len(model.saving) == 0


# --- the best plan -----------------------------------------------------------------------------------------------

TWO = {"GM0114": 1000.0, "GM1681": 1000.0}
FULL = 30.0
"""Starters per year of a whole start in either of them."""
FREE: dict[str, Any] = {
    "budgets": {"money": {"parties": ["table"], "amounts_eur": dict.fromkeys(range(FIRST, FIRST + 5), 1e7)}},
    "nobody_worse": {"residents": {"parties": ["residents"], "than": "nothing"}},
    "objective": ["npv:municipalities"],
    "transfers": False,
    "gap": 0.0,
}


def in_two(contract: dict[str, Any], *, only_whole: bool = True, **wishes: Any) -> Scenario:
    """Care in two municipalities of one size, which only costs those who pay it, but for the contract."""
    care = something("zvw", 700.0, 100.0, target_group="second")
    scenario = a_plan_scenario(
        {"care": care}, arrangements={"contracts": {"c": contract}}, region_tables=a_plan_region(TWO)
    )
    whole = {"minimum_starters_per_year": {"care": FULL}} if only_whole else {}
    return wishing(scenario, **(FREE | whole | wishes))


def passed(found: Checked) -> list[bool]:
    """In which measuring years the first contract's gate is passed in the whole model."""
    return [bool(x) for x in found.result.run.agreed.contracts[0].settlement.passed[0]]


def rate_of(scenario: Scenario, *areas: str) -> float:
    """The savings rate in the last measuring year when care starts in some areas in the first year."""
    plan = Plan(tuple(Choice("care", a, FIRST) for a in areas))
    run = run_scenario(with_plan(scenario, plan)).run
    return float(run.agreed.contracts[0].settlement.savings_rate[0, -1])


def best_of_all(scenario: Scenario, parts: tuple[float, ...] = (1.0,)) -> Checked:
    """The best of every plan by the first goal in the whole model."""
    c = coefficients_of(scenario)
    problem = allocation_of(scenario, c)
    return max((checked(scenario, problem, plan) for plan in every_plan(c.candidates, parts)), key=lambda x: x.full)


PLAIN = a_contract()
ONE, BOTH = (rate_of(in_two(PLAIN), *areas) for areas in (["GM0114"], list(TWO)))
GATED = a_contract(gate="fixed", minimum_savings_rate=(ONE + BOTH) / 2)


def test_two_starts_that_pass_the_gate_only_together() -> None:
    """Each alone costs the municipalities money and gets nothing, so that no sum of starts alone would choose them."""
    scenario = in_two(GATED)
    c = coefficients_of(scenario)
    problem = allocation_of(scenario, c)
    alone = [checked(scenario, problem, Plan((Choice("care", area, FIRST),))) for area in TWO]
    assert all(x.full[0] < 0 and not any(passed(x)) for x in alone)
    optimum = optimised(scenario)
    assert optimum.best is not None
    assert set(optimum.best.plan.choices) == {Choice("care", area, FIRST) for area in TWO}
    assert len(optimum.rounds) == 1
    assert optimum.best.full[0] > 0
    assert optimum.best.difference == pytest.approx(0.0, abs=1e-9)
    assert passed(optimum.best)[-1]


ENUMERATED = {
    "gate": GATED,
    "gate_and_cap": GATED | {"gain_cap_eur": 9000.0},
    "late_gate": GATED | {"settlement_lag_years": 2, "interim_share": 0.5},
    "bands": a_contract(**IN_BANDS) | {"gain_bands": [{**BANDS[0], "up_to": ONE}, BANDS[1]]},
    "cap": a_contract(gain_cap_share_of_benchmark=ONE / 2),
    "loss": a_contract(discount=(ONE + BOTH) / 2, losses="fixed", loss_rate=0.5),
    "participants": a_contract(population="participants", gate="fixed", minimum_savings_rate=0.05, gain_bands=[]),
}


@pytest.mark.parametrize("name", ENUMERATED)
@pytest.mark.parametrize("goal", ["npv:municipalities", "npv:a"])
def test_best_plan_is_the_best_of_all_plans(name: str, goal: str) -> None:
    """Every plan of whole starts, run; the programme finds the best in one round, whoever's gain is the goal."""
    scenario = in_two(ENUMERATED[name], objective=[goal])
    optimum, best = optimised(scenario), best_of_all(scenario)
    assert optimum.best is not None
    assert len(optimum.rounds) == 1
    assert optimum.best.full[0] == pytest.approx(best.full[0], abs=1e-6)
    assert optimum.best.difference == pytest.approx(0.0, abs=1e-6)


def test_at_the_edge_of_the_gate() -> None:
    """A gate at what both starts save exactly is met, and one a millionth higher is not."""
    for factor, choices in ((1.0, 2), (1.000001, 0)):
        scenario = in_two(a_contract(gate="fixed", minimum_savings_rate=BOTH * factor))
        best = optimised(scenario).best
        assert best is not None
        assert len(best.plan.choices) == choices
        assert best.difference == pytest.approx(0.0, abs=1e-9)


def test_who_would_rather_not_pay_cannot_stand_on_the_gate_unpaid() -> None:
    """Both start whatever the goal; the payer's worth is that of a gate that is met."""
    pins = {"stays": {"intervention": "care", "do": "as_planned"}}
    scenario = in_two(a_contract(gate="fixed", minimum_savings_rate=BOTH), objective=["npv:a"], pins=pins)
    optimum = optimised(scenario)
    assert optimum.best is not None
    assert passed(optimum.best)[-1]
    assert optimum.answer.values[0] == pytest.approx(optimum.best.full[0], abs=1e-6)


@pytest.mark.parametrize("part", [0.31, 0.6, 0.999])
def test_no_more_than_just_past_the_gate(part: float) -> None:
    """Where more only costs, the plan meets the gate and hardly more, in the whole model too."""
    gate = BOTH * part
    scenario = in_two(
        a_contract(gate="fixed", minimum_savings_rate=gate, sharing_rate=1.0, gain_cap_share_of_benchmark=gate),
        only_whole=False,
    )
    optimum = optimised(scenario)
    assert optimum.best is not None
    assert passed(optimum.best)[-1]
    rates = optimum.best.result.run.agreed.contracts[0].settlement.savings_rate[0]
    met = rates[passed(optimum.best)]
    assert met.min() == pytest.approx(gate, abs=1e-7)
    assert optimum.best.difference == pytest.approx(0.0, abs=1e-6)
    grid = best_of_all(scenario, (1.0, 0.75, 0.5, 0.25))
    assert optimum.best.full[0] >= grid.full[0] - 1e-6


def test_rounds_see_the_gate_where_interventions_meet() -> None:
    """Two that share people save less together: what the contract measures is corrected, and the best plan is kept."""
    care = something("zvw", 700.0, 100.0, target_group="second", reach=0.6)
    scenario = wishing(
        a_plan_scenario(
            {"care": care, "more": care},
            arrangements={"contracts": {"c": a_contract(gate="fixed", minimum_savings_rate=0.0)}},
            region_tables=a_plan_region(TWO),
        ),
        **FREE,
        minimum_starters_per_year={"care": 180.0, "more": 180.0},
        rounds=8,
    )
    together = Plan(tuple(Choice(i, a, FIRST) for i in ("care", "more") for a in TWO))
    run = run_scenario(with_plan(scenario, together)).run
    most = float(run.agreed.contracts[0].settlement.savings_rate[0, -1])
    for factor in (0.7, 0.999):
        contract = a_contract(gate="fixed", minimum_savings_rate=most * factor)
        gated = with_terms(scenario, contract)
        optimum, best = optimised(gated), best_of_all(gated)
        assert optimum.best is not None
        assert optimum.best.full[0] == pytest.approx(best.full[0], rel=1e-3)
        assert optimum.rounds[-1].difference == pytest.approx(0.0, abs=1e-3)


def with_terms(scenario: Scenario, contract: dict[str, Any]) -> Scenario:
    """The scenario with another contract."""
    spec = scenario.spec
    terms = type(spec.arrangements).model_validate({"contracts": {"c": contract}})
    return replace(scenario, spec=spec.model_copy(update={"arrangements": terms}))


# --- what is settled afterwards ----------------------------------------------------------------------------------

LEFT: dict[Afterwards, dict[str, Any]] = {
    Afterwards.YEARS: GATED | {"exit_after_losses": 1, "losses": "fixed", "loss_rate": 0.5},
    Afterwards.SIZE: a_contract(population="participants", gate="table", gate_table=TABLE, below_first_row=True),
    Afterwards.MEASURED: a_contract(
        population="participants",
        benchmark="historical",
        base_years=[{"year": FIRST, "weight": 1.0}],
        gate="fixed",
        minimum_savings_rate=0.01,
        scope={**ALL_ZVW, "years": LATER_YEARS},
    ),
}


@pytest.mark.parametrize("reason", LEFT)
def test_other_contracts_are_settled_after_the_plan_is_found(reason: Afterwards) -> None:
    """They count as each start has them alone, and the answer says why."""
    scenario = with_contracts(c=LEFT[reason])
    c = coefficients_of(scenario)
    assert (c.contracts, dict(c.settled_after)) == ((), {"c": reason})


A_FUND: dict[str, Any] = {
    "name": "f",
    "years": {"first": FIRST, "last": FIRST + 4},
    "contributions": {"a": {"party": "a", "law": "eigen_middelen", "amounts_eur": {FIRST: 5000.0}}},
    "draws": {
        "care": {
            "name": "care",
            "intervention": "care",
            "to": "municipality",
            "kind": "grant",
            "rank": 1,
            "delivery_share": 0.2,
            "years": {"first": FIRST, "last": FIRST + 1},
            "from_savings": {"holder": "a", "pockets": ["zvw"], "share": 0.5, "lag_years": 1, "premium_share": 0.0},
        }
    },
    "interest_per_year": 0.0,
    "fee_eur_per_year": 0.0,
    "fee_share_of_balance": 0.0,
    "minimum_balance_eur": 0.0,
    "shortage": "scale",
    "wind_up": "by_contribution",
}


@pytest.mark.parametrize(("rank", "reason"), [("after_contracts", Afterwards.CLAIMS), ("before_contracts", None)])
def test_a_fund_that_gets_back_what_a_contract_leaves(rank: str, reason: Afterwards | None) -> None:
    """It keeps the contract out of the programme; one that is served first does not."""
    scenario = with_contracts(c=a_contract(**CONTRACTS["gate"]))
    stated = {"c": a_contract(**CONTRACTS["gate"])}
    funds = {"f": A_FUND | {"rank_among_claims": rank}}
    terms = type(scenario.spec.arrangements).model_validate({"contracts": stated, "funds": funds})
    c = coefficients_of(replace(scenario, spec=scenario.spec.model_copy(update={"arrangements": terms})))
    assert c.settled_after.get("c") == reason
    assert len(c.contracts) == (reason is None)


def test_a_policy_module_that_decides_whom_an_intervention_reaches() -> None:
    """Its part in what is saved is only known in the whole model."""
    scenario = load_scenario("drenthe-akkoord")
    (name, *_) = [n for n, i in scenario.spec.interventions.items() if i.policy_module is not None]
    scope = {"pockets": ["zvw"], "interventions": [name], "areas": "all", "years": {"first": 2028, "last": 2029}}
    contract = a_contract(pays="zilveren_kruis", sharers={"zilveren_kruis": {}, "municipality": {}}, scope=scope)
    terms = type(scenario.spec.arrangements).model_validate({"contracts": {"c": contract}})
    c = coefficients_of(replace(scenario, spec=scenario.spec.model_copy(update={"arrangements": terms})), yearly=False)
    assert dict(c.settled_after) == {"c": Afterwards.MODULE}


def test_what_is_settled_afterwards_is_said_in_both_languages_and_as_data() -> None:
    """With the reason; what the programme follows is no subject."""
    leaves = ("--set", "arrangements.contracts.jeugdhulp.exit_after_losses=2")
    for form, sentence in (
        ("nl", "Contract Sociaal Hospitaal, minder jeugdhulp is pas verrekend nadat een plan gevonden was, omdat wat"),
        ("en", "Contract Sociaal Hospitaal, minder jeugdhulp was only settled after a plan was found, because what"),
    ):
        said = CliRunner().invoke(main, ["optimise", "drenthe-akkoord", *leaves, "--lang", form])
        assert sentence in " ".join(said.output.split()), said.output
    found = CliRunner().invoke(main, ["optimise", "drenthe-akkoord", *leaves, "--format", "json"])
    assert json.loads(found.output)["settled_after"] == {"jeugdhulp": "years"}


# --- studies -----------------------------------------------------------------------------------------------------


def test_a_wish_that_only_the_contract_could_meet_clashes_irreducibly() -> None:
    """The municipality may not lose and must spend: out of reach of the gate that cannot be, within reach it can."""
    money = {"parties": ["municipality"], "amounts_eur": {FIRST: 3000.0}, "spend_at_least": 1.0}
    wishes = {"budgets": {"money": money}, "nobody_worse": {"raad": {"parties": ["municipalities"], "than": "nothing"}}}
    reachable = in_two(GATED | {"minimum_savings_rate": ONE / 3}, only_whole=False, objective=["qaly"], **wishes)
    assert optimised(reachable).answer.solved.status is Status.OPTIMAL
    scenario = in_two(GATED | {"minimum_savings_rate": BOTH * 2, "below_gate_share": 0.01}, only_whole=False, **wishes)
    problem = allocation_of(scenario, coefficients_of(scenario))
    clash = why_not(problem)
    assert clash is not None
    assert ("spent", "money") in clash.wishes
    assert any(rule == "nobody_worse" for rule, _ in clash.wishes)
    assert clash.total_eur > 0
    for gone in (set(), *({wish} for wish in clash.wishes)):
        programme = programme_of(build_allocation(problem))
        without(programme, (all_wishes(programme) - set(clash.wishes)) | gone)
        assert is_feasible(programme, whole=True) is bool(gone), gone


def test_studies_with_a_contract_in_the_programme() -> None:
    """Prices, other plans, the way between goals and certainty work on with its columns."""
    money = {"parties": ["municipality"], "amounts_eur": dict.fromkeys((FIRST, FIRST + 1), 5000.0)}
    scenario = in_two(GATED | {"minimum_savings_rate": ONE / 2}, only_whole=False, budgets={"money": money})
    optimum = optimised(scenario)
    assert optimum.best is not None
    assert any(price.rule == "budget" and price.worth > 0 for price in sensitivity(optimum))
    for other in near_optimal(optimum, 2, 0.9):
        assert other.difference == pytest.approx(0.0, abs=1e-6)
    for point in frontier(scenario, ("npv:municipalities", "npv:a"), 4):
        assert point.checked.linear == pytest.approx(point.checked.full, abs=1e-4)


def test_certainty_with_a_contract_in_the_programme() -> None:
    """The contract counts at its central value; what the whole model says of it in each draw corrects that."""
    scenario = in_two(GATED | {"minimum_savings_rate": ONE / 2}, only_whole=False)
    drawn = scenario.spec.uncertainty.model_copy(update={"draws": 20})
    found = robust(replace(scenario, spec=scenario.spec.model_copy(update={"uncertainty": drawn})), 0.9)
    assert found is not None
    assert found.plain.difference == pytest.approx(0.0, abs=1e-6)


# --- edges -------------------------------------------------------------------------------------------------------


@given(st.floats(-0.9, 0.9), st.floats(1e-4, 0.9), st.floats(0.01, 1.0), st.floats(-1.0, 1.0))
@example(0.0625, 1e-4, 1.0, 1.0)
@settings(max_examples=100, deadline=None)
def test_edges_are_found_where_they_are(bend: float, gate: float, slope: float, jump: float) -> None:
    """A bend, and a gate on both sides of 0 behind which another line runs."""

    def curve(rates: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        beyond = np.where(np.abs(rates) >= gate, jump, 0.0)
        return np.stack([slope * np.maximum(rates - bend, 0.0), beyond], axis=1)

    found = edges_of(curve, -1.0, 1.0)
    expected = [(-gate, True), (gate, True)] if jump else []
    if abs(abs(bend) - gate) > 1e-8 and not 0 < abs(jump) < 1e-9:  # that near, or that small, is none
        expected = sorted([*expected, (bend, False)])
        assert [e.jumps for e in found] == [jumps for _, jumps in expected]
        assert [e.at for e in found] == pytest.approx([at for at, _ in expected], abs=1e-9)


def test_goal_values_of_a_plan_are_those_of_its_columns() -> None:
    """Columns that are filled in for a plan keep every row of the contract."""
    scenario = in_two(GATED)
    model = build_allocation(allocation_of(scenario, coefficients_of(scenario)))
    columns = columns_of(model, own_plan(scenario))
    for family in model.families:
        if family.name.startswith(("contract", "piece", "one_piece")):
            at = np.bincount(family.row, family.value * columns[family.column], len(family.keys))
            assert (at >= family.lower - 1e-9).all()
            assert (at <= family.upper + 1e-9).all()
    assert len(goal_values(model, columns)) == 2
