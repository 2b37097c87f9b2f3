"""What an allocation problem is made of: limits, wishes and what each start brings; values only.

Names of the fields are those of the formulas in optimise.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coalition.candidates import Candidates
from coalition.coefficients import Coefficients
from coalition.solver import Floats

THOUSAND = 1000.0
"""Euros are counted in thousands, so that the solver sees numbers near 1."""
Bools = NDArray[np.bool_]
Link = tuple[str, str]
CLEARING = "clearing"
"""Through which parties pay each other where every payment is allowed."""


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
