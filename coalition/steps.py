"""From people to euros: the figures between the inputs and the postings of one intervention in one pocket.

Reads the projection's own arrays and the postings of the first draw; a share between two amounts is their quotient, so
that each chain of steps multiplies to the amount it leads to. No rule of the model is applied here a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.gemeentepolis import enrolled_by_band
from coalition.inputs import Floats, Inputs
from coalition.model import Run
from coalition.parties import Pocket, Reason
from coalition.scenario import Scenario
from coalition.streams import Stream


@dataclass(frozen=True)
class Step:
    """One figure on the way from people to euros; `name` is a key of the labels."""

    intervention: str
    pocket: str
    name: str
    value: float


def steps_of(
    scenario: Scenario, run: Run, accounts: Sequence[str], positions: Sequence[int], pairs: Sequence[tuple[str, str]]
) -> list[Step]:
    """People, starters, participants, avoided cost before and after overlap, per intervention and pocket."""
    region = scenario.region
    here = [k for k in range(len(region.areas)) if region.municipality(k) in accounts] or list(range(len(region.areas)))
    steps: list[Step] = []
    for name, pocket in pairs:
        if name in scenario.spec.gemeentepolis:
            steps += _policy_steps(scenario, run, name, pocket, here, positions)
        if name not in run.projection.starters:
            continue
        group = run.projection.groups[run.projection.group_of[name]]
        first = positions[0]
        steps.append(Step(name, pocket, "group_people", _sum(group.people, here, [first])))
        steps.append(Step(name, pocket, "starters", _sum(run.projection.starters[name], here, positions)))
        steps.append(Step(name, pocket, "delivery", _sum(run.projection.deliveries[name].total, here, positions)))
        steps += _stream_steps(run, name, pocket, here, positions)
        steps += _cash_steps(scenario, run, name, pocket, here, positions)
        if pocket in {Pocket.ZVW.value, Pocket.EIGEN_RISICO.value}:
            steps += _zvw_steps(run, name, pocket, accounts, positions)
    return steps


def _policy_steps(
    scenario: Scenario, run: Run, name: str, pocket: str, here: Sequence[int], positions: Sequence[int]
) -> Iterator[Step]:
    """Inhabitants and enrolled adults of a policy, summed over these years."""
    bands = enrolled_by_band(scenario.spec.gemeentepolis[name], run.projection.baseline, Inputs())
    people = run.projection.baseline.people.sum(axis=1)[None]
    yield Step(name, pocket, "inhabitant_years", _sum(people, here, positions))
    for band, enrolled in bands.items():
        yield Step(name, pocket, f"enrolled_years:{band}", _sum(enrolled, here, positions))


def _zvw_steps(run: Run, name: str, pocket: str, accounts: Sequence[str], positions: Sequence[int]) -> Iterator[Step]:
    """How an avoided euro of care is divided: own risk, insurers' invoices, equalisation, and this party's part."""
    totals: dict[Reason, float] = {}
    own = 0.0
    for p in run.ledger.postings:
        if p.intervention == name and p.pocket in {Pocket.ZVW, Pocket.EIGEN_RISICO}:
            amount = float(p.amounts[0][:, list(positions)].sum())
            totals[p.reason] = totals.get(p.reason, 0.0) + amount
            own += amount if p.reason is Reason.AVOIDED_COST and p.target in accounts else 0.0
    invoices = totals.get(Reason.AVOIDED_COST, 0.0)
    yield Step(name, pocket, "own_risk_of_all", totals.get(Reason.OWN_RISK, 0.0))
    yield Step(name, pocket, "invoices_of_all", invoices)
    if own and invoices:
        yield Step(name, pocket, "party_share", own / invoices)
    yield Step(name, pocket, "returned_of_all", totals.get(Reason.EQUALISATION, 0.0))


def _stream_steps(run: Run, name: str, pocket: str, here: Sequence[int], positions: Sequence[int]) -> Iterator[Step]:
    law = Pocket.ZVW.value if pocket == Pocket.EIGEN_RISICO.value else pocket
    alone = [s for s in run.projection.alone if s.intervention == name and s.pocket.value == law]
    after = [s for s in run.projection.streams if s.intervention == name and s.pocket.value == law]
    if not alone:
        return
    active = max(_sum(s.active, here, positions) for s in alone)
    avoided = _total(after, here, positions)
    before = _total(alone, here, positions)
    yield Step(name, pocket, "participant_years", active)
    yield Step(name, pocket, "avoided_alone", before)
    if before:
        yield Step(name, pocket, "overlap_factor", avoided / before)
    yield Step(name, pocket, "avoided", avoided)
    if active:
        yield Step(name, pocket, "avoided_per_participant_year", avoided / active)
    moved = sum(_sum(s.moved, here, positions) for s in after)
    if moved:
        yield Step(name, pocket, "moved_away", moved)


def _cash_steps(
    scenario: Scenario, run: Run, name: str, pocket: str, here: Sequence[int], positions: Sequence[int]
) -> Iterator[Step]:
    """What avoided care becomes: the cashed amount and its share, weighted over these years."""
    law = Pocket.ZVW if pocket == Pocket.EIGEN_RISICO.value else Pocket(pocket)
    stated = scenario.spec.holders.cashable.get(law)
    streams = [s for s in run.projection.streams if s.intervention == name and s.pocket is law]
    if stated is None or not streams:
        return
    avoided = _total(streams, here, positions)
    cashed = sum(
        _sum(p.amounts, here, positions)
        for p in run.ledger.postings
        if p.intervention == name
        and p.reason in {Reason.AVOIDED_COST, Reason.OWN_RISK}
        and p.pocket in {law, Pocket.EIGEN_RISICO if law is Pocket.ZVW else law}
    )
    yield Step(name, pocket, "cashed_of_all", cashed)
    if avoided:
        yield Step(name, pocket, "cashed_share", cashed / avoided)
    yield Step(name, pocket, "capacity_removed_share", stated.capacity_removed_share.value)
    yield Step(name, pocket, "avoidable_cost_share", stated.avoidable_cost_share.value)


def _sum(amounts: Floats, here: Sequence[int], positions: Sequence[int]) -> float:
    shape = (amounts.shape[0], max(amounts.shape[1], max(here) + 1), max(amounts.shape[2], max(positions) + 1))
    full = np.broadcast_to(amounts, shape)
    return float(full[0][np.ix_(list(here), list(positions))].sum())


def _total(streams: Sequence[Stream], here: Sequence[int], positions: Sequence[int]) -> float:
    return sum(_sum(s.avoided, here, positions) for s in streams)
