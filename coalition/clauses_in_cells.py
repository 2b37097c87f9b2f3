"""The clauses of a shared-savings contract as cells: the rules of clauses.py, each as rows of a sheet.

One function per clause, on a series per calendar year; outside the measuring years every amount is 0. Which kind of
gate, loss rule or quality a contract has, and the order of its clauses, decides which rows there are; every number in
them is a cell. Units: euro nominal; rates, shares and scores 0-1; positive = received by the party.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coalition import clauses as arrays
from coalition.cells import (
    Expr,
    Line,
    Operand,
    as_expr,
    before,
    cell_form,
    equal,
    flag,
    is_number,
    lagged,
    largest,
    normal_point,
    root_of,
    sign_of,
    size_of,
    smallest,
    so_far,
    when,
)
from coalition.clauses import receivers
from coalition.contract_cells import MeasuredLines, TermLines
from coalition.contracts import Clause, Gate, LossRule, Quality, QualityOnLosses, ShareBand
from coalition.errors import DefectError

# --- between two clauses ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StateLines:
    """Where a settlement stands between two clauses.

    Attributes:
        terms, measured: the contract's numbers, and what is settled.
        on, last: 1 in the measuring years, and in the last of them; else 0.
        cost: in the measuring years.
        benchmark: after risk adjustment and discount, as far as these have been applied.
        gross: benchmark − cost.
        base: what is still to be shared; negative is a loss.
        minimum_rate, passed: the gate that applied to the sign of the year, and whether it was met (1 or 0).
        gain_factor, loss_factor: multipliers of quality.
        payments: to each party that does not pay, in the order of ids.
    """

    terms: TermLines
    measured: MeasuredLines
    on: Line
    last: Line
    cost: Line
    benchmark: Line
    gross: Line
    base: Line
    minimum_rate: Operand
    passed: Line
    gain_factor: Operand
    loss_factor: Operand
    payments: Mapping[str, Line]


@cell_form(arrays.opened)
def opened_in_cells(terms: TermLines, measured: MeasuredLines) -> StateLines:
    """A settlement before its first clause, cut to the measuring years."""
    terms.heading("period")
    end = terms.one("period.end", "year", smallest(terms.plain("scope.years.last"), terms.axis.last))
    on = terms.row("period.on", "flag", terms.axis.running(terms.plain("scope.years.first"), end))
    last = terms.row("period.last", "flag", flag(equal(terms.axis.year, end)))
    benchmark = terms.row("period.benchmark", "euro", on * measured.benchmark)
    cost = terms.row("period.cost", "euro", on * measured.cost)
    gross = terms.row("period.gross", "euro", benchmark - cost)
    return StateLines(terms, measured, on, last, cost, benchmark, gross, gross, 0, on, 1, 1, {})


@cell_form(arrays.ratio_or)
def ratio_or_in_cells(part: Expr, whole: Expr, otherwise: Operand) -> Expr:
    """Part of a whole, something else where the whole is nothing."""
    return when(equal(whole, 0), otherwise, part / whole)


def _within(value: Expr, least: Operand | None, most: Operand | None) -> Expr:
    """Not below the one and not above the other; the highest wins where they cross."""
    raised = value if least is None else largest(value, least)
    return raised if most is None else smallest(raised, most)


# --- benchmark ----------------------------------------------------------------------------------------------------


def _with_benchmark(state: StateLines, clause: Clause, benchmark: Expr) -> StateLines:
    found = state.terms.row(f"{clause}.benchmark", "euro", benchmark)
    gross = state.terms.row(f"{clause}.gross", "euro", found - state.cost)
    return replace(state, benchmark=found, gross=gross, base=gross)


@cell_form(arrays._risk)
def _risk_in_cells(state: StateLines) -> StateLines:
    """Benchmark · clip(risk ratio, 1 − cap down, 1 + cap up)."""
    ratio, terms = state.measured.risk_ratio, state.terms
    if ratio is None:
        return state
    terms.heading("risk")
    down, up = terms.of("risk_cap_down"), terms.of("risk_cap_up")
    known = terms.row("risk.known", "factor", when(is_number(ratio), ratio, 1))
    factor = _within(known, None if down is None else 1 - down, None if up is None else 1 + up)
    return _with_benchmark(state, Clause.RISK, state.benchmark * terms.row("risk.factor", "factor", factor))


@cell_form(arrays._discount)
def _discount_in_cells(state: StateLines) -> StateLines:
    """Benchmark · (1 − discount)."""
    discount = state.terms.of("discount")
    if discount is None:
        return state
    state.terms.heading("discount")
    return _with_benchmark(state, Clause.DISCOUNT, state.benchmark * (1 - discount))


# --- the gate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Least:
    """A minimum rate, and whether the population is admitted at all: 1 or 0."""

    rate: Operand
    admitted: Operand = 1


@cell_form(arrays._gate)
def _gate_in_cells(state: StateLines) -> StateLines:
    """Inside −MLR < rate < MSR only below_gate_share of it counts; outside all of it, or what exceeds the gate."""
    contract, terms = state.terms.contract, state.terms
    if contract.gate is Gate.NONE and contract.minimum_savings_rate is None and contract.minimum_loss_rate is None:
        return state
    terms.heading("gate")
    rate = terms.row("gate.rate", "rate", ratio_or_in_cells(state.gross, state.benchmark, 0))
    found = minimum_rates_in_cells(state, rate)
    least = terms.row("gate.minimum", "rate", state.on * found.rate)
    met = flag(size_of(rate) >= least - terms.tolerance)
    passed = terms.row("gate.passed", "flag", state.on * found.admitted * met)
    excess = largest(size_of(state.gross) - least * state.benchmark, 0)
    excess = terms.row("gate.excess", "euro", sign_of(rate) * excess)
    counted = terms.row("gate.counted", "euro", when(terms.plain("first_dollar"), state.gross, excess))
    below = terms.of("below_gate_share")
    base = passed * counted if below is None else when(passed, counted, below * state.gross)
    base = terms.row("gate.base", "euro", base)
    return replace(state, base=base, minimum_rate=least, passed=passed)


@cell_form(arrays.minimum_rates)
def minimum_rates_in_cells(state: StateLines, rate: Line) -> _Least:
    """The minimum savings rate, or in years of a loss the minimum loss rate, for the population of each year."""
    found = _GATES[state.terms.contract.gate](state)
    of_losses = state.terms.of("minimum_loss_rate")
    if of_losses is None:
        return found
    admitted = found.admitted
    if isinstance(admitted, Expr):
        admitted = state.terms.row("gate.admitted_now", "flag", when(rate >= 0, admitted, 1))
    return _Least(when(rate >= 0, found.rate, of_losses), admitted)


def _no_gate(state: StateLines) -> _Least:  # noqa: ARG001 - has the shape of the others
    return _Least(0)


def _fixed_gate(state: StateLines) -> _Least:
    found = state.terms.of("minimum_savings_rate")
    if found is None:
        raise DefectError("a fixed gate without a rate")
    return _Least(found)


def _persons(state: StateLines) -> Line:
    return state.terms.row("gate.persons", "persons", state.on * state.measured.persons)


@cell_form(arrays._table_gate)
def _table_gate_in_cells(state: StateLines) -> _Least:
    """Straight lines inside the rows; a population below the first row has its rate, if it is admitted at all."""
    terms, persons = state.terms, _persons(state)
    found: Expr = terms.plain("gate_table.0.rate_from")
    for k, row in enumerate(terms.contract.gate_table):
        start, rate = terms.plain(f"gate_table.{k}.persons_from"), terms.plain(f"gate_table.{k}.rate_from")
        here: Expr = rate
        if row.persons_to is not None:
            width = largest(terms.plain(f"gate_table.{k}.persons_to") - start, 1)
            part = largest(smallest((persons - start) / width, 1), 0)
            part = terms.row("gate.part", "factor", part, str(k + 1))
            here = rate + part * (terms.plain(f"gate_table.{k}.rate_to") - rate)
        found = terms.row("gate.row", "rate", when(persons >= start, here, found), str(k + 1))
    smallest_group = terms.plain("gate_table.0.persons_from")
    admitted = when(persons >= smallest_group, 1, terms.plain("below_first_row"))
    return _Least(found, terms.row("gate.admitted", "flag", admitted))


@cell_form(arrays._statistical_gate)
def _statistical_gate_in_cells(state: StateLines) -> _Least:
    """Z · SE, not below the floor."""
    terms, error = state.terms, standard_error_in_cells(state)
    point = terms.one("gate.point", "factor", normal_point(terms.plain("confidence")))
    least = largest(point * error, terms.or_else("minimum_savings_rate", 0))
    return _Least(terms.row("gate.statistical", "rate", least))


@cell_form(arrays.standard_error)
def standard_error_in_cells(state: StateLines) -> Line:
    """SE of the measured savings rate: CV · √(design effect · (1/n + 1/n of the benchmark) − 2 · covariance).

    Raises:
        DefectError: the contract states no dispersion.
    """
    terms, stated = state.terms, state.terms.contract.dispersion
    if stated is None:
        raise DefectError("no dispersion")
    variation, others = terms.inputs.of(stated.cost_variation), terms.number(stated.benchmark_persons)
    persons, common = _persons(state), terms.number(stated.covariance)
    heads = terms.row("gate.heads", "persons", when(persons > 0, persons, 1))
    parts = 1 / heads if others is None else 1 / heads + 1 / others
    effect = terms.plain("dispersion.design_effect")
    variance = terms.row("gate.variance", "factor", variation * variation * effect * parts)
    less = variance if common is None else variance - (common + common)
    return terms.row("gate.error", "rate", when(persons > 0, root_of(largest(less, 0)), 0))


_GATES: Mapping[Gate, Callable[[StateLines], _Least]] = {
    Gate.NONE: _no_gate,
    Gate.FIXED: _fixed_gate,
    Gate.TABLE: _table_gate_in_cells,
    Gate.STATISTICAL: _statistical_gate_in_cells,
}


# --- quality and sharing ------------------------------------------------------------------------------------------


@cell_form(arrays._quality)
def _quality_in_cells(state: StateLines) -> StateLines:
    """Factor on shares; 1 where no score was given, and then a loss under `inverse` counts for nothing."""
    contract, score = state.terms.contract, state.measured.quality_score
    if contract.quality is Quality.NONE:
        return state
    inverse = contract.quality_on_losses is QualityOnLosses.INVERSE
    if score is None:
        return replace(state, gain_factor=1, loss_factor=0 if inverse else 1)
    state.terms.heading("quality")
    gain = _quality_factor_in_cells(state.terms, score)
    same = contract.quality_on_losses is QualityOnLosses.SAME
    return replace(state, gain_factor=gain, loss_factor=1 - gain if inverse else gain if same else 1)


@cell_form(arrays._quality_factor)
def _quality_factor_in_cells(terms: TermLines, score: Line) -> Line:
    """The score, or the multiplier of the highest step that it reaches; nothing below the lowest score."""
    known = terms.row("quality.known", "factor", when(is_number(score), score, 1))
    factor: Expr = known
    if terms.contract.quality is Quality.LADDER:
        factor = as_expr(0)
        for k in range(len(terms.contract.quality_ladder)):
            reached = known >= terms.plain(f"quality_ladder.{k}.score_from") - terms.tolerance
            step = when(reached, terms.plain(f"quality_ladder.{k}.multiplier"), factor)
            factor = terms.row("quality.step", "factor", step, str(k + 1))
    least = terms.of("quality_minimum")
    if least is not None:
        factor = terms.row("quality.enough", "factor", when(known >= least - terms.tolerance, factor, 0))
    return terms.row("quality.factor", "factor", when(is_number(score), factor, 1))


@cell_form(arrays._sharing)
def _sharing_in_cells(state: StateLines) -> StateLines:
    """Σ over marginal bands of the amount in the band × the party's share × the factor of quality."""
    terms, contract = state.terms, state.terms.contract
    terms.heading("sharing")
    gain = terms.row("sharing.gain", "euro", largest(state.base, 0))
    gains = _banded_in_cells(state, gain, contract.gain_bands, "gain_bands", _sharing_rate(state))
    losses: Mapping[str, Line] = {}
    if contract.losses is not LossRule.NONE:
        loss = terms.row("sharing.loss", "euro", largest(0 - state.base, 0))
        losses = _banded_in_cells(state, loss, contract.loss_bands, "loss_bands", _loss_rate_in_cells(state))
    payments = {}
    for party, part in gains.items():
        paid = part * state.gain_factor
        if party in losses:
            paid = paid - losses[party] * state.loss_factor
        payments[party] = terms.row("sharing.payment", "euro", paid, party)
    return replace(state, payments=payments)


def _sharing_rate(state: StateLines) -> Operand:
    return state.terms.or_else("sharing_rate", 0)


@cell_form(arrays._loss_rate)
def _loss_rate_in_cells(state: StateLines) -> Operand:
    """As stated, or 1 − the sharing rate after quality, within its floor and ceiling."""
    if state.terms.contract.losses is not LossRule.ONE_MINUS:
        return state.terms.or_else("loss_rate", 0)
    rest = 1 - as_expr(_sharing_rate(state)) * state.gain_factor
    least, most = state.terms.or_else("loss_rate_floor", 0), state.terms.or_else("loss_rate_ceiling", 1)
    return state.terms.row("sharing.loss_rate", "rate", _within(rest, least, most))


@cell_form(arrays._banded)
def _banded_in_cells(
    state: StateLines, amounts: Line, bands: Sequence[ShareBand], place: str, rate: Operand
) -> dict[str, Line]:
    """Each receiver's part of amounts >= 0; without bands the one rate of two parties.

    Args:
        state: the benchmark that edges are a share of.
        amounts: what is shared or borne.
        bands, place: the bands, and where they stand in the contract.
        rate: without bands.
    """
    terms, parties = state.terms, receivers(state.terms.contract)
    key = amounts.key.removeprefix(f"{terms.path}.")
    if not bands:
        return {party: terms.row(f"{key}_part", "euro", amounts * rate, party) for party in parties}
    left: Expr = amounts
    lower: Operand = 0
    parts: dict[str, Expr] = {party: as_expr(0) for party in parties}
    for k, band in enumerate(bands):
        inside = left
        if band.up_to is not None:
            edge = terms.plain(f"{place}.{k}.up_to")
            inside, lower = smallest(left, (edge - lower) * state.benchmark), edge
        inside = terms.row(f"{key}_band", "euro", inside, str(k + 1))
        left = left - inside
        for party in parts:
            share = terms.number(band.shares.get(party))
            if share is not None:
                parts[party] = parts[party] + inside * share
    return {party: terms.row(f"{key}_part", "euro", part, party) for party, part in parts.items()}


# --- limits -------------------------------------------------------------------------------------------------------


@cell_form(arrays._cap)
def _cap_in_cells(state: StateLines) -> StateLines:
    """The lowest of the limits that apply, per party; what is cut stays with the payer."""
    most, least = _limits_in_cells(state, "gain"), _limits_in_cells(state, "loss")
    if not most and not least:
        return state
    state.terms.heading("cap")
    payments = {}
    for party, paid in state.payments.items():
        cut: Expr = paid
        if party in most:
            cut = smallest(cut, state.terms.row("cap.gain", "euro", most[party], party))
        if party in least:
            cut = largest(cut, 0 - state.terms.row("cap.loss", "euro", least[party], party))
        payments[party] = state.terms.row("cap.payment", "euro", cut, party)
    return replace(state, payments=payments)


@cell_form(arrays._limits)
def _limits_in_cells(state: StateLines, side: str) -> dict[str, Expr]:
    """Most that each receiver gets or owes, >= 0; nobody whom nothing limits on this side."""
    scales: dict[str, Operand | None] = {
        "share_of_benchmark": state.benchmark,
        "share_of_revenue": state.measured.revenue,
        "eur": 1,
    }
    found: dict[str, Expr] = {}
    for party in receivers(state.terms.contract):
        limits = []
        for kind, scale in scales.items():
            term = f"{side}_cap_{kind}"
            own = state.terms.number(getattr(state.terms.contract.sharers[party], term))
            limit = state.terms.of(term) if own is None else own
            if limit is not None and scale is not None:
                limits.append(limit * scale)
        if limits:
            found[party] = limits[0] if len(limits) == 1 else smallest(*limits)
    return found


@cell_form(arrays._withhold)
def _withhold_in_cells(state: StateLines) -> StateLines:
    """A part of each payment held back or cut; paid after the stated periods, with the last period at the latest."""
    terms = state.terms
    gain, loss = terms.of("withhold_gain_share"), terms.of("withhold_loss_share")
    if gain is None and loss is None:
        return state
    terms.heading("withhold")
    payments = {}
    for party, before_it in state.payments.items():
        paid: Expr = before_it
        if gain is not None:
            held = terms.row("withhold.held", "euro", largest(before_it, 0) * gain, party)
            paid = paid - held + _released(state, held, party)
        if loss is not None:
            paid = paid - terms.row("withhold.waived", "euro", smallest(before_it, 0) * loss, party)
        payments[party] = terms.row("withhold.payment", "euro", paid, party)
    return replace(state, payments=payments)


def _released(state: StateLines, held: Line, party: str) -> Operand:
    """What was held back and is paid after all; what still waits in the last period comes with it."""
    terms = state.terms
    if terms.contract.withhold_released_after_periods is None:
        return 0
    wait = terms.plain("withhold_released_after_periods")
    due = terms.row("withhold.due", "euro", state.on * lagged(held, wait, terms.axis.index), party)
    waiting = terms.row("withhold.waiting", "euro", state.on * (so_far(held) - so_far(due)), party)
    return terms.row("withhold.released", "euro", due + state.last * waiting, party)


# --- over the years -----------------------------------------------------------------------------------------------


@cell_form(arrays._exit)
def _exit_in_cells(state: StateLines) -> StateLines:
    """Nothing counts any more once a party has left after so many losing periods in a row."""
    terms = state.terms
    if terms.contract.exit_after_losses is None:
        return state
    terms.heading("exit")
    most = terms.plain("exit_after_losses")
    losing = terms.row("exit.losing", "flag", state.passed * flag(state.gross < 0))
    [in_a_row] = terms.looking_back([("exit.in_a_row", "count", "")], lambda line: [(before(line) + 1) * losing])
    [left] = terms.looking_back(
        [("exit.left", "flag", "")], lambda line: [largest(before(line), flag(in_a_row >= most))]
    )
    return replace(state, base=terms.row("exit.base", "euro", state.base * (1 - before(left))))


@cell_form(arrays._carry_forward)
def _carry_forward_in_cells(state: StateLines) -> StateLines:
    """Losses that nobody paid come off later gains: D' = (D − used + share · loss) · (1 + interest)."""
    terms, base = state.terms, state.base
    share, interest = terms.of("carry_forward_share"), terms.of("carry_forward_interest")
    if share is None:
        return state
    terms.heading("carry_forward")
    gain = terms.row("carry_forward.gain", "euro", largest(base, 0))
    loss = terms.row("carry_forward.loss", "euro", gain - base)
    growth: Operand = state.on if interest is None else state.on * (1 + interest)
    [carried] = terms.looking_back(
        [("carry_forward.carried", "euro", "")],
        lambda line: [(largest(before(line) - gain, 0) + share * loss) * growth],
    )
    used = terms.row("carry_forward.used", "euro", smallest(gain, before(carried)))
    return replace(state, base=terms.row("carry_forward.base", "euro", base - used))


@cell_form(arrays._claw_back)
def _claw_back_in_cells(state: StateLines) -> StateLines:
    """After a loss: share · loss · sharing rate is recovered, at most the cap's part of what was paid so far."""
    terms, contract = state.terms, state.terms.contract
    share, cap = terms.of("claw_back_share"), terms.or_else("claw_back_cap_share", 1)
    if share is None:
        return state
    terms.heading("claw_back")
    loss = terms.row("claw_back.loss", "euro", largest(0 - state.base, 0))
    owed = _banded_in_cells(state, loss, contract.gain_bands, "gain_bands", _sharing_rate(state))
    payments = {}
    for party, paid in state.payments.items():
        back = _recovered(terms, paid, share * owed[party], cap, party)
        payments[party] = terms.row("claw_back.payment", "euro", paid - back, party)
    return replace(state, payments=payments)


def _recovered(terms: TermLines, payment: Line, asked: Expr, cap: Operand, party: str) -> Line:
    """What is recovered each year: what is asked, as far as earlier payments that were not yet recovered go."""

    def step(back: Line, recovered: Line, paid: Line) -> Iterator[Expr]:
        yield smallest(asked, largest(before(paid) * cap - before(recovered), 0))
        yield before(recovered) + back
        yield before(paid) + largest(payment - back, 0)

    rows = [(f"claw_back.{key}", "euro", party) for key in ("back", "recovered", "paid")]
    return terms.looking_back(rows, step)[0]


@cell_form(arrays._reserve)
def _reserve_in_cells(state: StateLines) -> StateLines:
    """A part of each gain waits; a later loss is paid from it first; the rest is paid out with the last period."""
    terms = state.terms
    share = terms.of("reserve_share")
    if share is None:
        return state
    terms.heading("reserve")
    payments = {}
    for party, paid in state.payments.items():
        loss = terms.row("reserve.loss", "euro", largest(0 - paid, 0), party)
        aside = terms.row("reserve.aside", "euro", share * largest(paid, 0), party)
        kept = _kept(state, loss, aside, party)
        used = terms.row("reserve.used", "euro", smallest(before(kept), loss), party)
        after = paid + used - aside + state.last * kept
        payments[party] = terms.row("reserve.payment", "euro", after, party)
    return replace(state, payments=payments)


def _kept(state: StateLines, loss: Line, aside: Line, party: str) -> Line:
    """What waits at the end of each year, before it is paid out in the last one."""
    [kept] = state.terms.looking_back(
        [("reserve.kept", "euro", party)], lambda line: [state.on * (largest(before(line) - loss, 0) + aside)]
    )
    return kept


CLAUSES: Mapping[Clause, Callable[[StateLines], StateLines]] = {
    Clause.RISK: _risk_in_cells,
    Clause.DISCOUNT: _discount_in_cells,
    Clause.GATE: _gate_in_cells,
    Clause.EXIT: _exit_in_cells,
    Clause.CARRY_FORWARD: _carry_forward_in_cells,
    Clause.QUALITY: _quality_in_cells,
    Clause.SHARING: _sharing_in_cells,
    Clause.CAP: _cap_in_cells,
    Clause.WITHHOLD: _withhold_in_cells,
    Clause.CLAW_BACK: _claw_back_in_cells,
    Clause.RESERVE: _reserve_in_cells,
}
"""Which function makes the rows of a clause."""
