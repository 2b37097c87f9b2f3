"""Whether a scenario's names exist and its numbers agree with each other and with the law.

The schema has already checked every value by itself; here values meet. Each check is one generator of findings; all of
them run, so that a user sees everything at once. Nothing is repaired and nothing is calculated that moves money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations, pairwise

from coalition.arrangement_checks import arrangement_findings
from coalition.laws import WHO_MAY_PAY, may_pay, right_in_force
from coalition.money import HALF_CENT_EUR
from coalition.numbers import Euro, Share
from coalition.optimise_checks import optimise_findings
from coalition.parameters import load_parameters
from coalition.parties import (
    COORDINATION,
    INSURERS,
    MUNICIPALITY,
    NATIONAL_PARTIES,
    NATURE,
    RESOURCES,
    Pocket,
    PocketNature,
)
from coalition.problems import SUM_TOLERANCE, Finding, Findings, Problem, closest
from coalition.reading import Document
from coalition.region import OPEN_AGE, Region
from coalition.schema import (
    Ages,
    Approach,
    CareKind,
    Comparator,
    EffectBase,
    EuroEffect,
    EventsEffect,
    Intervention,
    OwnRate,
    Payer,
    Per,
    Policy,
    RelativeEffect,
    ShiftEffect,
    Spec,
    Starts,
    TargetGroup,
    Tier,
    Touches,
    numbers_in,
)
from coalition.scope_checks import Known


def check_scenario(spec: Spec, region: Region | None, document: Document) -> list[Problem]:
    """All problems of a scenario whose keys and values are each valid.

    Args:
        spec: the scenario.
        region: its tables; None when they could not be read, and then what needs them is not checked.
        document: where every value stands.
    """
    checks: list[Callable[[Spec], Findings]] = [
        _clock,
        _price_years,
        _market_shares,
        _clawback,
        _groups,
        _factors,
        _interventions,
        _effects,
        _payers,
        _payer_options,
        _pairs,
        _policies,
        _coordination,
        _grants,
    ]
    findings = [f for check in checks for f in check(spec)]
    if region is not None:
        findings += [f for with_region in (_areas, _baseline, _populations) for f in with_region(spec, region)]
        municipalities = dict.fromkeys(region.municipality(k) for k in range(len(region.areas)))
        known = Known(spec, tuple(municipalities), tuple(region.areas), frozenset(region.cost))
        findings += [*arrangement_findings(known), *optimise_findings(known)]
    return [_placed(finding, document) for finding in findings]


def _placed(finding: Finding, document: Document) -> Problem:
    code, path, found, facts = finding
    origin = document.origin(path)
    return Problem(code, origin.file, origin.line, path, found or origin.raw, facts)


def _unknown(kind: str, path: str, name: str, known: list[str]) -> Finding:
    facts = {"known": ", ".join(known) if known else "-", "suggestion": closest(name, known)}
    return (f"unknown.{kind}", path, name, facts)


def _sum_to_one(code: str, path: str, values: list[float]) -> Findings:
    total = sum(values)
    if values and abs(total - 1) > SUM_TOLERANCE:
        yield (code, path, "", {"total": f"{total:.6g}"})


# --- clock and prices ---------------------------------------------------------------------------------------------


def _clock(spec: Spec) -> Findings:
    head = spec.scenario
    last = None if head.horizon_years is None else head.first_year + head.horizon_years - 1
    for path, first, final in _spans(spec):
        if final < first:
            yield ("starts.order", path, f"{first}–{final}", {})
        elif first < head.first_year:
            yield ("starts.early", path, str(first), {"first_year": str(head.first_year)})
        elif last is not None and first > last:
            yield ("starts.late", path, str(first), {"last_year": str(last)})
    open_ended = [p for p, policy in spec.gemeentepolis.items() if policy.last_year is None]
    if head.horizon_years is None and open_ended:
        yield ("horizon.needed", f"gemeentepolis.{open_ended[0]}", "", {})
    if head.horizon_years is None:
        for name, intervention in spec.interventions.items():
            if intervention.life_years is not None:
                yield ("horizon.needed", f"interventions.{name}.life_years", "", {})
    if not spec.interventions and not spec.gemeentepolis:
        yield ("scenario.nothing", "interventions", "", {})


def _spans(spec: Spec) -> Iterator[tuple[str, int, int]]:
    """Every stretch of years that a scenario states, with its path."""
    for name, intervention in spec.interventions.items():
        yield f"interventions.{name}.starts", intervention.starts.first, intervention.starts.last
        for area, own in intervention.per_area.items():
            if own.starts is not None:
                yield f"interventions.{name}.per_area.{area}.starts", own.starts.first, own.starts.last
    if spec.payers.coordination is not None:
        years = spec.payers.coordination.years
        yield "payers.coordination.years", years.first, years.last
    for name, policy in spec.gemeentepolis.items():
        first = max(policy.first_year, spec.scenario.first_year)
        yield f"gemeentepolis.{name}.last_year", first, first if policy.last_year is None else policy.last_year


def _price_years(spec: Spec) -> Findings:
    known = [d.start.year for d in load_parameters("cpi")["cpi"].values if d.value is not None]
    stated = [(path, n.price_year) for path, n in numbers_in(spec) if isinstance(n, Euro) and n.index.value == "cpi"]
    head = [("scenario.price_year", spec.scenario.price_year), ("scenario.first_year", spec.scenario.first_year)]
    for path, year in [*head, *stated]:
        where = path if path.startswith("scenario.") else f"{path}.price_year"
        if year < min(known):
            yield ("price_year.unknown", where, str(year), {"first": str(min(known))})
        elif year > spec.scenario.first_year + 50:
            yield ("price_year.future", where, str(year), {})
    if isinstance(spec.scenario.discount, OwnRate):
        return
    name = {"mkba": "mkba", "hta": "hta_cost"}[spec.scenario.discount.value]
    first = load_parameters("discount")[name].values[0].start
    if date(spec.scenario.first_year, 12, 31) < first:
        yield ("discount.before", "scenario.discount", spec.scenario.discount.value, {"first": str(first.year)})


# --- parties and holders ------------------------------------------------------------------------------------------


def _market_shares(spec: Spec) -> Findings:
    insurers = spec.parties.insurers
    shares = [i.market_share.value for i in insurers.values()]
    yield from _sum_to_one("market_shares.sum", "parties.insurers", shares)
    fixed = {p.id for p in NATIONAL_PARTIES} | {RESOURCES, MUNICIPALITY, INSURERS}
    for name in insurers:
        if name in fixed:
            yield ("insurer.reserved", f"parties.insurers.{name}", name, {})
    for area, shares_here in spec.holders.market_shares_by_area.items():
        path = f"holders.market_shares_by_area.{area}"
        for name in shares_here:
            if name not in insurers:
                yield _unknown("insurer", f"{path}.{name}", name, list(insurers))
        yield from _sum_to_one("market_shares.sum", path, list(shares_here.values()))
    if len(insurers) == 1 and spec.holders.switching_per_year is not None and spec.holders.switching_per_year.value:
        yield ("switching.alone", "holders.switching_per_year", "", {})
    stated, most = spec.holders.switching_per_year, 1 - sum(share**2 for share in shares)
    if stated is not None and len(insurers) > 1 and stated.value > most + SUM_TOLERANCE:
        yield ("switching.too_high", "holders.switching_per_year", "", {"most": f"{most:.4g}"})


def _clawback(spec: Spec) -> Findings:
    stated = spec.holders.equalisation
    if stated is None:
        return
    for kind, steps in stated.clawback.items():
        total = sum(s.value for s in steps)
        if total > 1 + SUM_TOLERANCE:
            yield ("clawback.sum", f"holders.equalisation.clawback.{kind.value}", "", {"total": f"{total:.6g}"})


# --- groups and factors -------------------------------------------------------------------------------------------


def _groups(spec: Spec) -> Findings:
    for name, group in spec.target_groups.items():
        path = f"target_groups.{name}"
        yield from _ages(group.ages, f"{path}.ages")
        yield from _dearest(group, path)
        for area, own in group.areas.items():
            if own.share is not None and group.count is not None:
                yield ("group.count_and_share", f"{path}.areas.{area}.share", "", {})
        if group.risk_class is not None:
            factor = spec.risk_factors.get(group.risk_class.factor)
            if factor is None:
                yield _unknown("factor", f"{path}.risk_class.factor", group.risk_class.factor, list(spec.risk_factors))
            elif not _within(group.ages, factor.ages):
                yield ("factor.ages", f"{path}.ages", "", {"factor": group.risk_class.factor})
            elif group.risk_class.class_ not in factor.classes:
                yield _unknown("class", f"{path}.risk_class.class", group.risk_class.class_, list(factor.classes))


def _dearest(group: TargetGroup, path: str) -> Findings:
    """A part of an age cannot cost more than everyone of that age."""
    if group.share is None or group.risk_class is not None:
        return
    stated = {f"{path}.cost_multiplier": group.cost_multiplier}
    stated |= {f"{path}.cost_multiplier_by_pocket.{p.value}": m for p, m in group.cost_multiplier_by_pocket.items()}
    for where, multiplier in stated.items():
        if group.share.value * multiplier.value > 1 + SUM_TOLERANCE:
            most = f"{1 / group.share.value:.3g}"
            yield ("group.multiplier", where, "", {"share": f"{group.share.value:g}", "most": most})


def _within(ages: Ages, wider: Ages) -> bool:
    """Whether an age range lies inside another one."""
    last, widest = (OPEN_AGE if a.to is None else a.to for a in (ages, wider))
    return ages.from_ >= wider.from_ and last <= widest


def _ages(ages: Ages, path: str) -> Findings:
    if ages.to is not None and ages.to < ages.from_:
        yield ("ages.order", path, f"{ages.from_}–{ages.to}", {})


def _factors(spec: Spec) -> Findings:
    for name, factor in spec.risk_factors.items():
        yield from _ages(factor.ages, f"risk_factors.{name}.ages")
        values = [c.prevalence.value for c in factor.classes.values()]
        yield from _sum_to_one("prevalence.sum", f"risk_factors.{name}.classes", values)


# --- interventions ------------------------------------------------------------------------------------------------


def _interventions(spec: Spec) -> Findings:
    for name, intervention in spec.interventions.items():
        path = f"interventions.{name}"
        if intervention.target_group not in spec.target_groups:
            yield _unknown("target_group", f"{path}.target_group", intervention.target_group, list(spec.target_groups))
        if intervention.members_of is not None:
            if intervention.members_of not in spec.parties.insurers:
                yield _unknown("insurer", f"{path}.members_of", intervention.members_of, list(spec.parties.insurers))
            if spec.holders.switching_per_year is None:
                yield ("switching.missing", f"{path}.members_of", intervention.members_of, {})
            if intervention.approach is Approach.POPULATION:
                yield ("population.members", f"{path}.members_of", intervention.members_of, {})
        yield from _reach(spec, intervention, path)
        yield from _module(spec, intervention, path)
        if not intervention.ramp_up:
            yield ("ramp_up.empty", f"{path}.ramp_up", "", {})
        steps = pairwise(intervention.ramp_up)
        if intervention.approach is Approach.POPULATION and any(later < earlier for earlier, later in steps):
            yield ("ramp_up.falls", f"{path}.ramp_up", ", ".join(map(str, intervention.ramp_up)), {})
        if intervention.members_of is not None and intervention.policy_module is not None:
            yield ("members.module", f"{path}.policy_module", intervention.policy_module.module, {})
        group = spec.target_groups.get(intervention.target_group)
        if intervention.approach is Approach.POPULATION and group is not None and group.risk_class is not None:
            yield ("population.risk_class", f"{path}.target_group", intervention.target_group, {})
        if sum(e.includes_delivery for e in intervention.effects.values()) > 1:
            yield ("effect.delivery_twice", f"{path}.effects", "", {})
        if name in spec.gemeentepolis or name == COORDINATION:
            yield ("id.taken", path, name, {})


def _reach(spec: Spec, intervention: Intervention, path: str) -> Findings:
    """A standing group cannot start more than once over the years in which people start."""
    group = spec.target_groups.get(intervention.target_group)
    if group is None or group.renewed_each_year or intervention.approach is Approach.POPULATION:
        return
    levels = intervention.ramp_up or [1.0]
    for where, reach, starts in _reaches(intervention, path):
        years = range(starts.last - starts.first + 1)
        total = reach * sum(levels[min(t, len(levels) - 1)] for t in years)
        if total > 1 + SUM_TOLERANCE:
            yield ("reach.total", where, "", {"total": f"{total:.4g}", "years": str(len(years))})


def _reaches(intervention: Intervention, path: str) -> Iterator[tuple[str, float, Starts]]:
    """Every reach that an intervention states, with the years in which it holds: path, value, years."""
    yield f"{path}.reach", intervention.reach.value, intervention.starts
    for area, own in intervention.per_area.items():
        where = f"{path}.per_area.{area}" + (".reach" if own.reach is not None else ".starts")
        yield where, (own.reach or intervention.reach).value, own.starts or intervention.starts
    if intervention.policy_module is not None:
        yield f"{path}.policy_module.reach", intervention.policy_module.reach.value, intervention.starts


def _module(spec: Spec, intervention: Intervention, path: str) -> Findings:
    if intervention.policy_module is None:
        return
    known = sorted({m for policy in spec.gemeentepolis.values() for m in policy.modules})
    if intervention.policy_module.module not in known:
        yield _unknown("module", f"{path}.policy_module.module", intervention.policy_module.module, known)


def _effects(spec: Spec) -> Findings:
    for name, intervention in spec.interventions.items():
        for effect_name, effect in intervention.effects.items():
            path = f"interventions.{name}.effects.{effect_name}"
            yield from _evidence(effect, path)
            yield from _delivery_inside(effect, path)
            yield from _duration(effect, path)
            yield from _pockets(spec, effect, path)
            if isinstance(effect, EventsEffect):
                yield from _sum_to_one("split.sum", f"{path}.split", [s.value for s in effect.split.values()])
            if isinstance(effect, ShiftEffect):
                yield from _shift(spec, intervention, effect, path)


def _evidence(effect: EffectBase, path: str) -> Findings:
    if effect.comparator is Comparator.UNCONTROLLED and effect.deadweight is None:
        yield ("deadweight.missing", path, "", {})
    if effect.comparator is Comparator.CONTROLLED and effect.deadweight is not None:
        yield ("deadweight.superfluous", f"{path}.deadweight", "", {})


def _delivery_inside(effect: EffectBase, path: str) -> Findings:
    """Delivery can only lie inside a change of cost, measured on the same people who are charged for it."""
    if effect.includes_delivery and not isinstance(effect, EuroEffect | EventsEffect | RelativeEffect | ShiftEffect):
        yield ("delivery.no_cost", f"{path}.includes_delivery", "", {})
    elif effect.includes_delivery and effect.per is Per.COMPLETER:
        yield ("delivery.per_completer", f"{path}.includes_delivery", "", {})


def _duration(effect: EffectBase, path: str) -> Findings:
    time = effect.time
    length = time.onset_years.value + time.plateau_years.value + time.decay_years.value
    if length > time.follow_up_years + SUM_TOLERANCE and not time.beyond_follow_up:
        facts = {"length": f"{length:g}", "follow_up": f"{time.follow_up_years:g}"}
        yield ("duration.beyond", f"{path}.time.plateau_years", "", facts)


def _pockets(spec: Spec, effect: EffectBase, path: str) -> Findings:
    """What a pocket needs before cost can be avoided in it."""
    for pocket in effect_pockets(effect):
        where = f"{path}.pocket" if not isinstance(effect, EventsEffect) else f"{path}.split.{pocket.value}"
        nature = NATURE[pocket]
        if nature is PocketNature.PAYMENT:
            yield ("pocket.payment_only", where, pocket.value, {})
        if nature is PocketNature.CARE and pocket not in spec.holders.cashable:
            yield ("cashable.missing", where, pocket.value, {"pocket": pocket.value})
        if pocket is Pocket.ZVW:
            yield from _zvw(spec, getattr(effect, "care_kind", None), path)
        if nature is PocketNature.CARE and pocket is Pocket.AANVULLENDE_VERZEKERING and not spec.parties.insurers:
            yield ("insurers.missing", where, pocket.value, {})
        if nature is PocketNature.TRANSFER and isinstance(effect, Touches):
            benefit = pocket in {Pocket.PARTICIPATIEWET, Pocket.UWV}
            if benefit and effect.wage_instead_per_year is None:
                yield ("wage.missing", path, "", {})


def effect_pockets(effect: EffectBase) -> list[Pocket]:
    """The pockets that an effect touches; none for health and pleasure."""
    if isinstance(effect, EventsEffect):
        return list(effect.split)
    if isinstance(effect, Touches | ShiftEffect):
        return [effect.pocket]
    return []


def _zvw(spec: Spec, kind: CareKind | None, path: str) -> Findings:
    if kind is None:
        yield ("care_kind.missing", path, "", {})
    equalisation = spec.holders.equalisation
    if equalisation is None:
        yield ("equalisation.missing", path, "", {})
    elif kind is not None and kind not in equalisation.clawback:
        yield ("clawback.kind", "holders.equalisation.clawback", "", {"kind": kind.value})
    intervention = spec.interventions[path.split(".")[1]]
    group = spec.target_groups.get(intervention.target_group)
    if spec.holders.own_risk is None and (group is None or group.own_risk is None):
        yield ("own_risk.missing", path, "", {})
    if not spec.parties.insurers:
        yield ("insurers.missing", path, "", {})


def _shift(spec: Spec, intervention: Intervention, effect: ShiftEffect, path: str) -> Findings:
    if intervention.approach is not Approach.POPULATION:
        yield ("shift.approach", f"{path}.kind", "", {})
    factor = spec.risk_factors.get(effect.factor)
    if factor is None:
        yield _unknown("factor", f"{path}.factor", effect.factor, list(spec.risk_factors))
        return
    group = spec.target_groups.get(intervention.target_group)
    if group is not None and not _within(group.ages, factor.ages):
        yield ("factor.ages", f"{path}.factor", effect.factor, {"factor": effect.factor})
    others = [e for e in intervention.effects.values() if isinstance(e, ShiftEffect) and e.factor == effect.factor]
    if others and _prevalences(others[0]) != _prevalences(effect):
        yield ("shift.differs", f"{path}.shifted", "", {"factor": effect.factor})
    if set(effect.shifted) != set(factor.classes):
        yield ("shift.classes", f"{path}.shifted", ", ".join(effect.shifted), {"classes": ", ".join(factor.classes)})
    yield from _sum_to_one("prevalence.sum", f"{path}.shifted", [s.value for s in effect.shifted.values()])


def _prevalences(effect: ShiftEffect) -> dict[str, float]:
    return {name: share.value for name, share in effect.shifted.items()}


def _pairs(spec: Spec) -> Findings:
    seen: set[str] = set()
    for position, pair in enumerate(spec.overlap):
        path = f"overlap.{position}.between"
        groups = set()
        for name in pair.between:
            if name not in spec.interventions:
                yield _unknown("intervention", path, name, list(spec.interventions))
            else:
                groups |= {spec.interventions[name].target_group} & set(spec.target_groups)
            if name in seen:
                yield ("overlap.twice", path, name, {})
            seen.add(name)
        if len(groups) > 1 or len(set(pair.between)) < 2:
            yield ("overlap.groups", path, ", ".join(pair.between), {})


# --- who pays -----------------------------------------------------------------------------------------------------


def _payers(spec: Spec) -> Findings:
    for name, intervention in spec.interventions.items():
        path = f"interventions.{name}.payers"
        if not intervention.payers:
            yield ("payers.none", path, "", {})
        yield from _payer_list(spec, intervention.payers, path, intervention.starts.first)
        saves = {pocket for effect in intervention.effects.values() for pocket in effect_pockets(effect)}
        for position, payer in enumerate(intervention.payers):
            if payer.law is Pocket.WLZ and Pocket.WLZ not in saves:
                yield ("payer.wlz_plan", f"{path}.{position}.law", payer.law.value, {})


def _payer_options(spec: Spec) -> Findings:
    """Who else could pay an intervention may pay it just as well by law."""
    for name, options in spec.optimise.payer_options.items():
        intervention = spec.interventions.get(name)
        if intervention is None:
            continue
        for option, stated in options.items():
            path = f"optimise.payer_options.{name}.{option}"
            payers = [Payer(party=p.party, share=Share(value=p.share), law=p.law) for p in stated]
            if not payers:
                yield ("payers.none", path, "", {})
            yield from _payer_list(spec, payers, path, intervention.starts.first)


def _payer_list(spec: Spec, payers: list[Payer], path: str, year: int) -> Findings:
    insurers = frozenset(spec.parties.insurers)
    known = [MUNICIPALITY, INSURERS, *spec.parties.insurers, *(p.id for p in NATIONAL_PARTIES)]
    yield from _sum_to_one("payers.sum", path, [p.share.value for p in payers])
    for position, payer in enumerate(payers):
        where = f"{path}.{position}"
        if payer.party not in known:
            yield _unknown("party", f"{where}.party", payer.party, known)
        elif not may_pay(payer.party, payer.law, insurers):
            allowed = ", ".join(sorted(WHO_MAY_PAY.get(payer.law, frozenset())))
            yield ("payer.law", f"{where}.law", payer.law.value, {"party": payer.party, "allowed": allowed})
        elif not right_in_force(payer.law, year):
            yield ("payer.not_in_force", f"{where}.law", payer.law.value, {"year": str(year)})
        if payer.party == INSURERS and not insurers:
            yield ("insurers.missing", f"{where}.party", payer.party, {})


def _coordination(spec: Spec) -> Findings:
    stated = spec.payers.coordination
    if stated is None:
        return
    yield from _payer_list(spec, stated.payers, "payers.coordination.payers", stated.years.first)
    if not stated.payers:
        yield ("payers.none", "payers.coordination.payers", "", {})
    if stated.grant_applicant is None:
        return
    if stated.grant_applicant not in spec.parties.insurers:
        path = "payers.coordination.grant_applicant"
        yield _unknown("insurer", path, stated.grant_applicant, list(spec.parties.insurers))
    if stated.eligible_share is None:
        yield ("grant.eligible", "payers.coordination", "", {})
    share = load_parameters("grants")["coordination_grant_share"]
    day = date(stated.years.first, 12, 31)
    if day < share.values[0].start or not share.at(day).value:
        yield ("grant.lapsed", "payers.coordination.grant_applicant", "", {"year": str(stated.years.first)})


def _grants(spec: Spec) -> Findings:
    for name, grant in spec.payers.grants.items():
        for item in grant.items:
            path = f"payers.grants.{name}.items.{item}"
            if item not in spec.interventions:
                yield _unknown("intervention", path, item, list(spec.interventions))
            elif grant.law not in {p.law for p in spec.interventions[item].payers}:
                yield ("grant.law", path, item, {"law": grant.law.value})
            else:
                yield from _grant_years(spec, item, [int(year) for year in grant.items[item]], path)


def _grant_years(spec: Spec, item: str, budgeted: list[int], path: str) -> Findings:
    """A budget before the clock, or after the last year in which the intervention costs anything, is never spent."""
    intervention = spec.interventions[item]
    steps = max(len(intervention.cost.per_starter), len(intervention.cost.per_completer), 1)
    starts = [intervention.starts, *(own.starts for own in intervention.per_area.values() if own.starts is not None)]
    first, last = spec.scenario.first_year, max(s.last for s in starts) + steps - 1
    for year in budgeted:
        if not first <= year <= last:
            yield ("grant.year", f"{path}.{year}", str(year), {"first": str(first), "last": str(last)})


# --- gemeentepolis ------------------------------------------------------------------------------------------------


def _policies(spec: Spec) -> Findings:
    for name, policy in spec.gemeentepolis.items():
        path = f"gemeentepolis.{name}"
        if policy.insurer not in spec.parties.insurers:
            yield _unknown("insurer", f"{path}.insurer", policy.insurer, list(spec.parties.insurers))
        if policy.components is not None and not policy.tiers:
            yield ("policy.tiers", path, "", {})
        if policy.components is not None:
            shares = [t.share_of_enrolled.value for t in policy.tiers.values()]
            yield from _sum_to_one("tiers.sum", f"{path}.tiers", shares)
        people = sum(b.share_of_people.value for b in policy.bands.values())
        if people > 1 + SUM_TOLERANCE:
            yield ("bands.sum", f"{path}.bands", "", {"total": f"{people:.6g}"})
        for tier_name, tier in policy.tiers.items():
            where = f"{path}.tiers.{tier_name}"
            if tier.own_risk_insured and tier.own_risk_claims_per_year is None:
                yield ("tier.own_risk", where, "", {})
            if not tier.own_risk_insured and (tier.own_risk_claims_per_year or tier.own_risk_rider_per_month):
                yield ("tier.own_risk_not", where, "", {})
            yield from _discount(spec, policy, tier, f"{where}.discount_basic_per_month")
    for first, second in combinations(sorted(spec.gemeentepolis), 2):
        both = set(spec.gemeentepolis[first].areas) & set(spec.gemeentepolis[second].areas)
        if both and _meet(spec, first, second):
            yield ("policy.twice", f"gemeentepolis.{second}.areas", ", ".join(sorted(both)), {"other": first})


def _discount(spec: Spec, policy: Policy, tier: Tier, path: str) -> Findings:
    """The discount on the basic package in every year of the policy that is calculated; the first that is too high."""
    first = max(policy.first_year, spec.scenario.first_year)
    span = 1 if spec.scenario.horizon_years is None else spec.scenario.horizon_years
    last = spec.scenario.first_year + span - 1 if policy.last_year is None else policy.last_year
    for year in range(first, max(first, last) + 1):
        limit = _discount_limit(year)
        if tier.discount_basic_per_month.value > limit * tier.list_premium_basic_per_month.value + HALF_CENT_EUR:
            yield ("tier.discount", path, "", {"limit": f"{limit:.0%}", "year": str(year)})
            return


def _meet(spec: Spec, first: str, second: str) -> bool:
    """Whether two policies are in force in the same year."""
    a, b = spec.gemeentepolis[first], spec.gemeentepolis[second]
    return a.first_year <= (b.last_year or 9999) and b.first_year <= (a.last_year or 9999)


def _discount_limit(year: int) -> float:
    parameter = load_parameters("premium_discount")["collectivity_discount_basic_max"]
    day = max(date(year, 12, 31), parameter.values[0].start)
    return parameter.at(day).value or 0.0


# --- against the region's tables ----------------------------------------------------------------------------------


def _areas(spec: Spec, region: Region) -> Findings:
    areas = list(region.areas)
    municipalities = list(dict.fromkeys(region.municipality(k) for k in range(len(areas))))
    for path, code in _named_areas(spec):
        if code not in areas:
            yield _unknown("area", path, code, areas)
    for code in spec.region.names:
        if code not in {*areas, *municipalities}:
            yield _unknown("area", f"region.names.{code}", code, list(dict.fromkeys([*areas, *municipalities])))
    for path, code in _named_municipalities(spec):
        if code not in municipalities:
            yield _unknown("area", path, code, municipalities)
    tops = [int(t) for t in region.age_to if t < OPEN_AGE]
    for name, group in spec.target_groups.items():
        facts = {"last": str(max(tops, default=0) + 1)}
        for key, age in (("from", group.ages.from_), ("to", group.ages.to)):
            if age is not None and max(tops, default=-1) + (key == "from") < age < OPEN_AGE:
                yield ("ages.open_class", f"target_groups.{name}.ages.{key}", str(age), facts)


def _named_areas(spec: Spec) -> Iterator[tuple[str, str]]:
    for name, intervention in spec.interventions.items():
        if intervention.areas != "all":
            for position, code in enumerate(intervention.areas):
                yield f"interventions.{name}.areas.{position}", code
        for code in intervention.per_area:
            yield f"interventions.{name}.per_area.{code}", code
    for name, group in spec.target_groups.items():
        for code in group.areas:
            yield f"target_groups.{name}.areas.{code}", code
    for code in spec.holders.market_shares_by_area:
        yield f"holders.market_shares_by_area.{code}", code


def _named_municipalities(spec: Spec) -> Iterator[tuple[str, str]]:
    for name, policy in spec.gemeentepolis.items():
        for position, code in enumerate(policy.areas):
            yield f"gemeentepolis.{name}.areas.{position}", code
    for code in spec.parties.municipalities:
        yield f"parties.municipalities.{code}", code


def _baseline(spec: Spec, region: Region) -> Findings:
    for pocket in region.cost:
        if pocket not in spec.region.growth_per_year:
            yield ("growth.missing", "region.growth_per_year", "", {"pocket": pocket.value})
    for name, intervention in spec.interventions.items():
        for effect_name, effect in intervention.effects.items():
            path = f"interventions.{name}.effects.{effect_name}"
            for pocket in effect_pockets(effect):
                if pocket in region.cost:
                    continue
                if effect.includes_delivery:
                    yield ("delivery.no_baseline", f"{path}.includes_delivery", "", {"pocket": pocket.value})
                if isinstance(effect, RelativeEffect | ShiftEffect):
                    yield ("baseline.missing", f"{path}.pocket", pocket.value, {"pocket": pocket.value})
                elif getattr(effect, "ceiling_per_unit", None) is None:
                    yield ("ceiling.missing", path, "", {"pocket": pocket.value})
        if intervention.life_years is not None:
            yield from _life_years(spec, region, f"interventions.{name}.life_years")


def _life_years(spec: Spec, region: Region, path: str) -> Findings:
    """Care in gained life-years falls in every pocket of care that the cost table holds."""
    for pocket in region.cost:
        if NATURE[pocket] is PocketNature.CARE and pocket not in spec.holders.cashable:
            yield ("cashable.missing", path, pocket.value, {"pocket": pocket.value})
    if Pocket.ZVW in region.cost:
        yield from _zvw(spec, CareKind.MEDICINE_AND_DIAGNOSIS, path)


def _populations(spec: Spec, region: Region) -> Findings:
    """A budget that follows history needs the inhabitants of the whole municipality."""
    touched = any(
        Pocket.PARTICIPATIEWET in effect_pockets(e) for i in spec.interventions.values() for e in i.effects.values()
    )
    if not touched:
        return
    for position, area in enumerate(region.areas):
        if not area.startswith("GM"):
            code = region.municipality(position)
            stated = spec.parties.municipalities.get(code)
            if stated is None or stated.population is None:
                yield ("population.missing", "parties.municipalities", "", {"code": code})
                return
