"""From starters to delivery cost, avoided cost and health, before anyone is paid.

A cohort that starts in year s works in year t by a kernel that depends on t − s alone, times what one year of effect
is worth in year t; everything is linear in starters until overlap is taken into account. Nothing here knows a holder,
a contract or a payer. Shapes: (draw, area, year) unless said otherwise; euro nominal; positive = cost avoided.
"""

from __future__ import annotations

import numpy as np

from coalition.baseline import Baseline, Group, build_group
from coalition.gemeentepolis import module_cover
from coalition.inputs import Floats, Inputs, per_draw, stacked
from coalition.joint import Alone, joint_factors, scaled
from coalition.kernels import (
    at_most,
    kernel_years,
    over_cohorts,
    per_cohort,
    potential_impact,
    ratio,
    staying,
    time_weights,
)
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
    QalyEffect,
    RelativeEffect,
    RiskFactor,
    ShiftEffect,
    Spec,
    Starts,
    TargetGroup,
)
from coalition.streams import LIFE_YEARS, Delivery, Projection, Stream, Welfare


def project(spec: Spec, baseline: Baseline, inputs: Inputs) -> Projection:
    """Project every intervention of a scenario."""
    engine = _Engine(spec, baseline, inputs)
    ordered = sorted(spec.interventions, key=lambda i: spec.interventions[i].approach is not Approach.POPULATION)
    for name in ordered:
        engine.add(name)
    alone = Alone(spec, baseline, inputs, engine.groups, engine.streams)
    factors = joint_factors(alone)
    streams = [scaled(s, factors[s.intervention, s.pocket]) for s in engine.streams]
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
        factors,
        engine.welfare,
    )


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
        self.shifted: dict[str, dict[str, tuple[ShiftEffect, Floats]]] = {}

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
        for effect, active in self.shifted.get(group.risk_class.factor, {}).values():
            after = per_draw(self.inputs.of(effect.shifted[group.risk_class.class_]), 2)
            prevalence = prevalence + active * (after - before)
        return np.clip(prevalence, 0, 1)

    # starters

    def _starters(self, intervention: Intervention, group: Group) -> tuple[Floats, Floats, Floats]:
        """Starters, those of them with the policy module, and what the module pays per starter at most."""
        covered, ceiling = self._cover(intervention)
        timing = self._timing(intervention)
        reach = self._reach(intervention)
        eligible = group.people * timing * self._members(intervention)
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
        levels: dict[tuple[int, int], Floats] = {}
        rows = []
        for area in self.baseline.region.areas:
            starts = _starts_in(intervention, area)
            span = (starts.first, starts.last)
            if span not in levels:
                levels[span] = self._levels(intervention, starts)
            rows.append(levels[span] if self._runs_in(intervention, area) else np.zeros(len(self.years)))
        return np.stack(rows)[None]

    def _levels(self, intervention: Intervention, starts: Starts) -> Floats:
        """Part of the full reach that starts per year, shape (year,)."""
        running = (self.years >= starts.first) & (self.years <= starts.last)
        since = np.clip(self.years - starts.first, 0, len(intervention.ramp_up) - 1)
        level = np.where(running, np.array(intervention.ramp_up)[since], 0.0)
        if intervention.approach is Approach.POPULATION:
            level = np.where(running, np.diff(level, prepend=0.0), 0.0)
        return level

    def _runs_in(self, intervention: Intervention, area: str) -> bool:
        return intervention.areas == "all" or area in intervention.areas

    def _reach(self, intervention: Intervention) -> Floats:
        """Reach per area, shape (draw, area, 1)."""
        values = []
        for area in self.baseline.region.areas:
            own = intervention.per_area.get(area)
            values.append(
                self.inputs.of(own.reach if own is not None and own.reach is not None else intervention.reach)
            )
        return np.asarray(np.stack(np.broadcast_arrays(*values), axis=-1)[:, :, None])

    def _members(self, intervention: Intervention) -> Floats:
        """Part of the group that may take part, shape (draw, area, 1): for members of one insurer its market share."""
        if intervention.members_of is None:
            return np.ones((1, 1, 1))
        position = list(self.spec.parties.insurers).index(intervention.members_of)
        shares = area_market_shares(self.spec, self.baseline.region.areas, self.inputs)
        return shares[:, :, position, None]

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
                factor[:, position] = at_most(limit, starters[:, position])
        if intervention.capacity_per_year is not None:
            total = (starters * factor).sum(axis=1, keepdims=True)
            factor = factor * at_most(per_draw(self.inputs.of(intervention.capacity_per_year), 2), total)
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
            parts.append(self._present(intervention, starters, group, j) * unit - paid_by_module)
        return Delivery(parts, self._fixed(intervention, group), by_module)

    def _present(self, intervention: Intervention, starters: Floats, group: Group, years: int) -> Floats:
        """Starters of j years ago on this year's place; a place also serves those who have come to live there since."""
        if not self._grows(intervention):
            return _later(starters, years)
        return _later(ratio(starters, group.people), years) * group.people

    def _working(self, name: str, intervention: Intervention, kernel: Floats) -> Floats:
        """People in whom an effect works; the effect of a place reaches newcomers and stays when people leave."""
        starters = self.starters[name]
        if not self._grows(intervention):
            return over_cohorts(starters, kernel)
        people = self.groups[intervention.target_group].people
        return over_cohorts(ratio(starters, people), kernel) * people

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
        here = np.array([self._runs_in(intervention, a) for a in self.baseline.region.areas])[None, :, None]
        starts = [_starts_in(intervention, a) for a in self.baseline.region.areas if self._runs_in(intervention, a)]
        running = np.array([any(s.first <= year <= s.last for s in starts) for year in self.years])
        size = group.people * here
        total = size.sum(axis=1, keepdims=True)
        evenly = np.broadcast_to(here / max(here.sum(), 1), size.shape).copy()
        spread = np.divide(size, total, out=evenly, where=total > 0)
        return np.asarray(spread * running * self.price(intervention.cost.fixed_per_year))

    # effects

    def _effect(
        self, name: str, intervention: Intervention, group: Group, effect_name: str, effect: EffectBase
    ) -> None:
        weights = time_weights(effect.time, self.inputs, min(kernel_years(effect.time) + 1, len(self.years)))
        correction = self._correction(intervention, effect)
        if isinstance(effect, ShiftEffect) and not self._has_shifted(name, effect.factor):
            active = self._working(name, intervention, weights)
            size = group.people
            share = np.divide(active, size, out=np.zeros(np.broadcast_shapes(active.shape, size.shape)), where=size > 0)
            self.shifted.setdefault(effect.factor, {})[name] = (effect, share * correction)
        if isinstance(effect, QalyEffect | MonetisedEffect):
            self._welfare(name, intervention, effect_name, effect, weights, correction)
            return
        for pocket, care_kind, value in self._values(group, effect):
            wage = getattr(effect, "wage_instead_per_year", None)
            self._stream(
                name,
                intervention,
                effect_name,
                effect,
                pocket,
                care_kind,
                value * correction,
                weights,
                None if wage is None else self.price(wage) * correction,
            )

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
        self,
        name: str,
        intervention: Intervention,
        effect_name: str,
        effect: EffectBase,
        pocket: Pocket,
        care_kind: CareKind | None,
        value: Floats,
        weights: Floats,
        wage: Floats | None,
    ) -> None:
        alive, stay = self._presence(intervention, effect, weights.shape[1])
        starters = self.starters[name]
        working = self._working(name, intervention, weights * alive)
        avoided = working * value
        moved = (
            over_cohorts(starters, weights * alive * (1 - stay)) * value if pocket in MUNICIPAL_POCKETS else 0 * avoided
        )
        by_cohort = None
        if intervention.members_of is not None and pocket in {Pocket.ZVW, Pocket.AANVULLENDE_VERZEKERING}:
            by_cohort = per_cohort(starters, weights * alive) * value[:, :, None, :]
        if effect.includes_delivery:
            part = per_draw(self.inputs.effect_scale, 2)
            if isinstance(effect, EventsEffect):
                part = part * per_draw(self._split(effect)[pocket], 2)
            avoided = avoided + self.deliveries[name].total * part
            if by_cohort is not None:
                by_cohort = _add_delivery(by_cohort, self.deliveries[name], part)
        self.streams.append(
            Stream(
                name,
                effect_name,
                pocket,
                care_kind,
                avoided,
                moved,
                by_cohort,
                None if wage is None else working * wage,
                working,
            )
        )

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
        stay = staying(
            1 - self.inputs.of(self.spec.target_groups[intervention.target_group].moves_per_year), follow_up, years
        )
        starters = self.starters[name]
        extra = over_cohorts(starters, gained)
        for pocket, cost in group.cost_per_person.items():
            if NATURE[pocket] is not PocketNature.CARE:
                continue
            kind = CareKind.MEDICINE_AND_DIAGNOSIS if pocket is Pocket.ZVW else None
            moved = (
                -over_cohorts(starters, gained * (1 - stay)) * cost if pocket in MUNICIPAL_POCKETS else 0 * extra * cost
            )
            cohort = None
            if intervention.members_of is not None and pocket is Pocket.ZVW:
                cohort = -per_cohort(starters, gained) * cost[:, :, None, :]
            self.streams.append(Stream(name, LIFE_YEARS, pocket, kind, -extra * cost, moved, cohort, None, extra))

    def _welfare(
        self,
        name: str,
        intervention: Intervention,
        effect_name: str,
        effect: QalyEffect | MonetisedEffect,
        weights: Floats,
        correction: Floats,
    ) -> None:
        alive, _ = self._presence(intervention, effect, weights.shape[1])
        working = self._working(name, intervention, weights * alive) * correction
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


def _later(amounts: Floats, years: int) -> Floats:
    """The amounts of j years earlier, on this year's place."""
    if years == 0:
        return amounts
    out = np.zeros_like(amounts)
    out[..., years:] = amounts[..., :-years]
    return out


def _earlier(amounts: Floats, years: int, like: Floats) -> Floats:
    """Amounts of programme year j put back on the year of the start, where the module's ceiling is counted."""
    out: Floats = np.zeros(np.broadcast_shapes(amounts.shape, like.shape))
    end = like.shape[-1]
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
