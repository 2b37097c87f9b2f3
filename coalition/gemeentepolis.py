"""The municipal health policy: who is insured, what is reimbursed, and whose money it moves by itself.

A policy is a set of income bands and tiers that one insurer and one or more municipalities agree per calendar year.
Its own money is told either by the published cost-benefit figures or part by part, never both. The basic premium
is paid with and without the policy, so only what the policy changes is a flow. No advice on premiums is given here.
Shapes: (draw, area, year); euro nominal per year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from coalition.baseline import Baseline
from coalition.inputs import Floats, Inputs, per_draw
from coalition.numbers import Euro
from coalition.parties import MUNICIPALITY, RESIDENTS, RESOURCES, Pocket, Reason
from coalition.schema import Band, Policy, PolicyMethod, Tier


@dataclass(frozen=True)
class PolicyFlow:
    """Money that a policy moves by itself.

    Attributes:
        policy: id.
        reason, pocket: see parties.py.
        source, target: accounts; `municipality` is the one of each area.
        amounts: euro per year, not negative unless the scenario states a negative benefit.
    """

    policy: str
    reason: Reason
    pocket: Pocket
    source: str
    target: str
    amounts: Floats


def insured_pays_per_month(tier: Tier, band: Band, inputs: Inputs) -> Floats:
    """What an insured adult pays per month: list premiums − discounts − municipal contribution; shape (draw,)."""
    of = inputs.of
    listed = of(tier.list_premium_basic_per_month) + of(tier.list_premium_supplementary_per_month)
    if tier.own_risk_rider_per_month is not None:
        listed = listed + of(tier.own_risk_rider_per_month)
    discount = of(tier.discount_basic_per_month) + of(tier.discount_supplementary_per_month)
    return np.asarray(listed - discount - of(band.contribution_per_month))


def in_force(policy: Policy, baseline: Baseline) -> Floats:
    """1 in the areas and years of the policy, else 0; shape (1, area, year)."""
    years = np.array(baseline.years)
    last = baseline.years[-1] if policy.last_year is None else policy.last_year
    when = (years >= policy.first_year) & (years <= last)
    where = np.array([baseline.region.municipality(k) in policy.areas for k in range(len(baseline.region.areas))])
    return np.asarray(where[:, None] * when, dtype=float)[None]


def enrolled_by_band(policy: Policy, baseline: Baseline, inputs: Inputs) -> dict[str, Floats]:
    """Enrolled adults per income band: inhabitants × share in the band × uptake."""
    people = baseline.people.sum(axis=1)[None] * in_force(policy, baseline) * per_draw(inputs.of(policy.uptake), 2)
    return {name: people * per_draw(inputs.of(band.share_of_people), 2) for name, band in policy.bands.items()}


def module_cover(
    policies: Mapping[str, Policy], module: str | None, baseline: Baseline, inputs: Inputs
) -> tuple[Floats, Floats]:
    """Where and when a prevention module exists, and the most it reimburses per starter.

    Returns:
        Covered (1 or 0) and euro per starter, both shape (draw, area, year).
    """
    shape = (1, len(baseline.region.areas), len(baseline.years))
    covered, ceiling = np.zeros(shape), np.zeros(shape)
    for policy in policies.values():
        if module in policy.modules:
            force = in_force(policy, baseline)
            most = policy.modules[module].max_per_starter
            covered = np.maximum(covered, force)
            ceiling = ceiling + force * _priced(most, baseline, inputs)
    return covered, ceiling


def own_risk_insured(policies: Mapping[str, Policy], baseline: Baseline, inputs: Inputs) -> dict[str, Floats]:
    """Per policy the share of its enrolled whose own risk it pays, in its areas and years; shape (draw, area, year)."""
    shares = {}
    for name, policy in policies.items():
        parts = [inputs.of(t.share_of_enrolled) for t in policy.tiers.values() if t.own_risk_insured]
        if parts:
            shares[name] = in_force(policy, baseline) * per_draw(np.asarray(sum(parts)), 2)
    return shares


def policy_flows(policies: Mapping[str, Policy], baseline: Baseline, inputs: Inputs) -> list[PolicyFlow]:
    """Everything that the policies of a scenario move by themselves; what they bring is an effect like any other."""
    flows: list[PolicyFlow] = []
    scale = per_draw(inputs.effect_scale, 2)
    for name, policy in policies.items():
        bands = enrolled_by_band(policy, baseline, inputs)
        enrolled = np.asarray(sum(bands.values()))
        if policy.method is PolicyMethod.MKBA:
            flows += _mkba_flows(name, policy, enrolled, baseline, inputs)
        else:
            flows += _contribution_flows(name, policy, bands, baseline, inputs)
            flows += _tier_flows(name, policy, enrolled, baseline, inputs)
            flows += _component_flows(name, policy, enrolled, baseline, inputs)
    return [replace(f, amounts=f.amounts * scale) if f.reason is Reason.POLICY_BENEFIT else f for f in flows]


def _mkba_flows(name: str, policy: Policy, enrolled: Floats, baseline: Baseline, inputs: Inputs) -> list[PolicyFlow]:
    """The published totals: the contribution is a transfer to residents, the benefits free real resources."""
    assert policy.mkba is not None
    pocket = Pocket.BIJZONDERE_BIJSTAND
    rows = (
        (Reason.POLICY_COST, MUNICIPALITY, RESIDENTS, policy.mkba.municipal_cost_per_year),
        (Reason.POLICY_BENEFIT, RESOURCES, MUNICIPALITY, policy.mkba.municipal_benefit_per_year),
        (Reason.POLICY_BENEFIT, RESOURCES, RESIDENTS, policy.mkba.benefit_outside_municipality_per_year),
    )
    return [
        PolicyFlow(name, reason, pocket, source, target, enrolled * _priced(amount, baseline, inputs))
        for reason, source, target, amount in rows
    ]


def _contribution_flows(
    name: str, policy: Policy, bands: dict[str, Floats], baseline: Baseline, inputs: Inputs
) -> list[PolicyFlow]:
    total = np.asarray(
        sum(
            people * 12 * _priced(policy.bands[band].contribution_per_month, baseline, inputs)
            for band, people in bands.items()
        )
    )
    return [PolicyFlow(name, Reason.POLICY_CONTRIBUTION, Pocket.BIJZONDERE_BIJSTAND, MUNICIPALITY, RESIDENTS, total)]


def _tier_flows(name: str, policy: Policy, enrolled: Floats, baseline: Baseline, inputs: Inputs) -> list[PolicyFlow]:
    """Premium, discount and reimbursements of the supplementary part, per tier."""
    flows = []
    extra, insurer = Pocket.AANVULLENDE_VERZEKERING, policy.insurer
    for tier in policy.tiers.values():
        members = enrolled * per_draw(inputs.of(tier.share_of_enrolled), 2)
        rows: list[tuple[Reason, Pocket, str, str, Euro | None, int]] = [
            (Reason.POLICY_PREMIUM, extra, RESIDENTS, insurer, tier.list_premium_supplementary_per_month, 12),
            (Reason.POLICY_PREMIUM, extra, RESIDENTS, insurer, tier.own_risk_rider_per_month, 12),
            (Reason.POLICY_PREMIUM, Pocket.ZVW, insurer, RESIDENTS, tier.discount_basic_per_month, 12),
            (Reason.POLICY_PREMIUM, extra, insurer, RESIDENTS, tier.discount_supplementary_per_month, 12),
            (Reason.POLICY_CLAIMS, extra, insurer, RESIDENTS, tier.own_risk_claims_per_year, 1),
            (Reason.POLICY_CLAIMS, extra, insurer, RESIDENTS, tier.wmo_contribution_covered_per_year, 1),
            (Reason.POLICY_CLAIMS, extra, insurer, RESIDENTS, tier.claims_per_year, 1),
        ]
        flows += [
            PolicyFlow(name, reason, pocket, source, target, members * times * _priced(amount, baseline, inputs))
            for reason, pocket, source, target, amount, times in rows
            if amount is not None
        ]
    return flows


def _component_flows(
    name: str, policy: Policy, enrolled: Floats, baseline: Baseline, inputs: Inputs
) -> list[PolicyFlow]:
    assert policy.components is not None
    parts, assistance = policy.components, Pocket.BIJZONDERE_BIJSTAND
    rows = (
        (Reason.POLICY_EXECUTION, assistance, MUNICIPALITY, RESOURCES, parts.execution_per_year),
        (Reason.POLICY_BENEFIT, assistance, RESIDENTS, MUNICIPALITY, parts.special_assistance_avoided_per_year),
        (Reason.POLICY_BENEFIT, assistance, RESOURCES, MUNICIPALITY, parts.municipal_arrears_cost_avoided_per_year),
        (Reason.POLICY_BENEFIT, Pocket.ZVW, RESIDENTS, policy.insurer, parts.insurer_arrears_avoided_per_year),
        (Reason.POLICY_CLAIMS, Pocket.ZVW, policy.insurer, RESOURCES, parts.induced_care_per_year),
    )
    return [
        PolicyFlow(name, reason, pocket, source, target, enrolled * _priced(amount, baseline, inputs))
        for reason, pocket, source, target, amount in rows
    ]


def _priced(amount: Euro, baseline: Baseline, inputs: Inputs) -> Floats:
    """A stated amount in the euros of each year, shape (draw, 1, year)."""
    return baseline.prices.amount(amount, inputs)[:, None, :]
