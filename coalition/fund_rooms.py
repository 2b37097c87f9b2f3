"""Funds into which a plan may put more or less: what an allocation must know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from coalition.fund import Statement
from coalition.fund_terms import Fund, WindUp
from coalition.inputs import Floats
from coalition.model import clock_of
from coalition.parties import MUNICIPALITY
from coalition.plans import Deposit, with_deposits
from coalition.scenario import Scenario


@dataclass(frozen=True)
class FundRoom:
    """A fund into which may be put more or less.

    Attributes:
        name: of the fund; contributions: ids of what is open.
        most_eur: (contribution, year) nominal.
        flow_eur: (candidate, year) what comes back minus what is drawn, by each candidate in full.
        stays_eur: (year,) what is put in anyway, minus the fixed fee.
        growth: what a euro of balance is a year later, interest and fee on the balance taken together.
        runs: (year,) whether the fund exists.
        minimum_eur: floor of the balance.
        payer: (contribution, party) who pays a contribution; back: (party,) who gets the last balance; both sum to 1,
            the second to 0 where the balance stays in the fund.
    """

    name: str
    contributions: tuple[str, ...]
    most_eur: Floats
    flow_eur: Floats
    stays_eur: Floats
    growth: float
    runs: NDArray[np.bool_]
    minimum_eur: float
    payer: Floats
    back: Floats
    fixed_flow_eur: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def net(self, eur: Floats) -> Floats:
        """Nominal net of each party per year, given what is put in; shape (party, year)."""
        years = eur.shape[1]
        each = [np.einsum("cyp,cy->p", self.worth(np.eye(years)[t]), eur) for t in range(years)]
        return np.stack(each, axis=1)

    def worth(self, weights: Floats) -> Floats:
        """What a euro put in is worth to each party, given the weight of each year; (contribution, year, party)."""
        last = int(np.flatnonzero(self.runs)[-1])
        ahead = np.maximum(last - np.arange(len(weights)), 0)
        returned = (self.growth**ahead * weights[last])[None, :, None] * self.back
        return np.asarray(returned - weights[None, :, None] * self.payer[:, None, :])


def open_funds(scenario: Scenario) -> list[str]:
    """Funds in force into which may be put more or less."""
    funds, last = scenario.spec.arrangements.funds, clock_of(scenario).shown[-1]
    opened = scenario.spec.optimise.fund_contributions
    return [name for name in opened if funds[name].enabled and funds[name].years.first <= last]


def with_full_funds(scenario: Scenario) -> Scenario:
    """The scenario in which everything is put in that may be."""
    deposits = [
        Deposit(fund, name, year, eur)
        for fund in open_funds(scenario)
        for name, most in scenario.spec.optimise.fund_contributions[fund].items()
        for year, eur in most.items()
    ]
    return replace(scenario, spec=with_deposits(scenario.spec, deposits))


def flow_of(statement: Statement, years: int, draws: int) -> Floats:
    """What comes back to a fund minus what is drawn, shape (draw, year)."""
    moved = [*statement.repaid.values(), *(-paid for paid in statement.paid.values())]
    return np.asarray(sum((np.broadcast_to(m[:, :years], (draws, years)) for m in moved), np.zeros((draws, years))))


def fund_room(scenario: Scenario, parties: Sequence[str], name: str, flows: tuple[Floats, Floats]) -> FundRoom:
    """A fund as the programme sees it, at the central values of its terms.

    Args:
        scenario: as loaded; parties: ids of everyone with an account.
        name: of the fund.
        flows: what comes back minus what is drawn by each candidate, and by each row of fixed cost, per year shown.
    """
    shown = clock_of(scenario).shown
    fund, opened = scenario.spec.arrangements.funds[name], scenario.spec.optimise.fund_contributions[name]
    years = np.array(shown)
    runs = (years >= fund.years.first) & (years <= fund.years.last)
    stays = -fund.fee_eur_per_year.value * runs
    for key, stated in fund.contributions.items():
        if key not in opened:
            stays = stays + _per_year(stated.amounts_eur, shown)
    payer = {key: _who(scenario, parties, stated.party) for key, stated in fund.contributions.items()}
    put_in = {key: sum(stated.amounts_eur.values()) for key, stated in fund.contributions.items()}
    total = sum(put_in.values())
    back = sum((payer[key] * put_in[key] / total for key in payer if total), np.zeros(len(parties)))
    most = np.array([_per_year(opened[key], shown) * runs for key in opened]).reshape(len(opened), len(years))
    return FundRoom(
        name=name,
        contributions=tuple(opened),
        most_eur=most,
        flow_eur=flows[0],
        fixed_flow_eur=flows[1],
        stays_eur=np.asarray(stays),
        growth=1 + fund.interest_per_year.value - fund.fee_share_of_balance.value,
        runs=runs,
        minimum_eur=fund.minimum_balance_eur.value,
        payer=np.array([payer[key] for key in opened]),
        back=back if _winds_up_in_time(fund, shown) else np.zeros(len(parties)),
    )


def _winds_up_in_time(fund: Fund, years: Sequence[int]) -> bool:
    """Whether the last balance goes back to who put it in, within the years that count."""
    return fund.wind_up is WindUp.BY_CONTRIBUTION and fund.years.last <= years[-1]


def _per_year(amounts: Mapping[int, float], years: Sequence[int]) -> Floats:
    return np.array([amounts.get(y, 0.0) for y in years])


def _who(scenario: Scenario, parties: Sequence[str], party: str) -> Floats:
    """The parties that pay a contribution, together 1; of the role `municipality` by inhabitants."""
    found = np.zeros(len(parties))
    if party != MUNICIPALITY:
        found[list(parties).index(party)] = 1.0
        return found
    people = scenario.region.people[:, :, 0].sum(axis=1)
    for k, inhabitants in enumerate(people / people.sum()):
        found[list(parties).index(scenario.region.municipality(k))] += inhabitants
    return found
