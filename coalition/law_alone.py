"""What the law does by itself: a projection becomes postings, without any agreement on top.

For each stream of avoided cost: what the provider no longer gets, who no longer pays it, what later flows back to a
fund or another municipality, and what real resources are freed. For each delivery: who pays it. The rules themselves
stand in holders.py and payers.py; this module only applies them per pocket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from coalition.gemeentepolis import enrolled_by_band, in_force, own_risk_insured, policy_flows
from coalition.holders import (
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
    COORDINATION,
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


def cashed(spec: Spec, projection: Projection, facts: LegalFacts, inputs: Inputs, about: Measured) -> Floats:
    """What a payer no longer paid for care or support: γ·A before own risk, shape (draw, area, year).

    This is what a contract measures, never A itself; losses are negative.
    """
    rules = _Law(spec, projection, facts, inputs)
    total = np.zeros((1, len(projection.baseline.region.areas), len(projection.baseline.years)))
    for stream in projection.streams:
        if stream.pocket in about.pockets and stream.intervention in about.interventions:
            total = total + rules.cashed(stream, about.payer)
    return total


def insured_participants(
    spec: Spec, projection: Projection, facts: LegalFacts, inputs: Inputs, about: Measured
) -> dict[str, Floats]:
    """People in whom an intervention works and whom the payer insures or serves, per intervention.

    In person-years, shape (draw, area, year); gained life-years are nobody's saving and are left out.
    """
    rules = _Law(spec, projection, facts, inputs)
    found: dict[str, Floats] = {}
    for stream in projection.streams:
        if (
            stream.pocket in about.pockets
            and stream.intervention in about.interventions
            and stream.effect != LIFE_YEARS
        ):
            people = rules.people(stream, about.payer)
            found[stream.intervention] = np.maximum(found.get(stream.intervention, people), people)
    return found


@dataclass(frozen=True)
class Measured:
    """Whose saving is measured, in which purses and through which interventions.

    Attributes:
        payer: an insurer, `municipality` (that of each area) or a national account.
        pockets, interventions: what counts.
    """

    payer: str
    pockets: frozenset[Pocket]
    interventions: frozenset[str]


def law_alone(spec: Spec, projection: Projection, facts: LegalFacts, inputs: Inputs) -> list[Posting]:
    """Every posting that the law makes of a projection."""
    rules = _Law(spec, projection, facts, inputs)
    postings: list[Posting] = []
    for flow in policy_flows(spec.gemeentepolis, projection.baseline, inputs):
        postings.append(Posting(flow.reason, flow.pocket, flow.policy, flow.source, flow.target, flow.amounts))
    postings += rules.delivery()
    postings += rules.coordination()
    postings += rules.effects()
    return [p for p in postings if np.count_nonzero(p.amounts)]


class _Law:
    """The rules with what they share: market shares, switching, populations."""

    def __init__(self, spec: Spec, projection: Projection, facts: LegalFacts, inputs: Inputs) -> None:
        self.spec, self.projection, self.facts, self.inputs = spec, projection, facts, inputs
        self.baseline = projection.baseline
        self.years = np.array(self.baseline.years)
        self.insurers = list(spec.parties.insurers)
        if self.insurers:
            market = area_market_shares(spec, self.baseline.region.areas, inputs)
            self.market = np.moveaxis(market, -1, 0)[..., None]  # shape (insurer, draw, area, 1)
            regional = inputs.several(i.market_share for i in spec.parties.insurers.values())
            self.regional = regional / regional.sum(axis=-1, keepdims=True)

    # avoided cost

    def effects(self) -> list[Posting]:
        """Postings of every stream, in the order of the streams; those that divide alike are divided together."""
        streams = self.projection.streams
        alike: dict[tuple[Pocket, str, bool], list[int]] = {}
        for position, s in enumerate(streams):
            members = "" if s.by_cohort is None else s.intervention
            alike.setdefault((s.pocket, members, s.wage is None), []).append(position)
        made: list[list[Posting]] = [[] for _ in streams]
        for positions in alike.values():
            for column in self._columns([streams[k] for k in positions]):
                for position, posting in zip(positions, column, strict=True):
                    made[position].append(posting)
        return list(chain.from_iterable(made))

    def _columns(self, streams: list[Stream]) -> Iterator[list[Posting]]:
        """Postings by the nature of the streams' pocket: each time one per stream."""
        pocket = streams[0].pocket
        avoided, moved = aligned([s.avoided for s in streams]), aligned([s.moved for s in streams])
        if NATURE[pocket] is PocketNature.CARE:
            return self._care(streams, avoided, moved)
        if NATURE[pocket] is PocketNature.TRANSFER:
            return self._transfer(streams, avoided, moved)
        target = {Pocket.JUSTITIE: STATE, Pocket.WERKGEVER: EMPLOYERS, Pocket.INWONER: RESIDENTS}[pocket]
        return iter([_column(streams, Reason.AVOIDED_COST, RESOURCES, target, avoided)])

    def _care(self, streams: list[Stream], avoided: Floats, moved: Floats) -> Iterator[list[Posting]]:
        pocket = streams[0].pocket
        stated = self.spec.holders.cashable[pocket]
        removed = removed_share(avoided, per_draw(self.inputs.of(stated.capacity_removed_share), 2))
        freed = avoided * removed * per_draw(self.inputs.of(stated.avoidable_cost_share), 2)
        yield _column(streams, Reason.CAPACITY, RESOURCES, PROVIDERS, freed)
        if pocket is Pocket.ZVW:
            yield from self._zvw(streams, avoided)
            return
        gamma = self.cashable(pocket, avoided)
        if pocket is Pocket.AANVULLENDE_VERZEKERING:
            yield from self._supplementary(streams, avoided * gamma)
        elif pocket is Pocket.WLZ:
            yield _column(streams, Reason.AVOIDED_COST, PROVIDERS, WLZ_FUND, avoided * gamma)
        else:
            cashed, elsewhere = avoided * gamma, moved * gamma
            yield _column(streams, Reason.AVOIDED_COST, PROVIDERS, MUNICIPALITY, cashed - elsewhere)
            yield _column(streams, Reason.AVOIDED_COST, PROVIDERS, REST_OF_NL, elsewhere)

    def cashable(self, pocket: Pocket, avoided: Floats, *, by_cohort: bool = False) -> Floats:
        """γ of each amount, same shape; 0 before the renegotiation."""
        stated = self.spec.holders.cashable[pocket]
        first = self.years[0] if stated.from_year is None else stated.from_year
        share = per_draw(self.inputs.of(stated.share), 3 if by_cohort else 2)
        return cashed_share(avoided, share, (self.years >= first).astype(float))

    def cashed(self, stream: Stream, payer: str) -> Floats:
        """The part of one stream that a payer no longer pays, before own risk and equalisation."""
        pocket = stream.pocket
        if payer in self.insurers:
            amounts = stream.avoided if stream.by_cohort is None else stream.by_cohort
            paid = amounts * self.cashable(pocket, amounts, by_cohort=stream.by_cohort is not None)
            return np.asarray(self._part_of(self.insurers.index(payer), paid[None], [stream])[0])
        stays = stream.avoided - stream.moved if payer == MUNICIPALITY else stream.avoided
        return np.asarray(stays * self.cashable(pocket, stays)) if NATURE[pocket] is PocketNature.CARE else stays

    def people(self, stream: Stream, payer: str) -> Floats:
        """Person-years of one stream in people whom a payer insures by then, or serves."""
        if payer not in self.insurers:
            return stream.active
        people = stream.active if stream.active_by_cohort is None else stream.active_by_cohort
        return np.asarray(self._part_of(self.insurers.index(payer), people[None], [stream])[0])

    def _supplementary(self, streams: list[Stream], cashed: Floats) -> Iterator[list[Posting]]:
        """By market share, or where the members of one insurer are insured by then."""
        cohorts = _by_cohort(streams)
        if cohorts is not None:
            cashed = cohorts * self.cashable(streams[0].pocket, cohorts, by_cohort=True)
        for n, insurer in enumerate(self.insurers):
            part = self._part_of(n, cashed, streams)
            yield _column(streams, Reason.AVOIDED_COST, PROVIDERS, insurer, part)

    def _zvw(self, streams: list[Stream], avoided: Floats) -> Iterator[list[Posting]]:
        """Own risk, insurers and equalisation; members of one insurer may since have switched."""
        cohorts = _by_cohort(streams)
        members = cohorts is not None
        amounts = avoided if cohorts is None else cohorts
        own = per_draw(aligned([self.own_risk(s) for s in streams]), 3 if members else 2)
        clawback, basis = self._clawback(streams)
        gamma = self.cashable(Pocket.ZVW, amounts, by_cohort=members)
        split = split_zvw(amounts, gamma, own, clawback, basis=basis, by_cohort=members)
        for n, insurer in enumerate(self.insurers):
            kept, back = (self._part_of(n, part, streams) for part in (split.invoices, split.returned))
            yield _column(streams, Reason.AVOIDED_COST, PROVIDERS, insurer, kept)
            yield _column(streams, Reason.EQUALISATION, insurer, ZVW_FUND, back)
        yield from self._own_risk_columns(streams, split.own_risk.sum(axis=-2) if members else split.own_risk)

    def _clawback(self, streams: list[Stream]) -> tuple[Floats, ClawbackBasis]:
        """Shares taken back 1, 2, ... years later, shape (stream, draw, j), and what equalisation sees."""
        equalisation = self.spec.holders.equalisation
        assert equalisation is not None  # checks.py asks for it
        if self.inputs.clawback is not None:
            return self.inputs.clawback[None, :, None], equalisation.basis
        stated = {kind: self.inputs.several(shares) for kind, shares in equalisation.clawback.items()}
        rows = [stated[s.care_kind] for s in streams if s.care_kind is not None]
        rates = np.zeros((len(rows), max(map(len, rows)), max(shares.shape[1] for shares in rows)))
        for rate, shares in zip(rates, rows, strict=True):
            rate[:, : shares.shape[1]] = shares
        return rates / np.maximum(rates.sum(axis=-1, keepdims=True), 1.0), equalisation.basis  # never more than all

    def _part_of(self, n: int, amounts: Floats, streams: list[Stream]) -> Floats:
        """Insurer n's part of amounts, shape (stream, draw, area, year): by market, or where members are insured."""
        members_of = self.spec.interventions[streams[0].intervention].members_of
        if streams[0].by_cohort is None or members_of is None:
            return np.asarray(amounts * self.market[n])
        where = self.members(members_of, len(self.years))[:, None, :, n, None]
        return np.asarray((amounts * where).sum(axis=-2))

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

    def _own_risk_columns(self, streams: list[Stream], amounts: Floats) -> Iterator[list[Posting]]:
        """The insured's part, to the policy where it pays their own risk and to the residents elsewhere."""
        covered = [self._policy_participants(s) for s in streams]
        rest = np.ones((1, 1, 1, 1))
        for policy in covered[0]:
            share = aligned([c[policy] for c in covered])
            insurer = self.spec.gemeentepolis[policy].insurer
            yield _column(streams, Reason.OWN_RISK, PROVIDERS, insurer, amounts * share, Pocket.EIGEN_RISICO)
            rest = rest - share
        yield _column(streams, Reason.OWN_RISK, PROVIDERS, RESIDENTS, amounts * rest, Pocket.EIGEN_RISICO)

    def _policy_participants(self, stream: Stream) -> dict[str, Floats]:
        """Per policy that pays the own risk, the part of the participants who have it, shape (draw, area, year)."""
        insured = own_risk_insured(self.spec.gemeentepolis, self.baseline, self.inputs)
        intervention = self.spec.interventions[stream.intervention]
        result = {}
        for name, share in insured.items():
            module = intervention.policy_module
            if module is not None and module.module in self.spec.gemeentepolis[name].modules:
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

    def _transfer(self, streams: list[Stream], avoided: Floats, moved: Floats) -> Iterator[list[Posting]]:
        pocket = streams[0].pocket
        wages = [s.wage for s in streams if s.wage is not None]
        if wages:
            yield _column(streams, Reason.WAGE, RESOURCES, RESIDENTS, aligned(wages))
        if pocket in {Pocket.UWV, Pocket.BELASTING}:
            target = UWV if pocket is Pocket.UWV else STATE
            yield _column(streams, Reason.AVOIDED_COST, RESIDENTS, target, avoided)
            return
        stayed = avoided - moved
        yield _column(streams, Reason.AVOIDED_COST, RESIDENTS, MUNICIPALITY, stayed)
        yield _column(streams, Reason.AVOIDED_COST, RESIDENTS, REST_OF_NL, moved)
        if pocket is Pocket.PARTICIPATIEWET:
            yield _column(streams, Reason.BUDGET, MUNICIPALITY, REST_OF_NL, self._budget_loss(stayed))

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
        postings, paid = self._modules(), self._grants()
        for pocket, granted in paid.items():
            postings += [
                Posting(Reason.DELIVERY, pocket, name, STATE, RESOURCES, amounts) for name, amounts in granted.items()
            ]
        for name, intervention in self.spec.interventions.items():
            parts = list(self.projection.deliveries[name].by_programme_year)
            parts[0] = parts[0] + self.projection.deliveries[name].fixed
            for payer, share in zip(intervention.payers, self._payer_shares(intervention.payers), strict=True):
                own = per_draw(share, 2) * self._after_grant(name, payer, paid)
                postings += [
                    Posting(Reason.DELIVERY, payer.law, name, party, RESOURCES, amounts)
                    for party, amounts in self._paid_by(name, payer, parts, own)
                ]
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

    def _paid_by(self, name: str, payer: Payer, parts: list[Floats], share: Floats) -> Iterator[tuple[str, Floats]]:
        """Who pays a share of the delivery in its programme years 0, 1, ...; of members, their insurer of that year."""
        members_of = self.spec.interventions[name].members_of
        if payer.party not in {INSURERS, members_of}:
            yield payer.party, sum(parts) * share
        elif members_of is None:
            yield from zip(self.insurers, sum(parts) * share * self.market, strict=True)
        else:
            where = self.members(members_of, len(parts))
            for n, insurer in enumerate(self.insurers):
                paid = sum(part * where[:, j, n, None, None] for j, part in enumerate(parts))
                yield insurer, paid * share

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
                    self._coordinate(insurer, payer.law, amounts * market)
                    for insurer, market in zip(self.insurers, self.market, strict=True)
                ]
            else:
                postings.append(self._coordinate(payer.party, payer.law, amounts))
        return postings

    def _coordinate(self, party: str, law: Pocket, amounts: Floats) -> Posting:
        return Posting(Reason.COORDINATION, law, COORDINATION, party, RESOURCES, amounts)


def _column(
    streams: list[Stream], reason: Reason, source: str, target: str, amounts: Floats, pocket: Pocket | None = None
) -> list[Posting]:
    """One posting per stream; amounts of shape (stream, draw, area, year), in the streams' own pocket or another."""
    return [
        Posting(reason, pocket or s.pocket, s.intervention, source, target, row)
        for s, row in zip(streams, amounts, strict=True)
    ]


def _by_cohort(streams: list[Stream]) -> Floats | None:
    """Avoided cost by the age of the cohort, shape (stream, draw, area, age, year); None where nobody's age matters."""
    cohorts = [s.by_cohort for s in streams if s.by_cohort is not None]
    return aligned(cohorts) if cohorts else None


def _own_delivery(delivery: Delivery) -> Floats:
    """Delivery that the intervention's own payers carry: all but the module's part."""
    return delivery.total - delivery.by_module
