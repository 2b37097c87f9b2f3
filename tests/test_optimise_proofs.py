"""The optimiser against other roads to the same answer: the whole model, a textbook model, duality, and itself.

A changed golden LP file is a decision, not a detail: the rules of docs/model.md changed. Write the files again with
`python tests/test_optimise_proofs.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from building import euro, holders, insurers
from optimise_building import (
    FIRST,
    INSTANCES,
    a_plan_region,
    a_plan_scenario,
    a_problem,
    a_random_plan,
    answered,
    in_tens,
    relaxed,
    something,
    tidy_problems,
    wishing,
    with_areas_turned,
    with_parties_turned,
)
from reference.independent_allocation import Best, best_of

from coalition.agreement import smallest_transfer_of
from coalition.allocation_problem import Allocation, Least, Money, Wish
from coalition.allocations import allocation_of
from coalition.arrangement_terms import ForbiddenLink
from coalition.best_plan import checked, optimised
from coalition.coefficients import Coefficients, coefficients_of
from coalition.errors import DefectError
from coalition.inputs import Floats
from coalition.model import run_scenario
from coalition.optimise import Answer, build_allocation, programme_of, read_plan, solve, variables_in_order, weights_of
from coalition.plans import NOTHING, Choice, Plan, own_plan, with_interventions
from coalition.scenario import Scenario, load_scenario, shipped_scenarios
from coalition.solver import Programme, Status

GOLDEN = Path(__file__).parent / "golden"
FEW = range(0, INSTANCES, 9)
"""Seeds for what is tried on some instances only."""


# --- coefficients are the model -----------------------------------------------------------------------------------


def everything(c: Coefficients) -> tuple[Wish, ...]:
    """Society, health, and every party as a whole and until every year."""
    until = range(len(c.years) + 1)  # 0 years stands for all of them
    return (
        Wish("societal_npv", "societal"),
        Wish("qaly", "qaly"),
        *(Wish(f"{p} {n}", "parties", (p,), n) for p in c.parties for n in until),
    )


def assert_linear_is_full(scenario: Scenario, *plans: Plan, goals: Callable[[Coefficients], tuple[Wish, ...]]) -> None:
    """The programme values plans as the whole model does: 1e-6 of each figure, or a hundredth of a cent."""
    c = coefficients_of(scenario)
    problem = replace(allocation_of(scenario, c), wishes=goals(c))
    for plan in plans:
        found = checked(scenario, problem, plan)
        for wish, linear, full in zip(problem.wishes, found.linear, found.full, strict=True):
            assert linear == pytest.approx(full, rel=1e-6, abs=1e-7), (wish.goal, plan)


def random_plans(scenario: Scenario, count: int = 4) -> list[Plan]:
    candidates = coefficients_of(scenario, yearly=False).candidates
    return [a_random_plan(candidates, np.random.default_rng(seed)) for seed in range(count)]


ALONE = [n for n in shipped_scenarios() if len(load_scenario(n).spec.interventions) <= 1]
IN_DRENTHE = list(load_scenario("drenthe").spec.interventions)


@pytest.mark.parametrize("name", ALONE)
def test_own_plan_of_a_scenario_without_overlap_is_worth_what_the_model_says(name: str) -> None:
    """Agreements included: one programme alone joins nothing."""
    scenario = load_scenario(name)
    assert_linear_is_full(scenario, own_plan(scenario), goals=everything)


@pytest.mark.parametrize("name", IN_DRENTHE)
def test_every_programme_of_drenthe_by_itself(name: str) -> None:
    """High risk and population, fixed cost and policy modules: the own plan, and another first year everywhere."""
    whole = load_scenario("drenthe")
    scenario = replace(whole, spec=with_interventions(whole.spec, {name: whole.spec.interventions[name]}))
    own = own_plan(scenario)
    later = Plan(tuple(replace(c, first=c.first + 1) for c in own.choices))
    assert_linear_is_full(scenario, own, later, NOTHING, goals=everything)


ONE = {"target_group": "first"}
STARTS_LATER = {"GM0114": {"starts": {"first": FIRST + 1, "last": FIRST + 3}, "reach": 0.3, "completion": 0.4}}
TWO_IN_ONE = a_plan_region(
    {"WK011401": 500.0, "WK011402": 300.0, "GM1681": 400.0}, parents={"WK011401": "GM0114", "WK011402": "GM0114"}
)
OPEN_ENDED = {"name": "t", "title": "t", "first_year": FIRST, "price_year": FIRST, "discount": "mkba"}
CASES = {
    "apart": a_plan_scenario(),
    "no_horizon": a_plan_scenario(scenario=OPEN_ENDED),
    "ramp_up": a_plan_scenario({"home": something("wmo", 300.0, 200.0, ramp_up=[0.3, 0.6, 1.0], **ONE)}),
    "own_years": a_plan_scenario({"home": something("wmo", 300.0, 200.0, per_area=STARTS_LATER, **ONE)}),
    "members": a_plan_scenario(
        {"care": something("zvw", 500.0, 350.0, members_of="a", **ONE)}, holders=holders(switching_per_year=0.1)
    ),
    "place": a_plan_scenario(
        {
            "place": something("wmo", 30.0, 2.0, approach="population", **ONE),
            "care": something("zvw", 500.0, 350.0, target_group="second"),
        }
    ),
    "benefits": a_plan_scenario({"work": something("participatiewet", 300.0, 200.0, **ONE)}),
    "two_in_one": a_plan_scenario(
        {"home": something("wmo", 300.0, 200.0, **ONE)},
        region_tables=TWO_IN_ONE,
        parties={
            "insurers": insurers(a=0.6, b=0.4),
            "municipalities": {"GM0114": {"population": 100_000}},
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_random_plans_are_worth_what_the_model_says(case: str) -> None:
    """Any areas, any years, any part of the reach."""
    scenario = CASES[case]
    assert_linear_is_full(scenario, own_plan(scenario), *random_plans(scenario), goals=everything)


def test_an_area_that_starts_after_all_others_keeps_the_clock() -> None:
    """Without a horizon the years shown do not depend on where a plan does something."""
    scenario = a_plan_scenario(
        {"home": something("wmo", 300.0, 200.0, per_area=STARTS_LATER, **ONE)}, scenario=OPEN_ENDED
    )
    assert_linear_is_full(scenario, own_plan(scenario), NOTHING, *random_plans(scenario), goals=everything)


def test_fixed_cost_runs_from_the_first_start_anywhere() -> None:
    """Once for all areas: society is exact in every plan; who bears it is exact where every area takes part."""
    cost = {"per_starter": [euro(200.0)], "fixed_per_year": euro(5000.0)}
    scenario = a_plan_scenario({"home": something("wmo", 300.0, 200.0, cost=cost, **ONE)})
    apart = Plan((Choice("home", "GM0114", FIRST, 0.5), Choice("home", "GM1681", FIRST + 1)))
    assert_linear_is_full(scenario, apart, own_plan(scenario), goals=everything)
    assert_linear_is_full(scenario, *random_plans(scenario), NOTHING, goals=lambda _: (Wish("s", "societal"),))


# --- another formulation ------------------------------------------------------------------------------------------


@cache
def both(seed: int) -> tuple[Allocation, Answer, Best]:
    """A problem with the answer of the package and that of the textbook."""
    problem = a_problem(seed)
    return problem, answered(problem), best_of(problem)


@pytest.mark.parametrize("seed", range(INSTANCES))
def test_textbook_model_finds_the_same_best(seed: int) -> None:
    """The same objective to 1e-6, both solved to a gap of 0; or both find that no plan exists."""
    _, answer, best = both(seed)
    assert answer.solved.status.value == best.status
    if best.status == "optimal":
        assert answer.values[0] == pytest.approx(best.value, rel=1e-6, abs=1e-7)
        assert answer.solved.gap == pytest.approx(0.0, abs=1e-6)


def test_instances_are_no_empty_exercise() -> None:
    """Most have a plan in which something is done in part or in whole, some have none at all."""
    solved = [both(seed) for seed in range(INSTANCES)]
    found = [best for _, _, best in solved if best.status == "optimal"]
    assert 0.75 * INSTANCES <= len(found) <= 0.97 * INSTANCES
    assert sum(any(p > 1e-6 for p in best.parts.values()) for best in found) > 0.6 * INSTANCES
    assert sum(any(1e-3 < p < 0.69 for p in best.parts.values()) for best in found) > 0.3 * INSTANCES


# --- duality ------------------------------------------------------------------------------------------------------

PRICED = [s for s in range(30) if a_problem(s).budgets and relaxed(a_problem(s)).status is Status.OPTIMAL]
"""Seeds with a budget and a plan."""


def as_table(problem: Allocation) -> tuple[Programme, Floats, Floats, Floats, Floats]:
    """The relaxed programme, and its rows written out: entries, lower and upper limits; weights of the first goal."""
    model = build_allocation(problem)
    programme = programme_of(model)
    programme.whole(False)
    count = sum(len(f.keys) for f in model.families)
    table, lower, upper = np.zeros((count, model.layout.columns)), np.zeros(count), np.zeros(count)
    first = 0
    for family in model.families:
        np.add.at(table, (first + family.row, family.column), family.value)
        lower[first : first + len(family.keys)], upper[first : first + len(family.keys)] = family.lower, family.upper
        first += len(family.keys)
    return programme, table, lower, upper, weights_of(model, 0)


@pytest.mark.parametrize("seed", PRICED)
def test_prices_add_up_to_the_worth_and_only_what_binds_has_one(seed: int) -> None:
    """Strong duality and complementary slackness on the relaxed programme, from prices as the package reads them."""
    programme, table, lower, upper, weights = as_table(a_problem(seed))
    programme.maximise(weights)
    found = programme.solve()
    assert found.status is Status.OPTIMAL
    limits, activity = programme.variables, table @ found.columns
    assert weights == pytest.approx(table.T @ found.row_price + found.column_price, abs=1e-6)
    worth = 0.0
    sides = (
        (found.row_price, activity, lower, upper),
        (found.column_price, found.columns, limits.lower, limits.upper),
    )
    for price, at, low, high in sides:
        binding = np.where(price > 0, high, low)  # a price above 0: more room at the top is worth something
        priced = np.abs(price) > 1e-7
        assert at[priced] == pytest.approx(binding[priced], abs=1e-5)
        worth += float(price[priced] @ binding[priced])
    assert worth == pytest.approx(found.value, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", PRICED[:12])
def test_a_price_is_what_a_little_more_brings(seed: int) -> None:
    """Every price of a budget lies between what a little more brings and what a little less costs."""
    programme, _, lower, upper, weights = as_table(a_problem(seed))
    programme.maximise(weights)
    found = programme.solve()
    assert found.status is Status.OPTIMAL
    step, rows = 1e-3, range(len(programme.families["budget"].keys))
    for row in (programme.first_row["budget"] + k for k in rows):
        worth = {}
        for change in (step, -step):
            programme.limit_row(row, lower[row] + change, upper[row] + change)
            worth[change] = programme.solve().value
        programme.limit_row(row, lower[row], upper[row])
        assert (worth[step] - found.value) / step <= found.row_price[row] + 1e-4
        assert not (found.value - worth[-step]) / step < found.row_price[row] - 1e-4  # nan: less is not possible


# --- the same problem, changed ------------------------------------------------------------------------------------


def value(problem: Allocation) -> float:
    """Worth of the best plan, -inf where there is none."""
    return _worth(answered(problem))


def known(seed: int) -> float:
    """Worth of the best plan of an unchanged problem."""
    return _worth(both(seed)[1])


def _worth(answer: Answer) -> float:
    return answer.values[0] if answer.solved.status is Status.OPTIMAL else -np.inf


RELAXED: dict[str, Callable[[Allocation], Allocation]] = {
    "more_money": lambda p: replace(
        p, budgets=tuple(replace(b, limit_eur=b.limit_eur * 1.3, spend_at_least=0.0) for b in p.budgets)
    ),
    "longer_carry_over": lambda p: replace(p, budgets=tuple(replace(b, carry_over_share=1.0) for b in p.budgets)),
    "no_spending": lambda p: replace(p, budgets=tuple(replace(b, spend_at_least=0.0) for b in p.budgets)),
    "lower_floors": lambda p: replace(
        p, leasts=tuple(replace(least, at_least_eur=least.at_least_eur - 300.0) for least in p.leasts)
    ),
    "more_places": lambda p: replace(p, places=p.places * 1.5),
    "more_hours": lambda p: replace(p, staff=tuple(replace(w, hours_per_year=w.hours_per_year + 20) for w in p.staff)),
    "no_portions": lambda p: replace(p, portions=()),
    "no_needs": lambda p: replace(p, needs=()),
    "not_apart": lambda p: replace(p, apart=()),
    "small_starts": lambda p: replace(p, smallest=p.smallest * 0.0),
    "all_open": lambda p: replace(p, stays=np.full_like(p.stays, np.nan)),
}


@pytest.mark.parametrize("change", RELAXED)
def test_relaxing_a_limit_never_worsens(change: str) -> None:
    """So adding one never improves: the problem with the limit is the one without it, with one added."""
    for seed in FEW:
        before, after = known(seed), value(RELAXED[change](both(seed)[0]))
        assert after >= before - 1e-6 * max(1.0, abs(before)) if np.isfinite(before) else True, seed


@pytest.mark.parametrize("change", RELAXED)
def test_every_limit_costs_something_somewhere(change: str) -> None:
    """Else the test above would hold for rules that are never built."""
    assert any(value(RELAXED[change](both(seed)[0])) > known(seed) + 1e-6 for seed in range(INSTANCES))


def test_a_party_with_two_floors_keeps_to_both() -> None:
    """The lower one does not replace the higher one, in whatever order they are wished."""
    differs = 0
    for seed in FEW:
        problem = both(seed)[0]
        lower = tuple(replace(x, at_least_eur=x.at_least_eur - 5000.0) for x in problem.leasts)
        for leasts in ((*lower, *problem.leasts), (*problem.leasts, *lower)):
            assert value(replace(problem, leasts=leasts)) == pytest.approx(known(seed), rel=1e-6, abs=1e-6)
        differs += value(replace(problem, leasts=lower)) > known(seed) + 1e-6
    assert differs


@pytest.mark.parametrize("seed", FEW)
def test_euros_times_ten_are_worth_ten_times_as_much(seed: int) -> None:
    """Or as much, where the goal is health."""
    problem = both(seed)[0]
    times = 10.0 if problem.wishes[0].kind in ("parties", "societal", "worst") else 1.0
    assert value(in_tens(problem)) == pytest.approx(known(seed) * times, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", FEW)
def test_order_of_parties_and_areas_does_not_matter(seed: int) -> None:
    """Neither for the best plan's worth nor for the relaxed bound."""
    problem = a_problem(seed)
    for turned in (with_parties_turned(problem), with_areas_turned(problem)):
        assert value(turned) == pytest.approx(known(seed), rel=1e-6, abs=1e-6)
        assert relaxed(turned).value == pytest.approx(relaxed(problem).value, rel=1e-6, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", FEW)
def test_relaxed_programme_is_a_bound(seed: int) -> None:
    """No plan of whole starts is better than the best one of parts of starts."""
    problem, answer, _ = both(seed)
    found = known(seed)
    if np.isfinite(found):
        model = build_allocation(problem)
        anyway = found - float(weights_of(model, 0) @ answer.solved.columns)
        assert relaxed(problem).value + anyway >= found - 1e-6 * max(1.0, abs(found))


@pytest.mark.parametrize("seed", FEW)
def test_without_money_nothing_is_done(seed: int) -> None:
    """Everything costs something in its first year."""
    problem = RELAXED["all_open"](a_problem(seed, leasts=(), links=()))
    c = problem.coefficients
    none = Money("none", np.zeros(len(c.years)), 1.0, np.ones((len(c.candidates.areas), len(c.payments)), bool))
    poor = replace(problem, budgets=(none,))
    assert read_plan(build_allocation(poor), answered(poor).solved.columns) == NOTHING


@pytest.mark.parametrize("seed", FEW)
def test_same_input_gives_the_same_plan(seed: int) -> None:
    """To the last bit."""
    one, other = both(seed)[1].solved, answered(a_problem(seed)).solved
    assert one.columns.tobytes() == other.columns.tobytes()


def test_a_later_goal_only_chooses_among_plans_that_are_best_by_the_earlier_one() -> None:
    """The first goal keeps its value; the second is at least as good as without being asked for."""
    better = 0
    for seed in FEW:
        problem, alone, _ = both(seed)
        second = Wish("npv:a", "parties", ("a",))
        after = answered(replace(problem, wishes=(*problem.wishes, second)))
        if alone.solved.status is not Status.OPTIMAL:
            continue
        assert after.values[0] == pytest.approx(alone.values[0], rel=1e-6, abs=1e-6)
        model = build_allocation(replace(problem, wishes=(second,)))
        here = float(weights_of(model, 0) @ alone.solved.columns)
        there = float(weights_of(model, 0) @ after.solved.columns)
        assert there >= here - 1e-5 * max(1.0, abs(here))
        better += there > here + 1e-3
    assert better


# --- rules of one's own -------------------------------------------------------------------------------------------


def test_a_rule_of_ones_own_binds() -> None:
    """A Pyomo constraint on the variables of the model, constant included, holds in the answer and costs something."""
    model = build_allocation(RELAXED["all_open"](a_problem(0)))
    free = solve(model, programme_of(model), seconds=60.0, gap=0.0)
    done = round(sum(free.solved.columns[model.layout.start]))
    assert done >= 2
    model.few = pyo.Constraint(expr=sum(model.start.values()) + 3 <= done + 2)
    model.some = pyo.Constraint(model.start.index_set(), rule=lambda m, *key: m.part[key] * 2 >= 2 * m.start[key] - 2)
    ruled = solve(model, programme_of(model), seconds=60.0, gap=0.0)
    assert sum(ruled.solved.columns[model.layout.start]) == pytest.approx(done - 1)
    assert ruled.values[0] < free.values[0] - 1e-6
    model.few.deactivate()
    assert solve(model, programme_of(model), seconds=60.0, gap=0.0).values[0] == pytest.approx(free.values[0])


def test_a_rule_of_ones_own_must_be_linear() -> None:
    """The solver would not be told of anything else."""
    model = build_allocation(a_problem(0))
    one, other = list(model.part.values())[:2]
    model.curved = pyo.Constraint(expr=one * other <= 1)
    with pytest.raises(DefectError, match="curved is not linear"):
        programme_of(model)


# --- who must be at the table -------------------------------------------------------------------------------------

AS_PLANNED = {"stays": {"intervention": "een_team", "do": "as_planned"}}
NOT_BELOW_NOTHING = {"table": {"parties": "table", "than": "nothing"}}


def domeinoverstijgend(*, with_fund: bool, **wishes: object) -> Scenario:
    """Three pilots; with or without money from the long-term care fund, which alone gains."""
    scenario = load_scenario("domeinoverstijgend")
    if not with_fund:
        away = [
            ForbiddenLink(source="wlz_fund", target=party, reason="not at the table")
            for party in ("municipality", "zorgverzekeraars", "state")
        ]
        agreed = scenario.spec.arrangements.model_copy(update={"forbidden_links": away})
        scenario = replace(scenario, spec=scenario.spec.model_copy(update={"arrangements": agreed}))
    return wishing(scenario, nobody_worse=NOT_BELOW_NOTHING, **wishes)


def test_without_the_care_fund_the_others_refuse() -> None:
    """The plan as it stands is impossible, and left to themselves they do nothing."""
    pinned = optimised(domeinoverstijgend(with_fund=False, pins=AS_PLANNED))
    assert (pinned.answer.solved.status, pinned.best) == (Status.INFEASIBLE, None)
    free = optimised(domeinoverstijgend(with_fund=False)).best
    assert free is not None
    assert free.plan == NOTHING


def test_with_the_care_fund_but_without_a_transfer_they_refuse_too() -> None:
    """It gains and the others lose, so sitting at the table is not enough."""
    found = optimised(domeinoverstijgend(with_fund=True, transfers=False, pins=AS_PLANNED))
    assert found.answer.solved.status is Status.INFEASIBLE


def test_with_the_care_fund_and_a_transfer_everybody_accepts() -> None:
    """All that can be done is done, nobody is short, and the transfer is the one that `run` shows."""
    scenario = domeinoverstijgend(with_fund=True)
    best = optimised(scenario).best
    assert best is not None
    assert best.plan == own_plan(scenario)
    assert best.short_eur == 0
    assert best.transfer.total_eur == pytest.approx(smallest_transfer_of(run_scenario(scenario)).total_eur, abs=0.005)
    assert best.transfer.total_eur == pytest.approx(2_219_816.25, abs=0.005)


def test_the_programme_itself_finds_the_smallest_transfer() -> None:
    """The least that the care fund must give, over all payments that leave nobody worse off."""
    scenario = domeinoverstijgend(with_fund=True, pins=AS_PLANNED)
    model = build_allocation(allocation_of(scenario, coefficients_of(scenario)))
    programme, weights = programme_of(model), np.zeros(model.layout.columns)
    names = [v.name for v in variables_in_order(model)]
    weights[[k for k, n in enumerate(names) if n.startswith("pays[wlz_fund,")]] = -1.0
    programme.maximise(weights)
    assert -programme.solve().value == pytest.approx(2_219_816.25 / 1000, abs=1e-5)


def test_fourteen_euro_per_participant_makes_the_municipality_whole() -> None:
    """Nothing to choose: the insurer must give the municipality at least 14 euro per participant per year."""
    scenario = wishing(
        load_scenario("gemeentepolis-mkba"), nobody_worse={"table": {"parties": "table", "than": "zero"}}
    )
    assert optimised(scenario).answer.solved.status is Status.INFEASIBLE
    problem = allocation_of(scenario, coefficients_of(scenario))
    participants = float(scenario.region.people.sum())
    statuses = {}
    for euro_each in (0.0, 13.999, 14.0):
        floors = {"zorgverzekeraars": -euro_each * participants}
        leasts = tuple(Least(x.rule, x.party, x.when, floors.get(x.party, 0.0)) for x in problem.leasts)
        statuses[euro_each] = answered(replace(problem, leasts=leasts)).solved.status
    assert statuses == {0.0: Status.INFEASIBLE, 13.999: Status.INFEASIBLE, 14.0: Status.OPTIMAL}
    loss = next(p for p in run_scenario(scenario).run.parties if p.party.id == "GM0000").npv[0]
    assert -loss / participants == pytest.approx(14.0)


# --- golden files -------------------------------------------------------------------------------------------------


def written(name: str, path: Path) -> bytes:
    """The LP file of a tidy problem."""
    model = build_allocation(tidy_problems()[name])
    programme = programme_of(model)
    programme.maximise(weights_of(model, 0))
    programme.write(path, (v.name for v in variables_in_order(model)))
    return path.read_bytes()


@pytest.mark.parametrize("name", tidy_problems())
def test_lp_file_is_the_one_that_was_agreed(name: str, tmp_path: Path) -> None:
    """Every row and number of the programme, with names that a negotiator can read."""
    assert written(name, tmp_path / "x.lp") == (GOLDEN / f"allocation_{name}.lp").read_bytes()


@pytest.mark.parametrize("name", tidy_problems())
def test_lp_file_is_the_problem(name: str, tmp_path: Path) -> None:
    """Another reader of the file finds the best plan by the first goal."""
    problem = replace(tidy_problems()[name], wishes=tidy_problems()[name].wishes[:1])
    model, answer = build_allocation(problem), answered(problem)
    written(name, tmp_path / "x.lp")
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.readModel(str(tmp_path / "x.lp"))
    solver.run()
    worth = float(weights_of(model, 0) @ answer.solved.columns)
    assert solver.getInfo().objective_function_value == pytest.approx(worth, rel=1e-6)
    assert abs(worth) > 0.01


def test_every_rule_stands_in_a_golden_file() -> None:
    """A rule that no file shows could change unseen."""
    known = {f.name for seed in range(INSTANCES) for f in build_allocation(a_problem(seed)).families}
    text = "".join((GOLDEN / f"allocation_{name}.lp").read_text("utf-8") for name in tidy_problems())
    assert len(known) >= 17
    assert {rule for rule in known if f" {rule}(" not in text} == {"goal"}, "a goal has no limit; it is the objective"


if __name__ == "__main__":
    for case in tidy_problems():
        written(case, GOLDEN / f"allocation_{case}.lp")
