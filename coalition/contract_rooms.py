"""Shared-savings contracts whose payment an allocation can hold exactly: what they measure of a plan, and what follows.

What is paid over a measuring year is straight in the saving and the benchmark of that year, between gates, bands and
limits. Where both are sums over the starts of a plan, a programme with one whole number per stretch (a piece) pays what
the settlement pays. Edges and slopes are read from the settlement itself; no clause is written again here. Amounts are
nominal euro; + is received.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from coalition.agreed import ContractOutcome, claim_order, contract_postings
from coalition.arrangement_checks import claimed_by
from coalition.arrangement_terms import Arrangement, PopulationPayment
from coalition.clauses import Values, receivers
from coalition.contracts import Contract, Gate
from coalition.inputs import Floats
from coalition.ledger import Posting
from coalition.measured import LawRun
from coalition.parties import same_holder
from coalition.shared_savings import ProjectedSavings, settle
from coalition.straight_lines import Edge, edges_of

Bools = NDArray[np.bool_]
Nets = Callable[[Sequence[Posting], int], Floats]
"""From postings of so many draws to the nominal net of each party, shape (draw, party, year shown)."""


class Afterwards(StrEnum):
    """Why a contract is only settled after a plan is found."""

    YEARS = "years"
    """What is paid over a year depends on other years."""
    SIZE = "size"
    """The gate or a limit in euro depends on how many take part."""
    CLAIMS = "claims"
    """Another arrangement is paid out of what it leaves of the saving."""
    MODULE = "module"
    """A policy module decides whom an intervention reaches."""
    MEASURED = "measured"
    """What it measures is no sum over what is started."""


# --- what a contract pays ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pieces:
    """What is paid over one measuring year, piece by piece from the greatest loss to the greatest saving.

    Attributes:
        edges: between two pieces, as rates of the benchmark; one fewer than there are pieces.
        per_saving, per_benchmark: (piece, party, year shown) what a party receives per euro of saving and per euro of
            benchmark, in the years in which it is paid.
    """

    edges: tuple[Edge, ...]
    per_saving: Floats
    per_benchmark: Floats

    def __len__(self) -> int:
        return len(self.per_saving)

    def at(self, rate: float) -> int:
        """The piece of a savings rate; who meets a gate exactly has passed it."""
        return sum(rate >= e.at if e.at > 0 else rate > e.at for e in self.edges)

    def within(self, lowest: float, highest: float) -> Bools:
        """Which pieces hold some rate between two, shape (piece,); to touch a bend is not enough, a jump is."""
        found, inside = np.zeros(len(self), dtype=bool), min(NEAR, (highest - lowest) / 2)
        found[self.at(lowest + inside) : self.at(highest - inside) + 1] = True
        for k, edge in enumerate(self.edges):
            if edge.jumps and min(abs(edge.at - lowest), abs(edge.at - highest)) <= NEAR:
                found[k : k + 2] = True
        return found


NEAR = 1e-9
"""Distance of rates within which an edge may be met by rounding."""


@dataclass(frozen=True)
class ContractRoom:
    """A contract as an allocation sees it.

    Attributes:
        name: of the contract; years: its measuring years (periods).
        saving_eur, benchmark_eur: (candidate, period) what each candidate in full adds to saving and benchmark.
        anyway_saving_eur, anyway_benchmark_eur: (period,) what they are when nothing is started.
        pieces: per period.
    """

    name: str
    years: tuple[int, ...]
    saving_eur: Floats
    benchmark_eur: Floats
    anyway_saving_eur: Floats
    anyway_benchmark_eur: Floats
    pieces: tuple[Pieces, ...]

    def measured(self, part: Floats) -> tuple[Floats, Floats]:
        """Saving and benchmark per period of a plan, given the part of each candidate."""
        saving = self.anyway_saving_eur + part @ self.saving_eur
        return saving, self.anyway_benchmark_eur + part @ self.benchmark_eur

    def piece_of(self, period: int, saving: float, benchmark: float) -> int:
        """In which piece a measured saving lies."""
        return self.pieces[period].at(saving / benchmark if benchmark > 0 else 0.0)

    def net(self, part: Floats) -> Floats:
        """Nominal net of each party, shape (party, year shown), given the part of each candidate."""
        return self._net(*self.measured(part))

    def paid_alone(self, party: int, present: Floats) -> Floats:
        """Present value that the contract adds for a party when only one candidate starts, in full; (candidate,)."""
        anyway, found = (self.anyway_saving_eur, self.anyway_benchmark_eur), np.zeros(len(self.saving_eur))
        nothing = self._net(*anyway)[party]
        for j in np.flatnonzero(self.counts).tolist():
            alone = self._net(anyway[0] + self.saving_eur[j], anyway[1] + self.benchmark_eur[j])
            found[j] = (alone[party] - nothing) @ present
        return found

    @property
    def counts(self) -> Bools:
        """Which candidates it measures, shape (candidate,)."""
        return np.asarray(self.saving_eur.any(axis=1) | self.benchmark_eur.any(axis=1))

    def _net(self, saving: Floats, benchmark: Floats) -> Floats:
        total = np.zeros(self.pieces[0].per_saving.shape[1:])
        for t, found in enumerate(self.pieces):
            k = self.piece_of(t, saving[t], benchmark[t])
            total = total + found.per_saving[k] * saving[t] + found.per_benchmark[k] * benchmark[t]
        return total

    def is_fixed(self, period: int) -> bool:
        """Whether the benchmark is the same in every plan."""
        return not self.benchmark_eur[:, period].any()

    def reach(self, period: int, largest: Floats, place: NDArray[np.int64]) -> Reach:
        """Between which amounts and rates saving and benchmark lie, whatever is chosen.

        Args:
            period: measuring year, from 0.
            largest: (candidate,) most of each candidate.
            place: (candidate,) of which at most one is chosen per number.
        """
        added = self.saving_eur[:, period] * largest, self.benchmark_eur[:, period] * largest
        anyway = float(self.anyway_saving_eur[period]), float(self.anyway_benchmark_eur[period])
        saving, benchmark = (_ends(a, place, b) for a, b in zip(added, anyway, strict=True))
        if benchmark[0] > 0:
            rates = np.divide.outer(saving, benchmark)
        else:  # nobody is measured when nothing is started: a rate is a mean of those of what is
            there = added[1] > 0
            rates = added[0][there] / added[1][there]
        return Reach(*saving, *benchmark, float(rates.min(initial=np.inf)), float(rates.max(initial=-np.inf)))

    def bends(self, place: NDArray[np.int64]) -> bool:
        """Whether what is paid over some year is not straight in what may be chosen."""
        ones = np.ones(len(place))
        reached = (self.reach(t, ones, place) for t in range(len(self.years)))
        return any(
            found.within(reach.rate_from, reach.rate_until).sum() > 1
            for found, reach in zip(self.pieces, reached, strict=True)
        )


@dataclass(frozen=True)
class Reach:
    """Between which amounts a contract's saving and benchmark of one year lie, and their rate."""

    saving_from: float
    saving_until: float
    benchmark_from: float
    benchmark_until: float
    rate_from: float
    rate_until: float


def _ends(amounts: Floats, place: NDArray[np.int64], anyway: float) -> tuple[float, float]:
    """The least and the most that amounts add up to, when at most one is chosen per place."""
    ends = np.zeros((2, int(place.max(initial=-1)) + 1))
    np.minimum.at(ends[0], place, amounts)
    np.maximum.at(ends[1], place, amounts)
    return float(anyway + ends[0].sum()), float(anyway + ends[1].sum())


# --- which contracts -------------------------------------------------------------------------------------------------


def other_years_count(contract: Contract) -> bool:
    """Whether what is paid over a year depends on more than the saving and the benchmark of that year."""
    over_years = (
        "exit_after_losses",
        "carry_forward_share",
        "claw_back_share",
        "reserve_share",
        "rebase_every_periods",
    )
    return any(getattr(contract, term) is not None for term in over_years)


def feeds_others(law: LawRun, name: str) -> bool:
    """Whether something that is agreed is paid out of the cash that this contract leaves of a saving.

    Another contract and a population payment are not: they only pay more of their own money, to the same parties. But
    what they then claim less is left for those who come after them.
    """
    terms, order = law.spec.arrangements, claim_order(law.spec.arrangements)
    claims = [_claims(law, terms.claiming[name])]
    for later in order[order.index(name) + 1 :]:
        stated = terms.claiming[later]
        own = _claims(law, stated)
        if any(_meet(one, other) for earlier in claims for one in earlier for other in own):
            if not isinstance(stated, Contract | PopulationPayment):
                return True
            claims.append(own)
    return False


Claim = tuple[str, frozenset[str], frozenset[str]]


def _claims(law: LawRun, stated: Arrangement) -> list[Claim]:
    """Holder, purses and interventions of the savings that an arrangement is paid out of."""
    return [
        (holder, frozenset(pockets), frozenset(law.spec.interventions if named == "all" else named))
        for _, (holder, pockets, named) in claimed_by(stated)
    ]


def _meet(one: Claim, other: Claim) -> bool:
    return same_holder(one[0], other[0]) and bool(one[1] & other[1]) and bool(one[2] & other[2])


def has_module(law: LawRun, contract: Contract) -> bool:
    """Whether a policy module decides whom an intervention of the contract reaches."""
    assert contract.scope is not None  # checks.py asks for it
    named = law.spec.interventions if contract.scope.interventions == "all" else contract.scope.interventions
    return any(law.spec.interventions[i].policy_module is not None for i in named)


@dataclass(frozen=True)
class Tried:
    """What a contract measures of two plans that share no place, of both together, and of half of the first.

    Attributes:
        nothing, one, other, both, half: each (saving, benchmark, persons) per period.
    """

    nothing: Floats
    one: Floats
    other: Floats
    both: Floats
    half: Floats

    @property
    def adds_up(self) -> bool:
        """Whether saving and benchmark of a plan are the sums of what its starts add, to rounding."""
        errors = [self.both - self.one - self.other + self.nothing, self.half - (self.one + self.nothing) / 2]
        rounding = 1e-12 * np.abs(self.both[1]) + 1e-9 * np.abs(self.both[0]) + 1e-6
        return all(bool((np.abs(error[:2]) <= rounding).all()) for error in errors)

    def is_fixed(self, what: int) -> bool:
        """Whether the benchmark (1), or the persons (2), are the same in every plan."""
        return all(np.allclose(plan[what], self.nothing[what], 1e-12, 0) for plan in (self.one, self.other))


def measured_by(outcome: ContractOutcome) -> Floats:
    """Saving and benchmark after the contract's own clauses, and persons; shape (3, draw, period)."""
    settled = outcome.settlement
    return np.stack(np.broadcast_arrays(settled.gross_eur, settled.benchmark_eur, outcome.savings.persons))


def why_by_terms(law: LawRun, name: str) -> Afterwards | None:
    """Why the terms of a contract in force keep a programme from following it; None where they do not."""
    contract = law.spec.arrangements.contracts[name]
    if other_years_count(contract):
        return Afterwards.YEARS
    if has_module(law, contract):
        return Afterwards.MODULE
    return Afterwards.CLAIMS if feeds_others(law, name) else None


def why_by_measure(contract: Contract, tried: Sequence[Tried]) -> Afterwards | None:
    """Why what a contract measured of some plans keeps a programme from following it; None where it does not."""
    if not all(t.adds_up for t in tried):
        return Afterwards.MEASURED
    by_size = contract.gate in (Gate.TABLE, Gate.STATISTICAL)
    if by_size and not all(t.is_fixed(2) for t in tried):
        return Afterwards.SIZE
    if _has_limit_in_euro(contract) and not all(t.is_fixed(1) for t in tried):
        return Afterwards.SIZE
    return None


def _has_limit_in_euro(contract: Contract) -> bool:
    limits = ("gain_cap_eur", "loss_cap_eur")
    return any(getattr(x, limit) is not None for x in (contract, *contract.sharers.values()) for limit in limits)


# --- a room ----------------------------------------------------------------------------------------------------------


def contract_room(
    law: LawRun, nothing: ContractOutcome, added: Floats, nets: Nets, place: NDArray[np.int64]
) -> ContractRoom | Afterwards:
    """A contract as the programme sees it, or why it cannot be seen.

    Args:
        law: what the law does by itself when nothing is started.
        nothing: what the contract leads to then.
        added: (2, candidate, period) saving, and benchmark, that each candidate alone adds.
        nets: net of each party by some postings.
        place: (candidate,) of which at most one is chosen per number.
    """
    saving, benchmark, _ = measured_by(nothing)[:, 0]
    moves = np.abs(added[1]) > ROUNDING * benchmark
    room = ContractRoom(nothing.name, nothing.years, added[0], np.where(moves, added[1], 0.0), saving, benchmark, ())
    reached = [room.reach(t, np.ones(len(place)), place) for t in range(len(room.years))]
    rateless = (benchmark <= 0) & ((saving != 0) | ((added[0] != 0) & (added[1] <= 0)).any(axis=0))
    if rateless.any() or any(r.benchmark_from < 0 for r in reached):
        return Afterwards.MEASURED
    settled = [_Settled(law, nothing, t, is_fixed=room.is_fixed(t)) for t in range(len(room.years))]
    return replace(room, pieces=tuple(s.pieces(r, nets) for s, r in zip(settled, reached, strict=True)))


ROUNDING = 1e-12
"""Part of a benchmark below which a difference is none."""
LIKE_MILLIONS_EUR = 1e6
"""Benchmark at which a contract is settled whose payment is in proportion to it."""
DIGITS = 13
"""Digits of a quotient of amounts that mean something."""
FAR = 2.0
"""How many times as far as a plan can come edges are sought: a correction may still move what plans add."""


class _Settled:
    """One measuring year of a contract, settled at any savings rate; in its other years nothing is saved or lost."""

    def __init__(self, law: LawRun, nothing: ContractOutcome, period: int, *, is_fixed: bool) -> None:
        self.law, self.name, self.period = law, nothing.name, period
        self.values = Values(nothing.contract, law.inputs)
        self.persons = nothing.savings.persons
        raw, like = nothing.savings.benchmark_eur, LIKE_MILLIONS_EUR
        self.raw = np.where(raw > 0, raw, like) if is_fixed else np.full(raw.shape, like)
        self.benchmark = settle(self.values, ProjectedSavings(self.persons, self.raw, self.raw)).benchmark_eur

    def savings(self, rates: Floats) -> ProjectedSavings:
        """What would be measured at some rates, one row each."""
        cost = np.repeat(self.benchmark, len(rates), axis=0)
        cost[:, self.period] *= 1 - rates
        persons, raw = (np.broadcast_to(a, cost.shape) for a in (self.persons, self.raw))
        return ProjectedSavings(persons, raw, cost)

    def paid(self, rates: Floats) -> Floats:
        """What each receiver gets, as a share of the benchmark, over each year in which it counts; (rate, ...)."""
        payments = settle(self.values, self.savings(rates)).payments_eur
        shares = [payments[party] / self.benchmark[:, self.period] for party in receivers(self.values.contract)]
        return np.concatenate(shares, axis=1)

    def pieces(self, reach: Reach, nets: Nets) -> Pieces:
        """Edges, and in each piece what parties get per euro of saving and of benchmark."""
        ends = [x for x in (reach.rate_from, reach.rate_until) if np.isfinite(x)]
        low, high = min([-1.0, *(FAR * x for x in ends)]), max([1.0, *(FAR * x for x in ends)])
        edges = edges_of(self.paid, low, high)
        marks = np.array([low, *(e.at for e in edges), high])
        rates = marks[:-1, None] + np.diff(marks)[:, None] * np.array([0.25, 0.75])
        postings = contract_postings(self.law, self.name, self.savings(rates.ravel()))
        net = nets(postings, rates.size) / self.benchmark[0, self.period]
        net = net.reshape(*rates.shape, *net.shape[1:])
        slope = (net[:, 1] - net[:, 0]) / np.diff(rates, axis=1)[:, :, None]
        return Pieces(tuple(edges), slope.round(DIGITS), (net[:, 0] - slope * rates[:, 0, None, None]).round(DIGITS))
