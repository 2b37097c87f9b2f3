"""What several interventions avoid together: factors on stand-alone streams.

Inside each target group, then between groups of the same ages, together never more than those people cost; in a pocket
without a baseline, never more than the ceiling that its effects state. The mathematics stands in overlap.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.baseline import Baseline, Group, age_weights
from coalition.inputs import Floats, Inputs, per_draw, ratio
from coalition.kernels import at_most, kernel_years
from coalition.overlap import overlap_factors, shared_baseline
from coalition.parties import Pocket
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


def scaled(stream: Stream, factor: Floats) -> Stream:
    """A stream after overlap; extra cost is never diluted."""
    factor = np.where(stream.avoided > 0, factor, 1.0)
    return replace(
        stream,
        avoided=stream.avoided * factor,
        moved=stream.moved * factor,
        by_cohort=None if stream.by_cohort is None else stream.by_cohort * factor[:, :, None, :],
        wage=None if stream.wage is None else stream.wage * factor,
    )


def joint_factors(alone: Alone) -> dict[tuple[str, Pocket], Floats]:
    """Factor per intervention and pocket on its stand-alone avoided cost; 1 where it raises cost."""
    factors: dict[tuple[str, Pocket], Floats] = {}
    for pocket, avoided in _gains_by_pocket(alone.streams).items():
        if pocket not in alone.baseline.region.cost:
            factors.update(_under_ceilings(alone, pocket, avoided))
            continue
        inside = _inside_groups(alone, pocket, avoided)
        between = _between_groups(alone, pocket, {n: avoided[n] * f for n, f in inside.items()})
        for name, factor in inside.items():
            group = alone.spec.interventions[name].target_group
            factors[name, pocket] = np.where(avoided[name] > 0, factor * between.get(group, np.ones(1)), 1.0)
    return factors


def _gains_by_pocket(streams: Sequence[Stream]) -> dict[Pocket, dict[str, Floats]]:
    """Avoided cost per pocket and intervention; what raises cost is left out."""
    found: dict[Pocket, dict[str, Floats]] = {}
    for stream in streams:
        per_intervention = found.setdefault(stream.pocket, {})
        gains = np.clip(stream.avoided, 0, None)
        per_intervention[stream.intervention] = per_intervention.get(stream.intervention, 0.0) + gains
    return found


def _inside_groups(alone: Alone, pocket: Pocket, avoided: Mapping[str, Floats]) -> dict[str, Floats]:
    factors: dict[str, Floats] = {}
    for group_name, members in _by_group(alone.spec, avoided).items():
        people = _there_together(alone, group_name, members)
        cost = people * alone.groups[group_name].cost_per_person[pocket]
        shares = np.stack(np.broadcast_arrays(*(ratio(avoided[m], cost) for m in members)))
        active = (np.clip(ratio(_active(alone, m, pocket), people), 0, 1) for m in members)
        reached = np.stack(np.broadcast_arrays(*active))
        shape = np.broadcast_shapes(shares.shape, reached.shape)
        found = overlap_factors(np.broadcast_to(shares, shape), np.broadcast_to(reached, shape), _pairs(alone, members))
        for member, factor in zip(members, found, strict=True):
            nothing = (cost <= 0) & (avoided[member] > 0)  # who costs nothing can save nothing
            factors[member] = np.where(nothing, 0.0, factor)
    return factors


def _pairs(alone: Alone, members: list[str]) -> dict[tuple[int, int], Floats]:
    """Stated pairs among the members of a group, by position."""
    return {
        (members.index(p.between[0]), members.index(p.between[1])): per_draw(alone.inputs.of(p.share_of_smaller), 2)
        for p in alone.spec.overlap
        if p.between[0] in members and p.between[1] in members
    }


def _there_together(alone: Alone, group_name: str, members: list[str]) -> Floats:
    """People in whom effects can work at the same time: of a yearly flow, those of as many years as effects last."""
    people = alone.groups[group_name].people
    if not alone.spec.target_groups[group_name].renewed_each_year:
        return people
    effects = [e for m in members for e in alone.spec.interventions[m].effects.values()]
    longest = max(kernel_years(e.time) for e in effects)
    total = np.zeros_like(people)
    for j in range(min(longest, people.shape[-1])):
        total[..., j:] += people[..., : people.shape[-1] - j]
    return total


def _under_ceilings(alone: Alone, pocket: Pocket, avoided: Mapping[str, Floats]) -> dict[tuple[str, Pocket], Floats]:
    """Factors in a pocket without a baseline: effects add up until the ceiling per unit is reached."""
    factors: dict[tuple[str, Pocket], Floats] = {}
    for group_name, members in _by_group(alone.spec, avoided).items():
        ceilings = {m: _ceiling(alone, alone.spec.interventions[m], pocket) for m in members}
        active = {m: _active(alone, m, pocket) for m in members}
        own = {m: at_most(ceilings[m] * active[m], avoided[m]) for m in members}
        people = np.minimum(np.asarray(sum(active.values())), _there_together(alone, group_name, members))
        highest = np.maximum.reduce(np.broadcast_arrays(*ceilings.values()))
        together = at_most(highest * people, np.asarray(sum(avoided[m] * own[m] for m in members)))
        factors.update({(m, pocket): own[m] * together for m in members})
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

    A single group counts too: with a cost multiplier it may seem to cost more than all people of its ages.
    """
    spec, baseline = alone.spec, alone.baseline
    totals: dict[str, Floats] = {}
    for name, amount in avoided.items():
        group = spec.interventions[name].target_group
        totals[group] = totals.get(group, 0.0) + np.clip(amount, 0, None)
    weights = np.stack([age_weights(spec.target_groups[g].ages, baseline.region) for g in totals])
    patterns, block_of_age = np.unique(weights, axis=1, return_inverse=True)
    by_age = baseline.people * baseline.region.cost[pocket][:, :, None]
    blocks = [by_age[:, block_of_age.ravel() == k].sum(axis=1) for k in range(patterns.shape[1])]
    growth = baseline.pocket_growth[pocket][:, None, :]
    spread = {g: _spread_over_blocks(row, blocks) for g, row in zip(totals, patterns, strict=True)}
    kept: dict[str, Floats] = {g: np.zeros((1, 1, 1)) for g in totals}
    for k, cost in enumerate(blocks):
        here = [g for g, row in zip(totals, patterns, strict=True) if row[k] > 0]
        parts = [totals[g] * spread[g][k] for g in here]
        for group, own in zip(here, shared_baseline(parts, cost[None] * growth), strict=True):
            kept[group] = kept[group] + own
    return {g: np.where(amount > 0, ratio(kept[g], amount), 1.0) for g, amount in totals.items()}


def _spread_over_blocks(weights: Floats, blocks: Sequence[Floats]) -> list[Floats]:
    """Part of a group's cost that lies in each block of ages, shape (area, year) per block."""
    parts = [w * cost for w, cost in zip(weights, blocks, strict=True)]
    whole = np.asarray(sum(parts))
    return [np.divide(p, whole, out=np.zeros_like(p), where=whole > 0) for p in parts]
