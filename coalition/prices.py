"""Euros of one year in euros of another, and future euros in present ones.

Consumer prices are known up to a year (a dated parameter); later years grow by the rate that the scenario states.
Amounts move by the index named with them; a present value deflates by consumer prices before a real rate. Clock:
flows fall on 31 December; year 0 is not discounted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from coalition.cells import Axis, Block, Expr, Line, cell_form, largest, picked, product_so_far, smallest, when
from coalition.errors import DefectError
from coalition.inputs import Floats, Inputs
from coalition.numbers import Euro, Index


@dataclass(frozen=True)
class Prices:
    """Consumer price levels round a clock.

    Attributes:
        years: calendar years of the clock, shape (year,).
        known: price level per known calendar year, any base.
        growth: yearly growth after the last known year, shape (draw,).
    """

    years: tuple[int, ...]
    known: dict[int, float]
    growth: Floats

    def level(self, year: int) -> Floats:
        """Price level of a year per draw.

        Raises:
            DefectError: the year is before the first known one; checks.py refuses such a price year.
        """
        return self._levels((year,))[:, 0]

    @cached_property
    def levels(self) -> Floats:
        """Price level of every year of the clock, shape (draw, year)."""
        return self._levels(self.years)

    def _levels(self, years: tuple[int, ...]) -> Floats:
        missing = [y for y in years if y <= max(self.known) and y not in self.known]
        if missing:
            raise DefectError(f"no consumer price index for {missing[0]}")
        return price_level(self.known, self.growth, years)

    def factor(self, index: Index, price_year: int) -> Floats:
        """What one euro of the price year is in each year of the clock, shape (draw, year)."""
        if (index, price_year) not in self._factors:
            fixed = index is Index.NOMINAL
            self._factors[index, price_year] = (
                np.ones((1, len(self.years))) if fixed else self.levels / self.level(price_year)[:, None]
            )
        return self._factors[index, price_year]

    @cached_property
    def _factors(self) -> dict[tuple[Index, int], Floats]:
        """Factors asked for before: a scenario has many amounts of few price years."""
        return {}

    def amount(self, euro: Euro, inputs: Inputs) -> Floats:
        """A stated amount in the euros of each year, shape (draw, year)."""
        return inputs.of(euro)[:, None] * self.factor(euro.index, euro.price_year)


def price_level(known: dict[int, float], growth: Floats, years: tuple[int, ...]) -> Floats:
    """Consumer price level of each year, shape (draw, year): as published, and later by the growth stated."""
    last = max(known)
    published = np.array([known[min(y, last)] for y in years])
    return np.asarray(published * (1 + growth)[:, None] ** np.maximum(np.array(years) - last, 0))


@cell_form(price_level)
def price_level_in_cells(known: Block, years: tuple[Line, Line], growth: Expr, year: Expr) -> Expr:
    """The same; `known` holds a row per published year, `years` the first and the last of them."""
    first, last = years
    return picked(known, smallest(year, last) - first + 1) * (1 + growth) ** largest(year - last, 0)


def growth_factor(growth: Floats, price_year: int, years: tuple[int, ...]) -> Floats:
    """What one euro of the price year is in each year at a fixed yearly growth, shape (draw, year)."""
    exponents = np.array(years) - price_year
    return np.asarray((1 + growth)[:, None] ** exponents)


@cell_form(growth_factor)
def growth_factor_in_cells(growth: Expr, price_year: Expr, year: Expr) -> Expr:
    """The same."""
    return (1 + growth) ** (year - price_year)


def worth_of_a_euro(rate: Floats, deflator: Floats) -> Floats:
    """What a nominal euro of each year is worth in euro of the price year: 1 / [(1+r)^t · D_t/D_p].

    Args:
        rate: discount rate per year of the clock, shape (draw, year).
        deflator: general price level relative to the price year, shape (draw, year); for a nominal rate that of year 0.
    Returns:
        Shape (draw, year).
    """
    return np.asarray(discount_factors(rate) / deflator)


@cell_form(worth_of_a_euro)
def worth_of_a_euro_in_cells(factor: Expr, deflator: Expr) -> Expr:
    """The same, given the discount factor."""
    return factor / deflator


def discount_factors(rate: Floats) -> Floats:
    """1/(1+r)^t per year t = 0, 1, ...; where the rate changes at a year, each year is discounted at its own rate."""
    steps = 1 + rate
    steps[..., 0] = 1.0
    return np.asarray(1 / np.cumprod(steps, axis=-1))


def discount_step_in_cells(rate: Expr, axis: Axis) -> Expr:
    """1 + r, and 1 in the first year, which is not discounted."""
    return when(axis.index > 0, 1 + rate, 1)


@cell_form(discount_factors)
def discount_factors_in_cells(steps: Line) -> Expr:
    """The same, given the step of each year."""
    return 1 / product_so_far(steps)
