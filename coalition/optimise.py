"""Where the money should go: one programme, built, solved and read.

    maximise            worth of what is chosen + of its fixed cost + what holds anyway
    budget              sum of paid[j, y] * part[j] + left[b, y] - carried * left[b, y-1]  = money[b, y]
    spent               sum over all years of paid[j, y] * part[j]                       >= share * all money[b]
    nobody_worse        sum of worth[j, p] * part[j] + fixed[p] + received[p] - given[p]  >= least[p]
    paid_back           the same, of the first years only                                >= 0
    capacity            sum of starters[j, y] * part[j]                                  <= places[i, y]
    staff               sum of hours[i] * starters[j, y] * part[j]                       <= hours[w]
    portion             at_least * all money <= money of some <= at_most * all money
    at_most             part[j] <= largest[j] * start[j]
    at_least            part[j] >= smallest[j] * start[j]
    one_start           sum over years of start[i, a, year]                              <= 1
    needs               start[i, a, until y] <= start[other, a, until y]
    apart               start[i, a, any] + start[other, a, any]                          <= 1
    opened              start[i, a, until y] <= opens[i, until y]
    opened_by           opens[i, y] <= sum over areas of start[i, a, y], and at most once
    sure                sure_of[p] - sum over draws of short[p, d] / (1 - share) / draws >= 0
    sure_draw           short[p, d] >= sure_of[p] - (what p has in draw d above its least)
    pinned              part[j] = 1 where the own plan stays, start[j] = 0 where nothing is done
    one_payer           start[j] <= paid[i, who], one `who` for each intervention
    contract_saving     sum of saving[c, y, k] = saving anyway + sum of saving[j, c, y] * part[j]
    contract_benchmark  the same of a benchmark that moves with who takes part
    one_piece           sum over k of piece[c, y, k] = 1, the pieces k of what a contract c pays over a year
    piece_from          saving[c, y, k] >= lower[k] * benchmark[c, y, k], a cent more where a gate is not met
    piece_until         saving[c, y, k] <= upper[k] * benchmark[c, y, k], a cent less where a gate is not met
    piece_reach         least * piece[c, y, k] <= saving[c, y, k] <= most * piece[c, y, k], the same of a benchmark
    fund                balance[f, y] = growth * balance[f, y-1] + put in[f, y] + sum of flow[j, f, y] * part[j]
    exchange            what parties give each other together = what they receive

`j` is an intervention that starts in an area in a year, `part` the part of its stated reach. Amounts are thousands of
euro: present values in `worth`, nominal in `paid`. Each rule stands once, in the function of its name in
allocation_rules.py or, about contracts, contract_rules.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.standard_repn import generate_standard_repn

from coalition.allocation_problem import CLEARING, THOUSAND, Allocation, Link
from coalition.allocation_rules import RULES, Layout, worth_anyway
from coalition.contract_rules import CENT_EUR, hardly_met
from coalition.errors import DefectError
from coalition.money import HALF_CENT_EUR
from coalition.plans import HARDLY, Choice, Deposit, Plan
from coalition.solver import INFINITE, Entries, Family, Floats, Programme, Solved, Status


def build_allocation(problem: Allocation) -> pyo.ConcreteModel:
    """The programme of one problem: its variables, and the rows of every rule above.

    Variables are Pyomo's, so that a rule of your own is a `pyo.Constraint` on them; the regular rules are blocks of a
    sparse matrix in `families`, because one expression object per row would take longer than solving it.

    Args:
        problem: as gathered from a scenario.
    """
    model = _variables(problem, Layout(problem))
    model.families = [family for rule in RULES if (family := rule(model.layout)) is not None]
    return model


def _variables(problem: Allocation, layout: Layout) -> pyo.ConcreteModel:
    """The variables with the names of what they are about, in the order of the layout."""
    c, model = problem.coefficients, pyo.ConcreteModel("allocation")
    model.layout = layout
    names = [c.candidates.called(i) for i in layout.opening]
    money = [b.name for b in problem.budgets]
    model.part = pyo.Var(c.candidates.keys, within=pyo.NonNegativeReals)
    model.start = pyo.Var(model.part.index_set(), within=pyo.Binary)
    model.paid = pyo.Var([c.candidates.called(i) for i in layout.paying], within=pyo.Binary)
    model.opens = pyo.Var([(i, y) for i in names for y in c.candidates.starts], within=pyo.Binary)
    model.left = pyo.Var([(b, y) for b in money for y in c.years], within=pyo.NonNegativeReals)
    pays = [(*link, y) for link in problem.links for y in problem.payment_years]
    model.pays = pyo.Var(pays, within=pyo.NonNegativeReals)
    model.best_served, model.worst_served, model.least = pyo.Var(), pyo.Var(), pyo.Var()
    protected = () if problem.sure is None else problem.sure.parties
    put = [(f.name, key, y) for f in c.funds for key in f.contributions for y in c.years]
    model.deposits = pyo.Var(put, within=pyo.NonNegativeReals)
    model.balance = pyo.Var([(f.name, y) for f in c.funds for y in c.years])
    model.sure_of = pyo.Var(list(protected))
    model.short = pyo.Var(
        [(p, d) for p in protected for d in range(layout.short.shape[1])], within=pyo.NonNegativeReals
    )
    pieces = [(*year.key, k + 1) for year in layout.settled for k in range(len(year.piece))]
    moving = [(*year.key, k + 1) for year in layout.settled for k in range(len(year.benchmark))]
    model.piece, model.saving = pyo.Var(pieces, within=pyo.Binary), pyo.Var(pieces)
    model.benchmark = pyo.Var(moving, within=pyo.NonNegativeReals)
    return model


def variables_in_order(model: pyo.ConcreteModel) -> list[Any]:
    """Every variable, in the order of the columns."""
    parts = (model.part, model.start, model.paid, model.opens, model.left, model.pays)
    single = (model.best_served, model.worst_served, model.least)
    more = (model.deposits, model.balance, model.sure_of, model.short, model.piece, model.saving, model.benchmark)
    return [v for part in (*parts, *single, *more) for v in part.values()]


def own_rules(model: pyo.ConcreteModel) -> list[Family]:
    """Constraints that somebody added to the model, as families of rows.

    Raises:
        DefectError: one of them is not linear, or has the name of a rule of the model.
    """
    if next(model.component_objects(pyo.Constraint, active=True), None) is None:
        return []
    found, column = [], {id(v): k for k, v in enumerate(variables_in_order(model))}
    for rule in model.component_objects(pyo.Constraint, active=True):
        entries, keys = Entries(), list[tuple[object, ...]]()
        lower, upper = list[float](), list[float]()
        for key, row in rule.items():
            linear = generate_standard_repn(row.body)
            if not linear.is_linear():
                raise DefectError(f"{row.name} is not linear")
            entries.put(len(keys), [column[id(v)] for v in linear.linear_vars], list(linear.linear_coefs))
            keys.append(key if isinstance(key, tuple) else (key,))
            for limits, side, none in ((lower, row.lower, -INFINITE), (upper, row.upper, INFINITE)):
                limits.append(none if side is None else pyo.value(side) - linear.constant)
        if any(rule.name == f.name for f in model.families):
            raise DefectError(f"{rule.name} is the name of a rule of the model")
        found.append(entries.family(rule.name, keys, lower, upper, soft=True))
    return found


# rules, each a family of rows


# --- solving --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What the solver found.

    Attributes:
        solved: the last solve.
        values: worth by each goal, in its own unit, what holds anyway included; empty without an answer.
        bounds: the best that was still possible by each goal when it was its turn, in the same units; empty where the
            time was too short to tell.
    """

    solved: Solved
    values: tuple[float, ...] = ()
    bounds: tuple[float, ...] = ()

    @property
    def gap(self) -> float:
        """How far the first goal may lie below the best possible, as a part of it; of 1 unit where it is near 0."""
        if not self.values or not self.bounds:
            return float("nan")
        return abs(self.bounds[0] - self.values[0]) / max(abs(self.values[0]), 1.0)


def programme_of(model: pyo.ConcreteModel) -> Programme:
    """The model in the solver's hands."""
    return Programme([*model.families, *own_rules(model)], model.layout.bounds)


def weights_of(model: pyo.ConcreteModel, wish: int) -> Floats:
    """Worth of every column by one goal."""
    rows = next(f for f in model.families if f.name == "goal")
    weights, mine = np.zeros(model.layout.columns), rows.row == wish
    np.add.at(weights, rows.column[mine], rows.value[mine])
    return weights


def solve(model: pyo.ConcreteModel, programme: Programme, *, seconds: float, gap: float) -> Answer:
    """The best plan by the first goal, then among those by the next.

    Args:
        model, programme: as built.
        seconds: most time for each goal.
        gap: relative gap at which a plan is good enough; also what a later goal may cost an earlier one.
    """
    many = len(model.layout.part) > MANY

    def once() -> Solved:
        return solve_in_two_steps(programme, model.layout, seconds, gap) if many else programme.solve(seconds, gap)

    solved, bounds = _in_turn(model, programme, once, gap)
    if not len(solved.columns):
        return Answer(solved)
    solved = off_the_edges(model, programme, solved, lambda: _in_turn(model, programme, programme.solve, 0.0)[0])
    wishes = model.layout.problem.wishes
    if model.layout.deposits or any(wish.kind in ("parties", "worst") for wish in wishes):
        solved = _least_payments(model, programme, solved)
    return Answer(solved, goal_values(model, solved.columns), tuple(bounds))


def _in_turn(
    model: pyo.ConcreteModel, programme: Programme, once: Callable[[], Solved], gap: float
) -> tuple[Solved, list[float]]:
    """The best by the first goal, then among those by the next; and the bound of each."""
    wishes, bounds = model.layout.problem.wishes, list[float]()
    rows = [programme.row("goal", (wish.goal,)) for wish in wishes]
    before: Solved | None = None
    for k, wish in enumerate(wishes):
        programme.maximise(weights_of(model, k))
        solved = once()
        if not len(solved.columns):  # an earlier goal has a plan, which is kept
            solved = solved if before is None else replace(before, status=Status.STOPPED)
            break
        before = solved
        bounds.append(solved.bound + worth_anyway(model.layout.problem, wish))
        if k + 1 < len(wishes):
            programme.limit_row(rows[k], solved.value - gap * abs(solved.value), INFINITE)
    for row in rows:
        programme.limit_row(row, -INFINITE, INFINITE)
    return solved, bounds


def off_the_edges(
    model: pyo.ConcreteModel, programme: Programme, solved: Solved, again: Callable[[], Solved]
) -> Solved:
    """An answer with every contract settled for its parts, and no gate met by a hair that is rounding of the solver.

    Where a gate is met by less than a cent, the same starts are sized again so that it is met by a cent. Whole starts
    that meet it exactly cannot be sized, and stay.

    Args:
        model, programme: as they were solved.
        solved: the answer.
        again: solves the programme once more by the same goals.
    """
    layout = model.layout
    rows = [programme.row(rule, key) for rule, key in hardly_met(layout, solved.columns)] if layout.settled else []
    if not rows:
        return replace(solved, columns=with_contracts(model, solved.columns)) if layout.settled else solved
    whole = np.flatnonzero(layout.bounds.whole)
    bounds = programme.variables.lower[whole], programme.variables.upper[whole]
    chosen = solved.columns[whole].round()
    programme.whole(False)
    programme.limit_columns(whole, chosen, chosen)
    for row in rows:
        programme.limit_row(row, CENT_EUR / THOUSAND, INFINITE)
    found = again()
    for row in rows:
        programme.limit_row(row, 0.0, INFINITE)
    programme.limit_columns(whole, *bounds)
    programme.whole(True)
    columns = found.columns if len(found.columns) else solved.columns
    return replace(solved, columns=with_contracts(model, columns))


def with_contracts(model: pyo.ConcreteModel, columns: Floats) -> Floats:
    """Columns in which every contract is settled for the parts that stand in them."""
    columns = columns.copy()
    for year in model.layout.settled:
        year.fill(columns, columns[model.layout.part])
    return columns


MANY = 10_000
"""Candidates above which whole starts are sought among those that the relaxed programme uses."""


def solve_in_two_steps(programme: Programme, layout: Layout, seconds: float, gap: float) -> Solved:
    """The best plan among starts that the relaxed programme uses, with the relaxed programme as the bound.

    Whole starts are first sought where the relaxed programme puts something; that bound holds for every start, so the
    gap is honest. Where it is not met, or no plan of those starts exists, all starts are open again for the time left.

    Args:
        programme: with its objective set.
        layout: where parts and starts stand among the columns.
        seconds: most time for all of it.
        gap: relative gap at which a plan is good enough.
    """
    end, bounds = time.monotonic() + seconds, layout.bounds
    programme.whole(False)
    relaxed = programme.solve(seconds)
    programme.whole(True)
    if relaxed.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        return relaxed
    if relaxed.status is not Status.OPTIMAL:  # without a bound there is nothing to narrow by
        return programme.solve(max(end - time.monotonic(), 0.0), gap)
    used = (relaxed.columns[layout.part] > HARDLY) | (relaxed.columns[layout.start] > HARDLY)
    closed = np.concatenate([layout.part[~used], layout.start[~used]])
    programme.limit_columns(closed, np.zeros(len(closed)), np.zeros(len(closed)))
    found = programme.solve(max(end - time.monotonic(), 0.0), gap / 2)
    programme.limit_columns(closed, bounds.lower[closed], bounds.upper[closed])
    found = replace(found, bound=relaxed.value)
    if len(found.columns) and found.gap <= gap:
        return found
    if len(found.columns):
        programme.start_from(found.columns)
    again = programme.solve(max(end - time.monotonic(), 0.0), gap)
    if len(again.columns):
        return replace(again, bound=min(again.bound, relaxed.value))
    return found if len(found.columns) else again


def _least_payments(model: pyo.ConcreteModel, programme: Programme, solved: Solved) -> Solved:
    """The same plan, worth as much by every goal, with as little as can be from one to another and into funds."""
    layout, columns = model.layout, solved.columns
    held = np.concatenate([layout.part, np.flatnonzero(layout.bounds.whole)])
    bounds = programme.variables.lower[held], programme.variables.upper[held]
    programme.whole(False)
    programme.limit_columns(held, columns[held], columns[held])
    rows = [programme.row("goal", (wish.goal,)) for wish in layout.problem.wishes]
    for k, row in enumerate(rows):
        worth = float(weights_of(model, k) @ columns)
        programme.limit_row(row, worth - 1e-9 * max(1.0, abs(worth)), INFINITE)  # a hair, for the solver
    weights = np.zeros(layout.columns)
    weights[layout.pays] = -1.0
    for deposits in layout.deposits:
        weights[deposits] = -1.0
    programme.maximise(weights)
    found = programme.solve()
    for row in rows:
        programme.limit_row(row, -INFINITE, INFINITE)
    programme.limit_columns(held, *bounds)
    programme.whole(True)
    return replace(solved, columns=found.columns) if len(found.columns) else solved


def goal_values(model: pyo.ConcreteModel, columns: Floats) -> tuple[float, ...]:
    """Worth of some columns by each goal, what holds anyway included."""
    problem = model.layout.problem
    return tuple(
        float(weights_of(model, k) @ columns) + worth_anyway(problem, wish) for k, wish in enumerate(problem.wishes)
    )


def read_plan(model: pyo.ConcreteModel, columns: Floats) -> Plan:
    """What is chosen, as a plan; parts are rounded to what a starter can tell apart.

    What does not start is not done: the solver may leave a hair of `part` where `start` is a hair above 0.
    """
    problem, found = model.layout.problem, []
    done = (columns[model.layout.part] > HARDLY) & (columns[model.layout.start] > 0.5)
    for j in np.flatnonzero(done):
        name, area, year = problem.candidates.keys[j]
        value = float(columns[model.layout.part[j]])
        part = 1.0 if value > 1 - HARDLY else value
        name, _, payers = name.partition(":")
        found.append(Choice(name, area, year, part, payers))
    order = {name: k for k, name in enumerate(problem.candidates.interventions)}
    areas = {name: k for k, name in enumerate(problem.candidates.areas)}
    deposits = [
        Deposit(f.name, key, year, float(columns[at[k, t]]) * THOUSAND)
        for f, at in zip(problem.coefficients.funds, model.layout.deposits, strict=True)
        for k, key in enumerate(f.contributions)
        for t, year in enumerate(problem.coefficients.years)
        if f.most_eur[k, t] > 0
    ]
    return Plan(tuple(sorted(found, key=lambda c: (order[c.intervention], areas[c.area]))), tuple(deposits))


def columns_of(model: pyo.ConcreteModel, plan: Plan) -> Floats:
    """The columns of a plan; what parties give each other and what is left of a year are not filled in."""
    c, columns = model.layout.problem.candidates, np.zeros(model.layout.columns)
    place = {key: j for j, key in enumerate(c.keys)}
    layout = model.layout
    for choice in plan.choices:
        name = choice.intervention + (f":{choice.payers}" if choice.payers else "")
        j = place[name, choice.area, choice.first]
        columns[layout.part[j]], columns[layout.start[j]] = choice.part, 1.0
        if int(c.paid_by[j]) in layout.paying:
            columns[layout.paid[layout.paying[int(c.paid_by[j])]]] = 1.0
    for d in plan.deposits:
        k = next(k for k, f in enumerate(model.layout.problem.coefficients.funds) if f.name == d.fund)
        room, years = model.layout.problem.coefficients.funds[k], model.layout.problem.coefficients.years
        columns[layout.deposits[k][room.contributions.index(d.contribution), years.index(d.year)]] = d.eur / THOUSAND
    for i, row in layout.opening.items():
        chosen = c.start[(c.paid_by == i) & (columns[layout.start] > 0)]
        if len(chosen):
            columns[layout.opens[row, chosen.min()]] = 1.0
    columns = with_contracts(model, columns)
    _fill_ends(model, columns)
    return columns


def _fill_ends(model: pyo.ConcreteModel, columns: Floats) -> None:
    """Who is served best and worst, and who gains least, of a plan without payments."""
    layout = model.layout
    for family in model.families:
        if family.name in ("served", "least_gain"):
            found = np.bincount(family.row, family.value * columns[family.column], len(family.keys))
            if family.name == "served":
                best, worst = found.reshape(2, -1)
                best, worst = best - family.upper[: len(best)], worst - family.lower[len(best) :]
                columns[layout.best], columns[layout.worst] = best.max(), worst.min()
            else:
                columns[layout.least] = (found - family.lower).min()


def payments_in(model: pyo.ConcreteModel, columns: Floats) -> dict[Link, float]:
    """(who pays, who receives) -> present value in euro; through the clearing account in proportion on both sides."""
    layout, c = model.layout, model.layout.problem.coefficients
    worth = c.present[0][[c.years.index(y) for y in layout.problem.payment_years]] * THOUSAND
    amounts = {link: float(columns[layout.pays[k]] @ worth) for k, link in enumerate(layout.problem.links)}
    given = {payer: x for (payer, to), x in amounts.items() if to == CLEARING}
    back = {to: x for (payer, to), x in amounts.items() if payer == CLEARING}
    net = {party: x - back.get(party, 0.0) for party, x in given.items()}
    payers, getters = ({p: abs(x) for p, x in net.items() if sign * x > 0} for sign in (1, -1))
    total = sum(payers.values())
    found = {(a, b): x for (a, b), x in amounts.items() if CLEARING not in (a, b)}
    found |= {(a, b): x * y / total for a, x in payers.items() for b, y in getters.items()}
    return {link: x for link, x in found.items() if x > HALF_CENT_EUR}
