"""The law alone beside what is agreed: values that a reader of an agreement sees first.

Per party what the arrangements change, who still loses, what is paid above a loss, and per contract what it is expected
to measure, pay and do by chance, for each population that could be measured. Everything is read from a run; amounts are
present values in euro of the price year, unless a name says nominal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.agreed import ContractOutcome, FundOutcome
from coalition.arrangement_terms import Arrangement, ImpactBond
from coalition.arrangements import Outcome
from coalition.chances import Chances, chances
from coalition.clauses import Values
from coalition.contracts import Population
from coalition.departures import called_off
from coalition.fund_measures import (
    Measures,
    contributor_flows,
    dry_years,
    internal_rates,
    measures,
    modified_rate,
    payback_year,
)
from coalition.inputs import Floats, Inputs
from coalition.measured import projected_savings
from coalition.model import Result, present_worth, run_inputs
from coalition.money import HALF_CENT_EUR
from coalition.parties import MUNICIPALITY, Party
from coalition.report import at_table
from coalition.shared_savings import ProjectedSavings
from coalition.transfers import SmallestTransfer, smallest_transfer


@dataclass(frozen=True)
class PartyChange:
    """One party under the law alone and with what is agreed.

    Attributes:
        party: who.
        law_eur, agreed_eur: present value of its net.
        law_net_eur, agreed_net_eur: nominal net per year shown.
    """

    party: Party
    law_eur: float
    agreed_eur: float
    law_net_eur: Sequence[float] = ()
    agreed_net_eur: Sequence[float] = ()

    @property
    def change_eur(self) -> float:
        """What the arrangements bring it."""
        return self.agreed_eur - self.law_eur

    @property
    def overpaid_eur(self) -> float:
        """Compensation above the loss."""
        return max(self.agreed_eur, 0.0) if self.law_eur < -HALF_CENT_EUR else 0.0

    @property
    def loses_under_law(self) -> bool:
        """Whether the law alone leaves it worse off."""
        return self.law_eur < -HALF_CENT_EUR

    @property
    def still_loses(self) -> bool:
        """Whether it is worse off with what is agreed."""
        return self.agreed_eur < -HALF_CENT_EUR


def changes(result: Result) -> list[PartyChange]:
    """Every party whom the law or an arrangement touches."""
    pairs = zip(result.run.law_parties, result.run.parties, strict=True)
    rows = [
        PartyChange(a.party, float(a.npv[0]), float(b.npv[0]), a.net[0].tolist(), b.net[0].tolist()) for a, b in pairs
    ]
    return [r for r in rows if abs(r.law_eur) >= HALF_CENT_EUR or abs(r.agreed_eur) >= HALF_CENT_EUR]


def smallest_transfer_of(result: Result) -> SmallestTransfer:
    """The least that must still move among those at the table, over the payments that the law allows."""
    table = at_table(result.scenario)
    present = {r.party.id: float(r.npv[0]) for r in result.run.parties if r.party.id in table}
    forbidden = [(link.source, link.target) for link in result.scenario.spec.arrangements.forbidden_links]
    return smallest_transfer(present, _per_municipality(forbidden, present))


def _per_municipality(links: Iterable[tuple[str, str]], parties: Collection[str]) -> list[tuple[str, str]]:
    """Links with the role `municipality` written out as each municipality."""
    sides = {MUNICIPALITY: [name for name in parties if name.startswith("GM")]}
    return [(a, b) for by, to in links for a in sides.get(by, [by]) for b in sides.get(to, [to]) if a != b]


# --- departures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeparturePrice:
    """What it costs each of the others that one party walks away.

    Attributes:
        name: id of the departure.
        price_eur: party -> present value if it stays minus present value if it leaves, for all but the one that
            leaves; positive is a loss by the departure.
        leaver_eur: the same for the party that leaves.
    """

    name: str
    price_eur: dict[str, float]
    leaver_eur: float


def departure_prices(result: Result) -> list[DeparturePrice]:
    """One per departure in force; each is the difference between a run without that departure and this one."""
    scenario, found = result.scenario, []
    leaves = {r.party.id: float(r.npv[0]) for r in result.run.parties}
    for name, departure in scenario.spec.arrangements.departures.items():
        if not departure.enabled:
            continue
        stays = run_inputs(replace(scenario, spec=called_off(scenario.spec, name)), Inputs()).parties
        prices = {r.party.id: float(r.npv[0]) - leaves[r.party.id] for r in stays}
        leavers = [
            n for n in prices if n == departure.party or (departure.party == MUNICIPALITY and n.startswith("GM"))
        ]
        own = sum(prices.pop(n) for n in leavers)
        found.append(DeparturePrice(name, {n: p for n, p in prices.items() if abs(p) >= HALF_CENT_EUR}, own))
    return found


# --- term sheets --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measurable:
    """A contract as if one population were measured.

    Attributes:
        population: whose cost.
        savings: expected figures per measuring year, shape (1, period).
        chances: what it pays by chance; None where the contract states no dispersion.
    """

    population: Population
    savings: ProjectedSavings
    chances: Chances | None

    @property
    def savings_rate(self) -> float:
        """Saving of all measuring years together / benchmark."""
        benchmark = float(self.savings.benchmark_eur.sum())
        return (benchmark - float(self.savings.cost_eur.sum())) / benchmark if benchmark else float("nan")


@dataclass(frozen=True)
class TermSheet:
    """What a contract leads to, for its parties to read before they sign.

    Attributes:
        outcome: years, savings and settlement of the noiseless projection.
        populations: the same terms on the three populations.
        break_even_share: φ*: the highest part of a saving that its payer can share without losing by it.
        cash_eur: party -> nominal receipts (+) and payments (−) per calendar year.
    """

    outcome: ContractOutcome
    populations: list[Measurable]
    break_even_share: float
    cash_eur: dict[str, Floats]


def term_sheets(result: Result) -> list[TermSheet]:
    """One per contract in force."""
    return [_term_sheet(result, outcome) for outcome in result.run.agreed.contracts]


def _term_sheet(result: Result, outcome: ContractOutcome) -> TermSheet:
    contract, values = outcome.contract, Values(outcome.contract)
    populations = []
    for kind in Population:
        plan = projected_savings(result.run.law, contract, kind)
        known = contract.dispersion is not None and bool((plan.persons > 0).all() and (plan.benchmark_eur > 0).all())
        populations.append(Measurable(kind, plan, chances(values, plan) if known else None))
    cash: dict[str, Floats] = {}
    for party in contract.sharers:
        total = np.zeros(len(result.run.clock.years))
        for p in result.run.ledger.postings:
            if p.arrangement == outcome.name:
                total += (float(p.target == party) - float(p.source == party)) * p.amounts[0].sum(axis=0)
        cash[party] = total
    return TermSheet(outcome, populations, _break_even_share(outcome), cash)


def _break_even_share(outcome: ContractOutcome) -> float:
    """What the payer keeps of a measured euro after own risk and equalisation: its cash / what is measured."""
    measured = float((outcome.savings.benchmark_eur - outcome.savings.cost_eur)[0].sum())
    return float(outcome.cash_eur[0].sum()) / measured if measured > 0 else float("nan")


# --- budgets, bonds and the other arrangements ----------------------------------------------------------------------


@dataclass(frozen=True)
class JointSheet:
    """An arrangement that is neither a contract nor a fund, for its parties to read before they sign.

    Attributes:
        outcome: with its figures per year.
        terms: as stated.
        cash_eur: account -> nominal receipts (+) and payments (−) per calendar year.
        returns: of an impact bond: every internal rate of what its investor put in and got back; empty when none.
    """

    outcome: Outcome
    terms: Arrangement
    cash_eur: dict[str, Floats]
    returns: list[float]


def joint_sheets(result: Result) -> list[JointSheet]:
    """One per budget, population payment, bond, tariff and co-financing in force."""
    named, sheets = result.scenario.spec.arrangements.named, []
    for found in result.run.agreed.others:
        returns = []
        if isinstance(named[found.name], ImpactBond):
            returns = internal_rates((found.figures["repaid"] - found.figures["invested"])[0])
        sheets.append(JointSheet(found, named[found.name], cash_of(result, found.name), returns))
    return sheets


def cash_of(result: Result, name: str) -> dict[str, Floats]:
    """Nominal receipts (+) and payments (−) per calendar year that an arrangement brings each account."""
    ledger = result.run.ledger
    found: dict[str, Floats] = {}
    for p in ledger.postings:
        if p.arrangement != name:
            continue
        for side, sign in ((p.source, -1.0), (p.target, 1.0)):
            for account in ledger.accounts(side):
                here = [code == account for code in ledger.municipalities] if side == MUNICIPALITY else slice(None)
                amounts = sign * p.amounts[0][here].sum(axis=0)
                found[account] = found[account] + amounts if account in found else amounts
    return found


# --- funds --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contributor:
    """What a contributor makes of its part in a fund.

    Attributes:
        put_in_eur, got_back_eur: nominal, over the whole life, >= 0.
        npv_eur: present value of what it gets back less what it puts in.
        payback_year: year from which the cumulative present value stays >= 0; None where it does not.
        modified_rate: MIRR at the fund's own interest; NaN without money in and out.
    """

    put_in_eur: float
    got_back_eur: float
    npv_eur: float
    payback_year: int | None
    modified_rate: float


@dataclass(frozen=True)
class FundSheet:
    """A fund year by year, its figures, and what contributors get of it.

    Attributes:
        outcome: with the statement.
        measures: figures of the whole life.
        contributors: by name of the contribution.
        returns: contributor -> every internal rate of what it put in and got back; empty when there is none.
        dry_at_zero: first year in which a request is cut when nothing has an effect.
    """

    outcome: FundOutcome
    measures: Measures
    contributors: dict[str, Contributor]
    returns: dict[str, list[float]]
    dry_at_zero: int | None


def fund_sheets(result: Result) -> list[FundSheet]:
    """One per fund in force."""
    at_zero = {f.name: dry_years(f.statement)[0] for f in result.zero_effect.agreed.funds}
    levels = result.run.projection.baseline.prices.levels
    sheets = []
    for found in result.run.agreed.funds:
        names = {d.intervention for d in found.fund.draws.values()}
        delivery = np.asarray(sum(result.run.projection.deliveries[n].total for n in names)).sum(axis=1)
        figures = measures(found.statement, delivery, levels / levels[:, :1])
        returns = {n: internal_rates(contributor_flows(found.statement, n)) for n in found.fund.contributions}
        contributors = {n: _contributor(result, found, n) for n in found.fund.contributions}
        sheets.append(FundSheet(found, figures, contributors, returns, at_zero.get(found.name)))
    return sheets


def _contributor(result: Result, found: FundOutcome, name: str) -> Contributor:
    flows, years = contributor_flows(found.statement, name), result.run.clock.years
    worth = present_worth(result.scenario, result.run.projection.baseline.prices, result.run.clock, Inputs())[0]
    interest = found.fund.interest_per_year.value
    return Contributor(
        float(found.statement.contributions[name][0].sum()),
        float(found.statement.distributed[name][0].sum()),
        float((flows * worth).sum()),
        payback_year(flows, worth, years),
        modified_rate(flows, interest, interest),
    )
