"""What the rules of a prevention fund may say: who puts in, who may draw, what comes back, and what goes first.

A rule of a fund stands here once, with its meaning. What it leads to in euro stands in fund.py; whether names exist in
a scenario is checked in checks.py. Amounts are nominal euro of the calendar year named, because a fund is agreed in
them; shares run from 0 to 1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from coalition.contracts import MeasuringYears, PartyId, Periods
from coalition.numbers import Count, Frozen, Growth, Name, PositiveReal, Share, Year
from coalition.parties import Pocket

Amounts = dict[Annotated[int, Field(ge=1990, le=2150)], PositiveReal]
"""Nominal euro per calendar year."""


class DrawKind(StrEnum):
    """What is expected of money that leaves the fund."""

    GRANT = "grant"
    """It does not come back by itself; assigned savings may bring it back."""
    LOAN = "loan"
    """It comes back by a schedule, whatever is saved."""
    OUTCOME = "outcome"
    """It is paid on proof: only as far as the measured result was reached."""


class Shortage(StrEnum):
    """What happens when there is less money than is asked."""

    SCALE = "scale"
    """Within a rank everybody gets the same part of what was asked."""
    REFUSE = "refuse"
    """Within a rank requests are granted in full in the order of the file until one no longer fits."""


class WindUp(StrEnum):
    """To whom the balance goes when the fund ends."""

    BY_CONTRIBUTION = "by_contribution"
    """In proportion to what each contributor put in, less what it already got back."""
    STAYS = "stays"
    """It stays in the fund for a next term."""


class Contribution(Frozen):
    """What one party puts in."""

    party: PartyId
    """Who; `municipality` is the municipality of each area, by inhabitants."""
    law: Pocket
    """The purse that it comes out of."""
    amounts_eur: Amounts
    """Per calendar year."""
    leaves_after: Year | None = None
    """Last year in which it takes part; its part of the net assets is then paid out, as far as cash allows."""


class LoanSchedule(Frozen):
    """How a loan comes back."""

    grace_years: Periods
    """Years without repayment; at least one passes between lending and the first repayment."""
    repayment_years: Annotated[int, Field(strict=True, ge=1, le=30)]
    """Equal parts of the principal over so many years."""
    interest_per_year: Growth
    """On what is still owed."""
    default_share: Share
    """Part of every instalment that never comes."""


class FromSavings(Frozen):
    """How much of what a holder really saves flows back."""

    holder: PartyId
    """On whose account the saving falls."""
    pockets: list[Pocket]
    """In which purses it is measured."""
    share: Share
    """Part of the holder's saving in cash that flows back."""
    lag_years: Periods
    """Years between the saving and the repayment."""
    cap_eur_per_year: Count | None = None
    """Most per year."""
    premium_share: Share
    """What is owed on top of what was drawn, as a share of it; 0 for none."""


class Draw(Frozen):
    """What the fund pays for."""

    name: str
    """Name to show."""
    intervention: Name
    """Whose delivery it pays."""
    to: PartyId
    """The payer of that delivery who gets the money."""
    kind: DrawKind
    """grant, loan or outcome."""
    rank: Annotated[int, Field(strict=True, ge=1, le=20)]
    """1 goes first when money is short."""
    delivery_share: Share
    """Part of that payer's delivery cost of the intervention that is asked of the fund."""
    years: MeasuringYears
    """Calendar years in which it is asked."""
    loan: LoanSchedule | None = None
    """With kind `loan`."""
    from_savings: FromSavings | None = None
    """What flows back out of savings."""


class Fund(Frozen):
    """A revolving regional prevention fund."""

    name: str
    """Name to show."""
    enabled: bool = True
    """Whether it is in force; false shows the same scenario without it."""
    years: MeasuringYears
    """First and last year of the fund; it winds up on the last day."""
    contributions: dict[Name, Contribution]
    """Who puts in what."""
    draws: dict[Name, Draw]
    """What is paid, and what comes back."""
    interest_per_year: Share
    """On the balance of a year before; never negative, so that the floor can be kept."""
    fee_eur_per_year: Count
    """Cost of running the fund, nominal; real resources."""
    fee_share_of_balance: Share
    """Further cost per year as a share of the opening balance."""
    minimum_balance_eur: Count
    """Floor under which no payment may bring the balance."""
    shortage: Shortage
    """scale or refuse."""
    wind_up: WindUp
    """by_contribution or stays."""
    rank_among_claims: Literal["after_contracts", "before_contracts"]
    """Whether contracts have their claim on a saving before the fund, or after it."""
