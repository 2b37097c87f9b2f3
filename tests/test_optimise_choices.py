"""Who pays and what is put into a fund, as choices of a plan; and whole starts where there are many."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from optimise_building import a_problem, wishing

from coalition.allocation_problem import THOUSAND
from coalition.allocations import allocation_of
from coalition.best_plan import Optimum, optimised
from coalition.cli import main
from coalition.coefficients import coefficients_of
from coalition.model import run_scenario
from coalition.optimise import (
    build_allocation,
    columns_of,
    goal_values,
    programme_of,
    read_plan,
    solve_in_two_steps,
    weights_of,
)
from coalition.parties import Reason
from coalition.plans import Plan, own_plan, with_plan
from coalition.scenario import load_scenario
from coalition.solver import Status

HALF_CENT_EUR = 0.005
TEAM = "domeinoverstijgend"
ALONE = {"party": "municipality", "share": 1.0, "law": "wmo"}
OTHERS = {"alleen_gemeenten": [ALONE]}
MOST = dict.fromkeys(range(2027, 2032), 400_000.0)


# --- who pays ------------------------------------------------------------------------------------------------------


def paid_by_payer(plan: Plan, **wishes: object) -> dict[str, float]:
    """Nominal delivery cost per payer, by the ledger."""
    run = run_scenario(with_plan(wishing(load_scenario(TEAM), **wishes), plan)).run
    found: dict[str, float] = {}
    for p in run.law.ledger.postings:
        if p.reason is Reason.DELIVERY:
            found[p.source] = found.get(p.source, 0.0) + float(p.amounts.sum())
    return found


def test_another_payer_pays_what_the_first_did() -> None:
    """All of the delivery is the municipalities', as if the scenario had stated it; care and society do not notice."""
    own = own_plan(load_scenario(TEAM))
    other = Plan(tuple(replace(c, payers="alleen_gemeenten") for c in own.choices))
    before, after = (paid_by_payer(plan, payer_options={"een_team": OTHERS}) for plan in (own, other))
    assert set(after) == {"municipality"}
    assert len(before) == 2
    assert after["municipality"] == pytest.approx(sum(before.values()))


@pytest.mark.parametrize("payers", ["", "alleen_gemeenten"])
def test_coefficients_of_each_payer_are_those_of_the_whole_model(payers: str) -> None:
    """Per party and for society; nothing overlaps here."""
    scenario = wishing(load_scenario(TEAM), payer_options={"een_team": OTHERS})
    plan = Plan(tuple(replace(c, payers=payers) for c in own_plan(scenario).choices))
    c = coefficients_of(scenario)
    model = build_allocation(allocation_of(scenario, c, ["npv:municipalities"]))
    result = run_scenario(with_plan(scenario, plan))
    npv = sum(float(p.npv[0]) for p in result.run.parties if p.party.id.startswith("GM"))
    found = goal_values(model, columns_of(model, plan))
    assert found == pytest.approx((npv / THOUSAND, result.societal_npv_eur / THOUSAND), rel=1e-9)


@pytest.mark.parametrize(("goal", "payers"), [("npv:municipalities", ""), ("npv:zorgverzekeraars", "alleen_gemeenten")])
def test_who_pays_is_chosen_once_for_all_areas(goal: str, payers: str) -> None:
    """Each would rather that the other pays; nothing else differs, and everything must be done."""
    scenario = wishing(
        load_scenario(TEAM),
        objective=[goal],
        transfers=False,
        payer_options={"een_team": OTHERS},
        minimum_starters_per_year={},
        budgets={"geld": {"parties": ["municipality"], "amounts_eur": {2021: 1e9, 2022: 1e9, 2023: 1e9}}},
        nobody_worse={"niemand": {"parties": ["residents"], "than": "nothing"}},
        pins={},
    )
    problem = allocation_of(scenario, coefficients_of(scenario))
    done = replace(problem, smallest=np.where(problem.largest > 0, 1.0, 0.0))
    model = build_allocation(done)
    programme = programme_of(model)
    for area in problem.candidates.areas:
        programme.limit_row(programme.row("one_start", ("een_team", area)), 1.0, 1.0)
    programme.maximise(weights_of(model, 0))
    plan = read_plan(model, programme.solve().columns)
    assert len(plan.choices) == 3
    assert {c.payers for c in plan.choices} == {payers}


# --- a fund --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_fund() -> Optimum:
    """The best plan when both insurers may put in 400,000 euro a year; the scenario's own money must be spent."""
    scenario = load_scenario("drenthe-akkoord")
    opened = {"preventiefonds": {"zilveren_kruis": MOST, "vgz_unive": MOST}}
    optimise = scenario.spec.optimise.model_copy(update={"fund_contributions": opened})
    return optimised(replace(scenario, spec=scenario.spec.model_copy(update={"optimise": optimise})))


def test_fund_of_the_programme_is_the_fund_of_the_whole_model(with_fund: Optimum) -> None:
    """Its balance at the end of each year before it winds up, which is never under its floor.

    A module of a policy pays a little of fall prevention, which the programme leaves to the whole model: some 1,200
    euro of the 150,000 that are drawn in a year.
    """
    assert with_fund.best is not None
    model = build_allocation(with_fund.problem)
    balance = with_fund.answer.solved.columns[model.layout.balance[0]] * THOUSAND
    fund = with_fund.best.result.run.agreed.funds[0]
    closing, floor = fund.statement.closing[0], fund.fund.minimum_balance_eur.value
    assert balance[:-1] == pytest.approx(closing[: len(balance) - 1], abs=3_000.0)
    assert (closing[:-1] >= floor - HALF_CENT_EUR).all()
    assert (balance >= floor - HALF_CENT_EUR).all()
    assert closing[-1] == pytest.approx(0.0, abs=HALF_CENT_EUR)
    assert np.abs(fund.statement.short).max() < HALF_CENT_EUR


def test_no_more_is_put_in_than_may_be_or_than_is_needed(with_fund: Optimum) -> None:
    """Money that would only lie there is not asked for: the floor binds in the years of drawing."""
    assert with_fund.best is not None
    deposits = with_fund.best.plan.deposits
    assert len(deposits) == 2 * len(MOST)
    assert all(-HALF_CENT_EUR <= d.eur <= 400_000 + HALF_CENT_EUR for d in deposits)
    fund = with_fund.best.result.run.agreed.funds[0]
    paid = sum(float(amounts.sum()) for amounts in fund.statement.paid.values())
    assert 0 < sum(d.eur for d in deposits) < paid + 10 * fund.fund.fee_eur_per_year.value
    assert fund.statement.closing[0, :5] == pytest.approx(fund.fund.minimum_balance_eur.value, abs=3_000.0)


def test_without_room_for_deposits_the_fund_is_part_of_the_clash() -> None:
    """A fund that must exist and may get nothing cannot keep its floor."""
    opened = {"preventiefonds": {"zilveren_kruis": {2027: 0.0}, "vgz_unive": {2027: 0.0}}}
    found = optimised(wishing(load_scenario("drenthe-akkoord"), fund_contributions=opened))
    assert found.best is None
    assert found.answer.solved.status is Status.INFEASIBLE


def test_plan_with_payers_and_deposits_is_a_file_that_runs(tmp_path: Path) -> None:
    """`coalition optimise -o` writes what `coalition run` reproduces, and checks it."""
    text = "scenario: {base: drenthe-akkoord, name: keuzes}\noptimise:\n  fund_contributions:\n    preventiefonds:\n"
    text += "".join(f"      {who}: {MOST}\n" for who in ("zilveren_kruis", "vgz_unive"))
    text += "  payer_options:\n    sociaal_hospitaal:\n"
    text += "      gemeenten: [{party: municipality, share: 1.0, law: jeugdwet}]\n"
    text += "  objective: ['npv:insurers']\n"
    (tmp_path / "keuzes.yaml").write_text(text, "utf-8")
    folder = tmp_path / "plan"
    said = CliRunner().invoke(main, ["optimise", str(tmp_path / "keuzes.yaml"), "-o", str(folder)])
    assert said.exit_code == 0, said.output
    assert "Inleg in Preventiefonds Drenthe" in said.stdout
    written = load_scenario(folder)
    assert set(written.spec.arrangements.funds["preventiefonds"].contributions) == {"zilveren_kruis", "vgz_unive"}
    assert run_scenario(written).years == run_scenario(load_scenario("drenthe-akkoord")).years


# --- start years ---------------------------------------------------------------------------------------------------


def test_years_that_are_not_asked_are_closed_but_the_own_plan_can_be_told() -> None:
    """The own plan begins in 2027; only 2029 is asked."""
    scenario = wishing(load_scenario("drenthe"), start_years=[2029], nobody_worse={}, objective=["qaly"])
    found = optimised(scenario)
    assert found.best is not None
    assert {c.first for c in found.best.plan.choices} == {2029}
    assert found.own.linear[0] == pytest.approx(found.own.full[0], rel=1e-9)
    assert {c.first for c in found.own.plan.choices} != {2029}


# --- many starts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(0, 200, 7))
def test_in_two_steps_the_gap_is_kept_or_all_starts_are_open_again(seed: int) -> None:
    """The same status as in one go; with a gap of 0 the same worth, and with a loose one a worth within it."""
    model = build_allocation(a_problem(seed))
    for gap in (0.0, 0.2):
        whole, steps = programme_of(model), programme_of(model)
        for programme in (whole, steps):
            programme.maximise(weights_of(model, 0))
        best, found = whole.solve(), solve_in_two_steps(steps, model.layout, 60.0, gap)
        assert found.status is best.status
        if best.status is Status.OPTIMAL:
            assert found.bound >= best.value - 1e-6 * max(1.0, abs(best.value))
            slack = gap * max(abs(found.value), 1e-6) + 1e-5 * max(1.0, abs(best.value))
            assert best.value - slack <= found.value <= best.value + 1e-5 * max(1.0, abs(best.value))
