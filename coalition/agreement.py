"""The law alone beside what is agreed: values that a reader of an agreement sees first.

Per party what the arrangements change, who still loses, what is paid above a loss, and per contract what it is expected
to measure, pay and do by chance, for each population that could be measured. Everything is read from a run; amounts are
present values in euro of the price year, unless a name says nominal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coalition.agreed import ContractOutcome, FundOutcome
from coalition.chances import Chances, chances
from coalition.clauses import Values
from coalition.contracts import Population
from coalition.fund_measures import Measures, contributor_flows, dry_years, internal_rates, measures
from coalition.inputs import Floats
from coalition.measured import projected_savings
from coalition.model import Result
from coalition.money import HALF_CENT_EUR
from coalition.parties import Party
from coalition.shared_savings import ProjectedSavings


@dataclass(frozen=True)
class PartyChange:
    """One party under the law alone and with what is agreed.

    Attributes:
        party: who.
        law_eur, agreed_eur: present value of its net.
        overpaid_eur: what it gets above its loss under the law alone; 0 for who lost nothing.
    """

    party: Party
    law_eur: float
    agreed_eur: float

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
    rows = [PartyChange(law.party, float(law.npv[0]), float(agreed.npv[0])) for law, agreed in pairs]
    return [r for r in rows if abs(r.law_eur) >= HALF_CENT_EUR or abs(r.agreed_eur) >= HALF_CENT_EUR]


@dataclass(frozen=True)
class SmallestTransfer:
    """The least that must still move so that nobody at the table is worse off.

    Attributes:
        total_eur: Σ max(0, loss).
        payments: (who pays, who receives) -> amount; winners pay in proportion to what they win, and losers get in
            proportion to what they lose when the winners have too little.
        short_eur: what the winners at the table do not have; then no transfer among them repairs everything.
    """

    total_eur: float
    payments: dict[tuple[str, str], float]
    short_eur: float


def smallest_transfer(net_eur: Mapping[str, float]) -> SmallestTransfer:
    """Who would pay whom, given the present value of everyone at the table."""
    losses = {name: -value for name, value in net_eur.items() if value < -HALF_CENT_EUR}
    gains = {name: value for name, value in net_eur.items() if value > HALF_CENT_EUR}
    total, there = sum(losses.values()), sum(gains.values())
    moved = min(total, there)
    payments = {
        (winner, loser): moved * (gain / there) * (loss / total)
        for winner, gain in gains.items()
        for loser, loss in losses.items()
    }
    return SmallestTransfer(total, payments, total - moved)


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


# --- funds --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FundSheet:
    """A fund year by year, its figures, and what contributors get of it.

    Attributes:
        outcome: with the statement.
        measures: figures of the whole life.
        returns: contributor -> every internal rate of what it put in and got back; empty when there is none.
        dry_at_zero: first year in which a request is cut when nothing has an effect.
    """

    outcome: FundOutcome
    measures: Measures
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
        sheets.append(FundSheet(found, figures, returns, at_zero.get(found.name)))
    return sheets
