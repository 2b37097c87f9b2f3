"""People and their cost of care and support without any programme.

Answers how many people of a target group live in each area, and what each of them costs per pocket and year. Nothing
here knows what an intervention does. Shapes: (draw, area, year) unless said otherwise; euro nominal per year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from coalition.cells import Expr, Line, cell_form, largest, smallest
from coalition.inputs import Floats, Inputs, per_draw, ratio
from coalition.parties import Pocket
from coalition.prices import Prices, growth_factor
from coalition.region import OPEN_AGE, Region
from coalition.schema import Ages, RegionFiles, TargetGroup


@dataclass(frozen=True)
class Baseline:
    """The region on the clock, before any programme.

    Attributes:
        region: the tables.
        years: calendar years of the clock.
        prices: consumer price levels round the clock.
        people, insured_years: shape (area, age, year); static unless the table holds several years.
        pocket_growth: pocket -> cost level relative to its price year, shape (draw, year).
    """

    region: Region
    years: tuple[int, ...]
    prices: Prices
    people: Floats
    insured_years: Floats
    pocket_growth: dict[Pocket, Floats]

    def on_clock(self, counts: Floats) -> Floats:
        """Sums over people of the tables, shape (..., known year), per year of the clock."""
        return _on_clock(counts, self.region.years, self.years)

    def pocket_cost(self, pocket: Pocket) -> Floats:
        """Cost of everyone in a pocket by age, shape (draw, area, age, year); Zvw counts insured years."""
        heads = self.insured_years if pocket is Pocket.ZVW else self.people
        per_person = self.region.cost[pocket][:, :, None]
        return np.asarray((heads * per_person)[None] * self.pocket_growth[pocket][:, None, None, :])


def build_baseline(
    region: Region, files: RegionFiles, years: tuple[int, ...], prices: Prices, inputs: Inputs
) -> Baseline:
    """Put a region's tables on the clock."""
    growth = {
        pocket: growth_factor(inputs.of(files.growth_per_year[pocket]), region.price_year[pocket], years)
        for pocket in region.cost
    }
    return Baseline(
        region,
        years,
        prices,
        _on_clock(region.people, region.years, years),
        _on_clock(region.insured_years, region.years, years),
        growth,
    )


def _on_clock(counts: Floats, known: tuple[int, ...], years: tuple[int, ...]) -> Floats:
    """Counts per year of the clock: straight lines between known years, constant outside them."""
    if len(known) == 1:
        return np.broadcast_to(counts, (*counts.shape[:-1], len(years)))
    right = np.clip(np.searchsorted(known, years), 1, len(known) - 1)
    left = right - 1
    k = np.array(known, dtype=float)
    part = np.clip((np.array(years) - k[left]) / (k[right] - k[left]), 0, 1)
    return np.asarray(counts[..., left] * (1 - part) + counts[..., right] * part)


def _age_weights(ranges: Iterable[tuple[int, int]], region: Region) -> Floats:
    """Part of each age class that lies in a range, shape (range, age); people are spread evenly in a class."""
    first, last = np.array(list(ranges), dtype=float).reshape(-1, 2, 1).swapaxes(0, 1)
    low, high = np.maximum(region.age_from, first), np.minimum(region.age_to, last)
    return np.asarray(np.maximum(high - low + 1, 0) / (region.age_to - region.age_from + 1))


def age_weights(ages: Ages, region: Region) -> Floats:
    """Part of each age class that lies in the ages, shape (age,)."""
    return np.asarray(_age_weights([ends_of(ages)], region)[0])


@cell_form(age_weights)
def age_weights_in_cells(ends: tuple[Expr, Expr], age_from: Line, age_to: Line) -> Expr:
    """The same along the age classes, given the first and the last age."""
    return largest(smallest(age_to, ends[1]) - largest(age_from, ends[0]) + 1, 0) / (age_to - age_from + 1)


def ends_of(ages: Ages) -> tuple[int, int]:
    """First and last age."""
    return ages.from_, OPEN_AGE if ages.to is None else ages.to


def people_of_ages(baseline: Baseline, *ages: Ages) -> Floats:
    """People who have all of some ages, shape (area, year); nobody where the ranges do not meet."""
    firsts, lasts = zip(*map(ends_of, ages), strict=True)
    first, last = max(firsts), min(lasts)
    weights = _age_weights([(first, last)], baseline.region)
    return baseline.on_clock(weights @ baseline.region.people)[:, 0]


@dataclass(frozen=True)
class Group:
    """A target group on the clock.

    Attributes:
        people: persons or households, shape (draw, area, year).
        cost_per_person: pocket -> euro per unit per year, their cost multiplier included.
        age_weights: part of each age class that lies in the ages of the group, shape (age,).
    """

    people: Floats
    cost_per_person: dict[Pocket, Floats]
    age_weights: Floats


def build_groups(groups: Mapping[str, TargetGroup], baseline: Baseline, inputs: Inputs) -> dict[str, Group]:
    """Size and cost of target groups; a risk class is not yet taken into account.

    Args:
        groups: as the scenario states them, by id.
        baseline: the region on the clock.
        inputs: values of the numbers.
    """
    region = baseline.region
    weights = _age_weights([ends_of(g.ages) for g in groups.values()], region)
    heads = baseline.on_clock(weights @ region.people)
    means = {
        pocket: ratio(baseline.on_clock((weights * per_person[:, None]) @ region.people), heads)
        for pocket, per_person in region.cost.items()
    }
    growth = {pocket: per_year[:, None] for pocket, per_year in baseline.pocket_growth.items()}
    return {
        name: Group(
            _group_people(group, region, heads[None, :, k], inputs),
            {
                pocket: mean[:, k] * (growth[pocket] * _multiplier(group, pocket, region, inputs))
                for pocket, mean in means.items()
            },
            weights[k],
        )
        for k, (name, group) in enumerate(groups.items())
    }


def _group_people(group: TargetGroup, region: Region, in_ages: Floats, inputs: Inputs) -> Floats:
    if group.count is not None:
        return ratio(in_ages, in_ages.sum(axis=1, keepdims=True)) * per_draw(inputs.of(group.count), 2)
    assert group.share is not None  # the schema asks for share or count
    return in_ages * inputs.by_area(group.share, {a: own.share for a, own in group.areas.items()}, region.areas)


def _multiplier(group: TargetGroup, pocket: Pocket, region: Region, inputs: Inputs) -> Floats:
    """θ, shape (draw, area or 1, 1)."""
    regional = group.cost_multiplier_by_pocket.get(pocket, group.cost_multiplier)
    return inputs.by_area(regional, {a: own.cost_multiplier for a, own in group.areas.items()}, region.areas)
