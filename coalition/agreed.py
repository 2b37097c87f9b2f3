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

from coalition.arrangement_terms import (
    Arrangement,
    Arrangements,
    CoFinancing,
    Departure,
    ImpactBond,
    PopulationPayment,
    RegionalBudget,
    SidePayment,
)
from coalition.arrangements import (
    Outcome,
    co_financing,
    deprivation_tariff,
    impact_bond,
    population_payment,
    regional_budget,
)
from coalition.cells import Expr, Line, cell_form, flag, lagged, largest, part_of, smallest
from coalition.claims import Booking, Claims
from coalition.clauses import Values, receivers
from coalition.contract_cells import TermLines
from coalition.contracts import Contract
from coalition.fund import Requests, Statement, pays_on_proof, run_fund
from coalition.fund_terms import Draw, Fund
from coalition.inputs import Floats, ratio
from coalition.ledger import Posting
from coalition.measured import LawRun, Subject, inside, projected_savings, side_of, subject_of, subject_of_contract
from coalition.money import HALF_CENT_EUR
from coalition.parties import MUNICIPALITY, RESOURCES, STATE, Pocket, Reason
from coalition.shared_savings import ProjectedSavings, Settlement, SettlementLines, settle


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
        contracts, funds, others: what they were made from, in the order in which claims were served.
    """

    postings: list[Posting] = field(default_factory=list)
    contracts: list[ContractOutcome] = field(default_factory=list)
    funds: list[FundOutcome] = field(default_factory=list)
    others: list[Outcome] = field(default_factory=list)


def agreed(law: LawRun) -> Agreed:
    """Apply every arrangement that is in force."""
    return _Agreement(law).all()


def contract_postings(law: LawRun, name: str, savings: ProjectedSavings) -> list[Posting]:
    """What a contract moves when this is measured; whether its payer has it in cash changes nobody's net.

    Args:
        law: what the law does by itself, with the terms and the clock.
        name: of a contract in force.
        savings: one row per case, one column per measuring year.
    """
    contract = law.spec.arrangements.contracts[name]
    settlement, nothing = settle(Values(contract, law.inputs), savings), np.zeros((1, 1))
    found = ContractOutcome(name, contract, measuring_years(law, contract), savings, settlement, nothing, nothing)
    return list(_Agreement(law)._contract_postings(found))


def measuring_years(law: LawRun, contract: Contract) -> tuple[int, ...]:
    """Years of the clock in which a contract measures."""
    assert contract.scope is not None  # checks.py asks for it
    return tuple(y for y in law.years if contract.scope.years.first <= y <= contract.scope.years.last)


class _Agreement:
    """Arrangements in the order in which their claims are served."""

    def __init__(self, law: LawRun) -> None:
        self.law, self.terms = law, law.spec.arrangements
        self.claims = Claims(law)

    def all(self) -> Agreed:
        """Those that claim a saving in the order of their claims, then the others."""
        found = Agreed()
        for name in claim_order(self.terms):
            self._claim(name, self.terms.claiming[name], found)
        for name, tariff in self.terms.deprivation_tariffs.items():
            if tariff.enabled:
                found.others.append(deprivation_tariff(self.claims, name, tariff))
        found.postings.extend(p for outcome in found.others for p in outcome.postings)
        for name, payment in self.terms.side_payments.items():
            if payment.enabled:
                found.postings.extend(self._side_payment(name, payment))
        for name, departure in self.terms.departures.items():
            if departure.enabled:
                found.postings.extend(self._departure(name, departure, found.postings))
        found.postings[:] = [p for p in found.postings if np.count_nonzero(p.amounts)]
        return found

    def _claim(self, name: str, terms: Arrangement, found: Agreed) -> None:
        """One arrangement that is paid out of a saving."""
        if isinstance(terms, Contract):
            found.contracts.append(contract := self._contract(name, terms))
            found.postings.extend(self._contract_postings(contract))
        elif isinstance(terms, Fund):
            found.funds.append(fund := self._fund(name, terms))
            found.postings.extend(self._fund_postings(fund))
        elif isinstance(terms, RegionalBudget):
            found.others.append(regional_budget(self.claims, name, terms))
        elif isinstance(terms, PopulationPayment):
            found.others.append(population_payment(self.claims, name, terms))
        elif isinstance(terms, ImpactBond):
            found.others.append(impact_bond(self.claims, name, terms))
        elif isinstance(terms, CoFinancing):
            found.others.append(co_financing(self.claims, name, terms))

    # payments and departures

    def _side_payment(self, name: str, payment: SidePayment) -> Iterator[Posting]:
        booking = Booking(name, Reason.SIDE_PAYMENT, payment.law)
        sides = (payment.source, payment.target)
        return self.claims.posting(booking, sides, self.claims.per_year(payment.amounts_eur))

    def _departure(self, name: str, departure: Departure, agreed_so_far: Sequence[Posting]) -> list[Posting]:
        """Who pays in the place of the party that left."""
        payments = [p for p in departure.payments.values() if p.enabled]
        found = [posting for p in payments for posting in self._side_payment(name, p)]
        if departure.taken_over_by is None or departure.law is None:
            return found
        gone = self.claims.running(departure.from_year, self.law.years[-1])
        booking = Booking(name, Reason.TAKE_OVER, departure.law)
        sides = (departure.taken_over_by, departure.party)
        for burden in self._burdens(departure.party, agreed_so_far):
            found.append(self.claims.posting_per_area(booking, sides, np.maximum(burden * gone, 0.0)))
            found.append(self.claims.posting_per_area(booking, sides[::-1], np.maximum(-burden * gone, 0.0)))
        return found

    def _burdens(self, party: str, agreed_so_far: Sequence[Posting]) -> Iterator[Floats]:
        """What a party pays (+) for delivery, and for each policy that it carries; shape (draw, area, year).

        What a budget, a tariff's fund or an investor pays of the delivery is nobody's to take over.
        """
        delivery = np.asarray(sum(self.claims.delivery(party, i) for i in self.law.spec.interventions))
        everywhere = inside(self.law, Subject(party, frozenset(), frozenset(), frozenset(self.law.ledger.areas)))
        for p in agreed_so_far:
            if p.reason in PAYS_DELIVERY and side_of(p.target) == side_of(party):
                own = party in {p.target, MUNICIPALITY} or p.target == MUNICIPALITY
                delivery = delivery - own * p.amounts * everywhere
        yield np.maximum(delivery, 0.0)
        for name, policy in self.law.spec.gemeentepolis.items():
            if policy.insurer == party:
                moved = [p for p in self.law.ledger.postings if p.intervention == name]
                paid = [(float(p.source == party) - float(p.target == party)) * p.amounts for p in moved]
                yield np.asarray(sum(paid, np.zeros((1, 1, 1))))

    # contracts

    def _contract(self, name: str, contract: Contract) -> ContractOutcome:
        subject = subject_of_contract(self.law, contract)
        savings = projected_savings(self.law, contract)
        settlement = settle(Values(contract, self.law.inputs), savings)
        years = measuring_years(self.law, contract)
        when = [self.law.years.index(y) for y in years]
        claim = np.maximum(-settlement.payments_eur[contract.pays], 0.0)
        cash = self.claims.cash(subject)[:, when]
        served = np.minimum(claim, cash)
        used = np.zeros((len(served), len(self.law.years)))
        used[:, when] = served
        self.claims.note(subject, used)
        return ContractOutcome(name, contract, years, savings, settlement, cash, claim - served)

    def _contract_postings(self, found: ContractOutcome) -> Iterator[Posting]:
        """Payments in the years in which they are made; a payer's own money apart from what it saved."""
        contract, paid = found.contract, found.settlement.payments_eur
        assert contract.scope is not None
        subject = subject_of_contract(self.law, contract)
        claim = np.maximum(-paid[contract.pays], 0.0)
        own = ratio(found.own_money, claim) * (found.own_money > HALF_CENT_EUR)  # dust is nobody's own money
        for party in receivers(contract):
            got, owed = np.maximum(paid[party], 0.0), np.maximum(-paid[party], 0.0)
            for reason, amounts, sides in (
                (Reason.SHARED_SAVINGS, got * (1 - own), (contract.pays, party)),
                (Reason.OWN_MONEY, got * own, (contract.pays, party)),
                (Reason.SHARED_SAVINGS, owed, (party, contract.pays)),
            ):
                dated = self._dated(contract, found.years, amounts)
                key = self.claims.people * inside(self.law, subject)
                booking = Booking(found.name, reason, contract.scope.pockets[0])
                yield from self.claims.posting(booking, sides, dated, key)

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
        contributions = {n: self.claims.per_year(c.amounts_eur) for n, c in fund.contributions.items()}
        statement = run_fund(fund, Requests(contributions, wanted, savings), self.law.years, self.law.inputs)
        for n, stated in fund.draws.items():
            if stated.from_savings is not None:
                lag, back = stated.from_savings.lag_years, statement.repaid[n]
                earlier = np.zeros_like(back)
                later = back[:, lag:]
                earlier[:, : later.shape[1]] = later
                self.claims.note(self._subject(stated), earlier)
        return FundOutcome(name, fund, statement)

    def _subject(self, stated: Draw) -> Subject:
        rule = stated.from_savings
        assert rule is not None
        return subject_of(self.law, rule.holder, rule.pockets, [stated.intervention])

    def _asked(self, stated: Draw) -> Floats:
        """The part of a payer's delivery cost that is asked of the fund, shape (draw, year)."""
        asked = self.claims.asked(stated.to, stated.intervention, stated.delivery_share)
        if pays_on_proof(stated.kind):
            asked = asked * (self.law.inputs.effect_scale[:, None] > 0)
        return np.asarray(asked)

    def _saved(self, stated: Draw) -> Floats:
        """What the holder still has in cash from this intervention."""
        nothing = np.zeros((1, len(self.law.years)))
        return nothing if stated.from_savings is None else self.claims.cash(self._subject(stated))

    def _fund_postings(self, found: FundOutcome) -> Iterator[Posting]:
        fund, moved, account = found.fund, found.statement, found.name
        own = Pocket.EIGEN_MIDDELEN

        def post(
            reason: Reason, law: Pocket, sides: tuple[str, str], amounts: Floats, key: Floats | None = None
        ) -> Iterator[Posting]:
            return self.claims.posting(Booking(account, reason, law), sides, amounts, key)

        for n, stated in fund.contributions.items():
            yield from post(Reason.FUND_CONTRIBUTION, stated.law, (stated.party, account), moved.contributions[n])
            yield from post(Reason.FUND_DISTRIBUTION, stated.law, (account, stated.party), moved.distributed[n])
        for n, draw in fund.draws.items():
            key = self.claims.delivery(draw.to, draw.intervention)  # whoever's delivery it is, gets the money
            yield from post(Reason.FUND_DRAW, own, (account, draw.to), moved.paid[n], key)
            payer = draw.to if draw.from_savings is None else draw.from_savings.holder
            law = own if draw.from_savings is None else draw.from_savings.pockets[0]
            yield from post(Reason.FUND_REPAYMENT, law, (payer, account), moved.repaid[n])
        yield from post(Reason.FUND_INTEREST, own, (STATE, account), moved.interest)
        yield from post(Reason.FUND_FEE, own, (account, RESOURCES), moved.fees)


# --- contracts as cells -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ContractLines:
    """What a contract leads to.

    Attributes:
        settlement: what follows from what is expected to be measured.
        served: the part of the claim that the payer has in cash from the saving, in the measuring year: a claim on it.
        own_money: the rest of the claim.
        shared_savings, own_paid, owed: receiver -> what it gets out of the saving and of the payer's own money, and
            what it pays the payer, in the years of payment.
    """

    settlement: SettlementLines
    served: Line
    own_money: Line
    shared_savings: Mapping[str, Line]
    own_paid: Mapping[str, Line]
    owed: Mapping[str, Line]


def dated_in_cells(settlement: SettlementLines, cash: Line) -> ContractLines:
    """Add what is paid when, and out of what, to the sheet of a settlement.

    Args:
        settlement: the contract settled.
        cash: what its payer has in cash from the saving after earlier claims, >= 0, on the same years.
    """
    served, own_money = _contract_in_cells(settlement, cash)
    return _contract_postings_in_cells(settlement, served, own_money)


@cell_form(_Agreement._contract)
def _contract_in_cells(settlement: SettlementLines, cash: Line) -> tuple[Line, Line]:
    """The claim of each measuring year, split into what comes from the saving and own money."""
    terms = settlement.terms
    terms.heading("paid")
    served = terms.row("paid.served", "euro", smallest(settlement.claim, cash), total=True)
    return served, terms.row("paid.own_money", "euro", settlement.claim - served, total=True)


@cell_form(_Agreement._contract_postings)
def _contract_postings_in_cells(settlement: SettlementLines, served: Line, own_money: Line) -> ContractLines:
    """Payments in the years in which they are made; a payer's own money apart from what it saved."""
    terms = settlement.terms
    more = terms.row("paid.needs_own", "flag", flag(own_money > terms.half_cent))
    own = terms.row("paid.own_part", "share", part_of(own_money, settlement.claim) * more)
    found: dict[str, dict[str, Line]] = {"from_saving": {}, "from_own": {}, "owed": {}}
    for party, paid in settlement.payments.items():
        got = terms.row("paid.got", "euro", largest(paid, 0), party)
        parts = {"from_saving": got * (1 - own), "from_own": got * own, "owed": largest(0 - paid, 0)}
        for kind, content in parts.items():
            measured = terms.row(f"paid.{kind}", "euro", content, party)
            found[kind][party] = terms.row(
                f"paid.{kind}_dated", "euro", _dated_in_cells(terms, measured), party, total=True
            )
    return ContractLines(settlement, served, own_money, found["from_saving"], found["from_own"], found["owed"])


@cell_form(_Agreement._dated)
def _dated_in_cells(terms: TermLines, amounts: Line) -> Expr:
    """Amounts of measuring years in the years of payment: an interim part at once, the rest after the lag."""
    interim = terms.of("interim_share")
    later = lagged(amounts, terms.plain("settlement_lag_years"), terms.axis.index)
    return later if interim is None else interim * amounts + (1 - interim) * later


PAYS_DELIVERY = frozenset({Reason.BUDGET_DELIVERY, Reason.DEPRIVATION_DELIVERY, Reason.BOND_INVESTMENT})
"""Reasons for which somebody pays a payer's delivery, without getting it back from that payer."""


def claim_order(terms: Arrangements) -> list[str]:
    """Those in force that claim a saving, in the order in which their claims are served.

    Those that the scenario orders come first; then by kind, with funds that go before contracts before them.
    """
    before = [n for n, f in terms.funds.items() if f.rank_among_claims == "before_contracts"]
    in_force = {n for n, stated in terms.claiming.items() if stated.enabled}
    return [n for n in dict.fromkeys([*terms.order, *before, *terms.claiming]) if n in in_force]
