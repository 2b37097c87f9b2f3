"""Studies of a best plan: why there is none, what one more brings, what one goal costs of another, and other plans."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from typing import Any, cast

import numpy as np
import pytest
from clash_building import (
    ASSEN,
    ENOUGH_EUR,
    MEPPEL,
    TALK,
    Infeasible,
    a_wish_for,
    all_wishes,
    back_within,
    ease,
    give,
    infeasible,
    is_feasible,
    money,
    no_loss,
    nurses,
    soft_rows,
    some_problem,
    walkers_at_most,
    without,
)
from optimise_building import a_plan_scenario, a_problem, answered, something

from coalition.allocation_problem import THOUSAND, Allocation, Wish
from coalition.allocation_studies import (
    CLEARLY,
    MOST_STEPS,
    Clash,
    ShadowPrice,
    _Elastic,
    frontier,
    frontier_answers,
    near_optimal,
    sensitivity,
    unit_of,
    why_not,
)
from coalition.best_plan import Checked, Optimum, _kept, optimised
from coalition.inputs import Floats
from coalition.optimise import build_allocation, programme_of, weights_of
from coalition.plans import NOTHING, Plan
from coalition.scenario import Scenario
from coalition.solver import Programme, Solved, Status

CLASHES = infeasible()
SOME_SEEDS = range(24)


# --- why no plan exists -------------------------------------------------------------------------------------------


@cache
def clash_of(name: str) -> Clash:
    """What is said of a clash."""
    found = why_not(CLASHES[name].model())
    assert found is not None
    return found


def untouched(case: Infeasible) -> Programme:
    """A programme that no study has changed."""
    return programme_of(case.model())


def test_every_rule_that_somebody_may_wish_clashes_somewhere() -> None:
    """No family is left out of the cases below: neither of what clashes nor of what gives."""
    families = {"budget", "spent", "nobody_worse", "paid_back", "capacity", "staff", "portion", "needs", "apart"}
    clashing = {rule for case in CLASHES.values() for rule, _ in case.wishes}
    giving = {rule for case in CLASHES.values() for rule in case.gives}
    assert clashing >= families | {"pinned", "five"}
    assert giving >= families | {"pinned", "five"}


@pytest.mark.parametrize("name", CLASHES)
def test_clashing_wishes_and_what_gives_are_those_worked_out_by_hand(name: str) -> None:
    """Which wishes, how much each rule gives in its unit, and the sum of what is in euro."""
    case, clash = CLASHES[name], clash_of(name)
    assert set(clash.wishes) == case.wishes
    assert len(clash.wishes) == len(case.wishes)
    given: dict[str, float] = {}
    for r in clash.relaxations:
        given[r.rule] = given.get(r.rule, 0.0) + r.amount
        assert r.unit == unit_of(r.rule)
    assert given == pytest.approx(case.gives, rel=1e-6)
    in_euro = [r.amount for r in clash.relaxations if r.unit == "eur"]
    assert clash.total_eur == pytest.approx(sum(in_euro))
    assert [r.unit == "eur" for r in clash.relaxations] == sorted(
        (r.unit == "eur" for r in clash.relaxations), reverse=True
    )
    assert clash.with_whole_starts == case.only_whole


@pytest.mark.parametrize("name", CLASHES)
def test_clashing_wishes_are_irreducible(name: str) -> None:
    """Together they cannot hold, even when all others are let go; without any one of them they can."""
    case, clash = CLASHES[name], clash_of(name)
    whole = clash.with_whole_starts
    assert not is_feasible(untouched(case), whole=whole)
    others = all_wishes(untouched(case)) - set(clash.wishes)
    alone = untouched(case)
    without(alone, others)
    assert not is_feasible(alone, whole=whole)
    for wish in clash.wishes:
        fewer = untouched(case)
        without(fewer, {wish} if case.is_one else {wish, *others})
        assert is_feasible(fewer, whole=whole), wish


@pytest.mark.parametrize("name", CLASHES)
def test_what_gives_suffices_exactly(name: str) -> None:
    """With the amounts a plan of whole starts exists, with a thousandth less it does not."""
    case, clash = CLASHES[name], clash_of(name)
    for part, exists in ((1 + 1e-7, True), (0.999, False)):
        programme = untouched(case)
        give(programme, clash.relaxations, part)
        assert is_feasible(programme, whole=True) is exists


@cache
def random_clashes() -> list[tuple[int, Allocation]]:
    """Random problems of everything that ask too much of some party."""
    found = []
    for seed in range(60):
        problem = a_problem(seed)
        leasts = tuple(replace(x, at_least_eur=x.at_least_eur + 8000.0) for x in problem.leasts)
        asking = replace(problem, leasts=leasts)
        if leasts and not is_feasible(programme_of(build_allocation(asking)), whole=True):
            found.append((seed, asking))
    return found[:12]


def test_random_clashes_are_named_without_excess_and_repaired_exactly() -> None:
    """The same of problems with fixed cost, agreements, payments and several clashes at once."""
    kinds, sizes = set(), set()
    for seed, problem in random_clashes():
        model = build_allocation(problem)
        clash = why_not(problem)
        assert clash is not None
        whole, kept = clash.with_whole_starts, set(clash.wishes)
        others = all_wishes(programme_of(model)) - kept
        for gone, exists in (*(({w}, True) for w in kept), (set[tuple[str, str]](), False)):
            programme = programme_of(model)
            without(programme, others | gone)
            assert is_feasible(programme, whole=whole) is exists, (seed, gone)
        for part, exists in ((1 + 1e-6, True), (0.999, False)):
            programme = programme_of(model)
            give(programme, clash.relaxations, part)
            assert is_feasible(programme, whole=True) is exists, (seed, part)
        kinds |= {rule for rule, _ in kept}
        sizes.add(len(kept))
    assert len(random_clashes()) == 12
    assert len(kinds) >= 3
    assert max(sizes) >= 3


def test_nothing_clashes_where_a_plan_exists() -> None:
    """Then nothing has to give, and no wish is blamed."""
    assert why_not(some_problem(budgets=(money(15_000),))) == Clash((), (), 0, with_whole_starts=True)


def test_too_little_time_is_no_answer() -> None:
    """A solver that was stopped has shown nothing."""
    assert why_not(a_problem(3), seconds=1e-9) is None


@pytest.mark.parametrize("name", CLASHES)
def test_a_solver_out_of_time_lets_no_wish_go(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From some solve on there is no answer: the wishes looked at from then on stay, and those named still clash."""
    whole = why_not(CLASHES[name].model())
    assert whole is not None
    solves, solve = [0], _Elastic.solve

    def slow(elastic: _Elastic, *, whole: bool, seconds: float) -> Solved:
        solves[0] += 1
        found = solve(elastic, whole=whole, seconds=seconds)
        return found if solves[0] <= 2 else replace(found, columns=np.array([]), row_price=np.array([]))

    monkeypatch.setattr(_Elastic, "solve", slow)
    late = why_not(CLASHES[name].model())
    assert late is not None
    assert set(late.wishes) >= set(whole.wishes)


# --- what one more brings -----------------------------------------------------------------------------------------


def an_optimum(problem: Allocation) -> Optimum:
    """A best plan of a problem that no scenario states."""
    return Optimum(a_plan_scenario(), problem, answered(problem), None, cast("Checked", None))


def by_row(prices: list[ShadowPrice]) -> dict[tuple[object, ...], ShadowPrice]:
    """Prices by rule and key."""
    return {(p.rule, *p.key): p for p in prices}


def one_year(**changes: Any) -> Allocation:
    """Everything starts in the first year, so that whole starts lose nothing."""
    return some_problem((2027,), **changes)


def test_price_of_money_by_hand() -> None:
    """With 15,000 half a walk is left out: € 2 per euro; of 10,000 more the second half goes to a talk: € 1.10."""
    (price,) = sensitivity(an_optimum(one_year(budgets=(money(15_000),))))
    assert (price.rule, price.key, price.unit, price.is_step) == ("budget", ("m", 2027), "eur", True)
    assert price.relaxed_worth == pytest.approx(2.0)
    assert price.worth == pytest.approx((5_000 * 2 + 5_000 * 0.2) / 10_000)


def test_prices_of_places_hours_parts_and_portions_by_hand() -> None:
    """A walker is worth € 200, an hour as much; a euro more than a portion allows lets five more be spent on walks."""
    stays = np.where([k[0] == TALK for k in one_year().candidates.keys], 0.5, np.nan)
    cases: list[tuple[Allocation, str, float]] = [
        (one_year(places=walkers_at_most(150.0)), "capacity", 200.0),
        (one_year(staff=(nurses(50.0),)), "staff", 200.0),
        (one_year(stays=stays), "pinned", 4_000.0),
        (one_year(leasts=(no_loss(ASSEN),)), "nobody_worse", 2.0),
        # walks at most 2/3 of talks: 13,333 of 40,000 and 1/(1-0.25) of each euro of room is a walk
        (one_year(portions=(a_wish_for(0, at_most=0.25),)), "portion", 2.0 / 0.75),
    ]
    for problem, rule, worth in cases:
        prices = [p for p in sensitivity(an_optimum(problem)) if p.rule == rule]
        assert prices, rule
        for price in prices:
            assert price.relaxed_worth == pytest.approx(worth), rule


def test_a_price_in_healthy_years_is_per_euro_and_not_per_thousand() -> None:
    """Three healthy years for a talk of 20,000 euro, beside one for a walk of 10,000."""
    problem = one_year(wishes=(Wish("qaly", "qaly"),), budgets=(money(15_000),))
    (price,) = sensitivity(an_optimum(problem))
    assert price.relaxed_worth == pytest.approx(3 / 20_000)
    assert price.worth == pytest.approx(3 / 20_000)


def test_a_year_more_of_patience() -> None:
    """A municipality that waits two years does nothing, in three a walk has paid itself back."""
    waits = tuple(back_within(2, p) for p in (ASSEN, MEPPEL))
    both = tuple(no_loss(p) for p in (ASSEN, MEPPEL))
    problem = some_problem((2027,), back_eur=6_000.0, leasts=(*both, *waits))
    years = {p.key: p for p in sensitivity(an_optimum(problem)) if p.unit == "years"}
    assert set(years) == {(ASSEN,), (MEPPEL,)}
    for price in years.values():  # gains of 6,000 twice are societal too
        assert (price.rule, price.is_step) == ("paid_back", True)
        assert price.worth == pytest.approx(32_000.0 + 16_000.0 * 2_000 / 8_000)


def test_a_year_that_is_too_little_has_no_price() -> None:
    """Who waits one year does nothing, and in two years nothing has paid itself back either."""
    waits = tuple(back_within(1, p) for p in (ASSEN, MEPPEL))
    problem = some_problem((2027,), back_eur=6_000.0, leasts=waits)
    assert [p for p in sensitivity(an_optimum(problem)) if p.unit == "years"] == []


def prices_of(problem: Allocation) -> tuple[Programme, Floats, list[ShadowPrice]]:
    """Prices, with an untouched programme and its goal."""
    model = build_allocation(problem)
    return programme_of(model), weights_of(model, 0), sensitivity(an_optimum(problem))


@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_prices_are_what_solving_again_gives(seed: int) -> None:
    """Relaxed: between what a little more brings and a little less costs. A step: the very difference it made."""
    problem = a_problem(seed)
    if answered(problem).solved.status is not Status.OPTIMAL:
        assert prices_of(problem)[2] == []
        return
    programme, weights, prices = prices_of(problem)
    programme.maximise(weights)
    rows = {(rule, *key): row for rule, key, row in soft_rows(programme)}
    per = 1.0 if problem.wishes[0].kind in ("qaly", "gap") else THOUSAND
    found = by_row([p for p in prices if p.unit != "years"])
    programme.whole(False)
    dual = programme.solve().row_price * per
    assert set(found) == {
        key for key, row in rows.items() if abs(dual[row]) > 1e-7 * (THOUSAND if unit_of(str(key[0])) == "eur" else 1)
    }
    assert len(found) == len([p for p in prices if p.unit != "years"])
    assert [p.worth for p in prices] == sorted((p.worth for p in prices), reverse=True)
    assert all(p.worth >= 0 and p.relaxed_worth >= 0 for p in prices)
    assert sum(p.is_step for p in found.values()) == min(len(found), MOST_STEPS)
    for price in found.values():
        rule = price.rule
        row, unit = rows[rule, *price.key], THOUSAND if price.unit == "eur" else 1.0
        scale = per / unit
        programme.whole(False)
        base, little = programme.solve().value, 1e-4
        worth = []
        for step in (little, -little):
            ease(programme, rule, row, step)
            worth.append(abs(programme.solve().value - base) / little * scale)
            ease(programme, rule, row, 0.0)
        tolerance = 1e-3 * max(1.0, price.relaxed_worth)
        assert worth[0] <= price.relaxed_worth + tolerance
        assert not worth[1] < price.relaxed_worth - tolerance  # nan: less is not possible
        if price.is_step:
            programme.whole(True)
            base, step = programme.solve().value, {"eur": 10.0, "part": 0.1}.get(price.unit, 1.0)
            ease(programme, rule, row, step)
            assert price.worth == pytest.approx(max(0.0, programme.solve().value - base) / step * scale, abs=1e-5)
            ease(programme, rule, row, 0.0)


def test_no_plan_no_prices_and_no_limits_no_prices() -> None:
    """There is nothing to price."""
    assert sensitivity(an_optimum(CLASHES["money"].problem)) == []
    assert sensitivity(an_optimum(some_problem(budgets=(money(*[ENOUGH_EUR] * 4),)))) == []


@pytest.mark.parametrize("seed", [10, 24, 121, 142, 170])
def test_a_live_programme_answers_as_a_new_one(seed: int) -> None:
    """What an earlier solve left behind may not change an answer: its value is that of its columns, and as good."""
    model = build_allocation(a_problem(seed))
    weights, live = weights_of(model, 0), programme_of(model)
    live.maximise(weights)
    live.whole(False)
    live.solve()
    live.whole(True)
    for rule, _, row in soft_rows(live)[:4]:
        for step in (0.0, 1.0):
            new = programme_of(model)
            new.maximise(weights)
            for programme in (live, new):
                ease(programme, rule, row, step)
            found, expected = live.solve(), new.solve()
            assert found.value == pytest.approx(expected.value, abs=1e-5)
            assert found.value == pytest.approx(float(weights @ found.columns), abs=1e-5)
        ease(live, rule, row, 0.0)


def test_a_programme_that_is_solved_before_it_is_searched() -> None:
    """A goal held at its best leaves the solver nothing to choose; what it then says must keep to the limits."""
    problem = a_problem(3, wishes=(SOCIETY, HEALTH), places=np.zeros((0, 0)))
    model = build_allocation(problem)
    first, *_, last = (x.columns for x in frontier_answers(model, 3, 60.0, 1e-4))
    assert weights_of(model, 0) @ first >= weights_of(model, 0) @ last - TINY


# --- what one goal costs of another -------------------------------------------------------------------------------

SOCIETY, HEALTH, GAP = Wish("societal_npv", "societal"), Wish("qaly", "qaly"), Wish("health_gap", "gap")
OF_A, OF_FUND = (Wish(f"npv:{p}", "parties", (p,)) for p in ("a", "wlz_fund"))
WORST = Wish("worst_off", "worst", ("a", "b", "GM0114"))
PAIRS = {
    "society and health": (SOCIETY, HEALTH),
    "two parties": (OF_A, OF_FUND),
    "society and the worst off": (SOCIETY, WORST),
    "the worst off and health": (WORST, HEALTH),
    "the health gap and society": (GAP, SOCIETY),
    "health and its gap": (HEALTH, GAP),
}
POINTS = 6
TINY = 1e-5
"""What the solver's own tolerance leaves of a difference, thousands of euro or healthy years."""


@cache
def points_of(pair: str, seed: int) -> tuple[Floats, Programme, Floats]:
    """The two values of each answer along a frontier, an untouched programme, and the weights of both goals."""
    model = build_allocation(a_problem(seed, wishes=PAIRS[pair]))
    weights = np.stack([weights_of(model, 0), weights_of(model, 1)])
    answers = frontier_answers(model, POINTS, 60.0, 0.0)
    return np.array([weights @ x.columns for x in answers]).reshape(-1, 2), programme_of(model), weights


def some_feasible_plans(programme: Programme, weights: Floats, rng: np.random.Generator) -> Floats:
    """Both values of plans that keep to everything: the best ones of random goals, and what lies between them."""
    found = []
    mixed = [a * weights[0] + (1 - a) * weights[1] for a in rng.uniform(0, 1, 4)]
    parts = np.flatnonzero(programme.variables.whole)
    for k in range(12):
        goal = mixed[k] if k < len(mixed) else np.zeros(weights.shape[1])
        if k >= len(mixed):
            goal[parts] = rng.normal(0, 1, len(parts))
            goal = goal + rng.uniform(0, 1) * weights[int(rng.integers(2))]
        programme.maximise(goal)
        solved = programme.solve(gap=0.0)
        if len(solved.columns):
            found.append(weights @ solved.columns)
    return np.array(found).reshape(-1, 2)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("seed", range(5))
def test_nothing_lies_beyond_the_frontier(pair: str, seed: int) -> None:
    """Both ends are the best of one goal, the rest is a trade, and no random feasible plan beats a point of it."""
    points, programme, weights = points_of(pair, seed)
    best = []
    for k in (0, 1):
        programme.maximise(weights[k])
        best.append(programme.solve().value)
    if not np.isfinite(best).all():
        assert not len(points)
        return
    slack = TINY * max(1.0, float(np.abs(points).max()))
    assert points[0, 0] == pytest.approx(best[0], abs=slack)
    assert points[-1, 1] == pytest.approx(best[1], abs=slack)
    assert len(points) == (POINTS if points[-1, 1] - points[0, 1] > TINY else 2)
    assert (np.diff(points[:, 0]) <= slack).all()
    assert (np.diff(points[:, 1]) >= -slack).all()
    if len(points) > 2:  # each of them asks for an equal step more of the second goal
        asked = np.linspace(points[0, 1], points[-1, 1], POINTS)
        assert (points[:, 1] >= asked - slack).all()
    feasible = some_feasible_plans(programme, weights, np.random.default_rng(seed))
    assert len(feasible) == 12
    assert feasible[:, 0].max() > feasible[:, 0].min() + TINY
    for first, second in points:
        as_much = feasible[feasible[:, 1] >= second + slack]
        # the other goal counts for a ten thousandth, so that no point is dominated by a hair
        allowed = slack + 1e-4 * abs(points[0, 0] - points[-1, 0])
        assert not (as_much[:, 0] > first + allowed).any()


def test_some_of_those_frontiers_are_a_real_trade() -> None:
    """The test above is no empty exercise."""
    trades = 0
    for pair, seed in product(PAIRS, range(5)):
        points, _, _ = points_of(pair, seed)
        trades += len({tuple(x) for x in np.round(points, 4).tolist()}) >= 4
    assert trades >= 12


# --- of a scenario ------------------------------------------------------------------------------------------------


def healthy(pocket: str, avoided: float, cost: float, gain: float, **changes: Any) -> dict[str, Any]:
    """An intervention that also brings healthy years."""
    stated = something(pocket, avoided, cost, **changes)
    health = {"kind": "qaly", "gain": {"value": gain}}
    base = {
        k: v
        for k, v in stated["effects"]["works"].items()
        if k not in {"kind", "pocket", "avoided_per_year", "care_kind"}
    }
    return {**stated, "effects": {**stated["effects"], "health": {**base, **health}}}


THREE = {
    "home": healthy("wmo", 300.0, 200.0, 0.001, target_group="first"),
    "care": healthy("zvw", 500.0, 350.0, 0.002, target_group="second"),
    "later": healthy("wlz", 900.0, 700.0, 0.02, target_group="third"),
}
HALF = {"half": {"parties": ["municipality"], "own_plan_share": 0.5}}
AS_NOTHING = {"table": {"parties": ["table"], "than": "nothing"}}


def half_the_money(**asked: Any) -> Scenario:
    """Three interventions for half their money, so that something must be chosen; solved to the end."""
    stated = {"budgets": HALF, "nobody_worse": AS_NOTHING, "gap": 0.0, **asked}
    return a_plan_scenario(THREE, optimise=stated)


@cache
def seen(goals: tuple[str, str], points: int = 5) -> list[Checked]:
    """A frontier of that scenario."""
    return [p.checked for p in frontier(half_the_money(), goals, points)]


GOALS = [
    ("societal_npv", "qaly"),
    ("qaly", "societal_npv"),
    ("worst_off", "societal_npv"),
    ("npv:a", "npv:municipalities"),
    ("health_gap", "qaly"),
]


@pytest.mark.parametrize("goals", GOALS)
def test_frontier_of_a_scenario_runs_from_one_best_to_the_other(goals: tuple[str, str]) -> None:
    """As the whole model has it: each end is what the one goal alone gives, and a trade in between."""
    points = seen(goals)
    scenario = half_the_money()
    for k, end in ((0, points[0]), (1, points[-1])):
        alone = optimised(scenario, (goals[k],)).best
        assert alone is not None
        assert end.full[k] == pytest.approx(alone.full[0], rel=1e-5, abs=1e-6)
    assert 1 <= len(points) <= 5
    for one, other in pairwise(points):
        assert one.full[0] > other.full[0]
        assert one.full[1] < other.full[1]
    for point in points:
        assert point.linear[:2] == pytest.approx(point.full[:2], abs=1e-6)
        assert point.short_eur <= 0.005


def test_frontier_has_as_many_points_as_asked_where_goals_conflict() -> None:
    """Two ends and what lies between; more points are a finer trade between the same ends."""
    goals = ("worst_off", "societal_npv")
    for count in (2, 3, 7):
        points = seen(goals, count)
        assert len(points) == count
        assert points[0].full[:2] == pytest.approx(seen(goals)[0].full[:2], rel=1e-6)
        assert points[-1].full[:2] == pytest.approx(seen(goals)[-1].full[:2], rel=1e-6)


@pytest.mark.parametrize("gap", [0.0, 1e-4])
def test_goals_that_do_not_conflict_give_one_point(gap: float) -> None:
    """Everything is done where there is money for everything: nothing is to be traded, whatever the gap."""
    scenario = a_plan_scenario(THREE, optimise={"gap": gap})
    (point,) = frontier(scenario, ("societal_npv", "qaly"), 5)
    assert len(point.checked.plan.choices) == 6


def test_wishes_that_clash_have_no_frontier() -> None:
    """There is no plan to be a point."""
    asked = {**HALF, "all": {"parties": ["municipality"], "own_plan_share": 5.0, "spend_at_least": 1.0}}
    assert frontier(half_the_money(budgets=asked), ("societal_npv", "qaly"), 4) == []


# --- other plans that are as good ---------------------------------------------------------------------------------

EQUAL = {
    pocket: something(pocket, 300.0, 200.0, target_group=group)
    for pocket, group in (("wmo", "first"), ("zvw", "second"), ("wlz", "third"))
}


@cache
def equals(within: float, count: int = 4) -> tuple[Optimum, list[Checked]]:
    """Half the money for three interventions that are as good, and the other plans found."""
    optimum = optimised(a_plan_scenario(EQUAL, optimise={"budgets": HALF, "nobody_worse": AS_NOTHING}))
    return optimum, near_optimal(optimum, count, within)


def money_per_place(optimum: Optimum, plan: Plan) -> dict[tuple[str, str], float]:
    """Present value of what a plan pays for delivery, by intervention and area."""
    c = optimum.problem.coefficients
    worth = dict(zip(c.candidates.keys, c.linear.outlay_eur[0].sum(axis=1) @ c.present[0], strict=True))
    return {(x.intervention, x.area): x.part * worth[x.intervention, x.area, x.first] for x in plan.choices}


def moved(optimum: Optimum, one: Plan, other: Plan) -> float:
    """Part of the money of the larger of two plans that does not lie in the same place."""
    here, there = money_per_place(optimum, one), money_per_place(optimum, other)
    both = sum(min(amount, there.get(place, 0.0)) for place, amount in here.items())
    return 1 - both / max(sum(here.values()), sum(there.values()))


@pytest.mark.parametrize("within", [0.02, 0.1])
def test_other_plans_are_as_good_and_clearly_different(within: float) -> None:
    """Each within the stated part of the best, a tenth of its money elsewhere, none twice and never the best itself."""
    optimum, others = equals(within)
    assert optimum.best is not None
    best = optimum.answer.values[0]
    plans = [optimum.best.plan, *(o.plan for o in others)]
    assert len(others) >= 2
    assert len(set(plans)) == len(plans)
    for k, one in enumerate(plans):
        assert all(moved(optimum, one, other) >= CLEARLY - 1e-9 for other in plans[:k])
    for other in others:
        assert other.linear[0] >= best - within * abs(best) - TINY
        assert other.full[0] == pytest.approx(other.linear[0], abs=1e-6)
        assert other.short_eur <= 0.005


def test_wider_limits_and_fewer_plans() -> None:
    """Never more plans than asked; nothing is near the best where every other plan is clearly worse."""
    assert len(equals(0.1, 1)[1]) == 1
    assert len(equals(0.1)[1]) > 1
    lonely = optimised(a_plan_scenario(THREE, optimise={}))
    assert near_optimal(lonely, 3, 0.001) == []
    assert near_optimal(lonely, 0, 0.5) == []


def test_where_nothing_is_best_there_is_no_other_way_to_do_nothing() -> None:
    """The same empty plan is not another plan."""
    asked = {"nobody_worse": AS_NOTHING}
    dear = {"home": something("wmo", 30.0, 2_000.0, target_group="first")}
    optimum = optimised(a_plan_scenario(dear, optimise=asked))
    assert optimum.best is not None
    assert optimum.best.plan == NOTHING
    assert near_optimal(optimum, 3, 0.1) == []


# --- the rounds of the best plan ----------------------------------------------------------------------------------


def overlapping(rounds: int, **asked: Any) -> Scenario:
    """Three interventions for the same people and pocket, of which together less comes than of each by itself."""
    same = {
        name: {**something("wmo", avoided, cost, target_group="first"), "reach": 0.6}
        for name, avoided, cost in (("home", 330.0, 200.0), ("care", 320.0, 210.0), ("later", 310.0, 150.0))
    }
    return a_plan_scenario(same, optimise={"rounds": rounds, "nobody_worse": AS_NOTHING, "budgets": HALF, **asked})


@cache
def rounds_of(rounds: int) -> Optimum:
    """The best plan in so many rounds."""
    return optimised(overlapping(rounds))


@pytest.mark.parametrize("rounds", [1, 2, 6])
def test_rounds_end_and_the_best_whole_plan_is_kept(rounds: int) -> None:
    """Never more rounds than allowed, never one after a plan that agrees with the whole model, never a worse plan."""
    optimum = rounds_of(rounds)
    tried = optimum.rounds
    assert 1 <= len(tried) <= rounds
    close = [abs(r.difference) <= 0.001 and r.short_eur <= 0.005 for r in tried]
    assert not any(close[:-1])
    assert close[-1] or len(tried) == rounds
    whole = [r for r in tried if r.short_eur <= 0.005]
    assert optimum.best in tried
    assert optimum.best is not None
    if whole:
        assert optimum.best.full == max(r.full for r in whole)
    else:
        assert optimum.best.short_eur == min(r.short_eur for r in tried)


def test_overlap_takes_more_than_one_round_and_more_rounds_are_never_worse() -> None:
    """The first plan promises what it does not bring; what is kept gets no worse."""
    first, last = rounds_of(1), rounds_of(6)
    assert len(last.rounds) > 1
    assert abs(first.rounds[0].difference) > 0.001
    assert first.best is not None
    assert last.best is not None
    assert (first.best.short_eur > 0.005) or last.best.full[0] >= first.best.full[0] - 1e-9
    assert last.best.short_eur <= first.best.short_eur + 0.005


@pytest.mark.parametrize("rounds", [1, 6])
def test_difference_is_programme_minus_whole_model(rounds: int) -> None:
    """As a part of the latter; and the whole model is what running the plan says."""
    for r in rounds_of(rounds).rounds:
        assert r.full[0] == pytest.approx(r.result.societal_npv_eur / THOUSAND)
        assert r.difference == pytest.approx((r.linear[0] - r.full[0]) / abs(r.full[0]))


@pytest.mark.parametrize("goal", ["societal_npv", "public_npv", "npv:insurers", "qaly", "cash_back:3"])
def test_own_plan_is_worth_the_same_in_programme_and_model(goal: str) -> None:
    """Without overlap and agreements both are one thing, by every goal."""
    own = optimised(a_plan_scenario(THREE, optimise={"objective": [goal]})).own
    assert own.linear == pytest.approx(own.full, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("goal", ["health_gap", "worst_off"])
def test_goals_that_are_no_sum_end_in_one_round(goal: str) -> None:
    """Best and worst served, and who gains least, are read from the answer; so nothing is left to be adjusted."""
    optimum = optimised(half_the_money(objective=[goal]))
    assert optimum.best is not None
    assert len(optimum.rounds) == 1
    assert optimum.best.linear == pytest.approx(optimum.best.full, rel=1e-6, abs=1e-6)
    assert optimum.answer.values == pytest.approx(optimum.best.full, rel=1e-6, abs=1e-6)


def test_kept_is_the_best_whole_plan_else_the_one_that_is_least_short() -> None:
    """Of plans as the rounds could find them."""
    found = rounds_of(1).rounds[0]
    good, better, short, shorter = (
        replace(found, full=(value, 0.0), short_eur=euro)
        for value, euro in ((1.0, 0.0), (2.0, 0.004), (9.0, 50.0), (8.0, 20.0))
    )
    assert _kept([good, short, better, shorter]) is better
    assert _kept([short, shorter]) is shorter
    assert _kept([]) is None
