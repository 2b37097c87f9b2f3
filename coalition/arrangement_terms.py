"""What a coalition may agree on top of the law: contracts, funds and payments between parties.

Each arrangement is switched on or off by itself, so that the same scenario shows the law alone beside what is agreed.
What an arrangement leads to stands in agreed.py and the modules of each kind; whether names exist and claims clash is
checked in checks.py.
"""

from __future__ import annotations

from coalition.contracts import Contract, PartyId
from coalition.fund_terms import Amounts, Fund
from coalition.numbers import Frozen, Name
from coalition.parties import Pocket


class SidePayment(Frozen):
    """A fixed amount from one party to another."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force."""
    source: PartyId
    """Who pays."""
    target: PartyId
    """Who receives."""
    law: Pocket
    """The purse that it comes out of."""
    amounts_eur: Amounts
    """Nominal euro per calendar year."""


class Arrangements(Frozen):
    """What is agreed on top of the law."""

    contracts: dict[Name, Contract] = {}
    """Shared-savings contracts, by id."""
    funds: dict[Name, Fund] = {}
    """Revolving prevention funds, by id."""
    side_payments: dict[Name, SidePayment] = {}
    """Payments between two parties, by id."""
    order: list[Name] = []
    """Ids of contracts and funds in the order in which their claims on a saving are served; needed where two claim the
    same saving."""

    @property
    def named(self) -> dict[str, Contract | Fund | SidePayment]:
        """Every arrangement by id."""
        return {**self.contracts, **self.funds, **self.side_payments}
