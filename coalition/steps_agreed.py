"""From a measured saving to a party's money: the figures between the terms of an arrangement and its postings.

A contract is followed clause by clause for the measuring years that are paid in the years asked for; a fund, budget or
bond by its account. Everything is read from the run; steps as in steps.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from coalition.agreed import ContractOutcome, FundOutcome
from coalition.arrangements import Outcome
from coalition.clauses import Values
from coalition.contracts import BEFORE_SHARING, Clause, Gate
from coalition.inputs import Floats
from coalition.money import HALF_CENT_EUR
from coalition.steps import Scope, Step

STOCKS = {"opening": 0, "closing": -1, "outstanding": -1}
"""Figures of an account that are no flow: which of the years asked for is shown."""


TOLD = {Clause.GATE, Clause.SHARING}
"""Clauses that are told also when they change nothing; risk and discount are in the benchmark already."""


def agreed_steps(scope: Scope, name: str, pocket: str) -> Iterator[Step]:
    """The steps of one arrangement in one pocket, ending with what was posted for the parties asked for."""
    agreed = scope.run.agreed
    for contract in agreed.contracts:
        if contract.name == name:
            yield from _contract_steps(scope, contract, pocket)
    for fund in agreed.funds:
        if fund.name == name:
            yield from _fund_steps(scope, fund, pocket)
    for other in agreed.others:
        if other.name == name:
            yield from _account_steps(scope, other, pocket)
    posted = [p for p in scope.run.ledger.postings if p.arrangement == name and p.pocket.value == pocket]
    yield Step(name, pocket, "agreed_net", scope.net(posted))


def _contract_steps(scope: Scope, found: ContractOutcome, pocket: str) -> Iterator[Step]:
    name, settlement = found.name, found.settlement
    periods = _periods_paid(scope, found)
    if not periods:
        return

    def of(amounts: Floats) -> float:
        shape = (len(amounts), settlement.gross_eur.shape[1])
        return float(np.broadcast_to(amounts, shape)[0][periods].sum())

    benchmark, gross = of(settlement.benchmark_eur), of(settlement.gross_eur)
    yield Step(name, pocket, "measured_years", float(len(periods)))
    yield Step(name, pocket, "measured_person_years", of(found.savings.persons))
    yield Step(name, pocket, "benchmark", benchmark)
    yield Step(name, pocket, "measured_cost", of(found.savings.cost_eur))
    yield Step(name, pocket, "measured_saving", gross)
    if benchmark:
        yield Step(name, pocket, "measured_rate", gross / benchmark)
    if found.contract.gate is not Gate.NONE:
        yield Step(name, pocket, "gate_rate", of(settlement.minimum_rate) / len(periods))
    amount = gross
    for step in settlement.steps:
        after = of(step.amount_eur)
        if step.clause in TOLD or abs(after - amount) >= HALF_CENT_EUR:
            kind = "counted_after" if step.clause in BEFORE_SHARING else "receivers_after"
            yield Step(name, pocket, f"{kind}:{step.clause.value}", after)
        amount = after
    interim = float(Values(found.contract).or_else("interim_share", 0.0)[0, 0])
    if interim:
        yield Step(name, pocket, "interim_share", interim)
    yield Step(name, pocket, "settlement_lag_years", float(found.contract.settlement_lag_years))
    if own := of(found.own_money):
        yield Step(name, pocket, "own_money_of_payer", own)
    posted = [p for p in scope.run.ledger.postings if p.arrangement == name]
    if abs(amount) >= HALF_CENT_EUR:
        yield Step(name, pocket, "part_of_receivers", scope.net(posted) / amount)


def _periods_paid(scope: Scope, found: ContractOutcome) -> list[int]:
    """Positions of the measuring years of which something is paid in the years asked for."""
    clock, lag = scope.run.clock.years, found.contract.settlement_lag_years
    asked = {clock[t] for t in scope.positions}
    at_once = found.contract.interim_share is not None
    return [k for k, year in enumerate(found.years) if year + lag in asked or (at_once and year in asked)]


def _fund_steps(scope: Scope, found: FundOutcome, pocket: str) -> Iterator[Step]:
    s = found.statement
    flows = {
        "opening": s.opening,
        "deposits": _total(s.contributions),
        "repaid": _total(s.repaid),
        "interest": s.interest,
        "asked": _total(s.asked),
        "paid": _total(s.paid),
        "fees": s.fees,
        "settled": _total(s.distributed),
        "closing": s.closing,
    }
    yield from _account_steps(scope, Outcome(found.name, [], flows), pocket)


def _total(named: Mapping[str, Floats]) -> Floats:
    return np.asarray(sum(named.values()))


def _account_steps(scope: Scope, found: Outcome, pocket: str) -> Iterator[Step]:
    """An account or a payment in figures: flows added up over the years asked for, balances at their ends."""
    years = len(scope.run.clock.years)
    for key, amounts in found.figures.items():
        if key == "passed":
            continue  # yes or no is no amount
        row = np.broadcast_to(amounts, (len(amounts), years))[0][list(scope.positions)]
        value = float(row[STOCKS[key]] if key in STOCKS else row.sum())
        if value or key in STOCKS:
            yield Step(found.name, pocket, f"account:{key}", value)
