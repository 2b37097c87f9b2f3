"""A historical benchmark in a projection: what a population cost in base years, brought to each measuring year.

Base cost per person, weighted over base years → trend → change in risk within its caps → rebasing on what was measured.
Risk is the age structure alone: it enters here and nowhere else. Truncation cannot be projected from mean costs and has
no effect here. Shapes: (draw, year) on the clock, results (draw, period); euro nominal; growth per year as a share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

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
