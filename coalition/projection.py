"""From starters to delivery cost, avoided cost and health, before anyone is paid.

A cohort that starts in year s works in year t by a kernel that depends on t − s alone, times what one year of effect
is worth in year t; everything is linear in starters until overlap is taken into account. Nothing here knows a holder,
a contract or a payer. Shapes: (draw, area, year) unless said otherwise; euro nominal; positive = cost avoided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from coalition.baseline import Baseline, Group, age_weights, build_group
from coalition.gemeentepolis import module_cover
from coalition.inputs import Floats, Inputs, per_draw, stacked
from coalition.numbers import Euro
from coalition.overlap import across_groups, overlap_factors
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
    QalyEffect,
    RelativeEffect,
    RiskFactor,
    ShiftEffect,
    Spec,
    Starts,
    TargetGroup,
    TimeProfile,
    Touches,
)


UNLIMITED_EUR = 1e15
"""Ceiling of an effect that states none; checks.py asks for one in a pocket without a baseline."""

LIFE_YEARS = "life_years"
"""What stands in the place of an effect for care in gained life-years."""


@dataclass(frozen=True)
class Stream:
    """Avoided cost of one effect in one pocket.

    Attributes:
        intervention, effect: ids; the effect `life_years` is care in gained life-years.
        pocket, care_kind: where it falls; care_kind only under the Zvw.
        avoided: X, euro per year; negative where cost rises.
        moved: the part of `avoided` on people who have left the area's municipality; 0 outside municipal pockets.
        by_cohort: the same as `avoided` with the age of the cohort before the year; only for an insurer's members.
        wage: wage earned instead of a benefit, euro per year; None when not stated.
        active: participants in whom the effect works, in person-years.
    """

    intervention: str
    effect: str
    pocket: Pocket
    care_kind: CareKind | None
    avoided: Floats
    moved: Floats
    by_cohort: Floats | None
    wage: Floats | None
    active: Floats


@dataclass(frozen=True)
class Delivery:
    """What doing an intervention costs.

    Attributes:
        by_programme_year: shape (programme year, draw, area, year): cost in calendar year t of those who started
            0, 1, ... years before, the part that a policy module pays left out.
        fixed: cost that does not depend on starters.
        by_module: paid by the gemeentepolis module.
    """

    by_programme_year: list[Floats]
    fixed: Floats
    by_module: Floats

    @property
    def total(self) -> Floats:
        """All delivery cost."""
        total = self.fixed + self.by_module
        for part in self.by_programme_year:
            total = total + part
        return total


@dataclass(frozen=True)
class Welfare:
    """Health or pleasure that is no cash: QALYs, or euro that nobody can spend."""

    intervention: str
    effect: str
    label: str
    is_qaly: bool
    amounts: Floats


@dataclass(frozen=True)
class Projection:
    """Everything that a set of interventions does, stand-alone and after overlap.

    Attributes:
        baseline, groups: what they start from.
        group_of: id of the target group per intervention.
        starters, enrolled_starters: per intervention; the second have the policy module and are part of the first.
        deliveries: per intervention.
        streams: after overlap; `alone` holds them before it.
        factors: (intervention, pocket) -> overlap factor.
        welfare: kept apart from euros.
    """

    baseline: Baseline
    groups: dict[str, Group]
    group_of: dict[str, str]
    starters: dict[str, Floats]
    enrolled_starters: dict[str, Floats]
    deliveries: dict[str, Delivery]
    alone: list[Stream]
    streams: list[Stream]
    factors: dict[tuple[str, Pocket], Floats]
    welfare: list[Welfare]


def project(spec: Spec, baseline: Baseline, inputs: Inputs) -> Projection:
    """Project every intervention of a scenario."""
    engine = _Engine(spec, baseline, inputs)
    ordered = sorted(spec.interventions, key=lambda i: spec.interventions[i].approach is not Approach.POPULATION)
    for name in ordered:
        engine.add(name)
    factors = _overlap(spec, baseline, inputs, engine)
    streams = [_scaled(s, factors[s.intervention, s.pocket]) for s in engine.streams]
    by_file_order = list(spec.interventions).index
    streams.sort(key=lambda s: by_file_order(s.intervention))
    return Projection(
        baseline, engine.groups, {n: i.target_group for n, i in spec.interventions.items()}, engine.starters, engine.enrolled, engine.deliveries,
        engine.streams, streams, factors, engine.welfare,
    )


# --- kernels ------------------------------------------------------------------------------------------------------


def time_weights(time: TimeProfile, inputs: Inputs, years: int) -> Floats:
    """Years of full effect per calendar year since the start, shape (draw, years).

    The effect runs from `onset` at full strength for `plateau` years, then falls in a straight line over `decay`
    years; the first calendar year holds only `first_year_share` of a year.
    """
    onset, plateau = inputs.of(time.onset_years), inputs.of(time.plateau_years)
    decay, first = inputs.of(time.decay_years), inputs.of(time.first_year_share)
    edges = first[:, None] + np.arange(-1, years)
    edges[:, 0] = 0.0
    works = edges - onset[:, None]
    full = np.clip(works, 0, plateau[:, None])
    falling = np.clip(works - plateau[:, None], 0, decay[:, None])
    loss = np.divide(falling**2, 2 * decay[:, None], out=np.zeros(np.broadcast_shapes(falling.shape, (len(decay), 1))),
                     where=decay[:, None] > 0)
    return np.diff(full + falling - loss, axis=1)


def kernel_years(time: TimeProfile) -> int:
    """Calendar years after the start in which an effect may still work, at the longest the evidence allows."""
    longest = sum(n.value if n.high is None else n.high for n in (time.onset_years, time.plateau_years, time.decay_years))
    return int(np.ceil(longest)) + 1


def staying(per_year: Floats, follow_up_years: float, years: int) -> Floats:
    """Share left after t years, shape (draw, years); the years of a trial's follow-up are already in its means."""
    exponent = np.clip(np.arange(years) - follow_up_years, 0, None)
    return np.asarray(per_year[:, None] ** exponent)


def avoided_with_survival(starters: float, survival: tuple[float, float], cost: tuple[float, float]) -> float:
    """Avoided cost when people also live longer: N·(S0·c0 − S1·c1), euro; negative when care in gained years wins."""
    return starters * (survival[0] * cost[0] - survival[1] * cost[1])


def potential_impact(prevalence: Floats, shifted: Floats, relative_risk: Floats) -> Floats:
    """PIF = 1 − Σp′RR/ΣpRR: the share of the risk-related cost that a shift of exposure avoids; shape (draw,).

    Drawn distributions no longer sum to 1, so the mean risk before and after is taken.
    """
    before = (prevalence * relative_risk).sum(axis=-1) / prevalence.sum(axis=-1)
    after = (shifted * relative_risk).sum(axis=-1) / shifted.sum(axis=-1)
    return np.asarray(1 - after / before)


def over_cohorts(starters: Floats, kernel: Floats) -> Floats:
    """Sum over cohorts: out[t] = Σ_j starters[t − j]·kernel[j]; starters (draw, area, year), kernel (draw, j)."""
    years = starters.shape[-1]
    out = np.zeros((max(starters.shape[0], kernel.shape[0]), *starters.shape[1:]))
    for j in range(min(kernel.shape[1], years)):
        if kernel[:, j].any():
            out[..., j:] += kernel[:, j, None, None] * starters[..., : years - j]
    return out


def per_cohort(starters: Floats, kernel: Floats) -> Floats:
    """As over_cohorts with the cohort's age kept: shape (draw, area, age, year)."""
    years = starters.shape[-1]
    out = np.zeros((max(starters.shape[0], kernel.shape[0]), starters.shape[1], years, years))
    for j in range(min(kernel.shape[1], years)):
        out[:, :, j, j:] = kernel[:, j, None, None] * starters[..., : years - j]
    return out


# --- one intervention ---------------------------------------------------------------------------------------------


class _Engine:
    """Collects what each intervention does; population approaches come first, because they change risk classes."""

    def __init__(self, spec: Spec, baseline: Baseline, inputs: Inputs) -> None:
        self.spec, self.baseline, self.inputs = spec, baseline, inputs
        self.years = np.array(baseline.years)
        self.groups: dict[str, Group] = {}
        self.starters: dict[str, Floats] = {}
        self.enrolled: dict[str, Floats] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.streams: list[Stream] = []
        self.welfare: list[Welfare] = []
        self.shifted: dict[str, list[tuple[ShiftEffect, Floats]]] = {}

    def add(self, name: str) -> None:
        """Project one intervention."""
        intervention = self.spec.interventions[name]
        group = self.group(intervention.target_group)
        starters, enrolled, ceiling = self._starters(intervention, group)
        self.starters[name], self.enrolled[name] = starters, enrolled
        self.deliveries[name] = self._delivery(intervention, group, starters, enrolled, ceiling)
        for effect_name, effect in intervention.effects.items():
            self._effect(name, intervention, group, effect_name, effect)
        if intervention.life_years is not None:
            self._life_years(name, intervention, group)

    def group(self, name: str) -> Group:
        """A target group, built when first needed, so that a shifted risk factor has changed it."""
        if name not in self.groups:
            stated = self.spec.target_groups[name]
            self.groups[name] = build_group(stated, self.baseline, self.inputs, self._prevalence(stated))
        return self.groups[name]

    def _prevalence(self, group: TargetGroup) -> Floats | None:
        """Share of people in a group's risk class after the shifts of all population approaches."""
        if group.risk_class is None:
            return None
        factor = self.spec.risk_factors[group.risk_class.factor]
        before = per_draw(self.inputs.of(factor.classes[group.risk_class.class_].prevalence), 2)
        prevalence = before * np.ones((1, len(self.baseline.region.areas), len(self.years)))
        for effect, active in self.shifted.get(group.risk_class.factor, []):
            after = per_draw(self.inputs.of(effect.shifted[group.risk_class.class_]), 2)
            prevalence = prevalence + active * (after - before)
        return np.clip(prevalence, 0, 1)

    # starters

    def _starters(self, intervention: Intervention, group: Group) -> tuple[Floats, Floats, Floats]:
        """Starters, those of them with the policy module, and what the module pays per starter at most."""
        covered, ceiling = self._cover(intervention)
        timing = self._timing(intervention)
        reach = self._reach(intervention)
        eligible = group.people * timing
        enrolled = np.zeros_like(eligible)
        if intervention.policy_module is not None:
            module = intervention.policy_module
            part = per_draw(self.inputs.of(module.enrolled_share_of_group), 2) * covered
            enrolled = eligible * part * per_draw(self.inputs.of(module.reach), 2)
            eligible = eligible * (1 - part)
        starters = eligible * reach + enrolled
        limit = self._capacity(intervention, starters)
        return starters * limit, enrolled * limit, ceiling

    def _cover(self, intervention: Intervention) -> tuple[Floats, Floats]:
        module = intervention.policy_module.module if intervention.policy_module else None
        return module_cover(self.spec.gemeentepolis, module, self.baseline, self.inputs)

    def _timing(self, intervention: Intervention) -> Floats:
        """Part of the full reach that starts per area and year, shape (1, area, year).

        A high-risk programme starts a cohort every year; a population approach reaches people once, in steps.
        """
        rows = []
        for area in self.baseline.region.areas:
            starts = _starts_in(intervention, area)
            running = (self.years >= starts.first) & (self.years <= starts.last)
            since = np.clip(self.years - starts.first, 0, len(intervention.ramp_up) - 1)
            level = np.where(running, np.array(intervention.ramp_up)[since], 0.0)
            if intervention.approach is Approach.POPULATION:
                level = np.where(running, np.diff(level, prepend=0.0), 0.0)
            rows.append(level if self._runs_in(intervention, area) else np.zeros_like(level))
        return np.stack(rows)[None]

    def _runs_in(self, intervention: Intervention, area: str) -> bool:
        return intervention.areas == "all" or area in intervention.areas

    def _reach(self, intervention: Intervention) -> Floats:
        """Reach per area, shape (draw, area, 1); for members of one insurer only their part of the area."""
        values = []
        for area in self.baseline.region.areas:
            own = intervention.per_area.get(area)
            values.append(self.inputs.of(own.reach if own is not None and own.reach is not None else intervention.reach))
        reach = np.stack(np.broadcast_arrays(*values), axis=-1)[:, :, None]
        if intervention.members_of is not None:
            position = list(self.spec.parties.insurers).index(intervention.members_of)
            reach = reach * area_market_shares(self.spec, self.baseline.region.areas, self.inputs)[:, :, position, None]
        return reach

    def _completion(self, intervention: Intervention) -> Floats:
        values = []
        for area in self.baseline.region.areas:
            own = intervention.per_area.get(area)
            stated = own.completion if own is not None and own.completion is not None else intervention.completion
            values.append(self.inputs.of(stated))
        return np.stack(np.broadcast_arrays(*values), axis=-1)[:, :, None]

    def _capacity(self, intervention: Intervention, starters: Floats) -> Floats:
        """Factor, at most 1, that keeps starters within the capacity of each area and of the whole."""
        limits = [a.capacity_per_year for a in intervention.per_area.values()] + [intervention.capacity_per_year]
        draws = max(len(starters), *(len(self.inputs.of(n)) for n in limits if n is not None), 1)
        factor = np.ones((draws, *starters.shape[1:]))
        for position, area in enumerate(self.baseline.region.areas):
            own = intervention.per_area.get(area)
            if own is not None and own.capacity_per_year is not None:
                limit = self.inputs.of(own.capacity_per_year)[:, None]
                factor[:, position] = _at_most(limit, starters[:, position])
        if intervention.capacity_per_year is not None:
            total = (starters * factor).sum(axis=1, keepdims=True)
            factor = factor * _at_most(per_draw(self.inputs.of(intervention.capacity_per_year), 2), total)
        return factor

    # delivery

    def _delivery(
        self, intervention: Intervention, group: Group, starters: Floats, enrolled: Floats, ceiling: Floats
    ) -> Delivery:
        cost = intervention.cost
        length = max(len(cost.per_starter), len(cost.per_completer), 1)
        completion = self._completion(intervention)
        covered, _ = self._cover(intervention)
        parts, by_module = [], np.zeros_like(starters)
        left = np.broadcast_to(ceiling, (ceiling.shape[0], *starters.shape[1:]))
        for j in range(length):
            unit = np.zeros((1, 1, len(self.years)))
            if j < len(cost.per_starter):
                unit = unit + self.price(cost.per_starter[j])
            if j < len(cost.per_completer):
                unit = unit + completion * self.price(cost.per_completer[j])
            reimbursed = np.minimum(unit, _later(left, j)) * covered  # a policy that has ended pays nothing
            left = left - _earlier(reimbursed, j, left)
            paid_by_module = _later(enrolled, j) * reimbursed
            by_module = by_module + paid_by_module
            parts.append(_later(starters, j) * unit - paid_by_module)
        return Delivery(parts, self._fixed(intervention, group), by_module)

    def price(self, amount: Euro) -> Floats:
        """A stated amount in the euros of each year, shape (draw, 1, year)."""
        return self.baseline.prices.amount(amount, self.inputs)[:, None, :]

    def _fixed(self, intervention: Intervention, group: Group) -> Floats:
        """Fixed cost while people can start, spread over the areas by the size of the group."""
        if intervention.cost.fixed_per_year is None:
            return np.zeros((1, len(self.baseline.region.areas), len(self.years)))
        here = np.array([self._runs_in(intervention, a) for a in self.baseline.region.areas])[None, :, None]
        starts = [_starts_in(intervention, a) for a in self.baseline.region.areas if self._runs_in(intervention, a)]
        running = np.array([any(s.first <= year <= s.last for s in starts) for year in self.years])
        size = group.people * here
        total = size.sum(axis=1, keepdims=True)
        evenly = np.broadcast_to(here / max(here.sum(), 1), size.shape).copy()
        spread = np.divide(size, total, out=evenly, where=total > 0)
        return spread * running * self.price(intervention.cost.fixed_per_year)

    # effects

    def _effect(self, name: str, intervention: Intervention, group: Group, effect_name: str, effect: EffectBase) -> None:
        weights = time_weights(effect.time, self.inputs, min(kernel_years(effect.time) + 1, len(self.years)))
        correction = self._correction(intervention, effect)
        if isinstance(effect, ShiftEffect):
            active = over_cohorts(self.starters[name], weights)
            size = group.people
            share = np.divide(active, size, out=np.zeros(np.broadcast_shapes(active.shape, size.shape)), where=size > 0)
            self.shifted.setdefault(effect.factor, []).append((effect, share * correction))
        if isinstance(effect, QalyEffect | MonetisedEffect):
            self._welfare(name, intervention, effect_name, effect, weights, correction)
            return
        for pocket, care_kind, value in self._values(group, effect):
            wage = getattr(effect, "wage_instead_per_year", None)
            self._stream(name, intervention, effect_name, effect, pocket, care_kind, value * correction, weights,
                         None if wage is None else self.price(wage) * correction)

    def _correction(self, intervention: Intervention, effect: EffectBase) -> Floats:
        """Completion and deadweight, each only where the effect was not already measured with it."""
        factor = per_draw(self.inputs.effect_scale, 2)
        if effect.per is Per.COMPLETER:
            factor = factor * self._completion(intervention)
        if effect.comparator is Comparator.UNCONTROLLED and effect.deadweight is not None:
            factor = factor * (1 - per_draw(self.inputs.of(effect.deadweight), 2))
        return factor

    def _values(self, group: Group, effect: EffectBase) -> list[tuple[Pocket, CareKind | None, Floats]]:
        """Worth of one participant's year of full effect, per pocket: shape (draw, area, year)."""
        of = self.inputs.of
        if isinstance(effect, RelativeEffect):
            share = per_draw(of(effect.reduction) * of(effect.cause_share), 2)
            return [(effect.pocket, effect.care_kind, share * group.cost_per_person[effect.pocket])]
        if isinstance(effect, EuroEffect):
            return [(effect.pocket, effect.care_kind, self.price(effect.avoided_per_year))]
        if isinstance(effect, EventsEffect):
            events = of(effect.events_per_person_year) * of(effect.risk_multiplier) * of(effect.reduction)
            value = per_draw(events, 2) * self.price(effect.cost_per_event)
            return [
                (pocket, effect.care_kind if pocket is Pocket.ZVW else None, per_draw(part, 2) * value)
                for pocket, part in self._split(effect).items()
            ]
        assert isinstance(effect, ShiftEffect)
        pif = self._impact(self.spec.risk_factors[effect.factor], effect)
        share = per_draw(pif * of(effect.cause_share), 2)
        return [(effect.pocket, effect.care_kind, share * group.cost_per_person[effect.pocket])]

    def _split(self, effect: EventsEffect) -> dict[Pocket, Floats]:
        """Part of an event's cost per pocket, shape (draw,); together 1 in every draw."""
        stated = stacked([self.inputs.of(s) for s in effect.split.values()])
        return dict(zip(effect.split, (stated / stated.sum(axis=-1, keepdims=True)).T, strict=True))

    def _impact(self, factor: RiskFactor, effect: ShiftEffect) -> Floats:
        names = list(factor.classes)
        return potential_impact(
            stacked([self.inputs.of(factor.classes[c].prevalence) for c in names]),
            stacked([self.inputs.of(effect.shifted[c]) for c in names]),
            stacked([self.inputs.of(factor.classes[c].relative_risk) for c in names]),
        )

    def _stream(
        self, name: str, intervention: Intervention, effect_name: str, effect: EffectBase, pocket: Pocket,
        care_kind: CareKind | None, value: Floats, weights: Floats, wage: Floats | None,
    ) -> None:
        alive, stay = self._presence(intervention, effect, weights.shape[1])
        starters = self.starters[name]
        working = over_cohorts(starters, weights * alive)
        avoided = working * value
        moved = over_cohorts(starters, weights * alive * (1 - stay)) * value if pocket in MUNICIPAL_POCKETS else 0 * avoided
        by_cohort = None
        if intervention.members_of is not None and pocket is Pocket.ZVW:
            by_cohort = per_cohort(starters, weights * alive) * value[:, :, None, :]
        if effect.includes_delivery:
            part = per_draw(self.inputs.effect_scale, 2)
            if isinstance(effect, EventsEffect):
                part = part * per_draw(self._split(effect)[pocket], 2)
            avoided = avoided + self.deliveries[name].total * part
            if by_cohort is not None:
                by_cohort = _add_delivery(by_cohort, self.deliveries[name], part)
        self.streams.append(Stream(
            name, effect_name, pocket, care_kind, avoided, moved, by_cohort,
            None if wage is None else working * wage, working,
        ))

    def _presence(self, intervention: Intervention, effect: EffectBase, years: int) -> tuple[Floats, Floats]:
        """Share alive and share not moved away, per year since the start; a place keeps its effect."""
        if intervention.approach is Approach.POPULATION:
            return np.ones((1, years)), np.ones((1, years))
        group = self.spec.target_groups[intervention.target_group]
        survival = self.inputs.of(group.survival_per_year)
        if intervention.life_years is not None:
            survival = self._survival_with(intervention)
        follow_up = effect.time.follow_up_years
        return (
            staying(survival, follow_up, years),
            staying(1 - self.inputs.of(group.moves_per_year), follow_up, years),
        )

    def _survival_with(self, intervention: Intervention) -> Floats:
        assert intervention.life_years is not None
        without = self.inputs.of(intervention.life_years.survival_without_per_year)
        with_ = self.inputs.of(intervention.life_years.survival_with_per_year)
        return without + self.inputs.effect_scale * (with_ - without)

    def _life_years(self, name: str, intervention: Intervention, group: Group) -> None:
        """Care in gained life-years: −c0·Σ n·(S1 − S0), in every pocket of care with a baseline."""
        assert intervention.life_years is not None
        years = len(self.years)
        follow_up = max((e.time.follow_up_years for e in intervention.effects.values()), default=0.0)
        without = staying(self.inputs.of(intervention.life_years.survival_without_per_year), follow_up, years)
        gained = staying(self._survival_with(intervention), follow_up, years) - without
        stay = staying(1 - self.inputs.of(self.spec.target_groups[intervention.target_group].moves_per_year), follow_up, years)
        starters = self.starters[name]
        extra = over_cohorts(starters, gained)
        for pocket, cost in group.cost_per_person.items():
            if NATURE[pocket] is not PocketNature.CARE:
                continue
            kind = CareKind.MEDICINE_AND_DIAGNOSIS if pocket is Pocket.ZVW else None
            moved = -over_cohorts(starters, gained * (1 - stay)) * cost if pocket in MUNICIPAL_POCKETS else 0 * extra * cost
            cohort = None
            if intervention.members_of is not None and pocket is Pocket.ZVW:
                cohort = -per_cohort(starters, gained) * cost[:, :, None, :]
            self.streams.append(Stream(name, LIFE_YEARS, pocket, kind, -extra * cost, moved, cohort, None, extra))

    def _welfare(
        self, name: str, intervention: Intervention, effect_name: str, effect: QalyEffect | MonetisedEffect,
        weights: Floats, correction: Floats,
    ) -> None:
        alive, _ = self._presence(intervention, effect, weights.shape[1])
        working = over_cohorts(self.starters[name], weights * alive) * correction
        if isinstance(effect, QalyEffect):
            amounts, label = working * per_draw(self.inputs.of(effect.gain), 2), "QALY"
        else:
            amounts, label = working * self.price(effect.value_per_year), effect.label
        self.welfare.append(Welfare(name, effect_name, label, isinstance(effect, QalyEffect), amounts))


def _starts_in(intervention: Intervention, area: str) -> Starts:
    """The years in which people start in one area."""
    own = intervention.per_area.get(area)
    return intervention.starts if own is None or own.starts is None else own.starts


def area_market_shares(spec: Spec, areas: tuple[str, ...], inputs: Inputs) -> Floats:
    """Market share per area and insurer, shape (draw, area, insurer); sums to 1 in every draw."""
    regional = stacked([inputs.of(i.market_share) for i in spec.parties.insurers.values()])
    regional = regional / regional.sum(axis=-1, keepdims=True)
    rows = []
    for area in areas:
        own = spec.holders.market_shares_by_area.get(area)
        rows.append(regional if own is None else np.array([[own.get(i, 0.0) for i in spec.parties.insurers]]))
    return np.stack(np.broadcast_arrays(*rows), axis=1)


def _at_most(limit: Floats, amount: Floats) -> Floats:
    shape = np.broadcast_shapes(limit.shape, amount.shape)
    ratio = np.divide(limit, amount, out=np.ones(shape), where=amount > 0)
    return np.minimum(ratio, 1.0)


def _later(amounts: Floats, years: int) -> Floats:
    """The amounts of j years earlier, on this year's place."""
    if years == 0:
        return amounts
    out = np.zeros_like(amounts)
    out[..., years:] = amounts[..., :-years]
    return out


def _earlier(amounts: Floats, years: int, like: Floats) -> Floats:
    """Amounts of programme year j put back on the year of the start, where the module's ceiling is counted."""
    out = np.zeros(np.broadcast_shapes(amounts.shape, like.shape))
    end = out.shape[-1]
    out[..., : end - years] = np.broadcast_to(amounts, out.shape)[..., years:]
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


# --- overlap ------------------------------------------------------------------------------------------------------


def _scaled(stream: Stream, factor: Floats) -> Stream:
    """A stream after overlap; extra cost is never diluted."""
    factor = np.where(stream.avoided > 0, factor, 1.0)
    return replace(
        stream,
        avoided=stream.avoided * factor,
        moved=stream.moved * factor,
        by_cohort=None if stream.by_cohort is None else stream.by_cohort * factor[:, :, None, :],
        wage=None if stream.wage is None else stream.wage * factor,
    )


def _overlap(spec: Spec, baseline: Baseline, inputs: Inputs, engine: _Engine) -> dict[tuple[str, Pocket], Floats]:
    """Factor per intervention and pocket: first inside each target group, then between groups of the same ages."""
    factors: dict[tuple[str, Pocket], Floats] = {}
    by_pocket: dict[Pocket, dict[str, Floats]] = {}
    for stream in engine.streams:
        per_intervention = by_pocket.setdefault(stream.pocket, {})
        gains = np.clip(stream.avoided, 0, None)
        per_intervention[stream.intervention] = per_intervention.get(stream.intervention, 0.0) + gains
    for pocket, alone in by_pocket.items():
        if pocket not in baseline.region.cost:
            factors.update(_under_ceilings(spec, engine, pocket, alone))
            continue
        inside = _inside_groups(spec, inputs, engine, pocket, alone)
        between = _between_groups(spec, baseline, pocket, {n: alone[n] * f for n, f in inside.items()})
        for name, factor in inside.items():
            group = spec.interventions[name].target_group
            factors[name, pocket] = np.where(alone[name] > 0, factor * between.get(group, np.ones(1)), 1.0)
    return factors


def _inside_groups(
    spec: Spec, inputs: Inputs, engine: _Engine, pocket: Pocket, alone: dict[str, Floats]
) -> dict[str, Floats]:
    factors: dict[str, Floats] = {}
    for group_name, members in _by_group(spec, alone).items():
        group = engine.groups[group_name]
        cost = group.people * group.cost_per_person[pocket]
        shares = np.stack(np.broadcast_arrays(*(_ratio(alone[m], cost) for m in members)))
        reached = np.stack(np.broadcast_arrays(*(
            np.clip(_ratio(_active(engine, m, pocket), group.people), 0, 1) for m in members
        ), ))
        shape = np.broadcast_shapes(shares.shape, reached.shape)
        pairs = {
            (members.index(p.between[0]), members.index(p.between[1])): per_draw(inputs.of(p.share_of_smaller), 2)
            for p in spec.overlap
            if p.between[0] in members and p.between[1] in members
        }
        found = overlap_factors(np.broadcast_to(shares, shape), np.broadcast_to(reached, shape), pairs)
        factors.update(dict(zip(members, found, strict=True)))
    return factors


def _under_ceilings(
    spec: Spec, engine: _Engine, pocket: Pocket, alone: dict[str, Floats]
) -> dict[tuple[str, Pocket], Floats]:
    """Factors in a pocket without a baseline: effects add up until the ceiling per unit is reached."""
    factors: dict[tuple[str, Pocket], Floats] = {}
    for group_name, members in _by_group(spec, alone).items():
        ceilings = {m: _ceiling(engine, spec.interventions[m], pocket) for m in members}
        active = {m: _active(engine, m, pocket) for m in members}
        own = {m: _at_most(ceilings[m] * active[m], alone[m]) for m in members}
        people = np.asarray(sum(active.values()))
        if not spec.target_groups[group_name].renewed_each_year:  # else several years' people are there together
            people = np.minimum(people, engine.groups[group_name].people)
        highest = np.maximum.reduce(np.broadcast_arrays(*ceilings.values()))
        together = _at_most(highest * people, np.asarray(sum(alone[m] * own[m] for m in members)))
        factors.update({(m, pocket): own[m] * together for m in members})
    return factors


def _by_group(spec: Spec, names: Iterable[str]) -> dict[str, list[str]]:
    """Interventions per target group."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(spec.interventions[name].target_group, []).append(name)
    return groups


def _ceiling(engine: _Engine, intervention: Intervention, pocket: Pocket) -> Floats:
    """Most that one unit can avoid per year, shape (draw, 1, year): the largest that an effect states."""
    stated = [
        effect.ceiling_per_unit for effect in intervention.effects.values()
        if (isinstance(effect, Touches) and effect.pocket is pocket)
        or (isinstance(effect, EventsEffect) and pocket in effect.split)
    ]
    amounts = [engine.price(c) for c in stated if c is not None]
    if len(amounts) < len(stated):
        return np.full((1, 1, 1), UNLIMITED_EUR)
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*amounts)))


def _active(engine: _Engine, name: str, pocket: Pocket) -> Floats:
    """Participants in whom an intervention works on a pocket: the largest of its effects there."""
    found = [s.active for s in engine.streams if s.intervention == name and s.pocket is pocket and s.effect != LIFE_YEARS]
    return np.maximum.reduce(np.broadcast_arrays(*found)) if found else np.zeros((1, 1, 1))


def _ratio(part: Floats, whole: Floats) -> Floats:
    shape = np.broadcast_shapes(part.shape, whole.shape)
    return np.divide(part, whole, out=np.zeros(shape), where=np.broadcast_to(whole > 0, shape))


def _between_groups(
    spec: Spec, baseline: Baseline, pocket: Pocket, avoided: dict[str, Floats]
) -> dict[str, Floats]:
    """Factor per target group; ages on which groups have the same weights are taken together.

    A single group counts too: with a cost multiplier it may seem to cost more than all people of its ages.
    """
    totals: dict[str, Floats] = {}
    for name, amount in avoided.items():
        group = spec.interventions[name].target_group
        totals[group] = totals.get(group, 0.0) + np.clip(amount, 0, None)
    weights = np.stack([age_weights(spec.target_groups[g].ages, baseline.region) for g in totals])
    patterns, atom_of_age = np.unique(weights, axis=1, return_inverse=True)
    by_age = baseline.people * baseline.region.cost[pocket][:, :, None]
    atoms = np.stack([by_age[:, atom_of_age.ravel() == k].sum(axis=1) for k in range(patterns.shape[1])], axis=-1)
    cost = atoms[None] * baseline.pocket_growth[pocket][:, None, :, None]
    spread = []
    for position, amount in enumerate(totals.values()):
        part = cost * patterns[position]
        whole = part.sum(axis=-1, keepdims=True)
        spread.append(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0) * amount[..., None])
    shape = np.broadcast_shapes(cost.shape, *(s.shape for s in spread))
    found = across_groups([np.broadcast_to(s, shape) for s in spread], np.broadcast_to(cost, shape))
    return dict(zip(totals, found, strict=True))
