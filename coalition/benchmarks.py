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
    """

    years: tuple[int, ...]
    persons: Floats
    cost: Mapping[Pocket, Floats]
    saved: Floats
    growth: Mapping[Pocket, Floats]

    def structure_cost(self, structure: int, year: int) -> Floats:
        """Cost per person of the people of one year of the clock (a position) at the prices of a calendar year."""
        total = np.zeros((1,))
        for pocket, cost in self.cost.items():
            moved = (1 + self.growth[pocket]) ** (year - self.years[structure])
            total = total + ratio(cost[:, structure], self.persons[:, structure]) * moved
        return np.asarray(total)

    def measured(self, position: int) -> Floats:
        """What a person really cost in a year of the clock: with the programme, as far as there was one."""
        whole = sum(cost[:, position] for cost in self.cost.values())
        return np.asarray(ratio(whole - self.saved[:, position], self.persons[:, position]))

    def like(self, position: int, otherwise: int) -> int:
        """A year of the clock in which there is anybody to measure, or the other."""
        return position if (self.persons[:, position] > 0).all() else otherwise


def historical_benchmark(people: People, contract: Contract, years: MeasuringYears, inputs: Inputs) -> Floats:
    """Benchmark of each measuring year, shape (draw, period); 0 where nobody is measured.

    Args:
        people: who is measured.
        contract: its base years (left out: the year before the first measuring year), trend, risk caps and rebasing.
        years: measuring years.
        inputs: draws of the contract's numbers.
    """
    return _Chain(people, contract, years, inputs).benchmark()


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

    def _block_before(self, period: int) -> list[int]:
        """The periods on whose cost this one is rebased, as far as anybody was measured; none before rebasing."""
        length = self.contract.rebase_every_periods
        if length is None or period < length:
            return []
        first = (period // length - 1) * length
        return [k for k in range(first, first + length) if (self.people.persons[:, self.when[k]] > 0).all()]

    def _from_base_years(self, t: int) -> Floats:
        terms, same_structure = np.zeros(1), np.zeros(1)
        for year, weight in self.base:
            cost, structure = self._cost_in(year, t)
            terms = terms + weight * cost * self._trend(structure, year, t)
            same_structure = same_structure + weight * self.people.structure_cost(structure, self.people.years[t])
        return terms * self._risk(t, same_structure)

    def _cost_in(self, year: int, t: int) -> tuple[Floats, int]:
        """Cost per person in a base year, and the year of the clock whose people it is about."""
        if year in self.people.years:
            position = self.people.years.index(year)
            if self.people.like(position, t) == position:
                return self.people.measured(position), position
            return self.people.structure_cost(t, year), t
        structure = self.people.like(0, t)
        return self.people.structure_cost(structure, year), structure

    def _rebased(self, t: int, block: list[int], earlier: list[Floats]) -> Floats:
        """Mean measured cost of the periods just ended and a part of what they saved, brought to this year."""
        stated = self.contract.rebase_add_back_share
        add_back = np.zeros(1) if stated is None else self.inputs.of(stated)
        total, same_structure = np.zeros(1), np.zeros(1)
        for k in block:
            position = self.when[k]
            measured = self.people.measured(position)
            base = measured + add_back * (earlier[k] - measured)
            total = total + base * self._trend(position, self.people.years[position], t)
            same_structure = same_structure + self.people.structure_cost(position, self.people.years[t])
        return total / len(block) * self._risk(t, same_structure / len(block))

    def _trend(self, structure: int, year: int, t: int) -> Floats:
        """Factor from the prices of a base year to this one: as stated, else the growth of the region's cost."""
        now, stated = self.people.years[t], self.contract.trend_per_year
        if stated is not None:
            return np.asarray((1 + self.inputs.of(stated)) ** (now - year))
        people = self.people
        return np.asarray(ratio(people.structure_cost(structure, now), people.structure_cost(structure, year)))

    def _risk(self, t: int, same_structure: Floats) -> Floats:
        """What this year's ages cost relative to those of the base, at the same prices, within the caps."""
        change = ratio(self.people.structure_cost(t, self.people.years[t]), same_structure)
        down, up = self.contract.risk_cap_down, self.contract.risk_cap_up
        least = -np.inf if down is None else 1 - self.inputs.of(down)
        most = np.inf if up is None else 1 + self.inputs.of(up)
        return np.asarray(np.clip(change, least, most))
