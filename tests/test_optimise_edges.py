"""Wishes at the edge of what they say: who pays for whom, what fits, what is switched off, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from optimise_building import FIRST, a_plan_region, a_plan_scenario, a_problem, something, wishing

from coalition.allocation_studies import near_optimal, sensitivity
from coalition.allocations import allocation_of
from coalition.best_plan import Optimum, checked, net_of, optimised
from coalition.cli import main
from coalition.coefficients import coefficients_of
from coalition.fitted_terms import fitted
from coalition.model import run_scenario
from coalition.optimise import Answer, build_allocation, programme_of, solve
from coalition.optimise_terms import FittedTerm
from coalition.plans import own_plan
from coalition.scenario import Scenario, load_scenario
from coalition.solver import Solved, Status

HALF_CENT_EUR = 0.005

# --- payments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("goal", ["npv:a", "npv:municipalities", "public_npv"])
def test_payments_that_are_part_of_the_plan_leave_everyone_whole_in_the_whole_model(goal: str) -> None:
    """What the goal takes from the others is counted in who stays short."""
    scenario = load_scenario("drenthe-akkoord")
    asked = scenario.spec.optimise.model_copy(update={"objective": [goal.replace(":a", ":vgz_unive")]})
    found = optimised(replace(scenario, spec=scenario.spec.model_copy(update={"optimise": asked})))
    best = found.best
    assert best is not None
    given = net_of(best.payments)
    npv = {p.party.id: float(p.npv[0]) for p in best.result.run.parties}
    lack = sum(max(0.0, x.at_least_eur - npv[x.party] - given.get(x.party, 0.0)) for x in found.problem.leasts)
    assert lack <= best.short_eur + HALF_CENT_EUR
    assert best.short_eur <= HALF_CENT_EUR


def test_a_payback_that_others_make_good_is_not_short() -> None:
    """Those who gain over all years may pay who must have its money back in the first."""
    wishes = {"payback": {"op_tijd": {"party": "GM0114", "years": 1}}, "nobody_worse": {"tafel": {"than": "zero"}}}
    money = {"geld": {"parties": ["municipality"], "own_plan_share": 1.0, "spend_at_least": 0.5}}
    scenario = wishing(a_plan_scenario(), objective=["qaly"], budgets=money, **wishes)
    found = optimised(scenario)
    assert found.best is not None
    assert found.best.plan.choices
    assert found.best.short_eur <= HALF_CENT_EUR


def test_who_is_protected_in_some_years_only_pays_nobody() -> None:
    """Money of years that no wish looks at would be money that nobody has."""
    term = {"over": "term", "than": "nothing", "terms": [{"first": FIRST, "last": FIRST + 1}]}
    scenario = wishing(a_plan_scenario(), objective=["npv:a"], nobody_worse={"raad": term})
    problem = allocation_of(scenario, coefficients_of(scenario))
    assert problem.links == ()
    assert optimised(scenario).answer.solved.status is not Status.UNBOUNDED


# --- what fits -----------------------------------------------------------------------------------------------------


def with_capacity(per_year: float, **wishes: object) -> Scenario:
    """One intervention for which there are fewer places than people who would come."""
    stated = something("wmo", 260.0, 240.0, target_group="first", capacity_per_year=per_year)
    return wishing(a_plan_scenario({"home": stated}), **wishes)


def test_the_money_of_the_own_plan_is_what_it_spends_within_its_capacity() -> None:
    """By the ledger; and the own plan fits in it."""
    scenario = with_capacity(10.0)
    problem = allocation_of(scenario, coefficients_of(scenario))
    ledger = run_scenario(scenario).run.law.ledger
    spent = sum(p.amounts[0].sum(axis=0) for p in ledger.postings if p.reason == "delivery")
    limit = np.sum([money.limit_eur for money in problem.budgets], axis=0)
    assert limit == pytest.approx(spent[: len(limit)])
    assert limit.max() > 0


def test_a_committed_plan_is_possible_within_its_capacity() -> None:
    """As many start as do in the own plan."""
    pins = {"loopt_al": {"intervention": "home", "do": "as_planned"}}
    scenario = with_capacity(10.0, pins=pins, nobody_worse={"n": {"parties": ["residents"], "than": "nothing"}})
    found = optimised(scenario)
    assert found.best is not None
    starters = found.best.result.run.projection.starters["home"].sum(axis=(0, 1))
    assert starters.max() == pytest.approx(10.0)


def test_a_handful_of_people_is_no_obstacle_to_what_is_committed() -> None:
    """An area where less than one a year would start is closed, but not where the own plan stays."""
    region = a_plan_region({"GM0114": 1000.0, "GM1681": 5.0})
    stated = {"home": something("wmo", 260.0, 240.0, target_group="first")}
    free = {"nobody_worse": {"n": {"parties": ["residents"], "than": "nothing"}}}
    scenario = wishing(a_plan_scenario(stated, region_tables=region), **free)
    closed = allocation_of(scenario, coefficients_of(scenario))
    small = np.array([a == "GM1681" for _, a, _ in closed.candidates.keys])
    assert not closed.largest[small].any()
    assert closed.largest[~small].all()
    pinned = wishing(scenario, pins={"p": {"intervention": "home", "do": "as_planned"}}, **free)
    found = optimised(pinned)
    assert found.best is not None
    assert {c.area for c in found.best.plan.choices} == {"GM0114", "GM1681"}


def test_who_only_pays_by_another_option_has_nothing_to_spend_by_default() -> None:
    """Everyone pays at most what it pays in the own plan: nothing."""
    options = {"home": {"fonds": [{"party": "state", "share": 1.0, "law": "belasting"}]}}
    stated = {"home": something("wmo", 260.0, 240.0, target_group="first")}
    scenario = wishing(a_plan_scenario(stated), payer_options=options, objective=["npv:municipalities"])
    problem = allocation_of(scenario, coefficients_of(scenario))
    state = [money for money in problem.budgets if money.name == "own_plan:state"]
    assert [money.limit_eur.sum() for money in state] == [0.0]
    found = optimised(scenario)
    assert found.best is not None
    assert all(not c.payers for c in found.best.plan.choices)


# --- funds ---------------------------------------------------------------------------------------------------------

OPEN = "optimise.fund_contributions.preventiefonds.zilveren_kruis.2028=300000"


def test_a_fund_that_is_switched_off_gets_nothing() -> None:
    """It is no part of the plan, and the programme does not know it."""
    scenario = load_scenario("drenthe-akkoord", [OPEN, "arrangements.funds.preventiefonds.enabled=false"])
    assert own_plan(scenario).deposits == ()
    problem = allocation_of(scenario, coefficients_of(scenario))
    assert problem.coefficients.funds == ()
    assert checked(scenario, problem, own_plan(scenario)).result.run.agreed.funds == []


def test_years_that_are_not_open_have_nothing_put_in_and_the_file_says_so(tmp_path: object) -> None:
    """The scenario states 2027 and 2028; only 2028 is open, so that the plan puts nothing in in 2027."""
    opened = ["optimise.fund_contributions.preventiefonds.vgz_unive.2027=400000", OPEN]
    arguments = [x for pair in opened for x in ("--set", pair)]
    said = CliRunner().invoke(main, ["optimise", "drenthe-akkoord", *arguments, "-o", f"{tmp_path}/plan"])
    assert said.exit_code == 0, said.output
    amounts = load_scenario(f"{tmp_path}/plan").spec.arrangements.funds["preventiefonds"].contributions
    assert amounts["zilveren_kruis"].amounts_eur[2027] == 0
    assert amounts["vgz_unive"].amounts_eur[2028] == 0


# --- what is kept --------------------------------------------------------------------------------------------------


class Impatient:
    """A programme whose second goal finds no time."""

    def __init__(self, programme: object) -> None:
        self.programme, self.solved = programme, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.programme, name)

    def solve(self, *arguments: float) -> Solved:
        """The first goal in earnest."""
        self.solved += 1
        none = np.zeros(0)
        late = Solved(Status.NO_PLAN, float("nan"), float("nan"), none, none, none)
        return self.programme.solve(*arguments) if self.solved == 1 else late  # type: ignore[attr-defined]


def test_a_plan_is_kept_when_the_next_goal_runs_out_of_time() -> None:
    """It is the best by the first goal, and the status says that the solver was stopped."""
    problem = replace(a_problem(4), wishes=tuple(dict.fromkeys([*a_problem(4).wishes, *a_problem(5).wishes])))
    assert len(problem.wishes) >= 2
    model = build_allocation(problem)
    whole = solve(model, programme_of(model), seconds=60.0, gap=0.0)
    hasty = solve(model, Impatient(programme_of(model)), seconds=60.0, gap=0.0)  # type: ignore[arg-type]
    assert hasty.solved.status is Status.STOPPED
    assert hasty.values[0] == pytest.approx(whole.values[0], rel=1e-6)


def without_last_round(optimum: Optimum) -> Optimum:
    """As if the last round of the solver had found no plan."""
    none = np.zeros(0)
    return replace(optimum, answer=Answer(Solved(Status.INFEASIBLE, float("nan"), float("nan"), none, none, none)))


def test_studies_after_a_last_round_without_a_plan() -> None:
    """Prices are not known, which is not that nothing binds; other plans are sought from the one that is kept."""
    optimum = without_last_round(optimised(load_scenario("drenthe-akkoord")))
    assert sensitivity(optimum) == []
    assert all(x.full[0] <= 0 for x in near_optimal(optimum, 1, 0.05))


def test_terms_are_not_fitted_where_nobody_is_protected_over_all_years() -> None:
    """Nothing would be measured, and the first point of the grid would look best."""
    path = "arrangements.contracts.jeugdhulp.sharing_rate"
    scenario = load_scenario("drenthe-akkoord")
    asked = scenario.spec.optimise.model_copy(update={"fit": {"x": FittedTerm(path=path, lowest=0.0, highest=1.0)}})
    optimum = optimised(replace(scenario, spec=scenario.spec.model_copy(update={"optimise": asked})))
    assert fitted(optimum) is not None
    yearly = tuple(replace(x, weights=np.ones(len(optimum.problem.coefficients.years))) for x in optimum.problem.leasts)
    assert fitted(replace(optimum, problem=replace(optimum.problem, leasts=yearly))) is None
