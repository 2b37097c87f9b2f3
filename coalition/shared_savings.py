"""A shared-savings contract on measured figures: from benchmark and cost to what each party gets, clause by clause.

The same clauses settle one row of a file, many draws of a projection and a grid of chances; amounts have the axes
(row, period), where a row is one contract holder or one draw. Nothing here knows where figures were measured or who
holds a saving under the law. Only ObservedSavings may be settled for payment, in whole cents; a projection gives an
expectation. Units: euro nominal; rates, shares and scores 0-1; positive = received by the party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coalition.cells import Line, Operand, as_expr, cell_form, largest
from coalition.clauses import ALMOST, CLAUSES, Flags, Savings, State, Step, Values, opened, ratio_or, receivers
from coalition.clauses_in_cells import CLAUSES as CLAUSES_IN_CELLS
from coalition.clauses_in_cells import StateLines, opened_in_cells
from coalition.contract_cells import MeasuredLines, TermLines
from coalition.contracts import Clause, Contract
from coalition.errors import DefectError
from coalition.inputs import Floats
from coalition.money import half_away_from_zero


@dataclass(frozen=True)
class ObservedSavings(Savings):
    """Measured after the fact: the only figures on which money may be paid."""


@dataclass(frozen=True)
class ProjectedSavings(Savings):
    """What the model expects: gives an expectation, never a payment.

    Attributes:
        without_eur: cost without any saving; None where that is the benchmark.
    """

    without_eur: Floats | None = None


DECIDING = frozenset({Clause.EXIT, Clause.CARRY_FORWARD, Clause.CAP, Clause.CLAW_BACK, Clause.RESERVE})
"""Clauses that can decide an outcome; the others work on every row alike, or are the gate, quality and sharing."""


@dataclass(frozen=True)
class Settlement:
    """What a contract leads to.

    Attributes:
        contract: the contract.
        benchmark_eur, gross_eur: benchmark after its own clauses, and that minus cost.
        minimum_rate, passed: the gate.
        base_eur: what was shared.
        payments_eur: party -> received (+) or paid (−), the payer included; sums to zero.
        steps: one per clause, in the contract's order.
    """

    contract: Contract
    benchmark_eur: Floats
    gross_eur: Floats
    minimum_rate: Floats
    passed: Flags
    base_eur: Floats
    payments_eur: Mapping[str, Floats]
    steps: tuple[Step, ...]

    @property
    def savings_rate(self) -> Floats:
        """Gross saving as a share of the benchmark."""
        return ratio_or(self.gross_eur, self.benchmark_eur, 0.0)

    @property
    def final_rate(self) -> Floats:
        """The receivers' rate after quality, before limits; in bands what they came to, NaN where nothing was."""
        return next(step.value for step in self.steps if step.clause is Clause.SHARING)

    @cached_property
    def decided(self) -> NDArray[np.intp]:
        """Position in `steps` of the clause that decided the outcome of each row and period.

        The gate where it was not passed, else the last clause that made the outcome smaller, else sharing itself.
        """
        position = {step.clause: k for k, step in enumerate(self.steps)}
        decided = np.full(self.passed.shape, position[Clause.SHARING], dtype=np.intp)
        for k in range(1, len(self.steps)):
            before, after = self.steps[k - 1], self.steps[k]
            if after.clause in DECIDING:
                decided[np.abs(after.amount_eur) < np.abs(before.amount_eur) * (1 - ALMOST)] = k
        decided[self.steps[position[Clause.QUALITY]].value == 0] = position[Clause.QUALITY]
        decided[~self.passed] = position[Clause.GATE]
        return decided


def settle(values: Values, savings: Savings) -> Settlement:
    """Apply the clauses of a contract in its own order; amounts are not rounded."""
    state = opened(values, savings)
    for clause in values.contract.order:
        state = CLAUSES[clause](state)
    return _closed(state)


def pay(values: Values, savings: ObservedSavings) -> tuple[Settlement, dict[str, NDArray[np.int64]]]:
    """Settle for payment: the settlement and whole cents per party, which sum to zero in every row and period.

    Raises:
        DefectError: the figures were not observed.
    """
    if not isinstance(savings, ObservedSavings):
        raise DefectError("only observed savings are settled for payment")
    settlement = settle(values, savings)
    parties = receivers(values.contract)
    cumulative = np.cumsum(np.stack([settlement.payments_eur[p] for p in parties]), axis=0) * 100
    edges = np.vectorize(half_away_from_zero, otypes=[np.int64])(cumulative)
    cents = dict(zip(parties, np.diff(edges, axis=0, prepend=0), strict=True))
    return settlement, {**cents, values.contract.pays: -edges[-1]}


def _closed(state: State) -> Settlement:
    parties = receivers(state.contract)
    payments = {
        **dict(zip(parties, state.payments_eur, strict=True)),
        state.contract.pays: -state.payments_eur.sum(axis=0),
    }
    return Settlement(
        state.contract,
        state.benchmark_eur,
        state.gross_eur,
        np.broadcast_to(state.minimum_rate, state.gross_eur.shape),
        np.broadcast_to(state.passed, state.gross_eur.shape),
        state.base_eur,
        {party: payments[party] for party in state.contract.sharers},
        state.steps,
    )


# --- the same as cells --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SettlementLines:
    """What a contract leads to, per calendar year; 0 outside its measuring years.

    Attributes:
        terms: the contract's numbers.
        minimum_rate, passed: the gate; passed is 1 or 0.
        gross, base: benchmark after its own clauses − cost, and what was shared.
        payments: receiver -> received (+) or paid (−); nothing where the contract is not in force.
        claim: what the payer owes them together, when that is more than nothing.
    """

    terms: TermLines
    minimum_rate: Line
    passed: Line
    gross: Line
    base: Line
    payments: Mapping[str, Line]
    claim: Line


@cell_form(settle)
def settle_in_cells(terms: TermLines, measured: MeasuredLines) -> SettlementLines:
    """Apply the clauses of a contract in its own order."""
    state = opened_in_cells(terms, measured)
    for clause in terms.contract.order:
        state = CLAUSES_IN_CELLS[clause](state)
    return _closed_in_cells(state)


@cell_form(_closed)
def _closed_in_cells(state: StateLines) -> SettlementLines:
    """What counts in the end; nobody pays on a contract that is not in force."""
    terms = state.terms
    terms.heading("settlement")
    minimum = terms.row("settlement.minimum", "rate", state.minimum_rate)
    in_force = terms.plain("enabled")
    payments = {
        party: terms.row("settlement.payment", "euro", in_force * paid, party, total=True)
        for party, paid in state.payments.items()
    }
    together: Operand = sum(payments.values(), as_expr(0))
    claim = terms.row("settlement.claim", "euro", largest(together, 0), total=True)
    return SettlementLines(terms, minimum, state.passed, state.gross, state.base, payments, claim)
