"""Small problems whose answers can be worked out by hand, and what clashes in them.

Two areas, two interventions, four years without discount. A full start of `walk` costs the municipality € 10,000 in
its first year, has 100 starters then, and brings the care fund € 30,000 a year later; `talk` costs € 20,000, has 50
starters and brings € 24,000. Nothing else happens: society gains € 20,000 by a walk and € 4,000 by a talk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo

from coalition.allocation_problem import CLEARING, THOUSAND, Allocation, Least, Money, PortionLimit, StaffLimit, Wish
from coalition.allocation_studies import Key, Relaxation, unit_of, wish_named
from coalition.candidates import Candidates
from coalition.coefficients import Coefficients, Effects
from coalition.fund_rooms import FundRoom
from coalition.inputs import Floats
from coalition.optimise import build_allocation
from coalition.parties import MUNICIPALITY, Pocket
from coalition.solver import INFINITE, Programme, Status

FIRST = 2027
YEARS = (2027, 2028, 2029, 2030)
ASSEN, MEPPEL = AREAS = ("GM0106", "GM0119")
WALK, TALK = NAMES = ("walk", "talk")
PARTIES = (*AREAS, "wlz_fund")
SLOTS = (MUNICIPALITY, "wlz_fund")
COST_EUR, GAIN_EUR, STARTERS, HEALTH = (1e4, 2e4), (3e4, 2.4e4), (100.0, 50.0), (1.0, 3.0)
ENOUGH_EUR = 1e6
Rule = Callable[[pyo.ConcreteModel], None]
"""Adds a rule of one's own to a model."""


# --- the problem --------------------------------------------------------------------------------------------------


def some_starts(starts: Sequence[int]) -> Candidates:
    """Both interventions in both areas in some first years."""
    rows = [(i, a, s) for i in range(2) for a in range(2) for s in range(len(starts))]
    return Candidates(NAMES, AREAS, tuple(starts), *np.array(rows, dtype=np.int64).T)


def what_they_bring(candidates: Candidates, back_eur: float = 0.0) -> Effects:
    """Every start; `back_eur` is what a municipality itself gains by each start in both years after the first."""
    count, rows = len(candidates), np.arange(len(candidates))
    first = np.array(candidates.starts)[candidates.start] - FIRST
    cost, gain, starters, health = (
        np.array(x)[candidates.intervention] for x in (COST_EUR, GAIN_EUR, STARTERS, HEALTH)
    )
    outlay, net, taking = np.zeros((count, 1, 4)), np.zeros((count, 2, 4)), np.zeros((count, 4))
    outlay[rows, 0, first], taking[rows, first] = cost, starters
    net[rows, 0, first], net[rows, 1, first + 1] = -cost, gain
    for later in (1, 2):
        there = first + later < 4
        net[rows[there], 0, first[there] + later] += back_eur
    npv = net.sum(axis=2)
    return Effects(npv[None], net[None], outlay[None], taking[None], npv.sum(axis=1)[None], health[None])


def some_problem(starts: Sequence[int] = (2027, 2028), back_eur: float = 0.0, **changes: Any) -> Allocation:
    """Everything is possible and society is to gain as much as can be; `changes` are fields of the allocation."""
    candidates, nobody = some_starts(starts), some_starts(starts).of([False, False])
    none = np.zeros((1, len(PARTIES)))
    c = Coefficients(
        candidates=candidates,
        years=YEARS,
        present=np.ones((1, 4)),
        parties=PARTIES,
        slots=SLOTS,
        payments=((MUNICIPALITY, Pocket.WPG),),
        party_of=np.array([[0, 2], [1, 2]]),
        linear=what_they_bring(candidates, back_eur),
        fixed_starts=nobody,
        fixed=what_they_bring(nobody),
        nothing_eur=none,
        nothing_net_eur=np.zeros((1, len(PARTIES), 4)),
        nothing_societal_eur=np.zeros(1),
        policies_eur=none,
        policies_net_eur=np.zeros((1, len(PARTIES), 4)),
        agreed_eur=np.zeros((len(candidates), len(PARTIES))),
        agreed_net_eur=np.zeros((len(candidates), len(PARTIES), 4)),
        inhabitants=np.array([1000.0, 2000.0]),
    )
    c = replace(c, funds=changes.pop("funds", ()))
    plain = Allocation(c, np.ones(len(candidates)), np.zeros(len(candidates)), (Wish("societal_npv", "societal"),))
    return replace(plain, **changes)


# --- wishes -------------------------------------------------------------------------------------------------------


def pins(problem: Allocation, stated: dict[tuple[str, str], float]) -> Allocation:
    """What is no longer open: part of the first start per intervention and area, all its other years not at all."""
    keys, starts = problem.candidates.keys, problem.candidates.starts
    stays = [stated.get((i, a), np.nan) if y == starts[0] or (i, a) not in stated else 0.0 for i, a, y in keys]
    return replace(problem, stays=np.array(stays))


def money(*limit_eur: float, name: str = "m", spend: float = 0.0, carry: float = 0.0) -> Money:
    """What all municipalities may pay per year; a year that is not named has nothing."""
    limit = np.array([*limit_eur, *[0.0] * (4 - len(limit_eur))])
    return Money(name, limit, carry, np.ones((2, 1), dtype=bool), spend)


def no_loss(party: str = ASSEN) -> Least:
    """All years together, a party may not lose."""
    return Least("nobody_worse", party, "", 0.0)


def back_within(years: int, party: str = ASSEN) -> Least:
    """A party must have its money back in so many years."""
    return Least("paid_back", party, "", 0.0, (np.arange(4) < years).astype(float))


def a_fund(most_eur: float, minimum_eur: float) -> FundRoom:
    """Into which Assen may put so much in the first year, and which must hold so much in all years."""
    return FundRoom(
        name="f",
        contributions=("own",),
        most_eur=np.array([[most_eur, 0.0, 0.0, 0.0]]),
        flow_eur=np.zeros((8, 4)),
        fixed_flow_eur=np.zeros((0, 4)),
        stays_eur=np.zeros(4),
        growth=1.0,
        runs=np.ones(4, dtype=bool),
        minimum_eur=minimum_eur,
        payer=np.array([[1.0, 0.0, 0.0]]),
        back=np.zeros(len(PARTIES)),
    )


def a_wish_for(intervention: int, **limits: float) -> PortionLimit:
    """Part of the money for one intervention."""
    counts = np.zeros((2, 2), dtype=bool)
    counts[intervention] = True
    return PortionLimit("some", counts, limits.get("at_least"), limits.get("at_most"))


def nurses(hours: float) -> StaffLimit:
    """An hour for each who walks."""
    return StaffLimit("nurses", np.array([1.0, 0.0]), np.ones(2, dtype=bool), hours)


def walkers_at_most(number: float) -> Floats:
    """Places per year."""
    return np.array([[number] * 4, [INFINITE] * 4])


def fewer_starters(problem: Allocation, part: float) -> Allocation:
    """The same with a part of the starters."""
    c = problem.coefficients
    linear = replace(c.linear, starters=c.linear.starters * part)
    return replace(problem, coefficients=replace(c, linear=linear))


def everyone_pays_everyone(years: Sequence[int] = YEARS[:1]) -> dict[str, Any]:
    """Payments through the clearing account, in some years."""
    return {
        "links": (*((p, CLEARING) for p in PARTIES), *((CLEARING, p) for p in PARTIES)),
        "payment_years": tuple(years),
    }


# --- what clashes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Infeasible:
    """A problem without a plan, and what must be said of it.

    Attributes:
        problem, rule: as stated; a rule of one's own or None.
        wishes: those that clash.
        gives: rule -> how much it must give at least, in its own unit.
        only_whole: whether it only clashes because what starts must be worth beginning.
        is_one: whether nothing else clashes, so that a plan exists when one of the wishes is dropped.
    """

    problem: Allocation
    wishes: set[tuple[str, str]]
    gives: dict[str, float]
    rule: Rule | None = None
    only_whole: bool = False
    is_one: bool = True

    def model(self) -> pyo.ConcreteModel:
        """The programme, with the rule of one's own."""
        model = build_allocation(self.problem)
        if self.rule is not None:
            self.rule(model)
        return model


def _five_starts(model: pyo.ConcreteModel) -> None:
    model.five = pyo.Constraint(expr=sum(model.start.values()) >= 5)


def _three_of_each(model: pyo.ConcreteModel) -> None:
    model.three = pyo.Constraint(NAMES, rule=lambda m, name: sum(m.part[k] for k in m.part if k[0] == name) >= 3)


def _for_all_money(model: pyo.ConcreteModel) -> None:
    cost = dict(zip(NAMES, COST_EUR, strict=True))
    model.much = pyo.Constraint(expr=sum(v * cost[k[0]] for k, v in model.part.items()) >= 40_000)


def _both_in_assen(model: pyo.ConcreteModel) -> None:
    """Counted in tenths, so that this rule is dearer to break than one about starts."""
    model.both = pyo.Constraint(expr=sum(10 * v for k, v in model.start.items() if k[1] == ASSEN) >= 20)


def _only_talk(model: pyo.ConcreteModel) -> None:
    model.talks = pyo.Constraint(expr=sum(10 * v for k, v in model.part.items() if k[0] == TALK) >= 20)
    model.no_walk = pyo.Constraint(expr=sum(10 * v for k, v in model.start.items() if k[0] == WALK) <= 0)


BOTH_WALK = {(WALK, ASSEN): 1.0, (WALK, MEPPEL): 1.0}
NO_TALK = {(TALK, ASSEN): 0.0, (TALK, MEPPEL): 0.0}


def infeasible() -> dict[str, Infeasible]:
    """A clash for every rule that somebody may wish, by what it is about."""
    return {**_of_money(), **_of_parties(), **_of_starts(), **_of_ones_own()}


def _of_money() -> dict[str, Infeasible]:
    plain, walking, late = some_problem(), pins(some_problem(), BOTH_WALK), pins(some_problem((2028,)), BOTH_WALK)
    no_talk, all_spent = pins(plain, NO_TALK), (money(10_000, spend=1.0),)
    begun = some_problem(smallest=np.full(8, 0.8))
    wasted = {("pinned", TALK), ("spent", "m")}
    return {
        "money": Infeasible(
            replace(walking, budgets=(money(15_000),)), {("budget", "m"), ("pinned", WALK)}, {"budget": 5_000}
        ),
        "money of which half is carried over": Infeasible(
            replace(late, budgets=(money(10_000, 12_000, carry=0.5),)),
            {("budget", "m"), ("pinned", WALK)},
            {"budget": 3_000},
        ),
        "a fund that stays under its floor": Infeasible(
            some_problem(funds=(a_fund(most_eur=3_000.0, minimum_eur=5_000.0),)), {("fund", "f")}, {"fund": 2_000}
        ),
        "more to spend than there is to do": Infeasible(
            replace(plain, budgets=(money(50_000, 50_000, spend=1.0, carry=1.0),)), {("spent", "m")}, {"spent": 40_000}
        ),
        "most of the money for what is not done": Infeasible(
            replace(no_talk, portions=(a_wish_for(1, at_least=0.6),), budgets=all_spent),
            {("portion", "some at_least"), *wasted},
            {"portion": 6_000},
        ),
        "not all money for the only thing that is done": Infeasible(
            replace(no_talk, portions=(a_wish_for(0, at_most=0.7),), budgets=all_spent),
            {("portion", "some at_most"), *wasted},
            {"portion": 3_000},
        ),
        "money for a start that is too small": Infeasible(
            replace(begun, budgets=(money(5_000, spend=1.0),)),
            {("budget", "m"), ("spent", "m")},
            {"budget": 3_000},
            only_whole=True,
        ),
    }


def _of_parties() -> dict[str, Infeasible]:
    walk_one = {(WALK, ASSEN): 1.0}
    everyone = tuple(Least("nobody_worse", p, "", 17_000.0) for p in PARTIES)  # all plans together bring 48,000
    return {
        "a party that loses": Infeasible(
            replace(pins(some_problem(), walk_one), leasts=(no_loss(),)),
            {("nobody_worse", ASSEN), ("pinned", WALK)},
            {"nobody_worse": 10_000},
        ),
        "more for everyone than there is": Infeasible(
            some_problem(leasts=everyone, **everyone_pays_everyone()),
            {("nobody_worse", p) for p in PARTIES},
            {"nobody_worse": 3_000},
        ),
        "money that comes back too late": Infeasible(
            replace(pins(some_problem(back_eur=6_000.0), walk_one), leasts=(no_loss(), back_within(2))),
            {("paid_back", ASSEN), ("pinned", WALK)},
            {"paid_back": 4_000},
        ),
    }


def _of_starts() -> dict[str, Infeasible]:
    walking = pins(some_problem(), BOTH_WALK)
    few = fewer_starters(walking, 0.005)  # half a starter per start: a place is cheaper to give than a pin
    here = pins(some_problem(apart=((0, 1),)), {(WALK, ASSEN): 1.0, (TALK, ASSEN): 0.2})
    needs = some_problem(needs=((1, 0),), smallest=np.full(8, 0.1))
    return {
        "too few places": Infeasible(
            replace(few, places=walkers_at_most(0.75)), {("capacity", WALK), ("pinned", WALK)}, {"capacity": 0.25}
        ),
        "too few hours": Infeasible(
            replace(few, staff=(nurses(0.6),)), {("staff", "nurses"), ("pinned", WALK)}, {"staff": 0.4}
        ),
        "a pin that is cheaper than places": Infeasible(
            replace(walking, places=walkers_at_most(150.0)), {("capacity", WALK), ("pinned", WALK)}, {"pinned": 0.5}
        ),
        "what needs something that is not done": Infeasible(
            pins(needs, {(TALK, ASSEN): 1.0, (WALK, ASSEN): 0.0}),
            {("needs", "talk walk"), ("pinned", TALK), ("pinned", WALK)},
            {"pinned": 0.1},
        ),
        "two that do not go together": Infeasible(
            here, {("apart", "walk talk"), ("pinned", WALK), ("pinned", TALK)}, {"pinned": 0.2}
        ),
        "two clashes at once": Infeasible(
            replace(here, budgets=(money(5_000),), portions=(a_wish_for(1, at_most=0.5),)),
            {("apart", "walk talk"), ("pinned", WALK), ("pinned", TALK)},
            {"pinned": 0.2, "budget": 5_000},
            is_one=False,
        ),
    }


def _of_ones_own() -> dict[str, Infeasible]:
    plain, whole = some_problem(), np.full(8, 1.0)
    return {
        "more starts than there are": Infeasible(plain, {("five", "")}, {"five": 1.0}, _five_starts),
        "more of each than there is": Infeasible(
            plain, {("three", TALK)}, {"three": 2.0}, _three_of_each, is_one=False
        ),
        "a rule that costs more than there is": Infeasible(
            replace(plain, budgets=(money(25_000),)),
            {("much", ""), ("budget", "m")},
            {"budget": 15_000},
            _for_all_money,
        ),
        "a rule that joins what is apart": Infeasible(
            replace(plain, apart=((0, 1),), smallest=whole),
            {("both", ""), ("apart", "walk talk")},
            {"apart": 1.0},
            _both_in_assen,
        ),
        "rules that leave out what is needed": Infeasible(
            replace(plain, needs=((1, 0),), smallest=whole),
            {("talks", ""), ("no_walk", ""), ("needs", "talk walk")},
            {"needs": 2.0},
            _only_talk,
        ),
    }


# --- trying it ----------------------------------------------------------------------------------------------------


def is_feasible(programme: Programme, *, whole: bool) -> bool:
    """Whether there is any plan."""
    programme.whole(whole)
    programme.maximise(np.zeros(len(programme.variables.lower)))
    return programme.solve().status is Status.OPTIMAL


def soft_rows(programme: Programme) -> list[tuple[str, Key, int]]:
    """Every row that somebody wishes: rule, key and position."""
    return [
        (name, tuple(key), programme.first_row[name] + k)
        for name, family in programme.families.items()
        if family.soft
        for k, key in enumerate(family.keys)
    ]


def without(programme: Programme, wishes: set[tuple[str, str]]) -> None:
    """Let go of some wishes for good."""
    for rule, key, row in soft_rows(programme):
        if (rule, wish_named(rule, key)) in wishes:
            programme.limit_row(row, -INFINITE, INFINITE)


def all_wishes(programme: Programme) -> set[tuple[str, str]]:
    """Every wish of a programme."""
    return {(rule, wish_named(rule, key)) for rule, key, _ in soft_rows(programme)}


def give(programme: Programme, relaxations: Sequence[Relaxation], part: float = 1.0) -> None:
    """Move the limits of some rows by a part of the stated amounts."""
    places = {(rule, key): row for rule, key, row in soft_rows(programme)}
    for r in relaxations:
        ease(
            programme, r.rule, places[r.rule, r.key], r.amount * part / (THOUSAND if unit_of(r.rule) == "eur" else 1.0)
        )


def ease(programme: Programme, rule: str, row: int, step: float) -> None:
    """Make one row easier to keep: money is more on both sides of its equation, every other limit gets room."""
    family, k = programme.families[rule], row - programme.first_row[rule]
    lower, upper = float(family.lower[k]), float(family.upper[k])
    programme.limit_row(row, lower + step if rule == "budget" else lower - step, upper + step)
