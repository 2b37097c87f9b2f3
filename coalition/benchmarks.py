"""A historical benchmark in a projection: what a population cost in base years, brought to each measuring year.

Base cost per person, weighted over base years → trend → change in risk within its caps → rebasing on what was measured.
Risk is the age structure alone: it enters here and nowhere else. Truncation cannot be projected from mean costs and has
no effect here. Shapes: (draw, year) on the clock, results (draw, period); euro nominal; growth per year as a share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.cells import (
    Block,
    Expr,
    Line,
    Operand,
    added,
    as_expr,
    before,
    both,
    cell_form,
    equal,
    flag,
    found_at,
    largest,
    part_of,
    remainder_of,
    smallest,
    when,
)
from coalition.contract_cells import TermLines
from coalition.contracts import Contract, MeasuringYears
from coalition.inputs import Floats, Inputs, ratio
from coalition.parties import Pocket


@dataclass(frozen=True)
class People:
    """Who is measured, on the clock.

    Attributes:
        years: calendar years of the clock.
        persons: shape (draw, year).
        cost: pocket -> cost without any programme, shape (draw, year).
        saved: what the payer no longer pays; negative is a loss.
        growth: pocket -> growth of its cost per year, shape (draw,).
        by_age: whether they are everybody of certain ages, whose make-up is a risk; participants are compared with
            themselves, whoever takes part in another year.
    """

    years: tuple[int, ...]
    persons: Floats
    cost: Mapping[Pocket, Floats]
    saved: Floats
    growth: Mapping[Pocket, Floats]
    by_age: bool = True

    def like(self, position: int, year: int) -> Floats:
        """Cost per person of the people of one year of the clock at the prices of a calendar year, shape (draw,)."""
        total = np.zeros((1,))
        for pocket, cost in self.cost.items():
            moved = (1 + self.growth[pocket]) ** (year - self.years[position])
            total = total + ratio(cost[:, position], self.persons[:, position]) * moved
        return np.asarray(total)

    def measured(self, position: int) -> Floats:
        """What a person really cost in a year of the clock: with the programme, as far as there was one."""
        whole = sum(cost[:, position] for cost in self.cost.values())
        return np.asarray(ratio(whole - self.saved[:, position], self.persons[:, position]))


def historical_benchmark(people: People, contract: Contract, years: MeasuringYears, inputs: Inputs) -> Floats:
    """Benchmark of each measuring year, shape (draw, period); 0 where nobody is measured.

    Args:
        people: who is measured.
        contract: its base years (left out: the year before the first measuring year), trend, risk caps and rebasing.
        years: measuring years.
        inputs: draws of the contract's numbers.
    """
    return _Chain(people, contract, years, inputs).benchmark()


@dataclass(frozen=True)
class _Term:
    """A base year brought to a measuring year, per person: its cost, and the same people at the prices of that year."""

    cost: Floats
    like: Floats

    def __mul__(self, weight: Floats) -> _Term:
        return _Term(self.cost * weight, self.like * weight)

    def __add__(self, other: _Term) -> _Term:
        return _Term(self.cost + other.cost, self.like + other.like)


NOTHING = _Term(np.zeros(1), np.zeros(1))


class _Chain:
    """The steps from base years to benchmark, one measuring year after the other."""

    def __init__(self, people: People, contract: Contract, years: MeasuringYears, inputs: Inputs) -> None:
        self.people, self.contract, self.inputs = people, contract, inputs
        self.when = [t for t, year in enumerate(people.years) if years.first <= year <= years.last]
        stated = contract.base_years
        self.base = [(b.year, inputs.of(b.weight)) for b in stated] or [(years.first - 1, np.ones(1))]

    def benchmark(self) -> Floats:
        """Per person, times persons."""
        each: list[Floats] = []
        for k, t in enumerate(self.when):
            block = self._block_before(k)
            each.append(self._rebased(t, block, each) if block else self._from_base_years(t))
        per_person = np.stack(np.broadcast_arrays(*each), axis=1)
        return per_person * self.people.persons[:, self.when]

    def _block_before(self, period: int) -> range:
        """The periods on whose cost this one is rebased; none before rebasing."""
        length = self.contract.rebase_every_periods
        if length is None or period < length:
            return range(0)
        first = (period // length - 1) * length
        return range(first, first + length)

    def _from_base_years(self, t: int) -> Floats:
        found = NOTHING
        for year, weight in self.base:
            position = self.people.years.index(year) if year in self.people.years else None
            found += self._term(year, position, t) * weight
        return found.cost * self._risk(t, found.like)

    def _rebased(self, t: int, block: range, earlier: list[Floats]) -> Floats:
        """Mean measured cost of the periods just ended and a part of what they saved, brought to this year."""
        stated, count = self.contract.rebase_add_back_share, np.zeros(1)
        add_back = np.zeros(1) if stated is None else self.inputs.of(stated)
        measured, normed = NOTHING, NOTHING
        for k in block:
            position = self.when[k]
            there = (self.people.persons[:, position] > 0).astype(float)
            year, count = self.people.years[position], count + there
            measured += self._term(year, position, t) * there
            normed += self._term(year, position, t, earlier[k]) * there
        cost = ratio(measured.cost, count)
        saved = np.maximum(ratio(normed.cost, count) - cost, 0.0)
        rebased = (cost + add_back * saved) * self._risk(t, ratio(measured.like, count))
        return np.where(count > 0, rebased, self._from_base_years(t))

    def _term(self, year: int, position: int | None, t: int, instead: Floats | None = None) -> _Term:
        """A base year brought to a measuring year.

        Args:
            year: the base year.
            position: its place on the clock; None where it is not on it.
            t: position of the measuring year.
            instead: a cost per person of that year in the place of the measured one.
        """
        people, now = self.people, self.people.years[t]
        like, at_prices = people.like(t, now), people.like(t, year)
        known = 0 if position is None else position
        there = people.persons[:, known] > 0
        if people.by_age:  # their make-up is that of the base year, as far as it is known
            like = np.where(there, people.like(known, now), like)
            at_prices = np.where(there, people.like(known, year), at_prices)
        cost = at_prices
        if position is not None:
            found = people.measured(position) if instead is None else instead
            cost = np.where(there, at_prices * ratio(found, people.like(position, year)), at_prices)
        return _Term(cost * self._trend(year, now, like, at_prices), like)

    def _trend(self, year: int, now: int, like: Floats, at_prices: Floats) -> Floats:
        """Factor from the prices of a base year to this one: as stated, else the growth of the region's cost."""
        stated = self.contract.trend_per_year
        if stated is not None:
            return np.asarray((1 + self.inputs.of(stated)) ** (now - year))
        return np.asarray(ratio(like, at_prices))

    def _risk(self, t: int, like: Floats) -> Floats:
        """What this year's ages cost relative to those of the base, at the same prices, within the caps."""
        change = ratio(self.people.like(t, self.people.years[t]), like)
        down, up = self.contract.risk_cap_down, self.contract.risk_cap_up
        least = -np.inf if down is None else 1 - self.inputs.of(down)
        most = np.inf if up is None else 1 + self.inputs.of(up)
        return np.asarray(np.clip(change, least, most))


# --- the same as cells --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeopleLines:
    """Who is measured, per calendar year of the clock.

    Attributes:
        persons: how many.
        cost: pocket -> cost without any programme.
        saved: what the payer no longer pays; negative is a loss.
        growth: pocket -> growth of its cost per year, a number.
        by_age: whether they are everybody of certain ages.
    """

    persons: Line
    cost: Mapping[Pocket, Line]
    saved: Line
    growth: Mapping[Pocket, Line]
    by_age: bool = True


@cell_form(historical_benchmark)
def historical_benchmark_in_cells(terms: TermLines, people: PeopleLines) -> Line:
    """Benchmark of each year; 0 where nobody is measured."""
    terms.heading("benchmark")
    chain = _ChainLines(terms, people)
    per_person = chain.from_base_years()
    if terms.contract.rebase_every_periods is not None:
        per_person = _Rebasing(chain).rebased(per_person)
    return terms.row("benchmark.total", "euro", per_person * people.persons)


@dataclass(frozen=True)
class _TermOfBase:
    """A base year brought to each year, per person: its cost, and the same people at the prices of that year."""

    cost: Expr
    like: Expr


class _ChainLines:
    """The steps from base years to benchmark, as rows.

    Where no trend is stated, cost follows the same people: their cost now, times the part of it that was really paid
    in the base year. That is base(y) · K(s, t)/K(s, y), without dividing by K(s, y) twice.
    """

    def __init__(self, terms: TermLines, people: PeopleLines) -> None:
        self.terms, self.people, self.year = terms, people, terms.axis.year
        self.trend = terms.of("trend_per_year")
        self.each = {
            pocket: terms.row("benchmark.each", "euro_each", part_of(cost, people.persons), pocket.value)
            for pocket, cost in people.cost.items()
        }
        whole = added(Block(list(self.each.values()))) if self.each else as_expr(0)
        self.now = terms.row("benchmark.now", "euro_each", whole)
        self.saved = terms.row("benchmark.saved", "euro_each", part_of(people.saved, people.persons))
        self.start = terms.one("benchmark.start", "year", found_at(self.year, 0, terms.axis.index))

    def moved(self, key: str, costs: Mapping[Pocket, Line], since: Operand, to: Operand, what: str) -> Expr:
        """Cost per person at the prices of one year brought to those of another; of several purses each on a row."""
        parts = {q: cost * (1 + self.people.growth[q]) ** (as_expr(to) - since) for q, cost in costs.items()}
        if len(parts) <= 1:
            return next(iter(parts.values()), as_expr(0))
        rows = []
        for pocket, part in parts.items():
            add = self.terms.row if part.is_series else self.terms.one
            rows.append(add(f"{key}_part", "euro_each", part, f"{what} {pocket.value}"))
        return added(Block(rows))

    def from_base_years(self) -> Line:
        """Cost per person, weighted over base years, times the change in risk."""
        terms, stated = self.terms, self.terms.contract.base_years
        cost, like = as_expr(0), as_expr(0)
        for k in range(len(stated) or 1):
            weight: Operand = terms.inputs.of(stated[k].weight) if stated else 1
            term = self._term(k, str(k + 1))
            cost, like = cost + term.cost * weight, like + term.like * weight
        cost_row = terms.row("benchmark.cost", "euro_each", cost)
        like_row = terms.row("benchmark.like", "euro_each", like)
        risk = self.risk("benchmark", like_row)
        return terms.row("benchmark.per_person", "euro_each", cost_row * risk)

    def risk(self, key: str, like: Expr) -> Line:
        """What this year's ages cost relative to those of the base, at the same prices, within the caps."""
        down, up = self.terms.of("risk_cap_down"), self.terms.of("risk_cap_up")
        change = self.terms.row(f"{key}.change", "factor", part_of(self.now, like))
        raised: Expr = change if down is None else largest(change, 1 - down)
        return self.terms.row(f"{key}.risk", "factor", raised if up is None else smallest(raised, 1 + up))

    def _term(self, k: int, what: str) -> _TermOfBase:
        """A base year: its own people and prices where it lies on the clock, else those of the first year."""
        terms, people = self.terms, self.people
        stated = terms.contract.base_years
        base = terms.plain(f"base_years.{k}.year") if stated else terms.plain("scope.years.first") - 1
        year = terms.one("benchmark.base_year", "year", base, what)
        on_clock = flag(both(year >= self.start, year <= terms.axis.last))
        on_clock = terms.one("benchmark.on_clock", "flag", on_clock, what)
        known = terms.one("benchmark.known_year", "year", when(on_clock, year, self.start), what)
        there = flag(found_at(people.persons, known, self.year) > 0)
        there = terms.one("benchmark.there", "flag", there, what)
        costs = {
            pocket: terms.one(
                "benchmark.base_each", "euro_each", found_at(each, known, self.year), f"{what} {pocket.value}"
            )
            for pocket, each in self.each.items()
        }
        moved = self.moved("benchmark.base_like", costs, known, year, what)
        then = terms.one("benchmark.base_like", "euro_each", moved, what)
        paid = then - found_at(self.saved, known, self.year)
        share = terms.one("benchmark.base_paid", "factor", part_of(paid, then), what)
        factor = terms.one("benchmark.base_factor", "factor", when(both(on_clock > 0, there > 0), share, 1), what)
        like: Expr = self.now
        if people.by_age:
            moved = self.moved("benchmark.base_now", costs, known, self.year, what)
            like = terms.row("benchmark.base_now", "euro_each", when(there, moved, self.now), what)
        cost = self._brought(like, there, then, year, what) * factor
        return _TermOfBase(terms.row("benchmark.base_cost", "euro_each", cost, what), like)

    def _brought(self, like: Expr, there: Line, then: Line, year: Line, what: str) -> Expr:
        """The people of a base year from its prices to those of each year."""
        if self.trend is None:
            return like
        at_prices = self.moved("benchmark.at_prices", self.each, self.year, year, what)
        if self.people.by_age:
            at_prices = when(there, then, at_prices)
        at_prices = self.terms.row("benchmark.at_prices", "euro_each", at_prices, what)
        return at_prices * (1 + self.trend) ** (self.year - year)


@dataclass(frozen=True)
class _Part:
    """A part of a mean over a block of periods.

    Attributes:
        what, unit: its name among the parts, and the unit of its sums.
        weight: what a period adds, per euro measured there relative to what its people cost at its prices.
        worth: what the sum is worth in a later year.
    """

    what: str
    unit: str
    weight: Line
    worth: Line


class _Rebasing:
    """A benchmark on what was measured in the block of periods that has just ended.

    Cost of one period brought to another year is a product of something of the period and something of that year, so
    that one running sum, which begins anew with each block, holds all that later years need.
    """

    def __init__(self, chain: _ChainLines) -> None:
        self.chain, self.terms, self.people = chain, chain.terms, chain.people
        terms = self.terms
        terms.heading("rebase")
        first, last = terms.plain("scope.years.first"), terms.plain("scope.years.last")
        self.period = terms.row("rebase.period", "count", chain.year - first)
        left = remainder_of(self.period, terms.plain("rebase_every_periods"))
        self.begins = terms.row("rebase.begins", "flag", flag(equal(left, 0)))
        there = flag(both(chain.year >= first, chain.year <= last, chain.people.persons > 0))
        self.there = terms.row("rebase.there", "flag", there)
        self.count = self._of_block("count", "count", self.there)
        self.paid = terms.row("rebase.paid", "factor", part_of(chain.now - chain.saved, chain.now))

    def rebased(self, otherwise: Line) -> Line:
        """Mean measured cost of the block and a part of what it saved; the base years where nobody was measured."""
        terms, ages = self.terms, self._of_ages() if self.people.by_age else []
        parts = ages if ages and self.chain.trend is None else self._parts()
        held = [self._of_block("measured", p.unit, p.weight * self.paid, p.what) for p in parts]
        mean = terms.row("rebase.mean", "euro_each", self._mean(parts, held))
        likes = [self._of_block("like", p.unit, p.weight, p.what) for p in ages]
        like = terms.row("rebase.like", "euro_each", self._mean(ages, likes)) if ages else self.chain.now
        risk = self.chain.risk("rebase", like)
        add_back = terms.of("rebase_add_back_share")
        if add_back is not None:
            return self._with_add_back(parts, mean, add_back, (risk, otherwise))
        return terms.row("rebase.per_person", "euro_each", when(self.count > 0, mean * risk, otherwise))

    def _with_add_back(self, parts: list[_Part], mean: Line, add_back: Line, rest: tuple[Line, Line]) -> Line:
        """What a block saved is counted from its own benchmark: these rows look at each other's year before."""
        (risk, otherwise), n = rest, len(parts)

        def step(*lines: Line) -> Iterator[Expr]:
            held, running, saved, each, relative = lines[:n], lines[n + 4 :], *lines[n + 1 : n + 4]
            yield from (when(self.begins, before(r), before(h)) for h, r in zip(held, running, strict=True))
            yield self._mean(parts, held)
            yield largest(lines[n] - mean, 0)
            yield when(self.count > 0, (mean + add_back * saved) * risk, otherwise)
            yield part_of(each, self.chain.now)
            for part, sum_so_far in zip(parts, running, strict=True):
                yield (1 - self.begins) * before(sum_so_far) + part.weight * relative

        rows = [("rebase.held_norm", p.unit, p.what) for p in parts]
        rows += [("rebase.norm", "euro_each", ""), ("rebase.saved", "euro_each", "")]
        rows += [("rebase.per_person", "euro_each", ""), ("rebase.relative", "factor", "")]
        rows += [("rebase.running_norm", p.unit, p.what) for p in parts]
        return self.terms.looking_back(rows, step)[n + 2]

    def _of_block(self, key: str, unit: str, content: Expr, what: str = "") -> Line:
        """The sum over the block that has just ended; 0 in the first one."""
        [running] = self.terms.looking_back(
            [(f"rebase.running_{key}", unit, what)], lambda line: [(1 - self.begins) * before(line) + content]
        )
        [held] = self.terms.looking_back(
            [(f"rebase.held_{key}", unit, what)], lambda line: [when(self.begins, before(running), before(line))]
        )
        return held

    def _mean(self, parts: Sequence[_Part], sums: Sequence[Line]) -> Expr:
        """The mean over the block, brought to each year."""
        total = sum((p.worth * s for p, s in zip(parts, sums, strict=True)), as_expr(0))
        return part_of(total, self.count)

    def _part(self, weight: Expr, worth: Expr, unit: str, what: str = "") -> _Part:
        row = self.terms.row("rebase.weight", unit, self.there * weight, what)
        return _Part(what, unit, row, self.terms.row("rebase.worth", "factor", worth, what))

    def _of_ages(self) -> list[_Part]:
        """What people of the ages of a period cost in later years: each purse at its own growth."""
        found = []
        for pocket, each in self.chain.each.items():
            growth = (1 + self.people.growth[pocket]) ** self.period
            found.append(self._part(each / growth, growth, "euro_each", pocket.value))
        return found

    def _parts(self) -> list[_Part]:
        """The same at a stated trend, and for participants, who are compared with themselves."""
        chain, trend = self.chain, self.chain.trend
        if trend is None:
            return [self._part(as_expr(1), chain.now, "factor")]
        if self.people.by_age:
            grown = (1 + trend) ** self.period
            return [self._part(chain.now / grown, grown, "euro_each")]
        found = []
        for pocket, each in chain.each.items():
            apart = ((1 + trend) / (1 + self.people.growth[pocket])) ** self.period
            found.append(self._part(1 / apart, each * apart, "factor", pocket.value))
        return found
