"""People and their cost of care and support without any programme.

Answers how many people of a target group live in each area, and what each of them costs per pocket and year. Nothing
here knows what an intervention does. Shapes: (draw, area, year) unless said otherwise; euro nominal per year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.inputs import Floats, Inputs, per_draw
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
        return np.repeat(counts, len(years), axis=-1)
    right = np.clip(np.searchsorted(known, years), 1, len(known) - 1)
    left = right - 1
    k = np.array(known, dtype=float)
    part = np.clip((np.array(years) - k[left]) / (k[right] - k[left]), 0, 1)
    return np.asarray(counts[..., left] * (1 - part) + counts[..., right] * part)


def age_weights(ages: Ages, region: Region) -> Floats:
    """Part of each age class that lies in the range, shape (age,); people are spread evenly inside a class."""
    last = OPEN_AGE if ages.to is None else ages.to
    low = np.maximum(region.age_from, ages.from_)
    high = np.minimum(region.age_to, last)
    return np.asarray(np.clip(high - low + 1, 0, None) / (region.age_to - region.age_from + 1))


@dataclass(frozen=True)
class Group:
    """A target group on the clock.

    Attributes:
        people: persons or households, shape (draw, area, year).
        cost_per_person: pocket -> euro per unit per year, their cost multiplier included.
        age_mix: pocket -> part of the group's cost per age class, shape (area, age, year).
    """

    people: Floats
    cost_per_person: dict[Pocket, Floats]
    age_mix: dict[Pocket, Floats]


def build_group(group: TargetGroup, baseline: Baseline, inputs: Inputs, prevalence: Floats | None = None) -> Group:
    """Size and cost of a target group.

    Args:
        group: as the scenario states it.
        baseline: the region on the clock.
        inputs: values of the numbers.
        prevalence: share of people in the group's risk class, shape (draw, area, year); None without a risk class.
    """
    weights = age_weights(group.ages, baseline.region)[:, None]
    in_ages = baseline.people * weights
    people = _group_people(group, baseline.region, in_ages.sum(axis=1)[None], inputs)
    if prevalence is not None:
        people = people * prevalence
    costs, mixes = {}, {}
    for pocket, per_person in baseline.region.cost.items():
        by_age = in_ages * per_person[:, :, None]
        total, heads = by_age.sum(axis=1), in_ages.sum(axis=1)
        mean = np.divide(total, heads, out=np.zeros_like(total), where=heads > 0)
        costs[pocket] = (
            mean[None]
            * baseline.pocket_growth[pocket][:, None, :]
            * _multiplier(group, pocket, baseline.region, inputs)
        )
        mixes[pocket] = np.divide(by_age, total[:, None], out=np.zeros_like(by_age), where=total[:, None] > 0)
    return Group(people, costs, mixes)


def _group_people(group: TargetGroup, region: Region, in_ages: Floats, inputs: Inputs) -> Floats:
    if group.count is not None:
        total = in_ages.sum(axis=1, keepdims=True)
        spread = np.divide(in_ages, total, out=np.zeros_like(in_ages), where=total > 0)
        return np.asarray(spread * per_draw(inputs.of(group.count), 2))
    shares = []
    for area in region.areas:
        own = group.areas.get(area)
        stated = own.share if own is not None and own.share is not None else group.share
        assert stated is not None  # the schema asks for share or count
        shares.append(inputs.of(stated))
    return np.asarray(in_ages * np.stack(np.broadcast_arrays(*shares), axis=-1)[:, :, None])


def _multiplier(group: TargetGroup, pocket: Pocket, region: Region, inputs: Inputs) -> Floats:
    """θ per area, shape (draw, area, 1)."""
    regional = group.cost_multiplier_by_pocket.get(pocket, group.cost_multiplier)
    values = []
    for area in region.areas:
        own = group.areas.get(area)
        stated = own.cost_multiplier if own is not None and own.cost_multiplier is not None else regional
        values.append(inputs.of(stated))
    return np.stack(np.broadcast_arrays(*values), axis=-1)[:, :, None]
