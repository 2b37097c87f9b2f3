"""The clauses of a shared-savings contract: each takes a settlement one step further.

One function per clause, on arrays (row, period), where a row is one contract holder or one draw; payments have the
party first. A clause that a contract does not state changes nothing. Which clauses are applied, in which order, and
what may be paid on is decided in shared_savings.py. Units: euro nominal; rates, shares and scores 0-1; positive =
received by the party. Arrays are laid out period by period, because clauses over the years take one period at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from coalition.contracts import (
    BEFORE_SHARING,
    Clause,
    Contract,
    Gate,
    GateRow,
    LossRule,
    Quality,
    QualityOnLosses,
    ShareBand,
)
from coalition.errors import DefectError
from coalition.inputs import Floats, Inputs
from coalition.numbers import Number

Flags = NDArray[np.bool_]

ALMOST = 1e-12
"""A rate that lies this close to the gate meets it: the difference is of binary fractions, not of euros."""
ROWS = 2
"""Axes of amounts that belong to no single party."""
NO_VALUE = np.full((1, 1), np.nan)
"""What stands for the number of a clause that has none."""


# --- what is measured ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Savings:
    """Figures of a population, each of shape (row, period).

    Attributes:
        person_years: > 0.
        benchmark_eur, cost_eur: totals of the period, the benchmark before risk adjustment and discount.
        quality_score: 0-1; NaN where none was given: then the standard counts as met. None when there is none at all.
        revenue_eur: the sharers' own revenue, for limits that are a share of it.
        risk_ratio: risk in the period / risk in the base years; None when benchmarks hold it already.
        population: persons, for the gate; person-years when there are none.
    """

    person_years: Floats
    benchmark_eur: Floats
    cost_eur: Floats
    quality_score: Floats | None = None
    revenue_eur: Floats | None = None
    risk_ratio: Floats | None = None
    population: Floats | None = None

    @property
    def persons(self) -> Floats:
        """The size that a gate table or a statistical gate looks at."""
        if self.population is None:
            return self.person_years
        return np.where(np.isnan(self.population), self.person_years, self.population)


class Values:
    """The numbers of a contract per row and period; a column of measurements wins over the contract.

    Args:
        contract: the contract.
        inputs: draws of its numbers; the plain values when left out.
        columns: term -> values of shape (row, period); NaN where the row leaves the term to the contract.
    """

    def __init__(
        self, contract: Contract, inputs: Inputs | None = None, columns: Mapping[str, Floats] | None = None
    ) -> None:
        self.contract, self.inputs, self.columns = contract, inputs or Inputs(), columns or {}

    def of(self, term: str) -> Floats | None:
        """A term of the contract, broadcastable to (row, period); None where neither it nor a column states it."""
        stated = self.number(getattr(self.contract, term))
        column = self.columns.get(term)
        if column is None:
            return stated
        return column if stated is None else np.where(np.isnan(column), stated, column)

    def number(self, stated: Number | None) -> Floats | None:
        """A stated number, shape (draw, 1)."""
        return None if stated is None else self.inputs.of(stated)[:, None]

    def or_else(self, term: str, value: float) -> Floats:
        """A term, or the value that stands for its absence."""
        found = self.of(term)
        return np.full((1, 1), value) if found is None else np.where(np.isnan(found), value, found)

    def state(self, *terms: str) -> bool:
        """Whether the contract or a column states any of these terms."""
        return any(getattr(self.contract, term) is not None or term in self.columns for term in terms)


# --- between two clauses ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What one clause made of a saving.

    Attributes:
        clause: which.
        value: the number that it worked with (a gate's rate, a multiplier, a limit), NaN where it had none.
        amounts: before sharing the saving that counts, shape (row, period); after it what each receiver gets, with the
            party as first axis.
    """

    clause: Clause
    value: Floats
    amounts: Floats

    @property
    def amount_eur(self) -> Floats:
        """The saving that counts, or what the receivers get together; shape (row, period)."""
        return self.amounts if self.amounts.ndim == ROWS else np.asarray(self.amounts.sum(axis=0))


@dataclass(frozen=True)
class State:
    """Where a settlement stands between two clauses; arrays (row, period), payments (party, row, period).

    Attributes:
        savings, values: what is settled, by which numbers.
        benchmark_eur: after risk adjustment and discount, as far as these have been applied.
        gross_eur: benchmark − cost.
        base_eur: what is still to be shared; negative is a loss.
        minimum_rate: the gate that applied to the row's sign; passed: whether it was met.
        gain_factor, loss_factor: multipliers of quality.
        payments_eur: to each party that does not pay, in the order of ids.
        steps: one per clause so far.
    """

    savings: Savings
    values: Values
    benchmark_eur: Floats
    gross_eur: Floats
    base_eur: Floats
    minimum_rate: Floats
    passed: Flags
    gain_factor: Floats
    loss_factor: Floats
    payments_eur: Floats
    steps: tuple[Step, ...] = ()

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.values.contract


def opened(values: Values, savings: Savings) -> State:
    """A settlement before its first clause."""
    shape = np.broadcast_shapes(savings.cost_eur.shape, (values.inputs.draws, 1))
    benchmark, cost = (_by_period(np.broadcast_to(a, shape)) for a in (savings.benchmark_eur, savings.cost_eur))
    gross, nothing = benchmark - cost, np.zeros((1, 1))
    payments = np.zeros((len(receivers(values.contract)), 1, 1))
    return State(savings, values, benchmark, gross, gross, nothing, nothing == 0, nothing + 1, nothing + 1, payments)


def _by_period(amounts: Floats) -> Floats:
    """The same amounts, those of one period side by side."""
    return np.asfortranarray(amounts)


def _stacked(rows: Sequence[Floats]) -> Floats:
    """Amounts of several parties, shape (party, row, period), those of one period side by side."""
    shape = np.broadcast_shapes(*(r.shape for r in rows))
    out = np.empty((len(rows), shape[1], shape[0])).swapaxes(1, 2)
    for place, row in zip(out, rows, strict=True):
        place[...] = row
    return out


def receivers(contract: Contract) -> list[str]:
    """The parties that do not pay the care, in the order of ids: the order in which cents are rounded."""
    return sorted(party for party in contract.sharers if party != contract.pays)


def ratio_or(part: Floats, whole: Floats, otherwise: float) -> Floats:
    """Part of a whole, something else where the whole is nothing."""
    if whole.all():
        return np.asarray(part / whole)
    empty = np.full(np.broadcast_shapes(part.shape, whole.shape), otherwise)
    return np.asarray(np.divide(part, whole, out=empty, where=whole != 0))


# --- benchmark ----------------------------------------------------------------------------------------------------


def _with_benchmark(state: State, clause: Clause, benchmark: Floats, value: Floats) -> State:
    gross = benchmark - state.savings.cost_eur
    changed = replace(state, benchmark_eur=benchmark, gross_eur=gross, base_eur=gross)
    return _noted(changed, clause, value, gross)


def _noted(state: State, clause: Clause, value: Floats, amounts: Floats) -> State:
    step = Step(clause, np.broadcast_to(value, state.gross_eur.shape), amounts)
    return replace(state, steps=(*state.steps, step))


def _idle(state: State, clause: Clause) -> State:
    """A clause that the contract does not state."""
    amounts = state.base_eur if clause in BEFORE_SHARING else state.payments_eur
    return _noted(state, clause, NO_VALUE, amounts)


def _risk(state: State) -> State:
    """Benchmark · clip(risk ratio, 1 − cap down, 1 + cap up)."""
    ratio = state.savings.risk_ratio
    if ratio is None:
        return _idle(state, Clause.RISK)
    down, up = state.values.or_else("risk_cap_down", np.inf), state.values.or_else("risk_cap_up", np.inf)
    factor = np.clip(np.where(np.isnan(ratio), 1.0, ratio), 1 - down, 1 + up)
    return _with_benchmark(state, Clause.RISK, state.benchmark_eur * factor, factor)


def _discount(state: State) -> State:
    """Benchmark · (1 − discount)."""
    if not state.values.state("discount"):
        return _idle(state, Clause.DISCOUNT)
    discount = state.values.or_else("discount", 0.0)
    return _with_benchmark(state, Clause.DISCOUNT, state.benchmark_eur * (1 - discount), discount)


# --- the gate -----------------------------------------------------------------------------------------------------


def _gate(state: State) -> State:
    """Inside −MLR < rate < MSR only below_gate_share of it counts; outside all of it, or what exceeds the gate."""
    if state.contract.gate is Gate.NONE and not state.values.state("minimum_savings_rate", "minimum_loss_rate"):
        always = replace(state, passed=np.ones((1, 1), dtype=bool))
        return _noted(always, Clause.GATE, state.minimum_rate, state.base_eur)
    rate = ratio_or(state.gross_eur, state.benchmark_eur, 0.0)
    least = np.where(rate >= 0, *minimum_rates(state.values, state.savings.persons))
    passed = np.abs(rate) >= least - ALMOST
    counted = state.gross_eur
    if not state.contract.first_dollar:
        counted = np.sign(rate) * np.maximum(np.abs(state.gross_eur) - least * state.benchmark_eur, 0.0)
    base = np.where(passed, counted, state.values.or_else("below_gate_share", 0.0) * state.gross_eur)
    changed = replace(state, base_eur=base, minimum_rate=least, passed=passed)
    return _noted(changed, Clause.GATE, least, base)


def minimum_rates(values: Values, persons: Floats) -> tuple[Floats, Floats]:
    """Minimum savings rate and minimum loss rate for a population of this size; a column of its own wins."""
    least = _over(values.columns.get("minimum_savings_rate"), _GATES[values.contract.gate](values, persons))
    return least, _over(values.of("minimum_loss_rate"), least)


def _statistical_gate(values: Values, persons: Floats) -> Floats:
    """Z · SE, not below the floor."""
    confidence = values.contract.confidence
    assert confidence is not None  # contract_checks.py asks for it
    least = NormalDist().inv_cdf(confidence) * standard_error(values, persons)
    return np.maximum(least, values.or_else("minimum_savings_rate", 0.0))


def _over(stated: Floats | None, otherwise: Floats) -> Floats:
    """Stated values, and otherwise the others."""
    return otherwise if stated is None else np.where(np.isnan(stated), otherwise, stated)


def _table_gate(values: Values, persons: Floats) -> Floats:
    """Straight lines inside the rows; NaN for a population below the first row that the contract does not admit."""
    rows: Sequence[GateRow] = values.contract.gate_table
    found = np.full(persons.shape, rows[0].rate_from if values.contract.below_first_row else np.nan)
    for row in rows:
        width = np.inf if row.persons_to is None else max(row.persons_to - row.persons_from, 1)
        part = np.clip((persons - row.persons_from) / width, 0, 1)
        found = np.where(persons >= row.persons_from, row.rate_from + part * (row.rate_to - row.rate_from), found)
    return found


_GATES: Mapping[Gate, Callable[[Values, Floats], Floats]] = {
    Gate.NONE: lambda _values, _persons: np.zeros((1, 1)),
    Gate.FIXED: lambda values, _persons: values.or_else("minimum_savings_rate", np.nan),
    Gate.TABLE: _table_gate,
    Gate.STATISTICAL: _statistical_gate,
}


def standard_error(values: Values, persons: Floats) -> Floats:
    """SE of the measured savings rate: CV · √(design effect · (1/n + 1/n of the benchmark) − 2 · covariance).

    Raises:
        DefectError: the contract states no dispersion.
    """
    stated = values.contract.dispersion
    if stated is None:
        raise DefectError("no dispersion")
    variation, others = values.number(stated.cost_variation), values.number(stated.benchmark_persons)
    assert variation is not None
    heads = np.where(persons > 0, persons, 1.0)
    variance = variation**2 * stated.design_effect * (1 / heads + (0.0 if others is None else 1 / others))
    common = values.number(stated.covariance)
    error = np.sqrt(np.maximum(variance - (0.0 if common is None else 2 * common), 0.0))
    return np.where(persons > 0, error, 0.0)  # of nobody nothing is measured


# --- quality and sharing ------------------------------------------------------------------------------------------


def _quality(state: State) -> State:
    """Factor on shares; 1 where no score was given."""
    if state.contract.quality is Quality.NONE:
        return _idle(state, Clause.QUALITY)
    score = state.savings.quality_score
    gain = _quality_factor(state.values, NO_VALUE if score is None else score)
    loss = {
        QualityOnLosses.NONE: np.ones((1, 1)),
        QualityOnLosses.SAME: gain,
        QualityOnLosses.INVERSE: 1 - gain,
    }[state.contract.quality_on_losses]
    changed = replace(state, gain_factor=gain, loss_factor=loss)
    return _noted(changed, Clause.QUALITY, np.where(state.base_eur >= 0, gain, loss), state.base_eur)


def _quality_factor(values: Values, score: Floats) -> Floats:
    known = np.where(np.isnan(score), 1.0, score)
    factor = known
    if values.contract.quality is Quality.LADDER:
        factor = np.zeros_like(known)
        for step in values.contract.quality_ladder:
            factor = np.where(known >= step.score_from - ALMOST, step.multiplier, factor)
    least = values.or_else("quality_minimum", 0.0)
    factor = np.where(known >= least - ALMOST, factor, 0.0)
    return np.where(np.isnan(score), 1.0, factor)


def _sharing(state: State) -> State:
    """Σ over marginal bands of the amount in the band × the party's share × the factor of quality."""
    gains = _banded(state, np.maximum(state.base_eur, 0.0), state.contract.gain_bands, _sharing_rate(state))
    payments = gains * state.gain_factor
    if state.contract.losses is not LossRule.NONE:
        losses = _banded(state, np.maximum(-state.base_eur, 0.0), state.contract.loss_bands, _loss_rate(state))
        payments = payments - losses * state.loss_factor
    changed = replace(state, payments_eur=payments)
    return _noted(changed, Clause.SHARING, _final_rate(changed), payments)


def _final_rate(state: State) -> Floats:
    """What the receivers get of a euro that is shared: the rate after quality, or what the bands came to."""
    in_bands = NO_VALUE
    if state.contract.gain_bands or state.contract.loss_bands:
        in_bands = ratio_or(np.asarray(state.payments_eur.sum(axis=0)), state.base_eur, np.nan)
    gains = in_bands if state.contract.gain_bands else _sharing_rate(state) * state.gain_factor
    if state.contract.losses is LossRule.NONE:
        losses = np.zeros((1, 1))
    else:
        losses = in_bands if state.contract.loss_bands else _loss_rate(state) * state.loss_factor
    return np.where(state.gross_eur >= 0, gains, losses)


def _sharing_rate(state: State) -> Floats:
    return state.values.or_else("sharing_rate", 0.0)


def _loss_rate(state: State) -> Floats:
    if state.contract.losses is not LossRule.ONE_MINUS:
        return state.values.or_else("loss_rate", 0.0)
    least, most = state.values.or_else("loss_rate_floor", 0.0), state.values.or_else("loss_rate_ceiling", 1.0)
    rate = np.clip(1 - _sharing_rate(state) * state.gain_factor, least, most)
    return _over(state.values.columns.get("loss_rate"), rate)


def _banded(state: State, amounts: Floats, bands: Sequence[ShareBand], rate: Floats) -> Floats:
    """Each receiver's part of amounts >= 0, shape (party, row, period); without bands the one rate of two parties."""
    if not bands:
        return _stacked([amounts * rate for _ in receivers(state.contract)])
    left, lower = amounts, 0.0
    parts = {party: np.zeros((1, 1)) for party in receivers(state.contract)}
    for band in bands:
        inside = left
        if band.up_to is not None:
            inside = np.minimum(left, (band.up_to - lower) * state.benchmark_eur)
            left, lower = left - inside, band.up_to
        for party in parts:
            share = state.values.number(band.shares.get(party))
            if share is not None:
                parts[party] = parts[party] + inside * share
    return _stacked(list(parts.values()))


# --- limits -------------------------------------------------------------------------------------------------------


def _cap(state: State) -> State:
    """The lowest of the limits that apply, per party; what is cut stays with the payer."""
    most, least = _limits(state, "gain"), _limits(state, "loss")
    if most is None and least is None:
        return _idle(state, Clause.CAP)
    payments, limit = state.payments_eur, NO_VALUE
    if most is not None:
        payments, limit = np.minimum(payments, most), np.asarray(most.sum(axis=0))
    if least is not None:
        payments, limit = np.maximum(payments, -least), np.where(state.base_eur >= 0, limit, -least.sum(axis=0))
    limit = np.where(np.isinf(limit), np.nan, limit)
    return _noted(replace(state, payments_eur=payments), Clause.CAP, limit, payments)


def _limits(state: State, side: str) -> Floats | None:
    """Most that each receiver gets or owes, >= 0, shape (party, row, period); infinite where nothing limits it.

    None where the contract limits nobody on this side.
    """
    revenue = state.savings.revenue_eur
    scales = {
        "share_of_benchmark": state.benchmark_eur,
        "share_of_revenue": NO_VALUE if revenue is None else revenue,
        "eur": np.ones((1, 1)),
    }
    limits, unlimited = [], np.full((1, 1), np.inf)
    for party in receivers(state.contract):
        limit = unlimited
        for kind, scale in scales.items():
            term = f"{side}_cap_{kind}"
            own = state.values.number(getattr(state.contract.sharers[party], term))
            found = state.values.of(term) if own is None else own
            if found is not None:
                limit = np.fmin(limit, found * scale)
        limits.append(limit)
    return None if all(limit is unlimited for limit in limits) else _stacked(limits)


def _withhold(state: State) -> State:
    """A part of each payment held back or cut; paid after the stated periods, with the last period at the latest."""
    if not state.values.state("withhold_gain_share", "withhold_loss_share"):
        return _idle(state, Clause.WITHHOLD)
    gain, loss = state.values.or_else("withhold_gain_share", 0.0), state.values.or_else("withhold_loss_share", 0.0)
    held = np.maximum(state.payments_eur, 0.0) * gain
    payments = state.payments_eur - held
    if state.values.state("withhold_loss_share"):
        payments = payments - np.minimum(state.payments_eur, 0.0) * loss
    wait = state.contract.withhold_released_after_periods
    if wait is not None:
        periods = held.shape[-1]
        for t in range(periods):
            payments[..., min(t + wait, periods - 1)] += held[..., t]
    value = np.where(state.base_eur >= 0, gain, loss)
    return _noted(replace(state, payments_eur=payments), Clause.WITHHOLD, value, payments)


# --- over the years -----------------------------------------------------------------------------------------------


def _exit(state: State) -> State:
    """Nothing counts any more once a party has left after so many losing periods in a row."""
    most = state.contract.exit_after_losses
    if most is None:
        return _idle(state, Clause.EXIT)
    base, losing = _copied(state.base_eur), (state.gross_eur < 0) & state.passed
    in_a_row = np.zeros(len(base), dtype=int)
    left = np.zeros(len(base), dtype=bool)
    for t in range(base.shape[1]):
        base[left, t] = 0.0
        in_a_row = (in_a_row + 1) * losing[:, t]
        left |= in_a_row >= most
    return _noted(replace(state, base_eur=base), Clause.EXIT, np.full((1, 1), float(most)), base)


def _copied(amounts: Floats) -> Floats:
    """A copy with the same layout."""
    return amounts.copy(order="K")


def _carry_forward(state: State) -> State:
    """Losses that nobody paid come off later gains: D' = (D − used + share · loss) · (1 + interest)."""
    if not state.values.state("carry_forward_share"):
        return _idle(state, Clause.CARRY_FORWARD)
    share = state.values.or_else("carry_forward_share", 0.0)
    growth = 1 + state.values.or_else("carry_forward_interest", 0.0)
    base, used_by_period = _copied(state.base_eur), np.zeros_like(state.base_eur)
    carried = np.zeros(base.shape[:1])
    for t in range(base.shape[-1]):
        gain = np.maximum(base[:, t], 0.0)
        loss = gain - base[:, t]
        used = np.minimum(gain, carried)
        base[:, t] -= used
        used_by_period[:, t] = used
        carried = (carried - used + _at(share, t) * loss) * _at(growth, t)
    return _noted(replace(state, base_eur=base), Clause.CARRY_FORWARD, used_by_period, base)


def _claw_back(state: State) -> State:
    """After a loss: share · loss · sharing rate is recovered, at most the cap's part of what was paid so far."""
    if not state.values.state("claw_back_share"):
        return _idle(state, Clause.CLAW_BACK)
    share, cap = state.values.or_else("claw_back_share", 0.0), state.values.or_else("claw_back_cap_share", 1.0)
    payments = _copied(state.payments_eur)
    losses = np.maximum(-state.base_eur, 0.0)
    owed = _banded(state, losses, state.contract.gain_bands, _sharing_rate(state))
    paid, recovered = np.zeros(payments.shape[:2]), np.zeros(payments.shape[:2])
    for t in range(payments.shape[-1]):
        back = np.minimum(_at(share, t) * owed[..., t], np.maximum(_at(cap, t) * paid - recovered, 0.0))
        payments[..., t] -= back
        recovered += back
        paid += np.maximum(payments[..., t], 0.0)
    changed = replace(state, payments_eur=payments)
    return _noted(changed, Clause.CLAW_BACK, share, payments)


def _reserve(state: State) -> State:
    """A part of each gain waits; a later loss is paid from it first; the rest is paid out with the last period."""
    if not state.values.state("reserve_share"):
        return _idle(state, Clause.RESERVE)
    share = state.values.or_else("reserve_share", 0.0)
    payments = _copied(state.payments_eur)
    kept = np.zeros(payments.shape[:2])
    for t in range(payments.shape[-1]):
        gain = np.maximum(payments[..., t], 0.0)
        aside, loss = _at(share, t) * gain, gain - payments[..., t]
        used = np.minimum(kept, loss)
        payments[..., t] += used - aside
        kept += aside - used
    payments[..., -1] += kept
    changed = replace(state, payments_eur=payments)
    return _noted(changed, Clause.RESERVE, share, payments)


def _at(values: Floats, period: int) -> Floats:
    """The values of one period; those that do not change over periods are the same in each."""
    return values[:, min(period, values.shape[1] - 1)]


CLAUSES: Mapping[Clause, Callable[[State], State]] = {
    Clause.RISK: _risk,
    Clause.DISCOUNT: _discount,
    Clause.GATE: _gate,
    Clause.EXIT: _exit,
    Clause.CARRY_FORWARD: _carry_forward,
    Clause.QUALITY: _quality,
    Clause.SHARING: _sharing,
    Clause.CAP: _cap,
    Clause.WITHHOLD: _withhold,
    Clause.CLAW_BACK: _claw_back,
    Clause.RESERVE: _reserve,
}
"""Which function applies a clause."""
