"""What parties pay each other beside a plan, year by year, by what the whole model says that each of them has.

Where every wish is about all years together one payment in the first year does. Where wishes are about single years or
terms of office, a payment counts in the wishes about its year, so that they are sought together: first as little short
as can be, then as little paid as can be. Amounts are nominal euro.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.allocation_problem import CLEARING, THOUSAND, Allocation, Least, Link
from coalition.inputs import Floats
from coalition.model import Result
from coalition.money import HALF_CENT_EUR
from coalition.solver import INFINITE, Entries, Family, Ints, Programme, Variables

HARDLY = 1e-9
"""Thousands of euro that may stay short more than the least that can be."""


@dataclass(frozen=True)
class Payment:
    """One payment between parties.

    Attributes:
        source, target: who pays, and who receives.
        year: calendar year; eur: nominal.
    """

    source: str
    target: str
    year: int
    eur: float


def in_first_year(problem: Allocation, payments: Mapping[Link, float]) -> list[Payment]:
    """Present values as payments in the first year in which parties pay."""
    year = problem.payment_years[0]
    worth = float(_worth(problem)[0])
    return [Payment(a, b, year, float(amount) / worth) for (a, b), amount in payments.items()]


def present_value(problem: Allocation, payments: Sequence[Payment]) -> dict[Link, float]:
    """The present value of what each pays each."""
    worth = dict(zip(problem.payment_years, _worth(problem).tolist(), strict=True))
    found: dict[Link, float] = {}
    for p in payments:
        found[p.source, p.target] = found.get((p.source, p.target), 0.0) + p.eur * worth[p.year]
    return found


def _worth(problem: Allocation) -> Floats:
    """Present value of a nominal euro, per year in which parties pay."""
    c = problem.coefficients
    return np.asarray(c.present[0][[c.years.index(y) for y in problem.payment_years]])


def payments_per_year(problem: Allocation, result: Result) -> list[Payment]:
    """The least that must be paid, and when, so that all wishes about what parties have are met as far as can be.

        least  sum of short[k]
        least  sum over links, years of  present[y] * pays[link, y],  given that
        wish   sum over years of weight[k, y] * (received[p, y] - given[p, y]) + short[k] >= least[k] - has[k]

    Args:
        problem: whose wishes and links count.
        result: the run of the plan.
    """
    if not problem.links:
        return []
    links, years = problem.links, problem.payment_years
    pays = np.arange(len(links) * len(years)).reshape(len(links), len(years))
    payers = {party for link in links for party in link}
    wishes = [least for least in problem.leasts if least.party in payers]
    short = pays.size + np.arange(len(wishes))
    columns = pays.size + len(wishes)
    programme = Programme(
        [_wishes(problem, wishes, result, pays, short), _clearing(problem, pays), _all_short(short)],
        Variables(np.zeros(columns), np.full(columns, INFINITE), np.zeros(columns, dtype=bool)),
    )
    weights = np.zeros(columns)
    weights[short] = -1.0
    programme.maximise(weights)
    least_short = float(programme.solve().columns[short].sum())
    programme.limit_row(programme.row("all_short", ()), -INFINITE, least_short + HARDLY)
    weights[short], weights[pays] = 0.0, -_worth(problem)
    programme.maximise(weights)
    amounts = programme.solve().columns[pays] * THOUSAND
    return [p for k, year in enumerate(years) for p in _of_year(links, amounts[:, k], year)]


def _wishes(problem: Allocation, wishes: Sequence[Least], result: Result, pays: Ints, short: Ints) -> Family:
    """What each wish lacks must be received in its years, or stays short."""
    c, entries, lacks = problem.coefficients, Entries(), np.zeros(len(wishes))
    at = [c.years.index(y) for y in problem.payment_years]
    found = {p.party.id: p for p in result.run.parties}
    for k, least in enumerate(wishes):
        p = found[least.party]
        has = float(p.npv[0]) if least.weights is None else float(p.net[0] @ least.weights)
        lacks[k] = (least.at_least_eur - has) / THOUSAND
        weight = c.present[0][at] if least.weights is None else least.weights[at]
        entries.put(k, short[k], 1.0)
        for link, (payer, receiver) in enumerate(problem.links):
            if least.party in (payer, receiver):
                entries.put(k, pays[link], weight if least.party == receiver else -weight)
    return entries.family("wish", [(k,) for k in range(len(wishes))], lacks)


def _clearing(problem: Allocation, pays: Ints) -> Family:
    """What is paid into the clearing account in a year is paid out of it."""
    entries, rows = Entries(), np.arange(len(problem.payment_years))
    for link, (payer, receiver) in enumerate(problem.links):
        if CLEARING in (payer, receiver):
            entries.put(rows, pays[link], 1.0 if receiver == CLEARING else -1.0)
    return entries.family("clearing", [(y,) for y in problem.payment_years], 0.0, 0.0)


def _all_short(short: Ints) -> Family:
    """What stays short together; the limit comes later."""
    entries = Entries()
    entries.put(0, short, 1.0)
    return entries.family("all_short", [()])


def _of_year(links: Sequence[Link], amounts: Floats, year: int) -> Iterator[Payment]:
    """The payments of one year, who pays the clearing account paying whom it pays in proportion."""
    net: dict[str, float] = {}
    for (payer, receiver), amount in zip(links, amounts.tolist(), strict=True):
        if CLEARING not in (payer, receiver):
            if amount > HALF_CENT_EUR:
                yield Payment(payer, receiver, year, amount)
        elif receiver == CLEARING:
            net[payer] = net.get(payer, 0.0) + amount
        else:
            net[receiver] = net.get(receiver, 0.0) - amount
    gets = {party: -amount for party, amount in net.items() if amount < -HALF_CENT_EUR}
    total = sum(gets.values())
    for payer, amount in net.items():
        for receiver, share in gets.items() if amount > HALF_CENT_EUR else ():
            yield Payment(payer, receiver, year, amount * share / total)
