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
from optimise_building import FIRST, a_plan_region, a_plan_scenario, a_random_plan, answered, something, wishing
from test_optimise_enumeration import EQUAL, TWO, Crowd, Tried, every, overlapping
from test_optimise_proofs import everything

from coalition.allocation_problem import THOUSAND, Allocation, Wish
from coalition.allocation_studies import near_optimal, sensitivity
from coalition.allocations import allocation_of
from coalition.best_plan import Optimum, above_least, checked, optimised, worth_in_full
from coalition.candidates import candidates_of
from coalition.coefficients import Coefficients, coefficients_of
from coalition.corrections import adjusted
from coalition.model import Result, run_scenario
from coalition.optimise import build_allocation, columns_of
from coalition.parties import MUNICIPALITY
from coalition.plans import Plan, own_plan, with_interventions, with_plan, without_fixed
from coalition.report import at_table
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


def healthy(gain: float) -> dict[str, object]:
    """Healthy years per completer, in each of two years."""
    return an_effect("qaly", years=2.0, gain=gain, per="completer")


ONCE = {"starts": {"first": FIRST, "last": FIRST}}
GROUPS = {
    "everyone": a_group(),
    "smokers": a_group(risk_class={"factor": "smoking", "class": "yes"}),
    "others": a_group(share=0.3),
}
ANYTHING: dict[str, Any] = {"nobody_worse": {"residents": {"parties": ["residents"], "than": "nothing"}}}
"""Nobody who pays or gains is protected."""


def shifting(*, once: bool = False, **wishes: Any) -> Scenario:
    """An approach of a place after which a third as many smoke, beside a course for those who do and a visit to others.

    All three give healthy years, and each costs 30,000 euro in each of two areas of one size.

    Args:
        once: whether everything starts in the first year.
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
    starts = ONCE if once else {}
    place = something("zvw", 0.0, 30.0, target_group="everyone", reach=1.0, approach="population", **starts)
    course = something("zvw", 400.0, 200.0, target_group="smokers", reach=0.5, **starts)
    visit = something("wmo", 100.0, 1000.0, target_group="others", reach=0.1, **starts)
    stated = {
        "place": place | {"effects": {"shift": shift, "health": healthy(0.0055)}},
        "course": course | {"effects": course["effects"] | {"health": healthy(0.03)}},
        "visit": visit | {"effects": visit["effects"] | {"health": healthy(0.11)}},
    }
    region = a_plan_region(EQUAL)
    factors = {"smoking": SMOKING}
    scenario = a_plan_scenario(stated, risk_factors=factors, target_groups=GROUPS, region_tables=region)
    return wishing(scenario, **(ANYTHING | wishes))


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
    "shift": lambda: shifting(**YEARLY),
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


# --- that it matters ------------------------------------------------------------------------------------------------


def health_and_years_as_before(problem: Allocation, scenario: Scenario, plan: Plan, result: Result) -> Allocation:
    """What was corrected, without what is said of health and of single years."""
    after, before = adjusted(problem, scenario, plan, result), problem.coefficients
    c = after.coefficients
    as_before = replace(
        c,
        linear=replace(c.linear, qalys=before.linear.qalys),
        nothing_qalys=before.nothing_qalys,
        agreed_net_eur=before.agreed_net_eur,
        nothing_net_eur=before.nothing_net_eur,
    )
    return replace(after, coefficients=as_before)


def healthy_years(tried: Tried) -> float:
    """Of one plan, by the whole model."""
    return worth_in_full(tried.result.scenario, Wish("qaly", "qaly"), tried.result, {})


def test_most_health_where_one_approach_takes_the_people_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """64 plans for the money of four of six: by itself the course is better than the visit, after the place it is not.

    With the correction the programme itself comes to the best of all plans in two rounds; without it it proposes the
    same plan in every round, and the difference stays.
    """
    money = {"money": {"parties": [MUNICIPALITY], "amounts_eur": {FIRST: 121_000.0}}}
    whole = {"place": 999.0, "course": 149.0, "visit": 29.9}
    scenario = shifting(
        once=True, objective=["qaly"], budgets=money, minimum_starters_per_year=whole, rounds=4, gap=0.0
    )
    possible = [t for t in every(scenario) if sum(t.delivery(MUNICIPALITY)) <= 121_000.0]
    best = max(possible, key=healthy_years)
    assert len([t for t in possible if healthy_years(t) > healthy_years(best) - 0.1]) == 1
    found = optimised(scenario)
    assert found.best is not None
    assert found.rounds[0].plan != found.rounds[-1].plan == found.best.plan == best.plan
    assert found.best.full[0] == pytest.approx(healthy_years(best))
    assert len(found.rounds) == 2
    assert found.best.difference == pytest.approx(0.0, abs=1e-6)
    monkeypatch.setattr("coalition.best_plan.adjusted", health_and_years_as_before)
    as_before = optimised(scenario)
    assert {r.plan for r in as_before.rounds} == {found.rounds[0].plan}
    assert [r.difference > 0.2 for r in as_before.rounds] == [True] * 4


IN_THE_TERM = {
    "council": {"parties": "table", "over": "term", "than": "nothing", "terms": [{"first": FIRST, "last": FIRST + 4}]}
}
DEAR = Crowd((0.5, 0.45), (760.0, 700.0))
DEARER = Crowd((0.5, 0.45), (820.0, 760.0))


def whole_in_the_term(tried: Tried, scenario: Scenario) -> bool:
    """Whether those at the table can make each other whole in nominal euros of all years shown."""
    return sum(float(p.net[0].sum()) for p in tried.result.run.parties if p.party.id in at_table(scenario)) >= -0.005


@pytest.mark.parametrize("crowd", [TWO, DEAR, DEARER])
def test_best_plan_that_leaves_nobody_worse_in_a_term(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """81 plans, of which the best leaves somebody short in the term; without the correction it is proposed for ever."""
    scenario = overlapping(crowd, nobody_worse=IN_THE_TERM)
    tried = every(scenario)
    possible = [t for t in tried if whole_in_the_term(t, scenario)]
    best = max(possible, key=lambda t: t.societal)
    assert best.societal < max(t.societal for t in tried) - 1_000
    found = optimised(scenario).best
    assert found is not None
    assert found.short_eur == 0
    assert found.full[0] * THOUSAND == pytest.approx(best.societal)
    monkeypatch.setattr("coalition.best_plan.adjusted", health_and_years_as_before)
    as_before = optimised(scenario)
    assert as_before.best is not None
    assert as_before.best.short_eur > 1_000
    assert min(r.short_eur for r in as_before.rounds) > 1_000


# --- when only some starts are still sought -------------------------------------------------------------------------


def narrowed(crowd: Crowd, **wishes: Any) -> Optimum:
    """Two rounds, the first of which leaves somebody short, so that the second keeps to its starts."""
    found = optimised(overlapping(crowd, rounds=2, **wishes))
    assert found.rounds[0].short_eur > 1_000
    assert found.narrowed
    return found


def test_what_is_asked_next_is_asked_of_every_start() -> None:
    """The problem that is kept has every start open and what the rounds taught; other plans start what no round did."""
    found = narrowed(DEARER)
    scenario = found.scenario
    first = allocation_of(scenario, coefficients_of(scenario, yearly=False))
    assert (found.problem.largest == first.largest).all()
    assert (found.problem.smallest == first.smallest).all()
    assert_programme_is_model(found.problem, scenario, found.rounds[0].plan)
    tried = {c for r in found.rounds for c in r.plan.choices}
    assert {c for other in near_optimal(found, 4, 0.5) for c in other.plan.choices} - tried
    assert sensitivity(found)


def test_bound_is_that_of_every_start() -> None:
    """The programme with every start open can come so far, and the gap is between that and the plan of the round."""
    found = narrowed(DEAR, nobody_worse=IN_THE_TERM)
    value, of_round = answered(found.problem).values[0], found.rounds[-1].linear[0]
    assert found.answer.bounds[0] == pytest.approx(value)
    assert found.answer.values[0] == pytest.approx(of_round)
    assert value > of_round * 1.01
    assert found.answer.gap == pytest.approx(value / of_round - 1)


def test_where_every_start_was_open_nothing_is_narrowed() -> None:
    """The bound is that of the round itself."""
    found = optimised(overlapping(DEARER, rounds=8))
    assert len(found.rounds) > 1
    assert not found.narrowed
    assert found.answer.bounds[0] == pytest.approx(answered(found.problem).values[0])
