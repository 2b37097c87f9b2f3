"""From people to euros: the figures between the inputs and the postings of one intervention in one pocket.

Reads the projection's own arrays, the postings of the first draw and the numbers of the scenario. A share between two
amounts is their quotient, so that each chain of steps multiplies to the amount it leads to, over several areas and
years too. What the law does with avoided cost afterwards stands in steps_of_law.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from coalition.gemeentepolis import enrolled_by_band, in_force, module_cover, policy_flows
from coalition.inputs import Floats, Inputs
from coalition.ledger import Posting
from coalition.model import Run
from coalition.numbers import Euro
from coalition.parties import RESOURCES, Pocket, Reason
from coalition.projection import area_market_shares
from coalition.scenario import Scenario
from coalition.schema import Intervention, numbers_in
from coalition.streams import Stream


@dataclass(frozen=True)
class Step:
    """One figure on the way from people to euros.

    Attributes:
        name: key of the labels; what follows a colon are ids that the label names.
        value: euro, people, a share or a count, as the label says.
    """

    intervention: str
    pocket: str
    name: str
    value: float


@dataclass(frozen=True)
class Scope:
    """Of which parties, areas and years the steps are.

    Attributes:
        accounts: the parties asked for.
        here: positions of their areas; all areas where the accounts are no municipalities.
        positions: of the years asked for.
    """

    scenario: Scenario
    run: Run
    accounts: frozenset[str]
    here: tuple[int, ...]
    positions: tuple[int, ...]

    @property
    def everywhere(self) -> bool:
        """Whether all areas count."""
        return len(self.here) == len(self.scenario.region.areas)

    def cells(self, amounts: Floats, positions: Sequence[int] | None = None) -> Floats:
        """The first draw in these areas and years, shape (area, year)."""
        shape = (amounts.shape[0], len(self.scenario.region.areas), len(self.run.clock.years))
        years = self.positions if positions is None else positions
        found: Floats = np.broadcast_to(amounts, shape)[0][np.ix_(list(self.here), list(years))]
        return found

    def sum(self, amounts: Floats) -> float:
        """Total of the first draw over these areas and years."""
        return float(self.cells(amounts).sum())

    def of_all(self, posting: Posting) -> float:
        """What a posting moves in these years, whoever pays."""
        return float(posting.amounts[0][:, list(self.positions)].sum())

    def own(self, posting: Posting, side: str) -> float:
        """The part of a posting of which one side is one of the accounts."""
        areas = [k for k in range(len(posting.amounts[0])) if self.run.ledger.account(side, k) in self.accounts]
        return float(posting.amounts[0][np.ix_(areas, list(self.positions))].sum())

    def postings(self, intervention: str, pocket: str | None, *reasons: Reason) -> list[Posting]:
        """Postings through an intervention in a pocket (None: any), for these reasons."""
        return [
            p
            for p in self.run.ledger.postings
            if p.intervention == intervention and pocket in {None, p.pocket.value} and p.reason in reasons
        ]

    def net(self, postings: Sequence[Posting]) -> float:
        """Received − paid of the accounts; of society what it saves in real resources."""
        net = sum(self.own(p, p.target) - self.own(p, p.source) for p in postings)
        return -net if self.accounts == {RESOURCES} else net

    def streams(self, intervention: str, pocket: str, streams: Sequence[Stream]) -> list[Stream]:
        """Streams of an intervention under the law of a pocket; own risk is Zvw care."""
        law = Pocket.ZVW.value if pocket == Pocket.EIGEN_RISICO.value else pocket
        return [s for s in streams if s.intervention == intervention and s.pocket.value == law]


def scope_of(scenario: Scenario, run: Run, accounts: Sequence[str], positions: Sequence[int]) -> Scope:
    """The areas that belong to the accounts, or all of them."""
    region = scenario.region
    everywhere = range(len(region.areas))
    here = [k for k in everywhere if region.municipality(k) in accounts] or list(everywhere)
    return Scope(scenario, run, frozenset(accounts), tuple(here), tuple(positions))


def people_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """People in the group × timing × members × reach = starters; only areas and years in which anyone starts."""
    projection, stated = scope.run.projection, scope.scenario.spec.interventions[name]
    starters = scope.cells(projection.starters[name])
    people = np.where(starters > 0, scope.cells(projection.groups[projection.group_of[name]].people), 0.0)
    if not people.any():
        return
    reach, enrolled, module_reach = _reach(scope, stated)
    members = scope.cells(_members(scope, stated))
    asked = _quotient(starters, reach * (1 - enrolled) + enrolled * module_reach)
    timed = _quotient(asked, members)
    limited = stated.capacity_per_year is not None or any(a.capacity_per_year for a in stated.per_area.values())
    yield Step(name, pocket, "group_people_years", float(people.sum()))
    yield Step(name, pocket, "timing_capacity_share" if limited else "timing_share", timed.sum() / people.sum())
    if stated.members_of is not None:
        yield Step(name, pocket, "members_share", asked.sum() / timed.sum())
    yield Step(name, pocket, "reach_share", (asked * reach).sum() / asked.sum())
    if enrolled.any():
        yield Step(name, pocket, "module_enrolled_share", (asked * enrolled).sum() / asked.sum())
        yield Step(name, pocket, "module_reach_share", module_reach)
        yield Step(name, pocket, "starting_share", starters.sum() / asked.sum())
    yield Step(name, pocket, "starters", float(starters.sum()))


def _quotient(amounts: Floats, by: Floats) -> Floats:
    """Cell by cell, 0 where there is nothing to divide by."""
    return np.divide(amounts, by, out=np.zeros(amounts.shape), where=np.broadcast_to(by > 0, amounts.shape))


def _reach(scope: Scope, stated: Intervention) -> tuple[Floats, Floats, float]:
    """Reach per area as stated, shape (area, 1); part that has the policy module, (area, year); reach among them."""
    rows = []
    for k in scope.here:
        own = stated.per_area.get(scope.scenario.region.areas[k])
        rows.append([(stated.reach if own is None or own.reach is None else own.reach).value])
    module = stated.policy_module
    if module is None:
        return np.array(rows), np.zeros((len(rows), 1)), 0.0
    covered, _ = module_cover(scope.scenario.spec.gemeentepolis, module.module, scope.run.projection.baseline, Inputs())
    return np.array(rows), scope.cells(covered) * module.enrolled_share_of_group.value, module.reach.value


def _members(scope: Scope, stated: Intervention) -> Floats:
    """Market share of the insurer whose members alone take part, else 1; shape (1, area, 1)."""
    if stated.members_of is None:
        return np.ones((1, 1, 1))
    spec = scope.scenario.spec
    shares = area_market_shares(spec, scope.scenario.region.areas, Inputs())
    return shares[:1, :, list(spec.parties.insurers).index(stated.members_of), None]


def delivery_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """Delivery per starter and fixed, what a policy module pays, and the part of the rest that these parties pay."""
    posted = scope.postings(name, pocket, Reason.DELIVERY)
    paid = sum(scope.own(p, p.source) + scope.own(p, p.target) for p in posted)
    if not paid:
        return
    found = scope.run.projection.deliveries[name]
    total, fixed, module = (scope.sum(a) for a in (found.total, found.fixed, found.by_module))
    starters = scope.sum(scope.run.projection.starters[name])
    if total - fixed and starters:
        yield Step(name, pocket, "delivery_per_starter", (total - fixed) / starters)
        yield Step(name, pocket, "delivery_of_starters", total - fixed)
    if fixed:
        if not scope.everywhere:
            of_all = float(found.fixed[0][:, list(scope.positions)].sum())
            yield Step(name, pocket, "fixed_of_all", of_all)
            yield Step(name, pocket, "group_area_share", fixed / of_all)
        yield Step(name, pocket, "delivery_fixed", fixed)
    if fixed and fixed != total:
        yield Step(name, pocket, "delivery", total)
    if module:
        yield Step(name, pocket, "delivery_module", module)
        yield Step(name, pocket, "delivery_left", total - module)
    by_module = bool(module) and pocket == Pocket.AANVULLENDE_VERZEKERING.value
    base = module if by_module else total - module
    if base:
        yield Step(name, pocket, "module_paid_share" if by_module else "paid_share", paid / base)
    yield Step(name, pocket, "delivery_paid", paid)


def policy_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """Inhabitants × share × uptake = insured, where and when the policy is in force; × euro each = the posting."""
    policy, baseline = scope.scenario.spec.gemeentepolis[name], scope.run.projection.baseline
    people = scope.sum(baseline.people.sum(axis=1)[None] * in_force(policy, baseline))
    if not people:
        return
    yield Step(name, pocket, "inhabitant_years", people)
    insured = 0.0
    for band, enrolled in enrolled_by_band(policy, baseline, Inputs()).items():
        yield Step(name, pocket, f"band_share:{band}", policy.bands[band].share_of_people.value)
        yield Step(name, pocket, "uptake_share", policy.uptake.value)
        yield Step(name, pocket, f"enrolled_years:{band}", scope.sum(enrolled))
        insured += scope.sum(enrolled)
    yield Step(name, pocket, "insured_years", insured)
    for reason in dict.fromkeys(p.reason for p in scope.run.ledger.postings if p.intervention == name):
        amount = scope.net(scope.postings(name, pocket, reason))
        if amount and insured:
            for path, part in _by_input(scope, name, pocket, reason):
                yield Step(name, pocket, f"per_insured_by:{path}", part / insured)
            yield Step(name, pocket, f"per_insured:{reason.value}", amount / insured)
            yield Step(name, pocket, f"of_insured:{reason.value}", amount)


def _by_input(scope: Scope, name: str, pocket: str, reason: Reason) -> Iterator[tuple[str, float]]:
    """What each stated amount of a policy adds to a posting: the difference that it makes to leave it out."""
    whole = scope.net(_policy_postings(scope, name, pocket, reason, Inputs()))
    for path, number in numbers_in(scope.scenario.spec.gemeentepolis[name], f"gemeentepolis.{name}"):
        if isinstance(number, Euro):
            without = _policy_postings(scope, name, pocket, reason, Inputs(1, {path: np.zeros(1)}))
            if part := whole - scope.net(without):
                yield path, part


def _policy_postings(scope: Scope, name: str, pocket: str, reason: Reason, inputs: Inputs) -> list[Posting]:
    policies, baseline = scope.scenario.spec.gemeentepolis, scope.run.projection.baseline
    shape = (1, len(baseline.region.areas), len(baseline.years))
    return [
        Posting(f.reason, f.pocket, name, f.source, f.target, np.broadcast_to(f.amounts, shape))
        for f in policy_flows({name: policies[name]}, baseline, inputs)
        if f.reason is reason and f.pocket.value == pocket
    ]


def stream_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """Participant-years, avoided cost on its own and after overlap, and the part on people who moved away."""
    alone = scope.streams(name, pocket, scope.run.projection.alone)
    after = scope.streams(name, pocket, scope.run.projection.streams)
    if not alone:
        return
    active = max(scope.sum(s.active) for s in alone)
    avoided, before = (sum(scope.sum(s.avoided) for s in streams) for streams in (after, alone))
    yield Step(name, pocket, "participant_years", active)
    yield Step(name, pocket, "avoided_alone", before)
    if before:
        yield Step(name, pocket, "overlap_factor", avoided / before)
    yield Step(name, pocket, "avoided", avoided)
    if active:
        yield Step(name, pocket, "avoided_per_participant_year", avoided / active)
    if moved := sum(scope.sum(s.moved) for s in after):
        yield Step(name, pocket, "moved_away", moved)
