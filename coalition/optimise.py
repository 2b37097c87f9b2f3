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
    fund                balance[f, y] = growth * balance[f, y-1] + put in[f, y] + sum of flow[j, f, y] * part[j]
    exchange            what parties give each other together = what they receive

`j` is an intervention that starts in an area in a year, `part` the part of its stated reach. Amounts are thousands of
euro: present values in `worth`, nominal in `paid`. Each rule stands once, in the function of its name below.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.repn.standard_repn import generate_standard_repn

from coalition.coefficients import Candidates, Coefficients
from coalition.errors import DefectError
from coalition.money import HALF_CENT_EUR
from coalition.plans import HARDLY, Choice, Deposit, Plan
from coalition.solver import INFINITE, Entries, Family, Floats, Ints, Programme, Solved, Status, Variables

THOUSAND = 1000.0
"""Euros are counted in thousands, so that the solver sees numbers near 1."""
Bools = NDArray[np.bool_]
Link = tuple[str, str]
CLEARING = "clearing"
"""Through which parties pay each other where every payment is allowed."""


# --- the problem ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """A limit on what some pay for delivery together.

    Attributes:
        name: of the limit.
        limit_eur: (year,) nominal.
        carry_over_share: part of what is left that may be spent a year later.
        counts: (area, payment) whether what is paid there counts.
        spend_at_least: part of the money of all years that must be spent.
    """

    name: str
    limit_eur: Floats
    carry_over_share: float
    counts: Bools
    spend_at_least: float = 0.0


@dataclass(frozen=True)
class Least:
    """What a party must at least have.

    Attributes:
        rule: nobody_worse or paid_back.
        party: id; when: the year or term that it is about, "" for all.
        at_least_eur: present value, or nominal where years have weight.
        weights: (year,) weight of each year's nominal net; None for the present value of all years.
    """

    rule: str
    party: str
    when: str
    at_least_eur: float
    weights: Floats | None = None


@dataclass(frozen=True)
class StaffLimit:
    """Hours that some have for several interventions.

    Attributes:
        name: who; hours_per_year: that they have.
        hours: (intervention,) per starter; works: (area,) where.
    """

    name: str
    hours: Floats
    works: Bools
    hours_per_year: float


@dataclass(frozen=True)
class PortionLimit:
    """Part of all delivery money that goes to some.

    Attributes:
        name: of the wish; counts: (intervention, area) who gets it.
        at_least, at_most: part, None for no limit.
    """

    name: str
    counts: Bools
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True)
class Wish:
    """One goal: maximise (or with `smallest` minimise) a sum.

    Attributes:
        goal: as stated.
        kind: parties, societal, qaly, gap or worst.
        parties: of whom the present value counts.
        years: of how many first years; 0 for all.
    """

    goal: str
    kind: str
    parties: tuple[str, ...] = ()
    years: int = 0


@dataclass(frozen=True)
class Sure:
    """That parties keep what they must at least have on average over the worst draws (CVaR).

    Attributes:
        share: part of the draws that are not the worst.
        parties: whom it protects.
        linear_eur, fixed_eur: (draw, start, slot) present value in each draw.
        above_eur: (draw, party) what each party of the scenario has anyway above its least.
    """

    share: float
    parties: tuple[str, ...]
    linear_eur: Floats
    fixed_eur: Floats
    above_eur: Floats


@dataclass(frozen=True)
class Allocation:
    """Everything that the programme is made of; values only.

    Attributes:
        coefficients: what each start brings, draw 0.
        largest, smallest: (candidate,) bounds of `part` where it starts.
        wishes: goals in order of importance.
        budgets, leasts, staff, portions: limits.
        places: (intervention, year) most starters over all areas; infinite without a limit.
        needs, apart: pairs of positions of interventions.
        stays: (candidate,) part that must be done, nan where it is open, 0 where nothing may be done.
        payers: who may pay and receive; links: allowed payments, empty where nobody pays.
        payment_years: years in which they pay; the first one only where nothing is asked per year.
        sure: what must hold in draws; None where nothing must.
        offset_eur: (party,) and offset_societal_eur: what the whole model says more than the coefficients do.
    """

    coefficients: Coefficients
    largest: Floats
    smallest: Floats
    wishes: tuple[Wish, ...]
    budgets: tuple[Money, ...] = ()
    leasts: tuple[Least, ...] = ()
    staff: tuple[StaffLimit, ...] = ()
    portions: tuple[PortionLimit, ...] = ()
    places: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    needs: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    stays: Floats = field(default_factory=lambda: np.zeros(0))
    links: tuple[Link, ...] = ()
    payment_years: tuple[int, ...] = ()
    sure: Sure | None = None

    @property
    def candidates(self) -> Candidates:
        """What may be chosen."""
        return self.coefficients.candidates


# --- the model ------------------------------------------------------------------------------------------------------


class Layout:
    """Where the variables of an allocation stand among the columns of the solver.

    Attributes:
        problem: what it was built from.
        part, start: position per candidate; opens: per intervention with a fixed cost and first year.
        left: per budget and year; pays: per link and year; best, worst, least: of the goals about who is served
            best and worst, and who gains least.
        deposits: per fund, by contribution and year; balance: per fund and year.
        paid: per intervention and payer, where somebody else could pay.
        opening, paying: number of an intervention with its payers (Candidates.paid_by) -> row of `opens`, `paid`.
        columns: how many there are; bounds: of all of them.
    """

    def __init__(self, problem: Allocation) -> None:
        self.problem, c = problem, problem.coefficients
        count, self.columns = len(c.candidates), 0
        self.part, self.start = self._new(count), self._new(count)
        names = sorted(set(c.fixed_starts.paid_by.tolist()))
        self.opening = {i: k for k, i in enumerate(names)}
        several = {i for i, payers in enumerate(c.candidates.payers) if len(payers) > 1}
        paid = np.unique(c.candidates.paid_by[np.isin(c.candidates.intervention, list(several))])
        self.paying = {i: k for k, i in enumerate(paid.tolist())}
        self.paid = self._new(len(paid))
        self.opens = self._new(len(names) * len(c.candidates.starts)).reshape(len(names), len(c.candidates.starts))
        self.left = self._new(len(problem.budgets) * len(c.years)).reshape(len(problem.budgets), len(c.years))
        payments = len(problem.links) * len(problem.payment_years)
        self.pays = self._new(payments).reshape(len(problem.links), len(problem.payment_years))
        self.best, self.worst, self.least = self._new(3)
        protected = 0 if problem.sure is None else len(problem.sure.parties)
        draws = 0 if problem.sure is None else len(problem.sure.above_eur)
        funds, years = c.funds, len(c.years)
        self.deposits = [self._new(f.most_eur.size).reshape(f.most_eur.shape) for f in funds]
        self.balance = self._new(len(funds) * years).reshape(len(funds), years)
        self.sure_of, self.short = self._new(protected), self._new(protected * draws).reshape(protected, draws)
        self.bounds = self._bounds()

    def _new(self, count: int) -> Ints:
        first, self.columns = self.columns, self.columns + count
        return np.arange(first, first + count)

    def _bounds(self) -> Variables:
        problem, lower, upper = self.problem, np.zeros(self.columns), np.full(self.columns, INFINITE)
        upper[self.part] = problem.largest
        upper[self.start] = problem.largest > 0
        upper[self.opens], upper[self.paid] = 1, 1
        for room, deposits, balance in zip(problem.coefficients.funds, self.deposits, self.balance, strict=True):
            upper[deposits] = room.most_eur / THOUSAND
            lower[balance] = np.where(room.runs, room.minimum_eur / THOUSAND, 0.0)
        lower[[self.best, self.worst, self.least, *self.sure_of]] = -INFINITE
        if problem.sure is not None and problem.sure.share >= 1:
            upper[self.short] = 0  # in no draw may anything be short
        whole = np.zeros(self.columns, dtype=bool)
        whole[self.start] = True
        whole[self.opens.ravel()], whole[self.paid] = True, True
        return Variables(lower, upper, whole)

    @property
    def opening_columns(self) -> Ints:
        """The column of `opens` of each row of fixed cost."""
        starts = self.problem.coefficients.fixed_starts
        rows = np.array([self.opening[i] for i in starts.paid_by.tolist()], dtype=np.int64)
        return np.asarray(self.opens[rows, starts.start])


def build_allocation(problem: Allocation) -> pyo.ConcreteModel:
    """The programme of one problem: its variables, and the rows of every rule above.

    Variables are Pyomo's, so that a rule of your own is a `pyo.Constraint` on them; the regular rules are blocks of a
    sparse matrix in `families`, because one expression object per row would take longer than solving it.

    Args:
        problem: as gathered from a scenario.
    """
    model = _variables(problem, Layout(problem))
    wishes = (budget, spent, nobody_worse, paid_back, capacity, staff, portion, pinned)
    choices = (at_most, at_least, one_start, needs, apart, opened, opened_by, one_payer)
    money = (fund, exchange, served, least_gain, sure, sure_draw, goal)
    rules = (*wishes, *choices, *money)
    model.families = [family for rule in rules if (family := rule(model.layout)) is not None]
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
    return model


def variables_in_order(model: pyo.ConcreteModel) -> list[Any]:
    """Every variable, in the order of the columns."""
    parts = (model.part, model.start, model.paid, model.opens, model.left, model.pays)
    single = (model.best_served, model.worst_served, model.least)
    return [
        v
        for part in (*parts, *single, model.deposits, model.balance, model.sure_of, model.short)
        for v in part.values()
    ]


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


def budget(layout: Layout) -> Family | None:
    """Sum of paid[j, y] * part[j] + left[b, y] - carried * left[b, y-1] = money[b, y], every limit b and year y."""
    problem, c = layout.problem, layout.problem.coefficients
    if not problem.budgets:
        return None
    years, entries = np.arange(len(c.years)), Entries()
    for b, money in enumerate(problem.budgets):
        row = b * len(years) + years
        payments = np.flatnonzero(money.counts.any(axis=0))
        for paid, area, column in _chosen(layout, c.linear.outlay_eur[0], c.fixed.outlay_eur[0]):
            mine = np.flatnonzero(np.asarray(money.counts.any(axis=1))[area])
            counts, amounts = money.counts[area[mine]] / THOUSAND, np.zeros((len(mine), len(years)))
            for k in payments:
                amounts += paid[mine, k] * counts[:, k, None]
            entries.put(row[:, None], column[mine], amounts.T)
        entries.put(row, layout.left[b], 1.0)
        entries.put(row[1:], layout.left[b, :-1], -money.carry_over_share)
    keys = [(money.name, y) for money in problem.budgets for y in c.years]
    limits = np.concatenate([money.limit_eur for money in problem.budgets]) / THOUSAND
    return entries.family("budget", keys, limits, limits, soft=True)


def spent(layout: Layout) -> Family | None:
    """Sum over all years of paid[j, y] * part[j] >= share * all money[b], every limit b that is to be spent."""
    problem, c = layout.problem, layout.problem.coefficients
    wanted = [money for money in problem.budgets if money.spend_at_least > 0]
    if not wanted:
        return None
    entries, paid = Entries(), [e.outlay_eur[0].sum(axis=2) for e in (c.linear, c.fixed)]
    for row, money in enumerate(wanted):
        for amounts, area, column in _chosen(layout, *paid):
            entries.put(row, column, (amounts * money.counts[area]).sum(axis=1) / THOUSAND)
    lower = np.array([money.spend_at_least * money.limit_eur.sum() for money in wanted]) / THOUSAND
    return entries.family("spent", [(money.name,) for money in wanted], lower, soft=True)


def _chosen(layout: Layout, linear: Floats, fixed: Floats) -> Iterator[tuple[Floats, Ints, Ints]]:
    """Coefficients of starts and of openings, with their areas and columns."""
    c = layout.problem.coefficients
    yield linear, c.candidates.area, layout.part
    if len(c.fixed_starts):
        yield fixed, c.fixed_starts.area, layout.opening_columns


def _put_worth(layout: Layout, entries: Entries, row_of: Ints, weights: Floats | None = None) -> None:
    """What parties have by the plan, in the row that `row_of` gives each party (-1 for none).

    Args:
        weights: (year,) of the nominal net; None for present values.
    """
    c = layout.problem.coefficients
    of = [(e.npv_eur[0] if weights is None else e.net_eur[0] @ weights) for e in (c.linear, c.fixed)]
    for worth, area, column in _chosen(layout, *of):
        rows = row_of[c.party_of[area]]
        entries.put(np.maximum(rows, 0), column[:, None], np.where(rows >= 0, worth, 0.0) / THOUSAND)
    _put_deposits(layout, entries, row_of, c.present[0] if weights is None else weights)
    fixed = c.agreed_fixed_eur if weights is None or not c.agreed_fixed_eur.size else c.agreed_fixed_net_eur @ weights
    alone = c.agreed_eur if weights is None else c.agreed_net_eur @ weights
    for on_top, column in ((alone, layout.part), (fixed, layout.opening_columns)):
        if on_top.any():
            rows = np.broadcast_to(row_of[None], on_top.shape)
            entries.put(np.maximum(rows, 0), column[:, None], np.where(rows >= 0, on_top, 0.0) / THOUSAND)


def _put_payments(layout: Layout, entries: Entries, party: str, row: int, weights: Floats | None = None) -> None:
    """What a party receives minus what it gives, in one row."""
    problem, c = layout.problem, layout.problem.coefficients
    years = [c.years.index(y) for y in problem.payment_years]
    worth = c.present[0][years] if weights is None else weights[years]
    for k, (payer, receiver) in enumerate(problem.links):
        if party in (payer, receiver):
            entries.put(row, layout.pays[k], worth if party == receiver else -worth)


def _leasts(layout: Layout, rule: str) -> Family | None:
    c = layout.problem.coefficients
    wanted = [least for least in layout.problem.leasts if least.rule == rule]
    if not wanted:
        return None
    entries, keys, lower = Entries(), [], np.zeros(len(wanted))
    for weights in _different([least.weights for least in wanted]):
        left = {row: least.party for row, least in enumerate(wanted) if least.weights is weights}
        while left:  # who is protected twice has two rows
            now = {party: row for row, party in left.items()}
            row_of = np.full(len(c.parties), -1)
            row_of[[c.parties.index(party) for party in now]] = list(now.values())
            _put_worth(layout, entries, row_of, weights)
            left = {row: party for row, party in left.items() if row != now[party]}
    for row, least in enumerate(wanted):
        p = c.parties.index(least.party)
        _put_payments(layout, entries, least.party, row, least.weights)
        anyway = c.nothing_eur[0, p] if least.weights is None else c.nothing_net_eur[0, p] @ least.weights
        lower[row] = (least.at_least_eur - anyway) / THOUSAND
        keys.append((least.party, least.when) if least.when else (least.party,))
    return entries.family(rule, keys, lower, soft=True)


def _different(weights: Sequence[Floats | None]) -> list[Floats | None]:
    """Each set of weights once, by identity."""
    return list({id(w): w for w in weights}.values())


def nobody_worse(layout: Layout) -> Family | None:
    """Sum of worth[j, p] * part[j] + fixed[p] + received[p] - given[p] >= least[p], every party p that is protected."""
    return _leasts(layout, "nobody_worse")


def paid_back(layout: Layout) -> Family | None:
    """The same of the first years only, every party that must have its money back in time."""
    return _leasts(layout, "paid_back")


def capacity(layout: Layout) -> Family | None:
    """Sum of starters[j, y] * part[j] <= places[i, y], every intervention with a capacity."""
    problem, c = layout.problem, layout.problem.coefficients
    limited = [int(i) for i in np.flatnonzero(np.isfinite(problem.places).any(axis=1))] if problem.places.size else []
    if not limited:
        return None
    entries, years = Entries(), np.arange(len(c.years))
    for k, i in enumerate(limited):
        mine = np.flatnonzero(c.candidates.intervention == i)
        entries.put(k * len(years) + years[None], layout.part[mine][:, None], c.linear.starters[0, mine])
    keys = [(c.candidates.interventions[i], y) for i in limited for y in c.years]
    return entries.family("capacity", keys, upper=problem.places[limited].ravel(), soft=True)


def staff(layout: Layout) -> Family | None:
    """Sum of hours[i] * starters[j, y] * part[j] <= hours[w], everyone w who works on several interventions."""
    problem, c = layout.problem, layout.problem.coefficients
    if not problem.staff:
        return None
    entries, years = Entries(), np.arange(len(c.years))
    for k, who in enumerate(problem.staff):
        hours = who.hours[c.candidates.intervention] * who.works[c.candidates.area]
        entries.put(k * len(years) + years[None], layout.part[:, None], hours[:, None] * c.linear.starters[0])
    keys = [(who.name, y) for who in problem.staff for y in c.years]
    upper = np.repeat([who.hours_per_year for who in problem.staff], len(years))
    return entries.family("staff", keys, upper=upper, soft=True)


def portion(layout: Layout) -> Family | None:
    """at_least * all money <= money of some <= at_most * all money, every stated portion; present values."""
    problem, c = layout.problem, layout.problem.coefficients
    wanted = [
        (p, side, limit)
        for p in problem.portions
        for side, limit in (("at_least", p.at_least), ("at_most", p.at_most))
        if limit is not None
    ]
    if not wanted:
        return None
    entries = Entries()
    paid = [(e.outlay_eur[0].sum(axis=1) @ c.present[0]) for e in (c.linear, c.fixed)]
    about = [c.candidates.intervention, c.fixed_starts.intervention]
    for row, (p, side, limit) in enumerate(wanted):
        sign = 1.0 if side == "at_least" else -1.0
        for (money, area, column), i in zip(_chosen(layout, *paid), about, strict=False):
            entries.put(row, column, sign * (p.counts[i, area] - limit) * money / THOUSAND)
    return entries.family("portion", [(p.name, side) for p, side, _ in wanted], 0.0, soft=True)


def pinned(layout: Layout) -> Family | None:
    """part[j] = what stays, every start that is no longer open."""
    problem, c = layout.problem, layout.problem.coefficients
    fixed = np.flatnonzero(~np.isnan(problem.stays)) if problem.stays.size else np.zeros(0, dtype=np.int64)
    if not len(fixed):
        return None
    entries = Entries()
    entries.put(np.arange(len(fixed)), layout.part[fixed], 1.0)
    stays = problem.stays[fixed]
    return entries.family("pinned", [c.candidates.keys[j] for j in fixed], stays, stays, soft=True)


def at_most(layout: Layout) -> Family:
    """part[j] <= largest[j] * start[j]: only what starts is done."""
    entries, rows = Entries(), np.arange(len(layout.part))
    entries.put(rows, layout.part, 1.0)
    entries.put(rows, layout.start, -layout.problem.largest)
    return entries.family("at_most", layout.problem.candidates.keys, upper=0.0)


def at_least(layout: Layout) -> Family | None:
    """part[j] >= smallest[j] * start[j]: what starts is worth beginning."""
    some = np.flatnonzero(layout.problem.smallest > 0)
    if not len(some):
        return None
    entries, rows = Entries(), np.arange(len(some))
    entries.put(rows, layout.part[some], 1.0)
    entries.put(rows, layout.start[some], -layout.problem.smallest[some])
    return entries.family("at_least", [layout.problem.candidates.keys[j] for j in some], 0.0)


def one_start(layout: Layout) -> Family:
    """Sum over years of start[i, a, year] <= 1, every intervention and area."""
    c = layout.problem.candidates
    place = c.intervention * len(c.areas) + c.area
    there, row = np.unique(place, return_inverse=True)
    entries = Entries()
    entries.put(row, layout.start, 1.0)
    keys = [(c.interventions[p // len(c.areas)], c.areas[p % len(c.areas)]) for p in there.tolist()]
    return entries.family("one_start", keys, upper=1.0)


def _until(layout: Layout, entries: Entries, rows: Ints, mine: Ints, sign: float) -> None:
    """Whether some candidates have started by each year; `rows` per (area, year), -1 for none."""
    c = layout.problem.candidates
    for later in range(len(c.starts)):
        by_then = mine[c.start[mine] <= later]
        row = rows[c.area[by_then], later]
        entries.put(row[row >= 0], layout.start[by_then][row >= 0], sign)


def _rows_of(c: Candidates, mine: Ints, first: int) -> tuple[Ints, list[tuple[object, ...]]]:
    """A row for every area and year in which some candidates may start, numbered from `first`."""
    rows, keys = np.full((len(c.areas), len(c.starts)), -1), list[tuple[object, ...]]()
    for j in mine:
        if rows[c.area[j], c.start[j]] < 0:
            rows[c.area[j], c.start[j]] = first + len(keys)
            keys.append(c.keys[j])
    return rows, keys


def needs(layout: Layout) -> Family | None:
    """start[i, a, until y] <= start[other, a, until y], every intervention i that needs another, area and year."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for one, other in layout.problem.needs:
        mine, others = (np.flatnonzero(c.intervention == i) for i in (one, other))
        rows, own = _rows_of(c, mine, len(keys))
        _until(layout, entries, rows, mine, 1.0)
        _until(layout, entries, rows, others, -1.0)
        keys += [(*key, c.interventions[other]) for key in own]
    return entries.family("needs", keys, upper=0.0, soft=True) if keys else None


def apart(layout: Layout) -> Family | None:
    """start[i, a, any] + start[other, a, any] <= 1, every pair that is not done in one area."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for one, other in layout.problem.apart:
        mine = (c.intervention == one) | (c.intervention == other)
        entries.put(len(keys) + c.area[mine], layout.start[mine], 1.0)
        keys += [(c.interventions[one], c.interventions[other], area) for area in c.areas]
    return entries.family("apart", keys, upper=1.0, soft=True) if keys else None


def opened(layout: Layout) -> Family | None:
    """start[i, a, until y] <= opens[i, until y]: the fixed cost runs from the first start anywhere."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for i, place in layout.opening.items():
        mine = np.flatnonzero(c.paid_by == i)
        rows, own = _rows_of(c, mine, len(keys))
        _until(layout, entries, rows, mine, 1.0)
        for later in range(len(c.starts)):
            row = rows[:, later][rows[:, later] >= 0]
            entries.put(row[:, None], layout.opens[place, : later + 1][None], -1.0)
        keys += own
    return entries.family("opened", keys, upper=0.0) if keys else None


def opened_by(layout: Layout) -> Family | None:
    """opens[i, y] <= sum over areas of start[i, a, y], and at most once: no fixed cost without a start."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for i, place in layout.opening.items():
        mine = np.flatnonzero(c.paid_by == i)
        entries.put(len(keys) + c.start[mine], layout.start[mine], -1.0)
        entries.put(len(keys) + np.arange(len(c.starts)), layout.opens[place], 1.0)
        keys += [(c.called(i), y) for y in c.starts]
        entries.put(len(keys), layout.opens[place], 1.0)
        keys.append((c.called(i), "once"))
    upper = [1.0 if key[1] == "once" else 0.0 for key in keys]
    return entries.family("opened_by", keys, upper=upper) if keys else None


def one_payer(layout: Layout) -> Family | None:
    """start[j] <= paid[i, who], and sum over who of paid[i, who] <= 1: the same payers in all areas."""
    c, entries, keys = layout.problem.candidates, Entries(), list[tuple[object, ...]]()
    for paid_by, place in layout.paying.items():
        mine = np.flatnonzero(c.paid_by == paid_by)
        rows = len(keys) + np.arange(len(mine))
        entries.put(rows, layout.start[mine], 1.0)
        entries.put(rows, layout.paid[place], -1.0)
        keys += [c.keys[j] for j in mine]
    pairs = len(keys)
    most = max(map(len, c.payers), default=1)
    for i in sorted({paid_by // most for paid_by in layout.paying}):
        columns = [layout.paid[place] for paid_by, place in layout.paying.items() if paid_by // most == i]
        entries.put(len(keys), columns, 1.0)
        keys.append((c.interventions[i],))
    upper = np.repeat([0.0, 1.0], [pairs, len(keys) - pairs])
    return entries.family("one_payer", keys, upper=upper) if keys else None


def fund(layout: Layout) -> Family | None:
    """balance[f, y] = growth * balance[f, y-1] + put in[f, y] + sum of flow[j, f, y] * part[j], every fund and year."""
    c, entries = layout.problem.coefficients, Entries()
    if not c.funds:
        return None
    years, given = np.arange(len(c.years)), []
    for k, room in enumerate(c.funds):
        rows = k * len(years) + years
        entries.put(rows, layout.balance[k], 1.0)
        entries.put(rows[1:], layout.balance[k, :-1], -room.growth * room.runs[1:])
        entries.put(rows[None], layout.deposits[k], -1.0)
        entries.put(rows[None], layout.part[:, None], -room.flow_eur * room.runs / THOUSAND)
        if room.fixed_flow_eur.size:
            entries.put(rows[None], layout.opening_columns[:, None], -room.fixed_flow_eur * room.runs / THOUSAND)
        given.append(room.stays_eur * room.runs / THOUSAND)
    limits = np.concatenate(given)
    keys = [(room.name, y) for room in c.funds for y in c.years]
    return entries.family("fund", keys, limits, limits, soft=True)


def _put_deposits(layout: Layout, entries: Entries, row_of: Ints, weights: Floats) -> None:
    """What parties put into funds and get back at the end, in the row of each party."""
    c = layout.problem.coefficients
    rows = np.maximum(row_of, 0)
    for room, columns in zip(c.funds, layout.deposits, strict=True):
        entries.put(rows[None, None], columns[:, :, None], np.where(row_of >= 0, room.worth(weights), 0.0))


def exchange(layout: Layout) -> Family | None:
    """What parties give each other through the clearing account = what they receive from it, every year."""
    problem, entries = layout.problem, Entries()
    through = [(k, link) for k, link in enumerate(problem.links) if CLEARING in link]
    if not through:
        return None
    rows = np.arange(len(problem.payment_years))
    for k, (_, receiver) in through:
        entries.put(rows, layout.pays[k], 1.0 if receiver == CLEARING else -1.0)
    return entries.family("exchange", [(y,) for y in problem.payment_years], 0.0, 0.0)


def served(layout: Layout) -> Family | None:
    """Worst <= healthy years per 1,000 inhabitants of each area <= best; only where that gap is a goal."""
    c = layout.problem.coefficients
    if not any(w.kind == "gap" for w in layout.problem.wishes):
        return None
    lived = np.flatnonzero(c.inhabitants > 0)  # where nobody lives, nobody is served better or worse
    row_of = np.full(len(c.candidates.areas), -1)
    row_of[lived] = np.arange(len(lived))
    entries, areas, rows = Entries(), np.arange(len(lived)), row_of[c.candidates.area]
    here = rows >= 0
    gained = c.linear.qalys[0][here] / c.inhabitants[c.candidates.area[here]] * THOUSAND
    for first, end in ((0, layout.best), (len(areas), layout.worst)):
        entries.put(first + rows[here], layout.part[here], gained)
        entries.put(first + areas, end, -1.0)
    keys = [(side, c.candidates.areas[a]) for side in ("best", "worst") for a in lived.tolist()]
    lower = np.repeat([-INFINITE, 0.0], len(areas))
    return entries.family("served", keys, lower, np.repeat([0.0, INFINITE], len(areas)))


def least_gain(layout: Layout) -> Family | None:
    """least_gain <= worth[p] of every party at the table; only where it is a goal."""
    c = layout.problem.coefficients
    parties = next((w.parties for w in layout.problem.wishes if w.kind == "worst"), ())
    if not parties:
        return None
    entries, row_of = Entries(), np.full(len(c.parties), -1)
    positions = [c.parties.index(p) for p in parties]
    row_of[positions] = np.arange(len(parties))
    _put_worth(layout, entries, row_of)
    for row, party in enumerate(parties):
        _put_payments(layout, entries, party, row)
    entries.put(np.arange(len(parties)), layout.least, -1.0)
    return entries.family("least_gain", [(p,) for p in parties], -c.nothing_eur[0, positions] / THOUSAND)


def sure(layout: Layout) -> Family | None:
    """sure_of[p] - sum over draws of short[p, d] / (1 - share) / draws >= 0, every party p that must be sure."""
    asked = layout.problem.sure
    if asked is None:
        return None
    entries, rows = Entries(), np.arange(len(asked.parties))
    entries.put(rows, layout.sure_of, 1.0)
    if asked.share < 1:
        entries.put(rows[:, None], layout.short, -1 / ((1 - asked.share) * len(asked.above_eur)))
    return entries.family("sure", [(p,) for p in asked.parties], 0.0, soft=True)


def sure_draw(layout: Layout) -> Family | None:
    """short[p, d] >= sure_of[p] - (what p has in draw d above its least), every party p and draw d."""
    asked, c = layout.problem.sure, layout.problem.coefficients
    if asked is None:
        return None
    entries, draws = Entries(), len(asked.above_eur)
    positions = [c.parties.index(p) for p in asked.parties]
    row_of = np.full(len(c.parties), -1)
    row_of[positions] = np.arange(len(positions)) * draws
    for d in range(draws):
        for worth, area, column in _chosen(layout, asked.linear_eur[d], asked.fixed_eur[d]):
            rows = row_of[c.party_of[area]]
            entries.put(np.maximum(rows, 0) + d, column[:, None], np.where(rows >= 0, worth, 0.0) / THOUSAND)
        for on_top, column in ((c.agreed_eur, layout.part), (c.agreed_fixed_eur, layout.opening_columns)):
            if on_top.any():
                worth = np.where(row_of >= 0, on_top, 0.0) / THOUSAND
                entries.put(np.maximum(row_of, 0)[None] + d, column[:, None], worth)
        _put_deposits(layout, entries, np.where(row_of >= 0, row_of + d, -1), c.present[0])
        for k, party in enumerate(asked.parties):
            _put_payments(layout, entries, party, k * draws + d)
    rows = np.arange(len(positions) * draws)
    entries.put(rows, layout.short.ravel(), 1.0)
    entries.put(rows, np.repeat(layout.sure_of, draws), -1.0)
    keys = [(p, d) for p in asked.parties for d in range(draws)]
    return entries.family("sure_draw", keys, -asked.above_eur[:, positions].T.ravel() / THOUSAND)


def goal(layout: Layout) -> Family:
    """The worth of the plan by each goal; without limits until another goal is maximised."""
    entries, wishes = Entries(), layout.problem.wishes
    for row, wish in enumerate(wishes):
        _put_goal(layout, entries, row, wish)
    return entries.family("goal", [(w.goal,) for w in wishes])


def _put_goal(layout: Layout, entries: Entries, row: int, wish: Wish) -> None:
    c = layout.problem.coefficients
    if wish.kind == "parties":
        weights = None if not wish.years else c.present[0] * (np.arange(len(c.years)) < wish.years)
        row_of = np.full(len(c.parties), -1)
        row_of[[c.parties.index(p) for p in wish.parties]] = row
        _put_worth(layout, entries, row_of, weights)
        for party in wish.parties:
            _put_payments(layout, entries, party, row, weights)
    elif wish.kind == "societal":
        for worth, _, column in _chosen(layout, c.linear.societal_eur[0], c.fixed.societal_eur[0]):
            entries.put(row, column, worth / THOUSAND)
    elif wish.kind == "qaly":
        entries.put(row, layout.part, c.linear.qalys[0])
    elif wish.kind == "gap":
        entries.put(row, [layout.best, layout.worst], [-1.0, 1.0])
    else:
        entries.put(row, layout.least, 1.0)


def worth_anyway(problem: Allocation, wish: Wish) -> float:
    """What a goal is worth when nothing is chosen, in its own unit; thousands of euro, healthy years."""
    c = problem.coefficients
    if wish.kind == "societal":
        return float(c.nothing_societal_eur[0]) / THOUSAND
    if wish.kind != "parties":
        return 0.0
    positions = [c.parties.index(p) for p in wish.parties]
    if not wish.years:
        return float(c.nothing_eur[0, positions].sum()) / THOUSAND
    return float((c.nothing_net_eur[0, positions, : wish.years] @ c.present[0, : wish.years]).sum()) / THOUSAND


# --- solving --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What the solver found.

    Attributes:
        solved: the last solve.
        values: worth by each goal, in its own unit, what holds anyway included; empty without an answer.
        bounds: the best that was still possible by each goal when it was its turn, in the same units.
    """

    solved: Solved
    values: tuple[float, ...] = ()
    bounds: tuple[float, ...] = ()

    @property
    def gap(self) -> float:
        """How far the first goal may lie below the best possible, as a part of it; of 1 unit where it is near 0."""
        if not self.values:
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
    wishes, bounds = model.layout.problem.wishes, list[float]()
    rows = [programme.row("goal", (wish.goal,)) for wish in wishes]
    before: Solved | None = None
    for k, wish in enumerate(wishes):
        programme.maximise(weights_of(model, k))
        many = len(model.layout.part) > MANY
        solved = solve_in_two_steps(programme, model.layout, seconds, gap) if many else programme.solve(seconds, gap)
        if not len(solved.columns):  # an earlier goal has a plan, which is kept
            solved = solved if before is None else replace(before, status=Status.STOPPED)
            break
        before = solved
        bounds.append(solved.bound + worth_anyway(model.layout.problem, wish))
        if k + 1 < len(wishes):
            programme.limit_row(rows[k], solved.value - gap * abs(solved.value), INFINITE)
    for row in rows:
        programme.limit_row(row, -INFINITE, INFINITE)
    if not len(solved.columns):
        return Answer(solved)
    if model.layout.deposits or any(wish.kind in ("parties", "worst") for wish in wishes):
        solved = _least_payments(model, programme, solved)
    return Answer(solved, goal_values(model, solved.columns), tuple(bounds))


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
    held = np.concatenate([layout.part, layout.start, layout.opens.ravel(), layout.paid])
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
    """What is chosen, as a plan; parts are rounded to what a starter can tell apart."""
    problem, found = model.layout.problem, []
    for j in np.flatnonzero(columns[model.layout.part] > HARDLY):
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
