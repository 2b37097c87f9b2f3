"""What is agreed on top of the law: from what the law does to further postings, arrangement by arrangement.

Claims on a saving are served in the agreed order and never promise the same euro twice: each is split into what its
payer has in cash from that saving, and own money beyond it. Funds get back from savings only what is left in cash.
Postings are transfers, so that they sum to zero; a projected amount is unrounded and settles the noiseless projection.
Shapes: (draw, year) unless said otherwise; euro nominal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from coalition.clauses import Values, receivers
from coalition.contracts import Contract
from coalition.fund import Requests, Statement, pays_on_proof, run_fund
from coalition.fund_terms import Amounts, Draw, Fund
from coalition.inputs import Floats, ratio
from coalition.ledger import Posting
from coalition.measured import LawRun, Subject, cash_change, inside, projected_savings, side_of, subject_of
from coalition.parties import RESOURCES, STATE, Pocket, Reason
from coalition.shared_savings import ProjectedSavings, Settlement, settle


@dataclass(frozen=True)
class ContractOutcome:
    """What a contract leads to.

    Attributes:
        name, contract: which.
        years: measuring years.
        savings, settlement: what is expected to be measured, and what follows; shape (draw, period).
        cash_eur: what the payer has in cash from the saving, before this claim.
        own_money: part of what the payer pays that it does not have from the saving.
    """

    name: str
    contract: Contract
    years: tuple[int, ...]
    savings: ProjectedSavings
    settlement: Settlement
    cash_eur: Floats
    own_money: Floats


@dataclass(frozen=True)
class FundOutcome:
    """What a fund leads to."""

    name: str
    fund: Fund
    statement: Statement


@dataclass(frozen=True)
class Agreed:
    """Everything that is agreed on top of the law.

    Attributes:
        postings: to be added to those of the law.
        contracts, funds: what they were made from, in the order in which claims were served.
    """

    postings: list[Posting] = field(default_factory=list)
    contracts: list[ContractOutcome] = field(default_factory=list)
    funds: list[FundOutcome] = field(default_factory=list)


def agreed(law: LawRun) -> Agreed:
    """Apply every arrangement that is in force."""
    return _Agreement(law).all()


class _Agreement:
    """Arrangements in order, with the savings that they have claimed so far."""

    def __init__(self, law: LawRun) -> None:
        self.law, self.terms = law, law.spec.arrangements
        self.claimed: list[tuple[Subject, Floats]] = []
        people = law.projection.baseline.people.sum(axis=1)
        self.people = people[None]

    def all(self) -> Agreed:
        """Contracts and funds in the order of their claims, then payments between parties."""
        found = Agreed()
        for name in claim_order(self.terms.order, self.terms.contracts, self.terms.funds):
            if name in self.terms.contracts:
                outcome = self._contract(name, self.terms.contracts[name])
                found.contracts.append(outcome)
                found.postings.extend(self._contract_postings(outcome))
            else:
                fund = self._fund(name, self.terms.funds[name])
                found.funds.append(fund)
                found.postings.extend(self._fund_postings(fund))
        for name, payment in self.terms.side_payments.items():
            if payment.enabled:
                amounts = self._per_year(payment.amounts_eur)
                posting = self._posting(
                    name, Reason.SIDE_PAYMENT, payment.law, (payment.source, payment.target), amounts
                )
                found.postings.append(posting)
        found.postings[:] = [p for p in found.postings if np.count_nonzero(p.amounts)]
        return found

    # postings

    def _posting(
        self,
        name: str,
        reason: Reason,
        pocket: Pocket,
        sides: tuple[str, str],
        amounts: Floats,
        key: Floats | None = None,
    ) -> Posting:
        """An amount per year, spread over areas by a key that never depends on the effect: inhabitants, or as given."""
        key = self.people if key is None else key
        spread = ratio(key, key.sum(axis=1, keepdims=True))
        return Posting(reason, pocket, name, *sides, amounts[:, None, :] * spread, name)

    def _per_year(self, amounts: Amounts) -> Floats:
        return np.array([[amounts.get(year, 0.0) for year in self.law.years]])

    # savings in cash

    def _cash(self, subject: Subject) -> Floats:
        """What the holder has from a saving after earlier claims on it, >= 0."""
        left = cash_change(self.law, subject)
        for earlier, amount in self.claimed:
            if subject.meets(earlier):
                left = left - amount
        return np.maximum(left, 0.0)

    # contracts

    def _contract(self, name: str, contract: Contract) -> ContractOutcome:
        assert contract.scope is not None  # checks.py asks for it
        subject = subject_of(self.law.spec, contract, self.law.ledger.areas)
        savings = projected_savings(self.law, contract)
        settlement = settle(Values(contract, self.law.inputs), savings)
        years = tuple(y for y in self.law.years if contract.scope.years.first <= y <= contract.scope.years.last)
        when = [self.law.years.index(y) for y in years]
        claim = np.maximum(-settlement.payments_eur[contract.pays], 0.0)
        cash = self._cash(subject)[:, when]
        served = np.minimum(claim, cash)
        used = np.zeros((len(served), len(self.law.years)))
        used[:, when] = served
        self.claimed.append((subject, used))
        return ContractOutcome(name, contract, years, savings, settlement, cash, claim - served)

    def _contract_postings(self, found: ContractOutcome) -> Iterator[Posting]:
        """Payments in the years in which they are made; a payer's own money apart from what it saved."""
        contract, paid = found.contract, found.settlement.payments_eur
        assert contract.scope is not None
        subject = subject_of(self.law.spec, contract, self.law.ledger.areas)
        claim = np.maximum(-paid[contract.pays], 0.0)
        own = ratio(found.own_money, claim)
        for party in receivers(contract):
            got, owed = np.maximum(paid[party], 0.0), np.maximum(-paid[party], 0.0)
            for reason, amounts, sides in (
                (Reason.SHARED_SAVINGS, got * (1 - own), (contract.pays, party)),
                (Reason.OWN_MONEY, got * own, (contract.pays, party)),
                (Reason.SHARED_SAVINGS, owed, (party, contract.pays)),
            ):
                dated = self._dated(contract, found.years, amounts)
                key = self.people * inside(self.law, subject)
                yield self._posting(found.name, reason, contract.scope.pockets[0], sides, dated, key)

    def _dated(self, contract: Contract, years: Sequence[int], amounts: Floats) -> Floats:
        """Amounts of measuring years in the years of payment: an interim part at once, the rest after the lag."""
        interim = Values(contract, self.law.inputs).or_else("interim_share", 0.0)
        out = np.zeros((len(amounts), len(self.law.years)))
        for k, year in enumerate(years):
            now, later = self.law.years.index(year), self.law.years.index(year) + contract.settlement_lag_years
            part = amounts[:, k] * interim[:, 0]
            out[:, now] += part
            out[:, later] += amounts[:, k] - part
        return out

    # funds

    def _fund(self, name: str, fund: Fund) -> FundOutcome:
        wanted = {n: self._asked(d) for n, d in fund.draws.items()}
        savings = {n: self._saved(d) for n, d in fund.draws.items()}
        contributions = {n: self._per_year(c.amounts_eur) for n, c in fund.contributions.items()}
        statement = run_fund(fund, Requests(contributions, wanted, savings), self.law.years, self.law.inputs)
        for n, stated in fund.draws.items():
            if stated.from_savings is not None:
                lag, back = stated.from_savings.lag_years, statement.repaid[n]
                earlier = np.zeros_like(back)
                later = back[:, lag:]
                earlier[:, : later.shape[1]] = later
                self.claimed.append((self._subject(stated), earlier))
        return FundOutcome(name, fund, statement)

    def _subject(self, stated: Draw) -> Subject:
        rule = stated.from_savings
        assert rule is not None
        areas = frozenset(self.law.ledger.areas)
        return Subject(rule.holder, frozenset(rule.pockets), frozenset({stated.intervention}), areas)

    def _asked(self, stated: Draw) -> Floats:
        """The part of a payer's delivery cost that is asked of the fund, shape (draw, year)."""
        share = self.law.inputs.of(stated.delivery_share)[:, None] * self._delivery(stated).sum(axis=1)
        if pays_on_proof(stated.kind):
            share = share * (self.law.inputs.effect_scale[:, None] > 0)
        return np.asarray(share)

    def _delivery(self, stated: Draw) -> Floats:
        """What a payer pays for the delivery of an intervention, shape (draw, area, year)."""
        side = side_of(stated.to)
        areas = frozenset(self.law.ledger.areas)
        where = inside(self.law, Subject(stated.to, frozenset(), frozenset(), areas))
        total = np.zeros((1, len(self.law.ledger.areas), len(self.law.years)))
        for p in self.law.ledger.postings:
            if p.reason is Reason.DELIVERY and p.source == side and p.intervention == stated.intervention:
                total = total + p.amounts * where
        return total

    def _saved(self, stated: Draw) -> Floats:
        """What the holder still has in cash from this intervention."""
        return np.zeros((1, len(self.law.years))) if stated.from_savings is None else self._cash(self._subject(stated))

    def _fund_postings(self, found: FundOutcome) -> Iterator[Posting]:
        fund, moved, account = found.fund, found.statement, found.name
        pocket = Pocket.EIGEN_MIDDELEN
        for n, stated in fund.contributions.items():
            put_in, given_back = moved.contributions[n], moved.distributed[n]
            yield self._posting(account, Reason.FUND_CONTRIBUTION, stated.law, (stated.party, account), put_in)
            yield self._posting(account, Reason.FUND_DISTRIBUTION, stated.law, (account, stated.party), given_back)
        for n, draw in fund.draws.items():
            key = self._delivery(draw)  # whoever's delivery it is, gets the money
            yield self._posting(account, Reason.FUND_DRAW, pocket, (account, draw.to), moved.paid[n], key)
            payer = draw.to if draw.from_savings is None else draw.from_savings.holder
            law = pocket if draw.from_savings is None else draw.from_savings.pockets[0]
            yield self._posting(account, Reason.FUND_REPAYMENT, law, (payer, account), moved.repaid[n])
        yield self._posting(account, Reason.FUND_INTEREST, pocket, (STATE, account), moved.interest)
        yield self._posting(account, Reason.FUND_FEE, pocket, (account, RESOURCES), moved.fees)


def claim_order(stated: Sequence[str], contracts: Mapping[str, Contract], funds: Mapping[str, Fund]) -> list[str]:
    """Contracts and funds in force, in the order in which their claims are served.

    Those that the scenario orders come first; then contracts, between funds that go before and after them.
    """
    before = [n for n, f in funds.items() if f.rank_among_claims == "before_contracts"]
    usual = [*before, *contracts, *(n for n in funds if n not in before)]
    in_force = {n for n, c in contracts.items() if c.enabled} | {n for n, f in funds.items() if f.enabled}
    return [n for n in dict.fromkeys([*stated, *usual]) if n in in_force]
