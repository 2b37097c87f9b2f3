"""What negotiators ask next about a best plan, as values.

What one euro, place or hour more brings; how much of one goal another costs; which wishes clash and what is the least
that must give; which other plans are as good; and what it costs to be surer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyomo.environ import ConcreteModel

from coalition.allocation_problem import THOUSAND, Allocation, Least, Wish
from coalition.allocation_rules import worth_anyway
from coalition.allocations import allocation_of, asks_per_year
from coalition.best_plan import Checked, Optimum, checked
from coalition.coefficients import coefficients_of
from coalition.inputs import Floats
from coalition.optimise import build_allocation, columns_of, off_the_edges, programme_of, read_plan, weights_of
from coalition.plans import Plan
from coalition.scenario import Scenario
from coalition.solver import INFINITE, Family, Programme, Solved, Status

Key = tuple[object, ...]


@dataclass(frozen=True)
class ShadowPrice:
    """What one unit more of a limit brings.

    Attributes:
        rule, key: which row; the names of optimise.py, such as ("budget", ("preventiegeld", 2027)).
        unit: eur, starters, hours or part; of what one more is given.
        worth: what the first goal gains by one unit more: euro per unit, or healthy years per unit.
        is_step: whether it was found by solving again with a little more; else the price of the relaxed programme.
        relaxed_worth: the price in the relaxed programme, to compare with.
    """

    rule: str
    key: Key
    unit: str
    worth: float
    is_step: bool
    relaxed_worth: float


@dataclass(frozen=True)
class Relaxation:
    """How much one wish must give.

    Attributes:
        rule, key: which wish.
        unit: eur, starters, hours or part.
        amount: how much, in that unit.
    """

    rule: str
    key: Key
    unit: str
    amount: float


@dataclass(frozen=True)
class Clash:
    """Why no plan exists.

    Attributes:
        wishes: (rule, name) of wishes that cannot all hold; without any one of them a plan exists.
        relaxations: the least that must give for a plan to exist, euro first.
        total_eur: of those in euro.
        with_whole_starts: whether it only clashes because what starts must be worth beginning.
    """

    wishes: tuple[tuple[str, str], ...]
    relaxations: tuple[Relaxation, ...]
    total_eur: float
    with_whole_starts: bool = False


@dataclass(frozen=True)
class FrontierPoint:
    """A plan that is best by one goal, given how much the other must at least be.

    Attributes:
        checked: the plan through the whole model; its `full` values are by both goals, in the order asked.
    """

    checked: Checked


# --- what one more brings -------------------------------------------------------------------------------------------

EUROS = ("budget", "spent", "nobody_worse", "paid_back", "portion", "fund", "sure")
UNITS = {"capacity": "starters", "staff": "hours", "pinned": "part", "needs": "part", "apart": "part"}
UNITS |= dict.fromkeys(EUROS, "eur")
"""Unit of a rule's limit; euros are counted in thousands."""
MOST_STEPS = 8
"""Prices that are checked by solving again; the largest ones."""
STEP = {"eur": 10.0, "starters": 1.0, "hours": 1.0, "part": 0.1, "own": 0.1}
"""How much more is given to check a price: thousands of euro, starters, hours or part."""
NOTHING_MUCH = 1e-7


def unit_of(rule: str) -> str:
    """In what the limit of a rule is stated; a rule of one's own in what it counts itself."""
    return UNITS.get(rule, "own")


def sensitivity(optimum: Optimum) -> list[ShadowPrice]:
    """Price of every limit that binds, largest first.

    The prices are those of the programme in which starts may be partial; the largest ones are checked by solving the
    programme with whole starts again with a little more, and then that is what is given.
    """
    if not len(optimum.answer.solved.columns):
        return []
    problem, seconds = optimum.problem, optimum.scenario.spec.optimise.seconds
    model = build_allocation(problem)
    programme = programme_of(model)
    programme.maximise(weights_of(model, 0))
    programme.whole(False)
    relaxed = programme.solve(seconds)
    if not len(relaxed.row_price):
        return []
    found = _binding(programme, relaxed, _per_unit(problem.wishes[0]))
    programme.whole(True)
    base = programme.solve(seconds)
    checked_prices = [_by_step(programme, price, base, problem.wishes[0], seconds) for price in found[:MOST_STEPS]]
    patience = [_by_a_year(optimum, least, base) for least in problem.leasts if least.rule == "paid_back"]
    prices = [*checked_prices, *found[MOST_STEPS:], *(p for p in patience if p.worth > NOTHING_MUCH)]
    return sorted(prices, key=lambda p: -abs(p.worth))


def _per_unit(wish: Wish) -> float:
    """Euro, or healthy years, per unit of the first goal."""
    return 1.0 if wish.kind in ("qaly", "gap") else THOUSAND


def _binding(programme: Programme, relaxed: Solved, per_unit: float) -> list[ShadowPrice]:
    found = []
    for name, family in programme.families.items():
        if not family.soft:
            continue
        first, unit = programme.first_row[name], unit_of(name)
        for k, key in enumerate(family.keys):
            worth = abs(float(relaxed.row_price[first + k])) * per_unit / (THOUSAND if unit == "eur" else 1.0)
            if worth > NOTHING_MUCH:
                found.append(ShadowPrice(name, tuple(key), unit, worth, False, worth))
    return sorted(found, key=lambda p: -p.worth)


def _by_step(programme: Programme, price: ShadowPrice, base: Solved, wish: Wish, seconds: float) -> ShadowPrice:
    """The same price, measured by giving a little more."""
    row, family = programme.row(price.rule, price.key), programme.families[price.rule]
    k = row - programme.first_row[price.rule]
    lower, upper, step = float(family.lower[k]), float(family.upper[k]), STEP[price.unit]
    programme.limit_row(row, *_eased(price.rule, lower, upper, step))
    more = programme.solve(seconds)
    programme.limit_row(row, lower, upper)
    if {more.status, base.status} != {Status.OPTIMAL}:
        return price
    worth = (more.value - base.value) * _per_unit(wish) / (step * (THOUSAND if price.unit == "eur" else 1.0))
    return replace(price, worth=max(worth, 0.0), is_step=True)


def _eased(rule: str, lower: float, upper: float, step: float) -> tuple[float, float]:
    """Limits that are a step easier to keep; a budget is an equation in which more money is more on both sides."""
    if rule == "budget":
        return lower + step, upper + step
    return (lower - step if np.isfinite(lower) else lower), (upper + step if np.isfinite(upper) else upper)


def _by_a_year(optimum: Optimum, least: Least, base: Solved) -> ShadowPrice:
    """What a year more of patience of one party brings."""
    problem, present = optimum.problem, optimum.problem.coefficients.present[0]
    assert least.weights is not None
    years = int(np.count_nonzero(least.weights)) + 1
    later = replace(least, weights=present * (np.arange(len(present)) < years))
    model = build_allocation(replace(problem, leasts=tuple(later if x is least else x for x in problem.leasts)))
    programme = programme_of(model)
    programme.maximise(weights_of(model, 0))
    more = programme.solve(optimum.scenario.spec.optimise.seconds)
    worth = (more.value - base.value) * _per_unit(problem.wishes[0]) if len(more.columns) else 0.0
    return ShadowPrice("paid_back", (least.party,), "years", max(worth, 0.0), True, 0.0)


# --- why no plan exists ---------------------------------------------------------------------------------------------

DEAR = 100_000.0
"""What a wish costs to break that is not in euro, in thousands of euro per unit, so that money gives first."""
MOST_WHOLE = 20_000
"""Whole numbers above which only the programme with partial starts is asked why."""


def why_not(asked: Allocation | ConcreteModel, seconds: float = 60.0) -> Clash | None:
    """Which wishes clash, and what is the least that must give.

    First every wish may give way at its price, which says how much at least; then wishes are let go one by one, and
    those without which a plan exists are kept: together they clash, and without any one of them they do not.

    Args:
        asked: a problem, or a model with rules of one's own.
        seconds: most time for each solve.
    Returns:
        None where the time was too short to tell.
    """
    model = build_allocation(asked) if isinstance(asked, Allocation) else asked
    elastic = _Elastic(programme_of(model))
    partial = elastic.solve(whole=False, seconds=seconds)
    whole = bool(model.layout.bounds.whole.sum() <= MOST_WHOLE)
    given = elastic.solve(whole=True, seconds=seconds) if whole else partial
    only_whole = elastic.short(partial) <= NOTHING_MUCH
    solved = given if len(given.columns) else partial
    if not len(solved.columns):
        return None
    clashes = not whole or elastic.short(given) > NOTHING_MUCH
    wishes = elastic.clashing(partial, whole=only_whole, seconds=seconds) if clashes else []
    relaxations = elastic.relaxations(solved)
    total = sum(r.amount for r in relaxations if r.unit == "eur")
    return Clash(tuple(wishes), tuple(relaxations), total, only_whole)


class _Elastic:
    """A programme in which every wish may give way."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        programme.maximise(np.zeros(len(programme.variables.lower)))
        self.rows, signs, self.about = list[int](), [], list[tuple[str, Key]]()
        for name, family in programme.families.items():
            if family.soft:
                for k, key in enumerate(family.keys):
                    for sign in _ways_out(name, family, k):
                        self.rows.append(programme.first_row[name] + k)
                        signs.append(sign)
                        self.about.append((name, tuple(key)))
        self.columns = programme.add_columns(self.rows, signs)
        self.prices = [1.0 if unit_of(rule) == "eur" else DEAR for rule, _ in self.about]
        self.wishes = list(dict.fromkeys((rule, wish_named(rule, key)) for rule, key in self.about))
        for column, price in zip(self.columns, self.prices, strict=True):
            programme.price(column, -price)

    def solve(self, *, whole: bool, seconds: float) -> Solved:
        """The cheapest way out."""
        self.programme.whole(whole)
        return self.programme.solve(seconds)

    def short(self, solved: Solved) -> float:
        """What must give, at its price."""
        return -solved.value if len(solved.columns) else float("inf")

    def clashing(self, partial: Solved, *, whole: bool, seconds: float) -> list[tuple[str, str]]:
        """An irreducible set of wishes that cannot all hold.

        What has no price in the cheapest way out plays no part in why it costs anything (the prices prove that the
        others clash), so that all of it is let go at once; but only where starts may be partial, and after a look.

        Args:
            partial: the cheapest way out with partial starts.
            whole: whether only whole starts clash; seconds: most time for each solve.
        """
        left = list(self.wishes)
        if not whole and len(partial.row_price):
            idle = self._without_price(partial)
            for wish in idle:
                self._let_go(wish, free=True)
            solved = self.solve(whole=whole, seconds=seconds)
            if len(solved.columns) and self.short(solved) > NOTHING_MUCH:
                left = [wish for wish in self.wishes if wish not in idle]
            else:
                for wish in idle:
                    self._let_go(wish, free=False)
        kept = []
        for wish in left:
            self._let_go(wish, free=True)
            solved = self.solve(whole=whole, seconds=seconds)
            if not len(solved.columns) or self.short(solved) <= NOTHING_MUCH:  # out of time: it may well be needed
                self._let_go(wish, free=False)
                kept.append(wish)
        return kept

    def _without_price(self, solved: Solved) -> list[tuple[str, str]]:
        """Wishes none of whose rows has a price."""
        priced = {
            (rule, wish_named(rule, key))
            for row, (rule, key) in zip(self.rows, self.about, strict=True)
            if abs(solved.row_price[row]) > NOTHING_MUCH
        }
        return [wish for wish in self.wishes if wish not in priced]

    def _let_go(self, wish: tuple[str, str], *, free: bool) -> None:
        for column, price, (rule, key) in zip(self.columns, self.prices, self.about, strict=True):
            if (rule, wish_named(rule, key)) == wish:
                self.programme.price(column, 0.0 if free else -price)

    def relaxations(self, solved: Solved) -> list[Relaxation]:
        """What gives in an answer, euro first."""
        found = []
        for column, (rule, key) in zip(self.columns, self.about, strict=True):
            amount, unit = float(solved.columns[column]), unit_of(rule)
            if amount > NOTHING_MUCH:
                found.append(Relaxation(rule, key, unit, amount * (THOUSAND if unit == "eur" else 1.0)))
        return sorted(found, key=lambda r: (r.unit != "eur", -r.amount))


def _ways_out(rule: str, family: Family, k: int) -> list[float]:
    """Signs of what may be added to a row to keep it; more money for a budget, either way for a pin."""
    if rule == "budget":
        return [-1.0]
    ways = [1.0] if np.isfinite(family.lower[k]) else []
    return [*ways, -1.0] if np.isfinite(family.upper[k]) else ways


def wish_named(rule: str, key: Key) -> str:
    """The wish that a row belongs to: all years of a budget are one wish, and so are all areas of a pin."""
    if rule in ("portion", "apart"):
        return f"{key[0]} {key[1]}"
    first = "" if key[0] is None else str(key[0])
    if rule in ("pinned", "needs"):
        first = first.partition(":")[0]  # whoever pays it
    return f"{first} {key[-1]}" if rule == "needs" else first


# --- how much one goal costs of another -----------------------------------------------------------------------------

A_LITTLE = 1e-4
"""Weight of the other goal beside the one that is maximised, so that no point is dominated by a hair."""


def frontier(scenario: Scenario, goals: tuple[str, str], points: int) -> list[FrontierPoint]:
    """How much of one goal the other costs; both extremes included, dominated points left out.

    Args:
        scenario: as loaded.
        goals: two goals; the first is maximised while the second is held.
        points: how many plans are sought, >= 2.
    """
    asked = scenario.spec.optimise
    c = coefficients_of(scenario, yearly=asks_per_year(asked, goals))
    problem = allocation_of(scenario, c, goals)
    model = build_allocation(problem)
    found = frontier_answers(model, points, asked.seconds, asked.gap)
    seen = [checked(scenario, problem, read_plan(model, x.columns), x.columns) for x in found]
    return [FrontierPoint(x) for x in _undominated(seen)]


def frontier_answers(model: ConcreteModel, points: int, seconds: float, gap: float) -> list[Solved]:
    """Answers along the frontier of the first two goals, with one programme that stays alive."""
    programme, (first, second) = programme_of(model), (weights_of(model, k) for k in (0, 1))
    rows = [programme.row("goal", (w.goal,)) for w in model.layout.problem.wishes[:2]]
    ends = []
    for weights, other, row in ((first, second, rows[0]), (second, first, rows[1])):
        programme.maximise(weights)
        best = programme.solve(seconds, gap)
        if not len(best.columns):
            return []
        programme.limit_row(row, best.value - max(gap, 1e-9) * abs(best.value), INFINITE)
        programme.maximise(other)
        end = programme.solve(seconds, gap)
        found = end if len(end.columns) else best
        ends.append(off_the_edges(model, programme, found, programme.solve))
        programme.limit_row(row, -INFINITE, INFINITE)
    low, high = (float(second @ x.columns) for x in ends)
    span = float(first @ ends[0].columns - first @ ends[1].columns)
    weight = A_LITTLE * span / (high - low) if high - low > NOTHING_MUCH and span > 0 else 0.0
    programme.maximise(first + weight * second)
    between = []
    for least in np.linspace(low, high, points)[1:-1] if high - low > NOTHING_MUCH else ():
        programme.limit_row(rows[1], float(least), INFINITE)
        solved = programme.solve(seconds, gap)
        between += [off_the_edges(model, programme, solved, programme.solve)] if len(solved.columns) else []
    return [ends[0], *between, ends[1]]


def _undominated(seen: Sequence[Checked]) -> list[Checked]:
    """Plans that no other plan beats by both goals, in the order of the second."""
    best = [x for x in seen if not any(_beats(y.full[:2], x.full[:2]) for y in seen)]
    once = {tuple(round(v, 6) for v in x.full[:2]): x for x in best}
    return sorted(once.values(), key=lambda x: (x.full[1], -x.full[0]))


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    at_least = all(a >= b - NOTHING_MUCH for a, b in zip(one, other, strict=True))
    return at_least and any(a > b + NOTHING_MUCH for a, b in zip(one, other, strict=True))


# --- other plans that are as good -----------------------------------------------------------------------------------

CLOSE_ENOUGH = 0.01
"""Relative gap at which a plan is different enough."""
CLEARLY = 0.1
"""Part of the money of a plan that must go elsewhere for another plan to be clearly different."""


def near_optimal(optimum: Optimum, count: int, within: float) -> list[Checked]:
    """Up to `count` clearly different plans that are at most a part `within` worse than the best.

    Each next plan puts as little money as can be where the plans before it put theirs.
    """
    if optimum.best is None:
        return []
    asked, model = optimum.scenario.spec.optimise, build_allocation(optimum.problem)
    programme, c = programme_of(model), optimum.problem.coefficients
    last = optimum.answer.solved.columns
    columns = last if len(last) else columns_of(model, optimum.best.plan)  # the last round may have had no plan
    value = float(weights_of(model, 0) @ columns)
    anyway = worth_anyway(optimum.problem, optimum.problem.wishes[0])
    goal = programme.row("goal", (optimum.problem.wishes[0].goal,))
    programme.limit_row(goal, value - within * abs(value + anyway), INFINITE)
    money = c.linear.outlay_eur[0].sum(axis=1) @ c.present[0] / THOUSAND
    place = c.candidates.intervention * len(c.candidates.areas) + c.candidates.area
    plans, answers, used = [optimum.best.plan], list[Floats](), np.zeros(len(money))
    for _ in range(count):
        part = columns_of(model, plans[-1])[model.layout.part]
        here = np.isin(place, place[part > 0])
        used += here * money
        weights = np.zeros(model.layout.columns)
        weights[model.layout.part] = -used
        programme.maximise(weights)
        solved = programme.solve(asked.seconds, max(asked.gap, CLOSE_ENOUGH))
        if not len(solved.columns):
            break
        solved = off_the_edges(model, programme, solved, programme.solve)
        plan = read_plan(model, solved.columns)
        if min(_apart(model, plan, other, money) for other in plans) < CLEARLY:
            break
        plans.append(plan)
        answers.append(solved.columns)
    pairs = zip(plans[1:], answers, strict=True)
    return [checked(optimum.scenario, optimum.problem, plan, found) for plan, found in pairs]


def _apart(model: ConcreteModel, one: Plan, other: Plan, money: Floats) -> float:
    """Part of the money of two plans that they do not put in the same place."""
    c = model.layout.problem.candidates
    place = c.intervention * len(c.areas) + c.area
    spent = [
        np.bincount(place, weights=columns_of(model, plan)[model.layout.part] * money, minlength=place.max() + 1)
        for plan in (one, other)
    ]
    both, most = float(np.minimum(*spent).sum()), float(max(s.sum() for s in spent))
    return 1 - both / most if most > NOTHING_MUCH else 0.0
