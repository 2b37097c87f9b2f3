"""The best plan for a scenario's wishes, always run again through the whole model.

The programme is linear and knows no overlap, no grant and of agreements only what each start brings by itself. So the
plan that it finds is run in full; where both differ, the difference is put into the coefficients and a new plan is
sought, until the plan differs by less than a thousandth. What is left is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from coalition.allocation_problem import THOUSAND, Allocation, Link, Wish
from coalition.allocations import allocation_of, asks_per_year, forbidden_links
from coalition.coefficients import coefficients_of
from coalition.corrections import adjusted, with_constants
from coalition.inputs import Floats
from coalition.model import Result, health_gained, run_scenario
from coalition.money import HALF_CENT_EUR
from coalition.optimise import (
    Answer,
    build_allocation,
    columns_of,
    goal_values,
    payments_in,
    programme_of,
    read_plan,
    solve,
    with_contracts,
)
from coalition.optimise_terms import Optimise
from coalition.plans import Choice, Plan, own_plan, with_plan
from coalition.report import at_table
from coalition.scenario import Scenario
from coalition.transfers import SmallestTransfer, smallest_transfer

CLOSE = 0.001
"""Difference between the programme and the whole model, as a part of the latter, below which the plan is kept."""
NOTHING_MUCH = 1e-6
"""Worth by a goal, in its own unit, below which a plan is worth nothing and a difference is that of the solver."""


@dataclass(frozen=True)
class Checked:
    """A plan with what the whole model says of it.

    Attributes:
        plan, scenario, result: the plan, the scenario that it changes, and the run of it.
        linear: worth by each goal as the programme sees it; full: by the whole model; in the units of the goals.
        transfer: the smallest transfer after which nobody at the table has lost.
        short_eur: what those who are protected stay short in the whole model, together.
        payments: (who pays, who receives) -> present value, as the programme chose them; they matter where the goal is
            the gain of some, and are one of many ways where it is not.
    """

    plan: Plan
    scenario: Scenario
    result: Result
    linear: tuple[float, ...]
    full: tuple[float, ...]
    transfer: SmallestTransfer
    short_eur: float
    payments: Mapping[Link, float] = field(default_factory=dict)

    @property
    def difference(self) -> float:
        """Programme minus whole model by the first goal, as a part of the latter."""
        return (self.linear[0] - self.full[0]) / max(abs(self.full[0]), NOTHING_MUCH)

    @property
    def rank(self) -> tuple[float, ...]:
        """Worth by each goal, so far as it is more than rounding: a later goal decides among equals."""
        return tuple(round(worth / NOTHING_MUCH) for worth in self.full)


@dataclass(frozen=True)
class Optimum:
    """The answer to a scenario's wishes.

    Attributes:
        scenario, problem: what was asked; the problem as it stood in the last round, with every start open.
        answer: of the solver in that round; its bounds are about every start, whatever was open in the round.
        best: the plan that is kept; None where there is none.
        own: the scenario's own plan, run in the same way.
        rounds: every plan that was tried, in order.
        narrowed: whether only the starts of one plan were open in the last round.
    """

    scenario: Scenario
    problem: Allocation
    answer: Answer
    best: Checked | None
    own: Checked
    rounds: tuple[Checked, ...] = ()
    narrowed: bool = False


def optimised(scenario: Scenario, goals: Sequence[str] = ()) -> Optimum:
    """The best plan for a scenario's wishes.

    Args:
        scenario: as loaded.
        goals: instead of the scenario's own.
    """
    asked = scenario.spec.optimise
    c = coefficients_of(scenario, yearly=asks_per_year(asked, goals))
    problem = allocation_of(scenario, c, goals)
    own = checked(scenario, problem, own_plan(scenario))
    rounds: list[Checked] = []
    within: Plan | None = None
    while True:
        sought = problem if within is None else only_starts_of(problem, within)
        model = build_allocation(sought)
        answer = solve(model, programme_of(model), seconds=asked.seconds, gap=asked.gap)
        if not len(answer.solved.columns):
            break
        plan = read_plan(model, answer.solved.columns)
        rounds.append(checked(scenario, sought, plan, answer.solved.columns))
        near = abs(rounds[-1].difference) <= CLOSE and rounds[-1].short_eur <= HALF_CENT_EUR
        if near or len(rounds) == asked.rounds:
            break
        # what earlier rounds taught stays, so that plans do not go in circles
        problem = adjusted(problem, scenario, plan, rounds[-1].result)
        if len(rounds) >= asked.rounds // 2 and all(r.short_eur > HALF_CENT_EUR for r in rounds):
            within = plan
    if within is not None:
        answer = beside_every_start(problem, answer, asked)
    best = _kept(rounds)
    if best is not None and len(rounds) > 1:
        best = _with_swaps(problem, best, rounds)
    return Optimum(scenario, problem, answer, best, own, tuple(rounds), within is not None)


def beside_every_start(problem: Allocation, answer: Answer, asked: Optimise) -> Answer:
    """An answer in which few starts were open, with the best that is possible where every start is.

    Args:
        problem: with every start open.
        answer: of the solver when few were; where it is no plan, that of every start takes its place.
        asked: how long the solver may seek, and how near it must come.
    """
    model = build_allocation(problem)
    programme, solved = programme_of(model), answer.solved
    if len(solved.columns):
        programme.start_from(solved.columns)
    every = solve(model, programme, seconds=asked.seconds, gap=asked.gap)
    if not len(solved.columns):
        return every
    return replace(answer, solved=replace(solved, status=every.solved.status), bounds=every.bounds)


MOST_SWAPS = 150
"""Most plans that are tried by leaving out, putting in or exchanging one choice."""


def _with_swaps(problem: Allocation, best: Checked, rounds: Sequence[Checked]) -> Checked:
    """A plan that no single choice more, less or exchanged makes better; what rounds chose is tried first.

    Where few starts are open, those that no round chose are tried too.
    """
    check = settled if _payments_count(problem) else checked
    if check is settled:
        again = [settled(best.scenario, problem, r.plan) for r in rounds]
        best = _kept([best, *(r for r in again if r is not None)]) or best
    made = list(dict.fromkeys(c for r in rounds for c in r.plan.choices if not c.payers))
    others = [c for c in _every_choice(problem) if c not in made]
    pools = [made, others] if len(others) <= MOST_SWAPS else [made]
    limits, left, tried = _Limits(problem), MOST_SWAPS, {r.plan for r in rounds}
    while best.short_eur <= HALF_CENT_EUR:
        better = None
        for plan in chain.from_iterable(_neighbours(problem, best.plan, pool) for pool in pools):
            if left and plan not in tried and limits.allow(plan):
                left -= 1
                tried.add(plan)
                found = check(best.scenario, problem, plan)
                if found is not None and found.short_eur <= HALF_CENT_EUR and found.rank > (better or best).rank:
                    better = found
        if better is None:
            break
        best = better
    return best


def _every_choice(problem: Allocation) -> Iterator[Choice]:
    """Every start that is open, paid as stated, for as large a part as may be."""
    c = problem.candidates
    for j in np.flatnonzero((problem.largest > 0) & (c.payer == 0)):
        name, area, year = c.keys[j]
        yield Choice(name, area, year, float(problem.largest[j]))


def _neighbours(problem: Allocation, plan: Plan, pool: Sequence[Choice]) -> Iterator[Plan]:
    """Plans with one choice less or more, another start of the same, or one for another."""
    here = set(plan.choices)
    fresh = [c for c in pool if c not in here]
    for choice in plan.choices:
        yield _with(problem, plan, without=choice)
    for choice in fresh:
        yield _with(problem, plan, choice)
    for choice in fresh:
        for other in plan.choices:
            if (other.intervention, other.area) != (choice.intervention, choice.area):
                yield _with(problem, plan, choice, without=other)


def _with(problem: Allocation, plan: Plan, choice: Choice | None = None, *, without: Choice | None = None) -> Plan:
    """A plan with a choice, instead of another start of the same, and without another."""
    c, taken = problem.candidates, {(x.intervention, x.area) for x in (choice, without) if x is not None}
    kept = [x for x in plan.choices if (x.intervention, x.area) not in taken]
    chosen = kept if choice is None else [*kept, choice]
    order = sorted(chosen, key=lambda x: (c.interventions.index(x.intervention), c.areas.index(x.area)))
    return replace(plan, choices=tuple(order))


class _Limits:
    """Whether a plan keeps to all limits but those about what parties have, which the whole model decides."""

    def __init__(self, problem: Allocation) -> None:
        self.model = build_allocation(replace(problem, leasts=()))
        self.programme = programme_of(self.model)
        self.programme.maximise(np.zeros(self.model.layout.columns))
        self.programme.whole(False)

    def allow(self, plan: Plan) -> bool:
        """Whether it does."""
        columns, layout = columns_of(self.model, plan), self.model.layout
        held = np.concatenate([layout.part, layout.start, layout.opens.ravel(), layout.paid])
        self.programme.limit_columns(held, columns[held], columns[held])
        return len(self.programme.solve().columns) > 0


def only_starts_of(problem: Allocation, plan: Plan) -> Allocation:
    """The problem in which nothing starts but what starts in a plan: only how much of it is still sought."""
    model = build_allocation(problem)
    chosen = columns_of(model, plan)[model.layout.start] > 0
    largest, smallest = (np.where(chosen, bounds, 0.0) for bounds in (problem.largest, problem.smallest))
    return replace(problem, largest=largest, smallest=smallest)


def _kept(rounds: Sequence[Checked]) -> Checked | None:
    """The best plan in which those who are protected stay whole; else the one in which they are least short."""
    if not rounds:
        return None
    whole = [r for r in rounds if r.short_eur <= HALF_CENT_EUR]
    return max(whole, key=lambda r: r.rank) if whole else min(rounds, key=lambda r: r.short_eur)


def checked(
    scenario: Scenario, problem: Allocation, plan: Plan, columns: Floats | None = None, result: Result | None = None
) -> Checked:
    """A plan, run through the whole model.

    Args:
        scenario, problem: whose plan it is.
        plan: what is done.
        columns: the answer that it was read from, with what parties give each other; None for any other plan.
        result: the run of it, where it is there already.
    """
    model = build_allocation(problem)
    columns = columns_of(model, plan) if columns is None else with_contracts(model, columns)
    result = run_scenario(with_plan(scenario, plan)) if result is None else result
    payments = payments_in(model, columns)
    table, above = at_table(scenario), above_least(problem, result)
    everyone = above.get(ALL_YEARS, {})
    transfers = [
        smallest_transfer(_who_can_pay(have, everyone, table, problem), forbidden_links(scenario))
        for have in above.values()
    ]
    short = sum(t.short_eur if problem.links else t.total_eur for t in transfers)
    short += sum(max(0.0, -v) for have in above.values() for p, v in have.items() if p not in table)
    if _payments_count(problem):
        given = net_of(payments)
        short = max(short, sum(max(0.0, -(v + given.get(p, 0.0))) for p, v in everyone.items()))
    linear = goal_values(model, columns)
    full = tuple(worth_in_full(scenario, w, result, payments) for w in problem.wishes)
    smallest = transfers[0] if transfers else SmallestTransfer(0.0, {}, 0.0)
    return Checked(plan, scenario, result, linear, full, smallest, short, payments)


def _payments_count(problem: Allocation) -> bool:
    """Whether payments between parties are part of the plan, because the goal is the gain of some."""
    return problem.wishes[0].kind in ("parties", "worst")


def settled(scenario: Scenario, problem: Allocation, plan: Plan) -> Checked | None:
    """A plan, run through the whole model, with the payments between parties that serve the goals best given that run.

    Returns:
        None where no payments keep to the limits and leave everybody whole.
    """
    result = run_scenario(with_plan(scenario, plan))
    problem = with_constants(problem, plan, result)  # now the programme knows what everybody has by this plan
    model = build_allocation(problem)
    programme, columns, layout = programme_of(model), columns_of(model, plan), model.layout
    chosen = [layout.part, layout.start, layout.opens.ravel(), layout.paid, *(d.ravel() for d in layout.deposits)]
    held = np.concatenate(chosen)
    programme.limit_columns(held, columns[held], columns[held])
    answer = solve(model, programme, seconds=scenario.spec.optimise.seconds, gap=0.0)
    return checked(scenario, problem, plan, answer.solved.columns, result) if answer.values else None


ALL_YEARS = "nobody_worse "
"""How above_least names what is asked over all years together."""


def _who_can_pay(
    have: Mapping[str, float], everyone: Mapping[str, float], table: Sequence[str], problem: Allocation
) -> dict[str, float]:
    """What those at the table have above their least in a period; who is not asked about it may pay from all years."""
    found = {p: v for p, v in have.items() if p in table}
    if problem.links:
        found |= {p: max(0.0, v) for p, v in everyone.items() if p in table and p not in found}
    return found


def above_least(problem: Allocation, result: Result) -> dict[str, dict[str, float]]:
    """How much each protected party has above what it must at least have, per rule and period; all years come first."""
    found = {p.party.id: p for p in result.run.parties}
    above: dict[str, dict[str, float]] = {}
    for least in sorted(problem.leasts, key=lambda x: x.weights is not None):
        p = found[least.party]
        has = float(p.npv[0]) if least.weights is None else float(p.net[0] @ least.weights)
        over = above.setdefault(f"{least.rule} {least.when}", {})
        over[least.party] = min(over.get(least.party, np.inf), has - least.at_least_eur)
    return above


def worth_in_full(scenario: Scenario, wish: Wish, result: Result, payments: Mapping[Link, float]) -> float:
    """Worth of a plan by one goal as the whole model has it, in the unit of the goal.

    Args:
        scenario, wish, result: what was asked, and the run of the plan.
        payments: what parties give each other, present value in euro; they are made in the first year.
    """
    years = len(result.years)
    if wish.kind == "societal":
        return result.societal_npv_eur / THOUSAND
    if wish.kind in ("qaly", "gap"):
        per_area = health_gained(scenario, result.run)[0]
        if wish.kind == "qaly":
            return float(per_area.sum())
        people = scenario.region.people[:, :, 0].sum(axis=1)
        heads = per_area[people > 0] / people[people > 0] * THOUSAND
        return float(heads.min() - heads.max())
    first, given = wish.years or years, net_of(payments)
    worth = [
        (float(p.net[0, :first] @ result.run.present[0, :first]) + given.get(p.party.id, 0.0)) / THOUSAND
        for p in result.run.parties
        if p.party.id in wish.parties
    ]
    return min(worth) if wish.kind == "worst" else sum(worth)


def net_of(payments: Mapping[Link, float]) -> dict[str, float]:
    """What each party receives (+) or gives (-) together."""
    found: dict[str, float] = {}
    for (payer, receiver), amount in payments.items():
        found[payer] = found.get(payer, 0.0) - amount
        found[receiver] = found.get(receiver, 0.0) + amount
    return found
