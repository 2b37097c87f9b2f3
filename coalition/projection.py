"""From starters to delivery cost, avoided cost and health, before anyone is paid.

A cohort that starts in year s works in year t by a kernel that depends on t − s alone, times what one year of effect
is worth in year t; everything is linear in starters until overlap is taken into account. Nothing here knows a holder,
a contract or a payer. Shapes: (draw, area, year) unless said otherwise; euro nominal; positive = cost avoided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalition.baseline import Baseline, Group, build_groups, people_of_ages
from coalition.gemeentepolis import module_cover
from coalition.inputs import Floats, Inputs, aligned, per_draw, ratio
from coalition.joint import Alone, after_overlap
from coalition.kernels import at_most, over_cohorts, per_cohort, potential_impact, staying, time_weights
from coalition.numbers import Euro
from coalition.parties import MUNICIPAL_POCKETS, NATURE, Pocket, PocketNature
from coalition.schema import (
    Approach,
    CareKind,
    Comparator,
    EffectBase,
    EuroEffect,
    EventsEffect,
    Intervention,
    MonetisedEffect,
    Per,
    PolicyModule,
    QalyEffect,
    RelativeEffect,
    RiskFactor,
    ShiftEffect,
    Spec,
    TargetGroup,
    TimeProfile,
    Touches,
    starts_in,
)
from coalition.streams import LIFE_YEARS, Delivery, Projection, Stream, Welfare

Years = NDArray[np.int64]

MEMBERS_POCKETS = frozenset({Pocket.ZVW, Pocket.AANVULLENDE_VERZEKERING})
"""Purses of insurers: there it matters where the members of one are insured by then."""


def project(spec: Spec, baseline: Baseline, inputs: Inputs, *, overlap: bool = True) -> Projection:
    """Project every intervention of a scenario.

    Args:
        spec, baseline, inputs: what is projected.
        overlap: whether interventions on the same people divide what they avoid together; without it each is as if it
            were the only one, and everything is linear in starters.
    """
    engine = _Engine(spec, baseline, inputs)
    population = [name for name, i in spec.interventions.items() if i.approach is Approach.POPULATION]
    for name in population:
        engine.add([name])
    engine.add([name for name in spec.interventions if name not in population])
    streams = list(engine.streams)
    if overlap:
        streams = after_overlap(Alone(spec, baseline, inputs, engine.groups, engine.streams))
    by_file_order = list(spec.interventions).index
    streams.sort(key=lambda s: by_file_order(s.intervention))
    group_of = {name: i.target_group for name, i in spec.interventions.items()}
    return Projection(
        baseline,
        engine.groups,
        group_of,
        engine.starters,
        engine.enrolled,
        engine.deliveries,
        engine.streams,
        streams,
        engine.welfare,
    )


# --- interventions ------------------------------------------------------------------------------------------------


class _Work(NamedTuple):
    """In whom one effect works.

    Attributes:
        kernel: years of effect per year since the start on who is still alive, shape (draw, year).
        active: participants in whom it works, in person-years.
        moved: those of them who have left the area.
    """

    kernel: Floats
    active: Floats
    moved: Floats


class _Engine:
    """Collects what each intervention does; population approaches come first, because they change risk classes."""

    def __init__(self, spec: Spec, baseline: Baseline, inputs: Inputs) -> None:
        self.spec, self.baseline, self.inputs = spec, baseline, inputs
        self.years, self.areas = np.array(baseline.years), baseline.region.areas
        used = dict.fromkeys(i.target_group for i in spec.interventions.values())
        self.without_risk_class = build_groups({g: spec.target_groups[g] for g in used}, baseline, inputs)
        self.groups: dict[str, Group] = {}
        self.starters: dict[str, Floats] = {}
        self.enrolled: dict[str, Floats] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.streams: list[Stream] = []
        self.welfare: list[Welfare] = []
        self.shifted: dict[str, dict[str, tuple[ShiftEffect, TargetGroup, Floats]]] = {}

    def add(self, names: Sequence[str]) -> None:
        """Project interventions that do not change each other's groups."""
        for name in names:
            intervention = self.spec.interventions[name]
            group = self.group(intervention.target_group)
            self.starters[name], self.enrolled[name] = self._starters(intervention, group)
            self.deliveries[name] = self._delivery(name, intervention, group)
        work = self._work([(name, effect) for name in names for effect in self.spec.interventions[name].effects])
        for name in names:
            for effect_name in self.spec.interventions[name].effects:
                self._effect(name, effect_name, work[name, effect_name])
            self._life_years(name)

    def group(self, name: str) -> Group:
        """A target group, taken when first needed, so that a shifted risk factor has changed it."""
        if name not in self.groups:
            group = self.without_risk_class[name]
            prevalence = self._prevalence(self.spec.target_groups[name])
            self.groups[name] = group if prevalence is None else replace(group, people=group.people * prevalence)
        return self.groups[name]

    def _prevalence(self, group: TargetGroup) -> Floats | None:
        """Share of people in a group's risk class after the shifts of all population approaches."""
        if group.risk_class is None:
            return None
        factor = self.spec.risk_factors[group.risk_class.factor]
        before = per_draw(self.inputs.of(factor.classes[group.risk_class.class_].prevalence), 2)
        prevalence = before * np.ones((1, len(self.baseline.region.areas), len(self.years)))
        own = people_of_ages(self.baseline, group.ages)
        for effect, acted_on, share in self.shifted.get(group.risk_class.factor, {}).values():
            after = per_draw(self.inputs.of(effect.shifted[group.risk_class.class_]), 2)
            here = ratio(people_of_ages(self.baseline, group.ages, acted_on.ages), own)
            prevalence = prevalence + share * here * (after - before)
        return np.clip(prevalence, 0, 1)

    # starters

    def _starters(self, intervention: Intervention, group: Group) -> tuple[Floats, Floats]:
        """Starters, and those of them with the policy module."""
        reach = self.inputs.by_area(
            intervention.reach, {a: own.reach for a, own in intervention.per_area.items()}, self.areas
        )
        eligible = group.people * self._timing(intervention) * self._members(intervention)
        enrolled = np.zeros_like(eligible)
        if intervention.policy_module is not None:
            module = intervention.policy_module
            covered, _ = self._cover(module)
            part = per_draw(self.inputs.of(module.enrolled_share_of_group), 2) * covered
            enrolled = eligible * part * per_draw(self.inputs.of(module.reach), 2)
            eligible = eligible * (1 - part)
        starters = eligible * reach + enrolled
        limit = self._capacity(intervention, starters)
        return starters * limit, enrolled * limit

    def _cover(self, module: PolicyModule) -> tuple[Floats, Floats]:
        return module_cover(self.spec.gemeentepolis, module.module, self.baseline, self.inputs)

    def _timing(self, intervention: Intervention) -> Floats:
        """Part of the full reach that starts per area and year, shape (area, year).

        A high-risk programme starts a cohort every year; a population approach reaches people once, in steps.
        """
        first, last = self._spans(intervention)
        running = (self.years >= first) & (self.years <= last)
        since = np.minimum(np.maximum(self.years - first, 0), len(intervention.ramp_up) - 1)
        level = np.array(intervention.ramp_up)[since] * running
        if intervention.approach is Approach.POPULATION:
            level = np.diff(level, prepend=0.0, axis=-1) * running
        return level * self._here(intervention)

    def _spans(self, intervention: Intervention) -> tuple[Years, Years]:
        """First and last start year, each of shape (area, 1); (1, 1) where no area has its own."""
        areas = self.areas if intervention.per_area else self.areas[:1]
        starts = [starts_in(intervention, area) for area in areas]
        return np.array([[s.first] for s in starts]), np.array([[s.last] for s in starts])

    def _here(self, intervention: Intervention) -> Floats:
        """1 in the areas of the intervention, else 0; shape (area, 1)."""
        if intervention.areas == "all":
            return np.ones((len(self.areas), 1))
        return np.array([[float(area in intervention.areas)] for area in self.areas])

    def _members(self, intervention: Intervention) -> Floats:
        """Part of the group that may take part, shape (draw, area, 1): for members of one insurer its market share."""
        if intervention.members_of is None:
            return np.ones((1, 1, 1))
        position = list(self.spec.parties.insurers).index(intervention.members_of)
        shares = area_market_shares(self.spec, self.baseline.region.areas, self.inputs)
        return shares[:, :, position, None]

    def _completion(self, intervention: Intervention) -> Floats:
        """Part of the starters who complete, shape (draw, area or 1, 1)."""
        own = {area: stated.completion for area, stated in intervention.per_area.items()}
        return self.inputs.by_area(intervention.completion, own, self.areas)

    def _capacity(self, intervention: Intervention, starters: Floats) -> Floats:
        """Factor, at most 1, that keeps starters within the capacity of each area and of the whole."""
        factor = np.ones((1, 1, 1))
        limits = {a: own.capacity_per_year for a, own in intervention.per_area.items()}
        if any(limits.values()):
            stated = [limits.get(a) for a in self.areas]
            known = aligned([np.full(1, np.inf) if n is None else self.inputs.of(n) for n in stated])
            factor = at_most(known.T[:, :, None], starters)
        if intervention.capacity_per_year is not None:
            total = (starters * factor).sum(axis=1, keepdims=True)
            factor = factor * at_most(per_draw(self.inputs.of(intervention.capacity_per_year), 2), total)
        return factor

    # delivery

    def _delivery(self, name: str, intervention: Intervention, group: Group) -> Delivery:
        units = self._unit_costs(intervention)
        by_module = self._by_module(name, intervention, units)
        parts = [
            self._present(intervention, self.starters[name], group, j) * unit - paid
            for j, (unit, paid) in enumerate(zip(units, by_module, strict=True))
        ]
        return Delivery(parts, self._fixed(intervention, group), np.asarray(sum(by_module)))

    def _by_module(self, name: str, intervention: Intervention, units: Sequence[Floats]) -> list[Floats]:
        """What the policy module pays per programme year, in the year of the cost."""
        if intervention.policy_module is None:
            return [np.zeros((1, len(self.areas), len(self.years)))] * len(units)
        covered, left = self._cover(intervention.policy_module)
        paid = []
        for j, unit in enumerate(units):
            per_starter = np.minimum(unit, _later(left, j)) * covered  # a policy that has ended pays nothing
            left = left - _earlier(per_starter, j)
            paid.append(_later(self.enrolled[name], j) * per_starter)
        return paid

    def _unit_costs(self, intervention: Intervention) -> list[Floats]:
        """Cost per starter in the programme years 0, 1, ... after the start, shape (draw, area or 1, year)."""
        cost, completion = intervention.cost, self._completion(intervention)
        units = [np.zeros((1, 1, len(self.years)))] * max(len(cost.per_starter), len(cost.per_completer), 1)
        for j, amount in enumerate(cost.per_starter):
            units[j] = units[j] + self.price(amount)
        for j, amount in enumerate(cost.per_completer):
            units[j] = units[j] + completion * self.price(amount)
        return units

    def _present(self, intervention: Intervention, starters: Floats, group: Group, years: int) -> Floats:
        """Starters of j years ago on this year's place; a place also serves those who have come to live there since."""
        if not self._grows(intervention):
            return _later(starters, years)
        return _later(ratio(starters, group.people), years) * group.people

    def _grows(self, intervention: Intervention) -> bool:
        """Whether the approach is of a place whose number of people changes over the years."""
        return intervention.approach is Approach.POPULATION and len(self.baseline.region.years) > 1

    def price(self, amount: Euro) -> Floats:
        """A stated amount in the euros of each year, shape (draw, 1, year)."""
        return self.baseline.prices.amount(amount, self.inputs)[:, None, :]

    def _fixed(self, intervention: Intervention, group: Group) -> Floats:
        """Fixed cost while people can start, spread over the areas by the size of the group."""
        if intervention.cost.fixed_per_year is None:
            return np.zeros((1, len(self.baseline.region.areas), len(self.years)))
        here = self._here(intervention)
        first, last = self._spans(intervention)
        running = ((self.years >= first) & (self.years <= last) & (here > 0)).any(axis=0)
        size = group.people * here
        total = size.sum(axis=1, keepdims=True)
        evenly = np.broadcast_to(here / max(here.sum(), 1), size.shape).copy()
        spread = np.divide(size, total, out=evenly, where=total > 0)
        return np.asarray(spread * running * self.price(intervention.cost.fixed_per_year))

    # effects

    def _work(self, effects: Sequence[tuple[str, str]]) -> dict[tuple[str, str], _Work]:
        """In whom each effect of some interventions works, all of them in one go."""
        if not effects:
            return {}
        interventions = [self.spec.interventions[name] for name, _ in effects]
        stated = [i.effects[effect] for i, (_, effect) in zip(interventions, effects, strict=True)]
        kernels, gone = self._kernels(interventions, [e.time for e in stated])
        starters = aligned([self._starting(name) for name, _ in effects])
        rows = zip(effects, kernels, over_cohorts(starters, kernels), over_cohorts(starters, gone), strict=True)
        return {
            (name, effect): _Work(kernel, self._participants(name, active), moved)
            for (name, effect), kernel, active, moved in rows
        }

    def _kernels(self, interventions: Sequence[Intervention], times: Sequence[TimeProfile]) -> tuple[Floats, Floats]:
        """Years of effect on who is alive per year since the start, and the part of it on who has moved away."""
        years = len(self.years)
        follow_up = np.array([[time.follow_up_years] for time in times])
        alive = staying(aligned([self._survival(i) for i in interventions]), follow_up, years)
        stay = staying(1 - aligned([self._moves(i) for i in interventions]), follow_up, years)
        kernels = time_weights(times, self.inputs, years) * alive
        return kernels, kernels * (1 - stay)

    def _survival(self, intervention: Intervention) -> Floats:
        """Share of participants alive a year later, shape (draw,); a place keeps its effect when people die."""
        if intervention.approach is Approach.POPULATION:
            return np.ones(1)
        if intervention.life_years is not None:
            return self._survival_with(intervention)
        return self.inputs.of(self.spec.target_groups[intervention.target_group].survival_per_year)

    def _moves(self, intervention: Intervention) -> Floats:
        """Share of participants who move away in a year, shape (draw,); a place keeps its effect."""
        if intervention.approach is Approach.POPULATION:
            return np.zeros(1)
        return self.inputs.of(self.spec.target_groups[intervention.target_group].moves_per_year)

    def _starting(self, name: str) -> Floats:
        """What a cohort is counted in: people, or the part of a place whose number of people changes."""
        intervention = self.spec.interventions[name]
        if not self._grows(intervention):
            return self.starters[name]
        return ratio(self.starters[name], self.groups[intervention.target_group].people)

    def _participants(self, name: str, active: Floats) -> Floats:
        """Person-years in which an effect works, given what a cohort is counted in."""
        intervention = self.spec.interventions[name]
        return active * self.groups[intervention.target_group].people if self._grows(intervention) else active

    def _effect(self, name: str, effect_name: str, work: _Work) -> None:
        intervention = self.spec.interventions[name]
        effect, group = intervention.effects[effect_name], self.groups[intervention.target_group]
        correction = self._correction(intervention, effect)
        if isinstance(effect, ShiftEffect) and not self._has_shifted(name, effect.factor):
            acted_on = self.spec.target_groups[intervention.target_group]
            share = ratio(work.active, people_of_ages(self.baseline, acted_on.ages)) * correction
            self.shifted.setdefault(effect.factor, {})[name] = (effect, acted_on, share)
        if isinstance(effect, QalyEffect | MonetisedEffect):
            self._welfare(name, effect_name, effect, work.active * correction)
            return
        for pocket, value in self._values(group, effect).items():
            self._stream(name, effect_name, pocket, value * correction, work)

    def _has_shifted(self, name: str, factor: str) -> bool:
        """Whether this intervention already shifted the factor: once, however many pockets feel it."""
        return name in self.shifted.get(factor, {})

    def _correction(self, intervention: Intervention, effect: EffectBase) -> Floats:
        """Completion and deadweight, each only where the effect was not already measured with it."""
        factor = per_draw(self.inputs.effect_scale, 2)
        if effect.per is Per.COMPLETER:
            factor = factor * self._completion(intervention)
        if effect.comparator is Comparator.UNCONTROLLED and effect.deadweight is not None:
            factor = factor * (1 - per_draw(self.inputs.of(effect.deadweight), 2))
        return factor

    def _values(self, group: Group, effect: EffectBase) -> dict[Pocket, Floats]:
        """Worth of one participant's year of full effect, per pocket: shape (draw, area or 1, year)."""
        of = self.inputs.of
        if isinstance(effect, RelativeEffect):
            share = per_draw(of(effect.reduction) * of(effect.cause_share), 2)
            return {effect.pocket: share * group.cost_per_person[effect.pocket]}
        if isinstance(effect, EuroEffect):
            return {effect.pocket: self.price(effect.avoided_per_year)}
        if isinstance(effect, EventsEffect):
            events = of(effect.events_per_person_year) * of(effect.risk_multiplier) * of(effect.reduction)
            value = per_draw(events, 2) * self.price(effect.cost_per_event)
            return {pocket: per_draw(part, 2) * value for pocket, part in self._split(effect).items()}
        assert isinstance(effect, ShiftEffect)
        pif = self._impact(self.spec.risk_factors[effect.factor], effect)
        share = per_draw(pif * of(effect.cause_share), 2)
        return {effect.pocket: share * group.cost_per_person[effect.pocket]}

    def _split(self, effect: EventsEffect) -> dict[Pocket, Floats]:
        """Part of an event's cost per pocket, shape (draw,); together 1 in every draw."""
        stated = self.inputs.several(effect.split.values())
        return dict(zip(effect.split, (stated / stated.sum(axis=-1, keepdims=True)).T, strict=True))

    def _impact(self, factor: RiskFactor, effect: ShiftEffect) -> Floats:
        names = list(factor.classes)
        return potential_impact(
            self.inputs.several(factor.classes[c].prevalence for c in names),
            self.inputs.several(effect.shifted[c] for c in names),
            self.inputs.several(factor.classes[c].relative_risk for c in names),
        )

    def _stream(self, name: str, effect_name: str, pocket: Pocket, value: Floats, work: _Work) -> None:
        """Avoided cost of an effect in one pocket, given what a participant's year is worth there."""
        intervention = self.spec.interventions[name]
        effect = intervention.effects[effect_name]
        assert isinstance(effect, Touches | EventsEffect | ShiftEffect)  # the others touch no pocket
        avoided = work.active * value
        moved = work.moved * value if pocket in MUNICIPAL_POCKETS else np.zeros((1, 1, 1))
        by_cohort = active_by_cohort = None
        if intervention.members_of is not None and pocket in MEMBERS_POCKETS:
            active_by_cohort = per_cohort(self.starters[name], work.kernel)
            by_cohort = active_by_cohort * value[:, :, None, :]
        if effect.includes_delivery:
            part = self._correction(intervention, effect)
            if isinstance(effect, EventsEffect):
                part = part * per_draw(self._split(effect)[pocket], 2)
            avoided = avoided + self.deliveries[name].total * part
            if by_cohort is not None:
                by_cohort = _add_delivery(by_cohort, self.deliveries[name], part)
        earned = None
        if isinstance(effect, Touches) and effect.wage_instead_per_year is not None:
            earned = work.active * self._correction(intervention, effect) * self.price(effect.wage_instead_per_year)
        kind = effect.care_kind if pocket is Pocket.ZVW else None
        self.streams.append(
            Stream(name, effect_name, pocket, kind, avoided, moved, by_cohort, earned, work.active, active_by_cohort)
        )

    def _survival_with(self, intervention: Intervention) -> Floats:
        assert intervention.life_years is not None
        without = self.inputs.of(intervention.life_years.survival_without_per_year)
        with_ = self.inputs.of(intervention.life_years.survival_with_per_year)
        return without + self.inputs.effect_scale * (with_ - without)

    def _life_years(self, name: str) -> None:
        """Care in gained life-years: −c0·Σ n·(S1 − S0), in every pocket of care with a baseline."""
        intervention = self.spec.interventions[name]
        if intervention.life_years is None:
            return
        years = len(self.years)
        follow_up = max((e.time.follow_up_years for e in intervention.effects.values()), default=0.0)
        without = staying(self.inputs.of(intervention.life_years.survival_without_per_year), follow_up, years)
        gained = staying(self._survival_with(intervention), follow_up, years) - without
        gone = gained * (1 - staying(1 - self._moves(intervention), follow_up, years))
        starters = self.starters[name]
        extra = over_cohorts(starters, gained)
        for pocket, cost in self.groups[intervention.target_group].cost_per_person.items():
            if NATURE[pocket] is not PocketNature.CARE:
                continue
            kind = CareKind.MEDICINE_AND_DIAGNOSIS if pocket is Pocket.ZVW else None
            moved = -over_cohorts(starters, gone) * cost if pocket in MUNICIPAL_POCKETS else np.zeros((1, 1, 1))
            cohort = by_cohort = None
            if intervention.members_of is not None and pocket in MEMBERS_POCKETS:
                by_cohort = per_cohort(starters, gained)
                cohort = -by_cohort * cost[:, :, None, :]
            self.streams.append(
                Stream(name, LIFE_YEARS, pocket, kind, -extra * cost, moved, cohort, None, extra, by_cohort)
            )

    def _welfare(self, name: str, effect_name: str, effect: QalyEffect | MonetisedEffect, work: Floats) -> None:
        if isinstance(effect, QalyEffect):
            amounts, label = work * per_draw(self.inputs.of(effect.gain), 2), "QALY"
        else:
            amounts, label = work * self.price(effect.value_per_year), effect.label
        self.welfare.append(Welfare(name, effect_name, label, isinstance(effect, QalyEffect), amounts))


def area_market_shares(spec: Spec, areas: tuple[str, ...], inputs: Inputs) -> Floats:
    """Market share per area and insurer, shape (draw, area, insurer); sums to 1 in every draw."""
    regional = inputs.several(i.market_share for i in spec.parties.insurers.values())
    regional = regional / regional.sum(axis=-1, keepdims=True)
    shares = np.repeat(regional[:, None], len(areas), axis=1)
    for position, area in enumerate(areas):
        own = spec.holders.market_shares_by_area.get(area)
        if own is not None:
            shares[:, position] = [own.get(i, 0.0) for i in spec.parties.insurers]
    return shares


def _later(amounts: Floats, years: int) -> Floats:
    """The amounts of j years earlier, on this year's place."""
    if years == 0:
        return amounts
    out = np.zeros_like(amounts)
    out[..., years:] = amounts[..., :-years]
    return out


def _earlier(amounts: Floats, years: int) -> Floats:
    """Amounts of programme year j put back on the year of the start, where the module's ceiling is counted."""
    out = np.zeros_like(amounts)
    out[..., : amounts.shape[-1] - years] = amounts[..., years:]
    return out


def _add_delivery(by_cohort: Floats, delivery: Delivery, scale: Floats) -> Floats:
    """Delivery that a measured cost change already contains, added back on the cohort that caused it."""
    first = (delivery.fixed + delivery.by_module) * scale
    parts = [p * scale for p in delivery.by_programme_year]
    draws = max(by_cohort.shape[0], *(p.shape[0] for p in [first, *parts]))
    out = np.array(np.broadcast_to(by_cohort, (draws, *by_cohort.shape[1:])))
    out[:, :, 0] += first
    for j, part in enumerate(parts):
        out[:, :, j] += part
    return out
