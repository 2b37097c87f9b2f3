"""Every plan of small scenarios through the whole model, beside the one that the optimiser finds.

Plans are on or off per intervention, area and first year. Whether a plan keeps to the wishes is read here from the
ledger of its own run: what was paid for delivery, and what everybody at the table has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from building import a_time, an_effect
from optimise_building import AREAS, FIRST, a_plan_region, a_plan_scenario, answered, every_plan, something, wishing

from coalition.allocations import allocation_of
from coalition.best_plan import Checked, checked, optimised
from coalition.candidates import candidates_of
from coalition.coefficients import coefficients_of
from coalition.model import Result, run_scenario
from coalition.optimise import build_allocation, goal_values, read_plan
from coalition.parties import MUNICIPALITY, Reason
from coalition.plans import NOTHING, Choice, Plan, own_plan, plan_data, with_interventions, with_plan
from coalition.report import at_table
from coalition.scenario import Scenario, load_scenario
from coalition.schema import Payer

EQUAL = {AREAS[0]: 1000.0, AREAS[1]: 1000.0}
"""Two municipalities of one size, so that a smallest number of starters can mean: all or nobody."""
FULL = 30.0
"""Starters per year of a whole start in either of them."""


@dataclass(frozen=True)
class Tried:
    """One plan and what the whole model says of it, in euro."""

    plan: Plan
    result: Result

    @property
    def societal(self) -> float:
        return self.result.societal_npv_eur

    def npv(self, party: str) -> float:
        return float(next(p for p in self.result.run.parties if p.party.id == party).npv[0])

    def delivery(self, payer: str) -> list[float]:
        """What an account paid for delivery per year shown."""
        total = np.zeros(len(self.result.years))
        for p in self.result.run.ledger.postings:
            if (p.reason, p.source) == (Reason.DELIVERY, payer):
                total = total + p.amounts[0].sum(axis=0)[: len(total)]
        return [float(x) for x in total]


def every(scenario: Scenario) -> list[Tried]:
    """Every plan, run."""
    plans = every_plan(candidates_of(scenario))
    return [Tried(plan, run_scenario(with_plan(scenario, plan))) for plan in plans]


def within(spent: list[float], money: Mapping[int, float], carry_over: float) -> bool:
    """Whether what is spent per year stays within what there is, a part of what is left going to the next year."""
    left = 0.0
    for year, amount in enumerate(spent, start=FIRST):
        left = left * carry_over + money.get(year, 0.0) - amount
        if left < -1e-6:
            return False
    return True


def nobody_loses(tried: Tried, scenario: Scenario) -> bool:
    """Whether those at the table can make each other whole."""
    return sum(tried.npv(p) for p in at_table(scenario)) >= -1e-6


# --- without overlap ----------------------------------------------------------------------------------------------

LESS_IN_ONE = {AREAS[1]: {"completion": 0.5}}
HOME = something("wmo", 260.0, 240.0, target_group="first", per_area=LESS_IN_ONE)
CARE = something("zvw", 700.0, 520.0, target_group="second", per_area=LESS_IN_ONE)
LATER = something("wlz", 900.0, 700.0, target_group="third", per_area={AREAS[0]: {"completion": 0.6}})
MONEY = {FIRST: 38_000.0, FIRST + 1: 30_000.0}


def apart(**wishes: object) -> Scenario:
    """Two interventions on different people, each for everybody or nobody of an area."""
    scenario = a_plan_scenario({"care": CARE, "later": LATER}, region_tables=a_plan_region(EQUAL))
    stated = {"minimum_starters_per_year": {"care": FULL, "later": FULL}, "gap": 0.0, "transfers": True}
    return wishing(scenario, **(stated | wishes))


def best(tried: list[Tried]) -> Tried:
    return max(tried, key=lambda t: t.societal)


@pytest.mark.parametrize("carry_over", [0.0, 0.5, 1.0])
def test_best_plan_within_a_budget_is_the_best_of_all_plans(carry_over: float) -> None:
    """81 plans; money per year decides which of them are possible and in which year they start."""
    budget = {"parties": [MUNICIPALITY], "amounts_eur": MONEY, "carry_over_share": carry_over}
    scenario = apart(budgets={"money": budget}, nobody_worse={"table": {"than": "nothing"}})
    tried = every(scenario)
    possible = [t for t in tried if within(t.delivery(MUNICIPALITY), MONEY, carry_over) and nobody_loses(t, scenario)]
    assert (len(tried), 1 < len(possible) < len(tried)) == (81, True)
    assert best(possible).societal < best(tried).societal - 1  # the money matters
    found = optimised(scenario).best
    assert found is not None
    assert found.plan == best(possible).plan
    assert found.full[0] * 1000 == pytest.approx(best(possible).societal)
    assert found.difference == pytest.approx(0.0, abs=1e-9)


def test_best_plan_that_leaves_each_party_whole_without_transfers() -> None:
    """Everybody keeps what it has, so who pays must gain."""
    scenario = apart(
        transfers=False,
        nobody_worse={"table": {"than": "nothing"}},
        budgets={"money": {"parties": ["table"], "amounts_eur": dict.fromkeys(MONEY, 1e6)}},
    )
    fund = Payer.model_validate({"party": "wlz_fund", "share": 1.0, "law": "wlz"})
    later = scenario.spec.interventions["later"].model_copy(update={"payers": [fund]})
    spec = with_interventions(scenario.spec, {**scenario.spec.interventions, "later": later})
    scenario = replace(scenario, spec=spec)
    tried = every(scenario)
    whole = [t for t in tried if all(t.npv(p) >= -0.005 for p in at_table(scenario))]
    assert 1 < len(whole) < len(tried)
    found = optimised(scenario).best
    assert found is not None
    assert found.full[0] * 1000 == pytest.approx(best(whole).societal)
    assert found.plan == best(whole).plan != NOTHING


def test_needs_and_apart_are_kept_in_every_plan() -> None:
    """The best of the plans in which care comes with or after later, and of those in which they are never together."""
    free: dict[str, Any] = {
        "nobody_worse": {"table": {"than": "nothing"}},
        "budgets": {"money": {"parties": ["table"], "amounts_eur": dict.fromkeys(MONEY, 1e6)}},
    }
    tried = [t for t in every(apart()) if nobody_loses(t, apart())]
    after = {"care_after_later": {"intervention": "care", "after": "later"}}

    def comes_after(plan: Plan) -> bool:
        later = plan.of("later")
        return all(a in later and later[a].first <= c.first for a, c in plan.of("care").items())

    def never_together(plan: Plan) -> bool:
        return not set(plan.of("later")) & set(plan.of("care"))

    wishes = ((comes_after, {"needs": after}), (never_together, {"apart": {"pair": ["care", "later"]}}))
    for keeps, wish in wishes:
        found = optimised(apart(**free, **wish)).best
        assert found is not None
        assert keeps(found.plan)
        assert found.full[0] * 1000 == pytest.approx(best([t for t in tried if keeps(t.plan)]).societal)


@pytest.mark.parametrize("name", ["domeinoverstijgend", "stevig-staan", "vallen", "sociaal-hospitaal-bond"])
def test_shipped_scenarios_of_one_programme(name: str) -> None:
    """Every plan of it, the agreements in force included; with every payment allowed and money for all."""
    loaded = load_scenario(name)
    table = at_table(loaded)
    years = range(loaded.spec.scenario.first_year, loaded.spec.scenario.first_year + 30)
    scenario = wishing(
        loaded,
        nobody_worse={"table": {"than": "nothing"}},
        budgets={"money": {"parties": table, "amounts_eur": dict.fromkeys(years, 1e12)}},
        gap=0.0,
    )
    tried = every(scenario)
    possible = [t for t in tried if sum(t.npv(p) for p in table) >= -0.005]
    found = optimised(scenario).best
    assert found is not None
    assert len(tried) >= 2
    assert found.full[0] * 1000 == pytest.approx(best(possible).societal, rel=1e-6)


# --- with overlap -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crowd:
    """Interventions on the same people and pocket.

    Attributes:
        reductions, costs: of each: part of the cost that it avoids, euro per starter.
        reach: of all of them.
    """

    reductions: tuple[float, ...]
    costs: tuple[float, ...]
    reach: float = 0.6


TWO = Crowd((0.5, 0.45), (700.0, 640.0))
LOSSES = {
    TWO: 0.001,
    Crowd((0.34, 0.26, 0.43), (382.0, 559.0, 413.0), 0.5): 0.001,
    Crowd((0.473, 0.528, 0.371), (755.0, 827.0, 361.0), 0.725): 0.001,
    Crowd((0.57, 0.47, 0.42), (640.0, 520.0, 480.0), 0.7): 0.001,
}
"""Crowds, and how far below the best of all plans the kept one may at most be, as a part of the best."""


def overlapping(crowd: Crowd = TWO, **wishes: object) -> Scenario:
    """Interventions that share people and pocket, each for everybody or nobody of an area; money for all."""
    relative = an_effect(
        "relative", pocket="zvw", care_kind="acute", cause_share=1.0, time=a_time(2.0, first_year_share=0.5)
    )
    shared = {"reach": crowd.reach, "target_group": "first", "per_area": LESS_IN_ONE}
    names = ("one", "two", "three")[: len(crowd.costs)]
    stated = {
        name: something("zvw", 0.0, cost, **shared)
        | {"effects": {"works": relative | {"reduction": reduction, "per": "completer"}}}
        for name, cost, reduction in zip(names, crowd.costs, crowd.reductions, strict=True)
    }
    wished = {
        "minimum_starters_per_year": dict.fromkeys(names, 300.0 * crowd.reach * 0.9999),
        "gap": 0.0,
        "rounds": 8,
        "nobody_worse": {"table": {"than": "nothing"}},
        "budgets": {"money": {"parties": ["table"], "amounts_eur": dict.fromkeys(MONEY, 1e7)}},
    }
    return wishing(a_plan_scenario(stated, region_tables=a_plan_region(EQUAL)), **(wished | wishes))


def linear_by_hand(scenario: Scenario, plan: Plan) -> float:
    """Sum of the coefficients of a plan's starts, in euro."""
    c = coefficients_of(scenario)
    parts = {(x.intervention, x.area, x.first): x.part for x in plan.choices}
    brings = sum(c.linear.societal_eur[0, j] * parts.get(key, 0.0) for j, key in enumerate(c.candidates.keys))
    return float(brings + c.nothing_societal_eur[0])


def test_reported_gap_is_the_linear_worth_minus_that_of_the_whole_model() -> None:
    """For every plan, whatever is chosen; and where both are done on the same people it is not 0."""
    scenario = overlapping()
    problem = allocation_of(scenario, coefficients_of(scenario))
    both = Plan(tuple(Choice(i, a, FIRST) for i in ("one", "two") for a in EQUAL))
    gaps = {}
    for plan in (both, Plan(both.choices[:2]), Plan((both.choices[0], both.choices[3])), NOTHING):
        found: Checked = checked(scenario, problem, plan)
        full, linear = Tried(plan, run_scenario(with_plan(scenario, plan))).societal, linear_by_hand(scenario, plan)
        assert found.full[0] * 1000 == pytest.approx(full, abs=1e-6)
        assert found.linear[0] * 1000 == pytest.approx(linear, abs=1e-6)
        gaps[plan] = linear - full
        if full:
            assert found.difference == pytest.approx((linear - full) / abs(full))
    assert [abs(gap) > 1.0 for gap in gaps.values()] == [True, False, False, False]


@pytest.mark.parametrize("crowd", LOSSES)
def test_kept_plan_beside_the_best_of_all_plans(crowd: Crowd) -> None:
    """The first round takes no notice of the others on the same people and says so; what is kept is whole and good."""
    scenario = overlapping(crowd)
    tried = [t for t in every(scenario) if nobody_loses(t, scenario)]
    optimum = optimised(scenario)
    first, kept = optimum.rounds[0], optimum.best
    assert first.linear[0] * 1000 == pytest.approx(linear_by_hand(scenario, first.plan))
    assert first.difference > 0.001
    assert kept is not None
    assert kept.short_eur == 0
    assert kept.plan in [t.plan for t in tried]
    loss = 1 - kept.full[0] * 1000 / best(tried).societal
    assert -1e-9 <= loss <= LOSSES[crowd]


DEAR = Crowd((0.57, 0.47), (640.0, 520.0))
CHEAP = Crowd((0.5, 0.45), (400.0, 380.0))


@cache
def tried_of(crowd: Crowd) -> list[Tried]:
    """Every plan; wishes do not change what a plan does."""
    return every(overlapping(crowd))


def most_for(goal: str, tried: Tried, scenario: Scenario) -> float:
    """The most that those at the table can make of a plan by a goal, in thousands of euro, paying each other freely."""
    table = at_table(scenario)
    years = int(goal.partition(":")[2]) if goal.startswith("cash_back") else len(tried.result.years)
    present = tried.result.run.present[0, :years]
    total = sum(float(p.net[0, :years] @ present) for p in tried.result.run.parties if p.party.id in table) / 1000
    return total / len(table) if goal == "worst_off" else total


@pytest.mark.parametrize("goal", ["cash_back:3", "cash_back:4", "npv:a", "worst_off"])
@pytest.mark.parametrize("crowd", [TWO, DEAR, CHEAP])
def test_kept_plan_of_a_goal_about_the_gain_of_parties(crowd: Crowd, goal: str) -> None:
    """Everybody stays whole, so who gains gets all that the table has more: the best of 81 plans is kept."""
    scenario = overlapping(crowd, objective=[goal])
    possible = [t for t in tried_of(crowd) if nobody_loses(t, scenario)]
    kept = optimised(scenario).best
    assert kept is not None
    assert kept.short_eur <= 0.005
    assert kept.full[0] == pytest.approx(max(most_for(goal, t, scenario) for t in possible), rel=1e-6)


# --- plans as scenarios -------------------------------------------------------------------------------------------


def test_plans_of_the_programme_are_scenarios_that_run() -> None:
    """What is read from the columns runs to the same worth, and as a file states only what differs."""
    scenario = apart(
        budgets={"money": {"parties": [MUNICIPALITY], "amounts_eur": {FIRST: 20_000.0}}},
        minimum_starters_per_year={},
        nobody_worse={"table": {"than": "nothing"}},
    )
    problem = allocation_of(scenario, coefficients_of(scenario))
    model, answer = build_allocation(problem), answered(problem)
    plan = read_plan(model, answer.solved.columns)
    assert any(0 < c.part < 1 for c in plan.choices)
    spent = Tried(plan, run_scenario(with_plan(scenario, plan))).delivery(MUNICIPALITY)
    assert sum(spent) == pytest.approx(20_000.0, abs=0.01)
    found = checked(scenario, problem, plan)
    assert found.full == pytest.approx(goal_values(model, answer.solved.columns)[: len(found.full)], rel=1e-6)
    assert set(plan_data(scenario, plan)) == {i for i in ("care", "later") if plan.of(i) != own_plan(scenario).of(i)}
    assert plan_data(scenario, own_plan(scenario)) == {}
