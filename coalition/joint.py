"""What several interventions avoid together: factors on stand-alone streams.

Inside each target group, then between groups of the same ages, together never more than those people cost; in a pocket
without a baseline, never more than the ceiling that its effects state. The mathematics stands in overlap.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.baseline import Baseline, Group
from coalition.inputs import Floats, Inputs, aligned, per_draw, ratio
from coalition.kernels import at_most, kernel_years
from coalition.overlap import overlap_factors, shared_baseline
from coalition.parties import MUNICIPAL_POCKETS, Pocket
from coalition.schema import EventsEffect, Intervention, Spec, Touches
from coalition.streams import LIFE_YEARS, Stream

UNLIMITED_EUR = 1e15
"""Ceiling of an effect that states none; checks.py asks for one in a pocket without a baseline."""


@dataclass(frozen=True)
class Alone:
    """Interventions as if each were the only one.

    Attributes:
        spec, baseline, inputs: what they were made from.
        groups: target groups by id.
        streams: stand-alone avoided cost.
    """

    spec: Spec
    baseline: Baseline
    inputs: Inputs
    groups: Mapping[str, Group]
    streams: Sequence[Stream]


def after_overlap(alone: Alone) -> list[Stream]:
    """The streams after overlap, in the same order."""
    streams = list(alone.streams)
    for pocket in dict.fromkeys(s.pocket for s in streams):
        positions = [k for k, s in enumerate(alone.streams) if s.pocket is pocket]
        names = [alone.streams[k].intervention for k in positions]
        gains = np.maximum(aligned([alone.streams[k].avoided for k in positions]), 0)
        factors = _factors(alone, pocket, _per_intervention(names, gains))
        applied = np.where(gains > 0, aligned([factors[name] for name in names]), 1.0)  # extra cost is never diluted
        for k, factor in zip(positions, applied, strict=True):
            streams[k] = _scaled(streams[k], factor)
    return streams


def _scaled(stream: Stream, factor: Floats) -> Stream:
    return stream._replace(
        avoided=stream.avoided * factor,
        moved=stream.moved * factor if stream.pocket in MUNICIPAL_POCKETS else stream.moved,
        by_cohort=None if stream.by_cohort is None else stream.by_cohort * factor[:, :, None, :],
        wage=None if stream.wage is None else stream.wage * factor,
    )


def _per_intervention(names: Sequence[str], gains: Floats) -> dict[str, Floats]:
    """Gains of the same intervention added up."""
    sums: dict[str, Floats] = {}
    for name, gain in zip(names, gains, strict=True):
        sums[name] = sums[name] + gain if name in sums else gain
    return sums


def _factors(alone: Alone, pocket: Pocket, avoided: Mapping[str, Floats]) -> dict[str, Floats]:
    """Factor per intervention in one pocket, given what each avoids alone."""
    if pocket not in alone.baseline.region.cost:
        return _under_ceilings(alone, pocket, avoided)
    inside = _inside_groups(alone, pocket, avoided)
    between = _between_groups(alone, pocket, {n: avoided[n] * f for n, f in inside.items()})
    group_of = {name: alone.spec.interventions[name].target_group for name in avoided}
    return {name: f * between.get(group_of[name], 1.0) for name, f in inside.items()}


def _inside_groups(alone: Alone, pocket: Pocket, avoided: Mapping[str, Floats]) -> dict[str, Floats]:
    factors: dict[str, Floats] = {}
    for groups in _alike(alone, _by_group(alone.spec, avoided)):
        cost = aligned([_cost(alone, pocket, group, members) for group, members in groups.items()])
        rows = list(zip(*groups.values(), strict=True))  # the first member of each group, the second of each, ...
        gains = aligned([aligned([avoided[name] for name in row]) for row in rows])
        members = next(iter(groups.values()))
        pairs = _pairs(alone, members)
        found = overlap_factors(ratio(gains, cost), _reached(alone, pocket, groups) if pairs else None, pairs)
        found = np.where((cost <= 0) & (gains > 0), 0.0, found)  # who costs nothing can save nothing
        factors.update({name: f for row, of in zip(rows, found, strict=True) for name, f in zip(row, of, strict=True)})
    return factors


def _alike(alone: Alone, groups: Mapping[str, list[str]]) -> Iterable[dict[str, list[str]]]:
    """Groups with as many members are calculated together, one with a stated pair apart."""
    found: dict[tuple[int, str], dict[str, list[str]]] = {}
    for group, members in groups.items():
        apart = group if _pairs(alone, members) else ""
        found.setdefault((len(members), apart), {})[group] = members
    return found.values()


def _cost(alone: Alone, pocket: Pocket, group: str, members: list[str]) -> Floats:
    """What the people cost among whom effects can coincide."""
    return _there_together(alone, group, members) * alone.groups[group].cost_per_person[pocket]


def _reached(alone: Alone, pocket: Pocket, groups: Mapping[str, list[str]]) -> Floats:
    """Part of a group that each member reaches, 0-1; shape (member, group, draw, area, year)."""
    reached = [
        aligned([ratio(_active(alone, m, pocket), _there_together(alone, group, members)) for m in members])
        for group, members in groups.items()
    ]
    return np.clip(aligned(reached).swapaxes(0, 1), 0, 1)


def _pairs(alone: Alone, members: list[str]) -> dict[tuple[int, int], Floats]:
    """Stated pairs among the members of a group, by position."""
    return {
        (members.index(p.between[0]), members.index(p.between[1])): per_draw(alone.inputs.of(p.share_of_smaller), 2)
        for p in alone.spec.overlap
        if p.between[0] in members and p.between[1] in members
    }


def _there_together(alone: Alone, group_name: str, members: list[str]) -> Floats:
    return there_together(alone.spec, group_name, alone.groups[group_name].people, members)


def there_together(spec: Spec, group_name: str, people: Floats, members: Sequence[str]) -> Floats:
    """People in whom effects can work at the same time: of a yearly flow, those of as many years as effects last.

    Args:
        spec: the scenario.
        group_name: the target group; people: its size, shape (draw, area, year).
        members: interventions on it.
    """
    if not spec.target_groups[group_name].renewed_each_year:
        return people
    effects = [e for m in members for e in spec.interventions[m].effects.values()]
    longest = max((kernel_years(e.time) for e in effects), default=1)
    total = np.zeros_like(people)
    for j in range(min(longest, people.shape[-1])):
        total[..., j:] += people[..., : people.shape[-1] - j]
    return total


def _under_ceilings(alone: Alone, pocket: Pocket, avoided: Mapping[str, Floats]) -> dict[str, Floats]:
    """Factors in a pocket without a baseline: effects add up until the ceiling per unit is reached."""
    factors: dict[str, Floats] = {}
    for group_name, members in _by_group(alone.spec, avoided).items():
        ceilings = {m: _ceiling(alone, alone.spec.interventions[m], pocket) for m in members}
        active = {m: _active(alone, m, pocket) for m in members}
        own = {m: at_most(ceilings[m] * active[m], avoided[m]) for m in members}
        people = np.minimum(np.asarray(sum(active.values())), _there_together(alone, group_name, members))
        highest = np.maximum.reduce(np.broadcast_arrays(*ceilings.values()))
        together = at_most(highest * people, np.asarray(sum(avoided[m] * own[m] for m in members)))
        factors.update({m: own[m] * together for m in members})
    return factors


def _by_group(spec: Spec, names: Iterable[str]) -> dict[str, list[str]]:
    """Interventions per target group."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(spec.interventions[name].target_group, []).append(name)
    return groups


def _ceiling(alone: Alone, intervention: Intervention, pocket: Pocket) -> Floats:
    """Most that one unit can avoid per year, shape (draw, 1, year): the largest that an effect states."""
    stated = [
        effect.ceiling_per_unit
        for effect in intervention.effects.values()
        if (isinstance(effect, Touches) and effect.pocket is pocket)
        or (isinstance(effect, EventsEffect) and pocket in effect.split)
    ]
    amounts = [alone.baseline.prices.amount(c, alone.inputs)[:, None, :] for c in stated if c is not None]
    if len(amounts) < len(stated):
        return np.full((1, 1, 1), UNLIMITED_EUR)
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*amounts)))


def _active(alone: Alone, name: str, pocket: Pocket) -> Floats:
    """Participants in whom an intervention works on a pocket: the largest of its effects there."""
    found = [
        s.active for s in alone.streams if s.intervention == name and s.pocket is pocket and s.effect != LIFE_YEARS
    ]
    return np.maximum.reduce(np.broadcast_arrays(*found)) if found else np.zeros((1, 1, 1))


def _between_groups(alone: Alone, pocket: Pocket, avoided: Mapping[str, Floats]) -> dict[str, Floats]:
    """Factor per target group; ages on which groups have the same weights are taken together.

    A single group counts too: with a cost multiplier it may seem to cost more than all people of its ages. A yearly
    flow does not: its members of earlier years have grown out of its ages.
    """
    group_of = {name: alone.spec.interventions[name].target_group for name in avoided}
    standing = [n for n, group in group_of.items() if not alone.spec.target_groups[group].renewed_each_year]
    if not standing:
        return {}
    baseline, groups = alone.baseline, _by_group(alone.spec, standing)
    totals = aligned([np.asarray(sum(avoided[m] for m in members)) for members in groups.values()])
    weights = list(zip(*(alone.groups[g].age_weights.tolist() for g in groups), strict=True))
    patterns = list(dict.fromkeys(weights))
    blocks = _cost_of_blocks(baseline, pocket, np.array([[w == p for w in weights] for p in patterns], dtype=float))
    spread = np.array(patterns).T[:, :, None, None] * blocks  # of each group's cost over blocks; (group, block, ...)
    spread = ratio(spread, spread.sum(axis=1, keepdims=True))
    base = blocks[:, None] * baseline.pocket_growth[pocket][:, None]
    kept = shared_baseline(totals[:, None] * spread[:, :, None], base).sum(axis=1)
    factors = np.where(totals > 0, ratio(kept, totals), 1.0)
    return dict(zip(groups, factors, strict=True))


def _cost_of_blocks(baseline: Baseline, pocket: Pocket, ages: Floats) -> Floats:
    """Cost of everyone per block of ages, in euro of the pocket's price year; shape (block, area, year).

    Args:
        baseline: the region on the clock.
        pocket: with a cost table.
        ages: 1 for the age classes that form a block, else 0; shape (block, age).
    """
    by_age = baseline.region.people * baseline.region.cost[pocket][:, :, None]
    return baseline.on_clock((ages @ by_age).swapaxes(0, 1))
