"""What every arrangement works with: the law's run, the savings claimed so far, and how amounts become postings.

A claim on a saving is served from what its payer has in cash from that saving after earlier claims; what exceeds it is
the payer's own money. Shapes: (draw, year) unless said otherwise; euro nominal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from coalition.fund_terms import Amounts
from coalition.inputs import Floats, ratio
from coalition.ledger import Posting
from coalition.measured import LawRun, Subject, cash_change, inside, side_of
from coalition.numbers import Share
from coalition.parties import MUNICIPALITY, Pocket, Reason


class Served(NamedTuple):
    """A claim, split.

    Attributes:
        from_savings: what the payer has in cash from this saving.
        own_money: what it pays beyond it.
    """

    from_savings: Floats
    own_money: Floats


class Booking(NamedTuple):
    """Under which name, reason and purse an amount is posted."""

    arrangement: str
    reason: Reason
    pocket: Pocket


class Claims:
    """A run of the law, with the savings that arrangements have claimed so far.

    Attributes:
        law: what the law does by itself.
        people: inhabitants, shape (1, area, year): the key that spreads an amount over areas.
    """

    def __init__(self, law: LawRun) -> None:
        self.law = law
        self.people = law.projection.baseline.people.sum(axis=1)[None]
        self._served: list[tuple[Subject, Floats]] = []

    # years and areas

    def per_year(self, amounts: Amounts) -> Floats:
        """Stated amounts on the clock, shape (1, year)."""
        return np.array([[amounts.get(year, 0.0) for year in self.law.years]])

    def running(self, first: int, last: int) -> Floats:
        """1 in the years from first to last, else 0; shape (1, year)."""
        return np.array([[float(first <= year <= last) for year in self.law.years]])

    # savings in cash

    def cash_change(self, subject: Subject) -> Floats:
        """What the holder gains (+) or loses (−) in cash by these interventions, after earlier claims on it."""
        left = cash_change(self.law, subject)
        for earlier, amount in self._served:
            if subject.meets(earlier):
                left = left - amount
        return left

    def cash(self, subject: Subject) -> Floats:
        """What the holder still has from a saving, >= 0."""
        return np.maximum(self.cash_change(subject), 0.0)

    def serve(self, subject: Subject, claim: Floats) -> Served:
        """Serve a claim (>= 0) from what is there; later claims on the same saving find less."""
        from_savings = np.minimum(claim, self.cash(subject))
        self.note(subject, from_savings)
        return Served(from_savings, claim - from_savings)

    def note(self, subject: Subject, from_savings: Floats) -> None:
        """A part of a saving is promised now."""
        self._served.append((subject, from_savings))

    # deliveries

    def delivery(self, party: str, intervention: str, areas: frozenset[str] | None = None) -> Floats:
        """What a payer pays for the delivery of an intervention, shape (draw, area, year)."""
        where = frozenset(self.law.ledger.areas) if areas is None else areas
        side, here = side_of(party), inside(self.law, Subject(party, frozenset(), frozenset(), where))
        total = np.zeros((1, len(self.law.ledger.areas), len(self.law.years)))
        for p in self.law.ledger.postings:
            if p.reason is Reason.DELIVERY and p.source == side and p.intervention == intervention:
                total = total + p.amounts * here
        return total

    def asked(self, party: str, intervention: str, share: Share, areas: frozenset[str] | None = None) -> Floats:
        """The part of a payer's delivery cost that is asked of somebody else."""
        whole = self.delivery(party, intervention, areas).sum(axis=1)
        return np.asarray(self.law.inputs.of(share)[:, None] * whole)

    # postings

    def posting(
        self, booking: Booking, sides: tuple[str, str], amounts: Floats, key: Floats | None = None
    ) -> Iterator[Posting]:
        """An amount per year, spread over areas by a key that never depends on the effect: inhabitants, or as given.

        Nothing where payer and receiver are one account, or nothing moves.
        """
        if sides[0] == sides[1] or not np.count_nonzero(amounts):
            return
        key = self.people if key is None else key
        whole = key.sum(axis=1, keepdims=True)
        spread = ratio(key, whole)
        if MUNICIPALITY not in sides:  # the areas then only say where it is shown, and nothing of it may get lost
            spread = np.where(whole > 0, spread, 1 / key.shape[1])
        yield self.posting_per_area(booking, sides, amounts[:, None, :] * spread)

    def posting_per_area(self, booking: Booking, sides: tuple[str, str], amounts: Floats) -> Posting:
        """An amount per area and year, shape (draw, area, year)."""
        return Posting(booking.reason, booking.pocket, booking.arrangement, *sides, amounts, booking.arrangement)

    def paid(self, name: str, reason: Reason, subject: Subject, served: Served, target: str) -> Iterator[Posting]:
        """A served claim, from its payer to the target: out of savings, and own money apart."""
        key = self.people * inside(self.law, subject)
        pocket = min(subject.pockets, key=list(Pocket).index)
        for why, amounts in ((reason, served.from_savings), (Reason.OWN_MONEY, served.own_money)):
            yield from self.posting(Booking(name, why, pocket), (subject.holder, target), amounts, key)
