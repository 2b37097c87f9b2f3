"""What a reader must know beside the figures: bounds, weak evidence, and what the model leaves out.

A note is a value: a code with facts. The sentences stand in outputs/labels.py in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from coalition.inputs import Floats
from coalition.joint import there_together
from coalition.model import Run
from coalition.money import HALF_CENT_EUR
from coalition.parties import NATURE, Pocket, PocketNature
from coalition.scenario import Scenario
from coalition.schema import Comparator, EuroEffect, EventsEffect, PolicyMethod, Spec, Touches

LARGE_PART = 0.5
"""Part of a region's whole cost of a cause above which an avoided amount needs a warning."""


@dataclass(frozen=True)
class Note:
    """Something to know.

    Attributes:
        code: key of the sentence.
        facts: what it names.
        serious: whether the figures should not be used before it is looked at.
        ask: what `coalition explain` is asked to see where its figures come from; empty when it has none.
    """

    code: str
    facts: dict[str, str] = field(default_factory=dict)
    serious: bool = False
    ask: tuple[str, ...] = ()


def notes_of(scenario: Scenario, run: Run) -> list[Note]:
    """All notes on a run, the serious ones first."""
    found = [
        *_large_effects(scenario, run),
        *_capped(scenario.spec, run),
        *_uncontrolled(scenario),
        *_lump_sums(scenario),
        *_shares_differ(scenario),
        *_baseline(scenario),
        *_zero_effects(scenario),
        *_extra_care(scenario, run),
        *_wages(scenario),
        *_gross_policies(scenario),
    ]
    once = {(n.code, tuple(n.facts.items())): n for n in found}
    return sorted(once.values(), key=lambda n: not n.serious)


def _large_effects(scenario: Scenario, run: Run) -> Iterator[Note]:
    """A cause's avoided cost against what the cause costs in the whole region, each in its dearest year."""
    people = run.projection.baseline.people
    for name, intervention in scenario.spec.interventions.items():
        group = run.projection.groups[intervention.target_group]
        heads = (people * group.age_weights[:, None]).sum(axis=(0, 1))
        for effect_name, effect in intervention.effects.items():
            avoided = sum(
                (
                    s.avoided[0].sum(axis=0)
                    for s in run.projection.streams
                    if (s.intervention, s.effect) == (name, effect_name)
                ),
                np.zeros(len(heads)),
            )
            whole = _cause_cost(effect, heads, run)
            if whole is None:
                continue
            part = np.max(np.divide(avoided, whole, out=np.zeros_like(avoided), where=whole > 0))
            if part > LARGE_PART:
                facts = {"intervention": intervention.name, "part": f"{part * 100:.0f} %"}
                ask = ("society", "--intervention", name)
                yield Note("large_effect", facts, serious=True, ask=ask)


def _cause_cost(effect: object, heads: Floats, run: Run) -> Floats | None:
    """What the cause of an effect costs in the whole region per year; None when it is not stated."""
    prices = run.projection.baseline.prices
    if isinstance(effect, EventsEffect):
        price = (
            effect.cost_per_event.value
            * prices.factor(effect.cost_per_event.index, effect.cost_per_event.price_year)[0]
        )
        return np.asarray(heads * effect.events_per_person_year.value * price)
    if isinstance(effect, EuroEffect) and effect.cause_cost_per_person is not None:
        stated = effect.cause_cost_per_person
        return np.asarray(heads * stated.value * prices.factor(stated.index, stated.price_year)[0])
    return None


def _capped(spec: Spec, run: Run) -> Iterator[Note]:
    """An intervention that alone would avoid more than its whole group costs, and was cut back to that."""
    totals: dict[tuple[str, Pocket], Floats] = {}
    for stream in run.projection.alone:
        key = (stream.intervention, stream.pocket)
        totals[key] = totals.get(key, np.zeros((1, 1, 1))) + stream.avoided
    for (name, pocket), avoided in totals.items():
        if pocket not in run.projection.baseline.region.cost:
            continue
        group_name = run.projection.group_of[name]
        group = run.projection.groups[group_name]
        cost = there_together(spec, group_name, group.people, [name]) * group.cost_per_person[pocket]
        if (avoided > cost * (1 + 1e-9) + HALF_CENT_EUR).any():
            facts = {"intervention": name, "pocket": pocket.value}
            yield Note("capped", facts, serious=True, ask=("society", "--intervention", name))


def _uncontrolled(scenario: Scenario) -> Iterator[Note]:
    for name, intervention in scenario.spec.interventions.items():
        for effect in intervention.effects.values():
            if effect.comparator is Comparator.UNCONTROLLED:
                text = effect.regression_to_mean or ""
                code = "uncontrolled" if text else "uncontrolled_unknown"
                facts = {"intervention": intervention.name, "regression": text}
                yield Note(code, facts, ask=(f"interventions.{name}.effects",))


def _lump_sums(scenario: Scenario) -> Iterator[Note]:
    for pocket, stated in scenario.spec.holders.cashable.items():
        if stated.from_year is not None and stated.from_year > scenario.spec.scenario.first_year:
            facts = {"pocket": pocket.value, "year": str(stated.from_year)}
            yield Note("lump_sum", facts, ask=(f"holders.cashable.{pocket.value}.from_year",))


def _shares_differ(scenario: Scenario) -> Iterator[Note]:
    for pocket, stated in scenario.spec.holders.cashable.items():
        if abs(stated.share.value - stated.capacity_removed_share.value) > 1e-9:
            facts = {
                "pocket": pocket.value,
                "cashable": f"{stated.share.value * 100:.0f} %",
                "removed": f"{stated.capacity_removed_share.value * 100:.0f} %",
            }
            yield Note("shares_differ", facts, ask=("holders.cashable",))


def _baseline(scenario: Scenario) -> Iterator[Note]:
    if len(scenario.region.years) == 1:
        yield Note("static_population", {"year": str(scenario.region.years[0])}, ask=("region.people",))
    if scenario.region.modelled:
        yield Note("modelled", {"pockets": ", ".join(sorted(p.value for p in scenario.region.modelled))})


def _zero_effects(scenario: Scenario) -> Iterator[Note]:
    """Interventions without any effect on money, so that nobody looks for it."""
    for intervention in scenario.spec.interventions.values():
        if not any(
            isinstance(e, Touches | EventsEffect) or hasattr(e, "pocket") for e in intervention.effects.values()
        ):
            yield Note("no_cash_effect", {"intervention": intervention.name})


def _extra_care(scenario: Scenario, run: Run) -> Iterator[Note]:
    """Pockets in which some care is added while avoided care is cashed only in part."""
    for pocket, stated in scenario.spec.holders.cashable.items():
        if stated.share.value < 1 and any(s.pocket is pocket and (s.avoided < 0).any() for s in run.projection.streams):
            yield Note("extra_care", {"pocket": pocket.value})


def _wages(scenario: Scenario) -> Iterator[Note]:
    """Benefits that end while the wage instead is stated as nothing; the first of them can be asked for."""
    for name, intervention in scenario.spec.interventions.items():
        for effect_name, effect in intervention.effects.items():
            wage = effect.wage_instead_per_year if isinstance(effect, Touches) else None
            if wage is not None and wage.value == 0:
                yield Note("note_wage", ask=(f"interventions.{name}.effects.{effect_name}.wage_instead_per_year",))
                return


def _gross_policies(scenario: Scenario) -> Iterator[Note]:
    """A policy told by published totals that do not say what is a transfer."""
    for policy in scenario.spec.gemeentepolis.values():
        if policy.method is PolicyMethod.MKBA:
            yield Note("mkba_gross", {"policy": policy.name})


@dataclass(frozen=True)
class Freed:
    """Capacity that is freed but stays: memo, no money.

    Attributes:
        pocket, intervention: where, and by what.
        avoided_eur: avoided turnover, euro nominal over the years shown; what adds care is left out.
        removed_share: part of the capacity that disappears.
        turnover_eur: the part of `avoided_eur` whose capacity stays.
        staff_hours: what that is in hours; None when the scenario states no hours per 1,000 euro.
    """

    pocket: Pocket
    intervention: str
    avoided_eur: float
    removed_share: float
    turnover_eur: float
    staff_hours: float | None


def freed_capacity(scenario: Scenario, run: Run) -> list[Freed]:
    """Per pocket of care and intervention what is freed but not removed."""
    shown = slice(0, len(run.clock.shown))
    sums: dict[tuple[Pocket, str], float] = {}
    for stream in run.projection.streams:
        if NATURE[stream.pocket] is PocketNature.CARE:
            key = (stream.pocket, stream.intervention)
            sums[key] = sums.get(key, 0.0) + float(np.clip(stream.avoided[0, :, shown], 0, None).sum())
    found = []
    for (pocket, intervention), avoided in sums.items():
        stated = scenario.spec.holders.cashable[pocket]
        removed, hours = stated.capacity_removed_share.value, stated.staff_hours_per_1000_eur
        turnover = avoided * (1 - removed)
        staff = None if hours is None else turnover / 1000 * hours.value
        found.append(Freed(pocket, intervention, avoided, removed, turnover, staff))
    return found


def freed_per_pocket(found: Iterable[Freed]) -> dict[Pocket, tuple[float, float | None]]:
    """Turnover and staff hours of freed capacity summed per pocket; hours None where none are stated."""
    sums: dict[Pocket, tuple[float, float | None]] = {}
    for freed in found:
        turnover, hours = sums.get(freed.pocket, (0.0, None))
        staff = hours if freed.staff_hours is None else (hours or 0.0) + freed.staff_hours
        sums[freed.pocket] = (turnover + freed.turnover_eur, staff)
    return sums
