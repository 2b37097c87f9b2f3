"""Three simple ways to divide the same money, to compare the best plan with.

Each does what the scenario's own plan does and starts it when that does (where that year is not open: in the first year
that is), but in fewer areas or for fewer people. Each keeps to the limits on money, to capacity and hours, to what is
not done in one area, and to what is pinned. None asks who is worse off, what needs what, or who must get which portion,
and none looks for a better year: that is what makes it a rule of thumb. All figures are those of the coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coalition.allocation_problem import THOUSAND, Allocation
from coalition.coefficients import Coefficients, Effects
from coalition.inputs import Floats
from coalition.money import HALF_CENT_EUR
from coalition.optimise import build_allocation, columns_of
from coalition.plans import Choice, Plan, own_plan
from coalition.scenario import Scenario

HALVINGS = 60
"""Times that a range of amounts is halved: more than a float can tell apart."""
WITHIN = ("capacity", "staff", "apart")
"""Rules of the programme that a rule of thumb keeps to beside those on money."""
SLACK = 1e-6
"""What those may be exceeded by, because floats are rounded."""
ALIKE = 9
"""Decimals in which ratios must differ for one to come before the other."""
Rule = Callable[[Scenario, Allocation], Plan]


def equal_per_head(scenario: Scenario, problem: Allocation) -> Plan:
    """Every inhabitant gets the same amount; each area does all that it would do, the same part of each, for its own.

    What an area cannot use is left over: nobody gets more per inhabitant for it. The amount is what all money is per
    inhabitant, or less where the money of a year, a capacity or hours do not allow it.

    Args:
        scenario: as loaded.
        problem: its wishes, as `allocation_of` gathers them.
    """
    offers = _Offers(scenario, problem)
    low, high = 0.0, sum(float(m.limit_eur.sum()) for m in problem.budgets) / problem.coefficients.inhabitants.sum()
    if offers.fits(offers.per_head(high)):
        return offers.plan(offers.per_head(high))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if offers.fits(offers.per_head(middle)) else (low, middle)
    return offers.plan(offers.per_head(low))


def best_ratio_first(scenario: Scenario, problem: Allocation) -> Plan:
    """What brings society most per euro of delivery comes first, each in full, while the money lasts.

    What costs more than it brings is only done until the part of the money that must be spent has been spent.

    Args:
        scenario: as loaded.
        problem: its wishes, as `allocation_of` gathers them.
    """
    offers = _Offers(scenario, problem)
    gain = offers.in_full(lambda e: e.societal_eur[0])
    paid = offers.in_full(lambda e: e.outlay_eur[0].sum(axis=1) @ problem.coefficients.present[0])
    return offers.plan(_picked(offers, _by_ratio(gain, paid), gain, offers.everyones()))


def each_for_itself(scenario: Scenario, problem: Allocation) -> Plan:
    """Each payer spends its own money on what brings itself most per euro that it pays.

    Its own money is its part of each limit, as in the own plan, and of that it spends the part that must be spent; what
    it loses on is only done until then. What several pay is done where all of them choose it; who is refused something
    chooses again from the rest.

    Args:
        scenario: as loaded.
        problem: its wishes, as `allocation_of` gathers them.
    """
    offers = _Offers(scenario, problem)
    payers = offers.payers()
    open_to_all = np.ones(len(offers), dtype=bool)
    while True:
        wanted = np.array([offers.wanted_by(p, open_to_all) for p in payers]).reshape(-1, len(offers))
        paying = np.array([offers.paid_by(p).any(axis=(1, 2)) for p in payers]).reshape(-1, len(offers))
        agreed = (wanted | ~paying).all(axis=0) & paying.any(axis=0)
        refused = wanted.any(axis=0) & ~agreed
        if not refused.any():
            order = np.flatnonzero(agreed).tolist()
            return offers.plan(_picked(offers, order, np.ones(len(offers)), offers.everyones()))
        open_to_all &= ~refused


RULES: dict[str, Rule] = {
    "equal_per_head": equal_per_head,
    "best_ratio_first": best_ratio_first,
    "each_for_itself": each_for_itself,
}
"""Name -> rule."""


# --- choosing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Purse:
    """Money that somebody may spend.

    Attributes:
        limit_eur: (limit, year) nominal.
        carry_over: (limit,) part of what is left that may be spent a year later.
        at_least_eur: (limit,) what must be spent in all years together.
        used_eur: what parts of the offers take of it, (limit, year).
    """

    limit_eur: Floats
    carry_over: Floats
    at_least_eur: Floats
    used_eur: Callable[[Floats], Floats]

    def lasts(self, parts: Floats) -> bool:
        """Whether no year of any limit is overspent."""
        left = np.zeros(len(self.limit_eur))
        for limit, used in zip(self.limit_eur.T, self.used_eur(parts).T, strict=True):
            left = limit + self.carry_over * left - used
            if (left < -HALF_CENT_EUR).any():
                return False
        return True

    def is_spent(self, parts: Floats) -> bool:
        """Whether as much is spent as must be."""
        return bool((self.used_eur(parts).sum(axis=1) >= self.at_least_eur - HALF_CENT_EUR).all())


def _by_ratio(gain: Floats, paid: Floats) -> list[int]:
    """Positions from the largest gain per euro down, alike ones in their own order; what costs nothing is at an end."""
    free = np.where(gain > 0, np.inf, -np.inf)
    ratio = np.divide(gain, paid, out=free, where=paid > 0).round(ALIKE)
    return [int(k) for k in np.argsort(-ratio, kind="stable")]


def _picked(offers: _Offers, order: Iterable[int], gain: Floats, purse: _Purse) -> Floats:
    """Parts of the offers: in full, in order, while the purse lasts; at a loss only until enough is spent."""
    parts = offers.least.copy()
    for k in order:
        if gain[k] <= 0 and purse.is_spent(parts):
            break
        more = parts.copy()
        more[k] = offers.most[k]
        if purse.lasts(more) and offers.keeps_within(more):
            parts = more
    return parts


class _Offers:
    """What the own plan does, one offer per intervention and area.

    Attributes:
        rows: position of each offer among the candidates; area: of each.
        least, most: part of the reach that must be done because it is pinned, and that can be.
    """

    def __init__(self, scenario: Scenario, problem: Allocation) -> None:
        self.problem, self.model = problem, build_allocation(problem)
        self.c: Coefficients = problem.coefficients
        self.families = {f.name: f for f in self.model.families}
        self.rows = _own_rows(scenario, self.c)
        self.area = self.c.candidates.area[self.rows]
        self.fixed_rows = self._fixed_rows()
        stays = problem.stays[self.rows] if problem.stays.size else np.full(len(self.rows), np.nan)
        self.least = np.where(np.isnan(stays), 0.0, stays)
        self.most = np.where(np.isnan(stays), problem.largest[self.rows], stays)
        self.counts = np.array([m.counts[self.area] for m in problem.budgets])
        self.money = self._counted(self.in_full(lambda e: e.outlay_eur[0]))

    def __len__(self) -> int:
        return len(self.rows)

    def _fixed_rows(self) -> NDArray[np.int64]:
        """Row of each offer's share in fixed cost, which runs from the first start anywhere; -1 without any."""
        place = {key: k for k, key in enumerate(self.c.fixed_starts.keys)}
        keys = [self.c.candidates.keys[j] for j in self.rows]
        first: dict[str, int] = {}
        for name, _, year in keys:
            first[name] = min(year, first.get(name, year))
        return np.array([place.get((name, area, first[name]), -1) for name, area, _ in keys], dtype=np.int64)

    # figures

    def in_full(self, read: Callable[[Effects], Floats], *, fixed: bool = True) -> Floats:
        """A figure of each offer, done for as many as can be.

        Args:
            read: the figure per start, the start as first axis.
            fixed: whether its share in fixed cost is in it.
        """
        one = read(self.c.linear)[self.rows]
        found = one * self.most.reshape(-1, *[1] * (one.ndim - 1))
        if fixed:
            there = self.fixed_rows >= 0
            found[there] += read(self.c.fixed)[self.fixed_rows[there]]
        return np.asarray(found)

    def _counted(self, paid: Floats) -> Floats:
        """Of what is paid, (offer, payment, year), what counts under each limit: (limit, offer, payment, year)."""
        return np.asarray(paid[None] * self.counts[..., None])

    def paid_by(self, party: int) -> Floats:
        """What a party pays of each offer in full and counts, (offer, limit, year)."""
        slots = [self.c.slots.index(slot) for slot, _ in self.c.payments]
        mine = self.c.party_of[self.area][:, slots] == party
        return np.asarray(np.einsum("lkpy,kp->kly", self.money, mine))

    def payers(self) -> list[int]:
        """Positions of everyone whose payments count."""
        return [p for p in range(len(self.c.parties)) if self.paid_by(p).any()]

    def gain_of(self, party: int) -> Floats:
        """Present value of each offer in full for one party, with what is agreed about it."""
        worth = self.in_full(lambda e: e.npv_eur[0])
        own = np.where(self.c.party_of[self.area] == party, worth, 0.0).sum(axis=1)
        paid = sum((room.paid_alone(party, self.c.present[0])[self.rows] for room in self.c.contracts), np.zeros(1))
        return np.asarray(own + (self.c.agreed_eur[self.rows, party] + paid) * self.most)

    # choices

    def plan(self, parts: Floats) -> Plan:
        """Parts as a plan; what would be too small to begin is not done."""
        done = (parts > 0) & (parts >= self.problem.smallest[self.rows])
        found = []
        for k in np.flatnonzero(done):
            name, area, year = self.c.candidates.keys[self.rows[k]]
            found.append(Choice(name, area, year, float(parts[k])))
        return Plan(tuple(found))

    def per_head(self, eur: float) -> Floats:
        """Parts with which every inhabitant gets so much of the limited money, or all that the area can use.

        What can only be done in full comes first, where the amount covers it; the rest is all done for the same part.
        """
        linear = self._counted(self.in_full(lambda e: e.outlay_eur[0], fixed=False))
        fixed, costs = (self._of_largest_limit(paid) for paid in (self.money - linear, linear))
        whole = self.problem.smallest[self.rows] >= self.most
        there = eur * self.c.inhabitants - self._per_area(fixed)
        in_full, rest = self._per_area(np.where(whole, costs, 0.0)), self._per_area(np.where(whole, 0.0, costs))
        covered = there >= in_full
        part = np.where(rest > 0, _part(there - np.where(covered, in_full, 0.0), rest), 1.0).clip(0.0, 1.0)
        parts = np.where(whole, covered[self.area], part[self.area]) * self.most
        return np.asarray(np.maximum(parts, self.least))

    def _of_largest_limit(self, counted: Floats) -> Floats:
        """Euro per offer, a payment that counts under several limits once."""
        return np.asarray(counted.max(axis=0).sum(axis=(1, 2)))

    def _per_area(self, amounts: Floats) -> Floats:
        """Amounts of offers, per area."""
        return np.bincount(self.area, amounts, minlength=len(self.c.inhabitants)).astype(np.float64)

    def wanted_by(self, party: int, offered: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """What one payer chooses of what is offered to it."""
        paid, gain = self.paid_by(party), self.gain_of(party)
        present = self.c.present[0]
        order = [k for k in _by_ratio(gain, paid.sum(axis=1) @ present) if offered[k] and paid[k].any()]
        return (_picked(self, order, gain, self._own_purse(paid)) > 0) & paid.any(axis=(1, 2))

    # limits

    def everyones(self) -> _Purse:
        """The limits as they stand, for all who pay together."""
        budgets, shape = self.problem.budgets, (len(self.problem.budgets), len(self.c.years))
        limit = np.array([m.limit_eur for m in budgets]).reshape(shape)
        least = np.array([m.spend_at_least for m in budgets]) * limit.sum(axis=1)
        return _Purse(limit, np.array([m.carry_over_share for m in budgets]), least, self._used_eur)

    def _own_purse(self, paid: Floats) -> _Purse:
        """One payer's part of the limits: in each year what it pays of all that is paid under them in the own plan."""
        whole, own, of_all = self.everyones(), paid.sum(axis=0), self.money.sum(axis=(1, 2))
        in_all = _part(own.sum(axis=1), of_all.sum(axis=1))
        share = np.where(of_all > 0, _part(own, of_all), in_all[:, None])
        used = _part(paid, np.where(self.most > 0, self.most, 1.0)[:, None, None])
        return _Purse(
            whole.limit_eur * share,
            whole.carry_over,
            whole.at_least_eur * in_all,
            lambda parts: np.einsum("k,kly->ly", parts, used),
        )

    def _used_eur(self, parts: Floats) -> Floats:
        """What a plan takes of each limit and year, by the programme's own rule."""
        shape = (len(self.problem.budgets), len(self.c.years))
        return self._used("budget", columns_of(self.model, self.plan(parts))).reshape(shape) * THOUSAND

    def _used(self, family: str, columns: Floats) -> Floats:
        """What some columns take of each row of a rule."""
        f = self.families[family]
        return np.bincount(f.row, f.value * columns[f.column], minlength=len(f.keys)).astype(np.float64)

    def fits(self, parts: Floats) -> bool:
        """Whether parts keep to the money of everyone and to what else binds."""
        return self.everyones().lasts(parts) and self.keeps_within(parts)

    def keeps_within(self, parts: Floats) -> bool:
        """Whether parts keep to capacity, hours and what is not done in one area."""
        columns, there = columns_of(self.model, self.plan(parts)), [n for n in WITHIN if n in self.families]
        return all((self._used(n, columns) <= self.families[n].upper + SLACK).all() for n in there)


def _part(some: Floats, all_of_it: Floats) -> Floats:
    """A part of a whole, 0 where there is no whole."""
    return np.divide(
        some, all_of_it, out=np.zeros(np.broadcast_shapes(some.shape, all_of_it.shape)), where=all_of_it > 0
    )


def _own_rows(scenario: Scenario, c: Coefficients) -> NDArray[np.int64]:
    """The start of everything in the own plan, or else the first open one after it, or the last one."""
    place = {key: j for j, key in enumerate(c.candidates.keys)}
    found = []
    for own in own_plan(scenario).choices:
        years = [y for y in c.candidates.starts if (own.intervention, own.area, y) in place]
        if years:
            year = next((y for y in years if y >= own.first), years[-1])
            found.append(place[own.intervention, own.area, year])
    return np.array(found, dtype=np.int64)
