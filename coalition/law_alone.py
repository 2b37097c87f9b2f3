"""What the law does by itself: a projection becomes postings, without any agreement on top.

For each stream of avoided cost: what the provider no longer gets, who no longer pays it, what later flows back to a
fund or another municipality, and what real resources are freed. For each delivery: who pays it. The rules themselves
stand in holders.py and payers.py; this module only applies them per pocket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.gemeentepolis import enrolled_by_band, in_force, own_risk_insured, policy_flows
from coalition.holders import (
    ZvwSplit,
    budget_loss,
    cashed_share,
    history_weight,
    member_shares,
    own_risk_share,
    removed_share,
    split_zvw,
    switching_parameter,
)
from coalition.inputs import Floats, Inputs, aligned, per_draw
from coalition.ledger import Posting
from coalition.parties import (
    EMPLOYERS,
    INSURERS,
    MUNICIPALITY,
    NATURE,
    PROVIDERS,
    RESIDENTS,
    RESOURCES,
    REST_OF_NL,
    STATE,
    UWV,
    WLZ_FUND,
    ZVW_FUND,
    Pocket,
    PocketNature,
    Reason,
)
from coalition.payers import coordination_grant, grant_payments
from coalition.projection import area_market_shares
from coalition.schema import ClawbackBasis, EarmarkedGrant, OwnRisk, Payer, Spec
from coalition.streams import LIFE_YEARS, Delivery, Projection, Stream

COORDINATION = "coordination"
"""What stands in the column `intervention` for running the coalition."""


@dataclass(frozen=True)
class LegalFacts:
    """Dated values that the law gives, read from the parameters by the model.

    Attributes:
        own_risk_eur: mandatory own risk in the first year.
        history_upper, history_span: inhabitants from which, and over which, the social assistance budget follows
            history (holders.history_weight).
        history_lag_years: years between spending and the budget that follows it.
        grant_share_by_year: the preventiecoalitie grant's share of coordination cost, shape (year,).
    """

    own_risk_eur: float
    history_upper: float
    history_span: float
    history_lag_years: int
    grant_share_by_year: Floats


def law_alone(spec: Spec, projection: Projection, facts: LegalFacts, inputs: Inputs) -> list[Posting]:
    """Every posting that the law makes of a projection."""
    rules = _Law(spec, projection, facts, inputs)
    postings: list[Posting] = []
    for flow in policy_flows(spec.gemeentepolis, projection.baseline, inputs):
        postings.append(Posting(flow.reason, flow.pocket, flow.policy, flow.source, flow.target, flow.amounts))
    postings += rules.delivery()
    postings += rules.coordination()
    for stream in projection.streams:
        postings += rules.stream(stream)
    return [_full(p, projection) for p in postings if p.amounts.any()]


def _full(posting: Posting, projection: Projection) -> Posting:
    """The posting with its area and year axes at full length."""
    shape = (posting.amounts.shape[0], len(projection.baseline.region.areas), len(projection.baseline.years))
    if posting.amounts.shape == shape:
        return posting
    amounts = np.array(np.broadcast_to(posting.amounts, shape))
    return Posting(posting.reason, posting.pocket, posting.intervention, posting.source, posting.target, amounts)


class _Law:
    """The rules with what they share: market shares, switching, populations."""

    def __init__(self, spec: Spec, projection: Projection, facts: LegalFacts, inputs: Inputs) -> None:
        self.spec, self.projection, self.facts, self.inputs = spec, projection, facts, inputs
        self.baseline = projection.baseline
        self.years = np.array(self.baseline.years)
        self.insurers = list(spec.parties.insurers)
        if self.insurers:
            self.market = area_market_shares(spec, self.baseline.region.areas, inputs)
            regional = inputs.several(i.market_share for i in spec.parties.insurers.values())
            self.regional = regional / regional.sum(axis=-1, keepdims=True)

    # avoided cost

    def stream(self, stream: Stream) -> list[Posting]:
        """Postings of one stream, by the nature of its pocket."""
        nature = NATURE[stream.pocket]
        if nature is PocketNature.CARE:
            return self._care(stream)
        if nature is PocketNature.TRANSFER:
            return self._transfer(stream)
        target = {Pocket.JUSTITIE: STATE, Pocket.WERKGEVER: EMPLOYERS, Pocket.INWONER: RESIDENTS}[stream.pocket]
        return [self._post(stream, Reason.AVOIDED_COST, RESOURCES, target, stream.avoided)]

    def _post(self, stream: Stream, reason: Reason, source: str, target: str, amounts: Floats) -> Posting:
        return Posting(reason, stream.pocket, stream.intervention, source, target, amounts)

    def _care(self, stream: Stream) -> list[Posting]:
        stated = self.spec.holders.cashable[stream.pocket]
        removed = removed_share(stream.avoided, per_draw(self.inputs.of(stated.capacity_removed_share), 2))
        freed = stream.avoided * removed * per_draw(self.inputs.of(stated.avoidable_cost_share), 2)
        postings = [self._post(stream, Reason.CAPACITY, RESOURCES, PROVIDERS, freed)]
        if stream.pocket is Pocket.ZVW:
            return postings + self._zvw(stream)
        gamma = self.cashable(stream.pocket, stream.avoided)
        cashed, moved = stream.avoided * gamma, stream.moved * gamma
        if stream.pocket is Pocket.WLZ:
            return [*postings, self._post(stream, Reason.AVOIDED_COST, PROVIDERS, WLZ_FUND, cashed)]
        if stream.pocket is Pocket.AANVULLENDE_VERZEKERING:
            return postings + self._supplementary(stream, cashed)
        return [
            *postings,
            self._post(stream, Reason.AVOIDED_COST, PROVIDERS, MUNICIPALITY, cashed - moved),
            self._post(stream, Reason.AVOIDED_COST, PROVIDERS, REST_OF_NL, moved),
        ]

    def cashable(self, pocket: Pocket, avoided: Floats) -> Floats:
        """γ of each amount, same shape; 0 before the renegotiation."""
        stated = self.spec.holders.cashable[pocket]
        first = self.years[0] if stated.from_year is None else stated.from_year
        share = per_draw(self.inputs.of(stated.share), avoided.ndim - 1)
        return cashed_share(avoided, share, (self.years >= first).astype(float))

    def _supplementary(self, stream: Stream, cashed: Floats) -> list[Posting]:
        """By market share, or where the members of one insurer are insured by then."""
        parts = [cashed * self.market[:, :, n, None] for n in range(len(self.insurers))]
        if stream.by_cohort is not None:
            amounts = stream.by_cohort * self.cashable(stream.pocket, stream.by_cohort)
            members_of = self.spec.interventions[stream.intervention].members_of
            assert members_of is not None
            where = self.members(members_of, len(self.years))
            parts = [(amounts * where[:, None, :, n, None]).sum(axis=2) for n in range(len(self.insurers))]
        return [
            self._post(stream, Reason.AVOIDED_COST, PROVIDERS, insurer, part)
            for insurer, part in zip(self.insurers, parts, strict=True)
        ]

    def _zvw(self, stream: Stream) -> list[Posting]:
        """Own risk, insurers and equalisation; members of one insurer may since have switched."""
        members = stream.by_cohort is not None
        avoided = stream.avoided if stream.by_cohort is None else stream.by_cohort
        own = per_draw(self.own_risk(stream), avoided.ndim - 1)
        clawback, basis = self._clawback(stream)
        gamma = self.cashable(Pocket.ZVW, avoided)
        split = split_zvw(avoided, gamma, own, clawback, basis=basis, by_cohort=members)
        postings = []
        for n, insurer in enumerate(self.insurers):
            kept, back = self._insurer_part(stream, split, n)
            postings.append(self._post(stream, Reason.AVOIDED_COST, PROVIDERS, insurer, kept))
            postings.append(self._post(stream, Reason.EQUALISATION, insurer, ZVW_FUND, back))
        own_amount = split.own_risk.sum(axis=2) if members else split.own_risk
        return postings + self._own_risk_postings(stream, own_amount)

    def _clawback(self, stream: Stream) -> tuple[Floats, ClawbackBasis]:
        stated = self.spec.holders.equalisation
        assert stated is not None  # checks.py asks for it
        assert stream.care_kind is not None
        if self.inputs.clawback is not None:
            return self.inputs.clawback[:, None], stated.basis
        return self.inputs.several(stated.clawback[stream.care_kind]), stated.basis

    def _insurer_part(self, stream: Stream, split: ZvwSplit, n: int) -> tuple[Floats, Floats]:
        """Invoices no longer paid and equalisation returned by insurer n, shape (draw, area, year)."""
        if stream.by_cohort is None:
            share = self.market[:, :, n, None]
            return split.invoices * share, split.returned * share
        intervention = self.spec.interventions[stream.intervention]
        assert intervention.members_of is not None
        where = self.members(intervention.members_of, len(self.years))[:, None, :, n, None]
        return (split.invoices * where).sum(axis=2), (split.returned * where).sum(axis=2)

    def members(self, insurer: str, years: int) -> Floats:
        """Where members of one insurer are insured k years later, shape (draw, k, insurer)."""
        assert self.spec.holders.switching_per_year is not None  # checks.py asks for it
        sigma = switching_parameter(self.inputs.of(self.spec.holders.switching_per_year), self.regional)
        return member_shares(self.insurers.index(insurer), years, sigma, self.regional)

    def own_risk(self, stream: Stream) -> Floats:
        """O of a stream, shape (draw,): stated, or from the cost classes and the relative size of the saving."""
        group_name = self.spec.interventions[stream.intervention].target_group
        stated = self.spec.target_groups[group_name].own_risk or self.spec.holders.own_risk
        assert stated is not None  # checks.py asks for it
        if stated.share is not None:
            return self.inputs.of(stated.share)
        return self._own_risk_from_classes(stated, stream, group_name)

    def _own_risk_from_classes(self, stated: OwnRisk, stream: Stream, group_name: str) -> Floats:
        assert stated.cost_classes is not None
        before = np.array([[c.cost_eur for c in stated.cost_classes]])
        weights = np.array([c.people_share for c in stated.cost_classes])
        cost = self.projection.groups[group_name].cost_per_person.get(Pocket.ZVW)
        mean = (before * weights).sum(axis=1)[:, None, None] if cost is None else cost
        spent = (stream.active * mean).sum(axis=(1, 2))
        avoided = stream.avoided.sum(axis=(1, 2))
        share = np.divide(
            avoided, spent, out=np.zeros(np.broadcast_shapes(avoided.shape, spent.shape)), where=spent > 0
        )
        after = before * (1 - np.clip(share, -1, 1))[:, None]
        if stream.effect == LIFE_YEARS:
            after = np.zeros_like(before)  # a year more or less starts again below the own risk
        return own_risk_share(before, after, np.array([self.facts.own_risk_eur]), weights)

    def _own_risk_postings(self, stream: Stream, amount: Floats) -> list[Posting]:
        """The insured's part, to the policy where it pays their own risk and to the residents elsewhere."""
        covered = self._policy_participants(stream)
        postings = []
        for policy, share in covered.items():
            insurer = self.spec.gemeentepolis[policy].insurer
            postings.append(self._own_post(stream, insurer, amount * share))
        rest = 1 - sum(covered.values(), np.zeros(1))
        return [*postings, self._own_post(stream, RESIDENTS, amount * rest)]

    def _own_post(self, stream: Stream, target: str, amounts: Floats) -> Posting:
        return Posting(Reason.OWN_RISK, Pocket.EIGEN_RISICO, stream.intervention, PROVIDERS, target, amounts)

    def _policy_participants(self, stream: Stream) -> dict[str, Floats]:
        """Per policy that pays the own risk, the part of the participants who have it, shape (draw, area, year)."""
        insured = own_risk_insured(self.spec.gemeentepolis, self.baseline, self.inputs)
        intervention = self.spec.interventions[stream.intervention]
        result = {}
        for name, share in insured.items():
            if intervention.policy_module is not None:
                starters = self.projection.starters[stream.intervention].sum(axis=2, keepdims=True)
                enrolled = self.projection.enrolled_starters[stream.intervention].sum(axis=2, keepdims=True)
                part = np.divide(enrolled, starters, out=np.zeros_like(starters), where=starters > 0)
            else:
                policy = self.spec.gemeentepolis[name]
                people = self.baseline.people.sum(axis=1)[None]
                have = sum(enrolled_by_band(policy, self.baseline, self.inputs).values(), np.zeros(1))
                part = np.divide(have, people, out=np.zeros(have.shape), where=people > 0)
            result[name] = share * part
        return result

    # transfers

    def _transfer(self, stream: Stream) -> list[Posting]:
        postings = []
        if stream.wage is not None:
            postings.append(self._post(stream, Reason.WAGE, RESOURCES, RESIDENTS, stream.wage))
        if stream.pocket is Pocket.UWV:
            return [*postings, self._post(stream, Reason.AVOIDED_COST, RESIDENTS, UWV, stream.avoided)]
        if stream.pocket is Pocket.BELASTING:
            return [*postings, self._post(stream, Reason.AVOIDED_COST, RESIDENTS, STATE, stream.avoided)]
        stayed = stream.avoided - stream.moved
        postings.append(self._post(stream, Reason.AVOIDED_COST, RESIDENTS, MUNICIPALITY, stayed))
        postings.append(self._post(stream, Reason.AVOIDED_COST, RESIDENTS, REST_OF_NL, stream.moved))
        if stream.pocket is Pocket.PARTICIPATIEWET:
            lost = self._budget_loss(stayed)
            postings.append(self._post(stream, Reason.BUDGET, MUNICIPALITY, REST_OF_NL, lost))
        return postings

    def _budget_loss(self, avoided: Floats) -> Floats:
        lag = self.facts.history_lag_years
        weight = history_weight(self._inhabitants(), self.facts.history_upper, self.facts.history_span)
        levels = self.baseline.prices.levels
        growth = np.ones_like(levels)
        growth[:, lag:] = levels[:, lag:] / levels[:, :-lag]
        return budget_loss(avoided, weight, growth, lag)

    def _inhabitants(self) -> Floats:
        """Inhabitants of the municipality of each area, in the first year; shape (draw, area)."""
        region = self.baseline.region
        own = self.baseline.people[:, :, 0].sum(axis=1)
        totals: dict[str, Floats] = {}
        for position in range(len(region.areas)):
            code = region.municipality(position)
            totals[code] = totals.get(code, np.zeros(1)) + own[position]
        for code, stated in self.spec.parties.municipalities.items():
            if stated.population is not None:
                totals[code] = self.inputs.of(stated.population)
        return aligned([totals[region.municipality(k)] for k in range(len(region.areas))]).T

    # delivery

    def delivery(self) -> list[Posting]:
        """Who pays the delivery of each intervention: modules and grants first, then the payers named."""
        postings = self._modules()
        for pocket, granted in self._grants().items():
            postings += [
                Posting(Reason.DELIVERY, pocket, name, STATE, RESOURCES, amounts) for name, amounts in granted.items()
            ]
        paid = self._grants()
        for name, intervention in self.spec.interventions.items():
            delivery = self.projection.deliveries[name]
            for payer, share in zip(intervention.payers, self._payer_shares(intervention.payers), strict=True):
                left = self._after_grant(name, payer, paid)
                postings += self._paid_by(name, payer, delivery, per_draw(share, 2) * left)
        return postings

    def _payer_shares(self, payers: list[Payer]) -> list[Floats]:
        """Each payer's part, shape (draw,); together 1 in every draw, so that no cost is left unpaid."""
        stated = self.inputs.several(p.share for p in payers)
        return list((stated / stated.sum(axis=-1, keepdims=True)).T)

    def _modules(self) -> list[Posting]:
        postings = []
        for name, intervention in self.spec.interventions.items():
            module = intervention.policy_module
            for policy in self.spec.gemeentepolis.values():
                if module is not None and module.module in policy.modules:
                    amounts = self.projection.deliveries[name].by_module * in_force(policy, self.baseline)
                    postings.append(
                        Posting(
                            Reason.DELIVERY, Pocket.AANVULLENDE_VERZEKERING, name, policy.insurer, RESOURCES, amounts
                        )
                    )
        return postings

    def _law_cost(self, name: str, pocket: Pocket) -> Floats:
        """Delivery cost that falls under one law, before grants, shape (draw, area, year)."""
        payers = self.spec.interventions[name].payers
        shares = zip(payers, self._payer_shares(payers), strict=True)
        share = sum((share for payer, share in shares if payer.law is pocket), np.zeros(1))
        return _own_delivery(self.projection.deliveries[name]) * per_draw(share, 2)

    def _grants(self) -> dict[Pocket, dict[str, Floats]]:
        """Per law and intervention what earmarked money pays, shape (draw, area, year)."""
        paid: dict[Pocket, dict[str, Floats]] = {}
        for grant in self.spec.payers.grants.values():
            for name, amounts in self._one_grant(grant, paid.get(grant.law, {})).items():
                found = paid.setdefault(grant.law, {})
                found[name] = found.get(name, np.zeros(1)) + amounts
        return paid

    def _one_grant(self, grant: EarmarkedGrant, earlier: dict[str, Floats]) -> dict[str, Floats]:
        cost = {name: self._law_cost(name, grant.law) - earlier.get(name, np.zeros(1)) for name in grant.items}
        budget = {
            name: np.array([by_year.get(int(y), 0.0) for y in self.years]) for name, by_year in grant.items.items()
        }
        paid = grant_payments(
            {n: c.sum(axis=1) for n, c in cost.items()},
            budget,
            self.inputs.of(grant.carry_over_share),
            self.inputs.of(grant.shift_limit_share),
        )
        result = {}
        for name, amounts in paid.items():
            total = cost[name].sum(axis=1, keepdims=True)
            spread = np.divide(cost[name], total, out=np.zeros_like(cost[name]), where=total > 0)
            result[name] = spread * amounts[:, None, :]
        return result

    def _after_grant(self, name: str, payer: Payer, paid: dict[Pocket, dict[str, Floats]]) -> Floats:
        """Part of the payer's share that no grant paid, shape (draw, area, year), 0-1."""
        granted = paid.get(payer.law, {}).get(name)
        if granted is None:
            return np.ones((1, 1, 1))
        cost = self._law_cost(name, payer.law)
        shape = np.broadcast_shapes(cost.shape, granted.shape)
        return 1 - np.divide(granted, cost, out=np.zeros(shape), where=np.broadcast_to(cost > 0, shape))

    def _paid_by(self, name: str, payer: Payer, delivery: Delivery, share: Floats) -> list[Posting]:
        parts = [part * share for part in delivery.by_programme_year]
        parts[0] = parts[0] + delivery.fixed * share
        if payer.party == INSURERS or payer.party in self.insurers:
            return self._paid_by_insurers(name, payer, parts)
        total = np.asarray(sum(parts))
        return [Posting(Reason.DELIVERY, payer.law, name, payer.party, RESOURCES, total)]

    def _paid_by_insurers(self, name: str, payer: Payer, parts: list[Floats]) -> list[Posting]:
        """Insurers by market share; the members' own insurer first, later the insurer of that year."""
        members_of = self.spec.interventions[name].members_of
        if payer.party in self.insurers and payer.party != members_of:
            return [Posting(Reason.DELIVERY, payer.law, name, payer.party, RESOURCES, np.asarray(sum(parts)))]
        postings = []
        where = None if members_of is None else self.members(members_of, len(parts))
        for n, insurer in enumerate(self.insurers):
            if where is None:
                amounts = np.asarray(sum(parts)) * self.market[:, :, n, None]
            else:
                amounts = np.asarray(sum(part * where[:, j, n, None, None] for j, part in enumerate(parts)))
            postings.append(Posting(Reason.DELIVERY, payer.law, name, insurer, RESOURCES, amounts))
        return postings

    # coordination

    def coordination(self) -> list[Posting]:
        """Running the coalition: the grant where one was in force, the rest by the payers named."""
        stated = self.spec.payers.coordination
        if stated is None:
            return []
        running = (self.years >= stated.years.first) & (self.years <= stated.years.last)
        cost = self.baseline.prices.amount(stated.cost_per_year, self.inputs) * running
        granted = np.zeros_like(cost)
        if stated.grant_applicant is not None and stated.eligible_share is not None:
            ceiling = np.full((1, len(self.years)), np.inf)
            if stated.grant_ceiling_per_year is not None:
                ceiling = self.baseline.prices.amount(stated.grant_ceiling_per_year, self.inputs)
            granted = coordination_grant(
                cost, self.inputs.of(stated.eligible_share), ceiling, self.facts.grant_share_by_year
            )
        people = self.baseline.people.sum(axis=1)
        spread = (people / people.sum(axis=0))[None]
        postings = [self._coordinate(STATE, Pocket.BELASTING, granted[:, None, :] * spread)]
        for payer, share in zip(stated.payers, self._payer_shares(stated.payers), strict=True):
            amounts = (cost - granted)[:, None, :] * spread * per_draw(share, 2)
            if payer.party == INSURERS:
                postings += [
                    self._coordinate(insurer, payer.law, amounts * self.market[:, :, n, None])
                    for n, insurer in enumerate(self.insurers)
                ]
            else:
                postings.append(self._coordinate(payer.party, payer.law, amounts))
        return postings

    def _coordinate(self, party: str, law: Pocket, amounts: Floats) -> Posting:
        return Posting(Reason.COORDINATION, law, COORDINATION, party, RESOURCES, amounts)


def _own_delivery(delivery: Delivery) -> Floats:
    """Delivery that the intervention's own payers carry: all but the module's part."""
    return delivery.total - delivery.by_module
