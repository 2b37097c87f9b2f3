"""From avoided cost to a party's money: what is cashed, how risk equalisation, the budget and coordination divide it.

The rules themselves stand in holders.py and law_alone.py; here their outcome is read back from the postings, with the
amounts on which they worked. Steps as in steps.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from coalition.holders import cashed_share
from coalition.inputs import Floats
from coalition.model import Run, legal_facts
from coalition.parties import (
    COORDINATION,
    MUNICIPALITY,
    NATURE,
    RESOURCES,
    REST_OF_NL,
    STATE,
    Pocket,
    PocketNature,
    Reason,
)
from coalition.scenario import Scenario
from coalition.schema import ClawbackBasis
from coalition.steps import (
    Scope,
    Step,
    delivery_steps,
    people_steps,
    policy_steps,
    scope_of,
    stream_steps,
)
from coalition.streams import Stream


def steps_of(
    scenario: Scenario, run: Run, accounts: Sequence[str], positions: Sequence[int], pairs: Sequence[tuple[str, str]]
) -> list[Step]:
    """All steps of a party's money, per intervention and pocket; people and starters once per intervention."""
    scope = scope_of(scenario, run, accounts, positions)
    steps: list[Step] = []
    told: set[str] = set()
    for name, pocket in pairs:
        if name == COORDINATION:
            steps += _coordination_steps(scope, pocket)
        if name in scenario.spec.gemeentepolis:
            steps += policy_steps(scope, name, pocket)
        if name not in run.projection.starters:
            continue
        if name not in told:
            steps += people_steps(scope, name, pocket)
            told.add(name)
        steps += delivery_steps(scope, name, pocket)
        steps += stream_steps(scope, name, pocket)
        steps += _cash_steps(scope, name, pocket)
        if pocket in {Pocket.ZVW.value, Pocket.EIGEN_RISICO.value}:
            steps += _zvw_steps(scope, name, pocket)
            steps += _equalisation_steps(scope, name, pocket)
        if pocket == Pocket.PARTICIPATIEWET.value:
            steps += _budget_steps(scope, name, pocket)
    return steps


def _cash_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """What avoided care becomes: the cashed amount and its share, weighted over these years."""
    law = Pocket.ZVW if pocket == Pocket.EIGEN_RISICO.value else Pocket(pocket)
    stated = scope.scenario.spec.holders.cashable.get(law)
    streams = scope.streams(name, pocket, scope.run.projection.streams)
    if stated is None or NATURE[law] is not PocketNature.CARE or not streams:
        return
    posted = scope.postings(name, law.value, Reason.AVOIDED_COST)
    if law is Pocket.ZVW:
        posted += scope.postings(name, Pocket.EIGEN_RISICO.value, Reason.OWN_RISK)
    cashed, avoided = (
        sum(map(scope.sum, found)) for found in ([p.amounts for p in posted], [s.avoided for s in streams])
    )
    yield Step(name, pocket, "cashed_of_all", cashed)
    if avoided:
        yield Step(name, pocket, "cashed_share", cashed / avoided)
    yield Step(name, pocket, "capacity_removed_share", stated.capacity_removed_share.value)
    yield Step(name, pocket, "avoidable_cost_share", stated.avoidable_cost_share.value)


def _zvw_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """How an avoided euro of care is divided: own risk, insurers' invoices, and this party's part of these."""
    own_risk = sum(map(scope.of_all, scope.postings(name, Pocket.EIGEN_RISICO.value, Reason.OWN_RISK)))
    posted = scope.postings(name, Pocket.ZVW.value, Reason.AVOIDED_COST)
    invoices, own = sum(map(scope.of_all, posted)), sum(scope.own(p, p.target) for p in posted)
    yield Step(name, pocket, "own_risk_of_all", own_risk)
    yield Step(name, pocket, "invoices_of_all", invoices)
    if own and invoices:
        yield Step(name, pocket, "party_share", own / invoices)


def _equalisation_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """Avoided use of earlier years × rate, less the insured's own risk = taken back; and this party's part of it."""
    posted = scope.postings(name, Pocket.ZVW.value, Reason.EQUALISATION)
    returned, own = sum(map(scope.of_all, posted)), sum(scope.own(p, p.source) for p in posted)
    stated = scope.scenario.spec.holders.equalisation
    if stated is None or not returned:
        return
    before = 0.0
    streams = scope.streams(name, pocket, scope.run.projection.streams)
    for kind, rates in stated.clawback.items():
        seen = [_seen(scope, s, stated.basis) for s in streams if s.care_kind is kind]
        for lag, rate in enumerate(rates, 1):
            base = float(sum(y[t - lag] for y in seen for t in scope.positions if t >= lag))
            if base:
                yield Step(name, pocket, f"equalised_{stated.basis.value}:{kind.value}:{lag}", base)
                yield Step(name, pocket, f"clawback_share:{kind.value}:{lag}", rate.value)
                before += base * rate.value
    if before:
        yield Step(name, pocket, "not_own_risk_share", returned / before)
    yield Step(name, pocket, "returned_of_all", returned)
    if own and own != returned:
        yield Step(name, pocket, "party_returned_share", own / returned)


def _seen(scope: Scope, stream: Stream, basis: ClawbackBasis) -> Floats:
    """What equalisation sees of a stream in each year, over all areas: avoided use, or only its cashed part."""
    avoided = stream.avoided if stream.by_cohort is None else stream.by_cohort
    if basis is ClawbackBasis.CASH:
        stated = scope.scenario.spec.holders.cashable[stream.pocket]
        years = np.array(scope.run.clock.years)
        negotiated = years >= (years[0] if stated.from_year is None else stated.from_year)
        avoided = avoided * cashed_share(avoided, np.array([stated.share.value]), negotiated.astype(float))
    return np.asarray(avoided[0].reshape(-1, avoided.shape[-1]).sum(axis=0))


def _budget_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """Saving of earlier years × price change × weight of a municipality's own history = budget lost."""
    if not scope.accounts & {REST_OF_NL, *scope.run.ledger.municipalities}:
        return
    lag = legal_facts(scope.scenario, scope.run.clock).history_lag_years
    now = [t for t in scope.positions if t >= lag]
    streams = scope.streams(name, pocket, scope.run.projection.streams)
    earlier = np.sum([scope.cells(s.avoided - s.moved, [t - lag for t in now]) for s in streams], axis=0)
    if not now or not earlier.any():
        return
    levels = scope.run.projection.baseline.prices.levels[0]
    priced = float((earlier * [levels[t] / levels[t - lag] for t in now]).sum())
    lost = sum(scope.sum(p.amounts) for p in scope.postings(name, pocket, Reason.BUDGET))
    yield Step(name, pocket, "budget_lag_years", float(lag))
    yield Step(name, pocket, "budget_base", float(earlier.sum()))
    yield Step(name, pocket, "budget_price_factor", priced / float(earlier.sum()))
    if len(codes := {scope.scenario.region.municipality(k) for k in scope.here}) == 1:
        yield Step(name, pocket, "budget_inhabitants", _inhabitants(scope, codes.pop()))
    yield Step(name, pocket, "history_weight_factor", lost / priced)
    yield Step(name, pocket, "budget_lost", lost)


def _inhabitants(scope: Scope, code: str) -> float:
    """Inhabitants of a municipality on which the weight of its history depends: as stated, else by the table."""
    stated = scope.scenario.spec.parties.municipalities.get(code)
    if stated is not None and stated.population is not None:
        return stated.population.value
    people = scope.run.projection.baseline.people[:, :, 0].sum(axis=1)
    return sum(float(people[k]) for k in range(len(people)) if scope.scenario.region.municipality(k) == code)


def _coordination_steps(scope: Scope, pocket: str) -> Iterator[Step]:
    """What running the coalition costs, what the grant pays, and by which shares the rest is divided."""
    every = scope.postings(COORDINATION, None, Reason.COORDINATION)
    granted = [p for p in every if p.source == STATE and p.pocket is Pocket.BELASTING]
    cost, grant = (sum(map(scope.of_all, found)) for found in (every, granted))
    yield Step(COORDINATION, pocket, "coordination_of_all", cost)
    if grant:
        yield Step(COORDINATION, pocket, "coordination_grant", grant)
    theirs = [p for p in every if p.pocket.value == pocket and p not in granted and scope.own(p, p.source)]
    if not theirs or scope.accounts == {RESOURCES}:
        return
    borne, paid = sum(map(scope.of_all, theirs)), sum(scope.own(p, p.source) for p in theirs)
    yield Step(COORDINATION, pocket, "coordination_payer_share", borne / (cost - grant))
    if not scope.everywhere and all(p.source == MUNICIPALITY for p in theirs):
        yield Step(COORDINATION, pocket, "inhabitants_area_share", paid / borne)
    yield Step(COORDINATION, pocket, "coordination_paid", paid)
