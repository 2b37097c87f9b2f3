"""Coefficients corrected by what the whole model said of a plan.

Of the plan that was seen, and of the plan without any one of its choices, the corrected programme must say what the
whole model says: by every goal, for every party, over all years and in each of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from building import a_group, a_time, an_effect
from optimise_building import AREAS, FIRST, a_plan_scenario, a_random_plan, something, wishing
from test_optimise_enumeration import Crowd, overlapping
from test_optimise_proofs import everything

from coalition.allocation_problem import THOUSAND, Allocation, Wish
from coalition.allocations import allocation_of
from coalition.best_plan import above_least, checked
from coalition.candidates import candidates_of
from coalition.coefficients import Coefficients, coefficients_of
from coalition.corrections import adjusted
from coalition.model import run_scenario
from coalition.optimise import build_allocation, columns_of
from coalition.plans import Plan, own_plan, with_interventions, with_plan, without_fixed
from coalition.scenario import Scenario, load_scenario

YEARLY: dict[str, Any] = {
    "nobody_worse": {
        "years": {"parties": "table", "over": "year"},
        "terms": {"parties": "table", "over": "term", "than": "zero", "terms": [{"first": FIRST, "last": FIRST + 3}]},
        "all": {"parties": "table", "than": "nothing"},
    },
    "payback": {"soon": {"party": "municipalities", "years": 3}},
}
"""Wishes about each year, a term of office, all years and the first three."""

CROWD = Crowd((0.57, 0.47, 0.42), (640.0, 520.0, 480.0), 0.7)


# --- scenarios in which choices meet --------------------------------------------------------------------------------

SMOKING = {
    "name": "smoking",
    "ages": {"from": 0},
    "classes": {"no": {"prevalence": 0.7, "relative_risk": 1.0}, "yes": {"prevalence": 0.3, "relative_risk": 2.0}},
}


def healthy(gain: float, years: float = 2.0) -> dict[str, object]:
    """Healthy years per completer and year."""
    return an_effect("qaly", years=years, gain=gain, per="completer")


def shifting(*, gain: float = 0.05, share: float = 1.0, **wishes: Any) -> Scenario:
    """An approach of a place after which fewer smoke, beside a course for those who do; both give healthy years.

    Args:
        gain: of the course, per completer and year.
        share: part of the smokers of the second area that the course reaches, against the first.
        wishes: as a user writes them.
    """
    shift = an_effect(
        "risk_shift",
        pocket="zvw",
        care_kind="acute",
        factor="smoking",
        shifted={"no": 0.9, "yes": 0.1},
        cause_share=0.2,
        time=a_time(4.0),
    )
    place = something("zvw", 0.0, 4.0, approach="population", reach=1.0, target_group="everyone")
    course = something("zvw", 400.0, 300.0, target_group="smokers", reach=0.5)
    course["effects"] |= {"health": healthy(gain)}
    course["per_area"] = {AREAS[1]: {"reach": 0.5 * share}}
    stated = {"place": place | {"effects": {"shift": shift, "health": healthy(0.0004)}}, "course": course}
    groups = {"everyone": a_group(), "smokers": a_group(risk_class={"factor": "smoking", "class": "yes"})}
    free = {"nobody_worse": {"residents": {"parties": ["residents"], "than": "nothing"}}}
    scenario = a_plan_scenario(stated, risk_factors={"smoking": SMOKING}, target_groups=groups)
    return wishing(scenario, **(free | wishes))


def with_fixed_cost() -> Scenario:
    """A crowd in which one also has a cost however many start."""
    scenario = overlapping(CROWD)
    one = scenario.spec.interventions["one"]
    cost = one.cost.model_copy(update={"fixed_per_year": one.cost.per_starter[0].model_copy(update={"value": 9e3})})
    stated = scenario.spec.interventions | {"one": one.model_copy(update={"cost": cost})}
    return replace(scenario, spec=scenario.spec.model_copy(update={"interventions": stated}))


def with_fund() -> Scenario:
    """Contracts and a fund into which may be put more or less."""
    most = dict.fromkeys(range(2027, 2032), 400_000.0)
    opened = {"preventiefonds": {"zilveren_kruis": most, "vgz_unive": most}}
    return wishing(load_scenario("drenthe-akkoord"), fund_contributions=opened, nobody_worse=YEARLY["nobody_worse"])


def with_payers() -> Scenario:
    """Somebody else could pay."""
    others = {"alone": [{"party": "municipality", "share": 1.0, "law": "wmo"}]}
    return wishing(overlapping(CROWD), payer_options={"two": others}, **YEARLY)


# --- what must hold -------------------------------------------------------------------------------------------------


def all_goals(c: Coefficients, table: tuple[str, ...]) -> tuple[Wish, ...]:
    """A goal of every kind, and every party until every year."""
    return (*everything(c), Wish("health_gap", "gap"), Wish("worst_off", "worst", table))


def every_row(problem: Allocation, plan: Plan) -> dict[tuple[object, ...], float]:
    """Row of every wish about what parties have -> how much more than the least that is, in euro, without transfers."""
    model = build_allocation(problem)
    columns, found = columns_of(model, plan), dict[tuple[object, ...], float]()
    for family in model.families:
        if family.name in ("nobody_worse", "paid_back"):
            has = np.bincount(family.row, family.value * columns[family.column], len(family.keys))
            found |= {
                (family.name, *key): x for key, x in zip(family.keys, (has - family.lower) * THOUSAND, strict=True)
            }
    return found


def rows_in_full(problem: Allocation, scenario: Scenario, plan: Plan) -> dict[tuple[object, ...], float]:
    """The same by the whole model."""
    above = above_least(problem, run_scenario(with_plan(scenario, plan)))
    return {
        (rule, party, *([when] if when else [])): x
        for name, have in above.items()
        for rule, _, when in [name.partition(" ")]
        for party, x in have.items()
    }


def seen(scenario: Scenario, plan: Plan) -> Allocation:
    """The problem with every kind of goal, after a plan was seen."""
    problem = allocation_of(scenario, coefficients_of(scenario))
    table = tuple(dict.fromkeys(least.party for least in problem.leasts))
    problem = replace(problem, wishes=all_goals(problem.coefficients, table))
    return adjusted(problem, scenario, plan, run_scenario(with_plan(scenario, plan)))


def assert_programme_is_model(after: Allocation, scenario: Scenario, plan: Plan) -> None:
    """By every goal and in every row of a wish: 1e-7 of each figure, or a hundredth of a cent."""
    found = checked(scenario, after, plan)
    for wish, linear, full in zip(after.wishes, found.linear, found.full, strict=True):
        assert linear == pytest.approx(full, rel=1e-7, abs=1e-7), (wish.goal, plan)
    rows, full_rows = every_row(after, plan), rows_in_full(after, scenario, plan)
    assert set(rows) == set(full_rows)
    assert rows == pytest.approx(full_rows, rel=1e-7, abs=1e-4)


SCENARIOS = {
    "crowd": lambda: overlapping(CROWD, **YEARLY),
    "shift": lambda: shifting(share=0.6, **YEARLY),
    "fixed cost": lambda: wishing(with_fixed_cost(), **YEARLY),
    "payers": with_payers,
}


def random_plans(scenario: Scenario, payers: str = "") -> list[Plan]:
    """Two plans: any areas, years and parts of the reach.

    Args:
        scenario: as loaded; payers: who pays intervention two.
    """
    rng, as_stated = np.random.default_rng(7), wishing(scenario)
    plans = [a_random_plan(candidates_of(as_stated), rng) for _ in range(2)]
    paid = {"two": payers}
    return [Plan(tuple(replace(c, payers=paid.get(c.intervention, "")) for c in plan.choices)) for plan in plans]


def without_each(plan: Plan) -> list[Plan]:
    """The plan without each of its choices."""
    return [replace(plan, choices=tuple(c for c in plan.choices if c != left_out)) for left_out in plan.choices]


@pytest.mark.parametrize("name", SCENARIOS)
def test_programme_says_of_the_plan_seen_what_the_whole_model_says(name: str) -> None:
    """Whatever is done; with fixed cost and other payers too."""
    scenario = SCENARIOS[name]()
    for plan in (own_plan(scenario), *random_plans(scenario, "alone" if name == "payers" else "")):
        assert_programme_is_model(seen(scenario, plan), scenario, plan)


@pytest.mark.parametrize("name", ["crowd", "shift", "payers"])
def test_and_of_that_plan_without_any_one_choice(name: str) -> None:
    """What a choice adds to the rest is what the programme loses without it."""
    scenario = SCENARIOS[name]()
    plan = random_plans(scenario, "alone" if name == "payers" else "")[1]
    after = seen(scenario, plan)
    for other in without_each(plan):
        assert_programme_is_model(after, scenario, other)


def test_with_contracts_and_a_fund_into_which_is_put() -> None:
    """The own plan of a whole agreement."""
    scenario = with_fund()
    plan = own_plan(scenario)
    assert plan.deposits
    assert_programme_is_model(seen(scenario, plan), scenario, plan)


def test_without_a_choice_that_a_policy_module_pays() -> None:
    """Those who have the module start whatever the reach of their area is, and not where nothing is done."""
    loaded = load_scenario("drenthe")
    stated = {name: without_fixed(i) for name, i in loaded.spec.interventions.items()}
    assert stated["valpreventie"].policy_module is not None
    scenario = replace(loaded, spec=with_interventions(loaded.spec, stated))
    plan = own_plan(scenario)
    after, others = seen(scenario, plan), without_each(plan)
    done = [k for k, choice in enumerate(plan.choices) if choice.intervention == "valpreventie"]
    for k in done[:3]:
        assert_programme_is_model(after, scenario, others[k])
