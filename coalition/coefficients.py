"""What one full start of an intervention in an area and a year brings everybody: the model itself, without overlap.

Everything before overlap is linear in starters, so a plan's result is a sum over its starts. One pass per start year
lets every intervention begin in that year in every area where it may be done; what it does in one area is read from
the ledger. What is agreed on top is asked of the model start by start, because an agreement joins areas and programmes.
Present values in euro of the price year; + is a gain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coalition.agreed import agreed
from coalition.baseline import Baseline
from coalition.candidates import Candidates, Ints, candidates_about, candidates_of
from coalition.contract_rooms import Afterwards, ContractRoom
from coalition.contracts_followed import FollowedContracts, OnTop
from coalition.departures import after_departures
from coalition.fund_rooms import FundRoom, flow_of, fund_room, open_funds, with_full_funds
from coalition.inputs import Floats, Inputs
from coalition.law_alone import law_alone
from coalition.ledger import Ledger, Posting
from coalition.measured import LawRun
from coalition.model import (
    baseline_of,
    clock_of,
    health_worth,
    legal_facts,
    parties_of,
    present_worth,
    run_inputs,
)
from coalition.numbers import Share
from coalition.parties import MUNICIPALITY, RESOURCES, Pocket, Reason
from coalition.plans import (
    NOTHING,
    areas_of,
    paid_by,
    reach_in,
    with_interventions,
    with_plan,
    without_fixed,
)
from coalition.projection import project
from coalition.scenario import Scenario
from coalition.schema import Approach, InArea, Intervention, Spec, Starts, starts_in
from coalition.streams import Projection


@dataclass(frozen=True)
class Effects:
    """What each of some starts does, with the draw as first axis.

    Attributes:
        npv_eur: (draw, start, slot) present value; a slot is an account, or `municipality` for the area's own.
        net_eur: (draw, start, slot, year) nominal; without years where nothing is asked per year.
        outlay_eur: (draw, start, payment, year) nominal delivery cost; a payment is a slot and a law.
        starters: (draw, start, year).
        societal_eur, qalys: (draw, start) present value of real resources, and discounted healthy years.
    """

    npv_eur: Floats
    net_eur: Floats
    outlay_eur: Floats
    starters: Floats
    societal_eur: Floats
    qalys: Floats


@dataclass(frozen=True)
class Coefficients:
    """A scenario as an allocation problem sees it.

    Attributes:
        candidates: the starts that may be chosen.
        years: calendar years of the clock.
        parties: ids of everyone with an account.
        slots: accounts; the first is `municipality`.
        payments: (slot, law) of everything that is paid for delivery.
        party_of: (area, slot) -> position of the party.
        linear: of each candidate, per full reach.
        fixed_starts, fixed: what an intervention costs however many start, from its first start anywhere, by area.
        nothing_eur: (draw, party) present value when nothing is started.
        nothing_net_eur: (draw, party, year) nominal.
        nothing_societal_eur: (draw,) present value of real resources.
        policies_eur, policies_net_eur: the same of the municipal health policies only, which nobody here decides on.
        agreed_eur, agreed_net_eur: (candidate, party[, year]) what is agreed adds to each candidate on its own; the
            second without years where nothing is asked per year.
        inhabitants: per area in the first year.
        agreed_fixed_eur, agreed_fixed_net_eur: the same of each row of fixed cost; empty for none.
        funds: those into which may be put more or less; with nothing put in where it is open.
        contracts: those whose payments the programme itself follows; in no other field anything of theirs counts.
        settled_after: other contracts whose gates, bands or limits are only settled after a plan is found, and why.
        nothing_qalys: (draw, area) healthy years when nothing is started; empty for none.
    """

    candidates: Candidates
    years: tuple[int, ...]
    present: Floats
    parties: tuple[str, ...]
    slots: tuple[str, ...]
    payments: tuple[tuple[str, Pocket], ...]
    party_of: Ints
    linear: Effects
    fixed_starts: Candidates
    fixed: Effects
    nothing_eur: Floats
    nothing_net_eur: Floats
    nothing_societal_eur: Floats
    policies_eur: Floats
    policies_net_eur: Floats
    agreed_eur: Floats
    agreed_net_eur: Floats
    inhabitants: Floats
    agreed_fixed_eur: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    agreed_fixed_net_eur: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    funds: tuple[FundRoom, ...] = ()
    contracts: tuple[ContractRoom, ...] = ()
    settled_after: Mapping[str, Afterwards] = field(default_factory=dict)
    nothing_qalys: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def qalys_anyway(self) -> Floats:
        """Healthy years of each area when nothing is chosen, shape (area,)."""
        return self.nothing_qalys[0] if self.nothing_qalys.size else np.zeros(len(self.candidates.areas))

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.linear.societal_eur)


def coefficients_of(
    scenario: Scenario, inputs: Inputs | None = None, *, yearly: bool = True, apart: Sequence[str] = ()
) -> Coefficients:
    """Ask the model what every possible start brings.

    Args:
        scenario: as loaded.
        inputs: one or more draws; the plain run by default.
        yearly: whether the net of each year is wanted beside present values.
        apart: contracts that are followed elsewhere, with more than one draw; with one they are found here.
    """
    inputs = Inputs() if inputs is None else inputs
    scenario = with_full_funds(scenario)  # no draw is ever short, so that each candidate says what it asks
    asked = _Asked(scenario, inputs, yearly=yearly)
    linear, fixed = asked.effects()
    nothing = run_inputs(with_plan(scenario, NOTHING), inputs)
    shown, draws = len(asked.shown), inputs.draws
    parties = tuple(p.party.id for p in nothing.parties)
    accounts = [[asked.account(slot, a) for slot in asked.slots] for a in range(len(asked.areas))]
    cash = -nothing.ledger.balance(RESOURCES)[:, :shown]
    policies = asked.of_policies(nothing.law.ledger, parties)
    on_top = OnTop(*asked.nothing_agreed(asked.candidates, parties))
    fixed_net, fixed_flows = asked.nothing_agreed(asked.fixed, parties)
    if draws == 1:
        on_top = asked.agreed_on_top(parties)
        fixed_net, fixed_flows = asked.agreed_on_fixed(parties)
        apart = [room.name for room in on_top.contracts]
    flows = {name: (on_top.flows[name], fixed_flows[name]) for name in open_funds(scenario)}
    funds = tuple(fund_room(scenario, parties, name, flow) for name, flow in flows.items())
    put_in = sum((f.net(f.most_eur) for f in funds), np.zeros((len(parties), shown)))
    followed = [p for p in nothing.agreed.postings if p.arrangement in apart]
    elsewhere = put_in + asked.nets(followed, parties, draws)
    return Coefficients(
        candidates=asked.candidates,
        years=asked.shown,
        present=np.broadcast_to(asked.present, (draws, shown)),
        parties=parties,
        slots=asked.slots,
        payments=tuple(asked.payments),
        party_of=np.array([[parties.index(account) for account in row] for row in accounts]),
        linear=linear,
        fixed_starts=asked.fixed,
        fixed=fixed,
        nothing_eur=_per_party([p.npv for p in nothing.parties], (draws,))
        - (elsewhere * asked.present[:, None, :]).sum(axis=2),
        nothing_net_eur=_per_party([p.net for p in nothing.parties], (draws, shown)) - elsewhere,
        nothing_societal_eur=np.broadcast_to((cash * asked.present).sum(axis=1), (draws,)),
        policies_eur=(policies * asked.present[:, None, :]).sum(axis=2),
        policies_net_eur=policies,
        agreed_eur=on_top.net @ asked.present[0],
        agreed_net_eur=on_top.net if yearly else on_top.net[:, :, :0],
        agreed_fixed_eur=fixed_net @ asked.present[0],
        agreed_fixed_net_eur=fixed_net,
        inhabitants=scenario.region.people[:, :, 0].sum(axis=1),
        funds=funds,
        contracts=on_top.contracts,
        settled_after=on_top.settled_after,
    )


def _per_party(amounts: Sequence[Floats], shape: tuple[int, ...]) -> Floats:
    """Amounts of every party side by side, shape (draw, party, ...)."""
    return np.stack([np.broadcast_to(a, shape) for a in amounts], axis=1)


class _Asked:
    """Passes of the model over the starts of one scenario."""

    def __init__(self, scenario: Scenario, inputs: Inputs, *, yearly: bool = True) -> None:
        self.scenario, self.inputs, self.yearly = scenario, inputs, yearly
        self.candidates, clock = candidates_of(scenario), clock_of(scenario)
        self.fixed = self.candidates.of(
            [i.cost.fixed_per_year is not None for i in scenario.spec.interventions.values()]
        )
        self.years, self.shown = clock.years, clock.shown
        self.areas = scenario.region.areas
        self.municipalities = tuple(scenario.region.municipality(k) for k in range(len(self.areas)))
        self.municipality_of = dict(zip(self.areas, self.municipalities, strict=True))
        self.baseline: Baseline = baseline_of(scenario, clock, inputs)
        self.facts = legal_facts(scenario, clock)
        self.present = present_worth(scenario, self.baseline.prices, clock, inputs)[:, : len(self.shown)]
        known = [p.id for p in parties_of(scenario)]
        self.slots = (MUNICIPALITY, *(p for p in known if p not in self.municipalities))
        self.payments: dict[tuple[str, Pocket], int] = {}

    def account(self, slot: str, area: int) -> str:
        """The account that a slot means in an area."""
        return self.municipalities[area] if slot == MUNICIPALITY else slot

    def effects(self) -> tuple[Effects, Effects]:
        """Of every candidate, and of the fixed cost of every intervention in every first year."""
        linear, fixed = _Rows(self, self.candidates), _Rows(self, self.fixed)
        for s, year in enumerate(self.candidates.starts):
            starting = self._starting(year)
            for name, found in self._pass({n: without_fixed(i) for n, i in starting.items()}).items():
                linear.put(name, s, found)
            only_fixed = {n: _only_fixed(i) for n, i in starting.items() if i.cost.fixed_per_year is not None}
            for name, found in self._pass(only_fixed).items():
                fixed.put(name, s, found)
        return linear.effects(), fixed.effects()

    def _starting(self, year: int) -> dict[str, Intervention]:
        """Interventions, with each of their payers, when all begin in one year; within no capacity."""
        found = {}
        stated = self.scenario.spec.interventions
        others = {
            f"{name}:{option}": paid_by(stated[name], payers)
            for name, options in self.scenario.spec.optimise.payer_options.items()
            for option, payers in options.items()
        }
        for name, intervention in (stated | others).items():
            where = [a for a in areas_of(intervention, self.areas) if starts_in(intervention, a).last >= year]
            per_area = {
                area: intervention.per_area.get(area, InArea()).model_copy(
                    update={
                        "starts": Starts(first=year, last=starts_in(intervention, area).last),
                        "capacity_per_year": None,
                    }
                )
                for area in where
            }
            changes = {"areas": where, "per_area": per_area, "capacity_per_year": None}
            if where:
                found[name] = intervention.model_copy(update=changes)
        return found

    def _pass(self, interventions: Mapping[str, Intervention]) -> dict[str, _Found]:
        """Name -> what it does per area; apart for approaches of a place, which would shrink the groups of others."""
        found: dict[str, _Found] = {}
        for place in (True, False):
            some = {n: i for n, i in interventions.items() if (i.approach is Approach.POPULATION) == place}
            if some:
                found |= self._read(
                    *self._law(with_interventions(self.scenario.spec, some), self.inputs, overlap=False)
                )
        return found

    def _law(self, spec: Spec, inputs: Inputs, *, overlap: bool) -> tuple[Spec, Projection, list[Posting]]:
        """What the law does by itself, everyone paying its own part: earmarked money is not linear in starters."""
        payers = spec.payers.model_copy(update={"grants": {}})
        spec = after_departures(spec.model_copy(update={"payers": payers}), self.municipality_of)
        projection = project(spec, self.baseline, inputs, overlap=overlap)
        return spec, projection, law_alone(spec, projection, self.facts, inputs)

    def _read(self, spec: Spec, projection: Projection, postings: Sequence[Posting]) -> dict[str, _Found]:
        found = {name: _Found(self, projection.starters[name]) for name in spec.interventions}
        for posting in postings:
            if posting.intervention in found:  # a policy moves money whatever is started
                found[posting.intervention].add(posting)
        health = health_worth(self.scenario, len(self.shown))
        for w in projection.welfare:
            if w.is_qaly:
                found[w.intervention].qalys += w.amounts[:, :, : len(self.shown)] @ health
        return found

    def of_policies(self, ledger: Ledger, parties: Sequence[str]) -> Floats:
        """Nominal net of the municipal health policies by themselves, shape (draw, party, year shown)."""
        own = [p for p in ledger.postings if p.intervention in self.scenario.spec.gemeentepolis]
        return self.nets(own, parties, self.inputs.draws)

    def nets(self, postings: Sequence[Posting], parties: Sequence[str], draws: int) -> Floats:
        """Nominal net of some postings, shape (draw, party, year shown)."""
        ledger = Ledger(self.years, self.areas, self.municipalities, tuple(postings))
        found = [np.broadcast_to(ledger.balance(p), (draws, len(self.years))) for p in parties]
        return np.stack(found, axis=1)[:, :, : len(self.shown)]

    # what is agreed

    def nothing_agreed(self, starts: Candidates, parties: Sequence[str]) -> tuple[Floats, dict[str, Floats]]:
        """Where nothing is agreed about any of some starts; in the shapes of agreed_on_top."""
        flows = {name: np.zeros((len(starts), len(self.shown))) for name in open_funds(self.scenario)}
        return np.zeros((len(starts), len(parties), len(self.shown))), flows

    def agreed_on_top(self, parties: Sequence[str]) -> OnTop:
        """What arrangements add to each candidate on its own, beyond what they move when nothing is started."""
        found = OnTop(*self.nothing_agreed(self.candidates, parties))
        about = _agreed_about(self.scenario.spec, self.candidates)
        if not about.any():
            return found
        followed = FollowedContracts(self, parties)
        still = followed.still
        for s, year in enumerate(self.candidates.starts):
            for payer in range(max(map(len, self.candidates.payers))):
                rows = np.flatnonzero(about & (self.candidates.start == s) & (self.candidates.payer == payer))
                if len(rows):
                    alone = agreed(self.run_of(*self._each_alone(rows, year)))
                    found.net[rows] = self.nets(followed.others(alone), parties, len(rows)) - still
                    followed.put(rows, alone)
                    for fund in alone.funds:
                        if fund.name in found.flows:
                            found.flows[fund.name][rows] = flow_of(fund.statement, len(self.shown), len(rows))
        return followed.settled(found)

    def agreed_on_fixed(self, parties: Sequence[str]) -> tuple[Floats, dict[str, Floats]]:
        """The same of the fixed cost of each intervention and first year; all of it on the row of its first area."""
        net, flows = self.nothing_agreed(self.fixed, parties)
        about = _agreed_about(self.scenario.spec, self.fixed)
        if not about.any():
            return net, flows
        still = self.nets(agreed(self.run_of(with_plan(self.scenario, NOTHING).spec, Inputs())).postings, parties, 1)
        groups = zip(self.fixed.paid_by[about].tolist(), self.fixed.start[about].tolist(), strict=True)
        for paid, s in dict.fromkeys(groups):
            row = np.flatnonzero((self.fixed.paid_by == paid) & (self.fixed.start == s))[0]
            alone = self._only_fixed_of(self.fixed.called(paid), self.candidates.starts[s])
            found = agreed(self.run_of(alone, Inputs()))
            net[row] = (self.nets(found.postings, parties, 1) - still)[0]
            for fund in found.funds:
                if fund.name in flows:
                    flows[fund.name][row] = flow_of(fund.statement, len(self.shown), 1)[0]
        return net, flows

    def _only_fixed_of(self, called: str, year: int) -> Spec:
        """The scenario in which nobody starts, and one intervention has its fixed cost from a first year on."""
        changed = {n: without_fixed(_only_fixed(i)) for n, i in self.scenario.spec.interventions.items()}
        name = called.partition(":")[0]
        changed[name] = _only_fixed(self._starting(year)[called])
        return with_interventions(self.scenario.spec, changed)

    def _each_alone(self, rows: Ints, year: int) -> tuple[Spec, Inputs]:
        """Draw k starts only candidate rows[k], in full, without fixed cost; the reach of each is drawn."""
        spec, c = self.scenario.spec, self.candidates
        wanted = {(c.interventions[c.intervention[row]], c.areas[c.area[row]]): k for k, row in enumerate(rows)}
        paid = {c.interventions[c.intervention[row]]: c.keys[row][0] for row in rows}
        changed, varied, starting = {}, {}, self._starting(year)
        for name, stated in spec.interventions.items():
            intervention, per_area = starting.get(paid.get(name, name), stated), {}
            for area in areas_of(intervention, self.areas):
                reach = Share(value=0.0)
                reach.named(f"{name} in {area}")
                per_area[area] = intervention.per_area.get(area, InArea()).model_copy(update={"reach": reach})
                if (name, area) in wanted:
                    varied[reach.path] = np.zeros(len(rows))
                    varied[reach.path][wanted[name, area]] = reach_in(spec.interventions[name], area).value
            own = {"per_area": per_area, "policy_module": None}
            changed[name] = without_fixed(intervention).model_copy(update=own)
        return with_interventions(spec, changed), Inputs(len(rows), varied)

    def run_of(self, spec: Spec, inputs: Inputs, *, overlap: bool = True) -> LawRun:
        """What the law does by itself, for what is agreed on top."""
        spec, projection, postings = self._law(spec, inputs, overlap=overlap)
        law = Ledger(self.years, self.areas, self.municipalities, tuple(postings))
        return LawRun(spec, projection, self.facts, inputs, law)


class _Found:
    """What one intervention does per area, as postings say."""

    def __init__(self, asked: _Asked, starters: Floats) -> None:
        self.asked, shown = asked, len(asked.shown)
        draws, areas, slots = asked.inputs.draws, len(asked.areas), len(asked.slots)
        self.npv = np.zeros((draws, areas, slots))
        self.net = np.zeros((draws, areas, slots, shown if asked.yearly else 0))
        self.outlay: dict[tuple[str, Pocket], Floats] = {}
        self.starters = np.broadcast_to(starters[:, :, :shown], (draws, areas, shown))
        self.societal, self.qalys = np.zeros((draws, areas)), np.zeros((draws, areas))

    def add(self, posting: Posting) -> None:
        """Book one posting."""
        amounts = posting.amounts[:, :, : len(self.asked.shown)]
        worth = (amounts * self.asked.present[:, None, :]).sum(axis=2)
        for side, sign in ((posting.target, 1.0), (posting.source, -1.0)):
            if side == RESOURCES:
                self.societal -= sign * worth
            else:
                slot = self.asked.slots.index(side)
                self.npv[:, :, slot] += sign * worth
                if self.asked.yearly:
                    self.net[:, :, slot] += sign * amounts
        if posting.reason is Reason.DELIVERY:
            key = (posting.source, posting.pocket)
            self.asked.payments.setdefault(key, len(self.asked.payments))
            self.outlay[key] = self.outlay.get(key, 0.0) + amounts


class _Rows:
    """Effects of starts as they are found, row by row."""

    def __init__(self, asked: _Asked, starts: Candidates) -> None:
        self.asked, self.starts = asked, starts
        draws, rows, shown, slots = asked.inputs.draws, len(starts), len(asked.shown), len(asked.slots)
        self.shape = (draws, rows, shown)
        self.npv = np.zeros((draws, rows, slots))
        self.net = np.zeros((draws, rows, slots, shown if asked.yearly else 0))
        self.outlay: dict[tuple[str, Pocket], Floats] = {}
        self.starters = np.zeros(self.shape)
        self.societal, self.qalys = np.zeros((draws, rows)), np.zeros((draws, rows))

    def put(self, name: str, start: int, found: _Found) -> None:
        """What an intervention does in each area when it starts in one year."""
        called = np.array([self.starts.called(k) for k in self.starts.paid_by.tolist()])
        rows = np.flatnonzero((called == name) & (self.starts.start == start))
        areas = self.starts.area[rows]
        pairs = (self.npv, found.npv), (self.net, found.net), (self.starters, found.starters)
        for to, amounts in (*pairs, (self.societal, found.societal), (self.qalys, found.qalys)):
            to[:, rows] = amounts[:, areas]
        for key, paid in found.outlay.items():
            self.outlay.setdefault(key, np.zeros(self.shape))[:, rows] = paid[:, areas]

    def effects(self) -> Effects:
        """All rows together."""
        outlay = np.zeros((self.shape[0], self.shape[1], len(self.asked.payments), self.shape[2]))
        for key, amounts in self.outlay.items():
            outlay[:, :, self.asked.payments[key]] = amounts
        return Effects(self.npv, self.net, outlay, self.starters, self.societal, self.qalys)


def _only_fixed(intervention: Intervention) -> Intervention:
    """An intervention that nobody starts."""
    per_area = {a: own.model_copy(update={"reach": None}) for a, own in intervention.per_area.items()}
    nobody = {"reach": Share(value=0.0), "per_area": per_area, "policy_module": None}
    return intervention.model_copy(update=nobody)


# --- what an agreement is about -------------------------------------------------------------------------------------


def _agreed_about(spec: Spec, candidates: Candidates) -> NDArray[np.bool_]:
    """Which candidates some arrangement in force measures or pays, shape (candidate,)."""
    about = np.zeros(len(candidates), dtype=bool)
    for stated in spec.arrangements.named.values():
        if stated.enabled:
            about |= candidates_about(stated, candidates)
    return about
